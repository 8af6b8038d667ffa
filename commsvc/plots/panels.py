"""The same plot for each district, model or year, side by side on the same scales."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import ROW, need
from commsvc.plots.style import name_what_is_said
from commsvc.words.wrapping import width, wrap

# Inches of a panel; three stand in a row of a report's page without shrinking much.
_WIDTHS = {1: 7.2, 2: 3.9, 3: 3.2}
_HEIGHT = 2.6


def small_multiples(
    draw: Callable[..., Any],
    results: pd.DataFrame | Mapping[Any, Any],
    *,
    by: str | None = None,
    names: Mapping[Any, str] | None = None,
    n: str | Mapping[Any, float] | None = "base",
    columns: int | None = None,
    xlabel: str = "",
    ylabel: str = "",
    ax: Sequence[Any] | None = None,
    **options: Any,
) -> list[Any]:
    """One panel a part of the results, drawn by the same plot, on the same scales.

    An axis of numbers has the same ends in every panel. An axis of names (the rows of `intervals`,
    say) is each panel's own, because the parts need not have the same rows.

    Parameters
    ----------
    draw : a plot of `commsvc.plots`, or any function that takes a part of the results and ``ax=``
    results : a frame, one panel for each value of the column `by`, in the order they come; or the
        parts themselves, name -> result
    names : value of `by` (or name of a part) -> what the panel is called
    n : what stands in a panel's title: a column with one value in each part (where it has several,
        the rows say theirs), or name of a part -> number; None for nothing
    columns : panels side by side; by default up to three, and two where there are four or
        where rows have names
    xlabel, ylabel : of the figure, once; with `ax` given, of each panel
    ax : the Axes to draw on, as many as there are parts; a new figure otherwise
    options : what `draw` takes besides

    Returns
    -------
    list of matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.plots import intervals
    >>> frame = pd.DataFrame({"district": ["east", "west"], "group": "all", "base": [120, 80],
    ...                       "estimate": [0.7, 0.6], "low": [0.6, 0.5], "high": [0.8, 0.7]})
    >>> panels = small_multiples(intervals, frame, by="district")
    >>> [panel.get_title(loc="left") for panel in panels]
    ['east (n = 120)', 'west (n = 80)']
    >>> panels[0].get_xlim() == panels[1].get_xlim()
    True
    """
    parts = _parts(results, by)
    if ax is None:
        rows = _named_rows(draw, next(iter(parts.values())), options)
        # Rows of names need room beside them.
        across = columns or min(len(parts), 2 if rows or len(parts) == 4 else 3)
        panels = _grid(len(parts), across, rows)
    else:
        across, panels = columns or len(parts), list(ax)
    if len(panels) != len(parts):
        raise CommsvcError(f"{len(panels)} Axes for {len(parts)} parts", allowed="one a part")
    legend: dict[str, Any] = {}
    for panel, (key, part) in zip(panels, parts.items(), strict=True):
        name = str((names or {}).get(key, key))
        with name_what_is_said(panel, name):
            draw(part, ax=panel, **options)
        if ax is None:
            _take_legend(panel, legend)
        size = _n(part, key, n)
        _title(panel, name, "" if size is None else f"(n = {size:,.0f})", across)
    shared = [axis for axis in ("x", "y") if _share(panels, axis)]
    if ax is not None:
        for panel in panels:
            panel.set(**{k: v for k, v in (("xlabel", xlabel), ("ylabel", ylabel)) if v})
        return panels
    figure = panels[0].figure
    _outer_only(panels, across, shared)
    if legend:
        figure.legend(
            list(legend.values()),
            list(legend),
            loc="outside upper center",
            ncols=len(legend) if sum(map(width, legend)) < 70 else 3,
        )
    if xlabel:
        figure.supxlabel(xlabel, fontsize=10.5)
    if ylabel:
        figure.supylabel(ylabel, fontsize=10.5)
    return panels


def _parts(results: Any, by: str | None) -> dict[Hashable, Any]:
    if isinstance(results, pd.DataFrame):
        if by is None:
            raise CommsvcError("one frame and no `by`", next_step="name the column of the panels")
        need(results, by)
        parts = {key: part for key, part in results.groupby(by, sort=False, observed=True)}
    else:
        parts = dict(results)
    if not parts:
        raise CommsvcError("there is nothing to draw", where="small_multiples(results=…)")
    return parts


def _named_rows(draw: Callable[..., Any], part: Any, options: Mapping[str, Any]) -> int:
    """How many rows of names the plot has, found by drawing one part where nobody sees it."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator

    seen = Figure(figsize=(7.2, 4.0)).subplots()
    draw(part, ax=seen, **options)
    named = isinstance(seen.yaxis.get_major_locator(), FixedLocator)
    return len(seen.get_yticks()) if named else 0


def _grid(count: int, across: int, rows: int) -> list[Any]:
    import matplotlib.pyplot as plt

    down = -(-count // across)
    height = 0.75 + ROW * rows if rows else _HEIGHT
    size = (_WIDTHS.get(across, 3.0) * across, 0.8 + height * down)
    figure, grid = plt.subplots(down, across, figsize=size, squeeze=False)
    for empty in grid.flat[count:]:
        figure.delaxes(empty)
    return list(grid.flat[:count])


def _title(panel: Any, name: str, n: str, across: int) -> None:
    """The panel's name and n above it, and above what the plot itself wrote there."""
    room = int(_WIDTHS.get(across, 3.0) * 72 / 5.8)
    lines = wrap(name, room).split("\n")
    lines += [n] if n and width(lines[-1]) + len(n) > room else []
    title = "\n".join(lines) + (f" {n}" if n and lines[-1] != n else "")
    above = any(text.get_text() and getattr(text, "xy", (0, 0))[1] == 1 for text in panel.texts)
    panel.set_title(title, loc="left", fontsize=10.5, pad=20 if above else 8)


def _n(part: Any, key: Hashable, n: str | Mapping[Any, float] | None) -> float | None:
    if isinstance(n, Mapping):
        return n.get(key)
    if n is None or not isinstance(part, pd.DataFrame) or n not in part.columns:
        return None
    values = part[n].unique()
    return float(values[0]) if len(values) == 1 and not pd.isna(values[0]) else None


def _share(panels: Sequence[Any], axis: str) -> bool:
    """Give an axis of numbers the same ends in all panels; whether all panels now have one axis."""
    from matplotlib.ticker import FixedLocator

    lines = [getattr(panel, f"{axis}axis") for panel in panels]
    if any(isinstance(line.get_major_locator(), FixedLocator) for line in lines):
        named = [
            tuple((t.get_text(), t.get_position()) for t in line.get_ticklabels()) for line in lines
        ]
        return len(set(named)) == 1
    ends = [getattr(panel, f"get_{axis}lim")() for panel in panels]
    low, high = min(map(min, ends)), max(map(max, ends))
    turned = ends[0][0] > ends[0][1]
    for panel in panels:
        getattr(panel, f"set_{axis}lim")((high, low) if turned else (low, high))
    return True


def _outer_only(panels: Sequence[Any], across: int, shared: Sequence[str]) -> None:
    """Leave the numbers of a shared axis to the panels at the edge."""
    for i, panel in enumerate(panels):
        if "x" in shared and i + across < len(panels):
            panel.tick_params(axis="x", labelbottom=False)
            panel.set_xlabel("")
        if "y" in shared and i % across:
            panel.tick_params(axis="y", labelleft=False)
            panel.set_ylabel("")


def _take_legend(panel: Any, found: dict[str, Any]) -> None:
    """Move a panel's legend into that of the figure, where each name stands once."""
    legend = panel.get_legend()
    if legend is not None:
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True):
            found.setdefault(text.get_text(), handle)
        legend.remove()
