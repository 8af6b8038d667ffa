"""Numbers that name a list: 六位一体, “三统一”, 一厅九室三市两栏, “四个一”."""

from __future__ import annotations

import re
from typing import Final

from commsvc.published.figures.found import Found
from commsvc.published.figures.word_tables import exceptions

_N: Final = "一二两三四五六七八九十"
_OPEN, _CLOSE = '“"「『‘', '”"」』’'
# One-character things that are listed; verbs, months and ordinals are not.
_THING: Final = rf"[^\W\d_a-zA-Z{_N}百千万亿零〇几是为月年日来去不的了在即等和与个位]"
_CHAIN: Final = re.compile(
    rf"(?:[{_N}]{_THING}){{3,}}|(?<=[{_OPEN}])(?:[{_N}]{_THING}){{2,}}(?=[{_CLOSE}])"
)
_ITEM: Final = re.compile(rf"([{_N}])({_THING})")
_QUOTED: Final = re.compile(
    rf"(?P<n>[二两三四五六七八九十])(?P<what>(?![{_N}百千万亿])[^\W\d_a-zA-Z]{{1,4}})(?=[{_CLOSE}])"
    rf"|(?P<one>一)(?P<what1>{_THING})(?=[{_CLOSE}][：:])"
)
_ANYWHERE: Final = re.compile(
    r"(?P<n>[两三四五六七八九十])(?P<what>位一体|统一|个一(?=[”\"」』’工]))"
)


def chains(text: str) -> dict[int, tuple[int, str]]:
    """Where the elements of lists in a row begin: start -> (end, the thing listed).

    >>> chains("按照“一站四室”的要求")
    {3: (5, '站'), 5: (7, '室')}
    """
    starts = {}
    for match in _CHAIN.finditer(text):
        if match[0] in exceptions() or match[0][:4] in exceptions():
            continue
        ones = {item[1] for item in _ITEM.finditer(match[0])}
        if ones == {"一"} and len(match[0]) < 6:
            continue  # 一村一社区 is one for each, not a list
        for item in _ITEM.finditer(text, match.start(), match.end()):
            starts[item.start()] = (item.end(), item[2])
    return starts


def element(text: str, start: int, item: tuple[int, str]) -> Found:
    """One element of a chain as a figure."""
    return Found(start, item[0], text[start : item[0]], item[1], "list", text[start])


def listed(text: str, at: int) -> Found | None:
    """The list that the numeral at this place names, if it names one."""
    quoted = at > 0 and text[at - 1] in _OPEN
    match = _ANYWHERE.match(text, at) or (_QUOTED.match(text, at) if quoted else None)
    if match is None or match[0] in exceptions():
        return None
    groups = match.groupdict()
    number = groups["n"] or groups.get("one") or ""
    what = groups["what"] or groups.get("what1") or ""
    return Found(at, match.end(), match[0], what, "list", number)
