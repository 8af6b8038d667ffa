"""Units that stand once for several numbers of a line: 分别低3.1和23.1个百分点; (47.4±6.9)岁;
百分之十七点九、二十点五. A number takes such a unit only where its own place has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from commsvc.published.figures.found import Found
from commsvc.published.figures.word_tables import cue, unit_pattern, units

_NOTHING: Final = "a numeral without anything counted"
_PERCENT: Final = re.compile(r"(?P<per>[百千万]分之)[^百千万]*\Z")
_TIMES: Final = re.compile(r"[\d.]+(?P<times>[十百千万亿]+)\Z")


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
