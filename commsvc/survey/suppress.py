"""Small cells are hidden, and enough beside them that they cannot be worked out again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.results import join_notes

HIDDEN = "suppressed"
BESIDE = "suppressed beside another"


def suppress_small(
    frame: pd.DataFrame,
    *,
    base: float = 30,
    cell: float = 0,
    total: str = "all",
    mark: bool = False,
) -> pd.DataFrame:
    """Hide shares under a chosen base and counts under a chosen size, with complementary cells.

    Shares that `Tabulation.frame(reliability="nchs")` judged "suppress" are hidden, too; their
    counts, which give nobody away, stay.

    Parameters
    ----------
    frame : tidy shares of `Tabulation.frame`, one question
    base : a group with fewer people has all its shares hidden
    cell : a count from 1 to below this is hidden
    total : name of the group that holds everybody; what it minus the others gives is protected
    mark : leave the numbers and only say in `note` what would be hidden

    Returns
    -------
    The frame with count, estimate, se, low, high (and what rests on them) NaN where hidden. In a
    group, and where there is a total in a level, never one cell alone is hidden: the smallest
    other one goes with it (complementary suppression; Willenborg and de Waal 2001, ch. 8)

    Examples
    --------
    >>> frame = pd.DataFrame({"group": ["all", "a", "b", "c"], "level": "yes", "note": "",
    ...     "count": [60, 30, 26, 4], "base": [100, 50, 40, 10], "estimate": [0.6, 0.6, 0.65, 0.4]})
    >>> suppress_small(frame, base=30)["note"].tolist()
    ['', '', 'suppressed beside another', 'suppressed: base under 30']
    """
    for column in ("group", "level", "count", "base", "estimate", "note"):
        if column not in frame:
            raise CommsvcError(f"no column {column!r}", allowed="the frame of a tabulation")
    if frame.duplicated(["group", "level"]).any():
        raise CommsvcError("a group has a level twice", allowed="the frame of one question")
    groups = [g for g in dict.fromkeys(frame["group"]) if g != total]
    levels = list(dict.fromkeys(frame["level"]))
    if not groups:
        groups = [total]
    has_total = total in set(frame["group"]) and total not in groups
    counts = frame.pivot(index="group", columns="level", values="count")
    cells = counts.reindex(index=groups, columns=levels).to_numpy(dtype=float)
    people = frame.groupby("group", sort=False)["base"].max().reindex(groups).to_numpy(dtype=float)
    first = np.zeros(cells.shape, dtype=bool)
    first[people < base] = True
    first |= (cells > 0) & (cells < cell)
    hidden = _complement(cells, people, first, people < base, has_total)
    notes = np.where(
        people[:, None] < base, f"{HIDDEN}: base under {base:g}", f"{HIDDEN}: count under {cell:g}"
    )
    notes = np.where(hidden & ~first, BESIDE, notes)
    where = {
        (group, level): str(notes[i, j])
        for i, group in enumerate(groups)
        for j, level in enumerate(levels)
        if hidden[i, j]
    }
    said = [where.get(pair, "") for pair in zip(frame["group"], frame["level"], strict=True)]
    gone = np.array([bool(text) for text in said])
    out = frame.copy()
    if not mark:
        named = (
            "count", "estimate", "se", "low", "high", "response_share", "deff", "effective_n",
            "weighted_count",
        )  # fmt: skip
        for column in named:
            if column in out:
                out[column] = out[column].astype(float).mask(gone)
        rough = (frame.get("reliability", pd.Series("", frame.index)) == "suppress").to_numpy()
        for column in named[1:]:
            if column in out:
                out[column] = out[column].astype(float).mask(rough)
    out["note"] = [join_notes(note, text) for note, text in zip(frame["note"], said, strict=True)]
    return out


def _complement(
    cells: NDArray[np.float64],
    people: NDArray[np.float64],
    first: NDArray[np.bool_],
    small: NDArray[np.bool_],
    has_total: bool,
) -> NDArray[np.bool_]:
    """The first cells and those that must go with them."""
    hidden = first.copy()
    if has_total and small.sum() == 1 and len(people) > 1:
        # The total minus the shown groups would give the hidden one: the next smallest goes too.
        hidden[np.argmin(np.where(small, np.inf, people))] = True
    while True:
        alone = _alone(cells, hidden)
        if alone is None and has_total:
            across = _alone(cells.T, hidden.T)
            alone = None if across is None else (across[1], across[0])
        if alone is None:
            return hidden
        hidden[alone] = True


def _alone(cells: NDArray[np.float64], hidden: NDArray[np.bool_]) -> tuple[int, int] | None:
    """The cell to hide beside the first that is hidden alone in its row; a zero hides nothing."""
    there = ~np.isnan(cells)
    for i in range(len(cells)):
        if (hidden[i] & there[i]).sum() != 1:
            continue
        free = np.flatnonzero(there[i] & ~hidden[i])
        if free.size:
            size = np.where(cells[i, free] > 0, cells[i, free], np.inf)
            return i, int(free[np.argmin(size)])
    return None
