"""What each numeral of a line states: its unit, hedge, kind and role, or why it states nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from commsvc.printed.numerals import SUPERSCRIPTS
from commsvc.published.figures import named_lists, uncounted
from commsvc.published.figures.found import Found
from commsvc.published.figures.hedges_around import Hedged, hedge_around
from commsvc.published.figures.number_places import Numeral, numerals
from commsvc.published.figures.roles import kind_of, role_of, statistic
from commsvc.published.figures.uncounted import Seen
from commsvc.published.figures.word_tables import (
    cue,
    exception_at,
    refusal_at,
    unit_pattern,
    units,
)

_SHARES: Final = frozenset(["%", "％", "‰", "个百分点", "百分点"])
_CURRENCY: Final = re.compile(r"[$¥￥€£]\s?\Z")
_LONGEST: Final = 40
_HAN_YEAR: Final = "[〇○零一二三四五六七八九]{4}"
_DATES: Final = frozenset(["date", "date_range", "year_range", "iso_date", "en_date", "clock"])
# The mark of a footnote between a number and its unit: 1204[12]人.
_FOOTNOTE: Final = re.compile(r"\[\d{1,3}(?:[,，–-]\d{1,3})*\](?=[\u4e00-\u9fff])")
_ENGLISH_NOUN: Final = re.compile(
    r"\s?(?:per cent|percent\b|percentage points?|[A-Za-z]{1,8}/[A-Za-z]+[²³]?|[A-Za-z]{3,20}\b)"
)


def judged(text: str) -> Iterator[Found]:
    """Every numeral of one paragraph in simplified script, judged, in order."""
    chains = named_lists.chains(text)
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
        return named_lists.element(text, at, chains[at])
    if numeral.shape == "dotted":
        return _refuse(text, numeral, "section number")
    role = statistic(text, at, numeral.end) if text[at] in "0123456789." else ""
    reason = "" if role else refusal_at(text, at) or _word_around(text, numeral)
    if reason:
        return _refuse(text, numeral, reason)
    listed = named_lists.listed(text, at)
    if listed is not None:
        return listed
    if numeral.shape in _DATES:
        return _date(text, numeral)
    if numeral.shape.startswith("masked"):
        return _masked(text, numeral)
    if cue("ordinal").search(text[max(0, at - 12) : at]):
        return _ordinal(text, numeral)
    return _number(text, numeral, last, role)


def _word_around(text: str, numeral: Numeral) -> str:
    """The reason why the numeral is part of a word, or ""."""
    reason = exception_at(text, numeral.start)
    if not reason or numeral.shape in ("percent", "percent_range", "fraction"):
        return ""
    unit = unit_pattern().match(text, numeral.end)
    return exception_at(text, numeral.start, unit.end() if unit else numeral.end)


def _refuse(text: str, numeral: Numeral, reason: str) -> Found:
    return Found(numeral.start, numeral.end, text[numeral.start : numeral.end], reason=reason)


def _date(text: str, numeral: Numeral) -> Found:
    said = cue("said year").search(text[max(0, numeral.start - 2) : numeral.start])
    if said and numeral.shape.startswith("date"):
        numeral = replace(numeral, start=numeral.start - 2)
    printed = text[numeral.start : numeral.end]
    year = re.fullmatch(rf"(\d{{4}}|{_HAN_YEAR})[{SUPERSCRIPTS}]*\s*年(?:.|年[底初末])?", printed)
    if year:
        return Found(numeral.start, numeral.end, printed, "年", "year", year[1])
    return Found(numeral.start, numeral.end, printed, "", "date")


def _masked(text: str, numeral: Numeral) -> Found:
    start, end = numeral.start, numeral.end
    unit = "年" if text[end - 1] == "年" else ""
    if numeral.shape == "masked":
        match = unit_pattern().match(text, end)
        unit = match[0].strip() if match else text[end : end + 1].replace("号", "号")
        named = unit not in units() or units()[unit].kind == "place" or unit in "大级部队组室"
        if named and unit != "号":
            return _refuse(text, numeral, "name with letters put over it")
        end = match.end() if match else end + 1
    return Found(start, end, text[start:end], unit, "masked", hedge="masked")


def _ordinal(text: str, numeral: Numeral) -> Found:
    match = unit_pattern().match(text, numeral.end)
    end = match.end() if match else numeral.end
    start = numeral.start - (text[numeral.start - 1] == "第")
    unit = match[0].strip() if match else ""
    token = text[numeral.start : numeral.end]
    return Found(start, end, text[start:end], unit, "ordinal", token)


def _number(text: str, numeral: Numeral, last: Found | None, role: str) -> Found:
    token = text[numeral.start : numeral.end]
    arabic = bool(re.search(r"[0-9０-９]", token))
    unit, end = _unit_behind(text, numeral, arabic)
    if role and unit.partition("/")[0] not in units():
        unit, end = "", numeral.end
    sign = _CURRENCY.search(text[max(0, numeral.start - 2) : numeral.start])
    if arabic and sign:
        return _money(text, numeral, sign[0])
    hedged = hedge_around(text, numeral.start, end, unit)
    reason = uncounted.why(Seen(text, numeral, token, unit, end, hedged, last, arabic))
    if reason == "stray":
        return Found(numeral.start, numeral.end, token, "", "stray")
    if reason and not role:
        return _refuse(text, numeral, reason)
    if role:
        kind = "count" if role == "n" else "statistic"
    else:
        kind, role = kind_of(text, numeral, token, unit, hedged), role_of(text, hedged)
    hedged = _signed(text, hedged, kind, unit)
    if kind in ("range", "time") and unit == "月" and numeral.shape == "range":
        return Found(numeral.start, end, text[numeral.start : end], "", "date")
    if kind in ("year", "date") or _of_a_month(text, numeral, unit):
        return _dated(text, numeral, kind, unit, end)
    reading = hedged.reading(token, unit)
    return Found(hedged.start, hedged.end, hedged.printed, unit, kind, reading, role=role)


def _unit_behind(text: str, numeral: Numeral, arabic: bool) -> tuple[str, int]:
    """The unit behind a numeral, a footnote mark skipped, and where it ends."""
    note = _FOOTNOTE.match(text, numeral.end)
    at = note.end() if note else numeral.end
    if match := unit_pattern().match(text, at):
        return match[0].strip(), match.end()
    if not arabic or numeral.shape not in ("number", "range"):
        return "", numeral.end
    noun = _ENGLISH_NOUN.match(text, at)
    if noun is None or cue("english stop").match(noun[0].strip().lower()):
        return "", numeral.end
    return noun[0].strip(), noun.end()


def _signed(text: str, hedged: Hedged, kind: str, unit: str) -> Hedged:
    """With its minus, where what it says can be below nought."""
    before = text[max(0, hedged.start - 3) : hedged.start]
    may_be = unit in _SHARES or kind in ("degree", "statistic")
    minus = cue("minus").search(before)
    if minus is None or hedged.word or not (may_be or cue("minus loose").search(before)):
        return hedged
    start = hedged.start - len(minus[0])
    return replace(hedged, start=start, printed=minus[0] + hedged.printed, word="-")


def _of_a_month(text: str, numeral: Numeral, unit: str) -> bool:
    """Whether an English month stands before a day: March 5."""
    lead = text[max(0, numeral.start - 12) : numeral.start]
    return not unit and bool(cue("month before").search(lead))


def _dated(text: str, numeral: Numeral, kind: str, unit: str, end: int) -> Found:
    end = end if unit == "日" else numeral.end
    printed = text[numeral.start : end]
    year = kind == "year"
    return Found(numeral.start, end, printed, "", "year" if year else "date", printed * year)


def _money(text: str, numeral: Numeral, sign: str) -> Found:
    """$45.50 and ¥3万: the sign stands before the figure and is its unit."""
    token = text[numeral.start : numeral.end]
    hedged = hedge_around(text, numeral.start - len(sign), numeral.end, sign)
    unit = sign.strip()
    reading = hedged.reading(token, unit)
    return Found(hedged.start, hedged.end, hedged.printed, unit, "money", reading)
