"""Ranges in tables: two columns shown as one."""

import pandas as pd
import polars as pl
import pytest

from commsvc.errors import CommsvcError
from commsvc.report import show_table, table
from commsvc.report.arranging import range_text

FRAME = pd.DataFrame(
    {"who": ["a", "b"], "low": [0.5, 8.0], "high": [0.75, float("inf")], "n": [42, 42]}
)


@pytest.mark.parametrize("frame", [FRAME, pl.from_pandas(FRAME)])
def test_the_range_stands_where_its_lower_end_stood(frame):
    joined = table(frame, ranges={"share": ("low", "high")}, formats={"share": ".2f"}).columns
    assert [str(column.heading) for column in joined] == ["who", "Share", "n"]
    assert joined[1].cells == ("0.50–0.75", "≥ 8.00")


def test_ends_that_print_alike_are_one_value():
    assert range_text(4.001, 4.004, ".1f") == "4.0"
    assert range_text(float("nan"), float("nan")) == "–"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(CommsvcError, match="did you mean 'low'"):
        table(FRAME, ranges={"share": ("lo", "high")})


def test_show_table_takes_heading_and_format_by_the_new_name(capsys):
    show_table(
        FRAME,
        caption="x",
        ranges={"share": ("low", "high")},
        columns={"share": ("Share", "占比")},
        formats={"share": ".0%", "n": ".1f"},
    )
    shown = capsys.readouterr().out
    assert "50%–75%" in shown
    assert "42.0" in shown
    assert "Share" in shown
