"""A printed figure, read, and the set of values that its form and hedge give it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from commsvc.errors import CommsvcError
from commsvc.printed.exact_sets import Interval
from commsvc.printed.numerals import lowest_place
from commsvc.printed.rounding import before_rounding
from commsvc.printed.unit_table import CONVERSIONS, measured


@dataclass(frozen=True)
class Printed:
    """A number as printed, read.

    Attributes
    ----------
    text : the string as printed
    kind : `number`, `range`, `fraction` (1/3, 三分之一), `ratio` (1:2), `indefinite` or `masked`
    hedge : see the table of `commsvc.printed`; empty for a plain number
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


class Core(NamedTuple):
    """What the form of a number says of it, before the hedges around it are heard.

    Attributes
    ----------
    unit : all that stands behind the number: its unit, and perhaps a hedge
    face, place : the number, and one unit of its last written place (None: a fraction in words)
    hedge : a hedge inside the form (60多万)
    whole : whether it is written to the unit, so that a count is exact
    kind, values, parts : as in `Printed`; ``values`` where the form itself gives them, or else
        ``about``, what it means hedged by 约
    """

    unit: str = ""
    face: Fraction | None = None
    place: Fraction | None = None
    hedge: str = ""
    whole: bool = False
    kind: str = "number"
    values: Interval | None = None
    about: Interval | None = None
    parts: tuple[Fraction, ...] = ()


def heard(core: Core, text: str, hedge: str, unit: str, rule: str, exact: bool) -> Printed:
    """A number with its hedge: the set of values that both give it."""
    values = core.values
    point = not hedge and (exact or (core.whole and not measured(unit)))
    if values is None and core.face is not None:
        if core.about is not None and hedge == "about":
            values = core.about
        elif point and core.kind == "number":
            values = Interval.point(core.face)
        else:
            values = hedged(core.face, core.place, hedge, unit, rule)
    return Printed(text, core.kind, hedge, unit, core.face, core.place, values, core.parts)


def hedged(
    face: Fraction, place: Fraction | None, hedge: str, unit: str = "", rule: str = "half_up"
) -> Interval:
    """What a single number may stand for; ``place`` is one unit of its last written place."""
    # A fraction in words (一半) has no decimal places: hedged loosely, it has no stated end.
    lowest = lowest_place(face, place) if place else None
    if hedge == "" or (hedge == "about" and lowest):
        step = place if hedge == "" else lowest
        return before_rounding(face, step, rule) if step else Interval.point(face)
    if hedge == "over" and lowest and (lowest > 1 or measured(unit) or unit == "倍"):
        return Interval(face, face + lowest, False, False)
    if hedge in ("over", "more_than"):
        return Interval(face, None, False, False)
    if hedge == "nearly" and lowest:
        return Interval(face - lowest, face, False, False)
    if hedge == "at_least":
        return Interval(face, None, True, False)
    if hedge in ("at_most", "less_than", "nearly"):
        # What is counted starts at 0; what can be under it (零下5℃以下) has no end there.
        least = Fraction(0) if face >= 0 else None
        closed = least is not None and (hedge != "nearly")
        return Interval(least, face, closed, hedge == "at_most")
    return Interval(None, None, False, False)
