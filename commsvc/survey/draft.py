"""A first codebook, guessed from the answers, with what is uncertain; a person corrects it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any, Final

import pandas as pd

from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.kinds import kind_of, known_level
from commsvc.survey.question_roles import with_role
from commsvc.words.messages import Text, message

Doubt = tuple[str, Text]
_FEWEST_ITEMS: Final = 3
_RUNNING: Final = re.compile(r"(?P<stem>.*?\D)[_.]?(?P<number>\d{1,3})[a-z]?")
_DECIDED: Final = ("single", "scale", "number")


def draft_codebook(answers: Any) -> Codebook:
    """A codebook to correct by hand, from what the answers look like.

    Parameters
    ----------
    answers : Answers, or a pandas frame

    Returns
    -------
    Codebook, with `doubts`: what a person should look at, question by question. Kinds are guessed:
    graded words are a scale, few distinct answers a single choice, numbers a number (also in words
    or with units), whole numbers from 1 on in a question that is no count perhaps codes, everything
    else text. Levels stand in the scale's order, or in that of the numbers in them; wordings of
    one grade (很满意, 非常满意) are one level; "don't know" and its like stand last and are marked
    as outside the base. English labels are filled in where the words are known, and questions
    that tell groups of people (sex, age, residence) have the role group.

    Examples
    --------
    >>> import pandas as pd
    >>> book = draft_codebook(pd.DataFrame({"q": ["一般", "很满意", "说不清", "不满意"] * 3}))
    >>> book["q"].kind, [x.zh for x in book["q"].levels], book["q"].levels[-1].missing
    ('scale', ['很满意', '一般', '不满意', '说不清'], 'dont_know')
    """
    held = answers if isinstance(answers, Answers) else Answers.from_frame(answers)
    return Codebook(*drafted(held))


def drafted(answers: Answers) -> tuple[tuple[Question, ...], tuple[Doubt, ...]]:
    """Every question of the answers, with what the file does not say filled in, and the doubts."""
    known = {c: q for q in answers.questions for c in q.columns}
    texts = {q.name: q.text for q in answers.questions}
    questions: list[Question] = []
    doubts: list[Doubt] = list(answers.doubts)
    for column in answers.data:
        name = str(column)
        question = known.get(name) or _unknown(name, texts)
        if name != question.columns[0]:
            continue
        filled, unsure = _filled(question, answers)
        questions.append(filled)
        doubts += [(filled.name, line) for line in unsure]
    questions, doubts = _of_one_kind(questions, doubts, answers)
    return _batteries(questions, doubts)


def _unknown(name: str, texts: dict[str, str]) -> Question:
    """A column of which the file says nothing but its name."""
    beside = name.split("_other")[0]
    if beside != name and beside in texts:
        text = f"{texts[beside]}：其他，请注明"
        return Question(name, text, kind="text", columns=(name,))
    return Question(name, name, columns=(name,))


def _filled(question: Question, answers: Answers) -> tuple[Question, list[Text]]:
    if question.name in answers.leads:
        kind = "number" if _is_number(answers, question) else "text"
        return replace(question, kind=kind), []
    if question.role == "weight":
        return replace(question, kind="number", levels=()), []
    if question.kind == "multiple":
        levels = tuple(known_level(level, is_option=True) for level in question.levels)
        return replace(question, levels=levels), []
    if question.kind in ("ranking", "matrix") and len(question.columns) > 1:
        items = tuple(known_level(question.item(c), is_option=True) for c in question.columns)
        question = replace(question, items=items)
    if question.kind == "ranking":
        return question, []
    cells = pd.concat([answers.data[c] for c in question.columns]).dropna()
    question, doubts = kind_of(question, cells, _is_number(answers, question))
    question, proposed = with_role(question, answers)
    return question, [*proposed, *([] if question.role == "id" else doubts)]


def _is_number(answers: Answers, question: Question) -> bool:
    return all(
        pd.api.types.is_numeric_dtype(answers.data[c])
        and not pd.api.types.is_bool_dtype(answers.data[c])
        for c in question.columns
    )


def _of_one_kind(
    questions: list[Question], doubts: list[Doubt], answers: Answers
) -> tuple[list[Question], list[Doubt]]:
    """Neighbours with the same codes share one kind, whatever the words of each say.

    Where more of them look like codes than like numbers, all are codes, and none tells a group.
    """
    out: list[Question] = []
    for codes, run in groupby(questions, lambda q: _codes(q, answers)):
        battery = list(run)
        if codes is None or len(battery) < _FEWEST_ITEMS:
            out += battery
            continue
        kinds = [q.kind for q in battery]
        if kinds.count("number") * 2 > len(kinds):
            out += battery
            continue
        levels = tuple(Level(str(code)) for code in range(*codes))
        kind = "scale" if kinds.count("scale") and len(levels) > 2 else "single"
        changed = [replace(q, kind=kind, levels=levels, range=None, role="") for q in battery]
        names = {q.name for q, k in zip(battery, kinds, strict=True) if k == "number"}
        doubts = [(n, d) for n, d in doubts if n not in names]
        said = message("codes like those of the questions beside it, and no numbers")
        doubts += [(name, said) for name in sorted(names)]
        out += changed
    return out, doubts


def _codes(question: Question, answers: Answers) -> tuple[int, int] | None:
    """The codes 1 to k of a question without labels; None for any other."""
    if question.kind not in _DECIDED or question.role in ("id", "weight"):
        return None
    labelled = any(level.zh or level.en for level in question.levels)
    cells = answers.data[question.columns[0]].dropna()
    if labelled or cells.empty or not _is_number(answers, question):
        return None
    low, high = float(cells.min()), float(cells.max())
    if not (low.is_integer() and high.is_integer()) or low < 0 or not 2 < high <= 10:
        return None
    whole = bool((cells.astype(float) % 1 == 0).all())
    return (min(1, int(low)), int(high) + 1) if whole else None


def _batteries(
    questions: Sequence[Question], doubts: Sequence[Doubt]
) -> tuple[tuple[Question, ...], tuple[Doubt, ...]]:
    """Running names (pc1 to pc18) that share their levels, as one matrix."""
    out: list[Question] = []
    said: list[Doubt] = []
    inside: dict[str, str] = {}
    for run in _runs(questions):
        if len(run) < _FEWEST_ITEMS:
            out += run
            continue
        one = _as_matrix(run)
        inside |= {q.name: one.name for q in run}
        out.append(one)
        said.append(
            (
                one.name,
                message("{n} questions with the same answers, taken for one matrix", n=len(run)),
            )
        )
    kept = dict.fromkeys([*((inside.get(n, n), d) for n, d in doubts), *said])
    return tuple(out), tuple(kept)


def _runs(questions: Sequence[Question]) -> Iterator[list[Question]]:
    for key, run in groupby(questions, _battery_key):
        held = list(run)
        yield from ([q] for q in held) if key is None else [held]


def _battery_key(question: Question) -> object:
    """What the items of one battery share: the stem of their names, their kind and levels."""
    found = _RUNNING.fullmatch(question.name)
    numbered = found and found["stem"].lower() not in ("q", "v", "var", "question", "题")
    if not numbered or question.role or question.kind not in ("scale", "single"):
        return None
    if len(question.levels) < 3:
        return None
    codes = frozenset(level.code for level in question.levels if not level.missing)
    return found["stem"] if found else "", question.kind, codes, question.missing


def _as_matrix(run: Sequence[Question]) -> Question:
    items = tuple(
        Level(q.name, zh="" if q.text.isascii() else q.text, en=q.text if q.text.isascii() else "")
        if q.text and q.text != q.name
        else Level(q.name, q.name)
        for q in run
    )
    stem = _stem([q.text for q in run])
    if stem:
        items = tuple(
            replace(x, zh=x.zh.removeprefix(stem).strip(), en=x.en.removeprefix(stem).strip())
            for x in items
        )
    return Question(
        f"{run[0].name}-{run[-1].name}",
        stem.strip(" —-:："),
        kind="matrix",
        columns=tuple(q.columns[0] for q in run),
        levels=max((q.levels for q in run), key=len),
        missing=run[0].missing,
        items=items,
    )


def _stem(texts: Sequence[str]) -> str:
    """What all texts begin with, up to a dividing sign."""
    common = texts[0]
    for text in texts[1:]:
        while not text.startswith(common):
            common = common[:-1]
    return common[: max(common.rfind(sign) for sign in "—-:：") + 1]
