"""Weights that add up to what is known: post-stratification, raking, calibration, trimming.

Each gives new `Records` that remember what was held fixed, so that every error after it is that of
the calibrated estimate. The same arithmetic on plain weights serves replicate weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.records import Records

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
    records: Records, columns: Any, totals: Any, method: str = "linear", **options: Any
) -> Records:
    """Records whose weights give the population's totals of `columns`.

    Parameters
    ----------
    records : the sample
    columns, totals, method, options : as in `calibrated_weights`

    Returns
    -------
    Records; errors after it are those of residuals from the columns (as R's calibrate)

    Examples
    --------
    >>> people = calibrate(Records.sample([5, 5, 5, 5]), [[1, 2], [1, 3], [1, 4], [1, 5]], [20, 80])
    >>> people.total([2, 3, 4, 5]).estimate.round(6), people.total([2, 3, 4, 5]).se.round(6)
    (array([80.]), array([0.]))
    """
    weights = calibrated_weights(records.weights, columns, totals, method, **options)
    if (weights < 0).any():
        raise CommsvcError(
            f"{int((weights < 0).sum())} weights became negative",
            next_step="use method='raking', or bounds such as (0.3, 3)",
        )
    x = np.asarray(columns, dtype=float)
    x = x[:, None] if x.ndim == 1 else x
    return records.calibrated(weights, np.where(records.weights[:, None] > 0, x, 0.0))


def rake(
    records: Records, margins: Mapping[str, tuple[Any, Mapping[Any, float]]], **options: Any
) -> Records:
    """Records whose weights give the population's counts of every margin.

    Parameters
    ----------
    records : the sample
    margins : name of a question → (labels (n,), population count of each label)
    options : `trim`, `tolerance`, `iterations` of `calibrated_weights`

    Returns
    -------
    Records

    Notes
    -----
    The limit of iterative proportional fitting (Deming and Stephan 1940), by Newton's method. R's
    rake takes residuals with equal weights in its errors; here, as in R's calibrate(calfun =
    "raking"), with the weights before.

    Examples
    --------
    >>> people = Records.sample([1, 1, 1, 1])
    >>> raked = rake(people, {"sex": (["f", "f", "f", "m"], {"f": 50, "m": 50}),
    ...                       "age": (["y", "o", "o", "y"], {"y": 60, "o": 40})})
    >>> raked.weights.round(3)
    array([10., 20., 20., 50.])
    """
    if not margins:
        raise CommsvcError("no margins to rake to", allowed="at least one question")
    pieces, goals = zip(
        *(_margin(records, name, *one) for name, one in margins.items()), strict=True
    )
    sums = np.array([goal.sum() for goal in goals])
    if (np.abs(sums - sums[0]) > 1e-9 * sums[0]).any():
        said = ", ".join(f"{name} {total:g}" for name, total in zip(margins, sums, strict=True))
        raise CommsvcError(
            f"the margins have different population sizes: {said}",
            next_step="scale them to one size",
        )
    return calibrate(records, np.hstack(pieces), np.concatenate(goals), "raking", **options)


def post_stratify(records: Records, cells: Any, population: Mapping[Any, float]) -> Records:
    """Records whose weights give the population count of every cell.

    Parameters
    ----------
    records : the sample
    cells : (n,) label of each person's cell
    population : count of each cell in the population

    Examples
    --------
    >>> people = post_stratify(Records.sample([1, 1, 1]), ["f", "f", "m"], {"f": 30, "m": 20})
    >>> people.weights
    array([15., 15., 20.])
    """
    columns, goal = _margin(records, "cells", cells, population)
    return calibrate(records, columns, goal)


def _margin(
    records: Records, name: str, labels: Any, population: Mapping[Any, float]
) -> tuple[Array, Array]:
    """Indicator columns of the population's labels, and its counts."""
    label = np.asarray(labels, dtype=object)
    if label.shape != records.weights.shape:
        raise CommsvcError(
            f"{name}: {label.size} labels for {records.weights.size} people", allowed="one a person"
        )
    known = list(population)
    columns = np.array([label == one for one in known], dtype=float).T
    used = records.weights > 0
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
    records: Records, *, lower: float = 0.0, upper: float = np.inf, strict: bool = False
) -> Records:
    """Weights cut to between `lower` and `upper`; what is cut off is spread evenly over the rest.

    Totals that a calibration reached hold only nearly afterwards (as in R).

    Parameters
    ----------
    records : the sample; weights of 0 stay 0
    lower, upper : the least and the largest weight
    strict : spreading may push others out; if so, go on until none is (as R's trimWeights)

    Examples
    --------
    >>> trim_weights(Records.sample([1, 2, 3, 10]), upper=7).weights
    array([2., 3., 4., 7.])
    """
    weights = records.weights
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
    return replace(records, weights=weights)
