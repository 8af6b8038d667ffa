from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import (
    acceptance_plan,
    audit_sample_size,
    bad_records_interval,
    detection_probability,
)

ledger = st.integers(2, 300).flatmap(
    lambda N: st.tuples(st.just(N), st.integers(1, N), st.integers(1, N))
)


def test_r_gives_the_same_tails(r):
    plan = acceptance_plan(856, good=9, poor=86)
    ours = [1 - detection_probability(45, 100, 5), 1 - plan.producer_risk, plan.consumer_risk]
    assert ours == pytest.approx(r["hyper"], rel=1e-10)


@settings(max_examples=40, deadline=None)
@given(ledger, st.sampled_from([0.8, 0.95, 0.99]))
def test_the_audit_sample_is_the_smallest_that_finds(case, confidence):
    N, bad, _ = case
    n = audit_sample_size(N, bad, confidence)
    assert detection_probability(n, N, bad) >= confidence - 1e-9
    assert n == 1 or detection_probability(n - 1, N, bad) < confidence


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 60).flatmap(lambda N: st.tuples(st.just(N), st.integers(1, N))))
def test_the_interval_covers_every_truth(case):
    """For each true number of bad records, the chance that the interval holds it."""
    N, n = case
    ends = {
        x: (ci.low, ci.high) for x in range(n + 1) for ci in [bad_records_interval(x, n, N, 0.9)]
    }
    for truth in range(N + 1):
        covered = sum(
            stats.hypergeom.pmf(x, N, truth, n)
            for x in range(max(0, n - (N - truth)), min(n, truth) + 1)
            if ends[x][0] <= truth <= ends[x][1]
        )
        assert covered >= 0.9 - 1e-9


def test_everything_looked_at_leaves_no_doubt():
    ci = bad_records_interval(7, 50, 50)
    assert (ci.low, ci.high) == (7, 7)
    assert ci.estimate == pytest.approx(7)


@pytest.mark.parametrize(("N", "good", "poor"), [(856, 9, 86), (200, 2, 20), (50, 0, 5)])
def test_the_acceptance_plan_keeps_both_promises_and_no_smaller_one_does(N, good, poor):
    plan = acceptance_plan(N, good, poor)
    assert stats.hypergeom.cdf(plan.accept, N, poor, plan.sample) <= 0.1
    assert stats.hypergeom.sf(plan.accept, N, good, plan.sample) <= 0.05
    for n in range(1, plan.sample):
        for c in range(n + 1):
            keeps = (
                stats.hypergeom.cdf(c, N, poor, n) <= 0.1
                and stats.hypergeom.sf(c, N, good, n) <= 0.05
            )
            assert not keeps
        if n > 60:
            break


def test_impossible_ledgers_are_refused():
    with pytest.raises(CommsvcError, match="bad ≤ sample"):
        bad_records_interval(5, 4, 10)
    with pytest.raises(CommsvcError, match="look at every record"):
        audit_sample_size(100, 0)
    with pytest.raises(CommsvcError, match="good < poor"):
        acceptance_plan(100, 5, 5)
    with pytest.raises(CommsvcError, match="whole numbers"):
        audit_sample_size(100, 2.5)
