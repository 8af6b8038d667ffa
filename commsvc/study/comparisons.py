"""Every question by every group, as the design and the scale allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from commsvc.study.model import Study
from commsvc.survey.answers import Question
from commsvc.survey.describe import Satisfaction, satisfaction
from commsvc.survey.suppress import hide_small
from commsvc.survey.tabulate import tabulate_answers

# What has no table by group: everybody's own words.
_PASSED: Final = ("text",)
_SHARES: Final = ("single", "scale", "multiple")


@dataclass(frozen=True)
class Comparison:
    """One question by one group.

    Attributes
    ----------
    question, group : of the codebook
    found : what `satisfaction` found
    """

    question: Question
    group: Question
    found: Satisfaction


def ask(study: Study, question: Question, group: Question | None = None) -> Satisfaction:
    """What people answered, by group or together, with small groups hidden.

    Parameters
    ----------
    question : of any kind but text
    group : a question with one answer a person
    """
    within = study if group is None else within_groups(study, group)
    by = None if group is None else group.name
    rest: dict[str, Any] = {"design": study.design, "codebook": study.codebook}
    least = study.smallest_base
    found = satisfaction(within.answers, question.name, by=by, smallest_base=least, **rest)
    if group is None and study.design.kind == "sample" and question.kind in _SHARES:
        # Under weights and clusters the unweighted, the weighted and the effective n stand beside.
        sizes = tabulate_answers(within.answers, question.name, **rest).frame()
        return replace(found, table=hide_small([sizes], least)[0])
    return found


def compare(
    study: Study, questions: Sequence[Question], groups: Sequence[Question]
) -> list[Comparison]:
    """Every question between the groups of each of `groups`; texts are passed over.

    Parameters
    ----------
    questions : of `chosen_questions`
    groups : of `chosen_groups`
    """
    return [
        Comparison(question, group, ask(study, question, group))
        for group in groups
        for question in questions
        if question.name != group.name and question.kind not in _PASSED
    ]


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
