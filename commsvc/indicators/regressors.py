"""An outcome and its predictors out of a table, as arrays, with every column named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Regressors:
    """A constant and the predictors' columns.

    Attributes
    ----------
    x : (n, k) the constant first
    names : (k,) `const`, a number's column name, or `column=level` for a level of a text column
    """

    x: Array
    names: tuple[str, ...]


def outcome(frame: Any, column: str, *, whole: bool) -> Array:
    """The outcome: 0 or more, nothing missing, whole numbers where it is a count.

    >>> import pandas as pd
    >>> outcome(pd.DataFrame({"visits": [0, 3]}), "visits", whole=True)
    array([0., 3.])
    """
    values = _numbers(column_values(frame, column), column)
    bad = (values < 0) | (whole & (values != np.floor(values)))
    if bad.any():
        raise CommsvcError(
            f"{column!r} holds {values[bad][0]:g}",
            allowed="whole numbers from 0 up" if whole else "0 or more",
            next_step="" if not whole else "amounts such as cost: use two_part",
        )
    if (values == values[0]).all():
        raise CommsvcError(f"{column!r} is {values[0]:g} for everyone")
    return values


def regressors(
    frame: Any,
    columns: Sequence[str],
    reference: Mapping[str, Any] | None = None,
    *,
    outcome: str,
) -> Regressors:
    """A constant and the predictors: numbers as they are, text and truth values as 0/1 levels.

    Parameters
    ----------
    columns : the predictors' columns, none for the constant alone
    reference : text column -> the level the others are compared with; the first in the alphabet
        where it is not said. Digits as text are levels only if they have one here, else refused
    outcome : what they are to explain, and none of them can be

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [60, 70, 80], "health": ["good", "poor", "good"], "y": 1})
    >>> regressors(table, ["age", "health"], outcome="y").names
    ('const', 'age', 'health=poor')
    """
    if isinstance(columns, str):
        raise CommsvcError(f"predictors {columns!r}", allowed="a list of columns")
    if outcome in columns:
        raise CommsvcError(f"{outcome!r} is to be explained, and cannot explain itself")
    wanted = dict(reference or {})
    for name in wanted:
        if name not in columns:
            raise unknown_name("predictor", name, columns, where="reference")
    parts = {"const": np.ones(len(column_values(frame, outcome)))}
    for column in columns:
        parts |= _terms(column_values(frame, column), column, wanted)
    x = np.column_stack(list(parts.values()))
    if np.linalg.matrix_rank(x / np.maximum(np.abs(x).max(axis=0), 1e-300)) < x.shape[1]:
        raise CommsvcError(
            "the predictors repeat each other, or one is the same for everyone",
            where=", ".join([*parts][1:]),
            next_step="drop one column",
        )
    return Regressors(x, tuple(parts))


def _terms(values: Sequence[Any], column: str, reference: Mapping[str, Any]) -> dict[str, Array]:
    """The columns of one predictor by name."""
    if None in values:
        raise CommsvcError(
            "a predictor is missing",
            where=f"row {list(values).index(None)}, column {column!r}",
            next_step="leave such rows out of all models and say how many",
        )
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        if column in reference:
            raise CommsvcError(f"{column!r} is a number: it has no reference level")
        return {column: _numbers(values, column)}
    text = np.array([str(value) for value in values])
    levels = sorted(set(text.tolist()))
    if column not in reference and all(_is_number(level) for level in levels):
        raise CommsvcError(
            f"{column} holds digits as text, such as {levels[0]!r}",
            allowed="numbers, or codes with a reference level",
            next_step=f"read them as numbers, or say reference={{{column!r}: {levels[0]!r}}}",
        )
    base = str(reference.get(column, levels[0]))
    if base not in levels:
        raise unknown_name("level", base, levels, where=f"reference of {column!r}")
    return {f"{column}={one}": (text == one).astype(float) for one in levels if one != base}


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _numbers(values: Sequence[Any], column: str) -> Array:
    if None in values:
        raise CommsvcError(
            "a value is missing",
            where=f"row {list(values).index(None)}, column {column!r}",
            next_step="leave such rows out and say how many",
        )
    if any(isinstance(value, str) for value in values):
        raise CommsvcError(f"{column!r} is text", allowed="numbers", next_step="read it as numbers")
    array = np.array(values, dtype=float)
    if array.size < 2 or not np.isfinite(array).all():
        raise CommsvcError(f"{column!r} holds {array.size} numbers, or an infinite one")
    return array
