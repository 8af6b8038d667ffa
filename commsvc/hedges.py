"""The words around a printed number: its hedges (近, 以上, at least) and its units (亩, ‰).

What each hedge makes of a number is in the table of `commsvc.printed`.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

# unit -> (base unit, factor); a 亩 is 2000/3 square metres.
CONVERSIONS: Final[dict[str, tuple[str, Fraction]]] = {
    **dict.fromkeys(["平方米", "平米", "平方", "㎡", "m²", "m2"], ("平方米", Fraction(1))),
    **dict.fromkeys(["亩", "mu"], ("平方米", Fraction(2000, 3))),
    **dict.fromkeys(["公顷", "ha"], ("平方米", Fraction(10000))),
    **dict.fromkeys(["平方公里", "km²"], ("平方米", Fraction(10**6))),
    **dict.fromkeys(["米", "m"], ("米", Fraction(1))),
    **dict.fromkeys(["公里", "千米", "km"], ("米", Fraction(1000))),
    "里": ("米", Fraction(500)),
    **dict.fromkeys(["元", "块", "yuan", "¥"], ("元", Fraction(1))),
    "角": ("元", Fraction(1, 10)),
    "分钱": ("元", Fraction(1, 100)),
    "%": ("", Fraction(1, 100)),
    "‰": ("", Fraction(1, 1000)),
    "成": ("", Fraction(1, 10)),
    **dict.fromkeys(["个百分点", "百分点"], ("个百分点", Fraction(1))),
}
# What is measured, not counted: a whole number of these has been rounded.
MEASURED: Final = {
    *CONVERSIONS,
    *["小时", "分钟", "吨", "公斤", "千克", "km", "hours", "°C", "摄氏度", "度"],
}

_BEFORE: Final = {
    "about": "大约 约有 约占 约为 约 大概 差不多 近似 about around approximately approx. ~ ≈",
    "nearly": "将近 接近 近 nearly almost",
    "more_than": "超过 突破 不止 逾 超 大于 高于 多于 more than over > ＞",
    "at_least": "至少 最少 起码 大于等于 大于或等于 at least ≥ >= 不下",
    "less_than": "不足 不到 不及 未达 未达到 没有达到 少于 低于 小于 未满 不满 "
    "less than fewer than under < ＜",
    "at_most": "至多 最多 小于等于 小于或等于 at most up to ≤ <=",
}
_AFTER: Final = {
    "about": "左右 上下",
    "at_least": "及以上 以上 +",
    "more_than": "以外 开外",
    "over": "有余",
    "at_most": "及以下 以下 以内 之内",
}
_TWO_WORDS: Final = ("more than", "less than", "fewer than", "at least", "at most", "up to")


def _lexicon(words: dict[str, str]) -> list[tuple[str, str]]:
    """(word, hedge) pairs, longest word first, so that 不超过 is not read as 超过."""
    pairs = []
    for hedge, line in words.items():
        for phrase in _TWO_WORDS:
            if phrase in line:
                pairs.append((phrase, hedge))
                line = line.replace(phrase, "")
        pairs += [(word, hedge) for word in line.split()]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _denied() -> list[tuple[str, str]]:
    """不得少于 is at least, 未超过 at most: what is denied turns a comparison round."""
    nots = ("不", "不得", "不能", "不应", "不宜", "不可", "不会", "并不", "未", "没有")
    turned = {
        "at_most": ("超过", "突破", "高于", "多于", "大于"),
        "at_least": ("少于", "低于", "小于"),
    }
    english = {"at_most": ("more than", "over"), "at_least": ("less than", "fewer than", "under")}
    return [
        (n + word, hedge) for hedge, words in turned.items() for word in words for n in nots
    ] + [
        (f"{n} {word}", hedge)
        for hedge, words in english.items()
        for word in words
        for n in ("no", "not")
    ]


_PREFIXES: Final = sorted([*_lexicon(_BEFORE), *_denied()], key=lambda pair: -len(pair[0]))
_SUFFIXES: Final = _lexicon(_AFTER)
# Every hedge word, longest first, with what it means: for those who look for numbers in a text.
HEDGES_BEFORE: Final = dict(_PREFIXES)
HEDGES_AFTER: Final = dict(_SUFFIXES)

# Words that say how a figure is used and leave it as it is: 占45%, 仅5人, 高达九成.
_NEUTRAL: Final = re.compile(
    r"(?:[约仅只]?占|达到|高达|多达|达|仅有|只有|共有|共计|总计|合计|仅|共|为|有)(?=\S)"
)
# 50%强 is a little over a half, 50%弱 a little under; elsewhere these are parts of words.
_STRONG: Final = re.compile(r"(?P<unit>%|‰|成)(?P<word>[强弱])")


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
