"""Qualtrics: names, questions and ImportIds in three rows; previews among the answers."""

from __future__ import annotations

import re
from typing import Final

from commsvc.survey.exported import (
    Dialect,
    Exported,
    below,
    columns_of,
    row_texts,
)
from commsvc.survey.headers import Header, lead_columns
from commsvc.survey.table_files import Cells
from commsvc.words.messages import message

NAME: Final = "Qualtrics"
_PART: Final = re.compile(r"(?P<name>.+?)_(?P<number>\d+)")
_TYPED: Final = re.compile(r"(?P<name>.+?)(?:_\d+)?_TEXT")
_LABEL: Final = re.compile(r"(?P<stem>.+?)\s+-\s+(?:Selected Choice\s+-\s+)?(?P<part>\S.*)", re.S)
# How a row of labels begins, where none of ImportIds follows.
_FIRST: Final = {"Start Date", "开始日期", "ResponseID"}
_CHOICE: Final = re.compile(r"\s+-\s+Selected Choice$")


def _has_ids(cells: Cells, row: int) -> bool:
    texts = cells.frame.iloc[row] if len(cells.frame) > row else []
    return any("ImportId" in str(cell) for cell in texts)


def fits(cells: Cells) -> bool:
    """A row of ImportIds, or the lead columns by their names."""
    named = {"StartDate", "EndDate", "ResponseId"} <= set(columns_of(cells))
    legacy = {"ResponseID", "ResponseSet"} <= set(row_texts(cells, 0))
    return named or legacy or _has_ids(cells, 1) or _has_ids(cells, 0)


def read(cells: Cells) -> Exported:
    """Questions by the second row, options and rows by what stands behind its last dash."""
    ids = next((row for row in (0, 1) if _has_ids(cells, row)), -1)
    first = row_texts(cells, 0)
    labelled = ids == 1 or (ids < 0 and bool(_FIRST & set(first[:1])))
    texts = first if labelled else columns_of(cells)
    headers = [_header(c, t) for c, t in zip(columns_of(cells), texts, strict=True)]
    rows = ids + 1 if ids >= 0 else int(labelled)
    return Exported(
        below(cells, rows),
        tuple(headers),
        signs=(",", ";"),
        done=(message("{rows} rows below the header are labels, not people", rows=rows),)
        if rows
        else (),
    )


def _header(column: str, label: str) -> Header:
    if lead := lead_columns(NAME).get(column) or lead_columns(NAME).get(label):
        return Header(column, lead=lead, text=label)
    if found := _TYPED.fullmatch(column):
        return Header(column, name=found["name"], text=label, part=column, kind="other")
    found, parted = _PART.fullmatch(column), _LABEL.fullmatch(label)
    if found and parted:
        return Header(column, name=found["name"], text=parted["stem"], part=parted["part"])
    return Header(column, name=column, text=_CHOICE.sub("", label))


DIALECT = Dialect(NAME, fits, read)
