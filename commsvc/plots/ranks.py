"""Who comes first, and how sure that is: ranks under several methods or weights."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.plots._axes import axes, need, number
from commsvc.plots.style import COLOURS, CYCLE, describe
from commsvc.words.messages import joined, message
from commsvc.words.wrapping import width, wrap

_MARKERS = "oDs^vP"
_PLAIN = COLOURS["dim"]
_LONGEST = 36  # letters of a name in one line


def rank_bumps(
    frame: pd.DataFrame,
    *,
    labels: str = "group",
    by: str = "level",
    rank: str = "estimate",
    names: Mapping[Any, str] | None = None,
    highlight: Collection[str] = (),
    xlabel: str = "",
    ylabel: str = "",
    ax: Any = None,
) -> Any:
    """A line a unit across methods or weights, 1 on top, with an interval where there is one.

    Parameters
    ----------
    frame : a row a unit and method: its name, the method and its rank (1 best; ties share the
        mean), as `commsvc.indicators.evaluation.rank_stability` gives them; `low` and `high`, where
        there are such columns, are drawn as an interval. A unit that a method does not rank has no
        row there, or no number
    labels, by, rank : the columns of the units' names, of the methods (in the order they come) and
        of the ranks
    names : method -> what it is called under the axis
    highlight : units to stand out, the others grey; by default each has its colour
    xlabel, ax : as elsewhere
    ylabel : left out, what is ranked and how many

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    CommsvcError : a unit stands twice under one method, or nothing is ranked

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"group": ["A", "B"] * 2, "level": ["TOPSIS"] * 2 + ["RSR"] * 2,
    ...                       "estimate": [1, 2, 2, 1]})
    >>> ax = rank_bumps(frame)
    >>> [t.get_text() for t in ax.get_yticklabels()], [t.get_text() for t in ax.texts]
    (['A  1', 'B  2'], ['1  B', '2  A'])
    """
    need(frame, labels, by, rank, empty=True)
    ranked = frame[frame[rank].notna()]
    if not len(ranked):
        raise CommsvcError("nothing is ranked", where=f"column {rank!r}")
    twice = ranked.duplicated([labels, by])
    if twice.any():
        unit, method = ranked.loc[twice, [labels, by]].iloc[0]
        raise CommsvcError(
            f"{unit!r} has two ranks under {method!r}", allowed="one row a unit and method"
        )
    units = list(dict.fromkeys(str(unit) for unit in ranked[labels]))
    for unit in highlight:
        if unit not in units:
            raise unknown_name("unit", unit, units, where="highlight")
    methods = list(dict.fromkeys(ranked[by]))
    # Room for the names, which stand at both sides.
    longest = min(max(map(width, units)), _LONGEST)
    ax = axes(
        ax,
        rows=[wrap(u, _LONGEST) for u in units],
        wide=max(7.2, 1.0 * len(methods) + 0.17 * longest + 1.2),
    )

    looks = _looks(units, highlight)
    # Intervals of neighbours stand beside each other, not on each other.
    step = min(0.04, 0.3 / len(units))
    order = dict.fromkeys(str(u) for u in ranked.sort_values(rank, kind="stable")[labels])
    shift = {unit: (i - (len(units) - 1) / 2) * step for i, unit in enumerate(order)}
    spread = {"low", "high"} <= set(ranked.columns) and bool(ranked["low"].notna().any())
    for unit in units:
        rows = ranked[ranked[labels].astype(str) == unit].set_index(by)
        ys = rows[rank].reindex(methods)
        xs = [x + (shift[unit] if spread else 0.0) for x in range(len(methods))]
        colour, marker, level = looks[unit]
        ax.plot(
            xs, ys, color=colour, marker=marker, ms=7, mec="white", mew=0.8, lw=1.8, zorder=level
        )
        if spread:
            ends = rows[["low", "high"]].reindex(methods)
            ax.vlines(xs, ends["low"], ends["high"], color=colour, lw=2.6, alpha=0.55, zorder=level)
    _ends(ax, ranked, labels, by, rank, methods)
    room = 64 // len(methods)
    ax.set_xticks(range(len(methods)), [wrap(str((names or {}).get(m, m)), room) for m in methods])
    ax.set_xlim(-0.3, len(methods) - 0.7)
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel or str(message("Rank among n = {n}", n=len(units))))
    ax.grid(axis="x")
    _say(ax, ranked, labels, by, rank, units, names or {}, spread)
    return ax


def _looks(units: list[str], highlight: Collection[str]) -> dict[str, tuple[str, str, float]]:
    """Colour, marker and order of drawing of each unit; those that stand out lie on top."""
    told = [unit for unit in units if unit in highlight] if highlight else units
    looks = {unit: (_PLAIN, "o", 2.0) for unit in units}
    for i, unit in enumerate(told):
        marker = _MARKERS[(i + i // len(CYCLE)) % len(_MARKERS)]
        looks[unit] = (COLOURS[CYCLE[i % len(CYCLE)]], marker, 3.0)
    return looks


def _ends(
    ax: Any, ranked: pd.DataFrame, labels: str, by: str, rank: str, methods: list[Any]
) -> None:
    """The units' names at both ends; those that tie stand one under the other around their rank."""
    for method, first in ((methods[0], True), (methods[-1], False)):
        if first and len(methods) == 1:
            ax.set_yticks([])
            continue
        rows = ranked[ranked[by] == method].sort_values(rank, kind="stable")
        places = rows[rank].rank(method="first") + (rows[rank] - rows[rank].rank())
        named = [
            (y, wrap(str(u), _LONGEST), number(r))
            for y, u, r in zip(places, rows[labels], rows[rank], strict=True)
        ]
        if first:
            ax.set_yticks([y for y, *_ in named], [f"{unit}  {r}" for _, unit, r in named])
            ax.tick_params(axis="y", length=0)
        else:
            for y, unit, r in named:
                ax.annotate(
                    f"{r}  {unit}", (1, y), (6, 0), xycoords=("axes fraction", "data"),
                    textcoords="offset points", va="center",
                )  # fmt: skip
    low, high = ranked[rank].min(), ranked[rank].max()
    ax.set_ylim(max(high, len(set(ranked[labels]))) + 0.6, min(low, 1) - 0.6)
    for side in ("left", "bottom"):
        ax.spines[side].set_visible(False)
    ax.tick_params(axis="x", length=0)


def _say(
    ax: Any,
    ranked: pd.DataFrame,
    labels: str,
    by: str,
    rank: str,
    units: list[str],
    names: Mapping[Any, str],
    spread: bool,
) -> None:
    methods = dict.fromkeys(ranked[by])
    parts = []
    for unit in units:
        rows = ranked[ranked[labels].astype(str) == unit].set_index(by)
        shown = []
        for method in methods:
            if method not in rows.index:
                shown.append("–")
                continue
            row = rows.loc[method]
            ends = ""
            if spread and not pd.isna(row["low"]):
                ends = f" ({number(row['low'])}–{number(row['high'])})"
            shown.append(number(row[rank]) + ends)
        parts.append(f"{unit} {', '.join(shown)}")
    describe(
        ax,
        message(
            "Ranks of {n} units, 1 best, under {methods}: {units}.",
            n=len(units),
            methods=[str(names.get(method, method)) for method in methods],
            units=joined(parts),
        ),
    )
