"""A printed figure that is one number over another: 1:2, 三分之一, 一半, 百分之五, 12.3/10万."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Printed, stand_for
from commsvc.printed.hedge_words import take_hedge, take_suffix
from commsvc.printed.numerals import DIGITS, HAN, HUNDREDTHS, last_place, lowest_place, value
from commsvc.printed.rounding import before_rounding

_SIDE: Final = rf"{DIGITS}|{HAN}"
_RATIO: Final = re.compile(rf"(?P<a>{_SIDE})\s*(?::|比)\s*(?P<b>{_SIDE})(?P<rest>\D*)")
_ONE: Final = Fraction(1)
# 三分之一多, 1/3强.
_BIT_MORE: Final = {"多": "over", "强": "over", "弱": "nearly"}
_ENGLISH_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5}
_ENGLISH_FRACTION: Final = re.compile(
    r"(?P<over>a|one|two|three|four)?[ -]?(?P<part>half|third|quarter|fifth)s?\b(?P<unit>.*)", re.I
)


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
    elif match := re.fullmatch(rf"({DIGITS})(?:/| (?:in|out of)(?: every)? )({DIGITS})(.*)", rest):
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
    if match := re.fullmatch(rf"([百千万])分之({HAN}|{DIGITS})(.*)", rest):
        tail = match[2].partition("点")[2]
        place = Fraction(1, 10 ** len(tail)) if tail else last_place(match[2])
        suffix, more = take_suffix(HUNDREDTHS[match[1]] + match[3])
        hedge = hedge or suffix or _BIT_MORE.get(more[1:], "")
        return stand_for(text, hedge, HUNDREDTHS[match[1]], value(match[2]), place)
    if match := re.fullmatch(r"([一二三四五六七八九])成([一二三四五六七八九半])(.*)", rest):
        tenth = Fraction(1, 2) if match[2] == "半" else value(match[2]) / 10
        suffix, _ = take_suffix("成" + match[3])
        return stand_for(text, hedge or suffix, "成", value(match[1]) + tenth, Fraction(1, 10))
    return None
