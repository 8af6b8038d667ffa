"""Do the items of a scale hold together: alpha, omega, item statistics, sampling adequacy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import numeric_columns


def cronbach_alpha(frame: Any, items: Sequence[str], *, confidence: float = 0.95) -> pd.DataFrame:
    """Cronbach's α with Feldt's interval.

    α = k/(k − 1) · (1 − Σ item variances / variance of the sum). People with an item missing are
    left out, and counted in `note`. Items are expected to point the same way: a negative α is
    given with a warning in `note`.

    Returns
    -------
    DataFrame of one row: `group, count` (items), `base` (people), `estimate, low, high, method,
    note`

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> cronbach_alpha(answers, ["a", "b", "c"])[["count", "base", "estimate"]].round(4)
       count  base  estimate
    0      3     5    0.9538
    """
    table, note = _complete(frame, items)
    values = table.to_numpy()
    n, k = values.shape
    whole = values.sum(axis=1).var(ddof=1)
    if whole == 0:
        raise CommsvcError("every person has the same total: alpha is not defined")
    alpha = float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / whole))
    low, high = feldt_interval(alpha, n, k, confidence=confidence)
    if alpha < 0:
        note = (note + "; alpha is negative: is an item scored the other way?").strip("; ")
    row = {
        "group": "alpha",
        "count": k,
        "base": n,
        "estimate": alpha,
        "low": low,
        "high": high,
        "method": "Cronbach's alpha (Feldt)",
        "note": note,
    }
    return pd.DataFrame([row])


def feldt_interval(
    alpha: float, people: int, items: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """Feldt's interval for α: 1 − (1 − α)·F, with n − 1 and (n − 1)(k − 1) degrees of freedom.

    Feldt, Woodruff and Salih (1987).

    >>> [round(end, 3) for end in feldt_interval(0.9, 50, 5)]
    [0.848, 0.938]
    """
    if people < 2 or items < 2 or not alpha <= 1 or not 0 < confidence < 1:
        raise CommsvcError(
            f"alpha {alpha} of {items} items and {people} people at {confidence}",
            allowed="two items and people at least, alpha up to 1, confidence between 0 and 1",
        )
    tail = (1 - confidence) / 2
    df = (people - 1, (people - 1) * (items - 1))
    low = 1 - (1 - alpha) * stats.f.isf(tail, *df)
    return float(low), float(1 - (1 - alpha) * stats.f.ppf(tail, *df))


def mcdonald_omega(loadings: Sequence[float], errors: Sequence[float] | None = None) -> float:
    """McDonald's ω of one factor: (Σλ)² / ((Σλ)² + Σθ) (McDonald 1999).

    Parameters
    ----------
    loadings : λ of each item on the one factor
    errors : θ, their unique variances; 1 − λ² (standardised items) where left out

    Examples
    --------
    >>> round(mcdonald_omega([0.8, 0.7, 0.6, 0.5]), 6)
    0.749446
    """
    lam = np.asarray(loadings, dtype=float)
    theta = 1 - lam**2 if errors is None else np.asarray(errors, dtype=float)
    if lam.ndim != 1 or lam.size < 2 or theta.shape != lam.shape:
        raise CommsvcError(f"{lam.size} loadings and {theta.size} errors", allowed="two or more")
    if not (theta >= 0).all():
        raise CommsvcError(
            "a unique variance is negative or missing",
            next_step="loadings of standardised items lie between -1 and 1; else pass errors",
        )
    common = float(lam.sum()) ** 2
    return common / (common + float(theta.sum()))


def item_statistics(frame: Any, items: Sequence[str]) -> pd.DataFrame:
    """Each item's mean, spread, correlation with the rest, and α without it.

    Returns
    -------
    DataFrame `group` (item), `base` (people), `mean, sd, item_rest_r` (Pearson's, with the sum of
    the *other* items), `alpha_without, floor, ceiling` (shares at the least and most answer given),
    `note`

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> table = item_statistics(answers, ["a", "b", "c"])
    >>> table[["group", "item_rest_r", "alpha_without"]].round(3)
      group  item_rest_r  alpha_without
    0     a        0.970          0.882
    1     b        0.903          0.933
    2     c        0.870          0.968
    """
    table, note = _complete(frame, items)
    rows = []
    for item in items:
        others = table.drop(columns=item)
        column, rest = table[item], others.sum(axis=1)
        varies = column.nunique() > 1 and rest.nunique() > 1
        r = float(np.corrcoef(column, rest)[0, 1]) if varies else float("nan")
        without = float("nan")
        if len(items) > 2 and rest.nunique() > 1:
            without = float(cronbach_alpha(others, list(others.columns))["estimate"].item())
        ends = [float((column == end).mean()) for end in (table.min().min(), table.max().max())]
        figures = (len(table), column.mean(), column.std(), r, without, *ends, note)
        rows.append((item, *figures))
    columns = ["group", "base", "mean", "sd", "item_rest_r", "alpha_without", "floor", "ceiling"]
    return pd.DataFrame(rows, columns=[*columns, "note"])


def kmo(frame: Any, items: Sequence[str]) -> pd.DataFrame:
    """Kaiser–Meyer–Olkin sampling adequacy, each item's and overall (Kaiser 1974).

    Σr² / (Σr² + Σp²) over the pairs, r the correlations and p the partial correlations.

    Returns
    -------
    DataFrame `group` (items, then `overall`), `base` (people), `estimate, method, note`

    Examples
    --------
    With three items equally correlated 0.5, every partial correlation is 1/3: 0.25/(0.25 + 1/9):

    >>> rows = [(1, 1, 1), (1, -1, 0), (-1, 1, 0), (-1, -1, -1), (2, 1, 1), (-2, -1, -1)]
    >>> answers = pd.DataFrame(rows, columns=["a", "b", "c"])
    >>> kmo(answers, ["a", "b", "c"])["estimate"].between(0, 1).all()
    np.True_
    """
    table, note = _complete(frame, items)
    r = np.corrcoef(table.to_numpy(), rowvar=False)
    if not np.isfinite(r).all() or np.linalg.matrix_rank(r) < len(items):
        raise CommsvcError(
            "the correlations have no inverse", next_step="drop an item that repeats the others"
        )
    return kmo_from_correlation(r, list(items)).assign(base=len(table), note=note)


def kmo_from_correlation(r: Any, items: Sequence[str]) -> pd.DataFrame:
    """`kmo` from a matrix of correlations.

    >>> equal = [[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]
    >>> kmo_from_correlation(equal, ["a", "b", "c"])["estimate"].round(6).tolist()
    [0.692308, 0.692308, 0.692308, 0.692308]
    """
    matrix = np.asarray(r, dtype=float)
    inverse = np.linalg.inv(matrix)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(len(matrix), dtype=bool)
    r2, p2 = (matrix**2) * off, ((inverse / scale) ** 2) * off
    each = r2.sum(axis=0) / (r2.sum(axis=0) + p2.sum(axis=0))
    overall = r2.sum() / (r2.sum() + p2.sum())
    table = pd.DataFrame({"group": [*items, "overall"], "estimate": [*each, overall]})
    return table.assign(method="Kaiser–Meyer–Olkin")


def _complete(frame: Any, items: Sequence[str]) -> tuple[pd.DataFrame, str]:
    if len(set(items)) < 2:
        raise CommsvcError("a scale needs two different items at least")
    table = numeric_columns(frame, list(items))
    complete = table.dropna()
    if len(complete) < 2:
        raise CommsvcError(f"{len(complete)} people answered every item", allowed="two at least")
    lost = len(table) - len(complete)
    return complete, f"{lost} with an item missing left out" if lost else ""
