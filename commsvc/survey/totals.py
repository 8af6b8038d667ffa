"""A survey's records with their design: in memory, or with an engine that adds them up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference import sample as people
from commsvc.inference.clusters import Clusters, Strata, size_of_each
from commsvc.inference.design import Design
from commsvc.survey.columns import Coded, compact, encode
from commsvc.survey.lazy import LOST, PEOPLE, SQUARE, WEIGHT, group_rows
from commsvc.survey.rows import Floats, Rows, Units, as_floats
from commsvc.words.messages import Text, message


@dataclass(frozen=True)
class Sample:
    """Records with their design, each column encoded once.

    Parameters
    ----------
    frame : a data frame that Narwhals takes. A lazy one stays with its engine: for each table it
        is grouped there, and only the totals are collected
    design : its column names are looked up here
    columns : those that are kept of an eager frame, besides the design's; None for all

    Notes
    -----
    A cluster is a pair of stratum and cluster label: labels may begin anew in every stratum (R's
    nest=TRUE). Later stages are covered by the ultimate-cluster rule.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"psu": [1, 1, 2], "w": [2.0, 1.0, 1.0], "q": ["a", "b", "a"]})
    >>> rows = Sample(frame, Design.sample(weights="w", clusters="psu")).rows(("q",))
    >>> rows.cells([rows.codes("q")]).totals[:, :, 0]
    array([[2., 1.],
           [1., 0.]])
    """

    frame: Any
    design: Design
    columns: tuple[str, ...] | None = None
    names: tuple[str, ...] = field(init=False, repr=False)
    _native: Any = field(init=False, repr=False)
    _memo: dict[Any, Rows] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        native = nw.from_native(self.frame)
        names = tuple(native.collect_schema().names())
        used = (*design_columns(self.design), *self.design.clusters, *(self.columns or ()))
        for name in used:
            if name not in names:
                raise unknown_name("column", name, names)
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "_native", native)
        if self.design.people is not None and self.lazy:
            raise CommsvcError(
                "weights in the order of the rows do not fit a lazy frame, which has no order",
                next_step="collect the frame first",
            )

    @property
    def lazy(self) -> bool:
        """Whether the records stay with an engine."""
        return isinstance(self._native, nw.LazyFrame)

    @property
    def records(self) -> people.Sample:
        """The people one by one, for quantiles, ranks, models and calibration.

        Who has a missing answer is still there: take a `domain`. A lazy frame is refused.
        """
        if self.design.people is not None:
            return people.Sample.of(self.design)
        if self.lazy:
            raise CommsvcError(
                "this needs the records one by one, and the frame is lazy",
                next_step="collect the columns it needs first",
            )
        rows = self.rows()
        weight = np.ones(rows.n) if rows.weight is None else rows.weight
        if rows.units.clusters is not None and rows.units.code is not None:
            made = people.Sample.placed(
                weight, rows.units.code.astype(np.intp), rows.units.clusters
            )
        else:
            strata, code = rows.units.strata, rows.units.code
            sizes = None if strata is None else strata.population
            if sizes is not None:
                sizes = np.asarray(sizes)[np.zeros(rows.n, dtype=int) if code is None else code]
            each = Clusters(code, size=rows.n, population=sizes, lonely=self.design.lonely)
            made = people.Sample.placed(weight, np.arange(rows.n), each)
        made.deff = self.design.deff
        return made

    def rows(
        self,
        columns: Sequence[str] = (),
        numbers: Sequence[str] = (),
        answered: Sequence[str] = (),
    ) -> Rows:
        """The records themselves; of a lazy frame, its groups by these columns.

        Parameters
        ----------
        columns : what a table is broken down by
        numbers : columns whose totals are needed
        answered : columns of which one has a value where somebody answered
        """
        for name in (*columns, *numbers, *answered):
            if name not in self.names:
                raise unknown_name("column", name, self.names)
        key = (tuple(columns), tuple(numbers), tuple(answered)) if self.lazy else ()
        if key not in self._memo:
            made = self._grouped(*key) if self.lazy else self._whole()
            self._memo[key] = made
        return self._memo[key]

    def _whole(self) -> Rows:
        names = [*design_columns(self.design), *(self.columns or ())]
        table = self._native if self.columns is None else self._native.select(*dict.fromkeys(names))
        if len(table) == 0:
            raise CommsvcError("nobody is in the survey")
        if self.design.people is not None:
            known = people.Sample.of(self.design)
            return Rows(table, self.design, units_of(known, len(table)), weight=known.weights)
        weight, note = None, no_weight(0)
        if self.design.weights is not None:
            weight, lost = _weights(table, self.design.weights)
            note = no_weight(lost)
        units = _units(table, self.design, None)
        return Rows(table, self.design, units, weight=weight, note=note)

    def _grouped(self, columns: Any, numbers: Any, answered: Any) -> Rows:
        direct = not self.design.clusters
        keys = [x for x in design_columns(self.design) if x != self.design.weights]
        table, shifts = group_rows(
            self._native,
            list(dict.fromkeys([*keys, *columns])),
            weight=self.design.weights,
            numbers=numbers,
            answered=answered or numbers,
            squares=direct,
        )
        counted = as_floats(table[PEOPLE], PEOPLE)
        if counted.sum() == 0:
            raise CommsvcError("nobody is in the survey")
        weighted = self.design.weights is not None
        lost = int(table[LOST].sum()) if weighted else 0
        return Rows(
            table,
            self.design,
            _units(table, self.design, counted),
            counted,
            as_floats(table[WEIGHT], WEIGHT) if weighted else None,
            as_floats(table[SQUARE], SQUARE) if weighted and direct else None,
            shifts,
            no_weight(lost),
        )


def design_columns(design: Design) -> list[str]:
    """The columns a design names: weight, stratum, first-stage cluster, size of the stratum."""
    used = (design.weights, design.strata, *design.clusters[:1], design.stratum_sizes)
    return [name for name in used if name]


def units_of(known: people.Sample, n: int) -> Units:
    """The units of weights that were worked out, one row a respondent."""
    if known.weights.size != n:
        raise CommsvcError(
            f"weights of {known.weights.size} people for {n} respondents",
            allowed="one weight a row, in the survey's order",
        )
    if known.replicates is not None:
        return Units(None)
    return Units(known.stages[0].unit.astype(np.int32), known.stages[0].clusters)


def no_weight(lost: int) -> Text | str:
    """What is said of people without a weight: they stand for nobody."""
    if not lost:
        return ""
    return message(
        "{n:count} respondent has no weight and stands for nobody",
        plural="{n:count} respondents have no weight and stand for nobody",
        n=lost,
    )


def _weights(table: nw.DataFrame[Any], name: str) -> tuple[Floats, int]:
    """Everybody's weight, 0 for those who have none, and how many those are."""
    weight = as_floats(table[name], name)
    lost = np.isnan(weight)
    weight = np.where(lost, 0.0, weight)
    if lost.all() or not (np.isfinite(weight.sum()) and weight.min() >= 0):
        bad = int(np.argmax(lost | ~np.isfinite(weight) | (weight < 0)))
        raise CommsvcError(
            f"weight {weight[bad]:g}",
            where=f"{name}, row {bad}",
            allowed="a number from 0 up for every respondent",
        )
    return weight, int(lost.sum())


def _units(table: nw.DataFrame[Any], design: Design, counted: Floats | None) -> Units:
    """The first-stage units of a design that names columns."""
    n = len(table) if counted is None else int(counted.sum())
    stratum = _complete(table, design.strata) if design.strata else None
    sizes = as_floats(table[design.stratum_sizes], "") if design.stratum_sizes else None
    if not design.clusters:
        if stratum is None:
            whole: Any = design.population if sizes is None else sizes[0]
            if sizes is not None:
                size_of_each(sizes, np.zeros(sizes.size, dtype=np.intp), 1)
            if whole is not None and whole < n:
                raise CommsvcError(
                    f"{n} respondents of a population of {whole:g}",
                    allowed="a population at least as large as the sample",
                )
            # One person alone is no stratum that somebody forgot to fill.
            lonely = "remove" if n == 1 else design.lonely
            return Units(None, strata=Strata([n], None if whole is None else [whole], lonely))
        s = len(stratum.labels)
        sampled = np.bincount(stratum.code, weights=counted, minlength=s)
        size = None if sizes is None else size_of_each(sizes, stratum.code, s)
        return Units(stratum.code, strata=Strata(sampled, size, design.lonely))
    coded = _complete(table, design.clusters[0])
    code, of_cluster = coded.code, None
    if stratum is not None:
        pairs = (int(stratum.code.max()) + 1) * len(coded.labels)
        first: NDArray[Any] = stratum.code
        if pairs > np.iinfo(np.int32).max:
            first = first.astype(np.int64)
        there, code = compact(first * len(coded.labels) + code, pairs)
        of_cluster = there // len(coded.labels)
    else:
        there, code = compact(code, len(coded.labels))
    population = None
    if sizes is not None:
        population = np.empty(len(there))
        population[code] = sizes
    made = Clusters(of_cluster, size=len(there), population=population, lonely=design.lonely)
    return Units(code, made)


def _complete(table: nw.DataFrame[Any], name: str) -> Coded:
    """A column of the design, where nothing may be missing."""
    coded = encode(table[name])
    if coded.lost is not None:
        raise CommsvcError(
            "a respondent without stratum or cluster",
            where=f"{name}, row {int(np.argmax(coded.lost))}",
        )
    return coded
