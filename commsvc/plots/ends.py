"""The name of each line at its end, in place of a legend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commsvc.errors import CommsvcError
from commsvc.plots.style import COLOURS, readable

_LINE = 0.19  # inches from one line of text to the next


def label_lines(ax: Any, names: Mapping[str, str] | None = None, *, title: str = "") -> Any:
    """Write the name of each line beside its right end, in its colour; a legend goes.

    Names that would hide each other are moved apart. For lines that end at different heights: where
    they meet at their ends, a legend says more.

    Parameters
    ----------
    ax : the Axes with the lines, each with a label, as matplotlib or seaborn draws them
    names : label -> what to write; left out, the label itself
    title : what the names are values of, above the topmost

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CommsvcError : no line has a label

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> lines = [ax.plot([1, 2], [1, y], label=name) for name, y in [("10%", 3), ("30%", 2)]]
    >>> [text.get_text() for text in label_lines(ax).texts]
    ['30%', '10%']
    """
    ends = sorted(_ends(ax))
    if not ends:
        raise CommsvcError("no line has a label", next_step="plot each line with label=…")
    if ax.get_legend() is not None:
        ax.get_legend().remove()
    ax.figure.draw_without_rendering()
    dot = ax.figure.dpi
    own = [float(ax.transData.transform((0, y))[1]) / dot for y, _, _ in ends]
    look = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "fontsize": 9.5}
    # Fixed to the ends themselves: the Axes may still be given another size.
    for (y, name, colour), was, height in zip(ends, own, _apart(own, _LINE), strict=True):
        text, up = (names or {}).get(name, name), 72 * (height - was)
        ax.annotate(text, (1, y), (6, up), va="center", color=readable(colour), **look)
    if title:
        up += 36 * _LINE
        ax.annotate(title, (1, y), (6, up), va="bottom", color=COLOURS["ink"], **look)
    return ax


def _ends(ax: Any) -> list[tuple[float, str, str]]:
    """Height of the right end, label and colour of each line that has a label."""
    from matplotlib.colors import to_hex

    found = []
    for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
        colour = to_hex(handle.get_color())
        # seaborn gives the label to a line without points, of the colour of the one it draws.
        drawn = [line for line in ax.lines if to_hex(line.get_color()) == colour]
        points = [point for line in drawn for point in zip(*line.get_data(), strict=True)]
        if points:
            found.append((float(max(points)[1]), str(label), colour))
    return found


def _apart(heights: Sequence[float], step: float) -> list[float]:
    """Rising heights at least a step apart, each moved as little as possible.

    >>> _apart([1.0, 1.0, 5.0], 0.5)
    [0.75, 1.25, 5.0]
    """
    from scipy.optimize import isotonic_regression

    less = [height - step * i for i, height in enumerate(heights)]
    return [float(x) + step * i for i, x in enumerate(isotonic_regression(less).x)]
