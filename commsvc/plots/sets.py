"""The set of all tables that print the same figures, and where a statistic lies in it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.plots._axes import axes, need, number
from commsvc.plots.style import COLOURS, describe


def table_set(
    frame: pd.DataFrame,
    *,
    lines: dict[str, float] | None = None,
    xlabel: str = "",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """How many of the possible tables give each value of a statistic.

    Parameters
    ----------
    frame : a row a bin: columns `low`, `high` (of the statistic) and `count` (of tables); bins of
        no width (low = high: few tables, each drawn by itself) are stems
    lines : values to mark, as ``{"printed": 2.64, "5 %": 5.99}``
    xlabel, ylabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"low": [0.0, 2.0], "high": [2.0, 4.0], "count": [5, 3]})
    >>> len(table_set(frame, lines={"5 %": 3.84}).patches)
    2
    """
    need(frame, "low", "high", "count")
    ax = axes(ax)
    width = frame["high"] - frame["low"]
    if (width > 0).all():
        ax.bar(
            frame["low"],
            frame["count"],
            width=width,
            align="edge",
            color=COLOURS["sky"],
            ec="white",
            lw=0.4,
        )
    else:
        ax.vlines(frame["low"], 0, frame["count"], color=COLOURS["blue"], lw=2.4)
        ax.plot(frame["low"], frame["count"], "o", color=COLOURS["blue"])
    ax.set_ylim(0, frame["count"].max() * 1.25)
    for i, (name, value) in enumerate((lines or {}).items()):
        colour = COLOURS["vermillion"] if i == 0 else COLOURS["ink"]
        ax.axvline(value, color=colour, lw=1.5, ls="--" if i else "-")
        ax.annotate(
            f"{name} {number(value)}",
            (value, 0.97 - 0.08 * i),
            xycoords=("data", "axes fraction"),
            xytext=(5, 0),
            textcoords="offset points",
            va="top",
            color=colour,
            fontsize=9.5,
        )
    ax.set(xlabel=xlabel, ylabel=ylabel)
    total = int(frame["count"].sum())
    low, high = number(frame["low"].min()), number(frame["high"].max())
    marked = ", ".join(f"{name} {number(v)}" for name, v in (lines or {}).items())
    describe(
        ax,
        en=f"{total:,} tables print these figures; the statistic runs from {low} to {high}."
        + (f" Marked: {marked}." if marked else ""),
        zh=f"共有 {total:,} 张表与所载数字相符；统计量从 {low} 到 {high}。"
        + (f"标注：{marked}。" if marked else ""),
    )
    return ax
