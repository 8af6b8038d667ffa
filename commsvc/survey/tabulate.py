"""Tables of answers: totals of cells, with what is outside the base beside them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.cell_totals import Cells
from commsvc.inference.design import Design
from commsvc.inference.results import join_notes
from commsvc.shown import Shown
from commsvc.survey.answers import Answers, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.columns import Coded
from commsvc.survey.lookup import (
    BASES,
    UNANSWERED,
    codebook_of,
    find_question,
    group_column,
    one_table,
    read_levels,
    ticks,
    with_lost,
)
from commsvc.survey.rows import Rows
from commsvc.survey.totals import Sample


@dataclass(frozen=True)
class Tabulation(Shown):
    """How a question was answered, by group, ready for `commsvc.inference`.

    Attributes
    ----------
    question, by : what was tabulated; `by` "" for everybody together
    groups : names of the groups, in order
    levels : answers in the base, in order; `(unanswered)` last where blanks stay in the base
    counts : (g, k) people, unweighted
    base : (g,) people in the denominator
    outside_levels, outside : answers shown but not in the base, and (g, o) people who gave them
    cells : the weighted totals with what their variance needs: one of g × k cells, group by group;
        of a question with several answers one an option, of g × 2 cells (ticked, not)
    everyone : the table of all respondents, those without a group included; None when by is ""
    design, note
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
    note: str = ""

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
            cells=cells,
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
            cells=tuple(one.pool(np.tile(np.arange(k), g), k) for one in self.cells),
        )


def tabulate_answers(
    survey: Any,
    question: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    base: str = "asked",
) -> Tabulation:
    """The answers to one question, by the groups of another, in one pass over the records.

    Parameters
    ----------
    survey : Answers; any frame that Narwhals takes (pandas, Polars, Arrow, DuckDB, Spark), one row
        a respondent, a lazy one grouped by its own engine; or a `Sample`, which keeps its encoded
        columns for the next table
    question : a question of the codebook, or a column
    by : a question or column of groups
    design : who was asked; its weights, strata and clusters are columns of the survey
    codebook : levels and their order, what is outside the base; drafted from Answers when left out
    base : "asked": a blank stays in the denominator, as its own level; "answered": it does not.
        A skip was never asked and is in neither, and "don't know" is shown outside both

    Returns
    -------
    Tabulation

    Examples
    --------
    >>> frame = pd.DataFrame({"sex": ["f", "m", "f", "m"], "q": ["好", "差", "不知道", None]})
    >>> table = tabulate_answers(frame, "q", design=Design.srs())
    >>> table.levels, table.counts, table.outside_levels, table.base
    (('好', '差', '(unanswered)'), array([[1., 1., 1.]]), ('不知道',), array([3.]))
    """
    if base not in BASES:
        raise unknown_name("base", base, BASES)
    book = codebook_of(survey, codebook)
    asked = one_table(find_question(book, question))
    group = None if by is None else group_column(book, by)
    columns = tuple(dict.fromkeys([*asked.columns, *([group] if group else [])]))
    sample = sample_of(survey, design, columns)
    about = _About(sample, survey, asked, book, by or "", group, base)
    return about.several() if asked.kind == "multiple" else about.single()


def sample_of(survey: Any, design: Design, columns: tuple[str, ...]) -> Sample:
    """The records with their design; a Sample as it is."""
    if isinstance(survey, Sample):
        if survey.design != design or survey.design.people is not design.people:
            raise CommsvcError("the sample was made with another design", next_step="Sample")
        return survey
    return Sample(survey.data if isinstance(survey, Answers) else survey, design, columns)


@dataclass(frozen=True)
class _About:
    """What is tabulated, of whom, by what."""

    sample: Sample
    survey: Any
    asked: Question
    book: Codebook | None
    by: str
    group: str | None
    base: str

    def _groups(self, rows: Rows) -> tuple[Coded, int]:
        """Everybody's group, and how many groups there are; those without one stand behind."""
        if self.group is None:
            return Coded(np.zeros(len(rows.table), dtype=np.int32), ["all"]), 1
        found = read_levels(
            rows, self.survey, find_question(self.book, self.group), base="answered"
        )
        return with_lost(found.coded)

    def _rows(self, column: str, answered: Sequence[str] = ()) -> Rows:
        wanted = [column, *([self.group] if self.group else [])]
        return self.sample.rows(tuple(dict.fromkeys(wanted)), (), tuple(answered))

    def single(self) -> Tabulation:
        """One answer a person."""
        rows = self._rows(self.asked.columns[0])
        answers = read_levels(rows, self.survey, self.asked, base=self.base)
        groups, g = self._groups(rows)
        k = max(len(answers.coded.labels), 1)
        cells = rows.cells([groups, answers.coded])
        counts = cells.counts.reshape(-1, k)
        inside = [i for i, kind in enumerate(answers.kinds) if not kind]
        away = [i for i, kind in enumerate(answers.kinds) if kind and counts[:, i].sum()]
        taken = cells.take([row * k + i for row in range(len(counts)) for i in inside])
        labels = answers.coded.labels
        table = Tabulation(
            self.asked.name,
            self.by,
            tuple(groups.labels),
            tuple(labels[i] for i in inside),
            counts[:, inside],
            counts[:, inside].sum(axis=1),
            tuple(labels[i] for i in away),
            counts[:, away],
            (taken,),
            False,
            None,
            self.sample.design,
        )
        return self._by_group(table, g)

    def several(self) -> Tabulation:
        """Several answers a person: the base is people, each option a yes and a no."""
        cells, unanswered = [], 0
        for column in self.asked.columns:
            rows = self._rows(column, self.asked.columns)
            groups, g = self._groups(rows)
            coded = ticks(rows, self.survey, self.asked, column, self.base)
            cells.append(rows.cells([groups, coded]))
            silent = ~rows.answered(self.asked.columns) & (coded.code >= 0)
            people = np.ones(silent.size) if rows.people is None else rows.people
            unanswered = int(people[silent].sum())
        each = np.stack([one.counts.reshape(-1, 2) for one in cells], axis=1)
        said = f"{unanswered} in the base ticked nothing" if unanswered else ""
        table = Tabulation(
            self.asked.name,
            self.by,
            tuple(groups.labels),
            tuple(level.label for level in self.asked.levels),
            each[:, :, 0],
            each[:, 0].sum(axis=1),
            (),
            np.zeros((len(groups.labels), 0)),
            tuple(cells),
            True,
            None,
            self.sample.design,
            said,
        )
        return self._by_group(table, g)

    def _by_group(self, table: Tabulation, g: int) -> Tabulation:
        """The groups there are, with everybody beside them."""
        if self.group is None:
            return table
        everyone = table.together()
        if g == len(table.groups):
            return replace(table, everyone=everyone)
        lost = int(table.base[g] + table.outside[g].sum())
        note = f"{lost} without a group are in the total only" if lost else ""
        return replace(table.part(range(g)), everyone=everyone, note=join_notes(note, table.note))


__all__ = ["UNANSWERED", "Tabulation", "sample_of", "tabulate_answers"]
