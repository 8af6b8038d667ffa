from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

from commsvc.errors import CommsvcError
from commsvc.inference import multinomial_intervals, proportion_interval, worst_case_bounds
from commsvc.inference.intervals import (
    PROPORTION_METHODS,
    effective_size,
    finite_population_correction,
    mean_interval,
    quantile_interval,
)

STATSMODELS = {
    "wilson": "wilson",
    "clopper-pearson": "beta",
    "agresti-coull": "agresti_coull",
    "wald": "normal",
    "jeffreys": "jeffreys",
}
PRINTED = 5e-5
EXACT = 1e-10

shares = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def ends(interval):
    return [interval.low, interval.high]


@pytest.mark.parametrize(
    ("method", "low", "high"), [("wilson", 0.6379, 0.7555), ("clopper-pearson", 0.6363, 0.7585)]
)
def test_the_published_case_of_161_in_230(method, low, high):
    assert ends(proportion_interval(161, 230, method)) == pytest.approx([low, high], abs=PRINTED)


@pytest.mark.parametrize(
    "case", ["161/230/0.75", "0/20/0.1", "20/20/0.9", "3/40/0.2"], ids=lambda c: c
)
def test_r_gives_the_same_interval(r, case):
    x, n, _ = (float(part) for part in case.split("/"))
    assert ends(proportion_interval(x, n, "clopper-pearson")) == pytest.approx(
        r[f"binom ci {case}"], rel=1e-9
    )
    assert ends(proportion_interval(x, n)) == pytest.approx(r[f"wilson {case}"], abs=EXACT)


@settings(max_examples=60, deadline=None)
@given(shares, st.sampled_from(list(STATSMODELS)), st.sampled_from([0.8, 0.95, 0.999]))
def test_statsmodels_gives_the_same_interval(case, method, confidence):
    x, n = case
    if method == "jeffreys" and x in (0, n):
        return  # ours follows Brown, Cai and DasGupta there
    theirs = proportion_confint(x, n, 1 - confidence, STATSMODELS[method])
    ours = proportion_interval(x, n, method, confidence)
    assert ends(ours) == pytest.approx(np.clip(theirs, 0, 1), abs=EXACT)


@settings(max_examples=60, deadline=None)
@given(shares, st.sampled_from(list(PROPORTION_METHODS)), st.sampled_from([1.0, 1.7, 4.0]))
def test_an_interval_holds_its_share_and_mirrors(case, method, deff):
    x, n = case
    ci = proportion_interval(x, n, method, deff=deff)
    mirror = proportion_interval(n - x, n, method, deff=deff)
    assert 0 <= ci.low <= ci.estimate <= ci.high <= 1
    assert [1 - mirror.high, 1 - mirror.low] == pytest.approx(ends(ci), abs=1e-9)


@pytest.mark.parametrize("method", list(PROPORTION_METHODS))
def test_a_design_effect_is_fewer_answers_with_the_same_share(method):
    assert ends(proportion_interval(160, 240, method, deff=2)) == pytest.approx(
        ends(proportion_interval(80, 120, method)), abs=EXACT
    )
    odd = proportion_interval(161, 230, method, deff=1.5)
    theirs = proportion_confint(161 / 1.5, 230 / 1.5, 0.05, STATSMODELS[method])
    assert ends(odd) == pytest.approx(theirs, abs=EXACT)
    assert odd.base == 230


def test_arrays_are_the_scalars_side_by_side():
    many = proportion_interval([0, 5, 20], 20, "clopper-pearson")
    for i, x in enumerate([0, 5, 20]):
        one = proportion_interval(x, 20, "clopper-pearson")
        assert (many.low[i], many.high[i]) == (one.low, one.high)


def test_a_finite_population_narrows_and_a_census_is_refused():
    wide, narrow = (proportion_interval(161, 230, population=N) for N in (None, 300))
    assert narrow.se == pytest.approx(wide.se * np.sqrt(70 / 299))
    assert narrow.high - narrow.low < wide.high - wide.low
    with pytest.raises(CommsvcError, match="complete count has no sampling error"):
        proportion_interval(161, 230, population=230)
    with pytest.raises(CommsvcError, match="population of 200"):
        effective_size(230, population=200)
    assert finite_population_correction(300, 300) == 0


@pytest.mark.parametrize(
    ("count", "n", "said"),
    [(5, 0, "nobody was asked"), (6, 5, "more than its base"), (-1, 5, "counts nothing")],
)
def test_impossible_counts_are_refused(count, n, said):
    with pytest.raises(CommsvcError, match=said):
        proportion_interval(count, n)


def test_unknown_method_lists_near_names_first():
    with pytest.raises(CommsvcError, match="did you mean 'wilson'"):
        proportion_interval(1, 2, "wilsn")
    with pytest.raises(CommsvcError, match=r"did you mean 0\.95"):
        proportion_interval(1, 2, confidence=95)


def test_goodman_published_case():
    ci = multinomial_intervals([161, 60, 9])
    assert np.round(np.column_stack([ci.low, ci.high]), 4).tolist() == [
        [0.6235, 0.7668], [0.1980, 0.3354], [0.0181, 0.0826],
    ]  # fmt: skip


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 70), min_size=2, max_size=5).filter(lambda c: sum(c) >= 5))
def test_simultaneous_intervals_equal_statsmodels(counts):
    for method in ("goodman", "sison-glaz"):
        theirs = multinomial_proportions_confint(counts, method=method.replace("-", "_"))
        ours = multinomial_intervals(counts, method)
        assert np.column_stack([ours.low, ours.high]) == pytest.approx(
            np.clip(theirs, 0, 1), abs=1e-6
        )


def test_bonferroni_is_clopper_pearson_at_a_smaller_alpha():
    ci = multinomial_intervals([161, 60, 9], "bonferroni")
    one = proportion_interval(60, 230, "clopper-pearson", 1 - 0.05 / 3)
    assert (ci.low[1], ci.high[1]) == (one.low, one.high)


def test_sison_glaz_counts_whole_people():
    with pytest.raises(CommsvcError, match="no design effect"):
        multinomial_intervals([5, 6], "sison-glaz", deff=2)
    with pytest.raises(CommsvcError, match="whole numbers"):
        multinomial_intervals([5.5, 6], "sison-glaz")


def test_mean_interval_is_students():
    x = np.array([3.0, 4, 4, 5, 1, 2, 5, 5])
    theirs = stats.ttest_1samp(x, 0).confidence_interval(0.9)
    ours = mean_interval(x.mean(), x.std(ddof=1), x.size, 0.9)
    assert ends(ours) == pytest.approx([theirs.low, theirs.high], rel=1e-12)
    half = mean_interval(x.mean(), x.std(ddof=1), x.size, 0.9, population=16)
    assert half.se == pytest.approx(ours.se * np.sqrt(0.5))
    with pytest.raises(CommsvcError, match="complete count"):
        mean_interval(3, 1, 8, population=8)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(3, 40), st.sampled_from([0.25, 0.5, 0.9]), st.sampled_from([0.5, 0.9, 0.95, 0.99])
)
def test_a_quantile_interval_covers_and_no_narrower_ranks_would_on_a_side(n, q, confidence):
    ci = quantile_interval(range(1, n + 1), q, confidence)
    low, high = (0 if np.isinf(ci.low) else ci.low), (n + 1 if np.isinf(ci.high) else ci.high)
    # P(X_(l) <= quantile < X_(u)) = P(l <= B < u) for a continuous variable
    binom = stats.binom(n, q)
    tail = (1 - confidence) / 2
    assert binom.cdf(low - 1) <= tail + 1e-12
    assert binom.sf(high - 1) <= tail + 1e-12
    assert binom.cdf(low) > tail - 1e-12
    assert binom.sf(high - 2) > tail - 1e-12


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), st.sampled_from([0.1, 0.25, 0.5, 0.8]))
def test_a_quantile_is_numpys_averaged_inverse(values, q):
    expected = np.quantile(values, q, method="averaged_inverted_cdf")
    distinct, counts = np.unique(values, return_counts=True)
    assert quantile_interval(values, q).estimate == pytest.approx(expected)
    assert quantile_interval(distinct, q, counts=counts).estimate == pytest.approx(expected)


@given(st.integers(1, 50), st.integers(0, 50), st.integers(0, 50))
def test_worst_case_bounds_hold_whatever_the_missing_said(n, missing, yes):
    count = min(n, yes)
    bounds = worst_case_bounds(count, n, missing)
    truths = [(count + k) / (n + missing) for k in range(missing + 1)]
    assert bounds.low == min(truths)
    assert bounds.high == max(truths)


def test_frame_has_the_common_words():
    frame = proportion_interval([1, 2], 4).frame(levels=["a", "b"])
    assert list(frame.columns) == [
        "group", "level", "count", "base", "estimate", "se", "low", "high", "method", "note",
    ]  # fmt: skip
    assert frame.base.tolist() == [4, 4]
