"""A table's cells under a design: totals, and what the variance of any statistic of them needs.

A table of groups by answers is a row of c cells. Of each cell a survey has the weighted total of
its people (and, where a number is asked, of weight · number): p sums. Every share, mean, ratio,
difference or odds ratio is a smooth function of these (c, p) sums, and `by_design(statistic,
cells)` gives its error. What that is worked out from differs by design:

- `ClusterCells`: the sums of every first-stage cluster;
- `PeopleCells`: where people were drawn directly, each cell's sum of squares in every stratum, so
  that a million people cost no more than a thousand;
- `SampleCells`: the people one by one, for calibrated and for replicate weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.inference.checks import Array
from commsvc.inference.clusters import Clusters, Strata
from commsvc.inference.replicates import Replicates
from commsvc.inference.sample import Sample

# A spread of weights within a cell below this part of their squares is rounding.
_ROUNDING = 1e-12
Index = NDArray[np.intp]


@dataclass(frozen=True)
class Cells:
    """What the table of every design offers; c cells, p sums a cell.

    Parameters
    ----------
    counts : (c,) people in each cell, unweighted
    """

    counts: Array
    replicates: Replicates | None = field(default=None, init=False, repr=False)
    note: str = field(default="", init=False, repr=False)
    exact: bool = field(default=False, init=False, repr=False)
    deff: float = field(default=1.0, kw_only=True, repr=False)

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        raise NotImplementedError

    @property
    def weights(self) -> Array:
        """What a statistic is a function of: the sums."""
        return self.sums

    @property
    def df(self) -> int:
        """Degrees of freedom: units with anybody of these cells, minus their strata."""
        raise NotImplementedError

    def take(self, index: Any) -> Cells:
        """Some of the cells; people elsewhere stay in the sample, as zeros."""
        raise NotImplementedError

    def pool(self, into: Any, size: int) -> Cells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        raise NotImplementedError

    def covariance_of(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v): derivatives by each sum."""
        raise NotImplementedError

    def covariance_along(self, derive: Callable[[Array], Array], v: int) -> Array:
        """The same of a statistic that `derive` gives the derivative (v,) of along a direction."""
        sums = self.sums
        values = np.zeros((*sums.shape, v))
        for at in np.argwhere(np.broadcast_to(sums[:, :1] != 0, sums.shape)):
            direction = np.zeros(sums.shape)
            direction[tuple(at)] = sums[at[0], 0]
            values[tuple(at)] = derive(direction) / sums[at[0], 0]
        return self.covariance_of(values)


def joining(into: Any, size: int) -> Array:
    """(c, size): 1 where a cell goes."""
    return np.eye(size)[np.asarray(into, dtype=np.intp)]


@dataclass(frozen=True)
class ClusterCells(Cells):
    """Sums of every first-stage cluster.

    Parameters
    ----------
    totals : (m, c, p) weighted sums of each cluster
    clusters : the m sampled clusters, those without anybody of the cells included

    Examples
    --------
    >>> from commsvc.inference import by_design
    >>> cells = ClusterCells(np.array([9, 3]), np.array([[[3.], [1.]], [[2.], [2.]], [[4.], [0.]]]),
    ...                      Clusters(size=3))
    >>> shares = by_design(lambda sums: sums[:, 0] / sums.sum(), cells)
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
        return self.clusters.df_of(self.held)

    def take(self, index: Any) -> ClusterCells:
        """Some of the cells."""
        return replace(self, counts=self.counts[index], totals=self.totals[:, index])

    def pool(self, into: Any, size: int) -> ClusterCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        join = joining(into, size)
        totals = np.einsum("mcp,cd->mdp", self.totals, join, optimize=True)
        return replace(self, counts=self.counts @ join, totals=totals)

    def covariance_of(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        m, c, p = self.totals.shape
        linear = self.totals.reshape(m, c * p) @ values.reshape(c * p, -1)
        return self.clusters.covariance(linear, self.held)


@dataclass(frozen=True)
class PeopleCells(Cells):
    """People drawn directly, each a cluster of one, summed by stratum and cell.

    Parameters
    ----------
    people : (s, c) people of each cell in each stratum
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
    >>> from commsvc.inference import by_design
    >>> people = np.array([[6., 4.]])
    >>> cells = PeopleCells(people[0], people, people[..., None], people[..., None, None],
    ...                     Strata([10]))
    >>> share = by_design(lambda sums: sums[0, 0] / sums.sum(), cells)
    >>> round(share.se, 9), round((0.6 * 0.4 / 9) ** 0.5, 9)
    (0.163299316, 0.163299316)
    """

    people: Array = field(repr=False)
    first: Array = field(repr=False)
    second: Array = field(repr=False)
    strata: Strata = field(repr=False)

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

    def covariance_of(self, values: Array) -> Array:
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
        return np.asarray(factor * covariance)


@dataclass(frozen=True)
class SampleCells(Cells):
    """The people one by one: for calibrated weights, whose errors are those of residuals, and for
    replicate weights, by each of which the sums are worked out anew.

    Parameters
    ----------
    code : (n,) cell of each person, −1 outside
    numbers : (n, p − 1) what is asked besides, 0 outside; (n, 0) for a table of shares
    sample : who was drawn
    """

    code: Index = field(repr=False)
    numbers: Array = field(repr=False)
    sample: Sample = field(repr=False)

    @classmethod
    def of(cls, code: Any, c: int, sample: Sample, numbers: Any = None) -> SampleCells:
        """The people of c cells; without `numbers` a table of shares."""
        at = np.asarray(code, dtype=np.intp)
        counts = np.bincount(at[at >= 0], minlength=c).astype(float)
        asked = np.zeros((at.size, 0)) if numbers is None else numbers
        made = cls(counts, at, asked, sample, deff=sample.deff)
        object.__setattr__(made, "replicates", sample.replicates)
        return made

    def _summed(self, weights: Array) -> Array:
        inside = self.code >= 0
        weight, at = weights[inside], self.code[inside]
        columns = [weight, *(weight * x for x in self.numbers[inside].T)]
        return np.column_stack([np.bincount(at, x, self.counts.size) for x in columns])

    @property
    def sums(self) -> Array:
        """Weighted sums (c, p)."""
        return self._summed(self.sample.weights)

    def anew(self, statistic: Callable[[Array], Any]) -> Array:
        """A statistic (v,) of the sums by each replicate's weights (R, v)."""
        assert self.replicates is not None
        return self.replicates.anew(lambda weights: statistic(self._summed(weights)))

    @property
    def df(self) -> int:
        """Clusters with anybody of these cells, minus their strata; of replicates, their rank."""
        inside = self.code >= 0
        return self.sample.domain(inside).df if self.sample.weights[inside].any() else 0

    def take(self, index: Any) -> SampleCells:
        """Some of the cells."""
        place = np.full(self.counts.size + 1, -1, dtype=np.intp)
        chosen = np.arange(self.counts.size)[index]
        place[chosen] = np.arange(chosen.size)
        return self.of(place[self.code], chosen.size, self.sample, self.numbers)

    def pool(self, into: Any, size: int) -> SampleCells:
        """Cells joined: cell i becomes part of cell `into[i]` of `size`."""
        place = np.append(np.asarray(into, dtype=np.intp), -1)
        return self.of(place[self.code], size, self.sample, self.numbers)

    def covariance_of(self, values: Array) -> Array:
        """Covariance (v, v) of the totals of `values` (c, p, v)."""
        padded = np.concatenate([values, np.zeros_like(values[:1])])[self.code]
        influence = padded[:, 0] + np.einsum("np,npv->nv", self.numbers, padded[:, 1:])
        return self.sample.covariance_of(influence)
