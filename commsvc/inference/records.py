"""The former names of a sample's people, until the indicators take `Sample` and `by_design`."""

from __future__ import annotations

from typing import Any

import numpy as np

from commsvc.inference.checks import Array
from commsvc.inference.jackknife import Estimate, Ratio, Total, by_design
from commsvc.inference.sample import Sample


class Records(Sample):
    """A `Sample` with the closed forms as methods.

    >>> Records.sample([2, 1, 1]).n
    3
    """

    @classmethod
    def sample(cls, weights: Any, *, population: Any = None, **labels: Any) -> Records:
        """From one label a person."""
        return cls(weights, fpc=population, **labels)

    @classmethod
    def like(cls, sample: Sample) -> Records:
        """The same people."""
        made = cls.__new__(cls)
        made.__dict__.update(sample.__dict__)
        return made

    def covariance(self, influence: Any) -> Array:
        """Covariance (v, v) of the weighted sums of `influence` (n, v)."""
        values = np.asarray(influence, dtype=float)
        return self.covariance_of(values[:, None] if values.ndim == 1 else values)

    def total(self, values: Any) -> Estimate:
        """Totals."""
        return by_design(Total(values), self)

    def mean(self, values: Any) -> Estimate:
        """Means."""
        return by_design(Ratio(values), self)

    def ratio(self, top: Any, bottom: Any) -> Estimate:
        """Ratios."""
        return by_design(Ratio(top, bottom), self)
