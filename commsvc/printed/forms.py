"""The forms of one number: plain, in parts, to a base, one over another, or masked.

Each form, here and in `spans`, takes what stands behind a figure's hedge in its plain form
(`numerals.normalise`) and returns the number's `Core`, or `None` where the figure has another form;
`reader.read` tries them in turn.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.figure import Core
from commsvc.printed.hedge_words import take_suffix
from commsvc.printed.numerals import (
    DIGITS,
    ENGLISH,
    FORMAL,
    HAN,
    HUNDREDTHS,
    last_place,
    lowest_place,
    multiplier,
    value,
    written_place,
)
from commsvc.printed.rounding import before_rounding

_NUMBER: Final = re.compile(
    rf"(?P<digits>[-−]?(?:{DIGITS})|{HAN})\s*"
    rf"(?P<more1>[多余来])?(?P<times>(?:(?!千[克米瓦]|百分)[十百千万亿])+)?(?P<more2>[多余])?"
    rf"(?:\s*(?P<word>{'|'.join(ENGLISH)})\b\s*)?"
    r"(?:\s*[×xX*]\s*10\^(?P<power>[-−]?\d+)|[eE](?P<exponent>[-−+]?\d{1,2})(?!\d))?"
)
# 1亿2000万, 3万5千元, 12万3456人: each part with its own multiplier, the last perhaps without.
_COMPOUND: Final = re.compile(
    r"(?P<parts>\d+(?:\.\d+)?[百千万亿]+(?:零?\d+[百千万]+)*零?(?:\d+[百千万]+|\d+))"
    r"(?P<more>[多余]?)(?P<unit>\D*)"
)
# 壹佰贰拾叁万元整
_FORMAL: Final = re.compile(
    rf"(?:人民币)?(?P<whole>[{FORMAL}零万亿]+)(?:(?P<more>[余多])(?P<times>[万亿]*))?"
    r"(?P<unit>元|圆|美元|港元)?"
    rf"(?:(?P<tenths>[{FORMAL}零])角)?零?(?:(?P<hundredths>[{FORMAL}])分)?[整正]?(?P<rest>\D*)"
)
# 翻番, 翻了两番
_DOUBLED: Final = re.compile(r"翻了?(?P<times>[一两二三四五\d]?)番(?P<rest>\D*)")
# 一年多, 两个多月, 三年半: what is more than whole units is part of one unit.
_PART: Final = re.compile(
    rf"(?P<digits>{DIGITS}|{HAN})(?P<classifier>个)?(?P<more>多|半)?"
    r"(?P<span>小时|钟头|工作日|星期|季度|分钟|年|月|天|周|岁|倍)(?P<tail>多|余|半)?"
)
_MASK: Final = re.compile(r"\d*(?:[xX×*＊]{1,}|_{1,})(?!\s*10\^)\d*")
# 一个多月, 一个月多, 三年多: the 多 stands behind the measure word instead of the number.
_MORE_BEHIND: Final = re.compile(r"(?P<whole>个)[多余](?P<rest>.+)|(?P<unit>.+)[多余]")
_PER: Final = re.compile(
    rf"每(?P<base>[一二两三四五六七八九]?[十百千万]+|\d+[百千万]?)(?P<noun>(?!分)[^\d百千万]{{0,4}}?)\s*"
    rf"(?P<figure>(?:{DIGITS}).*)"
)
_SIDE: Final = rf"{DIGITS}|{HAN}"
_RATIO: Final = re.compile(rf"(?P<a>{_SIDE})\s*(?::|比)\s*(?P<b>{_SIDE})(?P<unit>\D*)")
_FRACTION: Final = re.compile(
    rf"(?P<rate>{DIGITS})/(?P<ten>10*)万(?P<unit1>.*)"
    rf"|(?P<over2>{DIGITS})(?:/| (?:in|out of)(?: every)? )(?P<under2>{DIGITS})(?P<unit2>.*)"
    rf"|(?P<under3>{HAN}|\d+)(?P<wan>(?<=\d)万)?分之(?P<over3>{HAN}|{DIGITS})(?P<unit3>.*)"
)
_HALF: Final = re.compile(
    r"(?:的)?(?P<said>一半|半数|过半数|过半|[大多小少]?半(?=$|[以左]))(?P<unit>.*)"
)
_HALF_SAID: Final = {"过": "more_than", "大": "more_than", "多": "more_than"} | dict.fromkeys(
    "小少", "less_than"
)
_ENGLISH_FRACTION: Final = re.compile(
    r"(?P<over>a|one|two|three|four)?[ -]?(?P<part>half|third|quarter|fifth)s?\b(?P<unit>.*)", re.I
)
_ENGLISH_PARTS: Final = {"half": 2, "third": 3, "quarter": 4, "fifth": 5}
_ENGLISH_COUNTS: Final = {"two": 2, "three": 3, "four": 4}
_OF_HUNDRED: Final = re.compile(rf"(?P<per>[百千万])分之(?P<digits>{HAN}|{DIGITS})(?P<unit>.*)")
_TENTHS: Final = re.compile(
    r"(?P<n>[一二三四五六七八九])成(?P<m>[一二三四五六七八九半])(?P<unit>.*)"
)
# 三分之一多, 1/3强.
_BIT_MORE: Final = {"多": "over", "强": "over", "弱": "nearly"}


def masked(rest: str) -> Core | None:
    """20xx, __, ×年."""
    match = _MASK.match(rest)
    return Core(rest[match.end() :], hedge="masked", kind="masked") if match else None


def part_of_unit(rest: str) -> Core | None:
    """三年半, 一年多, 两个多月, 一倍半."""
    part = _PART.fullmatch(rest)
    if part is None:
        return None
    unit, face = (part["classifier"] or "") + part["span"], value(part["digits"])
    half = "半" in (part["more"], part["tail"])
    if half or (face == Fraction(1, 2) and not (part["more"] or part["tail"])):
        face += Fraction(1, 2) * half
        # 半小时 is not rounded, though hours are measured.
        return Core(unit, face, Fraction(1, 2), kind="half")
    # 五十多岁 lacks less than ten years, 一年多 and 两个多月 less than one unit.
    if part["tail"] or (part["more"] and (part["classifier"] or face % 10)):
        return Core(unit, face, Fraction(1), "over", values=Interval(face, face + 1, False, False))
    return None


def per_base(rest: str) -> Core | None:
    """每千人1.2名: a rate, in 名 a thousand people."""
    match = _PER.fullmatch(rest)
    if match is None:
        return None
    core = number(match["figure"])
    suffix, unit = take_suffix(core.unit)
    return core._replace(unit=f"{unit}/{match['base']}{match['noun']}", hedge=core.hedge or suffix)


def compound(rest: str) -> Core | None:
    """1亿2000万, 3万5千元, 12万3456人: a number in parts, rounded at the last of them."""
    match = _COMPOUND.fullmatch(rest)
    if match is None:
        return None
    parts = re.findall(r"([\d.]+)([百千万亿]*)", match["parts"])
    (first, by), (last, times) = parts[0], parts[-1]
    face, most = value(match["parts"]), multiplier(by)
    # 12万3456 ends in what is below 万; of 3万5 the 5 stands for 5千.
    place = multiplier(times) if times else (most // 10 if len(last) == 1 else 1)
    below = face - value(first) * most
    if not (0 < below < most) or (not times and len(last) not in (1, len(str(most)) - 1)):
        return None
    more = "over" if match["more"] else ""
    return Core(match["unit"], face, Fraction(place), more, whole=place == 1)


def formal(rest: str) -> Core | None:
    """壹佰贰拾叁万元整: an amount as cheques have it, exact."""
    match = _FORMAL.fullmatch(rest)
    if match is None or not (match["unit"] or len(match["whole"]) > 1):
        return None
    face = value(match["whole"]) * multiplier(match["times"])
    if match["more"]:
        place = lowest_place(face, Fraction(1))
        return Core(match["unit"] or "" + match["rest"], face, place, "over")
    for part, size in ((match["tenths"], 10), (match["hundredths"], 100)):
        face += value(part) / size if part else 0
    return Core((match["unit"] or "").replace("圆", "元") + match["rest"], face)


def doubled(rest: str) -> Core | None:
    """翻番, 翻了两番: how many times something doubled."""
    match = _DOUBLED.fullmatch(rest)
    if match is None:
        return None
    unit, hedge = _without_noun("番" + match["rest"])
    return Core(unit, value(match["times"] or "一"), Fraction(1), hedge, whole=True)


def ratio(rest: str) -> Core | None:
    """1:2, 一比二, 1:1.5; hedged, the side that was not brought to 1 is what the hedge widens."""
    match = _RATIO.fullmatch(rest)
    if match is None or take_suffix(match["unit"].strip())[1]:
        return None
    a, b = value(match["a"]), value(match["b"])
    if b == 0:
        raise CommsvcError(f"the ratio {rest!r} has nothing on its right-hand side")
    place = written_place(match["b"] if a == 1 else match["a"])
    about = _near(a, b, place) if a else None
    return Core(match["unit"], a / b, kind="ratio", about=about, parts=(a, b))


def _near(a: Fraction, b: Fraction, place: Fraction = Fraction(1)) -> Interval:
    """About a/b: the side that was not brought to 1, written to this place, rounds to it."""
    side = b if a == 1 else a
    near = before_rounding(side, lowest_place(side, place))
    return Interval.point(a) / near if a == 1 else near / b


def fraction(rest: str) -> Core | None:
    """三分之一, 3/4, 12.3/10万, 3 in 10: one number over another."""
    match = _FRACTION.fullmatch(rest)
    if match is None:
        return None
    if match["rate"]:
        # 12.3/10万 is a rate whose numerator was rounded.
        under = Fraction(int(match["ten"]) * 10**4)
        over, place = value(match["rate"]), last_place(match["rate"]) / under
        return Core(match["unit1"], over / under, place, kind="fraction")
    under = value(match["under2"] or match["under3"]) * (10**4 if match["wan"] else 1)
    over, unit = value(match["over2"] or match["over3"]), match["unit2"] or match["unit3"] or ""
    if under == 0:
        raise CommsvcError(f"the fraction {rest!r} divides by nothing")
    return _in_words(over, under, unit)


def _in_words(over: Fraction, under: Fraction, unit: str, hedge: str = "") -> Core:
    hedge, unit = (_BIT_MORE[unit], "") if unit in _BIT_MORE else (hedge, unit)
    about = _near(over, under) if over else None
    return Core(unit, over / under, hedge=hedge, kind="fraction", about=about)


def in_words(rest: str) -> Core | None:
    """一半, 过半, half, two thirds."""
    if match := _HALF.fullmatch(rest):
        said = _HALF_SAID.get(match["said"][0], "")
        return _in_words(Fraction(1), Fraction(2), match["unit"], said)
    match = _ENGLISH_FRACTION.fullmatch(rest)
    if match is None:
        return None
    over = _ENGLISH_COUNTS.get((match["over"] or "").lower(), 1)
    under = _ENGLISH_PARTS[match["part"].lower()]
    return _in_words(Fraction(over), Fraction(under), match["unit"].strip())


def of_hundred(rest: str) -> Core | None:
    """百分之五, 千分之三点五, 六成半: percentages and the like in words."""
    if match := _OF_HUNDRED.fullmatch(rest):
        unit, hedge = _without_noun(HUNDREDTHS[match["per"]] + match["unit"])
        return Core(unit, value(match["digits"]), written_place(match["digits"]), hedge)
    if match := _TENTHS.fullmatch(rest):
        tenth = Fraction(1, 2) if match["m"] == "半" else value(match["m"]) / 10
        unit, hedge = _without_noun("成" + match["unit"])
        return Core(unit, value(match["n"]) + tenth, Fraction(1, 10), hedge)
    return None


def _without_noun(unit: str) -> tuple[str, str]:
    """A sign of parts with the hedge behind it, but not what it is a part of: 百分之五以上."""
    _, bare = take_suffix(unit)
    return unit[0] + unit[len(bare) :], _BIT_MORE.get(bare[1:], "")


def number(rest: str) -> Core:
    """A single number with its multiplier and unit; raises where there is none."""
    match = _NUMBER.match(rest)
    if match is None:
        raise CommsvcError(
            f"{rest!r} holds no number that can be read",
            allowed='forms such as "45.2%", "60多万元", "3—10万人", "近97万", "十几个", "1:2"',
        )
    token, unit = match["digits"], rest[match.end() :].strip()
    hedge = "over" if match["more1"] or match["more2"] else ""
    suffix, bare = take_suffix(unit)
    if not (hedge or suffix) and (behind := _MORE_BEHIND.fullmatch(bare)):
        hedge, unit = "over", behind["unit"] or behind["whole"] + behind["rest"]
    if re.search(r"\d", re.sub(r"[a-zA-Z]+[²³23]", "", unit)):
        raise CommsvcError(f"{rest!r} holds more than one number", next_step="read them one by one")
    by = Fraction(multiplier(match["times"]) * ENGLISH.get(match["word"] or "", 1))
    by *= Fraction(10) ** int((match["power"] or match["exponent"] or "0").replace("−", "-"))
    face = value(token) * by
    place = written_place(token) * by
    if token[-1] in HAN and not token[-1].isdecimal():
        place = lowest_place(face, written_place(token))
        if len(token) > 1 and token[-1] in "万亿":
            # 一百二十万 is rounded where 120万 is.
            by = place = Fraction(multiplier(token[-1]))
    whole = face.denominator == 1 and by == 1 and "." not in token
    return Core(unit, face, place, hedge, whole)
