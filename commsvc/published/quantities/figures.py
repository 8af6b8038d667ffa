"""Whether a numeral states a number, and which: its unit, hedge and kind.

A Chinese numeral states a number where a classifier or a unit follows it; without one it is mostly
part of a word. The exceptions both ways are in the tables of `lexicon`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from commsvc.printed import read
from commsvc.printed.numerals import normalise, value
from commsvc.published.quantities import lists
from commsvc.published.quantities.found import Found
from commsvc.published.quantities.grammar import Numeral, numerals
from commsvc.published.quantities.hedges import Hedged, hedge_around
from commsvc.published.quantities.kinds import kind_of
from commsvc.published.quantities.lexicon import exception_at, pattern_at, unit_pattern, units

_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_SHARES: Final = frozenset(["%", "％", "‰", "个百分点", "百分点"])
# -3.2% is negative unless the stroke joins it to a number or a word (2019-3%).
_MINUS: Final = re.compile(r"(?:(?<![\dA-Za-z%％℃度])[-−－]|零下)\Z")
_CURRENCIES: Final = "$¥￥€£"
# 第1、2、3社区: each of them is an ordinal.
_ORDINAL: Final = re.compile(r"第(?:[\d一二三四五六七八九十]+[、和至—-])*\Z")
_LONGEST: Final = 40
_DETERMINERS: Final = "每这那哪某另同任其上下前后此该"
_ONLY: Final = re.compile(r"(?:[只仅共各建设配]有|只|仅|共|新增|增加|减少)\Z")
# After a noun a classifier counts (办公室一个); these end a clause without counting (培养一批).
_UNCOUNTED: Final = frozenset("次批遍种类片点步句面起段大级")
_CLAUSE_END: Final = re.compile(r"\s*(?:[，。；、！？,;!?）)”]|$)")
_NETWORK: Final = re.compile(r".{0,8}?(?:网络|体系|组织|联动|管理|财政|架构|机制|政府|服务)")
_SAID_YEAR: Final = re.compile(r"(?:今年|去年|明年|前年|当年|同年|次年|每年)\Z")
_ENGLISH_NOUN: Final = re.compile(r"\s?(?:per cent|percent\b|[A-Za-z]{3,20}\b)")
_STOP: Final = re.compile(
    r"(?:the|and|for|with|was|were|are|has|had|have|that|this|from|than|out|per|but|not|who|which|"
    r"when)\Z",
    re.I,
)


def figures(text: str) -> Iterator[Found]:
    """Every numeral of one paragraph, judged, in order."""
    chains = lists.chains(text)
    last: Found | None = None
    for numeral in numerals(text):
        if last is not None and not last.reason and numeral.start < last.end:
            continue
        found = _judge(text, numeral, chains, last)
        yield found
        if not found.reason:
            last = found


def _judge(
    text: str, numeral: Numeral, chains: dict[int, tuple[int, str]], last: Found | None
) -> Found:
    at = numeral.start
    if numeral.end - at > _LONGEST:
        return _refuse(text, numeral, "too long to be a number")
    if at in chains:
        return lists.element(text, at, chains[at])
    reason = pattern_at(text, at) or _word_around(text, numeral)
    if reason:
        return _refuse(text, numeral, reason)
    listed = lists.listed(text, at)
    if listed is not None:
        return listed
    if numeral.shape in ("date", "year_range", "iso_date", "en_date", "clock"):
        return _date(text, numeral)
    if numeral.shape.startswith("masked"):
        return _masked(text, numeral)
    if _ORDINAL.search(text[max(0, at - 12) : at]):
        return _ordinal(text, numeral)
    return _number(text, numeral, last)


def _word_around(text: str, numeral: Numeral) -> str:
    """The reason why the numeral is part of a word, or ""."""
    reason = exception_at(text, numeral.start)
    if not reason or numeral.shape in ("percent", "fraction"):
        return ""
    unit = unit_pattern().match(text, numeral.end)
    return exception_at(text, numeral.start, unit.end() if unit else numeral.end)


def _refuse(text: str, numeral: Numeral, reason: str) -> Found:
    return Found(numeral.start, numeral.end, text[numeral.start : numeral.end], reason=reason)


def _date(text: str, numeral: Numeral) -> Found:
    said = _SAID_YEAR.search(text[max(0, numeral.start - 2) : numeral.start])
    if said and numeral.shape.startswith("date"):
        numeral = replace(numeral, start=numeral.start - 2)
    printed = text[numeral.start : numeral.end]
    year = re.fullmatch(r"(\d{4}|[〇○零一二三四五六七八九]{4})\s*年.?", printed)
    if year:
        value = read(year[1]).face
        return Found(numeral.start, numeral.end, printed, "年", "year", value=value)
    return Found(numeral.start, numeral.end, printed, "", "date")


def _masked(text: str, numeral: Numeral) -> Found:
    printed = text[numeral.start : numeral.end]
    unit = "年" if printed.endswith("年") else ""
    if numeral.shape == "masked":
        match = unit_pattern().match(text, numeral.end)
        word = match[0].strip() if match else ""
        if not word and text[numeral.end : numeral.end + 1] == "号":
            return Found(
                numeral.start, numeral.end + 1, printed + "号", "号", "masked", hedge="masked"
            )
        if (
            not word
            or units()[word].kind == "place"
            or word in ("大", "级", "部", "队", "组", "室")
        ):
            return _refuse(text, numeral, "name with letters put over it")
        printed, unit = printed + text[numeral.end : match.end()], word  # type: ignore[union-attr]
    return Found(
        numeral.start, numeral.start + len(printed), printed, unit, "masked", hedge="masked"
    )


def _ordinal(text: str, numeral: Numeral) -> Found:
    match = unit_pattern().match(text, numeral.end)
    end = match.end() if match else numeral.end
    start = numeral.start - (text[numeral.start - 1] == "第")
    return Found(
        start,
        end,
        text[start:end],
        match[0].strip() if match else "",
        "ordinal",
        text[numeral.start : numeral.end],
    )


def _number(text: str, numeral: Numeral, last: Found | None) -> Found:
    token = text[numeral.start : numeral.end]
    match = unit_pattern().match(text, numeral.end)
    unit, end = (match[0].strip(), match.end()) if match else ("", numeral.end)
    arabic = bool(re.search(r"[0-9０-９]", token))
    if not match and arabic and numeral.shape in ("number", "range"):
        unit, end = _english_unit(text, numeral.end)
    sign = text[numeral.start - 1 : numeral.start] if arabic and numeral.start else ""
    if sign and sign in _CURRENCIES:
        return _money(text, numeral, sign)
    hedged = hedge_around(text, numeral.start, end, unit)
    reason = _not_a_number(text, numeral, token, unit, end, hedged, last, arabic)
    if reason == "stray":
        return Found(numeral.start, numeral.end, token, "", "stray")
    if reason:
        return _refuse(text, numeral, reason)
    kind = kind_of(text, numeral, token, unit, hedged)
    signed = not hedged.word and (unit in _SHARES or kind == "degree")
    if signed and (minus := _MINUS.search(text[max(0, hedged.start - 3) : hedged.start])):
        sign, start = minus[0], hedged.start - len(minus[0])
        hedged = replace(hedged, start=start, printed=sign + hedged.printed, word="-")
    if kind in ("range", "time") and unit == "月" and numeral.shape == "range":
        return Found(numeral.start, end, text[numeral.start : end], "", "date")
    if kind in ("year", "date"):
        value = Fraction(token) if kind == "year" else None
        end = end if unit == "日" else numeral.end
        return Found(numeral.start, end, text[numeral.start : end], "", kind, value=value)
    return Found(hedged.start, hedged.end, hedged.printed, unit, kind, hedged.reading(token, unit))


def _money(text: str, numeral: Numeral, sign: str) -> Found:
    """$45.50 and ¥3万: the sign stands before the figure and is its unit."""
    token = text[numeral.start : numeral.end]
    hedged = hedge_around(text, numeral.start - 1, numeral.end, sign)
    return Found(
        hedged.start, hedged.end, hedged.printed, sign, "money", hedged.reading(token, sign)
    )


def _english_unit(text: str, at: int) -> tuple[str, int]:
    match = _ENGLISH_NOUN.match(text, at)
    if match is None or _STOP.match(match[0].strip()):
        return "", at
    return match[0].strip(), match.end()


def _not_a_number(
    text: str,
    numeral: Numeral,
    token: str,
    unit: str,
    end: int,
    hedged: Hedged,
    last: Found | None,
    arabic: bool,
) -> str:
    """Why the numeral states no number; "stray" for a digit that stands where none belongs."""
    before = text[max(0, numeral.start - 1) : numeral.start]
    after = text[numeral.end : numeral.end + 1]
    if numeral.shape == "fraction" and "分之" not in token:
        if token.endswith("万"):
            return ""
        over, under = (value(normalise(side)) for side in re.split("[/／]", token))
        return "" if over <= under else "two numbers with a stroke (120/80)"
    if numeral.shape in ("percent", "tenths", "fraction", "half", "ratio"):
        return ""
    if arabic:
        single = len(token) == 1 and bool(_HAN.match(before)) and bool(_HAN.match(after))
        return "stray" if single and not unit and not hedged.word else ""
    if numeral.shape == "near_pair":
        pair = re.search("[一二三四五六七八九]{2}", token.replace("两", "二"))[0]  # type: ignore[index]
        a, b = ("一二三四五六七八九".index(c) for c in pair)
        if not (b - a == 1 or (pair[0] in "一二" and b - a <= 2) or pair == "三五"):
            return "digits in a row"
    if numeral.shape == "half_unit":
        return "part of a word" if before in "上下前后大小多一对各" and before else ""
    if numeral.shape == "few":
        if before and before in "人户总次个指岁分以之晚早路马" and token[0] in "数上":
            return "part of a word"
        return "" if unit or len(token) > 1 else "a numeral without anything counted"
    if not unit:
        long = (
            len(token) > 1 and re.search("[百千万亿多余]", token[1:]) and token[0] not in "千万亿零"
        )
        return "" if long else "a numeral without anything counted"
    if token in "零〇○亿":
        return "a numeral without anything counted"
    return _not_counted(text, numeral, token, unit, end, hedged, last)


def _not_counted(
    text: str,
    numeral: Numeral,
    token: str,
    unit: str,
    end: int,
    hedged: Hedged,
    last: Found | None,
) -> str:
    """The same for a Chinese numeral with a classifier: administrative names, grades, articles."""
    before = text[max(0, numeral.start - 8) : numeral.start]
    if units()[unit].kind == "place" and (token in ("一", "二") or len(token) > 1):
        return "number of a place"
    if unit == "级" and token != "两" and not _NETWORK.match(text, end):
        return "hospital or service grade"
    if unit == "分" and len(token) == 1:
        return "part of a word"
    if unit == "大" and (token in "一百千万" or not _HAN.match(text, end)):
        return "part of a word"
    if token != "一":
        return ""
    if before and before[-1] in _DETERMINERS:
        return "" if hedged.after else "一 after a determiner"
    if units()[unit].counts_one or hedged.word or _ONLY.search(before):
        return ""
    contrast = last is not None and last.unit == unit and numeral.start - last.end <= 6
    if contrast and re.search("[和合与、及]", text[last.end : numeral.start]):  # type: ignore[union-attr]
        return ""
    return "" if _CLAUSE_END.match(text, end) and unit not in _UNCOUNTED else "一 as an article"
