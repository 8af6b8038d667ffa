"""Visits, bills and referrals of complex samples: R survey, brute force, and what cannot matter."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from commsvc.errors import CommsvcError
from commsvc.indicators import resources, utilization, volunteers
from commsvc.indicators.from_records import from_records
from commsvc.indicators.tables import tidy
from commsvc.inference import Design, Sample

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "use.json").read_text(encoding="utf-8"))
DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
    "cluswr": Design.sample(weights="pw", clusters="dnum"),
}
FOUR = ["estimate", "se", "low", "high"]
LEVEL = {"E": 1, "M": 2, "H": 3}


def schools(name: str) -> pd.DataFrame:
    """The schools as visits, with the columns that use.R makes of them."""
    frame = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv")
    tens = (frame["api00"] - frame["api99"]).clip(lower=0) // 10
    paid = np.minimum(frame["enroll"], frame["api00"] // 2).where(frame["awards"] == "Yes", 0)
    to = np.where(frame["api00"] > 650, "H", "E")
    return frame.assign(tens=tens, paid=paid, to=to, row=np.arange(len(frame)))


@pytest.fixture(params=list(DESIGNS))
def sample(request):
    return request.param, schools(request.param), DESIGNS[request.param]


def test_insurance_is_svyratio_and_svyciprop(sample):
    name, frame, design = sample
    found = utilization.insurance(frame, cost="enroll", paid="paid", by="awards", design=design)
    found = found.set_index("group")
    for group in ("Yes", "No"):
        row = found.loc[f"{group} · out of pocket"]
        assert row[FOUR].tolist() == pytest.approx(R[f"out of pocket {group} {name}"], rel=1e-7)
        share = found.loc[f"{group} · reimbursed share"]
        assert [share["estimate"], share["se"]] == pytest.approx(
            R[f"reimbursed share {group} {name}"], rel=1e-7
        )
    # The interval of a share of money: Student's on the log odds.
    p, se = R[f"reimbursed share Yes {name}"]
    part = frame[frame["awards"] == "Yes"]
    df = part["dnum"].nunique() - 1 if name != "strat" else len(part) - part["stype"].nunique()
    ends = special.expit(special.logit(p) + stats.t.ppf([0.025, 0.975], df) * se / (p * (1 - p)))
    row = found.loc["Yes · reimbursed share"]
    assert row[["low", "high"]].tolist() == pytest.approx(ends, rel=1e-7)
    assert row["count"] == part["paid"].sum()
    assert row["base"] == part["enroll"].sum()
    assert "unweighted" in row["note"]


def test_referrals_are_svyciprop_and_svyratio(sample):
    name, frame, design = sample
    found = utilization.referrals(
        frame, source="stype", target="to", levels=list(LEVEL), design=design
    ).set_index("group")
    for group in ("up", "down", "sideways", "balance"):
        expected = R[f"{group} {name}"]
        assert found.loc[group, FOUR].tolist() == pytest.approx(expected, rel=1e-6)
    shares = found["estimate"]
    assert shares[["up", "down", "sideways"]].sum() == pytest.approx(1)
    assert shares["balance"] == pytest.approx(shares["down"] / shares["up"])


def first_visits(frame: pd.DataFrame) -> pd.DataFrame:
    """Two or three visits a school; those with 3 or 4 tens went to both kinds on the first day."""
    start = np.where(frame["tens"] > 4, "station", "hospital")
    start = np.where(frame["tens"].between(3, 4), "both", start)
    visits = []
    for row, at in zip(frame.to_dict("records"), start, strict=True):
        kinds = ["station", "hospital"] if at == "both" else [at]
        visits += [row | {"day": 1, "at": kind} for kind in kinds]
        visits.append(row | {"day": 2, "at": "hospital" if at == "station" else "station"})
    return pd.DataFrame(visits).sample(frac=1, random_state=1)


def test_first_contact_is_svyciprop(sample):
    name, frame, design = sample
    names = {"person": "row", "when": "day", "place": "at", "community": {"station"}}
    found = utilization.first_contact(
        first_visits(frame), **names, by="awards", design=design
    ).set_index("group")  # fmt: skip
    for group in ("Yes", "No"):
        low, high = R[f"sure {group} {name}"][2], R[f"possible {group} {name}"][3]
        row = found.loc[group]
        assert [row["low"], row["high"]] == pytest.approx([low, high], rel=1e-6)
        assert np.isnan(row["estimate"])
        assert row["base"] == (frame["awards"] == group).sum()
    sure = first_visits(frame[~frame["tens"].between(3, 4)].assign(one=1.0))
    plain = utilization.first_contact(sure, **names)
    weighted = utilization.first_contact(sure, **names, design=Design.sample(weights="one"))
    assert weighted["estimate"].item() == pytest.approx(plain["estimate"].item())


def test_totals_of_records_are_svyratio(sample):
    name, frame, design = sample
    per_head = from_records(
        frame, utilization.visits_per_head, visits="tens", population="enroll", by="awards",
        design=design,
    ).set_index("group")  # fmt: skip
    shares = from_records(
        frame, utilization.contact_share, community="tens", elsewhere="enroll", by="awards",
        design=design,
    ).set_index("group")  # fmt: skip
    for group in ("Yes", "No"):
        assert per_head.loc[group, FOUR].tolist() == pytest.approx(
            R[f"per head {group} {name}"], rel=1e-7
        )
        assert shares.loc[group, ["estimate", "se"]].tolist() == pytest.approx(
            R[f"contact share {group} {name}"], rel=1e-7
        )


CLINICS = pd.DataFrame(
    {
        "a": [3, 5, 0, 2, 7, 4],
        "b": [4, 9, 3, 2, 8, 6],
        "town": ["x", "x", "x", "y", "y", "y"],
        "w": [1.0, 2, 1, 3, 1, 2],
    }
)
# Every indicator that is one sum over another: its arguments, columns first.
RATIOS = {
    utilization.visits_per_head: {"visits": "a", "population": "b"},
    utilization.visits_per_staff_day: {"visits": "a", "staff": "b", "working_days": 250},
    utilization.contact_share: {"community": "a", "elsewhere": "b"},
    utilization.home_visit_share: {"home": "a", "clinic": "b", "counted_in": True},
    utilization.records_coverage: {"records": "a", "base": "b", "unit": "persons"},
    utilization.crude_rate: {"events": "a", "population": "b"},
    utilization.cost_per_visit: {"cost": "a", "visits": "b"},
    resources.staff_density: {"staff": "a", "residents": "b"},
    resources.villages_per_centre: {"villages": "a", "centres": "b"},
    resources.load_per: {"load": "a", "bearers": "b"},
    volunteers.participation: {"participants": "a", "members": "b"},
    volunteers.organisations_per_community: {"organisations": "a", "communities": "b"},
}
UNITS = {
    utilization.records_coverage: {"records": "persons"},
    utilization.crude_rate: {"events": "episodes"},
    resources.load_per: {"load": "visits", "bearers": "providers"},
}


@pytest.mark.parametrize("function", RATIOS, ids=lambda f: f.__name__)
def test_every_ratio_takes_records(function):
    given_ = RATIOS[function] | {"units": UNITS.get(function)}
    census = from_records(CLINICS, function, design="census", by="town", **given_)
    for town, row in census.set_index("group").iterrows():
        part = CLINICS[CLINICS["town"] == town]
        alone = from_records(part, function, design="census", **given_)
        assert alone["estimate"].item() == row["estimate"]
    # A weight of w is w clinics of the same cluster; twice the weights change nothing.
    repeated = CLINICS.loc[CLINICS.index.repeat(CLINICS["w"].astype(int))].reset_index()
    one = from_records(
        CLINICS.reset_index(), function, design=Design.sample(weights="w", clusters="index"),
        **given_,
    )  # fmt: skip
    many = from_records(repeated, function, design=Design.sample(clusters="index"), **given_)
    for column in FOUR:
        assert one[column].item() == pytest.approx(many[column].item(), rel=1e-9)
    exact = from_records(repeated, function, design="census", **given_)
    assert exact["estimate"].item() == pytest.approx(one["estimate"].item())
    assert list(exact) == list(tidy({}, exact))


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_the_error_is_the_spread_over_all_samples(seed):
    """Of a population of six clinics, all samples of three: the mean of the variance estimates is
    near the variance there is, and exactly so where the base does not vary (an average)."""
    from itertools import combinations

    rng = np.random.default_rng(seed)
    population = pd.DataFrame({"visits": rng.integers(0, 9, 6), "people": 5, "all": 6})
    design = Design.sample(stratum_sizes="all")
    found = [
        from_records(
            population.iloc[list(rows)], utilization.visits_per_head, visits="visits",
            population="people", design=design,
        )
        for rows in combinations(range(6), 3)
    ]  # fmt: skip
    estimates = np.array([f["estimate"].item() for f in found])
    variances = np.array([f["se"].item() ** 2 for f in found])
    assert variances.mean() == pytest.approx(estimates.var(), abs=1e-12)


VISITS = pd.DataFrame(
    {
        "id": [1, 1, 2, 2, 3, 4],
        "day": [1, 2, 1, 3, 2, 2],
        "at": ["station", "hospital", "hospital", "station", "station", "hospital"],
        "to": ["hospital", "station", "station", "hospital", "hospital", "station"],
        "cost": [10, 20, 30, 40, 50, 60],
        "paid": [0, 10, 10, 40, 0, 30],
        "w": [2.0, 2, 1, 1, 3, 1],
        "bad": [1.0, 2, 1, 1, 1, 1],
    }
)
FIRST = {"person": "id", "when": "day", "place": "at", "community": {"station"}}
BILLS = {"cost": "cost", "paid": "paid"}
SENT = {"source": "at", "target": "to", "levels": ["station", "hospital"]}


def test_visits_of_one_person_go_together():
    """Every visit twice is no more knowledge, once its person is named."""
    twice = pd.concat([VISITS, VISITS])
    for made in (
        lambda d, **k: utilization.insurance(d, **BILLS, **k),
        lambda d, **k: utilization.referrals(d, **SENT, **k),
    ):
        one, both = (made(d, person="id", design="srs") for d in (VISITS, twice))
        assert one["se"].tolist() == pytest.approx(both["se"].tolist())
        alone = made(twice, design="srs")
        assert (alone["se"] < made(VISITS, design="srs")["se"]).any()
        assert "one by one" in alone["note"].iloc[0]
        assert "one by one" not in both["note"].iloc[0]
        named = made(VISITS, design=Design.sample(clusters="id"))
        assert named["se"].tolist() == pytest.approx(one["se"].tolist())
    episodes = utilization.first_contact(
        VISITS, **FIRST, episode="day", design="srs"
    )  # fmt: skip
    assert episodes["base"].item() == 6
    assert episodes["se"].item() != pytest.approx((0.25 / 5) ** 0.5, rel=1e-3)


def test_a_finite_population_and_an_assumed_design_effect_count():
    plain, most, wide = (
        utilization.insurance(VISITS, **BILLS, design=d)["se"]
        for d in (Design.srs(), Design.srs(8), Design.srs().assuming(4))
    )
    assert most.tolist() == pytest.approx((plain * (1 - 6 / 8) ** 0.5).tolist())
    assert wide.tolist() == pytest.approx((plain * 2).tolist())
    use = [
        utilization.standardised_use(
            VISITS.assign(one="a"), "day", count_of="episodes", stratum="one", design=d
        )["se"].iloc[1]
        for d in (Design.srs(), Design.srs(8))
    ]
    assert use[1] == pytest.approx(use[0] * 0.5)


def test_calibrated_weights_come_in_whole():
    people = Sample([2.0, 2, 1, 1, 3, 1])
    given_ = utilization.insurance(VISITS, **BILLS, design=Design.of(people, "raked"))
    named = utilization.insurance(VISITS, **BILLS, design=Design.sample(weights="w"))
    for column in ("estimate", "se", "low", "high"):
        assert given_[column].tolist() == pytest.approx(named[column].tolist())


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: utilization.referrals(VISITS, **SENT, visits=900, design="srs"), "from_records"),
        (
            lambda: utilization.first_contact(VISITS, **FIRST, design=Design.sample(weights="bad")),
            "row 1, column 'bad': 1 has 1.0 and 2.0",
        ),
        (lambda: utilization.first_contact(VISITS, **FIRST, by="at"), "one value for all visits"),
        (
            lambda: utilization.insurance(
                VISITS, **BILLS, design=Design.of(Sample([1.0, 1, 1]))
            ),
            "a design of 3 people for a table of 6 rows",
        ),
        (
            lambda: utilization.first_contact(
                VISITS, **FIRST, design=Design.of(Sample([1.0] * 6))
            ),
            "put the weights into a column",
        ),
        (
            lambda: utilization.insurance(VISITS, **BILLS, design=Design.sample(weights="W")),
            "no column 'W'; allowed: .*w",
        ),
        (
            lambda: from_records(
                CLINICS, utilization.visits_per_head, visits="a", population=9, design="srs"
            ),
            "no sum over a sum",
        ),
        (
            lambda: from_records(
                CLINICS.assign(a=-1), utilization.contact_share, community="a", elsewhere="b",
                design="srs",
            ),
            "row 0, column 'a': -1 is no count",
        ),
        (
            lambda: from_records(
                CLINICS, resources.staff_needed, residents="a", design="srs"
            ),
            "staff_needed gives no one ratio",
        ),
        (
            lambda: from_records(
                CLINICS, utilization.contact_share, community="aa", elsewhere="bb", design="srs"
            ),
            "no argument names a column: community='aa'",
        ),
        (
            lambda: from_records(
                CLINICS, resources.load_per, load="a", bearers="b", design="srs"
            ),
            "does not say what it counts",
        ),
        (
            lambda: from_records(
                CLINICS.assign(a=None), utilization.contact_share, community="a", elsewhere="b",
                design="srs",
            ),
            "no complete record",
        ),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
