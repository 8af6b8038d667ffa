"""Pinyin glosses put behind characters, ``區(qū)``: which brackets are, and whether a host did it.

A bracket is a gloss when it holds one pinyin syllable with which the character before it can be
read. That alone is no reason to delete it: a language course prints the same. A host is known by
glossing traditional characters only, and by glossing its characters (nearly) every time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from . import gbk
from .script import simplified_codes

LETTERS = "a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
GLOSS = re.compile(rf"\(([{LETTERS}]{{1,6}})\)")

# What hosts are known to gloss: common characters, where an author glosses rare ones.
_CHARACTERS = (
    "區務調報時關應據學習實發動衛進認經點醫礎設內術濟續網絡預現達個質標轉財業穩構機規結勵環準統"
    "驗鎮險聯補導強隊訓護養復監費當計數領獨負責項遠堅價優嚴態協擔運權風節細產執創農鄉團紀戰擴獻"
)
_SYLLABLES = (
    "qū wù diào bào shí guān yīng jù xué xí shí fā dòng wèi jìn rèn jīng diǎn yī chǔ shè nèi "
    "shù jì xù wǎng luò yù xiàn dá gè zhì biāo zhuǎn cái yè wěn gòu jī guī jié lì huán zhǔn "
    "tǒng yàn zhèn xiǎn lián bǔ dǎo qiáng duì xùn hù yǎng fù jiān fèi dāng jì shù lǐng dú fù "
    "zé xiàng yuǎn jiān jià yōu yán tài xié dān yùn quán fēng jié xì chǎn zhí chuàng nóng "
    "xiāng tuán jì zhàn kuò xiàn "
)
HOST = dict(zip(_CHARACTERS, _SYLLABLES.split(), strict=True))

# The longest syllable (zhuāng), and a bound beyond every letter of one.
_LONGEST, _BEYOND = 6, 0x1FF
# Two glosses are the least in which a habit shows; a host misses few of its characters.
LEAST = 2
HABIT = 0.8


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
    """Whether a character has this reading.

    >>> can_be_read("區", "qū"), can_be_read("區", "zh")
    (True, False)
    """
    return syllable in readings().get(char, ())


@cache
def syllables() -> frozenset[str]:
    """Every syllable that is some character's reading."""
    return frozenset().union(*readings().values())


@dataclass(frozen=True)
class Brackets:
    """Every bracket that holds a syllable: where it is, and which syllable (by number)."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    syllable: NDArray[np.int64]
    names: tuple[str, ...]


@cache
def _letters() -> NDArray[np.bool_]:
    table = np.zeros(_BEYOND + 1, dtype=bool)
    table[[ord(letter) for letter in "".join(syllables())]] = True
    return table


def brackets(codes: NDArray[np.uint32]) -> Brackets:
    """Find the ASCII brackets that hold one pinyin syllable; ``codes`` are a text's code points."""
    start = np.flatnonzero(codes == ord("("))
    ahead = start[:, None] + np.arange(1, _LONGEST + 2)
    inside = np.where(ahead < len(codes), codes[np.minimum(ahead, len(codes) - 1)], 0)
    closes = inside == ord(")")
    length = np.where(closes.any(1), closes.argmax(1), 0)
    within = np.arange(_LONGEST + 1) < length[:, None]
    inside = np.where(within, np.minimum(inside, _BEYOND), 0).astype(np.int64)
    fits = (length > 0) & (_letters()[inside] | ~within).all(1)
    start, length, inside = start[fits], length[fits], inside[fits]
    # Nine bits a letter, six letters at most: a syllable is one number.
    key = (inside[:, :_LONGEST] << 9 * np.arange(_LONGEST)).sum(1)
    unique, number = np.unique(key, return_inverse=True)
    names = [
        "".join(chr(k >> 9 * i & _BEYOND) for i in range(_LONGEST)).rstrip("\0")
        for k in unique.tolist()
    ]
    known = np.array([name in syllables() for name in names], dtype=bool)
    real = known[number] if len(names) else np.zeros(0, dtype=bool)
    return Brackets(start[real], (start + length + 2)[real], number[real], tuple(names))


def of_their_character(found: Brackets, codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which brackets gloss the character before them; ``codes`` are the text's code points."""
    if not len(found.start):
        return np.zeros(0, dtype=bool)
    before = codes[np.maximum(found.start - 1, 0)].astype(np.int64) * (found.start > 0)
    key = before * len(found.names) + found.syllable
    unique, inverse = np.unique(key, return_inverse=True)
    fits = [
        can_be_read(chr(pair // len(found.names)), found.names[pair % len(found.names)])
        for pair in unique.tolist()
    ]
    return np.array(fits, dtype=bool)[inverse]


def spans(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every position in half-open spans."""
    lengths = ends - starts
    first = np.repeat(starts - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    return first + np.arange(lengths.sum())


def of_a_byte_pair(found: Brackets, codes: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which brackets gloss an ASCII letter: put behind bytes that only look like a character.

    In ``“ls`` the last byte of the quote and the l are those of 發, so the host wrote ``“l(fā)s``.
    """
    fits = np.zeros(len(found.start), dtype=bool)
    before = codes[np.maximum(found.start - 1, 0)]
    for i in np.flatnonzero((before >= 0x40) & (before < 0x7F) & (found.start > 1)).tolist():
        pair = gbk.lead_trail(chr(codes[found.start[i] - 2]))
        letter = gbk.char(pair[1], int(before[i])) if pair else ""
        fits[i] = bool(letter) and can_be_read(letter, found.names[found.syllable[i]])
    return fits


def by_a_host(glossed: NDArray[np.int64], times: NDArray[np.int64]) -> bool:
    """Whether glosses show a host at work: how often each code point is glossed, and is there.

    An author glosses a rare character, once; a host common ones, or the same one again.
    """
    if glossed.sum() < LEAST:
        return False
    which = np.flatnonzero(glossed)
    familiar = sum(chr(code) in HOST for code in which.tolist())
    if familiar < LEAST and glossed.max() < LEAST:
        return False
    changed = which[simplified_codes()[which] != which]
    traditional = glossed[changed].sum()
    return bool(
        traditional >= HABIT * glossed.sum() and traditional >= HABIT * times[changed].sum()
    )
