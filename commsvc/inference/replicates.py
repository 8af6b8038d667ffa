"""Replicate weights: the survey computed again with parts left out or drawn anew.

The weights come with a data file (BRR, Fay, jackknife, bootstrap) or are made from a sample's
clusters (`make_replicates`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.words.messages import message
from commsvc.words.progress import track

KINDS = ("BRR", "Fay", "JK1", "JKn", "bootstrap", "other")


@dataclass(frozen=True)
class Replicates:
    """A weight for each person in the whole sample and in each of R replicates.

    Parameters
    ----------
    weights : (n,) weights of the whole sample
    replicates : (n, R) weights, already times the sampling weight (R's combined.weights=TRUE)
    kind : by the names of R's svrepdesign: "BRR" (variance 1/R of the squares), "Fay" (1/(R(1 −
        rho)²)), "JK1" ((R − 1)/R), "JKn" (1, with `rscales` the clusters less one over clusters
        of each replicate's stratum), "bootstrap" (1/(R − 1)), "other" (`scale` and `rscales`
        as the file's handbook says)
    scale, rscales : what the squares are multiplied by, as one number and (R,) numbers
    rho : of "Fay"
    mse : distances from the whole sample's estimate (True) or from the replicates' mean (R's
        default)
    df : degrees of freedom; the rank of the replicates less one when left out

    Examples
    --------
    >>> from commsvc.inference import by_design
    >>> half = Replicates([1, 1, 1, 1], [[2, 0], [0, 2], [2, 2], [0, 0]], "BRR")
    >>> total = by_design(lambda w: w @ [10, 12, 7, 9], half)
    >>> total.estimate, total.se
    (38.0, 2.0)
    """

    weights: Any
    replicates: Any = field(repr=False)
    kind: str = "other"
    scale: float | None = None
    rscales: Any = None
    rho: float = 0.0
    mse: bool = False
    df: int | None = None

    def __post_init__(self) -> None:
        one_of("kind of replicate weights", self.kind, KINDS)
        weights = as_counts(self.weights, "weights", ndim=1)
        made = np.asarray(self.replicates, dtype=float)
        if made.ndim != 2 or made.shape[0] != weights.size or made.shape[1] < 2:
            raise CommsvcError(
                f"replicates of shape {made.shape} for {weights.size} people",
                allowed="one row a person, one column a replicate, two replicates or more",
            )
        if not np.isfinite(made).all():
            raise CommsvcError("a replicate weight is missing", allowed="numbers")
        r = made.shape[1]
        if not 0 <= self.rho < 1 or (self.rho and self.kind != "Fay"):
            raise CommsvcError(
                f"rho is {self.rho:g} for {self.kind}", allowed="0 or more, below 1, for 'Fay'"
            )
        scales = {
            "BRR": 1 / r, "Fay": 1 / (r * (1 - self.rho) ** 2), "JK1": (r - 1) / r, "JKn": 1.0,
            "bootstrap": 1 / (r - 1),
        }  # fmt: skip
        scale = scales.get(self.kind) if self.scale is None else self.scale
        if scale is None or (self.kind == "JKn" and self.rscales is None):
            raise CommsvcError(
                f"replicates of kind {self.kind!r} without their scales",
                allowed="scale for 'other'; rscales for 'JKn'",
                next_step="look for the variance formula in the data's handbook",
            )
        each = np.ones(r) if self.rscales is None else np.asarray(self.rscales, dtype=float)
        if each.shape not in ((), (r,)):
            raise CommsvcError(f"{each.size} rscales for {r} replicates", allowed="one each")
        df = self.df
        if df is None:
            rank = int(np.linalg.matrix_rank(made, tol=1e-5 * np.linalg.norm(made, 2)))
            df = rank - 1
        for name, value in (
            ("weights", weights), ("replicates", made), ("scale", float(scale)),
            ("rscales", np.broadcast_to(each, (r,))), ("df", df),
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    def anew(self, statistic: Callable[[Array], Any]) -> Array:
        """A statistic (v,) of each replicate's weights (R, v), with a bar where that takes long."""
        replicates = track(self.replicates.T, message("replicates"))
        return np.array([np.ravel(statistic(one)) for one in replicates], dtype=float)

    def rows(self, inside: NDArray[np.bool_]) -> Replicates:
        """Some of the people, as if there were no others."""
        return replace(
            self, weights=self.weights[inside], replicates=self.replicates[inside], df=None
        )

    def domain(self, inside: NDArray[np.bool_]) -> Replicates:
        """The part of the sample where `inside` (n,) is true: everybody else weighs 0."""
        times = self.replicates * inside[:, None]
        return replace(self, weights=self.weights * inside, replicates=times, df=None)

    def reweighted(self, adjust: Callable[[Array], Any]) -> Replicates:
        """Every replicate calibrated as the whole is: `adjust` maps (n,) weights to new ones.

        >>> from commsvc.inference import by_design
        >>> from commsvc.inference.weighting import calibrated_weights
        >>> half = Replicates([1, 1, 1, 1], [[2, 0], [0, 2], [2, 2], [0, 0]], "BRR")
        >>> full = half.reweighted(lambda w: calibrated_weights(w, [1, 1, 1, 1], 20))
        >>> by_design(lambda w: w.sum(), full).se
        0.0
        """
        each = self.anew(adjust).T
        return replace(self, weights=adjust(self.weights), replicates=each, df=None)

    def covariance(self, whole: Array, each: Array) -> Array:
        """The covariance (v, v) of estimates `whole` (v,) from those of the replicates (R, v)."""
        centre = whole if self.mse else each[self.rscales > 0].mean(axis=0)
        distance = (each - centre) * np.sqrt(self.rscales)[:, None]
        return np.asarray(self.scale * distance.T @ distance)
