"""Tables with an order or in strata: trend, Cochran–Mantel–Haenszel, homogeneity of odds."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_share, one_of
from commsvc.inference.results import HypothesisTest, Interval

TREND_METHODS = {
    "cochran-armitage": "Cochran–Armitage trend",
    "linear-by-linear": "linear-by-linear (Mantel)",
}


def trend_test(
    table: Any,
    row_scores: Any = None,
    column_scores: Any = None,
    method: str = "linear-by-linear",
    confidence: float = 0.95,
) -> HypothesisTest:
    """Whether answers rise or fall along ordered groups.

    Parameters
    ----------
    table : (r, c) counts; rows and columns in their order
    row_scores, column_scores : numbers for them, 1, 2, 3 … when left out
    method : "linear-by-linear", χ² = (n − 1)r² with r the correlation of the scores (Mantel 1963),
        or "cochran-armitage" for two rows or two columns, χ² = n r² (as R's prop.trend.test)

    Returns
    -------
    HypothesisTest with df 1, two-sided; effect is r with Fisher's z interval

    Examples
    --------
    >>> t = trend_test([[83, 3], [90, 3], [129, 7], [70, 12]], method="cochran-armitage")
    >>> round(t.statistic, 4), round(t.p, 6)
    (8.2249, 0.004132)
    """
    one_of("trend test", method, TREND_METHODS)
    cells = as_counts(table, "table", ndim=2)
    if method == "cochran-armitage" and 2 not in cells.shape:
        raise CommsvcError(
            f"Cochran–Armitage of a {cells.shape[0]}×{cells.shape[1]} table",
            allowed="two rows or two columns",
            next_step="use method='linear-by-linear'",
        )
    x = _scores(row_scores, cells.shape[0], "row_scores")
    y = _scores(column_scores, cells.shape[1], "column_scores")
    n = cells.sum()
    dx = x - cells.sum(1) @ x / n
    dy = y - cells.sum(0) @ y / n
    spread = (cells.sum(1) @ dx**2) * (cells.sum(0) @ dy**2)
    if spread == 0:
        raise CommsvcError(
            "all answers have one score: there is no trend to see",
            allowed="at least two rows and two columns with answers and different scores",
        )
    r = float(dx @ cells @ dy / np.sqrt(spread))
    statistic = (n if method == "cochran-armitage" else n - 1) * r**2
    test = HypothesisTest(
        float(statistic), 1.0, float(special.chdtrc(1, statistic)), method=TREND_METHODS[method]
    )
    half = special.ndtri((1 + as_share(confidence, "confidence")) / 2) / np.sqrt(max(n - 3, 1))
    with np.errstate(divide="ignore"):
        z = np.arctanh(np.clip(r, -1, 1))  # infinite at ±1: both ends are then r itself
    return test.with_effect(
        Interval(r, float(np.tanh(z - half)), float(np.tanh(z + half)), method="correlation")
    )


def _scores(scores: Any, size: int, name: str) -> Array:
    values = np.arange(1.0, size + 1) if scores is None else np.asarray(scores, dtype=float)
    if values.shape != (size,) or not np.isfinite(values).all():
        raise CommsvcError(f"{name} do not fit the table", allowed=f"{size} numbers")
    return values


def mantel_haenszel_test(
    tables: Any, correction: bool = False, confidence: float = 0.95
) -> HypothesisTest:
    """Cochran–Mantel–Haenszel: whether two groups differ once strata are held apart.

    Parameters
    ----------
    tables : (k, 2, 2), one table a stratum; rows are groups, columns yes and no
    correction : subtract 1/2 from |Σ(a − E a)|, never past 0 (as R's mantelhaen.test)

    Returns
    -------
    HypothesisTest with df 1; effect is the Mantel–Haenszel pooled odds ratio with the interval of
    Robins, Breslow and Greenland (1986). A stratum of one person, or with an empty margin,
    adds nothing.

    Examples
    --------
    >>> strata = [[[8, 2], [5, 5]], [[4, 6], [3, 7]]]
    >>> t = mantel_haenszel_test(strata)
    >>> round(t.statistic, 2), round(t.effect, 3)
    (1.67, 2.429)
    """
    cells = as_counts(tables, "tables")
    if cells.ndim != 3 or cells.shape[1:] != (2, 2):
        raise CommsvcError(f"tables of shape {cells.shape}", allowed="(strata, 2, 2)")
    used = cells[cells.sum((1, 2)) > 1]
    n, yes, rows, columns = (
        used.sum((1, 2)),
        used[:, 0, 0],
        used[:, 0].sum(1),
        used[:, :, 0].sum(1),
    )
    gap = abs((yes - rows * columns / n).sum())
    variance = (rows * columns * (n - rows) * (n - columns) / (n**2 * (n - 1))).sum()
    if variance == 0:
        raise CommsvcError(
            "no stratum has people in both rows and both columns: nothing to compare",
            next_step="join strata",
        )
    statistic = (gap - (min(0.5, gap) if correction else 0.0)) ** 2 / variance
    said = "with" if correction else "without"
    test = HypothesisTest(
        float(statistic),
        1.0,
        float(special.chdtrc(1, statistic)),
        method=f"Cochran–Mantel–Haenszel {said} continuity correction",
    )
    return test.with_effect(_pooled_odds_ratio(used, confidence))


def _pooled_odds_ratio(cells: Array, confidence: float) -> Interval:
    """ΣR/ΣS with R = ad/n, S = bc/n, and the variance of Robins, Breslow and Greenland."""
    a, b, c, d = cells[:, 0, 0], cells[:, 0, 1], cells[:, 1, 0], cells[:, 1, 1]
    n = cells.sum((1, 2))
    R, S, P, Q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    r, s = R.sum(), S.sum()
    method = "Mantel–Haenszel pooled odds ratio"
    if r == 0 or s == 0:
        ratio = float("nan") if r == s else (float("inf") if s == 0 else 0.0)
        return Interval(ratio, 0.0, float("inf"), method=method, note="zero cells in all strata")
    variance = (P @ R) / (2 * r**2) + (P @ S + Q @ R) / (2 * r * s) + (Q @ S) / (2 * s**2)
    half = np.exp(z * np.sqrt(variance))
    return Interval(
        float(r / s), float(r / s / half), float(r / s * half), float(np.sqrt(variance)),
        confidence=confidence, method=method,
    )  # fmt: skip


def homogeneity_test(tables: Any) -> HypothesisTest:
    """Breslow–Day with Tarone's adjustment: whether the strata share one odds ratio.

    Thin over statsmodels' StratifiedTable.test_equal_odds.

    >>> round(homogeneity_test([[[8, 2], [5, 5]], [[4, 6], [3, 7]]]).p, 4)
    0.4939
    """
    from statsmodels.stats.contingency_tables import StratifiedTable

    cells = as_counts(tables, "tables")
    if cells.ndim != 3 or cells.shape[1:] != (2, 2) or len(cells) < 2:
        raise CommsvcError(
            f"tables of shape {cells.shape}", allowed="(strata, 2, 2) with two strata or more"
        )
    fit = StratifiedTable(np.moveaxis(cells, 0, -1)).test_equal_odds(adjust=True)
    return HypothesisTest(
        float(fit.statistic), float(len(cells) - 1), float(fit.pvalue), method="Breslow–Day–Tarone"
    )
