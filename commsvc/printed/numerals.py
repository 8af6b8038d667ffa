"""Numerals: runs of digits and Chinese numerals as exact numbers, and the forms they come in."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import Final

MULTIPLIERS: Final = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
ENGLISH: Final = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}

DIGITS: Final = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
HAN: Final = "[零〇○一二两三四五六七八九十百千万亿廿卅半]+(?:点[零〇一二三四五六七八九]+)?"
_HAN_DIGITS: Final = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_VULGAR: Final = re.compile(r"(\d*)([¼-¾⅐-⅞])")
_SPACED: Final = re.compile(r"(?<![\d.])\d{1,3}(?: \d{3})+(?!\d)")
_WRAPPED: Final = re.compile(r"[(\[{“\"'【「](?P<inside>[^()\[\]{}“”\"'【】「」]+)[)\]}”\"'】」]")


def normalise(text: str) -> str:
    """A printed figure in its plain form: half-width, without what merely surrounds it.

    >>> normalise("１２。５％"), normalise("(4.0)"), normalise("12 345人(次)"), normalise("¥3万")
    ('12.5%', '4.0', '12345人次', '3万¥')
    """
    # NFKC would make 11/2 of 1½.
    text = _VULGAR.sub(_improper, text)
    # The decimal 。 stays under NFKC; the full-width digits around it become plain.
    text = unicodedata.normalize("NFKC", text).strip()
    text = re.sub(r"(?<=\d)。(?=\d)", ".", text)
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped["inside"].strip()
    # 不到…一半: what stood between hedge and number was left out; "P=0.04": the name of the figure.
    name = r"^[Pp](?:值|[- ]value)?\s*(?=[<>=≤≥小大不])"
    text = re.sub(rf"…+|\.{{3,}}|{name}|=\s*(?=[\d.])", "", text)
    text = re.sub(r"^\+(?=[\d.])|[。、,;.]$|(?<=\.\d)(\d*%?)[*†‡]+$", r"\1", text)
    text = _SPACED.sub(lambda match: match[0].replace(" ", ""), text)
    if sign := re.match(r"([¥$€£])\s*(?=\d)", text):
        text = text[sign.end() :] + sign[1]
    # 856人(次) and 856人次 are the same unit.
    text = text.replace("∶", ":").replace("人(次)", "人次").replace("百分百", "百分之百")
    return text.strip()


def _improper(match: re.Match[str]) -> str:
    part = Fraction(unicodedata.numeric(match[2])).limit_denominator(10)
    return str(Fraction(int(match[1] or 0)) + part)


def value(token: str) -> Fraction:
    """The number a run of digits or Chinese numerals stands for.

    >>> [int(value(token)) for token in ("1,234", "一亿两千万", "一千零五", "两万五", "廿五")]
    [1234, 120000000, 1005, 25000, 25]
    """
    token = token.replace(",", "").replace("−", "-")
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
    """A numeral written with 十百千万亿."""
    total = section = digit = Fraction(0)
    last = 1
    for c in token:
        if c in _HAN_DIGITS:
            digit = Fraction(_HAN_DIGITS[c])
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
    # 两万五 and 三百五 leave out the next multiplier; 一千零五 does not.
    return total + section + digit * (last // 10 if last >= 100 else 1)


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


def lowest_place(number: Fraction, last: Fraction) -> Fraction:
    """One unit of the last non-zero place: 10 for 60, 1 for 856, 1/10 for 45.20's 45.2."""
    if number == 0:
        return last
    place = last
    while number % (place * 10) == 0:
        place *= 10
    return place
