"""Small cells are hidden, and enough beside them that they cannot be worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.inference.results import join_notes
from commsvc.survey.complement import complement
from commsvc.words.messages import Text, message

BESIDE: Final = message("suppressed beside another")
_NUMBERS = (
    "count", "estimate", "se", "low", "high", "response_share", "deff", "effective_n",
    "weighted_count",
)  # fmt: skip


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
    The frame with count, estimate, se, low, high (and what rests on them) NaN where hidden, and
    further cells so that no hidden one follows from the groups' bases and the total's levels
    (complementary suppression; Willenborg and de Waal 2001, ch. 8). Only what follows exactly is
    kept from view; a range does not

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
    small = (people > 0) & (people < base)
    first[small] = True
    first |= (cells > 0) & (cells < cell)
    told = first.copy()
    if has_total and (beside := _beside(people, small)) is not None:
        first[beside] = True
    # Of a table with some of the levels, one group's may add up by chance: nobody knows they do.
    summed = np.full(len(groups), np.isclose(np.nansum(cells, axis=1), people).all())
    hidden = complement(cells, first, summed, has_total)
    few = message("suppressed: count under {cell:g}", cell=cell)
    where = {
        (group, level): BESIDE if not told[i, j] else (_under(base) if small[i] else few)
        for i, group in enumerate(groups)
        for j, level in enumerate(levels)
        if hidden[i, j]
    }
    said = [where.get(pair, "") for pair in zip(frame["group"], frame["level"], strict=True)]
    out = _blank(frame, said, mark=mark)
    if not mark and "reliability" in out:
        rough = (out["reliability"] == "suppress").to_numpy()
        for column in _NUMBERS[1:]:
            if column in out:
                out[column] = out[column].astype(float).mask(rough)
    return out


def _under(base: float) -> Text:
    return message("suppressed: base under {base:g}", base=base)


def _blank(frame: pd.DataFrame, said: Sequence[Text | str], *, mark: bool = False) -> pd.DataFrame:
    """The frame without numbers in the rows of which something is said, and that in their notes."""
    out = frame.copy()
    if not mark:
        gone = np.array([bool(text) for text in said])
        for column in _NUMBERS:
            if column in out:
                out[column] = out[column].astype(float).mask(gone)
    out["note"] = [join_notes(note, text) for note, text in zip(frame["note"], said, strict=True)]
    return out


def hide_small(frames: Sequence[pd.DataFrame], base: float) -> list[pd.DataFrame]:
    """Tables about one question with small groups hidden, and in all of them the same groups.

    Parameters
    ----------
    frames : tidy, with `group, level, base, estimate, note`, and `item` for rows of a matrix:
        shares, which have a `count`, and means, quantiles and nets, which have none
    base : a group with fewer people is hidden. Where the total is shown never one group alone

    Examples
    --------
    >>> means = pd.DataFrame({"group": ["all", "a", "b", "c"], "level": "mean", "count": np.nan,
    ...     "base": [64, 30, 20, 4], "estimate": [2.0, 2.5, 1.6, 0.3], "note": ""})
    >>> hide_small([means], 10)[0]["estimate"].tolist()
    [2.0, 2.5, nan, nan]
    """
    alike = _alike(frames, base)
    out = []
    for frame in frames:
        if frame.empty or not any(alike.values()):
            out.append(frame)
            continue
        items = frame["item"] if "item" in frame else [None] * len(frame)
        said = [
            alike.get(item, {}).get(group, "")
            for item, group in zip(items, frame["group"], strict=True)
        ]
        out.append(_blank(frame, said))
    return out


def _alike(frames: Sequence[pd.DataFrame], base: float) -> dict[object, dict[object, Text]]:
    """Of each row of a matrix (None: of a question of one row) the groups hidden, and why."""
    alike: dict[object, dict[object, Text]] = {}
    for frame in frames if base > 0 else ():
        for item, part in _by_item(frame):
            found = alike.setdefault(item, {})
            for group, note in _to_hide(part, base).items():
                if found.get(group, BESIDE) == BESIDE:
                    found[group] = note
    return alike


def hidden_groups(frames: Sequence[pd.DataFrame], base: float) -> dict[object, Text]:
    """The groups that `hide_small` hides in the tables of one question, and why.

    No test may hold them: with their sizes and everybody's counts, a P-value and an effect would
    leave one table that has them.
    """
    return _alike(frames, base).get(None, {})


def _by_item(frame: pd.DataFrame) -> list[tuple[object, pd.DataFrame]]:
    if frame.empty:
        return []
    return list(frame.groupby("item", sort=False)) if "item" in frame else [(None, frame)]


def _to_hide(frame: pd.DataFrame, base: float) -> dict[object, Text]:
    """Groups of one table that must not be seen, and the note that says so."""
    found: dict[object, Text] = {}
    if not ((frame["base"] > 0) & (frame["base"] < base)).any():
        return found
    counted = frame["count"].notna().groupby(frame["level"]).transform("any")
    if counted.any():
        bare = frame[counted].assign(note="")
        marked = suppress_small(bare, base=base, mark=True)
        for group, note in zip(marked["group"], marked["note"], strict=True):
            if note:
                found.setdefault(group, note)
    for _, level in frame[~counted].groupby("level", sort=False):
        groups = level[level["group"] != "all"] if (level["group"] != "all").any() else level
        people = groups["base"].to_numpy(dtype=float)
        small = (people > 0) & (people < base)
        for group in groups["group"][small]:
            found[group] = _under(base)
        if len(groups) < len(level) and (beside := _beside(people, small)) is not None:
            found.setdefault(groups["group"].iloc[beside], BESIDE)
    return found


def _beside(people: NDArray[np.float64], small: NDArray[np.bool_]) -> int | None:
    """The next smallest group, where the total less the others would give the only small one."""
    others = np.where(small | ~(people > 0), np.inf, people)
    return int(np.argmin(others)) if small.sum() == 1 and np.isfinite(others).any() else None
