"""A file of cells as its export format explains it: which column belongs to which question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

import pandas as pd

from commsvc.survey.headers import Header, parse_header, plain_text
from commsvc.survey.table_files import Cells
from commsvc.words.messages import Text

JOIN: Final = "┋"  # U+250B between the options of a multiple-choice answer of 问卷星
# How headers say which option or row of a question a column holds, the surest first.
_DIVIDED: Final = tuple(
    re.compile(pattern, re.S)
    for pattern in (
        r"(?P<stem>.+?)\s*[(（]choice\s*=\s*(?P<part>.+)[)）]",
        r"(?P<stem>.+?)\s*\[(?P<part>[^\[\]]+)\]",
        r"(?P<stem>\w.*?)___(?P<part>\w+)",
        r"(?P<stem>.+?)\s*[-—–:：]\s*Selected Choice\s*[-—–:：]\s*(?P<part>.+)",
        r"(?P<stem>.+[?？:：)）])\s*(?:[-—–]+|\s)\s*(?P<part>\S.*)",
        r"(?P<stem>.+?)(?:\s+[-–]+\s+|[—:：/|])\s*(?P<part>\S.*)",
        r"(?P<stem>.+?)\s*[(（](?P<part>.+)[)）]",
        r"(?P<stem>\w*?[A-Za-z]\w*?)_(?P<part>\d{1,4})",
    )
)
_NUMBERED: Final = _DIVIDED[-1]
OTHER: Final = re.compile(
    r"(?:其他|其它)(?:.*(?:注明|说明|填写|[_＿]).*)?|.*\b(?:other|autre|otro|sonstiges)\b.*|.*\[其他\].*",
    re.I,
)


@dataclass(frozen=True)
class Exported:
    """Cells with what the export format knows of them.

    Attributes
    ----------
    frame : one row a person, cells as text, "" for none
    headers : of every column, in order
    codes : cells that stand for no answer, and its kind
    signs : what may join the answers of one person, the likeliest first; empty: nothing does
    ticks : yes and no in the columns of one question are ticks
    joins : check boxes come as joined answers, with what was typed among them
    done, doubts : what was decided, and what of it may be wrong
    """

    frame: pd.DataFrame
    headers: tuple[Header, ...]
    codes: Mapping[str, str] = field(default_factory=dict)
    signs: tuple[str, ...] = (JOIN, ";", "；", "|", "\n", ", ", "，", "、", ",")
    ticks: bool = False
    joins: bool = False
    done: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Dialect:
    """An export format.

    Attributes
    ----------
    name : of the product
    fits : whether cells look like its export
    read : what it knows of them
    """

    name: str
    fits: Callable[[Cells], bool]
    read: Callable[[Cells], Exported]


def columns_of(cells: Cells) -> list[str]:
    """The headers of a table of cells."""
    return [str(column) for column in cells.frame]


def headers_of(cells: Cells, dialect: str = "") -> list[Header]:
    """The headers of a table of cells, taken apart."""
    return [parse_header(column, dialect) for column in columns_of(cells)]


def with_stems(headers: Sequence[Header]) -> list[Header]:
    """Neighbours that share a question and differ in its option or row, so marked.

    Examples
    --------
    >>> found = with_stems([parse_header("How? [bus]"), parse_header("How? [car]")])
    >>> [(h.question, h.part) for h in found]
    [('How?', 'bus'), ('How?', 'car')]
    """
    marked: list[Header] = []
    for free, run in groupby(headers, lambda h: not h.lead and h.number is None and not h.name):
        held = list(run)
        marked += _stems_of(held) if free else held
    return marked


def _stems_of(headers: list[Header]) -> list[Header]:
    marked, i = [], 0
    while i < len(headers):
        for pattern in _DIVIDED:
            run = _run(headers[i:], pattern)
            if pattern is _NUMBERED:
                # Names that run on tell of one question only where their cells are ticks.
                run = [replace(header, kind="perhaps") for header in run]
            if len(run) > 1:
                marked += run
                i += len(run)
                break
        else:
            marked.append(headers[i])
            i += 1
    return marked


def _run(headers: Sequence[Header], pattern: re.Pattern[str]) -> list[Header]:
    """The headers from the first on that have its stem."""
    run: list[Header] = []
    for header in headers:
        found = pattern.fullmatch(header.text)
        if found is None or (run and found["stem"].strip() != run[0].text):
            break
        stem = found["stem"].strip()
        name = stem.rstrip(":： ") or stem
        run.append(replace(header, name=name, text=stem, part=found["part"].strip()))
    return run if len({header.part for header in run}) == len(run) else []


def below(cells: Cells, rows: int) -> pd.DataFrame:
    """The answers below further rows of the header."""
    return cells.frame.iloc[rows:].reset_index(drop=True)


def row_texts(cells: Cells, row: int) -> list[str]:
    """A further row of the header, as plain text."""
    return [plain_text(str(cell)) for cell in cells.frame.iloc[row]]
