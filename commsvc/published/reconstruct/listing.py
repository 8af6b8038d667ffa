"""Every table in order, in blocks: the first rows are chosen one by one, the last ones looked up.

The last groups' choices of rows are all made beforehand and sorted by what they add up to
(meet in the middle), so that the choice of the first rows finds its completions by bisection.
Partial choices that no completion can bring to the column totals are dropped by linear bounds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.problem import Keys

# Choices of the last rows held in memory at once, and cells worked on in one step.
_HELD: Final = 1_000_000
_STEP: Final = 100_000


def blocks(options: Sequence[Ints], target: Sequence[int]) -> Iterator[Ints]:
    """The tables whose columns add up to `target`, as arrays of shape (m, k, c).

    In lexicographic order of the rows' positions in `options`; m ≥ 1 differs from block to block.
    """
    packed = Keys.pack(options, target)
    if not packed.reachable:
        return
    split = _split([len(rows) for rows in options])
    ends = _Ends.of(packed.keys[split:], packed.target)
    room = [_Room.after(options[level:], target) for level in range(1, split + 1)]
    start = np.zeros((1, 0), dtype=np.int64)
    for chosen, keys in _choose(options, packed, room, start, np.zeros(1, dtype=np.int64)):
        for head, tail in ends.complete(chosen, packed.target - keys):
            picks = np.concatenate([head, tail], axis=1)
            yield np.stack([rows[picks[:, g]] for g, rows in enumerate(options)], axis=1)


def _split(sizes: Sequence[int]) -> int:
    """Where the looked-up groups begin: as many at the end as memory holds, never all."""
    split = len(sizes) - 1
    while split > 1 and prod(sizes[split - 1 :]) <= _HELD:
        split -= 1
    # Half of the groups looked up is enough: more would sort choices that are never asked for.
    return max(split, len(sizes) // 2)


def _choose(
    options: Sequence[Ints],
    packed: Keys,
    room: Sequence[_Room],
    chosen: Ints,
    keys: Ints,
) -> Iterator[tuple[Ints, Ints]]:
    """Depth first over the first groups, in chunks: positions chosen (s, level) and their keys."""
    level = chosen.shape[1]
    if level == len(room):
        yield chosen, keys
        return
    own = packed.keys[level]
    step = max(1, _STEP // max(len(own), 1))
    for at in range(0, len(chosen), step):
        sums = keys[at : at + step, None] + own[None, :]
        row, pick = np.nonzero(sums <= packed.target)
        extended = np.concatenate([chosen[at + row], pick[:, None]], axis=1)
        cells = sum(options[g][extended[:, g]] for g in range(level + 1))
        keep = room[level].holds(np.asarray(cells))
        # Small pieces deeper down, so that the first tables come early.
        yield from _choose(options, packed, room, extended[keep], sums[row, pick][keep])


@dataclass(frozen=True, eq=False)
class _Room:
    """Linear bounds on what the groups still to come can add to the columns.

    For column j and share r, the sum of ``cell_j − r·row size`` over the coming rows lies between
    the sums of their least and largest values. With r the least and the largest share of column j
    among them this is the cone that their percentages span.
    """

    target: NDArray[np.float64]
    weights: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def after(cls, coming: Sequence[Ints], target: Sequence[int]) -> _Room:
        width = len(target)
        weights = [np.eye(width)]
        if coming:
            rows = np.concatenate(coming)
            shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1)
            for r in (shares.min(axis=0), shares.max(axis=0)):
                weights.append(np.eye(width) - r[:, None])
        w = np.concatenate(weights)
        values = [rows @ w.T for rows in coming]
        low = np.sum([v.min(axis=0) for v in values], axis=0) if coming else np.zeros(len(w))
        high = np.sum([v.max(axis=0) for v in values], axis=0) if coming else np.zeros(len(w))
        return cls(np.asarray(target, dtype=float), w, low - 1e-6, high + 1e-6)

    def holds(self, cells: Ints) -> NDArray[np.bool_]:
        rest = (self.target - cells) @ self.weights.T
        return np.asarray(((self.low <= rest) & (rest <= self.high)).all(axis=1))


@dataclass(frozen=True, eq=False)
class _Ends:
    """All choices of the last groups' rows, sorted by the sum of their cells."""

    keys: Ints
    flat: Ints
    shape: tuple[int, ...]

    @classmethod
    def of(cls, keys: Sequence[Ints], target: int) -> _Ends:
        shape = tuple(len(own) for own in keys)
        sums, flat = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        for own in keys:
            total = (sums[:, None] + own[None, :]).ravel()
            position = (flat[:, None] * len(own) + np.arange(len(own))).ravel()
            fits = total <= target
            sums, flat = total[fits], position[fits]
        order = np.argsort(sums, kind="stable")
        return cls(sums[order], flat[order], shape)

    def complete(self, chosen: Ints, wanted: Ints) -> Iterator[tuple[Ints, Ints]]:
        """Pair each choice of first rows with every completion, a bounded number at a time."""
        first = np.searchsorted(self.keys, wanted, "left")
        many = np.searchsorted(self.keys, wanted, "right") - first
        found = many > 0
        chosen, first, many = chosen[found], first[found], many[found]
        ends = np.cumsum(many)
        begin = 0
        while begin < len(chosen):
            done = ends[begin - 1] if begin else 0
            stop = max(begin + 1, int(np.searchsorted(ends, done + _STEP, "right")))
            take, counts = slice(begin, stop), many[begin:stop]
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            flat = self.flat[np.repeat(first[take], counts) + within]
            tail = np.stack(np.unravel_index(flat, self.shape), axis=1)
            yield np.repeat(chosen[take], counts, axis=0), tail
            begin = stop
