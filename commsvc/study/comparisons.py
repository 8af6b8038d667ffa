"""Every question by every group: table, test and effect, and why this test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from commsvc.study.model import Study
from commsvc.study.words import item_words, title_of
from commsvc.survey.answers import Question
from commsvc.survey.entry import Satisfaction, satisfaction
from commsvc.survey.said import Said
from commsvc.survey.tabulate import UNANSWERED, Tabulation, tabulate_answers


@dataclass(frozen=True)
class Comparison:
    """One column of a question by one group.

    Attributes
    ----------
    question, column : what was compared: the question's only column, a row of a matrix, an option
    title, item : of it, in both languages: the question's text with the row or option, and the
        row or option alone
    group : the question that makes the groups
    table : counts or totals
    test : one row, or none where there is none
    found : what `satisfaction` found; None for an option and for a number
    why : why this test, or why none
    """

    question: Question
    column: str
    title: tuple[str, str]
    item: tuple[str, str]
    group: Question
    table: Tabulation
    test: pd.DataFrame
    found: Satisfaction | None
    why: tuple[Said, ...]


def compare(
    study: Study, questions: Sequence[Question], groups: Sequence[Question]
) -> list[Comparison]:
    """Compare every question's answers between the groups of each of `groups`.

    Parameters
    ----------
    questions : single, scale, matrix (row by row), multiple (option by option), number; rankings
        and texts are passed over
    groups : of `chosen_groups`
    """
    found = []
    for group in groups:
        part = within_groups(study, group)
        for question in questions:
            if question.name != group.name:
                found += _compared(part, question, group)
    return found


def within_groups(study: Study, group: Question) -> Study:
    """The study for a comparison: who did not say to which group they belong is in none.

    Those who answered the group's question with "don't know" and its like stay in the total only.
    """
    away = [level.label for level in group.levels if level.missing]
    column = group.columns[0]
    cells = study.answers.column(column)
    gone = cells.isin(away)
    if not gone.any():
        return study
    why = study.answers.why_missing(column).mask(gone, "no group")
    return replace(study, answers=study.answers.with_column(column, cells.mask(gone), why))


def _compared(study: Study, question: Question, group: Question) -> list[Comparison]:
    if question.kind in ("ranking", "text"):
        return []
    data = study.answers.data
    columns = [c for c in question.columns if c in data and data[c].notna().any()]
    numeric = question.kind == "number" or (
        question.kind == "matrix" and all(pd.api.types.is_numeric_dtype(data[c]) for c in columns)
    )
    if question.kind == "multiple" or numeric:
        return [_of_column(study, question, column, group, numeric) for column in columns]
    return [_of_answers(study, question, column, group) for column in columns]


def _of_answers(study: Study, question: Question, column: str, group: Question) -> Comparison:
    name = question.name if len(question.columns) == 1 else column
    rest: dict[str, Any] = {"design": study.design, "codebook": study.codebook}
    found = satisfaction(study.answers, name, by=group.name, **rest)
    table = tabulate_answers(study.answers, name, by=group.name, **rest)
    title, item = _titles(question, column)
    return Comparison(question, column, title, item, group, table, found.test, found, found.reasons)


def _of_column(
    study: Study, question: Question, column: str, group: Question, numeric: bool
) -> Comparison:
    """An option ticked or not; a number, by ranks."""
    rest: dict[str, Any] = {"design": study.design, "codebook": study.codebook}
    base = "answered" if numeric else "asked"
    table = tabulate_answers(study.answers, column, by=group.name, base=base, **rest)
    title, item = _titles(question, column)
    test, why = _test(table, numeric)
    return Comparison(question, column, title, item, group, table, test, None, why)


def _test(table: Tabulation, numeric: bool) -> tuple[pd.DataFrame, tuple[Said, ...]]:
    none = pd.DataFrame()
    if not table.design.allows_inference:
        return none, ()
    inside = [j for j, level in enumerate(table.levels) if level != UNANSWERED]
    counts = table.counts[:, inside]
    if min((counts.sum(axis=0) > 0).sum(), (counts.sum(axis=1) > 0).sum()) < 2:
        why = Said(
            "no test: fewer than two groups or two answers hold anybody",
            "不作检验：有人的组或答案不足两个",
        )
        return none, (why,)
    test = table.test(ordered=numeric)
    if not numeric:
        return test, ()
    why = Said(
        "numbers are compared by ranks: a few large ones do not decide it",
        "数字按秩比较：个别大数不会左右结果",
    )
    return test, (why,)


def _titles(question: Question, column: str) -> tuple[tuple[str, str], tuple[str, str]]:
    en, zh = title_of(question)
    if len(question.columns) == 1:
        return (en, zh), (en, zh)
    item = item_words(question, column)
    return (f"{en}: {item[0]}", f"{zh}：{item[1]}"), item
