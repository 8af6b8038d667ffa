"""Inequality in complex samples: R survey, and what must not depend on units or rows."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc import by_design
from commsvc.errors import CommsvcError
from commsvc.indicators import equity as e
from commsvc.inference import Sample

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "equity.json").read_text(encoding="utf-8"))
EXACT = 1e-8
# Of linearisation from the jackknife of whole clusters: of the order of one over their number (200
# schools, 15 districts).
JACKKNIFE = {"strat": 0.02, "cluswr": 0.2}
# The measures with an influence of their own, and what they take besides the values.
OWN = [e.gini, e.theil, e.mean_log_deviation]


def schools(name: str) -> tuple[pd.DataFrame, Sample]:
    frame = pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv")
    frame["rose"] = (frame["api00"] - frame["api99"] >= 30).astype(float)
    frame["fifth"] = pd.cut(frame["api99"], [0, 520, 600, 680, 760, 1000], labels=False)
    if name == "strat":
        return frame, Sample(frame["pw"], strata=frame["stype"], fpc=frame["fpc"])
    return frame, Sample(frame["pw"], clusters=frame["dnum"])


@pytest.fixture(params=["strat", "cluswr"])
def sample(request):
    return request.param, *schools(request.param)


def pair(found) -> list[float]:
    return [*np.ravel(found.estimate), *np.ravel(found.se)]


def fifths(frame: pd.DataFrame, measure, **options):
    """A measure of the groups' means and people, as a statistic of weights."""
    group, rose = frame["fifth"].to_numpy(), frame["rose"].to_numpy()

    def statistic(w):
        people = np.bincount(group, w)
        return measure(np.bincount(group, w * rose) / people, people, **options)["estimate"]

    return statistic


def test_gini_is_langel_tille_and_theil_svycontrast(sample):
    name, frame, people = sample
    y = frame["enroll"].to_numpy()
    for measure, key in zip(OWN, ("gini", "theil", "mld"), strict=True):
        assert pair(by_design(partial(measure, y), people)) == pytest.approx(R[f"{key} {name}"])
        engine = by_design(lambda w, of=measure: of(y, w), people)
        assert pair(engine) == pytest.approx(R[f"{key} {name}"], rel=EXACT)
    parts = by_design(lambda w: e.theil_parts(y, frame["stype"], w)["estimate"], people)
    for place, key in ((1, "between"), (2, "within"), (4, "theil of H")):
        found = [parts.estimate[place], parts.se[place]]
        assert found == pytest.approx(R[f"{key} {name}"], rel=EXACT)


@pytest.mark.parametrize("aversion", [0.5, 1, 2])
def test_atkinson_is_svycontrast(sample, aversion):
    name, frame, people = sample
    found = by_design(lambda w: e.atkinson(frame["enroll"], w, aversion=aversion), people)
    assert pair(found) == pytest.approx(R[f"atkinson {aversion} {name}"], rel=EXACT)


@pytest.mark.parametrize("kind", ["standard", "generalised", "erreygers", "wagstaff"])
def test_the_influence_of_the_index_is_the_engines(sample, kind):
    _, frame, people = sample
    index = partial(e.concentration_index, frame["rose"], frame["enroll"], kind=kind, bounds=(0, 1))
    engine = by_design(lambda w: index(w), people)
    assert pair(by_design(index, people)) == pytest.approx(pair(engine), rel=EXACT)


def test_lorenz_points_by_the_jackknife(sample):
    name, frame, people = sample

    def points(w):
        return np.interp([0.2, 0.4, 0.6, 0.8], *e.lorenz(frame["enroll"], w).to_numpy().T)

    found = by_design(points, people)
    assert found.estimate.tolist() == pytest.approx(R[f"lorenz {name}"][:4])
    assert found.se.tolist() == pytest.approx(R[f"lorenz {name}"][4:], rel=JACKKNIFE[name])


def test_concentration_points_among_fifths_by_replicates():
    """Few ranks: the curve is straight in each, and a smooth function of totals."""
    frame, people = schools("strat")
    at, weights = [0.15, 0.5, 0.85], frame["pw"].to_numpy()

    def curve(w):
        return np.interp(at, *e.concentration_curve(frame["rose"], frame["fifth"], w).to_numpy().T)

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
    found = by_design(curve, people)
    # Strata of 50 schools, of which a fifth of the order has ten or twenty.
    assert found.se.tolist() == pytest.approx(np.sqrt(variance).tolist(), rel=0.05)


def test_horizontal_inequity_by_the_jackknife(sample):
    name, frame, people = sample
    need = np.column_stack([frame["api99"], frame["sch.wide"] == "Yes"])

    def statistic(w):
        table = e.horizontal_inequity(
            frame["rose"], frame["enroll"], need, w, controls=frame["enroll"]
        )
        return table["estimate"]

    expected, found = R[f"horizontal {name}"], by_design(statistic, people)
    assert found.estimate.tolist() == pytest.approx(expected[:3])
    assert found.se.tolist() == pytest.approx(expected[3:], rel=JACKKNIFE[name])


def test_decomposition_is_rs(sample):
    """lm() and ranks in R, and the errors of its contributions by replicate weights."""
    name, frame, people = sample
    factors = {
        "api99": frame["api99"],
        "wide": (frame["sch.wide"] == "Yes") * 1.0,
        "high": (frame["stype"] == "H") * 1.0,
    }
    table = e.concentration_parts(frame["rose"], frame["enroll"], factors, frame["pw"])
    expected = R[f"decomposition {name}"]
    numbers = table[["coefficient", "mean", "elasticity", "index", "estimate"]].to_numpy()
    assert numbers[:3].ravel().tolist() == pytest.approx(expected[:15], rel=EXACT)
    assert table["estimate"].tolist()[3:] == pytest.approx(expected[15:17], rel=EXACT)
    found = by_design(
        lambda w: e.concentration_parts(frame["rose"], frame["enroll"], factors, w)["estimate"],
        people,
    )
    assert found.se.tolist() == pytest.approx(expected[17:], rel=JACKKNIFE[name] * 1.5)


def test_measures_between_subgroups_are_svycontrast(sample):
    name, frame, people = sample
    table = e.disaggregated_inequality([1, 2, 3], [1, 1, 1], ordered=True)
    place = {key: i for i, key in enumerate(table["group"])}
    found = by_design(fifths(frame, e.disaggregated_inequality, ordered=True), people)
    for key in ("D", "R", "ACI", "RCI", "BGV", "TI", "MLD"):
        at = place[key]
        assert [found.estimate[at], found.se[at]] == pytest.approx(R[f"{key} {name}"], rel=EXACT)
    assert found.estimate[place["PAR"]] == 0
    # The poorest fifth improved most: from the other end there is something to gain.
    turned = frame.assign(fifth=4 - frame["fifth"])
    found = by_design(fifths(turned, e.disaggregated_inequality, ordered=True), people)
    for key in ("PAR", "PAF"):
        at = place[key]
        assert [found.estimate[at], found.se[at]] == pytest.approx(R[f"{key} {name}"], rel=EXACT)


def test_slope_by_the_jackknife_and_with_known_ranks_by_svyglm(sample):
    name, frame, people = sample

    def both(model):
        slope = fifths(frame, e.slope_index, model=model, scale=1)

        def statistic(w):
            sii, rii = slope(w)
            return np.array([sii, np.log(rii)])

        return by_design(statistic, people)

    found = [both(model) for model in ("logit", "linear")]
    expected = R[f"slope {name}"]
    assert [*found[0].estimate, *found[1].estimate] == pytest.approx(expected[:4])
    errors = [*found[0].se, *found[1].se]
    assert errors == pytest.approx(expected[4:], rel=JACKKNIFE[name])
    group, rose = frame["fifth"].to_numpy(), frame["rose"].to_numpy()
    share = np.bincount(group, frame["pw"]) / frame["pw"].sum()
    known = sm.add_constant(np.cumsum(share) - share / 2)

    def sii(w):
        n = np.bincount(group, w)
        fit = sm.GLM(
            np.bincount(group, w * rose) / n, known, family=sm.families.Binomial(),
            var_weights=n / n.sum(),
        ).fit(tol=1e-14)  # fmt: skip
        bottom, top = fit.predict(np.array([[1, 0], [1, 1]]))
        return top - bottom

    found = by_design(sii, people)
    assert found.se == pytest.approx(R[f"slope, ranks known {name}"][1], rel=1e-6)


def every(f: pd.DataFrame, times: float = 1.0):
    """Everything at once, as a statistic of weights."""

    def statistic(w):
        horizontal = e.horizontal_inequity(f["rose"] * times, f["enroll"], f["api99"], w)
        parts = e.concentration_parts(f["rose"] * times, f["enroll"], {"x": f["api99"]}, w)
        return np.concatenate(
            [
                [e.gini(f["enroll"] * times, w), e.theil(f["enroll"] * times, w)],
                [e.mean_log_deviation(f["enroll"] * times, w)],
                [e.concentration_index(f["rose"] * times, f["api99"], w)],
                horizontal["estimate"],
                parts["estimate"],
                e.theil_parts(f["enroll"] * times, f["fifth"], w)["estimate"],
            ]
        )

    return statistic


@given(st.floats(0.01, 1e4), st.integers(0, 10**6))
@settings(max_examples=5, deadline=None)
def test_neither_the_unit_nor_the_order_of_rows_matters(factor, seed):
    frame, people = schools("cluswr")
    again = frame.sample(frac=1, random_state=seed)
    mixed = Sample(again["pw"], clusters=again["dnum"])
    one, other = by_design(every(frame), people), by_design(every(again, factor), mixed)
    assert pair(one) == pytest.approx(pair(other), rel=1e-6, abs=1e-12)


def test_who_did_not_answer_is_a_domain_and_needs_no_value():
    frame, people = schools("cluswr")
    inside = (frame["stype"] != "M").to_numpy()
    lacking = frame.astype({"fifth": object})
    for column in ("rose", "enroll", "api99"):
        lacking[column] = frame[column].where(inside)
    lacking["fifth"] = lacking["fifth"].where(inside, None)
    # The same by weights of 0 for all others, their values kept.
    kept = people.domain(inside)
    found = by_design(every(lacking), kept)
    assert pair(found) == pytest.approx(pair(by_design(every(frame), kept)), rel=1e-12)
    assert e.gini(frame["enroll"][inside], frame["pw"][inside]) == pytest.approx(found.estimate[0])
    for measure in OWN:
        own = by_design(partial(measure, lacking["enroll"]), kept)
        engine = by_design(lambda w, of=measure: of(lacking["enroll"], w), kept)
        assert pair(own) == pytest.approx(pair(engine), rel=EXACT)


def test_intervals_cover_the_truth_in_simulated_samples():
    rng = np.random.default_rng(7)
    town = np.repeat(np.arange(400), 25)
    people = rng.lognormal(0, 0.5, town.size) * rng.lognormal(0, 0.4, 400)[town]
    truth = e.gini(people)
    hits = 0
    for _ in range(200):
        chosen = np.isin(town, rng.choice(400, 60, replace=False))
        drawn = Sample(np.ones(chosen.sum()), clusters=town[chosen])
        interval = by_design(partial(e.gini, people[chosen]), drawn).interval()
        hits += interval.low <= truth <= interval.high
    # 95 % of 200 is 190; four standard deviations of a binomial share below.
    assert hits >= 178


FRAME, PEOPLE = schools("strat")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: by_design(partial(e.gini, [1, 2]), PEOPLE), "2 entries, the weights have 200"),
        (lambda: by_design(partial(e.mean_log_deviation, FRAME["rose"]), PEOPLE), "infinite"),
        (lambda: by_design(partial(e.gini, FRAME["rose"] * 0), PEOPLE), "all 0"),
        (lambda: e.theil_parts(FRAME["rose"], ["a"]), "1 group labels"),
        (lambda: e.theil_parts(FRAME["rose"], FRAME["rose"]), "nothing to share"),
        (lambda: e.concentration_curve(FRAME["rose"] * 0, FRAME["api99"]), "all 0"),
        (lambda: e.concentration_curve([1, 2], [1]), "rank_by has 1 entries"),
        (
            lambda: e.horizontal_inequity(FRAME["rose"] * 0, FRAME["enroll"], FRAME["api99"]),
            "all 0",
        ),
        (
            lambda: e.horizontal_inequity([1, 2, 3], [1, 2, 3], list("abc")),
            "0 and 1 for each level",
        ),
        (
            lambda: e.concentration_parts([1, 2, 4], [1, 2, 3], {"a": [1, 2, 5], "b": [2, 4, 10]}),
            "repeat each other",
        ),
        (lambda: e.disaggregated_inequality([1], [1], ordered=True), "two or more"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
