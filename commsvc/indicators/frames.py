"""Columns out of any data frame that Narwhals takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError, unknown_name

if TYPE_CHECKING:
    import pandas as pd


def column_values(frame: Any, *columns: str) -> Any:
    """One column as a list, or several as a list of rows; missing values as `None`.

    >>> import pandas as pd
    >>> column_values(pd.DataFrame({"a": [1, 2]}), "a")
    [1, 2]
    """
    import narwhals as nw

    native = nw.from_native(frame)
    known = native.collect_schema().names()
    for column in columns:
        if column not in known:
            raise unknown_name("column", column, known)
    table = native.select(*dict.fromkeys(columns))
    eager = table.collect() if isinstance(table, nw.LazyFrame) else table
    lists = [_without_missing(eager[column]) for column in columns]
    return lists[0] if len(columns) == 1 else list(zip(*lists, strict=True))


def _without_missing(column: Any) -> list[Any]:
    # pandas' NA answers no comparison, and Polars' NaN is not null: each needs its own question.
    pairs = zip(column.to_list(), column.is_null().to_list(), strict=True)
    return [None if missing or value != value else value for value, missing in pairs]


def numeric_columns(frame: Any, columns: Sequence[str]) -> pd.DataFrame:
    """Columns as a pandas table of floats; what is no number is refused, missing stays missing.

    >>> import pandas as pd
    >>> numeric_columns(pd.DataFrame({"a": [1, None]}), ["a"])["a"].tolist()
    [1.0, nan]
    """
    import pandas as pd

    rows = column_values(frame, *columns)
    rows = [(row,) for row in rows] if len(columns) == 1 else rows
    table = pd.DataFrame(rows, columns=list(columns))
    try:
        return table.astype(float)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"an answer is no number ({error})", where=", ".join(columns), allowed="numbers"
        ) from error
