"""Notes of estimates and tests in both languages, without what a caption says already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from commsvc.inference.design import Design

_NOTES: Final = [
    (re.compile(pattern), zh)
    for pattern, zh in (
        (r"outside the base", "不计入分母"),
        (r"nobody answered", "无人作答"),
        (r"no interval from fewer than two people", "不足两人，无区间"),
        (r"no interval: fewer than two people", "不足两人，无区间"),
        (r"no interval: too few people or clusters", "人数或群数过少，无区间"),
        (r"an end the sample does not reach is missing", "样本未及的一端缺"),
        (r"no interval: one cluster a stratum in this group", "该组每层只有一个群，无区间"),
        (r"suppressed: base under (\S+)", r"基数不足\1，不予列出"),
        (r"suppressed: count under (\S+)", r"人数不足\1，不予列出"),
        (r"suppressed beside another", "为防推算一并隐去"),
        (r"(\d+) without a group are in the total only", r"\1人无分组信息，仅计入合计"),
        (r"(\d+) in the base ticked nothing", r"分母中有\1人一项未选"),
        (r"P adjusted for the number of pairs by Holm", "P 值按比较对数作 Holm 校正"),
        (r"share of (0|100)%: Korn–Graubard interval", r"比例为\1%：Korn–Graubard 区间"),
        (r"(\d+) unanswered are not in the test", r"检验不含未答的\1人"),
    )
]


def split_note(note: str, design: Design) -> tuple[str, str]:
    """A note in (English, Chinese), without the design's caveat, which stands under the table.

    >>> split_note("outside the base; 3 in the base ticked nothing", Design.srs())
    ('outside the base; 3 in the base ticked nothing', '不计入分母；分母中有3人一项未选')
    >>> split_note(Design.unknown().caveat().text("en"), Design.unknown())
    ('', '')
    """
    said = set(design.caveat().text("en").split("; "))
    parts = [part for part in str(note).split("; ") if part and part not in said]
    return "; ".join(parts), "；".join(_chinese(part) for part in parts)


def _chinese(part: str) -> str:
    for pattern, zh in _NOTES:
        if found := pattern.fullmatch(part):
            return found.expand(zh)
    return part


def caveats(design: Design, notes: Iterable[str] = ()) -> tuple[str, str]:
    """What stands under a table: the design's caveat, and notes that all its rows share."""
    pairs = [split_note(note, design) for note in notes]
    en = [design.caveat().text("en"), *(note for note, _ in pairs)]
    zh = [design.caveat().text("zh"), *(note for _, note in pairs)]
    return "; ".join(filter(None, en)), "；".join(filter(None, zh))
