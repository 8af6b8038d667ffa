"""What the library's own words are called in a report: headings of columns, words in cells.

The words stand in `vocabulary.csv`, so that a new result needs a line there and no code: `column`
is the column of a result, `word` what a cell of it may hold, empty for the column's own heading,
`en` the words for a reader; the catalogues have them in other languages, the column as context.
Words that a column shares with the user's own labels (`group`, `level`) stand under no column and
are never put in unasked.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from commsvc.words.messages import Message, Text, joined, message, text_of

# The context of words that stand under no column.
NO_COLUMN: Final = "value"
_RANGE: Final = re.compile(r"(?<=\d) to (?=\d)")


@lru_cache(maxsize=1)
def _vocabulary() -> Mapping[str, Mapping[str, Message]]:
    """column -> word -> its words; the heading of a column is its word ``""``."""
    found: dict[str, dict[str, Message]] = {}
    with Path(__file__).with_name("vocabulary.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            words = Message(row["en"], "", "n", row["column"] or NO_COLUMN, {})
            found.setdefault(row["column"], {})[row["word"]] = words
    return MappingProxyType({column: MappingProxyType(words) for column, words in found.items()})


def heading(column: str) -> Text | str:
    """What a column of a result is called in a report; one that is not known keeps its name.

    >>> heading("base"), heading("beds")
    ('Base', 'beds')
    """
    return _vocabulary().get(column, {}).get("", column)


def words(column: str = "") -> dict[str, Text]:
    """The words that cells of a column may hold: word -> words for a reader.

    Parameters
    ----------
    column : the column's name; left out, every word there is, for columns such as `group` whose
        words are put in only where a report asks: ``show_table(…, values={"group": words()})``

    Examples
    --------
    >>> words("quadrant")["low priority"].text("zh")
    '次要改进'
    >>> words("beds"), words()["stations"]
    ({}, 'stations')
    """
    known = _vocabulary()
    if column:
        parts = [known.get(column, {})]
    else:  # where a word stands twice, the one under no column is the plainest, and counts
        parts = [*(part for name, part in known.items() if name), known.get("", {})]
    return {word: shown for part in parts for word, shown in part.items() if word}


def pieces(column: str, said: Any) -> Text | str:
    """A cell that joins several words of its column by semicolons, each put into words.

    >>> pieces("method", "Fisher exact; effect: odds ratio").text("zh")
    'Fisher 精确检验；效应：比值比'
    """
    if not isinstance(said, str):
        return said if isinstance(said, Text) else ""
    parts = said.split("; ")
    found = [_piece(column, part.removeprefix("effect: ")) for part in parts]
    if not any(found):
        return said
    shown = [one or part for one, part in zip(found, parts, strict=True)]
    return joined(
        message("effect: {what}", what=one) if part.startswith("effect: ") else one
        for one, part in zip(shown, parts, strict=True)
    )


def _piece(column: str, said: str) -> Text | None:
    """A word of the column, or one with fields, such as "n {0}, under 30", filled in.

    What stands in a field is a word of the column, too, or else a rule, a unit or the like.
    """
    known = words(column)
    if said in known:
        return known[said]
    for pattern, shown in _patterns(column):
        if match := pattern.fullmatch(said):
            return _Filled(shown, [_piece(column, part) or _named(part) for part in match.groups()])
    return None


class _Filled(Text):
    """A word with fields, each of which is put into words itself."""

    __slots__ = ("parts", "template")

    def __init__(self, template: Text, parts: list[Text | str]) -> None:
        self.template, self.parts = template, parts

    def text(self, lang: str | None = None) -> str:
        return self.template.text(lang).format(*(text_of(part, lang) for part in self.parts))


class _Amount(Text):
    """An amount and its unit, or a range."""

    __slots__ = ("number", "unit")

    def __init__(self, number: str, unit: Text | str) -> None:
        self.number, self.unit = number, unit

    def text(self, lang: str | None = None) -> str:
        to = text_of(message(" to "), lang)
        return f"{_RANGE.sub(to, self.number)} {text_of(self.unit, lang)}".strip()


def _named(said: str) -> Text | str:
    """What stands in a field: a rule, a unit, an amount of one; else it is the user's own word.

    >>> str(_named("960 to 970 persons")), _named("30 hours (flow)").text("zh")
    ('960 to 970 persons', '30 小时')
    """
    for known in (words("rule"), _vocabulary().get("", {}), words("unit")):
        if said in known:
            return known[said]
    number, _, unit = said.removesuffix(" (flow)").rpartition(" ")
    if unit not in words("unit"):
        return _Amount(said, "")
    # A figure as printed may bring its own unit: 48小时 hours.
    own = re.search("[\u4e00-\u9fff]$", number) and number[-1] not in "万亿多余"
    return _Amount(number, "" if own else words("unit")[unit])


@lru_cache
def _patterns(column: str) -> list[tuple[re.Pattern[str], Text]]:
    """The words of a column that have fields, the longest first, as what they look like."""
    with_fields = sorted((word for word in words(column) if "{0}" in word), key=len, reverse=True)
    return [
        (re.compile(re.sub(r"\\\{\d\\\}", "(.+)", re.escape(word))), words(column)[word])
        for word in with_fields
    ]
