"""腾讯问卷: 开始答题时间 and 结束答题时间 beside numbered questions, an option a column."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of, headers_of
from commsvc.survey.headers import Header
from commsvc.survey.table_files import Cells

NAME: Final = "腾讯问卷"
_OPTION: Final = re.compile(r"(?P<text>.+?)\s*[:：_]\s*(?P<part>[^:：]+)")


def fits(cells: Cells) -> bool:
    """Both times of an answer, by the names only this product has."""
    return {"开始答题时间", "结束答题时间"} <= {c.strip() for c in columns_of(cells)}


def read(cells: Cells) -> Exported:
    """Numbered questions; several columns of one number are its options or rows."""
    headers = headers_of(cells, NAME)
    numbers = [h.number for h in headers]
    parted = [_parted(h) if h.number and numbers.count(h.number) > 1 else h for h in headers]
    return Exported(cells.frame, tuple(parted))


def _parted(header: Header) -> Header:
    found = _OPTION.fullmatch(header.text)
    return replace(header, text=found["text"], part=found["part"]) if found else header


DIALECT = Dialect(NAME, fits, read)
