"""Totals of cells give what the people one by one give, whatever the design."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.inference import Ratio, Sample, by_design, make_replicates
from commsvc.inference.cell_totals import ClusterCells, PeopleCells, SampleCells
from commsvc.inference.clusters import Clusters, Strata
from commsvc.inference.crosstabs import cramers_v
from commsvc.inference.design_tests import design_cramers_v, share_effect
from commsvc.inference.jackknife import Total

C = 4


@st.composite
def people(draw):
    n = draw(st.integers(5, 30))
    column = lambda values: np.array(draw(st.lists(values, min_size=n, max_size=n)))  # noqa: E731
    return {
        "stratum": column(st.integers(0, 3)),
        "cell": column(st.integers(-1, C - 1)),
        "w": column(st.floats(0.1, 9)),
        "y": column(st.floats(-50, 50)),
        "values": column(st.floats(-3, 3)),
        "lonely": draw(st.sampled_from(["remove", "certainty", "adjust", "average"])),
        "finite": draw(st.booleans()),
    }


def direct(data) -> tuple[PeopleCells, Strata]:
    """The people summed by stratum and cell, by a loop."""
    _, stratum, sampled = np.unique(data["stratum"], return_inverse=True, return_counts=True)
    population = sampled * 2.5 if data["finite"] else None
    s = sampled.size
    count, first, second = np.zeros((s, C)), np.zeros((s, C, 2)), np.zeros((s, C, 2, 2))
    for h, c, w, y in zip(stratum, data["cell"], data["w"], data["y"], strict=True):
        if c >= 0:
            f = w * np.array([1.0, y])
            count[h, c] += 1
            first[h, c] += f
            second[h, c] += np.outer(f, f)
    strata = Strata(sampled, population, data["lonely"])
    return PeopleCells(count.sum(axis=0), count, first, second, strata), strata


@given(people(), st.integers(0, 2**31))
def test_people_drawn_directly(data, seed):
    cells, strata = direct(data)
    values = np.random.default_rng(seed).normal(size=(C, 2, 3))
    n = data["w"].size
    each = np.zeros((n, 3))
    for i, (c, w, y) in enumerate(zip(data["cell"], data["w"], data["y"], strict=True)):
        if c >= 0:
            each[i] = w * (values[c, 0] + y * values[c, 1])
    _, stratum = np.unique(data["stratum"], return_inverse=True)
    population = None if strata.population is None else np.asarray(strata.population)[stratum]
    clusters = Clusters(stratum, size=n, population=population, lonely=data["lonely"])
    try:
        # As R's survey does, "average" takes the strata that hold anybody of the domain.
        expected = clusters.covariance(each, data["cell"] >= 0)
    except CommsvcError:
        with pytest.raises(CommsvcError):
            cells.covariance_of(values)
        return
    found = by_design(Total(values), cells)
    scale = max(np.abs(expected).max(), 1.0)
    np.testing.assert_allclose(found.covariance, expected, atol=1e-9 * scale, rtol=1e-9)
    np.testing.assert_allclose(found.estimate, each.sum(axis=0), atol=1e-8)
    inside = data["cell"] >= 0
    assert found.df == inside.sum() - np.unique(stratum[inside]).size


@given(people())
def test_the_same_people_as_records_and_as_clusters(data):
    records = Sample(
        data["w"], strata=data["stratum"] // 2, clusters=data["stratum"], lonely="adjust"
    )
    code = data["cell"]
    one = SampleCells.of(code, C, records, np.where(code >= 0, data["y"], 0.0)[:, None])
    totals = np.zeros((records.stages[0].clusters.code.size, C, 2))
    for m, c, w, y in zip(records.units, code, data["w"], data["y"], strict=True):
        if c >= 0:
            totals[m, c] += w * np.array([1.0, y])
    other = ClusterCells(one.counts, totals, records.stages[0].clusters)
    top, bottom = np.zeros((C, 2, 1)), np.zeros((C, 2, 1))
    top[:, 1], bottom[:, 0] = 1, 1
    pairs = [(one, other), (one.take([2, 0]), other.take([2, 0]))]
    pairs += [(one.pool([0, 1, 1, 0], 2), other.pool([0, 1, 1, 0], 2))]
    for a, b in pairs:
        assert a.df == b.df
        c = a.counts.size
        left, right = (by_design(Ratio(top[:c], bottom[:c], blank=True), x) for x in (a, b))
        np.testing.assert_allclose(left.estimate, right.estimate, rtol=1e-9, atol=1e-9)
        scale = np.nanmax([np.abs(right.covariance).max(), 1.0])
        np.testing.assert_allclose(left.covariance, right.covariance, atol=1e-9 * scale)


def test_replicates_are_computed_anew():
    random = np.random.default_rng(3)
    n = 80
    people = Sample(random.uniform(1, 3, n), clusters=np.repeat(range(10), 8))
    made = make_replicates(people, "JK1")
    code, y = random.integers(-1, C, n), random.normal(size=n)
    cells = SampleCells.of(code, C, Sample(replicates=made), np.where(code >= 0, y, 0.0)[:, None])
    inside = code >= 0
    mean = by_design(Ratio([[[0.0], [1.0]]] * C, [[[1.0], [0.0]]] * C), cells)
    expected = by_design(Ratio(y), made.domain(inside))
    assert mean.estimate == pytest.approx(expected.estimate)
    assert mean.covariance == pytest.approx(expected.covariance)
    assert mean.df == expected.df
    part = by_design(Ratio([[[0.0], [1.0]]], [[[1.0], [0.0]]]), cells.take([1, 3]).pool([0, 0], 1))
    some = np.isin(code, [1, 3])
    expected = by_design(Ratio(y), made.domain(some))
    assert part.covariance == pytest.approx(expected.covariance)


def test_nobody_of_a_stratum_in_two_cells_has_exactly_no_variance():
    count = np.array([[5.0, 0.0], [0.0, 7.0]])
    weight = np.array([[0.1, 0.0], [0.0, 0.3]])
    cells = PeopleCells(
        count.sum(axis=0), count, (count * weight)[..., None],
        (count * weight**2)[..., None, None], Strata([5, 7]),
    )  # fmt: skip
    # What the strata are is known: their share varies by nothing but rounding.
    assert by_design(Ratio(np.eye(2)), cells).se.max() < 1e-15


@pytest.mark.parametrize("table", [[[30, 10], [20, 25]], [[548, 143], [334, 180]]])
def test_the_interval_of_v_is_that_of_counts_where_clusters_are_many(table):
    v = cramers_v(table)
    n = np.sum(table)
    statistic = v.estimate**2 * n
    ends = design_cramers_v(statistic, 1, 1e7, 1 / n)
    assert ends == pytest.approx((v.low, v.high), abs=1e-5)


def test_effects_at_the_edge():
    cells = PeopleCells(
        np.array([5.0, 0, 3, 4]), np.array([[5.0, 0, 3, 4]]), np.array([[5.0, 0, 3, 4]])[..., None],
        np.array([[5.0, 0, 3, 4]])[..., None, None], Strata([12]),
    )  # fmt: skip
    assert share_effect(cells, "odds-ratio").estimate == np.inf
    assert "zero" in share_effect(cells, "odds-ratio").note
    assert share_effect(cells, "ratio").estimate == pytest.approx(7 / 3)
    assert share_effect(cells).high <= 1
    with pytest.raises(CommsvcError, match="without answers"):
        share_effect(cells.take([0, 1, 1, 1]))
