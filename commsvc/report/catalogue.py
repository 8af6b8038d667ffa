"""What the library's own words are called in a report: headings of columns, words in cells.

The words stand in `catalogue.csv`, so that a new result needs a line there and no code: `column` is
the column of a result, `word` what a cell of it may hold, empty for the column's own heading. Words
that a column shares with the user's own labels (`group`, `level`) stand under no column and are
never put in unasked.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from commsvc.report.lang import Words
from commsvc.words.messages import Text

Catalogue = Mapping[str, Mapping[str, tuple[str, str]]]
_RANGE: Final = re.compile(r"(?<=\d) to (?=\d)")


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    """column -> word -> (English, Chinese); the heading of a column is its word ``""``."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with Path(__file__).with_name("catalogue.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["column"], {})[row["word"]] = (row["en"], row["zh"])
    return MappingProxyType({column: MappingProxyType(words) for column, words in found.items()})


def heading(column: str) -> Words:
    """What a column of a result is called in a report; one that is not known keeps its name.

    >>> heading("base"), heading("beds")
    (('Base', '基数'), 'beds')
    """
    return _catalogue().get(column, {}).get("", column)


def words(column: str = "") -> dict[str, tuple[str, str]]:
    """The words that cells of a column may hold: word -> (English, Chinese).

    Parameters
    ----------
    column : the column's name; left out, every word there is, for columns such as `group` whose
        words are put in only where a report asks: ``show_table(…, values={"group": words()})``

    Examples
    --------
    >>> words("quadrant")["low priority"]
    ('low priority', '次要改进')
    >>> words("beds"), words()["stations"]
    ({}, ('stations', '站'))
    """
    known = _catalogue()
    if column:
        parts = [known.get(column, {})]
    else:  # where a word stands twice, the one under no column is the plainest, and counts
        parts = [*(part for name, part in known.items() if name), known.get("", {})]
    return {word: shown for part in parts for word, shown in part.items() if word}


def pieces(column: str, said: str | Text) -> Words:
    """A cell that joins several words of its column by semicolons, each word in both languages.

    >>> pieces("method", "Fisher exact; effect: odds ratio")
    ('Fisher exact; effect: odds ratio', 'Fisher 精确检验；效应：比值比')
    >>> pieces("note", "NCHS: suppress (n 12, under 30)")[1]
    'NCHS 规则：隐去（样本量 12，不足 30）'
    """
    if isinstance(said, Text):
        return said.text("en"), said.text("zh")
    parts = [part.removeprefix("effect: ") for part in said.split("; ")]
    found = [_piece(column, part) for part in parts]
    if not any(found):
        return said
    effects = [part.startswith("effect: ") for part in said.split("; ")]
    pairs = [one or (part, part) for one, part in zip(found, parts, strict=True)]
    english = [f"effect: {en}" if e else en for e, (en, _) in zip(effects, pairs, strict=True)]
    chinese = [f"效应：{zh}" if e else zh for e, (_, zh) in zip(effects, pairs, strict=True)]
    return "; ".join(english), "；".join(chinese)


def _piece(column: str, said: str) -> tuple[str, str] | None:
    """A word of the column, or one with fields, such as "n {0}, under 30", filled in.

    What stands in a field is a word of the column, too, or else a rule, a unit or the like.
    """
    known = words(column)
    if said in known:
        return known[said]
    for pattern, shown in _patterns(column):
        if match := pattern.fullmatch(said):
            fields = [_piece(column, part) or _named(part) for part in match.groups()]
            english, chinese = zip(*fields, strict=True)
            return shown[0].format(*english), shown[1].format(*chinese)
    return None


def _named(said: str) -> tuple[str, str]:
    """What stands in a field: a rule, a unit, an amount of one; else it is the user's own word.

    >>> _named("960 to 970 persons"), _named("近97万 persons"), _named("30 hours (flow)")[1]
    (('960 to 970 persons', '960 至 970 人'), ('近97万 persons', '近97万 人'), '30 小时')
    """
    for known in (words("rule"), _catalogue().get("", {}), words("unit")):
        if said in known:
            return known[said]
    number, _, unit = said.removesuffix(" (flow)").rpartition(" ")
    if unit not in words("unit"):
        return said, _RANGE.sub(" 至 ", said)
    # A figure as printed may bring its own unit: 48小时 hours.
    own = re.search("[\u4e00-\u9fff]$", number) and number[-1] not in "万亿多余"
    number = _RANGE.sub(" 至 ", number)
    return said, number if own else f"{number} {words('unit')[unit][1]}"


@lru_cache
def _patterns(column: str) -> list[tuple[re.Pattern[str], tuple[str, str]]]:
    """The words of a column that have fields, the longest first, as what they look like."""
    with_fields = sorted((word for word in words(column) if "{0}" in word), key=len, reverse=True)
    return [
        (re.compile(re.sub(r"\\\{\d\\\}", "(.+)", re.escape(word))), words(column)[word])
        for word in with_fields
    ]
