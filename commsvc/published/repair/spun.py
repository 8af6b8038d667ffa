"""Synonym spinning: words exchanged for near-synonyms so that a copy is not found.

The exchanged words are words, and right elsewhere. A report is called spun only when words stand
in it where they make no phrase (根本医疗, 大局部, 中意率); then, and only then, the doubtful ones
among its words are suspected as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# (what stands there, where it makes no phrase, what stood there)
_IMPOSSIBLE = (
    (r"(?<=大)局部|(?<=组成)局部|(?<=织)局部(?=人)|局部(?=大学生|人大|群众|居民|医院)", "部分"),
    (r"中意(?=率|度|[0-9])|(?<=不)中意(?=[0-9])|(?<=根本)中意|(?<=基本)中意", "满意"),
    (r"根本(?=中意|满意|建立|药物|医疗|得到|完成|形成|诊疗|辅检|实现|情况|设施)", "基本"),
    (r"根底(?=环节|医疗|设施|上|工作|教育)", "基础"),
    (r"承当(?=着|了|责任|费用|二级|任务|工作)", "承担"),
    (r"(?<=卫生)本钱|(?<=管理)本钱|本钱(?=费用|核算)", "成本"),
    (r"到达(?=资源|目标|标准|要求|[0-9]+%)", "达到"),
    (r"(?<=投入|经费|资金|人员)缺乏(?=[。，,；;]|$)", "不足"),
    (r"(?<=机)建立(?=设)", "构建"),
    (r"鼓励(?=机制|作用)", "激励"),
    (r"(?<=人员)素养(?=不)|(?<=整体)素养|(?<=提升)素养", "素质"),
    (r"(?<=稳步)开展(?=[。，,；;])|(?<=健康)开展(?=[。，,；;])", "发展"),
    (r"(?<=的)探究(?=和实践)", "探索"),
    (r"包攬(?=祖国)|包揽(?=祖国)", "饱览"),
)
# Two different words at least, and three places: one slip is anybody's.
LEAST_WORDS, LEAST_PLACES = 2, 3
_RULES = tuple((re.compile(pattern, re.M), after) for pattern, after in _IMPOSSIBLE)
_HEADING = re.compile(r"^.{0,40}篇 ?(?:[0-9]{1,3}|[一二三四五六七八九十]{1,3})[ 　]*$", re.M)


@dataclass(frozen=True)
class Spun:
    """A word that was exchanged: ``text[start:end]`` stood for ``after``; ``report`` by number."""

    start: int
    end: int
    before: str
    after: str
    report: int


def reports(text: str) -> list[tuple[int, int]]:
    """Where the reports of a page begin and end: at headings that end in 篇1, 篇2, …

    What comes before the first heading is report 0; a page without headings is one report.
    """
    cuts = [0, *(match.start() for match in _HEADING.finditer(text)), len(text)]
    return list(pairwise(cuts))


def find(text: str) -> Iterator[Spun]:
    """The exchanged words of the reports that are shown to be spun, in order."""
    spans = reports(text)
    hits: list[list[Spun]] = [[] for _ in spans]
    number = 0
    places = [(*match.span(), after) for rule, after in _RULES for match in rule.finditer(text)]
    last = -1
    for start, end, after in sorted(places):
        while start >= spans[number][1]:
            number += 1
        if start >= last:
            hits[number].append(Spun(start, end, text[start:end], after, number))
            last = end
    for found in hits:
        if len(found) >= LEAST_PLACES and len({spun.before for spun in found}) >= LEAST_WORDS:
            yield from found
