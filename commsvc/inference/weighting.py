"""Weights that add up to what is known, and replicate weights made from clusters.

A calibration gives a new `Sample` that remembers what was held fixed, so that every error after it
is that of the calibrated estimate; replicate weights are calibrated each by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import linalg, special

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.clusters import Clusters
from commsvc.inference.replicates import Replicates
from commsvc.inference.sample import Sample
from commsvc.words.messages import Text, joined, message

METHODS = ("linear", "raking", "logit")
UNBOUNDED = (-np.inf, np.inf)


def calibrated_weights(
    weights: Any,
    columns: Any,
    totals: Any,
    method: str = "linear",
    *,
    bounds: tuple[float, float] = UNBOUNDED,
    trim: tuple[float, float] | None = None,
    tolerance: float = 1e-12,
    iterations: int = 100,
) -> Array:
    """Weights nearest the given ones whose totals of `columns` are `totals`.

    Parameters
    ----------
    weights : (n,) weights before
    columns : (n, k) what is known of each person; include a column of ones for the population size
    totals : (k,) the population's totals of the columns
    method : by the names of R's calibrate: "linear" (GREG; weights may become negative without
        bounds), "raking" (exponential, always positive), "logit" (needs bounds, stays within)
    bounds : smallest and largest factor on a weight, with "linear" (truncated) and "logit"
    trim : after calibration, factors outside are set to the nearer end and what is cut off is
        spread evenly over the factors of the others, as in R; the totals then hold only nearly
    tolerance : largest misfit of a total over 1 + its size
    iterations : most Newton steps

    Returns
    -------
    (n,) weights

    Notes
    -----
    Deville and Särndal (1992, JASA 87); Newton steps with halving, as R's grake.

    Examples
    --------
    >>> calibrated_weights([1, 1, 2], [[1, 0], [1, 1], [1, 1]], [10, 4], "raking")
    array([6.        , 1.33333333, 2.66666667])
    """
    one_of("method of calibration", method, METHODS)
    w = as_counts(weights, "weights", ndim=1)
    x = np.asarray(columns, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    goal = np.atleast_1d(np.asarray(totals, dtype=float))
    if x.shape != (w.size, goal.size):
        raise CommsvcError(
            f"columns of shape {x.shape} for {w.size} people and {goal.size} totals",
            allowed="one row a person, one column a total",
        )
    if not (np.isfinite(x[w > 0]).all() and np.isfinite(goal).all()):
        raise CommsvcError(
            "columns or totals are missing", allowed="a known value for everybody with a weight"
        )
    x = np.where(w[:, None] > 0, x, 0.0)
    factor = _factors(w, x, goal, method, bounds, tolerance, iterations)
    if trim is not None:
        kept = np.clip(factor, *trim)
        held = kept == factor
        if not held[w > 0].any():
            raise CommsvcError(f"every factor is outside {trim}", next_step="trim less")
        spare = float(((factor - kept) * w).sum() / w[held].sum())
        factor = np.where(held, kept + spare, kept)
    return np.asarray(w * factor)


def _factors(
    w: Array,
    x: Array,
    goal: Array,
    method: str,
    bounds: tuple[float, float],
    tolerance: float,
    iterations: int,
) -> Array:
    """The factor on each weight, by Newton's method on the multipliers of the totals."""
    low, high = bounds
    if not low < 1 < high or (method == "logit" and not np.isfinite(bounds).all()):
        raise CommsvcError(
            f"bounds {bounds} with method {method!r}",
            allowed="a factor below 1 and one above, both finite for 'logit'",
        )

    def curve(u: Array) -> tuple[Array, Array]:
        if method == "raking":
            with np.errstate(over="ignore"):
                grown = np.exp(u)
            return grown, grown
        if method == "linear":
            inside = (1 + u > low) & (1 + u < high)
            return np.clip(1 + u, low, high), inside.astype(float)
        # Deville and Särndal's case 2: from low to high, 1 with slope 1 at 0.
        shift = np.log((1 - low) / (high - 1))
        slope = (high - low) / ((1 - low) * (high - 1))
        share = special.expit(slope * u + shift)
        return low + (high - low) * share, (high - low) * slope * share * (1 - share)

    def misfit(at: Array) -> tuple[Array, Array, float]:
        factor, slope = curve(x @ at)
        with np.errstate(invalid="ignore"):
            gap = goal - x.T @ (w * factor)
        far = float(np.linalg.norm(gap / (1 + np.abs(goal))))
        return slope, gap, far if np.isfinite(far) else np.inf

    multipliers = np.zeros(goal.size)
    slope, gap, far = misfit(multipliers)
    for _ in range(iterations):
        if (np.abs(gap) <= tolerance * (1 + np.abs(goal))).all():
            return curve(x @ multipliers)[0]
        step = np.linalg.pinv((x * (w * slope)[:, None]).T @ x, hermitian=True) @ gap
        for _ in range(30):
            new_slope, new_gap, new_far = misfit(multipliers + step)
            if new_far < far:
                break
            step = step / 2
        multipliers, slope, gap, far = multipliers + step, new_slope, new_gap, new_far
    worst = int(np.argmax(np.abs(gap) / (1 + np.abs(goal))))
    raise CommsvcError(
        f"no weights reach the totals: total {worst + 1} is {goal[worst] - gap[worst]:.6g} "
        f"where {goal[worst]:.6g} is wanted",
        next_step="wider bounds, fewer totals, or look whether totals contradict each other",
    )


def calibrate(
    sample: Sample, columns: Any, totals: Any, method: str = "linear", **options: Any
) -> Sample:
    """A sample whose weights give the population's totals of `columns`.

    Parameters
    ----------
    sample : who was drawn; replicate weights are calibrated each by itself
    columns, totals, method, options : as in `calibrated_weights`

    Returns
    -------
    Sample; errors after it are those of residuals from the columns (as R's calibrate)

    Examples
    --------
    >>> people = calibrate(Sample([5, 5, 5, 5]), [[1, 2], [1, 3], [1, 4], [1, 5]], [20, 80])
    >>> people.weights.round(6)
    array([2., 4., 6., 8.])
    """

    def adjust(weights: Array) -> Array:
        return calibrated_weights(weights, columns, totals, method, **options)

    people = Sample.of(sample)
    if people.replicates is not None:
        made = Sample(replicates=people.replicates.reweighted(adjust))
        made.note = _shares_note(made.weights)
        return made
    weights = adjust(people.weights)
    if (weights < 0).any():
        raise CommsvcError(
            f"{int((weights < 0).sum())} weights became negative",
            next_step="use method='raking', or bounds such as (0.3, 3)",
        )
    x = np.asarray(columns, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    made = people.calibrated(weights, np.where(people.weights[:, None] > 0, x, 0.0))
    made.note = joined([people.note, _shares_note(weights)])
    return made


def _shares_note(weights: Array) -> Text | str:
    """A doubt where weights were calibrated to shares: no total is then one of people."""
    whole = float(weights.sum())
    if abs(whole - 1) < 1e-6 or (abs(whole - 100) < 1e-6 and weights.size > 100):
        return message(
            "the weights add up to {whole:g}: calibrated to shares, so that totals are no numbers "
            "of people",
            whole=whole,
        )
    return ""


def rake(
    sample: Sample, margins: Mapping[str, tuple[Any, Mapping[Any, float]]], **options: Any
) -> Sample:
    """A sample whose weights give the population's counts of every margin.

    Parameters
    ----------
    sample : who was drawn
    margins : name of a question → (labels (n,), population count of each label)
    options : `trim`, `tolerance`, `iterations` of `calibrated_weights`

    Notes
    -----
    The limit of iterative proportional fitting (Deming and Stephan 1940), by Newton's method. R's
    rake takes residuals with equal weights in its errors; here, as in R's calibrate(calfun =
    "raking"), with the weights before.

    Examples
    --------
    >>> people = Sample([1, 1, 1, 1])
    >>> raked = rake(people, {"sex": (["f", "f", "f", "m"], {"f": 50, "m": 50}),
    ...                       "age": (["y", "o", "o", "y"], {"y": 60, "o": 40})})
    >>> raked.weights.round(3)
    array([10., 20., 20., 50.])
    """
    if not margins:
        raise CommsvcError("no margins to rake to", allowed="at least one question")
    pieces, goals = zip(
        *(_margin(sample, name, *one) for name, one in margins.items()), strict=True
    )
    sums = np.array([goal.sum() for goal in goals])
    if (np.abs(sums - sums[0]) > 1e-9 * sums[0]).any():
        said = ", ".join(f"{name} {total:g}" for name, total in zip(margins, sums, strict=True))
        raise CommsvcError(
            f"the margins have different population sizes: {said}",
            next_step="scale them to one size",
        )
    return calibrate(sample, np.hstack(pieces), np.concatenate(goals), "raking", **options)


def post_stratify(sample: Sample, cells: Any, population: Mapping[Any, float]) -> Sample:
    """A sample whose weights give the population count of every cell.

    Parameters
    ----------
    sample : who was drawn
    cells : (n,) label of each person's cell
    population : count of each cell in the population

    Examples
    --------
    >>> people = post_stratify(Sample([1, 1, 1]), ["f", "f", "m"], {"f": 30, "m": 20})
    >>> people.weights
    array([15., 15., 20.])
    """
    columns, goal = _margin(sample, "cells", cells, population)
    return calibrate(sample, columns, goal)


def _margin(
    sample: Sample, name: str, labels: Any, population: Mapping[Any, float]
) -> tuple[Array, Array]:
    """Indicator columns of the population's labels, and its counts."""
    label = np.asarray(labels, dtype=object)
    if label.shape != sample.weights.shape:
        raise CommsvcError(
            f"{name}: {label.size} labels for {sample.weights.size} people", allowed="one a person"
        )
    known = list(population)
    columns = np.array([label == one for one in known], dtype=float).T
    used = sample.weights > 0
    lost = used & (columns.sum(axis=1) == 0)
    if lost.any():
        raise unknown_name("population count", label[lost][0], known, where=name)
    goal = as_counts([population[one] for one in known], f"{name}: population", ndim=1)
    empty = (columns[used].sum(axis=0) == 0) & (goal > 0)
    if empty.any():
        raise CommsvcError(
            f"{name}: nobody in the sample is {known[int(np.argmax(empty))]!r}",
            next_step="join it with another, or leave it out of the population",
        )
    return columns, goal


def trim_weights(
    sample: Sample, *, lower: float = 0.0, upper: float = np.inf, strict: bool = False
) -> Sample:
    """Weights cut to between `lower` and `upper`; what is cut off is spread evenly over the rest.

    Totals that a calibration reached hold only nearly afterwards (as in R).

    Parameters
    ----------
    sample : who was drawn; weights of 0 stay 0
    lower, upper : the least and the largest weight
    strict : spreading may push others out; if so, go on until none is (as R's trimWeights)

    Examples
    --------
    >>> trim_weights(Sample([1, 2, 3, 10]), upper=7).weights
    array([2., 3., 4., 7.])
    """
    weights = sample.weights
    whole, used = weights.sum(), weights > 0
    if not lower < upper or not lower * used.sum() <= whole <= upper * used.sum():
        raise CommsvcError(
            f"no weights from {lower:g} to {upper:g} keep the sum of {whole:g}",
            allowed=f"ends around the mean weight, {whole / used.sum():g}",
        )
    for _ in range(weights.size if strict else 1):
        outside = used & ((weights < lower) | (weights > upper))
        rest = used & ~outside
        if not outside.any() or not rest.any():
            break
        cut = np.clip(weights, lower, upper)
        spare = (weights[outside] - cut[outside]).sum() / rest.sum()
        weights = np.where(outside, cut, np.where(rest, weights + spare, 0.0))
    return sample.reweighted(weights)


def make_replicates(
    sample: Sample, kind: str, *, draws: int = 500, seed: int | None = None, mse: bool = False
) -> Replicates:
    """Replicate weights from the first-stage clusters of a sample.

    Parameters
    ----------
    sample : before any calibration; calibrate the replicates with `reweighted`
    kind : "JK1" (one stratum, a cluster left out at a time), "JKn" (the same in each stratum),
        "BRR" (two clusters a stratum, one of them doubled, by a Hadamard matrix of the next power
        of two above the strata) or "bootstrap" (Rao and Wu's: in each stratum one cluster fewer
        than there are, drawn with replacement)
    draws, seed : of the bootstrap; the seed is needed, so that the numbers come again
    mse : as in `Replicates`

    Returns
    -------
    Replicates; the jackknife takes the finite population into account, BRR and bootstrap do not

    Examples
    --------
    >>> people = Sample([2, 2, 1, 1], clusters=["a", "a", "b", "b"])
    >>> make_replicates(people, "JK1").replicates.T
    array([[0., 0., 2., 2.],
           [4., 4., 0., 0.]])
    """
    if sample.adjustments or sample.replicates is not None:
        raise CommsvcError(
            "the weights are calibrated or replicated already",
            next_step="make replicates of the sampling weights, then .reweighted(...) them",
        )
    one_of("kind of replicates to make", kind, ("JK1", "JKn", "BRR", "bootstrap"))
    unit, design = sample.stages[0].unit, sample.stages[0].clusters
    if (design.sampled < 2).any():
        raise CommsvcError("a stratum has one cluster", next_step="join strata")
    if kind == "JK1" and design.sampled.size > 1:
        raise CommsvcError("JK1 is for one stratum", next_step="use 'JKn'")
    rscales: Array | None = None
    if kind == "BRR":
        factor = _half_samples(design)
    elif kind == "bootstrap":
        factor = _drawn_again(design, draws, seed)
    else:
        n = design.sampled[design.code]
        same = design.code[:, None] == design.code[None, :]
        factor = np.where(same, (n / (n - 1))[:, None], 1.0)
        np.fill_diagonal(factor, 0.0)
        rscales = (n - 1) / n * design.unsampled[design.code]
    return Replicates(
        sample.weights, sample.weights[:, None] * factor[unit], kind,
        scale=None if rscales is None else 1.0, rscales=rscales, mse=mse, df=sample.df,
    )  # fmt: skip


def _half_samples(design: Clusters) -> Array:
    """(m, R): 2 for one cluster of each stratum and 0 for the other, balanced."""
    if (design.sampled != 2).any():
        raise CommsvcError("BRR needs two clusters in each stratum", next_step="use 'JKn'")
    strata = design.sampled.size
    sign = linalg.hadamard(1 << strata.bit_length())[1 : strata + 1]
    second = np.zeros(design.code.size, dtype=bool)
    second[np.unique(design.code[::-1], return_index=True)[1]] = True
    return np.asarray(1.0 + np.where(second[::-1, None], sign[design.code], -sign[design.code]))


def _drawn_again(design: Clusters, draws: int, seed: int | None) -> Array:
    """(m, draws): how often each cluster is drawn, times what that stands for."""
    if seed is None:
        raise CommsvcError("a bootstrap without a seed", allowed="seed=, any whole number")
    random = np.random.default_rng(seed)
    factor = np.zeros((design.code.size, draws))
    for h, size in enumerate(design.sampled.astype(int)):
        drawn = random.multinomial(size - 1, np.full(size, 1 / size), size=draws)
        factor[design.code == h] = drawn.T * size / (size - 1)
    return factor
