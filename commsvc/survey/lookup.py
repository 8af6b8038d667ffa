"""What the codebook says of a question, put to the answers: columns, levels, what is no answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.survey.answers import BLANK, SKIPPED, Answers, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.columns import Coded
from commsvc.survey.draft import draft_codebook
from commsvc.survey.rows import Rows
from commsvc.survey.scales import outside

BASES = ("asked", "answered")
UNANSWERED = "(unanswered)"


def codebook_of(survey: Any, codebook: Codebook | None) -> Codebook | None:
    """The codebook given, or the one drafted from Answers."""
    if codebook is None and isinstance(survey, Answers):
        return draft_codebook(survey)
    return codebook


def find_question(book: Codebook | None, name: str) -> Question:
    """The question of a name, or of one of its columns; without a codebook, the column."""
    if book is None or name not in book:
        return Question(name, name, kind="single", columns=(name,))
    question = book[name]
    if name == question.name:
        return question
    if question.kind == "multiple":
        return Question(name, kind="single", columns=(name,))
    kind = question.kind if question.kind in ("number", "text") else "single"
    return Question(name, question.text, kind=kind, columns=(name,), levels=question.levels)


def one_table(question: Question) -> Question:
    """The question, if its answers make one table; a matrix or ranking has one a column."""
    if question.kind in ("matrix", "ranking") and len(question.columns) > 1:
        raise CommsvcError(
            f"{question.name} is a {question.kind} of {len(question.columns)} columns",
            allowed=", ".join(question.columns),
            next_step="tabulate one of its columns",
        )
    return question


def group_column(book: Codebook | None, name: str) -> str:
    """The column of a question whose answers make groups."""
    question = one_table(find_question(book, name))
    if len(question.columns) != 1:
        raise CommsvcError(
            f"groups of {name} overlap: a person may have given several answers",
            allowed="a question with one answer, or one of its 1/0 columns",
        )
    return question.columns[0]


@dataclass(frozen=True)
class Levelled:
    """A column's answers in the codebook's order.

    Attributes
    ----------
    coded : who gave which, −1 for those outside the table
    kinds : of each label, "" in the base, else why it is shown outside it
    missing : people without an answer in the base, by why
    """

    coded: Coded
    kinds: tuple[str, ...]
    missing: dict[str, int]


def read_levels(rows: Rows, survey: Any, question: Question, *, base: str) -> Levelled:
    """The answers of a question with one column, numbered in the codebook's order.

    With base "asked" a blank is a level of its own; a skip never is, and other kinds of missing
    stand outside the base.
    """
    column = question.columns[0]
    coded = rows.codes(column)
    texts = [plain_label(label) for label in coded.labels]
    known = {x: level for level in question.levels for x in level.names}
    absent = dict(question.missing)
    named = [known.get(str(text)) for text in texts]
    labels = [level.label if level else text for text, level in zip(texts, named, strict=True)]
    kinds = [
        level.missing if level else absent.get(str(label), outside(str(label)))
        for label, level in zip(labels, named, strict=True)
    ]
    there = [level.label for level in question.levels]
    # Levels nobody gave stay in the table; what the codebook does not know stands behind.
    order = list(dict.fromkeys([*there, *labels]))
    kind_of = {level.label: level.missing for level in question.levels}
    kind_of |= dict(zip(labels, kinds, strict=True))
    place = np.array([order.index(label) for label in labels] + [-1], dtype=np.int32)
    same = len(labels) == len(order) and bool((place[:-1] == np.arange(len(order))).all())
    code = coded.code if same else place[coded.code]
    blank = coded.lost
    missing = {} if blank is None else count_missing(rows, survey, column, blank)
    for kind in dict.fromkeys(kind for kind in kind_of.values() if kind):
        at = [i for i, label in enumerate(order) if kind_of[label] == kind]
        missing[kind] = missing.get(kind, 0) + people_of(rows, np.isin(code, at))
    if base == "asked" and blank is not None:
        if isinstance(survey, Answers):
            why = survey.why_missing(column).to_numpy()
            blank = blank & (why == BLANK)
            for kind in [k for k in dict.fromkeys(why) if k not in ("", BLANK, SKIPPED)]:
                order.append(f"({kind})")
                kind_of[order[-1]] = kind
                code = np.where(why == kind, np.int32(len(order) - 1), code)
        if blank.any():
            order.append(UNANSWERED)
            kind_of[UNANSWERED] = ""
            code = np.where(blank, np.int32(len(order) - 1), code)
    kinds = [kind_of[label] for label in order]
    levelled = (
        coded if same and code is coded.code and order == coded.labels else Coded(code, order)
    )
    return Levelled(levelled, tuple(kinds), {k: n for k, n in missing.items() if n})


def people_of(rows: Rows, inside: Any) -> int:
    """How many people the rows stand for."""
    return int(inside.sum() if rows.people is None else rows.people[inside].sum())


def count_missing(rows: Rows, survey: Any, column: str, absent: Any) -> dict[str, int]:
    """Why people have no value: of Answers as reading found, else all are blank."""
    if not absent.any():
        return {}
    if not isinstance(survey, Answers):
        return {BLANK: people_of(rows, absent)}
    kinds, counts = np.unique(survey.why_missing(column).to_numpy()[absent], return_counts=True)
    return {str(kind) or BLANK: int(n) for kind, n in zip(kinds, counts, strict=True)}


def plain_label(label: Any) -> Any:
    """A whole number that a missing value made a float, as it was: 1, not 1.0.

    >>> plain_label(1.0), plain_label(1.5), plain_label("1.0")
    (1, 1.5, '1.0')
    """
    return int(label) if isinstance(label, float) and label.is_integer() else label


def ticks(rows: Rows, survey: Any, question: Question, column: str, base: str) -> Coded:
    """One option of a question with several answers: 0 ticked, 1 not, −1 outside the base.

    Of a ranking, an item put first is ticked.
    """
    given = rows.numbers(column)
    bad = ~np.isnan(given) & (given != 0) & (given != 1)
    if bad.any() and question.kind != "ranking":
        raise CommsvcError(
            f"{given[bad][0]:g} is neither ticked nor not",
            where=column,
            allowed="1 and 0, one column an option",
        )
    answered = rows.answered(question.columns)
    inside = answered
    if base == "asked":
        blank = ~answered
        if isinstance(survey, Answers):
            blank = blank & (survey.why_missing(question.columns[0]).to_numpy() == BLANK)
        inside = answered | blank
    code = np.where(inside, np.where(given == 1, 0, 1), -1).astype(np.int32)
    return Coded(code, ["ticked", "not"])


def with_lost(groups: Coded) -> tuple[Coded, int]:
    """Groups with those who have none as one more, and how many groups there are without it."""
    lost = groups.lost
    if lost is None:
        return groups, len(groups.labels)
    code = np.where(lost, np.int32(len(groups.labels)), groups.code)
    return replace(groups, code=code, labels=[*groups.labels, None]), len(groups.labels)
