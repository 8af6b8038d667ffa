"""Columns of numbers as arrays, checked once for all measures of inequality."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    from commsvc.inference.records import Records

Array = NDArray[np.float64]


PRINTED_TAKEN: Final = "figures as printed: inequality_range, concentration_range, agglomeration"
EXACT: Final = (
    "these are taken as exact: write them as numbers (970000 for 97万), and where they are ranges "
    "see what both ends give"
)


def as_numbers(
    values: Any,
    name: str,
    *,
    least: float | None = 0.0,
    length: int = 0,
    next_step: str = PRINTED_TAKEN,
) -> Array:
    """A float array of shape (n,), nothing missing, nothing below `least`.

    >>> as_numbers([1, 2], "centres")
    array([1., 2.])
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"{name}: {error}",
            allowed="numbers",
            next_step=next_step,
        ) from error
    if array.ndim != 1 or array.size == 0:
        raise CommsvcError(f"{name} is no list of numbers", allowed="one number a place or person")
    if length and array.size != length:
        raise CommsvcError(f"{name} has {array.size} entries, the values have {length}")
    # The sum is missing or infinite where any entry is: one pass instead of three.
    if not np.isfinite(array.sum()) and not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array))[0])
        raise CommsvcError(
            f"{name} is missing or infinite",
            where=f"row {row}",
            next_step="leave such rows out and say how many",
        )
    if least is not None and array.min() < least:
        row = int(array.argmin())
        raise CommsvcError(f"{name} is {array[row]:g}", where=f"row {row}", allowed=f"≥ {least:g}")
    return array


def as_weights(weights: Any, length: int, name: str = "weights") -> Array:
    """Weights that sum to one; equal ones for `None`.

    >>> as_weights([1, 3], 2)
    array([0.25, 0.75])
    """
    if weights is None:
        return np.full(length, 1.0 / length)
    array = as_numbers(weights, name, length=length, next_step=EXACT)
    total = array.sum()
    if total <= 0:
        raise CommsvcError(f"{name} are all 0")
    return array / total


def weights_of_sample(records: Records, length: int, weights: Any = None) -> Array:
    """The weights of a sample that has an error, one for each of the values.

    >>> from commsvc.inference.records import Records
    >>> weights_of_sample(Records.sample([2, 1]), 2)
    array([2., 1.])
    """
    if weights is not None:
        raise CommsvcError("weights and records are both given", allowed="one of them")
    if records.weights.size != length:
        raise CommsvcError(f"{records.weights.size} records for {length} values", allowed="as many")
    if records.df < 1:
        raise CommsvcError("one cluster a stratum has no error", allowed="two or more")
    return records.weights


def in_domain(values: Any, records: Records | None) -> Any:
    """Values (n,) or (n, m) of a sample, those of people without weight put in order.

    Who is outside a domain, such as those who did not answer, need not have a value; theirs is
    replaced by that of somebody inside.

    >>> from commsvc.inference.records import Records
    >>> asked = Records.sample([2, 1, 1])
    >>> in_domain([np.nan, 3.0, 4.0], asked.domain(np.array([False, True, True]))).tolist()
    [3.0, 3.0, 4.0]
    """
    array = np.asarray(values)
    if records is None or array.shape[:1] != records.weights.shape:
        return values
    outside = records.weights == 0
    if not outside.any():
        return values
    filled = array.copy()
    filled[outside] = array[int(np.flatnonzero(~outside)[0])]
    return filled
