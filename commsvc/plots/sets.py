"""Sets of possibilities: all tables that print the same figures, all readings of a list."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import axes, legend_outside, need, number
from commsvc.plots.style import COLOURS, describe, readable

_LOOKS = (("o", "sky"), ("D", "vermillion"), ("s", "green"), ("^", "purple"))


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
    if not frame["count"].sum():
        raise CommsvcError("there is nothing to draw", where="column 'count' has no table")
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
            color=readable(colour),
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


def pairs(
    frames: dict[str, pd.DataFrame],
    x: str,
    y: str,
    *,
    target: tuple[float, float] | None = None,
    target_label: str = "",
    xlabel: str = "",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """Which pairs of numbers the possibilities give, and whether they hit the printed pair.

    Parameters
    ----------
    frames : for each label a frame with a row a possibility; at most four labels. The area of a
        mark is the number of rows that give the pair
    x, y : the columns of the two numbers
    target, target_label : the pair as printed, marked by a cross
    xlabel, ylabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"built": [11, 11, 10], "under": [11, 11, 12]})
    >>> len(pairs({"list": frame}, "built", "under", target=(10, 11)).collections[0].get_offsets())
    2
    """
    if not 1 <= len(frames) <= len(_LOOKS):
        raise CommsvcError(f"{len(frames)} sets of pairs", allowed=f"1 to {len(_LOOKS)}")
    ax = axes(ax)
    said, said_zh = [], []
    for (label, frame), (marker, colour) in zip(frames.items(), _LOOKS, strict=False):
        need(frame, x, y, empty=True)
        counts = frame.groupby([x, y]).size()
        at = counts.index.to_frame()
        # One row has a mark that can be seen, and twenty have one that does not hide the next.
        size = 30 + 200 * (counts - 1) / max(counts.max() - 1, 20)
        ax.scatter(at[x], at[y], s=size, marker=marker, color=COLOURS[colour])
        ax.scatter([], [], s=60, marker=marker, color=COLOURS[colour], label=label)
        hit = "" if target is None else f", {int(counts.get(target, 0))} of them as printed"
        hit_zh = "" if target is None else f"，其中 {int(counts.get(target, 0))} 种与所载相符"
        said.append(f"{label}: {len(frame)} possibilities{hit}")
        said_zh.append(f"{label}：{len(frame)} 种可能{hit_zh}")
    if target is not None:
        style = {"color": COLOURS["ink"], "ms": 16, "mew": 2, "ls": ""}
        ax.plot(*target, "+", label=target_label, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    legend_outside(ax)
    ax.grid()
    printed = "" if target is None else f" Printed: {number(target[0])} and {number(target[1])}."
    printed_zh = "" if target is None else f"所载为 {number(target[0])} 与 {number(target[1])}。"
    describe(
        ax,
        en=f"Pairs of {x} and {y}. {'; '.join(said)}.{printed}",
        zh=f"{xlabel or x}与{ylabel or y}的组合。{'；'.join(said_zh)}。{printed_zh}",
    )
    return ax
