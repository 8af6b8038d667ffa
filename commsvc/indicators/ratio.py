"""Ratios that name their numerator, denominator and unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import EVENTS, bounds, decimal, in_words, singular
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect, measure
from commsvc.printed import Interval
from commsvc.words.messages import Text, joined, message

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
    method: Text | str = ""
    note: Text | str = ""

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

    def row(self, group: str = "") -> dict[str, Any]:
        """The ratio as one row of a tidy table; `count` and `base` are the figures as printed."""
        low, high = bounds(self.values)
        numbers = (self.numerator.face, self.denominator.face, self.estimate)
        count, base, estimate = (None if n is None else float(n) for n in numbers)
        return {
            "group": group,
            "numerator": str(self.numerator),
            "denominator": str(self.denominator),
            "count": count,
            "base": base,
            "estimate": estimate,
            "low": low,
            "high": high,
            "unit": self.unit,
            "method": self.method,
            "note": joined([self.note, self.numerator.note, self.denominator.note]),
        }

    def __str__(self) -> str:
        estimate = "" if self.estimate is None else f"{decimal(self.estimate)} "
        return f"{estimate}[{in_words(self.values)}] {self.unit}"


def per(
    numerator: Measure,
    denominator: Measure,
    *,
    scale: int | Fraction = 1,
    unit: str = "",
    method: Text | str = "",
    note: Text | str = "",
) -> Ratio:
    """One measure per unit of another.

    Parameters
    ----------
    numerator, denominator : `Measure`, which say what they count: a load is nothing without the
        names of what bears it
    scale : per 1, 1000, 10 000 … of the denominator
    unit : the name of the result's unit; made from the two where left out

    Raises
    ------
    CommsvcError : a bare number; a denominator of nothing

    Examples
    --------
    >>> visits, people = measure("32.57万人次"), measure("近97万", "persons")
    >>> print(per(visits, people))
    0.3358 [0.3357 to 0.3393] visits per person
    """
    for role, given in (("the numerator", numerator), ("the denominator", denominator)):
        if not isinstance(given, Measure):
            raise CommsvcError(
                f"{role} {given!r} does not say what it counts",
                next_step='pass measure(35, "services offered")',
            )
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
        method or message("ratio"),
        note,
    )


def share(part: Value, whole: Value, *, unit: str = "", method: Text | str = "") -> Ratio:
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
    values = per(count, base).values.intersect(UNIT_SHARE)
    return Ratio(count, base, values, "share", method=method or message("share"))


def share_of_sum(part: Measure, rest: Measure, *, method: Text | str = "") -> Ratio:
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
    return Ratio(part, whole, values, "share", method=method or message("share of the sum"))


def composition(parts: Mapping[str, Measure], *, method: Text | str = "") -> dict[str, Ratio]:
    """Each part's share of the sum of all parts, as sharp as the figures allow.

    >>> used = {"childcare": measure("55600多人次"), "domestic": measure("78520多人次")}
    >>> print(composition(used)["childcare"])
    0.4146 [0.4145 to 0.415] share
    """
    if len(parts) < 2:
        raise CommsvcError("a composition has two parts at least")
    shares = {}
    for name, part in parts.items():
        rest = reduce(add, (other for key, other in parts.items() if key != name))
        shares[name] = share_of_sum(part, rest, method=method)
    return shares


def cells_to_test(rows: Mapping[str, Mapping[str, Value]], *, unit: str = "") -> list[list[int]]:
    """A table of counts that a test of independence may be made of, or the reason why not.

    A chi-square takes every unit in the table to be there once and to have come by itself. Events
    (person-times, episodes, hours) break that: whoever comes fifty times stands in the table fifty
    times. Nor can a test be made of a figure that is only known as a range, or of cells that count
    different things.

    Parameters
    ----------
    rows : group -> {answer: how many}; numbers, printed figures or measures, the same answers in
        every group
    unit : what every cell counts, where the figures do not say it

    Returns
    -------
    (groups, answers) whole numbers, for `commsvc.compare_groups`

    Raises
    ------
    CommsvcError : a cell counts events, is a range or no whole number, or counts something else
        than the first; or the groups have different answers

    Examples
    --------
    >>> cells_to_test({"town A": {"satisfied": 75, "not": 27},
    ...                "town B": {"satisfied": 68, "not": 30}}, unit="persons")
    [[75, 27], [68, 30]]
    >>> cells_to_test({"childcare": {"this year": "55600多人次"}, "help": {"this year": "3人次"}})
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: childcare, this year: 55600多人次 counts events, not persons: ...
    """
    answers = [list(cells) for cells in rows.values()]
    if not answers or not answers[0]:
        raise CommsvcError("a table without cells", allowed="group -> {answer: how many}")
    if any(found != answers[0] for found in answers):
        raise CommsvcError(
            "the groups have different answers",
            allowed=f"in every group: {', '.join(answers[0])}",
            next_step="give 0 where nobody answered so",
        )
    made = {
        f"{group}, {answer}": measure(value, unit)
        for group, cells in rows.items()
        for answer, value in cells.items()
    }
    counts = [_whole(found, where) for where, found in made.items()]
    first = next(iter(made.values()))
    for where, found in made.items():
        if found.unit != first.unit:
            raise CommsvcError(
                f"{found} beside {first}: one table counts one thing",
                where=where,
                allowed=first.unit,
            )
    width = len(answers[0])
    return [counts[start : start + width] for start in range(0, len(counts), width)]


def _whole(found: Measure, where: str) -> int:
    if found.unit in EVENTS:
        raise CommsvcError(
            f"{found.text or in_words(found.values)} counts events, not persons: whoever comes "
            "often is in it often, so its units are not independent of each other",
            where=where,
            allowed="persons, households, institutions …, each counted once",
            next_step="give the rate and its range (per), or count the different persons",
        )
    value: Any = found.values.low
    if value is None or value != found.values.high or value.denominator != 1:
        raise CommsvcError(
            f"{found} stands for {in_words(found.values)}: no one whole number",
            where=where,
            next_step="test every table it allows (commsvc.published.reconstruct)",
        )
    return int(value)
