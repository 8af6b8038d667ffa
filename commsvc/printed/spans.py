"""A printed figure that is several numbers at once: 3—10万, 8、9个, 七八十, 十几, 数以万计."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Printed
from commsvc.printed.hedge_words import take_hedge
from commsvc.printed.numerals import DIGITS, HAN, HUNDREDTHS, multiplier, value

# 十七八岁, 两三个, 三百七八十人: two digits in a row, each with what multiplies the second.
_PAIR: Final = re.compile(
    r"(?P<head>(?:[一二两三四五六七八九]?[十百千万])*?)"
    r"(?P<a>[一二两三四五六七八九])(?P<b>[二两三四五六七八九])(?P<small>[十百千]*)(?P<large>[万亿]*)"
)
_OR: Final = re.compile(r"(?P<a>\d)、(?P<b>\d)(?P<times>[十百千万亿]*)(?P<unit>\D*)")
_RANGE: Final = re.compile(
    rf"(?P<per>[百千万]分之)?(?P<a>[-−]?(?:{DIGITS})|{HAN})(?P<ta>[百千万亿]+(?!分))?"
    r"(?P<ua>(?!分之)[^\d\s\-—–―~～至到与和]{1,4})?\s*(?:[-~～]|[—–―]{1,2}|[至到]|to|and|与|和)\s*"
    rf"(?(per)(?:[百千万]分之)?)(?P<b>[-−]?(?:{DIGITS})|{HAN})(?P<tb>[百千万亿]+)?"
)
_INDEFINITE: Final = re.compile(
    r"好?(?P<head>[一二三四五六七八九]?十|\d+0)?(?P<few>几|数|上)(?P<unit>[十百千万亿]*)"
)
# 数以万计, 成百上千: from one such unit up to the next.
_COUNTLESS: Final = re.compile(r"(?:数以(?P<unit>[百千万亿]+)计|成[百千]上(?P<up>[千万]))")


def between(text: str) -> Printed | None:
    """3—10万人, 从10到20, 5%~10%, between 50 and 60; 3、4个."""
    hedge, rest = take_hedge(text)
    if match := _OR.fullmatch(rest):
        first, by = int(match["a"]), multiplier(match["times"])
        if int(match["b"]) == first + 1:
            values = Interval.of(first * by, (first + 1) * by)
            return _range(text, hedge, match["unit"], values)
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
    if match["per"]:
        unit = HUNDREDTHS[match["per"][0]] + unit
    # 15万元—20万元 has its unit on both sides.
    if match["ua"] and not unit.startswith(match["ua"]):
        return None
    return _range(text, hedge, unit, Interval(low, high))


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
    values = Interval((base + low) * large, (base + high) * large)
    return _range(text, hedge, rest[match.end() :], values)


def _range(text: str, hedge: str, unit: str, values: Interval) -> Printed:
    return Printed(text, "range", hedge or "range", unit.strip(), None, None, values)


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
