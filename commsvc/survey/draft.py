"""A first codebook, guessed from the answers; a person corrects it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.headers import LEAD
from commsvc.survey.scales import OUTSIDE_LABELS, SCALES, common_scale, grade, outside, plain

_MOST_LEVELS: Final = 25
_FEWEST_PER_LEVEL: Final = 2  # on average: text that nobody repeats is no choice
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NOTHING: Final = re.compile(r"无.*|没有.*|没.*|不.*|none.*|no\b.*|never.*|从不.*|从未.*")
_BELOW: Final = re.compile(
    r".*(?:以下|以内|之内|不足|及以下|or less|under|below|less than).*", re.I
)
_ENGLISH: Final = {
    "是": "yes", "否": "no", "有": "yes", "没有": "no", "男": "male", "女": "female",
    "其他": "other", "其他【请注明】": "other (please say)",
}  # fmt: skip
_ROLES: Final = {
    "weight": re.compile(r"权重|加权|weights?|wt|pweight", re.I),
    "stratum": re.compile(r"层|分层|strata|stratum", re.I),
    "cluster": re.compile(r"群|整群|初级抽样单元|psu|clusters?", re.I),
}


def drafted(answers: Answers) -> tuple[Question, ...]:
    """Every question of the answers, with what the file does not say filled in."""
    known = {c: q for q in answers.questions for c in q.columns}
    questions: list[Question] = []
    for column in answers.data:
        name = str(column)
        question = known.get(name, Question(name, name, columns=(name,)))
        if question in questions or (name in known and name != question.columns[0]):
            continue
        questions.append(_filled(question, answers))
    return tuple(questions)


def _filled(question: Question, answers: Answers) -> Question:
    if question.name in LEAD.values():
        return replace(question, kind="number" if _is_number(answers, question) else "text")
    role = next((r for r, words in _ROLES.items() if words.fullmatch(question.name)), "")
    question = replace(question, role=question.role or role)
    if question.kind == "multiple":
        return replace(question, levels=tuple(_known(level) for level in question.levels))
    if question.kind == "ranking":
        return question
    cells = pd.concat([answers.data[c] for c in question.columns]).dropna()
    if question.levels:
        labels = [level.label for level in question.levels]
        levels = tuple(_known(level) for level in question.levels)
        kind = "scale" if common_scale(labels) and question.kind == "single" else question.kind
        return replace(question, kind=kind, levels=levels)
    if _is_number(answers, question):
        return replace(question, kind="matrix" if question.kind == "matrix" else "number")
    if not (isinstance(cells.dtype, pd.CategoricalDtype) or _is_text(cells)):
        return question
    labels = list(dict.fromkeys(str(cell) for cell in cells))
    if not labels or len(labels) > _MOST_LEVELS or len(cells) < _FEWEST_PER_LEVEL * len(labels):
        return replace(question, kind="matrix" if question.kind == "matrix" else "text")
    levels = tuple(_known(Level(label, label)) for label in in_order(labels))
    scale = bool(common_scale(labels))
    single = "scale" if scale else "single"
    return replace(question, kind="matrix" if question.kind == "matrix" else single, levels=levels)


def _is_number(answers: Answers, question: Question) -> bool:
    return all(
        pd.api.types.is_numeric_dtype(answers.data[c])
        and not pd.api.types.is_bool_dtype(answers.data[c])
        for c in question.columns
    )


def _is_text(cells: pd.Series) -> bool:
    return pd.api.types.is_string_dtype(cells) or cells.dtype == object


def _known(level: Level) -> Level:
    """A level with its English label and its place outside the base, where the words are known."""
    kind = level.missing or outside(level.label)
    english = level.en
    found = grade(level.label)
    if not english and kind in OUTSIDE_LABELS:
        english = OUTSIDE_LABELS[kind][1]
    elif not english and found is not None:
        english = SCALES[found.scale or "satisfaction"][found.level][1]
    return replace(level, en=english or _ENGLISH.get(level.label, ""), missing=kind)


def in_order(labels: list[str]) -> list[str]:
    """Labels in the order of their scale, or of the numbers in them, or as they came.

    >>> in_order(["3001-5000元", "无收入", "3000元以下", "不知道", "5000元以上"])
    ['无收入', '3000元以下', '3001-5000元', '5000元以上', '不知道']
    """
    away = [label for label in labels if outside(label)]
    inside = [label for label in labels if not outside(label)]
    key: Any
    if common_scale(inside):
        levels = {label: grade(label) for label in inside}
        key = {label: -found.level for label, found in levels.items() if found}.__getitem__
    elif sum(bool(_NUMBER.search(plain(label))) for label in inside) > len(inside) / 2:
        key = _size
    else:
        return inside + away
    return sorted(inside, key=key) + away


def _size(label: str) -> tuple[int, float, int]:
    text = plain(label)
    found = _NUMBER.search(text.replace(",", ""))
    if found is None:
        return (0 if _NOTHING.fullmatch(text) else 2, 0.0, 0)
    return (1, float(found[0]), 0 if _BELOW.fullmatch(text) else 1)
