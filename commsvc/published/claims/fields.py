"""Reading a claim's fields: whole numbers, numbers, tables; strings stay as they were printed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from numbers import Integral, Rational, Real
from operator import index
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, Printed
from commsvc.published.claims.figures import read_once
from commsvc.published.claims.verdict import Lacking, Unreadable

# Larger than anything counted in a report; keeps a typing error from filling the memory.
LIMIT: Final = 10**15
_PLACES: Final = 30
_LONGEST_FIGURE: Final = 200


def shown(value: object) -> str:
    """A value as a message shows it: short, whatever it was."""
    try:
        text = str(value) if isinstance(value, Decimal) else repr(value)
    except ValueError:  # an integer too long for Python to print
        return f"a {type(value).__name__} too long to print"
    return text if len(text) <= 60 else text[:57] + "..."


def missing(value: object) -> bool:
    """Whether a field is empty: null, or the NaN by which a frame marks a missing cell."""
    if value is None:
        return True
    if isinstance(value, (float, Decimal)):
        return value != value
    return type(value).__name__ in ("NAType", "NaTType")


def _not_a_number(value: object) -> bool:
    return isinstance(value, (str, bytes)) or type(value).__name__ in ("bool", "bool_")


def number(value: Any, name: str) -> Fraction:
    """A finite number, exact as it was written (0.1 is one tenth).

    >>> number(0.1, "mean")
    Fraction(1, 10)
    """
    if missing(value):
        raise Lacking(f"{name} is missing", f"缺少 {name}")
    if _not_a_number(value) or not isinstance(value, (Real, Decimal)):
        raise Unreadable(f"{name} is {shown(value)}, not a number", f"{name} 不是数字")
    if isinstance(value, Rational):
        exact = Fraction(int(value.numerator), int(value.denominator))
    else:
        # Through the shortest text that stands for the float: the number that was meant.
        decimal = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
        if not decimal.is_finite() or (decimal and abs(decimal.adjusted()) > _PLACES):
            raise Unreadable(f"{name} is {shown(value)}: no usable size", f"{name} 的数值无法使用")
        exact = Fraction(decimal)
    if abs(exact) > LIMIT:
        raise Unreadable(f"{name} is beyond 10^15", f"{name} 超过 10^15")
    return exact


def whole(value: Any, name: str, least: int = 0) -> int:
    """A whole number, at least `least`."""
    if type(value) is int and least <= value <= LIMIT:
        return value
    if not _not_a_number(value) and isinstance(value, Integral):
        found = Fraction(index(value))
    else:
        found = number(value, name)
    if found.denominator != 1:
        raise Unreadable(
            f"{name} is {shown(value)}, not a whole number", f"{name} 应为整数，却是 {shown(value)}"
        )
    if found > LIMIT:
        raise Unreadable(f"{name} is beyond 10^15", f"{name} 超过 10^15")
    if found < least:
        raise Unreadable(
            f"{name} is {shown(value)}, below {least}", f"{name} 是 {shown(value)}，小于 {least}"
        )
    return int(found)


def printed_number(text: Any, name: str = "printed") -> Printed:
    """A printed figure, read; a mask is lacking, not unreadable."""
    if missing(text):
        raise Lacking(f"{name} is missing: nothing to check", f"缺少 {name}：没有可核对的数字")
    if not isinstance(text, str):
        raise Unreadable(
            f"{name} is {shown(text)}, not a string",
            f"{name} 应为字符串",
            next_step="put it in quotes as printed: its trailing zeros carry its precision",
        )
    if len(text) > _LONGEST_FIGURE:
        raise Unreadable(f"{name} {shown(text)} is no single figure", f"{name} 过长，不是一个数字")
    try:
        figure = read_once(text)
    except CommsvcError as error:
        raise Unreadable(
            f"{name}: {error.problem}", f"{name}：无法从 {shown(text)} 读出一个数字"
        ) from None
    if figure.values is None:
        raise Lacking(f"{name} is masked: {text}", f"{name} 被遮盖：{text}")
    if not _usable(text):
        raise Unreadable(f"{name} {shown(text)} has no usable size", f"{name} 的数值无法使用")
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
    if missing(value):
        raise Lacking(f"{name} is missing", f"缺少 {name}")
    if hasattr(value, "tolist"):  # an array
        value = value.tolist()
    if isinstance(value, (str, bytes)) or not isinstance(value, Sequence):
        raise Unreadable(f"{name} is {shown(value)}, not a list", f"{name} 应为列表")
    if length is not None and len(value) != length:
        raise Unreadable(
            f"{name} has {len(value)} entries, not {length}",
            f"{name} 有 {len(value)} 项，应为 {length} 项",
        )
    return list(value)


def printed_list(
    value: Any, lengths: Sequence[int] | None = None, name: str = "printed"
) -> list[Printed]:
    """Printed figures, at least one (or one of the lengths); one string is a list of one."""
    if isinstance(value, str):
        texts: list[Any] = [value]
    else:
        texts = sequence(value, name)
    if not texts:
        raise Lacking(f"{name} is empty: nothing to check", f"{name} 为空：没有可核对的数字")
    if lengths is not None and len(texts) not in lengths:
        allowed = " or ".join(str(n) for n in lengths)
        raise Unreadable(
            f"{name} has {len(texts)} figures, not {allowed}",
            f"{name} 有 {len(texts)} 个数字，应为 {allowed} 个",
        )
    return [printed_number(text, f"{name}[{i}]") for i, text in enumerate(texts)]


def quantity(value: Any, name: str) -> Interval:
    """A figure a claim starts from: a number is itself, a string what it may stand for."""
    if isinstance(value, str):
        values = printed_number(value, name).values
        if values is None or values.empty:
            raise Lacking(f"no number is {value}", f"{name} 无可能的取值：{value}")
        return values
    return Interval.point(number(value, name))


def table(value: Any, name: str = "table", *, two_by_two: bool = False) -> list[list[int]]:
    """A table of counts, at least 2×2, rows of one length, no empty row or column."""
    rows = [
        [whole(cell, f"{name}[{i}][{j}]") for j, cell in enumerate(sequence(row, f"{name}[{i}]"))]
        for i, row in enumerate(sequence(value, name))
    ]
    widths = {len(row) for row in rows}
    if len(widths) != 1 or len(rows) < 2 or widths.pop() < 2:
        raise Unreadable(
            f"{name} is not a table of at least two rows and two columns of one length",
            f"{name} 不是至少两行两列、各行等长的表",
        )
    if two_by_two and (len(rows) != 2 or len(rows[0]) != 2):
        raise Unreadable(f"{name} is not 2×2", f"{name} 不是 2×2 表")
    for what, zh, lines in (("row", "行", rows), ("column", "列", list(zip(*rows, strict=True)))):
        for i, line in enumerate(lines, start=1):
            if not any(line):
                raise Lacking(
                    f"{what} {i} of the {name} is empty: no test is defined",
                    f"{name} 的第 {i} {zh}全为零：检验无定义",
                )
    return rows
