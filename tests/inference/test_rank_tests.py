"""Design-based rank tests against R's svyranktest, and the effect against other roads to it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from schools import DESIGNS, reference, schools

from commsvc.errors import CommsvcError
from commsvc.inference.ordered import cliffs_delta
from commsvc.inference.rank_tests import design_rank_test
from commsvc.inference.records import Records

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
    two = design_rank_test(data[answer], data["sch.wide"], records, test)
    expected = R[f"rank two {name} {test} {answer}"]
    assert [two.statistic, two.df, two.p] == pytest.approx(expected[:3], rel=EXACT)
    many = design_rank_test(data[answer], data["stype"], records, test)
    chi, df, df2, p = R[f"rank many {name} {test} {answer}"]
    assert [many.statistic * df, many.df, many.df2, many.p] == pytest.approx(
        [chi, df, df2, p], rel=EXACT
    )
    assert ("left out" in two.note) == (answer == "holed")


def test_the_middle_does_not_hang_on_rounding():
    data, records = schools("clus")
    answers = [
        design_rank_test(
            data["holed"], data["stype"], replace(records, weights=records.weights * by), "median"
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
    test = design_rank_test(values, groups, Records.sample(np.ones(values.size)))
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

    m = records.clusters.code.size
    without = [delta(np.where(records.cluster == k, 0, records.weights)) for k in range(m)]
    jackknife = np.sqrt((m - 1) / m * ((without - np.mean(without)) ** 2).sum())
    test = design_rank_test(scores, data["sch.wide"], records)
    assert test.effect == pytest.approx(delta(records.weights), rel=1e-12)
    linear = (test.effect_high - test.effect_low) / 2 / 2.144787  # t of 14, 0.975
    assert linear == pytest.approx(jackknife, rel=0.06)


def test_what_cannot_be_tested_is_refused():
    people = Records.sample([1.0, 1, 1, 1])
    with pytest.raises(CommsvcError, match="1 group"):
        design_rank_test([1, 2, 3, 4], ["a"] * 4, people)
    with pytest.raises(CommsvcError, match="no design-based rank test 'kruskal'"):
        design_rank_test([1, 2, 3, 4], list("aabb"), people, "kruskal")
    with pytest.raises(CommsvcError, match="degrees of freedom"):
        design_rank_test(
            [1, 2, 3, 4], list("aabb"), Records.sample([1.0] * 4, clusters=[1, 1, 2, 2])
        )
    with pytest.raises(CommsvcError, match="no variance"):
        design_rank_test([2, 2, 2, 2], list("aabb"), people)
