"""Every question by itself, one folded table each: what a reader may look up."""

from __future__ import annotations

from collections.abc import Sequence

from commsvc.errors import CommsvcError
from commsvc.report import say
from commsvc.study.context import Study
from commsvc.study.question_tables import question_table
from commsvc.study.question_words import heading_of
from commsvc.survey.answers import Question
from commsvc.words.messages import message


def show_appendix(study: Study, questions: Sequence[Question]) -> None:
    """One folded table a question, with its sentence; texts are only counted.

    Parameters
    ----------
    questions : of `chosen_questions`
    """
    for question in questions:
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
