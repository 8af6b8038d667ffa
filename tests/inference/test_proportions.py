from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize, stats
from statsmodels.stats.proportion import confint_proportions_2indep

from commsvc.errors import CommsvcError
from commsvc.inference import (
    difference_interval,
    odds_ratio,
    power,
    proportion_interval,
    size,
)
from commsvc.inference.differences import risk_ratio
from commsvc.inference.proportions import margin_test, proportion_test

SIDES = {"two-sided": "two.sided", "less": "less", "greater": "greater"}
pair = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize("case", ["161/230/0.75", "0/20/0.1", "20/20/0.9", "3/40/0.2"])
@pytest.mark.parametrize("side", list(SIDES))
def test_exact_test_equals_r(r, case, side):
    x, n, target = (float(part) for part in case.split("/"))
    ours = proportion_test(x, n, target, side)
    assert ours.p == pytest.approx(r[f"binom {case} {SIDES[side]}"], rel=1e-9)


def test_score_test_equals_r(r):
    ours = proportion_test(161, 230, 0.75, method="score")
    assert ours.p == pytest.approx(r["score 161/230/0.75 p"], rel=1e-9)


def test_mid_p_takes_half_of_the_observed():
    p = proportion_test(7, 20, 0.5, "less", "mid-p").p
    assert p == pytest.approx(stats.binom.cdf(6, 20, 0.5) + stats.binom.pmf(7, 20, 0.5) / 2)


def test_a_design_effect_weakens_and_goes_through_beta_quantiles():
    plain = proportion_test(161, 230, 0.75, "less")
    weak = proportion_test(161, 230, 0.75, "less", deff=2.3)
    assert weak.p > plain.p
    whole = proportion_test(160, 240, 0.75, "less", deff=2)
    assert whole.p == pytest.approx(stats.binom.cdf(80, 120, 0.75))
    with pytest.raises(CommsvcError, match="whole counts"):
        proportion_test(161, 230, 0.75, "less", "mid-p", deff=1.3)


def test_p_far_in_the_tail_is_not_zero():
    assert proportion_test(4000, 10000, 0.5, "less").p == pytest.approx(
        stats.binom.cdf(4000, 10000, 0.5), rel=1e-6
    )
    assert proportion_test(9000, 10000, 0.8, "greater").p == pytest.approx(
        stats.binom.sf(8999, 10000, 0.8), rel=1e-6
    )


@settings(max_examples=60, deadline=None)
@given(pair, st.sampled_from([0.3, 0.5, 0.8]), st.sampled_from([0.05, 0.1]))
def test_margin_tests_say_what_their_interval_says(case, target, margin):
    x, n = case
    ci = proportion_interval(x, n, "clopper-pearson", 0.9)
    low, high = ci.low - target, ci.high - target
    worse = margin_test(x, n, target, margin)
    both = margin_test(x, n, target, margin, "equivalent")
    assert worse.effect_low == pytest.approx(low)
    assert (worse.p < 0.05) == (low > -margin)
    assert (both.p < 0.05) == (low > -margin and high < margin)


def test_margin_must_leave_a_share():
    with pytest.raises(CommsvcError, match=r"share of 1\.05"):
        margin_test(9, 10, 0.95, 0.1, "equivalent")


@settings(max_examples=60, deadline=None)
@given(pair, pair, st.sampled_from(["newcombe", "wald"]))
def test_difference_equals_statsmodels(a, b, method):
    theirs = confint_proportions_2indep(
        *a, *b, method={"newcombe": "newcomb", "wald": "wald"}[method], compare="diff"
    )
    ours = difference_interval(*a, *b, method)
    assert (ours.low, ours.high) == pytest.approx(np.clip(theirs, -1, 1), abs=1e-12)


def test_newcombes_published_case():
    """Newcombe (1998), table II, 56/70 and 48/80: methods 10, 1 and 6."""
    hybrid = difference_interval(56, 70, 48, 80)
    assert (hybrid.low, hybrid.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    wald = difference_interval(56, 70, 48, 80, "wald")
    assert (wald.low, wald.high) == pytest.approx((0.0575, 0.3425), abs=5e-5)
    score = difference_interval(56, 70, 48, 80, "miettinen-nurminen")
    assert (score.low, score.high) == pytest.approx((0.0528, 0.3382), abs=5e-5)


def _score_by_search(d, xa, na, xb, nb):
    """The score statistic with the restricted estimate found by search."""

    def loss(b):
        return -(stats.binom.logpmf(xa, na, b + d) + stats.binom.logpmf(xb, nb, b))

    low, high = max(0, -d), min(1, 1 - d)
    b = optimize.minimize_scalar(loss, bounds=(low, high), options={"xatol": 1e-13}).x
    ends = [v for v in (low, high) if loss(v) <= loss(b)]
    b = ends[0] if ends else b
    n = na + nb
    variance = ((b + d) * (1 - b - d) / na + b * (1 - b) / nb) * n / (n - 1)
    return (xa / na - xb / nb - d) / np.sqrt(variance)


@settings(max_examples=40, deadline=None)
@given(pair, pair)
def test_miettinen_nurminen_ends_where_the_score_is_critical(a, b):
    """Against a search for the restricted estimate (statsmodels' own differs from both)."""
    ci = difference_interval(*a, *b, "miettinen-nurminen")
    for end, z in ((ci.low, 1.959964), (ci.high, -1.959964)):
        if abs(end) < 1:
            assert _score_by_search(end, *a, *b) == pytest.approx(z, abs=2e-3)
    assert ci.low <= ci.estimate <= ci.high


@pytest.mark.parametrize("case", [(0, 10, 20, 20), (10, 10, 0, 5), (1, 1, 0, 1)])
def test_miettinen_nurminen_of_all_against_none(case):
    ci = difference_interval(*case, "miettinen-nurminen")
    assert -1 <= ci.low <= ci.high <= 1
    assert abs(ci.low if ci.estimate < 0 else ci.high) == 1


def test_swapping_groups_mirrors_the_difference():
    for method in ("newcombe", "wald", "miettinen-nurminen"):
        ab, ba = (difference_interval(*x, method) for x in ((56, 70, 48, 80), (48, 80, 56, 70)))
        assert (ab.low, ab.high) == pytest.approx((-ba.high, -ba.low), abs=1e-10)


def test_ratios_equal_statsmodels():
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="log", compare="ratio")
    ours = risk_ratio(56, 70, 48, 80)
    assert (ours.low, ours.high) == pytest.approx(theirs, rel=1e-10)
    theirs = confint_proportions_2indep(56, 70, 48, 80, method="logit", compare="odds-ratio")
    ours = odds_ratio([[56, 14], [48, 32]])
    assert (ours.low, ours.high) == pytest.approx(theirs, rel=1e-10)


def test_exact_odds_ratio_equals_r(r):
    for name in ("t22", "small22"):
        ours = odds_ratio(np.reshape(r[f"table {name}"], (2, 2)), "exact")
        expected = r[f"conditional or {name}"]
        assert [ours.estimate, ours.low, ours.high] == pytest.approx(
            expected, rel=2e-3
        )  # R's own tolerance


def test_zero_cells_are_said():
    o = odds_ratio([[0, 5], [3, 4]])
    assert (o.estimate, o.low, o.high) == (0.0, 0.0, float("inf"))
    assert "zero" in o.note
    assert np.isnan(risk_ratio(0, 5, 0, 5).estimate)


def test_sizes_equal_r(r):
    assert size("two shares", share_a=0.7, share_b=0.6).simple / 2 == pytest.approx(
        r["power.prop n 0.7 0.6"], rel=1e-4
    )
    one = size("two shares", share_a=0.95, share_b=0.9, power=0.9, alternative="one-sided")
    assert one.simple / 2 == pytest.approx(r["power.prop n 0.95 0.9 one"], rel=1e-4)
    reached = power("two shares", 600, share_a=0.7, share_b=0.6)
    assert reached == pytest.approx(r["power.prop power 300 0.7 0.6"], rel=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    st.floats(0.05, 0.95), st.sampled_from([1.0, 1.5, 3.0]), st.sampled_from([None, 900, 50_000])
)
def test_a_precision_size_is_the_first_that_reaches_its_width(share, deff, population):
    need = size("precision", share=share, deff=deff, population=population)

    def half_width(n):
        ci = proportion_interval(share * n, n, "wald", deff=deff, population=population)
        return 1.959964 * ci.se

    assert half_width(need.answers) <= 0.05 + 1e-7
    assert half_width(need.answers - 1) > 0.05 - 1e-6


def test_published_precision_sizes():
    """Krejcie and Morgan (1970), table 1, for ± 5 % at 95 %."""
    table = {100: 80, 500: 217, 1000: 278, 5000: 357, 100_000: 384}
    for population, printed in table.items():
        answers = size("precision", population=population).answers
        assert abs(answers - printed) <= 1  # the table rounds, we round up
    asked = size("precision", population=1000, response=0.6)
    assert asked.invited == -(-asked.answers * 10 // 6)
    with pytest.raises(CommsvcError, match="would have to be asked"):
        size("precision", population=400, response=0.4)


def test_exact_target_size_keeps_its_power():
    supposed = {"share": 0.8, "target": 0.9, "alternative": "one-sided", "method": "exact"}
    need = size("share", **supposed).answers
    assert min(power("share", n, **supposed) for n in range(need, need + 60)) >= 0.8
    assert power("share", need - 1, **supposed) < 0.8


@pytest.mark.parametrize("side", ["two-sided", "greater"])
def test_exact_power_is_the_chance_of_rejecting(side):
    n, share, target = 37, 0.7, 0.5
    alpha = 0.05 if side != "two-sided" else 0.025
    rejects = [
        any(
            proportion_test(x, n, target, s).p <= alpha
            for s in (["less", "greater"] if side == "two-sided" else [side])
        )
        for x in range(n + 1)
    ]
    brute = stats.binom.pmf(np.arange(n + 1), n, share)[rejects].sum()
    alternative = "one-sided" if side == "greater" else side
    exact = power("share", n, share=share, target=target, alternative=alternative, method="exact")
    assert exact == pytest.approx(brute)


def test_normal_target_size_reaches_its_power():
    supposed = {"share": 0.85, "target": 0.9, "alternative": "one-sided"}
    n = size("share", **supposed).answers
    assert power("share", n, **supposed) >= 0.8
    assert power("share", n - 1, **supposed) < 0.8
    with pytest.raises(CommsvcError, match="no alternative 'greater'"):
        size("share", share=0.85, target=0.9, alternative="greater")
