"""Tables with an order or in strata: trend, Cochran–Mantel–Haenszel, homogeneity of odds."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_share, one_of
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import message

TREND_METHODS = {
    "cochran-armitage": message("Cochran–Armitage trend"),
    "linear-by-linear": message("linear-by-linear (Mantel)"),
}
KINDS = {
    "general": message("Cochran–Mantel–Haenszel, general association"),
    "mean-score": message("Cochran–Mantel–Haenszel, mean scores differ"),
    "correlation": message("Cochran–Mantel–Haenszel, nonzero correlation"),
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
    dx, dy = x - cells.sum(1) @ x / n, y - cells.sum(0) @ y / n
    spread = (cells.sum(1) @ dx**2) * (cells.sum(0) @ dy**2)
    if spread == 0:
        raise CommsvcError(
            "all answers have one score: there is no trend to see",
            allowed="at least two rows and two columns with answers and different scores",
        )
    r = float(dx @ cells @ dy / np.sqrt(spread))
    statistic = float((n if method == "cochran-armitage" else n - 1) * r**2)
    half = special.ndtri((1 + as_share(confidence, "confidence")) / 2) / np.sqrt(max(n - 3, 1))
    with np.errstate(divide="ignore"):
        z = np.arctanh(np.clip(r, -1, 1))  # infinite at ±1: both ends are then r itself
    ends = float(np.tanh(z - half)), float(np.tanh(z + half))
    return HypothesisTest(
        statistic, 1.0, float(special.chdtrc(1, statistic)), method=TREND_METHODS[method]
    ).with_effect(Interval(r, *ends, method=message("correlation")))


def _scores(scores: Any, size: int, name: str) -> Array:
    values = np.arange(1.0, size + 1) if scores is None else np.asarray(scores, dtype=float)
    if values.shape != (size,) or not np.isfinite(values).all():
        raise CommsvcError(f"{name} do not fit the table", allowed=f"{size} numbers")
    return values


def _strata(tables: Any, least: int = 1) -> Array:
    cells = as_counts(tables, "tables")
    if cells.ndim != 3 or cells.shape[1:] != (2, 2) or len(cells) < least:
        more = f" with {least} strata or more" if least > 1 else ""
        raise CommsvcError(f"tables of shape {cells.shape}", allowed=f"(strata, 2, 2){more}")
    return cells


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
    cells = _strata(tables)
    used = cells[cells.sum((1, 2)) > 1]
    n, rows, columns = used.sum((1, 2)), used[:, 0].sum(1), used[:, :, 0].sum(1)
    gap = abs((used[:, 0, 0] - rows * columns / n).sum())
    variance = (rows * columns * (n - rows) * (n - columns) / (n**2 * (n - 1))).sum()
    if variance == 0:
        raise CommsvcError(
            "no stratum has people in both rows and both columns: nothing to compare",
            next_step="join strata",
        )
    statistic = float((gap - (min(0.5, gap) if correction else 0.0)) ** 2 / variance)
    name = message("Cochran–Mantel–Haenszel without continuity correction")
    if correction:
        name = message("Cochran–Mantel–Haenszel with continuity correction")
    test = HypothesisTest(statistic, 1.0, float(special.chdtrc(1, statistic)), method=name)
    return test.with_effect(_pooled_odds_ratio(used, confidence))


def _pooled_odds_ratio(cells: Array, confidence: float) -> Interval:
    """ΣR/ΣS with R = ad/n, S = bc/n, and the variance of Robins, Breslow and Greenland."""
    a, b, c, d = cells[:, 0, 0], cells[:, 0, 1], cells[:, 1, 0], cells[:, 1, 1]
    n = cells.sum((1, 2))
    R, S, P, Q = a * d / n, b * c / n, (a + d) / n, (b + c) / n
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    r, s = R.sum(), S.sum()
    method = message("Mantel–Haenszel pooled odds ratio")
    if r == 0 or s == 0:
        ratio = float("nan") if r == s else (float("inf") if s == 0 else 0.0)
        note = message("zero cells in all strata")
        return Interval(ratio, 0.0, float("inf"), method=method, note=note)
    variance = (P @ R) / (2 * r**2) + (P @ S + Q @ R) / (2 * r * s) + (Q @ S) / (2 * s**2)
    half = np.exp(z * np.sqrt(variance))
    return Interval(
        float(r / s), float(r / s / half), float(r / s * half), float(np.sqrt(variance)),
        confidence=confidence, method=method,
    )  # fmt: skip


def homogeneity_test(tables: Any) -> HypothesisTest:
    """Breslow–Day with Tarone's adjustment: whether the strata share one odds ratio.

    Parameters
    ----------
    tables : (k, 2, 2), two strata or more; one with an empty margin adds nothing

    Notes
    -----
    Breslow and Day (1980, §4.4); Tarone (1985, Biometrika 72), about the Mantel–Haenszel odds
    ratio. What is expected under it is the root of a quadratic, taken in the form that holds where
    the ratio is 1 and the quadratic a line.

    Examples
    --------
    >>> round(homogeneity_test([[[8, 2], [5, 5]], [[4, 6], [3, 7]]]).p, 4)
    0.4939
    """
    cells = _strata(tables, 2)
    rows, columns, n = cells[:, 0].sum(1), cells[:, :, 0].sum(1), cells.sum((1, 2))
    held = (rows > 0) & (rows < n) & (columns > 0) & (columns < n)
    if held.sum() < 2:
        raise CommsvcError(
            "fewer than two strata have people in both rows and both columns",
            next_step="join strata",
        )
    cells, rows, columns, n = cells[held], rows[held], columns[held], n[held]
    ratio = _pooled_odds_ratio(cells, 0.95).estimate
    if not 0 < ratio < np.inf:
        raise CommsvcError(
            "the common odds ratio is 0 or infinite: nothing to hold the strata against",
            next_step="join strata",
        )
    b = n - rows - columns + ratio * (rows + columns)
    root = np.sqrt(b**2 + 4 * (1 - ratio) * ratio * rows * columns)
    fit = 2 * ratio * rows * columns / (b + root)
    spread = 1 / (1 / fit + 1 / (rows - fit) + 1 / (columns - fit) + 1 / (n - rows - columns + fit))
    gap = cells[:, 0, 0] - fit
    statistic = float((gap**2 / spread).sum() - gap.sum() ** 2 / spread.sum())
    df = float(len(cells) - 1)
    p = float(special.chdtrc(df, max(statistic, 0.0)))
    left = message("{n} strata with an empty row or column left out", n=int((~held).sum()))
    note = "" if held.all() else left
    return HypothesisTest(statistic, df, p, method=message("Breslow–Day–Tarone"), note=note)


def stratified_test(
    tables: Any, kind: str = "general", *, row_scores: Any = None, column_scores: Any = None
) -> HypothesisTest:
    """Whether groups (rows) and answers (columns) are related once strata are held apart.

    Parameters
    ----------
    tables : (k, r, c) counts, one table a stratum
    kind : "general" (any relation), "mean-score" (the groups' mean answers differ) or "correlation"
        (answers rise or fall along ordered groups)
    row_scores, column_scores : numbers for the groups and the answers, 1, 2, 3 … when left out; the
        answers' are used by "mean-score", both by "correlation"

    Returns
    -------
    HypothesisTest, chi-square with (r − 1)(c − 1), r − 1 or 1 degrees of freedom. A stratum of one
    person, or in which one row or one column holds everybody, adds nothing. For 2 × 2 tables and
    the common odds ratio see `mantel_haenszel_test`

    Notes
    -----
    Landis, Heyman and Koch (1978, Int. Stat. Rev. 46); the general one is R's mantelhaen.test.

    Examples
    --------
    >>> strata = [[[10, 5, 5], [4, 6, 10]], [[8, 8, 4], [5, 5, 10]]]
    >>> t = stratified_test(strata, "mean-score")
    >>> round(t.statistic, 3), t.df, round(t.p, 4)
    (6.971, 1.0, 0.0083)
    """
    one_of("stratified test", kind, KINDS)
    cells = as_counts(tables, "tables")
    if cells.ndim != 3 or min(cells.shape[1:]) < 2:
        raise CommsvcError(
            f"tables of shape {cells.shape}", allowed="(strata, rows, columns), two of each or more"
        )
    whole = cells.sum(axis=0)
    kept = whole.sum(axis=1) > 0, whole.sum(axis=0) > 0
    r, c = (int(held.sum()) for held in kept)
    if min(r, c) < 2:
        raise CommsvcError("one row or one column holds everybody: nothing to associate")
    rows, columns = np.eye(r)[:-1], np.eye(c)[:-1]
    if kind != "general":
        columns = _scores(column_scores, whole.shape[1], "column_scores")[None, kept[1]]
    if kind == "correlation":
        rows = _scores(row_scores, whole.shape[0], "row_scores")[None, kept[0]]
    gap, spread = np.zeros(len(rows) * len(columns)), np.zeros([len(rows) * len(columns)] * 2)
    for table in cells[:, kept[0]][:, :, kept[1]]:
        n = table.sum()
        if n < 2:
            continue
        p, q = table.sum(axis=1) / n, table.sum(axis=0) / n
        gap = gap + (rows @ (table - n * np.outer(p, q)) @ columns.T).ravel()
        left = rows @ (np.diag(p) - np.outer(p, p)) @ rows.T
        right = columns @ (np.diag(q) - np.outer(q, q)) @ columns.T
        spread = spread + np.kron(left, right) * n**2 / (n - 1)
    if np.linalg.matrix_rank(spread) < gap.size:
        raise CommsvcError(
            "the strata do not let all rows and columns be compared",
            next_step="join strata, rows or columns",
        )
    statistic, df = float(gap @ np.linalg.solve(spread, gap)), float(gap.size)
    note = message("{n} strata", n=len(cells))
    p_value = float(special.chdtrc(df, statistic))
    return HypothesisTest(statistic, df, p_value, method=KINDS[kind], note=note)
