"""The strata of the first stage of a sample: how much of each was drawn, and the lonely ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, one_of
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
