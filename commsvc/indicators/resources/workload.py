"""WHO's workload method: how many staff the work itself asks for."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, exact_number, expect, measure
from commsvc.indicators.units import bounds
from commsvc.printed import Interval

if TYPE_CHECKING:
    from pandas import DataFrame

_UNITLESS: Final = {"category allowance factor", "WISN ratio"}
# What was printed, and every value that it may stand for.
_Amount = tuple[Fraction | None, Interval]


def available_working_time(
    weeks: float = 52,
    days_a_week: float = 5,
    *,
    hours_a_day: float = 8,
    public_holidays: float = 0,
    annual_leave: float = 0,
    sick_leave: float = 0,
    other_absence: float = 0,
) -> dict[str, float]:
    """Available working time (AWT) of one person in a year, in days and in hours.

    AWT = possible working days less holidays and leaves (WHO 2010, WISN user's manual, step 2).

    >>> available_working_time(public_holidays=11, annual_leave=10, sick_leave=5, other_absence=4)
    {'days': 230.0, 'hours': 1840.0}
    """
    absent = public_holidays + annual_leave + sick_leave + other_absence
    days = float(weeks * days_a_week - absent)
    if min(public_holidays, annual_leave, sick_leave, other_absence) < 0 or not 0 < days <= 366:
        raise CommsvcError(f"{days} available days in a year", allowed="more than 0, at most 366")
    return {"days": days, "hours": days * hours_a_day}


def wisn(
    workloads: Mapping[str, tuple[Value, Value]],
    available_time: Value,
    *,
    category_allowance: float | Fraction = 0.0,
    individual_allowance: Value = 0.0,
    actual: Value | None = None,
) -> DataFrame:
    """Workload indicators of staffing need.

    Required staff = Σ workloadᵢ·timeᵢ/AWT × 1/(1 − CAS) + IAS/AWT.

    Parameters
    ----------
    workloads : activity -> (units done in a year, time one unit takes); numbers, or as printed
        (``"2.5万人次"``), which give staff a range. Persons are no work done, nor is a stock
    available_time : AWT of one person in a year, in the same unit of time
    category_allowance : CAS, the share of working time all staff spend on other things, in [0, 1)
    individual_allowance : IAS, the time a year that some staff together spend on further duties
    actual : staff there are; adds the difference (actual − required) and the WISN ratio

    Returns
    -------
    DataFrame `group, estimate, low, high, unit, method, note`: a row an activity, then `health
    service activities`, `category allowance factor`, `individual allowance factor`, `required
    staff`, and with `actual` `difference` and `WISN ratio` (below 1: pressure). `low` to `high` is
    what printed figures allow; the ratio is missing where no work asks for staff. Unrounded: the
    manual's rounding of fractional staff is a policy, not a result.

    Raises
    ------
    CommsvcError : persons or a stock as a workload, times in two units, no time, an allowance of
        all the time

    References
    ----------
    WHO (2010) Workload indicators of staffing need: user's manual, chapter 4.

    Examples
    --------
    >>> table = wisn({"care": (25_000, 1.0)}, 179 * 8, category_allowance=10 / 179, actual=15)
    >>> table.set_index("group")["estimate"].round(4).to_dict()
    {'care': 17.4581, 'health service activities': 17.4581, 'category allowance factor': 1.0592,
     'individual allowance factor': 0.0, 'required staff': 18.4911, 'difference': -3.4911,
     'WISN ratio': 0.8112}
    >>> wisn({"care": ("2.5万人次", 1)}, 1432)[["low", "high"]].round(2).iloc[0].tolist()
    [17.11, 17.81]
    """
    import pandas as pd

    cas = exact_number(category_allowance)
    if not 0 <= cas < 1:
        raise CommsvcError(
            f"a category allowance of {category_allowance}",
            allowed="a share of working time, from 0 to below 1",
            next_step="a time is turned into a share by dividing it by the available time",
        )
    if not workloads:
        raise CommsvcError("no workload", allowed='{"care": (units a year, time of one)}')
    times = {name: time for name, (_, time) in workloads.items()}
    times |= {"available time": available_time, "individual allowance": individual_allowance}
    hours = _of_one_unit(times)
    free = hours["available time"]
    if 0 in free[1]:
        raise CommsvcError("no available time: nobody could do any work", allowed="above 0 a year")
    work = {name: _times(_done(name, n), hours[name]) for name, (n, _) in workloads.items()}
    busy, factor = _sum(*work.values()), (1 / (1 - cas), Interval.point(1 / (1 - cas)))
    rows = {name: _over(time, free) for name, time in work.items()}
    required = _over(_sum(_times(busy, factor), hours["individual allowance"]), free)
    rows |= {
        "health service activities": _over(busy, free),
        "category allowance factor": factor,
        "individual allowance factor": _over(hours["individual allowance"], free),
        "required staff": required,
    }
    if actual is not None:
        staff = expect(actual, "persons", role="staff there are", kind="stock")
        have = (staff.face, staff.values)
        rows["difference"] = _sum(have, _times(required, (Fraction(-1), Interval.point(-1))))
        rows["WISN ratio"] = _over(have, required)
    found = [
        (name, float("nan") if face is None else float(face), *bounds(values))
        for name, (face, values) in rows.items()
    ]
    table = pd.DataFrame(found, columns=["group", "estimate", "low", "high"])
    table["unit"] = ["" if name in _UNITLESS else "staff" for name in rows]
    return table.assign(method="WISN (WHO 2010)", note="")


def _done(name: str, units: Value) -> _Amount:
    """Units of work of a year; a plain number is taken at the caller's word."""
    says = isinstance(units, str | Measure)
    try:
        load = measure(units, "" if says else "activities")
    except CommsvcError as error:
        raise CommsvcError(str(error), where=name) from error
    if load.kind != "flow":
        raise CommsvcError(
            f"{load} are there, and are no work done in a year",
            where=name,
            allowed="a flow: visits, episodes, hours, activities …",
            next_step="measure(…, kind='flow') says that so many were done",
        )
    return load.face, load.values


def _of_one_unit(times: Mapping[str, Value]) -> dict[str, _Amount]:
    """Times as amounts; printed units of time must be one."""
    made = {}
    for name, value in times.items():
        try:
            made[name] = measure(value, "" if isinstance(value, str | Measure) else "time")
        except CommsvcError as error:
            raise CommsvcError(str(error), where=name) from error
    named = {time.unit: name for name, time in made.items() if time.unit != "time"}
    if len(named) > 1:
        (one, first), (other, second) = list(named.items())[:2]
        raise CommsvcError(f"{first} is in {one}, {second} in {other}", allowed="one unit of time")
    return {name: (time.face, time.values) for name, time in made.items()}


def _times(a: _Amount, b: _Amount) -> _Amount:
    return (None if a[0] is None or b[0] is None else a[0] * b[0]), a[1] * b[1]


def _sum(*terms: _Amount) -> _Amount:
    face: Fraction | None = Fraction(0)
    values = Interval.point(0)
    for one, range_ in terms:
        face = None if face is None or one is None else face + one
        values = values + range_
    return face, values


def _over(a: _Amount, b: _Amount) -> _Amount:
    """One over the other; staff over no work to do are without end."""
    positive = b[1].intersect(Interval(Fraction(0), None, False, False))
    if positive.empty:
        return None, Interval(None, None)
    return (None if a[0] is None or not b[0] else a[0] / b[0]), a[1] / positive
