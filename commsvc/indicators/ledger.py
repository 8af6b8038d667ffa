"""A ledger of volunteering checked against its rules: everything flagged, nothing dropped."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.messages import Text, message

COLUMNS: Final = ("member", "post", "activity", "date", "hours")


@dataclass(frozen=True)
class LedgerRules:
    """The rules a ledger is held to.

    Attributes
    ----------
    start, end : first and last day of the period
    hours_a_year : hours each member owes in the period
    posts_least, posts_most : posts a member takes; `None` for no upper limit
    hours_a_day : the most one member can have served in a day

    Examples
    --------
    >>> LedgerRules(date(2023, 1, 1), date(2023, 12, 31)).hours_a_year
    48.0
    """

    start: date
    end: date
    hours_a_year: float = 48.0
    posts_least: int = 1
    posts_most: int | None = 1
    hours_a_day: float = 12.0

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise CommsvcError(f"the period runs from {self.start} back to {self.end}")
        if not (self.hours_a_year >= 0 and 0 < self.hours_a_day <= 24):
            raise CommsvcError(
                f"{self.hours_a_year} hours a year and {self.hours_a_day} a day",
                allowed="hours from 0 up, and up to 24 a day",
            )

    @property
    def half_months(self) -> tuple[tuple[date, date], ...]:
        """The half-months (1st to 15th, 16th to the end) that lie wholly in the period."""
        found, first = [], self.start.replace(day=1)
        while first <= self.end:
            following = (first + timedelta(days=32)).replace(day=1)
            for half in ((first, first.replace(day=15)), (first.replace(day=16), following)):
                last = half[1] if half[1] < following else following - timedelta(days=1)
                if self.start <= half[0] and last <= self.end:
                    found.append((half[0], last))
            first = following
        return tuple(found)


def validate_ledger(
    ledger: Any, rules: LedgerRules, *, members: Collection[object] | None = None
) -> pd.DataFrame:
    """Every entry and member that breaks a rule, with the rule and the reason.

    Parameters
    ----------
    ledger : any data frame with the columns `member, post, activity, date, hours`, a row an entry
    rules : what it is held to
    members : the register; adds who is in the ledger and not in it, and who took no post

    Returns
    -------
    DataFrame `row` (position in the ledger; missing where a member has no entry), `member, rule,
    detail`, by row. Rules: `missing value`, `hours` (not above 0, or above the day's most), `day
    total`, `date` (none, or outside the period), `duplicate` (every copy but the first), `posts`,
    `not registered`, `no entry`. The ledger itself is not changed.

    Examples
    --------
    >>> entries = pd.DataFrame({"member": ["m1", "m1", "m2"], "post": ["tidy", "tidy", "read"],
    ...     "activity": ["a1", "a1", "a2"], "date": ["2023-03-01", "2023-03-01", "2024-01-01"],
    ...     "hours": [2, 2, 30]})
    >>> rules = LedgerRules(date(2023, 1, 1), date(2023, 12, 31))
    >>> validate_ledger(entries, rules, members=["m1", "m2", "m3"])[["row", "member", "rule"]]
        row member       rule
    0     1     m1  duplicate
    1     2     m2       date
    2     2     m2      hours
    3  <NA>     m3   no entry
    """
    frame = _frame(ledger)
    flags = _of_entries(frame, rules) + _of_members(frame, rules)
    if members is not None:
        flags += _of_register(frame["member"], dict.fromkeys(members))
    table = pd.DataFrame(flags, columns=["row", "member", "rule", "detail"])
    table["row"] = table["row"].astype("Int64")
    return table.sort_values(["row", "rule"], kind="stable", ignore_index=True)


Flag = tuple[int | None, object, str, Text]


def _of_entries(frame: pd.DataFrame, rules: LedgerRules) -> list[Flag]:
    """What is wrong with single entries."""
    member, day, hours, most = frame["member"], frame["day"], frame["number"], rules.hours_a_day
    outside = (day < _stamp(rules.start)) | (day > _stamp(rules.end))
    impossible = frame["hours"].notna() & ~hours.between(0, most, inclusive="right")
    flags: list[Flag] = []
    for column in COLUMNS:
        gone = message("no {column}", column=column)
        flags += _flagged(member, frame[column].isna(), "missing value", partial(_same, gone))
    flags += _flagged(
        member, outside, "date",
        lambda r: message(
            "{day} is outside {start} to {end}", day=day[r].date(), start=rules.start, end=rules.end
        ),
    )  # fmt: skip
    flags += _flagged(
        member, frame["date"].notna() & day.isna(), "date",
        lambda r: message("{text} is no date", text=repr(frame["date"][r])),
    )  # fmt: skip
    flags += _flagged(
        member, impossible, "hours",
        lambda r: message(
            "{hours} hours; allowed: above 0, at most {most:g}", hours=frame["hours"][r], most=most
        ),
    )  # fmt: skip
    twice = message("the same member, post, activity, date and hours stand above")
    flags += _flagged(member, frame.duplicated(list(COLUMNS)), "duplicate", partial(_same, twice))
    return flags


def _of_members(frame: pd.DataFrame, rules: LedgerRules) -> list[Flag]:
    """What is wrong with all that a member has on a day, or has at all."""
    member, hours, most = frame["member"], frame["number"], rules.hours_a_day
    totals = hours.groupby([member, frame["day"]]).transform("sum")
    posts = frame.groupby("member")["post"].transform("nunique")
    first, limit = ~member.duplicated(), rules.posts_most
    flags = _flagged(
        member, (totals > most) & (hours <= most), "day total",
        lambda r: message("{hours:g} hours that day in all", hours=totals[r]),
    )  # fmt: skip
    if limit is not None:
        flags += _flagged(
            member, (posts > limit) & first, "posts",
            lambda r: message("{posts} posts; at most {most}", posts=posts[r], most=limit),
        )  # fmt: skip
    least = rules.posts_least
    return flags + _flagged(
        member, (posts < least) & first, "posts",
        lambda r: message("{posts} posts; at least {least}", posts=posts[r], least=least),
    )  # fmt: skip


def _of_register(member: pd.Series, register: Mapping[object, None]) -> list[Flag]:
    """Who is in the ledger alone, or in the register alone."""
    flags = _flagged(
        member, ~member.isin(set(register)) & member.notna(), "not registered",
        lambda r: message("{member} is not in the register", member=repr(member[r])),
    )  # fmt: skip
    present, absent = set(member.dropna()), message("registered, but has no entry")
    return flags + [(None, one, "no entry", absent) for one in register if one not in present]


def _same(said: Text, _: int) -> Text:
    return said


def _flagged(
    member: pd.Series, broken: pd.Series, rule: str, detail: Callable[[int], Text]
) -> list[Flag]:
    """Every row where `broken` is true, with the rule and why."""
    rows = broken.fillna(False).to_numpy().nonzero()[0].tolist()
    return [(row, member[row], rule, detail(row)) for row in rows]


def member_compliance(
    ledger: Any, rules: LedgerRules, *, members: Collection[object] | None = None
) -> pd.DataFrame:
    """Each member's hours in the period against the hours owed.

    Entries flagged for their date, hours or as duplicates do not count, so validate first.

    Returns
    -------
    DataFrame `group` (member), `count` (activities), `base` (hours owed), `estimate` (hours
    served), `met`; with `members`, those without an entry too

    Examples
    --------
    >>> entries = pd.DataFrame({"member": ["m1", "m1"], "post": "tidy", "activity": ["a1", "a2"],
    ...                         "date": ["2023-03-01", "2023-04-01"], "hours": [10, 9]})
    >>> rules = LedgerRules(date(2023, 1, 1), date(2023, 12, 31))
    >>> member_compliance(entries, rules)[["group", "base", "estimate", "met"]]
      group  base  estimate    met
    0    m1  48.0      19.0  False
    """
    counted = _countable(_frame(ledger), rules)
    table = counted.groupby("member").agg(count=("activity", "size"), estimate=("number", "sum"))
    everyone = pd.Index(dict.fromkeys(members)) if members is not None else table.index
    table = table.reindex(everyone).fillna({"count": 0, "estimate": 0.0})
    table = table.rename_axis("group").reset_index().astype({"count": int})
    table.insert(2, "base", float(rules.hours_a_year))
    table["met"] = table["estimate"] >= rules.hours_a_year
    return table


def post_compliance(ledger: Any, rules: LedgerRules) -> pd.DataFrame:
    """Whether each post had an activity in every half-month of the period.

    Returns
    -------
    DataFrame `group` (post), `count` (half-months with an activity), `base` (half-months wholly
    in the period), `estimate` (their share), `met`, `note` (the first half-month without)

    Examples
    --------
    >>> entries = pd.DataFrame({"member": "m1", "post": "tidy", "activity": ["a1", "a2"],
    ...                         "date": ["2023-03-01", "2023-03-20"], "hours": 2})
    >>> rules = LedgerRules(date(2023, 3, 1), date(2023, 4, 15))
    >>> post_compliance(entries, rules)[["group", "count", "base", "met"]]
      group  count  base    met
    0  tidy      2     3  False
    """
    halves = rules.half_months
    if not halves:
        raise CommsvcError(f"no whole half-month lies in {rules.start} to {rules.end}")
    counted = _countable(_frame(ledger), rules)
    rows = []
    for post, days in counted.groupby("post")["day"]:
        held = {d.date() for d in days}
        empty = [h for h in halves if not any(h[0] <= d <= h[1] for d in held)]
        count = len(halves) - len(empty)
        note: Text | str = ""
        if empty:
            note = message("none from {start} to {end}", start=empty[0][0], end=empty[0][1])
        rows.append((post, count, len(halves), count / len(halves), not empty, note))
    columns = ["group", "count", "base", "estimate", "met", "note"]
    return pd.DataFrame(rows, columns=columns)


def reconcile_registers(first: Iterable[object], second: Iterable[object]) -> pd.DataFrame:
    """Two registers of the same people, name by name.

    Returns
    -------
    DataFrame `group, count, base, estimate, note`: `in both`, `only in first`, `only in second`
    (of all different ids), `repeated in first`, `repeated in second` (entries too many, of the
    register's entries)

    Examples
    --------
    >>> reconcile_registers(["a", "b", "b"], ["b", "c"])[["group", "count", "base"]]
                    group  count  base
    0             in both      1     3
    1       only in first      1     3
    2      only in second      1     3
    3   repeated in first      1     3
    4  repeated in second      0     2
    """
    one, two = list(first), list(second)
    if not one or not two:
        raise CommsvcError("a register is empty")
    a, b = set(one), set(two)
    rows = [
        ("in both", len(a & b), len(a | b)),
        ("only in first", len(a - b), len(a | b)),
        ("only in second", len(b - a), len(a | b)),
        ("repeated in first", len(one) - len(a), len(one)),
        ("repeated in second", len(two) - len(b), len(two)),
    ]
    table = pd.DataFrame(rows, columns=["group", "count", "base"])
    return table.assign(
        estimate=table["count"] / table["base"], note=message("ids compared as written")
    )


def _frame(ledger: Any) -> pd.DataFrame:
    """The ledger as pandas with parsed `day` and `number` columns beside the raw ones."""
    import narwhals as nw

    eager = nw.from_native(ledger).lazy().collect()
    for column in COLUMNS:
        if column not in eager.columns:
            raise unknown_name("column", column, eager.columns, where="the ledger")
    frame = eager.to_pandas().reset_index(drop=True)
    day = pd.to_datetime(frame["date"], errors="coerce").dt.normalize()
    number = pd.to_numeric(frame["hours"], errors="coerce").astype(float)
    return frame.assign(day=day, number=number)


def _countable(frame: pd.DataFrame, rules: LedgerRules) -> pd.DataFrame:
    inside = frame["day"].between(_stamp(rules.start), _stamp(rules.end))
    possible = frame["number"].between(0, rules.hours_a_day, inclusive="right")
    return frame[inside & possible & ~frame.duplicated(list(COLUMNS))]


def _stamp(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)
