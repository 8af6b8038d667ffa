"""Staff: density, need under a ratio standard, and the gap."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, expect
from commsvc.indicators.ratio import Ratio, bounds, per
from commsvc.indicators.resources.facilities import whole_up
from commsvc.indicators.units import in_words, joined_notes
from commsvc.printed import Interval, before_rounding

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
