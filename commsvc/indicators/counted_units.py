"""Words for units, and plain numbers made exact."""

from __future__ import annotations

import numbers
from decimal import Decimal
from fractions import Fraction
from math import isfinite
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.printed import Interval
from commsvc.printed.lexicons import rows

# A row a unit with the words for it; the words without one say only "so many things".
_ROWS: Final = {row["unit"]: row for row in rows(__package__, "counted_units.csv")}
COUNTERS: Final = {"", *_ROWS.pop("")["words"].split()}
WORDS: Final = tuple(_ROWS)
_CANONICAL: Final = {word: unit for unit in WORDS for word in _ROWS[unit]["words"].split()}
# What happens rather than exists: a flow unless somebody says otherwise, and never independent
# units, since one person may be behind many of them.
EVENTS: Final = frozenset(unit for unit in WORDS if _ROWS[unit]["event"])


def canonical(unit: str) -> str:
    """The unit's one name here: 人次, `visit` and `person-times` are all `visits`.

    >>> canonical("人次"), canonical("亩"), canonical("street lamps")
    ('visits', '亩', 'street lamps')
    """
    return _CANONICAL.get(unit.strip().lower(), unit.strip())


def exact_number(value: Any) -> Fraction:
    """A plain number as a fraction; a float as the decimal it shows.

    >>> exact_number(0.1), exact_number(42)
    (Fraction(1, 10), Fraction(42, 1))
    """
    if isinstance(value, bool) or not isinstance(value, numbers.Number | Decimal):
        hint = "use rowwise(...) for columns" if hasattr(value, "__len__") else ""
        raise CommsvcError(
            f"{type(value).__name__} is no single number",
            allowed="int, float, Fraction, a printed figure, an Interval or a Measure",
            next_step=hint,
        )
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    plain = float(value)  # type: ignore[arg-type]
    if not isfinite(plain):
        raise CommsvcError(f"{plain} is no number", next_step="an unknown value is left out")
    return Fraction(value) if isinstance(value, Decimal) else Fraction(repr(plain))


def singular(unit: str) -> str:
    """One of a counted unit, for "per …".

    >>> singular("stations"), singular("communities"), singular("m²"), singular("staff days")
    ('station', 'community', 'm²', 'staff day')
    """
    if unit.endswith("ies"):
        return unit[:-3] + "y"
    return unit[:-1] if unit.endswith("s") and not unit.endswith("ss") else unit


def decimal(value: Fraction) -> str:
    """A fraction as a decimal of at most four places.

    >>> decimal(Fraction(3, 2)), decimal(Fraction(1, 3)), decimal(Fraction(970000))
    ('1.5', '0.3333', '970000')
    """
    if value.denominator == 1:
        return str(value.numerator)
    return f"{float(value):.4f}".rstrip("0").rstrip(".")


def in_words(values: Interval) -> str:
    """A set of values as a reader says it.

    >>> in_words(Interval.of(3, None)), in_words(Interval.of(3, 10)), in_words(Interval.point(4))
    ('≥ 3', '3 to 10', '4')
    """
    low, high = values.low, values.high
    if low is None:
        return "any" if high is None else f"{'≤' if values.high_closed else '<'} {decimal(high)}"
    if high is None:
        return f"{'≥' if values.low_closed else '>'} {decimal(low)}"
    return decimal(low) if low == high else f"{decimal(low)} to {decimal(high)}"


def bounds(values: Interval) -> tuple[float, float]:
    """The two ends as floats, infinite where there is none.

    >>> bounds(Interval.of(3, None))
    (3.0, inf)
    """
    low = float("-inf") if values.low is None else float(values.low)
    return low, float("inf") if values.high is None else float(values.high)
