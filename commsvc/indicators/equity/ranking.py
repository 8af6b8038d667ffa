"""Fractional ranks, and what each person adds to an index that ranks people."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from commsvc.indicators.equity.arrays import Array


def in_order(values: Array, order: NDArray[np.intp]) -> Array:
    """Values in an order known to be one: a quarter faster than an index, which checks it.

    >>> in_order(np.array([3.0, 1.0]), np.array([1, 0])).tolist()
    [1.0, 3.0]
    """
    return np.take(values, order, mode="clip")


def dot(a: Array, b: Array) -> float:
    """Σ ab, without the threads that BLAS starts for it.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float(np.einsum("i,i", a, b))


def ranks(x: Array, y: Array, w: Array | None) -> tuple[Array, Array, float]:
    """For persons sorted by `x`: twice the fractional rank, the sum of the concentration curve
    before and after each (those of equal `x` taken together), and the mean outcome.

    >>> twice, curve, mean = ranks(np.array([1.0, 2.0]), np.array([3.0, 1.0]), None)
    >>> twice.tolist(), curve.tolist(), mean
    ([0.5, 1.5], [0.75, 1.75], 2.0)
    """
    n = len(x)
    amount = np.cumsum(y if w is None else w * y)
    mean = float(amount[-1]) / (n if w is None else 1.0)
    if amount[-1] > 0:
        amount /= amount[-1]
    people = np.arange(1.0, n + 1) / n if w is None else np.cumsum(w)
    new = x[1:] != x[:-1]
    if new.all():
        return _with_previous(people), _with_previous(amount), mean
    lasts = np.append(np.flatnonzero(new), n - 1)
    sizes = np.diff(lasts, prepend=-1)
    twice, curve = _with_previous(people[lasts]), _with_previous(amount[lasts])
    return np.repeat(twice, sizes), np.repeat(curve, sizes), mean


def influence_in_place(relative: Array, twice: Array, curve: Array, index: float) -> Array:
    """Each person's influence on C: y/μ (2R − 1 − C) + 1 − C − q_before − q_after.

    Written over `twice` and `curve` (both from `ranks`): with a million persons fresh arrays cost
    more than the sums.

    >>> y = np.array([3.0, 1.0])
    >>> twice, curve, mean = ranks(np.array([1.0, 2.0]), y, None)
    >>> influence_in_place(y / mean, twice, curve, -0.25)
    array([ 0.125, -0.125])
    """
    twice -= 1 + index
    twice *= relative
    curve -= 1 - index
    twice -= curve
    return twice


def index_with_influence(y: Array, x: Array, w: Array) -> tuple[float, Array, Array]:
    """The standard index of `y` by `x`, each person's influence on it, and twice the rank.

    >>> y = np.array([3.0, 1.0])
    >>> index_with_influence(y, np.array([1.0, 2.0]), np.array([0.5, 0.5]))
    (-0.25, array([ 0.125, -0.125]), array([0.5, 1.5]))
    """
    order = np.argsort(x)
    twice, curve, mean = ranks(x[order], y[order], w[order])
    relative = y[order] / mean
    index = float(w[order] @ (relative * twice)) - 1
    back = np.empty_like(order)
    back[order] = np.arange(order.size)
    rank = twice[back]
    return index, influence_in_place(relative, twice, curve, index)[back], rank


def _with_previous(cumulative: Array) -> Array:
    """Each entry plus the one before it (0 before the first)."""
    total = cumulative.copy()
    total[1:] += cumulative[:-1]
    return total
