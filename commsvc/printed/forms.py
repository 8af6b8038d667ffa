"""A printed figure that is one number: plain, hedged, in parts, to a base, or masked.

Each reader here, in `spans` and in `quotients` takes a figure in its plain form
(`numerals.normalise`) and returns it read, or `None` where it has another form; `reader.read` tries
them in turn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Printed, stand_for
from commsvc.printed.hedge_words import take_hedge, take_suffix
from commsvc.printed.numerals import (
    DIGITS,
    ENGLISH,
    FORMAL,
    HAN,
    last_place,
    lowest_place,
    multiplier,
    value,
)
from commsvc.printed.unit_table import MEASURED

_NUMBER: Final = re.compile(
    rf"(?P<digits>[-−]?(?:{DIGITS})|{HAN})\s*"
    rf"(?P<more1>[多余来])?(?P<times>(?:(?!千[克米瓦]|百分)[十百千万亿])+)?(?P<more2>[多余])?"
    rf"(?:\s*(?P<word>{'|'.join(ENGLISH)})\b\s*)?"
    r"(?:\s*[×xX*]\s*10\^(?P<power>[-−]?\d+)|[eE](?P<exponent>[-−+]?\d{1,2})(?!\d))?"
)
# 1亿2000万, 3万5千元, 12万3456人: each part with its own multiplier, the last perhaps without.
_COMPOUND: Final = re.compile(
    r"(?P<parts>\d+(?:\.\d+)?[百千万亿]+(?:\d+[百千万]+)*(?:\d+[百千万]+|\d+))(?P<rest>\D*)"
)
# 壹佰贰拾叁万元整
_FORMAL: Final = re.compile(
    rf"(?:人民币)?(?P<whole>[{FORMAL}零万亿]+)(?P<unit>元|圆|美元|港元)?"
    rf"(?:(?P<tenths>[{FORMAL}零])角)?零?(?:(?P<hundredths>[{FORMAL}])分)?[整正]?(?P<rest>\D*)"
)
# 翻番, 翻了两番
_DOUBLED: Final = re.compile(r"翻了?(?P<times>[一两二三四五\d]?)番(?P<rest>\D*)")
# 一年多, 两个多月, 三年半: what is more than whole units is part of one unit.
_PART: Final = re.compile(
    r"(?P<classifier>个)?(?P<more>多|半)?"
    r"(?P<span>小时|钟头|工作日|星期|季度|分钟|年|月|天|周|岁|倍)(?P<tail>多|余|半)?"
)
_MASK: Final = re.compile(r"\d*(?:[xX×*＊]{1,}|_{1,})(?!\s*10\^)\d*")
# 一个多月, 一个月多, 三年多: the 多 stands behind the measure word instead of the number.
_MORE_BEHIND: Final = re.compile(r"(?P<whole>个)[多余](?P<rest>.+)|(?P<unit>.+)[多余]")
_PER: Final = re.compile(
    rf"每(?P<base>[一二两三四五六七八九]?[十百千万]+|\d+[百千万]?)(?P<noun>(?!分)[^\d百千万]{{0,4}}?)\s*"
    rf"(?P<figure>(?:{DIGITS}).*)"
)


def masked(text: str) -> Printed | None:
    """20xx, __, ×年."""
    match = _MASK.match(text)
    if match is None:
        return None
    return Printed(text, "masked", "masked", text[match.end() :], None, None, None)


def part_of_unit(text: str) -> Printed | None:
    """三年半, 一年多, 两个多月, 一倍半."""
    hedge, rest = take_hedge(text)
    match = re.match(rf"({DIGITS}|{HAN})", rest)
    part = _PART.fullmatch(rest[match.end() :]) if match else None
    if match is None or part is None:
        return None
    unit, whole = (part["classifier"] or "") + part["span"], value(match[1])
    half = None
    if whole == Fraction(1, 2) and not (part["more"] or part["tail"]):
        half = whole
    elif "半" in (part["more"], part["tail"]):
        half = whole + Fraction(1, 2)
    if half is not None and hedge:
        return stand_for(text, hedge, unit, half, Fraction(1, 2))
    if half is not None:
        return Printed(text, "number", "", unit, half, None, Interval.point(half))
    # 五十多岁 lacks less than ten years, 一年多 and 两个多月 less than one unit.
    if part["tail"] or (part["more"] and (part["classifier"] or whole % 10)):
        values = Interval(whole, whole + 1, False, False)
        return Printed(text, "number", "over", unit, whole, Fraction(1), values)
    return None


def per_base(text: str) -> Printed | None:
    """每千人1.2名: a rate, in 名 a thousand people."""
    _, rest = take_hedge(text)
    match = _PER.fullmatch(rest)
    if match is None:
        return None
    figure = number(match["figure"])
    return replace(figure, unit=f"{figure.unit}/{match['base']}{match['noun']}")


def compound(text: str) -> Printed | None:
    """1亿2000万, 3万5千元, 12万3456人: a number in parts, rounded at the last of them."""
    hedge, rest = take_hedge(text)
    match = _COMPOUND.fullmatch(rest)
    if match is None:
        return None
    parts = re.findall(r"([\d.]+)([百千万亿]*)", match["parts"])
    sizes = [multiplier(by) for _, by in parts]
    (last, by), above = parts[-1], sizes[-2]
    if not by:
        # 12万3456 ends in what is below 万; of 3万5 the 5 stands for 5千.
        if len(last) != len(str(above)) - 1 and len(last) > 1:
            return None
        sizes[-1] = 1 if len(last) > 1 else above // 10
    if sizes != sorted(set(sizes), reverse=True):
        return None
    face = sum(
        (value(digits) * by for (digits, _), by in zip(parts, sizes, strict=True)), Fraction(0)
    )
    more = re.match("[多余]", match["rest"])
    suffix, unit = take_suffix(match["rest"][1 if more else 0 :].strip())
    hedge = "over" if more else hedge or suffix
    counted = sizes[-1] == 1 and not hedge and unit not in MEASURED
    return stand_for(text, hedge, unit, face, None if counted else Fraction(sizes[-1]))


def formal(text: str) -> Printed | None:
    """壹佰贰拾叁万元整: an amount as cheques have it, exact."""
    hedge, rest = take_hedge(text)
    match = _FORMAL.fullmatch(rest)
    if match is None or not (match["unit"] or len(match["whole"]) > 1):
        return None
    small = Fraction(0)
    for part, size in ((match["tenths"], 10), (match["hundredths"], 100)):
        small += value(part) / size if part else 0
    suffix, unit = take_suffix(match["rest"].strip())
    unit = (match["unit"] or "").replace("圆", "元") + unit
    return stand_for(text, hedge or suffix, unit, value(match["whole"]) + small, None)


def doubled(text: str) -> Printed | None:
    """翻番, 翻了两番: how many times something doubled."""
    hedge, rest = take_hedge(text)
    match = _DOUBLED.fullmatch(rest)
    if match is None:
        return None
    suffix, _ = take_suffix(match["rest"].strip())
    return stand_for(text, hedge or suffix, "番", value(match["times"] or "一"), None)


def _written_place(token: str) -> Fraction:
    """One unit of the last place of a number in Chinese numerals: a tenth of 一点五."""
    decimals = token.partition("点")[2].rstrip("十百千万亿")
    return Fraction(1, 10 ** len(decimals))


def number(text: str, rule: str = "half_up", exact: bool = False) -> Printed:
    """A single number with its hedge, multiplier and unit; raises where there is none."""
    hedge, rest = take_hedge(text)
    match = _NUMBER.match(rest)
    if match is None:
        raise CommsvcError(
            f"{text!r} holds no number that can be read",
            allowed='forms such as "45.2%", "60多万元", "3—10万人", "近97万", "十几个", "1:2"',
        )
    token = match["digits"]
    if match["more1"] or match["more2"]:
        hedge = "over"
    suffix, unit = take_suffix(rest[match.end() :].strip())
    if not hedge and (behind := _MORE_BEHIND.fullmatch(unit)):
        hedge, unit = "over", behind["unit"] or behind["whole"] + behind["rest"]
    if re.search(r"\d", re.sub(r"[a-zA-Z]+[²³23]", "", unit)):
        raise CommsvcError(f"{text!r} holds more than one number", next_step="read them one by one")
    by = Fraction(multiplier(match["times"]) * ENGLISH.get(match["word"] or "", 1))
    by *= Fraction(10) ** int((match["power"] or match["exponent"] or "0").replace("−", "-"))
    in_digits = bool(re.search(r"\d", token))
    face = value(token) * by
    place = last_place(token) * by if in_digits else lowest_place(face, _written_place(token))
    if not in_digits and len(token) > 1 and token[-1] in "万亿":
        # 一百二十万 is rounded where 120万 is.
        by = place = Fraction(multiplier(token[-1]))
    counted = face.denominator == 1 and by == 1 and unit not in MEASURED
    if not (hedge or suffix) and (exact or (counted and "." not in token)):
        return Printed(text, "number", "", unit, face, place, Interval.point(face))
    return stand_for(text, hedge or suffix, unit, face, place, rule)
