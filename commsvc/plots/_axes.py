"""What every plot starts with, and the small things several of them draw."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name

ROW = 0.42  # inches of figure height for one row of a chart with rows


def axes(ax: Any, *, rows: int = 0, width: float = 7.2) -> Any:
    """`ax`, or the Axes of a new figure high enough for `rows` rows."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    height = 1.3 + ROW * rows if rows else 4.0
    return plt.subplots(figsize=(width, height))[1]


def need(frame: pd.DataFrame, *columns: str) -> None:
    """Raise, naming the columns there are, where one that is needed is missing."""
    for column in columns:
        if column not in frame.columns:
            raise unknown_name("column", column, frame.columns)


def rows_from_top(ax: Any, labels: list[str]) -> list[int]:
    """Give the rows of a chart their labels, the first one on top; returns their positions."""
    positions = list(range(len(labels)))
    ax.set_yticks(positions, labels)
    ax.set_ylim(len(labels) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    return positions


def percent_axis(ax: Any, which: str = "x") -> None:
    """Show the shares of an axis as percentages."""
    from matplotlib.ticker import PercentFormatter

    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def thousands_axis(ax: Any, which: str = "x") -> None:
    """Show the numbers of an axis with thousands separators."""
    from matplotlib.ticker import FuncFormatter

    axis = ax.xaxis if which == "x" else ax.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))


def number(value: float) -> str:
    """A value for a label: whole numbers with separators, others with three figures."""
    if float(value).is_integer() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def need_numbers(frame: pd.DataFrame, *columns: str) -> None:
    """Raise where a column that every mark needs is missing, or lacks a number in some row."""
    need(frame, *columns)
    for column in columns:
        empty = frame[column].isna().to_numpy()
        if empty.any():
            raise CommsvcError(
                f"{column!r} has no number",
                where=f"row {int(empty.argmax())} of the frame",
                next_step="leave the row out, or say in the caption that it is not drawn",
            )
