"""Ratios that name their numerator, denominator and unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect, measure
from commsvc.indicators.units import bounds, decimal, in_words, joined_notes, singular
from commsvc.printed import RULES, Interval, read

COLUMNS: Final = (
    "group",
    "numerator",
    "denominator",
    "count",
    "base",
    "estimate",
    "low",
    "high",
    "unit",
    "method",
    "note",
)
UNIT_SHARE: Final = Interval.of(0, 1)


@dataclass(frozen=True)
class Ratio:
    """One measure over another.

    Attributes
    ----------
    numerator, denominator : the two measures
    values : every value the ratio may have, given what each figure may stand for; exact
    unit : what it is expressed in; `share` for a part of a whole
    scale : the ratio is per so many of the denominator
    method : the name of the indicator
    note : what was assumed
    """

    numerator: Measure
    denominator: Measure
    values: Interval
    unit: str
    scale: Fraction = Fraction(1)
    method: str = "ratio"
    note: str = ""

    @property
    def low(self) -> float:
        """The lower end of every value it may have."""
        return bounds(self.values)[0]

    @property
    def high(self) -> float:
        """The upper end; infinite where there is none."""
        return bounds(self.values)[1]

    @property
    def estimate(self) -> Fraction | None:
        """The two figures divided as they were printed; `None` where one is a range."""
        top, bottom = self.numerator.face, self.denominator.face
        return None if top is None or not bottom else self.scale * top / bottom

    def rules_printing(self, printed: str) -> tuple[str, ...]:
        """The rounding rules under which this ratio can be what was printed.

        >>> share(20, 42, unit="institutions").rules_printing("47%")
        ('truncate',)
        """
        return tuple(r for r in RULES if _printed_values(printed, r).overlaps(self.values))

    def could_print(self, printed: str, rule: str = "half_up") -> bool:
        """Whether some value of this ratio prints so.

        >>> share(19, 42, unit="institutions").could_print("45.2%")
        True
        """
        return _printed_values(printed, rule).overlaps(self.values)

    def row(self, group: str = "") -> dict[str, Any]:
        """The ratio as one row of a tidy table; `count` and `base` are the figures as printed."""
        low, high = bounds(self.values)
        numbers = (self.numerator.face, self.denominator.face, self.estimate)
        count, base, estimate = (None if n is None else float(n) for n in numbers)
        note = joined_notes(self.note, self.numerator.note, self.denominator.note)
        labels = (group, str(self.numerator), str(self.denominator))
        row = (*labels, count, base, estimate, low, high, self.unit, self.method, note)
        return dict(zip(COLUMNS, row, strict=True))

    def __str__(self) -> str:
        estimate = "" if self.estimate is None else f"{decimal(self.estimate)} "
        return f"{estimate}[{in_words(self.values)}] {self.unit}"


def per(
    numerator: Measure,
    denominator: Measure,
    *,
    scale: int | Fraction = 1,
    unit: str = "",
    method: str = "ratio",
    note: str = "",
) -> Ratio:
    """One measure per unit of another.

    Parameters
    ----------
    numerator, denominator : `Measure`; both keep their unit in the result
    scale : per 1, 1000, 10 000 … of the denominator
    unit : the name of the result's unit; made from the two where left out

    Raises
    ------
    CommsvcError : the denominator is or may be zero

    Examples
    --------
    >>> visits, people = measure("32.57万人次"), measure("近97万", "persons")
    >>> print(per(visits, people))
    0.3358 [0.3357 to 0.3393] visits per person
    """
    base = denominator.values
    if base.high == 0:
        raise CommsvcError(
            f"{denominator} as a denominator is nothing", next_step="a rate needs its base"
        )
    # A base that may be none at all leaves the ratio without an upper end.
    positive = base.intersect(Interval(Fraction(0), None, False, False))
    per_words = f"{scale} {denominator.unit}" if scale != 1 else singular(denominator.unit)
    return Ratio(
        numerator,
        denominator,
        numerator.values * Fraction(scale) / positive,
        unit or f"{numerator.unit} per {per_words}",
        Fraction(scale),
        method,
        note,
    )


def share(part: Value, whole: Value, *, unit: str = "", method: str = "share") -> Ratio:
    """A part of a whole of the same unit and kind.

    Parameters
    ----------
    part, whole : numbers, printed figures or measures; the part's members are members of the whole
    unit : what both count; may be left out where one of them says it

    Raises
    ------
    CommsvcError : different units or kinds, no unit, or a part that exceeds the whole

    Examples
    --------
    >>> print(share(17, 42, unit="institutions"))
    0.4048 [0.4048] share
    >>> share(measure(19, "stations"), measure(42, "institutions"))
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: the part must be institutions, and 19 stations is not; ...
    """
    if not unit:
        unit = next((m.unit for m in (whole, part) if isinstance(m, Measure)), "")
    base = measure(whole, unit)
    count = expect(part, base.unit, role="the part", kind=base.kind)
    if base.values.high == 0:
        raise CommsvcError(f"{base} is no whole to have a share of")
    if not (base.values - count.values).overlaps(AT_LEAST_ZERO):
        raise CommsvcError(
            f"{count} cannot be a part of {base}: it is more",
            next_step="use per(...) if neither is part of the other",
        )
    ratio = per(count, base, unit="share", method=method)
    return Ratio(count, base, ratio.values.intersect(UNIT_SHARE), "share", method=method)


def share_of_sum(part: Measure, rest: Measure, *, method: str = "share") -> Ratio:
    """A part of the sum of itself and the rest; as sharp as the figures allow.

    The part stands above and below the line, so the ends are taken together: part/(part + rest)
    is 1/(1 + rest/part).

    >>> home, clinic = measure("1.48万人次"), measure("19.2万人次")
    >>> print(share_of_sum(home, clinic))
    0.0716 [0.0712 to 0.072] share
    """
    whole = part + rest
    if whole.values.high == 0:
        raise CommsvcError(f"{part} and {rest} are nothing together")
    positive = part.values.intersect(Interval(Fraction(0), None, False, False))
    values = UNIT_SHARE.intersect(Interval.point(0))
    if not positive.empty:
        values = Interval.point(1) / (rest.values / positive + 1)
        if 0 in part.values:
            values = Interval(Fraction(0), values.high, True, values.high_closed)
    return Ratio(part, whole, values, "share", method=method)


def composition(
    parts: Mapping[str, Measure], *, method: str = "share of the sum"
) -> dict[str, Ratio]:
    """Each part's share of the sum of all parts, as sharp as the figures allow.

    >>> used = {"childcare": measure("55600多人次"), "domestic": measure("78520多人次")}
    >>> print(composition(used)["childcare"])
    0.4146 [0.4145 to 0.415] share
    """
    if len(parts) < 2:
        raise CommsvcError("a composition has two parts at least")
    shares = {}
    for name, part in parts.items():
        first, *others = [other for key, other in parts.items() if key != name]
        rest = first
        for other in others:
            rest = rest + other
        shares[name] = share_of_sum(part, rest, method=method)
    return shares


def _printed_values(printed: str, rule: str) -> Interval:
    figure = read(printed, rule=rule)
    if figure.values is None:
        raise CommsvcError(f"{printed!r} is masked: nothing can be compared with it")
    return figure.in_base_unit()
