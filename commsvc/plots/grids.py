"""Tables of states as pictures: verdicts on claims, checklists with an honest *unknown*."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.plots._axes import ROW, axes, legend_outside, need, rows_from_top
from commsvc.plots.style import COLOURS, describe
from commsvc.words.messages import Text, joined, message
from commsvc.words.wrapping import width

# So many claims of a row are seen side by side, and a block of marks takes so much of its height.
_LONGEST, _TALL = 110, 0.7
# state -> (colour, marker): told apart by shape as well as by colour.
VERDICTS = {
    "consistent": (COLOURS["blue"], "o"),
    "only_under_rule": (COLOURS["orange"], "D"),
    "inconsistent": (COLOURS["vermillion"], "X"),
    "undecidable": (COLOURS["dim"], "_"),
    "unreadable": (COLOURS["ink"], "|"),
}
STATES = {
    "yes": (COLOURS["blue"], "o"),
    "partly": (COLOURS["orange"], "D"),
    "no": (COLOURS["vermillion"], "X"),
    "unknown": (COLOURS["dim"], "_"),
}


def claims_grid(
    verdicts: pd.DataFrame,
    *,
    group: str = "group",
    names: dict[str, str] | None = None,
    xlabel: str = "",
    ax: Any = None,
) -> Any:
    """One mark a claim, a row a report, ordered by verdict: what holds, what does not.

    Where the longest row has more marks than can be seen side by side, they stand in columns of
    several, from left to right; the axis still counts claims.

    Parameters
    ----------
    verdicts : a row a claim: columns `verdict` and the one that `group` names
    names : what to call each verdict in the legend
    xlabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = claims_grid(pd.DataFrame({"group": ["1", "1"], "verdict": ["consistent"] * 2}))
    >>> [t.get_text() for t in ax.get_yticklabels()]
    ['1 (2)']
    """
    need(verdicts, group, "verdict")
    _known(verdicts["verdict"], VERDICTS, "verdict")
    counts = (
        verdicts.groupby([group, "verdict"], sort=False, observed=True).size().unstack(fill_value=0)
    )
    counts = counts.reindex(columns=list(VERDICTS), fill_value=0)
    totals = counts.sum(axis=1)
    labels = [f"{name} ({n})" for name, n in totals.items()]
    given = ax is not None
    ax = axes(ax, rows=labels, wide=8.0)
    if not given and max(totals) > _LONGEST:  # a block of marks is twice as high as a row of them
        ax.figure.set_figheight(ax.figure.get_figheight() + ROW * len(labels))
    rows_from_top(ax, labels)
    ax.set_xlim(0, max(totals) + 1)
    ax.set_xlabel(xlabel)
    _legend(ax, VERDICTS, names, [s for s in VERDICTS if counts[s].sum()])
    deep, size = _blocks(ax, max(totals), len(labels))
    for y, (_, row) in enumerate(counts.iterrows()):
        states = [state for state in VERDICTS for _ in range(int(row[state]))]
        for state, (colour, marker) in VERDICTS.items():
            mine = [divmod(i, deep) for i, s in enumerate(states) if s == state]
            xs = [deep * column + (deep + 1) / 2 for column, _ in mine]
            ys = [y + _TALL * ((place + 0.5) / deep - 0.5) for _, place in mine]
            ax.plot(xs, ys, marker, color=colour, ms=size, mew=size / 4)
    said = [
        message("{row}: {counts}", row=name, counts=_counted(row, VERDICTS))
        for name, row in counts.iterrows()
    ]
    describe(ax, message("One mark a claim, by verdict. {rows}.", rows=joined(said)))
    return ax


def _blocks(ax: Any, most: int, rows: int) -> tuple[int, float]:
    """How many marks stand in a column, and their size in points: they just do not touch."""
    if most <= _LONGEST:
        return 1, min(8.0, 330 / most)
    ax.figure.draw_without_rendering()
    area, points = ax.get_window_extent(), 72 / ax.figure.dpi
    wide, tall = points * area.width, points * _TALL * area.height / (rows + 0.2)
    deep = max(1, round((most * tall / wide) ** 0.5))
    return deep, min(8.0, 0.8 * wide * deep / most, 0.8 * tall / deep)


_WORDS: Final = {
    "yes": message("yes", context="state"),
    "partly": message("partly", context="state"),
    "no": message("no", context="state"),
    "unknown": message("unknown", context="state"),
    "consistent": message("agrees"),
    "only_under_rule": message("agrees only under a rule"),
    "inconsistent": message("does not agree"),
    "undecidable": message("cannot be decided"),
    "unreadable": message("cannot be read"),
}


def _counted(counts: Any, states: Collection[str]) -> list[Text]:
    """How often each state is there, in words."""
    there = [(state, int(counts.get(state, 0))) for state in states]
    return [message("{n} {state}", n=n, state=_WORDS[state]) for state, n in there if n]


def checklist(
    frame: pd.DataFrame,
    *,
    names: dict[str, str] | None = None,
    xlabel: str = "",
    ax: Any = None,
) -> Any:
    """A matrix of states: rows of places or items, columns of what is asked of each.

    Parameters
    ----------
    frame : index and columns are the labels; cells are `yes`, `partly`, `no` or `unknown`
    names : what to call each state in the legend
    xlabel, ax : as elsewhere

    Returns
    -------
    matplotlib.axes.Axes

    Examples
    --------
    >>> import pandas as pd
    >>> ax = checklist(pd.DataFrame({"hall": ["yes", "unknown"]}, index=["A", "B"]))
    >>> [t.get_text() for t in ax.get_yticklabels()]
    ['A', 'B']
    """
    if frame.empty:
        raise CommsvcError("there is nothing to draw", where="the frame has no cells")
    _known(frame.to_numpy().ravel().tolist(), STATES, "state")
    rows = [str(label) for label in frame.index]
    labels = [str(label) for label in frame.columns]
    steep = max(map(len, labels)) > 3 and len(labels) > 6
    if ax is None:
        ax = axes(None, rows=rows, wide=max(7.2, 1.8 + 0.36 * len(labels)))
        # Turned labels stand above the cells and need their own height.
        longest = max(width(line) for label in labels for line in label.split("\n"))
        ax.figure.set_figheight(ax.figure.get_figheight() + steep * 0.068 * longest)
    rows_from_top(ax, rows)
    turned = {"rotation": 65, "ha": "left", "va": "center", "rotation_mode": "anchor"}
    ax.set_xticks(range(len(labels)), labels, **(turned if steep else {}))
    ax.xaxis.tick_top()
    ax.tick_params(axis="x", length=0)
    for side in ("top", "bottom"):
        ax.spines[side].set_visible(False)
    ax.set_xlim(-0.6, len(labels) - 0.4)
    for state, (colour, marker) in STATES.items():
        where = [
            (x, y)
            for y, row in enumerate(frame.to_numpy().tolist())
            for x, cell in enumerate(row)
            if cell == state
        ]
        if where:
            ax.plot(
                *zip(*where, strict=True), marker, color=colour, ms=8, mew=2, ls="", clip_on=False
            )
    ax.grid(axis="both", color=COLOURS["grid"])
    ax.set_xlabel(xlabel)
    cells = pd.Series(frame.to_numpy().ravel()).value_counts()
    present = [s for s in STATES if cells.get(s, 0)]
    _legend(ax, STATES, names, present, below=True)
    describe(
        ax,
        message(
            "Matrix of {rows} rows by {columns} columns: {counts}.",
            rows=len(frame),
            columns=len(labels),
            counts=_counted(cells, present),
        ),
    )
    return ax


def _known(values: Any, known: dict[str, Any], kind: str) -> None:
    for value in set(values):
        if value not in known:
            raise unknown_name(kind, value, known)


def _legend(
    ax: Any,
    states: dict[str, tuple[str, str]],
    names: dict[str, str] | None,
    present: Sequence[str],
    *,
    below: bool = False,
) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], ls="", marker=states[s][1], color=states[s][0], ms=8, mew=2) for s in present
    ]
    labels = [(names or {}).get(s) or str(_WORDS[s]) for s in present]
    legend_outside(ax, handles, labels, below=below)
