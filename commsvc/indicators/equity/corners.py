"""Ends of an index over figures that are ranges: which corners can be greatest, where it is least.

The indices here are quasi-convex in the figures (a convex function over their mean, or of their
shares), so that the greatest stands at a corner; with the other figures held, an index falls with a
figure up to some level and rises above it. And the least is where all figures are as near to one
level as they may be (Marshall, Olkin & Arnold 2011, ch. 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise, product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from commsvc.indicators.equity.arrays import Array

# Figures whose two ends can all be tried.
FEW: Final = 12
Mask = NDArray[np.bool_]


def turning_corners(low: Array, high: Array, up: Mask, down: Mask) -> list[Array] | None:
    """Every corner with the figures `up` high and those `down` low; None for too many.

    >>> no = np.array([False, False])
    >>> [y.tolist() for y in turning_corners(np.array([1.0, 4]), np.array([2.0, 5]), ~no, no)]
    [[2.0, 5.0]]
    """
    left = np.flatnonzero((high > low) & ~up & ~down)
    if left.size > FEW:
        return None
    start = np.where(up, high, low)
    return list(_tried(start, high, left))


def _tried(start: Array, high: Array, left: NDArray[np.intp]) -> Iterator[Array]:
    for pick in product([False, True], repeat=left.size):
        corner = start.copy()
        chosen = left[list(pick)]
        corner[chosen] = high[chosen]
        yield corner


def about_the_mean(low: Array, high: Array, p: Array, *, above: bool) -> tuple[Mask, Mask]:
    """Figures surely above and surely below the level at which an index turns.

    Parameters
    ----------
    p : weights that sum to one
    above : the level is not the mean but lies between it and (1 + CV²) times it, as Theil's
        μe^T and Herfindahl's Σy²/Σy do; else it is the mean
    """
    floor, ceiling = float(p @ low), float(p @ high)
    if above:
        middle = (floor + ceiling) / 2
        spread = float(p @ np.maximum((low - middle) ** 2, (high - middle) ** 2))
        ceiling *= 1 + spread / floor**2 if floor > 0 else np.inf
    return low >= ceiling, high <= floor


def about_the_rank(low: Array, high: Array, p: Array) -> tuple[Mask, Mask]:
    """The same for Gini's index, which turns where the rank is (1 + G)/2."""
    mean = float(p @ low)
    gaps = np.maximum(high[:, None] - low, high - low[:, None])
    np.fill_diagonal(gaps, 0.0)
    most = float(p @ gaps @ p) / 2 / mean if mean > 0 else 1.0
    order = np.maximum(low[:, None] - high, low - high[:, None])
    least = float(p @ np.maximum(order, 0.0) @ p) / 2 / float(p @ high)
    first = p @ (high[:, None] < low) + p / 2
    last = 1 - p @ (low[:, None] > high) - p / 2
    return first >= (1 + min(most, 1.0)) / 2, last <= (1 + least) / 2


def least_over_levels(index: Callable[[Array], float], low: Array, high: Array) -> float:
    """Between two ends of ranges the path of levels is straight: the index has one dip on it.

    >>> float(round(least_over_levels(np.ptp, np.array([1.0, 3]), np.array([2.0, 5])), 9))
    1.0
    """

    def at(level: float) -> float:
        found = index(np.clip(level, low, high))
        return found if np.isfinite(found) else 1e300

    stops = np.unique(np.concatenate([low, high]))
    found = [at(stop) for stop in stops]
    for a, b in pairwise(stops):
        inner = optimize.minimize_scalar(
            at, bounds=(a, b), method="bounded", options={"xatol": 1e-10}
        )
        found.append(float(inner.fun))
    return min(found)


def lowest_curve(low: Array, high: Array) -> Array:
    """The least that the k figures with least can have of all, for k = 0 … n, each reached.

    The k at their low ends, the others at their high ones: which k makes the smallest ratio is
    found by Dinkelbach's steps (1967).

    >>> lowest_curve(np.array([0.5, 2.5]), np.array([1.5, 3.5]))
    array([0.   , 0.125, 1.   ])
    """
    n = low.size
    curve = np.zeros(n + 1)
    curve[n] = 1.0
    for k in range(1, n):
        ratio = np.inf
        chosen = np.argsort(low, kind="stable")
        for _ in range(100):
            bottom, top = low[chosen[:k]].sum(), high[chosen[k:]].sum()
            found = bottom / (bottom + top) if top > 0 else 1.0
            if found >= ratio - 1e-15:
                break
            ratio = found
            chosen = np.argsort((1 - ratio) * low + ratio * high, kind="stable")
        curve[k] = ratio
    return curve


def highest_curve(low: Array, high: Array) -> Array:
    """The most that the k figures with least can have: all as near to one level as may be.

    >>> highest_curve(np.array([0.5, 2.5]), np.array([1.5, 3.5]))
    array([0.   , 0.375, 1.   ])
    """
    # Between two ends of ranges the curve is a ratio of lines in the level: ends are enough.
    found = [np.sort(np.clip(level, low, high)) for level in np.unique(np.r_[low, high])]
    curves = [np.cumsum(y) / y.sum() for y in found if y.sum() > 0]
    return np.concatenate([[0.0], np.max(curves, axis=0)])


def most_unequal(curve: Array) -> Array:
    """Shares (n,) whose Lorenz curve is the greatest convex one that is nowhere above `curve`.

    Every index that agrees with the Lorenz order is at most that of these shares, times n.

    >>> most_unequal(np.array([0, 0.3, 0.4, 1.0])).round(2).tolist()
    [0.2, 0.2, 0.6]
    """
    n = curve.size - 1
    kept = [0]
    for k in range(1, n + 1):
        while len(kept) > 1:
            a, b = kept[-2:]
            if (curve[b] - curve[a]) * (k - a) < (curve[k] - curve[a]) * (b - a):
                break
            kept.pop()
        kept.append(k)
    return np.diff(np.interp(np.arange(n + 1), kept, curve[kept]))
