"""The words around a printed number that widen it: 近, 以上, at least.

What each hedge makes of a number is in the table of `commsvc.printed`.
"""

from __future__ import annotations

import re
from typing import Final

from commsvc.printed.lexicons import rows


def _lexicon(place: str) -> list[tuple[str, str]]:
    """(word, hedge) pairs, longest word first, so that 不超过 is not read as 超过."""
    pairs = [
        (word, row["hedge"])
        for row in rows(__package__, "hedges.csv")
        for word in row["words"].split("|")
        if row["place"] == place
    ]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _denied() -> list[tuple[str, str]]:
    """不得少于 is at least, 未超过 at most: what is denied turns a comparison round."""
    nots = ("不", "不得", "不能", "不应", "不宜", "不可", "不会", "并不", "未", "没有")
    turned = {
        "at_most": ("超过", "突破", "高于", "多于", "大于"),
        "at_least": ("少于", "低于", "小于"),
    }
    return [(n + word, hedge) for hedge, words in turned.items() for word in words for n in nots]


_PREFIXES: Final = sorted([*_lexicon("before"), *_denied()], key=lambda pair: -len(pair[0]))
_SUFFIXES: Final = _lexicon("after")
# Every hedge word, longest first, with what it means: for those who look for numbers in a text.
HEDGES_BEFORE: Final = dict(_PREFIXES)
HEDGES_AFTER: Final = dict(_SUFFIXES)

# Words that say how a figure is used and leave it as it is: 占45%, 仅5人, 高达九成.
_NEUTRAL: Final = re.compile(
    r"(?:[约仅只]?占|达到|高达|多达|达|仅有|只有|共有|共计|总计|合计|仅|共|为|有)(?=\S)"
)
# 50%强 is a little over a half, 50%弱 a little under; elsewhere these are parts of words.
_STRONG: Final = re.compile(r"(?P<unit>%|‰|成|倍|番)(?P<word>[强弱])")


def take_hedge(text: str) -> tuple[str, str]:
    """The hedge before a number, and the rest.

    >>> take_hedge("不超过5人"), take_hedge("高达90%")
    (('at_most', '5人'), ('', '90%'))
    """
    if text[:1].isdecimal():  # no hedge starts with a digit, and most figures do
        return "", text
    for word, hedge in _PREFIXES:
        if text.lower().startswith(word):
            return hedge, text[len(word) :].strip()
    if neutral := _NEUTRAL.match(text):
        return take_hedge(text[neutral.end() :].strip())
    return "", text


def take_suffix(unit: str) -> tuple[str, str]:
    """The hedge behind a number's unit, and the unit.

    >>> take_suffix("岁及以上"), take_suffix("%强")
    (('at_least', '岁'), ('over', '%'))
    """
    if strong := _STRONG.fullmatch(unit):
        return ("over" if strong["word"] == "强" else "nearly"), strong["unit"]
    for word, hedge in _SUFFIXES:
        if unit.endswith(word):
            return hedge, unit[: -len(word)].strip()
    return "", unit
