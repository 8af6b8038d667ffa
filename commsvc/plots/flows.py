"""Who was asked, who answered and who was kept: the flow of respondents."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.plots._axes import axes, need, need_numbers
from commsvc.plots.style import COLOURS, describe


def flow(frame: pd.DataFrame, *, labels: str = "group", note: str = "note", ax: Any = None) -> Any:
    """Boxes from top to bottom, each with its number, and beside the arrows who was lost.

    Parameters
    ----------
    frame : a row a step, in order: `count` and the step's name in the column `labels`; the text of
        the column `note`, if there is one, stands beside the arrow that leads to the step
    ax : the Axes to draw on; a new figure otherwise

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = flow(pd.DataFrame({"group": ["issued", "returned"], "count": [230, 230]}))
    >>> [t.get_text() for t in ax.texts][0]
    'issued\\nn = 230'
    """
    need(frame, labels)
    need_numbers(frame, "count")
    ax = axes(ax, rows=2 * len(frame), width=6.0)
    ax.set(xlim=(0, 1), ylim=(len(frame) - 0.5, -0.5))
    ax.axis("off")
    box = {"boxstyle": "round,pad=0.5", "fc": "#eef4fa", "ec": COLOURS["blue"], "lw": 1.2}
    counts = [int(c) for c in frame["count"]]
    names = [str(n) for n in frame[labels]]
    for i, (name, count) in enumerate(zip(names, counts, strict=True)):
        ax.text(0.38, i, f"{name}\nn = {count:,}", ha="center", va="center", bbox=box)
        if i == 0:
            continue
        arrow = {"arrowstyle": "-|>", "color": COLOURS["grey"], "lw": 1.4}
        ax.annotate("", (0.38, i - 0.28), (0.38, i - 0.72), arrowprops=arrow)
        beside = [f"− {counts[i - 1] - count:,}"] if counts[i - 1] != count else []
        if note in frame.columns and isinstance(frame[note].iloc[i], str) and frame[note].iloc[i]:
            beside.append(frame[note].iloc[i])
        ax.text(0.44, i - 0.5, "  ".join(beside), ha="left", va="center", fontsize=9.5)
    said = ", ".join(f"{name} {count:,}" for name, count in zip(names, counts, strict=True))
    describe(ax, en=f"Flow of respondents: {said}.", zh=f"受访者流程：{said}。")
    return ax
