"""A number that knows what it counts, so that the wrong division is refused.

Most wrong indicators are right arithmetic on the wrong things: visits divided as if they were
persons, stations as a share of institutions, this year's new records over all records kept. A
`Measure` carries, beside the exact set of values a figure may stand for, its unit, whether it is a
*stock* (what there is on a day) or a *flow* (what happened over a period), and whom it counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Union

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import (
    COUNTERS,
    EVENTS,
    WORDS,
    bounds,
    canonical,
    exact_number,
    in_words,
)
from commsvc.printed import Interval, Printed, read
from commsvc.printed.unit_table import CONVERSIONS
from commsvc.words.messages import Text, joined, message

KINDS: Final = ("stock", "flow")
AT_LEAST_ZERO: Final = Interval(Fraction(0), None, True, False)

Value = Union[int, float, Fraction, Decimal, str, Printed, Interval, "Measure"]


@dataclass(frozen=True)
class Measure:
    """A value (or the exact set of values a printed figure may stand for) with what it counts.

    Make one with `measure`. Sums and differences need the same unit and kind.

    Attributes
    ----------
    values : every value it may have
    unit : what is counted or measured, by its one name (`canonical`)
    kind : `stock` or `flow`
    of : whom or what exactly, in words ("resident population")
    face : the number as printed or given; `None` for a range
    text : the figure as printed; empty where it was not
    note : what was assumed on the way, carried into every result

    Examples
    --------
    >>> stock = measure("68.9万份", of="health records kept")
    >>> flow = measure("26万余份", kind="flow", of="health records made in the year")
    >>> stock + flow
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: cannot add records (stock) and records (flow); allowed: two
    measures of one unit and kind; say what turns one into the other with counted_as(...)
    """

    values: Interval
    unit: str
    kind: str = "stock"
    of: str = ""
    face: Fraction | None = None
    text: str = ""
    note: Text | str = ""

    @property
    def low(self) -> float:
        """The lower end of what it may stand for."""
        return bounds(self.values)[0]

    @property
    def high(self) -> float:
        """The upper end; infinite where there is none.

        >>> near = measure("近97万", "persons")
        >>> near.low, near.high
        (960000.0, 970000.0)
        """
        return bounds(self.values)[1]

    def __add__(self, other: Measure) -> Measure:
        return self._combined(other, "add", 1)

    def __sub__(self, other: Measure) -> Measure:
        return self._combined(other, "subtract", -1)

    def _combined(self, other: Measure, verb: str, sign: int) -> Measure:
        if (self.unit, self.kind) != (other.unit, other.kind):
            raise CommsvcError(
                f"cannot {verb} {self.unit} ({self.kind}) and {other.unit} ({other.kind})",
                allowed="two measures of one unit and kind",
                next_step="say what turns one into the other with counted_as(...)",
            )
        face = None
        if self.face is not None and other.face is not None:
            face = self.face + sign * other.face
        of = self.of if self.of == other.of else ""
        values = self.values + other.values * sign
        return Measure(values, self.unit, self.kind, of, face, "", joined([self.note, other.note]))

    def scaled(self, factor: int | Fraction, unit: str = "", **changes: Any) -> Measure:
        """This measure times a plain factor, in a new unit where the factor brings one.

        >>> print(measure("80万人以上").scaled(15, "yuan", kind="flow"))
        ≥ 12000000 yuan (flow)
        """
        face = None if self.face is None else self.face * factor
        new = replace(self, values=self.values * factor, face=face, text="", **changes)
        return replace(new, unit=canonical(unit)) if unit else new

    def counted_as(self, unit: str, *, why: str, of: str = "", kind: str = "") -> Measure:
        """The same number under another unit or kind, with the reason on record.

        >>> stations = measure(19, "stations")
        >>> stations.counted_as("institutions", why="every station is one of them").note
        'stations counted as institutions: every station is one of them'
        """
        if not why.strip():
            raise CommsvcError(
                "a change of unit needs its reason", next_step="pass why='…': it goes into the note"
            )
        unit = canonical(unit)
        note = joined(
            [
                self.note,
                message("{unit} counted as {other}: {why}", unit=self.unit, other=unit, why=why),
            ]
        )
        return replace(
            self, unit=unit, of=of or self.of, kind=_kind(kind or self.kind, unit), note=note
        )

    def some_of(self, of: str, *, at_least: int = 0, why: str = "") -> Measure:
        """Those among this measure that are `of`: unknown, from `at_least` to all of them.

        120 trained *doctors and nurses* are anything from none to 120 doctors:

        >>> print(measure("120人", of="doctors and nurses").some_of("doctors"))
        0 to 120 persons (doctors)
        """
        top = self.values.high
        if top is not None and at_least > top:
            raise CommsvcError(f"at least {at_least} of at most {top} is impossible")
        values = Interval(Fraction(at_least), top, True, self.values.high_closed)
        note = joined(
            [
                self.note,
                why or message("{some} are some of: {all}", some=of, all=self.of or self.unit),
            ]
        )
        return replace(self, values=values, of=of, face=None, text="", note=note)

    def __str__(self) -> str:
        described = [self.of] if self.of else []
        described += ["flow"] if self.kind == "flow" else []
        words = f" ({', '.join(described)})" if described else ""
        return f"{self.text or in_words(self.values)} {self.unit}{words}"


def measure(
    value: Value,
    unit: str = "",
    *,
    kind: str = "",
    of: str = "",
    rule: str = "half_up",
    exact: bool = False,
) -> Measure:
    """Say what a number counts.

    Parameters
    ----------
    value : a number, a printed figure (a string such as ``"近97万"``, or what
        `commsvc.printed.read` made of it) or an `Interval`; a float stands for the decimal it
        shows (0.1 is one tenth)
    unit : `persons`, `visits`, `households`, `stations`, `yuan`, `m²` …, or a word of your own;
        may be left out where the figure prints it (19.2万人次)
    kind : `stock` or `flow`; visits, episodes, hours and activities are flows unless said
    of : whom or what it counts, in words
    rule : how a printed figure was rounded (`commsvc.printed.RULES`)
    exact : a printed figure is a rule or standard, not a rounded measurement

    Raises
    ------
    CommsvcError : no unit, a unit that is not the printed one, a negative count, no number

    Examples
    --------
    >>> print(measure("19。2万人次", of="outpatient visits"))
    19。2万人次 visits (outpatient visits, flow)
    >>> measure("5亩", "m²", exact=True).face
    Fraction(10000, 3)
    >>> measure("1.48万人次", "persons")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: '1.48万人次' is printed in visits, not persons; ...
    """
    if isinstance(value, Measure):
        return expect(value, unit or value.unit, kind=kind, role="the measure")
    face: Fraction | None
    text = ""
    if isinstance(value, str | Printed):
        values, face, unit, text = _from_printed(value, unit, rule, exact)
    elif isinstance(value, Interval):
        values, face = value, value.low if value.low == value.high else None
    else:
        face = exact_number(value)
        values = Interval.point(face)
    if not unit:
        raise CommsvcError(
            f"{text or value!r} does not say what it counts",
            allowed=", ".join(WORDS),
            next_step='name its unit, as measure(42, "institutions")',
        )
    if values.empty or not values.overlaps(AT_LEAST_ZERO):
        raise CommsvcError(f"{text or value} {unit}: a count or amount cannot be negative")
    unit = canonical(unit)
    return Measure(values.intersect(AT_LEAST_ZERO), unit, _kind(kind, unit), of, face, text)


def expect(
    value: Value,
    unit: str,
    *,
    role: str,
    kind: str = "",
    of: str = "",
    exact: bool = False,
    rule: str = "half_up",
) -> Measure:
    """`value` as a measure of `unit`, refused where it says it counts something else.

    A bare number is taken at the caller's word; a `Measure` or a printed unit is not.

    >>> print(expect(42, "institutions", role="the whole"))
    42 institutions
    >>> expect(measure("856多人次"), "persons", role="participants")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: participants must be persons, and 856多人次 visits (flow) is not;
    ...
    """
    unit = canonical(unit)
    if not isinstance(value, Measure):
        return measure(value, unit, kind=kind, of=of, exact=exact, rule=rule)
    if value.unit != unit:
        raise CommsvcError(
            f"{role} must be {unit}, and {value} is not",
            allowed=unit,
            next_step=f"pass what counts {unit}, or say why with .counted_as({unit!r}, why=…)",
        )
    if kind and value.kind != kind:
        raise CommsvcError(
            f"{role} must be a {kind}, and {value} is a {value.kind}",
            allowed=f"a {kind} of {unit}",
            next_step="a stock is what there is on a day, a flow what happened over a period",
        )
    return value


def _from_printed(
    value: str | Printed, unit: str, rule: str, exact: bool
) -> tuple[Interval, Fraction | None, str, str]:
    printed = read(value, rule=rule, exact=exact) if isinstance(value, str) else value
    if printed.values is None:
        raise CommsvcError(
            f"{printed.text!r} is masked: it has no value", next_step="leave it out, or say a range"
        )
    values, face, written = printed.values, printed.face, printed.unit
    base, factor = CONVERSIONS.get(written, (written, Fraction(1)))
    if unit and canonical(base) == canonical(unit) != canonical(written):
        values, written = values * factor, base
        face = None if face is None else face * factor
    if CONVERSIONS.get(written, (written, 1))[0] == "" and written and unit not in ("share", "%"):
        raise CommsvcError(
            f"{printed.text!r} is a share, not a number of {unit or 'anything'}",
            next_step="possible_numerators(whole, share) gives the counts it can be",
        )
    named = canonical(written) if canonical(written) in WORDS else ""
    if named and unit and canonical(unit) != named:
        raise CommsvcError(
            f"{printed.text!r} is printed in {named}, not {canonical(unit)}",
            allowed=named,
            next_step=f"measure({printed.text!r}).counted_as({unit!r}, why=…) if it is meant",
        )
    own = "" if written in COUNTERS else written
    return values, face, unit or named or own, printed.text


def _kind(kind: str, unit: str) -> str:
    kind = kind or ("flow" if unit in EVENTS else "stock")
    if kind not in KINDS:
        raise CommsvcError(f"no kind {kind!r} of measure", allowed=", ".join(KINDS))
    return kind
