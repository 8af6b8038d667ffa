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
    r"(?:\s*(?P<word>hundred|thousand|million|billion)\b\s*)?"
)
# 1亿2000万, 3万5千元: each part with its own multiplier.
_COMPOUND: Final = re.compile(r"(?P<parts>\d+(?:\.\d+)?[百千万亿]+(?:\d+[百千万]+)+)(?P<rest>\D*)")
# 一年多, 两个多月, 三年半: what is more than whole units is part of one unit.
_PART: Final = re.compile(
    r"(?P<classifier>个)?(?P<more>多|半)?"
    r"(?P<span>小时|钟头|工作日|星期|季度|分钟|年|月|天|周|岁|倍)(?P<tail>多|余|半)?"
)
_MASK: Final = re.compile(r"\d*(?:[xX×*＊]{1,}|_{1,})\d*")
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
    """1亿2000万, 3万5千元: a number in parts, rounded at the last of them."""
    hedge, rest = take_hedge(text)
    match = _COMPOUND.fullmatch(rest)
    if match is None:
        return None
    parts = re.findall(r"([\d.]+)([百千万亿]+)", match["parts"])
    sizes = [multiplier(by) for _, by in parts]
    if sizes != sorted(set(sizes), reverse=True):
        return None
    face = sum(
        (value(digits) * by for (digits, _), by in zip(parts, sizes, strict=True)), Fraction(0)
    )
    more = re.match("[多余]", match["rest"])
    suffix, unit = take_suffix(match["rest"][1 if more else 0 :].strip())
    return stand_for(text, "over" if more else hedge or suffix, unit, face, Fraction(sizes[-1]))


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
    if re.search(r"\d", re.sub(r"[a-zA-Z]+[²2]", "", unit)):
        raise CommsvcError(f"{text!r} holds more than one number", next_step="read them one by one")
    by = multiplier(match["times"]) * ENGLISH.get(match["word"] or "", 1)
    in_digits = bool(re.search(r"\d", token))
    face = value(token) * by
    place = last_place(token) * by if in_digits else lowest_place(face, _written_place(token))
    if not in_digits and len(token) > 1 and token[-1] in "万亿":
        # 一百二十万 is rounded where 120万 is.
        by = multiplier(token[-1])
        place = Fraction(by)
    counted = face.denominator == 1 and by == 1 and unit not in MEASURED
    if not (hedge or suffix) and (exact or (counted and "." not in token)):
        return Printed(text, "number", "", unit, face, place, Interval.point(face))
    return stand_for(text, hedge or suffix, unit, face, place, rule)
