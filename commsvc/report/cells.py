"""The cells of any frame as plain Python values, and a value as its reader sees it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from commsvc.report.lang import Words
from commsvc.words.numbers import p_cell, p_relation, p_value, true_minus  # noqa: F401

Format = str | Callable[[Any], Words]
NOTHING = "–"


def format_value(value: Any, how: Format | None = None) -> Words:
    """A cell as its reader sees it; rounding happens here and nowhere before.

    Whole numbers get thousands separators, other numbers four significant digits, nothing a dash;
    a range without an end gets the sign for it, whatever the format, and a minus is no hyphen.

    >>> format_value(970000), format_value(0.123456), format_value(-0.7, ".0%"), format_value(None)
    ('970,000', '0.1235', '−70%', '–')
    >>> format_value(float("inf"), ".1%")
    '∞'
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if callable(how):
        return how(value)
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return value
    if how is not None:
        text = format(value, how)
        return true_minus(text) if isinstance(value, (int, float)) else text
    if isinstance(value, bool):
        return ("yes", "是") if value else ("no", "否")
    if isinstance(value, int):
        return true_minus(f"{value:,}")
    if isinstance(value, float):
        return true_minus(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")
    return str(value)


def _p_value(value: Any) -> Words:
    return p_cell(value) if isinstance(value, (int, float)) else format_value(value)


def _statistic(value: Any) -> Words:
    """A statistic; what only the arithmetic leaves of a nought is one."""
    return format_value(0.0 if isinstance(value, float) and abs(value) < 1e-12 else value)


# How columns of a result are written where nothing else is said.
FORMATS: Mapping[str, Format] = {
    "p": _p_value,
    "p_adjusted": _p_value,
    "statistic": _statistic,
}


def columns_of(data: Any, index: bool) -> dict[str, list[Any]]:
    """The frame as column name -> plain Python values, whichever library it comes from."""
    import narwhals as nw

    if index and hasattr(data, "reset_index"):
        data = data.reset_index()
    frame = nw.from_native(data)
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return {
        name: [_plain_value(v) for v in eager.get_column(name).to_list()] for name in eager.columns
    }


def _plain_value(value: Any) -> Any:
    """A NumPy scalar as Python's own, and every kind of missing value as None."""
    value = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
    return None if type(value).__name__ in ("NAType", "NaTType") else value
