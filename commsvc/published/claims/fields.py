"""Reading a claim's fields: whole numbers, numbers, tables; strings stay as they were printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from numbers import Integral, Rational, Real
from operator import index
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.printed import Printed, read
from commsvc.published.claims.verdict import Lacking, Unreadable, missing
from commsvc.words.messages import message

# Larger than anything counted in a report; keeps a typing error from filling the memory.
LIMIT: Final = 10**15
_PLACES: Final = 30
_LONGEST_FIGURE: Final = 200


@lru_cache(maxsize=1 << 16)
def read_once(text: str) -> Printed:
    """A printed figure, read; a document repeats its figures."""
    return read(text)


def shown(value: object) -> str:
    """A value as a message shows it: short, whatever it was."""
    try:
        text = str(value) if isinstance(value, Decimal) else repr(value)
    except ValueError:  # an integer too long for Python to print
        return f"a {type(value).__name__} too long to print"
    return text if len(text) <= 60 else text[:57] + "..."


def _there(value: object, name: str) -> None:
    if missing(value):
        raise Lacking(message("{name} is missing", name=name))


def as_it_is(value: Any, name: str) -> Any:
    """A field that its kind reads itself."""
    return value


def word(value: Any, name: str) -> str:
    """A word, as the name of a distribution."""
    _there(value, name)
    if not isinstance(value, str):
        raise Unreadable(f"{name} is {shown(value)}, not a word")
    return value


def switch(value: Any, name: str) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise Unreadable(f"{name} is {shown(value)}, not true or false")
    return value


def _not_a_number(value: object) -> bool:
    return isinstance(value, str | bytes) or type(value).__name__ in ("bool", "bool_")


def number(value: Any, name: str) -> Fraction:
    """A finite number, exact as it was written (0.1 is one tenth).

    >>> number(0.1, "mean")
    Fraction(1, 10)
    """
    _there(value, name)
    if _not_a_number(value) or not isinstance(value, Real | Decimal):
        raise Unreadable(f"{name} is {shown(value)}, not a number")
    if isinstance(value, Rational):
        exact = Fraction(int(value.numerator), int(value.denominator))
    else:
        # Through the shortest text that stands for the float: the number that was meant.
        decimal = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
        if not decimal.is_finite() or (decimal and abs(decimal.adjusted()) > _PLACES):
            raise Unreadable(f"{name} is {shown(value)}: no usable size")
        exact = Fraction(decimal)
    if abs(exact) > LIMIT:
        raise Unreadable(f"{name} is beyond 10^15")
    return exact


def whole(value: Any, name: str, least: int = 0) -> int:
    """A whole number, at least `least`; one that was printed may be given as its string."""
    if type(value) is int and least <= value <= LIMIT:
        return value
    if isinstance(value, str):
        values = printed_number(value, name).values
        if values is None or values.low is None or values.low != values.high:
            raise Unreadable(f"{name} is {shown(value)}, not a whole number")
        found = values.low
    elif not _not_a_number(value) and isinstance(value, Integral):
        found = Fraction(index(value))
    else:
        found = number(value, name)
    if found.denominator != 1:
        raise Unreadable(f"{name} is {shown(value)}, not a whole number")
    if found > LIMIT:
        raise Unreadable(f"{name} is beyond 10^15")
    if found < least:
        raise Unreadable(f"{name} is {shown(value)}, below {least}")
    return int(found)


def positive(value: Any, name: str) -> int:
    """A whole number of at least 1."""
    return whole(value, name, 1)


def printed_number(text: Any, name: str = "printed") -> Printed:
    """A printed figure, read; a mask is lacking, not unreadable."""
    if missing(text):
        raise Lacking(message("{name} is missing: nothing to check", name=name))
    if not isinstance(text, str):
        raise Unreadable(
            f"{name} is {shown(text)}, not a string",
            next_step="put it in quotes as printed: its trailing zeros carry its precision",
        )
    if len(text) > _LONGEST_FIGURE:
        raise Unreadable(f"{name} {shown(text)} is no single figure")
    try:
        figure = read_once(text)
    except CommsvcError as error:
        raise Unreadable(f"{name}: {error.problem}") from None
    if figure.values is None:
        raise Lacking(message("{name} is masked: {text}", name=name, text=text))
    if not _usable(text):
        raise Unreadable(f"{name} {shown(text)} has no usable size")
    return figure


@lru_cache(maxsize=1 << 16)
def _usable(text: str) -> bool:
    """Whether a figure stands for some number, and none beyond what is ever printed."""
    figure = read_once(text)
    values = figure.values
    if values is None:
        return False
    ends = [end for end in (values.low, values.high) if end is not None]
    # "<0.00" is printed for a P, and is a claim that fails.
    held = figure.hedge == "less_than" or not values.empty
    return held and all(abs(end) <= LIMIT**2 for end in ends)


def sequence(value: Any, name: str, length: int | None = None) -> list[Any]:
    """A list (of a given length)."""
    _there(value, name)
    if hasattr(value, "tolist"):  # an array
        value = value.tolist()
    if hasattr(value, "__next__"):
        value = list(value)
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise Unreadable(f"{name} is {shown(value)}, not a list")
    if length is not None and len(value) != length:
        raise Unreadable(f"{name} has {len(value)} entries, not {length}")
    return list(value)


def each(
    read: Callable[[Any, str], Any], length: int | None = None
) -> Callable[[Any, str], list[Any]]:
    """A reader of lists, of entries that another reader reads."""

    def entries(value: Any, name: str) -> list[Any]:
        listed = [read(v, f"{name}[{i}]") for i, v in enumerate(sequence(value, name, length))]
        if not listed:
            raise Lacking(message("there are no {name}", name=name))
        return listed

    return entries


def printed_list(
    value: Any, name: str = "printed", lengths: Sequence[int] | None = None
) -> list[Printed]:
    """Printed figures, at least one (or one of the lengths); one string is a list of one."""
    texts: list[Any] = [value] if isinstance(value, str) else sequence(value, name)
    if not texts:
        raise Lacking(message("{name} is empty: nothing to check", name=name))
    if lengths is not None and len(texts) not in lengths:
        allowed = " or ".join(str(n) for n in lengths)
        raise Unreadable(f"{name} has {len(texts)} figures, not {allowed}")
    return [printed_number(text, f"{name}[{i}]") for i, text in enumerate(texts)]


def figures(*lengths: int) -> Callable[[Any, str], list[Printed]]:
    """A reader of so many printed figures."""
    return lambda value, name: printed_list(value, name, lengths)


def counts(value: Any, name: str) -> list[int]:
    """Whole numbers, at least one."""
    found: list[int] = each(whole)(value, name)
    return found


def table(value: Any, name: str) -> list[list[int]]:
    """A table of counts, at least 2×2, rows of one length, no empty row or column."""
    rows = [
        [whole(cell, f"{name}[{i}][{j}]") for j, cell in enumerate(sequence(row, f"{name}[{i}]"))]
        for i, row in enumerate(sequence(value, name))
    ]
    widths = {len(row) for row in rows}
    if len(widths) != 1 or len(rows) < 2 or widths.pop() < 2:
        raise Unreadable(
            f"{name} is not a table of at least two rows and two columns of one length"
        )
    for i, row in enumerate(rows, start=1):
        if not any(row):
            raise Lacking(message("row {i} of the table is empty: no test is defined", i=i))
    for i, column in enumerate(zip(*rows, strict=True), start=1):
        if not any(column):
            raise Lacking(message("column {i} of the table is empty: no test is defined", i=i))
    return rows


def two_by_two(value: Any, name: str) -> list[list[int]]:
    """A table of two rows and two columns."""
    rows = table(value, name)
    if len(rows) != 2 or len(rows[0]) != 2:
        raise Unreadable(f"{name} is not 2×2")
    return rows


def part_and_base(value: Any, name: str) -> tuple[int, int]:
    """A count and its base, as ``[x, n]``."""
    count, base = each(whole, 2)(value, name)
    if count > base:
        raise Lacking(
            message("{count} of {base}, a part larger than its whole", count=count, base=base)
        )
    return count, base
