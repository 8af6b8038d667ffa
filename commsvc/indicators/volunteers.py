"""Volunteers: what printed rules and totals imply, matching, how many records to check."""

from __future__ import annotations

import re
from fractions import Fraction
from math import ceil
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.counted_units import bounds, exact_number
from commsvc.indicators.frames import column_values
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect, measure
from commsvc.indicators.ratio import per
from commsvc.indicators.scenarios import tidy
from commsvc.printed import Interval
from commsvc.words.messages import message

COMMUNITY_RULES: Final = ("prefer", "require", "ignore")


def hours_required(
    members: Value,
    hours_each: Value = "48小时",
    *,
    communities: Value | None = None,
    months: int = 12,
) -> pd.DataFrame:
    """Hours a year that a rule of so many hours each implies.

    Parameters
    ----------
    members : persons the rule binds
    hours_each : hours a year each; a rule, so an unhedged figure is exact
    communities : adds the hours per community
    months : months the year's hours are spread over

    Returns
    -------
    DataFrame, tidy: rows `in all`, `per month`, and with communities `per community`,
    `per community and month`

    Examples
    --------
    >>> hours_required("1892名", communities=6)[["group", "estimate", "unit"]]
                         group      estimate                           unit
    0                   in all  90816.000000                 hours per year
    1                per month   7568.000000                hours per month
    2            per community  15136.000000   hours per community and year
    3  per community and month   1261.333333  hours per community and month
    """
    people = expect(members, "persons", role="members", kind="stock")
    each = expect(hours_each, "hours", role="hours each", exact=True)
    face = None if people.face is None or each.face is None else people.face * each.face
    said = message("{each} a year for {people}", each=str(each.text or each), people=str(people))
    total = Measure(people.values * each.values, "hours", "flow", "owed", face, "", said)
    year, twelve = measure(1, "years", kind="flow"), measure(months, "months", kind="flow")
    bearers = {"in all": (year, "hours per year"), "per month": (twelve, "hours per month")}
    if communities is not None:
        places = expect(communities, "communities", role="communities")
        by_month = places.scaled(months, "community months", kind="flow")
        bearers["per community"] = (places, "hours per community and year")
        bearers["per community and month"] = (by_month, "hours per community and month")
    method = message("hours implied by the rule")
    return tidy({k: per(total, by, unit=u, method=method) for k, (by, u) in bearers.items()})


def participants_behind(
    person_times: Value, members: Value, *, most_each: int | None = None
) -> Measure:
    """How many different persons a number of person-times can be.

    Parameters
    ----------
    person_times : 人次, printed or plain
    members : persons who could have taken part
    most_each : the most times one person could (activities held); unlimited where left out

    Examples
    --------
    856-odd person-times among 1819 members are one busy person or 1819 different ones:

    >>> print(participants_behind("856多人次", "1819名"))
    1 to 1819 persons (who took part)
    >>> print(participants_behind("856多人次", "1819名", most_each=24))
    36 to 1819 persons (who took part)
    """
    times = expect(person_times, "visits", role="person-times", kind="flow").values
    people = expect(members, "persons", role="members", kind="stock").values
    if most_each is not None and most_each < 1:
        raise CommsvcError(f"at most {most_each} times each", allowed="1 or more")
    first = times.low or Fraction(0)
    if first.denominator == 1 and not times.low_closed and times.low is not None:
        first += 1
    low = Fraction(min(1, ceil(first)) if most_each is None else ceil(first / most_each))
    highest = [end for end in (times.high, people.high) if end is not None]
    if people.high is not None and low > people.high:
        raise CommsvcError(
            f"{low} persons at least are needed for the person-times, and there are {people.high}",
            next_step="the figures cannot both hold with most_each; look at their periods",
        )
    values = Interval.of(low, min(highest) if highest else None)
    note = message("from person-times: one person may have come many times")
    return Measure(values, "persons", "stock", "who took part", None, "", note)


def register_gap(first: Value, second: Value, *, unit: str = "persons") -> pd.DataFrame:
    """Two totals that should be one: how far apart, and what either leaves possible.

    Returns
    -------
    DataFrame `group, low, high, unit, note`: `difference` (second less first), `share of first`,
    `share of second`, `in both` (persons, at most the smaller), `in either` (at least the larger),
    `only in second` and `only in first` (at least the difference, on one side, if nobody is entered
    twice)

    Examples
    --------
    >>> register_gap("1819名", "1892名").set_index("group").loc["difference", "low"]
    np.float64(73.0)
    """
    a = expect(first, unit, role="the first total")
    # Two totals of one register are of one kind, or the gap is no gap.
    b = expect(second, a.unit, role="the second total", kind=a.kind)
    gap, least = b.values - a.values, max(a.low, b.low)
    twice = message("at least the difference, if nobody is entered twice")
    lists = message("if they are different lists")

    def only(apart: Interval, most: float) -> tuple[float, float]:
        more = apart.intersect(AT_LEAST_ZERO)
        return 0.0 if more.empty else bounds(more)[0], most

    rows = {
        "difference": (bounds(gap), message("second less first")),
        "share of first": (bounds(gap / a.values), message("difference over the first")),
        "share of second": (bounds(gap / b.values), message("difference over the second")),
        "in both": ((0.0, min(a.high, b.high)), lists),
        "in either": ((least, a.high + b.high), lists),
        "only in second": (only(gap, b.high), twice),
        "only in first": (only(-gap, a.high), twice),
    }
    table = [
        (name, *ends, "share" if "share" in name else a.unit, note)
        for name, (ends, note) in rows.items()
    ]
    return pd.DataFrame(table, columns=["group", "low", "high", "unit", "note"])


def audit_sample(
    records: int, *, bad_share: float | Fraction, confidence: float = 0.95
) -> pd.DataFrame:
    """The smallest sample that finds a bad record with this confidence, if so many are bad.

    If `bad_share` of the records (rounded up) or more are bad, a check of `count` of them, drawn
    without replacement, turns up at least one with the confidence asked for. So finding none
    shows, at that confidence, that fewer are bad (discovery sampling, hypergeometric). A plan
    that tells a good ledger from a poor one is `commsvc.inference.acceptance_plan`; what a check
    that found some says is `commsvc.inference.bad_records_interval`.

    Parameters
    ----------
    records : size of the ledger
    bad_share : the share of bad records that must not be missed

    Returns
    -------
    DataFrame of one row: `count` (records to check), `base` (records), `bad` (records the share
    stands for), `estimate` (the confidence attained), `method, note`

    Examples
    --------
    >>> audit_sample(1892, bad_share=0.05)[["count", "base", "bad"]]
       count  base  bad
    0     58  1892   95
    """
    from commsvc.inference.hypergeometric import audit_sample_size, detection_probability

    share = exact_number(bad_share)
    if not 0 < share <= 1:
        raise CommsvcError(f"a bad share of {bad_share}", allowed="above 0, up to 1")
    bad = ceil(records * share)
    count = audit_sample_size(records, bad, confidence)
    attained = detection_probability(count, records, bad)
    note = message(
        "if {bad} or more of {records} are bad, one is found with P = {p:.4f}",
        bad=bad, records=records, p=attained,
    )  # fmt: skip
    row = (count, records, bad, attained, message("hypergeometric discovery sampling"), note)
    columns = ["count", "base", "bad", "estimate", "method", "note"]
    return pd.DataFrame([row], columns=columns)


def match_requests(requests: Any, members: Any, *, community: str = "prefer") -> pd.DataFrame:
    """Match as many requests as can be met, one to one.

    Of all ways to match, one with the greatest total priority (the greatest number, where all
    priorities are alike); among those, with `community="prefer"`, one with the most pairs of the
    same community. Optimal, not greedy (Kuhn–Munkres by `scipy.optimize.linear_sum_assignment`).

    Parameters
    ----------
    requests : any data frame with `request` (id), `skill`, `community`; `priority` (whole number
        above 0) may be there
    members : any data frame with `member` (id), `skills` (a list, or text separated by ``、;,|``),
        `community`; `capacity` (requests each can take, 1) may be there
    community : `prefer`, `require` or `ignore` a member's own community

    Returns
    -------
    DataFrame in the order of the requests: `request, member` (missing where unmatched),
    `same_community, able` (members who could), `verdict` (`matched`, `nobody can`, `all who can are
    taken`)

    Examples
    --------
    >>> wishes = pd.DataFrame({"request": ["r1", "r2", "r3"], "skill": ["legal", "repair", "care"],
    ...                        "community": ["East", "East", "West"]})
    >>> people = pd.DataFrame({"member": ["m1", "m2"], "skills": ["legal、repair", "legal"],
    ...                        "community": ["East", "West"]})
    >>> match_requests(wishes, people)[["request", "member", "verdict"]]
      request member     verdict
    0      r1     m2     matched
    1      r2     m1     matched
    2      r3   None  nobody can
    """
    if community not in COMMUNITY_RULES:
        raise unknown_name("rule for communities", community, COMMUNITY_RULES)
    asked = column_values(requests, "request", "skill", "community")
    people = column_values(members, "member", "skills", "community")
    if not asked or not people:
        raise CommsvcError("no request or no member to match")
    priority = _numbers(requests, "priority", len(asked))
    capacity = _numbers(members, "capacity", len(people))
    skills = [_skills(text) for _, text, _ in people]
    same = np.array([[c == home for _, _, home in people] for _, _, c in asked])
    able = np.array([[skill in known for known in skills] for _, skill, _ in asked])
    if community == "require":
        able &= same
    slots = np.repeat(np.arange(len(people)), capacity)
    # One request more always outweighs every community at once.
    value = priority[:, None] * (len(asked) + 1) + (same if community == "prefer" else 0)
    rows, columns = linear_sum_assignment(np.where(able, value, 0)[:, slots], maximize=True)
    taken = {r: slots[c] for r, c in zip(rows, columns, strict=True) if able[r, slots[c]]}
    found = []
    for number, (request, _, _) in enumerate(asked):
        who = taken.get(number)
        verdict = "matched" if who is not None else "all who can are taken"
        count = int(able[number].sum())
        if not count:
            verdict = "nobody can"
        name = None if who is None else people[who][0]
        near = None if who is None else bool(same[number, who])
        found.append((request, name, near, count, verdict))
    columns_ = ["request", "member", "same_community", "able", "verdict"]
    table = pd.DataFrame(found, columns=columns_)
    # An unmatched request has no member: None, whatever pandas makes of a column of names.
    table["member"] = pd.Series([row[1] for row in found], dtype=object)
    return table


def _numbers(frame: Any, column: str, length: int) -> np.ndarray:
    import narwhals as nw

    if column not in nw.from_native(frame).columns:
        return np.ones(length, dtype=np.int64)
    values = column_values(frame, column)
    for number, value in enumerate(values):
        if value is None or value != int(value) or value < 1:
            raise CommsvcError(
                f"{value!r} is no {column}", where=f"row {number}", allowed="1, 2, 3 …"
            )
    return np.array(values, dtype=np.int64)


def _skills(text: Any) -> frozenset[str]:
    if text is None:
        return frozenset()
    parts = re.split(r"[、;；,，|┋]", text) if isinstance(text, str) else list(text)
    return frozenset(part.strip() for part in parts if str(part).strip())
