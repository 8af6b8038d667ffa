"""Facilities against their standard: residents served, number needed, loads."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, expect
from commsvc.indicators.ratio import Ratio, bounds, per
from commsvc.indicators.tables import tidy
from commsvc.printed import Interval

if TYPE_CHECKING:
    from pandas import DataFrame

VERDICTS: Final = ("below", "within", "above", "undecided")
_POSITIVE: Final = Interval(Fraction(0), None, False, False)


def residents_per_facility(
    residents: Value,
    facilities: Value,
    *,
    standard: Value | None = None,
    facility: str = "centres",
) -> DataFrame:
    """Residents for each facility, and where a standard's band puts that.

    Parameters
    ----------
    residents : persons the facilities are for
    facilities : how many of them there are, in the unit `facility`
    standard : the band of residents per facility, as ``"3—10万人"`` or an `Interval`
    facility : what is counted: `centres`, `stations` …; a count of something else is refused

    Returns
    -------
    DataFrame of one row: `numerator, denominator, count, base, estimate, low, high, unit, method,
    note`, and with a standard `standard_low, standard_high, verdict` (`below`, `within`, `above`
    the band, or `undecided` where the figures allow more than one), `needed_low, needed_high`
    (`facilities_needed`)

    Examples
    --------
    >>> table = residents_per_facility("近97万", 63, standard="0.5—1万人", facility="stations")
    >>> table[["estimate", "verdict", "needed_low", "needed_high"]]
           estimate verdict  needed_low  needed_high
    0  15396.825397   above          97          193
    """
    people = expect(residents, "persons", role="residents", kind="stock")
    count = expect(facilities, facility, role="facilities", kind="stock")
    ratio = per(people, count, method="residents per facility")
    table = tidy(ratio)
    if standard is not None:
        band = _band(standard)
        low, high = facilities_needed(people, band)
        ends = bounds(band.values)
        table = table.assign(standard_low=ends[0], standard_high=ends[1])
        table["verdict"] = band_verdict(ratio.values, band.values)
        table["needed_low"], table["needed_high"] = low, high
        table = table.astype({"needed_low": "Int64", "needed_high": "Int64"})
    return table


def facilities_needed(residents: Value, standard: Value) -> tuple[int, int | None]:
    """The fewest and the most facilities with which each would serve a number within the band.

    Parameters
    ----------
    residents : persons to be served
    standard : residents per facility: a band, or one number (then the fewest that suffice, for
        the least and the greatest possible population)

    Returns
    -------
    (fewest, most); most is `None` where the figure for residents has no upper end. Where no whole
    number fits the band, both are the fewest that keep every facility at or below its top.

    Examples
    --------
    >>> facilities_needed("近97万", "3—10万人"), facilities_needed("80万人以上", "3—10万人")
    ((10, 32), (8, None))
    >>> facilities_needed(620_000, 5_000)
    (124, 124)
    """
    people = expect(residents, "persons", role="residents", kind="stock").values
    band = _band(standard).values
    fit = people / band
    if band.low == band.high:
        return whole_up(fit)
    if fit.low is None or fit.low == 0:
        low = 0
    else:
        low = ceil(fit.low) + (1 if fit.low.denominator == 1 and not fit.low_closed else 0)
    if fit.high is None:
        return low, None
    fits = fit.whole()
    return (low, fits[-1]) if fits else (low, low)


def band_verdict(values: Interval, band: Interval) -> str:
    """Whether every possible value lies below, within or above a band; else `undecided`.

    >>> band_verdict(Interval.of(64000, 64667), Interval.of(30000, 100000))
    'within'
    >>> band_verdict(Interval.of(53333, None), Interval.of(30000, 100000))
    'undecided'
    """
    if values.empty or band.empty:
        raise CommsvcError("an empty set of values has no verdict")
    if not values.overlaps(Interval(band.low, None, band.low_closed, False)):
        return "below"
    if not values.overlaps(Interval(None, band.high, False, band.high_closed)):
        return "above"
    return "within" if values.intersect(band) == values else "undecided"


def villages_per_centre(villages: Value, centres: Value) -> Ratio:
    """Villages to one planned or built centre.

    >>> ratio = villages_per_centre(54, 13)
    >>> print(ratio, ratio.could_print("4.1"), ratio.rules_printing("4.1"))
    4.1538 [4.1538] villages per centre False ('truncate',)
    """
    top = expect(villages, "villages", role="villages")
    return per(top, expect(centres, "centres", role="centres"), method="villages per centre")


def planned_against_needed(
    villages: Value, planned: Value, *, villages_each: Value = 6
) -> DataFrame:
    """Centres planned against those needed at so many villages a centre.

    Returns
    -------
    DataFrame of one row: `villages_low, villages_high, planned_low, planned_high, needed_low,
    needed_high, surplus_low, surplus_high` (planned less needed), `unit`

    Examples
    --------
    >>> row = planned_against_needed(54, 13).iloc[0]
    >>> row["needed_low"], row["surplus_low"]
    (np.int64(9), np.int64(4))
    """
    import pandas as pd

    have = expect(planned, "centres", role="planned centres").values
    served = expect(villages, "villages", role="villages").values
    low, high = whole_up(served / expect(villages_each, "villages", role="villages each").values)
    if high is None or not have.bounded:
        raise CommsvcError("villages and planned centres need an upper end here")
    ends = bounds(served)
    plan = have.whole()
    row = {
        "villages_low": ends[0],
        "villages_high": ends[1],
        "planned_low": plan[0],
        "planned_high": plan[-1],
        "needed_low": low,
        "needed_high": high,
        "surplus_low": plan[0] - high,
        "surplus_high": plan[-1] - low,
        "unit": "centres",
    }
    return pd.DataFrame([row])


def load_per(load: Measure, bearers: Measure, *, method: str = "load per bearer") -> Ratio:
    """A load (items, visits, members, floor area) for each community, provider or centre.

    Both are `Measure`: a load is nothing without the names of what bears it.

    >>> from commsvc.indicators.measure import measure
    >>> print(load_per(measure("960平方米", "m²"), measure(35, "services")))
    27.4286 [27.4143 to 27.4429] m² per service
    """
    for role, given in (("the load", load), ("the bearers", bearers)):
        if not isinstance(given, Measure):
            raise CommsvcError(
                f"{role} {given!r} does not say what it counts",
                next_step='pass measure(35, "services offered")',
            )
    return per(load, bearers, method=method)


def whole_up(values: Interval) -> tuple[int, int | None]:
    """The least and greatest whole number that some value rounds up to.

    >>> whole_up(Interval.of(160, 194, low_closed=False, high_closed=False))
    (161, 194)
    """
    low = 0 if values.low is None else ceil(values.low)
    if values.low is not None and values.low == low and not values.low_closed:
        low += 1
    return low, None if values.high is None else ceil(values.high)


def _band(standard: Value) -> Measure:
    band = expect(standard, "persons", role="the standard", exact=True)
    if not band.values.overlaps(_POSITIVE):
        raise CommsvcError("a standard of no residents per facility")
    values = band.values.intersect(_POSITIVE)
    return Measure(values, "persons", "stock", band.of, band.face, band.text)
