"""Two columns that are the ends of a range, shown as one."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import Any

from commsvc.errors import unknown_name
from commsvc.report.cells import NOTHING, Format, columns_of, format_value
from commsvc.report.lang import plain


def range_text(low: Any, high: Any, how: Format | None = None) -> str:
    """A range as its reader sees it; an end that is missing or infinite is no end.

    A dash before a minus cannot be read: a comma stands between ends below 0.

    >>> range_text(0.71, 0.718, ".1%"), range_text(80, None), range_text(15, 15)
    ('71.0%–71.8%', '≥ 80', '15')
    >>> range_text(float("-inf"), 2.5), range_text(None, None)
    ('≤ 2.5', '–')
    >>> range_text(-0.132, 0.02, ".2f")
    '−0.13, 0.02'
    """
    first, last = (
        None if v is None or not isfinite(v) else plain(format_value(v, how)) for v in (low, high)
    )
    if first is None or last is None:
        known = first if last is None else last
        return NOTHING if known is None else f"{'≥' if last is None else '≤'} {known}"
    if first == last:
        return first
    return f"{first}, {last}" if first.startswith("−") else f"{first}–{last}"


def join_ranges(
    data: Any,
    ranges: Mapping[str, tuple[str, str]],
    formats: Mapping[str, Format] | None = None,
    *,
    index: bool = False,
) -> Any:
    """The table with each pair of columns replaced by one, where the first of them stood.

    Parameters
    ----------
    data : a frame of any library Narwhals takes
    ranges : name of the new column -> (column of the lower ends, column of the upper ends)
    formats : name of the new column -> how each end is written

    Returns
    -------
    DataFrame (pandas) with text in the new columns

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"place": ["A"], "low": [8], "high": [None]})
    >>> join_ranges(frame, {"needed": ("low", "high")})
      place needed
    0     A    ≥ 8
    """
    import pandas as pd

    cells = columns_of(data, index)
    for name, pair in ranges.items():
        for column in pair:
            if column not in cells:
                raise unknown_name("column", column, list(cells), where=f"ranges[{name!r}]")
    starts = {low: (name, high) for name, (low, high) in ranges.items()}
    gone = {high for _, high in starts.values()}
    joined: dict[str, list[Any]] = {}
    for column, values in cells.items():
        if column in starts:
            name, high = starts[column]
            how = (formats or {}).get(name)
            joined[name] = [range_text(a, b, how) for a, b in zip(values, cells[high], strict=True)]
        elif column not in gone:
            joined[column] = values
    return pd.DataFrame(joined)
