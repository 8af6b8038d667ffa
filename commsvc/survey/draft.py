"""A first codebook, guessed from the answers, with what is uncertain; a person corrects it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Final

import pandas as pd

from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.draft_words import (
    ENGLISH,
    IS_AGE,
    IS_COUNT,
    IS_DATE,
    IS_GRADED,
    TELLS_GROUPS,
    TELLS_ROLE,
)
from commsvc.survey.headers import LEAD
from commsvc.survey.level_order import in_order, order_is_known
from commsvc.survey.scales import OUTSIDE_LABELS, SCALES, common_scale, grade, outside
from commsvc.survey.typed_numbers import holds_typed_numbers
from commsvc.words.messages import Label, Text, message

Doubts = list[Text]
_MOST_LEVELS: Final = 25
_FEWEST_PER_LEVEL: Final = 2  # on average: text that nobody repeats is no choice
_MOST_CODES: Final = 11  # 0 to 10
_MOST_GROUPS: Final = 10
_DAYS: Final = (3653, 73050)  # Excel's numbers for 1910 to 2099


def drafted(answers: Answers) -> tuple[tuple[Question, ...], tuple[tuple[str, Text], ...]]:
    """Every question of the answers, with what the file does not say filled in, and the doubts."""
    known = {c: q for q in answers.questions for c in q.columns}
    texts = {q.name: q.text for q in answers.questions}
    questions: list[Question] = []
    doubts: list[tuple[str, Text]] = []
    for column in answers.data:
        name = str(column)
        if name in known:
            question = known[name]
            if name != question.columns[0]:
                continue
        elif (beside := name.split("_other")[0]) != name and beside in texts:
            text = f"{texts[beside]}：其他，请注明"
            questions.append(Question(name, text, kind="text", columns=(name,)))
            continue
        else:
            question = Question(name, name, columns=(name,))
        filled, unsure = _filled(question, answers)
        questions.append(filled)
        doubts += [(filled.name, line) for line in unsure]
    return tuple(questions), tuple(doubts)


def _filled(question: Question, answers: Answers) -> tuple[Question, Doubts]:
    if question.name in LEAD.values():
        kind = "number" if _is_number(answers, question) else "text"
        return replace(question, kind=kind), []
    if question.kind == "multiple":
        levels = tuple(_known(level, is_option=True) for level in question.levels)
        return replace(question, levels=levels), []
    if question.kind in ("ranking", "matrix") and len(question.columns) > 1:
        items = tuple(_known(question.item(c), is_option=True) for c in question.columns)
        question = replace(question, items=items)
    if question.kind == "ranking":
        return question, []
    cells = pd.concat([answers.data[c] for c in question.columns]).dropna()
    question, doubts = _of_cells(question, cells, _is_number(answers, question))
    return _with_role(question, answers, doubts)


def _of_cells(question: Question, cells: pd.Series, numeric: bool) -> tuple[Question, Doubts]:
    matrix = question.kind == "matrix"
    if question.levels:
        labels = [level.label for level in question.levels]
        levels = tuple(_known(level) for level in question.levels)
        scale = common_scale(labels) and question.kind == "single"
        kind = "scale" if scale else question.kind
        return replace(question, kind=kind, levels=levels), _outside(levels)
    if cells.empty:
        return replace(question, kind="matrix" if matrix else "text"), [
            message("nobody answered: kind unknown")
        ]
    if numeric:
        return _of_numbers(question, cells)
    if pd.api.types.is_bool_dtype(cells):
        levels = (Level("True", "是", "yes"), Level("False", "否", "no"))
        return replace(question, kind="matrix" if matrix else "single", levels=levels), []
    if not _is_text(cells):
        return question, []
    if holds_typed_numbers(cells) and not matrix:
        said = message(
            "numbers in words, full width or with units: read as numbers; what cannot be read "
            "counts as undecided",
        )
        return _number(replace(question, kind="number"), [said])
    labels = list(dict.fromkeys(str(cell) for cell in cells))
    if len(labels) > _MOST_LEVELS or len(cells) < _FEWEST_PER_LEVEL * len(labels):
        return replace(question, kind="matrix" if matrix else "text"), []
    scale = bool(common_scale(labels))
    also, doubts = _synonyms(labels, cells) if scale else (dict.fromkeys(labels, ()), [])
    levels = tuple(_known(Level(x, x, also=also[x])) for x in in_order(list(also)))
    inside = [level.label for level in levels if not level.missing]
    if len(inside) > 2 and not scale and not order_is_known(inside):
        doubts.append(
            message("levels in the order in which they first appear: sort them if they have one")
        )
    kind = "matrix" if matrix else ("scale" if scale else "single")
    return replace(question, kind=kind, levels=levels), [*doubts, *_outside(levels)]


def _of_numbers(question: Question, cells: pd.Series) -> tuple[Question, Doubts]:
    """Numbers, or codes of answers: 1 to 5 under a question that asks for no count."""
    matrix = question.kind == "matrix"
    words = f"{question.name} {question.text}"
    values = sorted(set(cells.tolist()))
    whole = all(float(value).is_integer() for value in values)
    if IS_DATE.search(words) and whole and _DAYS[0] <= values[0] and values[-1] <= _DAYS[1]:
        said = message(
            "days as Excel counts them: no number to take a mean of; write the column as dates"
        )
        return replace(question, kind="text"), [said]
    graded = bool(IS_GRADED.search(words))
    coded = (
        whole
        and 1 < len(values) <= _MOST_CODES
        and values[0] >= (0 if graded else 1)
        and values[-1] <= _MOST_CODES - 1
        and len(cells) >= _FEWEST_PER_LEVEL * len(values)
        and not IS_COUNT.search(words)
        and not TELLS_ROLE["weight"].fullmatch(question.name)
    )
    if whole and values == [0, 1] and not IS_COUNT.search(words):
        said = message(
            "0 and 1 without labels: taken for no and yes; if 1 stands for something else, "
            "write it (zh, en); if it is a number, kind number and no levels",
        )
        pair = (Level("1", "是", "yes"), Level("0", "否", "no"))
        return replace(question, kind="matrix" if matrix else "single", levels=pair), [said]
    if not coded:
        kind = "matrix" if matrix else "number"
        return _number(replace(question, kind=kind), [])
    low = 0 if values[0] == 0 else 1
    levels = tuple(Level(str(code)) for code in range(low, int(values[-1]) + 1))
    kind = "matrix" if matrix else ("scale" if graded and len(levels) > 2 else "single")
    said = message(
        "codes without labels: write what they mean (zh, en), a scale from best to worst; if "
        "they are numbers, kind number and no levels",
    )
    return replace(question, kind=kind, levels=levels), [said]


def _number(question: Question, doubts: Doubts) -> tuple[Question, Doubts]:
    if question.kind == "number" and IS_AGE.search(f"{question.name} {question.text}"):
        said = message("an age: 0 to 120 is possible")
        return replace(question, range=(0.0, 120.0)), [*doubts, said]
    return question, doubts


def _synonyms(labels: list[str], cells: pd.Series) -> tuple[dict[str, tuple[str, ...]], Doubts]:
    """Wordings of one grade as one level, the most frequent one first; and which may be one."""
    counts = Counter(str(cell) for cell in cells)
    same: dict[tuple[int, str], list[str]] = {}
    for label in labels:
        found = grade(label)
        if found is not None:
            same.setdefault((found.level, found.wording), []).append(label)
    kept: dict[str, tuple[str, ...]] = {label: () for label in labels if grade(label) is None}
    doubts: Doubts = []
    for wordings in same.values():
        first, *others = sorted(wordings, key=lambda label: -counts[label])
        kept[first] = tuple(others)
        if others:
            doubts.append(message("one answer: {wordings}", wordings=wordings))
    for level in {level for level, _ in same}:
        rivals = [label for label in kept if (g := grade(label)) is not None and g.level == level]
        if len(rivals) > 1:
            doubts.append(
                message(
                    "{rivals}: two answers of this question, or two words for one?",
                    rivals=rivals,
                )
            )
    there = {level for level, _ in same}
    lacking = [level for level in (1, 5) if level not in there and 6 - level in there]
    if lacking:
        zh, en = SCALES[common_scale(labels)][lacking[0]]
        doubts.append(
            message(
                "nobody answered {scale!r}: add it where the questionnaire offers it",
                scale=Label({"en": en, "zh": zh}),
            )
        )
    return kept, doubts


def _outside(levels: tuple[Level, ...]) -> Doubts:
    away = [level.label for level in levels if level.missing]
    if not away:
        return []
    return [message("outside the base: {away}", away=away)]


def _with_role(question: Question, answers: Answers, doubts: Doubts) -> tuple[Question, Doubts]:
    if question.role or question.kind in ("matrix", "multiple", "ranking"):
        return question, doubts
    for role, words in TELLS_ROLE.items():
        if words.fullmatch(question.name) or words.fullmatch(question.text.strip()):
            if role == "id" and answers.data[question.columns[0]].dropna().duplicated().any():
                continue
            return _as_role(question, role), []
    few = 1 < sum(not level.missing for level in question.levels) <= _MOST_GROUPS
    if question.kind == "single" and few and TELLS_GROUPS.search(question.text or question.name):
        return replace(question, role="group"), doubts
    return question, doubts


def _as_role(question: Question, role: str) -> Question:
    """A weight is a number; who belongs to a stratum or cluster is a name."""
    kind = "number" if role == "weight" else question.kind
    levels = () if role in ("weight", "id") else question.levels
    return replace(question, kind=kind, role=role, levels=levels)


def _is_number(answers: Answers, question: Question) -> bool:
    return all(
        pd.api.types.is_numeric_dtype(answers.data[c])
        and not pd.api.types.is_bool_dtype(answers.data[c])
        for c in question.columns
    )


def _is_text(cells: pd.Series) -> bool:
    return (
        pd.api.types.is_string_dtype(cells)
        or cells.dtype == object
        or isinstance(cells.dtype, pd.CategoricalDtype)
    )


def _known(level: Level, *, is_option: bool = False) -> Level:
    """A level with its English label and its place outside the base, where the words are known.

    An option of a multiple-choice question is a column of its own: none lies outside the base.
    """
    kind = level.missing or ("" if is_option else outside(level.label))
    english = level.en
    found = grade(level.label)
    if not english and kind in OUTSIDE_LABELS:
        english = OUTSIDE_LABELS[kind][1]
    elif not english and found is not None:
        english = SCALES[found.scale or "satisfaction"][found.level][1]
    english = english or ENGLISH.get(level.label, "")
    return replace(level, en="" if english == level.zh else english, missing=kind)
