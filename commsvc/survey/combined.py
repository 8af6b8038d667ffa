"""The share of several answers together: satisfied as very satisfied or satisfied."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.design import Design
from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.scales import common_scale, grade, outside
from commsvc.survey.tabulate import tabulate_answers

_COLUMN: Final = "(one of several answers)"
_YES: Final = "(one of these)"
_NO: Final = "(another)"


def favourable_levels(question: Question) -> tuple[str, ...]:
    """The answers of a graded question that count as favourable; none where it is not graded.

    >>> levels = tuple(Level(x, x) for x in ("很满意", "满意", "一般", "不满意", "说不清"))
    >>> favourable_levels(Question("Q1", levels=levels))
    ('很满意', '满意')
    """
    labels = [level.label for level in question.levels if not level.missing]
    if not common_scale(labels):
        return ()
    return tuple(x for x in labels if (g := grade(x)) is not None and g.level >= 4)


def combined_share(
    answers: Answers,
    question: str,
    levels: Collection[str],
    by: str | None = None,
    *,
    design: Design,
    codebook: Codebook | None = None,
    base: str = "asked",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of those who gave one of several answers, with an interval as the design allows.

    Parameters
    ----------
    answers : of a question with one answer a person
    question : of the codebook, or a column (a row of a matrix)
    levels : labels of the answers counted together
    by : a question or column of groups
    design, codebook, base, confidence : as in `tabulate_answers`

    Returns
    -------
    DataFrame `group, level, count, base, estimate, se, low, high, method, note`, a row a group,
    everybody first; `level` names the answers

    Examples
    --------
    >>> frame = pd.DataFrame({"q": ["很满意", "满意", "一般", "说不清", None]})
    >>> share = combined_share(Answers.from_frame(frame), "q", ["很满意", "满意"],
    ...                        design=Design.srs())
    >>> share[["count", "base", "estimate"]].to_dict("records")
    [{'count': 2.0, 'base': 4.0, 'estimate': 0.5}]
    """
    book = answers.codebook if codebook is None else codebook
    asked = book[question] if question in book else Question(question, columns=(question,))
    column = asked.columns[0] if question == asked.name else question
    if asked.kind in ("multiple", "ranking") or (column == asked.name and len(asked.columns) > 1):
        raise CommsvcError(
            f"{question} has several answers a person",
            allowed="a question with one answer, or a row of a matrix",
        )
    kinds = {level.label: level.missing for level in asked.levels}
    there = answers.distinct(column)
    for level in levels:
        if level not in kinds and level not in there:
            raise unknown_name("level", level, dict.fromkeys([*kinds, *there]), where=question)
    names = {name: level.label for level in asked.levels for name in level.names}

    def told(cell: object) -> str:
        label = names.get(str(cell), str(cell))
        if label in levels:
            return _YES
        return label if kinds.get(label, outside(label)) else _NO

    recoded = answers.column(column).map(told, na_action="ignore").astype("str")
    away = [x for x in recoded.dropna().unique() if x not in (_YES, _NO)]
    parts = (
        Level(_YES, _YES),
        Level(_NO, _NO),
        *(Level(x, x, missing=kinds.get(x) or outside(x)) for x in away),
    )
    both = Codebook((*book, Question(_COLUMN, kind="single", columns=(_COLUMN,), levels=parts)))
    whole = answers.with_column(_COLUMN, recoded, answers.why_missing(column))
    table = tabulate_answers(whole, _COLUMN, by, design=design, codebook=both, base=base)
    frame = table.frame(confidence=confidence)
    frame = frame[frame["level"] == _YES].reset_index(drop=True)
    return frame.assign(level=" + ".join(levels))
