"""Tests and intervals of shares under a complex design: Rao–Scott, and svyciprop's intervals."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from scipy import linalg, optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells, ClusterCells
from commsvc.inference.checks import Array, as_counts, as_positive, as_share, one_of
from commsvc.inference.linearisation import Clusters
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.inference.tables import as_table, pearson_statistic

STATISTICS = {
    "F": "Rao–Scott second order (F)",
    "Chisq": "Rao–Scott first order (chi-square)",
    "Wald": "Wald (Koch, Freeman and Freeman)",
    "adjWald": "adjusted Wald",
}
SHARE_METHODS = {
    "logit": "logit",
    "likelihood": "scaled likelihood",
    "asin": "arcsine square root",
    "beta": "Korn–Graubard (beta)",
    "mean": "Wald (t)",
    "xlogit": "logit",
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
    HypothesisTest; all but "Chisq" have df and df2; effect is Cramér's V of the weighted shares.
    Rows and columns with nobody are left out.

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
    name = f"{STATISTICS[statistic]}; effect: Cramér's V of weighted shares"
    return replace(test, effect=float(v), method=name)


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
    return np.asarray(linalg.solve(contrasts.T @ inverse, inverse.T @ covariance @ inverse))


def share_interval(
    share: float,
    variance: float,
    df: float,
    n: float | None = None,
    method: str = "logit",
    confidence: float = 0.95,
) -> Interval:
    """The interval of a share under a complex design, by the names of R's svyciprop.

    Parameters
    ----------
    share, variance : the weighted share and its design-based variance
    df : degrees of freedom of the design (infinite is allowed)
    n : unweighted number of answers, needed by "beta" and "likelihood"
    method : "logit" and "xlogit" (one delta method here, two ways to it in R), "asin", "mean",
        "beta" (Korn and Graubard 1998: Clopper–Pearson at the effective n, corrected for df) or
        "likelihood" (Rao and Scott's scaled likelihood ratio, with R's dispersion n/(n − 1); R
        interpolates a profile, which is off by some 4e-6; this solves for the ends)

    Returns
    -------
    Interval; where the design's variance is 0 (a share of 0 or 1) only "beta" has one, from n
    itself; the others are NaN and say so.

    Examples
    --------
    >>> ci = share_interval(0.7, 0.04**2, df=30)
    >>> round(ci.low, 4), round(ci.high, 4)
    (0.6126, 0.7749)
    """
    one_of("interval of a share", method, SHARE_METHODS)
    tail = (1 - as_share(confidence, "confidence")) / 2
    if not 0 <= share <= 1 or variance < 0 or not df > 0:
        raise CommsvcError(
            f"share {share:g}, variance {variance:g}, df {df:g}",
            allowed="a share from 0 to 1, variance 0 or more, df above 0",
        )
    t = float(special.ndtri(1 - tail) if np.isinf(df) else special.stdtrit(df, 1 - tail))
    if method in ("beta", "likelihood") and n is None:
        raise CommsvcError(f"method {method!r} needs n, the unweighted number of answers")
    size = float("nan") if n is None else as_positive(n, "n", least=2)
    se, note = float(np.sqrt(variance)), ""
    if variance == 0 and method != "beta":
        low, high = float("nan"), float("nan")
        note = "no interval: the design's variance is 0; try method='beta'"
    elif method == "mean":
        low, high = share - t * se, share + t * se
    elif method == "asin":
        centre, half = np.arcsin(np.sqrt(share)), t * se / (2 * np.sqrt(share * (1 - share)))
        low, high = np.sin(centre - half) ** 2, np.sin(centre + half) ** 2
    elif method == "beta":
        low, high = _korn_graubard(share, variance, size, t, tail)
    elif method == "likelihood":
        low, high = _likelihood_ends(share, variance * size / (size - 1), t)
    else:
        centre, half = special.logit(share), t * se / (share * (1 - share))
        low, high = special.expit(centre - half), special.expit(centre + half)
    return Interval(
        share, float(low), float(high), se,
        base=size,
        confidence=confidence, method=SHARE_METHODS[method], note=note,
    )  # fmt: skip


def _korn_graubard(
    share: float, variance: float, n: float, t: float, tail: float
) -> tuple[float, float]:
    """Clopper–Pearson at the effective n times (t of n − 1 over t of the design)²."""
    effective = n if variance == 0 else share * (1 - share) / variance
    effective *= (float(special.stdtrit(n - 1, 1 - tail)) / t) ** 2
    x, rest = effective * share, effective * (1 - share)
    low = 0.0 if x == 0 else float(special.betaincinv(x, rest + 1, tail))
    high = 1.0 if rest == 0 else float(special.betainccinv(x + 1, rest, tail))
    return low, high


def _likelihood_ends(share: float, variance: float, t: float) -> tuple[float, float]:
    """Where the binomial deviance at the effective n reaches t²."""
    effective = share * (1 - share) / variance

    def excess(p: float) -> float:
        kept = special.xlogy(share, share / p) + special.xlogy(1 - share, (1 - share) / (1 - p))
        return float(2 * effective * kept - t**2)

    edge = 1e-15
    return (
        float(optimize.brentq(excess, edge, share)),
        float(optimize.brentq(excess, share, 1 - edge)),
    )
