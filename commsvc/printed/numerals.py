"""Numerals: runs of digits and Chinese numerals as exact numbers, and the forms they come in."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Final

MULTIPLIERS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
ENGLISH: Final = {
    "hundred": 100,
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
}

DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
HAN: Final = "[零〇○一二两三四五六七八九十百千万亿廿卅半]+(?:点[零〇一二三四五六七八九]+)?"
# The forms of numerals that cheques and contracts use, lest a stroke be added.
FORMAL: Final = "壹贰叁肆伍陆柒捌玖拾佰仟"
# 百分之三 is 3 %.
HUNDREDTHS: Final = {"百": "%", "千": "‰", "万": "‱"}
SUPERSCRIPTS: Final = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾"
_WIDE: Final = "０１２３４５６７８９％＜＞＝．﹤﹥"
_PLAIN: Final = str.maketrans(FORMAL, "一二三四五六七八九十百千")
_HAN_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_VULGAR: Final = re.compile(r"(\d*)([¼-¾⅐-⅞])")
_WRAPPED: Final = re.compile(r"[(\[{“\"'【「](?P<inside>[^()\[\]{}“”\"'【】「」]+)[)\]}”\"'】」]")
# What is written of a figure in more than one way, and the one way it is read in. A superscript
# behind a digit is a footnote, and behind ×10 a power (which a PDF may have let down to ×104).
_SPELLINGS: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        (rf"([×xX*]\s?10)(?:\^?(?=[-−]\d|[2-9](?:\D|$))|(?=[{SUPERSCRIPTS}]))", r"\1^"),
        (rf"(?<=[\d%％])[{SUPERSCRIPTS}]+", ""),
    )
)
_HALF_WIDTH: Final = tuple(
    (re.compile(pattern), put)
    for pattern, put in (
        # 58。18, 58·18 and 58. 18
        (r"(?<=\d)(?:[。·•]|\s*\.\s+|\s+\.)(?=\d)", "."),
        # 12 345 and 14.239 8
        (r"(?<=\d) (?=\d{3}(?!\d))|(?<=\.\d{3}) (?=\d{1,3}(?!\d))", ""),
        # 不到…一半: what stood between hedge and number was left out; "P=0.04": the name of it.
        (r"…+|\.{3,}|^[Pp](?:值|[- ]value)?\s*(?=[<>=≤≥小大不])|=\s*(?=[\d.])", ""),
        (r"^\+(?=[\d.])|[。、,;.]$|(?<=\.\d)(\d*%?)[*†‡]+$", r"\1"),
        (r"([¥$€£])\s*(?=\d)(.*)", r"\2\1"),
        # 856人(次) and 856人次 are the same unit.
        ("人\\(次\\)", "人次"),
        ("百分百", "百分之百"),
        ("∶", ":"),
    )
)


@cache
def _traditional() -> dict[int, int]:
    source = resources.files(__package__).joinpath("traditional.txt").read_text("utf-8")
    traditional, simplified = source.split()
    return str.maketrans(traditional + _WIDE, simplified + "0123456789%<>=.<>")


def folded(text: str) -> str:
    """A text in simplified script and with plain digits, character for character.

    >>> folded("三萬餘個，80周歲")
    '三万余个，80周岁'
    """
    return text.translate(_traditional())


def normalise(text: str) -> str:
    """A printed figure in its plain form: simplified, half-width, without what surrounds it.

    >>> normalise("１２。５％"), normalise("(4.0)"), normalise("12 345人(次)"), normalise("¥3萬")
    ('12.5%', '4.0', '12345人次', '3万¥')
    >>> normalise("1204¹²人"), normalise("3.2×10⁴"), normalise("40. 8%"), normalise("t=14.239 8")
    ('1204人', '3.2×10^4', '40.8%', 't14.2398')
    """
    text = folded(text)
    for pattern, put in _SPELLINGS:
        text = pattern.sub(put, text)
    # NFKC would make 11/2 of 1½.
    text = _VULGAR.sub(_improper, text)
    text = unicodedata.normalize("NFKC", text).strip()
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped["inside"].strip()
    for pattern, put in _HALF_WIDTH:
        text = pattern.sub(put, text)
    return text.strip()


def _improper(match: re.Match[str]) -> str:
    part = Fraction(unicodedata.numeric(match[2])).limit_denominator(10)
    return str(Fraction(int(match[1] or 0)) + part)


def value(token: str) -> Fraction:
    """The number a run of digits or Chinese numerals stands for.

    >>> [int(value(token)) for token in ("1,234", "一亿两千万", "一千零五", "两万五", "廿五")]
    [1234, 120000000, 1005, 25000, 25]
    """
    token = token.replace(",", "").replace("−", "-").translate(_PLAIN)
    if re.fullmatch(r"-?[\d.]+", token):
        return Fraction(token)
    if "点" in token:
        whole, decimals = token.split("点")
        tail = "".join(str(_HAN_DIGITS[c]) for c in decimals)
        return value(whole) + Fraction(int(tail), 10 ** len(tail))
    if token == "半":
        return Fraction(1, 2)
    if all(c in _HAN_DIGITS for c in token):
        return Fraction(int("".join(str(_HAN_DIGITS[c]) for c in token)))
    return _positional(token.replace("廿", "二十").replace("卅", "三十"))


def _positional(token: str) -> Fraction:
    """A numeral written with 十百千万亿, its digits in either script: 1亿3千5百万."""
    total = section = digit = Fraction(0)
    last, size = 1, 0
    for c in re.findall(r"[\d.]+|.", token):
        size = len(c)
        if c in _HAN_DIGITS or c[0].isdigit():
            digit = Fraction(_HAN_DIGITS.get(c, c))
            last = 1 if digit == 0 else last
        elif c == "半":
            total += Fraction(1, 2)
        elif MULTIPLIERS[c] < 10**4:
            last = MULTIPLIERS[c]
            section += (digit or 1) * last
            digit = Fraction(0)
        else:
            last, small = MULTIPLIERS[c], section + digit
            # 一亿两千万: the 万 bears on what stands behind the 亿; 一万亿: the 亿 on all before.
            if last < total:
                total += small * last
            else:
                total = (total + small or Fraction(1)) * last
            section = digit = Fraction(0)
    # 两万五 and 3万5 leave out the next multiplier; 一千零五 and 12万3456 do not.
    return total + section + digit * (last // 10 if last >= 100 and size == 1 else 1)


def multiplier(token: str | None) -> int:
    """What a run of multipliers multiplies by: 10 000 000 for 千万."""
    product = 1
    for c in token or "":
        product *= MULTIPLIERS[c]
    return product


def last_place(token: str) -> Fraction:
    """One unit of the last written place of a number in digits."""
    decimals = token.partition(".")[2]
    return Fraction(1, 10 ** len(decimals))


def written_place(token: str) -> Fraction:
    """The same in either script: a tenth of 一点五."""
    return last_place(token.replace("点", ".").rstrip("十百千万亿"))


def lowest_place(number: Fraction, last: Fraction) -> Fraction:
    """One unit of the last non-zero place: 10 for 60, 1 for 856, 1/10 for 45.20's 45.2."""
    if number == 0:
        return last
    place = last
    while number % (place * 10) == 0:
        place *= 10
    return place
