"""Intervals for all shares of one question at once."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_share, both_within, one_of
from commsvc.inference.intervals import proportion_interval
from commsvc.inference.results import Interval

MULTINOMIAL_METHODS = {
    "goodman": "Goodman simultaneous",
    "sison-glaz": "Sison–Glaz simultaneous",
    "bonferroni": "Clopper–Pearson with Bonferroni, simultaneous",
}


def multinomial_intervals(
    counts: Any, method: str = "goodman", confidence: float = 0.95, *, deff: float = 1.0
) -> Interval:
    """Intervals for all shares of one question that hold together, with `confidence`.

    Parameters
    ----------
    counts : (k,) answers in each of the k levels; the base is their sum
    method : "goodman", "sison-glaz" or "bonferroni" (Clopper–Pearson, each at 1 − α/k)
    deff : design effect; for "sison-glaz" only 1, since it counts whole people

    Returns
    -------
    Interval whose numbers are arrays of shape (k,)

    Notes
    -----
    Goodman (1965, Technometrics 7) is Wilson's interval at 1 − α/k. Sison and Glaz (1995, JASA
    90), with the Edgeworth approximation of May and Johnson (2000, J. Stat. Softw. 5(6)).

    Examples
    --------
    >>> multinomial_intervals([161, 60, 9]).low.round(4)
    array([0.6235, 0.198 , 0.0181])
    """
    one_of("simultaneous interval", method, MULTINOMIAL_METHODS)
    answers = as_counts(counts, ndim=1, whole=method == "sison-glaz")
    n, k = answers.sum(), answers.size
    alpha = 1 - as_share(confidence, "confidence")
    if k < 2:
        raise CommsvcError("one level has no simultaneous interval", allowed="two levels or more")
    if method == "sison-glaz":
        if deff != 1:
            raise CommsvcError(
                "Sison–Glaz counts whole people and takes no design effect",
                allowed="deff=1",
                next_step="use method='goodman'",
            )
        both_within(0, n)
        low, high = _sison_glaz(answers, alpha)
        se = np.sqrt(answers / n * (1 - answers / n) / n)
    else:
        inner = "wilson" if method == "goodman" else "clopper-pearson"
        each = proportion_interval(answers, n, inner, 1 - alpha / k, deff=deff)
        low, high, se = each.low, each.high, each.se
    return Interval(
        estimate=answers / n,
        low=low,
        high=high,
        se=se,
        count=answers,
        base=np.full(k, n),
        confidence=confidence,
        method=MULTINOMIAL_METHODS[method],
        note="" if deff == 1 else f"design effect {deff:g}",
    )


def _sison_glaz(counts: Array, alpha: float) -> tuple[Array, Array]:
    """Ends by Sison and Glaz: p − c/n and p + (c + 2γ)/n."""
    n = counts.sum()
    # Upwards one by one, not by halving: for few answers the approximation is not monotone.
    # A box of half-width 0 is taken to hold nothing, and one of half-width n everything, as in
    # the authors' program, so that tiny samples have a solution.
    half, below, above = 0, 0.0, _box_coverage(counts, 1) if n > 1 else 1.0
    while not below <= 1 - alpha < above and half < n:
        half, below = half + 1, above
        above = _box_coverage(counts, half + 1) if half + 1 < n else 1.0
    gamma = (1 - alpha - below) / (above - below)
    share = counts / n
    return np.maximum(share - half / n, 0), np.minimum(share + (half + 2 * gamma) / n, 1)


def _box_coverage(counts: Array, half: int) -> float:
    """P that every multinomial count lies within `half` of its expectation (Edgeworth)."""
    n = counts.sum()
    mass, moments = 1.0, np.zeros((4, counts.size))
    for i, mean in enumerate(counts):
        k = np.arange(max(mean - half, 0), min(mean + half, n) + 1)
        p = np.exp(special.xlogy(k, mean) - mean - special.gammaln(k + 1))
        mass *= p.sum()
        p /= p.sum()
        centre = (k * p).sum()
        d = k - centre
        moments[:, i] = centre, (d**2 * p).sum(), (d**3 * p).sum(), (d**4 * p).sum()
    m1, m2, m3, m4 = moments
    variance = m2.sum()
    if variance == 0:
        return 0.0
    g1, g2 = m3.sum() / variance**1.5, (m4 - 3 * m2**2).sum() / variance**2
    x = (n - m1.sum()) / np.sqrt(variance)
    series = (
        1
        + g1 * (x**3 - 3 * x) / 6
        + g2 * (x**4 - 6 * x**2 + 3) / 24
        + g1**2 * (x**6 - 15 * x**4 + 45 * x**2 - 15) / 72
    )
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi * variance) * series
    whole = np.exp(special.xlogy(n, n) - n - special.gammaln(n + 1))
    return float(mass * density / whole)
