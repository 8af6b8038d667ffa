"""Units by criteria: read once for every method that ranks places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values, numeric_columns
from commsvc.indicators.printed_cells import Cells, read_cells

Array = NDArray[np.float64]

DIRECTIONS: Final = ("benefit", "cost")
NORMALISATIONS: Final = ("vector", "minmax", "share", "max")


@dataclass(frozen=True)
class Criteria:
    """Units by criteria, with the direction of each criterion.

    Attributes
    ----------
    values : (n, m) the figures
    units : (n,) the names of the units
    names : (m,) the names of the criteria
    benefit : (m,) whether more of a criterion is better
    """

    values: Array
    units: tuple[str, ...]
    names: tuple[str, ...]
    benefit: NDArray[np.bool_]


def directions(criteria: Mapping[str, str]) -> NDArray[np.bool_]:
    """Whether more is better, criterion by criterion.

    >>> directions({"beds": "benefit", "deaths": "cost"})
    array([ True, False])
    """
    if not isinstance(criteria, Mapping) or not criteria:
        raise CommsvcError(
            "no criteria",
            allowed="a mapping of columns to 'benefit' (more is better) or 'cost' (less is)",
        )
    for name, direction in criteria.items():
        if direction not in DIRECTIONS:
            raise unknown_name("direction", direction, DIRECTIONS, where=f"criterion {name!r}")
    return np.array([direction == "benefit" for direction in criteria.values()])


def unit_names(frame: Any, unit: str | None, n: int) -> tuple[str, ...]:
    """The units' names from a column, each once; 1 to n without one.

    >>> import pandas as pd
    >>> unit_names(pd.DataFrame({"town": ["A", "B"]}), "town", 2)
    ('A', 'B')
    """
    if unit is None:
        return tuple(str(i + 1) for i in range(n))
    names = column_values(frame, unit)
    missing = [row for row, name in enumerate(names) if name is None]
    if missing:
        raise CommsvcError(f"a unit has no name in {unit!r}", where=f"row {missing[0]}")
    words = tuple(str(name) for name in names)
    twice = [name for row, name in enumerate(words) if name in words[:row]]
    if twice:
        raise CommsvcError(
            f"the unit {twice[0]!r} stands in two rows",
            where=unit,
            next_step="sum or average its rows first",
        )
    return words


def numbers(frame: Any, columns: list[str], units: tuple[str, ...]) -> Array:
    """Columns as an (n, m) array; a missing cell is refused by unit and column.

    >>> import pandas as pd
    >>> numbers(pd.DataFrame({"x": [1, 2]}), ["x"], ("A", "B")).tolist()
    [[1.0], [2.0]]
    """
    values = numeric_columns(frame, columns).to_numpy()
    bad = np.argwhere(~np.isfinite(values))
    if bad.size:
        row, column = bad[0]
        raise CommsvcError(
            "a figure is missing or infinite",
            where=f"{units[row]}, column {columns[column]!r}",
            next_step="leave the unit or the column out and say so",
        )
    return values


def read_printed(
    frame: Any,
    criteria: Mapping[str, str],
    unit: str | None = None,
    rounding: Mapping[str, str] | None = None,
) -> tuple[Criteria, Cells]:
    """Units by criteria out of any data frame Narwhals takes: the faces, and the cells behind.

    Parameters
    ----------
    frame : a row a unit
    criteria : column -> `benefit` (more is better) or `cost` (less is better)
    unit : the column with the units' names; numbered from 1 without one
    rounding : as in `commsvc.indicators.printed_cells.read_cells`

    Raises
    ------
    CommsvcError : fewer than two units, a missing figure, an unknown column or direction

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"town": ["A", "B"], "beds": [3, 5]})
    >>> data, cells = read_printed(table, {"beds": "benefit"}, "town", {"beds": "1"})
    >>> data.units, cells.low.tolist()
    (('A', 'B'), [[2.5], [4.5]])
    """
    benefit, names = directions(criteria), list(criteria)
    units = unit_names(frame, unit, len(column_values(frame, names[0])))
    if len(units) < 2:
        raise CommsvcError(f"{len(units)} unit has no rank", allowed="two units or more")
    cells = read_cells(frame, names, units, rounding)
    return Criteria(cells.face, units, tuple(names), benefit), cells


def normalise(values: Array, benefit: NDArray[np.bool_], how: str, names: Any = ()) -> Array:
    """Criteria on one scale, turned so that more is better.

    Parameters
    ----------
    values : (n, m) figures
    benefit : (m,) whether more is better
    how : `vector` x/√Σx² (Hwang & Yoon 1981); `minmax` (x − min)/(max − min); `share` x/Σx; `max`
        x/max. A cost becomes 1 − x/√Σx², (max − x)/(max − min), (1/x)/Σ(1/x), 1 − x/max.
    names : (m,) names of the criteria, for messages

    Examples
    --------
    >>> normalise(np.array([[3.0, 1], [4, 2]]), np.array([True, False]), "vector").round(3)
    array([[0.6  , 0.553],
           [0.8  , 0.106]])
    """
    if how not in NORMALISATIONS:
        raise unknown_name("normalisation", how, NORMALISATIONS)
    labels = list(names) or [str(j + 1) for j in range(values.shape[1])]
    if how == "vector":
        length = np.sqrt((values**2).sum(axis=0))
        _refuse(length == 0, labels, "is 0 everywhere")
        scaled = values / length
        return np.where(benefit, scaled, 1 - scaled)
    low, high = values.min(axis=0), values.max(axis=0)
    if how == "minmax":
        _refuse(low == high, labels, "is the same everywhere")
        return np.where(benefit, values - low, high - values) / (high - low)
    _refuse(low < 0, labels, "has a negative figure, and this normalisation divides by a total")
    if how == "max":
        _refuse(high == 0, labels, "is 0 everywhere")
        return np.where(benefit, values / high, 1 - values / high)
    _refuse((low == 0) & ~benefit, labels, "is a cost with a 0, which has no reciprocal")
    turned = np.where(benefit, values, 1 / np.where(benefit, 1.0, values))
    total = turned.sum(axis=0)
    _refuse(total == 0, labels, "is 0 everywhere")
    return turned / total


def _refuse(bad: NDArray[np.bool_], labels: list[str], problem: str) -> None:
    if bad.any():
        raise CommsvcError(
            f"{labels[int(bad.argmax())]!r} {problem}",
            next_step="leave it out, or choose another normalisation",
        )


def ranks(scores: Array) -> Array:
    """Rank 1 for the highest score; ties share the mean rank.

    Scores that differ in the last digits of a float only (1e-12) are ties.

    >>> ranks(np.array([0.2, 0.9, 0.2])).tolist()
    [2.5, 1.0, 2.5]
    """
    from scipy.stats import rankdata

    return rankdata(-np.round(scores, 12), axis=-1)
