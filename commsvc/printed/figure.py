"""A printed figure, read, and the set of values that its hedge gives it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.numerals import lowest_place
from commsvc.printed.rounding import before_rounding
from commsvc.printed.unit_table import CONVERSIONS, MEASURED
from commsvc.shown import Shown


@dataclass(frozen=True)
class Printed(Shown):
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

        >>> from commsvc.printed import read
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


def stand_for(
    text: str,
    hedge: str,
    unit: str,
    face: Fraction,
    place: Fraction | None,
    rule: str = "half_up",
) -> Printed:
    """A single number with the set of values its hedge gives it.

    `face` and `place` (one unit of the last written place, None for a fraction in words) are in
    `unit`.
    """
    # A fraction in words (一半) has no decimal places: hedged loosely, it has no stated end.
    lowest = lowest_place(face, place) if place else None
    if hedge == "" or (hedge == "about" and lowest):
        step = place if hedge == "" else lowest
        values = before_rounding(face, step, rule) if step else Interval.point(face)
    elif hedge == "over" and lowest and (lowest > 1 or unit in MEASURED or unit == "倍"):
        values = Interval(face, face + lowest, False, False)
    elif hedge in ("over", "more_than"):
        values = Interval(face, None, False, False)
    elif hedge == "nearly" and lowest:
        values = Interval(face - lowest, face, False, False)
    elif hedge == "nearly":
        values = Interval(None if face <= 0 else Fraction(0), face, False, False)
    elif hedge == "at_least":
        values = Interval(face, None, True, False)
    elif hedge in ("at_most", "less_than"):
        # What is counted starts at 0; what can be under it (零下5℃以下) has no end there.
        least = Fraction(0) if face >= 0 else None
        values = Interval(least, face, least is not None, hedge == "at_most")
    else:
        values = Interval(None, None, False, False)
    return Printed(text, "number", hedge, unit, face, place, values)
