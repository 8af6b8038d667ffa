"""What repair cannot give back, and what it leaves for the reader to decide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .glosses import LEAST, brackets, broken_words, glosses_its_character
from .marks import HAN

MEASURES = (
    "个月年日号处名家项人次元万亿千百十多余点时分秒岁天周届期级类种条户层间所座台辆只支张份件批轮"
    "套米公里平方亩吨克度倍成折楼栋幢排组队班部本章节篇段款站室厅院区镇乡村街路％线位对双岗市县省"
)
_RULES = (
    (
        "lost",
        "mask",
        re.compile(
            r"(?:19|20)(?:xx|XX|__)|_{2,}|x{2,}|X{2}(?=[会局市县区办府号])|(?<![A-Za-z])[xX](?=[区市县府镇办年月])"
        ),
    ),
    (
        "lost",
        "deleted words",
        re.compile(
            rf"、(?=[、。，,；;])|(?<=[{HAN}])[，,](?=[，,。])|(?<=从)的(?=情况)|(?<=领导)为(?=[，,])"
        ),
    ),
    (
        "uncertain",
        "stray digit",
        re.compile(rf"(?<=[{HAN}])(?<![第至到约近仅共为有达和或])[0-9](?=[{HAN}])(?![{MEASURES}])"),
    ),
    ("marked", "header", re.compile(r"\A[^\n]*[_|][^\n]*[_|][^\n]*(?=\n)")),
    ("marked", "navigation", re.compile(r"^.*(?:我要投稿|相关推荐).*$", re.M)),
    (
        "marked",
        "related links",
        re.compile(r"^【[^】\n]*】相关文章[:：](?:\n+.{2,40}[0-9]{2}-[0-9]{2}\s*$)*", re.M),
    ),
)
# What looks damaged on any page, whether or not a host shows itself.
_ANYWHERE = (
    ("uncertain", "full stop between digits", re.compile(r"(?<=[0-9])。(?=[0-9]{1,2}[%％‰])")),
    (
        "lost",
        "character before a number",
        re.compile(rf"(?<=[{HAN}])(?<![吗呢么吧少几何啊谁哪])\?(?=[0-9])|[\ufffd▯](?=[0-9])"),
    ),
    ("lost", "character", re.compile("[\ufffd▯](?![0-9])|锟斤拷|ï¿½|â€")),
)


@dataclass(frozen=True)
class Note:
    """A place in the repaired text that was not edited: ``text[start:end]``.

    ``status`` is ``lost`` (nothing on the page says what stood there), ``uncertain`` (the reader
    must decide) or ``marked`` (not part of a report).
    """

    start: int
    end: int
    kind: str
    status: str
    text: str


def find(text: str, *, damaged: bool) -> Iterator[Note]:
    """Every such place, kind by kind; of a page that is not ``damaged`` what looks so anywhere."""
    for status, kind, rule in (*_ANYWHERE, *(_RULES if damaged else ())):
        for match in rule.finditer(text):
            yield Note(match.start(), match.end(), kind, status, match[0])
    left = [bracket for bracket in brackets(text) if glosses_its_character(text, bracket)]
    capital = any(bracket.syllable[0].isupper() for bracket in left)
    if len(left) >= LEAST and broken_words(text, left) >= (LEAST if capital else 1):
        for start, end, _ in left:
            yield Note(start, end, "gloss of an unknown kind", "uncertain", text[start:end])
