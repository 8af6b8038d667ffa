"""What was drawn at a stage of sampling, and what its spread says of the error of a total.

A survey gives, for every sampled cluster (PSU), the weighted totals of its members: one row a
cluster, a row of zeros where nobody of the domain lives. Where people were drawn directly, each is
a cluster of one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.design import LONELY

# R's survey takes a stratum as fully taken below this unsampled fraction.
TAKEN_WHOLE = 1e-7


def size_of_each(sizes: Any, stratum: NDArray[np.integer[Any]], count: int) -> Array:
    """The one population size of each of `count` strata, from a size a unit (or for all units).

    >>> size_of_each([7, 7, 9], np.array([0, 0, 1]), 2)
    array([7., 9.])
    """
    given = np.broadcast_to(np.asarray(sizes, dtype=float), stratum.shape)
    largest = np.full(count, -np.inf)
    np.maximum.at(largest, stratum, given)
    if not (largest[stratum] == given).all():
        raise CommsvcError(
            "a stratum has two population sizes", allowed="one number of clusters a stratum"
        )
    return largest


@dataclass(frozen=True)
class Strata:
    """How many units of each stratum were drawn, and of how many.

    Parameters
    ----------
    sampled : (s,) units drawn in each stratum
    population : (s,) units there are, infinite or None for sampling with replacement
    lonely : what to do with a stratum of one unit, by R survey's names (see `Clusters`)

    Attributes
    ----------
    unsampled : (s,) share of each stratum that was not drawn

    Examples
    --------
    >>> Strata([2, 3], population=[4, 30]).unsampled
    array([0.5, 0.9])
    """

    sampled: Any
    population: Any = None
    lonely: str = "fail"
    unsampled: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        one_of("treatment of lonely clusters", self.lonely, LONELY)
        sampled = np.asarray(self.sampled, dtype=float)
        object.__setattr__(self, "sampled", sampled)
        left = np.ones(sampled.size)
        if self.population is not None:
            whole = np.broadcast_to(np.asarray(self.population, dtype=float), sampled.shape)
            if (whole < sampled).any():
                at = int(np.argmax(whole < sampled))
                raise CommsvcError(
                    f"{sampled[at]:g} clusters sampled of {whole[at]:g} in the population",
                    allowed="numbers of clusters, at least as many as were sampled",
                    next_step="give the number of clusters in the stratum, not a fraction",
                )
            with np.errstate(invalid="ignore"):
                left = np.where(np.isinf(whole), 1.0, (whole - sampled) / whole)
        object.__setattr__(self, "unsampled", left)

    def scales(self, held: Any = None) -> tuple[Array, NDArray[np.bool_], float]:
        """What the sum of squares within each stratum is multiplied by.

        Parameters
        ----------
        held : (s,) strata with anybody of the domain, of which alone "average" takes the average;
            None for all

        Returns
        -------
        scale : (s,) unsampled share times n/(n − 1) (Cochran 1977, eq. 9A.6; as R's svyrecvar)
        from_zero : (s,) strata whose squares are taken from zero, not from their mean
        factor : on the sum over strata, for the lonely ones that "average" leaves out; NaN where
            a domain has no other
        """
        n = self.sampled
        taken = self.unsampled < TAKEN_WHOLE
        alone = (n == 1) & ~taken
        if alone.any() and self.lonely == "fail":
            raise CommsvcError(
                f"{int(alone.sum())} stratum (strata) with one cluster: no spread within",
                allowed="two clusters a stratum",
                next_step="join strata, or choose lonely='adjust', 'average', 'remove' "
                "or 'certainty'",
            )
        if self.lonely == "average" and alone.any() and alone.all():
            raise CommsvcError(
                "every stratum has one cluster: there is no average", next_step="join strata"
            )
        scale = np.where(n > 1, self.unsampled * n / np.maximum(n - 1, 1), 0.0)
        from_zero = alone & (self.lonely == "adjust")
        scale = np.where(from_zero, self.unsampled, scale)
        there = np.ones(n.size, dtype=bool) if held is None else np.asarray(held)
        factor = 1.0
        if self.lonely == "average" and (alone & there).any():
            others = int((there & ~alone).sum())
            factor = int(there.sum()) / others if others else np.nan
        return np.where(taken, 0.0, scale), from_zero, factor


@dataclass(frozen=True)
class Clusters:
    """The sampled clusters of a stage: which stratum each is in, how many there are in all.

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
        return self.df_of(np.ones(self.code.size, dtype=bool))

    def df_of(self, held: NDArray[np.bool_]) -> int:
        """Clusters `held` (m,) minus their strata (as R's degf of a subset)."""
        return int(held.sum() - np.unique(self.code[held]).size)

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
