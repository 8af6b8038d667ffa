"""Facilities against their standard: residents served, number needed, reach."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, pi, sqrt
from typing import TYPE_CHECKING, Final

from commsvc.errors import CommsvcError
from commsvc.exact import Interval
from commsvc.indicators.measure import Measure, Value, expect, measure
from commsvc.indicators.ratio import Ratio, bounds, per, share
from commsvc.indicators.tables import tidy

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


def service_area(radius_km: float, *, packing: str = "hexagonal") -> float:
    """The area in km² that one facility can serve within a radius.

    Parameters
    ----------
    radius_km : positive
    packing : `hexagonal` — its part where circles cover everything with the least overlap,
        3√3/2·r² (Kershner 1939); `circles` — the whole circle πr², of which neighbours share some

    Examples
    --------
    >>> round(service_area(2), 2), round(service_area(2, packing="circles"), 2)
    (10.39, 12.57)
    """
    areas = {"hexagonal": 1.5 * sqrt(3) * radius_km**2, "circles": pi * radius_km**2}
    if packing not in areas:
        raise CommsvcError(f"no packing {packing!r}", allowed=", ".join(areas))
    if not radius_km > 0:
        raise CommsvcError(f"a radius of {radius_km} km is not positive")
    return areas[packing]


def facilities_for_area(area_km2: float, radius_km: float, *, packing: str = "hexagonal") -> int:
    """Facilities that reach every point of an area within a radius.

    Parameters
    ----------
    area_km2, radius_km : both positive
    packing : `hexagonal` — the thinnest covering of the plane, 3√3/2·r² each (Kershner 1939);
        `circles` — area/πr², a floor no layout reaches

    Examples
    --------
    >>> facilities_for_area(877, 2), facilities_for_area(877, 2, packing="circles")
    (85, 70)
    """
    if not area_km2 > 0:
        raise CommsvcError(f"an area of {area_km2} km² is not positive")
    return ceil(area_km2 / service_area(radius_km, packing=packing))


def implied_radius(area_km2: float, facilities: int) -> float:
    """The radius in km of a circle of each facility's share of the area: √(A/πn).

    >>> round(implied_radius(4 * pi, 1), 6)
    2.0
    """
    if not (area_km2 > 0 and facilities > 0):
        raise CommsvcError(f"area {area_km2} km² and {facilities} facilities must be positive")
    return sqrt(area_km2 / (pi * facilities))


def coverage_within(
    distances_km: Iterable[float],
    radius_km: float,
    *,
    persons: Iterable[float] | None = None,
    unit: str = "villages",
) -> Ratio:
    """The share of places (or of their residents) within a service radius of a facility.

    Parameters
    ----------
    distances_km : each place's distance to its nearest facility; at the radius is within
    persons : residents of each place; with it the share is of persons

    Examples
    --------
    >>> print(coverage_within([0.5, 1.9, 2.0, 3.1], 2))
    0.75 [0.75] share
    >>> print(coverage_within([0.5, 1.9, 2.0, 3.1], 2, persons=[100, 100, 100, 700]))
    0.3 [0.3] share
    """
    places = list(distances_km)
    weights = [1.0] * len(places) if persons is None else list(persons)
    if len(weights) != len(places) or not places:
        raise CommsvcError(f"{len(places)} distances and {len(weights)} populations do not pair")
    if any(not d >= 0 for d in places) or any(not w >= 0 for w in weights):
        raise CommsvcError("distances and populations are numbers from 0 up, none missing")
    reached = sum(w for d, w in zip(places, weights, strict=True) if d <= radius_km)
    counted = unit if persons is None else "persons"
    of = f"within {radius_km} km"
    return share(
        measure(reached, counted, of=of), measure(sum(weights), counted), method="radius coverage"
    )


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
