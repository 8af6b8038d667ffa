"""From answers to a table: totals of cells, with what is outside the base beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.inference.results import join_notes
from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.columns import Coded
from commsvc.survey.lookup import (
    BASES,
    UNANSWERED,
    codebook_of,
    count_missing,
    find_question,
    group_column,
    one_table,
    people_of,
    read_levels,
    ticks,
    with_lost,
)
from commsvc.survey.rows import Rows
from commsvc.survey.scales import common_scale, grade
from commsvc.survey.tabulation import Tabulation
from commsvc.survey.totals import Sample
from commsvc.words.messages import message


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
    >>> import pandas as pd
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


def tabulate_firsts(
    survey: Any,
    question: str,
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    base: str = "asked",
) -> Tabulation:
    """Of a ranking, who put each item first; arguments as of `tabulate_answers`.

    Who ranked nothing is a blank; an item left out of somebody's ranking was not first.
    """
    book = codebook_of(survey, codebook)
    ranking = find_question(book, question)
    if ranking.kind != "ranking":
        raise CommsvcError(f"{question} is no ranking", allowed="a question of kind 'ranking'")
    items = tuple(Level(item_name(column)) for column in ranking.columns)
    asked = replace(ranking, levels=items)
    group = None if by is None else group_column(book, by)
    columns = tuple(dict.fromkeys([*asked.columns, *([group] if group else [])]))
    sample = sample_of(survey, design, columns)
    return _About(sample, survey, asked, book, by or "", group, base).several()


def item_name(column: str) -> str:
    """The item of a matrix's or ranking's column.

    >>> item_name("Q6:医生"), item_name("clean")
    ('医生', 'clean')
    """
    return column.partition(":")[2] or column


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
            note=rows.note,
            people=rows.n,
            missing=answers.missing,
            outside_kinds=tuple(answers.kinds[i] for i in away),
            outside_sums=cells.sums[:, 0].reshape(-1, k)[:, away],
            ordered=self._ordered(rows, [labels[i] for i in inside]),
        )
        return self._by_group(table, g)

    def _ordered(self, rows: Rows, levels: Sequence[Any]) -> bool:
        """Whether the levels have an order: given, of numbers, or of graded words as they stand."""
        if self.asked.kind in ("scale", "matrix", "number") or rows.in_order(self.asked.columns[0]):
            return True
        given = [level for level in levels if level != UNANSWERED]
        if all(isinstance(level, int | float) for level in given):
            return True
        marks = [found.level for x in given if (found := grade(str(x))) is not None]
        return bool(common_scale([str(x) for x in given])) and marks in (
            sorted(marks),
            sorted(marks, reverse=True),
        )

    def several(self) -> Tabulation:
        """Several answers a person: the base is people, each option a yes and a no."""
        cells, unanswered, columns = [], 0, self.asked.columns
        for column in columns:
            rows = self._rows(column, columns)
            groups, g = self._groups(rows)
            coded = ticks(rows, self.survey, self.asked, column, self.base)
            cells.append(rows.cells([groups, coded]))
            unanswered = people_of(rows, ~rows.answered(columns) & (coded.code >= 0))
        each = np.stack([one.counts.reshape(-1, 2) for one in cells], axis=1)
        said = message("{n} in the base ticked nothing", n=unanswered) if unanswered else ""
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
            join_notes(said, rows.note),
            rows.n,
            count_missing(rows, self.survey, columns[0], ~rows.answered(columns)),
            outside_sums=np.zeros((len(groups.labels), 0)),
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
        note = message("{n} without a group are in the total only", n=lost) if lost else ""
        return replace(table.part(range(g)), everyone=everyone, note=join_notes(note, table.note))


__all__ = ["UNANSWERED", "Tabulation", "sample_of", "tabulate_answers"]
