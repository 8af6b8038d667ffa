"""The tables that tell which numerals state a number: words and patterns, each with an example.

``exceptions.csv`` lists words that hold a numeral and state no number, ``refusals.tsv`` the same
for what no list can hold (section numbers, grades, telephone numbers), ``cues.tsv`` the words
around a number that decide its kind or hedge, ``statistics.tsv`` the names of statistics. Units are
in the registry of `commsvc.printed`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.printed.lexicons import rows
from commsvc.printed.unit_table import units

HAN_NUMERALS: Final = "零〇○一二两三四五六七八九十百千万亿几半"
# What behind a unit makes another word of it: 十一期间, 五日常, 3度假.
_NO_UNIT: Final = {
    "期": "(?![间末初内])",
    "日": "(?![常均间用报渐益程历期记托])",
    "度": "(?![过假日量])",
    "人": "(?![均民才工力物])",
}
_BASE: Final = r"(?:10+|\d)?[十百千万亿]*"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What stands before, in and after a numeral that states no number."""

    reason: str
    number: str
    before: re.Pattern[str]
    here: re.Pattern[str]
    example: str


@cache
def unit_words() -> str:
    """A pattern of the units that are looked for in a text, the longest first; Latin ones whole."""
    words = sorted((u for u in units().values() if u.kind), key=lambda u: (-len(u.word), u.word))
    latin = [re.escape(u.word) + r"(?![A-Za-z])" for u in words if _latin(u.word)]
    other = [re.escape(u.word) + _NO_UNIT.get(u.word, "") for u in words if not _latin(u.word)]
    return "(?:" + "|".join(latin + other) + ")"


def _latin(word: str) -> bool:
    return word[0].isascii() and word[0].isalpha()


@cache
def unit_pattern() -> re.Pattern[str]:
    """The longest unit at a place, with what it is taken per: 元/平方米, 张/千人."""
    # The look ahead saves trying every word where no unit begins.
    initials = "".join(sorted({re.escape(u.word[0]) for u in units().values() if u.kind}))
    words = unit_words()
    per = rf"{_BASE}(?:{words}|人口|[A-Za-z]+[²³]?)(?:[·•](?:年|月|日|天|次))?"
    per = rf"(?:\s?[/／]\s?{per}|[/／]{_BASE}(?<=[万千百\d]))?"
    return re.compile(rf"(?=[ \u3000\u00a0{initials}])[ \u3000\u00a0]?{words}{per}")


@cache
def cue(name: str) -> re.Pattern[str]:
    """The words around a number that go by this name in ``cues.tsv``."""
    return cues()[name]


@cache
def cues() -> dict[str, re.Pattern[str]]:
    """Every cue by its name."""
    return {
        row["cue"]: re.compile(row["pattern"].replace("UNITS", unit_words()))
        for row in rows(__package__, "cues.tsv")
    }


@cache
def exceptions() -> dict[str, str]:
    """Words that hold a numeral and state no number, each with its reason."""
    return {
        word: row["reason"]
        for row in rows(__package__, "exceptions.csv")
        for word in row["words"].split()
    }


@cache
def refusals() -> tuple[Refusal, ...]:
    """The rules for numerals that state no number."""
    return tuple(
        Refusal(
            row["reason"],
            row["number"],
            re.compile(f"(?:{row['before']})\\Z") if row["before"] else re.compile(""),
            re.compile(f"(?:{row['number']})(?:{row['after']})"),
            row["example"],
        )
        for row in rows(__package__, "refusals.tsv")
    )


@cache
def _rules_at(character: str) -> tuple[Refusal, ...]:
    """The rules for numerals in the script of their first character, Arabic or Chinese."""
    written = "[0-9d]" if character.isdecimal() else f"[{HAN_NUMERALS}]"
    return tuple(rule for rule in refusals() if re.search(written, rule.number))


@cache
def _windows() -> tuple[tuple[int, int], ...]:
    """Where a word of the exceptions may begin before its numeral, and how long it may be."""
    numbered = (
        (i, len(word)) for word in exceptions() for i, c in enumerate(word) if c in HAN_NUMERALS
    )
    return tuple(sorted(set(numbered)))


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


def refusal_at(text: str, at: int) -> str:
    """The reason of the first rule that refuses the numeral at this place, or "".

    >>> refusal_at("三十里铺社区", 0)
    'name of a place'
    """
    before = text[max(0, at - 12) : at]
    # A window that was cut off must not look like the beginning of a line.
    lead = before if at <= 12 else "\x00" + before
    for rule in _rules_at(text[at]):
        if rule.here.match(text, at) and rule.before.search(lead):
            return rule.reason
    return ""
