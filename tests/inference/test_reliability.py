"""The presentation standards of the NCHS: each rule at its edge, Stata's numbers, R's intervals."""

from __future__ import annotations

import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference.reliability import nchs_reliability

# R survey 4.4 (svyciprop, beta) and Stata 18 (kg_nchs): share, SE, n, df, low, high, effective n
# with the degrees of freedom; all with a design effect above 1, where the two agree.
OUTSIDE = [
    (0.507348258357226, 0.0167712595840644, 922, 56, 0.473233376535445, 0.541412207644769, 852.88),
    (0.471999767708621, 0.0348828290040279, 276, 56, 0.400786658613709, 0.544064683764286, 197.79),
    (0.507348258357226, 0.0192309892530454, 922, 921, 0.468954757876348, 0.545677337133621, 675.84),
]


@pytest.mark.parametrize(("share", "se", "n", "df", "low", "high", "size"), OUTSIDE)
def test_intervals_as_in_r_and_stata(share, se, n, df, low, high, size):
    found = nchs_reliability(share, se**2, n, df)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-7)
    assert found.verdict == "show"
    ratio = (stats.t.ppf(0.975, n - 1) / stats.t.ppf(0.975, df)) ** 2
    assert found.effective_n * ratio == pytest.approx(size, abs=0.005)


def test_a_share_of_1_as_in_stata():
    # kg_nchs, 5 strata of 2 clusters, n = 100: low end 0.9400.
    found = nchs_reliability(1.0, 0.0, 100, 5)
    assert found.low == pytest.approx(0.94, abs=5e-5)
    assert found.high == 1
    assert found.verdict == "review"
    assert found.reasons == ("5 degrees of freedom, under 8", "a share of 100%")


@pytest.mark.parametrize(
    ("share", "n", "deff", "df", "verdict", "reason"),
    [
        (0.50, 29, 1.0, 50, "suppress", "n 29, under 30"),
        (0.50, 100, 3.5, 50, "suppress", "effective n 28.57, under 30"),
        (0.50, 40, 1.0, 50, "suppress", "width of the interval"),
        (0.50, 60, 1.0, 50, "show", ""),
        (0.02, 100, 1.0, 60, "suppress", "relative width of the interval"),
        (0.98, 100, 1.0, 60, "footnote", "relative width of the complement"),
        (0.50, 900, 1.0, 7, "review", "7 degrees of freedom"),
        (0.98, 400, 1.0, 7, "review", "7 degrees of freedom"),
        (0.00, 60, 1.0, 30, "review", "a share of 0%"),
        (0.002, 4000, 1.0, 60, "show", ""),
    ],
)
def test_each_rule(share, n, deff, df, verdict, reason):
    found = nchs_reliability(share, share * (1 - share) / n * deff, n, df)
    assert found.verdict == verdict
    assert (reason in found.note) if reason else not found.note


def test_a_design_effect_below_1_gives_no_more_than_n():
    found = nchs_reliability(0.5, 0.03**2, 100, 50)
    assert found.effective_n == 100
    # Clopper–Pearson of 50 of 100.
    ends = stats.binomtest(50, 100).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((ends.low, ends.high))


def test_what_has_no_verdict():
    assert nchs_reliability(0.5, 0.01, 40, 0).verdict == "suppress"
    with pytest.raises(CommsvcError, match="0 to 1, variance"):
        nchs_reliability(1.2, 0.01, 40, 9)
