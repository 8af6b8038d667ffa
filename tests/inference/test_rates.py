from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference.rates import (
    rate_interval,
    rate_ratio,
    standardised_rate,
    standardised_ratio,
)

EVENTS, EXPOSURE = [82, 70], [5300, 4828]
PRINTED = 6e-7


@pytest.mark.parametrize("events", [0, 3, 82])
def test_garwood_equals_r(r, events):
    ci = rate_interval(events, 1)
    assert [ci.low, ci.high] == pytest.approx(r[f"garwood {events}"], rel=1e-9)


@given(st.integers(10, 100_000))
def test_byar_is_close_to_exact(events):
    """Breslow and Day (1987) claim accuracy to a hundredth already for ten events."""
    byar, exact = rate_interval(events, 1, "byar"), rate_interval(events, 1)
    assert (byar.low, byar.high) == pytest.approx((exact.low, exact.high), rel=0.01)


def test_published_rate_ratio():
    exact, wald = rate_ratio(EVENTS, EXPOSURE), rate_ratio(EVENTS, EXPOSURE, "wald")
    assert exact.effect == pytest.approx(1.067105, abs=PRINTED)
    assert (exact.effect_low, exact.effect_high) == pytest.approx((0.766201, 1.489624), abs=PRINTED)
    assert (wald.effect_low, wald.effect_high) == pytest.approx((0.775696, 1.467989), abs=PRINTED)
    assert rate_ratio(EVENTS, EXPOSURE, "mid-p", "greater").p == pytest.approx(
        0.345814, abs=PRINTED
    )
    assert exact.p == pytest.approx(0.74547, abs=5e-6)


def test_rate_ratio_equals_r(r):
    for ours, theirs in (("two-sided", "two.sided"), ("less", "less"), ("greater", "greater")):
        p = rate_ratio(EVENTS, EXPOSURE, alternative=ours).p
        assert p == pytest.approx(r[f"poisson ratio {theirs}"], rel=1e-9)
    test = rate_ratio(EVENTS, EXPOSURE)
    assert [test.effect, test.effect_low, test.effect_high] == pytest.approx(r["poisson ratio ci"])
    zero = rate_ratio([0, 7], [100, 90])
    assert [zero.p, zero.effect_low, zero.effect_high] == pytest.approx(r["poisson ratio zero"])
    assert rate_ratio([7, 0], [90, 100]).effect_high == float("inf")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_mid_p_interval_holds_the_ratios_mid_p_does_not_reject(x, y):
    if x + y == 0:
        return
    test = rate_ratio([x, y], [3.0, 2.0], "mid-p")
    for ratio, side in ((test.effect_low, "greater"), (test.effect_high, "less")):
        if 0 < ratio < np.inf:  # at this true ratio the mid-P of that side is 2.5 %
            p = rate_ratio([x, y], [3.0 * ratio, 2.0], "mid-p", side).p
            assert p == pytest.approx(0.025, abs=1e-6)
    exact = rate_ratio([x, y], [3.0, 2.0])
    assert exact.effect_low <= test.effect_low <= test.effect_high <= exact.effect_high


@given(st.integers(1, 50), st.integers(1, 50), st.sampled_from(["exact", "mid-p", "wald"]))
def test_swapping_groups_inverts_the_ratio(x, y, method):
    ab, ba = rate_ratio([x, y], [3, 2], method), rate_ratio([y, x], [2, 3], method)
    assert (ab.effect_low, ab.p) == pytest.approx((1 / ba.effect_high, ba.p), rel=1e-6)


def test_no_events():
    with pytest.raises(CommsvcError, match="undefined"):
        rate_ratio([0, 0], [1, 1])
    with pytest.raises(CommsvcError, match="method='exact'"):
        rate_ratio([0, 3], [1, 1], "wald")
    with pytest.raises(CommsvcError, match="exposure is 0"):
        rate_interval(3, 0)


def test_age_adjustment_equals_epitools(r):
    """The worked case of Fay and Feuer's method: Down syndrome by birth order (Fleiss 1981)."""
    rate = standardised_rate(r["events"], r["people"], r["standard"])
    assert [rate.estimate, rate.low, rate.high] == pytest.approx(r["age adjusted"], rel=1e-9)


def test_one_stratum_standardises_to_the_exact_rate():
    one, exact = standardised_rate([9], [200], [1]), rate_interval(9, 200)
    assert (one.low, one.high) == pytest.approx((exact.low, exact.high))


def test_standardised_ratio_is_observed_over_expected():
    smr = standardised_ratio([10, 30], [1000, 800], [0.008, 0.03])
    assert (smr.estimate, smr.base) == (40 / 32, 32)
    assert smr.low == pytest.approx(stats.chi2.ppf(0.025, 80) / 2 / 32)
    assert smr.high == pytest.approx(stats.chi2.ppf(0.975, 82) / 2 / 32)
