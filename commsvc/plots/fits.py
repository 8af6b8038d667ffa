"""Whether a model gives the counts there are: observed and expected frequencies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.plots._axes import axes, need_numbers, number
from commsvc.plots.panels import small_multiples
from commsvc.plots.style import COLOURS, describe
from commsvc.words.messages import joined, message

_ROOTS = ("root_observed", "root_expected", "hanging")
_BAR, _SHORT, _OVER = COLOURS["pale blue"], COLOURS["blue"], COLOURS["vermillion"]


def rootogram(
    counts: pd.DataFrame | Mapping[str, pd.DataFrame],
    *,
    title: str = "",
    columns: int | None = None,
    xlabel: str = "",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """Hanging rootogram: bars of observed counts hung from the curve of expected ones.

    A bar that ends below zero: more persons have that count than the model expects; one that ends
    above: fewer. On the scale of square roots a deviation of one weighs about the same everywhere
    (Tukey 1977; Kleiber & Zeileis 2016, Am. Stat. 70:296).

    Parameters
    ----------
    counts : what `commsvc.indicators.count_models.rootogram` gave: columns `level, count,
        base, expected, root_observed, root_expected, hanging`; a level of −1 is all that is beyond
        the last. Or several, model -> frame: a panel each, on the same scales
    title : the panel's; left out, the frame's `method`
    columns : panels side by side, as in `small_multiples`
    xlabel : what is counted, by default visits
    ylabel : by default the square root of persons
    ax : the Axes to draw on (as many as there are models); a new figure otherwise

    Returns
    -------
    matplotlib.axes.Axes, or a list of them for several models

    Raises
    ------
    CommsvcError : a column or a number is missing, a level stands twice

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.indicators.count_models import count_model
    >>> from commsvc.indicators.count_models import rootogram as roots
    >>> visits = pd.DataFrame({"visits": [0, 0, 0, 4]})
    >>> counts = roots(count_model(visits, "visits", [], "poisson"), most=1)
    >>> [round(float(bar.get_height()), 2) for bar in rootogram(counts).patches]
    [1.73, 0.0, 1.0]
    """
    xlabel = xlabel or str(message("Visits", context="axis"))
    ylabel = ylabel or str(message("√ persons"))
    if isinstance(counts, Mapping):
        return small_multiples(_hang, counts, columns=columns, xlabel=xlabel, ylabel=ylabel, ax=ax)
    ax = axes(ax)
    _hang(counts, ax=ax)
    called = title or (str(counts["method"].iloc[0]) if "method" in counts else "")
    ax.set_title(f"{called} (n = {counts['base'].iloc[0]:,.0f})".strip(), loc="left", fontsize=10.5)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def _hang(frame: pd.DataFrame, *, ax: Any) -> None:
    need_numbers(frame, "level", "count", "base", "expected", *_ROOTS)
    if frame["level"].duplicated().any():
        raise CommsvcError("a rootogram has one row a count", where="column 'level'")
    own = frame[frame["level"] >= 0].sort_values("level")
    beyond = frame[frame["level"] < 0]
    top = int(own["level"].max()) if len(own) else -1
    # What lies beyond the last count stands apart from it.
    place = top + max(2.0, 0.06 * top)
    both = pd.concat([own, beyond])
    xs = [*own["level"], *([place] * len(beyond))]

    ax.bar(
        xs,
        both["root_observed"],
        bottom=both["hanging"],
        width=0.8,
        color=_BAR,
        label=str(message("observed, hung from the curve")),
    )
    named = (
        (-1, _OVER, str(message("more than expected"))),
        (1, _SHORT, str(message("fewer than expected"))),
    )
    for sign, colour, name in named:
        off = [(x, h) for x, h in zip(xs, both["hanging"], strict=True) if h * sign > 0]
        if off:
            places, ends = zip(*off, strict=True)
            ax.vlines(places, 0, ends, color=colour, lw=2.6, label=name)
    called = str(message("expected", context="curve"))
    curve = {"color": COLOURS["ink"], "lw": 1.4, "marker": "o", "ms": 4, "mec": "white"}
    ax.plot(own["level"], own["root_expected"], **curve, label=called)
    ax.plot([place] * len(beyond), beyond["root_expected"], **curve)
    ax.axhline(0, color=COLOURS["ink"], lw=0.9)
    _counts_axis(ax, top, place if len(beyond) else None)
    low, high = ax.get_ylim()
    ax.set_ylim(low - 0.05 * (high - low), high)
    ax.legend(loc="best", fontsize=9)
    _say(ax, both, top)


def _counts_axis(ax: Any, top: int, beyond: float | None) -> None:
    """Round counts under the bars, and under the last bar that it holds all beyond them."""
    from matplotlib.ticker import MaxNLocator

    ticks = [t for t in MaxNLocator(8, integer=True).tick_values(0, max(top, 1)) if 0 <= t <= top]
    names = {t: f"{t:.0f}" for t in ticks}
    if beyond is not None:
        names = {t: name for t, name in names.items() if beyond - t > 0.09 * beyond}
        names[beyond] = f"> {top}"
    ax.set_xticks(list(names), list(names.values()))
    ax.set_xlim(-0.8, (top if beyond is None else beyond) + 0.8)


def _say(ax: Any, frame: pd.DataFrame, top: int) -> None:
    """How many levels, and the three at which the model is furthest off."""
    worst = frame.loc[frame["hanging"].abs().sort_values(ascending=False, kind="stable").index[:3]]
    said = [
        message(
            "{level}: {seen:,.0f} observed, {meant:,.1f} expected",
            level=f"> {top}" if level < 0 else f"{level:.0f}",
            seen=seen,
            meant=meant,
        )
        for level, seen, meant in worst[["level", "count", "expected"]].to_numpy()
    ]
    describe(
        ax,
        message(
            "Hanging rootogram of {base} persons, counts 0 to {top}. Furthest off: {worst}.",
            base=number(frame["base"].iloc[0]),
            top=top,
            worst=joined(said),
        ),
    )
