"""Tables of any size in strata: the extended Cochran–Mantel–Haenszel tests."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.results import HypothesisTest

KINDS = {
    "general": "general association",
    "mean-score": "mean scores differ",
    "correlation": "nonzero correlation",
}


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
    cells = cells[:, whole.sum(axis=1) > 0][:, :, whole.sum(axis=0) > 0]
    r, c = cells.shape[1:]
    if min(r, c) < 2:
        raise CommsvcError("one row or one column holds everybody: nothing to associate")
    kept_rows, kept_columns = whole.sum(axis=1) > 0, whole.sum(axis=0) > 0
    rows = np.eye(r)[:-1]
    columns = np.eye(c)[:-1]
    if kind != "general":
        columns = _scores(column_scores, whole.shape[1], "column_scores")[kept_columns][None, :]
    if kind == "correlation":
        rows = _scores(row_scores, whole.shape[0], "row_scores")[kept_rows][None, :]
    gap, spread = np.zeros(len(rows) * len(columns)), 0.0
    for table in cells:
        n = table.sum()
        if n < 2:
            continue
        p, q = table.sum(axis=1) / n, table.sum(axis=0) / n
        gap = gap + (rows @ (table - n * np.outer(p, q)) @ columns.T).ravel()
        left = rows @ (np.diag(p) - np.outer(p, p)) @ rows.T
        right = columns @ (np.diag(q) - np.outer(q, q)) @ columns.T
        spread = spread + np.kron(left, right) * n**2 / (n - 1)
    if np.ndim(spread) == 0 or np.linalg.matrix_rank(spread) < gap.size:
        raise CommsvcError(
            "the strata do not let all rows and columns be compared",
            next_step="join strata, rows or columns",
        )
    statistic = float(gap @ np.linalg.solve(spread, gap))
    df = float(gap.size)
    return HypothesisTest(
        statistic,
        df,
        float(special.chdtrc(df, statistic)),
        method=f"Cochran–Mantel–Haenszel, {KINDS[kind]}",
        note=f"{len(cells)} strata",
    )


def _scores(scores: Any, size: int, name: str) -> Array:
    values = np.arange(1.0, size + 1) if scores is None else np.asarray(scores, dtype=float)
    if values.shape != (size,) or not np.isfinite(values).all():
        raise CommsvcError(f"{name} do not fit the tables", allowed=f"{size} numbers")
    return values
