"""Power of rank tests, trends, strata and margins: published, brute force, simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import power, size
from commsvc.inference.ordered import kruskal_test, mann_whitney_test
from commsvc.inference.stratified import mantel_haenszel_test, trend_test


def simulated(draw, test, runs, seed):
    """The share of runs that reject, with an interval of 99.9 %."""
    random = np.random.default_rng(seed)
    hits = sum(test(draw(random)) <= 0.05 for _ in range(runs))
    return stats.binomtest(hits, runs).proportion_ci(0.999)


THREE = [[0.2, 0.5, 0.3], [0.35, 0.4, 0.25], [0.3, 0.3, 0.4]]


def test_ordered_size_as_published_for_an_unbalanced_survey():
    # R samplesize::n.wilcox.ord, power 0.8, t = 0.87: 62 in all, 8 and 54.
    found = size(
        "ordered",
        shares=[[0.67, 0.25, 0.04, 0.04, 0, 0], [0.15, 0.52, 0.08, 0.11, 0.06, 0.08]],
        ratio=[0.13, 0.87],
    )
    assert np.ceil(found.simple) == 62
    assert found.groups == (8, 54)


@pytest.mark.parametrize(
    ("shares", "sizes"),
    [([[0.1, 0.3, 0.6], [0.2, 0.4, 0.4]], [90, 90]), (THREE, [150, 100, 50])],
)
def test_ordered_power_by_simulation(shares, sizes):
    def draw(random):
        return [random.multinomial(n, row) for n, row in zip(sizes, shares, strict=True)]

    def test(table):
        if len(table) == 2:
            return mann_whitney_test(*table, correction=False).p
        return kruskal_test(table).p

    found = simulated(draw, test, 1500, 2)
    planned = power("ordered", sum(sizes), shares=shares, ratio=sizes)
    assert found.low < planned < found.high


def test_ordered_design_effect_and_response():
    plain = size("ordered", shares=THREE)
    wide = size("ordered", shares=THREE, deff=2, response=0.5)
    assert wide.answers == pytest.approx(2 * plain.answers, abs=3)
    assert wide.invited == pytest.approx(2 * wide.answers, abs=3)
    assert power("ordered", plain.answers, shares=THREE) >= 0.8


@pytest.mark.parametrize(("gains", "losses", "n"), [(0.3, 0.15, 155), (0.2, 0.1, 250)])
def test_mcnemar_power_by_brute_force(gains, losses, n):
    # Every number of changes, and every split of it, that the chi-square test rejects.
    total = 0.0
    for changed in range(1, n + 1):
        weight = stats.binom.pmf(changed, n, gains + losses)
        up = np.arange(changed + 1)
        rejected = (2 * up - changed) ** 2 / changed > stats.chi2.ppf(0.95, 1)
        total += weight * stats.binom.pmf(up, changed, gains / (gains + losses))[rejected].sum()
    assert power("paired shares", n, gains=gains, losses=losses) == pytest.approx(total, abs=0.02)


def test_mcnemar_size_and_power_agree():
    supposed = {"gains": 0.3, "losses": 0.15}
    found = size("paired shares", **supposed)
    enough, short = (power("paired shares", found.answers - k, **supposed) for k in (0, 1))
    assert enough >= 0.8 > short
    wide = size("paired shares", deff=1.5, **supposed)
    assert wide.answers == pytest.approx(1.5 * found.answers, abs=1)


def test_a_trend_by_simulation():
    shares = np.array([[0.75, 0.25], [0.65, 0.35], [0.6, 0.4]])
    n = size("trend", shares=shares).answers

    def draw(random):
        return [random.multinomial(n // 3, row) for row in shares]

    def test(table):
        return trend_test(table, method="cochran-armitage").p

    found = simulated(draw, test, 1500, 3)
    assert found.low < power("trend", n, shares=shares) < found.high


def test_one_stratum_is_two_shares():
    two = power("two shares", 712, share_a=0.7, share_b=0.6)
    assert power("strata", 712, shares=[[0.7, 0.6]]) == pytest.approx(two)
    needed = size("two shares", share_a=0.7, share_b=0.6).simple
    assert size("strata", shares=[[0.7, 0.6]]).simple == pytest.approx(needed)
    split = [[0.7, 0.6], [0.7, 0.6], [0.7, 0.6]]
    whole = size("strata", shares=[[0.7, 0.6]]).simple
    assert size("strata", shares=split, strata=[1, 5, 2]).simple == pytest.approx(whole)


def test_strata_by_simulation():
    shares, n = [[0.7, 0.6], [0.5, 0.35]], 400

    def draw(random):
        yes = [[random.binomial(n // 4, p) for p in row] for row in shares]
        return [[[x, n // 4 - x] for x in row] for row in yes]

    found = simulated(draw, lambda t: mantel_haenszel_test(t).p, 1500, 4)
    assert found.low < power("strata", n, shares=shares) < found.high


def test_a_margin_is_a_test_against_its_edge():
    one = size("noninferior", share=0.92, target=0.9, margin=0.05)
    assert one.answers == size("share", share=0.92, target=0.85, alternative="one-sided").answers
    with pytest.raises(CommsvcError, match="inferior"):
        size("noninferior", share=0.8, target=0.9, margin=0.05)


def test_equivalence_by_brute_force():
    n = size("equivalent", share=0.8, target=0.8, margin=0.05).answers
    z = stats.norm.ppf(0.95)

    def power(n):
        x = np.arange(n + 1)
        low = (x / n - 0.75) / np.sqrt(0.75 * 0.25 / n) > z
        high = (x / n - 0.85) / np.sqrt(0.85 * 0.15 / n) < -z
        return stats.binom.pmf(x, n, 0.8)[low & high].sum()

    assert power(n) == pytest.approx(0.8, abs=0.02)
    with pytest.raises(CommsvcError, match="not equivalent"):
        size("equivalent", share=0.9, target=0.8, margin=0.05)


def test_what_is_refused():
    with pytest.raises(CommsvcError, match="no difference"):
        size("ordered", shares=[[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(CommsvcError, match="one answer"):
        size("ordered", shares=[[1.0, 0.0], [1.0, 0.0]])
    with pytest.raises(CommsvcError, match="no difference"):
        size("paired shares", gains=0.2, losses=0.2)
    with pytest.raises(CommsvcError, match="no difference"):
        size("strata", shares=[[0.6, 0.5], [0.5, 0.6]])
    with pytest.raises(CommsvcError, match="no trend"):
        size("trend", shares=[[0.5, 0.0], [0.5, 0.0]])
