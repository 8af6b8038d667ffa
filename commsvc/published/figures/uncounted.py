"""Whether a numeral states a number.

A Chinese numeral does where a classifier or a unit follows it; without one it is mostly part of a
word. The exceptions both ways are in the tables of `word_tables`.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from commsvc.errors import CommsvcError
from commsvc.printed import read
from commsvc.published.figures.found import Found
from commsvc.published.figures.hedges_around import Hedged
from commsvc.published.figures.number_places import Numeral
from commsvc.published.figures.word_tables import cue, units

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
# After a noun a classifier counts (办公室一个); these end a clause without counting (培养一批).
_UNCOUNTED: Final = frozenset("次批遍种类片点步句面起段大级")
_STATED: Final = frozenset(
    ["percent", "percent_range", "tenths", "fraction", "half", "ratio", "doubled", "formal"]
)
_NOTHING: Final = "a numeral without anything counted"


class Seen(NamedTuple):
    """A numeral with what was found around it."""

    text: str
    numeral: Numeral
    token: str
    unit: str
    end: int
    hedged: Hedged
    last: Found | None
    arabic: bool

    @property
    def before(self) -> str:
        """The characters before it."""
        return self.text[max(0, self.numeral.start - 8) : self.numeral.start]


def why(seen: Seen) -> str:
    """Why the numeral states no number, or ""; "stray" for a digit where none belongs."""
    token, shape = seen.token, seen.numeral.shape
    if shape == "fraction" and re.search("[/／]", token) and not token.endswith("万"):
        over, under = (read(side).face or 0 for side in re.split("[/／]", token))
        return "" if over <= under else "two numbers with a stroke (120/80)"
    if shape == "range" and _runs_down(seen):
        return "two numbers with a stroke (120/80)"
    if shape in _STATED:
        return ""
    if seen.arabic:
        after = seen.text[seen.numeral.end : seen.numeral.end + 1]
        amid_words = _HAN.match(seen.before[-1:]) and _HAN.match(after)
        lonely = len(token) == 1 and not seen.unit and not seen.hedged.word
        return "stray" if lonely and amid_words else ""
    if shape == "near_pair" and not _near(token):
        return "digits in a row"
    if shape == "half_unit":
        return "part of a word" if seen.before[-1:] in tuple("上下前后大小多一对各") else ""
    if shape == "few":
        if seen.before[-1:] in tuple("人户总次个指岁分以之晚早路马") and token[0] in "数上":
            return "part of a word"
        return "" if seen.unit or len(token) > 1 else _NOTHING
    if not seen.unit:
        long = len(token) > 1 and re.search("[百千万亿多余]", token[1:])
        return "" if long and token[0] not in "千万亿零" else _NOTHING
    if token in ("百", "千", "万", "亿") and not _bare_counts(seen):
        return "a multiplier without a number"
    return _NOTHING if token in "零〇○" else _not_counted(seen)


def _bare_counts(seen: Seen) -> bool:
    """Whether 百, 千 or 万 alone is a number: 每万人, 近百人, 百岁; but not 万年 or （万张）."""
    hedged = seen.hedged.word or seen.hedged.after
    return bool(hedged or seen.unit == "岁" or cue("bare allowed").search(seen.before))


def _runs_down(seen: Seen) -> bool:
    """Whether two numbers with a dash are no range: 18-3 is the number of a table."""
    try:
        sign = "-" if cue("minus loose").search(seen.before) else ""
        read(sign + seen.hedged.reading(seen.token, seen.unit))
    except CommsvcError:
        return True
    return False


def _near(token: str) -> bool:
    """Whether two digits in a row are about as many: 七八十, 三五个."""
    pair = re.search("[一二三四五六七八九]{2}", token.replace("两", "二"))
    if pair is None:
        return False
    a, b = ("一二三四五六七八九".index(c) for c in pair[0])
    return b - a == 1 or (pair[0][0] in "一二" and b - a <= 2) or pair[0] == "三五"


def _not_counted(seen: Seen) -> str:
    """The same for a Chinese numeral with a classifier: administrative names, grades, articles."""
    text, token, unit, before, last = seen.text, seen.token, seen.unit, seen.before, seen.last
    word = units().get(unit)
    if word and word.kind == "place" and (token in ("一", "二") or len(token) > 1):
        return "number of a place"
    if unit == "级" and token != "两" and not cue("network").match(text, seen.end):
        return "hospital or service grade"
    if unit == "分" and len(token) == 1:
        return "part of a word"
    if unit == "大" and (token in "一百千万" or not _HAN.match(text, seen.end)):
        return "part of a word"
    if token != "一":
        return ""
    if cue("determiner").match(before[-1:]):
        return "" if seen.hedged.after else "一 after a determiner"
    if not word or word.counts_one or seen.hedged.word or cue("only").search(before):
        return ""
    contrast = last is not None and last.unit == unit and seen.numeral.start - last.end <= 6
    if contrast and re.search("[和合与、及]", text[last.end : seen.numeral.start]):  # type: ignore[union-attr]
        return ""
    ends = cue("clause end").match(text, seen.end)
    return "" if ends and unit not in _UNCOUNTED else "一 as an article"
