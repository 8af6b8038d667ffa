"""The people of a sample one by one, with what their errors need: strata, clusters, replicates."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.checks import Array, as_counts, missing
from commsvc.inference.clusters import Clusters
from commsvc.inference.design import Design
from commsvc.inference.replicates import Replicates
from commsvc.words.messages import Text, joined, message
from commsvc.words.progress import track

Codes = NDArray[np.intp]
# Beyond so many units a derivative each costs minutes, and the statistic has to bring its own.
MOST_UNITS = 20_000


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

    @classmethod
    def of(cls, before: Array, after: Array, columns: Array) -> Adjustment:
        """From the weights (n,) before and after a calibration to totals of columns (n, k)."""
        root = np.sqrt(before)
        left, size, _ = np.linalg.svd(columns * root[:, None], full_matrices=False)
        rank = size > size.max() * max(columns.shape) * np.finfo(float).eps
        scale = np.divide(after, root, out=np.zeros_like(root), where=root > 0)
        return cls(left[:, rank], scale)

    def residual(self, influence: Array) -> Array:
        """Weighted influence (n, v) less the part the calibration columns explain.

        Deville and Särndal (1992, JASA 87): a calibrated total varies as its residuals do.
        """
        plain = self._divided(influence)
        return (plain - self.basis @ (self.basis.T @ plain)) * self.scale[:, None]

    def transposed(self, direction: Array) -> Array:
        """The transpose of `residual`, for directions (n, v) of change."""
        scaled = direction * self.scale[:, None]
        return self._divided(scaled - self.basis @ (self.basis.T @ scaled))

    def _divided(self, values: Array) -> Array:
        used = self.scale[:, None] > 0
        return np.divide(values, self.scale[:, None], out=np.zeros_like(values), where=used)


@dataclass(frozen=True)
class Stage:
    """One stage of drawing: its sampled units, and the one each person lives in (n,)."""

    unit: Codes
    clusters: Clusters


class Sample:
    """Who answered, and how they were drawn.

    Parameters
    ----------
    weights : (n,) sampling weights, 0 for people outside the domain; ones when left out
    strata : (n,) stratum of each person, None for one
    clusters : (n,) first-stage cluster, None where people were drawn directly; a label that comes
        in two strata is two clusters (R's nest=TRUE). Of a sample drawn in stages, a tuple of such
        arrays, first stage first; `strata` and `fpc` are then tuples, too
    fpc : (n,) number of units in the population of the person's stratum (at a later stage: of the
        unit before), for the finite population correction; None for drawing with replacement.
        Without it only the first stage counts (the ultimate-cluster rule)
    replicates : `Replicates`, whose weights are then those of the sample; errors come from
        estimating anew in each
    lonely : what to do with a stratum of one cluster, by R survey's names (see `Clusters`)

    Attributes
    ----------
    weights, n, df : weights (n,), people with a weight above 0, degrees of freedom
    deff : design effect assumed beside the design
    note : what a reader has to know of the design

    Examples
    --------
    >>> people = Sample([2, 2, 1, 1], clusters=["a", "a", "b", "b"])
    >>> people.n, people.df
    (4, 1)
    """

    def __init__(
        self,
        weights: Any = None,
        *,
        strata: Any = None,
        clusters: Any = None,
        fpc: Any = None,
        replicates: Replicates | None = None,
        lonely: str = "fail",
    ) -> None:
        self.replicates = replicates
        self.adjustments: tuple[Adjustment, ...] = ()
        self.deff, self.exact = 1.0, False
        self.note: Text | str = ""
        self.stages: tuple[Stage, ...] = ()
        if replicates is not None:
            self.weights: Array = replicates.weights
            return
        named = [x for x in (*_stages(strata), *_stages(clusters), *_stages(fpc)) if np.ndim(x)]
        if weights is None and not named:
            raise CommsvcError("neither weights, strata nor clusters are given")
        self.weights = as_weights(np.ones(len(named[0])) if weights is None else weights)
        self.stages = _drawn(self.weights.size, strata, clusters, fpc, lonely)

    @classmethod
    def of(cls, design: Any, frame: Any = None) -> Sample:
        """From a `Design` and the frame it speaks of, or `Replicates`; a sample as it is.

        >>> import pandas as pd
        >>> town = Design.sample(weights="w", clusters="town")
        >>> Sample.of(town, pd.DataFrame({"w": [2, 1, 1], "town": ["a", "a", "b"]})).df
        1
        """
        if isinstance(design, Sample):
            return design
        if isinstance(design, Replicates):
            return cls(replicates=design)
        if not isinstance(design, Design):
            raise CommsvcError(
                f"a sample of type {type(design).__name__}", allowed="Sample, or Design and a frame"
            )
        if design.people is not None:
            made = copy.copy(cls.of(design.people))
            rows = made.weights.size if frame is None else _rows(frame)
            if rows != made.weights.size:
                raise CommsvcError(
                    f"a design of {made.weights.size} people for a table of {rows} rows",
                    where=design.describe(),
                    allowed="a row for each, in their order",
                )
        elif frame is None:
            raise CommsvcError(
                "a design without its frame", next_step="by_design(…, design, frame)"
            )
        else:
            made = _from_frame(cls, design, frame)
        made.deff, made.note = design.deff, joined([made.note, design.caveat()])
        made.exact = not design.allows_inference
        return made

    @classmethod
    def placed(cls, weights: Any, unit: Codes, clusters: Clusters) -> Sample:
        """From each person's weight and number among clusters that are worked out already."""
        made = cls.__new__(cls)
        made.replicates, made.adjustments = None, ()
        made.deff, made.exact, made.note = 1.0, False, ""
        made.weights, made.stages = as_weights(weights), (Stage(unit, clusters),)
        return made

    @property
    def n(self) -> int:
        """People with a weight above 0."""
        return int((self.weights > 0).sum())

    @property
    def df(self) -> int:
        """Clusters minus strata, of those with anybody of the domain (as R's degf)."""
        if self.replicates is not None:
            return int(self.replicates.df or 0)
        return self.stages[0].clusters.df_of(self._held(self.stages[0]))

    def _held(self, stage: Stage) -> NDArray[np.bool_]:
        return np.bincount(stage.unit, self.weights > 0, stage.clusters.code.size) > 0

    def domain(self, inside: Any) -> Self:
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
        made = copy.copy(self)
        made.weights = np.where(keep, self.weights, 0.0)
        if self.replicates is not None:
            made.replicates = self.replicates.domain(keep)
        return made

    def rows(self, inside: NDArray[np.bool_]) -> Sample:
        """Some of the people, as if there were no others; all clusters stay."""
        if self.adjustments:
            raise CommsvcError(
                "calibrated weights need everybody they were calibrated with",
                next_step="take a domain, or calibrate afterwards",
            )
        made = copy.copy(self)
        made.weights = self.weights[inside]
        made.stages = tuple(Stage(x.unit[inside], x.clusters) for x in self.stages)
        if self.replicates is not None:
            made.replicates = self.replicates.rows(inside)
        return made

    def reweighted(self, weights: Array) -> Sample:
        """The sample with other weights, taken as if they had been drawn with."""
        made = copy.copy(self)
        made.weights = as_weights(weights)
        return made

    def calibrated(self, weights: Array, columns: Array) -> Sample:
        """The sample with weights that a calibration to the totals of `columns` (n, k) gave."""
        made = copy.copy(self)
        made.weights = weights
        made.adjustments = (*self.adjustments, Adjustment.of(self.weights, weights, columns))
        return made

    @property
    def units(self) -> Codes:
        """The smallest unit (n,) whose spread the errors need: of the last stage."""
        return self.stages[-1].unit

    def residual(self, weighted: Array) -> Array:
        """Weighted influence (n, v) freed of what the calibrations hold fixed."""
        for adjustment in self.adjustments:
            weighted = adjustment.residual(weighted)
        return weighted

    def direction(self, unit: int) -> Array:
        """The change of all weights (n,) along which a unit's residual influence is a derivative.

        Without calibration the unit's own weights; else the transpose of `residual` of them.
        """
        inside: Array = (self.units == unit).astype(float)[:, None]
        for adjustment in reversed(self.adjustments):
            inside = adjustment.transposed(inside)
        return np.asarray(inside[:, 0] * self.weights)

    def anew(self, statistic: Callable[[Array], Any]) -> Array:
        """A statistic (v,) of each replicate's weights (R, v)."""
        if self.replicates is None:
            raise CommsvcError("a sample without replicates", next_step="make_replicates")
        return self.replicates.anew(statistic)

    def covariance_along(self, derive: Callable[[Array], Array], v: int) -> Array:
        """Covariance (v, v) of a statistic that `derive` gives the derivative (v,) of along a
        direction of the weights: one derivative for each unit."""
        size = self.stages[-1].clusters.code.size
        if size > MOST_UNITS:
            raise CommsvcError(
                f"{size} units: a derivative for each would take too long",
                allowed=f"up to {MOST_UNITS}, or a statistic with its own `influence`",
                next_step="give the statistic an `influence`, or use replicate weights",
            )
        totals = np.zeros((size, v))
        for unit in track(range(size), message("clusters")):
            direction = self.direction(unit)
            if direction.any():
                totals[unit] = derive(direction)
        return self._spread(totals)

    def _spread(self, totals: Array) -> Array:
        """Covariance (v, v) of the sums over all units of `totals` (units, v)."""
        covariance: Any = 0.0
        first = np.zeros(totals.shape[0], dtype=np.intp)
        first[self.units] = np.arange(self.weights.size)
        for stage in self.stages:
            sums = np.zeros((stage.clusters.code.size, totals.shape[1]))
            np.add.at(sums, stage.unit[first], totals)
            # Residuals of a calibration are of everybody, in the domain or not.
            seen = None if self.adjustments else self._held(stage)
            covariance = covariance + stage.clusters.covariance(sums, seen)
        return np.asarray(covariance)

    def covariance_of(self, influence: Array) -> Array:
        """Covariance (v, v) of the weighted sums of `influence` (n, v), a value a person."""
        used = self.weights[:, None] > 0
        weighted = self.residual(np.where(used, influence, 0.0) * self.weights[:, None])
        size = self.stages[-1].clusters.code.size
        columns = [np.bincount(self.units, column, size) for column in weighted.T]
        return self._spread(np.column_stack(columns))


def as_weights(weights: Any) -> Array:
    """Sampling weights (n,), of which some are above 0."""
    made = as_counts(weights, "weights", ndim=1)
    if made.sum() <= 0:
        raise CommsvcError(
            "the weights add up to 0: nobody is represented",
            next_step="look whether the column holds weights, and whether a filter left nobody",
        )
    return made


def _stages(given: Any) -> tuple[Any, ...]:
    return given if isinstance(given, tuple) else (given,)


def _drawn(n: int, strata: Any, clusters: Any, fpc: Any, lonely: str) -> tuple[Stage, ...]:
    """The stages whose spread counts: the first, and later ones of a finite population."""
    units, sizes = _stages(clusters), _stages(fpc)
    parts = (*_stages(strata), *(None for _ in units))[: len(units)]
    if fpc is None:
        units, parts, sizes = units[:1], parts[:1], (None,)
    if len(sizes) != len(units):
        raise CommsvcError(
            f"population sizes of {len(sizes)} stages for {len(units)}",
            allowed="one a stage, or none",
            next_step="the last stage may be the people themselves: clusters=(…, None)",
        )
    before, share = np.zeros(n, dtype=np.intp), np.ones(n)
    stages: list[Stage] = []
    for label, part, size in zip(units, parts, sizes, strict=True):
        stratum = before if part is None else _pairs(before, codes(part, n, "strata"))
        own = np.arange(n) if label is None else codes(label, n, "clusters")
        unit = own if stages == [] and part is None else _pairs(stratum, own)
        first = np.full(int(unit.max()) + 1, -1)
        first[unit[::-1]] = np.arange(n)[::-1]
        whole = None
        if size is not None:
            population = np.broadcast_to(np.asarray(size, dtype=float), (n,))
            whole = population[first]
            if not (whole[unit] == population).all():
                raise CommsvcError(
                    "a cluster has two population sizes", allowed="one number of clusters a stratum"
                )
        made = Clusters(
            stratum[first], population=whole, lonely=lonely, share=share[first] if stages else None
        )
        stages.append(Stage(unit, made))
        before, share = unit, share * (1 - made.unsampled[made.code])[unit]
    return tuple(stages)


def _pairs(first: Codes, second: Codes) -> Codes:
    """A number for each pair of codes that occurs."""
    return np.unique(first * (int(second.max()) + 1) + second, return_inverse=True)[1]


def codes(labels: Any, n: int, what: str) -> Codes:
    """A number for each label of n people; a missing one is refused."""
    named = np.asarray(labels)
    if named.shape != (n,):
        raise CommsvcError(f"{what} of shape {named.shape} for {n} people", allowed="one a person")
    gone = int(missing(named).sum())
    if gone:
        raise CommsvcError(f"{what}: missing for {gone} people", allowed="one a person")
    return np.unique(named.astype(str) if named.dtype == object else named, return_inverse=True)[1]


def _rows(frame: Any) -> int:
    import narwhals as nw

    return int(nw.from_native(frame).lazy().select(nw.len()).collect().item())


def _from_frame(cls: type[Sample], design: Design, frame: Any) -> Sample:
    """The columns that a design names, of any frame Narwhals takes."""
    import narwhals as nw

    table = nw.from_native(frame).lazy()
    known = table.collect_schema().names()

    def column(name: str | None) -> Any:
        if name is None:
            return None
        if name not in known:
            raise unknown_name("column", name, known, where="design")
        return table.select(name).collect()[name].to_numpy()

    weights = column(design.weights)
    sizes = design.stratum_sizes
    stages: Any = tuple(column(name) for name in design.clusters) or (None,)
    if isinstance(sizes, tuple):
        fpc: Any = tuple(column(name) for name in sizes)
        stages = (*stages, None)[: len(fpc)]
    else:
        fpc = column(sizes) if sizes else design.population
        stages = stages[:1]
    return cls(
        np.ones(_rows(frame)) if weights is None else weights,
        strata=column(design.strata),
        clusters=stages,
        fpc=fpc,
        lonely=design.lonely,
    )
