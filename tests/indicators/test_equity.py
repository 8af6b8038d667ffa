"""Inequality, concentration, agglomeration: invariants, published numbers, direct formulas."""

from __future__ import annotations

from functools import partial

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

AMOUNTS = st.lists(st.integers(0, 50), min_size=2, max_size=15).filter(lambda x: sum(x) > 0)


def people(seed: int, n: int = 60, ties: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, living standard and weights of made-up persons."""
    rng = np.random.default_rng(seed)
    wealth = rng.normal(size=n).round(0 if ties else 9)
    return rng.poisson(np.exp(0.4 * wealth) + 0.5).astype(float), wealth, rng.uniform(0.5, 2, n)


def parts(values, groups, weights=None) -> pd.Series:
    return e.theil_parts(values, groups, weights).set_index("group")["estimate"]


def test_gini_and_theil_published(cases):
    for name in ("gini_theil", "inequality_package"):
        case = cases[name]
        assert e.gini(case["values"]) == pytest.approx(case["gini"], abs=1e-12)
        table = parts(case["values"], case["groups"])
        assert table["total"] == pytest.approx(case["theil"], abs=1e-8)
        assert table["between"] == pytest.approx(case["between"], abs=1e-7)
        assert table["within"] == pytest.approx(case["within"], abs=1e-7)


def test_gini_and_theil_against_pysal(packages):
    case = packages["spread"]
    assert e.gini(case["values"]) == pytest.approx(case["gini"], rel=1e-12)
    table = parts(case["values"], case["groups"])
    for part, name in (("total", "theil"), ("between", "between"), ("within", "within")):
        assert table[part] == pytest.approx(case[name], rel=1e-10)


@given(AMOUNTS)
def test_gini_is_half_the_mean_difference(values):
    y = np.array(values, float)
    differences = np.abs(y[:, None] - y[None, :]).mean()
    assert e.gini(y) == pytest.approx(differences / (2 * y.mean()), abs=1e-12)


@given(AMOUNTS, st.integers(2, 4), st.floats(0.1, 100))
def test_scale_and_replication(values, times, factor):
    for measure in (e.gini, e.theil):
        once = measure(values)
        assert measure(values * times) == pytest.approx(once, abs=1e-12)
        assert measure(values, [times] * len(values)) == pytest.approx(once, abs=1e-12)
        assert measure(np.array(values) * factor) == pytest.approx(once, abs=1e-9)


@given(AMOUNTS.filter(lambda x: min(x) + 2 <= max(x)))
def test_transfer_principle(values):
    """One unit from the richest to the poorest, not changing places, lowers every measure."""
    moved = list(values)
    moved[moved.index(max(moved))] -= 1
    moved[moved.index(min(moved))] += 1
    assert e.gini(moved) < e.gini(values)
    assert e.theil(moved) < e.theil(values)
    assert e.herfindahl(moved) < e.herfindahl(values)


@given(AMOUNTS, st.data())
def test_theil_parts_add_up(values, data):
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=len(values), max_size=len(values)))
    values = np.array(values) + 0.5
    table = parts(values, groups)
    assert table["total"] == pytest.approx(e.theil(values), abs=1e-12)
    assert table["between"] + table["within"] == pytest.approx(table["total"], abs=1e-12)
    assert table["between"] >= -1e-12


@given(AMOUNTS)
def test_lorenz_encloses_the_gini(values):
    curve = e.lorenz(values)
    area = np.trapezoid(curve["value_share"], curve["population_share"])
    assert 1 - 2 * area == pytest.approx(e.gini(values), abs=1e-12)
    assert (curve.diff().dropna() >= -1e-12).all(axis=None)


@given(AMOUNTS, st.sampled_from([0.3, 1, 2.5]))
def test_atkinson_is_what_an_even_share_would_save(values, aversion):
    y = np.array(values) + 0.5
    index = e.atkinson(y, aversion=aversion)
    # Everybody with the even equivalent is as well off, by the utility that the index stands for.
    even = (1 - index) * y.mean()
    utility = np.log if aversion == 1 else lambda x: x ** (1 - aversion)
    assert utility(even) == pytest.approx(utility(y).mean())
    assert -1e-12 <= index < 1
    assert e.atkinson(y * 7, aversion=aversion) == pytest.approx(index, abs=1e-9)
    assert e.atkinson(values, np.ones(len(y)) * 3, aversion=0.5) == pytest.approx(
        e.atkinson(values)
    )


def test_atkinson_with_nothing():
    assert e.atkinson([0, 1], aversion=1) == 1
    assert e.atkinson([0, 1], aversion=0.5) == pytest.approx(0.5)
    with pytest.raises(CommsvcError, match="the aversion is 0"):
        e.atkinson([1, 2], aversion=0)


def test_inequality_refusals():
    with pytest.raises(CommsvcError, match="row 1"):
        e.gini([1, -1])
    with pytest.raises(CommsvcError, match="missing"):
        e.gini([1, np.nan])
    with pytest.raises(CommsvcError, match="all 0"):
        e.gini([0, 0])
    with pytest.raises(CommsvcError, match="infinite where"):
        e.mean_log_deviation([0, 1])
    with pytest.raises(CommsvcError, match="no group"):
        e.theil_parts([1, 2], ["a", None])
    with pytest.raises(CommsvcError, match="'b' has nothing to share"):
        e.theil_parts([1, 0], ["a", "b"])
    with pytest.raises(CommsvcError, match="over_printed"):
        e.gini(["1万", "2万"])
    with pytest.raises(CommsvcError, match="weights have 2"):
        e.gini([1, 2, 3], [1, 1])


def test_spread_over_townships():
    centres = [1, 3, 1, 0, 0, 0, 0, 0, 1, 3, 0, 0, 1, 1]
    assert 1 / e.herfindahl(centres) == pytest.approx(121 / 23)


def test_concentration_grouped_published(cases):
    case = cases["concentration_grouped"]
    births, rates = case["population"], case["rate_per_1000"]
    assert e.concentration_index(rates, range(5), births) == pytest.approx(case["index"], abs=5e-5)
    curve = e.concentration_curve(rates, range(5), births)
    p, share = curve.to_numpy()[1:].T
    assert (p[:-1] * share[1:] - p[1:] * share[:-1]).round(4).tolist() == case["terms"]
    assert round(np.dot(births, rates) / 1000) == case["deaths"]


def by_people(y, x, w=None, **options):
    """The index of independent persons, with its error."""
    sample = Sample(np.ones(len(y)) if w is None else w)
    return by_design(partial(e.concentration_index, y, x, **options), sample)


def kakwani_by_loops(y: np.ndarray, x: np.ndarray) -> tuple[float, float]:
    """Formula 1 of Kakwani et al. as printed, person by person; no two equal in x."""
    n, order = len(y), np.argsort(x)
    y = y[order]
    mu = sum(y) / n
    rank = [(i + 0.5) / n for i in range(n)]
    c = 2 / (n * mu) * sum(y[i] * rank[i] for i in range(n)) - 1
    q = [0.0]
    for i in range(n):
        q.append(q[-1] + y[i] / (mu * n))
    a = [y[i] / mu * (2 * rank[i] - 1 - c) + 2 - q[i] - q[i + 1] for i in range(n)]
    return c, (sum(v * v for v in a) / n - (1 + c) ** 2) / n


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_concentration_index_is_formula_1(seed):
    y, x, _ = people(seed)
    found = by_people(y, x)
    index, variance = kakwani_by_loops(y, x)
    assert found.estimate == pytest.approx(index, abs=1e-12)
    # The sample's variance, over n − 1, where the paper's is over n.
    assert found.se**2 * (len(y) - 1) / len(y) == pytest.approx(variance, rel=1e-9)


def kakwani_grouped(f, y, sd, n):
    """The standard error of grouped data in the same paper, with the spread within groups."""
    f = f / f.sum()
    mean, p = f @ y, np.cumsum(f)
    q, rank = np.cumsum(f * y) / mean, p - f / 2
    index = 2 * (f * y) @ rank / mean - 1
    a = y / mean * (2 * rank - 1 - index) + 2 - np.concatenate([[0.0], q[:-1]]) - q
    within = f @ (sd**2 * (2 * rank - 1 - index) ** 2) / mean**2
    return index, np.sqrt((f @ a**2 - (1 + index) ** 2 + within) / n)


def test_ties_equal_the_grouped_formula():
    """People alike in living standard are a group: the paper's grouped variance, with spread."""
    y, x, _ = people(5, 300, ties=True)
    groups = pd.DataFrame({"y": y, "x": x}).groupby("x")["y"]
    sizes, means, sds = (f.to_numpy() for f in (groups.size(), groups.mean(), groups.std(ddof=0)))
    index, se = kakwani_grouped(sizes, means, sds, 300)
    found = by_people(y, x)
    assert found.estimate == pytest.approx(index, abs=1e-12)
    assert found.se * np.sqrt(299 / 300) == pytest.approx(se, rel=1e-9)
    assert e.concentration_index(means, range(len(means)), sizes) == pytest.approx(index)


@pytest.mark.parametrize("ties", [False, True])
def test_convenient_regression_is_statsmodels(ties):
    y, x, w = people(7, 80, ties)
    share = w / w.sum()
    # Mean fractional rank, by comparing everyone with everyone.
    rank = np.array([share[x < v].sum() + share[x == v].sum() / 2 for v in x])
    spread = share @ (rank - share @ rank) ** 2
    left = 2 * spread * y / (share @ y)
    fit = sm.WLS(left, sm.add_constant(rank), weights=w).fit()
    assert e.concentration_index(y, x, w) == pytest.approx(fit.params[1], rel=1e-9)


@pytest.mark.parametrize(
    ("kind", "bounds"),
    [("standard", None), ("generalised", None), ("erreygers", (0, 1)), ("wagstaff", (0, 1))],
)
@pytest.mark.parametrize("weighted", [False, True])
def test_errors_against_the_jackknife(kind, bounds, weighted):
    y, x, w = people(11, 400)
    y = (y > 1).astype(float)
    w = w if weighted else np.ones(400)

    def index(keep: np.ndarray) -> float:
        return e.concentration_index(y[keep], x[keep], w[keep], kind=kind, bounds=bounds)

    n = len(y)
    left_out = np.array([index(np.delete(np.arange(n), i)) for i in range(n)])
    jackknife = np.sqrt((n - 1) / n * ((left_out - left_out.mean()) ** 2).sum())
    se = by_people(y, x, w, kind=kind, bounds=bounds).se
    assert se == pytest.approx(jackknife, rel=0.03)


def test_kinds_by_their_definitions():
    y, x, _ = people(13, 200)
    y = (y > 1).astype(float)
    found = {
        kind: e.concentration_index(y, x, kind=kind, bounds=(0, 1))
        for kind in ("standard", "generalised", "erreygers", "wagstaff")
    }
    c, mean = found["standard"], y.mean()
    assert found["generalised"] == pytest.approx(c * mean)
    assert found["erreygers"] == pytest.approx(4 * mean * c)
    assert found["wagstaff"] == pytest.approx(c / (1 - mean))


@given(st.integers(0, 10**6), st.floats(0.1, 50))
@settings(max_examples=20)
def test_concentration_invariants(seed, factor):
    y, x, w = people(seed, 30, ties=bool(seed % 2))

    index = e.concentration_index
    base = index(y, x)
    assert index(y * factor, x) == pytest.approx(base, abs=1e-9)
    assert index(y, 3 * x + 2) == pytest.approx(base, abs=1e-9)
    assert index(y, -x) == pytest.approx(-base, abs=1e-9)
    turn = np.random.default_rng(seed).permutation(30)
    here, there = by_people(y, x, w), by_people(y[turn], x[turn], w[turn])
    assert here.estimate == pytest.approx(there.estimate, abs=1e-9)
    assert here.se == pytest.approx(there.se, rel=1e-6)
    assert index(y, x, np.full(30, 2.5)) == pytest.approx(base, abs=1e-9)
    # The mirror of an outcome within its bounds turns the sign of Erreygers' index.
    z = (y > 0).astype(float)
    if 0 < z.mean() < 1:
        a, b = (by_people(each, x, kind="erreygers", bounds=(0, 1)) for each in (z, 1 - z))
        assert a.estimate == pytest.approx(-b.estimate, abs=1e-9)
        assert a.se == pytest.approx(b.se, rel=1e-6)


def test_gini_is_the_concentration_index_of_itself():
    y, _, _ = people(17)
    assert e.concentration_index(y, y) == pytest.approx(e.gini(y))


def test_concentration_curve_encloses_the_index():
    y, x, _ = people(19, ties=True)
    curve = e.concentration_curve(y, x)
    area = np.trapezoid(curve["outcome_share"], curve["population_share"])
    assert e.concentration_index(y, x) == pytest.approx(1 - 2 * area)


def test_concentration_refusals():
    with pytest.raises(CommsvcError, match="needs the outcome's bounds"):
        e.concentration_index([0, 1, 1], [1, 2, 3], kind="erreygers")
    with pytest.raises(CommsvcError, match="bounds"):
        e.concentration_index([0, 1, 2], [1, 2, 3], kind="wagstaff", bounds=(0, 1))
    with pytest.raises(CommsvcError, match="did you mean 'erreygers'"):
        e.concentration_index([0, 1, 1], [1, 2, 3], kind="ereygers")
    with pytest.raises(CommsvcError, match="rank_by is missing"):
        e.concentration_index([0, 1, 1], [1, 2, np.nan])
    with pytest.raises(CommsvcError, match="all 0"):
        e.concentration_index([0, 0, 0], [1, 2, 3])


def test_horizontal_inequity():
    rng = np.random.default_rng(2)
    wealth, need = rng.normal(size=300), rng.normal(size=300) ** 2
    use = 3 + need + 0.5 * wealth
    use -= use.min() - 0.1
    table = e.horizontal_inequity(use, wealth, need, controls=wealth).set_index("group")
    without = e.concentration_index(use, wealth)
    assert table.loc["use", "estimate"] == pytest.approx(without)
    assert table.loc["horizontal inequity", "estimate"] > 0
    with pytest.raises(CommsvcError, match="repeat each other"):
        e.horizontal_inequity(use, wealth, np.column_stack([need, 2 * need]))


def test_agglomeration_by_hand(cases):
    case = cases["agglomeration"]
    table = e.agglomeration(case["resources"], case["area"], case["population"])
    for column in ("hrad", "pad", "ratio"):
        assert table[column].tolist() == pytest.approx(case[column])
    with pytest.raises(CommsvcError, match="without area"):
        e.agglomeration([1, 1], [0, 1], [1, 1])


@given(st.lists(st.tuples(*[st.integers(1, 99)] * 3), min_size=2, max_size=8))
def test_agglomeration_averages_to_one(rows):
    resources, area, population = (np.array(column, float) for column in zip(*rows, strict=True))
    table = e.agglomeration(resources, area, population)
    assert (table["hrad"] @ area) / area.sum() == pytest.approx(1)
    assert (table["ratio"] @ population) / population.sum() == pytest.approx(1)


def test_heat_published(cases):
    case = cases["heat"]
    table = e.disaggregated_inequality(case["estimates"], case["population"], ordered=True)
    found = table.set_index("group")["estimate"]
    for name in ("ACI", "RCI", "PAR", "PAF"):
        assert found[name] == pytest.approx(case[name], abs=5e-9)
    weights, y = case["population"], np.array(case["estimates"], float)
    theil = e.theil(y, weights)
    assert found["TI"] == pytest.approx(theil)
    assert found["MLD"] == pytest.approx(e.mean_log_deviation(y, weights))


def test_heat_for_what_is_bad():
    table = e.disaggregated_inequality([30, 10, 20], [1, 1, 1], ordered=False, favourable=False)
    found = table.set_index("group")["estimate"]
    assert (found["D"], found["R"], found["PAR"]) == (20, 3, -10)
    none = e.disaggregated_inequality([30, 10], [1, 1], ordered=True).set_index("group")
    assert none.loc["PAR", "estimate"] == 0
    with pytest.raises(CommsvcError, match="all 0"):
        e.disaggregated_inequality([0, 0], [1, 1], ordered=True)


def glm_ends(estimates: list[float], population: list[float], weights: list[float]) -> np.ndarray:
    """Predictions at the top and bottom from statsmodels' binomial GLM."""
    p = np.array(population) / np.sum(population)
    x = sm.add_constant(np.cumsum(p) - p / 2)
    y = np.array(estimates) / 100
    fit = sm.GLM(y, x, family=sm.families.Binomial(), var_weights=weights).fit(tol=1e-14)
    return fit.predict(np.array([[1, 1], [1, 0]]))


def test_slope_index_published_and_by_statsmodels(cases):
    case = cases["heat"]
    table = e.slope_index(case["estimates"], case["population"])
    sii, rii = table["estimate"]
    assert (sii, rii) == pytest.approx((case["SII"], case["RII"]), abs=5e-8)
    top, bottom = glm_ends(case["estimates"], case["population"], case["population"])
    assert (sii, rii) == pytest.approx((100 * (top - bottom), top / bottom), rel=1e-8)
    # The R package's own: whole people with the indicator, and the population as weight again.
    counts = [
        round(y / 100 * n) for y, n in zip(case["estimates"], case["population"], strict=True)
    ]
    whole = [100 * c / n for c, n in zip(counts, case["population"], strict=True)]
    squared = [n**2 for n in case["population"]]
    top, bottom = glm_ends(whole, case["population"], squared)
    assert 100 * (top - bottom) == pytest.approx(case["SII_double_weight"], abs=5e-6)
    assert top / bottom == pytest.approx(case["RII_double_weight"], abs=5e-7)


def test_slope_index_invariants_and_refusals():
    estimates, population = [20, 30, 40, 50, 60], [78, 91, 162, 103, 105]
    once = e.slope_index(estimates, population)
    many = e.slope_index(estimates, np.array(population) * 10)
    assert many["estimate"].tolist() == pytest.approx(once["estimate"].tolist())
    back = e.slope_index(estimates[::-1], population[::-1])
    assert back["estimate"][0] == pytest.approx(-once["estimate"][0])
    assert back["estimate"][1] == pytest.approx(1 / once["estimate"][1])
    line = e.slope_index([1, 2, 3], [1, 1, 1], model="linear", scale=1)
    assert line["estimate"][0] == pytest.approx(3)
    with pytest.raises(CommsvcError, match="allowed: shares of 100"):
        e.slope_index([20, 120, 40], [1, 1, 1])
    with pytest.raises(CommsvcError, match="no slope"):
        e.slope_index([20, 30], [1, 1])
    with pytest.raises(CommsvcError, match="has no slope"):
        e.slope_index([0, 0, 100, 100], [1, 1, 1, 1])
    with pytest.raises(CommsvcError, match="fewer than two subgroups"):
        e.slope_index([10, 20, 30], [0, 5, 0])
