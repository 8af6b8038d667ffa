"""The entry a beginner finds: one question, by a group, with what the design and scale allow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.design import Design
from commsvc.shown import Shown
from commsvc.survey import reasons as why
from commsvc.survey.asked import Asked, Finding
from commsvc.survey.codebook import Codebook
from commsvc.survey.findings import of_number, of_one
from commsvc.survey.findings_many import of_items, of_ranking, of_several
from commsvc.survey.lookup import codebook_of, find_question
from commsvc.survey.suppress import hide_small
from commsvc.words.messages import Text


@dataclass(frozen=True, repr=False)
class Satisfaction(Shown):
    """What `satisfaction` found.

    Attributes
    ----------
    table : tidy shares (of a number, means and quantiles), everybody first; of a matrix with the
        row in `item`
    test : one row, or none where the design or the question allows no test; of a question with
        several answers one row an option, of a matrix one a row, with `p_adjusted`
    favourable : levels counted as satisfied; empty where the answers are not graded
    sentence : ready for a caption, in the language in force; ``.text("zh")`` in Chinese
    reasons : why this table, this interval, this test
    explain : whether the reasons are shown
    summary : of graded answers the shares favourable, neutral and unfavourable, the net share and
        the mean score (`likert_summary`); of a ranking mean places; else empty
    missing : `kind, count`: asked, answered, and why the others did not (of a matrix, by `item`)
    bounds : worst-case bounds of the favourable share for missing answers; empty where it has none
    """

    table: pd.DataFrame
    test: pd.DataFrame
    favourable: tuple[str, ...]
    sentence: Text
    reasons: tuple[Text, ...]
    explain: bool = False
    summary: pd.DataFrame = field(default_factory=pd.DataFrame)
    missing: pd.DataFrame = field(default_factory=pd.DataFrame)
    bounds: pd.DataFrame = field(default_factory=pd.DataFrame)

    def __repr__(self) -> str:
        return str(self)

    def __str__(self) -> str:
        reasons = [f"- {reason}" for reason in self.reasons if self.explain]
        return "\n".join([str(self.sentence), *reasons])


def satisfaction(
    survey: Any,
    question: str,
    by: str | None = None,
    *,
    design: Design | None = None,
    codebook: Codebook | None = None,
    favourable: Collection[str] | None = None,
    base: str = "asked",
    confidence: float = 0.95,
    smallest_base: float = 0,
    explain: bool = False,
) -> Satisfaction:
    """What people answered to a question, by group, with interval, test, effect and a sentence.

    Parameters
    ----------
    survey : Answers, or any frame that Narwhals takes
    question : a question of the codebook, or a column. Single and scale: shares of the levels;
        several answers: shares of people; matrix: each row; ranking: who was put first, and mean
        places; number: mean and quartiles. Text is refused
    by : a question or column of groups
    design : who was asked; left out, the roles of the codebook say it, and without any the design
        is unknown, and every result says what it rests on
    codebook : a question of kind "scale" has its levels in order there, whatever their words
    favourable : levels counted as satisfied; left out, known from graded words (很满意, good …)
    base : see `tabulate_answers`
    smallest_base : groups of fewer people are hidden in tables and sentence, and what would give
        them away (`hide_small`); they stay in the total and the test
    explain : show the reasons with the sentences

    Returns
    -------
    Satisfaction

    Examples
    --------
    >>> frame = pd.DataFrame({"q": ["很满意"] * 6 + ["不满意"] * 4})
    >>> found = satisfaction(frame, "q", design=Design.census(), explain=True)
    >>> print(found)
    q: 6 of 10 (60.0%) answered favourably; complete count of 10.
    - the answers are graded (satisfaction): 很满意 count as favourable
    - a complete count is exact: no interval and no test
    """
    book = codebook_of(survey, codebook)
    reasons = []
    if design is None:
        design = book.design() if book is not None else Design.unknown()
        reasons.append(why.DESIGN_READ if design.kind == "sample" else why.DESIGN_UNSAID)
    if by is not None and by == question:
        raise CommsvcError("a question compared by itself", where=question, next_step="another by=")
    asked = Asked(survey, question, by, design, book, favourable, base, confidence, smallest_base)
    found = _found(asked, find_question(book, question).kind)
    table, summary, bounds = hide_small([found.table, found.summary, found.bounds], smallest_base)
    return Satisfaction(
        table,
        found.test,
        found.favourable,
        found.sentence,
        (*reasons, *found.reasons),
        explain,
        summary,
        found.missing,
        bounds,
    )


def _found(asked: Asked, kind: str) -> Finding:
    if kind == "text":
        raise CommsvcError(
            "answers in people's own words make no table",
            where=asked.question,
            next_step="sort them into levels first, or give the question its kind in the codebook",
        )
    if kind == "multiple":
        return of_several(asked)
    if kind == "number":
        return of_number(asked)
    if kind in ("matrix", "ranking") and len(asked.columns) > 1:
        return of_items(asked) if kind == "matrix" else of_ranking(asked)
    return of_one(asked)
