"""The forms a printed figure takes: a number, a range, a ratio, a fraction, a mask, 十几.

Each reader takes a figure in its plain form (`commsvc.numerals.normalise`) and returns it read, or
`None` where it has another form. `commsvc.printed.read` tries them in turn.
"""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.exact import Interval, before_rounding
from commsvc.figure import Printed, stand_for
from commsvc.hedges import MEASURED, take_hedge, take_suffix
from commsvc.numerals import (
    DIGITS,
    ENGLISH,
    HAN,
    last_place,
    lowest_place,
    multiplier,
    value,
)

_NUMBER: Final = re.compile(
    rf"(?P<digits>[-−]?(?:{DIGITS})|{HAN})\s*"
    rf"(?P<more1>[多余来])?(?P<times>(?:(?!千[克米瓦]|百分)[十百千万亿])+)?(?P<more2>[多余])?"
    r"(?:\s*(?P<word>hundred|thousand|million|billion)\b\s*)?"
)
# 1亿2000万, 3万5千元: each part with its own multiplier.
_COMPOUND: Final = re.compile(r"(?P<parts>\d+(?:\.\d+)?[百千万亿]+(?:\d+[百千万]+)+)(?P<rest>\D*)")
# 十七八岁, 两三个, 三百七八十人: two digits in a row, each with what multiplies the second.
_PAIR: Final = re.compile(
    r"(?P<head>(?:[一二两三四五六七八九]?[十百千万])*?)"
    r"(?P<a>[一二两三四五六七八九])(?P<b>[二两三四五六七八九])(?P<small>[十百千]*)(?P<large>[万亿]*)"
)
_OR: Final = re.compile(r"(?P<a>\d)、(?P<b>\d)(?P<times>[十百千万亿]*)(?P<unit>\D*)")
# 一年多, 两个多月, 三年半: what is more than whole units is part of one unit.
_PART: Final = re.compile(
    r"(?P<classifier>个)?(?P<more>多|半)?"
    r"(?P<span>小时|钟头|工作日|星期|季度|分钟|年|月|天|周|岁|倍)(?P<tail>多|余|半)?"
)
_RANGE: Final = re.compile(
    rf"(?P<a>[-−]?(?:{DIGITS})|{HAN})(?P<ta>[万亿])?(?P<ua>%|‰)?\s*(?:[-—–―~～至到]+|to|and|与|和)\s*"
    rf"(?P<b>(?:{DIGITS})|{HAN})(?P<tb>[百千万亿]+)?"
)
_MASK: Final = re.compile(r"\d*(?:[xX×*＊]{1,}|_{1,})\d*")
# 一个多月, 一个月多, 三年多: the 多 stands behind the measure word instead of the number.
_MORE_BEHIND: Final = re.compile(r"(?P<whole>个)[多余](?P<rest>.+)|(?P<unit>.+)[多余]")
_INDEFINITE: Final = re.compile(
    r"好?(?P<head>[一二三四五六七八九]?十|\d+0)?(?P<few>几|数|上)(?P<unit>[十百千万亿]*)"
)
# 数以万计, 成百上千: from one such unit up to the next.
_COUNTLESS: Final = re.compile(r"(?:数以(?P<unit>[百千万亿]+)计|成[百千]上(?P<up>[千万]))")
_SIDE: Final = rf"{DIGITS}|{HAN}"
_RATIO: Final = re.compile(rf"(?P<a>{_SIDE})\s*(?::|比)\s*(?P<b>{_SIDE})(?P<rest>\D*)")
_PER: Final = re.compile(
    rf"每(?P<base>[一二两三四五六七八九]?[十百千万]+|\d+[百千万]?)(?P<noun>(?!分)[^\d百千万]{{0,4}}?)\s*"
    rf"(?P<figure>(?:{DIGITS}).*)"
)
_ONE: Final = Fraction(1)
# 三分之一多, 1/3强.
_BIT_MORE: Final = {"多": "over", "强": "over", "弱": "nearly"}
_HUNDREDTHS: Final = {"百": "%", "千": "‰"}
_ENGLISH_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5}
_ENGLISH_FRACTION: Final = re.compile(
    r"(?P<over>a|one|two|three|four)?[ -]?(?P<part>half|third|quarter|fifth)s?\b(?P<unit>.*)", re.I
)


def masked(text: str) -> Printed | None:
    """20xx, __, ×年."""
    match = _MASK.match(text)
    if match is None:
        return None
    return Printed(text, "masked", "masked", text[match.end() :], None, None, None)


def indefinite(text: str) -> Printed | None:
    """十几, 几十, 数百, 上千, 数以万计."""
    if match := _COUNTLESS.match(text):
        least = 100 if match["up"] else multiplier(match["unit"])
        most = 10 * (multiplier(match["up"]) if match["up"] else least)
        values = Interval.of(least, most, high_closed=False)
        return Printed(text, "indefinite", "indefinite", text[match.end() :], None, None, values)
    match = _INDEFINITE.match(text)
    if match is None:
        return None
    head, few, by = match["head"], match["few"], multiplier(match["unit"])
    if few == "上":
        if by == 1:
            return None
        values = Interval.of(by, 10 * by, high_closed=False)
    elif head:
        base = value(head) * by
        values = Interval.of(base + by, base + 9 * by)
    elif by == 1:
        values = Interval.of(2, 9)
    else:
        # 几十 is two to nine tens and whatever stands below them.
        values = Interval.of(2 * by, 10 * by, high_closed=False)
    unit = text[match.end() :]
    return Printed(text, "indefinite", "indefinite", unit, None, None, values)


def ratio(text: str) -> Printed | None:
    """1:2, 一比二, 约1:1.5; hedged, the side that was not brought to 1 is what the hedge widens."""
    hedge, rest = take_hedge(text)
    match = _RATIO.fullmatch(rest)
    if match is None:
        return None
    suffix, unit = take_suffix(match["rest"].strip())
    if unit:
        return None
    a, b = value(match["a"]), value(match["b"])
    if b == 0:
        raise CommsvcError(f"the ratio {text!r} has nothing on its right-hand side")
    hedge = hedge or suffix
    values: Interval | None = Interval.point(a / b)
    if hedge == "about" and a:
        side = match["b"] if a == 1 else match["a"]
        values = _near(a, b, last_place(side) if side[-1].isdigit() else _ONE)
    elif hedge:
        values = stand_for(text, hedge, "", a / b, None).values
    return Printed(text, "ratio", hedge, "", a / b, None, values, (a, b))


def _near(a: Fraction, b: Fraction, place: Fraction = _ONE) -> Interval:
    """About a/b: the side that was not brought to 1, written to this place, rounds to it."""
    side = b if a == 1 else a
    near = before_rounding(side, lowest_place(side, place))
    return Interval.point(a) / near if a == 1 else near / b


def fraction(text: str) -> Printed | None:
    """三分之一, 3/4以上, 一半, 近半, 百分之五, 千分之三, 六成半, 12.3/10万, two thirds."""
    hedge, rest = take_hedge(text)
    if found := _of_hundred(text, hedge, rest):
        return found
    place: Fraction | None = None
    if match := re.fullmatch(rf"({DIGITS})/(10*)万(.*)", rest):
        # 12.3/10万 is a rate whose numerator was rounded.
        over, under, unit = value(match[1]), Fraction(int(match[2]) * 10**4), match[3]
        place = last_place(match[1]) / under
    elif match := re.fullmatch(rf"({DIGITS})/({DIGITS})(.*)", rest):
        over, under, unit = value(match[1]), value(match[2]), match[3]
    elif match := re.fullmatch(rf"({HAN}|\d+万?)分之({HAN}|{DIGITS})(.*)", rest):
        below = match[1].removesuffix("万") if match[1][0].isdigit() else match[1]
        under = value(below) * (10**4 if below != match[1] else 1)
        over, unit = value(match[2]), match[3]
    elif match := re.fullmatch(
        r"(?:的)?(?:一半|半数|过半数|过半|[大多小少]?半(?=$|[以左]))(.*)", rest
    ):
        over, under, unit = Fraction(1), Fraction(2), match[1]
        said = {"过": "more_than", "大": "more_than", "多": "more_than"} | dict.fromkeys(
            "小少", "less_than"
        )
        hedge = hedge or said.get(rest[0], "")
    elif match := _ENGLISH_FRACTION.fullmatch(rest):
        counts = {"two": 2, "three": 3, "four": 4}
        over = Fraction(counts.get((match["over"] or "").lower(), 1))
        under, unit = Fraction(_ENGLISH_PARTS[match["part"].lower()]), match["unit"].strip()
    else:
        return None
    if under == 0:
        raise CommsvcError(f"the fraction {text!r} divides by nothing")
    suffix, unit = take_suffix(unit)
    if unit in _BIT_MORE:
        suffix, unit = _BIT_MORE[unit], ""
    found = stand_for(text, hedge or suffix, unit, over / under, place)
    if found.hedge == "about" and over and place is None:
        found = replace(found, values=_near(over, under))
    return replace(found, kind="fraction")


def _of_hundred(text: str, hedge: str, rest: str) -> Printed | None:
    """百分之五, 千分之三点五, 六成半: percentages and the like in words."""
    if match := re.fullmatch(rf"([百千])分之({HAN}|{DIGITS})(.*)", rest):
        digits = Fraction(100) if match[2] == "百" else value(match[2])
        tail = match[2].partition("点")[2]
        place = Fraction(1, 10 ** len(tail)) if tail else last_place(match[2])
        suffix, _ = take_suffix(match[3])
        return stand_for(text, hedge or suffix, _HUNDREDTHS[match[1]], digits, place)
    if match := re.fullmatch(r"([一二三四五六七八九])成([一二三四五六七八九半])(.*)", rest):
        tenth = Fraction(1, 2) if match[2] == "半" else value(match[2]) / 10
        suffix, _ = take_suffix(match[3])
        return stand_for(text, hedge or suffix, "成", value(match[1]) + tenth, Fraction(1, 10))
    return None


def between(text: str) -> Printed | None:
    """3—10万人, 从10到20, 5%~10%, between 50 and 60; 3、4个."""
    hedge, rest = take_hedge(text)
    if match := _OR.fullmatch(rest):
        first, by = int(match["a"]), multiplier(match["times"])
        if int(match["b"]) == first + 1:
            unit = match["unit"].strip()
            return Printed(
                text,
                "range",
                hedge or "range",
                unit,
                None,
                None,
                Interval.of(first * by, (first + 1) * by),
            )
    rest = re.sub(r"^(?:从|介于|between )\s*", "", rest)
    match = _RANGE.match(rest)
    bridged = match is not None and re.search(r"and|[与和]", match[0]) is not None
    if match is None or (bridged and not re.match(r"介于|between|.*之间$", text)):
        return None
    a, b = value(match["a"]), value(match["b"])
    by_b = multiplier(match["tb"])
    # 3—10万 is 3万 to 10万; 5000—1万 is 5000 to 1万.
    by_a = multiplier(match["ta"]) if match["ta"] else (by_b if a <= b else 1)
    low, high = a * by_a, b * by_b
    if low > high:
        raise CommsvcError(f"the range {text!r} runs from {low} down to {high}")
    unit = rest[match.end() :].strip().removesuffix("之间")
    return Printed(text, "range", hedge or "range", unit, None, None, Interval(low, high))


def pair(text: str) -> Printed | None:
    """两三个, 七八十人, 十七八岁, 三百七八十万."""
    hedge, rest = take_hedge(text)
    match = _PAIR.match(rest)
    if match is None:
        return None
    by, large = multiplier(match["small"]), multiplier(match["large"])
    if by == large == 1 and re.match(HAN, rest[match.end() :]):
        return None
    base = value(match["head"]) if match["head"] else Fraction(0)
    low, high = value(match["a"]) * by, value(match["b"]) * by
    if low >= high or (base and re.match(HAN, rest[match.end() :])):
        return None
    unit = rest[match.end() :].strip()
    values = Interval((base + low) * large, (base + high) * large)
    return Printed(text, "range", hedge or "range", unit, None, None, values)


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
