"""One score from several criteria: TOPSIS and the weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.bounds import (
    least_leads,
    normalised_range,
    ranks_from_leads,
    ranks_from_scores,
    topsis_range,
)
from commsvc.indicators.evaluation.table import Array, Criteria, normalise, ranks, read_printed
from commsvc.indicators.evaluation.weights import Weights, weigh
from commsvc.indicators.printed_cells import Cells


def topsis(
    frame: Any,
    criteria: Mapping[str, str],
    weights: Weights,
    *,
    unit: str | None = None,
    normalisation: str = "vector",
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """TOPSIS: how near each unit is to the best seen of every criterion, and far from the worst.

    C = D⁻/(D⁺ + D⁻) with D the Euclidean distances of weighted normalised figures to the best and
    the worst (Hwang & Yoon 1981). Best and worst are those *of these units*: adding or dropping a
    unit may turn the order of others.

    Parameters
    ----------
    frame : a row a unit; cells are numbers, or figures as printed (`"45.2%"`), which stand for
        any value that prints so
    criteria : column -> `benefit` (more is better) or `cost`
    weights : column -> weight, or `equal`, `entropy`, `critic` (found from the faces, then held)
    unit : the column with the units' names
    normalisation : `vector` (the source's), `minmax`, `share`, `max`: see `normalise`
    rounding : column -> last printed place (`"0.1"`) of numbers that had been rounded

    Returns
    -------
    DataFrame `group, base` (units), `to_best` (D⁺), `to_worst` (D⁻), `estimate` (C from 0 to 1),
    `low, high` (bounds of C while figures stay within what was printed: reached with `minmax`,
    else certain and a little wide; those of C itself for plain numbers), `rank` (1 is best; ties
    share the mean), `rank_low, rank_high` (no better and no worse is possible), `method, note`

    Raises
    ------
    CommsvcError : a missing figure, an unknown name, units that are all alike

    Examples
    --------
    By hand: B is best of both and A worst of both.

    >>> table = pd.DataFrame({"town": ["A", "B"], "beds": [3, 4], "deaths": [4, 3]})
    >>> criteria = {"beds": "benefit", "deaths": "cost"}
    >>> topsis(table, criteria, "equal", unit="town")[["group", "estimate", "rank"]]
      group  estimate  rank
    0     A       0.0   2.0
    1     B       1.0   1.0
    """
    data, cells = read_printed(frame, criteria, unit, rounding)
    weight, called = weigh(data, weights, criteria)
    scaled = normalise(data.values, data.benefit, normalisation, data.names)
    best, worst, score = topsis_arrays(scaled, weight)
    low = high = score
    best_rank = worst_rank = ranks(score)
    if cells.loose:
        low, high = topsis_range(cells, data.benefit, weight, normalisation, data.names)
        best_rank, worst_rank = ranks_from_scores(low, high)
    table = _table(data, score, (low, high), (best_rank, worst_rank))
    table.insert(2, "to_best", best)
    table.insert(3, "to_worst", worst)
    return table.assign(
        method=f"TOPSIS, {normalisation} normalisation",
        note=_said(called, data.names, weight, cells),
    )


def topsis_arrays(scaled: Array, weight: Array) -> tuple[Array, Array, Array]:
    """Distances to best and worst, and closeness, of (n, m) values where more is better."""
    weighted = scaled * weight
    best = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    worst = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    if ((best + worst) == 0).any():
        raise CommsvcError("the units do not differ in any weighted criterion")
    return best, worst, worst / (best + worst)


def weighted_sum(
    frame: Any,
    criteria: Mapping[str, str],
    weights: Weights,
    *,
    unit: str | None = None,
    normalisation: str = "minmax",
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The weighted sum of normalised criteria (simple additive weighting, 综合指数).

    Returns
    -------
    DataFrame `group, base, estimate` (Σ w y), `low, high` (its bounds, reached), `rank, rank_low,
    rank_high` (from every pair by itself), `method, note`; parameters as in `topsis`

    Examples
    --------
    >>> table = pd.DataFrame({"beds": [0, 1, 2], "deaths": [1, 0, 2]})
    >>> weighted_sum(table, {"beds": "benefit", "deaths": "cost"}, "equal")["estimate"].tolist()
    [0.25, 0.75, 0.5]
    """
    data, cells = read_printed(frame, criteria, unit, rounding)
    weight, called = weigh(data, weights, criteria)
    score = normalise(data.values, data.benefit, normalisation, data.names) @ weight
    low = high = score
    best_rank = worst_rank = ranks(score)
    if cells.loose:
        ends = normalised_range(cells, data.benefit, normalisation, data.names)
        low, high = ends[0] @ weight, ends[1] @ weight
        leads = np.tensordot(weight, least_leads(cells, data.benefit, normalisation), 1)
        best_rank, worst_rank = ranks_from_leads(leads)
    return _table(data, score, (low, high), (best_rank, worst_rank)).assign(
        method=f"weighted sum, {normalisation} normalisation",
        note=_said(called, data.names, weight, cells),
    )


def _table(
    data: Criteria, score: Array, ends: tuple[Array, Array], rank: tuple[Array, Array]
) -> pd.DataFrame:
    # The face stands between the ends; what is left of floats is no range.
    low, high = np.minimum(ends[0], score), np.maximum(ends[1], score)
    return pd.DataFrame(
        {
            "group": list(data.units),
            "base": len(data.units),
            "estimate": score,
            "low": low,
            "high": high,
            "rank": ranks(score),
            "rank_low": rank[0].astype(float),
            "rank_high": rank[1].astype(float),
        }
    )


def _said(called: str, names: tuple[str, ...], weight: NDArray[np.float64], cells: Cells) -> str:
    parts = (f"{name} {w:.4g}" for name, w in zip(names, weight, strict=True))
    text = f"{called}: {', '.join(parts)}"
    if not cells.loose:
        return text
    return f"{text}; ranges over {cells.in_words()}, weights held"
