"""Where one report of a collection ends and the next begins, and its paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from commsvc.printed import read

_NUMBER: Final = r"\d{1,3}|[一二三四五六七八九十百]{1,4}"
_HEADING: Final = re.compile(
    rf"^[ \t　#*]*(?:"
    rf"第[ 　]*(?P<first>{_NUMBER})[ 　]*篇(?P<title>[^\n]{{0,60}})"
    rf"|(?P<stem>[^\s。；！？][^\n。；！？]{{1,60}}?)[ 　]*"
    rf"(?:第?[ 　]*(?P<part>{_NUMBER})[ 　]*篇|篇[ 　]*(?P<pian>{_NUMBER})"
    rf"|[（(][ 　]*(?P<bracket>{_NUMBER})[ 　]*[）)]|(?P<plain>\d{{1,3}}))"
    rf")[ \t\r　*]*$",
    re.M,
)
# A stem must say what it numbers: （一） and （二） also number the sections inside a report.
_GENRE: Final = re.compile(
    r"报告|范文|总结|调研|调查|方案|心得|体会|[Rr]eport|[Ss]urvey|[Ss]tudy|[Pp]aper"
)
_GROUPS: Final = ("first", "part", "pian", "bracket", "plain")
_LINE: Final = re.compile(r"[^\n]+")
_RELATED: Final = re.compile(r"^[ \t　]*【[^】\n]{1,60}】[ 　]*相关[^\n]{0,6}$", re.M)


@dataclass(frozen=True, slots=True)
class Report:
    """One report of a text: its number, and the characters its body takes there."""

    number: int
    heading: str
    start: int
    end: int


def split_reports(text: str) -> tuple[Report, ...]:
    """The reports of a collection, by their numbered headings.

    Headings are lines such as ``… 篇1``, ``第二篇 …``, ``调研报告（三）`` or ``Report 4`` that
    share what they number and count up from 1 (and from 1 again, where collections are put
    together). What stands before the first is no report, nor what follows a line
    ``【…】相关文章``. A text without such headings is one report, number 1.

    Parameters
    ----------
    text : repaired text; ``start`` and ``end`` of each report count its characters

    Examples
    --------
    >>> [r.number for r in split_reports("调研报告 篇1\\n甲。\\n调研报告 篇2\\n乙。")]
    [1, 2]
    """
    series: dict[str, list[tuple[int, re.Match[str]]]] = {}
    for match in _HEADING.finditer(text):
        written = next(filter(None, map(match.group, _GROUPS)))
        stem, number = (match["stem"] or "").strip(), int(read(written).face or 0)
        if match["stem"] and not _GENRE.search(stem):
            continue
        found = series.setdefault(stem, [])
        # Counting from 1 again is the next of several collections put together.
        if number == 1 or (found and number == found[-1][0] + 1):
            found.append((number, match))
    related = [match.start() for match in _RELATED.finditer(text)]
    best = max(series.values(), key=len, default=[])
    if not best or (len(best) == 1 and not best[0][1]["pian"]):
        return (Report(1, "", 0, related[0] if related else len(text)),)
    following = [match.start() for _, match in best[1:]] + [len(text)]
    reports = []
    for (number, match), end in zip(best, following, strict=True):
        links = bisect_left(related, match.end())
        if links < len(related):
            end = min(end, related[links])
        reports.append(Report(number, match[0].strip(), match.end(), end))
    return tuple(reports)


def paragraphs(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each line that is not blank, numbered from 1.

    >>> list(paragraphs("a\\n\\n  b"))
    [(1, 0, 1), (2, 3, 6)]
    """
    number = 0
    for line in _LINE.finditer(text, start, len(text) if end is None else end):
        if line[0].strip():
            number += 1
            yield number, line.start(), line.end()
