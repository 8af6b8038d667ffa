"""Who was asked, who answered and who was kept: the flow of respondents."""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.plots._axes import axes, need, need_numbers
from commsvc.plots.style import COLOURS, describe
from commsvc.words.messages import message
from commsvc.words.wrapping import wrap

_WIDEST, _BESIDE = 44, 48  # letters of a line in a box, and beside an arrow
_ARROW: dict[str, Any] = {
    "arrowstyle": "-|>",
    "lw": 1.4,
    "mutation_scale": 12,
    "shrinkA": 0,
    "shrinkB": 0,
}


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
    from matplotlib.patches import FancyArrowPatch

    need(frame, labels)
    need_numbers(frame, "count")
    ax = axes(ax, rows=2 * len(frame), wide=6.0)
    ax.set(xlim=(0, 1), ylim=(len(frame) - 0.5, -0.5))
    ax.axis("off")
    box = {"boxstyle": "round,pad=0.5", "fc": COLOURS["pale"], "ec": COLOURS["blue"], "lw": 1.2}
    counts = [int(c) for c in frame["count"]]
    names = [wrap(str(n), _WIDEST) for n in frame[labels]]
    notes = list(frame[note]) if note in frame.columns else [""] * len(counts)
    beside = [""]
    for before, count, said in zip(counts, counts[1:], notes[1:], strict=False):
        change = (
            "" if count == before else f"{'−' if count < before else '+'} {abs(count - before):,}"
        )
        beside.append(
            "  ".join(filter(None, [change, wrap(said, _BESIDE) if isinstance(said, str) else ""]))
        )
    x = 0.38 if any(beside) else 0.5
    for i, (name, count) in enumerate(zip(names, counts, strict=True)):
        ax.text(x, i, f"{name}\nn = {count:,}", ha="center", va="center", bbox=box)
        if i:
            ends = (x, i - 0.72), (x, i - 0.28)
            ax.add_patch(FancyArrowPatch(*ends, color=COLOURS["grey"], **_ARROW))
        if beside[i]:  # a text without words would still take its place in the picture
            ax.text(x + 0.06, i - 0.5, beside[i], ha="left", va="center", fontsize=9.5)
    said = [f"{name} {count:,}" for name, count in zip(frame[labels], counts, strict=True)]
    describe(ax, message("Flow of respondents: {steps}.", steps=said))
    return ax
