"""What a numeral looks like: Arabic, Chinese or masked, with its range, multiplier and 多.

`numerals` walks through a text and gives every place where a numeral stands, with its shape and
nothing decided about whether it states a number. The shapes are in ``shapes.tsv``, in the order in
which they must be tried; this module has the parts that they are made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.printed.numerals import FORMAL, SUPERSCRIPTS
from commsvc.published.figures.word_tables import table, unit_words

_SPACE: Final = r"[ \u2009\u202f\u00a0]"
_AHEAD: Final = rf"(?={_SPACE}?[%％‰\u4e00-\u9fff]|[，。；、,;)）\]]|$)"
_RELATION: Final = r"(?:(?<=[=＝<>＜＞〈〉±≤≥~～(（])|(?<=[=＝<>＜＞〈〉±≤≥] ))"
_DIGITS: Final = (
    # 1 200例 is one number in Chinese journals; in a table without units 1 200 may be two.
    rf"(?<![\d.])(?<!\d[ .])\d{{1,3}}(?:{_SPACE}\d{{3}})+(?:\.\d+)?(?!{_SPACE}?[\d.]){_AHEAD}",
    rf"(?<![\d.])\d{{1,3}}(?:[\u2009\u202f\u00a0]\d{{3}})+(?!{_SPACE}?[\d.])",
    # 2 687 residents; but not of Table 2 687 rows.
    r"(?<![\d.,-])(?<!able )(?<!ype )(?<!ase )(?<!oup )(?<!vel )\d{1,3}(?: \d{3})+(?= [a-z]{3,})",
    rf"\d+\.\d{{3}}(?:{_SPACE}\d{{1,3}})+(?!{_SPACE}?[\d.]){_AHEAD}",
    # 1，234份 is one number, unless several are listed or a score may end before the comma.
    r"(?<![分率值数为])(?<!\d[,，])(?<!分别)(?<!第)(?![0０])\d{1,3}(?:，\d{3}){1,4}(?!，?\d)(?:[.．]\d+)?(?=\s?(?:UNITS|[万亿余多]))",
    r"(?![0０])\d{1,3}(?:，\d{3}){2,4}(?!，?\d)|(?![0０])\d{1,3}，[0０]\d\d(?:，\d{3})*(?!\d)",
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)",
    # 40. 8 percent, P<0. 05, 98·33%
    r"\d+(?:\.\s|\s\.|[·•])\d+(?=\s?(?:[%％‰]|percent|per cent|个百分点))",
    rf"{_RELATION}[-−]?\d+(?:\.\s|\s\.|[·•])\d+|(?<![\d.])0[·•]\d\d+",
    r"\d+(?:[.．]\d+)?",
    rf"(?:{_RELATION}|(?<![\w.)）]))\.\d+",
)
_DIGIT: Final = "一二两三四五六七八九"
_H: Final = "[零〇○一二两三四五六七八九十百千万亿]+(?:点[零〇一二三四五六七八九]+)?"
_MASK: Final = r"(?:\d{1,3}[xX×*＊]{1,3}(?![ ]?10)|(?<![A-Za-z])[xX×]{1,4}|_{2,}|[*＊×]{2,})"
_SHORT_YEAR: Final = rf"\d\d(?=年\s*(?:\d{{1,2}}|{_H})\s*月)|0\d(?=年)"
_YEAR: Final = rf"(?:(?:19|20)\d\d|{_SHORT_YEAR}|[〇○零一二三四五六七八九]{{4}})"
_MONTH: Final = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY: Final = r"(?:[12]\d|3[01]|0?[1-9]|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_PART: Final = r"(?:年?[底初末]|[上下]半年|年?度|年?中(?![国华央共小外部东西医老青期学心]))?"
_MONTH_DAY: Final = rf"{_MONTH}\s*月(?:\s*{_DAY}\s*[日号]|[份底初末]|[上中下]旬)?"
_DECADE: Final = r"(?:[1-9]0|[一二三四五六七八九]十)年代"
_CLOCK: Final = r"(?:[01]?\d|2[0-3])[:：][0-5]\d(?:[:：][0-5]\d)?"
_TIME: Final = rf"(?:\s*(?:[01]?\d|2[0-4])[时点](?:[0-5]?\d分)?(?:[0-5]?\d秒)?|\s+{_CLOCK})?"
_PARTS: Final = {
    "D": "(?:" + "|".join(_DIGITS) + ")",
    "H": _H,
    # 8、9个: one figure, where a word follows that counts and numbers nothing (2、3级 does).
    "OR": r"(?<=[\u4e00-\u9fff])(?<![第图表])(?<!分别)(?<!分别为)"
    + "(?:"
    + "|".join(f"{n}、{n + 1}" for n in range(1, 9))
    + r")(?=[十百千万亿个名位家户人次件份套条辆台张天岁元倍]|小时|分钟|公里|年(?![级代度]))",
    "DIGIT": _DIGIT,
    "DASH": r"(?:[-—–－~～至到](?!—)|(?<=\d)—{2}(?=\d)|\s[-–—]\s|\sto\s)",
    "TIMES": r"(?:[十百千]?[万亿]+|百(?!分)|千(?![克米瓦]))",
    "MASK": _MASK,
    "YEAR": _YEAR,
    "DAY": _DAY,
    "PART": _PART,
    "MONTH_DAY": _MONTH_DAY,
    "DATE": rf"(?:(?:\d\d|{_H})世纪(?:\s*{_DECADE})?(?:[初末中]期?)?|{_DECADE}(?:[初末中]期?)?"
    rf"|{_YEAR}[{SUPERSCRIPTS}]*\s*年(?:\s*{_MONTH_DAY}{_TIME}|{_PART})|{_MONTH}\s*月\s*{_DAY}\s*[日号]{_TIME}"
    rf"|{_MONTH}月(?:[份底初末]|[上中下]旬)?|[一二三四1-4]季度)",
    "CLOCK": _CLOCK,
    "ISO": r"(?:19|20)\d\d[-/.](?:1[0-2]|0?[1-9])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d)",
    "EN_MONTH": r"(?:January|February|March|April|May|June|July|August|September|October|November"
    r"|December)",
    "FORMAL": FORMAL,
    "F": f"[{FORMAL}]",
    "POWER": rf"(?:\s?[×xX*]\s?10(?:\^?[-−]?\d{{1,2}}(?!\d)|[{SUPERSCRIPTS}]+)"
    r"|(?<=\d)[eE][-−+]?\d{1,2}(?![\dA-Za-z]))?",
    "NOTE": rf"[{SUPERSCRIPTS}]+",
}
_STARTS: Final = re.compile(
    rf"[0-9０-９xX×_*＊一二两三四五六七八九十百千万亿几半数上零〇○过翻{FORMAL}]|\.(?=\d)"
)


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
    pattern, shapes = _pattern()
    done = 0
    for begin in _STARTS.finditer(text):
        at = begin.start()
        if at < done:
            continue
        found = pattern.match(text, at)
        if found is not None and found.lastindex is not None:
            done = found.end()
            yield Numeral(shapes[found.lastindex - 1], at, done)


@cache
def _pattern() -> tuple[re.Pattern[str], tuple[str, ...]]:
    """All shapes as one pattern, a group each, and the names of the groups."""
    units = unit_words()
    # 15万元—20万元 has its multiplier and unit on both sides.
    side = f"(?:{_PARTS['TIMES']}|(?:{_PARTS['TIMES']})?{units})?"
    shapes = [(row["shape"], row["pattern"]) for row in table("shapes.tsv")]

    def filled(pattern: str) -> str:
        pattern = re.sub(r"\{([A-Z_]+)\}", lambda name: _PARTS[name[1]], pattern)
        return pattern.replace("UNITS", units).replace("UNIT", side)

    whole = "|".join(f"({filled(pattern)})" for _, pattern in shapes)
    return re.compile(whole), tuple(name for name, _ in shapes)
