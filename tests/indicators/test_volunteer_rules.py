"""Rules, ledgers and registers of volunteers: every list tried, and what cannot matter."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import volunteers as v
from commsvc.indicators.ledger import (
    LedgerRules,
    member_compliance,
    post_compliance,
    reconcile_registers,
)
from commsvc.indicators.made_up import (
    simulate_ledger,
    simulate_registers,
    simulate_requests,
    simulate_time_bank,
)
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import share
from commsvc.printed import Interval

QUARTER = LedgerRules(date(2023, 1, 1), date(2023, 3, 31), hours_a_year=6)
RANGES = st.tuples(st.integers(1, 2000), st.integers(0, 9)).map(
    lambda p: Interval.of(p[0], p[0] + p[1])
)


@given(RANGES, RANGES, st.integers(1, 9), st.integers(1, 12))
def test_hours_owed_are_those_of_every_member(members, each, communities, months):
    table = v.hours_required(
        measure(members, "persons"), measure(each, "hours"), communities=communities, months=months
    ).set_index("group")
    low, high = int(members.low * each.low), int(members.high * each.high)
    for group, parts in (
        ("in all", 1), ("per month", months), ("per community", communities),
        ("per community and month", communities * months),
    ):  # fmt: skip
        ends = table.loc[group, ["low", "high"]].tolist()
        assert ends == pytest.approx([low / parts, high / parts])


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["p", "q"]),
        st.integers(-5, 99),
        st.sampled_from([-1.0, 0.0, 1.0, 2.0, 2.5, 40.0]),
    ),
    min_size=1,
    max_size=12,
)


def ledger(entries) -> pd.DataFrame:
    rows = [
        (who, post, f"{post}{day}", date(2023, 1, 1) + timedelta(days=day), hours)
        for who, post, day, hours in entries
    ]
    return pd.DataFrame(rows, columns=["member", "post", "activity", "date", "hours"])


@given(ENTRIES, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_hours_and_half_months_counted_by_hand(entries, random):
    """Sums over the entries that may count, by a set of plain Python; rows in any order."""
    mixed = list(entries)
    random.shuffle(mixed)
    counted = {
        (who, post, day, hours) for who, post, day, hours in entries
        if 0 <= day <= 89 and 0 < hours <= 12
    }  # fmt: skip
    members = member_compliance(ledger(mixed), QUARTER, members=["a", "b", "c"])
    for row in members.to_dict("records"):
        served = [hours for who, _, _, hours in counted if who == row["group"]]
        assert (row["count"], row["estimate"]) == (len(served), sum(served))
        assert row["met"] == (sum(served) >= 6)
    posts = post_compliance(ledger(mixed), QUARTER)
    for row in posts.to_dict("records"):
        days = [date(2023, 1, 1) + timedelta(days=d) for _, post, d, _ in counted
                if post == row["group"]]  # fmt: skip
        held = {(day.month, day.day > 15) for day in days}
        assert (row["count"], row["base"]) == (len(held), 6)
        assert row["met"] == (len(held) == 6)


NAMES = st.lists(st.integers(0, 9), min_size=1, max_size=9)


@given(NAMES, NAMES)
def test_two_totals_allow_what_two_lists_show(first, second):
    """Of every pair of lists, the names counted lie within what their totals alone allow."""
    found = reconcile_registers(first, second).set_index("group")["count"]
    turned = reconcile_registers(second, first[::-1]).set_index("group")["count"]
    assert found["only in first"] == turned["only in second"]
    assert found["in both"] == turned["in both"]
    assert found["in both"] + found["only in first"] + found["repeated in first"] == len(first)
    once = found["repeated in first"] == found["repeated in second"] == 0
    gap = v.register_gap(len(first), len(second)).set_index("group")
    assert gap.loc["difference", "low"] == len(second) - len(first)
    either = found[["in both", "only in first", "only in second"]].sum()
    bounds = {"in both": found["in both"]}
    if once:
        bounds |= {
            "in either": either,
            "only in first": found["only in first"],
            "only in second": found["only in second"],
        }
    for name, count in bounds.items():
        assert gap.loc[name, "low"] <= count <= gap.loc[name, "high"], name


@given(st.integers(0, 10**6), st.integers(1, 30))
@settings(max_examples=15, deadline=None)
def test_a_seed_says_all_of_a_simulation(seed, members):
    for made in (
        lambda s: simulate_time_bank(s, members, months=4),
        lambda s: simulate_registers(s, members, members + 1),
        lambda s: simulate_requests(s, 5, members)[0],
        lambda s: simulate_ledger(s, members, activities_each=3),
    ):
        one = made(seed)
        pd.testing.assert_frame_equal(one, made(seed))
        assert one["simulated"].all()
        assert one.attrs == {"simulated": True, "seed": seed}


BAD = ledger([("a", "p", 3, 2.0)]).drop(columns="hours")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: member_compliance(BAD, QUARTER), "no column 'hours'"),
        (lambda: post_compliance(BAD, QUARTER), "no column 'hours'"),
        (lambda: v.hours_required("1819名", "48天"), "printed in days"),
        (lambda: v.hours_required("1819名", communities="6个村"), "villages, not communities"),
        (lambda: share(1900, "1819名"), "it is more"),
        (lambda: v.participants_behind("856名", "1819名"), "printed in persons"),
        (lambda: v.register_gap("3名", measure(3, "persons", kind="flow")), "must be a stock"),
        (lambda: simulate_requests(1, 0), "at least one request"),
        (lambda: simulate_time_bank(1, 3, redeem_share=2), "share from 0 to 1"),
        (lambda: v.audit_sample(0, bad_share=0.1), "records|at least|0"),
        (lambda: v.audit_sample(100, bad_share=0.1, confidence=1), "confidence"),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
