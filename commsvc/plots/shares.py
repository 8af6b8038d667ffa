"""Answers by level as bars that part at the middle, and how evenly a thing is shared out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import (
    axes,
    legend_outside,
    need_numbers,
    percent_axis,
    rows_from_top,
    with_n,
)
from commsvc.plots.palette import FAVOURABLE, MIDDLE, UNFAVOURABLE
from commsvc.plots.style import COLOURS, describe
from commsvc.words.messages import joined, message

# From most favourable to least; the middle of an odd scale is grey.
_MARKERS = "oDs^vP"


def likert(
    frame: pd.DataFrame,
    levels: Sequence[str],
    *,
    group: str = "group",
    favourable: int | None = None,
    xlabel: str = "",
    ax: Any = None,
) -> Any:
    """Shares of ordered answers, favourable ones to the right of zero, the others to the left.

    Parameters
    ----------
    frame : one row a group and level: columns `level`, `count` and the one `group` names. With
        `estimate`, as tidy shares have it, the bars are these (weighted where they are) and n the
        people counted; else the counts. The shares of each row sum to one over `levels`
    levels : the levels from most to least favourable
    favourable : how many of them lie right of zero; by default the first half, and the middle
        level of an odd scale is split
    group, xlabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"group": "all", "level": ["yes", "no"], "count": [3, 1]})
    >>> [t.get_text() for t in likert(frame, ["yes", "no"]).get_yticklabels()]
    ['all (n = 4)']
    """
    need_numbers(frame, group, "level", "count")
    if (frame["count"] < 0).any():
        raise CommsvcError("a count below zero", where="column 'count'")
    extra = set(frame["level"]) - set(levels)
    if extra:
        raise CommsvcError(
            f"the frame has levels that `levels` does not name: {sorted(map(str, extra))}",
            next_step="name every level, from most to least favourable",
        )
    if favourable is not None and not 0 <= favourable <= len(levels):
        raise CommsvcError(f"favourable={favourable}", allowed=f"0 to {len(levels)}")
    wide = frame.pivot_table(
        index=group, columns="level", values="count", sort=False, aggfunc="sum"
    )
    wide = wide.reindex(columns=list(levels)).fillna(0.0)
    base = wide.sum(axis=1)
    shares = wide.div(base, axis=0)
    if "estimate" in frame and frame["estimate"].notna().any():
        told = frame.pivot_table(
            index=group, columns="level", values="estimate", sort=False, aggfunc="sum"
        )
        told = told.reindex(index=wide.index, columns=list(levels)).fillna(0.0)
        shares = told.div(told.sum(axis=1), axis=0)
    right = len(levels) // 2 if favourable is None else favourable
    split = favourable is None and len(levels) % 2 == 1
    colours = _level_colours(len(levels), right, split)

    from matplotlib.ticker import FuncFormatter

    names = with_n([str(name) for name in base.index], base)
    ax = axes(ax, rows=names)
    positions = rows_from_top(ax, names)
    middle = shares.iloc[:, right] / 2 if split else 0.0
    start = shares.iloc[:, :right].sum(axis=1) + middle
    for i, level in enumerate(levels):
        width = shares[level]
        start = start - width
        bar = {"color": colours[i], "ec": "white", "lw": 0.6, "height": 0.62}
        ax.barh(positions, width, left=start, label=level, **bar)
    # Behind the bars: it would run through the words of the level that is split.
    ax.axvline(0, color=COLOURS["ink"], lw=0.9, zorder=0)
    ax.set_xlim(*(end * 1.03 for end in ax.get_xlim()))
    # Both sides of zero count upwards.
    ax.xaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{abs(share):.0%}"))
    ax.set_xlabel(xlabel)
    # Before the legend, which is wider than a panel may be.
    _write_shares(ax)
    handles, shown = ax.get_legend_handles_labels()
    legend_outside(ax, handles[::-1], shown[::-1])
    said = []
    for (key, n), name in zip(base.items(), names, strict=True):
        shown = [f"{level} {shares.loc[key, level]:.1%}" for level in levels] if n else ["–"]
        said.append(message("{row}: {shares}", row=name, shares=shown))
    describe(ax, message("Diverging bars of ordered answers. {rows}.", rows=joined(said)))
    return ax


def _level_colours(levels: int, right: int, split: bool) -> list[str]:
    left = levels - right - split
    return [
        *_shades(FAVOURABLE, right),
        *[MIDDLE] * split,
        *_shades(UNFAVOURABLE[::-1], left)[::-1],
    ]


def _shades(colours: Sequence[str], count: int) -> list[str]:
    """So many shades, the darkest first: those there are, or as many between them as it takes."""
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    if count <= len(colours):
        return list(colours[:count])
    ramp = LinearSegmentedColormap.from_list("", colours)
    return [to_hex(ramp(i / (count - 1))) for i in range(count)]


def _write_shares(ax: Any) -> None:
    """Each share in its bar, where the bar is wide enough for it."""
    from matplotlib.colors import to_rgb

    ax.figure.draw_without_rendering()
    inches = ax.get_window_extent().width / ax.figure.dpi
    low, high = ax.get_xlim()
    least = 0.33 * (high - low) / inches
    for bar in ax.patches:
        if bar.get_width() >= least:
            red, green, blue = to_rgb(bar.get_facecolor())
            dark = 0.299 * red + 0.587 * green + 0.114 * blue < 0.4
            ax.text(
                bar.get_x() + bar.get_width() / 2,
                bar.get_y() + bar.get_height() / 2,
                f"{bar.get_width():.0%}",
                ha="center",
                va="center",
                fontsize=9,
                color="white" if dark else COLOURS["ink"],
            )


def lorenz(
    curves: dict[str, pd.DataFrame], *, xlabel: str = "", ylabel: str = "", ax: Any = None
) -> Any:
    """Lorenz or concentration curves beside the line of equal shares.

    Parameters
    ----------
    curves : for each curve's label a frame with the cumulative shares `population_share` and
        `value_share`, both from 0 to 1, as `commsvc.indicators.equity.lorenz` gives them
    xlabel, ylabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> curve = pd.DataFrame({"population_share": [0, 0.5, 1], "value_share": [0, 0.2, 1]})
    >>> len(lorenz({"visits": curve}).lines)
    2
    """
    if not curves:
        raise CommsvcError("there is nothing to draw", where="lorenz(curves=…)")
    ax = axes(ax)
    ax.plot([0, 1], [0, 1], color=COLOURS["grey"], lw=1, ls="--")
    for (label, curve), marker in zip(curves.items(), cycle(_MARKERS)):
        need_numbers(curve, "population_share", "value_share")
        look = {"marker": marker, "ms": 5, "mec": "white", "mew": 0.6, "label": label}
        ax.plot(curve["population_share"], curve["value_share"], **look)
    # Outside, where no curve runs, whether it lies below the line of equality or above.
    legend_outside(ax)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=xlabel, ylabel=ylabel, aspect="equal")
    percent_axis(ax, "x")
    percent_axis(ax, "y")
    describe(
        ax,
        message(
            "Curves of cumulative shares against the line of equality: {names}.",
            names=list(curves),
        ),
    )
    return ax
