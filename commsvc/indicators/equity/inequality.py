"""How unevenly something is spread over places or people: Gini, Lorenz, Theil, Herfindahl.

`values` are amounts *per head* (or per place) and `weights` how many heads (or places) have them:
beds per 1000 residents weighted by residents. With totals of places and no weights, every place
counts alike, however many live there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import Array, as_numbers, as_weights
from commsvc.indicators.equity.corners import highest_curve, lowest_curve
from commsvc.indicators.printed_cells import as_cells


def gini(values: Any, weights: Any = None) -> float:
    """The Gini coefficient: twice the area between the Lorenz curve and equality.

    The population formula, without n/(n − 1): copying every unit changes nothing. Cowell (2011),
    *Measuring Inequality*.

    Parameters
    ----------
    values : (n,) amounts from 0 up
    weights : (n,) how many have each; alike where left out

    Examples
    --------
    >>> round(gini([10, 20, 30, 40, 100]), 12)
    0.4
    >>> round(gini([1, 3], [3, 1]), 12)
    0.25
    """
    y, w = _values(values, weights)
    order = np.argsort(y)
    y, w = y[order], w[order]
    curve = np.cumsum(w * y)
    # 1 − Σ w (L_i + L_{i−1}), with L scaled by its last value.
    return float(1 - (w * (2 * curve - w * y)).sum() / curve[-1])


def lorenz(values: Any, weights: Any = None, *, rounding: str = "") -> pd.DataFrame:
    """The Lorenz curve: shares of units, from the least up, and what they have.

    Parameters
    ----------
    values : (n,) amounts from 0 up, or figures as printed, which stand for all that print so
    weights : (n,) how many have each; alike where left out, as they must be for printed figures
    rounding : last printed place (`"0.1"`) of plain numbers that had been rounded

    Returns
    -------
    DataFrame `population_share, value_share`, n + 1 rows from (0, 0) to (1, 1); with figures that
    are ranges also `value_low, value_high`: the least and the most that so many units with least
    can have, each reached (by other figures at other points). Of a sample: `lorenz_by_design`

    Examples
    --------
    >>> lorenz([30, 10])["value_share"].tolist()
    [0.0, 0.25, 1.0]
    """
    cells = as_cells(values, "values", rounding)
    y, w = _values(cells.face[:, 0], weights)
    order = np.argsort(y, kind="stable")
    curve = np.cumsum((w * y)[order])
    people = np.cumsum(w[order])
    table = pd.DataFrame(
        {
            "population_share": np.concatenate([[0.0], people[:-1], [1.0]]),
            "value_share": np.concatenate([[0.0], curve / curve[-1]]),
        }
    )
    if not cells.loose:
        return table
    if weights is not None:
        raise CommsvcError(
            "figures as printed and weights have no range of the curve",
            next_step="inequality_range has one of the indices",
        )
    low, high = as_numbers(cells.low[:, 0], "values"), cells.high[:, 0]
    return table.assign(value_low=lowest_curve(low, high), value_high=highest_curve(low, high))


def theil(values: Any, weights: Any = None, groups: Any = None) -> pd.DataFrame:
    """Theil's T, and with groups its parts between and within them.

    T = Σ w (y/μ) ln(y/μ); a unit with nothing adds nothing. Between: T of the group means;
    within: each group's T weighted by its share of the total. Cowell (2011).

    Parameters
    ----------
    groups : (n,) a label each

    Returns
    -------
    DataFrame `group, count` (units), `base` (share of the weights), `estimate, share` (of the
    total T): `total`; with groups `between`, `within` and each group's own T (whose `share` is
    that of its part in the within)

    Examples
    --------
    >>> table = theil([10, 20, 30, 40, 100], groups=list("aabbb"))
    >>> table.set_index("group")["estimate"].round(6).head(3).to_dict()
    {'total': 0.276364, 'between': 0.148936, 'within': 0.127427}
    """
    y, w = _values(values, weights)
    total = theil_of(y, w)
    rows: list[tuple[str, int, float, float, float]] = [("total", len(y), 1.0, total, 1.0)]
    if groups is not None:
        names, codes = group_codes(groups, len(y), w)
        people: Array = np.bincount(codes, w).astype(float)
        amounts = np.bincount(codes, w * y)
        between = theil_of(amounts / people, people)
        own = [theil_of(y[codes == g], w[codes == g]) for g in range(len(names))]
        parts = amounts / amounts.sum() * np.array(own)
        part = parts / total if total else np.zeros(len(names))
        rows.append(("between", len(names), 1.0, between, between / total if total else 0.0))
        rows.append(("within", len(y), 1.0, float(parts.sum()), float(part.sum())))
        for g, name in enumerate(names):
            counted = int((codes == g).sum())
            rows.append((str(name), counted, float(people[g]), own[g], float(part[g])))
    return pd.DataFrame(rows, columns=["group", "count", "base", "estimate", "share"])


def mean_log_deviation(values: Any, weights: Any = None) -> float:
    """Theil's L: Σ w ln(μ/y); not defined where a unit has nothing, and refused there.

    >>> round(mean_log_deviation([1, 3]), 6)
    0.143841
    """
    y, w = _values(values, weights)
    if (y[w > 0] <= 0).any():
        raise CommsvcError(
            "the mean log deviation is infinite where a unit has nothing",
            next_step="use theil or gini, which take zeros",
        )
    return float((w * np.log((w * y).sum() / np.where(w > 0, y, 1.0))).sum())


def herfindahl(values: Any) -> pd.DataFrame:
    """Herfindahl–Hirschman index of shares: 1/n where all have alike, 1 where one has all.

    Parameters
    ----------
    values : (n,) amounts of the n places, those with nothing included

    Returns
    -------
    DataFrame of one row: `count` (places), `base` (total amount), `estimate, normalised`
    ((HHI − 1/n)/(1 − 1/n)), `equivalent` (1/HHI, the number of equal places as concentrated)

    Examples
    --------
    >>> herfindahl([3, 1, 0])[["count", "base", "estimate", "equivalent"]]
       count  base  estimate  equivalent
    0      3   4.0     0.625         1.6
    """
    y, _ = _values(values, None)
    n, index = len(y), float(((y / y.sum()) ** 2).sum())
    normalised = (index - 1 / n) / (1 - 1 / n) if n > 1 else float("nan")
    figures = (n, float(y.sum()), index, normalised, 1 / index)
    columns = ["count", "base", "estimate", "normalised", "equivalent"]
    return pd.DataFrame([figures], columns=columns).assign(method="Herfindahl–Hirschman")


def share_with_none(values: Any, *, unit: str = "places", rounding: str = "") -> pd.DataFrame:
    """The share of places that have nothing: `count, base, estimate, low, high, unit`.

    Parameters
    ----------
    values : (n,) amounts from 0 up, or figures as printed; `low, high` are how far the share can
        go over these: at least those that are surely 0, at most those that may be
    rounding : last printed place (`"1"`) of plain numbers that had been rounded

    Examples
    --------
    >>> share_with_none([3, 1, 0, 0])[["count", "base", "estimate"]]
       count  base  estimate
    0      2     4       0.5
    >>> share_with_none([3, 0, 0.2], rounding="0.1")[["estimate", "low", "high"]].round(2)
       estimate  low  high
    0      0.33  0.0  0.33
    """
    cells = as_cells(values, "values", rounding)
    y = as_numbers(cells.face[:, 0], "values")
    sure, may = cells.high == 0, as_numbers(cells.low[:, 0], "values") == 0
    none, base = int((y == 0).sum()), len(y)
    row = {"count": none, "base": base, "estimate": none / base}
    row |= {"low": int(sure.sum()) / base, "high": int(may.sum()) / base}
    return pd.DataFrame([row | {"unit": f"share of {unit}"}])


def _values(values: Any, weights: Any) -> tuple[Array, Array]:
    y = as_numbers(values, "values")
    w = as_weights(weights, len(y))
    if (w * y).sum() <= 0:
        raise CommsvcError("the values are all 0: nothing is shared, evenly or not")
    return y, w


def group_codes(groups: Any, length: int, weights: Array) -> tuple[Any, Any]:
    """The groups' names, sorted, and each unit's number among them.

    >>> names, codes = group_codes(["b", "a", "b"], 3, np.ones(3))
    >>> names.tolist(), codes.tolist()
    (['a', 'b'], [1, 0, 1])
    """
    labels = np.asarray(groups)
    if labels.shape != (length,):
        raise CommsvcError(f"{labels.size} group labels for {length} values")
    if pd.isna(labels).any():
        raise CommsvcError("a value has no group", where=f"row {pd.isna(labels).argmax()}")
    names, codes = np.unique(labels.astype(str), return_inverse=True)
    people = np.bincount(codes, weights)
    if (people == 0).any():
        raise CommsvcError(f"the group {names[people.argmin()]!r} has no weight")
    return names, codes


def theil_of(y: Array, w: Array) -> float:
    """Theil's T of arrays.

    >>> round(theil_of(np.array([1.0, 3]), np.array([1.0, 1])), 6)
    0.130812
    """
    w = w / w.sum()
    relative = y / (w * y).sum() if (w * y).sum() > 0 else np.zeros_like(y)
    positive = relative > 0
    return float((w[positive] * relative[positive] * np.log(relative[positive])).sum())
