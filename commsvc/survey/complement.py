"""Which further cells of a table must be hidden so that none can be worked out from its sums."""

from __future__ import annotations

from collections import deque

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def complement(cells: Floats, first: Bools, summed: Bools, has_total: bool) -> Bools:
    """Cells to hide: the first ones, and what gives them away together with the sums.

    Parameters
    ----------
    cells : counts, groups × levels, NaN where there is no cell
    first : cells that have to be hidden
    summed : groups whose sum is known: their levels add up to a base that is shown
    has_total : whether the sums of the levels are known, too

    Notes
    -----
    Counts are not negative, so hidden cells can be fixed by more than sums of one unknown: where
    those of a level add up to 0, say. A hidden cell is free if counts can be moved around a closed
    path of hidden cells through it, taking only where something is: a path in the residual graph of
    a flow with the groups and levels as its nodes (Gusfield 1988, SIAM J. Comput. 17: 552-571).
    The smallest shown cell of the same group goes first, else of the same level, else any. That
    nobody gave an answer may be worked out: it is no person's answer. Where everything is
    hidden and still fixed, the sums alone say it: everybody of a group gave one answer
    """
    hidden: Bools = first & ~np.isnan(cells)
    while True:
        fixed = _fixed(cells, hidden, summed, has_total) & first & (cells > 0)
        if not fixed.any():
            return hidden
        chosen = None
        for i, j in np.argwhere(fixed):
            row, column = np.zeros_like(hidden), np.zeros_like(hidden)
            row[i], column[:, j] = summed[i], has_total
            chosen = _smallest(cells, hidden, row)
            chosen = chosen or _smallest(cells, hidden, column)
            if chosen is not None:
                break
        chosen = chosen or _smallest(cells, hidden, np.full_like(hidden, has_total))
        if chosen is None:
            return hidden
        hidden[chosen] = True


def _smallest(cells: Floats, hidden: Bools, where: Bools) -> tuple[int, int] | None:
    """The smallest shown cell there; one with people before one without, which hides little."""
    free = where & ~hidden & ~np.isnan(cells)
    if not free.any():
        return None
    size = np.where(free, np.where(cells > 0, cells, np.finfo(float).max), np.inf)
    i, j = np.unravel_index(int(np.argmin(size)), size.shape)
    return int(i), int(j)


def _fixed(cells: Floats, hidden: Bools, summed: Bools, has_total: bool) -> Bools:
    """Hidden cells that only one number fits.

    >>> cells = np.array([[1.0, 9.0], [5.0, 0.0]])
    >>> both = np.array([True, True])
    >>> _fixed(cells, np.array([[True, True], [True, False]]), both, True).tolist()
    [[True, True], [True, False]]
    >>> _fixed(cells, np.full((2, 2), True), both, True).any()
    np.False_
    """
    r, c = cells.shape
    # Along an edge group -> level a count grows, along one level -> group it shrinks.
    steps: dict[int, set[int]] = {node: set() for node in range(r + c + 1)}
    for i, j in np.argwhere(hidden):
        steps[i].add(r + j)
        if cells[i, j] > 0:
            steps[r + j].add(i)
    # What has no known sum takes and gives what it likes.
    free = [i for i in range(r) if not summed[i]]
    for node in free if has_total else [*free, *range(r, r + c)]:
        steps[node].add(r + c)
        steps[r + c].add(node)
    fixed = np.zeros_like(hidden)
    for i, j in np.argwhere(hidden):
        up = _reaches(steps, r + j, i, (r + j, i))
        down = cells[i, j] > 0 and _reaches(steps, i, r + j, (i, r + j))
        fixed[i, j] = not (up or down)
    return fixed


def _reaches(steps: dict[int, set[int]], start: int, end: int, edge: tuple[int, int]) -> bool:
    seen, queue = {start}, deque([start])
    while queue:
        node = queue.popleft()
        for following in steps[node]:
            if following in seen or (node, following) == edge:
                continue
            if following == end:
                return True
            seen.add(following)
            queue.append(following)
    return False
