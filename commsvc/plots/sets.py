"""Sets of possibilities: all tables that print the same figures, all readings of a list."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import axes, legend_outside, need, number
from commsvc.plots.style import COLOURS, describe, readable
from commsvc.words.messages import joined, message

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
    describe(
        ax,
        message(
            "{n:count} tables print these figures; the statistic runs from {low} to {high}.",
            n=total,
            low=low,
            high=high,
        ),
    )
    marked = [f"{name} {number(v)}" for name, v in (lines or {}).items()]
    if marked:
        describe(ax, message("Marked: {lines}.", lines=marked))
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
    said = []
    for (label, frame), (marker, colour) in zip(frames.items(), _LOOKS, strict=False):
        need(frame, x, y, empty=True)
        counts = frame.groupby([x, y]).size()
        at = counts.index.to_frame()
        # One row has a mark that can be seen, and twenty have one that does not hide the next.
        size = 30 + 200 * (counts - 1) / max(counts.max() - 1, 20)
        ax.scatter(at[x], at[y], s=size, marker=marker, color=COLOURS[colour])
        ax.scatter([], [], s=60, marker=marker, color=COLOURS[colour], label=label)
        possible = message("{label}: {n} possibilities", label=label, n=len(frame))
        hits = 0 if target is None else int(counts.get(target, 0))
        said.append(
            possible
            if target is None
            else message("{possible}, {hits} of them as printed", possible=possible, hits=hits)
        )
    if target is not None:
        style = {"color": COLOURS["ink"], "ms": 16, "mew": 2, "ls": ""}
        ax.plot(*target, "+", label=target_label, **style)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    legend_outside(ax)
    ax.grid()
    describe(
        ax,
        message("Pairs of {x} and {y}. {sets}.", x=xlabel or x, y=ylabel or y, sets=joined(said)),
    )
    if target is not None:
        first, second = map(number, target)
        describe(ax, message("Printed: {first} and {second}.", first=first, second=second))
    return ax
