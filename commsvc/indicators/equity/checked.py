"""What measures of equity take: amounts, and how many have each; checked once for all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError

Array = NDArray[np.float64]
F = TypeVar("F", bound=Callable[..., Any])

_PRINTED = "figures as printed: over_printed(measure, figures)"


def amounts(
    values: Any, weights: Any = None, name: str = "values", *, least: float | None = 0.0
) -> tuple[Array, Array]:
    """Values (n,) and weights (n,) that sum to one; equal ones for None.

    Who has weight 0, such as those outside a domain, need not have a value: theirs is put to 0.

    >>> amounts([1, 2], [1, 3])
    (array([1., 2.]), array([0.25, 0.75]))
    >>> amounts([float("nan"), 2], [0, 1])
    (array([0., 2.]), array([0., 1.]))
    """
    y = _numbers(values, name)
    if weights is None:
        w = np.full(y.size, 1.0 / y.size)
    else:
        w = _numbers(weights, "weights")
        if w.size != y.size:
            raise CommsvcError(f"{name} has {y.size} entries, the weights have {w.size}")
        _finite(w, "weights", 0.0)
        total = w.sum()
        if total <= 0:
            raise CommsvcError("weights are all 0")
        w = w / total
        if w.min() == 0:
            y = np.where(w > 0, y, 0.0)
    _finite(y, name, least)
    return y, w


def some(y: Array, w: Array) -> float:
    """The weighted mean, which has to be above 0 for anything to be shared.

    >>> some(np.array([1.0, 3.0]), np.array([0.5, 0.5]))
    2.0
    """
    mean = float(w @ y)
    if mean <= 0:
        raise CommsvcError("the values are all 0: nothing is shared, evenly or not")
    return mean


def with_influence(influence: Callable[..., Array]) -> Callable[[F], F]:
    """Gives a statistic its closed-form influence, for `by_design` over many people.

    The influence takes what the statistic takes and gives its derivative (n,) by each weight.
    """

    def attached(statistic: F) -> F:
        statistic.influence = influence  # type: ignore[attr-defined]
        return statistic

    return attached


def _numbers(values: Any, name: str) -> Array:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CommsvcError(f"{name}: {error}", allowed="numbers", next_step=_PRINTED) from error
    if array.ndim != 1 or array.size == 0:
        raise CommsvcError(f"{name} is no list of numbers", allowed="one number a place or person")
    return array


def _finite(array: Array, name: str, least: float | None) -> None:
    # The sum is missing or infinite where any entry is: one pass instead of three.
    if not np.isfinite(array.sum()) and not np.isfinite(array).all():
        raise CommsvcError(
            f"{name} is missing or infinite",
            where=f"row {int(np.flatnonzero(~np.isfinite(array))[0])}",
            next_step="leave such rows out and say how many",
        )
    if least is not None and array.min() < least:
        row = int(array.argmin())
        raise CommsvcError(f"{name} is {array[row]:g}", where=f"row {row}", allowed=f"≥ {least:g}")
