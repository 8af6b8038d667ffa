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

# Choices of the last rows that are tried, those that can be completed being held in memory; and
# how many choices are worked on in one step.
_HELD: Final = 25_000_000
_STEP: Final = 100_000


def blocks(options: Sequence[Ints], target: Sequence[int]) -> Iterator[Ints]:
    """The tables whose columns add up to `target`, as arrays of shape (m, k, c).

    In lexicographic order of the rows' positions in `options`; m ≥ 1 differs from block to block.
    """
    packed = Keys.pack(options, target)
    if not packed.reachable:
        return
    split = _split([len(rows) for rows in options])
    ends = _Ends.of(
        options[split:], packed.keys[split:], _Room.beside(options[:split], target), packed.target
    )
    room = [_Room.beside(options[level:], target) for level in range(1, split + 1)]
    start = np.zeros((1, 0), dtype=np.int64)
    for chosen, keys in _choose(options, packed, room, start, np.zeros(1, dtype=np.int64)):
        for head, tail in ends.complete(chosen, packed.target - keys):
            picks = np.concatenate([head, tail], axis=1)
            yield np.stack([rows[picks[:, g]] for g, rows in enumerate(options)], axis=1)


def _split(sizes: Sequence[int]) -> int:
    """Where the looked-up groups begin, so that the fewest choices are made on both sides."""

    def choices(split: int) -> int:
        return prod(sizes[:split]) + prod(sizes[split:])

    fit = [s for s in range(1, len(sizes)) if prod(sizes[s:]) <= _HELD]
    return min(fit, key=choices, default=len(sizes) - 1)


def _choose(
    options: Sequence[Ints], packed: Keys, room: Sequence[_Room], chosen: Ints, keys: Ints
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
        keep = room[level].fitting(np.asarray(cells))
        # Small pieces deeper down, so that the first tables come early.
        yield from _choose(options, packed, room, extended[keep], sums[row, pick][keep])


@dataclass(frozen=True, eq=False)
class _Room:
    """Linear bounds on what the other groups can add to the columns.

    For column j and share r, the sum of ``cell_j − r·row size`` over the others' rows lies between
    the sums of their least and largest values. With r the least and the largest share of column j
    among them this is the cone that their percentages span.
    """

    target: NDArray[np.float64]
    weights: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def beside(cls, others: Sequence[Ints], target: Sequence[int]) -> _Room:
        width = len(target)
        weights = [np.eye(width)]
        if others:
            rows = np.concatenate(others)
            shares = rows / np.maximum(rows.sum(axis=1, keepdims=True), 1)
            for r in (shares.min(axis=0), shares.max(axis=0)):
                weights.append(np.eye(width) - r[:, None])
        w = np.concatenate(weights)
        values = [rows @ w.T for rows in others]
        low = np.sum([v.min(axis=0) for v in values], axis=0) if others else np.zeros(len(w))
        high = np.sum([v.max(axis=0) for v in values], axis=0) if others else np.zeros(len(w))
        return cls(np.asarray(target, dtype=float), w, low - 1e-6, high + 1e-6)

    def fitting(self, cells: Ints) -> Ints:
        """Positions of the sums (m, c) that the others can complete."""
        rest = self.target - cells
        at = np.arange(len(cells))
        for weight, low, high in zip(self.weights, self.low, self.high, strict=True):
            value = rest[at] @ weight
            at = at[(low <= value) & (value <= high)]
        return at


@dataclass(frozen=True, eq=False)
class _Ends:
    """All choices of the last groups' rows, sorted by the sum of their cells."""

    keys: Ints
    flat: Ints
    shape: tuple[int, ...]

    @classmethod
    def of(cls, options: Sequence[Ints], keys: Sequence[Ints], room: _Room, target: int) -> _Ends:
        sums, flat = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        cells = np.zeros((1, options[0].shape[1]), dtype=np.int64)
        for g, (rows, own) in enumerate(zip(options, keys, strict=True)):
            step = max(1, _STEP // max(len(own), 1))
            parts = []
            for at in range(0, len(sums), step):
                total = sums[at : at + step, None] + own[None, :]
                row, pick = np.nonzero(total <= target)
                both, place = cells[at + row] + rows[pick], flat[at + row] * len(own) + pick
                # Only whole choices are held against the room the first groups leave.
                keep = room.fitting(both) if g == len(keys) - 1 else slice(None)
                parts.append((total[row, pick][keep], place[keep], both[keep]))
            sums, flat, cells = (np.concatenate(part) for part in zip(*parts, strict=True))
        order = np.argsort(sums, kind="stable")
        return cls(sums[order], flat[order], tuple(len(own) for own in keys))

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
