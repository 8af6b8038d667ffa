"""The words around a number that widen it: 近97万, 80万人以上, 至少需要124名, 不到…的一半."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.printed.hedge_words import HEDGES_AFTER, HEDGES_BEFORE
from commsvc.published.figures.word_tables import cue, units

# 6个村左右: what is counted may stand between the classifier and the hedge.
_BEFORE_NOUNS: Final = frozenset("个名家户所座位处")
_NUMERAL: Final = re.compile(r"[\d一二两三四五六七八九十百千万亿几半的]")


@dataclass(frozen=True, slots=True)
class Hedged:
    """A number with the hedge words found around it and the characters it takes with them."""

    start: int
    end: int
    printed: str
    word: str = ""
    after: str = ""

    def reading(self, token: str, unit: str) -> str:
        """The number as `commsvc.printed.read` takes it."""
        plain = unit.replace("（", "(").replace("）", ")")
        if plain[:1].isascii() and plain[:1].isalpha():
            plain = f" {plain}"  # 2.5 million people
        word = self.word + " " if self.word.isascii() and self.word.isalpha() else self.word
        return f"{word}{token}{plain}{self.after}"


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in HEDGES_BEFORE}, reverse=True))


def _word_before(lead: str) -> str:
    """The longest hedge that these words end with, with the space behind it, or ""."""
    told = lead.rstrip()
    lower = told.lower()
    for length in _lengths():
        word = lower[-length:]
        if word in HEDGES_BEFORE and not (
            _is_latin(word[0]) and _is_latin(told[: -len(word)][-1:])  # the over of moreover
        ):
            return lead[len(told) - len(word) :]
    return ""


@cache
def _after() -> re.Pattern[str]:
    words = sorted(HEDGES_AFTER, key=lambda w: -len(w))
    latin = [rf"\s{re.escape(w)}\b" for w in words if _is_latin(w[0])]
    other = [re.escape(w) for w in words if not _is_latin(w[0])]
    return re.compile("(?:" + "|".join(latin + other) + ")")


def hedge_around(text: str, start: int, end: int, unit: str) -> Hedged:
    """The hedges before and after the number that stands at these characters.

    >>> hedge_around("全市至少需要124名医师", 6, 10, "名").printed
    '至少…124名'
    """
    after, word, first, gap = "", "", start, False
    match = _after().match(text, end)
    if match:
        after, end = match[0], match.end()
    elif unit in _BEFORE_NOUNS and (noun := cue("noun between").match(text, end)):
        after, end = noun["after"], noun.end()
    elif _part_behind(text, end, unit):
        after, end = text[end], end + 1
    lead = text[max(0, start - 18) : start]
    said = _word_before(lead)
    if said and not _means_recent(lead[: -len(said)], said, text, start, end, unit):
        word, first = said.strip(), start - len(said)
    elif not said:
        off = cue("off hedge").search(lead)
        if off and (off["compared"] or not _NUMERAL.search(off["verb"])):
            word, gap = off["word"] or off["compared"], True
    printed = f"{word}…{text[start:end]}" if gap else text[first:end]
    return Hedged(first, end, printed, word, after)


def _part_behind(text: str, end: int, unit: str) -> bool:
    """Whether 多, 强 or the like behind the number says that there is a little more of it."""
    if not unit:
        behind = cue("behind fraction").match(text, end)
        return bool(behind and cue("fraction end").search(text, max(0, end - 12), end))
    in_parts = unit in ("成", "倍", "番", "%")
    if in_parts and text[end : end + 1] in ("强", "弱"):
        return text[end + 1 : end + 2] not in ("势", "项", "化")
    in_parts = unit in ("成", "倍") or (unit in units() and units()[unit].kind == "time")
    return in_parts and cue("part behind").match(text, end) is not None


def _means_recent(lead: str, word: str, text: str, start: int, end: int, unit: str) -> bool:
    """Whether 近 says when, not how many: 近六年 are the last six, 工作近30年 nearly thirty."""
    if word.strip() != "近":
        return False
    if cue("recent lead").search(lead):
        return True
    if unit not in units() or units()[unit].kind != "time" or "岁" in unit:
        return False
    if cue("recent after").match(text, end) or text[end - 2 : end - 1] in "几两三五十":
        return True
    large = re.search(r"\d{3}|[百千万]", text[start:end])
    return not large and not cue("lasting").search(lead)
