"""What is known of an indicator in subgroups: exact, printed, or estimated from a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import (
    Array,
    as_numbers,
    as_weights,
    in_domain,
    weights_of_sample,
)
from commsvc.indicators.printed_cells import as_cells
from commsvc.shown import Shown

if TYPE_CHECKING:
    from commsvc.inference.records import Records


@dataclass(frozen=True)
class Subgroups(Shown):
    """Estimates of k subgroups with how far they can be trusted.

    Attributes
    ----------
    names : the k subgroups, in their order
    estimates : (k,) the indicator's mean in each
    population : (k,) people of each (estimated totals of a sample's weights)
    low, high : (k,) ends of what printed estimates may stand for; the estimates themselves
        otherwise
    covariance : (2k, 2k) of estimates and population under the design; None where there is no
        sample
    df : degrees of freedom of the design
    """

    names: tuple[str, ...]
    estimates: Array
    population: Array
    low: Array
    high: Array
    covariance: Array | None = None
    df: int = 0

    @property
    def loose(self) -> bool:
        """Whether any estimate may stand for more than one value."""
        return bool((self.high > self.low).any())

    def errors_of(self, measures: Callable[[Array, Array], Array]) -> Array:
        """Standard errors (v,) of measures of (estimates, population), by the delta method.

        The gradient is taken by central differences; a measure with a kink has none there.
        """
        if self.covariance is None:
            raise CommsvcError("no sample, so no sampling error")
        k = len(self.names)
        at = np.concatenate([self.estimates, self.population])
        size = np.concatenate([np.full(k, np.abs(self.estimates).max()), self.population])
        steps = np.diag(1e-6 * size)
        rise = [
            measures(*np.split(at + step, 2)) - measures(*np.split(at - step, 2)) for step in steps
        ]
        gradient = np.array(rise) / (2e-6 * size)[:, None]
        return np.sqrt(np.einsum("iv,ij,jv->v", gradient, self.covariance, gradient))


def subgroups_of_sample(
    outcome: Any, groups: Any, records: Records, order: Sequence[Any] | None = None
) -> Subgroups:
    """Means of an indicator in the subgroups of a sample's people, with their joint error.

    Parameters
    ----------
    outcome : (n,) the indicator of each person: 0 or 1, or an amount from 0 up
    groups : (n,) the subgroup each is in
    records : the sample (`commsvc.inference.records.Records.sample(weights, strata=…, clusters=…)`)
    order : the subgroups from the most disadvantaged up; as they sort where left out

    Raises
    ------
    CommsvcError : a person without a subgroup or outcome, an order that lacks a subgroup, a
        subgroup of nobody

    Examples
    --------
    >>> from commsvc.inference.records import Records
    >>> sample = Records.sample([1, 1, 2, 2])
    >>> found = subgroups_of_sample([0, 1, 1, 1], ["poor", "poor", "rich", "rich"], sample)
    >>> found.estimates.tolist(), found.population.tolist()
    ([0.5, 1.0], [2.0, 4.0])
    """
    from commsvc.indicators.equity.inequality import group_codes

    y = as_numbers(in_domain(outcome, records), "outcome")
    weights = weights_of_sample(records, len(y))
    names, codes = group_codes(in_domain(groups, records), len(y), weights)
    if order is not None:
        wanted = [str(name) for name in order]
        for name in (*wanted, *names):
            if name not in names or name not in wanted:
                raise unknown_name("subgroup", name, wanted if name in names else names)
        codes = np.array([wanted.index(name) for name in names])[codes]
        names = np.array(wanted)
    inside = codes[:, None] == np.arange(len(names))
    people = weights @ inside
    means = (weights * y) @ inside / people
    influence = np.hstack([(y[:, None] - means) * inside / people, inside.astype(float)])
    return Subgroups(
        tuple(map(str, names)), means, people, means, means,
        records.covariance(influence), records.df,
    )  # fmt: skip


def as_subgroups(estimates: Any, population: Any, rounding: str = "") -> Subgroups:
    """Subgroups as they are, or from estimates (numbers, or figures as printed) and people.

    >>> as_subgroups(["20%", "35%"], [100, 300]).low.round(4).tolist()
    [0.195, 0.345]
    """
    if isinstance(estimates, Subgroups):
        if population is not None:
            raise CommsvcError(
                "subgroups of a sample know their people", next_step="leave population out"
            )
        return estimates
    if population is None:
        raise CommsvcError("no population", next_step="how many people are in each subgroup?")
    cells = as_cells(estimates, "estimates", rounding)
    face, low, high = cells.face[:, 0], cells.low[:, 0], cells.high[:, 0]
    as_numbers(low, "estimates")
    as_weights(population, len(face), "population")
    people = np.asarray(population, dtype=np.float64)
    return Subgroups(tuple(str(i + 1) for i in range(len(face))), face, people, low, high)
