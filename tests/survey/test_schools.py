"""Californian schools in data/surveys: what R survey says of them, by the questionnaire road."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.inference import (
    Design,
    Ratio,
    Sample,
    by_design,
    calibrate,
    post_stratify,
)
from commsvc.inference.jackknife import Estimate
from commsvc.survey import estimate_means, tabulate_answers

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests/reference"
R = json.loads((REFERENCE / "schools.json").read_text(encoding="utf-8"))
SCHOOLS = pd.read_csv(ROOT / "data/surveys/california_schools.csv")
SAMPLES = pd.read_csv(ROOT / "data/surveys/california_samples.csv")
CLOSED = 1e-8

DESIGNS = {
    "srs": ("srs", Design.sample(stratum_sizes="fpc")),
    "strat": ("strat", Design.sample(weights="pw", strata="stype", stratum_sizes="fpc")),
    "strat unstratified": ("strat", Design.sample(weights="pw")),
    "strat replacement": ("strat", Design.sample(weights="pw", strata="stype")),
    "clus1": ("clus1", Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc")),
    "clus2": ("clus2", Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc")),
    "clus2 replacement": ("clus2", Design.sample(weights="pw", clusters="dnum")),
}


def drawn(name: str) -> pd.DataFrame:
    """One sample with the schools' columns."""
    return SAMPLES[SAMPLES["sample"] == name].merge(SCHOOLS, on="snum", validate="1:1")


def test_every_school():
    facts = [len(SCHOOLS), SCHOOLS["dnum"].nunique(), SCHOOLS["api00"].mean()]
    facts += [(SCHOOLS["sch.wide"] == "Yes").mean(), SCHOOLS["enroll"].sum()]
    assert facts == pytest.approx(R["population"])
    by_type = SCHOOLS.groupby("stype")["api00"].mean()
    assert by_type.to_numpy() == pytest.approx(R["population by type"])


@pytest.mark.parametrize(("sample", "file"), [("strat", "api_strat"), ("clus1", "api_clus")])
def test_the_samples_are_those_of_the_other_tests(sample, file):
    other = pd.read_csv(REFERENCE / f"{file}.csv")
    pd.testing.assert_frame_equal(drawn(sample)[other.columns], other, check_dtype=False)


@pytest.mark.parametrize("name", DESIGNS)
def test_means_as_in_r(name):
    sample, design = DESIGNS[name]
    found = estimate_means(drawn(sample), "api00", design=design).iloc[0]
    mean, se, low, high, df = R[f"mean {name}"]
    assert found[["estimate", "se"]].tolist() == pytest.approx([mean, se], rel=CLOSED)
    assert found[["low", "high"]].tolist() == pytest.approx([low, high], rel=CLOSED)
    assert df > 0


def test_a_design_effect_belongs_to_a_question():
    asked = (("stype", "E"), ("awards", "Yes"), ("sch.wide", "Yes"))
    tables = [tabulate_answers(drawn("clus1"), c, design=DESIGNS["clus1"][1]) for c, _ in asked]
    deffs = [
        table.frame().set_index("level").loc[level, "deff"]
        for table, (_, level) in zip(tables, asked, strict=True)
    ]
    assert deffs == pytest.approx(R["deff questions"], rel=CLOSED)


def test_without_degrees_of_freedom_there_is_no_interval():
    ends = Estimate(np.array([2.0]), np.array([[1.0]]), 0).interval()
    assert np.isnan(ends.low[0])
    assert "no degrees of freedom" in ends.note


def test_a_domain_is_not_a_cut_sample():
    data = drawn("clus1")
    by = estimate_means(data, "api00", "stype", design=DESIGNS["clus1"][1]).set_index("group")
    assert by.loc["H", ["estimate", "se"]].tolist() == pytest.approx(R["domain"][:2], rel=CLOSED)
    cut = data[data["stype"] == "H"]
    wrong = estimate_means(cut, "api00", design=DESIGNS["clus1"][1]).iloc[0]
    assert wrong[["estimate", "se"]].tolist() == pytest.approx(R["domain cut"][:2], rel=CLOSED)


def test_one_school_alone_in_its_stratum():
    data = drawn("strat")
    alone = data[(data["stype"] != "H") | ~data.duplicated("stype")]
    alone = alone.assign(pw=alone["pw"].where(alone["stype"] != "H", 755))
    rest = {"weights": "pw", "strata": "stype", "stratum_sizes": "fpc"}
    for how in ("remove", "adjust", "average", "certainty"):
        found = estimate_means(alone, "api00", design=Design.sample(**rest, lonely=how)).iloc[0]
        assert found[["estimate", "se"]].tolist() == pytest.approx(R[f"lonely {how}"], rel=CLOSED)
    with pytest.raises(CommsvcError, match="one cluster"):
        estimate_means(alone, "api00", design=Design.sample(**rest))


@pytest.mark.parametrize("name", ["strat", "clus1"])
def test_known_totals_as_in_r(name):
    data = drawn(name)
    people = Sample(
        data["pw"],
        strata=data["stype"] if name == "strat" else None,
        clusters=data["dnum"] if name == "clus1" else None,
        fpc=data["fpc"],
    )
    types = SCHOOLS["stype"].value_counts().to_dict()
    post = by_design(Ratio(data["api00"]), post_stratify(people, data["stype"], types))
    assert [post.estimate[0], post.se[0]] == pytest.approx(R[f"post {name}"], rel=CLOSED)
    columns = np.column_stack([data["stype"] == t for t in types] + [data["api99"]]).astype(float)
    totals = [*types.values(), SCHOOLS["api99"].sum()]
    ends = by_design(Ratio(data["api00"]), people).interval()
    assert [ends.low[0], ends.high[0]] == pytest.approx(R[f"mean {name}"][2:4], rel=CLOSED)
    held = by_design(Ratio(data["api00"]), calibrate(people, columns, totals, "raking"))
    assert [held.estimate[0], held.se[0]] == pytest.approx(R[f"calibrated {name}"], rel=CLOSED)
