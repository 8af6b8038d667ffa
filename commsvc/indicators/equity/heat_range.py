"""How far measures between subgroups can go while each estimate stays within what it prints.

Ends stand at corners, where every estimate is at an end of its range. Which corners: D, R, ACI,
RCI, PAR and PAF rise or fall with each estimate, by its place; for BGV, IDIS, MLD and TI see
`corners`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from commsvc.indicators.equity.arrays import Array
from commsvc.indicators.equity.corners import about_the_mean, least_over_levels, turning_corners
from commsvc.indicators.equity.subgroups import Subgroups

DISPERSION: Final = ("BGV", "IDIS", "MLD", "TI")


def range_of(name: str, data: Subgroups, ordered: bool, favourable: bool) -> tuple[float, float]:
    """Least and greatest of one measure; the greatest missing where too many corners are left.

    >>> from commsvc.indicators.equity.subgroups import as_subgroups
    >>> range_of("D", as_subgroups([1, 3], [1, 1], "1"), False, True)
    (1.0, 3.0)
    """
    from commsvc.indicators.equity.heat import measures_of

    low, high, people = data.low, data.high, data.population

    def measure(y: Array) -> float:
        # A mean of 0 is come near to: what is left out is no end that the rest does not have.
        if float(people @ y) <= 0:
            return float("nan")
        return measures_of(y, people, ordered, favourable)[name]

    if name in DISPERSION:
        least = least_over_levels(measure, low, high)
        if name == "MLD" and (low == 0).any():
            return least, float("inf")
        sure = about_the_mean(low, high, people / people.sum(), above=name == "TI")
        tried = turning_corners(low, high, *sure)
        return least, float("nan") if tried is None else float(np.nanmax(list(map(measure, tried))))
    corners = _cuts(low, high) if ordered else _single(low, high)
    found = [measure(y) for y in corners]
    at_none = low[0] == 0 if ordered else (low == 0).any()
    if name == "R" and at_none:
        return float(np.nanmin(found)), float("inf")
    return float(np.nanmin(found)), float(np.nanmax(found))


def _cuts(low: Array, high: Array) -> Iterator[Array]:
    """From some subgroup on all high, or all low."""
    places = np.arange(low.size)
    for cut in range(low.size + 1):
        yield np.where(places >= cut, high, low)
        yield np.where(places < cut, high, low)


def _single(low: Array, high: Array) -> Iterator[Array]:
    """One apart from all others, and all as near to one level as they may be."""
    for i in range(low.size):
        alone = np.arange(low.size) == i
        yield np.where(alone, high, low)
        yield np.where(alone, low, high)
    for level in (*low, *high):
        yield np.clip(level, low, high)
