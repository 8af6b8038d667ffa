"""What the arithmetic accepts: the few checks every module of inference asks for."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name

Array: TypeAlias = NDArray[np.float64]
Number: TypeAlias = Any  # a float, or an array where the function says it takes arrays


def as_counts(
    values: Any, name: str = "counts", *, ndim: int | None = None, whole: bool = False
) -> Array:
    """Values as a float array of counts, or an error that says which is not a count.

    >>> as_counts([3, 0, 2])
    array([3., 0., 2.])
    """
    try:
        array = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise CommsvcError(
            f"{name}: not numbers: {values!r}", allowed="numbers, 0 or more"
        ) from None
    if ndim is not None and array.ndim != ndim:
        shape = "one row of numbers" if ndim == 1 else "rows (groups) by columns (answers)"
        raise CommsvcError(f"{name}: {array.ndim} dimension(s)", allowed=shape)
    if array.size == 0:
        raise CommsvcError(f"{name}: empty", allowed="at least one number")
    bad = ~np.isfinite(array) | (array < 0)
    if bad.any():
        raise CommsvcError(
            f"{name}: {array[bad].flat[0]:g} counts nothing",
            allowed="numbers, 0 or more",
        )
    if whole and (array != np.floor(array)).any():
        raise CommsvcError(
            f"{name}: {array[array != np.floor(array)].flat[0]:g} is no whole number",
            allowed="whole numbers: this method counts people, not weights",
            next_step="use an asymptotic method, or the unweighted counts",
        )
    return array


def as_share(value: Any, name: str) -> float:
    """A number strictly between 0 and 1, such as a confidence or a target share.

    >>> as_share(0.95, "confidence")
    0.95
    """
    number = _number(value, name)
    if not 0 < number < 1:
        hint = f"did you mean {number / 100:g}?" if 1 < number < 100 else ""
        raise CommsvcError(f"{name} is {number:g}", allowed="above 0 and below 1", next_step=hint)
    return number


def _number(value: Any, name: str) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise CommsvcError(f"{name} is {value!r}", allowed="a number") from None


def as_positive(value: Any, name: str, *, least: float = 0.0) -> float:
    """A finite number above zero and at least `least`."""
    number = _number(value, name)
    if not (np.isfinite(number) and number > 0 and number >= least):
        limit = f"{least:g} or more" if least else "above 0"
        raise CommsvcError(f"{name} is {number:g}", allowed=limit)
    return number


def one_of(kind: str, value: str, known: Iterable[str]) -> str:
    """The value, or an error that lists the names there are."""
    names = list(known)
    if value not in names:
        raise unknown_name(kind, value, names)
    return value


def plain(value: Any) -> Any:
    """A Python float for a zero-dimensional array; an array as it is."""
    array = np.asarray(value, dtype=float)
    return float(array) if array.ndim == 0 else array


def both_within(count: Any, n: Any, what: str = "count") -> tuple[Array, Array]:
    """Counts and their bases, broadcast; 0 <= count <= n and n > 0."""
    x, base = np.broadcast_arrays(as_counts(count, what), as_counts(n, "n"))
    if (base == 0).any():
        raise CommsvcError("n is 0: nobody was asked", allowed="a base of at least 1")
    if (x > base).any():
        at = np.argmax(x > base)
        raise CommsvcError(
            f"{what} {x.flat[at]:g} is more than its base {base.flat[at]:g}",
            allowed="a part of the base",
        )
    return x, base


def as_numbers(values: Any) -> Array:
    """Numbers as floats, NaN where None, NaN or pandas' NA stands.

    >>> as_numbers([1, None, 2.5])
    array([1. , nan, 2.5])
    """
    array = np.asarray(values)
    if array.dtype.kind in "biuf":
        return array.astype(float)
    lost = missing(array)
    bad = next((x for x in array[~lost].flat if not isinstance(x, Real | np.bool_)), None)
    if bad is not None:
        raise CommsvcError(
            f"{str(bad)!r} is a text" if isinstance(bad, str) else f"{bad!r} is no number",
            allowed="numbers",
            next_step="read digits as numbers first (read_numbers); name the levels of words",
        )
    return np.asarray(np.where(lost, np.nan, array), dtype=float)


def missing(labels: Any) -> NDArray[np.bool_]:
    """Which labels are None, NaN or pandas' NA.

    >>> missing(["a", None, float("nan"), 0])
    array([False,  True,  True, False])
    """
    array = labels if isinstance(labels, np.ndarray) else np.asarray(labels, dtype=object)
    if array.dtype.kind != "O":
        return np.asarray(array != array)
    return np.array([one is None or not _equal(one) for one in array], dtype=bool)


def _equal(one: Any) -> bool:
    """Whether a label equals itself: NaN does not, and NA cannot say."""
    same = one == one
    return isinstance(same, (bool, np.bool_)) and bool(same)
