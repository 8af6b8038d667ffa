"""Answers by level as bars that part at the middle, and how evenly a thing is shared out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import axes, legend_outside, need, percent_axis, rows_from_top, with_n
from commsvc.plots.style import COLOURS, describe

# From most favourable to least; the middle of an odd scale is grey.
_FAVOURABLE = ("#08519c", "#4292c6", "#9ecae1")
_UNFAVOURABLE = ("#fdbe85", "#e6700f", "#8c2d04")
_MIDDLE = "#d0d0d0"


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
    frame : one row a group and level: columns `level`, `count` and the one `group` names; the
        shares of each row sum to one over `levels`
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
    need(frame, group, "level", "count")
    extra = set(frame["level"]) - set(levels)
    if extra:
        raise CommsvcError(
            f"the frame has levels that `levels` does not name: {sorted(map(str, extra))}",
            next_step="name every level, from most to least favourable",
        )
    wide = frame.pivot_table(
        index=group, columns="level", values="count", sort=False, aggfunc="sum"
    )
    wide = wide.reindex(columns=list(levels)).fillna(0.0)
    base = wide.sum(axis=1)
    shares = wide.div(base, axis=0)
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
    said = [
        f"{name}: "
        + (", ".join(f"{level} {shares.loc[key, level]:.1%}" for level in levels) if n else "–")
        for (key, n), name in zip(base.items(), names, strict=True)
    ]
    describe(
        ax,
        en=f"Diverging bars of ordered answers. {'; '.join(said)}.",
        zh=f"有序答案的发散条形图。{'；'.join(said)}。",
    )
    return ax


def _level_colours(levels: int, right: int, split: bool) -> list[str]:
    left = levels - right - split
    chosen = [_FAVOURABLE[min(i, 2)] for i in range(right)]
    chosen += [_MIDDLE] * split
    return chosen + [_UNFAVOURABLE[max(0, 3 - left + i)] for i in range(left)]


def _write_shares(ax: Any) -> None:
    """Each share in its bar, where the bar is wide enough for it."""
    from matplotlib.colors import to_hex

    ax.figure.draw_without_rendering()
    inches = ax.get_window_extent().width / ax.figure.dpi
    low, high = ax.get_xlim()
    least = 0.33 * (high - low) / inches
    for bar in ax.patches:
        if bar.get_width() >= least:
            dark = to_hex(bar.get_facecolor()) in (_FAVOURABLE[0], _UNFAVOURABLE[-1])
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
    for label, curve in curves.items():
        need(curve, "population_share", "value_share")
        ax.plot(curve["population_share"], curve["value_share"], marker="o", ms=3.5, label=label)
    # Outside, where no curve runs, whether it lies below the line of equality or above.
    legend_outside(ax)
    ax.set(xlim=(0, 1), ylim=(0, 1), xlabel=xlabel, ylabel=ylabel, aspect="equal")
    percent_axis(ax, "x")
    percent_axis(ax, "y")
    names = list(curves)
    describe(
        ax,
        en=f"Curves of cumulative shares against the line of equality: {', '.join(names)}.",
        zh=f"累计份额曲线与绝对公平线：{'、'.join(names)}。",
    )
    return ax
