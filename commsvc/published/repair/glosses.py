"""Pinyin glosses put behind characters, ``區(qū)``: which brackets are, and whether a host did it.

A bracket is a gloss when it holds one pinyin syllable with which the character before it can be
read. That alone is no reason to delete it: a language course prints the same. A host is known by
its habits: it glosses traditional characters only, and nearly every time; or it breaks words in two
(``了(le)解``, ``社(She)區``) of which it glosses one character and leaves the other alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import NamedTuple

from . import gbk
from .model import in_words
from .script import simplified_codes

LETTERS = "A-Za-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
GLOSS = re.compile(rf"\(([{LETTERS}]{{1,6}})\)")

# Two glosses are the least in which a habit shows; a host misses few of its characters, and a
# course glosses most that there are. A traditional page is one with so many such characters.
LEAST = 2
HABIT = 0.8
SPARSE = 0.3
TRADITIONAL = 0.05


@cache
def host() -> dict[str, str]:
    """What hosts are known to gloss: common characters, where an author glosses rare ones."""
    text = resources.files(__package__).joinpath("hosts.txt").read_text("utf-8")
    characters, syllables = text.splitlines()
    return dict(zip(characters, syllables.split(), strict=True))


@cache
def readings() -> dict[str, frozenset[str]]:
    """Character to its pinyin readings with tone marks, for the characters in common use.

    14 000 readings from pypinyin 0.55 (MIT; after the Unicode Han database) of the GB 2312
    characters and their traditional forms.
    """
    lines = resources.files(__package__).joinpath("readings.txt").read_text("utf-8").splitlines()
    found: dict[str, set[str]] = {}
    for line in lines:
        syllable, chars = line.split(" ")
        for char in chars:
            found.setdefault(char, set()).add(syllable)
    return {char: frozenset(syllables) for char, syllables in found.items()}


@cache
def can_be_read(char: str, syllable: str) -> bool:
    """Whether a character has this reading; one with a capital may lack its tone.

    >>> can_be_read("區", "qū"), can_be_read("區", "zh"), can_be_read("社", "She")
    (True, False, True)
    """
    known = readings().get(char, frozenset())
    if syllable[:1].isupper():
        return syllable.lower() in known | {_toneless(reading) for reading in known}
    return syllable in known


@cache
def _toneless(syllable: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", syllable) if c.isascii())


@cache
def syllables() -> frozenset[str]:
    """Every syllable that is some character's reading, also with a capital and without tone."""
    known = frozenset().union(*readings().values())
    return known | {form.capitalize() for s in known for form in (s, _toneless(s))}


class Bracket(NamedTuple):
    """A bracket that holds a syllable: where it is, and which."""

    start: int
    end: int
    syllable: str


def brackets(text: str) -> list[Bracket]:
    """The ASCII brackets of a text that hold one pinyin syllable."""
    return [
        Bracket(match.start(), match.end(), match[1])
        for match in GLOSS.finditer(text)
        if match[1] in syllables()
    ]


def glosses_its_character(text: str, bracket: Bracket) -> bool:
    """Whether the bracket glosses the character before it."""
    return bracket.start > 0 and can_be_read(text[bracket.start - 1], bracket.syllable)


def glosses_a_byte_pair(text: str, bracket: Bracket) -> bool:
    """Whether it glosses an ASCII letter: put behind bytes that only look like a character.

    In ``“ls`` the last byte of the quote and the l are those of 發, so the host wrote ``“l(fā)s``.
    """
    start = bracket.start
    if start < 2 or not "@" <= text[start - 1] < "\x7f":
        return False
    pair = gbk.lead_trail(text[start - 2])
    letter = gbk.char(pair[1], ord(text[start - 1])) if pair else ""
    return bool(letter) and can_be_read(letter, bracket.syllable)


def of_a_host(text: str, found: Sequence[Bracket]) -> str:
    """The characters that the text's host glosses; none where no host shows itself.

    >>> text = "據(jù)統計,社區(qū)服務(wù)站。"
    >>> of_a_host(text, brackets(text))
    '務區據'
    """
    fits = [bracket for bracket in found if glosses_its_character(text, bracket)]
    if len(fits) < LEAST:
        return ""
    glossed = Counter(text[bracket.start - 1] for bracket in fits)
    if _by_habit(text, glossed) or _by_broken_words(text, fits):
        return "".join(sorted(glossed))
    return ""


def _by_habit(text: str, glossed: Counter[str]) -> bool:
    """An author glosses a rare character, once; a host common ones, or the same one again."""
    if sum(char in host() for char in glossed) < LEAST and max(glossed.values()) < LEAST:
        return False
    changed = [char for char in glossed if is_traditional(char)]
    traditional = sum(glossed[char] for char in changed)
    times = sum(text.count(char) for char in changed)
    return traditional >= HABIT * glossed.total() and traditional >= HABIT * times


def _by_broken_words(text: str, fits: Sequence[Bracket]) -> bool:
    han = sum("\u3400" <= char < "\ua000" for char in text)
    if len(fits) > SPARSE * han:
        return False
    broken = broken_words(text, fits)
    capital = sum(bracket.syllable[0].isupper() for bracket in fits)
    if capital >= HABIT * len(fits):
        return broken >= LEAST
    return broken > 0 and sum(map(is_traditional, text)) > TRADITIONAL * han


def broken_words(text: str, fits: Sequence[Bracket]) -> int:
    """How many of these glosses stand inside a common word whose second character has none."""
    return sum(
        not text.startswith("(", end + 1)
        and bool(in_words(text[start - 1] + text[end : end + 1]).any())
        for start, end, _ in fits
    )


def is_traditional(char: str) -> bool:
    """Whether the simplified script writes this character otherwise."""
    point = ord(char)
    return point < 0x10000 and int(simplified_codes()[point]) != point
