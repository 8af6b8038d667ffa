"""Tests and intervals of shares under a complex design: Rao–Scott, and svyciprop's intervals."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg, optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_positive, as_share, one_of
from commsvc.inference.linearisation import Clusters, cluster_ratio
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
    one_of("Rao–Scott statistic", statistic, STATISTICS)
    totals = as_counts(cells, "cells", ndim=3)
    table = totals.sum(axis=0)
    totals = totals[:, table.sum(1) > 0][:, :, table.sum(0) > 0]
    m, r, c = totals.shape
    if min(r, c) < 2:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to associate",
            allowed="at least two rows and two columns with answers",
        )
    size = as_positive(n, "n")
    shares = cluster_ratio(totals.reshape(m, -1), totals.sum(axis=(1, 2)), clusters)
    p = shares.estimate
    pearson = float(pearson_statistic(as_table(p.reshape(r, c)))) * size
    effects = _design_effects(p, shares.covariance * size, r, c)
    trace, k = float(np.trace(effects)), effects.shape[0]
    if trace <= 0:
        raise CommsvcError("the shares have no variance under this design: nothing to test")
    v = np.sqrt(pearson / size / (min(r, c) - 1))
    method = f"{STATISTICS[statistic]}; effect: Cramér's V of weighted shares"
    free = as_positive(clusters.df if df is None else df, "degrees of freedom")
    if statistic in ("Wald", "adjWald"):
        return _wald(totals, clusters, free, statistic == "adjWald", float(v), method)
    if statistic == "Chisq":
        x = pearson / (trace / k)
        return HypothesisTest(
            x,
            float(k),
            float(special.chdtrc(k, x)),
            effect=float(v),
            method=method,
            note=f"Pearson's chi-square of the weighted shares: {pearson:.10g}",
        )
    first = trace**2 / float(np.trace(effects @ effects))
    second = first * free
    x = pearson / trace
    return HypothesisTest(
        x, first, float(special.fdtrc(first, second, x)), effect=float(v), method=method, df2=second
    )


def _wald(
    totals: Array, clusters: Clusters, df: float, adjusted: bool, effect: float, method: str
) -> HypothesisTest:
    """F of the differences of weighted counts from independence, linearised cluster by cluster."""
    m = totals.shape[0]
    table = totals.sum(axis=0)
    row, column, whole = table.sum(1), table.sum(0), table.sum()
    product = np.outer(row, column)
    expected = totals.sum(2)[:, :, None] * column + row[:, None] * totals.sum(1)[:, None, :]
    linear = (
        totals - expected / whole + product * (totals.sum(axis=(1, 2)) / whole**2)[:, None, None]
    )
    gap = (table - product / whole)[1:, 1:].ravel()
    k = gap.size
    covariance = clusters.covariance(linear[:, 1:, 1:].reshape(m, k))
    if np.linalg.matrix_rank(covariance) < k:
        raise CommsvcError(
            f"{m} clusters do not carry a Wald test of {k} contrasts",
            next_step="use statistic='F', or join rows or columns",
        )
    second = df - k + 1 if adjusted else df
    if second <= 0:
        raise CommsvcError(
            f"{df:g} degrees of freedom for {k} contrasts: no adjusted Wald test",
            next_step="use statistic='F', or join rows or columns",
        )
    x = float(gap @ np.linalg.solve(covariance, gap)) / k * (second / df)
    p = float(special.fdtrc(k, second, x))
    return HypothesisTest(x, float(k), p, effect=effect, method=method, df2=float(second))


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
