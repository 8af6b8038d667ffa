"""Inequality of printed figures: how far an index can go while each stays within what it prints."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy import optimize

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import Array, as_weights
from commsvc.indicators.equity.inequality import gini, theil_of
from commsvc.indicators.printed_cells import as_cells

if TYPE_CHECKING:
    from pandas import DataFrame

_INDICES: Final[Mapping[str, Callable[[Array], float]]] = {
    "gini": gini,
    "theil": lambda y: theil_of(y, np.ones(y.size)),
    "hhi": lambda y: float(((y / y.sum()) ** 2).sum()),
}
# Figures whose ends can all be tried.
FEW: Final = 12


def inequality_range(
    values: Any, *, measures: Sequence[str] = tuple(_INDICES), rounding: str = ""
) -> DataFrame:
    """Gini, Theil and Herfindahl of figures as printed, with the range that these allow.

    Parameters
    ----------
    values : (n,) figures of n places that count alike: printed (`"近10万"`, `"45.2%"`), plain
        numbers, measures or ratios of `commsvc.indicators`; one unit, from 0 up
    measures : `gini`, `theil`, `hhi`
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame, a row a measure: `level` (measure), `base` (places), `estimate` (of the faces), `low,
    high`, `method, note`. The least is where all figures are as near to one level as they may be.
    The greatest has each at an end: with ranges of one width the larger ones up and the smaller
    down; with at most 12 figures that are ranges, all ends are tried; both are exact. Else `high`
    is the highest found, and the note says that it is not certain.

    Raises
    ------
    CommsvcError : figures of two units, without two ends, below 0, or all 0

    Notes
    -----
    All three indices agree with the Lorenz order and have no unit. Of figures in given ranges with
    a given total, those nearest to one level are first in that order (Marshall, Olkin & Arnold
    2011, ch. 5), and raising a larger one instead of a smaller one goes down it.

    Examples
    --------
    By hand: 1 and 3, each ± ½: from (1½, 2½) to (½, 3½).

    >>> inequality_range([1, 3], measures=["gini"], rounding="1")[["estimate", "low", "high"]]
       estimate    low   high
    0      0.25  0.125  0.375
    """
    import pandas as pd

    for measure in measures:
        if measure not in _INDICES:
            raise unknown_name("measure", measure, _INDICES)
    cells = as_cells(values, "values", rounding)
    face, low, high = cells.face[:, 0], cells.low[:, 0], cells.high[:, 0]
    if (low < 0).any():
        raise CommsvcError("a value may be below 0", where=f"row {int(low.argmin())}")
    rows = []
    for measure in measures:
        index = _INDICES[measure]
        here = index(face)
        most, sure = _greatest(index, low, high)
        note = f"range over {cells.in_words()}" if cells.loose else ""
        if not sure:
            note += "; the highest found, not certain: ranges of several widths"
        ends = min(_least(index, low, high), here), max(most, here)
        rows.append((measure, len(face), here, *ends, "values of places, unweighted", note))
    columns = ["level", "base", "estimate", "low", "high", "method", "note"]
    return pd.DataFrame(rows, columns=columns)


def _least(index: Callable[[Array], float], low: Array, high: Array) -> float:
    """Over levels: between two ends of ranges the same figures move, and the index has one dip."""

    def at(level: float) -> float:
        return index(np.clip(level, low, high))

    stops = np.unique(np.concatenate([low, high]))
    found = [at(stop) for stop in stops if np.clip(stop, low, high).sum() > 0]
    for a, b in pairwise(stops):
        dip = optimize.minimize_scalar(
            at, bounds=(a, b), method="bounded", options={"xatol": 1e-10}
        )
        found.append(float(dip.fun))
    return min(found)


def _greatest(index: Callable[[Array], float], low: Array, high: Array) -> tuple[float, bool]:
    loose = np.flatnonzero(high > low)
    width = (high - low)[loose]
    alike = loose.size == 0 or bool(np.ptp(width) <= 1e-9 * width.max())
    if not alike and loose.size <= FEW:
        picks = product([False, True], repeat=loose.size)
        tried = [np.isin(np.arange(low.size), loose[list(pick)]) for pick in picks]
        return max(_at(index, up, low, high) for up in tried), True
    # The larger ones up: in the order of what they may be.
    order = loose[np.argsort(-(low + high)[loose], kind="stable")]
    tried = [np.isin(np.arange(low.size), order[:k]) for k in range(loose.size + 1)]
    return max(_at(index, up, low, high) for up in tried), alike


def _at(index: Callable[[Array], float], up: Any, low: Array, high: Array) -> float:
    corner = np.where(up, high, low)
    return index(corner) if corner.sum() > 0 else 0.0


def concentration_range(population: Any, mean_outcome: Any, *, rounding: str = "") -> DataFrame:
    """The concentration index of groups whose rates are printed, with the range these allow.

    Parameters
    ----------
    population : (k,) people of each group, from the poorest up; exact
    mean_outcome : (k,) the outcome's mean or rate in each, as printed or with `rounding`

    Returns
    -------
    DataFrame of one row: `base` (groups), `estimate` (of the faces), `low, high` (exact), `method,
    note`

    Notes
    -----
    C is a ratio of two sums linear in the rates, so that its ends stand at ends of the rates: for
    the greatest those of better-off groups are high, from some group on, and for the least those of
    worse-off groups.

    Examples
    --------
    The World Bank's table of under-five deaths, printed to one decimal:

    >>> births, rates = [29939, 28776, 26528, 24689, 19739], [154.7, 152.9, 119.5, 86.9, 54.3]
    >>> concentration_range(births, rates, rounding="0.1")[["estimate", "low", "high"]].round(5)
       estimate      low     high
    0  -0.16942 -0.16963 -0.1692
    """
    import pandas as pd

    from commsvc.indicators.equity.concentration import concentration_index_grouped

    cells = as_cells(mean_outcome, "mean_outcome", rounding)
    face, low, high = cells.face[:, 0], cells.low[:, 0], cells.high[:, 0]
    k = len(face)
    as_weights(population, k, "population")

    def index(rates: Array) -> float:
        return float(concentration_index_grouped(population, rates)["estimate"].iloc[-1])

    here = index(face)
    places = np.arange(k)
    tops = [np.where(places >= cut, high, low) for cut in range(k + 1)]
    bottoms = [np.where(places < cut, high, low) for cut in range(k + 1)]
    most = max(index(rates) for rates in tops if rates.sum() > 0)
    least = min(index(rates) for rates in bottoms if rates.sum() > 0)
    note = f"range over {cells.in_words()}" if cells.loose else ""
    row = (k, here, min(least, here), max(most, here), "concentration index, grouped", note)
    return pd.DataFrame([row], columns=["base", "estimate", "low", "high", "method", "note"])
