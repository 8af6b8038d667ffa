"""Of what kind a question is, from its values first: a scale, a choice, codes, numbers, text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from commsvc.survey.answers import Level, Question
from commsvc.survey.level_order import in_order, order_is_known
from commsvc.survey.lexicon import lexicon
from commsvc.survey.question_roles import subject
from commsvc.survey.scales import OUTSIDE_LABELS, SCALES, common_scale, grade, outside
from commsvc.survey.typed_numbers import holds_typed_numbers
from commsvc.words.messages import Label, Text, message

Doubts = list[Text]
_MOST_LEVELS: Final = 25
_FEWEST_PER_LEVEL: Final = 2  # on average: text that nobody repeats is no choice
_MOST_CODES: Final = 11  # 0 to 10
_YOUNGEST: Final = 10  # that answers a questionnaire: ages below it are bands
_DAYS: Final = (3653, 73050)  # a spreadsheet's numbers for 1910 to 2099
# What questionnaires put beside the codes of answers for "no answer".
_SPECIAL: Final = (7, 8, 9, 66, 77, 88, 97, 98, 99, 777, 888, 997, 998, 999, 9999)
_COUNT, _AGE = subject("count")[0], subject("age")[0]
_DATE, _GRADED, _UNIT = subject("date")[0], subject("graded")[0], subject("unit")[0]
_ENGLISH: Final = {row["zh"]: row["en"] for row in lexicon("english")}


def kind_of(question: Question, cells: pd.Series, numeric: bool) -> tuple[Question, Doubts]:
    """A question with its kind and levels, and what is doubtful of them.

    Parameters
    ----------
    cells : the answers of all its columns
    numeric : whether they are numbers
    """
    matrix = question.kind == "matrix"
    if question.levels:
        return _of_labels(question)
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
            "counts as undecided"
        )
        return _number(replace(question, kind="number"), [said])
    return _of_words(question, cells)


def _of_labels(question: Question) -> tuple[Question, Doubts]:
    labels = [level.label for level in question.levels]
    levels = tuple(known_level(level) for level in question.levels)
    scale = common_scale(labels) and question.kind == "single"
    kind = "scale" if scale else question.kind
    return replace(question, kind=kind, levels=levels), _outside(levels)


def _of_words(question: Question, cells: pd.Series) -> tuple[Question, Doubts]:
    matrix = question.kind == "matrix"
    labels = list(dict.fromkeys(str(cell) for cell in cells))
    if len(labels) > _MOST_LEVELS or len(cells) < _FEWEST_PER_LEVEL * len(labels):
        return replace(question, kind="matrix" if matrix else "text"), []
    scale = bool(common_scale(labels))
    also, doubts = _synonyms(labels, cells) if scale else (dict.fromkeys(labels, ()), [])
    levels = tuple(known_level(Level(x, x, also=also[x])) for x in in_order(list(also)))
    inside = [level.label for level in levels if not level.missing]
    if len(inside) > 2 and not scale and not order_is_known(inside):
        doubts.append(
            message("levels in the order in which they first appear: sort them if they have one")
        )
    kind = "matrix" if matrix else ("scale" if scale else "single")
    return replace(question, kind=kind, levels=levels), [*doubts, *_outside(levels)]


def _of_numbers(question: Question, cells: pd.Series) -> tuple[Question, Doubts]:
    """Whole numbers from a few are codes until a unit, a codebook or a label says number."""
    words = f"{question.name} {question.text}"
    counts = cells.value_counts()
    values = sorted(counts.index.tolist())
    whole = all(float(value).is_integer() for value in values)
    if _DATE.search(words) and whole and _DAYS[0] <= values[0] and values[-1] <= _DAYS[1]:
        said = message(
            "days as Excel counts them: no number to take a mean of; write the column as dates"
        )
        return replace(question, kind="text"), [said]
    regular, special = _without_special(values) if whole else (values, [])
    low, high = regular[0], regular[-1]
    graded = bool(_GRADED.search(words))
    enough = len(cells) >= _FEWEST_PER_LEVEL * len(values)
    unit = bool(_UNIT.fullmatch(question.text)) or bool(_UNIT.fullmatch(question.name))
    few = whole and len(regular) > 1 and low >= 0 and high < _MOST_CODES and enough and not unit
    doubts = [_said_special(special)] if special else []
    if few and _is_count(words, regular):
        said = message(
            "{low} to {high}, taken for a number by the words of the question; where these are "
            "codes, kind single",
            low=int(low),
            high=int(high),
        )
        return _number(_as(question, "number"), [*doubts, said])
    if few and regular == [0, 1]:
        said = message(
            "0 and 1 without labels: taken for no and yes; if 1 stands for something else, write "
            "it (zh, en); if it is a number, kind number and no levels"
        )
        pair = (Level("1", "是", "yes"), Level("0", "否", "no"))
        levels = (*pair, *(Level(str(int(code))) for code in special))
        return _as(question, "single", levels), [*doubts, said]
    if not few:
        return _number(_as(question, "number"), doubts)
    codes = [*range(int(min(low, 1)), int(high) + 1), *map(int, special)]
    kind = "scale" if graded and len(codes) > 2 else "single"
    said = message(
        "codes without labels: write what they mean (zh, en), a scale from best to worst; if they "
        "are numbers, kind number and no levels"
    )
    return _as(question, kind, tuple(Level(str(code)) for code in codes)), [*doubts, said]


def _is_count(words: str, values: Sequence[float]) -> bool:
    """Whether few whole numbers count something: the question says so, and they can be that."""
    if _AGE.search(words):
        return values[-1] > _YOUNGEST
    return bool(_COUNT.search(words))


def _as(question: Question, kind: str, levels: tuple[Level, ...] = ()) -> Question:
    return replace(question, kind="matrix" if question.kind == "matrix" else kind, levels=levels)


def _without_special(values: list[float]) -> tuple[list[float], list[float]]:
    """Values, and those at the ends far from the others that usually stand for no answer."""
    regular, special = list(values), list[float]()
    while len(regular) > 2 and regular[-1] in _SPECIAL and regular[-1] > 2 * regular[-2]:
        special.insert(0, regular.pop())
    # 97, 98, 99 stand close together: the gap is below the lowest of them.
    close = [v for v in regular if v in _SPECIAL and v > _MOST_CODES]
    rest = [v for v in regular if v not in close]
    if close and len(rest) > 1 and rest[-1] * 2 < close[0] and rest[-1] < _MOST_CODES:
        regular, special = rest, [*close, *special]
    while len(regular) > 2 and regular[0] < 0 <= regular[1]:
        special.insert(0, regular.pop(0))
    return regular, special


def _said_special(codes: Sequence[float]) -> Text:
    return message(
        "{codes} may stand for no answer: where it does, write it under missing, "
        "{{{first}: refused}}",
        codes=[f"{code:g}" for code in codes],
        first=f"{codes[0]:g}",
    )


def _number(question: Question, doubts: Doubts) -> tuple[Question, Doubts]:
    if question.kind == "number" and _AGE.search(f"{question.name} {question.text}"):
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
    there = {level for level, _ in same}
    for level in there:
        rivals = [label for label in kept if (g := grade(label)) is not None and g.level == level]
        if len(rivals) > 1:
            doubts.append(
                message(
                    "{rivals}: two answers of this question, or two words for one?", rivals=rivals
                )
            )
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
    return [message("outside the base: {away}", away=away)] if away else []


def _is_text(cells: pd.Series) -> bool:
    return (
        pd.api.types.is_string_dtype(cells)
        or cells.dtype == object
        or isinstance(cells.dtype, pd.CategoricalDtype)
    )


def known_level(level: Level, *, is_option: bool = False) -> Level:
    """A level with its English label and its place outside the base, where the words are known.

    An option of a multiple-choice question is a column of its own: none lies outside the base.
    """
    kind = level.missing or ("" if is_option else outside(level.label))
    english = level.en
    found = grade(level.label)
    if not english and kind in OUTSIDE_LABELS:
        english = OUTSIDE_LABELS[kind]
    elif not english and found is not None:
        english = SCALES[found.scale or "satisfaction"][found.level][1]
    english = english or _ENGLISH.get(level.label, "")
    return replace(level, en="" if english == level.zh else english, missing=kind)
