"""LimeSurvey: q[SQ001] for the options and rows of a question, Y and an empty cell for ticks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of, headers_of, with_stems
from commsvc.survey.headers import Header
from commsvc.survey.table_files import Cells

NAME: Final = "LimeSurvey"
_PART: Final = re.compile(r"(?P<name>\w+)\[(?P<part>\w+)\](?:\[(?P<second>\w+)\])?")
_TEXT: Final = re.compile(r"(?P<name>[A-Za-z]\w*)(?:\[(?P<part>\w+)\])?\.\s+(?P<text>.+)", re.S)
_LEADS: Final = ({"submitdate", "lastpage"}, {"Date submitted", "Last page"})


def fits(cells: Cells) -> bool:
    """Codes of questions with codes of their parts in brackets, or the lead columns."""
    columns = columns_of(cells)
    named = any(leads <= set(columns) for leads in _LEADS)
    return named or sum(bool(_PART.fullmatch(column)) for column in columns) > 1


def read(cells: Cells) -> Exported:
    """Parts by the brackets."""
    headers = with_stems([_header(header) for header in headers_of(cells, NAME)])
    return Exported(cells.frame, tuple(headers), signs=(), ticks=True)


def _header(header: Header) -> Header:
    if header.lead:
        return header
    if found := _PART.fullmatch(header.column):
        part = "-".join(filter(None, (found["part"], found["second"])))
        kind = "other" if found["part"].endswith(("other", "comment")) else ""
        return replace(header, number=None, name=found["name"], text="", part=part, kind=kind)
    if found := _TEXT.fullmatch(header.column):
        return replace(
            header, number=None, name=found["name"], text=found["text"], part=found["part"]
        )
    return header


DIALECT = Dialect(NAME, fits, read)
