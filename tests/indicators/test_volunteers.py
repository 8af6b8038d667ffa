"""Volunteers: rules, ledgers, time bank, matching, audit."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import hypergeom

from commsvc.errors import CommsvcError
from commsvc.indicators import volunteers as v
from commsvc.indicators.ledger import (
    LedgerRules,
    member_compliance,
    post_compliance,
    reconcile_registers,
    validate_ledger,
)
from commsvc.indicators.made_up import (
    FAULTS,
    simulate_ledger,
    simulate_registers,
    simulate_requests,
    simulate_time_bank,
)
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import per, share
from commsvc.indicators.time_bank import time_bank, time_bank_summary
from commsvc.printed import Interval

YEAR = LedgerRules(date(2023, 1, 1), date(2023, 12, 31))


def test_hours_of_both_registers():
    for members in ("1819名", "1892名"):
        table = v.hours_required(members, communities=6).set_index("group")["estimate"]
        number = int(members[:-1])
        assert table["in all"] == 48 * number
        assert table["per community and month"] == pytest.approx(48 * number / 72)
    with pytest.raises(CommsvcError, match="printed in visits"):
        v.hours_required("856多人次")


def test_two_rules_agree_at_two_hours():
    hours, half_months = measure("48小时", exact=True), measure(24, "activities")
    assert per(hours, half_months).estimate == 2


def test_registers_differ_by_73():
    table = v.register_gap("1819名", "1892名").set_index("group")
    assert table.loc["difference", ["low", "high"]].tolist() == [73, 73]
    assert table.loc["only in second", "low"] == 73
    assert table.loc["only in first", "low"] == 0
    with pytest.raises(CommsvcError, match="printed in visits"):
        v.register_gap("1819名", "1892人次")


def test_person_times_are_no_participation():
    with pytest.raises(CommsvcError, match="printed in visits"):
        share("856多人次", measure("1819名"))
    with pytest.raises(CommsvcError, match="must be persons"):
        share(measure(856, "visits"), measure("1819名"))
    assert v.participants_behind("856多人次", "1819名").values == Interval.of(1, 1819)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_participants_behind_hold_for_every_way_to_come(times):
    total, members = sum(times), len(times)
    found = v.participants_behind(total, members, most_each=5).values
    assert sum(t > 0 for t in times) in found


def test_participants_behind_refuses_the_impossible():
    with pytest.raises(CommsvcError, match="are needed"):
        v.participants_behind(100, 3, most_each=10)


@given(st.integers(1, 300), st.integers(1, 100), st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=40)
def test_audit_sample_is_the_smallest(records, percent, confidence):
    row = v.audit_sample(records, bad_share=percent / 100, confidence=confidence).iloc[0]
    bad = row["bad"]
    # scipy's tail as the oracle, with room for its rounding.
    assert hypergeom(records, bad, row["count"]).sf(0) >= confidence - 1e-9
    if row["count"] > 1:
        assert hypergeom(records, bad, row["count"] - 1).sf(0) < confidence + 1e-9


def test_audit_refuses():
    with pytest.raises(CommsvcError, match="bad share"):
        v.audit_sample(100, bad_share=0)


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_every_planted_fault_is_flagged(seed):
    ledger = simulate_ledger(seed, 30, activities_each=10, fault_share=0.1)
    register = [f"m{i:05d}" for i in range(30)]
    flags = validate_ledger(ledger, YEAR, members=register)
    expected = {"second post": "posts"}
    for kind in FAULTS:
        rule = expected.get(kind, kind)
        planted = ledger[ledger["fault"] == kind]
        flagged = flags[flags["rule"] == rule]
        if kind == "second post":
            assert set(planted["member"]) <= set(flagged["member"])
        elif kind == "duplicate":
            assert len(flagged) >= len(planted)
        else:
            assert set(planted.index) <= set(flagged["row"].dropna())
    clean = simulate_ledger(seed, 30, activities_each=10, fault_share=0)
    left = validate_ledger(clean, YEAR)["rule"].unique().tolist()
    assert left in ([], ["day total"])


def test_ledger_is_flagged_not_changed():
    ledger = simulate_ledger(3, 20)
    before = ledger.copy()
    validate_ledger(ledger, YEAR)
    pd.testing.assert_frame_equal(ledger, before)
    assert ledger["simulated"].all()
    assert ledger.attrs["simulated"]


def test_ledger_missing_values_and_columns():
    ledger = pd.DataFrame(
        {"member": ["a", None], "post": "p", "activity": "x", "date": ["2023-01-01", "soon"]}
    )
    with pytest.raises(CommsvcError, match="no column 'hours'"):
        validate_ledger(ledger, YEAR)
    flags = validate_ledger(ledger.assign(hours=[1.0, None]), YEAR)
    assert flags["rule"].tolist() == ["date", "missing value", "missing value"]


def test_compliance_of_members_and_posts():
    days = [f"2023-{m:02d}-{d:02d}" for m in range(1, 13) for d in (3, 20)]
    ledger = pd.DataFrame({"member": "a", "post": "p", "activity": days, "date": days, "hours": 2})
    assert len(YEAR.half_months) == 24
    assert post_compliance(ledger, YEAR)["met"].tolist() == [True]
    members = member_compliance(ledger, YEAR, members=["a", "b"])
    assert members["met"].tolist() == [True, False]
    assert members["estimate"].tolist() == [48.0, 0.0]
    short = post_compliance(ledger.iloc[1:], YEAR).iloc[0]
    assert (short["count"], short["note"]) == (23, "none from 2023-01-01 to 2023-01-15")
    with pytest.raises(CommsvcError, match="no whole half-month"):
        post_compliance(ledger, LedgerRules(date(2023, 1, 2), date(2023, 1, 20)))
    with pytest.raises(CommsvcError, match="back to"):
        LedgerRules(date(2023, 2, 1), date(2023, 1, 1))


def test_registers_by_name():
    table = reconcile_registers(range(1892), range(73, 1892)).set_index("group")["count"]
    assert table["only in first"] == 73
    assert table["in both"] == 1819
    with pytest.raises(CommsvcError, match="empty"):
        reconcile_registers([], [1])


ENTRIES = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 300),
        st.sampled_from(["earn", "redeem"]),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=25,
)


@given(ENTRIES, st.sampled_from([None, 30, 100]))
def test_hours_in_the_bank_are_conserved(entries, life):
    start = pd.Timestamp("2023-01-01")
    ledger = pd.DataFrame(entries, columns=["member", "day", "kind", "hours"])
    ledger["date"] = start + pd.to_timedelta(ledger["day"], unit="D")
    accounts = time_bank(ledger, expires_after_days=life)
    left = accounts["earned"] - accounts["redeemed"] - accounts["expired"]
    assert (left - accounts["balance"]).abs().max() < 1e-9
    if life is None:
        assert (accounts["expired"] == 0).all()
    summary = time_bank_summary(accounts).set_index("group")["estimate"]
    assert summary["liability"] - summary["overdrawn"] == pytest.approx(accounts["balance"].sum())
    shuffled = time_bank(ledger.iloc[::-1], expires_after_days=life)
    pd.testing.assert_frame_equal(
        accounts.sort_values("group", ignore_index=True),
        shuffled.sort_values("group", ignore_index=True),
    )


def test_oldest_hours_go_first():
    ledger = pd.DataFrame(
        {
            "member": "a",
            "date": ["2023-01-01", "2023-03-01", "2023-03-02", "2023-04-15"],
            "kind": ["earn", "earn", "redeem", "redeem"],
            "hours": [4, 4, 3, 1],
        }
    )
    account = time_bank(ledger, expires_after_days=90).iloc[0]
    # One hour of January is left on 2 March, is lost on 2 April, and April draws on March.
    assert (account["expired"], account["balance"], account["lowest"]) == (1, 3, 0)
    early = time_bank(ledger, at=date(2023, 3, 1)).iloc[0]
    assert early["balance"] == 8


def test_dates_of_any_kind_are_read():
    ledger = pd.DataFrame(
        {
            "member": "a",
            "date": ["2023-01-05", date(2023, 1, 6), "2023/01/07", pd.Timestamp(2023, 1, 8, 9)],
            "kind": ["earn", "redeem", "earn", "redeem"],
            "hours": 2,
        }
    )
    kept = [time_bank(ledger, at=date(2023, 1, d))["balance"].item() for d in range(5, 9)]
    assert kept == [2, 0, 2, 0]
    with pytest.raises(CommsvcError, match="row 1: member 'a', date 'tomorrow'"):
        time_bank(ledger.assign(date=["2023-01-05", "tomorrow", "2023-01-07", "2023-01-08"]))


def test_time_bank_refuses():
    bad = pd.DataFrame({"member": ["a"], "date": ["2023-01-01"], "kind": ["earned"], "hours": [1]})
    with pytest.raises(CommsvcError, match="did you mean 'earn'"):
        time_bank(bad)
    with pytest.raises(CommsvcError, match="hours above 0"):
        time_bank(bad.assign(kind="earn", hours=-1))
    with pytest.raises(CommsvcError, match="no accounts"):
        time_bank_summary(bad)


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_matching_against_every_assignment(seed):
    requests, members = simulate_requests(seed, 4, 4, communities=2)
    members = members.assign(capacity=1)
    table = v.match_requests(requests, members)
    able = [
        [skill in known.split("、") for known in members["skills"]] for skill in requests["skill"]
    ]
    near = [[c == home for home in members["community"]] for c in requests["community"]]

    def worth(order):
        pairs = [(i, j) for i, j in enumerate(order) if able[i][j]]
        total = sum(int(requests["priority"][i]) for i, _ in pairs)
        return total, sum(near[i][j] for i, j in pairs)

    best = max(worth(order) for order in permutations(range(4)))
    matched = table[table["verdict"] == "matched"]
    got = int(requests.loc[matched.index, "priority"].sum()), int(matched["same_community"].sum())
    assert got == best
    assert matched["member"].is_unique
    for row, member in matched["member"].items():
        assert able[row][members["member"].tolist().index(member)]


def test_capacity_and_community_rules():
    requests = pd.DataFrame({"request": [1, 2], "skill": "care", "community": ["E", "W"]})
    members = pd.DataFrame({"member": ["m"], "skills": [["care"]], "community": ["E"]})
    assert v.match_requests(requests, members)["verdict"].tolist() == [
        "matched",
        "all who can are taken",
    ]
    both = v.match_requests(requests, members.assign(capacity=2))
    assert (both["verdict"] == "matched").all()
    own = v.match_requests(requests, members.assign(capacity=2), community="require")
    assert own["verdict"].tolist() == ["matched", "nobody can"]
    with pytest.raises(CommsvcError, match="no capacity"):
        v.match_requests(requests, members.assign(capacity=0))
    with pytest.raises(CommsvcError, match="rule for communities"):
        v.match_requests(requests, members, community="must")


def test_simulations_repeat_and_say_so():
    pd.testing.assert_frame_equal(simulate_ledger(5, 40), simulate_ledger(5, 40))
    bank = simulate_time_bank(5, 10)
    assert bank["simulated"].all()
    accounts = time_bank(bank)
    assert (accounts["lowest"] >= 0).all()
    assert accounts["simulated"].all()
    assert time_bank_summary(accounts)["simulated"].all()
    real = time_bank(bank.drop(columns="simulated"))
    assert "simulated" not in real
    assert "simulated" not in time_bank_summary(real)
    with pytest.raises(CommsvcError):
        simulate_ledger(5, 0)


@pytest.mark.parametrize(
    ("cause", "counts"),
    [
        # in both, only first, only second, repeated first, repeated second
        ("growth", [1819, 0, 73, 0, 0]),
        ("repeated", [1819, 0, 0, 0, 73]),
        ("turnover", [1819 - 181, 181, 181 + 73, 0, 0]),
    ],
)
def test_reconciling_tells_the_causes_apart(cause, counts):
    entries = simulate_registers(3, cause=cause)
    lists = entries.groupby("register")["member"].agg(list)
    assert entries["simulated"].all()
    assert list(map(len, lists)) == [1819, 1892]
    assert reconcile_registers(lists["first"], lists["second"])["count"].tolist() == counts
    assert entries.equals(simulate_registers(3, cause=cause))


@pytest.mark.parametrize(
    ("arguments", "cause", "message"),
    [
        ((10, 12), "growht", "no cause 'growht'.*did you mean 'growth'"),
        ((12, 10), "growth", "registers of 12 and 10 entries"),
        ((5, 11), "repeated", "not more than twice as long"),
    ],
)
def test_impossible_registers_are_refused(arguments, cause, message):
    with pytest.raises(CommsvcError, match=message):
        simulate_registers(1, *arguments, cause=cause)
