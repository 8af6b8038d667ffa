"""What matters to people against how well it is done: importance–performance quadrants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd

from commsvc.errors import unknown_name
from commsvc.plots._axes import axes, need, need_numbers, number
from commsvc.plots._labels import label_points
from commsvc.plots.style import COLOURS, describe, readable
from commsvc.words.messages import joined, message
from commsvc.words.wrapping import wrap

# Corner of a quadrant, as fractions of the Axes, and the colour and marker of its items.
_QUADRANTS = {
    "concentrate here": ((0, 1), COLOURS["vermillion"], "D"),
    "keep up the good work": ((1, 1), COLOURS["blue"], "o"),
    "low priority": ((0, 0), COLOURS["grey"], "v"),
    "possible overkill": ((1, 0), COLOURS["orange"], "s"),
}
QUADRANTS: Final = {
    "concentrate here": message("concentrate here", context="quadrant"),
    "keep up the good work": message("keep up the good work", context="quadrant"),
    "low priority": message("low priority", context="quadrant"),
    "possible overkill": message("possible overkill", context="quadrant"),
}
# More names than this hide each other: the items are numbered, and a key stands beside.
_MOST = 14


def quadrants(
    frame: pd.DataFrame,
    *,
    labels: str = "group",
    names: Mapping[str, str] | None = None,
    numbered: bool | None = None,
    xlabel: str = "",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """Importance–performance quadrants (Martilla & James 1977, J. Mark. 41:77).

    Parameters
    ----------
    frame : what `commsvc.indicators.instruments.importance_performance` gave: columns
        `importance, performance, importance_line, performance_line, quadrant` and the one that
        `labels` names; with `base`, each label says its n
    names : quadrant -> what to call it; left out, its usual name
    numbered : number the items and put their names beside the figure; by default where there are
        more than 14
    xlabel, ylabel : left out, performance and importance with the number of items
    ax : the Axes to draw on; a new figure otherwise

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CommsvcError : a column or a number is missing, a quadrant that is none of the four

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.indicators.instruments import importance_performance
    >>> items = pd.DataFrame({"item": list("abcd"), "imp": [5, 5, 1, 1], "perf": [1, 5, 1, 5]})
    >>> found = importance_performance(items, item="item", importance="imp", performance="perf")
    >>> sum(len(line.get_xdata()) for line in quadrants(found).lines[2:])
    4
    """
    need(frame, labels, "quadrant")
    lines = ("importance_line", "performance_line")
    need_numbers(frame, "importance", "performance", *lines)
    for quadrant in frame["quadrant"]:
        if quadrant not in _QUADRANTS:
            raise unknown_name("quadrant", quadrant, _QUADRANTS)
    if ax is None:
        ax = axes(None)
        ax.figure.set_size_inches(7.2, 5.2)
    items = [str(item) for item in frame[labels]]
    if "base" in frame:
        items = [f"{item} (n = {n:,.0f})" for item, n in zip(items, frame["base"], strict=True)]
    line = {"color": COLOURS["grey"], "lw": 1, "ls": "--", "zorder": 1}
    ax.axhline(frame["importance_line"].iloc[0], **line)
    ax.axvline(frame["performance_line"].iloc[0], **line)
    for quadrant, (_, colour, marker) in _QUADRANTS.items():
        own = frame[frame["quadrant"] == quadrant]
        ax.plot(own["performance"], own["importance"], marker, color=colour, ms=7, mec="white")
    ax.margins(0.14)
    ax.set_xlabel(xlabel or str(message("Performance", context="axis")))
    ax.set_ylabel(ylabel or str(message("Importance (n = {n})", n=len(items))))
    many = len(items) > _MOST if numbered is None else numbered
    if many:
        key = "\n".join(f"{i}  {item}" for i, item in enumerate(items, 1))
        ax.annotate(
            key, (1, 1), (10, 0), xycoords="axes fraction", textcoords="offset points", va="top",
            fontsize=8.5, linespacing=1.5,
        )  # fmt: skip
    # What stands beside it makes the Axes narrower.
    ax.figure.draw_without_rendering()
    _name_quadrants(ax, names)
    texts = [str(i) for i in range(1, len(items) + 1)] if many else [wrap(t, 22) for t in items]
    label_points(ax, list(frame["performance"]), list(frame["importance"]), texts, fontsize=9)
    _say(ax, frame, items)
    return ax


def _name_quadrants(ax: Any, names: Mapping[str, str] | None) -> None:
    known = {quadrant: str(said) for quadrant, said in QUADRANTS.items()} | dict(names or {})
    # Two names share the width of the Axes.
    room = int(ax.get_window_extent().width / ax.figure.dpi * 72 / 2 / 5.2)
    for quadrant, ((x, y), colour, _) in _QUADRANTS.items():
        ax.annotate(
            wrap(known[quadrant], room), (x, y), (6 if x == 0 else -6, -6 if y else 6),
            xycoords="axes fraction", textcoords="offset points", fontsize=9,
            color=readable(colour),
            ha="left" if x == 0 else "right", va="top" if y else "bottom",
        )  # fmt: skip


def _say(ax: Any, frame: pd.DataFrame, items: list[str]) -> None:
    said = [
        message("{quadrant}: {items}", quadrant=QUADRANTS[quadrant], items=inside)
        for quadrant in _QUADRANTS
        if (inside := [i for i, q in zip(items, frame["quadrant"], strict=True) if q == quadrant])
    ]
    cross = [number(frame[f"{name}_line"].iloc[0]) for name in ("performance", "importance")]
    describe(
        ax,
        message(
            "{n} items by performance and importance, in quadrants that meet at {x} and {y}. "
            "{quadrants}.",
            n=len(items),
            x=cross[0],
            y=cross[1],
            quadrants=joined(said),
        ),
    )
