"""Tests of a table under a complex design: Rao and Scott's, and Wald's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import linalg, special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_effects import design_cramers_v
from commsvc.inference.cell_totals import Cells, ClusterCells
from commsvc.inference.checks import Array, as_counts, as_positive, one_of
from commsvc.inference.linearisation import Clusters
from commsvc.inference.results import HypothesisTest
from commsvc.inference.tables import as_table, pearson_statistic

# Where a matrix is worse conditioned, its solution is noise; R stops there, too.
_WORST = 1e12
STATISTICS = {
    "F": "Rao–Scott second order (F)",
    "Chisq": "Rao–Scott first order (chi-square)",
    "Wald": "Wald (Koch, Freeman and Freeman)",
    "adjWald": "adjusted Wald",
}


def rao_scott_test(
    cells: Any, clusters: Clusters, n: float, statistic: str = "F", df: float | None = None
) -> HypothesisTest:
    """Whether two questions are related, in a weighted, stratified or clustered sample.

    Parameters
    ----------
    cells : (m, r, c) weighted totals of each cell in each cluster
    clusters : the m sampled clusters
    n : unweighted number of people in the table
    statistic : by the names of R's svychisq: "F" (second order, Satterthwaite), "Chisq" (first
        order), "Wald" or "adjWald" (its F corrected for the degrees of freedom; use it rather than
        "Wald", which rejects too often when clusters are few)
    df : degrees of freedom of the design; clusters minus strata when left out

    Returns
    -------
    HypothesisTest; all but "Chisq" have df and df2; effect is Cramér's V of the weighted shares,
    with the interval of `design_cramers_v`. Rows and columns with nobody are left out.

    Notes
    -----
    Rao and Scott (1984, Ann. Statist. 12); Thomas and Rao (1987). The statistic is Pearson's of
    the weighted shares with n people, over the trace ("F") or the mean ("Chisq") of the
    generalised design effects. R prints Pearson's undivided for "Chisq", beside the same P: the
    note gives it, so that statistic, df and P here agree with each other. Wald: Koch, Freeman and
    Freeman (1975, Int. Stat. Rev. 43) on the differences of counts from independence; adjusted as
    by Fellegi (1980, JASA 75).

    Examples
    --------
    >>> cells = [[[4, 2], [1, 5]], [[6, 1], [2, 3]], [[5, 5], [3, 4]], [[7, 2], [2, 6]]]
    >>> t = rao_scott_test(cells, Clusters(size=4), n=58)
    >>> round(t.statistic, 3), t.df, t.df2, round(t.p, 4)
    (8.178, 1.0, 3.0, 0.0646)
    """
    totals = as_counts(cells, "cells", ndim=3)
    m, r, c = totals.shape
    held = ClusterCells(np.zeros(r * c), totals.reshape(m, r * c, 1), clusters)
    return association_test(held, (r, c), n, statistic, clusters.df if df is None else df)


def association_test(
    cells: Cells,
    shape: tuple[int, int],
    n: float | None = None,
    statistic: str = "F",
    df: float | None = None,
    confidence: float = 0.95,
) -> HypothesisTest:
    """`rao_scott_test` of the cells of any design.

    Parameters
    ----------
    cells : the table's cells, row after row, p = 1
    shape : rows and columns
    n : unweighted number of people; the cells' own when left out
    statistic : see `rao_scott_test`
    df : degrees of freedom; those of the cells (as R's degf of the subset) when left out
    """
    one_of("Rao–Scott statistic", statistic, STATISTICS)
    table = cells.sums[:, 0].reshape(shape)
    rows, columns = table.sum(1) > 0, table.sum(0) > 0
    cells = cells.take(np.flatnonzero(np.outer(rows, columns)))
    table = table[rows][:, columns]
    r, c = table.shape
    if min(r, c) < 2:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to associate",
            allowed="at least two rows and two columns with answers",
        )
    size = as_positive(float(cells.counts.sum()) if n is None else n, "n")
    shares = cells.ratio(np.eye(r * c), np.ones((r * c, 1)))
    p = shares.estimate
    pearson = float(pearson_statistic(as_table(p.reshape(r, c)))) * size
    effects = _design_effects(p, shares.covariance * size, r, c)
    trace, k = float(np.trace(effects)), effects.shape[0]
    if trace <= 0:
        raise CommsvcError("the shares have no variance under this design: nothing to test")
    v = np.sqrt(pearson / size / (min(r, c) - 1))
    free = shares.df if df is None else df
    if free <= 0:
        raise CommsvcError(
            "no degrees of freedom: one cluster a stratum holds everybody of the table",
            next_step="join strata, or compare larger groups",
        )
    if statistic in ("Wald", "adjWald"):
        test = _wald(cells, table, float(free), statistic == "adjWald")
    elif statistic == "Chisq":
        x = pearson / (trace / k)
        test = HypothesisTest(
            x,
            float(k),
            float(special.chdtrc(k, x)),
            note=f"Pearson's chi-square of the weighted shares: {pearson:.10g}",
        )
    else:
        first = trace**2 / float(np.trace(effects @ effects))
        second = first * free
        x = pearson / trace
        p_value = float(special.fdtrc(first, second, x))
        test = HypothesisTest(x, first, p_value, df2=second)
    first = trace**2 / float(np.trace(effects @ effects))
    scale = trace / (first * size * (min(r, c) - 1))
    ends = design_cramers_v(pearson / trace, first, first * free, scale, confidence)
    name = f"{STATISTICS[statistic]}; effect: Cramér's V of weighted shares"
    return replace(test, effect=float(v), effect_low=ends[0], effect_high=ends[1], method=name)


def _wald(cells: Cells, table: Array, df: float, adjusted: bool) -> HypothesisTest:
    """F of the differences of weighted counts from independence, linearised."""
    r, c = table.shape
    row, column, whole = table.sum(1), table.sum(0), table.sum()
    product = np.outer(row, column)
    here, there = np.eye(r), np.eye(c)
    # What a person of cell (a, b) adds to the gap of cell (i, j).
    linear = np.einsum("ai,bj->abij", here, there) + product / whole**2
    linear -= np.einsum("ai,j->aij", here, column)[:, None] / whole
    linear -= np.einsum("i,bj->bij", row, there)[None] / whole
    gap = (table - product / whole)[1:, 1:].ravel()
    k = gap.size
    covariance = cells.total(linear[:, :, 1:, 1:].reshape(r * c, k)).covariance
    if np.linalg.matrix_rank(covariance) < k:
        raise CommsvcError(
            f"{df:g} degrees of freedom do not carry a Wald test of {k} contrasts",
            next_step="use statistic='F', or join rows or columns",
        )
    second = df - k + 1 if adjusted else df
    if second <= 0:
        raise CommsvcError(
            f"{df:g} degrees of freedom for {k} contrasts: no adjusted Wald test",
            next_step="use statistic='F', or join rows or columns",
        )
    x = float(gap @ np.linalg.solve(covariance, gap)) / k * (second / df)
    return HypothesisTest(x, float(k), float(special.fdtrc(k, second, x)), df2=float(second))


def _design_effects(p: Array, covariance: Array, r: int, c: int) -> Array:
    """The matrix of generalised design effects of the interaction contrasts of r·c shares."""
    contrasts = np.kron(linalg.helmert(r).T, linalg.helmert(c).T)
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)[:, None] * contrasts
    left = contrasts.T @ inverse
    if np.linalg.cond(left) > _WORST:
        raise CommsvcError(
            f"{int((p == 0).sum())} of {p.size} cells hold nobody: the design effects of the table "
            "cannot be told apart",
            next_step="join groups or levels",
        )
    return np.asarray(linalg.solve(left, inverse.T @ covariance @ inverse))
