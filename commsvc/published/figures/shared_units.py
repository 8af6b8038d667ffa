"""Units that stand once for several numbers: behind the last of a list, or over a column.

分别低3.1和23.1个百分点; 百分之十七点九、二十点五; 单位：万人 over a table, 床位（万张） over a
column. A number takes such a unit only where its own place has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from commsvc.published.figures.found import Found
from commsvc.published.figures.word_tables import cue, unit_pattern, units

_NOTHING: Final = "a numeral without anything counted"
_PERCENT: Final = re.compile(r"(?P<per>[百千万]分之)[^百千万]*\Z")
_TIMES: Final = re.compile(r"[\d.]+(?P<times>[十百千万亿]+)\Z")
_BARE: Final = re.compile(r"-?\d[\d.,，]*\Z")
# A column of numbers: at least this share of its cells.
_CELL: Final = re.compile(r"[<>＜＞≤≥]?\s*[-−+]?\d[\d.,，·\s]*(?:[%％*]+)?|[-–—]|")
_COUNT_AND_SHARE: Final = re.compile(r"(?:n|例数?|人数|频数|no\.?)\s*[,，]?\s*[(（/]?\s*%", re.I)


def shared(line: str, row: Sequence[Found]) -> list[Found]:
    """The figures of a line, each with the unit of its list where it has none of its own."""
    found = [_behind_bracket(line, one) for one in row]
    found = list(_same_statistic(line, found))
    for first, last in _lists(line, found):
        end = found[last]
        for i in range(first, last):
            found[i] = _with_unit(line, found[i], end)
    return list(_percents(line, found))


def _behind_bracket(line: str, one: Found) -> Found:
    """A deviation with the unit that stands behind its bracket: (47.4±6.9)岁."""
    if one.role != "SD" or one.unit or not re.match("[)）]", line[one.end :]):
        return one
    match = unit_pattern().match(line, one.end + 1)
    unit = match[0].strip() if match else ""
    return replace(one, unit=unit, reading=one.reading + unit)


def _same_statistic(line: str, found: list[Found]) -> Iterator[Found]:
    """t=2.33、7.85、9.35: one name for several statistics."""
    before: Found | None = None
    for one in found:
        named = before is not None and before.kind == "statistic" and not before.unit
        if named and before and one.kind == "number" and _joined(line, before, one):
            one = replace(one, kind="statistic", role=before.role)
        before = one
        yield one


def _lists(line: str, found: list[Found]) -> Iterator[tuple[int, int]]:
    """First and last of the numbers that are told in one breath, where only the last has a unit."""
    first = None
    for i, one in enumerate(found):
        joined = i > 0 and first is not None and _joined(line, found[i - 1], one)
        if not joined:
            first = i if _unitless(one) else None
        elif one.unit and not one.reason:
            if first is not None and _told_together(line, found, first, i):
                yield first, i
            first = None
        elif not _unitless(one):
            first = None


def _unitless(one: Found) -> bool:
    numbers = one.kind in ("number", "standard", "stray") and not one.role
    return not (one.unit or one.reason) and (numbers or one.role in ("mean", "SD"))


def _joined(line: str, one: Found, other: Found) -> bool:
    gap = line[one.end : other.start]
    gap = gap.strip("()（）") if one.role == "SD" else gap
    return bool(cue("separator").fullmatch(gap))


def _told_together(line: str, found: list[Found], first: int, last: int) -> bool:
    """Whether these are one list: a comma alone parts clauses, too (12，15人)."""
    gaps = [line[found[i].end : found[i + 1].start] for i in range(first, last)]
    clause = line[max(0, found[first].start - 20) : found[first].start]
    behind = line[found[last].end :].lstrip(", ")
    said = cue("respectively").search(clause) or cue("respectively").match(behind)
    return bool(said) or not re.fullmatch(r"\s*[,，]\s?", gaps[-1])


def _with_unit(line: str, one: Found, last: Found) -> Found:
    """A number with the unit of the list, and with its 万, unless it is too large to lack one."""
    core = last.reading.removesuffix(last.unit).rstrip()
    times = _TIMES.search(core)
    by = times["times"] if times and not re.fullmatch(r"\d{4,}", one.printed) else ""
    if last.unit not in units() and not last.unit.isascii():
        return one
    space = " " if last.unit[:1].isascii() and last.unit[:1].isalpha() else ""
    reading = f"{one.reading or one.printed}{by}{space}{last.unit}"
    kind = one.kind if one.role else last.kind
    return replace(one, unit=last.unit, kind=kind, reading=reading)


def _percents(line: str, found: list[Found]) -> Iterator[Found]:
    """百分之十七点九、二十点五: the numerals of a list of percentages in words."""
    before: Found | None = None
    for one in found:
        per = _PERCENT.search(before.printed) if before is not None else None
        if before and per and one.reason == _NOTHING and _joined(line, before, one):
            reading = per["per"] + one.printed
            one = replace(one, kind="share", reason="", reading=reading)
            before = replace(one, printed=reading)
        else:
            before = None if one.reason else one
        yield one


class Heads(NamedTuple):
    """The units over the columns of a table that is being read, and over the whole of it."""

    columns: tuple[str, ...] = ()
    caption: str = ""


def heads_of(line: str, before: Heads) -> Heads:
    """The units that hold below this line: a table row is a line with tabs or bars between cells.

    >>> heads_of("年份\\t床位（万张）\\t占比（%）", Heads()).columns
    ('', '万张', '%')
    """
    caption = cue("caption unit").search(line)
    cells = _cells(line)
    if sum(bool(text) for _, text in cells) < 2:
        # A caption holds for the table under it, and one line of text in between.
        return Heads((), caption["times"] + caption["unit"] if caption else "")
    units_of = [_head_unit(text) for _, text in cells]
    numbers = sum(bool(text) and _CELL.fullmatch(text) is not None for _, text in cells)
    if any(units_of[1:]) and numbers <= 1:
        return Heads(tuple(units_of))
    return before


def _cells(line: str) -> list[tuple[int, str]]:
    """The cells of a row, each with its place in the line."""
    mark = "\t" if "\t" in line else "|"
    cells, at = [], 0
    if line.lstrip().startswith("|"):
        at = line.index("|") + 1
    for cell in line[at:].split(mark):
        lead = len(cell) - len(cell.lstrip())
        cells.append((at + lead, cell.strip()))
        at += len(cell) + 1
    return cells if mark in line else []


def _head_unit(text: str) -> str:
    if _COUNT_AND_SHARE.search(text):
        return "n (%)"
    if re.search(r"[(（]\s*[%％]\s*[)）]|[%％]\s*\Z", text):
        return "%"
    match = cue("head unit").search(text)
    return match["times"] + match["unit"] if match else ""


def under_heads(line: str, row: Sequence[Found], heads: Heads) -> list[Found]:
    """The figures of a table row with the units of their columns, of their row or of the table."""
    cells = _cells(line)
    if len(cells) < 2:
        return list(row)
    of_row = _head_unit(cells[0][1])
    return [_in_column(one, cells, heads, of_row) for one in row]


def _in_column(one: Found, cells: list[tuple[int, str]], heads: Heads, of_row: str) -> Found:
    column = max(i for i, (at, _) in enumerate(cells) if at <= one.start or i == 0)
    at, text = cells[column]
    if not _unitless(one) and not (one.kind == "year" and heads.columns):
        return one
    head = heads.columns[column] if column < len(heads.columns) else ""
    if head == "n (%)":
        share = one.start > at and re.match(r"\d+\s*[(（]", text)
        return replace(one, unit="%", kind="share", reading=f"{one.printed}%") if share else one
    unit = head or of_row or heads.caption
    alone = one.start == at and len(one.printed) >= len(text.rstrip("*†‡ ")) and column > 0
    if not unit or not alone or not _BARE.match(one.printed):
        return one
    name = unit.lstrip("十百千万亿")
    of_unit = units()[name].kind if name in units() else "count"
    kind = {"people": "count", "place": "list"}.get(of_unit, of_unit)
    return replace(one, unit=name, kind=kind, reading=f"{one.printed}{unit}")
