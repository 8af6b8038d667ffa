"""Numbers of a survey by group: means, totals and ratios, as the design allows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells
from commsvc.inference.design import Design
from commsvc.inference.linearisation import LinearEstimate
from commsvc.inference.results import ESTIMATE_COLUMNS, join_notes
from commsvc.survey.codebook import Codebook
from commsvc.survey.columns import Coded
from commsvc.survey.estimates import of_group
from commsvc.survey.lookup import codebook_of, find_question, group_column, read_levels, with_lost
from commsvc.survey.rows import Rows
from commsvc.survey.tabulate import sample_of

NAN = float("nan")
ONE, NUMBER = [[[1.0], [0.0]]], [[[0.0], [1.0]]]


def estimate_means(
    survey: Any,
    value: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The mean of a number, for everybody and in each group.

    Parameters
    ----------
    survey : any frame that Narwhals takes, Answers, or a `Sample`
    value : column of numbers; who has none is not in the base
    by : a question or column of groups

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`; `count` is NaN,
        `base` people with a number, the interval Student's on the degrees of freedom of the
        group's own clusters

    Examples
    --------
    >>> frame = pd.DataFrame({"g": ["a", "a", "b", "b"], "x": [1.0, 3.0, 2.0, 6.0]})
    >>> estimate_means(frame, "x", "g", design=Design.srs())[["group", "base", "estimate"]]
      group  base  estimate
    0   all   4.0       3.0
    1     a   2.0       2.0
    2     b   2.0       4.0
    """
    about = GroupedNumbers.read(survey, (value,), by, design, codebook)
    shift = about.shifts[0]

    def mean(cells: Cells) -> LinearEstimate:
        found = cells.ratio(NUMBER, ONE)
        return LinearEstimate(found.estimate + shift, found.covariance, found.df)

    return about.frame(mean, "mean", confidence)


def estimate_totals(
    survey: Any,
    value: str | None = None,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The total of a number in the population, or how many people it has, by group.

    Parameters
    ----------
    value : column of numbers; left out, people are counted
    design : a sample with weights; or a simple random one of a known population, in which each
        respondent stands for N/n; or a complete count

    Returns
    -------
    As `estimate_means`; who has no number adds nothing, and `base` says how many have one

    Examples
    --------
    >>> frame = pd.DataFrame({"x": [1.0, 3.0, 2.0, 6.0]})
    >>> row = estimate_totals(frame, "x", design=Design.srs(population=400)).iloc[0]
    >>> float(row["estimate"]), round(float(row["se"]), 1)
    (1200.0, 429.9)
    """
    known = design.kind in ("sample", "census", "incomplete") or design.population is not None
    if not known:
        raise CommsvcError(
            "a total needs to know whom each respondent stands for",
            where=design.describe(),
            allowed="Design.sample with weights, Design.srs(population=...), or a complete count",
        )
    about = GroupedNumbers.read(survey, () if value is None else (value,), by, design, codebook)
    times = 1.0
    if design.kind == "srs" and design.population is not None:
        times = design.population / about.asked
    values = np.array([[[1.0]]]) if value is None else np.array([[[about.shifts[0]], [1.0]]])

    def total(cells: Cells) -> LinearEstimate:
        return cells.total(values * times)

    return about.frame(total, "total", confidence, apart=False)


def estimate_ratios(
    survey: Any,
    numerator: str,
    denominator: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The ratio of the totals of two numbers, such as visits per member of a household.

    Parameters
    ----------
    numerator, denominator : columns of numbers; who lacks one is not in the base

    Examples
    --------
    >>> frame = pd.DataFrame({"visits": [4.0, 0.0, 2.0], "people": [2.0, 1.0, 3.0]})
    >>> float(estimate_ratios(frame, "visits", "people", design=Design.srs())["estimate"].item())
    1.0
    """
    about = GroupedNumbers.read(survey, (numerator, denominator), by, design, codebook)
    top, bottom = [[[about.shifts[0]], [1.0], [0.0]]], [[[about.shifts[1]], [0.0], [1.0]]]
    return about.frame(lambda cells: cells.ratio(top, bottom), "ratio", confidence)


@dataclass(frozen=True)
class GroupedNumbers:
    """Numbers and groups of a survey.

    Attributes
    ----------
    rows : records, or sums of a lazy frame
    groups : everybody's group; those without one stand last
    size : how many groups there are
    cells : of groups; None where the numbers are needed one by one
    shifts : what was taken off each number
    """

    rows: Rows
    groups: Coded
    size: int
    by: str
    cells: Cells | None
    shifts: tuple[float, ...]
    design: Design
    note: str = ""

    @classmethod
    def read(
        cls,
        survey: Any,
        values: Sequence[str],
        by: str | None,
        design: Design,
        codebook: Codebook | None,
        *,
        whole: bool = False,
    ) -> GroupedNumbers:
        """The rows and groups; `whole`: the number itself is a key, nothing is summed."""
        book = codebook_of(survey, codebook)
        group = None if by is None else group_column(book, by)
        named = tuple(dict.fromkeys([*values, *([group] if group else [])]))
        sample = sample_of(survey, design, named)
        keys = named if whole else ((group,) if group else ())
        rows = sample.rows(keys, () if whole else tuple(values))
        groups, size = Coded(np.zeros(len(rows.table), dtype=np.int32), ["all"]), 1
        if group is not None:
            found = read_levels(rows, survey, find_question(book, group), base="answered")
            groups, size = with_lost(found.coded)
        lost = len(groups.labels) - size
        cells = None if whole else rows.cells([groups], values)
        note = "those without a group are in the total only" if lost else ""
        shifts = () if whole else tuple(rows.shift(name) for name in values)
        return cls(rows, groups, size, by or "", cells, shifts, design, note)

    @property
    def asked(self) -> int:
        """People in the sample."""
        return self.rows.n

    def members(self, there: Any) -> list[tuple[Any, Any]]:
        """Each group's label and rows, everybody first."""
        named = [(self.groups.labels[g], there & (self.groups.code == g)) for g in range(self.size)]
        return [("all", there), *named] if self.by else [("all", there)]

    def frame(
        self,
        estimate: Callable[[Cells], LinearEstimate],
        what: str,
        confidence: float,
        *,
        apart: bool = True,
    ) -> pd.DataFrame:
        """One row a group, everybody first; `apart`: given the sizes of a simple sample's groups,
        which a total may not be, because they are part of what is estimated."""
        if self.cells is None:
            raise CommsvcError("these numbers were not summed")
        c = len(self.groups.labels)
        everybody = self.cells.pool(np.zeros(c, dtype=int), 1)
        parts = [("all", of_group(self.design, everybody, [0]) if apart else everybody)]
        for g in range(self.size if self.by else 0):
            one = of_group(self.design, self.cells, [g]) if apart else self.cells.take([g])
            parts.append((self.groups.labels[g], one))
        rows = [
            {"group": label, **_row(cells, estimate, what, self.design, confidence, self.note)}
            for label, cells in parts
        ]
        return pd.DataFrame(rows).reindex(columns=list(ESTIMATE_COLUMNS))


def _row(
    cells: Cells,
    estimate: Callable[[Cells], LinearEstimate],
    what: str,
    design: Design,
    confidence: float,
    note: str,
) -> dict[str, Any]:
    n = float(cells.counts.sum())
    row: dict[str, Any] = {"level": "", "count": NAN, "base": n, "method": design.describe()}
    row["note"] = join_notes(note, design.caveat())
    if n == 0:
        return row | {"note": join_notes("nobody answered", note)}
    found = estimate(cells)
    row["estimate"] = float(found.estimate[0])
    if not design.allows_inference:
        exact = "exact: a complete count has no sampling error" if design.kind == "census" else ""
        return row | {"note": join_notes(exact, note, design.caveat())}
    weighted = "weighted " if design.kind == "sample" else ""
    row["method"] = f"{weighted}{what}, Student t"
    if n < 2 or found.df < 1:
        why = "fewer than two people" if n < 2 else "one cluster a stratum in this group"
        return row | {"note": join_notes(f"no interval: {why}", row["note"])}
    ends = found.interval(confidence)
    return row | {"se": float(ends.se[0]), "low": float(ends.low[0]), "high": float(ends.high[0])}
