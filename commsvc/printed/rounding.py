"""Rules of rounding: which numbers print as a figure, and as which figure a number prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Final

from commsvc.errors import unknown_name
from commsvc.printed.exact_sets import Interval, Number
from commsvc.words.messages import Message, message


def _half_up(value: Fraction, quantum: Fraction) -> Interval:
    half = quantum / 2
    if value == 0:
        return Interval(-half, half, False, False)
    return Interval(value - half, value + half, value > 0, value < 0)


def _half_even(value: Fraction, quantum: Fraction) -> Interval:
    closed = (value / quantum) % 2 == 0
    return Interval(value - quantum / 2, value + quantum / 2, closed, closed)


def _truncate(value: Fraction, quantum: Fraction) -> Interval:
    low = value - quantum if value <= 0 else value
    high = value + quantum if value >= 0 else value
    return Interval(low, high, value > 0, value < 0)


def _up(value: Fraction, quantum: Fraction) -> Interval:
    low = value if value < 0 else value - quantum
    high = value if value >= 0 else value + quantum
    if value == 0:
        return Interval.point(0)
    return Interval(low, high, value < 0, value > 0)


@dataclass(frozen=True)
class Rule:
    """A rule of rounding: its words, and every number that prints as a value, given the quantum."""

    label: Message
    before: Callable[[Fraction, Fraction], Interval]


# The one registry of rules: a row here is a rule everywhere.
RULES: Final = {
    "half_up": Rule(message("rounded half up"), _half_up),
    "half_even": Rule(message("its half rounded to even"), _half_even),
    "truncate": Rule(message("cut off, not rounded"), _truncate),
    "up": Rule(message("rounded up"), _up),
}


def before_rounding(value: Fraction, quantum: Fraction, rule: str = "half_up") -> Interval:
    """Every number that prints as `value` when figures are rounded to multiples of `quantum`.

    Parameters
    ----------
    value : the printed value, a multiple of `quantum`
    quantum : one unit of the last printed place, as ``Fraction(1, 10)`` for one decimal
    rule : `half_up` (halves away from zero), `half_even`, `truncate` (towards zero: figures
        cut off) or `up` (away from zero)

    Examples
    --------
    >>> print(before_rounding(Fraction(70), Fraction(1)))
    [69.5, 70.5)
    >>> print(before_rounding(Fraction(47), Fraction(1), "truncate"))
    [47, 48)
    """
    if rule not in RULES:
        raise unknown_name("rounding rule", rule, RULES)
    return RULES[rule].before(value, quantum)


def round_to(value: Number, quantum: Fraction, rule: str = "half_up") -> Fraction:
    """`value` rounded to a multiple of `quantum` under the rule.

    >>> share = Fraction(2000, 42)
    >>> round_to(share, Fraction(1)), round_to(share, Fraction(1), "truncate")
    (Fraction(48, 1), Fraction(47, 1))
    """
    steps = floor(Fraction(value) / quantum)
    for candidate in (steps, steps + 1):
        if value in before_rounding(candidate * quantum, quantum, rule):
            return candidate * quantum
    raise AssertionError("a rounding rule must cover every number")
