"""What a number is: its kind by unit, shape and sentence, and its role as a statistic."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from commsvc.printed.lexicons import rows
from commsvc.published.figures.hedges_around import Hedged
from commsvc.published.figures.number_places import Numeral
from commsvc.published.figures.word_tables import cue, units

_SIGN: Final = (
    r"[*_]{0,2}\s*(?:\([^()]{0,20}\))?\s*(?:值|was|of|为)?[均都]?"
    r"\s*[=＝<>≤≥＜＞〈〉:：≈]{1,2}\s*[-−]?"
)
_LOOSE: Final = (
    r"(?:\s*[\[(（][A-Za-z%\d .]{1,12}[\])）])?\s?(?:值|系数)?(?:分别)?[,，;:：]?"
    r"\s*(?:was|were|of|is|为|[=＝<>≤≥＜＞〈〉≈])?\s*[\[(（]?[-−]?"
)
# The lower limit of an interval before its upper one.
_LOWER: Final = r"(?:\s*-?\d[\d.·]*\s*[%％]?(?:\s*[,，;；~～、–—−-]\s*|\s(?:to|and)\s))?[-−]?"
_PLUS_MINUS: Final = re.compile(r"(?:±|\+/-)\s*\Z")
_BEFORE_PLUS_MINUS: Final = re.compile(r"\s*(?:±|\+/-)\s*\d")
_LEVEL: Final = re.compile(r"\s?[%％]\s?(?:CI|Cr?I|可信|置信|confidence|credible)", re.I)
_DF: Final = re.compile(
    r"(?:(?<![A-Za-z])[tFrRH]|[χΧxX]\s?[2²])\s?\((?:df\s?=\s?)?(?:\d+,\s*)?\Z"
    r"|(?<![A-Za-z])F\s?\d+,\s?\Z"
)
_DF_END: Final = re.compile(r"\s*[,)=]")
_WINDOW: Final = 48


@cache
def _statistics() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Role and pattern of what stands before a statistic of that name."""
    patterns = []
    for row in rows(__package__, "statistics.tsv"):
        behind = _SIGN if row["sign"] == "yes" else _LOOSE
        behind += _LOWER if row["role"] == "CI" else ""
        pattern = rf"(?<![A-Za-zΑ-Ωα-ω])(?:{row['name']}){behind}\Z"
        patterns.append((row["role"], re.compile(pattern)))
    return tuple(patterns)


def statistic(text: str, start: int, end: int) -> str:
    """Which statistic the number at these characters is, or "": t, P, OR, CI, mean, SD …

    >>> statistic("(t=2.34, P<0.05)", 3, 7), statistic("(t=2.34, P<0.05)", 11, 15)
    ('t', 'P')
    """
    lead = text[max(0, start - _WINDOW) : start]
    if _PLUS_MINUS.search(lead):
        return "SD"
    if _BEFORE_PLUS_MINUS.match(text, end):
        return "mean"
    if _LEVEL.match(text, end):
        return "level"
    if _DF.search(lead) and _DF_END.match(text, end):
        return "df"
    return next((role for role, pattern in _statistics() if pattern.search(lead)), "")


def role_of(text: str, hedged: Hedged) -> str:
    """The role of a number that is no statistic: a forecast, or none."""
    return "forecast" if cue("forecast").search(_clauses(text, hedged.start, 40)) else ""


def _clauses(text: str, at: int, reach: int) -> str:
    """What its sentence says before a number."""
    return re.split(r"[。；;！？!?]", text[max(0, at - reach) : at])[-1]


def kind_of(text: str, numeral: Numeral, token: str, unit: str, hedged: Hedged) -> str:
    """The kind of a number; `figure_table.Figure` lists them all."""
    if numeral.shape in ("ratio", "fraction"):
        clock = re.fullmatch(r"(?:[01]?\d|2[0-3])[:：][0-5]\d", token)
        lead = text[max(0, numeral.start - 4) : numeral.start]
        if clock and (len(token) == 5 or cue("daytime").search(lead)):
            return "date"
        # 21.7/10万 is a rate.
        return "rate" if token.endswith("万") else numeral.shape
    if numeral.shape == "half":
        return "fraction"
    if re.fullmatch(r"(?:19|20)\d\d", token) and (not unit or unit.isascii()) and unit != "%":
        return "year"
    sentence = _clauses(text, numeral.start, 30)
    if unit.endswith("小时") and cue("service").match(text, hedged.end):
        return "standard"
    if not role_of(text, hedged) and _asked_for(text, sentence, hedged.end):
        return "standard"
    if unit == "日" and cue("day of month").search(sentence):
        return "date"
    by_shape = {
        "range": "range",
        "percent_range": "range",
        "near_pair": "range",
        "few": "indefinite",
        "percent": "share",
        "tenths": "share",
        "doubled": "rate",
        "formal": "money" if token[-1] in "元圆整正角分" else "count",
    }
    return by_shape.get(numeral.shape) or _by_unit(token, unit, sentence)


def _asked_for(text: str, sentence: str, end: int) -> bool:
    """Whether the sentence asks for the number: a rule or a standard, that was never measured."""
    clause = re.split("[，,]", sentence)[-1]
    return bool(
        cue("standard sentence").search(sentence)
        or cue("standard clause").search(clause)
        or cue("standard after").match(text, end)
    )


def _by_unit(token: str, unit: str, sentence: str) -> str:
    kind = "rate" if "/" in unit else units()[unit].kind if unit in units() else "count"
    if not unit and not re.search("[十百千万亿]", token):
        return "number"
    if sentence.endswith("每") and kind in ("people", "count"):
        return "base"
    if kind == "money" and cue("person rate").search(sentence):
        return "rate"
    if unit in ("大", "级"):
        return "list"
    return {"people": "count", "place": "list"}.get(kind, kind)
