"""Do raters, or methods, agree: chance-corrected agreement, Kendall's W, intraclass correlation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.criteria import Array, matrix
from commsvc.inference.checks import as_share
from commsvc.words.messages import Text, message

# How near two categories are, by their places 0 … q − 1 and the farthest two.
_NEAR: Final[Mapping[str, Callable[[Array, int], Array]]] = {
    "none": lambda apart, most: (apart == 0).astype(float),
    "linear": lambda apart, most: 1 - apart / most,
    "quadratic": lambda apart, most: 1 - (apart / most) ** 2,
}
NEAR: Final = tuple(_NEAR)


@dataclass(frozen=True)
class _Rated:
    """Who chose what: 1 where a rater put a unit in a category (n, raters, q), weights (n,) that
    sum to one, and nearness of categories (q, q)."""

    chosen: Array
    weights: Array
    near: Array

    @property
    def counts(self) -> Array:
        """How many raters put each unit in each category (n, q)."""
        return np.asarray(self.chosen.sum(axis=1))

    def shares(self) -> Array:
        """Each category's share (q,) of a unit's ratings, over the units."""
        counts = self.counts
        raters = counts.sum(axis=1)
        w = self.weights * (raters > 0)
        return np.asarray(w / w.sum() @ (counts / np.maximum(raters, 1)[:, None]))

    def observed(self, per: Array | float | None = None) -> float:
        """Weighted agreement of the pairs of raters, over units that two or more rated."""
        counts = self.counts
        raters = counts.sum(axis=1)
        w = self.weights * (raters >= 2)
        pairs = (counts * (counts @ self.near - 1)).sum(axis=1)
        most = (raters if per is None else per) * np.maximum(raters - 1, 1)
        return float(w / w.sum() @ (pairs / most))


def _fleiss(rated: _Rated) -> tuple[float, float]:
    share = rated.shares()
    return rated.observed(), float(share @ rated.near @ share)


def _gwet(rated: _Rated) -> tuple[float, float]:
    share, q = rated.shares(), len(rated.near)
    return rated.observed(), float(rated.near.sum() / (q * (q - 1)) * (share @ (1 - share)))


def _brennan(rated: _Rated) -> tuple[float, float]:
    return rated.observed(), float(rated.near.mean())


def _cohen(rated: _Rated) -> tuple[float, float]:
    """Of two raters; of more Conger's, the mean over their pairs."""
    whole = np.einsum("i,igk->gk", rated.weights, rated.chosen)
    share = whole / np.maximum(whole.sum(axis=1, keepdims=True), 1e-300)
    both = share @ rated.near @ share.T
    m = len(share)
    return rated.observed(), float((both.sum() - np.trace(both)) / (m * (m - 1)))


def _krippendorff(rated: _Rated) -> tuple[float, float]:
    counts = rated.counts
    raters = counts.sum(axis=1)
    w = rated.weights * (raters >= 2)
    w = w / w.sum()
    mean = float(w @ raters)
    share = w @ counts / mean
    # 1/(number of ratings), for pairs are drawn without putting one back: a count, unweighted.
    small = 1 / float(raters[(raters >= 2) & (rated.weights > 0)].sum())
    return (1 - small) * rated.observed(mean) + small, float(share @ rated.near @ share)


# Coefficient -> agreement observed, and expected by chance.
_COEFFICIENTS: Final[Mapping[str, Callable[[_Rated], tuple[float, float]]]] = {
    "cohen": _cohen,
    "fleiss": _fleiss,
    "krippendorff": _krippendorff,
    "gwet": _gwet,
    "brennan-prediger": _brennan,
}
COEFFICIENTS: Final = tuple(_COEFFICIENTS)


def agreement(
    ratings: Any,
    coefficient: str,
    weights: Any = None,
    *,
    categories: Sequence[Any] | None = None,
    near: str = "none",
) -> float:
    """Agreement of raters on categories beyond chance: κ, α, AC1.

    (p_a − p_e)/(1 − p_e) with p_a the share of pairs of raters that agree on a unit; what is held
    for chance differs: `cohen` κ each rater's own shares of the categories (Cohen 1960; of more
    than two raters Conger 1980), `fleiss` κ the shares of all ratings (1971), `krippendorff` α the
    same, drawn without putting one back (1970), `gwet` AC1 (with nearness AC2; 2008)
    Σ π(1 − π)/(q − 1), `brennan-prediger` 1/q (1981). All as in Gwet (2014, *Handbook of
    Inter-Rater Reliability*). Where nearly all ratings are alike κ and α fall to 0 and below,
    however well the raters agree; AC1 does not.

    Parameters
    ----------
    ratings : (n units, m raters) categories, None or NaN where a rater did not rate the unit
    coefficient : one of `COEFFICIENTS`
    weights : (n,) of the units; alike where left out
    categories : all that could be chosen, in their order: chance and nearness depend on them; those
        that were chosen, sorted, where left out
    near : how near misses count, by the categories' places: `none`; `linear` 1 − |i − j|/(q − 1);
        `quadratic` 1 − (i − j)²/(q − 1)² (Krippendorff's interval α where they are evenly spaced)

    Raises
    ------
    CommsvcError : one rater, no unit that two rated, one category only, a rating outside

    Examples
    --------
    By hand: 3 of 4 agree, chance ½, so κ = (¾ − ½)/(1 − ½).

    >>> rated = [["lo", "lo"], ["lo", "hi"], ["hi", "hi"], ["hi", "hi"]]
    >>> agreement(rated, "cohen")
    0.5

    The units are a sample of those there are:

    >>> from commsvc.inference import Sample, by_design
    >>> found = by_design(lambda w: agreement(rated, "gwet", w), Sample(np.ones(4)))
    >>> round(found.estimate, 4), round(found.se, 4)
    (0.5294, 0.5001)
    """
    if coefficient not in _COEFFICIENTS:
        raise unknown_name("coefficient of agreement", coefficient, COEFFICIENTS)
    if near not in _NEAR:
        raise unknown_name("nearness", near, NEAR)
    chosen = _chosen(ratings, categories)
    n, _, q = chosen.shape
    w = np.full(n, 1 / n) if weights is None else np.asarray(weights, dtype=float)
    if w.shape != (n,):
        raise CommsvcError(f"{w.size} weights for {n} units", allowed="one a unit")
    if q < 2:
        raise CommsvcError("one category only: there is no chance to correct for")
    if not ((chosen.sum(axis=(1, 2)) >= 2) & (w > 0)).any():
        raise CommsvcError("no unit was rated by two raters", allowed="one at least")
    places = np.arange(q)
    rated = _Rated(chosen, w / w.sum(), _NEAR[near](np.abs(places[:, None] - places), q - 1))
    observed, chance = _COEFFICIENTS[coefficient](rated)
    if np.isclose(chance, 1.0, rtol=0, atol=1e-14):
        raise CommsvcError("all ratings are alike: there is no chance to correct for")
    return (observed - chance) / (1 - chance)


def _chosen(ratings: Any, categories: Sequence[Any] | None) -> Array:
    """1 where a rater (second) put a unit (first) in a category (third)."""
    table = np.array(ratings, dtype=object)
    if table.ndim != 2 or table.shape[1] < 2:
        raise CommsvcError(f"ratings of shape {table.shape}", allowed="units by two raters or more")
    flat = table.ravel()
    gone = pd.isna(flat)
    known = sorted(pd.unique(flat[~gone])) if categories is None else list(categories)
    if len(set(known)) < len(known):
        raise CommsvcError(f"categories {known}", allowed="each once, in order")
    codes = np.where(gone, -1, pd.Index(known, dtype=object).get_indexer(flat))
    odd = (codes < 0) & ~gone
    if odd.any():
        raise unknown_name("category", flat[odd][0], known)
    return (codes.reshape(table.shape)[..., None] == np.arange(len(known))).astype(float)


def kendalls_w(ratings: Any) -> pd.DataFrame:
    """Kendall's W: how far raters (or methods) put the units in one order.

    W = 12 S/(m²(n³ − n) − m Σ(t³ − t)), corrected for ties; from 0 (no common order) to 1; the
    test is Friedman's, χ² = m(n − 1)W (Kendall & Babington Smith 1939; Siegel & Castellan 1988).

    Parameters
    ----------
    ratings : (n units, m raters) scores or ranks, in one direction for all raters

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

    >>> kendalls_w([[1, 10], [2, 20], [3, 90]])[["count", "base", "statistic", "effect"]]
       count  base  statistic  effect
    0      2     3        4.0     1.0
    """
    from scipy import special, stats

    ranked = stats.rankdata(_scores(ratings, least=3), axis=0)
    n, m = ranked.shape
    totals = ranked.sum(axis=1)
    tied = np.concatenate([np.unique(column, return_counts=True)[1] for column in ranked.T])
    whole = m**2 * (n**3 - n) - m * float((tied.astype(float) ** 3 - tied).sum())
    if whole <= 0:
        raise CommsvcError("every rater puts all units level: there is no order to agree on")
    w = 12 * float(((totals - totals.mean()) ** 2).sum()) / whole
    row = {
        "count": m,
        "base": n,
        "statistic": m * (n - 1) * w,
        "df": n - 1,
        "p": float(special.chdtrc(n - 1, m * (n - 1) * w)),
        "effect": w,
        "mean_rho": (m * w - 1) / (m - 1),
        "method": message("Kendall's W, corrected for ties"),
        "note": message("χ² is rough with so few units and raters") if n <= 7 and m < 20 else "",
    }
    return pd.DataFrame([row])


# Form as Shrout & Fleiss have it -> what it is in words (McGraw & Wong's names).
ICC_FORMS: Final[Mapping[str, Text]] = {
    "ICC(1,1)": message("one-way random, single rating"),
    "ICC(2,1)": message("two-way random, absolute agreement, single rating"),
    "ICC(3,1)": message("two-way mixed, consistency, single rating"),
    "ICC(1,k)": message("one-way random, mean of the raters"),
    "ICC(2,k)": message("two-way random, absolute agreement, mean of the raters"),
    "ICC(3,k)": message("two-way mixed, consistency, mean of the raters"),
}


def icc(ratings: Any, form: str, *, confidence: float = 0.95) -> pd.DataFrame:
    """The intraclass correlation of raters' scores, by the name of its form.

    Which form is a matter of design: are the raters others for each unit (1), a sample of raters
    (2), or the only ones (3); is one rating used or the mean of k? Shrout & Fleiss (1979, Psychol.
    Bull. 86:420); intervals from there and McGraw & Wong (1996).

    Parameters
    ----------
    ratings : (n units, k raters) scores, every unit rated by all
    form : one of `ICC_FORMS`: `ICC(1,1)` … `ICC(3,k)`
    confidence : of the interval

    Returns
    -------
    DataFrame of one row: `group` (form), `count` (raters), `base` (units), `estimate, low, high,
    statistic` (F of no difference between the units), `df, df2, p, method, note`

    Raises
    ------
    CommsvcError : an unknown form, one rater or unit, a missing rating, ratings that are all alike

    Examples
    --------
    By hand: B is one point above A for every unit, so consistent (3) but not in agreement (2).

    >>> rated = [[1, 2], [3, 4], [5, 6]]
    >>> [round(icc(rated, form)["estimate"].item(), 4) for form in ("ICC(2,1)", "ICC(3,1)")]
    [0.8889, 1.0]
    """
    from scipy import stats

    if form not in ICC_FORMS:
        raise unknown_name("form of ICC", form, ICC_FORMS)
    tail = (1 - as_share(confidence, "confidence")) / 2
    n, k, by_unit, by_rater, residual, within = _mean_squares(_scores(ratings, least=2))
    if by_unit == 0 and within == 0:
        raise CommsvcError("all ratings are alike: there is nothing to correlate")
    one_way = form.startswith("ICC(1")
    error, df2 = (within, n * (k - 1)) if one_way else (residual, (n - 1) * (k - 1))
    f = by_unit / error if error > 0 else np.inf
    if form.startswith("ICC(2"):
        low, estimate, high = _absolute(n, k, by_unit, by_rater, residual, tail)
    else:
        # The single-rating form of an F ratio.
        ratios = (f / stats.f.isf(tail, n - 1, df2), f, f * stats.f.isf(tail, df2, n - 1))
        low, estimate, high = ((r - 1) / (r + k - 1) if np.isfinite(r) else 1.0 for r in ratios)
    if form.endswith("k)"):
        # Spearman–Brown, from a single rating to the mean of k.
        low, estimate, high = (k * r / (1 + (k - 1) * r) for r in (low, estimate, high))
    odd = message("negative: raters differ more within units than units do")
    row = {
        "group": form,
        "count": k,
        "base": n,
        "estimate": float(estimate),
        "low": float(low),
        "high": float(high),
        "statistic": f,
        "df": n - 1,
        "df2": df2,
        "p": float(stats.f.sf(f, n - 1, df2)),
        "method": ICC_FORMS[form],
        "note": odd if estimate < 0 else "",
    }
    return pd.DataFrame([row])


def _scores(ratings: Any, least: int) -> Array:
    values = matrix(ratings)
    if values.shape[1] < 2:
        raise CommsvcError(f"{values.shape[1]} rater", allowed="two columns or more")
    if len(values) < least:
        raise CommsvcError(f"{len(values)} units", allowed=f"{least} or more")
    return values


def _mean_squares(ratings: Array) -> tuple[int, int, float, float, float, float]:
    """Units, raters, and mean squares between units, between raters, of what is left, and within
    units."""
    n, k = ratings.shape
    grand, of_unit, of_rater = ratings.mean(), ratings.mean(axis=1), ratings.mean(axis=0)
    residual = ratings - of_unit[:, None] - of_rater + grand
    # What is left of a difference of equal floats is no residual.
    residual[np.abs(residual) < 1e-12 * max(1.0, np.abs(ratings).max())] = 0.0
    by_unit = k * ((of_unit - grand) ** 2).sum() / (n - 1)
    by_rater = n * ((of_rater - grand) ** 2).sum() / (k - 1)
    left = (residual**2).sum() / ((n - 1) * (k - 1))
    within = ((ratings - of_unit[:, None]) ** 2).sum() / (n * (k - 1))
    return n, k, float(by_unit), float(by_rater), float(left), float(within)


def _absolute(
    n: int, k: int, by_unit: float, by_rater: float, residual: float, tail: float
) -> tuple[float, float, float]:
    """ICC(2,1) with Satterthwaite's degrees of freedom (Shrout & Fleiss 1979, p. 424)."""
    from scipy import stats

    noise = k * (by_rater - residual) / n
    rho = (by_unit - residual) / (by_unit + (k - 1) * residual + noise)
    if residual == 0:
        return float("nan"), rho, float("nan")
    fj = by_rater / residual
    unit = n * (1 + (k - 1) * rho) - k * rho
    v = (k - 1) * (n - 1) * (k * rho * fj + unit) ** 2
    v /= (n - 1) * k**2 * rho**2 * fj**2 + unit**2
    upper, lower = stats.f.isf(tail, n - 1, v), stats.f.isf(tail, v, n - 1)
    error = k * by_rater + (k * n - k - n) * residual
    low = n * (by_unit - upper * residual) / (upper * error + n * by_unit)
    high = n * (lower * by_unit - residual) / (error + n * lower * by_unit)
    return float(low), rho, float(high)
