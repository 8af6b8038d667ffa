"""Inequality in complex samples: R survey, and what must not depend on units or rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import equity as e
from commsvc.inference.records import Records

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "equity.json").read_text(encoding="utf-8"))
# Differences of gradients taken by steps; and of linearisation from the jackknife, which are of
# the order of one over the number of clusters (200 schools, 15 districts).
STEPS, JACKKNIFE = 1e-7, {"strat": 0.02, "cluswr": 0.2}


def schools(name: str) -> tuple[pd.DataFrame, Records]:
    frame = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv")
    frame["rose"] = (frame["api00"] - frame["api99"] >= 30).astype(float)
    frame["fifth"] = pd.cut(frame["api99"], [0, 520, 600, 680, 760, 1000], labels=False)
    if name == "strat":
        return frame, Records.sample(frame["pw"], strata=frame["stype"], population=frame["fpc"])
    return frame, Records.sample(frame["pw"], clusters=frame["dnum"])


@pytest.fixture(params=["strat", "cluswr"])
def sample(request):
    return request.param, *schools(request.param)


def test_gini_is_langel_tille_and_theil_svycontrast(sample):
    name, frame, records = sample
    table = e.inequality_by_design(
        frame["enroll"], records, measures=("gini", "theil", "mld"), groups=frame["stype"]
    )
    for row in table.to_dict("records"):
        key = row["level"] if row["group"] == "total" else row["group"]
        key = "theil of H" if key == "H" else key
        if key in "EM":
            continue
        assert (row["estimate"], row["se"]) == pytest.approx(R[f"{key} {name}"], rel=1e-9)
    parts = e.theil(frame["enroll"], frame["pw"], frame["stype"])["estimate"].tolist()
    assert table["estimate"].tolist()[1:2] + table["estimate"].tolist()[3:] == pytest.approx(parts)


def test_lorenz_points_by_the_jackknife(sample):
    name, frame, records = sample
    table = e.lorenz_by_design(frame["enroll"], records)
    assert table["estimate"].tolist() == pytest.approx(R[f"lorenz {name}"][:4])
    assert table["se"].tolist() == pytest.approx(R[f"lorenz {name}"][4:], rel=JACKKNIFE[name])


def test_the_concentration_curve_ranked_by_itself_is_the_lorenz_curve(sample):
    _, frame, records = sample
    curve = e.concentration_curve_by_design(frame["enroll"], frame["enroll"], records)
    lorenz = e.lorenz_by_design(frame["enroll"], records)
    assert curve["estimate"].tolist() == pytest.approx(lorenz["estimate"].tolist())


def test_concentration_points_among_fifths_by_replicates(sample):
    """Few ranks: the curve is straight in each, and a smooth function of totals.

    The infinitesimal jackknife (each person's weight moved a little) is exact there; that of whole
    schools left out is near it.
    """
    name, frame, records = sample
    at, weights = [0.15, 0.5, 0.85], frame["pw"].to_numpy()
    table = e.concentration_curve_by_design(frame["rose"], frame["fifth"], records, at=at)

    def curve(weights):
        points = e.concentration_curve(frame["rose"], frame["fifth"], weights)
        return np.interp(at, points["population_share"], points["outcome_share"])

    assert table["estimate"].tolist() == pytest.approx(curve(weights))
    steps = np.diag(1e-4 * weights)
    moved = [(curve(weights + step) - curve(weights - step)) / (2 * step.sum()) for step in steps]
    wanted = np.sqrt(np.diag(records.covariance(np.array(moved))))
    assert table["se"].tolist() == pytest.approx(wanted.tolist(), rel=STEPS)
    if name != "strat":
        return
    variance = np.zeros(3)
    for _, members in frame.groupby("stype").groups.items():
        m = len(members)
        left_out = []
        for one in members:
            again = weights.copy()
            again[members] *= m / (m - 1)
            again[one] = 0
            left_out.append(curve(again))
        free = 1 - m / frame.loc[members[0], "fpc"]
        variance += free * (m - 1) * np.var(left_out, axis=0)
    # Strata of 50 schools, of which a fifth of the order has ten or twenty.
    assert table["se"].tolist() == pytest.approx(np.sqrt(variance).tolist(), rel=0.05)


def test_the_concentration_curve_covers_the_truth_in_simulated_samples():
    rng = np.random.default_rng(11)
    town = np.repeat(np.arange(400), 25)
    living = rng.normal(size=town.size) + 0.5 * rng.normal(size=400)[town]
    visits = rng.poisson(np.exp(0.4 - 0.4 * living))
    points = e.concentration_curve(visits, living)
    truth = np.interp([0.2, 0.5, 0.8], points["population_share"], points["outcome_share"])
    hits = np.zeros(3)
    for _ in range(200):
        chosen = np.isin(town, rng.choice(400, 60, replace=False))
        records = Records.sample(np.ones(chosen.sum()), clusters=town[chosen])
        table = e.concentration_curve_by_design(
            visits[chosen], living[chosen], records, at=[0.2, 0.5, 0.8]
        )
        hits += ((table["low"] <= truth) & (truth <= table["high"])).to_numpy()
    # 95 % of 200 is 190; four standard deviations of a binomial share either way.
    assert (hits >= 178).all()
    assert hits.sum() < 3 * 200 - 4


def test_horizontal_inequity_by_the_jackknife(sample):
    name, frame, records = sample
    wanted = np.column_stack([frame["api99"], frame["sch.wide"] == "Yes"])
    table = e.horizontal_inequity(
        frame["rose"], frame["enroll"], wanted, controls=frame["enroll"], records=records
    )
    expected = R[f"horizontal {name}"]
    assert table["estimate"].tolist() == pytest.approx(expected[:3])
    assert table["se"].tolist() == pytest.approx(expected[3:], rel=JACKKNIFE[name])
    plain = e.horizontal_inequity(
        frame["rose"], frame["enroll"], wanted, controls=frame["enroll"], weights=frame["pw"]
    )
    assert plain["estimate"].tolist() == pytest.approx(table["estimate"].tolist())


def test_measures_between_subgroups_are_svycontrast(sample):
    name, frame, records = sample
    rose = e.subgroups_of_sample(frame["rose"], frame["fifth"], records)
    table = e.disaggregated_inequality(rose, ordered=True).set_index("group")
    for key in ("D", "R", "ACI", "RCI", "BGV", "TI", "MLD"):
        found = table.loc[key, ["estimate", "se"]].tolist()
        assert found == pytest.approx(R[f"{key} {name}"], rel=STEPS)
    # The poorest fifth improved most: from the other end there is something to gain.
    turned = e.subgroups_of_sample(frame["rose"], frame["fifth"], records, [4, 3, 2, 1, 0])
    table = e.disaggregated_inequality(turned, ordered=True).set_index("group")
    for key in ("PAR", "PAF"):
        found = table.loc[key, ["estimate", "se"]].tolist()
        assert found == pytest.approx(R[f"{key} {name}"], rel=STEPS)
    none = e.disaggregated_inequality(rose, ordered=True).set_index("group")
    assert none.loc["PAR", "estimate"] == 0
    assert np.isnan(none.loc["PAR", "se"])


def test_slope_by_the_jackknife_and_with_known_ranks_by_svyglm(sample):
    name, frame, records = sample
    rose = e.subgroups_of_sample(frame["rose"], frame["fifth"], records)
    expected, found = R[f"slope {name}"], []
    for model in ("logit", "linear"):
        table = e.slope_index(rose, model=model, scale=1).set_index("group")
        found.append((table.loc["SII", "estimate"], np.log(table.loc["RII", "estimate"])))
        found.append(tuple(table["se"]))
    assert [*found[0], *found[2]] == pytest.approx(expected[:4])
    assert [*found[1], *found[3]] == pytest.approx(expected[4:], rel=JACKKNIFE[name])
    share = rose.population / rose.population.sum()
    known = sm.add_constant(np.cumsum(share) - share / 2)

    def sii(y, people):
        fit = sm.GLM(y, known, family=sm.families.Binomial(), var_weights=people / people.sum())
        bottom, top = fit.fit(tol=1e-14).predict(np.array([[1, 0], [1, 1]]))
        return np.array([top - bottom])

    assert rose.errors_of(sii) == pytest.approx(
        [R[f"slope, ranks known {name}"][1]], rel=STEPS * 10
    )


@given(st.floats(0.01, 1e4), st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_neither_the_unit_nor_the_order_of_rows_matters(factor, seed):
    frame, _ = schools("cluswr")
    again = frame.sample(frac=1, random_state=seed)
    sets = [Records.sample(f["pw"], clusters=f["dnum"]) for f in (frame, again)]
    both = [
        e.inequality_by_design(f["enroll"] * c, records, measures=("gini", "theil", "mld"))
        for f, c, records in zip((frame, again), (1, factor), sets, strict=True)
    ]
    columns = ["estimate", "se"]
    assert both[0][columns].to_numpy() == pytest.approx(both[1][columns].to_numpy())
    horizontal = [
        e.horizontal_inequity(f["rose"] * c, f["enroll"], f["api99"], records=records)
        for f, c, records in zip((frame, again), (1, factor), sets, strict=True)
    ]
    assert horizontal[0][columns].to_numpy() == pytest.approx(horizontal[1][columns].to_numpy())
    for curve in (
        lambda y, f, records: e.lorenz_by_design(y, records),
        lambda y, f, records: e.concentration_curve_by_design(y, f["api99"], records),
    ):
        one, other = (
            curve(f["enroll"] * c, f, records)[columns].to_numpy()
            for f, c, records in zip((frame, again), (1, factor), sets, strict=True)
        )
        assert one == pytest.approx(other)
    groups = [
        e.subgroups_of_sample(f["enroll"] * c, f["fifth"], records)
        for f, c, records in zip((frame, again), (1, factor), sets, strict=True)
    ]
    assert groups[1].estimates == pytest.approx(groups[0].estimates * factor)
    assert groups[1].population == pytest.approx(groups[0].population)


def test_who_did_not_answer_is_a_domain_and_needs_no_value():
    frame, records = schools("cluswr")
    frame = frame.astype({"fifth": object})
    inside = (frame["stype"] != "M").to_numpy()
    lacking = frame.assign(rose=frame["rose"].where(inside), enroll=frame["enroll"].where(inside))
    lacking["fifth"] = lacking["fifth"].where(inside, None)
    lacking["api99"] = lacking["api99"].where(inside)
    # The same by weights of 0 for all others, their values kept.
    kept = records.domain(inside)

    def every(f):
        rose = e.subgroups_of_sample(f["rose"], f["fifth"], kept)
        tables = [
            e.inequality_by_design(f["enroll"], kept, groups=f["fifth"]),
            e.lorenz_by_design(f["enroll"], kept),
            e.concentration_curve_by_design(f["rose"], f["api99"], kept),
            e.horizontal_inequity(
                f["rose"], f["enroll"], f["api99"], controls=f["enroll"], records=kept
            ),
            e.concentration_index(f["rose"], f["enroll"], records=kept),
            e.disaggregated_inequality(rose, ordered=True),
        ]
        return np.concatenate([t[["estimate", "se"]].to_numpy().ravel() for t in tables])

    found = every(lacking)
    assert found == pytest.approx(every(frame), nan_ok=True)
    assert e.gini(frame["enroll"][inside], frame["pw"][inside]) == pytest.approx(found[0])
    answered = e.inequality_by_design(lacking["enroll"], kept)["base"]
    assert answered.eq(inside.sum()).all()


def test_intervals_cover_the_truth_in_simulated_samples():
    rng = np.random.default_rng(7)
    town = np.repeat(np.arange(400), 25)
    people = rng.lognormal(0, 0.5, town.size) * rng.lognormal(0, 0.4, 400)[town]
    truth = e.gini(people)
    hits = 0
    for _ in range(200):
        chosen = np.isin(town, rng.choice(400, 60, replace=False))
        records = Records.sample(np.ones(chosen.sum()), clusters=town[chosen])
        row = e.inequality_by_design(people[chosen], records, measures=["gini"]).iloc[0]
        hits += row["low"] <= truth <= row["high"]
    # 95 % of 200 is 190; four standard deviations of a binomial share below.
    assert hits >= 178


FRAME, RECORDS = schools("strat")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.inequality_by_design([1, 2], RECORDS), "200 records for 2"),
        (lambda: e.inequality_by_design(FRAME["rose"], RECORDS, measures=["mld"]), "infinite"),
        (lambda: e.inequality_by_design(FRAME["rose"] * 0, RECORDS), "all 0"),
        (lambda: e.inequality_by_design(FRAME["rose"], RECORDS, measures=["gin"]), "mean 'gini'"),
        (lambda: e.inequality_by_design(FRAME["rose"], RECORDS, groups=["a"]), "1 group labels"),
        (
            lambda: e.inequality_by_design(FRAME["rose"], RECORDS, groups=FRAME["rose"]),
            "nothing to share",
        ),
        (lambda: e.lorenz_by_design(FRAME["enroll"], RECORDS, at=[0.2, 1.0]), "between 0 and 1"),
        (
            lambda: e.concentration_curve_by_design(FRAME["rose"] * 0, FRAME["api99"], RECORDS),
            "all 0",
        ),
        (
            lambda: e.concentration_curve_by_design(FRAME["rose"], [1, 2], RECORDS),
            "rank_by has 2 entries",
        ),
        (
            lambda: e.horizontal_inequity(
                FRAME["rose"], FRAME["enroll"], FRAME["api99"], weights=FRAME["pw"], records=RECORDS
            ),
            "both given",
        ),
        (
            lambda: e.horizontal_inequity(FRAME["rose"] * 0, FRAME["enroll"], FRAME["api99"]),
            "0 for everyone",
        ),
        (
            lambda: e.subgroups_of_sample(FRAME["rose"], FRAME["stype"], RECORDS, ["E", "H"]),
            "no subgroup 'M'",
        ),
        (
            lambda: e.subgroups_of_sample(FRAME["rose"], FRAME["stype"], RECORDS, list("EHMX")),
            "no subgroup 'X'",
        ),
        (
            lambda: e.slope_index(
                e.subgroups_of_sample(FRAME["rose"], FRAME["stype"], RECORDS), [1, 2, 3]
            ),
            "leave population out",
        ),
        (lambda: e.slope_index([20, 30, 40]), "no population"),
        (lambda: e.slope_index([0, 0, 100, 100], [1, 1, 1, 1]), "has no slope"),
        (lambda: e.slope_index([10, 20, 30], [0, 5, 0]), "fewer than two subgroups"),
        (lambda: e.slope_index([10, 20, 30], [1, 1, 1], confidence=95), "mean 0.95"),
        (lambda: e.concentration_index([1, 2, 3], [1, 2, 3], confidence=95), "mean 0.95"),
        (
            lambda: e.horizontal_inequity([1, 2, 3], [1, 2, 3], list("abc")),
            "0 and 1 for each level",
        ),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
