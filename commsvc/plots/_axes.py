"""What every plot starts with, and the small things several of them draw."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.wrapping import width, wrap

# Inches of figure height for one row of a chart with rows: room for two lines of a label; less
# where there are many rows of one line each.
ROW, NARROW, MANY = 0.42, 0.3, 16
WRAP = 60  # letters of a row's label in one line
_LEGEND = 96  # letters of a legend in one line


def axes(ax: Any, *, rows: Sequence[str] | int = 0, wide: float = 7.2) -> Any:
    """`ax`, or the Axes of a new figure high enough for the rows: their labels, or how many."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    labels = [] if isinstance(rows, int) else [wrap(row, WRAP) for row in rows]
    count = len(labels) or (rows if isinstance(rows, int) else 0)
    each = NARROW if len(labels) > MANY and not any("\n" in one for one in labels) else ROW
    height = 1.3 + each * count if count else 4.0
    return plt.subplots(figsize=(wide, height))[1]


def need(frame: pd.DataFrame, *columns: str, empty: bool = False) -> None:
    """Raise where a column that is needed is missing, naming those there are, or there is no row.

    Parameters
    ----------
    empty : whether a frame without rows can be drawn
    """
    for column in columns:
        if column not in frame.columns:
            raise unknown_name("column", column, frame.columns)
    if not len(frame) and not empty:
        raise CommsvcError("there is nothing to draw", where="the frame has no rows")


def _letters(ax: Any) -> int:
    """Letters of a row's label in one line: fewer where panels stand side by side."""
    spec = ax.get_subplotspec()
    beside = spec.get_gridspec().ncols if spec is not None else 1
    return int(WRAP * min(1.0, max(0.4, ax.figure.get_figwidth() / beside / 7.2)))


def rows_from_top(ax: Any, labels: list[str]) -> list[int]:
    """Give the rows of a chart their labels, the first one on top; returns their positions."""
    positions = list(range(len(labels)))
    ax.set_yticks(positions, [wrap(label, _letters(ax)) for label in labels])
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


def legend_outside(
    ax: Any,
    handles: Sequence[Any] | None = None,
    labels: Sequence[str] | None = None,
    *,
    below: bool = False,
) -> None:
    """A legend above the plot, or below it.

    Where the Axes has the figure to itself, it is the figure's: one that is wider than the Axes
    would else make the plot narrow.
    """
    from matplotlib.layout_engine import ConstrainedLayoutEngine

    if handles is None or labels is None:
        handles, labels = ax.get_legend_handles_labels()
    letters = sum(4 + max(map(width, label.split("\n"))) for label in labels)
    columns = len(labels) if letters <= _LEGEND else -(-len(labels) // 2)
    if columns < len(labels):  # matplotlib fills columns, and a scale is read along the rows
        order = [i for column in range(columns) for i in range(column, len(labels), columns)]
        handles, labels = [handles[i] for i in order], [labels[i] for i in order]
    alone = ax.figure.axes == [ax]
    if alone and isinstance(ax.figure.get_layout_engine(), ConstrainedLayoutEngine):
        where = "lower" if below else "upper"
        ax.figure.legend(handles, labels, loc=f"outside {where} center", ncols=columns)
        return
    ax.legend(
        handles,
        labels,
        ncols=columns,
        loc="upper center" if below else "lower center",
        bbox_to_anchor=(0.5, -0.02 if below else 1.0),
    )


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


def finite(value: Any) -> float | None:
    """The number, or None where it is missing or infinite."""
    return None if value is None or not isfinite(float(value)) else float(value)


def with_n(names: Sequence[str], bases: Any) -> list[str]:
    """Labels with their n, where there is one.

    >>> with_n(["a", "b"], [230, float("nan")])
    ['a (n = 230)', 'b']
    """
    said = zip(names, map(finite, bases), strict=True)
    return [name if n is None else f"{name} (n = {n:,.0f})" for name, n in said]
