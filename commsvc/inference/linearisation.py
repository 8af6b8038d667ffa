"""Design-based variance from the totals of first-stage clusters: Taylor linearisation.

Records are not needed. What a survey gives to this module is, for every first-stage cluster
(PSU) in the sample, the weighted totals of its members: one row a cluster, in `Clusters`' order,
a row of zeros where nobody of the domain lives. Where people were drawn directly, each is a
cluster of one. Later stages are covered by the ultimate-cluster rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_share
from commsvc.inference.results import Interval
from commsvc.inference.strata import Strata, size_of_each
from commsvc.shown import Shown


@dataclass(frozen=True)
class Clusters:
    """The first-stage clusters of a sample: which stratum each is in, how many there are in all.

    Parameters
    ----------
    strata : (m,) stratum of each cluster, any labels; None for one stratum
    size : m, needed when strata is None
    population : (m,) number of clusters in the population of each cluster's stratum, for the finite
        population correction; infinite or None for sampling with replacement
    lonely : what to do with a stratum of one cluster, by R survey's names: "fail"; "remove" and
        "certainty" (adds nothing); "adjust" (its distance from zero, which for means and ratios
        is the distance from the overall mean); "average" (as much as the other strata on average)
    share : (m,) of a later stage, the sampled share of the stages before, by which it counts

    Examples
    --------
    >>> clusters = Clusters(["a", "a", "b", "b", "b"])
    >>> clusters.df
    3
    >>> clusters.covariance([[1.0], [3.0], [2.0], [2.0], [5.0]])
    array([[13.]])
    """

    strata: Any = None
    size: int | None = None
    population: Any = None
    lonely: str = "fail"
    share: Any = None
    code: NDArray[np.intp] = field(init=False, repr=False)
    rule: Strata = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.strata is None and self.size is None:
            raise CommsvcError("neither strata nor the number of clusters is given")
        labels = np.zeros(self.size or 0) if self.strata is None else np.asarray(self.strata)
        if labels.ndim != 1 or labels.size == 0:
            raise CommsvcError("strata are not one row", allowed="one stratum a cluster")
        _, code, sampled = np.unique(labels, return_inverse=True, return_counts=True)
        object.__setattr__(self, "code", code)
        whole = None
        if self.population is not None:
            whole = size_of_each(self.population, code, sampled.size)
        object.__setattr__(self, "rule", Strata(sampled, whole, self.lonely))

    @property
    def sampled(self) -> Array:
        """Clusters drawn in each stratum."""
        return np.asarray(self.rule.sampled)

    @property
    def unsampled(self) -> Array:
        """Share of each stratum's clusters that were not drawn."""
        return self.rule.unsampled

    @property
    def df(self) -> int:
        """Degrees of freedom: clusters minus strata."""
        return int(self.code.size - self.sampled.size)

    def covariance(self, totals: Any, held: Any = None) -> Array:
        """The covariance (v, v) of the sums over all clusters of `totals` (m, v).

        Within each stratum the clusters' spread about their mean, scaled by `Strata.scales`;
        `held` (m,) says which clusters have anybody of the domain, None that all have.
        """
        values = np.asarray(totals, dtype=float)
        values = values[:, None] if values.ndim == 1 else values
        if values.shape[0] != self.code.size or not np.isfinite(values).all():
            raise CommsvcError(
                f"totals of shape {values.shape} for {self.code.size} clusters",
                allowed="one row of finite numbers a cluster; zeros where nobody is",
            )
        sums = np.zeros((self.sampled.size, values.shape[1]))
        np.add.at(sums, self.code, values)
        strata = None
        if held is not None:
            strata = np.bincount(self.code, np.asarray(held), self.sampled.size) > 0
        scale, from_zero, factor = self.rule.scales(strata)
        if self.share is not None:
            scale = scale * size_of_each(self.share, self.code, self.sampled.size)
        centre = np.where(from_zero[:, None], 0.0, sums / self.sampled[:, None])
        spread = (values - centre[self.code]) * np.sqrt(scale)[self.code, None]
        return np.asarray(factor * (spread.T @ spread))


@dataclass(frozen=True)
class LinearEstimate(Shown):
    """Estimates with their covariance under the design.

    Attributes
    ----------
    estimate : (v,)
    covariance : (v, v)
    df : degrees of freedom of the design
    """

    estimate: Array
    covariance: Array
    df: int

    @property
    def se(self) -> Array:
        """Standard errors (v,)."""
        return np.sqrt(np.diag(self.covariance))

    def combine(self, weights: Any) -> LinearEstimate:
        """Linear combinations: weights (w, v) give w estimates, such as differences of groups."""
        by = np.atleast_2d(np.asarray(weights, dtype=float))
        return LinearEstimate(by @ self.estimate, by @ self.covariance @ by.T, self.df)

    def interval(self, confidence: float = 0.95) -> Interval:
        """Student's intervals of the estimates, on the design's degrees of freedom (as R's confint
        with df = degf); NaN where there are none.

        >>> total = cluster_total([[4.0], [6.0], [5.0]], Clusters(size=3)).interval()
        >>> total.low.round(2), total.high.round(2)
        (array([7.55]), array([22.45]))
        """
        from scipy import special

        upper = (1 + as_share(confidence, "confidence")) / 2
        half = (float(special.stdtrit(self.df, upper)) if self.df > 0 else np.nan) * self.se
        return Interval(
            self.estimate, self.estimate - half, self.estimate + half, self.se,
            confidence=confidence, method="design-based, Student t",
            note="" if self.df > 0 else "no degrees of freedom: no interval",
        )  # fmt: skip


def cluster_total(totals: Any, clusters: Clusters) -> LinearEstimate:
    """Population totals from cluster totals (m, v) of weight · value.

    >>> estimate = cluster_total([[4.0], [6.0], [5.0]], Clusters(size=3))
    >>> estimate.estimate, estimate.se.round(4)
    (array([15.]), array([1.7321]))
    """
    values = np.asarray(totals, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    return LinearEstimate(values.sum(axis=0), clusters.covariance(values), clusters.df)


def cluster_ratio(numerators: Any, denominators: Any, clusters: Clusters) -> LinearEstimate:
    """Ratios of totals: means, shares and domain means are all of this form.

    Parameters
    ----------
    numerators : (m, v) cluster totals of weight · value; for the share of a level, of weight
    denominators : (m,) or (m, v) cluster totals of weight · base; for a mean, of weight, over
        those of the domain that answered
    clusters : all sampled clusters, those without anybody of the domain included

    Returns
    -------
    LinearEstimate; NaN with no error where the denominator is 0

    Notes
    -----
    The variance is that of the total of (y − r·x)/X (Woodruff 1971, JASA 66).

    Examples
    --------
    >>> shares = cluster_ratio([[3, 1], [2, 2], [4, 0]], [4, 4, 4], Clusters(size=3))
    >>> shares.estimate, shares.se.round(4)
    (array([0.75, 0.25]), array([0.1443, 0.1443]))
    """
    top = np.asarray(numerators, dtype=float)
    top = top[:, None] if top.ndim == 1 else top
    bottom = np.asarray(denominators, dtype=float)
    bottom = np.broadcast_to(bottom[:, None] if bottom.ndim == 1 else bottom, top.shape)
    return linear_ratio(
        top.sum(axis=0),
        bottom.sum(axis=0),
        lambda ratio, whole: clusters.covariance((top - ratio * bottom) / whole),
        clusters.df,
    )


def linear_ratio(
    top: Array, bottom: Array, covariance: Callable[[Array, Array], Array], df: int
) -> LinearEstimate:
    """Ratios (v,) of totals, linearised: what `covariance(ratio, whole)` gives of the totals of
    (y − ratio·x)/whole; NaN where the base is 0."""
    empty = bottom == 0
    whole = np.where(empty, 1.0, bottom)
    estimate = top / whole
    spread = covariance(estimate, whole)
    spread[empty, :] = np.nan
    spread[:, empty] = np.nan
    return LinearEstimate(np.where(empty, np.nan, estimate), spread, df)


def design_effect(variance: Any, spread: Any, n: Any, weight_total: float | None = None) -> Array:
    """Variance under the design over that of a simple random sample of n.

    Parameters
    ----------
    variance : of the estimate, under the design
    spread : estimated variance of the value in the population, n/(n − 1) times the weighted mean of
        squared distances; for a share p(1 − p)·n/(n − 1)
    n : unweighted number of answers; R's survey counts only those whose weight is not 0
    weight_total : sum of weights; when given, the simple random sample is without replacement (R
        survey's deff=TRUE), else with (deff="replace")

    Examples
    --------
    >>> design_effect(0.02**2, 0.25, 1000)
    array(1.6)
    """
    size = as_counts(n, "n")
    left = 1.0 if weight_total is None else 1 - size / weight_total
    return np.asarray(np.asarray(variance) / (np.asarray(spread) / size * left))
