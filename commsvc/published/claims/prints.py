"""Whether a recomputed number prints as the figure that was printed, and how it would print."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from commsvc.printed import Interval, Printed, before_rounding, read
from commsvc.printed.exact_sets import Number
from commsvc.published.claims.fields import number, printed_number, read_once
from commsvc.published.claims.verdict import TRIED, Lacking, Unreadable
from commsvc.words.messages import message
from commsvc.words.numbers import scientific

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


def under_rule(figure: Printed, rule: str) -> Interval | None:
    """What a figure stands for under a rounding rule, without reading its text again.

    The rule bears on a plain rounded number alone: a count is itself, and what hedges such as 多
    or < allow does not depend on it.

    >>> print(under_rule(read_once("47%"), "truncate"), under_rule(read_once("47名"), "truncate"))
    [47, 48) {47}
    """
    values = figure.values
    if rule == "half_up" or values is None or figure.hedge not in ("", "about"):
        return values
    if values.low is not None and values.low == values.high:
        return values
    if figure.hedge == "" and figure.face is not None and figure.quantum is not None:
        return before_rounding(figure.face, figure.quantum, rule)
    return read(figure.text, rule=rule).values


def as_rounded(figure: Printed, rule: str) -> Interval | None:
    """What a *computed* figure stands for: one printed without decimals has been rounded, too.

    A count of 21 is 21; a difference, a quotient or a percentage of 21 is whatever rounds to it.

    >>> print(as_rounded(read_once("21"), "half_up"), as_rounded(read_once("667人"), "truncate"))
    [20.5, 21.5) [667, 668)
    """
    plain = figure.kind == "number" and not figure.hedge
    if plain and figure.face is not None and figure.quantum is not None:
        return before_rounding(figure.face, figure.quantum, rule)
    return under_rule(figure, rule)


def quantity(value: Any, name: str) -> Interval:
    """A figure a test starts from: a number is itself, a string whatever rounds to it."""
    if not isinstance(value, str):
        return Interval.point(number(value, name))
    values = as_rounded(printed_number(value, name), "half_up")
    if values is None or values.empty:
        raise Lacking(message("no number is {value}", value=value))
    return values


def bounded(value: Any, name: str) -> Interval:
    """A figure that is given closely: with an end on both sides."""
    values = quantity(value, name)
    if not values.bounded:
        raise Lacking(message("{name} is not given closely", name=name))
    return values


@lru_cache(maxsize=1 << 16)
def statistic_values(text: str, rule: str) -> Interval:
    """What a printed statistic stands for; ``<`` has no floor, for a statistic may be negative."""
    figure = read_once(text)
    values = as_rounded(figure, rule) or Interval(None, None, False, False)
    if figure.hedge in ("less_than", "at_most"):
        return Interval(None, values.high, False, values.high_closed)
    return values


@lru_cache(maxsize=1 << 18)
def share_values(text: str, rule: str) -> Interval:
    """What a printed percentage stands for, as a share of one; without a sign it is per cent."""
    figure = read_once(text)
    values = as_rounded(figure, rule)
    if values is None:
        return Interval(None, None, False, False)
    if figure.kind in ("fraction", "ratio") and not figure.unit.startswith("%"):
        return values
    if figure.unit in ("‰", "成"):
        return _divided(values, 1000 if figure.unit == "‰" else 10)
    if figure.unit and not figure.unit.startswith(("%", "个百分点", "percent", "per cent")):
        raise Unreadable(f"{text!r} is not a percentage")
    return _divided(values, 100)


def _divided(values: Interval, by: int) -> Interval:
    low, high = values.low, values.high
    return Interval(
        None if low is None else low / by,
        None if high is None else high / by,
        values.low_closed,
        values.high_closed,
    )


@lru_cache(maxsize=1 << 16)
def _share_sets(text: str) -> tuple[tuple[str, Interval], ...]:
    return tuple((rule, share_values(text, rule)) for rule in TRIED)


def share_rules(count: int, of: int, text: str) -> tuple[str, ...]:
    """The rules under which count/of, of above 0, prints as a percentage.

    >>> share_rules(27, 32, "84.37%")
    ('truncate',)
    >>> share_rules(18, 32, "56.2%")
    ('half_even', 'truncate')
    """
    return tuple([rule for rule, values in _share_sets(text) if quotient_in(count, of, values)])


def quotient_in(over: int, under: int, values: Interval) -> bool:
    """Whether over/under, under above 0, lies in a set; whole numbers alone take part.

    >>> quotient_in(27, 32, Interval.of(Fraction(27, 32), 1, low_closed=False))
    False
    """
    low, high = values.low, values.high
    if low is not None:
        gap = over * low.denominator - low.numerator * under
        if gap < 0 or (gap == 0 and not values.low_closed):
            return False
    if high is not None:
        gap = over * high.denominator - high.numerator * under
        if gap > 0 or (gap == 0 and not values.high_closed):
            return False
    return True


def statistic_rules(value: Value, text: str) -> tuple[str, ...]:
    """The rules under which some admissible value of a statistic prints so."""
    values = as_interval(value)
    low = values.low
    if low is not None and low == values.high:
        over, under = low.numerator, low.denominator
        return tuple(r for r in TRIED if quotient_in(over, under, statistic_values(text, r)))
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
    quantum = figure.quantum
    # The quantum of a figure with decimals is a negative power of ten.
    return 0 if quantum is None else len(str(quantum.denominator)) - 1


def decimal_text(value: Number, places: int) -> str:
    """A number rounded half away from zero, as text, with exact arithmetic.

    >>> decimal_text(Fraction(-1, 8), 2), decimal_text(Fraction(2000, 42), 1)
    ('-0.13', '47.6')
    """
    return _quotient_text(value.numerator, value.denominator, places)


def _quotient_text(over: int, under: int, places: int) -> str:
    scaled = (2 * abs(over) * 10**places + under) // (2 * under)
    sign = "-" if over < 0 and scaled else ""
    if places == 0:
        return f"{sign}{scaled}"
    text = f"{scaled:0{places + 1}d}"
    return f"{sign}{text[:-places]}.{text[-places:]}"


def telling_text(value: Number, places: int) -> str:
    """A number with enough digits to see by eye how it rounds to `places`.

    One digit more than printed; more than that where the digit itself came from rounding and
    would mislead (47.4496 would show as 47.45).

    >>> telling_text(Fraction(2000, 42), 0), telling_text(Fraction("47.4496"), 1)
    ('47.6', '47.4496')
    """
    over, under = value.numerator, value.denominator
    for extra in (1, 2, 3):
        text = _quotient_text(over, under, places + extra)
        # Digits other than 0 and 5 lie on the same side of every end of a rounding interval.
        if text[-1] not in "05" or _rounds_alike(over, under, text, places, extra):
            return text
    return _quotient_text(over, under, places + 4)


def _rounds_alike(over: int, under: int, text: str, places: int, extra: int) -> bool:
    """Whether digits to `places + extra` round, and cut off, to the same as the number itself."""
    seen, step = abs(int(text.replace(".", ""))), 10**extra
    exact = abs(over) * 10**places
    cut = exact // under == seen // step
    return cut and (2 * exact + under) // (2 * under) == (2 * seen + step) // (2 * step)


def plain_text(value: int | Fraction) -> str:
    """A number in full where it ends within six decimals, else rounded to six.

    >>> plain_text(Fraction(5, 2)), plain_text(1394)
    ('2.5', '1394')
    """
    if value.denominator == 1:
        return str(value.numerator)
    for places in range(1, 7):
        if 10**places % value.denominator == 0:
            return decimal_text(value, places)
    return decimal_text(value, 6)


def significant_text(value: Value, digits: int = 4) -> str:
    """A statistic to some significant digits, for a sentence; a range as its two ends.

    >>> significant_text(0.000123456), significant_text(Fraction(1, 3)), significant_text(12345)
    ('0.0001235', '0.3333', '12345')
    >>> significant_text(2.8204e-08)
    '2.82×10⁻⁸'
    """
    if isinstance(value, Interval):
        ends = [None if end is None else significant_text(end) for end in (value.low, value.high)]
        return str(ends[0]) if ends[0] == ends[1] else f"{ends[0] or '-∞'} … {ends[1] or '∞'}"
    if isinstance(value, int) or (isinstance(value, Fraction) and value.denominator == 1):
        return str(int(value))
    number = float(value)
    if abs(number) >= 10**digits:
        return f"{number:.1f}"
    if number and abs(number) < 1e-6:
        return scientific(number, digits - 2)
    text = f"{number:#.{digits}g}"
    return text.rstrip(".")


def beside(value: Value, figure: Printed) -> str:
    """A statistic beside the figure it is held against, with digits enough to see a difference.

    >>> beside(184.2378, read("184.231")), beside(0.0221, read(".01"))
    ('184.238', '0.02210')
    """
    text, places = significant_text(value), decimals(figure)
    if isinstance(value, Interval) or len(text.partition(".")[2]) >= places:
        return text
    return decimal_text(Fraction(value), places)


def off_by(value: Value, figure: Printed) -> float:
    """How far a recomputed value is from a plain figure, in units of its last printed place."""
    values = as_interval(value)
    if figure.face is None or not figure.quantum or values.low is None or values.high is None:
        return float("inf")
    nearest = min(max(figure.face, values.low), values.high)
    return float(abs(nearest - figure.face) / figure.quantum)
