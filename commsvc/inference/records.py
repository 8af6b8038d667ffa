"""The people of a sample one by one, for what cluster totals cannot give: ranks, quantiles, models.

Every estimate here is a smooth function of weighted sums, so its error comes from one influence
value a person (Binder 1983): these are freed of what calibration holds fixed, added up in their
clusters, and `Clusters` does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_numbers, missing
from commsvc.inference.linearisation import Clusters, LinearEstimate, linear_ratio


@dataclass(frozen=True)
class Adjustment:
    """What a calibration holds fixed: the space of its columns, and the weights beside it.

    Attributes
    ----------
    basis : (n, k) orthonormal basis of the calibration columns times √(weights before)
    scale : (n,) weights after over √(weights before)
    """

    basis: Array
    scale: Array

    def residual(self, influence: Array) -> Array:
        """Weighted influence (n, v) less the part the calibration columns explain.

        Deville and Särndal (1992, JASA 87): a calibrated total varies as its residuals do.
        """
        used = self.scale > 0
        plain = np.divide(
            influence, self.scale[:, None], out=np.zeros_like(influence), where=used[:, None]
        )
        return (plain - self.basis @ (self.basis.T @ plain)) * self.scale[:, None]

    def transposed(self, direction: Array) -> Array:
        """The transpose of `residual`, for directions (n, v) of change."""
        scaled = direction * self.scale[:, None]
        free = scaled - self.basis @ (self.basis.T @ scaled)
        used = self.scale[:, None] > 0
        return np.divide(free, self.scale[:, None], out=np.zeros_like(free), where=used)

    @classmethod
    def of(cls, before: Array, after: Array, columns: Array) -> Adjustment:
        """From the weights (n,) before and after a calibration to totals of columns (n, k)."""
        root = np.sqrt(before)
        left, size, _ = np.linalg.svd(columns * root[:, None], full_matrices=False)
        rank = size > size.max() * max(columns.shape) * np.finfo(float).eps
        scale = np.divide(after, root, out=np.zeros_like(root), where=root > 0)
        return cls(left[:, rank], scale)


@dataclass(frozen=True)
class Records:
    """Who answered: the weight and the first-stage cluster of each of n people.

    Parameters
    ----------
    weights : (n,) sampling weights, 0 for people outside the domain
    cluster : (n,) number of each person's cluster, a row of `clusters`
    clusters : the sampled clusters; made by `Records.sample` from labels
    adjustments : the calibrations the weights went through, in order

    Examples
    --------
    >>> people = Records.sample([2, 2, 1, 1], clusters=["a", "a", "b", "b"])
    >>> mean = people.mean([3.0, 5.0, 1.0, 2.0])
    >>> mean.estimate.round(4), mean.se.round(4), mean.df
    (array([3.1667]), array([1.1111]), 1)
    """

    weights: Array
    cluster: NDArray[np.intp] = field(repr=False)
    clusters: Clusters = field(repr=False)
    adjustments: tuple[Adjustment, ...] = field(default=(), repr=False)

    @classmethod
    def sample(
        cls,
        weights: Any,
        *,
        strata: Any = None,
        clusters: Any = None,
        population: Any = None,
        lonely: str = "fail",
    ) -> Records:
        """From one label a person.

        Parameters
        ----------
        weights : (n,) sampling weights
        strata : (n,) stratum, None for one
        clusters : (n,) first-stage cluster, None where people were drawn directly; a label
            that comes in two strata is two clusters (R's nest=TRUE)
        population : (n,) number of clusters in the population of the person's stratum
        lonely : what to do with a stratum of one cluster, by R survey's names
        """
        weight = as_counts(weights, "weights", ndim=1)
        n = weight.size
        if weight.sum() <= 0:
            raise CommsvcError("the weights add up to 0: nobody is represented")
        stratum = None if strata is None else _codes(strata, n, "strata")
        person = np.arange(n) if clusters is None else _codes(clusters, n, "clusters")
        key = person if stratum is None else stratum * (int(person.max()) + 1) + person
        _, first, cluster = np.unique(key, return_index=True, return_inverse=True)
        size = None
        if population is not None:
            whole = np.broadcast_to(np.asarray(population, dtype=float), (n,))
            size = whole[first]
            if not (size[cluster] == whole).all():
                raise CommsvcError(
                    "a cluster has two population sizes",
                    allowed="one number of clusters a stratum",
                )
        made = Clusters(
            None if stratum is None else stratum[first],
            size=first.size,
            population=size,
            lonely=lonely,
        )
        return cls(weight, cluster, made)

    @property
    def n(self) -> int:
        """People with a weight above 0."""
        return int((self.weights > 0).sum())

    @property
    def df(self) -> int:
        """Clusters minus strata, of those with anybody of the domain (as R's degf)."""
        held = np.unique(self.cluster[self.weights > 0])
        return int(held.size - np.unique(self.clusters.code[held]).size)

    def domain(self, inside: Any) -> Records:
        """The part of the sample where `inside` (n,) is true; the design stays whole.

        Dropping the others' rows would make strata and clusters that the domain lacks vanish from
        the variance; their weight is 0 instead.
        """
        keep = np.asarray(inside)
        if keep.shape != self.weights.shape or keep.dtype != bool:
            raise CommsvcError(
                f"a domain of shape {keep.shape} for {self.weights.size} people",
                allowed="true or false for each person",
            )
        if not (self.weights[keep] > 0).any():
            raise CommsvcError("nobody with a weight is in the domain")
        return replace(self, weights=np.where(keep, self.weights, 0.0))

    def calibrated(self, weights: Array, columns: Array) -> Records:
        """The records with weights that a calibration to the totals of `columns` (n, k) gave."""
        made = Adjustment.of(self.weights, weights, columns)
        return replace(self, weights=weights, adjustments=(*self.adjustments, made))

    def covariance(self, influence: Any) -> Array:
        """Covariance (v, v) of the weighted sums of `influence` (n, v), weights not yet applied."""
        values = np.asarray(influence, dtype=float)
        values = values[:, None] if values.ndim == 1 else values
        used = self.weights[:, None] > 0
        weighted = np.where(used, values, 0.0) * self.weights[:, None]
        for adjustment in self.adjustments:
            weighted = adjustment.residual(weighted)
        totals = np.zeros((self.clusters.code.size, values.shape[1]))
        np.add.at(totals, self.cluster, weighted)
        if self.adjustments:
            # Residuals of a calibration are of everybody, in the domain or not.
            return self.clusters.covariance(totals)
        held = np.bincount(self.cluster, used[:, 0], self.clusters.code.size) > 0
        return self.clusters.covariance(totals, held)

    def total(self, values: Any) -> LinearEstimate:
        """Population totals of `values` (n,) or (n, v)."""
        y = _columns(values, self.weights)
        return LinearEstimate(self.weights @ y, self.covariance(y), self.df)

    def mean(self, values: Any) -> LinearEstimate:
        """Weighted means of `values` (n,) or (n, v); of 0–1 columns, the shares."""
        return self.ratio(values, np.ones(self.weights.size))

    def ratio(self, numerators: Any, denominators: Any) -> LinearEstimate:
        """Ratios of the totals of (n, v) and (n,) or (n, v) columns."""
        top, bottom = _columns(numerators, self.weights), _columns(denominators, self.weights)
        bottom = np.broadcast_to(bottom, top.shape)
        whole = self.weights @ bottom
        if (whole == 0).any():
            raise CommsvcError("the base of a ratio adds up to 0: nobody is counted")
        return linear_ratio(
            self.weights @ top,
            whole,
            lambda ratio, base: self.covariance((top - ratio * bottom) / base),
            self.df,
        )


def _codes(labels: Any, n: int, what: str) -> NDArray[np.intp]:
    """A number for each label."""
    named = np.asarray(labels)
    if named.shape != (n,):
        raise CommsvcError(f"{what} of shape {named.shape} for {n} people", allowed="one a person")
    gone = int(missing(named).sum())
    if gone:
        raise CommsvcError(f"{what}: missing for {gone} people", allowed="one a person")
    if named.dtype == object:
        named = named.astype(str)
    return np.unique(named, return_inverse=True)[1]


def _columns(values: Any, weights: Array) -> Array:
    """Values as finite (n, v) where the weight is above 0, and 0 elsewhere."""
    array = as_numbers(values)
    array = array[:, None] if array.ndim == 1 else array
    if array.ndim != 2 or array.shape[0] != weights.size:
        raise CommsvcError(
            f"values of shape {array.shape} for {weights.size} people", allowed="one row a person"
        )
    used = weights > 0
    missing = int((~np.isfinite(array[used])).any(axis=1).sum())
    if missing:
        raise CommsvcError(
            f"{missing} people have no value",
            allowed="finite numbers for everybody in the domain",
            next_step="use records.domain(...) with those who answered, and say how many they are",
        )
    return np.where(used[:, None], array, 0.0)
