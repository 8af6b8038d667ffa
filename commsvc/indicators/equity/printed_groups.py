"""Theil's parts of figures as printed: between and within groups, with what the figures allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from commsvc.indicators.equity.arrays import Array
from commsvc.indicators.equity.corners import (
    about_the_mean,
    least_over_levels,
    turning_corners,
)
from commsvc.indicators.equity.inequality import group_codes, theil_of
from commsvc.indicators.printed_cells import Cells

Row = tuple[str, str, int, float, float, float, str]


def theil_parts(cells: Cells, w: Array, groups: Any) -> list[Row]:
    """Rows `theil, between` and `theil, within`: base, estimate, low, high, note.

    Between is T of the groups' means, each of which moves freely between its own ends: reached.
    Within is Σ s_g T_g; a bound, for a group's T and its share of all do not move freely.

    >>> from commsvc.indicators.printed_cells import as_cells
    >>> table = theil_parts(as_cells([1, 1, 3, 3], "values"), np.full(4, 0.25), list("aabb"))
    >>> [(row[1], row[2], round(row[3], 4)) for row in table]
    [('between', 2, 0.1308), ('within', 4, 0.0)]
    """
    face, low, high = cells.face[:, 0], cells.low[:, 0], cells.high[:, 0]
    names, codes = group_codes(groups, len(face), w)
    k = len(names)
    people: Array = np.bincount(codes, w).astype(float)
    middle, least, greatest = (np.bincount(codes, w * end) / people for end in (face, low, high))

    def between(y: Array) -> float:
        return theil_of(y, people)

    here = between(middle)
    corners = turning_corners(least, greatest, *about_the_mean(least, greatest, people, above=True))
    most = np.nan if corners is None else max(here, *map(between, corners))
    note = "" if corners is not None else "no greatest: too many ranges"
    fewest = min(here, least_over_levels(between, least, greatest))
    rows = [("theil", "between", k, here, fewest, most, note)]
    inside = max(theil_of(face, w) - here, 0.0)
    own = [_own(low[codes == g], high[codes == g], w[codes == g]) for g in range(k)]
    amounts = people * least, people * greatest
    bottom, top = np.array(own).T
    ends = (_mean_end(bottom, *amounts, sign=1), _mean_end(top, *amounts, sign=-1))
    note = "bounds" if cells.loose else ""
    if np.isnan(ends[1]):
        note = "no greatest: too many ranges in a group"
    within = (min(ends[0], inside), ends[1] if np.isnan(ends[1]) else max(ends[1], inside))
    rows.append(("theil", "within", len(face), inside, *within, note))
    return rows


def _own(low: Array, high: Array, w: Array) -> tuple[float, float]:
    """Least and greatest T of one group."""
    p = w / w.sum()
    corners = turning_corners(low, high, *about_the_mean(low, high, p, above=True))
    most = np.nan if corners is None else max(theil_of(y, p) for y in corners)
    return least_over_levels(lambda y: theil_of(y, p), low, high), most


def _mean_end(values: Array, low: Array, high: Array, *, sign: int) -> float:
    """The least (sign 1) or greatest (−1) mean of values over weights between two ends."""
    order = np.argsort(sign * values)
    found = []
    for cut in range(values.size + 1):
        heavy = np.where(np.isin(np.arange(values.size), order[:cut]), high, low)
        if heavy.sum() > 0:
            found.append(float(values @ heavy / heavy.sum()))
    return float(sign * np.min(sign * np.array(found)))
