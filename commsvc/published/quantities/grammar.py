"""What a numeral looks like: Arabic, Chinese or masked, with its range, multiplier and 多.

`numerals` walks through a text and gives every place where a numeral stands, with its shape and
nothing decided about whether it states a number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.published.quantities.lexicon import unit_pattern

# 1 200例 is one number in Chinese journals; in a table without units 1 200 may be two.
_SPACED: Final = r"\d{1,3}(?:[ \u2009\u00a0]\d{3})+(?=[ \u00a0]?[人户例名个次份元件所家张条])"
# 1，050人 and 共1，234人: no number begins with 0, and 共, 有 and 计 lack what they count before
# the comma; elsewhere (得分85，190人) the comma may part two clauses.
_WIDE: Final = (
    r"(?:(?<=[共有计])|(?=\d{1,3}(?:，\d{3}){0,3}，[0０]))"
    r"(?![0０])\d{1,3}(?:，\d{3}){1,4}(?!，?\d)(?:[.．]\d+)?"
)
_D: Final = rf"(?:{_SPACED}|{_WIDE}|\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:[.．]\d+)?)"
# 8、9个: one figure, where a word follows that counts and numbers nothing (2、3级 and 8、9月 do).
_OR: Final = (
    r"(?<=[\u4e00-\u9fff])(?<![第图表])(?:" + "|".join(f"{n}、{n + 1}" for n in range(1, 9)) + ")"
    r"(?=[十百千万亿个名位家户人次件份套条辆台张天岁元倍]|小时|分钟|公里|年(?![级代度]))"
)
_DIGIT: Final = "一二两三四五六七八九"
_H: Final = "[零〇○一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_DASH: Final = r"(?:[-—–－~～至到](?!—)|(?<=\d)—{2}(?=\d)|\s[-–—]\s|\sto\s)"
_TIMES: Final = r"(?:[十百千]?[万亿]|百(?!分)|千(?![克米瓦]))"
_MASK: Final = r"(?:\d{1,3}[xX×*＊]{1,3}|(?<![A-Za-z])[xX×]{1,4}|_{2,}|[*＊×]{2,})"
_SHORT_YEAR: Final = rf"\d\d(?=年\s*(?:\d{{1,2}}|{_H})\s*月)|0\d(?=年)"
_YEAR: Final = rf"(?:(?:19|20)\d\d|{_SHORT_YEAR}|[〇○零一二三四五六七八九]{{4}})"
_MONTH: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY: Final = r"(?:[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART: Final = r"(?:年?[底初末]|[上下]半年|年?度|年?中)?"
_MONTH_DAY: Final = rf"{_MONTH}\s*月(?:{_DAY}\s*[日号]|[份底初末]|[上中下]旬)?"
_DECADE: Final = r"(?:[1-9]0|[一二三四五六七八九]十)年代"
_DATE: Final = (
    rf"(?:(?:\d\d|{_H})世纪(?:\s*{_DECADE})?(?:[初末中]期?)?|{_DECADE}(?:[初末中]期?)?"
    rf"|{_YEAR}\s*年(?:\s*{_MONTH_DAY}|{_PART})|{_MONTH}\s*月{_DAY}\s*[日号]|{_MONTH}月(?:[份底初末]|[上中下]旬)?"
    r"|[一二三四1-4]季度)"
)
_ISO: Final = r"(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)"
_EN_MONTH: Final = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)

# In the order in which they must be tried; each name is the shape of what it finds.
_SHAPES: Final = {
    "iso_date": rf"{_ISO}(?:[ T]\d{{1,2}}:\d\d(?::\d\d)?)?",
    "en_date": rf"\d{{1,2}}(?:st|nd|rd|th)?\s+{_EN_MONTH}(?:,?\s+\d{{4}})?",
    "clock": r"(?:[01]?\d|2[0-3])[:：][0-5]\d(?![\d%])"
    r"(?=\s*(?:[-—–~至到]|[ap]\.?m|左右|前|后|时|分|以[前后]))"
    r"|(?<=[上中下]午|早上|晚上|凌晨|傍晚)(?:[01]?\d|2[0-4]|[一二三四五六七八九十]{1,2})点"
    r"(?:半|钟|整|[0-5]\d分?)?",
    "masked_date": rf"{_MASK}\s*年(?:\s*{_MONTH_DAY}|{_PART})",
    "masked_month": rf"{_MASK}\s*月(?:(?:{_MASK}|{_DAY})\s*[日号]|[份底初末])?",
    "year_range": rf"{_YEAR}\s*{_DASH}\s*{_YEAR}(?:学?年)",
    "date": _DATE,
    "masked": _MASK,
    "percent": rf"百分之(?:百|{_D}|{_H})",
    "tenths": rf"[{_DIGIT}]成[{_DIGIT}半]",
    "fraction": rf"(?:{_H}分之{_H}|{_D}[/／](?:10+万|{_D}(?![\d/／])))",
    "half": r"一半|半数|(?<!超)过半数?(?![天年个])",
    "ratio": rf"{_D}\s*[:：∶]\s*{_D}(?![\d:：])|{_H}比{_H}(?=的?(?:比例|比率|配|分))",
    "range": rf"(?:{_D}|{_H})UNIT{_DASH}(?:{_D}|{_H}){_TIMES}?|{_OR}{_TIMES}?",
    "few": rf"(?:(?:[{_DIGIT}]?十|\d*0)几|几[十百千万亿]+|[数上][十百千万亿]+|几(?=UNITS))"
    rf"{_TIMES}?",
    "near_pair": rf"(?:[{_DIGIT}]?[十百千万])*[{_DIGIT}]{{2}}(?=[十百千万亿]|UNITS){_TIMES}?十?",
    "half_unit": r"半(?=个?(?:年|月|天|日|小时|个))",
    "number": rf"(?:{_D}|{_H})(?:\s?(?:[多余来]{_TIMES}|{_TIMES}[多余]?|[多余]|来(?=UNITS)"
    r"|(?:hundred|thousand|million|billion)\b))?",
}
_STARTS: Final = re.compile(r"[0-9０-９xX×_*＊一二两三四五六七八九十百千万亿几半数上零〇○过]")


@cache
def _pattern() -> re.Pattern[str]:
    units = f"(?:{unit_pattern().pattern})"
    # 15万元—20万元 has its multiplier and unit on both sides.
    side = f"(?:{_TIMES}|(?:{_TIMES})?{units})?"
    parts = [
        f"(?P<{name}>{shape.replace('UNITS', units).replace('UNIT', side)})"
        for name, shape in _SHAPES.items()
    ]
    return re.compile("|".join(parts))


@dataclass(frozen=True, slots=True)
class Numeral:
    """A place where a numeral stands: its shape and the characters it takes."""

    shape: str
    start: int
    end: int


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text in order, as long as it goes.

    >>> [(n.shape, "3—10万人，十几个"[n.start:n.end]) for n in numerals("3—10万人，十几个")]
    [('range', '3—10万'), ('few', '十几')]
    """
    match_at, starts = _pattern().match, _STARTS.finditer(text)
    done = 0
    for begin in starts:
        at = begin.start()
        if at < done:
            continue
        found = match_at(text, at)
        if found is not None and found.lastgroup is not None:
            done = found.end()
            yield Numeral(found.lastgroup, at, done)
