"""What printed totals and rules imply: hours owed, activities, participation, two registers."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect
from commsvc.indicators.ratio import Ratio, bounds, per, share
from commsvc.indicators.tables import tidy
from commsvc.printed import Interval

if TYPE_CHECKING:
    from pandas import DataFrame


def hours_required(
    members: Value,
    hours_each: Value = "48小时",
    *,
    communities: Value | None = None,
    months: int = 12,
) -> DataFrame:
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
    note = f"{each.text or each} a year for {people}"
    total = Measure(people.values * each.values, "hours", "flow", "owed", face, "", note)
    year = Measure(Interval.point(1), "years", "flow", face=Fraction(1))
    months_ = Measure(Interval.point(months), "months", "flow", face=Fraction(months))
    method = "hours implied by the rule"
    rows = {
        "in all": per(total, year, unit="hours per year", method=method),
        "per month": per(total, months_, unit="hours per month", method=method),
    }
    if communities is not None:
        places = expect(communities, "communities", role="communities")
        rows["per community"] = per(
            total, places, unit="hours per community and year", method=method
        )
        rows["per community and month"] = per(
            total,
            places.scaled(months, "community months", kind="flow"),
            unit="hours per community and month",
            method=method,
        )
    return tidy(rows)


def hours_per_activity(hours_a_year: Value = "48小时", activities_a_year: Value = 24) -> Ratio:
    """The length of an activity at which an hours rule and an activities rule agree.

    48 hours and an activity each half-month (24 a year) agree only where an activity lasts two
    hours and the same people come to every one:

    >>> print(hours_per_activity())
    2 [2] hours per activity
    """
    hours = expect(hours_a_year, "hours", role="hours a year", exact=True)
    activities = expect(activities_a_year, "activities", role="activities a year", exact=True)
    return per(hours, activities, unit="hours per activity", method="two rules reconciled")


def participation(participants: Value, members: Value) -> Ratio:
    """Persons who took part among the persons registered; person-times are refused.

    >>> print(participation(812, "1819名"))
    0.4464 [0.4464] share
    >>> participation("856多人次", "1819名")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: '856多人次' is printed in visits, not persons; ...
    """
    base = expect(members, "persons", role="members", kind="stock")
    took_part = expect(participants, "persons", role="participants")
    return share(took_part, base, method="participation")


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
    >>> print(participation(participants_behind("856多人次", "1819名", most_each=24), "1819名"))
    [0.0198 to 1] share
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
    note = "from person-times: one person may have come many times"
    return Measure(values, "persons", "stock", "who took part", None, "", note)


def organisations_per_community(organisations: Value, communities: Value) -> Ratio:
    """Member organisations to one community.

    >>> print(organisations_per_community(145, 6))
    24.1667 [24.1667] organisations per community
    """
    return per(
        expect(organisations, "organisations", role="organisations", kind="stock"),
        expect(communities, "communities", role="communities", kind="stock"),
        unit="organisations per community",
        method="organisations per community",
    )


def register_gap(first: Value, second: Value, *, unit: str = "persons") -> DataFrame:
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
    import pandas as pd

    a = expect(first, unit, role="the first total")
    b = expect(second, unit, role="the second total")
    # Two totals of one register are of one kind, or the gap is no gap.
    expect(b, a.unit, role="the second total", kind=a.kind)
    gap = b.values - a.values
    ends = [end for end in (a.values.high, b.values.high) if end is not None]
    smaller = min(ends) if ends else None
    either_low = max(a.values.low or Fraction(0), b.values.low or Fraction(0))
    only_b, only_a = (
        gap.intersect(AT_LEAST_ZERO),
        (-gap).intersect(AT_LEAST_ZERO),
    )
    rows: dict[str, tuple[Interval, str]] = {
        "difference": (gap, "second less first"),
        "share of first": (gap / a.values, "difference over the first"),
        "share of second": (gap / b.values, "difference over the second"),
        "in both": (Interval.of(0, smaller), "if they are different lists"),
        "in either": (Interval.of(either_low, (a.values + b.values).high), "if different lists"),
        "only in second": (
            Interval.of(0 if only_b.empty else only_b.low, b.values.high),
            "at least the difference, if nobody is entered twice",
        ),
        "only in first": (
            Interval.of(0 if only_a.empty else only_a.low, a.values.high),
            "at least the difference, if nobody is entered twice",
        ),
    }
    table = [
        (name, *bounds(values), "share" if "share" in name else a.unit, note)
        for name, (values, note) in rows.items()
    ]
    return pd.DataFrame(table, columns=["group", "low", "high", "unit", "note"])
