"""Values as cells of a table that a spreadsheet may open."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Final

# What a spreadsheet takes for the beginning of a formula; a plain negative number is none.
_FORMULA: Final = re.compile(r" *[=+\-@\t\r\n|]")
_PLAIN_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?%?")


def exact_decimal(value: Fraction) -> str:
    """A fraction as a decimal where one ends, else as ``1/3``: never rounded.

    >>> exact_decimal(Fraction(903, 20)), exact_decimal(Fraction(1, 3))
    ('45.15', '1/3')
    """
    rest, places = value.denominator, 0
    while rest % 10 == 0:
        rest //= 10
        places += 1
    while rest % 2 == 0 or rest % 5 == 0:
        rest //= 2 if rest % 2 == 0 else 5
        places += 1
    if rest != 1:
        return str(value)
    if places == 0:
        return str(value.numerator)
    digits = f"{abs(value.numerator) * 10**places // value.denominator:0{places + 1}d}"
    whole, decimals = digits[:-places], digits[-places:].rstrip("0")
    sign = "-" if value < 0 else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def guard(text: str) -> str:
    """A cell that a spreadsheet does not take for a formula.

    >>> guard("=1+1"), guard("近97万"), guard("-3.2%")
    ("'=1+1", '近97万', '-3.2%')
    """
    return f"'{text}" if _FORMULA.match(text) and not _PLAIN_NUMBER.fullmatch(text) else text
