"""Columns out of any frame, with one word for what is missing."""

from __future__ import annotations

import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import column_values, numeric_columns


@pytest.mark.parametrize(
    "column",
    [
        pd.array([1, None], dtype="Int64"),
        pd.Series([1.0, float("nan")]),
        pd.Series([1, None], dtype=object),
        pd.array([True, None], dtype="boolean"),
    ],
)
def test_missing_is_none_whatever_pandas_calls_it(column):
    assert column_values(pd.DataFrame({"a": column}), "a") == [1, None]


def test_dates_and_words_too():
    frame = pd.DataFrame({"d": pd.to_datetime(["2023-01-01", None]), "s": ["x", None]})
    assert [row == (None, None) for row in column_values(frame, "d", "s")] == [False, True]


def test_polars_and_arrow():
    for name in ("polars", "pyarrow"):
        library = pytest.importorskip(name)
        make = library.DataFrame if name == "polars" else library.table
        frame = make({"a": [1.0, None, float("nan")], "b": [1, 2, 3]})
        assert column_values(frame, "b", "a") == [(1, 1.0), (2, None), (3, None)]


def test_unknown_column_and_no_number():
    frame = pd.DataFrame({"age": ["old"]})
    with pytest.raises(CommsvcError, match="did you mean 'age'"):
        column_values(frame, "agee")
    with pytest.raises(CommsvcError, match="no number"):
        numeric_columns(frame, ["age"])
