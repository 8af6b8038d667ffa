"""Totals of cells, with what their variance under the design needs, whatever the design.

A table of groups by answers is a row of c cells. Of each cell a survey has the weighted total of
its people (and, where a number is asked, of weight · number): p sums. Every share, mean, ratio,
difference or odds ratio of the table is a smooth function of these sums, so its variance is that
of a total of one value a person, constant within a cell but for the number: Taylor linearisation.
What the variance is worked out from differs by design:

- `ClusterCells`: the sums of every first-stage cluster;
- `PeopleCells`: where people were drawn directly, each cell's sum of squares in every stratum;
- `RecordCells` and `ReplicateCells` (module `record_cells`): the people one by one, for calibrated
  weights, and the sums by every replicate weight.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from commsvc.inference.checks import Array
from commsvc.inference.linearisation import Clusters, LinearEstimate, linear_ratio
from commsvc.inference.strata import Strata

# A spread of weights within a cell below this part of their squares is rounding.
_ROUNDING = 1e-12
Index = NDArray[np.intp]


class Cells(Protocol):
    """What the table of every design offers; c cells, p sums a cell."""

    @property
    def counts(self) -> Array:
        """People in each cell (c,), unweighted."""

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""

    @property
    def df(self) -> int:
        """Degrees of freedom: units with anybody of these cells, minus their strata."""

    def take(self, index: Any) -> Cells:
        """Some of the cells; people elsewhere stay in the sample, as zeros."""

    def pool(self, into: Any, size: int) -> Cells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""

    def total(self, values: Any) -> LinearEstimate:
        """Totals of values (c, v) or (c, p, v) over the people."""

    def ratio(self, top: Any, bottom: Any) -> LinearEstimate:
        """Ratios of such totals; NaN where the base is 0."""


def cube(values: Any) -> Array:
    """(c, v) as (c, 1, v)."""
    array = np.asarray(values, dtype=float)
    return array[:, None, :] if array.ndim == 2 else array


def joining(into: Any, size: int) -> Array:
    """(c, size): 1 where a cell goes."""
    return np.eye(size)[np.asarray(into, dtype=np.intp)]


def placed(code: Index, size: int, index: Any) -> Index:
    """Everybody's place among the chosen of `size` cells, −1 for those elsewhere."""
    place = np.full(size + 1, -1, dtype=np.intp)
    chosen = np.arange(size)[index]
    place[chosen] = np.arange(chosen.size)
    return np.asarray(place[code])


@dataclass(frozen=True)
class LinearCells:
    """Totals and ratios by linearisation, from sums and the covariance of a value a person."""

    counts: Array

    @property
    def sums(self) -> Array:
        raise NotImplementedError

    @property
    def df(self) -> int:
        raise NotImplementedError

    def covariance(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        raise NotImplementedError

    def total(self, values: Any) -> LinearEstimate:
        """Totals of values (c, v) or (c, p, v) over the people."""
        each = cube(values)
        return LinearEstimate(
            np.einsum("cp,cpv->v", self.sums, each), self.covariance(each), self.df
        )

    def ratio(self, top: Any, bottom: Any) -> LinearEstimate:
        """Ratios of totals (Woodruff 1971, JASA 66); NaN where the base is 0."""
        above = cube(top)
        below = np.broadcast_to(cube(bottom), above.shape)
        sums = self.sums
        return linear_ratio(
            np.einsum("cp,cpv->v", sums, above),
            np.einsum("cp,cpv->v", sums, below),
            lambda ratio, whole: self.covariance((above - ratio * below) / whole),
            self.df,
        )


@dataclass(frozen=True)
class ClusterCells(LinearCells):
    """Sums of every first-stage cluster.

    Parameters
    ----------
    counts : (c,) people in each cell, unweighted
    totals : (m, c, p) weighted sums of each cluster
    clusters : the m sampled clusters, those without anybody of the cells included

    Examples
    --------
    >>> cells = ClusterCells(np.array([9, 3]), np.array([[[3.], [1.]], [[2.], [2.]], [[4.], [0.]]]),
    ...                      Clusters(size=3))
    >>> shares = cells.ratio(np.eye(2), np.ones((2, 1)))
    >>> shares.estimate, shares.se.round(4), shares.df
    (array([0.75, 0.25]), array([0.1443, 0.1443]), 2)
    """

    totals: Array = field(repr=False)
    clusters: Clusters = field(repr=False)

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        return np.asarray(self.totals.sum(axis=0))

    @property
    def held(self) -> NDArray[np.bool_]:
        """Clusters (m,) with anybody of these cells."""
        return np.asarray(self.totals[:, :, 0].any(axis=1))

    @property
    def df(self) -> int:
        """Clusters with anybody of these cells, minus their strata (as R's degf of a subset)."""
        held = self.held
        return int(held.sum() - np.unique(self.clusters.code[held]).size)

    def take(self, index: Any) -> ClusterCells:
        """Some of the cells."""
        return replace(self, counts=self.counts[index], totals=self.totals[:, index])

    def pool(self, into: Any, size: int) -> ClusterCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        join = joining(into, size)
        totals = np.einsum("mcp,cd->mdp", self.totals, join, optimize=True)
        return replace(self, counts=self.counts @ join, totals=totals)

    def covariance(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        m, c, p = self.totals.shape
        linear = self.totals.reshape(m, c * p) @ values.reshape(c * p, -1)
        return self.clusters.covariance(linear, self.held)


@dataclass(frozen=True)
class PeopleCells(LinearCells):
    """People drawn directly, each a cluster of one, summed by stratum and cell.

    Parameters
    ----------
    counts : (c,) people in each cell, unweighted
    people : (s, c) the same in each stratum
    first : (s, c, p) sums of weight · f, with f of a person 1 and then the numbers
    second : (s, c, p, p) sums of weight² · f · f'
    strata : how many people each stratum gave in all, those outside the cells included
    deff : design effect assumed beside the design

    Notes
    -----
    The spread within a stratum is that within its cells plus that between their means, so that
    nothing cancels where all people of a stratum are of one cell.

    Examples
    --------
    >>> people = np.array([[6., 4.]])
    >>> cells = PeopleCells(people[0], people, people[..., None], people[..., None, None],
    ...                     Strata([10]))
    >>> cells.ratio(np.eye(2), np.ones((2, 1))).se.round(4), (0.6 * 0.4 / 9) ** 0.5
    (array([0.1633, 0.1633]), 0.1632993161855452)
    """

    people: Array = field(repr=False)
    first: Array = field(repr=False)
    second: Array = field(repr=False)
    strata: Strata = field(repr=False)
    deff: float = 1.0

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        return np.asarray(self.first.sum(axis=0))

    @property
    def df(self) -> int:
        """People of these cells, minus their strata."""
        held = self.people.sum(axis=1)
        return int(held.sum() - (held > 0).sum())

    def take(self, index: Any) -> PeopleCells:
        """Some of the cells."""
        return replace(
            self,
            counts=self.counts[index],
            people=self.people[:, index],
            first=self.first[:, index],
            second=self.second[:, index],
        )

    def alone(self) -> PeopleCells:
        """The people of these cells as a sample of their own, at their number.

        For a simple sample, whose groups are each a simple sample once their sizes are given; the
        sampled share of the population stays. One person alone has no spread, as a lonely stratum.
        """
        counts = self.people.sum(axis=1)
        left = self.strata.unsampled
        with np.errstate(divide="ignore", invalid="ignore"):
            whole = np.where(left < 1, counts / (1 - left), np.inf)
        sizes = np.where(counts > 0, whole, np.inf)
        return replace(self, strata=Strata(counts, sizes, "remove"))

    def pool(self, into: Any, size: int) -> PeopleCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        join = joining(into, size)
        return replace(
            self,
            counts=self.counts @ join,
            people=self.people @ join,
            first=np.einsum("scp,cd->sdp", self.first, join),
            second=np.einsum("scpq,cd->sdpq", self.second, join),
        )

    def covariance(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        scale, from_zero, factor = self.strata.scales(self.people.any(axis=1))
        n = np.maximum(self.people, 1)[..., None, None]
        within = self.second - self.first[..., :, None] * self.first[..., None, :] / n
        within = np.where(np.abs(within) > _ROUNDING * np.abs(self.second), within, 0.0)
        inner = np.einsum("s,scpq->cpq", scale, within)
        covariance = np.einsum("cpv,cpq,cqw->vw", values, inner, values, optimize=True)
        means = np.einsum("scp,cpv->scv", self.first, values) / n[..., 0]
        centre = (self.people[..., None] * means).sum(axis=1) / self.strata.sampled[:, None]
        centre = np.where(from_zero[:, None], 0.0, centre)
        outside = self.strata.sampled - self.people.sum(axis=1)
        far = (means - centre[:, None]) * np.sqrt(scale[:, None] * self.people)[..., None]
        far = far.reshape(-1, values.shape[-1])
        rest = centre * np.sqrt(scale * outside)[:, None]
        covariance = covariance + far.T @ far + rest.T @ rest
        # What the weights of a cell give and its numbers take away may leave less than nothing.
        np.fill_diagonal(covariance, np.maximum(np.diag(covariance), 0.0))
        return np.asarray(self.deff * factor * covariance)
