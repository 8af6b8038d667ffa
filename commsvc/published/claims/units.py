"""Bringing printed figures into one unit, and telling counts from measurements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.printed.unit_table import CONVERSIONS, MEASURED
from commsvc.published.claims.fields import number, printed_number
from commsvc.published.claims.figures import as_rounded, under_rule
from commsvc.published.claims.verdict import Lacking

Steps = list[Interval]
# More combinations of whole numbers than this are judged as continuous ranges: then the steps
# between them are finer than any printed figure.
_COMBINATIONS: Final = 20_000


@cache
def factor(unit: str) -> tuple[str, Fraction]:
    """The base unit of a printed unit and how many of it one is; a counted thing is its own."""
    if unit.startswith(("%", "percent", "per cent")):
        return "share", Fraction(1, 100)
    base, times = CONVERSIONS.get(unit, (unit, Fraction(1)))
    return (base or "share") if unit else "", times


def measured(unit: str) -> bool:
    """Whether the unit is of something measured (or a share), not of things counted."""
    return unit in MEASURED or factor(unit)[0] == "share"


def figure_of(value: Any, name: str) -> Printed | Fraction:
    """A string read as printed, a number taken as it is."""
    return printed_number(value, name) if isinstance(value, str) else number(value, name)


def figures_of(values: Sequence[Any], name: str) -> list[Printed | Fraction]:
    """Several of them."""
    return [figure_of(value, f"{name}[{i}]") for i, value in enumerate(values)]


def one_unit(figures: Iterable[Printed]) -> str:
    """The unit that all figures can be brought to; a bare number takes the others' unit.

    >>> from commsvc.printed import read
    >>> one_unit([read(text) for text in ("3亩", "2000平方米", "5")])
    '平方米'
    """
    bases = {factor(figure.unit)[0]: figure for figure in figures if figure.unit}
    kept = {base for base, figure in bases.items() if measured(figure.unit)}
    if len(kept) > 1 or (kept and len(bases) > 1):
        names = "/".join(figure.unit for figure in bases.values())
        raise Lacking(f"the units {names} cannot be compared", f"单位 {names} 无法相互比较")
    # 名 and 人 count the same heads: among counted things the words are not compared.
    return next(iter(bases), "")


def unit_size(figure: Printed | Fraction, bare: Fraction) -> Fraction:
    """How many base units one of the figure's units is; `bare` for a number without one."""
    if isinstance(figure, Fraction):
        return bare
    if figure.unit:
        return factor(figure.unit)[1]
    # 一半 and 1:2 are numbers whatever the others count in.
    return Fraction(1) if figure.kind in ("fraction", "ratio") else bare


def in_unit(figure: Printed | Fraction, bare: Fraction, rule: str = "half_up") -> Interval:
    """The values of a figure in base units; `bare` is what one of a number without unit is."""
    if isinstance(figure, Fraction):
        return Interval.point(figure if bare == 1 else figure * bare)
    return _scaled(figure, under_rule(figure, rule), bare)


def computed_in_unit(figure: Printed, bare: Fraction, rule: str = "half_up") -> Interval:
    """The same of a figure that was computed, which is rounded also where it has no decimals."""
    return _scaled(figure, as_rounded(figure, rule), bare)


def _scaled(figure: Printed, values: Interval | None, bare: Fraction) -> Interval:
    times = unit_size(figure, bare)
    if values is None:
        raise Lacking(f"{figure.text} is masked", f"{figure.text} 被遮盖")
    return values if times == 1 else values * times


def heads(figure: Printed | Fraction) -> bool:
    """Whether a figure counts things, so that only whole numbers of them are possible."""
    if isinstance(figure, Fraction):
        return False
    return (
        bool(figure.unit)
        and not measured(figure.unit)
        and "/" not in figure.unit
        and figure.kind
        in (
            "number",
            "indefinite",
            "range",
        )
    )


def possible(figures: Sequence[Printed | Fraction], divisor: int | None = None) -> list[Steps]:
    """The values of several figures that are combined, in base units.

    One by one where a figure counts things and the combinations stay few, the figure with the
    fewest first: those that stay ranges are then the ones whose steps are finest. The figure at
    `divisor` was divided by, so it is not 0, and at least 1 where it counts things.
    """
    sets = [in_unit(figure, Fraction(1)) for figure in figures]
    for at in range(len(sets)):
        least = Interval(Fraction(int(heads(figures[at]))), None, heads(figures[at]), False)
        if at == divisor and sets[at].low == 0 != sets[at].high:
            sets[at] = sets[at].intersect(least)
    found: list[Steps] = [[each] for each in sets]
    counted = [i for i, f in enumerate(figures) if heads(f) and sets[i].bounded]
    so_far = 1
    for i in sorted(counted, key=lambda i: len(sets[i].whole())):
        counts = sets[i].whole()
        if 0 < len(counts) * so_far <= _COMBINATIONS:
            found[i] = [Interval.point(count) for count in counts]
            so_far *= len(counts)
    return found
