from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import mean_score, net_share
from commsvc.inference.ordered import (
    cliffs_delta,
    jonckheere_test,
    kruskal_test,
    mann_whitney_test,
    score_sd,
)

A, B, C = [5, 10, 20], [10, 15, 5], [8, 8, 8]
group = st.lists(st.integers(0, 9), min_size=4, max_size=4).filter(lambda c: sum(c) >= 2)


def people(counts):
    return np.repeat(np.arange(1, len(counts) + 1), counts)


def test_rank_tests_equal_r(r):
    test = mann_whitney_test(A, B)
    assert [test.statistic, test.p] == pytest.approx(r["mann whitney"], rel=1e-9)
    test = mann_whitney_test(A, B, correction=False)
    assert [test.statistic, test.p] == pytest.approx(r["mann whitney plain"], rel=1e-9)
    test = kruskal_test([A, B, C])
    assert [test.statistic, test.df, test.p] == pytest.approx(r["kruskal"], rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(group, group, group)
def test_counts_give_what_one_row_a_person_gives(a, b, c):
    if sum(np.add(np.add(a, b), c) > 0) < 2 or sum(np.add(a, b) > 0) < 2:
        return
    x, y, z = people(a), people(b), people(c)
    theirs = stats.mannwhitneyu(x, y, method="asymptotic")
    ours = mann_whitney_test(a, b)
    assert (ours.statistic, ours.p) == (theirs.statistic, pytest.approx(theirs.pvalue, rel=1e-9))
    theirs = stats.kruskal(x, y, z)
    ours = kruskal_test([a, b, c])
    # Equal groups give SciPy a statistic just below zero, whose P it then calls nan.
    their_p = theirs.pvalue if theirs.statistic > 0 else 1.0
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, their_p), abs=1e-9)
    m = mean_score(a, confidence=0.9)
    assert (m.estimate, score_sd(a)) == pytest.approx((x.mean(), x.std(ddof=1)))
    assert m.se == pytest.approx(stats.sem(x))


@given(group, group)
def test_cliffs_delta_counts_pairs(a, b):
    x, y = people(a), people(b)
    pairs = np.sign(x[:, None] - y[None, :])
    d = cliffs_delta(a, b)
    assert d.estimate == pytest.approx(pairs.mean())
    assert -1 <= d.low <= d.estimate + 1e-12
    assert d.estimate - 1e-12 <= d.high <= 1
    flipped = cliffs_delta(b, a)
    assert (flipped.low, flipped.high) == pytest.approx((-d.high, -d.low))


def test_cliffs_variance_is_unbiased_over_all_samples():
    """The expectation of s² over every sample of a small population is the variance of delta."""
    x, y = np.array([1, 2, 4]), np.array([1, 3, 3, 4])
    rng = np.random.default_rng(5)
    draws = rng.integers(0, 3, (4000, 12)), rng.integers(0, 4, (4000, 10))
    deltas, variances = [], []
    for i, j in zip(*draws, strict=True):
        a, b = (np.bincount(v, minlength=5)[1:] for v in (x[i], y[j]))
        d = cliffs_delta(a, b)
        deltas.append(d.estimate)
        variances.append(d.se**2)
    assert np.mean(variances) == pytest.approx(np.var(deltas), rel=0.06)


def test_no_overlap_is_said():
    d = cliffs_delta([0, 0, 9], [5, 4, 0])
    assert (d.estimate, d.high) == (1.0, 1.0)
    assert 0 < d.low < 1
    assert "no overlap" in d.note


def test_jonckheere_moments_are_those_of_all_permutations():
    """Mean and tie-corrected variance of J against every order of a small sample."""
    values, sizes = np.array([1, 1, 2, 2, 2, 3, 4]), [2, 3, 2]
    edges = np.cumsum(sizes)[:-1]
    js = []
    for order in permutations(range(7)):
        groups = np.split(values[list(order)], edges)
        js.append(
            sum(
                (np.sign(v[None, :] - u[:, None]) + 1).sum() / 2
                for i, u in enumerate(groups)
                for v in groups[i + 1 :]
            )
        )
    table = np.array([np.bincount(g, minlength=5)[1:] for g in np.split(values, edges)])
    test = jonckheere_test(table, "increasing")
    z = (test.statistic - np.mean(js)) / np.std(js)
    assert test.statistic == js[0]
    assert test.p == pytest.approx(stats.norm.sf(z), rel=1e-9)


def test_jonckheere_of_two_groups_is_mann_whitney():
    two = jonckheere_test([B, A])
    plain = mann_whitney_test(A, B, correction=False)
    assert (two.statistic, two.p, two.effect) == pytest.approx(
        (plain.statistic, plain.p, plain.effect)
    )


def test_jonckheere_sides_mirror():
    up, down = jonckheere_test([B, C, A], "increasing"), jonckheere_test([A, C, B], "decreasing")
    assert up.p == pytest.approx(down.p)


@pytest.mark.parametrize(("values", "counts", "mean", "sd"), [([1, 2, 3], [1, 1, 2], 2.25, 0.957)])
def test_mean_and_sd_of_counts(values, counts, mean, sd):
    assert mean_score(counts, values).estimate == mean
    assert round(score_sd(counts, values), 3) == sd


def test_net_share_has_the_variance_of_one_sample():
    """A net share is the mean of +1, 0, −1: its variance is theirs."""
    x = np.repeat([1, 0, -1], [161, 60, 9])
    net = net_share(161, 9, 230)
    assert (net.estimate, net.se) == pytest.approx((x.mean(), x.std() / np.sqrt(230)))
    alike = net_share(2, 0, 2)
    assert np.isnan(alike.high)
    assert "all answers are alike" in alike.note
    with pytest.raises(CommsvcError, match="positive and negative together"):
        net_share(161, 90, 230)


def test_empty_groups_and_one_answer():
    with pytest.raises(CommsvcError, match="without answers"):
        kruskal_test([[1, 2], [0, 0]])
    test = mann_whitney_test([4, 0], [5, 0])
    assert (test.p, test.note) == (1.0, "everybody gave one answer")
    assert kruskal_test([[4, 0], [5, 0]]).p == 1.0
