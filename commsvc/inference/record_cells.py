"""Totals of cells where the people are needed one by one: calibrated and replicate weights."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from commsvc.inference.cell_totals import Index, LinearCells, cube, joining, placed
from commsvc.inference.checks import Array
from commsvc.inference.linearisation import LinearEstimate
from commsvc.inference.records import Records
from commsvc.inference.replicates import Replicates


@dataclass(frozen=True)
class RecordCells(LinearCells):
    """The people one by one: for calibrated weights, whose errors are those of residuals.

    Parameters
    ----------
    counts : (c,) people in each cell, unweighted
    code : (n,) cell of each person, −1 outside
    numbers : (n, p − 1) what is asked besides, 0 outside; (n, 0) for a table of shares
    records : the sample
    """

    code: Index = field(repr=False)
    numbers: Array = field(repr=False)
    records: Records = field(repr=False)

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        inside = self.code >= 0
        weight, at = self.records.weights[inside], self.code[inside]
        columns = [weight, *(weight * x for x in self.numbers[inside].T)]
        return np.column_stack([np.bincount(at, x, self.counts.size) for x in columns])

    @property
    def df(self) -> int:
        """Clusters with anybody of these cells, minus their strata."""
        inside = self.code >= 0
        return self.records.domain(inside).df if inside.any() else 0

    def take(self, index: Any) -> RecordCells:
        """Some of the cells."""
        return replace(
            self, counts=self.counts[index], code=placed(self.code, self.counts.size, index)
        )

    def pool(self, into: Any, size: int) -> RecordCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        code = np.append(np.asarray(into, dtype=np.intp), -1)[self.code]
        return replace(self, counts=self.counts @ joining(into, size), code=code)

    def covariance(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        padded = np.concatenate([values, np.zeros_like(values[:1])])[self.code]
        influence = padded[:, 0] + np.einsum("np,npv->nv", self.numbers, padded[:, 1:])
        return self.records.covariance(influence)


@dataclass(frozen=True)
class ReplicateCells:
    """Sums by the weights of the whole sample and of every replicate.

    Parameters
    ----------
    counts : (c,) people in each cell, unweighted
    totals : (1 + R, c, p) sums by the whole sample's weights, then by each replicate's
    code : (n,) cell of each person, −1 outside
    replicates : the weights
    """

    counts: Array
    totals: Array = field(repr=False)
    code: Index = field(repr=False)
    replicates: Replicates = field(repr=False)

    @classmethod
    def of(cls, code: Index, c: int, numbers: Array, replicates: Replicates) -> ReplicateCells:
        """The sums of c cells; `numbers` (n, p − 1) as in `RecordCells`."""
        inside = code >= 0
        at = code[inside]
        weights = np.column_stack([replicates.weights, replicates.replicates])[inside].T
        factors = np.column_stack([np.ones(at.size), numbers[inside]]).T
        totals = [[np.bincount(at, w * f, c) for f in factors] for w in weights]
        counts = np.bincount(at, minlength=c).astype(float)
        return cls(counts, np.asarray(totals).transpose(0, 2, 1), code, replicates)

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        return np.asarray(self.totals[0])

    @property
    def df(self) -> int:
        """Rank of the replicate weights of the people of these cells, less one."""
        inside = self.code >= 0
        return int(self.replicates.domain(inside).df or 0) if inside.any() else 0

    def take(self, index: Any) -> ReplicateCells:
        """Some of the cells."""
        code = placed(self.code, self.counts.size, index)
        return replace(self, counts=self.counts[index], totals=self.totals[:, index], code=code)

    def pool(self, into: Any, size: int) -> ReplicateCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        join = joining(into, size)
        totals = np.einsum("rcp,cd->rdp", self.totals, join, optimize=True)
        code = np.append(np.asarray(into, dtype=np.intp), -1)[self.code]
        return replace(self, counts=self.counts @ join, totals=totals, code=code)

    def total(self, values: Any) -> LinearEstimate:
        """Totals of values (c, v) or (c, p, v) over the people."""
        each = np.einsum("rcp,cpv->rv", self.totals, cube(values))
        return self.replicates.spread(each[0], each[1:], self.df)

    def ratio(self, top: Any, bottom: Any) -> LinearEstimate:
        """Ratios of such totals, computed anew in every replicate; no error where a replicate has
        nobody in the base."""
        above = np.einsum("rcp,cpv->rv", self.totals, cube(top))
        below = np.einsum("rcp,cpv->rv", self.totals, cube(bottom))
        empty = np.broadcast_to((below[0] == 0), above.shape[1:])
        with np.errstate(invalid="ignore"):
            each = above / np.where(below == 0, np.nan, below)
        return self.replicates.spread(np.where(empty, np.nan, each[0]), each[1:], self.df)
