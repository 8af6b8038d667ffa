"""Whether groups answer differently, by the test that design and scale allow, and why that one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.results import join_notes
from commsvc.survey import reasons as why
from commsvc.survey.asked import NO_TEST, Asked
from commsvc.survey.estimates import comparable, group_test, unanswered_note
from commsvc.survey.likert import graded_scores
from commsvc.survey.tabulate import Tabulation
from commsvc.words.messages import Text, message


def between(
    table: Tabulation,
    ordered: bool,
    names: dict[str, Text | str],
    group_names: dict[str, Text | str],
    *,
    number: bool = False,
) -> tuple[pd.DataFrame, list[Text]]:
    """The test, where there is one to make, and why this one."""
    if not table.by or not table.design.allows_inference:
        return NO_TEST, []
    answered = comparable(table)
    if min(answered.counts.shape) < 2:
        return NO_TEST, [why.TOO_FEW]
    if ordered and not number and _falls(answered.levels):
        # The best answer last, so that an effect above 0 is the better one.
        answered = answered.part(range(len(answered.groups)), range(len(answered.levels))[::-1])
    complex_design = table.design.kind == "sample"
    by_rank = ordered and (complex_design or table.design.deff == 1)
    try:
        test = group_test(answered, ordered=by_rank)
    except CommsvcError as error:
        return NO_TEST, [why.not_tested(error.problem)]
    test["note"] = [join_notes(note, unanswered_note(table)) for note in test["note"]]
    if by_rank:
        reason = why.NUMBER_RANKS if number else why.RANKS
        reason = why.DESIGN_RANKS if complex_design and not number else reason
    else:
        reason = why.RAO_SCOTT if complex_design else why.WHOLE_TABLE
    if "Cliff" not in str(test["method"].iloc[0]) or len(answered.groups) != 2:
        return test, [reason]
    first, second = (group_names.get(str(g), str(g)) for g in answered.groups)
    last = str(answered.levels[-1])
    end = message("high numbers") if number else names.get(last, last)
    return test, [reason, why.sign_of_delta(table.by, first, second, end)]


def _falls(levels: Sequence[Any]) -> bool:
    """Whether graded answers stand from the best to the worst."""
    marks = graded_scores(list(levels))
    return bool(marks) and marks[levels[0]] > marks[levels[-1]]


def pair(table: Tabulation, asked: Asked) -> tuple[Text | str, Text | str] | None:
    """The two groups that an effect compares, in its order."""
    held = [g for g, n in zip(table.groups, table.base, strict=True) if n]
    if len(held) != 2:
        return None
    names = asked.names(asked.by)
    first, second = (names.get(str(g), str(g)) for g in held)
    return first, second


def extremes(rows: pd.DataFrame, names: dict[str, Text | str], form: str) -> tuple[Any, Any] | None:
    """The groups with the lowest and the highest estimate, as they are printed."""
    groups = rows[rows.index != "all"].dropna(subset="estimate").sort_values("estimate")
    if len(groups) < 2:
        return None
    ends = [groups.iloc[0], groups.iloc[-1]]
    named = [names.get(str(row.name), str(row.name)) for row in ends]
    said = [form.format(row["estimate"]) for row in ends]
    return (named[0], said[0]), (named[1], said[1])
