"""Every question by itself, one folded table each: what a reader may look up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.report import say, show_table
from commsvc.study.context import Study
from commsvc.study.question_tables import question_table
from commsvc.study.question_words import heading_of, level_text, level_words
from commsvc.survey.answers import Question
from commsvc.words.messages import joined, message

# A page of more tables is not looked through; the questions behind have a row each.
MOST_TABLES: Final = 120


def show_appendix(study: Study, questions: Sequence[Question]) -> None:
    """One folded table a question; texts are only counted.

    Of more than 120 questions those behind share one table, a row each, with the most frequent
    answer of those who answered; `show_test` and a shorter `questions` give any of them in full.

    Parameters
    ----------
    questions : of `chosen_questions`
    """
    for question in questions[:MOST_TABLES]:
        there = [c for c in question.columns if c in study.answers.data]
        answered = study.answers.data[there].notna().any(axis=1)
        if question.kind == "text" or not answered.any():
            say(
                message(
                    "{heading}: {n:count} people wrote something. Texts are not shown: they may "
                    "tell who somebody is.",
                    heading=heading_of(question),
                    n=int(answered.sum()),
                )
            )
            continue
        try:
            question_table(study, question, fold=True)
        except CommsvcError as error:
            say(
                message(
                    "{heading}: {problem}.", heading=heading_of(question), problem=error.problem
                )
            )
    if len(questions) > MOST_TABLES:
        _in_one_table(study, questions[MOST_TABLES:])


def _in_one_table(study: Study, questions: Sequence[Question]) -> None:
    rows = [
        _most_frequent(study, question, column)
        for question in questions
        for column in question.columns
        if column in study.answers.data
    ]
    show_table(
        pd.DataFrame(rows),
        caption=message("The other questions"),
        columns={
            "question": message("Question"),
            "answered": message("Answered"),
            "answer": message("Most frequent answer"),
            "count": message("People"),
        },
        source=study.source,
        n=study.answers.n,
        denominator=message("answers kept"),
        note=joined(
            [
                message("unweighted; a question of several answers has a row an option"),
                message("–: fewer than {n:count} people", n=study.smallest_base),
            ]
        ),
        fold=message("The other questions: {n} in one table", n=len(questions)),
    )


def _most_frequent(study: Study, question: Question, column: str) -> dict[str, Any]:
    """A row of the table: who answered, and what most of them; nothing of a few people."""
    cells = study.answers.data[column]
    answered = int(cells.notna().sum())
    name = heading_of(question)
    if len(question.columns) > 1:
        name = message("{title}: {item}", title=name, item=level_text(question.item(column)))
    row: dict[str, Any] = {"question": name, "answered": answered, "answer": "", "count": None}
    counts = cells.value_counts() if answered >= max(study.smallest_base, 1) else pd.Series()
    if question.kind in ("text", "number") or counts.empty:
        return row
    if question.kind == "multiple":
        return row | {"answer": message("ticked"), "count": int((cells == 1).sum())}
    if len(counts) > 1 and counts.iloc[0] == counts.iloc[1]:
        return row | {"answer": message("several as frequent"), "count": int(counts.iloc[0])}
    answer = level_words(question).get(str(counts.index[0]), str(counts.index[0]))
    return row | {"answer": answer, "count": int(counts.iloc[0])}
