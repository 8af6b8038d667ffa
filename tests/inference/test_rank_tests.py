"""Design-based rank tests against R's svyranktest, and the effect against other roads to it."""

from __future__ import annotations

import numpy as np
import pytest
from schools import DESIGNS, reference, schools

from commsvc.errors import CommsvcError
from commsvc.inference import make_replicates
from commsvc.inference.cell_totals import ClusterCells
from commsvc.inference.clusters import Clusters
from commsvc.inference.design_tests import design_rank_test, rank_test
from commsvc.inference.ordered import cliffs_delta
from commsvc.inference.sample import Sample

R = reference("survey_more")
EXACT = 1e-10
# A school is exactly in the middle here, and R's rounding puts it above.
ROUNDED = {("clus", "median", "holed"), ("cluswr", "median", "holed")}
CASES = [
    (name, test, answer)
    for name in DESIGNS
    for test in ("wilcoxon", "vanderWaerden", "median")
    for answer in ("api00", "band", "holed")
    if (name, test, answer) not in ROUNDED
]


@pytest.mark.parametrize(("name", "test", "answer"), CASES)
def test_as_svyranktest(name, test, answer):
    data, records = schools(name)
    # Of unequal weights R averages tied ranks in the order of the rows; here it plays no part.
    close = 0.1 if name == "strat" and test != "median" else EXACT
    two = design_rank_test(data[answer], data["sch.wide"], records, test)
    expected = R[f"rank two {name} {test} {answer}"]
    assert [two.statistic, two.df, two.p] == pytest.approx(expected[:3], rel=close)
    many = design_rank_test(data[answer], data["stype"], records, test)
    chi, df, df2, p = R[f"rank many {name} {test} {answer}"]
    assert [many.statistic * df, many.df, many.df2, many.p] == pytest.approx(
        [chi, df, df2, p], rel=close, abs=close * 1e-4
    )
    assert ("left out" in two.note) == (answer == "holed")


def test_the_middle_does_not_hang_on_rounding():
    data, records = schools("clus")
    answers = [
        design_rank_test(
            data["holed"], data["stype"], records.reweighted(records.weights * by), "median"
        ).statistic
        for by in (1, 1 / 3, 0.1, 7.7)
    ]
    assert answers == pytest.approx([answers[0]] * 4, rel=EXACT)


@pytest.mark.parametrize("name", DESIGNS[1:])
def test_delta_is_twice_the_difference_of_rank_scores_of_equal_weights(name):
    """R's estimate is that difference; with ties averaged by weight it holds for any weights."""
    data, records = schools(name)
    test = design_rank_test(data["api00"], data["sch.wide"], records)
    assert test.effect == pytest.approx(2 * R[f"rank two {name} wilcoxon api00"][3], rel=EXACT)
    assert test.note == "Yes minus No"


def test_delta_of_a_simple_sample_is_that_of_the_counts():
    a, b = np.array([5, 10, 20]), np.array([12, 15, 9])
    values = np.r_[np.repeat([1, 2, 3], a), np.repeat([1, 2, 3], b)]
    groups = np.repeat(["second", "first"], [a.sum(), b.sum()])
    test = design_rank_test(values, groups, Sample(np.ones(values.size)))
    plain = cliffs_delta(a, b)
    assert test.effect == pytest.approx(plain.estimate, rel=1e-12)
    half = (test.effect_high - test.effect_low) / 2
    assert half == pytest.approx((plain.high - plain.low) / 2, rel=0.1)


def test_the_interval_of_delta_is_near_the_jackknife_of_clusters():
    data, records = schools("cluswr")
    yes, scores = (data["sch.wide"] == "Yes").to_numpy(), data["api00"].to_numpy()
    sign = np.sign(scores[yes][:, None] - scores[~yes][None, :])

    def delta(weights):
        a, b = weights[yes], weights[~yes]
        return a @ sign @ b / (a.sum() * b.sum())

    m = records.stages[0].clusters.code.size
    without = [delta(np.where(records.units == k, 0, records.weights)) for k in range(m)]
    jackknife = np.sqrt((m - 1) / m * ((without - np.mean(without)) ** 2).sum())
    test = design_rank_test(scores, data["sch.wide"], records)
    assert test.effect == pytest.approx(delta(records.weights), rel=1e-12)
    linear = (test.effect_high - test.effect_low) / 2 / 2.144787  # t of 14, 0.975
    assert linear == pytest.approx(jackknife, rel=0.06)


def test_what_cannot_be_tested_is_refused():
    people = Sample([1.0, 1, 1, 1])
    with pytest.raises(CommsvcError, match="1 group"):
        design_rank_test([1, 2, 3, 4], ["a"] * 4, people)
    with pytest.raises(CommsvcError, match="no design-based rank test 'kruskal'"):
        design_rank_test([1, 2, 3, 4], list("aabb"), people, "kruskal")
    with pytest.raises(CommsvcError, match="degrees of freedom"):
        design_rank_test([1, 2, 3, 4], list("aabb"), Sample([1.0] * 4, clusters=[1, 1, 2, 2]))
    with pytest.raises(CommsvcError, match="no variance"):
        design_rank_test([2, 2, 2, 2], list("aabb"), people)


@pytest.mark.parametrize("test", ["wilcoxon", "vanderWaerden", "median"])
def test_the_order_of_the_rows_plays_no_part_under_ties(test):
    random = np.random.default_rng(8)
    n = 60
    values, groups = random.integers(1, 5, n), random.choice(list("abc"), n)
    weights, cluster = random.exponential(size=n) + 0.1, random.integers(0, 20, n)
    for names in ("ab", "abc"):
        inside = np.isin(groups, list(names))
        first = None
        for _ in range(5):
            order = random.permutation(n)
            people = Sample(weights[order], clusters=cluster[order]).domain(inside[order])
            found = design_rank_test(values[order], groups[order], people, test)
            first = first or found
            assert found.statistic == pytest.approx(first.statistic, rel=1e-10)
            assert found.p == pytest.approx(first.p, rel=1e-9)


def test_the_test_of_people_is_that_of_their_table():
    random = np.random.default_rng(9)
    values, groups = random.integers(1, 5, 80), random.choice(list("ab"), 80)
    weights, cluster = random.exponential(size=80) + 0.1, np.repeat(np.arange(16), 5)
    totals = np.zeros((16, 8, 1))
    np.add.at(totals[..., 0], (cluster, (groups == "b") * 4 + values - 1), weights)
    cells = ClusterCells(np.ones(8), totals, Clusters(size=16))
    by_table = rank_test(cells, (2, 4))
    by_people = design_rank_test(values, groups, Sample(weights, clusters=cluster))
    assert by_people.statistic == pytest.approx(by_table.statistic, rel=1e-10)
    assert by_people.effect == pytest.approx(by_table.effect, rel=1e-10)


def test_replicates_give_a_rank_test():
    data, records = schools("cluswr")
    made = make_replicates(records, "JK1")
    linear = design_rank_test(data["api00"], data["stype"], records)
    anew = design_rank_test(data["api00"], data["stype"], made)
    assert anew.df == linear.df
    assert anew.statistic == pytest.approx(linear.statistic, rel=0.2)
