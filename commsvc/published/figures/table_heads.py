"""What the heads of a table say of the numbers under them: 床位（万张）, n (%), OR (95% CI), P.

A table row is a line with tabs or bars between its cells. A number takes a unit or role from its
column only where its own place has none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from commsvc.published.figures.found import Found
from commsvc.published.figures.roles import statistic
from commsvc.published.figures.word_tables import cue, units

_NUMBER: Final = re.compile(r"[<>≤≥]?\s*[-−+]?\d[\d.,，·\s]*(?:[%*]+)?|[-–—]|")
_BARE: Final = re.compile(r"[-−]?\d[\d.,， ]*\Z")
_PAIR: Final = re.compile(
    r"(?P<first>[^()（）]*?)\s*[(（]\s*(?P<second>[^()（）]*?)\s*[)）]\W*n?\W*\Z"
)
_COUNTS: Final = re.compile(r"(?:.*[^a-z])?(?:n|no\.?|例数?|人数|频数|构成)", re.I)

# The mark of the column that names the unit of each row.
_UNITS: Final = "units of rows"


class Head(NamedTuple):
    """Unit and role of the numbers of a column, and of those in brackets behind them."""

    unit: str = ""
    role: str = ""
    unit_in_brackets: str = ""
    role_in_brackets: str = ""


class Heads(NamedTuple):
    """The heads of the table that is being read, and the unit in its caption."""

    columns: tuple[Head, ...] = ()
    caption: str = ""


def heads_of(line: str, before: Heads) -> Heads:
    """The heads that hold below this line.

    >>> [head.unit for head in heads_of("年份\\t床位（万张）\\t占比（%）", Heads()).columns]
    ['', '万张', '%']
    """
    cells = cells_of(line)
    if sum(bool(text) for _, text in cells) < 2:
        # A caption holds for the table under it.
        caption = cue("caption unit").search(line)
        return Heads((), caption["times"] + caption["unit"] if caption else "")
    heads = tuple(_head(text) for _, text in cells)
    numbers = sum(bool(text) and _NUMBER.fullmatch(text) is not None for _, text in cells)
    if any(map(any, heads[1:])) and numbers <= 1:
        return Heads(heads)
    return before


def cells_of(line: str) -> list[tuple[int, str]]:
    """The cells of a row, each with its place in the line; none of a line that is no row."""
    mark = "\t" if "\t" in line else "|"
    if mark not in line:
        return []
    cells, at = [], line.index("|") + 1 if line.lstrip().startswith("|") else 0
    for cell in line[at:].split(mark):
        cells.append((at + len(cell) - len(cell.lstrip()), cell.strip()))
        at += len(cell) + 1
    return cells


def _head(text: str) -> Head:
    pair = _PAIR.fullmatch(text)
    if pair and _COUNTS.fullmatch(pair["first"]) and "%" in pair["second"]:
        return Head(unit_in_brackets="%")
    if pair and (second := _role(pair["second"])) in ("SD", "SE", "CI"):
        return Head(role=_role(pair["first"]), role_in_brackets=second)
    if re.search(r"[(（]\s*%\s*[)）]|%\s*\Z", text):
        return Head("%")
    if text in ("单位", "计量单位", "Unit", "unit"):
        return Head(role=_UNITS)
    match = cue("head unit").search(text)
    return Head(match["times"] + match["unit"] if match else "", _role(text))


def _role(name: str) -> str:
    return statistic(f"{name}=0", len(name) + 1, len(name) + 2)


def under_heads(line: str, row: Sequence[Found], heads: Heads) -> list[Found]:
    """The figures of a row with what their columns, their row or the table have for them."""
    cells = cells_of(line)
    if len(cells) < 2:
        return list(row)
    return [_in_column(one, cells, heads) for one in row]


def _in_column(one: Found, cells: list[tuple[int, str]], heads: Heads) -> Found:
    column = max(i for i, (at, _) in enumerate(cells) if at <= one.start or i == 0)
    at, text = cells[column]
    head = heads.columns[column] if column < len(heads.columns) else Head()
    if one.reason or one.role or not column:
        return one
    if one.start > at and re.match(r"[-−<]?\d[\d.,]*\s*[(（]", text):
        return _told(one, head.unit_in_brackets, head.role_in_brackets)
    alone = len(one.printed) >= len(text.rstrip("*†‡ "))
    bare = not one.unit and _BARE.match(one.printed) is not None and alone
    # A year at the head of a table of 万人 is a year.
    said = "" if one.kind == "year" else _head(cells[0][1]).unit or heads.caption
    unit = (head.unit or _of_unit_column(cells, heads) or said) if bare else ""
    return _told(one, "" if head.role else unit, head.role if one.start == at else "")


def _of_unit_column(cells: list[tuple[int, str]], heads: Heads) -> str:
    """The unit that the row's own cell under 单位 names."""
    at = next((i for i, head in enumerate(heads.columns) if head.role == _UNITS), len(cells))
    text = cells[at][1] if at < len(cells) else ""
    return text if text.lstrip("十百千万亿") in units() else ""


def _told(one: Found, unit: str, role: str) -> Found:
    """A number with the unit and the role that its column gives it."""
    if role and one.kind in ("number", "range", "count", "share"):
        one = replace(one, kind="statistic", role=role)
    if not unit or one.unit or one.kind not in ("number", "standard", "stray", "year"):
        return one
    name = unit.lstrip("十百千万亿")
    of_unit = units()[name].kind if name in units() else "count"
    kind = {"people": "count", "place": "list"}.get(of_unit, of_unit)
    return replace(one, unit=name, kind=kind, reading=f"{one.reading or one.printed}{unit}")
