"""Inequality of printed figures: how far an index can go while each stays within what it prints."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import Array, as_weights
from commsvc.indicators.equity.corners import (
    about_the_mean,
    about_the_rank,
    least_over_levels,
    lowest_curve,
    most_unequal,
    turning_corners,
)
from commsvc.indicators.equity.inequality import gini, mean_log_deviation, theil_of
from commsvc.indicators.printed_cells import as_cells
from commsvc.indicators.units import joined_notes

if TYPE_CHECKING:
    from pandas import DataFrame

_INDICES: Final[Mapping[str, Callable[[Array, Array], float]]] = {
    "gini": gini,
    "theil": theil_of,
    "hhi": lambda y, w: float(((y / y.sum()) ** 2).sum()),
    "mld": lambda y, w: mean_log_deviation(y, w) if y.min() > 0 else float("inf"),
}


def inequality_range(
    values: Any,
    weights: Any = None,
    *,
    measures: Sequence[str] = ("gini", "theil", "hhi"),
    groups: Any = None,
    rounding: str = "",
) -> DataFrame:
    """Gini, Theil, Herfindahl of figures as printed, with the range that these allow.

    Parameters
    ----------
    values : (n,) figures of n places: printed (`"近10万"`, `"45.2%"`), plain numbers, measures or
        ratios of `commsvc.indicators`; one unit, from 0 up
    weights : (n,) how many have each (figures per head, weighted by residents), exact; alike where
        left out; `hhi` takes none
    measures : `gini`, `theil` (T), `hhi`, `mld` (Theil's L, infinite where a figure may be 0)
    groups : (n,) a label each: adds Theil's T between and within them
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame, a row a measure: `level` (measure), `group` (`total`; with groups `between`,
    `within`), `base` (places), `estimate` (of the faces), `low, high`, `method, note`. Both ends
    are reached, but where the note says that they are bounds only: for `within`, and for the
    greatest where ranges of several widths lie about the level at which the measure turns, more
    than 12 of them (missing there with weights).

    Raises
    ------
    CommsvcError : figures of two units, without two ends, below 0, or all 0

    Notes
    -----
    All these indices agree with the Lorenz order and have no unit: see `corners` for what follows.

    Examples
    --------
    By hand: 1 and 3, each ± ½: from (1½, 2½) to (½, 3½).

    >>> inequality_range([1, 3], measures=["gini"], rounding="1")[["estimate", "low", "high"]]
       estimate    low   high
    0      0.25  0.125  0.375
    """
    import pandas as pd

    cells = as_cells(values, "values", rounding)
    face, low, high = cells.face[:, 0], cells.low[:, 0], cells.high[:, 0]
    if (low < 0).any():
        raise CommsvcError("a value may be below 0", where=f"row {int(low.argmin())}")
    w = as_weights(weights, len(face))
    if float(w @ face) <= 0:
        raise CommsvcError("the values are all 0: nothing is shared, evenly or not")
    said = f"range over {cells.in_words()}" if cells.loose else ""
    rows: list[tuple[Any, ...]] = []
    for measure in measures:
        if measure not in _INDICES:
            raise unknown_name("measure", measure, _INDICES)
        if measure == "hhi" and weights is not None:
            raise CommsvcError("hhi takes no weights", next_step="leave it out of `measures`")
        here, (least, most, note) = _INDICES[measure](face, w), _ends(measure, low, high, w)
        ends = (min(least, here), most if np.isnan(most) else max(most, here))
        rows.append((measure, "total", len(face), here, *ends, joined_notes(said, note)))
    if groups is not None:
        from commsvc.indicators.equity.printed_groups import theil_parts

        rows += [(*row, joined_notes(said, note)) for *row, note in theil_parts(cells, w, groups)]
    columns = ["level", "group", "base", "estimate", "low", "high", "note"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(6, "method", f"values of places, {'un' if weights is None else ''}weighted")
    return table


def _ends(measure: str, low: Array, high: Array, w: Array) -> tuple[float, float, str]:
    """Least, greatest, and what is to be said of the greatest."""

    def index(y: Array) -> float:
        # Of nothing at all there is no index, and near it none that the rest does not have.
        return _INDICES[measure](y, w) if float(w @ y) > 0 else float("nan")

    def greatest(corners: Iterable[Array]) -> float:
        return float(np.nanmax([index(y) for y in corners]))

    least = least_over_levels(index, low, high)
    if measure == "mld" and low.min() == 0:
        return least, float("inf"), ""
    width = (high - low)[high > low]
    if np.ptp(w) == 0 and (width.size == 0 or np.ptp(width) <= 1e-9 * width.max()):
        # The larger ones up, in the order of what they may be: raising a larger one instead of a
        # smaller one goes down the Lorenz order.
        order = np.argsort(-(low + high), kind="stable")
        tried = [low.copy()]
        for place in order:
            tried.append(tried[-1].copy())
            tried[-1][place] = high[place]
        return least, greatest(tried), ""
    if measure == "gini":
        sure = about_the_rank(low, high, w)
    else:
        sure = about_the_mean(low, high, w, above=measure != "mld")
    corners = turning_corners(low, high, *sure)
    if corners is not None:
        return least, greatest(corners), ""
    if np.ptp(w) > 0:
        return least, float("nan"), "no greatest: too many ranges with weights"
    shares = most_unequal(lowest_curve(low, high))
    return least, index(shares), "high is a bound, not reached: ranges of several widths"


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
