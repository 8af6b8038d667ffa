"""How far facilities reach: areas served, radii, places within."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from math import ceil, pi, sqrt

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, exact_number, expect, measure
from commsvc.indicators.ratio import Ratio, share_of_sum
from commsvc.printed import Interval, Printed


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
    distances_km: Iterable[Value],
    radius_km: float,
    *,
    persons: Iterable[Value] | None = None,
    unit: str = "villages",
) -> Ratio:
    """The share of places (or of their residents) within a service radius of a facility.

    Parameters
    ----------
    distances_km : each place's distance to its nearest facility: a number in km, or as printed
        (``"约2公里"``); at the radius is within. A place that may be within or without widens the
        range
    persons : residents of each place, plain or printed; with it the share is of persons
    unit : what the places are

    Raises
    ------
    CommsvcError : a distance or population that is missing or negative, no place, a radius of 0

    Notes
    -----
    These are the places of a register, all of them. For households of a survey, whose share has a
    sampling error, put 1 or 0 into a column and sum it: `from_records(frame, share, …)`.

    Examples
    --------
    >>> print(coverage_within([0.5, 1.9, 2.0, 3.1], 2))
    0.75 [0.75] share
    >>> print(coverage_within([0.5, 1.9, 2.0, 3.1], 2, persons=[100, 100, 100, 700]))
    0.3 [0.3] share
    >>> print(coverage_within(["0.5公里", "2公里", "近3公里"], 2, persons=[100, "近200", 700]))
    [0.1 to 0.3] share
    """
    if not radius_km > 0:
        raise CommsvcError(f"a radius of {radius_km} km is not positive")
    places = [
        _place(d, "m", 1000, f"the distance of place {i}") for i, d in enumerate(distances_km)
    ]
    counted = unit if persons is None else "persons"
    weights = (
        [measure(1, unit)] * len(places)
        if persons is None
        else [
            _place(n, "persons", 1, f"the population of place {i}") for i, n in enumerate(persons)
        ]
    )
    if len(weights) != len(places) or not places:
        raise CommsvcError(f"{len(places)} distances and {len(weights)} populations do not pair")
    within = Interval(None, exact_number(radius_km) * 1000)
    shares = []
    # Every place that may be within is taken without, then within.
    for inside in (lambda d: d.intersect(within) == d, lambda d: d.overlaps(within)):
        sums = {True: measure(0, counted), False: measure(0, counted)}
        for place, people in zip(places, weights, strict=True):
            here = inside(place.values)
            sums[here] = replace(sums[here] + people, note="")
        shares.append(share_of_sum(sums[True], sums[False], method="radius coverage"))
    least, most = shares
    low, high = least.values, most.values
    values = Interval(low.low, high.high, low.low_closed, high.high_closed)
    top = least.numerator if low == high else replace(
        least.numerator, face=None, text="",
        values=Interval(least.numerator.values.low, most.numerator.values.high),
    )  # fmt: skip
    of = f"within {radius_km} km"
    return replace(least, numerator=replace(top, of=of), values=values)


def _place(value: Value, unit: str, scale: int, role: str) -> Measure:
    """A figure of one place, plain numbers in `scale` of the unit."""
    try:
        if isinstance(value, str | Printed | Interval | Measure):
            return expect(value, unit, role=role)
        return measure(exact_number(value) * scale, unit)
    except CommsvcError as error:
        raise CommsvcError(str(error), where=role) from error
