"""Printed figures as a box: a vector of numbers between two ends, and back into its shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.printed import Interval, Printed, read
from commsvc.printed.unit_table import CONVERSIONS

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Choice = bool | Iterable[Any]


class Box:
    """Figures as vectors (k,): `face` (themselves; of a range its middle), `low`, `high`.

    `part` (k,) numbers the sequence each belongs to, `whole` (k,) says which are whole numbers.

    >>> box = Box({"share": "45.2%", "n": (7, 9)}, whole=["n"])
    >>> box.low, box.packed(box.face)
    (array([0.4515, 7.    ]), {'share': np.float64(0.452), 'n': np.int64(8)})
    """

    def __init__(self, figures: Any, whole: Choice = ()) -> None:
        self.named = isinstance(figures, Mapping)
        parts = figures if isinstance(figures, Mapping) else {"": figures}
        flat = {name: _flat(part) for name, part in parts.items()}
        self.shapes = {name: shape for name, (_, shape) in flat.items()}
        self.part = np.repeat(np.arange(len(flat)), [len(cells) for cells, _ in flat.values()])
        self.whole = self.chosen(whole, "whole")
        cells = [(cell, name) for name, (cells, _) in flat.items() for cell in cells]
        if not cells:
            raise CommsvcError("no figures: there is nothing to vary")
        ends = [_ends(*cell, w) for cell, w in zip(cells, self.whole, strict=True)]
        self.face, self.low, self.high = np.array(ends, dtype=float).T

    def chosen(self, which: Choice, said: str) -> Mask:
        """The figures that are meant (k,): by name, by place, or all of them."""
        if isinstance(which, bool):
            return np.full(self.part.size, which)
        names: list[Any] = list(self.shapes) if self.named else list(range(self.part.size))
        wanted = [which] if isinstance(which, str) else list(which)
        for name in wanted:
            if name not in names:
                raise unknown_name("figure", name, names, where=said)
        places = [names.index(name) for name in wanted]
        return np.isin(self.part if self.named else np.arange(self.part.size), places)

    def packed(self, x: Array) -> Any:
        """A vector in the shape the figures were given in; whole numbers as integers."""
        out = {}
        for place, (name, shape) in enumerate(self.shapes.items()):
            mine = self.part == place
            part: NDArray[Any] = x[mine]
            if self.whole[mine].all() and np.isfinite(part).all():
                part = np.rint(part).astype(np.int64)
            out[name] = part.reshape(shape) if shape else part[0]
        return out if self.named else out[""]


def _flat(part: Any) -> tuple[list[Any], tuple[int, ...]]:
    """The figures of a part one after another, and the part's shape; () for one figure."""
    if hasattr(part, "shape") and np.ndim(part):
        array = np.asarray(part, dtype=object)
        return list(array.ravel()), array.shape
    if isinstance(part, str | tuple) or not hasattr(part, "__iter__"):
        return [part], ()
    rows = list(part)
    if rows and isinstance(rows[0], list):
        return [cell for row in rows for cell in row], (len(rows), len(rows[0]))
    return rows, (len(rows),)


def _possible(figure: Any) -> tuple[Any, Interval]:
    """A figure itself, where it is one number, and all that it may stand for."""
    if isinstance(figure, str):
        figure = read(figure)
    if isinstance(figure, Printed):
        values, face = figure.in_base_unit(), figure.face
        if face is None:
            return None, values
        factor = CONVERSIONS.get(figure.unit, (figure.unit, Fraction(1)))[1]
        # What is printed without a minus is not below 0.
        return face * factor, values.intersect(Interval.of(0, None)) if face >= 0 else values
    if isinstance(figure, tuple):
        return None, Interval.of(*(None if end is None else Fraction(str(end)) for end in figure))
    if isinstance(figure, Interval):
        return None, figure
    return Fraction(str(figure)), Interval.point(Fraction(str(figure)))


def _ends(figure: Any, name: str, whole: bool) -> tuple[float, float, float]:
    """A figure as a number, and its ends, which are whole numbers where it is one."""
    try:
        face, values = _possible(figure)
    except (ValueError, TypeError) as error:
        allowed = 'a number, "45.2%", (low, high)'
        raise CommsvcError(
            f"{figure!r} is no figure: {error}", where=name, allowed=allowed
        ) from error
    low = -np.inf if values.low is None else float(values.low)
    high = np.inf if values.high is None else float(values.high)
    if whole:
        low = np.ceil(low) + (low.is_integer() and not values.low_closed)
        high = np.floor(high) - (high.is_integer() and not values.high_closed)
    if values.empty or low > high:
        raise CommsvcError(f"no {'whole ' if whole else ''}number lies in {values}", where=name)
    middle = (low + high) / 2 if np.isfinite(high - low) else max(low, min(high, 0.0))
    here = middle if face is None else float(face)
    return min(max(np.rint(here) if whole else here, low), high), low, high
