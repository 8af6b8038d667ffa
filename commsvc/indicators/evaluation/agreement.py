"""Do raters, or methods, agree: Kendall's W, intraclass correlation, weighted kappa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, numbers
from commsvc.indicators.frames import column_values

# Form as Shrout & Fleiss have it -> what it is in words (McGraw & Wong's names).
ICC_FORMS: Final = {
    "ICC(1,1)": "one-way random, single rating",
    "ICC(2,1)": "two-way random, absolute agreement, single rating",
    "ICC(3,1)": "two-way mixed, consistency, single rating",
    "ICC(1,k)": "one-way random, mean of the raters",
    "ICC(2,k)": "two-way random, absolute agreement, mean of the raters",
    "ICC(3,k)": "two-way mixed, consistency, mean of the raters",
}
KAPPA_WEIGHTS: Final = ("none", "linear", "quadratic")


def kendalls_w(frame: Any, raters: Sequence[str]) -> pd.DataFrame:
    """Kendall's W: how far raters (or methods) put the units in one order.

    W = 12 S/(m²(n³ − n) − m Σ(t³ − t)), corrected for ties; from 0 (no common order) to 1; the
    test is Friedman's, χ² = m(n − 1)W (Kendall & Babington Smith 1939; Siegel & Castellan 1988).

    Parameters
    ----------
    frame : a row a unit, a column a rater; scores or ranks, in one direction for all raters
    raters : the raters' columns, two or more

    Returns
    -------
    DataFrame of one row: `count` (raters), `base` (units), `statistic, df, p, effect` (W),
    `mean_rho` (the mean of Spearman's ρ over pairs, (mW − 1)/(m − 1)), `method, note`

    Raises
    ------
    CommsvcError : one rater, fewer than three units, a missing rating, nothing but ties

    Examples
    --------
    By hand: two raters in full agreement.

    >>> table = pd.DataFrame({"a": [1, 2, 3], "b": [10, 20, 90]})
    >>> kendalls_w(table, ["a", "b"])[["count", "base", "statistic", "effect", "mean_rho"]]
       count  base  statistic  effect  mean_rho
    0      2     3        4.0     1.0       1.0
    """
    from scipy import stats

    ratings = _ratings(frame, raters, least_units=3)
    n, m = ratings.shape
    ranked = stats.rankdata(ratings, axis=0)
    totals = ranked.sum(axis=1)
    ties = sum(
        float((t**3 - t).sum()) for t in (np.unique(c, return_counts=True)[1] for c in ranked.T)
    )
    whole = m**2 * (n**3 - n) - m * ties
    if whole <= 0:
        raise CommsvcError("every rater puts all units level: there is no order to agree on")
    w = 12 * float(((totals - totals.mean()) ** 2).sum()) / whole
    statistic = m * (n - 1) * w
    row = {
        "count": m,
        "base": n,
        "statistic": statistic,
        "df": n - 1,
        "p": float(stats.chi2.sf(statistic, n - 1)),
        "effect": w,
        "mean_rho": (m * w - 1) / (m - 1),
        "method": "Kendall's W, corrected for ties",
        "note": "χ² is rough with so few units and raters" if n <= 7 and m < 20 else "",
    }
    return pd.DataFrame([row])


@dataclass(frozen=True)
class _MeanSquares:
    n: int
    k: int
    units: float
    raters: float
    residual: float
    within: float


def icc(frame: Any, raters: Sequence[str], form: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """The intraclass correlation of raters' scores, by the name of its form.

    Which form is a matter of design: are the raters others for each unit (1), a sample of raters
    (2), or the only ones (3); is one rating used or the mean of k? Shrout & Fleiss (1979, Psychol.
    Bull. 86:420); intervals from there and McGraw & Wong (1996).

    Parameters
    ----------
    frame : a row a unit, a column a rater, every unit rated by all
    raters : the raters' columns
    form : one of `ICC_FORMS`: `ICC(1,1)` … `ICC(3,k)`
    confidence : of the interval

    Returns
    -------
    DataFrame of one row: `group` (form), `count` (raters), `base` (units), `estimate, low, high,
    statistic` (F of no difference between the units), `df, df2, p, method, note`

    Examples
    --------
    By hand: B is one point above A for every unit, so consistent (3) but not in agreement (2).

    >>> table = pd.DataFrame({"A": [1.0, 3, 5], "B": [2.0, 4, 6]})
    >>> [round(icc(table, ["A", "B"], form)["estimate"].item(), 4) for form in (
    ...     "ICC(2,1)", "ICC(3,1)")]
    [0.8889, 1.0]
    """
    from scipy import stats

    from commsvc.inference.checks import as_share

    if form not in ICC_FORMS:
        raise unknown_name("form of ICC", form, ICC_FORMS)
    tail = (1 - as_share(confidence, "confidence")) / 2
    ratings = _ratings(frame, raters, least_units=2)
    ms = _mean_squares(ratings)
    if ms.units == 0 and ms.within == 0:
        raise CommsvcError("all ratings are alike: there is nothing to correlate")
    n, k = ms.n, ms.k
    error = ms.within if form.startswith("ICC(1") else ms.residual
    df, df2 = n - 1, (n * (k - 1) if form.startswith("ICC(1") else (n - 1) * (k - 1))
    f = ms.units / error if error > 0 else np.inf
    if form.startswith("ICC(2"):
        low, estimate, high = _absolute(ms, f, tail)
    else:
        # The single-rating form of an F ratio.
        ratios = (f / stats.f.ppf(1 - tail, df, df2), f, f * stats.f.ppf(1 - tail, df2, df))
        low, estimate, high = ((r - 1) / (r + k - 1) if np.isfinite(r) else 1.0 for r in ratios)
    if form.endswith("k)"):
        # Spearman–Brown, from a single rating to the mean of k.
        low, estimate, high = (k * r / (1 + (k - 1) * r) for r in (low, estimate, high))
    row = {
        "group": form,
        "count": k,
        "base": n,
        "estimate": float(estimate),
        "low": float(low),
        "high": float(high),
        "statistic": f,
        "df": df,
        "df2": df2,
        "p": float(stats.f.sf(f, df, df2)),
        "method": ICC_FORMS[form],
        "note": "negative: raters differ more within units than units do" if estimate < 0 else "",
    }
    return pd.DataFrame([row])


def weighted_kappa(
    frame: Any,
    first: str,
    second: str,
    categories: Sequence[Any],
    *,
    weights: str,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Cohen's kappa of two raters on ordered categories, with weights for near misses.

    Agreement weights 1 − |i − j|/(c − 1) (`linear`), 1 − (i − j)²/(c − 1)² (`quadratic`), or only
    equal ones (`none`); errors of Fleiss, Cohen & Everitt (1969), by statsmodels.

    Parameters
    ----------
    frame : a row a unit
    first, second : the two raters' columns
    categories : every category in its order, whether or not it was chosen: the weights depend
        on how many there are
    weights : `none`, `linear`, `quadratic`

    Returns
    -------
    DataFrame of one row: `base` (units), `count` (on which they agree exactly), `estimate, se,
    low, high, statistic` (z of no agreement beyond chance), `p, method, note`

    Examples
    --------
    By hand: 3 of 4 agree, chance ½, so κ = (¾ − ½)/(1 − ½).

    >>> table = pd.DataFrame({"A": ["lo", "lo", "hi", "hi"], "B": ["lo", "hi", "hi", "hi"]})
    >>> weighted_kappa(table, "A", "B", ["lo", "hi"], weights="none")["estimate"].item()
    0.5
    """
    from scipy.special import ndtri
    from statsmodels.stats.inter_rater import cohens_kappa

    from commsvc.inference.checks import as_share

    if weights not in KAPPA_WEIGHTS:
        raise unknown_name("kappa weights", weights, KAPPA_WEIGHTS)
    z = float(ndtri((1 + as_share(confidence, "confidence")) / 2))
    table = _cross(column_values(frame, first, second), list(categories))
    if (np.count_nonzero(table.sum(axis=0)) == 1) and (np.count_nonzero(table.sum(axis=1)) == 1):
        raise CommsvcError("both raters use one category only: there is no chance to correct for")
    kind = {"none": None, "linear": "linear", "quadratic": "quadratic"}[weights]
    found = cohens_kappa(table, wt=kind)
    estimate, se = float(found.kappa), float(found.std_kappa)
    row = {
        "base": int(table.sum()),
        "count": int(np.trace(table)),
        "estimate": estimate,
        "se": se,
        "low": max(-1.0, estimate - z * se),
        "high": min(1.0, estimate + z * se),
        "statistic": float(found.z_value),
        "p": float(found.pvalue_two_sided),
        "method": f"Cohen's kappa, {weights} weights" if kind else "Cohen's kappa, unweighted",
        "note": f"{len(categories)} categories",
    }
    return pd.DataFrame([row])


def _ratings(frame: Any, raters: Sequence[str], least_units: int) -> Array:
    if isinstance(raters, str) or len(raters) < 2:
        raise CommsvcError(f"raters {raters!r}", allowed="two columns or more")
    rows = len(column_values(frame, raters[0]))
    if rows < least_units:
        raise CommsvcError(f"{rows} units", allowed=f"{least_units} or more")
    return numbers(frame, list(raters), tuple(f"row {i}" for i in range(rows)))


def _mean_squares(ratings: Array) -> _MeanSquares:
    n, k = ratings.shape
    grand, by_unit, by_rater = ratings.mean(), ratings.mean(axis=1), ratings.mean(axis=0)
    residual = ratings - by_unit[:, None] - by_rater + grand
    # What is left of a difference of equal floats is no residual.
    residual[np.abs(residual) < 1e-12 * max(1.0, np.abs(ratings).max())] = 0.0
    return _MeanSquares(
        n,
        k,
        units=float(k * ((by_unit - grand) ** 2).sum() / (n - 1)),
        raters=float(n * ((by_rater - grand) ** 2).sum() / (k - 1)),
        residual=float((residual**2).sum() / ((n - 1) * (k - 1))),
        within=float(((ratings - by_unit[:, None]) ** 2).sum() / (n * (k - 1))),
    )


def _absolute(ms: _MeanSquares, f: float, tail: float) -> tuple[float, float, float]:
    """ICC(2,1) with Satterthwaite's degrees of freedom (Shrout & Fleiss 1979, p. 424)."""
    from scipy import stats

    n, k = ms.n, ms.k
    whole = ms.units + (k - 1) * ms.residual + k * (ms.raters - ms.residual) / n
    rho = (ms.units - ms.residual) / whole
    if ms.residual == 0:
        return float("nan"), rho, float("nan")
    fj = ms.raters / ms.residual
    a = k * rho * fj + n * (1 + (k - 1) * rho) - k * rho
    v = (k - 1) * (n - 1) * a**2
    v /= (n - 1) * k**2 * rho**2 * fj**2 + (n * (1 + (k - 1) * rho) - k * rho) ** 2
    upper, lower = stats.f.ppf(1 - tail, n - 1, v), stats.f.ppf(1 - tail, v, n - 1)
    noise = k * ms.raters + (k * n - k - n) * ms.residual
    low = n * (ms.units - upper * ms.residual) / (upper * noise + n * ms.units)
    high = n * (lower * ms.units - ms.residual) / (noise + n * lower * ms.units)
    return float(low), rho, float(high)


def _cross(pairs: list[tuple[Any, Any]], categories: list[Any]) -> Any:
    if len(categories) < 2 or len(set(categories)) < len(categories):
        raise CommsvcError(f"categories {categories}", allowed="two or more, each once, in order")
    place = {category: i for i, category in enumerate(categories)}
    table = np.zeros((len(categories), len(categories)))
    for row, pair in enumerate(pairs):
        for value in pair:
            if value is None:
                raise CommsvcError("a rating is missing", where=f"row {row}")
            if value not in place:
                raise unknown_name("category", value, categories, where=f"row {row}")
        table[place[pair[0]], place[pair[1]]] += 1
    if len(pairs) < 2:
        raise CommsvcError(f"{len(pairs)} units", allowed="two or more")
    return table
