"""The words around a number that widen it: 近97万, 80万人以上, 至少需要124名, 不到…的一半."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.printed.hedge_words import HEDGES_AFTER, HEDGES_BEFORE
from commsvc.published.quantities.lexicon import units

# 近三年来 are the last three years, not almost three.
_RECENT: Final = re.compile(r"(?:来|以来|间|内|中|里)")
# A hedge may stand off from its number: before a verb (至少需要124名), or, for a comparison, before
# what it compares with (不到社区医生需求数的一半).
_GAP: Final = re.compile(
    r"(?P<word>至少|最少|最多|至多|起码)(?P<verb>[\u4e00-\u9fff]{1,6})\Z"
    r"|(?P<compared>不到|不足|超过|接近|低于|高于|少于|多于)[\u4e00-\u9fff]{1,14}的\Z"
)
# 6个村左右: what is counted may stand between the classifier and the hedge.
_BEFORE_NOUNS: Final = frozenset("个名家户所座位处")
_NOUN_BETWEEN: Final = re.compile(
    r"[\u4e00-\u9fff]{1,4}?(?P<after>左右|以上(?![级海述])|以下(?![级简几])|以内)"
)
# 一个月多, 两天半, 两成多, 3倍多: a part of the unit.
_PART_BEHIND: Final = re.compile(r"[多余]|半(?![数径价天年个])")
_NUMERAL_CHAR: Final = r"[\d一二两三四五六七八九十百千万亿]"
_NUMERAL: Final = re.compile(rf"{_NUMERAL_CHAR}|[几半的]")
# 三分之一多, 1/3强: more than the fraction, 弱 a little less.
_FRACTION: Final = re.compile(r"(?:分之[一二三四五六七八九十]+|\d[/／]\d+)\Z")
_BEHIND_FRACTION: Final = re.compile(r"[多强弱](?![数项位家种样于])")
_SPACED: Final = re.compile(r"\s+")
_THIN: Final = re.compile(r"(?<=\d)[ \u2009\u00a0](?=\d{3})")


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
        # 15万元—20万元 is read as 15万—20万元.
        if unit and (match := re.fullmatch(_both_sides(unit), token)):
            token = match[1] + match[2]
        token = _THIN.sub("", token)
        plain = unit.replace("（", "(").replace("）", ")")
        if plain.isascii() and plain.isalpha():
            plain = f" {plain}"  # 2.5 million people
        return f"{self.word}{_SPACED.sub(' ', token)}{plain}{self.after}"


@cache
def _both_sides(unit: str) -> re.Pattern[str]:
    """A range with its unit behind the first side, too."""
    return re.compile(rf"(.*{_NUMERAL_CHAR}.*?){re.escape(unit)}([^\d一二两三四五六七八九]+.*)")


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


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


@cache
def _after() -> re.Pattern[str]:
    words = sorted(HEDGES_AFTER, key=lambda w: -len(w))
    return re.compile("(?:" + "|".join(map(re.escape, words)) + ")")


def hedge_around(text: str, start: int, end: int, unit: str) -> Hedged:
    """The hedges before and after the number that stands at these characters.

    >>> hedge_around("全市至少需要124名医师", 6, 10, "名").printed
    '至少…124名'
    """
    after, word, first, gap = "", "", start, False
    match = _after().match(text, end)
    if match:
        after, end = match[0], match.end()
    elif unit in _BEFORE_NOUNS and (noun := _NOUN_BETWEEN.match(text, end)):
        after, end = noun["after"], noun.end()
    elif _part_behind(text, end, unit):
        after, end = text[end], end + 1
    lead = text[max(0, start - 16) : start]
    said = _word_before(lead)
    if said and not _means_recent(lead[: -len(said)], said, text, end, unit):
        word, first = said.strip(), start - len(said)
    elif not said:
        off = _GAP.search(text[max(0, start - 18) : start])
        if off and (off["compared"] or not _NUMERAL.search(off["verb"])):
            word, gap = off["word"] or off["compared"], True
    printed = f"{word}…{text[start:end]}" if gap else text[first:end]
    return Hedged(first, end, printed, word, after)


def _part_behind(text: str, end: int, unit: str) -> bool:
    """Whether 多, 强 or the like behind the number says that there is a little more of it."""
    if not unit:
        behind = _BEHIND_FRACTION.match(text, end)
        return bool(behind and _FRACTION.search(text, max(0, end - 12), end))
    in_parts = unit in ("成", "倍") or (unit in units() and units()[unit].kind == "time")
    return in_parts and _PART_BEHIND.match(text, end) is not None


def _means_recent(lead: str, word: str, text: str, end: int, unit: str) -> bool:
    if word.strip() != "近":
        return False
    is_time = unit in units() and units()[unit].kind == "time"
    return lead.endswith(("最", "附", "就", "临", "靠")) or (
        is_time
        and (_RECENT.match(text, end) is not None or text[end - 2 : end - 1] in "几两三五十")
    )
