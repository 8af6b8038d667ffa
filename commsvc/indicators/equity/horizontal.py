"""Horizontal inequity: do people of equal need use services equally?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import Array, as_numbers, as_weights
from commsvc.indicators.equity.concentration import ranks


def horizontal_inequity(
    outcome: Any, rank_by: Any, need: Any, *, controls: Any = None, weights: Any = None
) -> pd.DataFrame:
    """Inequity of use for equal need: the index of use less the index of needed use.

    Needed use is what a linear regression on need (and on controls, held at their means) expects:
    indirect standardisation (O'Donnell et al. 2008, ch. 5 and 15).

    Parameters
    ----------
    need, controls : (n, m) columns of numbers, such as age groups and ill health; education or
        insurance as controls, so that need does not stand in for them

    Returns
    -------
    DataFrame `group, base, estimate`: `use`, `need`, `horizontal inequity`

    Examples
    --------
    Use that need wholly explains leaves no inequity:

    >>> table = horizontal_inequity([2, 4, 6, 9], [1, 2, 3, 4], [[1], [2], [3], [4.5]])
    >>> table["estimate"].abs().round(6).tolist()
    [0.27381, 0.27381, 0.0]
    """
    y = as_numbers(outcome, "outcome")
    w = as_weights(weights, len(y))
    wanted = _columns(need, "need", len(y))
    held = np.empty((len(y), 0)) if controls is None else _columns(controls, "controls", len(y))
    design = np.column_stack([np.ones(len(y)), wanted, held])
    root = np.sqrt(w)
    if np.linalg.matrix_rank(design * root[:, None]) < design.shape[1]:
        raise CommsvcError("need and controls repeat each other", next_step="drop one column")
    beta = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)[0]
    means = np.broadcast_to(w @ held, held.shape)
    expected = np.column_stack([np.ones(len(y)), wanted, means]) @ beta
    use = _index(y, rank_by, w)
    needed = _index(expected, rank_by, w)
    rows = [("use", use), ("need", needed), ("horizontal inequity", use - needed)]
    table = pd.DataFrame(rows, columns=["group", "estimate"])
    table.insert(1, "base", len(y))
    return table.assign(method="indirect standardisation")


def _index(y: Array, rank_by: Any, w: Array) -> float:
    x = as_numbers(rank_by, "rank_by", least=None, length=len(y))
    order = np.argsort(x)
    twice, _, mean = ranks(x[order], y[order], w[order])
    return float(w[order] @ (y[order] * twice)) / mean - 1


def _columns(values: Any, name: str, length: int) -> Array:
    array = np.asarray(values, dtype=np.float64)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or len(array) != length or not np.isfinite(array).all():
        raise CommsvcError(f"{name} must be {length} rows of numbers, none missing")
    return array
