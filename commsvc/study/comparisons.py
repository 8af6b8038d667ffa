"""Every question by every group, as the design and the scale allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from commsvc.study.model import Study
from commsvc.survey.answers import Question
from commsvc.survey.entry import Satisfaction, satisfaction
from commsvc.survey.suppress import suppress_small
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
    found = satisfaction(within.answers, question.name, by=by, **rest)
    table = found.table
    if group is None and study.design.kind == "sample" and question.kind in _SHARES:
        # Under weights and clusters the unweighted, the weighted and the effective n stand beside.
        table = tabulate_answers(within.answers, question.name, **rest).frame()
    return replace(
        found,
        table=hide_small(table, study.smallest_base),
        summary=hide_small(found.summary, study.smallest_base),
    )


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


def hide_small(frame: pd.DataFrame, base: float) -> pd.DataFrame:
    """Estimates with those of fewer people hidden, and what would give them away.

    Parameters
    ----------
    frame : of `Satisfaction`: shares (`suppress_small`), or means and nets, which have no count;
        a matrix has its rows in `item`
    base : a group with fewer people is hidden
    """
    if frame.empty:
        return frame
    if "item" not in frame:
        return _hidden(frame, base)
    parts = [_hidden(part, base) for _, part in frame.groupby("item", sort=False)]
    return pd.concat(parts)


def _hidden(frame: pd.DataFrame, base: float) -> pd.DataFrame:
    counted = frame["count"].notna().groupby(frame["level"]).transform("any")
    shares = frame[counted]
    shown = suppress_small(shares, base=base) if len(shares) else shares
    others = frame[~counted].copy()
    small = (others["base"] < base).to_numpy()
    for column in ("estimate", "se", "low", "high"):
        others[column] = others[column].astype(float).mask(small)
    return pd.concat([shown, others]).sort_index() if len(others) else shown
