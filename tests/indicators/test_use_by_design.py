"""Rates of use from complex samples: R survey, and what must not depend on how rows are kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators.utilization import standardised_use, two_week, unmet_need
from commsvc.inference import Design

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "use.json").read_text(encoding="utf-8"))
DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
    "cluswr": Design.sample(weights="pw", clusters="dnum"),
}
STANDARD = {"E": 0.5, "H": 0.3, "M": 0.2}


def schools(name: str) -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv")
    return frame.assign(tens=(frame["api00"] - frame["api99"]).clip(lower=0) // 10)


@pytest.fixture(params=list(DESIGNS))
def sample(request):
    return request.param, schools(request.param), DESIGNS[request.param]


@pytest.mark.parametrize("count_of", ["persons", "episodes"])
def test_two_week_is_svyciprop_and_svymean(sample, count_of):
    name, frame, design = sample
    found = two_week(frame, "tens", count_of=count_of, by="awards", design=design)
    for row in found.to_dict("records"):
        expected = R[f"{count_of} {row['group']} {name}"]
        got = [row[column] for column in ("estimate", "se", "low", "high")]
        assert got == pytest.approx(expected, rel=1e-7)
        part = frame[frame["awards"] == row["group"]]
        assert row["base"] == len(part)
        assert row["count"] == (
            (part["tens"] > 0).sum() if count_of == "persons" else part["tens"].sum()
        )
        assert "unweighted" in row["note"]


@pytest.mark.parametrize("count_of", ["persons", "episodes"])
def test_standardised_is_svystandardize(sample, count_of):
    name, frame, design = sample
    found = standardised_use(
        frame, "tens", count_of=count_of, stratum="stype", by="awards", standard=STANDARD,
        design=design,
    ).query("level == 'standardised'").set_index("group")  # fmt: skip
    key = f"standardised {'any' if count_of == 'persons' else 'tens'} {name}"
    rows = found.loc[["No", "Yes"]]
    assert rows["estimate"].tolist() == pytest.approx(R[key], rel=1e-9)
    assert rows["se"].tolist() == pytest.approx(R[f"{key} se"], rel=1e-7)


def test_unmet_need_by_design():
    frame = schools("clus")
    frame["need"] = (frame["awards"] == "Yes").astype(int)
    frame["got"] = (frame["tens"] > 3).astype(int)
    found = unmet_need(
        frame, needed="need", obtained="got", design=DESIGNS["clus"]
    ).iloc[0]  # fmt: skip
    part = frame[frame["need"] == 1].assign(lacking=lambda d: 1 - d["got"])
    same = two_week(
        frame.assign(lacking=(1 - frame["got"])), "lacking", count_of="persons", by="need",
        design=DESIGNS["clus"],
    ).set_index("group").loc["1"]  # fmt: skip
    assert found["base"] == len(part)
    assert found["count"] == part["lacking"].sum()
    for column in ("estimate", "low", "high"):
        assert found[column] == pytest.approx(same[column])


def test_missing_answers_are_left_out_and_said():
    frame = schools("clus")
    frame["tens"] = frame["tens"].where(np.arange(len(frame)) % 10 > 0)
    found = two_week(frame, "tens", count_of="persons", design=DESIGNS["clus"]).iloc[0]
    assert found["base"] == frame["tens"].notna().sum()
    assert f"{frame['tens'].isna().sum()} without an answer" in found["note"]
    dropped = frame.dropna(subset="tens")
    alone = two_week(dropped, "tens", count_of="persons", design=DESIGNS["clus"]).iloc[0]
    assert found["estimate"] == pytest.approx(alone["estimate"])


def test_equal_weights_are_the_plain_share():
    frame = schools("strat").assign(one=3.0)
    weighted = two_week(frame, "tens", count_of="persons", design=Design.sample(weights="one"))
    plain = two_week(frame, "tens", count_of="persons", design="srs")
    assert weighted["estimate"].item() == pytest.approx(plain["estimate"].item())
    assert weighted["low"].item() == pytest.approx(plain["low"].item(), abs=5e-3)


def test_standardising_for_the_own_make_up_changes_nothing():
    frame = schools("strat")
    for design in ("unknown", DESIGNS["strat"]):
        found = standardised_use(
            frame, "tens", count_of="episodes", stratum="awards", design=design
        )
        crude, standardised = found["estimate"]
        assert standardised == pytest.approx(crude)
        shuffled = frame.sample(frac=1, random_state=2)
        again = standardised_use(
            shuffled, "tens", count_of="episodes", stratum="awards", design=design
        )
        assert again["se"].tolist() == pytest.approx(found["se"].tolist())
    census = standardised_use(frame, "tens", count_of="episodes", stratum="awards", design="census")
    assert census["se"].isna().all()
    assert census["estimate"].tolist() == pytest.approx([frame["tens"].mean()] * 2)


FRAME = schools("clus")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: two_week(FRAME, "tens", count_of="visits", design="srs"), "way of counting"),
        (
            lambda: two_week(FRAME, "tens", count_of="persons", design=Design.sample(weights="p")),
            "did you mean 'pw'",
        ),
        (
            lambda: two_week(
                FRAME.assign(tens=None), "tens", count_of="persons", design=DESIGNS["clus"]
            ),
            "has no answer",
        ),
        (
            lambda: standardised_use(
                FRAME, "tens", count_of="persons", stratum="stype", standard={"E": 1, "H": 1}
            ),
            "no stratum of the standard population 'M'",
        ),
        (
            lambda: standardised_use(
                FRAME, "tens", count_of="persons", stratum="stype", standard=STANDARD | {"X": 1}
            ),
            "no stratum 'X'",
        ),
        (
            lambda: standardised_use(
                FRAME, "tens", count_of="persons", stratum="dnum", by="awards"
            ),
            "join strata",
        ),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
