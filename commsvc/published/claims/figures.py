"""Whether a recomputed number prints as the figure that was printed, and how it would print."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Final

from commsvc.exact import Interval, Number, round_to
from commsvc.printed import Printed, read
from commsvc.published.claims.verdict import TRIED, Unreadable

# A P or an odds ratio's limit comes from SciPy in floats, good to some 12 digits; it is compared
# as the interval of this relative width around it, so that a tie is not decided by the last bit.
FLOAT_TOLERANCE: Final = Fraction(1, 10**9)

Value = Interval | Fraction | int | float


def as_interval(value: Value) -> Interval:
    """A recomputed value as the set of numbers it may be."""
    if isinstance(value, Interval):
        return value
    if isinstance(value, float):
        exact = Fraction(value)
        slack = abs(exact) * FLOAT_TOLERANCE
        return Interval(exact - slack, exact + slack)
    return Interval.point(value)


@lru_cache(maxsize=1 << 16)
def statistic_values(text: str, rule: str) -> Interval:
    """What a printed statistic stands for; ``<`` has no floor, for a statistic may be negative."""
    figure = read(text, rule=rule)
    values = figure.values or Interval(None, None, False, False)
    if figure.hedge in ("less_than", "at_most"):
        return Interval(None, values.high, False, values.high_closed)
    return values


@lru_cache(maxsize=1 << 16)
def share_values(text: str, rule: str) -> Interval:
    """What a printed percentage stands for, as a share of one; without a sign it is per cent."""
    figure = read(text, rule=rule)
    if figure.values is None:
        return Interval(None, None, False, False)
    if figure.kind in ("fraction", "ratio") and not figure.unit.startswith("%"):
        return figure.values
    if figure.unit in ("‰", "成"):
        return figure.in_base_unit()
    if figure.unit and not figure.unit.startswith(("%", "个百分点", "percent", "per cent")):
        raise Unreadable(f"{text!r} is not a percentage", f"{text!r} 不是百分比")
    return figure.values * Fraction(1, 100)


def share_rules(value: Fraction, text: str) -> tuple[str, ...]:
    """The rules under which a share prints as a percentage.

    >>> share_rules(Fraction(27, 32), "84.37%")
    ('truncate',)
    >>> share_rules(Fraction(18, 32), "56.2%")
    ('half_even', 'truncate')
    """
    return tuple(rule for rule in TRIED if value in share_values(text, rule))


def statistic_rules(value: Value, text: str) -> tuple[str, ...]:
    """The rules under which some admissible value of a statistic prints so."""
    values = as_interval(value)
    return tuple(rule for rule in TRIED if values.overlaps(statistic_values(text, rule)))


def matching_tests(
    values: Mapping[str, Value], text: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Which of several tests print so: (rules that hold for any of them, their names).

    Tests that print so rounded half up are named alone; only where there is none are those
    named that do so under another rule, with the rule behind a colon.
    """
    return name_tests({name: statistic_rules(value, text) for name, value in values.items()})


def name_tests(found: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The same from the rules under which each test prints so.

    >>> name_tests({"pearson_p": ("truncate",), "fisher_p": ()})
    (('truncate',), ('pearson_p:trunc',))
    """
    rules = tuple(rule for rule in TRIED if any(rule in each for each in found.values()))
    if "half_up" in rules:
        return rules, tuple(name for name, each in found.items() if "half_up" in each)
    other = tuple(
        f"{name}:{'trunc' if rule == 'truncate' else rule}"
        for rule in rules
        for name, each in found.items()
        if rule in each
    )
    return rules, other


def decimals(figure: Printed) -> int:
    """How many decimal places were printed.

    >>> decimals(read("45.20%"))
    2
    """
    places = 0
    quantum = figure.quantum or Fraction(1)
    while quantum < 1:
        quantum *= 10
        places += 1
    return places


def decimal_text(value: Number, places: int) -> str:
    """A number rounded half away from zero, as text, with exact arithmetic.

    >>> decimal_text(Fraction(-1, 8), 2), decimal_text(Fraction(2000, 42), 1)
    ('-0.13', '47.6')
    """
    value = Fraction(value)
    scaled = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    sign = "-" if value < 0 and scaled else ""
    if places == 0:
        return f"{sign}{scaled}"
    text = f"{scaled:0{places + 1}d}"
    return f"{sign}{text[:-places]}.{text[-places:]}"


def telling_text(value: Number | float, places: int) -> str:
    """A number with enough digits to see by eye how it rounds to `places`.

    One digit more than printed; more than that where the digit itself came from rounding and
    would mislead (47.4496 would show as 47.45).

    >>> telling_text(Fraction(2000, 42), 0), telling_text(Fraction("47.4496"), 1)
    ('47.6', '47.4496')
    """
    value = Fraction(value)
    for extra in (1, 2, 3):
        text = decimal_text(value, places + extra)
        if text[-1] not in "05":
            return text
        seen, step = Fraction(text), Fraction(1, 10**places)
        if seen == value or all(
            round_to(seen, step, rule) == round_to(value, step, rule)
            for rule in ("half_up", "truncate")
        ):
            return text
    return decimal_text(value, places + 4)


def plain_text(value: int | Fraction) -> str:
    """A number in full where it ends within six decimals, else rounded to six.

    >>> plain_text(Fraction(5, 2)), plain_text(1394)
    ('2.5', '1394')
    """
    exact = Fraction(value)
    for places in range(7):
        text = decimal_text(exact, places)
        if Fraction(text) == exact:
            return text
    return decimal_text(exact, 6)


def significant_text(value: Value, digits: int = 4) -> str:
    """A statistic to some significant digits, for a sentence; a range as its two ends.

    >>> significant_text(0.000123456), significant_text(Fraction(1, 3)), significant_text(12345)
    ('0.0001235', '0.3333', '12345')
    """
    if isinstance(value, Interval):
        ends = [None if end is None else significant_text(end) for end in (value.low, value.high)]
        return str(ends[0]) if ends[0] == ends[1] else f"{ends[0] or '-∞'} to {ends[1] or '∞'}"
    if isinstance(value, int) or (isinstance(value, Fraction) and value.denominator == 1):
        return str(int(value))
    number = float(value)
    if abs(number) >= 10**digits:
        return f"{number:.1f}"
    if number and abs(number) < 1e-6:
        return f"{number:.2e}"
    text = f"{number:#.{digits}g}"
    return text.rstrip(".")
