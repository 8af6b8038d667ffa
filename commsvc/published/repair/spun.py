"""Synonym spinning: words exchanged for near-synonyms so that a copy is not found.

The exchanged words are words, and right elsewhere. A report is called spun only when words stand
in it where they make no phrase (根本医疗, 大局部, 中意率); then, and only then, the doubtful ones
among its words are suspected as well.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from commsvc.printed.lexicons import rows

# Two different words at least, and three places: one slip is anybody's.
LEAST_WORDS, LEAST_PLACES = 2, 3
_HEADING = re.compile(r"^.{0,40}篇 ?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[ 　]*$", re.M)


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    """What stands where it makes no phrase, and what stood there."""
    table = rows(__package__, "spun.tsv")
    return tuple((re.compile(row["pattern"], re.M), row["after"]) for row in table)


@dataclass(frozen=True)
class Spun:
    """A word that was exchanged: ``text[start:end]`` stood for ``after``; ``report`` by number."""

    start: int
    end: int
    before: str
    after: str
    report: int


def find(text: str) -> Iterator[Spun]:
    """The exchanged words of the reports that are shown to be spun, in order.

    A report begins at a heading that ends in 篇1, 篇2, …; what comes before the first is report 0.
    """
    cuts = [match.start() for match in _HEADING.finditer(text)]
    places = [(*match.span(), after) for rule, after in _rules() for match in rule.finditer(text)]
    hits: list[list[Spun]] = [[] for _ in range(len(cuts) + 1)]
    last = -1
    for start, end, after in sorted(places):
        if start >= last:
            number = bisect_right(cuts, start)
            hits[number].append(Spun(start, end, text[start:end], after, number))
            last = end
    for found in hits:
        if len(found) >= LEAST_PLACES and len({spun.before for spun in found}) >= LEAST_WORDS:
            yield from found
