"""Tables of answers: counts, or totals of clusters, with what is outside the base beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.inference.linearisation import Clusters
from commsvc.inference.results import join_notes
from commsvc.survey.answers import BLANK, SKIPPED, Answers, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.scales import outside
from commsvc.survey.totals import Coded, Sample

BASES = ("asked", "answered")
UNANSWERED = "(unanswered)"


@dataclass(frozen=True)
class Tabulation:
    """How a question was answered, by group, ready for `commsvc.inference`.

    Attributes
    ----------
    question, by : what was tabulated; `by` "" for everybody together
    groups : names of the groups, in order
    levels : answers in the base, in order; `(unanswered)` last where blanks stay in the base
    counts : (g, k) people, unweighted
    base : (g,) people in the denominator
    outside : (g, o) people who gave `outside_levels`, shown but not in the base
    totals : (m, g, k) weighted totals of each cluster; None where the design has no clusters
    bases : (m, g) weighted totals of the denominator; None likewise
    clusters : for `totals`
    multiple : whether a person may have given several answers
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
    totals: NDArray[np.float64] | None
    bases: NDArray[np.float64] | None
    clusters: Clusters | None
    multiple: bool
    everyone: Tabulation | None
    design: Design
    note: str = ""

    def frame(self, *, method: str | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Tidy shares, everybody first, then each group (`commsvc.survey.estimates.shares`)."""
        from commsvc.survey.estimates import shares

        return shares(self, method=method, confidence=confidence)

    def test(self, *, ordered: bool = False, statistic: str = "F") -> pd.DataFrame:
        """Whether the groups answer differently (`commsvc.survey.estimates.group_test`)."""
        from commsvc.survey.estimates import group_test

        return group_test(self, ordered=ordered, statistic=statistic)


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
        a respondent; or a `Sample`, which keeps its encoded columns for the next table
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
    book = codebook
    if book is None and isinstance(survey, Answers):
        book = survey.codebook
    asked = _question(book, question)
    group = None if by is None else _column_of(book, by)
    columns = tuple(dict.fromkeys([*asked.columns, *([group] if group else [])]))
    sample = _sample(survey, design, columns)
    if sample.n == 0:
        raise CommsvcError("nobody is in the survey", where=question)
    table = _multiple if asked.kind == "multiple" else _single
    if not group:
        everybody = Coded(np.zeros(sample.n, dtype=np.int32), ["all"])
        return table(sample, survey, asked, everybody, "", base)
    groups = _levels(sample, survey, _question(book, group), base="answered")[0]
    lost = groups.code < 0
    # Those without a group are one more row, so that everybody is the sum of the rows.
    if lost.any():
        code = np.where(lost, np.int32(len(groups.labels)), groups.code)
        groups = Coded(code, [*groups.labels, None])
    whole = table(sample, survey, asked, groups, by or "", base)
    everyone = _together(whole)
    if not lost.any():
        return replace(whole, everyone=everyone)
    note = f"{int(lost.sum())} without a group are in the total only"
    return replace(
        _first(whole, len(groups.labels) - 1), everyone=everyone, note=join_notes(note, whole.note)
    )


def _together(table: Tabulation) -> Tabulation:
    """All groups as one."""
    return replace(
        table,
        by="",
        groups=("all",),
        counts=table.counts.sum(axis=0, keepdims=True),
        base=table.base.sum(keepdims=True),
        outside=table.outside.sum(axis=0, keepdims=True),
        totals=None if table.totals is None else table.totals.sum(axis=1, keepdims=True),
        bases=None if table.bases is None else table.bases.sum(axis=1, keepdims=True),
    )


def _first(table: Tabulation, g: int) -> Tabulation:
    """The first g groups."""
    return replace(
        table,
        groups=table.groups[:g],
        counts=table.counts[:g],
        base=table.base[:g],
        outside=table.outside[:g],
        totals=None if table.totals is None else table.totals[:, :g],
        bases=None if table.bases is None else table.bases[:, :g],
    )


def _question(book: Codebook | None, name: str) -> Question:
    if book is None or name not in book:
        return Question(name, name, kind="single", columns=(name,))
    question = book[name]
    if question.kind in ("matrix", "ranking") and name == question.name:
        if question.columns == (name,):
            return question
        raise CommsvcError(
            f"{name} is a {question.kind} of {len(question.columns)} columns",
            allowed=", ".join(question.columns),
            next_step="tabulate one of its columns",
        )
    if question.kind == "multiple" and name != question.name:
        return Question(name, kind="single", columns=(name,))
    return question if name == question.name else Question(
        name, question.text, kind="single", columns=(name,), levels=question.levels
    )  # fmt: skip


def _column_of(book: Codebook | None, name: str) -> str:
    question = _question(book, name)
    if len(question.columns) != 1:
        raise CommsvcError(
            f"groups of {name} overlap: a person may have given several answers",
            allowed="a question with one answer, or one of its 1/0 columns",
        )
    return question.columns[0]


def _sample(survey: Any, design: Design, columns: tuple[str, ...]) -> Sample:
    if isinstance(survey, Sample):
        if survey.design != design:
            raise CommsvcError("the sample was made with another design", next_step="Sample")
        return survey
    return Sample(survey.data if isinstance(survey, Answers) else survey, design, columns)


def _levels(
    sample: Sample, survey: Any, question: Question, *, base: str
) -> tuple[Coded, tuple[str, ...]]:
    """A column's codes in the codebook's order, blanks as a level where they stay, and the kinds
    of missing of each label ("" in the base)."""
    column = question.columns[0]
    coded = sample.codes(column)
    known = {x: level for level in question.levels for x in level.names}
    named = [known.get(str(label)) for label in coded.labels]
    labels = [
        level.label if level else label for label, level in zip(coded.labels, named, strict=True)
    ]
    kinds = [
        level.missing if level else outside(str(label))
        for label, level in zip(labels, named, strict=True)
    ]
    there = [level.label for level in question.levels]
    # Levels nobody gave stay in the table; what the codebook does not know stands behind.
    order = list(dict.fromkeys([*there, *labels]))
    kind_of = {level.label: level.missing for level in question.levels}
    kind_of |= dict(zip(labels, kinds, strict=True))
    place = np.array([order.index(label) for label in labels] + [-1], dtype=np.int32)
    same = len(labels) == len(order) and bool((place[:-1] == np.arange(len(order))).all())
    code = coded.code if same else place[coded.code]
    if base == "asked" and (code < 0).any():
        blank = code < 0
        if isinstance(survey, Answers):
            why = survey.why_missing(column).to_numpy()
            blank = blank & (why == BLANK)
            for kind in [k for k in dict.fromkeys(why) if k not in ("", BLANK, SKIPPED)]:
                order.append(f"({kind})")
                kind_of[order[-1]] = kind
                code = np.where(why == kind, np.int32(len(order) - 1), code)
        if blank.any():
            order.append(UNANSWERED)
            kind_of[UNANSWERED] = ""
            code = np.where(blank, np.int32(len(order) - 1), code)
    return Coded(code, order), tuple(kind_of[label] for label in order)


def _single(
    sample: Sample,
    survey: Any,
    question: Question,
    groups: Coded,
    by: str,
    base: str,
) -> Tabulation:
    """One answer a person."""
    answers, kinds = _levels(sample, survey, question, base=base)
    keys = [groups, answers]
    counts = sample.totals(keys, weighted=False)[0]
    inside = [i for i, kind in enumerate(kinds) if not kind]
    away = [i for i, kind in enumerate(kinds) if kind and counts[:, i].sum()]
    totals = bases = None
    if sample.clusters is not None:
        totals = sample.totals(keys)[:, :, inside]
        bases = totals.sum(axis=2)
    return Tabulation(
        question.name,
        by,
        tuple(groups.labels),
        tuple(answers.labels[i] for i in inside),
        counts[:, inside],
        counts[:, inside].sum(axis=1),
        tuple(answers.labels[i] for i in away),
        counts[:, away],
        totals,
        bases,
        sample.clusters,
        False,
        None,
        sample.design,
    )


def _multiple(
    sample: Sample,
    survey: Any,
    question: Question,
    groups: Coded,
    by: str,
    base: str,
) -> Tabulation:
    """Several answers a person: the base is people, each level one 1/0 column."""
    ticks = [sample.numbers(column) for column in question.columns]
    answered = ~np.isnan(ticks[0])
    for column in ticks[1:]:
        answered |= ~np.isnan(column)
    in_base = answered.copy()
    if base == "asked":
        blank = ~answered
        if isinstance(survey, Answers):
            blank &= survey.why_missing(question.columns[0]).to_numpy() == BLANK
        in_base |= blank
    member = np.where(in_base, 1.0, np.nan)
    filled = [np.where(in_base, np.nan_to_num(column), np.nan) for column in ticks]
    counts = np.stack(
        [sample.totals([groups], column, weighted=False)[0] for column in filled], axis=1
    )
    totals = bases = None
    if sample.clusters is not None:
        totals = np.stack([sample.totals([groups], column) for column in filled], axis=2)
        bases = sample.totals([groups], member)
    unanswered = int(in_base.sum() - answered.sum())
    said = f"{unanswered} in the base ticked nothing" if unanswered else ""
    return Tabulation(
        question.name,
        by,
        tuple(groups.labels),
        tuple(level.label for level in question.levels),
        counts,
        sample.totals([groups], member, weighted=False)[0],
        (),
        np.zeros((len(groups.labels), 0)),
        totals,
        bases,
        sample.clusters,
        True,
        None,
        sample.design,
        said,
    )
