"""The tables the grammar reads: units, words that only look like numbers, and their reasons.

``units.csv`` says what is counted or measured after a numeral, ``exceptions.csv`` lists words that
hold a numeral and state no number, ``patterns.tsv`` the same for what no list can hold (section
numbers, grades, telephone numbers), each with an example that the tests read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

HAN_NUMERALS: Final = "零〇○一二两三四五六七八九十百千万亿几半"

# What behind a unit makes another word of it: 十一期间, 五日常, 3度假.
_NO_UNIT: Final = {
    "期": "(?![间末初内])",
    "日": "(?![常均间用报渐益程历期记托])",
    "度": "(?![过假日量])",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A word counted or measured with: its kind, and whether a bare 一 before it counts."""

    word: str
    kind: str
    counts_one: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """What stands before, in and after a numeral that states no number."""

    reason: str
    number: str
    before: re.Pattern[str]
    here: re.Pattern[str]
    example: str


def _rows(name: str, delimiter: str = ",") -> Iterator[dict[str, str]]:
    source = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    # Patterns hold quotation marks of their own, so a tab-separated table quotes nothing.
    if delimiter == "\t":
        yield from csv.DictReader(source.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        yield from csv.DictReader(source.splitlines())


@cache
def units() -> dict[str, Unit]:
    """Every unit and classifier by its word."""
    return {
        word: Unit(word, row["kind"], row["one"] == "yes")
        for row in _rows("units.csv")
        for word in row["units"].split()
    }


@cache
def unit_pattern() -> re.Pattern[str]:
    """The longest unit at a place; a Latin one ends where its word ends."""
    words = sorted(units(), key=lambda word: (-len(word), word))
    latin = [re.escape(w) + r"(?![A-Za-z])" for w in words if w[0].isascii() and w[0].isalpha()]
    other = [
        re.escape(w) + _NO_UNIT.get(w, "") for w in words if not (w[0].isascii() and w[0].isalpha())
    ]
    # The look ahead saves trying every word where no unit begins.
    initials = "".join(sorted({re.escape(word[0]) for word in words}))
    return re.compile(
        rf"(?=[ \u3000\u00a0{initials}])[ \u3000\u00a0]?(?:" + "|".join(latin + other) + ")"
    )


@cache
def exceptions() -> dict[str, str]:
    """Words that hold a numeral and state no number, each with its reason."""
    return {word: row["reason"] for row in _rows("exceptions.csv") for word in row["words"].split()}


@cache
def patterns() -> tuple[Pattern, ...]:
    """The rules for numerals that state no number."""
    return tuple(
        Pattern(
            row["reason"],
            row["number"],
            re.compile(f"(?:{row['before']})\\Z") if row["before"] else re.compile(""),
            re.compile(f"(?:{row['number']})(?:{row['after']})"),
            row["example"],
        )
        for row in _rows("patterns.tsv", "\t")
    )


@cache
def _rules_at(character: str) -> tuple[Pattern, ...]:
    """The rules for numerals in the script of their first character, Arabic or Chinese."""
    written = "[0-9d]" if character.isdecimal() else f"[{HAN_NUMERALS}]"
    return tuple(rule for rule in patterns() if re.search(written, rule.number))


@cache
def _windows() -> tuple[tuple[int, int], ...]:
    """Where a word of the exceptions may begin before its numeral, and how long it may be."""
    return tuple(
        sorted(
            {
                (i, len(word))
                for word in exceptions()
                for i, character in enumerate(word)
                if character in HAN_NUMERALS
            }
        )
    )


def exception_at(text: str, at: int, end: int = 0) -> str:
    """The reason why the numeral at this place belongs to a word that states no number, or "".

    A word that begins with the numeral gives way where the numeral and its unit end, at ``end``,
    behind the word: 十分 is very, 十分钟 are ten minutes.

    >>> exception_at("为百姓服务", 1)
    'everyday word that holds a numeral'
    >>> exception_at("半径三公里", 2), exception_at("半径三公里", 2, 5)
    ('social-policy term', '')
    """
    words = exceptions()
    for before, length in _windows():
        start = at - before
        if start == at and start + length < end:
            continue
        if start >= 0 and (word := text[start : start + length]) in words:
            return words[word]
    return ""


def pattern_at(text: str, at: int) -> str:
    """The reason of the first rule that refuses the numeral at this place, or "".

    >>> pattern_at("三十里铺社区", 0)
    'name of a place'
    """
    before = text[max(0, at - 12) : at]
    # A window that was cut off must not look like the beginning of a line.
    lead = before if at <= 12 else "\x00" + before
    for rule in _rules_at(text[at]):
        if rule.here.match(text, at) and rule.before.search(lead):
            return rule.reason
    return ""
