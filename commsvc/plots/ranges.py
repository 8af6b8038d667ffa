"""Estimates with their intervals, and what a printed figure may stand for against a standard."""

from __future__ import annotations

from math import isfinite, isinf, isnan
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import (
    axes,
    finite,
    need,
    number,
    percent_axis,
    rows_from_top,
    thousands_axis,
    with_n,
)
from commsvc.plots.style import COLOURS, describe, readable
from commsvc.words.messages import joined, message


def intervals(
    frame: pd.DataFrame,
    *,
    labels: str = "group",
    target: float | dict[str, float] | None = None,
    share: bool = True,
    log: bool = False,
    xlabel: str = "",
    ax: Any = None,
) -> Any:
    """One dot and its interval a row.

    Parameters
    ----------
    frame : columns `estimate`, `low`, `high` and the one that `labels` names; with `base`, each
        row's label says its n; a row without ends (a reference level) is a dot alone, and an end
        that the axis has no room for (infinite, or zero where `log`) is an arrow
    labels : the column with the rows' names
    target : a line to compare with, or several as ``{name: value}``
    share : the estimates are shares of one, shown as percentages
    log : logarithmic axis, for ratios
    xlabel : the axis's name, with the denominator
    ax : the Axes to draw on; a new figure otherwise

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"group": ["satisfied"], "estimate": [0.7], "low": [0.638],
    ...                       "high": [0.756], "base": [230]})
    >>> [t.get_text() for t in intervals(frame).get_yticklabels()]
    ['satisfied (n = 230)']
    """
    need(frame, labels, "estimate", "low", "high")
    names = [str(name) for name in frame[labels]]
    if "base" in frame:
        names = with_n(names, frame["base"])
    ax = axes(ax, rows=names)
    positions = rows_from_top(ax, names)
    values = frame[["estimate", "low", "high"]].astype(float)
    if log:
        ax.set_xscale("log")
        values = values.where(values > 0, float("-inf")).where(values.notna())
    inside = values.where(abs(values) < float("inf"))
    ax.hlines(positions, inside["low"], inside["high"], color=COLOURS["blue"], lw=2.4)
    ax.plot(inside["estimate"], positions, "o", color=COLOURS["blue"], ms=7, mec="white")
    _targets(ax, target, share)
    _endless(ax, values)
    (percent_axis if share else thousands_axis)(ax)
    if log:
        _log_ticks(ax)
    ax.set_xlabel(xlabel)
    ax.grid(axis="x")
    show = (lambda v: f"{v:.1%}") if share else number
    said = []
    for name, row in zip(names, frame[["estimate", "low", "high"]].to_numpy(float), strict=True):
        estimate, low, high = map(finite, row)
        between = f" ({_range(low, high, show)})" if not (isnan(row[1]) or isnan(row[2])) else ""
        said.append(f"{name} {'–' if estimate is None else show(estimate)}{between}")
    describe(ax, message("Estimates with intervals: {rows}.", rows=joined(said)))
    return ax


def _endless(ax: Any, values: pd.DataFrame) -> None:
    """An arrow from the end that is known to the edge, where the other is infinite."""
    edges = ax.get_xlim()
    for y, (estimate, low, high) in enumerate(values.to_numpy(float)):
        for end, other, edge in ((low, high, edges[0]), (high, low, edges[1])):
            start = next((known for known in (other, estimate) if isfinite(known)), None)
            if isinf(end) and start is not None:
                _arrow(ax, y, start, edge)
    ax.set_xlim(edges)


def _targets(ax: Any, target: float | dict[str, float] | None, share: bool) -> None:
    if target is None:
        return
    named = target if isinstance(target, dict) else {"": target}
    for i, (name, value) in enumerate(named.items()):
        ax.axvline(value, color=COLOURS["vermillion"], lw=1.4, ls="--", zorder=0)
        shown = f"{value:.0%}" if share else number(value)
        ax.annotate(
            f"{name} {shown}".strip(),
            (value, 1),
            xycoords=("data", "axes fraction"),
            # One above the other: their values may be near each other.
            xytext=(0, 4 + 12 * i),
            textcoords="offset points",
            ha="center",
            color=readable(COLOURS["vermillion"]),
            fontsize=9,
        )


def bands(
    frame: pd.DataFrame,
    *,
    labels: str = "group",
    standard: tuple[float | None, float | None] | None = None,
    standard_label: str = "",
    share: bool = False,
    log: bool = False,
    xlabel: str = "",
    ax: Any = None,
) -> Any:
    """What each figure may be, as a bar from its lowest to its highest value, beside a standard.

    Parameters
    ----------
    frame : columns `low`, `high` (an end that is missing or infinite is drawn as an arrow) and
        the one that `labels` names; one value alone (low = high) is a dot
    standard : the band the standard allows, shaded; an end may be None
    standard_label : what to write on the band
    share : the values are shares of one
    log : logarithmic axis, for quantities of different size
    xlabel, ax : as in `intervals`

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"group": ["a", "b"], "low": [3, 8], "high": [5, None]})
    >>> len(bands(frame, standard=(3, 10)).patches)
    1
    """
    need(frame, labels, "low", "high")
    names = [str(name) for name in frame[labels]]
    lows = [finite(v) for v in frame["low"]]
    highs = [finite(v) for v in frame["high"]]
    for name, low, high in zip(names, lows, highs, strict=True):
        if low is not None and high is not None and low > high:
            raise CommsvcError(
                f"{name}: the lower end {number(low)} lies above the upper {number(high)}",
                where="columns 'low' and 'high'",
            )
    known = [v for v in [*lows, *highs, *(standard or ())] if v is not None]
    if not known:
        raise CommsvcError("no end of any range is known", where="columns 'low' and 'high'")
    ax = axes(ax, rows=names)
    positions = rows_from_top(ax, names)
    span = max(known) - min(known) or abs(max(known)) or 1.0
    if log:
        ax.set_xscale("log")
    for y, low, high in zip(positions, lows, highs, strict=True):
        _bar(ax, y, low, high, span, log)
    if standard is not None:
        _shade(ax, standard, standard_label, log)
    (percent_axis if share else thousands_axis)(ax)
    if log:
        _log_ticks(ax)
    ax.set_xlabel(xlabel)
    ax.grid(axis="x")
    show = (lambda v: f"{v:.1%}") if share else number
    said = [f"{name} {_range(a, b, show)}" for name, a, b in zip(names, lows, highs, strict=True)]
    describe(ax, message("Possible values: {rows}.", rows=joined(said)))
    if standard is not None:
        describe(ax, message("Standard: {band}.", band=_range(*standard, show)))
    return ax


def _range(low: float | None, high: float | None, show: Any) -> str:
    if low is None and high is None:
        return "–"
    if low is None or high is None:
        return f"≥ {show(low)}" if high is None else f"≤ {show(high)}"
    return show(low) if low == high else f"{show(low)}–{show(high)}"


def _shade(ax: Any, standard: tuple[float | None, float | None], label: str, log: bool) -> None:
    """Shade the band; a side without an end is shaded to the edge, wherever that will be."""
    for end in standard:
        if end is not None:
            ax.update_datalim([(end, 0)])
    ax.autoscale_view(scaley=False)
    edges = ax.get_xlim()
    width = edges[1] - edges[0]
    far = (edges[0] / 1e6, edges[1] * 1e6) if log else (edges[0] - 9 * width, edges[1] + 9 * width)
    low, high = (f if end is None else end for f, end in zip(far, standard, strict=True))
    ax.axvspan(low, high, color=COLOURS["green"], alpha=0.15, lw=0)
    ax.set_xlim(edges)
    seen = max(low, edges[0]), min(high, edges[1])
    middle = (seen[0] * seen[1]) ** 0.5 if log else sum(seen) / 2
    one_end = standard[0] if standard[1] is None else standard[1] if standard[0] is None else None
    ax.annotate(
        label,
        (middle if one_end is None else one_end, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 4),
        textcoords="offset points",
        ha="center",
        color=readable(COLOURS["green"]),
        fontsize=9,
    )


def _log_ticks(ax: Any) -> None:
    """Numbers at 1, 2 and 5 of each decade; the marks between them stay bare."""
    from matplotlib.ticker import LogLocator, NullFormatter

    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _bar(ax: Any, y: int, low: float | None, high: float | None, span: float, log: bool) -> None:
    colour = COLOURS["blue"]
    if log and low is not None and low <= 0:
        low = None  # it has no place on the axis
    if low is not None and high is not None:
        if low == high:
            ax.plot([low], [y], "o", color=colour, ms=7, mec="white")
        else:
            ax.hlines(y, low, high, color=colour, lw=7)
            # Ends that a narrow range still shows, whatever the scale of the axis.
            ax.plot([low, high], [y, y], "|", color=colour, ms=11, mew=2)
        return
    # A bar without an end runs on as an arrow from the end that is known.
    start = low if low is not None else high
    if start is None:
        return
    outwards = 1 if high is None else -1
    tip = start * (1.5**outwards) if log else start + outwards * 0.25 * span
    ax.plot([start], [y], "|", color=colour, ms=12, mew=2.4)
    _arrow(ax, y, start, tip)
    ax.update_datalim([(tip, y)])
    ax.autoscale_view()


def _arrow(ax: Any, y: int, start: float, tip: float) -> None:
    arrow = {"arrowstyle": "-|>", "color": COLOURS["blue"], "lw": 2.4, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", (tip, y), (start, y), arrowprops=arrow)
