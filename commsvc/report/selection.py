"""Which columns of a frame a table shows, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commsvc.errors import unknown_name
from commsvc.report.cells import columns_of

Ranges = Mapping[str, tuple[str, str]]


def select(
    data: Any, only: Sequence[str], ranges: Ranges | None = None, *, index: bool = False
) -> tuple[Any, dict[str, tuple[str, str]]]:
    """The columns that are shown, and which pairs of them are ranges.

    A name that is no column stands for two: `name_low` and `name_high` are a range, `name_en` and
    `name_zh` words in two languages.

    Parameters
    ----------
    data : a frame of any library Narwhals takes
    only : the names to show, in order: columns, new columns of `ranges`, or names as above
    ranges : new column -> (column of the lower ends, of the upper ends)

    Returns
    -------
    DataFrame (pandas), ranges

    Raises
    ------
    CommsvcError : a name that is none of these

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"place_zh": ["甲"], "place_en": ["A"], "x": [1], "share_low": [0.2],
    ...                       "share_high": [0.4]})
    >>> select(frame, ["place", "share"])
    (     place share_low share_high
    0  (A, 甲)       0.2        0.4, {'share': ('share_low', 'share_high')})
    """
    import pandas as pd

    cells = columns_of(data, index)
    joined = dict(ranges or {})
    taken: dict[str, list[Any]] = {}
    for name in only:
        ends = joined.get(name, (f"{name}_low", f"{name}_high"))
        if name in cells and name not in joined:
            taken[name] = cells[name]
        elif all(end in cells for end in ends):
            joined[name] = ends
            taken |= {end: cells[end] for end in ends}
        elif f"{name}_en" in cells and f"{name}_zh" in cells:
            both = zip(cells[f"{name}_en"], cells[f"{name}_zh"], strict=True)
            taken[name] = [pair if all(isinstance(w, str) for w in pair) else None for pair in both]
        else:
            raise unknown_name("column", name, [*cells, *joined], where="show_table(only=…)")
    shown = {name: ends for name, ends in joined.items() if name in only}
    return pd.DataFrame(taken, dtype=object), shown
