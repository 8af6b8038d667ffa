"""A table of answers: its counts, its cells under the design, and parts of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.cell_totals import Cells
from commsvc.inference.design import Design
from commsvc.words.messages import Text


@dataclass(frozen=True)
class Tabulation:
    """How a question was answered, by group, ready for `commsvc.inference`.

    Attributes
    ----------
    question, by : what was tabulated; `by` "" for everybody together
    groups : names of the groups, in order
    levels : answers in the base, in order; `(unanswered)` last where blanks stay in the base
    counts : (g, k) people, unweighted
    base : (g,) people in the denominator, those of weight 0 included
    outside_levels, outside : answers shown but not in the base, and (g, o) people who gave them
    outside_kinds, outside_sums : why each is outside, and (g, o) their weighted totals
    cells : the weighted totals with what their variance needs: one of g × k cells, group by group;
        of a question with several answers one an option, of g × 2 cells (ticked, not)
    everyone : the table of all respondents, those without a group included; None when by is ""
    people : everybody in the survey, answer or not
    missing : those of them who gave no answer in the base, by why: skipped (never asked), blank,
        dont_know, refused …; a blank may be in the base as `(unanswered)`
    design, note
    ordered : whether the levels have an order that somebody gave or that is in their words: a
        codebook's scale, an ordered category, numbers, graded answers
    """

    question: str
    by: str
    groups: tuple[Any, ...]
    levels: tuple[Any, ...]
    counts: NDArray[np.float64]
    base: NDArray[np.float64]
    outside_levels: tuple[Any, ...]
    outside: NDArray[np.float64]
    cells: tuple[Cells, ...]
    multiple: bool
    everyone: Tabulation | None
    design: Design
    ordered: bool = field(default=False, kw_only=True)
    note: Text | str = ""
    people: int = 0
    missing: Mapping[str, int] = field(default_factory=dict)
    outside_kinds: tuple[str, ...] = ()
    outside_sums: NDArray[np.float64] = field(default_factory=lambda: np.zeros((1, 0)))

    def frame(self, **options: Any) -> pd.DataFrame:
        """Tidy shares, everybody first, then each group; options as of `shares`."""
        from commsvc.survey.estimates import shares

        return shares(self, **options)

    def test(self, *, ordered: bool = False, statistic: str = "F") -> pd.DataFrame:
        """Whether the groups answer differently (`commsvc.survey.estimates.group_test`)."""
        from commsvc.survey.estimates import group_test

        return group_test(self, ordered=ordered, statistic=statistic)

    def only(self, groups: Collection[Any]) -> Tabulation:
        """Some of the groups, in the table's order; the others stay in the sample."""
        for group in groups:
            if group not in self.groups:
                raise unknown_name("group", group, self.groups, where=self.by)
        return self.part([g for g, name in enumerate(self.groups) if name in groups])

    def part(self, keep: Sequence[int], levels: Sequence[int] | None = None) -> Tabulation:
        """Some of the groups, and of a question with one answer some of the levels, by number.

        The base is then those who gave one of these levels.
        """
        rows, k = list(keep), len(self.levels)
        if self.multiple:
            if levels is not None:
                raise CommsvcError("several answers a person: every option has its own base")
            at = [2 * g + j for g in rows for j in range(2)]
            cells = tuple(one.take(at) for one in self.cells)
            chosen = list(range(k))
        else:
            chosen = list(range(k)) if levels is None else list(levels)
            cells = (self.cells[0].take([k * g + j for g in rows for j in chosen]),)
        counts = self.counts[np.ix_(rows, chosen)]
        return replace(
            self,
            groups=tuple(self.groups[g] for g in rows),
            levels=tuple(self.levels[j] for j in chosen),
            counts=counts,
            base=self.base[rows] if levels is None else counts.sum(axis=1),
            outside=self.outside[rows],
            outside_sums=self.outside_sums[rows],
            cells=cells,
        )

    def merge(self, sets: Mapping[str, Collection[Any]]) -> Tabulation:
        """Levels of a question with one answer joined under new names; those in no set stay out of
        the levels and of the base."""
        if self.multiple:
            raise CommsvcError("options overlap: their shares do not add up", allowed="one answer")
        places = {level: j for j, level in enumerate(self.levels)}
        for level in (level for members in sets.values() for level in members):
            if level not in places:
                raise unknown_name("level", level, self.levels, where=self.question)
        of = {places[level]: i for i, members in enumerate(sets.values()) for level in members}
        kept = self.part(range(len(self.groups)), sorted(of))
        g, k = len(self.groups), len(sets)
        into = [k * row + of[j] for row in range(g) for j in sorted(of)]
        joined = np.zeros((g, k))
        np.add.at(joined.T, [of[j] for j in sorted(of)], kept.counts.T)
        return replace(
            kept,
            levels=tuple(sets),
            counts=joined,
            cells=(kept.cells[0].pool(into, g * k),),
            everyone=None if self.everyone is None else self.everyone.merge(sets),
        )

    def together(self) -> Tabulation:
        """All groups as one."""
        g, k = len(self.groups), 2 if self.multiple else len(self.levels)
        return replace(
            self,
            by="",
            groups=("all",),
            counts=self.counts.sum(axis=0, keepdims=True),
            base=self.base.sum(keepdims=True),
            outside=self.outside.sum(axis=0, keepdims=True),
            outside_sums=self.outside_sums.sum(axis=0, keepdims=True),
            cells=tuple(one.pool(np.tile(np.arange(k), g), k) for one in self.cells),
        )
