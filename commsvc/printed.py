"""Reading a number *as printed*: what it may stand for, from its digits, hedge and unit.

A printed number stays a string until it is read here, because its trailing zeros and its words
carry its precision: ``45.2%`` is any share from 45.15 to just under 45.25 %, ``60多万元`` is more
than 600 000 and less than 700 000 yuan, ``近97万`` is a little under 970 000.

What each hedge means
---------------------
The *lowest written place* of a number is the unit of its last non-zero digit (60万: 10万).

=============  ==============================================  ==============================
hedge          words                                           stands for
=============  ==============================================  ==============================
(none)         a count in whole units                          that number alone
(none)         decimals, a multiplier (万), a measured unit    what rounds to it
`about`        约 大约 左右 上下 近似 about around ~           what rounds to it at its lowest
                                                               written place
`nearly`       近 将近 接近 nearly almost                      below it, by less than one unit
                                                               of its lowest written place
`over`         多 余 来 (inside it: 60多万) 有余                above it, by less than one such
                                                               unit; without limit where the
                                                               number is written to the unit
                                                               (856多)
`more_than`    超过 突破 逾 以外 > over                        above it
`at_least`     以上 至少 不少于 不低于 ≥ at least              it or above
`less_than`    不足 不到 少于 低于 未满 < under                from 0 to below it
`at_most`      以下 以内 不超过 至多 ≤ up to                   from 0 to it
`range`        3—10, 15至20                                    between the two, ends included
`indefinite`   十几 几十 数百 上千                             what the words allow
`masked`       20xx __ xx                                      unknown
=============  ==============================================  ==============================

That 以上, 以下 and 以内 include the number and 不满, 超过 and 以外 do not is the rule of Chinese
law (Civil Code of the PRC, article 1259); 来 is read with 多 and 余. A count's intervals hold only
whole numbers: `Interval.whole` lists them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from commsvc.errors import CommsvcError
from commsvc.exact import RULES, Interval, Number, before_rounding

MULTIPLIERS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}

_WORDS: Final = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}

# unit -> (base unit, factor); a 亩 is 2000/3 square metres.
CONVERSIONS: Final[dict[str, tuple[str, Fraction]]] = {
    **dict.fromkeys(["平方米", "平米", "平方", "㎡", "m²", "m2"], ("平方米", Fraction(1))),
    **dict.fromkeys(["亩", "mu"], ("平方米", Fraction(2000, 3))),
    **dict.fromkeys(["公顷", "ha"], ("平方米", Fraction(10000))),
    **dict.fromkeys(["平方公里", "km²"], ("平方米", Fraction(10**6))),
    **dict.fromkeys(["米", "m"], ("米", Fraction(1))),
    **dict.fromkeys(["公里", "千米", "km"], ("米", Fraction(1000))),
    "里": ("米", Fraction(500)),
    **dict.fromkeys(["元", "块", "yuan"], ("元", Fraction(1))),
    "角": ("元", Fraction(1, 10)),
    "分钱": ("元", Fraction(1, 100)),
    "%": ("", Fraction(1, 100)),
    "‰": ("", Fraction(1, 1000)),
    "成": ("", Fraction(1, 10)),
    **dict.fromkeys(["个百分点", "百分点"], ("个百分点", Fraction(1))),
}
# What is measured, not counted: a whole number of these has been rounded.
MEASURED: Final = {*CONVERSIONS, "小时", "分钟", "吨", "公斤", "千克", "km", "hours"}

_BEFORE: Final = {
    "about": "大约 约有 约占 约为 约 大概 差不多 近似 about around approximately approx. ~ ≈",
    "nearly": "将近 接近 近 nearly almost",
    "more_than": "超过 突破 不止 逾 超 大于 高于 多于 more than over > ＞",
    "at_least": "至少 最少 起码 at least ≥ >= 不下",
    "less_than": "不足 不到 不及 未达 未达到 没有达到 少于 低于 小于 未满 不满 "
    "less than fewer than under < ＜",
    "at_most": "至多 最多 at most up to ≤ <=",
}
_AFTER: Final = {
    "about": "左右 上下",
    "at_least": "及以上 以上",
    "more_than": "以外 开外",
    "over": "有余",
    "at_most": "及以下 以下 以内 之内",
}
_TWO_WORDS: Final = ("more than", "less than", "fewer than", "at least", "at most", "up to")


def _lexicon(words: dict[str, str]) -> list[tuple[str, str]]:
    """(word, hedge) pairs, longest word first, so that 不超过 is not read as 超过."""
    pairs = []
    for hedge, line in words.items():
        for phrase in _TWO_WORDS:
            if phrase in line:
                pairs.append((phrase, hedge))
                line = line.replace(phrase, "")
        pairs += [(word, hedge) for word in line.split()]
    return sorted(pairs, key=lambda pair: -len(pair[0]))


def _denied() -> list[tuple[str, str]]:
    """不得少于 is at least, 未超过 at most: what is denied turns a comparison round."""
    nots = ("不", "不得", "不能", "不应", "不宜", "不可", "不会", "并不", "未", "没有")
    turned = {
        "at_most": ("超过", "突破", "高于", "多于", "大于"),
        "at_least": ("少于", "低于", "小于"),
    }
    english = {"at_most": ("more than", "over"), "at_least": ("less than", "fewer than", "under")}
    return [
        (n + word, hedge) for hedge, words in turned.items() for word in words for n in nots
    ] + [
        (f"{n} {word}", hedge)
        for hedge, words in english.items()
        for word in words
        for n in ("no", "not")
    ]


_PREFIXES: Final = sorted([*_lexicon(_BEFORE), *_denied()], key=lambda pair: -len(pair[0]))
_SUFFIXES: Final = _lexicon(_AFTER)
# Every hedge word, longest first, with what it means: for those who look for numbers in a text.
HEDGES_BEFORE: Final = dict(_PREFIXES)
HEDGES_AFTER: Final = dict(_SUFFIXES)

_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_HAN = "[零〇○一二两三四五六七八九十百千万亿廿半]+(?:点[零〇一二三四五六七八九]+)?"
_NUMBER: Final = re.compile(
    rf"(?P<digits>[-−]?(?:{_DIGITS})|{_HAN})\s*"
    rf"(?P<more1>[多余来])?(?P<times>(?:(?!千[克米瓦]|百分)[十百千万亿])+)?(?P<more2>[多余])?"
    r"(?:\s*(?P<word>hundred|thousand|million|billion)\b\s*)?"
)
_PAIR: Final = re.compile(
    r"(?P<a>[一二两三四五六七八九])(?P<b>[二三四五六七八九])(?P<times>[十百千万亿]*)"
)
# 一年多, 两个多月, 三年半: what is more than whole units is part of one unit.
_PART: Final = re.compile(
    r"(?P<classifier>个)?(?P<more>多|半)?(?P<span>小时|钟头|工作日|星期|季度|分钟|年|月|天|周|岁)"
    r"(?P<tail>多|余|半)?"
)
_RANGE: Final = re.compile(
    rf"(?P<a>[-−]?(?:{_DIGITS})|{_HAN})(?P<ta>[万亿])?(?P<ua>%|‰)?\s*(?:[-—–―~～至到]+|to)\s*"
    rf"(?P<b>(?:{_DIGITS})|{_HAN})(?P<tb>[百千万亿]+)?"
)
_MASK: Final = re.compile(r"\d*(?:[xX×*＊]{1,}|_{1,})\d*")
# 一个多月, 一个月多, 三年多: the 多 stands behind the measure word instead of the number.
_MORE_BEHIND: Final = re.compile(r"(?P<whole>个)[多余](?P<rest>.+)|(?P<unit>.+)[多余]")
_INDEFINITE: Final = re.compile(
    r"(?P<head>[一二三四五六七八九]?十|\d+0)?(?P<few>几|数|上)(?P<unit>[十百千万亿]*)"
)
_HAN_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}


@dataclass(frozen=True)
class Printed:
    """A number as printed, read.

    Attributes
    ----------
    text : the string as printed
    kind : `number`, `range`, `fraction` (1/3, 三分之一), `ratio` (1:2), `indefinite` or `masked`
    hedge : see the module's table; empty for a plain number
    unit : the unit as printed, after any 万; empty where none is printed
    face : the number itself, 万 multiplied out, in `unit`; `None` for a range or a mask
    quantum : one unit of the last printed place, in `unit`; `None` where there is none
    values : every value it may stand for, in `unit`; `None` where masked
    parts : the two sides of a ratio
    """

    text: str
    kind: str
    hedge: str
    unit: str
    face: Fraction | None
    quantum: Fraction | None
    values: Interval | None
    parts: tuple[Fraction, ...] = ()

    def in_base_unit(self) -> Interval:
        """The values in the unit's base unit: 亩 as 平方米, 公里 as 米, % as a share of one.

        >>> print(read("5亩", exact=True).in_base_unit())
        {3333.3333}
        """
        if self.values is None:
            raise CommsvcError(f"{self.text!r} is masked: it has no value")
        return self.values * CONVERSIONS.get(self.unit, (self.unit, Fraction(1)))[1]

    @property
    def base_unit(self) -> str:
        """The unit that `in_base_unit` gives; empty for a percentage."""
        return CONVERSIONS.get(self.unit, (self.unit, Fraction(1)))[0]


def read(text: str, *, rule: str = "half_up", exact: bool = False) -> Printed:
    """What a printed number may stand for.

    Parameters
    ----------
    text : one printed number with its hedge and unit, as ``"60多万元"``, ``"45.2%"``, ``"1:2"``;
        full-width forms, ``。`` for the decimal point and thousands separators are understood
    rule : how the figure was rounded, one of `commsvc.exact.RULES`
    exact : the figure is a rule or a standard (5000 residents a doctor), not a rounded measurement:
        an unhedged number then stands for itself alone

    Raises
    ------
    CommsvcError : where the text holds no number, or more than one

    Examples
    --------
    >>> for text in ["58。18%", "0。5—1万人", "60多万元", "近97万", "不足100平方米", "十几个",
    ...              "1:2"]:
    ...     p = read(text)
    ...     print(p.text, p.kind, p.hedge, p.values, p.unit)
    58。18% number  [58.175, 58.185) %
    0。5—1万人 range range [5000, 10000] 人
    60多万元 number over (600000, 700000) 元
    近97万 number nearly (960000, 970000)
    不足100平方米 number less_than [0, 100) 平方米
    十几个 indefinite indefinite [11, 19] 个
    1:2 ratio  {0.5}
    """
    if not isinstance(text, str):
        raise CommsvcError(
            f"{text!r} is a {type(text).__name__}, not a string",
            next_step="pass the number as it was printed: its trailing zeros carry its precision",
        )
    if rule not in RULES:
        before_rounding(Fraction(0), Fraction(1), rule)  # raises, naming the rules
    clean = _normalise(text)
    if not clean:
        raise CommsvcError("an empty string holds no number")
    for reader in (_masked, _indefinite, _ratio, _fraction, _pair, _range, _part_of_unit):
        found = reader(clean)
        if found is not None:
            return replace(found, text=text)
    return replace(_number(clean, rule, exact), text=text)


def prints_as(value: Number, printed: str | Printed, rule: str = "half_up") -> bool:
    """Whether `value`, in the printed unit, can be what was printed.

    >>> prints_as(Fraction(2000, 42), "47%"), prints_as(Fraction(2000, 42), "47%", "truncate")
    (False, True)
    """
    text = printed.text if isinstance(printed, Printed) else printed
    values = read(text, rule=rule).values
    return values is not None and value in values


def rules_that_print(value: Number, printed: str | Printed) -> tuple[str, ...]:
    """The rounding rules under which `value` prints so, in the order of `RULES`.

    >>> rules_that_print(Fraction(1900, 42), "45.2%")
    ('half_up', 'half_even', 'truncate')
    """
    return tuple(rule for rule in RULES if prints_as(value, printed, rule))


def _normalise(text: str) -> str:
    # The decimal 。 first: NFKC leaves it, and the full-width digits around it become plain after.
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(r"(?<=\d)。(?=\d)", ".", text)
    # 不到…一半: what stood between hedge and number was left out; "P=0.04": the name of the figure.
    text = re.sub(r"…+|\.{3,}|^[Pp]\s*(?=[<>=≤≥])|=\s*(?=[\d.])", "", text)
    # 856人(次) and 856人次 are the same unit.
    return text.replace("∶", ":").replace("人(次)", "人次").strip()


def _value(token: str) -> Fraction:
    """The number a run of digits or Chinese numerals stands for."""
    token = token.replace(",", "").replace("−", "-")
    if re.fullmatch(r"-?[\d.]+", token):
        return Fraction(token)
    if "点" in token:
        whole, decimals = token.split("点")
        tail = "".join(str(_HAN_DIGITS[c]) for c in decimals)
        return _value(whole) + Fraction(int(tail), 10 ** len(tail))
    if token == "半":
        return Fraction(1, 2)
    if all(c in _HAN_DIGITS for c in token):
        return Fraction(int("".join(str(_HAN_DIGITS[c]) for c in token)))
    total = section = digit = Fraction(0)
    for c in token.replace("廿", "二十"):
        if c in _HAN_DIGITS:
            digit = Fraction(_HAN_DIGITS[c])
        elif c == "半":
            total += Fraction(1, 2)
        elif MULTIPLIERS[c] < 10**4:
            section += (digit or 1) * MULTIPLIERS[c]
            digit = Fraction(0)
        else:
            total = (total + section + digit or Fraction(1)) * MULTIPLIERS[c]
            section = digit = Fraction(0)
    return total + section + digit


def _times(token: str | None) -> int:
    product = 1
    for c in token or "":
        product *= MULTIPLIERS[c]
    return product


def _last_place(token: str) -> Fraction:
    """One unit of the last written place of a number in digits."""
    decimals = token.partition(".")[2]
    return Fraction(1, 10 ** len(decimals))


def _lowest_place(value: Fraction, last: Fraction) -> Fraction:
    """One unit of the last non-zero place: 10 for 60, 1 for 856, 1/10 for 45.20's 45.2."""
    if value == 0:
        return last
    place = last
    while value % (place * 10) == 0:
        place *= 10
    return place


def _take_hedge(text: str) -> tuple[str, str]:
    if text[:1].isdecimal():  # no hedge starts with a digit, and most figures do
        return "", text
    for word, hedge in _PREFIXES:
        if text.lower().startswith(word):
            return hedge, text[len(word) :].strip()
    return "", text


def _take_suffix(unit: str) -> tuple[str, str]:
    for word, hedge in _SUFFIXES:
        if unit.endswith(word):
            return hedge, unit[: -len(word)].strip()
    return "", unit


def _masked(text: str) -> Printed | None:
    match = _MASK.match(text)
    if match is None:
        return None
    return Printed(text, "masked", "masked", text[match.end() :], None, None, None)


def _indefinite(text: str) -> Printed | None:
    match = _INDEFINITE.match(text)
    if match is None:
        return None
    head, few, times = match["head"], match["few"], _times(match["unit"])
    if few == "上":
        if times == 1:
            return None
        values = Interval.of(times, 10 * times, high_closed=False)
    elif head:
        base = _value(head) * times
        values = Interval.of(base + times, base + 9 * times)
    elif times == 1:
        values = Interval.of(2, 9)
    else:
        # 几十 is two to nine tens and whatever stands below them.
        values = Interval.of(2 * times, 10 * times, high_closed=False)
    unit = text[match.end() :]
    return Printed(text, "indefinite", "indefinite", unit, None, None, values)


def _ratio(text: str) -> Printed | None:
    match = re.fullmatch(rf"({_DIGITS})\s*:\s*({_DIGITS})", text)
    if match is None:
        return None
    a, b = _value(match[1]), _value(match[2])
    if b == 0:
        raise CommsvcError(f"the ratio {text!r} has nothing on its right-hand side")
    return Printed(text, "ratio", "", "", a / b, None, Interval.point(a / b), (a, b))


def _fraction(text: str) -> Printed | None:
    hedge, rest = _take_hedge(text)
    percent = re.fullmatch(rf"百分之({_HAN}|{_DIGITS})(.*)", rest)
    if percent and percent[1] != "百":
        digits = _value(percent[1])
        place = _last_place(f"{float(digits)}" if digits.denominator != 1 else "1")
        return _stand_for(text, hedge or _take_suffix(percent[2])[0], "%", digits, place)
    if percent:
        return _stand_for(text, hedge, "%", Fraction(100), Fraction(1))
    if tenths := re.fullmatch(r"([一二三四五六七八九])成([一二三四五六七八九半])(.*)", rest):
        digits = _value(tenths[1]) + (
            Fraction(1, 2) if tenths[2] == "半" else _value(tenths[2]) / 10
        )
        return _stand_for(text, hedge or _take_suffix(tenths[3])[0], "成", digits, Fraction(1, 10))
    match = re.fullmatch(rf"({_DIGITS})/({_DIGITS})(.*)", rest)
    if match:
        over, under, unit = _value(match[1]), _value(match[2]), match[3]
    elif match := re.fullmatch(rf"({_HAN})分之({_HAN})(.*)", rest):
        over, under, unit = _value(match[2]), _value(match[1]), match[3]
    elif match := re.fullmatch(r"(?:的)?(?:一半|半数|过半数|过半)(.*)", rest):
        over, under, unit = Fraction(1), Fraction(2), match[1]
        hedge = hedge or ("more_than" if rest.startswith("过半") else "")
    else:
        return None
    if under == 0:
        raise CommsvcError(f"the fraction {text!r} divides by nothing")
    suffix, unit = _take_suffix(unit)
    read_as = _stand_for(text, hedge or suffix, unit, over / under, None)
    return replace(read_as, kind="fraction")


def _range(text: str) -> Printed | None:
    hedge, rest = _take_hedge(text)
    match = _RANGE.match(rest)
    if match is None:
        return None
    a, b = _value(match["a"]), _value(match["b"])
    times_b = _times(match["tb"])
    # 3—10万 is 3万 to 10万; 5000—1万 is 5000 to 1万.
    times_a = _times(match["ta"]) if match["ta"] else (times_b if a <= b else 1)
    low, high = a * times_a, b * times_b
    if low > high:
        raise CommsvcError(f"the range {text!r} runs from {low} down to {high}")
    unit = rest[match.end() :].strip()
    return Printed(text, "range", hedge or "range", unit, None, None, Interval(low, high))


def _pair(text: str) -> Printed | None:
    """两三个, 七八十人: two digits in a row, each with what multiplies the second."""
    hedge, rest = _take_hedge(text)
    match = _PAIR.match(rest)
    if match is None or (match["times"] == "" and re.match(_HAN, rest[match.end() :])):
        return None
    low, high = _value(match["a"]), _value(match["b"])
    if low >= high:
        return None
    times = _times(match["times"])
    unit = rest[match.end() :].strip()
    values = Interval(low * times, high * times)
    return Printed(text, "range", hedge or "range", unit, None, None, values)


def _part_of_unit(text: str) -> Printed | None:
    hedge, rest = _take_hedge(text)
    match = re.match(rf"({_DIGITS}|{_HAN})", rest)
    part = _PART.fullmatch(rest[match.end() :]) if match else None
    if match is None or part is None:
        return None
    unit, whole = (part["classifier"] or "") + part["span"], _value(match[1])
    half = None
    if whole == Fraction(1, 2) and not (part["more"] or part["tail"]):
        half = whole
    elif "半" in (part["more"], part["tail"]):
        half = whole + Fraction(1, 2)
    if half is not None and hedge:
        return _stand_for(text, hedge, unit, half, Fraction(1, 2))
    if half is not None:
        return Printed(text, "number", "", unit, half, None, Interval.point(half))
    # 五十多岁 lacks less than ten years, 一年多 and 两个多月 less than one unit.
    if part["tail"] or (part["more"] and (part["classifier"] or whole % 10)):
        values = Interval(whole, whole + 1, False, False)
        return Printed(text, "number", "over", unit, whole, Fraction(1), values)
    return None


def _number(text: str, rule: str, exact: bool) -> Printed:
    hedge, rest = _take_hedge(text)
    match = _NUMBER.match(rest)
    if match is None:
        raise CommsvcError(
            f"{text!r} holds no number that can be read",
            allowed='forms such as "45.2%", "60多万元", "3—10万人", "近97万", "十几个", "1:2"',
        )
    token = match["digits"]
    if match["more1"] or match["more2"]:
        hedge = "over"
    suffix, unit = _take_suffix(rest[match.end() :].strip())
    if not hedge and (behind := _MORE_BEHIND.fullmatch(unit)):
        hedge, unit = "over", behind["unit"] or behind["whole"] + behind["rest"]
    if re.search(r"\d", re.sub(r"[a-zA-Z]+[²2]", "", unit)):
        raise CommsvcError(f"{text!r} holds more than one number", next_step="read them one by one")
    times = _times(match["times"]) * _WORDS.get(match["word"] or "", 1)
    in_digits = bool(re.search(r"\d", token))
    face = _value(token) * times
    place = _last_place(token) * times if in_digits else _lowest_place(face, Fraction(1))
    counted = face.denominator == 1 and times == 1 and unit not in MEASURED
    if not (hedge or suffix) and (exact or (counted and "." not in token)):
        return Printed(text, "number", "", unit, face, place, Interval.point(face))
    return _stand_for(text, hedge or suffix, unit, face, place, rule)


def _stand_for(
    text: str,
    hedge: str,
    unit: str,
    face: Fraction,
    place: Fraction | None,
    rule: str = "half_up",
) -> Printed:
    """A single number with the set of values its hedge gives it."""
    # A fraction in words (一半) has no decimal places: hedged loosely, it has no stated end.
    lowest = _lowest_place(face, place) if place else None
    if hedge == "" or (hedge == "about" and lowest):
        step = place if hedge == "" else lowest
        values = before_rounding(face, step, rule) if step else Interval.point(face)
    elif hedge == "over" and lowest and lowest > 1:
        values = Interval(face, face + lowest, False, False)
    elif hedge in ("over", "more_than"):
        values = Interval(face, None, False, False)
    elif hedge == "nearly" and lowest:
        values = Interval(face - lowest, face, False, False)
    elif hedge == "at_least":
        values = Interval(face, None, True, False)
    elif hedge == "at_most":
        values = Interval.of(0, face)
    elif hedge == "less_than":
        values = Interval.of(0, face, high_closed=False)
    else:
        values = Interval(None, None, False, False)
    return Printed(text, "number", hedge, unit, face, place, values)
