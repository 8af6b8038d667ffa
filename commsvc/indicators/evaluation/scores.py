"""One score from several criteria: TOPSIS and the weighted sum."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.table import Array, normalise, ranks, read_criteria
from commsvc.indicators.evaluation.weights import Weights, weigh


def topsis(
    frame: Any,
    criteria: Mapping[str, str],
    weights: Weights,
    *,
    unit: str | None = None,
    normalisation: str = "vector",
) -> pd.DataFrame:
    """TOPSIS: how near each unit is to the best seen of every criterion, and far from the worst.

    C = D⁻/(D⁺ + D⁻) with D the Euclidean distances of weighted normalised figures to the best and
    the worst (Hwang & Yoon 1981). Best and worst are those *of these units*: adding or dropping a
    unit may turn the order of others.

    Parameters
    ----------
    frame : a row a unit
    criteria : column -> `benefit` (more is better) or `cost`
    weights : column -> weight, or `equal`, `entropy`, `critic`
    unit : the column with the units' names
    normalisation : `vector` (the source's), `minmax`, `share`, `max`: see `normalise`

    Returns
    -------
    DataFrame `group, base` (units), `to_best` (D⁺), `to_worst` (D⁻), `estimate` (C from 0 to 1),
    `rank` (1 is best; ties share the mean), `method, note`

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
    data = read_criteria(frame, criteria, unit)
    weight, called = weigh(data, weights, criteria)
    scaled = normalise(data.values, data.benefit, normalisation, data.names)
    best, worst, score = topsis_arrays(scaled, weight)
    return pd.DataFrame(
        {
            "group": list(data.units),
            "base": len(data.units),
            "to_best": best,
            "to_worst": worst,
            "estimate": score,
            "rank": ranks(score),
            "method": f"TOPSIS, {normalisation} normalisation",
            "note": _said(called, data.names, weight),
        }
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
) -> pd.DataFrame:
    """The weighted sum of normalised criteria (simple additive weighting, 综合指数).

    Returns
    -------
    DataFrame `group, base, estimate` (Σ w y), `rank, method, note`; parameters as in `topsis`

    Examples
    --------
    >>> table = pd.DataFrame({"beds": [0, 1, 2], "deaths": [1, 0, 2]})
    >>> weighted_sum(table, {"beds": "benefit", "deaths": "cost"}, "equal")["estimate"].tolist()
    [0.25, 0.75, 0.5]
    """
    data = read_criteria(frame, criteria, unit)
    weight, called = weigh(data, weights, criteria)
    score = normalise(data.values, data.benefit, normalisation, data.names) @ weight
    return pd.DataFrame(
        {
            "group": list(data.units),
            "base": len(data.units),
            "estimate": score,
            "rank": ranks(score),
            "method": f"weighted sum, {normalisation} normalisation",
            "note": _said(called, data.names, weight),
        }
    )


def _said(called: str, names: tuple[str, ...], weight: NDArray[np.float64]) -> str:
    parts = (f"{name} {w:.4g}" for name, w in zip(names, weight, strict=True))
    return f"{called}: {', '.join(parts)}"
