"""Columns out of any data frame that Narwhals takes."""

from __future__ import annotations

from typing import Any

from commsvc.errors import unknown_name


def column_values(frame: Any, *columns: str) -> Any:
    """One column as a list, or several as a list of rows; missing values as `None`.

    >>> import pandas as pd
    >>> column_values(pd.DataFrame({"a": [1, 2]}), "a")
    [1, 2]
    """
    import narwhals as nw

    native = nw.from_native(frame)
    table = native.select(*columns) if set(columns) <= set(native.columns) else native
    for column in columns:
        if column not in table.columns:
            raise unknown_name("column", column, table.columns)
    eager = table.collect() if isinstance(table, nw.LazyFrame) else table
    if len(columns) == 1:
        return [None if v != v else v for v in eager[columns[0]].to_list()]
    return [tuple(None if v != v else v for v in row) for row in eager.rows()]
