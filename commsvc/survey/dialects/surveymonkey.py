"""SurveyMonkey: the question in the first row, its options and rows in the second."""

from __future__ import annotations

from typing import Final

from commsvc.survey.exported import (
    OTHER,
    Dialect,
    Exported,
    below,
    columns_of,
    row_texts,
    with_stems,
)
from commsvc.survey.headers import Header, lead_columns, parse_header, plain_text
from commsvc.survey.table_files import Cells

NAME: Final = "SurveyMonkey"
_ALONE: Final = ("Response", "Open-Ended Response", "回复", "开放式回复", "")


def fits(cells: Cells) -> bool:
    """The columns that tell which respondent came by which link, or a row of "Response"."""
    columns = {c.replace(" ", "") for c in columns_of(cells)}
    second = set(row_texts(cells, 0))
    return {"RespondentID", "CollectorID"} <= columns or bool(set(_ALONE[:-1]) & second)


def read(cells: Cells) -> Exported:
    """A question reaches to the next one; below it stands what each column holds."""
    columns, second = columns_of(cells), row_texts(cells, 0)
    if any(text for name, text in zip(columns, second, strict=True) if _is_lead(name)):
        headers = tuple(with_stems([parse_header(c, NAME) for c in columns]))
        return Exported(cells.frame, headers, ticks=True)
    questions = list(cells.names)
    for i in range(1, len(questions)):
        questions[i] = questions[i] or questions[i - 1]
    headers = tuple(
        _header(column, plain_text(question), part)
        for column, question, part in zip(columns, questions, second, strict=True)
    )
    return Exported(below(cells, 1), headers, signs=(), ticks=True)


def _is_lead(column: str) -> bool:
    return column in lead_columns(NAME)


def _header(column: str, question: str, part: str) -> Header:
    if lead := lead_columns(NAME).get(column):
        return Header(column, lead=lead, text=column)
    if part in _ALONE:
        return Header(column, name=question, text=question)
    kind = "other" if OTHER.fullmatch(part) else ""
    return Header(column, name=question, text=question, part=part, kind=kind)


DIALECT = Dialect(NAME, fits, read)
