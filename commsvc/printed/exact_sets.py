"""Exact sets of numbers.

Everything here is a `Fraction`: a verdict about a printed figure must not depend on how a
computer stores 0.1.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor, inf

Number = int | Fraction
# A number or an infinity, and whether it is open (of a lower end) or closed (of an upper one).
End = tuple[Fraction | float, bool]


@dataclass(frozen=True)
class Interval:
    """A set of numbers between two ends, each open or closed; `None` is no bound on that side.

    Parameters
    ----------
    low, high : the ends, exact
    low_closed, high_closed : whether the end itself belongs to the set

    Examples
    --------
    >>> share = Interval(Fraction(895, 20), Fraction(905, 20), high_closed=False)
    >>> print(share)
    [44.75, 45.25)
    >>> print(Interval.of(3, 10) / Interval.point(2))
    [1.5, 5]
    >>> print(Interval.point(20) / Interval.of(0, 40, low_closed=False))
    [0.5, ∞)
    """

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = True
    high_closed: bool = True

    @classmethod
    def of(
        cls,
        low: Number | None,
        high: Number | None,
        *,
        low_closed: bool = True,
        high_closed: bool = True,
    ) -> Interval:
        """The interval between two numbers, which may be plain integers."""
        return cls(
            None if low is None else Fraction(low),
            None if high is None else Fraction(high),
            low_closed and low is not None,
            high_closed and high is not None,
        )

    @classmethod
    def point(cls, value: Number) -> Interval:
        """The set of one number."""
        return cls(Fraction(value), Fraction(value))

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (
            self.low == self.high and not (self.low_closed and self.high_closed)
        )

    @property
    def bounded(self) -> bool:
        """Whether it has an end on both sides."""
        return self.low is not None and self.high is not None

    def __contains__(self, value: Number) -> bool:
        above = self.low is None or value > self.low or (self.low_closed and value == self.low)
        below = self.high is None or value < self.high or (self.high_closed and value == self.high)
        return above and below

    def intersect(self, other: Interval) -> Interval:
        """The numbers in both (possibly none: see `empty`)."""
        return _between(max(self._low, other._low), min(self._high, other._high))

    def overlaps(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return not self.intersect(other).empty

    def whole(self) -> range:
        """The whole numbers inside; an unbounded interval raises `OverflowError`.

        >>> Interval.of(160, 162, low_closed=False).whole()
        range(161, 163)
        """
        if self.low is None or self.high is None:
            raise OverflowError("an interval without two ends holds no finite list of numbers")
        first, last = ceil(self.low), floor(self.high)
        if not self.low_closed and first == self.low:
            first += 1
        if not self.high_closed and last == self.high:
            last -= 1
        return range(first, last + 1)

    # The ends as pairs that compare as they bind: of two lower ends at the same number the open one
    # is higher, of two upper ends the closed one.
    @property
    def _low(self) -> End:
        return (-inf if self.low is None else self.low), not self.low_closed

    @property
    def _high(self) -> End:
        return (inf if self.high is None else self.high), self.high_closed

    def _ends(self) -> tuple[End, End]:
        """Both ends, each with whether it belongs to the set."""
        return (self._low[0], self.low_closed), self._high

    def __neg__(self) -> Interval:
        (low, open_), (high, closed) = self._low, self._high
        return _between((-high, not closed), (-low, not open_))

    def __add__(self, other: Interval | Number) -> Interval:
        other = _interval(other)
        (a, open_a), (b, open_b) = self._low, other._low
        (c, closed_c), (d, closed_d) = self._high, other._high
        return _between((a + b, open_a or open_b), (c + d, closed_c and closed_d))

    def __sub__(self, other: Interval | Number) -> Interval:
        return self + -_interval(other)

    def __mul__(self, other: Interval | Number) -> Interval:
        other = _interval(other)
        corners = [_corner(a, b) for a in self._ends() for b in other._ends()]
        low, closed = min(corners, key=lambda c: (c[0], not c[1]))
        return _between((low, not closed), max(corners))

    def __truediv__(self, other: Interval | Number) -> Interval:
        return self * _interval(other)._reciprocal()

    def _reciprocal(self) -> Interval:
        if 0 in self:
            raise ZeroDivisionError(f"the divisor {self} may be zero")
        # An end at zero (open, or the test above had refused) or at infinity changes places.
        (low, low_closed), (high, high_closed) = self._ends()
        first = -inf if high == 0 else 1 / high if abs(high) != inf else Fraction(0)
        last = inf if low == 0 else 1 / low if abs(low) != inf else Fraction(0)
        return _between((first, not high_closed), (last, low_closed))

    def __str__(self) -> str:
        if self.bounded and self.low == self.high:
            return f"{{{_short(self.low)}}}"
        left = "(" if self.low is None or not self.low_closed else "["
        right = ")" if self.high is None or not self.high_closed else "]"
        low = "-∞" if self.low is None else _short(self.low)
        high = "∞" if self.high is None else _short(self.high)
        return f"{left}{low}, {high}{right}"


def _interval(value: Interval | Number) -> Interval:
    return value if isinstance(value, Interval) else Interval.point(value)


def _between(low: End, high: End) -> Interval:
    """The interval between a lower end, perhaps open, and an upper one, perhaps closed."""
    unbounded = abs(low[0]) == inf, abs(high[0]) == inf
    return Interval(
        None if unbounded[0] else Fraction(low[0]),
        None if unbounded[1] else Fraction(high[0]),
        not (low[1] or unbounded[0]),
        high[1] and not unbounded[1],
    )


def _corner(a: End, b: End) -> End:
    # Zero times infinity is zero here: the end at zero is reached whatever the other factor is.
    if a[0] == 0 or b[0] == 0:
        return Fraction(0), (a[0] == 0 and a[1]) or (b[0] == 0 and b[1])
    return a[0] * b[0], a[1] and b[1]


def _short(value: Fraction | None) -> str:
    """A fraction as a decimal where it ends within four places, else as an approximation."""
    if value is None:
        return ""
    if value.denominator == 1:
        return str(value.numerator)
    if abs(value) < Fraction(1, 1000):
        return f"{float(value):.4g}"
    return f"{float(value):.4f}".rstrip("0").rstrip(".")
