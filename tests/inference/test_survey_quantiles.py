"""Quantiles under a design against R's svyquantile; where R is wrong, against the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schools import mean_of, reference, schools

from commsvc.errors import CommsvcError
from commsvc.inference.sample import Sample
from commsvc.inference.survey_quantiles import (
    INTERVALS,
    RULES,
    survey_quantile,
    weighted_quantile,
)

R = reference("survey_more")
EXACT = 1e-10
SHARES = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9]


def rows(interval):
    return np.column_stack([interval.estimate, interval.low, interval.high, interval.se])


def r_rows(key):
    """R's rows; its intervals of length 0 at the highest value are none."""
    table = np.array(R[key]).reshape(-1, 4)
    table[(table[:, 1] == table[:, 2]), 1:] = np.nan
    return table


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"shahvaish"}))
@pytest.mark.parametrize("name", ["strat", "clus"])
def test_rules_as_r(name, rule):
    data, records = schools(name)
    # R is off below the first value's share, which the lowest interval ends and levels reach.
    for answer, start in (("api00", 1), ("band", 2)):
        got = rows(survey_quantile(data[answer], records, SHARES, rule=rule))
        expected = r_rows(f"quantile {name} {rule} {answer}")
        assert got[start:] == pytest.approx(expected[start:], rel=EXACT, nan_ok=True)


@pytest.mark.parametrize("name", ["strat", "clus"])
def test_shah_and_vaish_with_weights_of_mean_one(name):
    data, records = schools(name)
    got = weighted_quantile(data["api00"], records.weights, SHARES, "shahvaish")
    assert got == pytest.approx(R[f"quantile shahvaish scaled {name}"], rel=EXACT)


@pytest.mark.parametrize("kind", sorted(set(INTERVALS) - {"score", "quantile"}))
@pytest.mark.parametrize("name", ["strat", "clus"])
def test_intervals_as_r(name, kind):
    data, records = schools(name)
    ends = survey_quantile(
        data["api00"], records, SHARES, rule="school", interval=kind, confidence=0.9
    )
    assert rows(ends)[1:] == pytest.approx(
        r_rows(f"quantile interval {name} {kind}")[1:], rel=EXACT, nan_ok=True
    )


@pytest.mark.parametrize("name", ["strat", "clus"])
def test_a_domain_keeps_the_design(name):
    data, records = schools(name)
    young = records.domain((data["stype"] != "H").to_numpy())
    got = rows(survey_quantile(data["api00"], young, SHARES))
    assert got[1:] == pytest.approx(r_rows(f"quantile domain {name}")[1:], rel=EXACT, nan_ok=True)
    gone = data["api00"].where(data["stype"] != "H").to_numpy(dtype=float)
    said = survey_quantile(gone, records, SHARES)
    assert rows(said) == pytest.approx(got, nan_ok=True)
    assert "left out" in said.note


def test_score_interval_is_r_s_or_the_value_after():
    """With equal weights R's root finder stops just before the value where the score passes."""
    data, records = schools("clus")
    got = survey_quantile(data["api00"], records, [0.25, 0.5, 0.75], interval="score")
    expected = np.array(R["quantile score clus"]).reshape(-1, 4)
    levels = np.unique(data["api00"])
    for ours, theirs in ((got.low, expected[:, 1]), (got.high, expected[:, 2])):
        steps = np.searchsorted(levels, ours) - np.searchsorted(levels, theirs)
        assert set(steps) <= {0, 1}


def test_score_interval_holds_what_the_score_does_not_reject():
    data, records = schools("strat")
    got = survey_quantile(data["api00"], records, 0.5, interval="score")
    t = 1.9720790337760  # of 197, 0.975

    def score(at):
        mean = mean_of(records, (data["api00"].to_numpy() > at) - 0.5)
        return mean.estimate[0] / mean.se[0]

    assert score(got.low[0]) <= t < score(got.low[0] - 1)
    assert score(got.high[0]) <= -t < score(got.high[0] - 1)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=12),
    st.integers(1, 19),
)
def test_math_is_the_smallest_value_that_reaches_the_share(people, twentieth):
    """Weights as repetitions: the definition, by counting."""
    x, w = (np.array(column) for column in zip(*people, strict=True))
    everybody = np.sort(np.repeat(x, w))
    reached = np.flatnonzero(20 * np.arange(1, everybody.size + 1) >= twentieth * everybody.size)
    got = weighted_quantile(x, w, twentieth / 20)[0]
    assert got == everybody[reached[0]]


def test_unreached_ends_are_missing_and_bad_requests_refused():
    people = Sample(np.ones(12))
    top = survey_quantile(np.arange(12), people, 0.95)
    assert np.isnan(top.high[0])
    assert "does not reach" in top.note
    with pytest.raises(CommsvcError, match="did you mean"):
        survey_quantile(np.arange(12), people, 50)
    with pytest.raises(CommsvcError, match="no rule of quantiles 'type7'"):
        weighted_quantile([1], [1], 0.5, "type7")
    with pytest.raises(CommsvcError, match="values are missing"):
        weighted_quantile([1, np.nan], [1, 1], 0.5)
