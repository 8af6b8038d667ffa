"""Numbers as text, one way each: P-values, shares, counts, intervals, numbers that hardly differ.

A P-value is never printed as 0, a minus is no hyphen, and nothing that is missing looks like 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor, isfinite, isnan, log10
from types import MappingProxyType
from typing import Any, Final

_RAISED: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NONE: Final = "–"
# Below this the digits of a P-value are the model's, not the data's.
SMALLEST_P: Final = 0.001


def p_value(p: float, level: float | None = None, places: int = 3) -> str:
    """P to three decimals, ``< 0.001`` below that, a dash for none.

    Beside a level it is compared with, it takes the decimals that leave it on its side.

    >>> p_value(0.0712), p_value(0.00031), p_value(float("nan"))
    ('0.071', '< 0.001', '–')
    >>> p_value(0.04996), p_value(0.04996, level=0.05), p_value(0.05, level=0.05)
    ('0.050', '0.04996', '0.050')
    """
    if isnan(p):
        return NONE
    if p < SMALLEST_P:
        return f"< {SMALLEST_P:g}"
    text = f"{p:.{places}f}"
    while level is not None and (float(text) < level) != (p < level):
        places += 1
        text = f"{p:.{places}f}"
    return text


def p_relation(p: float, level: float | None = None) -> str:
    """What stands behind the P of a sentence: ``= 0.071``, ``< 0.001``.

    >>> p_relation(0.0712), p_relation(2e-9)
    ('= 0.071', '< 0.001')
    """
    text = p_value(p, level)
    return text if text.startswith("<") else f"= {text}"


def p_cell(p: float) -> str:
    """P in a table: three significant digits, ``< 0.001`` below that.

    >>> p_cell(0.71234), p_cell(0.012345), p_cell(0.0012345), p_cell(1e-30), p_cell(1.0)
    ('0.712', '0.0123', '0.00123', '< 0.001', '1.00')
    """
    if isnan(p) or p < SMALLEST_P:
        return p_value(p)
    return significant(p, 3)


def significant(x: float, digits: int = 3) -> str:
    """A number to so many significant digits, without an exponent.

    >>> significant(0.012345), significant(1234.5), significant(-2.0)
    ('0.0123', '1,234', '−2.00')
    """
    if not isfinite(x):
        return NONE if isnan(x) else ("−∞" if x < 0 else "∞")
    power = floor(log10(abs(float(f"{x:.{digits - 1}e}")))) if x else 0
    return true_minus(f"{x:,.{max(0, digits - 1 - power)}f}")


def percent(share: float, places: int = 1) -> str:
    """A share of 1 as percent.

    >>> percent(0.7), percent(-0.0312), percent(float("nan"))
    ('70.0%', '−3.1%', '–')
    """
    return NONE if isnan(share) else true_minus(f"{share:.{places}%}")


def count(n: float) -> str:
    """A number of people or things; halves of weighted counts keep one decimal.

    >>> count(1234), count(12.5), count(float("nan"))
    ('1,234', '12.5', '–')
    """
    if isnan(n):
        return NONE
    return true_minus(f"{n:,.0f}" if float(n).is_integer() else f"{n:,.1f}")


def decimal(x: float, places: int = 2) -> str:
    """A number to so many decimals, thousands apart, with a true minus.

    >>> decimal(-1234.5), decimal(3.14159, 3)
    ('−1,234.50', '3.142')
    """
    if not isfinite(x):
        return significant(x)
    return true_minus(f"{x:,.{places}f}")


def interval(low: float, high: float, show: Callable[[float], str] = decimal) -> str:
    """The two ends of an interval; a comma between where an end is negative.

    >>> interval(0.384, 0.745, percent), interval(-0.26, 0.32)
    ('38.4%–74.5%', '−0.26, 0.32')
    """
    return f"{show(low)}{', ' if low < 0 or high < 0 else '–'}{show(high)}"


def apart(a: float, b: float, places: int = 1, most: int = 12) -> tuple[str, str]:
    """Two numbers with as many decimals as it takes to see that they differ.

    >>> apart(184.2, 184.238), apart(0.5, 0.5)
    (('184.20', '184.24'), ('0.5', '0.5'))
    """
    while a != b and f"{a:.{places}f}" == f"{b:.{places}f}" and places < most:
        places += 1
    return decimal(a, places), decimal(b, places)


def scientific(number: float, places: int) -> str:
    """A number as so many decimals times a power of ten.

    >>> scientific(2.8204e-08, 2), scientific(-9.96e-5, 1)
    ('2.82×10⁻⁸', '−1.0×10⁻⁴')
    """
    figures, power = f"{number:.{places}e}".split("e")
    return true_minus(f"{figures}×10{str(int(power)).translate(_RAISED)}")


def true_minus(text: str) -> str:
    """The text of a number with a minus sign where a hyphen stands before it.

    >>> true_minus("-0.05"), true_minus("4.8e-22"), true_minus("2019-20")
    ('−0.05', '4.8e-22', '2019-20')
    """
    return "−" + text[1:] if text[:1] == "-" and text[1:2].isdigit() else text


# What a field of a message may say of its number: {share:percent}, {p:p}.
SPECIFICATIONS: Final[Mapping[str, Callable[[Any], str]]] = MappingProxyType(
    {
        "count": count,
        "decimal": decimal,
        "p": p_relation,
        "percent": percent,
        "percent0": lambda share: percent(share, 0),
        "significant": significant,
    }
)
