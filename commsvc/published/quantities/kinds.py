"""What kind of figure a number is: by its unit, its shape, and what its sentence says of it."""

from __future__ import annotations

import re
from typing import Final

from commsvc.published.quantities.grammar import Numeral
from commsvc.published.quantities.hedges import Hedged
from commsvc.published.quantities.lexicon import units

# What is asked for, and how far the word reaches: over its sentence or over its clause.
_STANDARD: Final = re.compile(r"原则上|提倡|拟建|将达|应达|按每|按照每|\bmust\b|\bshall\b")
# The look ahead saves trying every word at every place.
_STANDARD_CLAUSE: Final = re.compile(
    r"(?=[标要规应达低不力建可一须sr])"
    r"(?:标准(?![差化])|要求|规定|应当|达标|低限|不得|力争|(?<![见、])建议(?![、和\d])|可按|一般掌握|须|"
    r"\b(?:standard|required)\b)"
)
_STANDARD_AFTER: Final = re.compile(r"[\u4e00-\u9fff]{0,5}?(?:标准(?![差化])|为宜|达标)")
# 24小时服务 is the name of a service, whose length was not measured.
_SERVICE: Final = re.compile(r"(?:的|不间断|全天候)?(?:服务|值班|开放|热线|营业|接诊|应答|响应)")
_PERSON_RATE: Final = re.compile(
    r"(?:人均|户均|每人|每户|每人次|人次费用|平均每)[^，,。；;]{0,10}\Z"
)
_DAY_OF_MONTH: Final = re.compile(r"[每本当上下次]个?月\Z")
_DAYTIME: Final = re.compile(r"(?:[上下中]午|[早晚]上|凌晨|时间)[为：:]?\s?\Z")


def kind_of(text: str, numeral: Numeral, token: str, unit: str, hedged: Hedged) -> str:
    """The kind of a number; `Quantity` lists them all."""
    if numeral.shape in ("ratio", "fraction"):
        clock = re.fullmatch(r"(?:[01]?\d|2[0-3])[:：][0-5]\d", token)
        if clock and (
            len(token) == 5 or _DAYTIME.search(text[max(0, numeral.start - 4) : numeral.start])
        ):
            return "date"
        # 21.7/10万 is a rate.
        return "rate" if token.endswith("万") else numeral.shape
    if numeral.shape == "half":
        return "fraction"
    if re.fullmatch(r"(?:19|20)\d\d", token) and (not unit or unit.isascii()) and unit != "%":
        return "year"
    sentence = re.split(r"[。；;！？!?]", text[max(0, numeral.start - 30) : numeral.start])[-1]
    if unit.endswith("小时") and _SERVICE.match(text, hedged.end):
        return "standard"
    clause = re.split("[，,]", sentence)[-1]
    if (
        _STANDARD.search(sentence)
        or _STANDARD_CLAUSE.search(clause)
        or _STANDARD_AFTER.match(text, hedged.end)
    ):
        return "standard"
    if unit == "日" and _DAY_OF_MONTH.search(sentence):
        return "date"
    if numeral.shape in ("range", "near_pair"):
        return "range"
    if numeral.shape == "few":
        return "indefinite"
    if numeral.shape in ("percent", "tenths"):
        return "share"
    kind = units()[unit].kind if unit in units() else "count"
    if not unit and not re.search("[十百千万亿]", token):
        return "number"
    if sentence.endswith("每") and kind in ("people", "count"):
        return "base"
    if kind == "money" and _PERSON_RATE.search(sentence):
        return "rate"
    if unit in ("大", "级"):
        return "list"
    return {"people": "count", "place": "list"}.get(kind, kind)
