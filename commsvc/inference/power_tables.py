"""How many to ask for a trend, for strata held apart, for a margin, and for anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_counts, as_positive, as_share
from commsvc.inference.intervals import effective_size, proportion_interval
from commsvc.inference.power import smallest_size
from commsvc.inference.power_ranks import allotted
from commsvc.inference.results import Interval
from commsvc.inference.sample_size import SampleSize, sized, target_size


def trend_effect(shares: Any, row_scores: Any = None, column_scores: Any = None) -> float:
    """The correlation r of group and answer scores as supposed; of a trend test Cohen's w.

    With it `chi_square_size(r, 1)` gives the answers for Cochran–Armitage or the linear-by-linear
    test, whose noncentrality is n·r² (Agresti 2013, §3.4; §6.6 for the power).

    Parameters
    ----------
    shares : (r, c) shares of all cells, or counts
    row_scores, column_scores : 1, 2, 3 … when left out

    Examples
    --------
    >>> round(trend_effect([[0.25, 0.08], [0.22, 0.11], [0.2, 0.14]]), 4)
    0.1473
    """
    table = as_counts(shares, "shares", ndim=2)
    p = table / table.sum()
    x = np.arange(p.shape[0]) if row_scores is None else np.asarray(row_scores, dtype=float)
    y = np.arange(p.shape[1]) if column_scores is None else np.asarray(column_scores, dtype=float)
    if x.shape != p.shape[:1] or y.shape != p.shape[1:]:
        raise CommsvcError("scores do not fit the table", allowed="one a row, one a column")
    dx, dy = x - p.sum(axis=1) @ x, y - p.sum(axis=0) @ y
    spread = (p.sum(axis=1) @ dx**2) * (p.sum(axis=0) @ dy**2)
    if spread == 0:
        raise CommsvcError("one score holds everybody: there is no trend to see")
    return float(abs(dx @ p @ dy) / np.sqrt(spread))


def stratified_power(
    n: float,
    shares: Any,
    strata: Any = None,
    alpha: float = 0.05,
    *,
    first: float = 0.5,
    deff: float = 1.0,
) -> float:
    """The chance that Cochran–Mantel–Haenszel finds two groups to differ within strata.

    Parameters
    ----------
    n : answers in all
    shares : (k, 2) supposed yes-share of the first and second group in each stratum
    strata : (k,) how the answers fall to the strata; evenly when left out
    first : the first group's part of each stratum

    Notes
    -----
    Normal: Σ(a − E a) against its standard error under equality in every stratum (Wittes and
    Wallenstein 1987, JASA 82).

    Examples
    --------
    >>> round(stratified_power(400, [[0.7, 0.6], [0.5, 0.35]]), 3)
    0.732
    """
    drift, null, true = _stratified(shares, strata, first)
    size = float(effective_size(as_positive(n, "n"), deff))
    z = float(special.ndtri(1 - as_share(alpha, "alpha") / 2))
    return float(special.ndtr((abs(drift) * np.sqrt(size) - z * null) / true))


def stratified_size(
    shares: Any,
    strata: Any = None,
    power: float = 0.8,
    alpha: float = 0.05,
    *,
    first: float = 0.5,
    deff: float = 1.0,
    response: float = 1.0,
) -> SampleSize:
    """Answers with which Cochran–Mantel–Haenszel finds the supposed differences.

    >>> stratified_size([[0.7, 0.6], [0.5, 0.35]]).answers
    472
    """
    drift, null, true = _stratified(shares, strata, first)
    if drift == 0:
        raise CommsvcError("the differences of the strata cancel: no sample shows one")
    z = float(special.ndtri(1 - as_share(alpha, "alpha") / 2))
    simple = ((z * null + float(special.ndtri(as_share(power, "power"))) * true) / drift) ** 2
    return allotted(
        float(simple), np.array([first, 1 - first]), deff, response, "Cochran–Mantel–Haenszel"
    )


def _stratified(shares: Any, strata: Any, first: float) -> tuple[float, float, float]:
    """Drift of the statistic for each answer, and its spread without and with the difference."""
    p = as_counts(shares, "shares", ndim=2)
    if p.shape[1] != 2 or (p > 1).any():
        raise CommsvcError(f"shares of shape {p.shape}", allowed="two shares from 0 to 1 a stratum")
    part = np.ones(len(p)) if strata is None else as_counts(strata, "strata", ndim=1)
    if part.shape != (len(p),):
        raise CommsvcError(f"{part.size} parts for {len(p)} strata")
    part, a = part / part.sum(), as_share(first, "first")
    both = a * (1 - a)
    pooled = a * p[:, 0] + (1 - a) * p[:, 1]
    drift = float(part @ (both * (p[:, 0] - p[:, 1])))
    null = float(np.sqrt(part @ (both * pooled * (1 - pooled))))
    own = (1 - a) * p[:, 0] * (1 - p[:, 0]) + a * p[:, 1] * (1 - p[:, 1])
    return drift, null, float(np.sqrt(part @ (both * own)))


def noninferiority_size(
    share: float,
    target: float,
    margin: float,
    power: float = 0.8,
    alpha: float = 0.05,
    method: str = "normal",
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers that show a share not to be below the target by the margin, when it is `share`.

    A one-sided test against target − margin (`target_size`).

    >>> noninferiority_size(0.9, 0.9, 0.05).answers
    283
    """
    edge = _edge(target, -as_share(margin, "margin"))
    if share <= edge:
        raise CommsvcError(f"a share of {share:g} is inferior", allowed=f"above {edge:g}")
    return target_size(
        share, edge, power, alpha, "greater", method,
        deff=deff, population=population, response=response,
    )  # fmt: skip


def equivalence_size(
    share: float,
    target: float,
    margin: float,
    power: float = 0.8,
    alpha: float = 0.05,
    *,
    deff: float = 1.0,
    population: float | None = None,
    response: float = 1.0,
) -> SampleSize:
    """Answers that show a share to lie within the margin of the target, when it is `share`.

    Two one-sided score tests, both of which have to reject (Schuirmann 1987); normal.

    >>> equivalence_size(0.8, 0.8, 0.05).answers
    547
    """
    low = _edge(target, -as_share(margin, "margin"))
    high = _edge(target, margin)
    p, level = as_share(share, "share"), as_share(alpha, "alpha")
    if not low < p < high:
        raise CommsvcError(
            f"a share of {p:g} is not equivalent", allowed=f"between {low:g} and {high:g}"
        )
    z, own = float(special.ndtri(1 - level)), np.sqrt(p * (1 - p))

    def reached(n: float) -> float:
        above = ((p - low) * np.sqrt(n) - z * np.sqrt(low * (1 - low))) / own
        below = ((high - p) * np.sqrt(n) - z * np.sqrt(high * (1 - high))) / own
        return float(max(special.ndtr(above) + special.ndtr(below) - 1, 0.0))

    simple = smallest_size(reached, power, 1.0)
    return sized(simple, deff, population, response, "equivalence (TOST), normal")


def _edge(target: float, margin: float) -> float:
    edge = as_share(target, "target") + margin
    if not 0 < edge < 1:
        raise CommsvcError(
            f"a margin of {abs(margin):g} leads to a share of {edge:g}",
            allowed="target − margin and target + margin between 0 and 1",
        )
    return edge


def simulated_power(
    draw: Callable[[np.random.Generator], Any],
    test: Callable[[Any], float],
    alpha: float = 0.05,
    *,
    runs: int = 1000,
    seed: int,
    confidence: float = 0.95,
) -> Interval:
    """The power of any test, by drawing data as they are supposed to be, again and again.

    For what has no formula here: Jonckheere, Cochran's Q, an ordered logit, an exact test, a
    clustered sample drawn as it will be.

    Parameters
    ----------
    draw : makes one set of data with the random generator it is given
    test : P of such data
    runs, seed : how often; the seed is needed, so that the numbers come again

    Returns
    -------
    Interval of the share of runs with P at most alpha; its width is that of the simulation

    Examples
    --------
    >>> from commsvc.inference import jonckheere_test
    >>> shares = [[0.4, 0.3, 0.3], [0.3, 0.3, 0.4], [0.2, 0.3, 0.5]]
    >>> power = simulated_power(
    ...     lambda random: [random.multinomial(40, row) for row in shares],
    ...     lambda table: jonckheere_test(table).p, runs=200, seed=1)
    >>> 0.45 < power.estimate < 0.65
    True
    """
    if runs < 1:
        raise CommsvcError(f"{runs} runs", allowed="1 or more; 1000 gives ±3 points")
    level, random = as_share(alpha, "alpha"), np.random.default_rng(seed)
    hits = sum(float(test(draw(random))) <= level for _ in range(runs))
    found = proportion_interval(hits, runs, confidence=confidence)
    return found.with_note(f"{runs} simulated data sets, seed {seed}")
