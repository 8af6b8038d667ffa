"""Variance from replicate weights: the survey computed again with parts left out or drawn anew.

The weights come with a data file (BRR, Fay, jackknife, bootstrap) or are made here from the
clusters. Any statistic a weight vector gives has its error by the same few lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy import linalg

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.linearisation import LinearEstimate
from commsvc.inference.records import Records
from commsvc.progress import track

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
    >>> half = Replicates([1, 1, 1, 1], [[2, 0], [0, 2], [2, 2], [0, 0]], "BRR")
    >>> total = half.total([10, 12, 7, 9])
    >>> total.estimate, total.se
    (array([38.]), array([2.]))
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
        for name, value in (
            ("weights", weights), ("replicates", made), ("scale", float(scale)),
            ("rscales", np.broadcast_to(each, (r,))),
        ):  # fmt: skip
            object.__setattr__(self, name, value)
        if self.df is None:
            rank = int(np.linalg.matrix_rank(made, tol=1e-5 * np.linalg.norm(made, 2)))
            object.__setattr__(self, "df", rank - 1)

    @property
    def n(self) -> int:
        """People with a weight above 0."""
        return int((self.weights > 0).sum())

    def estimate(self, statistic: Callable[[Array], Any]) -> LinearEstimate:
        """Any statistic of the weights: `statistic` maps (n,) weights to one or (v,) numbers.

        >>> half = Replicates([1, 1, 1, 1], [[2, 0], [0, 2], [2, 2], [0, 0]], "BRR")
        >>> half.estimate(lambda w: w @ [10, 12, 7, 9]).se
        array([2.])
        """
        whole = np.atleast_1d(np.asarray(statistic(self.weights), dtype=float))
        replicates = track(self.replicates.T, "replicates", "重复样本")
        each = np.array([np.atleast_1d(statistic(one)) for one in replicates], dtype=float)
        return self.spread(whole, each)

    def total(self, values: Any) -> LinearEstimate:
        """Population totals of `values` (n,) or (n, v)."""
        y = self._columns(values)
        return self.spread(self.weights @ y, self.replicates.T @ y)

    def ratio(self, numerators: Any, denominators: Any) -> LinearEstimate:
        """Ratios of the totals of (n, v) and (n,) or (n, v) columns."""
        top, bottom = self._columns(numerators), self._columns(denominators)
        whole, each = self.weights @ bottom, self.replicates.T @ bottom
        if (whole == 0).any() or (each == 0).any():
            raise CommsvcError(
                "the base of a ratio adds up to 0, at least in a replicate",
                next_step="join groups: nobody of this one is left in some replicate",
            )
        return self.spread(self.weights @ top / whole, (self.replicates.T @ top) / each)

    def mean(self, values: Any) -> LinearEstimate:
        """Weighted means of `values` (n,) or (n, v); of 0–1 columns, the shares."""
        return self.ratio(values, np.ones(self.weights.size))

    def domain(self, inside: Any) -> Replicates:
        """The part of the sample where `inside` (n,) is true: everybody else weighs 0."""
        keep = np.asarray(inside)
        if keep.shape != self.weights.shape or keep.dtype != bool:
            raise CommsvcError(
                f"a domain of shape {keep.shape} for {self.weights.size} people",
                allowed="true or false for each person",
            )
        return replace(
            self, weights=self.weights * keep, replicates=self.replicates * keep[:, None], df=None
        )

    def reweighted(self, adjust: Callable[[Array], Any]) -> Replicates:
        """Every replicate calibrated as the whole is: `adjust` maps (n,) weights to new ones.

        >>> from commsvc.inference.weighting import calibrated_weights
        >>> half = Replicates([1, 1, 1, 1], [[2, 0], [0, 2], [2, 2], [0, 0]], "BRR")
        >>> half.reweighted(lambda w: calibrated_weights(w, [1, 1, 1, 1], 20)).total([1] * 4).se
        array([0.])
        """
        replicates = track(self.replicates.T, "replicates", "重复样本")
        each = np.column_stack([adjust(one) for one in replicates])
        return replace(self, weights=adjust(self.weights), replicates=each, df=None)

    def _columns(self, values: Any) -> Array:
        array = np.asarray(values, dtype=float)
        array = array[:, None] if array.ndim == 1 else array
        if array.ndim != 2 or array.shape[0] != self.weights.size:
            raise CommsvcError(
                f"values of shape {array.shape} for {self.weights.size} people",
                allowed="one row a person",
            )
        used = (self.weights != 0) | (self.replicates != 0).any(axis=1)
        missing = int((~np.isfinite(array[used])).any(axis=1).sum())
        if missing:
            raise CommsvcError(
                f"{missing} people have no value",
                next_step="use .domain(...) with those who answered, and say how many they are",
            )
        return np.where(used[:, None], array, 0.0)

    def spread(self, whole: Array, each: Array, df: int | None = None) -> LinearEstimate:
        """The error of estimates `whole` (v,) from those of the replicates, `each` (R, v)."""
        centre = whole if self.mse else each[self.rscales > 0].mean(axis=0)
        distance = (each - centre) * np.sqrt(self.rscales)[:, None]
        free = self.df if df is None else df
        return LinearEstimate(whole, self.scale * distance.T @ distance, int(free or 0))


def make_replicates(
    records: Records, kind: str, *, draws: int = 500, seed: int | None = None, mse: bool = False
) -> Replicates:
    """Replicate weights from the clusters of a sample.

    Parameters
    ----------
    records : the sample, before any calibration; calibrate the replicates with `reweighted`
    kind : "JK1" (one stratum, a cluster left out at a time), "JKn" (the same in each stratum),
        "BRR" (two clusters a stratum, one of them doubled, by a Hadamard matrix of the next power
        of two above the strata) or "bootstrap" (Rao and Wu's: in each stratum one cluster fewer
        than there are, drawn with replacement)
    draws, seed : of the bootstrap; the seed is needed, so that the numbers come again
    mse : as in `Replicates`

    Returns
    -------
    Replicates; the jackknife takes the finite population into account, BRR and bootstrap do not

    Examples
    --------
    >>> people = Records.sample([2, 2, 1, 1], clusters=["a", "a", "b", "b"])
    >>> make_replicates(people, "JK1").mean([3.0, 5.0, 1.0, 2.0]).estimate.round(4)
    array([3.1667])
    """
    design, code = records.clusters, records.clusters.code
    m, strata = code.size, design.sampled.size
    if records.adjustments:
        raise CommsvcError(
            "the weights are calibrated already",
            next_step="make replicates of the sampling weights, then .reweighted(...) them",
        )
    if kind not in ("JK1", "JKn", "BRR", "bootstrap"):
        raise unknown_name("kind of replicates to make", kind, ("JK1", "JKn", "BRR", "bootstrap"))
    if (design.sampled < 2).any():
        raise CommsvcError("a stratum has one cluster", next_step="join strata")
    n = design.sampled[code]
    rscales: Array | None = None
    scale: float | None = None
    if kind in ("JK1", "JKn"):
        if kind == "JK1" and strata > 1:
            raise CommsvcError("JK1 is for one stratum", next_step="use 'JKn'")
        rest = n / (n - 1)
        factor = np.where(code[:, None] == code[None, :], rest[:, None], 1.0)
        np.fill_diagonal(factor, 0.0)
        rscales, scale = (n - 1) / n * design.unsampled[code], 1.0
    elif kind == "BRR":
        if (design.sampled != 2).any():
            raise CommsvcError("BRR needs two clusters in each stratum", next_step="use 'JKn'")
        sign = linalg.hadamard(1 << strata.bit_length())[1 : strata + 1]
        second = np.zeros(m, dtype=bool)
        second[np.unique(code[::-1], return_index=True)[1]] = True
        factor = 1.0 + np.where(second[::-1, None], sign[code], -sign[code])
    else:
        if seed is None:
            raise CommsvcError("a bootstrap without a seed", allowed="seed=, any whole number")
        random = np.random.default_rng(seed)
        factor = np.zeros((m, draws))
        for h in range(strata):
            members = np.flatnonzero(code == h)
            left = members.size - 1
            drawn = random.multinomial(left, np.full(members.size, 1 / members.size), size=draws).T
            factor[members] = drawn * members.size / left
    return Replicates(
        records.weights, records.weights[:, None] * factor[records.cluster], kind,
        scale=scale, rscales=rscales, mse=mse, df=records.df,
    )  # fmt: skip
