"""Figures as they were printed: what each cell may stand for, read once for every method."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values
from commsvc.indicators.measure import last_place
from commsvc.printed import Interval, before_rounding, read
from commsvc.printed.unit_table import CONVERSIONS

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Cells:
    """Figures as printed: (n, m) faces and the ends of what each may stand for.

    The ends are taken as belonging to it, an open one as what is come arbitrarily near to.
    """

    face: Array
    low: Array
    high: Array

    @property
    def loose(self) -> bool:
        """Whether any cell may stand for more than one value."""
        return bool((self.high > self.low).any())

    def in_words(self) -> str:
        """How many cells may stand for more than one value, for notes."""
        return f"what was printed ({int((self.high > self.low).sum())} of {self.low.size} cells)"

    def columns(self, which: slice) -> Cells:
        """The same cells of some columns."""
        return Cells(self.face[:, which], self.low[:, which], self.high[:, which])


def read_cells(
    frame: Any, columns: Sequence[str], units: tuple[str, ...], rounding: Mapping[str, str] | None
) -> Cells:
    """Columns with what each cell may stand for.

    Parameters
    ----------
    frame : a row a unit; cells are numbers, which are exact; figures as printed (`"45.2%"`,
        `"近97万"`), which stand for any value that prints so, none below 0 where the figure itself
        is not; or measures and ratios of `commsvc.indicators`, with the range they know
    rounding : column -> its last printed place (`"0.1"`), for numbers that had been rounded half
        up before they were typed in

    Examples
    --------
    >>> import pandas as pd
    >>> found = read_cells(pd.DataFrame({"beds": ["45.2%", "40%"]}), ["beds"], ("A", "B"), None)
    >>> found.low.round(4).tolist(), found.high.round(4).tolist()
    ([[0.4515], [0.395]], [[0.4525], [0.405]])
    """
    for name in rounding or {}:
        if name not in columns:
            raise unknown_name("column", name, columns, where="rounding")
    found = []
    for name in columns:
        column = column_values(frame, name)
        _one_unit(name, column, units)
        place = (rounding or {}).get(name)
        found.append(
            [
                _cell(value, place, f"{units[row]}, column {name!r}")
                for row, value in enumerate(column)
            ]
        )
    face, low, high = np.array(found, dtype=float).transpose(2, 1, 0)
    return Cells(face, low, high)


def as_cells(values: Any, name: str, rounding: str = "") -> Cells:
    """A list of figures as one column of cells (n, 1).

    Parameters
    ----------
    values : numbers, figures as printed, measures or ratios
    name : of the column, for messages
    rounding : last printed place of plain numbers that had been rounded

    Examples
    --------
    >>> as_cells(["近97万", 3], "residents").high[:, 0].tolist()
    [970000.0, 3.0]
    """
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise CommsvcError(f"{name} is no list", allowed="one figure a place or person")
    if not rounding and (plain := _plain(values)) is not None:
        return Cells(plain, plain, plain)
    column = list(values)
    if not column:
        raise CommsvcError(f"{name} is empty")
    rows = tuple(f"row {row}" for row in range(len(column)))
    _one_unit(name, column, rows)
    found = [_cell(v, rounding or None, f"{rows[i]}, {name}") for i, v in enumerate(column)]
    face, low, high = np.array(found, dtype=float).T[:, :, None]
    return Cells(face, low, high)


def _plain(values: Any) -> Array | None:
    """Numbers (n, 1), where that is all that values are: a million persons are no loop."""
    array = np.asarray(values if hasattr(values, "__len__") else None)
    if array.dtype.kind not in "biuf" or array.ndim != 1 or not array.size:
        return None
    return array[:, None].astype(np.float64) if np.isfinite(array).all() else None


def _one_unit(name: str, column: list[Any], units: tuple[str, ...]) -> None:
    """Refuse a column whose printed figures are in units that do not convert into each other."""
    found = {
        read(value).base_unit if "%" not in value else "%": row
        for row, value in enumerate(column)
        if isinstance(value, str)
    }
    if len(found) > 1:
        one, other = list(found.items())[:2]
        raise CommsvcError(
            f"{name!r} is in {one[0] or 'no unit'} at {units[one[1]]} "
            f"and in {other[0] or 'no unit'} at {units[other[1]]}",
            allowed="one unit a criterion",
        )


def _cell(value: Any, place: str | None, where: str) -> tuple[float, float, float]:
    """A cell's face and the ends of what it may stand for."""
    values = value if isinstance(value, Interval) else getattr(value, "values", None)
    if isinstance(values, Interval):
        low, high = _ends(values, where)
        # A ratio has an estimate, a measure a face; a range of its own neither.
        known = getattr(value, "estimate", getattr(value, "face", None))
        return (low + high) / 2 if known is None else float(known), low, high
    if isinstance(value, str):
        printed = read(value)
        if printed.values is None or not printed.values.bounded:
            raise CommsvcError(
                f"{value!r} does not stand between two ends",
                where=where,
                next_step="say a range, as 800—900",
            )
        low, high = _ends(printed.in_base_unit(), where)
        if printed.face is None:
            return (low + high) / 2, low, high
        face = float(printed.face * CONVERSIONS.get(printed.unit, ("", Fraction(1)))[1])
        return face, max(low, 0.0) if face >= 0 else low, high
    if value is None or not _is_finite(value, where):
        raise CommsvcError(
            "a figure is missing or infinite",
            where=where,
            next_step="leave the unit or the column out and say so",
        )
    if place is None:
        return float(value), float(value), float(value)
    low, high = _ends(before_rounding(Fraction(str(value)), last_place(place)), where)
    return float(value), max(low, 0.0) if value >= 0 else low, high


def _ends(values: Interval, where: str) -> tuple[float, float]:
    low, high = values.low, values.high
    if low is None or high is None:
        raise CommsvcError(
            f"{values} has no two ends", where=where, next_step="say a range, as 800—900"
        )
    return float(low), float(high)


def _is_finite(value: Any, where: str) -> bool:
    try:
        return bool(np.isfinite(float(value)))
    except (TypeError, ValueError):
        raise CommsvcError(f"{value!r} is no number", where=where, allowed="numbers") from None
