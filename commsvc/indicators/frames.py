"""Columns out of any data frame that Narwhals takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name

if TYPE_CHECKING:
    import pandas as pd

_YES: Final = {"yes", "y", "true", "1", "有", "是", "达标", "齐全"}
_NO: Final = {"no", "n", "false", "0", "无", "否", "没有", "未达标"}
_UNKNOWN: Final = {"", "unknown", "不详", "未知", "?", "nan", "none", "<na>"}


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


def in_order(values: Sequence[Any], column: str) -> list[Any]:
    """Moments that can be put in order: numbers, dates, or dates as text, all of one kind.

    As text, 2023-1-10 would come before 2023-1-9.

    >>> later, earlier = in_order(["2023-1-10", "2023-1-9"], "day")
    >>> earlier < later
    True
    """
    import pandas as pd

    if any(isinstance(value, str) for value in values):
        moments = pd.to_datetime(pd.Series(values, dtype=object), errors="coerce", format="mixed")
        for number, (value, moment) in enumerate(zip(values, moments, strict=True)):
            if value is not None and (not isinstance(value, str) or pd.isna(moment)):
                raise CommsvcError(
                    f"{value!r} is no date among dates as text",
                    where=f"row {number}, column {column!r}",
                    allowed="dates such as 2023-01-09 in all rows, or numbers in all",
                )
        return [None if pd.isna(moment) else moment for moment in moments]
    try:
        sorted(value for value in values if value is not None)
    except TypeError as error:
        raise CommsvcError(
            f"moments of several kinds have no order ({error})",
            where=f"column {column!r}",
            allowed="dates in all rows, or numbers in all",
        ) from None
    return list(values)


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


def yes_or_no(cell: Any, where: str) -> bool | None:
    """What a cell says; `None` where it is unknown.

    >>> yes_or_no("有", ""), yes_or_no(0, ""), yes_or_no("不详", "")
    (True, False, None)
    """
    word = "" if cell is None else str(cell).strip().lower().removesuffix(".0")
    for words, state in ((_YES, True), (_NO, False), (_UNKNOWN, None)):
        if word in words:
            return state
    raise CommsvcError(
        f"{cell!r} is neither yes, no nor unknown",
        where=where,
        allowed="yes 有 True 1, no 无 False 0, or unknown 不详 and empty",
    )
