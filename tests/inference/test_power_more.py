"""Power of rank tests, trends, strata and margins: published, brute force, simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import (
    chi_square_power,
    chi_square_size,
    difference_power,
    difference_size,
    equivalence_size,
    jonckheere_test,
    kruskal_test,
    mann_whitney_test,
    mantel_haenszel_test,
    mcnemar_power,
    mcnemar_size,
    noninferiority_size,
    ordered_power,
    ordered_size,
    simulated_power,
    stratified_power,
    stratified_size,
    target_size,
    trend_effect,
    trend_test,
)

THREE = [[0.2, 0.5, 0.3], [0.35, 0.4, 0.25], [0.3, 0.3, 0.4]]


def test_ordered_size_as_published_for_an_unbalanced_survey():
    # R samplesize::n.wilcox.ord, power 0.8, t = 0.87: 62 in all, 8 and 54.
    found = ordered_size(
        [[0.67, 0.25, 0.04, 0.04, 0, 0], [0.15, 0.52, 0.08, 0.11, 0.06, 0.08]], ratio=[0.13, 0.87]
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

    found = simulated_power(draw, test, runs=1500, seed=2, confidence=0.999)
    power = ordered_power(sum(sizes), shares, ratio=sizes)
    assert found.low < power < found.high


def test_ordered_design_effect_and_response():
    plain = ordered_size(THREE)
    wide = ordered_size(THREE, deff=2, response=0.5)
    assert wide.answers == pytest.approx(2 * plain.answers, abs=3)
    assert wide.invited == pytest.approx(2 * wide.answers, abs=3)
    assert ordered_power(plain.answers, THREE) >= 0.8


@pytest.mark.parametrize(("gains", "losses", "n"), [(0.3, 0.15, 155), (0.2, 0.1, 250)])
def test_mcnemar_power_by_brute_force(gains, losses, n):
    # Every number of changes, and every split of it, that the chi-square test rejects.
    total = 0.0
    for changed in range(1, n + 1):
        weight = stats.binom.pmf(changed, n, gains + losses)
        up = np.arange(changed + 1)
        rejected = (2 * up - changed) ** 2 / changed > stats.chi2.ppf(0.95, 1)
        total += weight * stats.binom.pmf(up, changed, gains / (gains + losses))[rejected].sum()
    assert mcnemar_power(n, gains, losses) == pytest.approx(total, abs=0.02)


def test_mcnemar_size_and_power_agree():
    found = mcnemar_size(0.3, 0.15)
    enough, short = (mcnemar_power(found.answers - less, 0.3, 0.15) for less in (0, 1))
    assert enough >= 0.8 > short
    assert mcnemar_size(0.3, 0.15, deff=1.5).answers == pytest.approx(1.5 * found.answers, abs=1)


def test_a_trend_by_simulation():
    shares = np.array([[0.75, 0.25], [0.65, 0.35], [0.6, 0.4]])
    r = trend_effect(shares)
    n = chi_square_size(r, 1).answers

    def draw(random):
        return [random.multinomial(n // 3, row) for row in shares]

    def test(table):
        return trend_test(table, method="cochran-armitage").p

    found = simulated_power(draw, test, runs=1500, seed=3, confidence=0.999)
    assert found.low < chi_square_power(n, r, 1) < found.high


def test_one_stratum_is_two_shares():
    two = difference_power(356, 356, 0.7, 0.6)
    assert stratified_power(712, [[0.7, 0.6]]) == pytest.approx(two)
    assert stratified_size([[0.7, 0.6]]).simple == pytest.approx(difference_size(0.7, 0.6).simple)
    split = [[0.7, 0.6], [0.7, 0.6], [0.7, 0.6]]
    whole = stratified_size([[0.7, 0.6]]).simple
    assert stratified_size(split, [1, 5, 2]).simple == pytest.approx(whole)


def test_strata_by_simulation():
    shares, n = [[0.7, 0.6], [0.5, 0.35]], 400

    def draw(random):
        yes = [[random.binomial(n // 4, p) for p in row] for row in shares]
        return [[[x, n // 4 - x] for x in row] for row in yes]

    found = simulated_power(
        draw, lambda t: mantel_haenszel_test(t).p, runs=1500, seed=4, confidence=0.999
    )
    assert found.low < stratified_power(n, shares) < found.high


def test_a_margin_is_a_test_against_its_edge():
    one = noninferiority_size(0.92, 0.9, 0.05)
    assert one.answers == target_size(0.92, 0.85, alternative="greater").answers
    with pytest.raises(CommsvcError, match="inferior"):
        noninferiority_size(0.8, 0.9, 0.05)


def test_equivalence_by_brute_force():
    n = equivalence_size(0.8, 0.8, 0.05).answers
    z = stats.norm.ppf(0.95)

    def power(n):
        x = np.arange(n + 1)
        low = (x / n - 0.75) / np.sqrt(0.75 * 0.25 / n) > z
        high = (x / n - 0.85) / np.sqrt(0.85 * 0.15 / n) < -z
        return stats.binom.pmf(x, n, 0.8)[low & high].sum()

    assert power(n) == pytest.approx(0.8, abs=0.02)
    with pytest.raises(CommsvcError, match="not equivalent"):
        equivalence_size(0.9, 0.8, 0.05)


def test_simulation_says_how_sure_it_is():
    flat = simulated_power(
        lambda random: [random.multinomial(50, [0.3, 0.4, 0.3]) for _ in range(3)],
        lambda table: jonckheere_test(table).p, runs=800, seed=5, confidence=0.999,
    )  # fmt: skip
    # Nothing differs: the power is the level of the test.
    assert flat.low < 0.05 < flat.high
    assert "800 simulated" in flat.note
    first, again = (
        simulated_power(lambda random: random.random(), lambda p: p, runs=100, seed=6)
        for _ in range(2)
    )
    assert first.estimate == again.estimate


def test_what_is_refused():
    with pytest.raises(CommsvcError, match="answer alike"):
        ordered_size([[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(CommsvcError, match="one answer"):
        ordered_size([[1.0, 0.0], [1.0, 0.0]])
    with pytest.raises(CommsvcError, match="as many gain"):
        mcnemar_size(0.2, 0.2)
    with pytest.raises(CommsvcError, match="cancel"):
        stratified_size([[0.6, 0.5], [0.5, 0.6]])
    with pytest.raises(CommsvcError, match="no trend"):
        trend_effect([[0.5, 0.0], [0.5, 0.0]])
