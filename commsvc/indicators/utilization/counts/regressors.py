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
    given = column_values(frame, column)
    if any(isinstance(value, str) for value in given):
        raise CommsvcError(f"{column!r} is text", allowed="numbers", next_step="read it as numbers")
    values = _numbers(given, column)
    if (values < 0).any() or (whole and (values != np.floor(values)).any()):
        bad = values[(values < 0) | (whole & (values != np.floor(values)))][0]
        raise CommsvcError(
            f"{column!r} holds {bad:g}",
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
    outcome: str = "",
) -> Regressors:
    """A constant and the predictors: numbers as they are, text and truth values as 0/1 levels.

    Parameters
    ----------
    columns : the predictors' columns, none for the constant alone
    reference : text column -> the level the others are compared with; the first in the alphabet
        where it is not said
    outcome : what they are to explain, and none of them can be

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"age": [60, 70, 80], "health": ["good", "poor", "good"]})
    >>> regressors(table, ["age", "health"]).names
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
    blocks: list[Array] = []
    names: list[str] = ["const"]
    for column in columns:
        values = column_values(frame, column)
        if None in values:
            raise CommsvcError(
                "a predictor is missing",
                where=f"row {values.index(None)}, column {column!r}",
                next_step="leave such rows out of all models and say how many",
            )
        if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            if column in wanted:
                raise CommsvcError(f"{column!r} is a number: it has no reference level")
            blocks.append(_numbers(values, column))
            names.append(column)
            continue
        levels = sorted({str(value) for value in values})
        base = str(wanted.get(column, levels[0]))
        if base not in levels:
            raise unknown_name("level", base, levels, where=f"reference of {column!r}")
        text = np.array([str(value) for value in values])
        for level in levels:
            if level != base:
                blocks.append((text == level).astype(float))
                names.append(f"{column}={level}")
    rows = len(column_values(frame, columns[0])) if columns else _rows(frame)
    x = np.column_stack([np.ones(rows), *blocks])
    if np.linalg.matrix_rank(x / np.maximum(np.abs(x).max(axis=0), 1e-300)) < x.shape[1]:
        raise CommsvcError(
            "the predictors repeat each other, or one is the same for everyone",
            where=", ".join(names[1:]),
            next_step="drop one column",
        )
    return Regressors(x, tuple(names))


def _rows(frame: Any) -> int:
    import narwhals as nw

    native = nw.from_native(frame)
    eager = native.collect() if isinstance(native, nw.LazyFrame) else native
    return int(eager.shape[0])


def _numbers(values: Sequence[Any], column: str) -> Array:
    if None in values:
        raise CommsvcError(
            "a value is missing",
            where=f"row {list(values).index(None)}, column {column!r}",
            next_step="leave such rows out and say how many",
        )
    try:
        array = np.array(values, dtype=float)
    except (TypeError, ValueError) as error:
        raise CommsvcError(f"{column!r} holds what is no number ({error})") from None
    if array.size < 2 or not np.isfinite(array).all():
        raise CommsvcError(f"{column!r} holds {array.size} numbers, or an infinite one")
    return array
