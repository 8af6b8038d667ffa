"""The records of a survey, or groups of equal records, and the totals of a table's cells.

A column becomes small whole numbers (`encode`), a record one cell of units × groups × answers, and
the cells are summed. Nothing after that grows with the number of records.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.cell_totals import Cells, ClusterCells, PeopleCells, SampleCells
from commsvc.inference.clusters import Clusters, Strata
from commsvc.inference.design import Design
from commsvc.inference.sample import Sample
from commsvc.survey.columns import Coded, Codes, encode
from commsvc.survey.lazy import ANSWERED, moment, product
from commsvc.words.messages import Text

Floats = NDArray[np.float64]
Placed = tuple[NDArray[Any], list[Floats], NDArray[np.bool_] | None]
# Totals of units × groups × answers that fit into some 400 MB.
_MOST_CELLS = 50_000_000


@dataclass(frozen=True)
class Units:
    """What was drawn first: the clusters of the records, or the strata of people drawn directly.

    Attributes
    ----------
    code : (n,) cluster (stratum) of each record; None where there is one stratum
    clusters : the sampled clusters; None where people were drawn directly
    strata : then, the strata of the people
    """

    code: Codes | None
    clusters: Clusters | None = None
    strata: Strata | None = None

    @property
    def size(self) -> int:
        """Clusters, or strata."""
        if self.clusters is not None:
            return int(self.clusters.code.size)
        return 1 if self.strata is None else int(self.strata.sampled.size)


@dataclass(frozen=True)
class Rows:
    """Records, or groups of equal records that an engine has added up.

    Attributes
    ----------
    table : the columns
    design, units : who was asked, and what was drawn
    people : (n,) people in each row; None for one a row
    weight, square : (n,) sums of weights and of their squares; None for those of people
    shifts : what was taken off each number before squares were summed
    note : who has no weight
    """

    table: nw.DataFrame[Any]
    design: Design
    units: Units
    people: Floats | None = None
    weight: Floats | None = None
    square: Floats | None = None
    shifts: dict[str, float] = field(default_factory=dict)
    note: Text | str = ""
    _memo: dict[str, Coded] = field(repr=False, default_factory=dict)

    @property
    def n(self) -> int:
        """People."""
        return len(self.table) if self.people is None else int(self.people.sum())

    def column(self, name: str) -> nw.Series[Any]:
        """One column; a name that is not there is answered with those that are."""
        if name not in self.table.columns:
            raise unknown_name("column", name, self.table.columns)
        return self.table[name]

    def in_order(self, name: str) -> bool:
        """Whether a column's categories have an order that somebody gave."""
        column = self.column(name)
        native = getattr(column.to_native(), "dtype", None)
        return column.dtype == nw.Enum or bool(getattr(native, "ordered", False))

    def codes(self, name: str) -> Coded:
        """A column encoded, once."""
        if name not in self._memo:
            self._memo[name] = encode(self.column(name))
        return self._memo[name]

    def numbers(self, name: str) -> Floats:
        """A column of numbers, NaN where there is none."""
        return as_floats(self.column(name), name)

    def answered(self, names: Sequence[str]) -> NDArray[np.bool_]:
        """Who has a value in any of the columns."""
        if ANSWERED in self.table.columns:
            return np.asarray(self.table[ANSWERED].to_numpy()) > 0
        return np.logical_or.reduce([~np.isnan(self.numbers(x)) for x in names])

    def shift(self, name: str) -> float:
        """About the mean of a number, taken off it before squares are summed, so that none of
        their digits is lost."""
        if name not in self.shifts:
            values = self.numbers(name)
            there = int((~np.isnan(values)).sum())
            self.shifts[name] = float(np.nansum(values)) / there if there else 0.0
        return self.shifts[name]

    def cells(self, keys: Sequence[Coded], numbers: Sequence[str] = ()) -> Cells:
        """The totals of the cells that the keys make, in the order of the keys' labels.

        Parameters
        ----------
        keys : what the totals are broken down by; who has no value in one is outside
        numbers : columns whose totals (less `shift`) stand beside that of the weight
        """
        return self._cells(keys, numbers, self._placed(keys, numbers))

    def _cells(self, keys: Sequence[Coded], numbers: Sequence[str], placed: Placed) -> Cells:
        sizes = [max(len(key.labels), 1) for key in keys]
        c, p = int(np.prod(sizes)), 1 + len(numbers)
        units = self.units
        if units.size * c * p * (1 if units.clusters else p) > _MOST_CELLS:
            raise CommsvcError(
                f"{units.size} × {' × '.join(map(str, sizes))} totals are too many to hold",
                next_step="tabulate fewer groups, or cut numbers into classes",
            )
        cell, raw, kept = placed
        if self.design.people is not None:
            return self._one_by_one(cell if kept is None else np.where(kept, cell, -1), c, raw)
        flat: NDArray[Any] = cell
        if units.code is not None:
            wide = units.size * c > np.iinfo(np.int32).max
            unit: NDArray[Any] = units.code.astype(np.int64) if wide else units.code
            flat = unit * c + cell
        # As `bincount` wants it, once and not at every call.
        flat = (flat if kept is None else flat[kept]).astype(np.intp, copy=False)
        weights = self._moments(numbers, raw, kept)

        def summed(values: Floats | None) -> Floats:
            total = np.bincount(flat, weights=values, minlength=units.size * c)
            return total.astype(float, copy=False).reshape(units.size, c)

        plain = self.people if kept is None or self.people is None else self.people[kept]
        people = summed(plain)
        first = np.stack([people if w is None else summed(w) for w in weights[0]], axis=-1)
        counts = people.sum(axis=0)
        if units.clusters is not None:
            return ClusterCells(counts, first, units.clusters, deff=self.design.deff)
        second = np.empty((units.size, c, p, p))
        for (i, j), w in weights[1].items():
            second[..., i, j] = second[..., j, i] = people if w is None else summed(w)
        strata = units.strata or Strata([self.n])
        return PeopleCells(counts, people, first, second, strata, deff=self.design.deff)

    def with_products(self, keys: Sequence[Coded], numbers: Sequence[str]) -> tuple[Cells, Floats]:
        """The cells, and of each (c, p, p) the sums of weight · f · f', with f 1 and then the
        numbers less their shifts: the spread of a simple random sample, whatever the design."""
        placed = self._placed(keys, numbers)
        cells = self._cells(keys, numbers, placed)
        cell, raw, kept = placed
        sums = cells.sums
        c, p = sums.shape
        made = np.empty((c, p, p))
        made[:, 0, :] = made[:, :, 0] = sums
        at = cell if kept is None else cell[kept]
        for j in range(1, p):
            for i in range(1, j + 1):
                values = self._product(i, j, raw)
                values = values if kept is None else values[kept]
                made[:, i, j] = made[:, j, i] = np.bincount(at, values, c)
        return cells, made

    def _product(self, i: int, j: int, raw: Sequence[Floats]) -> Floats:
        """weight · f_i · f_j of each row, of the numbers from 1 on."""
        if self.people is not None:
            return self.numbers(product(i, j))
        both = raw[i - 1] * raw[j - 1]
        return both if self.weight is None else both * self.weight

    def _placed(self, keys: Sequence[Coded], numbers: Sequence[str]) -> Placed:
        """Each row's cell, the numbers less their shifts, and who has all of it (None: all)."""
        cell = keys[0].code if keys else np.zeros(len(self.table), dtype=np.int32)
        gone = [key.lost for key in keys if key.lost is not None]
        for key in keys[1:]:
            cell = cell * np.int32(max(len(key.labels), 1)) + key.code
        grouped = self.people is not None
        raw = [] if grouped else [self.numbers(name) - self.shift(name) for name in numbers]
        for name, values in zip(numbers, raw, strict=False):
            if not np.isfinite(values.sum()):
                if np.isinf(values).any():
                    raise CommsvcError("an infinite number", where=name)
                gone.append(np.isnan(values))
        if grouped and numbers:
            gone.append(~(np.asarray(self.table[ANSWERED].to_numpy()) > 0))
        return cell, raw, ~np.logical_or.reduce(gone) if gone else None

    def _moments(
        self, numbers: Sequence[str], raw: Sequence[Floats], kept: NDArray[np.bool_] | None
    ) -> tuple[list[Floats | None], dict[tuple[int, int], Floats | None]]:
        """What is summed: weight · f, and weight² · f · f' where people were drawn directly."""

        def some(values: Any) -> Any:
            return values if kept is None or values is None else values[kept]

        direct = self.units.clusters is None
        pairs = [(i, j) for j in range(len(numbers) + 1) for i in range(j + 1)] if direct else []
        if self.people is not None:
            sums = {(0,): self.weight, (0, 0): self.square}
            for i in range(1, len(numbers) + 1):
                sums[(i,)] = self.numbers(moment(i))
            for i, j in pairs[1:]:
                sums[(i, j)] = self.numbers(moment(i, j))
            if self.weight is None:
                sums[(0,)] = sums[(0, 0)] = self.people
            first = [some(sums[(i,)]) for i in range(len(numbers) + 1)]
            return first, {pair: some(sums[pair]) for pair in pairs}
        weight = some(self.weight)
        factors: list[Floats | None] = [None, *(some(values) for values in raw)]
        first = [_times(weight, f) for f in factors]
        return first, {(i, j): _times(first[i], first[j]) for i, j in pairs}

    def _one_by_one(self, code: NDArray[Any], c: int, raw: Sequence[Floats]) -> Cells:
        inside = code >= 0
        table = np.column_stack([np.where(inside, x, 0.0) for x in raw]) if raw else None
        return SampleCells.of(code, c, Sample.of(self.design), table)


def _times(a: Floats | None, b: Floats | None) -> Floats | None:
    """a · b, where None stands for ones."""
    if a is None or b is None:
        return b if a is None else a
    return a * b


def as_floats(column: nw.Series[Any], name: str) -> Floats:
    """A column of numbers as floats, NaN where there is none."""
    if not (column.dtype.is_numeric() or column.dtype == nw.Boolean):
        raise CommsvcError("not numbers", where=name, next_step="clean them with read_numbers")
    return np.asarray(column.cast(nw.Float64).to_numpy(), dtype=float)
