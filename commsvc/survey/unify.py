"""Wordings of one grade as one answer: 非常满意 and 很满意 are the same."""

from __future__ import annotations

from collections.abc import Sequence

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook
from commsvc.survey.log import Cleaned, Step, make_step, run
from commsvc.survey.scales import SCALES, Grade, common_scale, grade, outside
from commsvc.words.messages import message


def unify_scale(
    answers: Answers,
    columns: Sequence[str] | None = None,
    *,
    language: str = "zh",
    codebook: Codebook | None = None,
) -> Cleaned:
    """Graded words to one five-point scale: 非常满意 and 很满意 are one answer.

    Parameters
    ----------
    columns : all text columns whose answers are graded, when left out
    language : of the labels written, "zh" or "en"
    codebook : where it has graded levels for a question, these are the scale: other wordings of
        one of its grades become its label, and its own labels stay

    Notes
    -----
    Words of one strength are synonyms (非常满意, 很满意, very satisfied). 满意, 比较满意 and
    基本满意 stand for the same level, but where one question has two of them they may be two of
    its answers: these then stay as they are, and the log says "undecided".

    Examples
    --------
    >>> import pandas as pd
    >>> raw = Answers.from_frame(pd.DataFrame({"Q1": ["十分满意", "基本满意", "neutral"]}))
    >>> unify_scale(raw).data.data["Q1"].tolist()
    ['很满意', '比较满意', '一般']
    """
    if language not in ("zh", "en"):
        raise CommsvcError(f"no labels in {language!r}", allowed="zh, en")
    steps: list[Step] = []
    for column in answers.text_columns() if columns is None else columns:
        labels = [str(cell) for cell in answers.distinct(column)]
        own = _graded_levels(codebook, column)
        scale = common_scale([*labels, *own])
        if scale and own:
            changes = {label: target for label in labels if (target := _target(label, own))}
            steps.append(make_step(answers, "scale", column, changes))
        elif scale:
            steps.append(_scale_step(answers, column, labels, scale, language == "en"))
    return run(answers, steps)


def _graded_levels(codebook: Codebook | None, column: str) -> list[str]:
    if codebook is None or column not in codebook:
        return []
    labels = [level.label for level in codebook[column].levels if not level.missing]
    return labels if common_scale(labels) else []


def _target(label: str, own: list[str]) -> str:
    """The codebook's label for a wording: of the same strength, else the only one of its grade."""
    found = grade(label)
    if label in own or found is None or outside(label):
        return ""
    grades = [(x, g) for x in own if (g := grade(x)) is not None and g.level == found.level]
    alike = [x for x, g in grades if g.wording == found.wording]
    return alike[0] if alike else grades[0][0] if len(grades) == 1 else ""


def _scale_step(
    answers: Answers, column: str, labels: list[str], scale: str, english: bool
) -> Step:
    grades: dict[str, Grade] = {}
    for label in labels:
        found = grade(label)
        if found is not None and not outside(label):
            grades[label] = found
    wordings: dict[int, set[str]] = {}
    for found in grades.values():
        wordings.setdefault(found.level, set()).add(found.wording)
    torn = {level for level, said in wordings.items() if len(said) > 1}
    changes = {
        label: SCALES[scale][found.level][english]
        for label, found in grades.items()
        if found.level not in torn
    }
    kept = [label for label, found in grades.items() if found.level in torn]
    note = message("undecided, left: {kept}", kept=kept) if kept else ""
    return make_step(answers, "scale", column, changes, note=note)
