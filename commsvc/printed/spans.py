"""A printed figure that is several numbers at once: 3—10万, 8、9个, 七八十, 十几, 数以万计."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Core
from commsvc.printed.numerals import DIGITS, HAN, HUNDREDTHS, multiplier, value

# 十七八岁, 两三个, 三百七八十人: two digits in a row, each with what multiplies the second.
_PAIR: Final = re.compile(
    r"(?P<head>(?:[一二两三四五六七八九]?[十百千万])*?)"
    r"(?P<a>[一二两三四五六七八九])(?P<b>[二两三四五六七八九])(?P<small>[十百千]*)(?P<large>[万亿]*)"
)
_OR: Final = re.compile(r"(?P<a>\d)、(?P<b>\d)(?P<times>[十百千万亿]*)(?P<unit>\D*)")
_RANGE: Final = re.compile(
    r"(?P<said>从|介于|between )?\s*"
    rf"(?P<per>[百千万]分之)?(?P<a>[-−]?(?:{DIGITS})|{HAN})(?P<ta>[百千万亿]+(?!分))?"
    r"(?P<ua>(?!分之)[^\d\s\-—–―~～至到与和]{1,4})?\s*"
    r"(?P<bridge>[-~～]|[—–―]{1,2}|[至到]|to|and|与|和)\s*"
    rf"(?(per)(?:[百千万]分之)?)(?P<b>[-−]?(?:{DIGITS})|{HAN})(?P<tb>[百千万亿]+)?(?P<unit>.*)"
)
_INDEFINITE: Final = re.compile(
    r"好?(?P<head>[一二三四五六七八九]?十|\d+0)?(?P<few>几|数|上)(?P<by>[十百千万亿]*)(?P<unit>.*)"
)
# 数以万计, 成百上千: from one such unit up to the next.
_COUNTLESS: Final = re.compile(
    r"(?:数以(?P<by>[百千万亿]+)计|成[百千]上(?P<up>[千万]))(?P<unit>.*)"
)


def either(rest: str) -> Core | None:
    """3、4个."""
    match = _OR.fullmatch(rest)
    if match is None or int(match["b"]) != int(match["a"]) + 1:
        return None
    by = multiplier(match["times"])
    return _range(match["unit"], Fraction(int(match["a"]) * by), Fraction(int(match["b"]) * by))


def between(rest: str) -> Core | None:
    """3—10万人, 从10到20, 5%~10%, between 50 and 60."""
    match = _RANGE.fullmatch(rest)
    if match is None:
        return None
    between = match["said"] not in (None, "从") or match["unit"].endswith("之间")
    if match["bridge"] in ("and", "与", "和") and not between:
        return None
    unit = match["unit"].strip().removesuffix("之间")
    # 15万元—20万元 has its unit on both sides.
    if match["ua"] and not unit.startswith(match["ua"]):
        return None
    a, b, by = value(match["a"]), value(match["b"]), multiplier(match["tb"])
    # 3—10万 is 3万 to 10万; 5000—1万 is 5000 to 1万.
    low = a * (multiplier(match["ta"]) if match["ta"] else (by if a <= b else 1))
    if low > b * by:
        raise CommsvcError(f"the range {rest!r} runs from {low} down to {b * by}")
    return _range((HUNDREDTHS[match["per"][0]] if match["per"] else "") + unit, low, b * by)


def pair(rest: str) -> Core | None:
    """两三个, 七八十人, 十七八岁, 三百七八十万."""
    match = _PAIR.match(rest)
    if match is None:
        return None
    unit = rest[match.end() :]
    by, large = multiplier(match["small"]), multiplier(match["large"])
    base = value(match["head"]) if match["head"] else Fraction(0)
    low, high = value(match["a"]) * by, value(match["b"]) * by
    if low >= high or ((base or by == large == 1) and re.match(HAN, unit)):
        return None
    return _range(unit, (base + low) * large, (base + high) * large)


def _range(unit: str, low: Fraction, high: Fraction) -> Core:
    return Core(unit.strip(), kind="range", values=Interval(low, high))


def indefinite(rest: str) -> Core | None:
    """十几, 几十, 数百, 上千, 数以万计."""
    if match := _COUNTLESS.fullmatch(rest):
        least = 100 if match["up"] else multiplier(match["by"])
        most = 10 * (multiplier(match["up"]) if match["up"] else least)
        return _indefinite(match["unit"], least, most, closed=False)
    match = _INDEFINITE.fullmatch(rest)
    if match is None or (match["few"] == "上" and not match["by"]):
        return None
    by = multiplier(match["by"])
    if match["few"] == "上":
        return _indefinite(match["unit"], by, 10 * by, closed=False)
    if match["head"]:
        base = int(value(match["head"]))
        return _indefinite(match["unit"], (base + 1) * by, (base + 9) * by)
    # 几十 is two to nine tens and whatever stands below them.
    return _indefinite(match["unit"], 2 * by, 10 * by if by > 1 else 9, closed=by == 1)


def _indefinite(unit: str, low: int, high: int, *, closed: bool = True) -> Core:
    values = Interval.of(low, high, high_closed=closed)
    return Core(unit, hedge="indefinite", kind="indefinite", values=values)
