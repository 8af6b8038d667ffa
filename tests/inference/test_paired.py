from __future__ import annotations

from math import lgamma

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import cochrans_q, mcnemar

from commsvc.errors import CommsvcError
from commsvc.inference.paired import cochran_q_test, mcnemar_test, signed_rank_test

RATINGS = [[794, 86], [150, 570]]


def test_mcnemar_equals_r(r):
    for method, name in (("chi-square", "mcnemar"), ("corrected", "mcnemar corrected")):
        test = mcnemar_test(RATINGS, method)
        assert [test.statistic, test.p] == pytest.approx(r[name], rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(lambda c: c[1] + c[2] > 0))
def test_mcnemar_exact_equals_statsmodels(cells):
    t = np.reshape(cells, (2, 2))
    assert mcnemar_test(t).p == pytest.approx(mcnemar(t, exact=True).pvalue, rel=1e-9)


def test_mcnemar_interval_covers():
    """Exact coverage over all outcomes of 40 people with a true change of 0.15."""
    n, gain, loss = 40, 0.25, 0.10
    covered = 0.0
    for won in range(n + 1):
        for lost in range(n + 1 - won):
            stay = n - won - lost
            log = lgamma(n + 1) - lgamma(won + 1) - lgamma(lost + 1) - lgamma(stay + 1)
            log += won * np.log(gain) + lost * np.log(loss) + stay * np.log(1 - gain - loss)
            test = mcnemar_test([[stay, lost], [won, 0]], "chi-square")
            covered += np.exp(log) * (test.effect_low <= gain - loss <= test.effect_high)
    assert 0.94 < covered < 0.975


def test_nobody_changed():
    test = mcnemar_test([[5, 0], [0, 5]])
    assert (test.p, test.note) == (1.0, "nobody changed")
    assert test.effect_low < 0 < test.effect_high


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=2, max_size=30))
def test_cochran_q_equals_statsmodels(rows):
    x = np.array(rows)
    if not ((x.sum(1) > 0) & (x.sum(1) < 3)).any():
        assert cochran_q_test(x).note == "everybody answered all alike"
        return
    theirs = cochrans_q(x)
    ours = cochran_q_test(x)
    assert (ours.statistic, ours.p) == pytest.approx((theirs.statistic, theirs.pvalue), abs=1e-9)


def test_cochran_q_wants_yes_and_no():
    with pytest.raises(CommsvcError, match="0 and 1"):
        cochran_q_test([[1, 2], [0, 1]])


def test_signed_rank_equals_r(r):
    test = signed_rank_test([-2, -1, 0, 1, 2], [3, 10, 40, 22, 8])
    assert [test.statistic, test.p] == pytest.approx(r["signed rank"], rel=1e-9)
    assert test.note == "40 without difference left out"
    test = signed_rank_test([1.1, -0.4, 2.3, 3.1, -0.2, 0.9, 1.7, -2.6])
    assert [test.statistic, test.p] == pytest.approx(r["signed rank exact"], rel=1e-9)
    assert "exact" in test.method


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(-3, 3), min_size=3, max_size=60).filter(any))
def test_signed_rank_equals_scipy(d):
    theirs = stats.wilcoxon(d, zero_method="wilcox", method="asymptotic")
    values, counts = np.unique(d, return_counts=True)
    for ours in (signed_rank_test(d, exact=False), signed_rank_test(values, counts, exact=False)):
        assert ours.p == pytest.approx(theirs.pvalue, rel=1e-9)


def test_no_change_and_ties_are_refused():
    with pytest.raises(CommsvcError, match="nobody's answer changed"):
        signed_rank_test([0, 0])
    with pytest.raises(CommsvcError, match="ties"):
        signed_rank_test([1, 1, -2], exact=True)
