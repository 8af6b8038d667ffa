"""Staff: density, need under a ratio standard, the gap, and WHO's workload method."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.exact import Interval, before_rounding
from commsvc.indicators.measure import Measure, Value, expect
from commsvc.indicators.ratio import Ratio, bounds, per
from commsvc.indicators.resources.facilities import whole_up
from commsvc.indicators.units import in_words, joined_notes

if TYPE_CHECKING:
    from pandas import DataFrame


def staff_density(staff: Value, residents: Value, *, scale: int = 1000) -> Ratio:
    """Staff per 1000 (or `scale`) residents. Both count persons.

    >>> print(staff_density(197, "近97万"))
    0.2031 [0.2031 to 0.2052] staff per 1000 residents
    """
    return per(
        expect(staff, "persons", role="staff", kind="stock"),
        expect(residents, "persons", role="residents", kind="stock"),
        scale=scale,
        unit=f"staff per {scale} residents",
        method="staff density",
    )


def staff_needed(
    residents: Value, residents_each: Value = 5000, *, of: str = "general practitioners"
) -> Measure:
    """Staff a ratio standard asks for: residents over residents each, rounded up to a person.

    Parameters
    ----------
    residents : persons to be served
    residents_each : the standard, as 5000 for 1:5000; a band gives the whole range
    of : the cadre the standard is about; a gap can only be taken with staff of the same cadre

    Examples
    --------
    >>> print(staff_needed("近97万"))
    193 to 194 persons (general practitioners)
    >>> print(staff_needed("80万人以上"))
    ≥ 160 persons (general practitioners)
    """
    people = expect(residents, "persons", role="residents", kind="stock")
    each = expect(residents_each, "persons", role="residents each", exact=True)
    if 0 in each.values:
        raise CommsvcError("a standard of no residents each needs staff without end")
    low, high = whole_up(people.values / each.values)
    face = None
    if people.face is not None and each.face is not None:
        face = Fraction(whole_up(Interval.point(people.face / each.face))[0])
    note = f"1 to {each.text or each.face or each.values} residents, rounded up"
    return Measure(Interval.of(low, high), "persons", "stock", of, face, "", note)


def staff_gap(needed: Measure, available: Value) -> DataFrame:
    """Need less staff there are; a positive gap is a shortage.

    Parameters
    ----------
    needed : from `staff_needed` or `wisn`, a measure that names its cadre
    available : persons; a `Measure` that names another cadre is refused. Doctors *and* nurses are
        not doctors: say ``staff.some_of("general practitioners")`` and the gap gets its range

    Returns
    -------
    DataFrame of one row: `needed_low, needed_high, available_low, available_high, low, high` (the
    gap), `covered_low, covered_high` (available over needed), `unit, note`

    Examples
    --------
    >>> from commsvc.indicators.measure import measure
    >>> need = staff_needed(620_000)
    >>> trained = measure(120, "persons", of="doctors and nurses")
    >>> staff_gap(need, trained.some_of("general practitioners"))[["low", "high"]]
       low   high
    0  4.0  124.0
    >>> staff_gap(need, trained)
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: the need is for general practitioners and 120 persons (doctors and
    nurses) are not only that; ...
    """
    import pandas as pd

    need = expect(needed, "persons", role="the need", kind="stock")
    have = expect(available, "persons", role="staff available", kind="stock")
    if have.of and have.of != need.of:
        raise CommsvcError(
            f"the need is for {need.of} and {have} are not only that",
            allowed=f"staff who are {need.of}",
            next_step=f".some_of({need.of!r}) gives those among them, with bounds",
        )
    gap = need.values - have.values
    covered = per(have, need).values if need.values.high != 0 else Interval(None, None)
    row: dict[str, object] = {}
    for name, values in {"needed": need.values, "available": have.values, "": gap}.items():
        prefix = f"{name}_" if name else ""
        row[f"{prefix}low"], row[f"{prefix}high"] = bounds(values)
    row["covered_low"], row["covered_high"] = bounds(covered)
    row |= {"unit": f"persons ({need.of})", "note": joined_notes(need.note, have.note)}
    return pd.DataFrame([row])


def implied_population(
    staff: Value, residents_each: Value = 5000, *, rule: str = "up", of: str = ""
) -> Measure:
    """The population from which a printed staff need must have been worked out.

    Parameters
    ----------
    staff : the printed need
    rule : how the need was made whole: `up` (a person more for any remainder), `half_up`, …;
        `exact` for no rounding at all

    Examples
    --------
    >>> print(implied_population(124).values, implied_population(124, rule="exact").values)
    (615000, 620000] {620000}
    """
    count = expect(staff, "persons", role="staff").values
    each = expect(residents_each, "persons", role="residents each", exact=True).values
    if count.low is None or count.low != count.high:
        raise CommsvcError("the printed need must be one number")
    before = count if rule == "exact" else before_rounding(count.low, Fraction(1), rule)
    note = f"implied by a need of {count.low} at {in_words(each)} residents each ({rule})"
    face = count.low * each.low if each.low is not None and each.low == each.high else None
    return Measure(before * each, "persons", "stock", of or "implied population", face, "", note)


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
    workloads: Mapping[str, tuple[float, float]],
    available_time: float,
    *,
    category_allowance: float = 0.0,
    individual_allowance: float = 0.0,
    actual: float | None = None,
) -> DataFrame:
    """Workload indicators of staffing need.

    Required staff = Σ workloadᵢ·timeᵢ/AWT × 1/(1 − CAS) + IAS/AWT.

    Parameters
    ----------
    workloads : activity -> (units done in a year, time one unit takes)
    available_time : AWT of one person in a year, in the same unit of time
    category_allowance : CAS, the share of working time all staff spend on other things, in [0, 1)
    individual_allowance : IAS, the time a year that some staff together spend on further duties
    actual : staff there are; adds the difference (actual − required) and the WISN ratio

    Returns
    -------
    DataFrame `group, estimate, unit, note`: a row an activity, then `health service activities`,
    `category allowance factor`, `individual allowance factor`, `required staff`, and with
    `actual` `difference` and `WISN ratio` (below 1: pressure). Unrounded: the manual's rounding
    of fractional staff is a policy, not a result.

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
    """
    import pandas as pd

    if not 0 <= category_allowance < 1:
        raise CommsvcError(
            f"a category allowance of {category_allowance}",
            allowed="a share of working time, from 0 to below 1",
            next_step="a time is turned into a share by dividing it by the available time",
        )
    if not available_time > 0 or not workloads:
        raise CommsvcError("WISN needs at least one workload and a positive available time")
    if any(not (n >= 0 and t >= 0) for n, t in workloads.values()) or individual_allowance < 0:
        raise CommsvcError("a workload, a time or an allowance is negative or missing")
    rows = {name: n * t / available_time for name, (n, t) in workloads.items()}
    service = sum(rows.values())
    factor, extra = 1 / (1 - category_allowance), individual_allowance / available_time
    required = service * factor + extra
    rows |= {
        "health service activities": service,
        "category allowance factor": factor,
        "individual allowance factor": extra,
        "required staff": required,
    }
    if actual is not None:
        ratio = actual / required if required else float("inf")
        rows |= {"difference": actual - required, "WISN ratio": ratio}
    unitless = {"category allowance factor", "WISN ratio"}
    table = pd.DataFrame({"group": list(rows), "estimate": list(rows.values())})
    table["unit"] = ["" if name in unitless else "staff" for name in rows]
    return table.assign(method="WISN (WHO 2010)", note="")
