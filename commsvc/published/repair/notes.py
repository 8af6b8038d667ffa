"""What repair cannot give back, and what it leaves for the reader to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from commsvc.printed.lexicons import rows

from .glosses import LEAST, brackets, broken_words, glosses_its_character


@dataclass(frozen=True)
class Note:
    """A place in the repaired text that was not edited: ``text[start:end]``.

    ``status`` is ``lost`` (nothing on the page says what stood there), ``uncertain`` (the reader
    must decide) or ``marked`` (not part of a report).
    """

    start: int
    end: int
    kind: str
    status: str
    text: str


@cache
def _rules() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    return tuple(
        (row["when"], row["status"], row["kind"], re.compile(row["pattern"], re.M))
        for row in rows(__package__, "notes.tsv")
    )


def find(text: str, *, damaged: bool) -> Iterator[Note]:
    """Every such place, kind by kind; of a page that is not ``damaged`` what looks so anywhere."""
    for when, status, kind, rule in _rules():
        for match in rule.finditer(text) if damaged or when == "always" else ():
            yield Note(match.start(), match.end(), kind, status, match[0])
    left = [bracket for bracket in brackets(text) if glosses_its_character(text, bracket)]
    capital = any(bracket.syllable[0].isupper() for bracket in left)
    if len(left) >= LEAST and broken_words(text, left) >= (LEAST if capital else 1):
        for start, end, _ in left:
            yield Note(start, end, "gloss of an unknown kind", "uncertain", text[start:end])
