"""Smallest and largest value of a statistic that adds up over groups, without listing tables.

Method
------
Choose one row for each group so that the columns add up to given totals and the sum of the rows'
costs is least (for the largest value, of their negatives).

1. *Bound.* With one multiplier λ_j a column, ``λ·totals + Σ_g min_rows (cost − λ·row)`` is below
   the cost of every table. The multipliers that make it largest come from a linear programme by
   cutting planes (Kelley 1960). Any multipliers are valid; good ones only save work.
2. *Reduced costs.* What a row costs beyond its group's minimum is ≥ 0 and adds up over the table
   to exactly its distance from the bound. So a table within δ of the bound uses only rows with
   reduced cost ≤ δ, and so does every part of it.
3. *Dynamic programme* over reachable totals with those rows alone, meeting in the middle, keeping
   the least cost for each total. If it finds a table within δ, no table outside can be better:
   it is the optimum. If not, δ grows, until it takes in every row; then there is no table.

Costs are added in double precision, so the table found is optimal up to 1e-9 of the statistic's
scale; its own value is then recomputed exactly by the caller. Past a limit on the sums to be formed
the search stops and what is returned is the bound, said to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.problem import Keys

Floats = NDArray[np.float64]

_WORK: Final = 100_000_000
_STEP: Final = 300_000
_SLACK: Final = 1e-9


@dataclass(frozen=True)
class Optimum:
    """What a search found.

    Attributes
    ----------
    picks : position of each group's row, `None` where no table was found
    bound : no table costs less than this (−inf: nothing is known, +inf: there is no table)
    proven : whether `picks` is the optimum, or, where it is `None`, that there is no table
    """

    picks: tuple[int, ...] | None
    bound: float
    proven: bool


def least(options: Sequence[Ints], costs: Sequence[Floats], target: Sequence[int]) -> Optimum:
    """The rows with the least sum of costs whose columns add up to `target`."""
    packed = Keys.pack(options, target)
    if not packed.reachable:
        return Optimum(None, float("inf"), True)
    multipliers = _multipliers(options, costs, target)
    beyond = [c - rows @ multipliers for c, rows in zip(costs, options, strict=True)]
    floor = [float(own.min()) for own in beyond]
    beyond = [own - low for own, low in zip(beyond, floor, strict=True)]
    bound = float(np.dot(multipliers, target)) + sum(floor)
    scale = 1.0 + max(float(np.abs(own).max()) for own in costs)
    if bound > sum(float(own.max()) for own in costs) + _SLACK * scale:
        return Optimum(None, float("inf"), True)
    pooled = np.sort(np.concatenate(beyond))
    place, reach = min(24 * len(options), len(pooled) - 1), 0.0
    while True:
        every = place >= len(pooled) - 1
        delta = float(pooled[-1]) * len(options) if every else float(pooled[place])
        found = _search(packed, beyond, delta + _SLACK * scale)
        if found is None:
            return Optimum(None, bound + reach, False)
        if found:
            return Optimum(found, bound, True)
        if every:
            return Optimum(None, float("inf"), True)
        place, reach = min(3 * place, len(pooled) - 1), delta


def _multipliers(options: Sequence[Ints], costs: Sequence[Floats], target: Sequence[int]) -> Floats:
    """Multipliers that nearly maximise the bound, by cutting planes on the dual."""
    from scipy.optimize import linprog

    k, width = len(options), len(target)
    cuts: list[tuple[int, int]] = []
    for g, rows in enumerate(options):
        mean = rows.mean(axis=0)
        sizes = rows.sum(axis=1)
        across = rows - sizes[:, None] * (mean / max(float(mean.sum()), 1.0))
        directions = np.concatenate([rows, across, sizes[:, None]], axis=1)
        picks = {*directions.argmin(axis=0).tolist(), *directions.argmax(axis=0).tolist()}
        cuts += [(g, pick) for pick in picks]
    goal = -np.concatenate([np.asarray(target, dtype=float), np.ones(k)])
    steepest = max(
        float(np.abs(c / np.maximum(r.sum(1), 1)).max())
        for c, r in zip(costs, options, strict=True)
    )
    box = 100.0 * (steepest + 1.0)
    limits = [(-box, box)] * width + [(None, None)] * k
    best, best_value = np.zeros(width), -np.inf
    for _ in range(40):
        matrix = np.zeros((len(cuts), width + k))
        for i, (g, pick) in enumerate(cuts):
            matrix[i, :width], matrix[i, width + g] = options[g][pick], 1.0
        right = [costs[g][pick] for g, pick in cuts]
        solved = linprog(goal, A_ub=matrix, b_ub=right, bounds=limits, method="highs")
        if solved.x is None:
            break
        trial = solved.x[:width]
        reduced = [c - rows @ trial for c, rows in zip(costs, options, strict=True)]
        lowest = [int(own.argmin()) for own in reduced]
        value = float(np.dot(trial, target)) + sum(
            float(own[at]) for own, at in zip(reduced, lowest, strict=True)
        )
        if value > best_value:
            best, best_value = trial, value
        gap = -float(solved.fun) - best_value
        new = [(g, at) for g, at in enumerate(lowest) if (g, at) not in cuts]
        if gap <= 1e-4 * (1.0 + abs(best_value)) or not new:
            break
        cuts += new
    return best


@dataclass(frozen=True, eq=False)
class _Layer:
    """Reachable sums after some groups: least cost of each and how it was reached."""

    keys: Ints
    cost: Floats
    parent: Ints
    pick: Ints


def _search(
    packed: Keys, beyond: Sequence[Floats], delta: float
) -> tuple[int, ...] | tuple[()] | None:
    """Rows of the cheapest table within `delta`; empty where there is none; None: too much work."""
    kept = []
    for own in beyond:
        order = np.argsort(own, kind="stable")
        kept.append(order[: int(np.searchsorted(own[order], delta, "right"))])
    # Large groups apart, so that the halves are about as large as each other.
    by_size = sorted(range(len(kept)), key=lambda g: len(kept[g]))
    halves = (by_size[::2], by_size[1::2])
    chains = []
    for half in halves:
        chain = _chain(half, packed, beyond, kept, delta)
        if chain is None:
            return None
        chains.append(chain)
    left, right = chains[0][-1], chains[1][-1]
    at = np.minimum(np.searchsorted(right.keys, packed.target - left.keys), len(right.keys) - 1)
    if len(left.keys) == 0 or len(right.keys) == 0:
        return ()
    sums = np.where(right.keys[at] == packed.target - left.keys, left.cost + right.cost[at], np.inf)
    best = int(sums.argmin())
    if sums[best] > delta:
        return ()
    picks = [0] * len(kept)
    for half, chain, state in ((halves[0], chains[0], best), (halves[1], chains[1], int(at[best]))):
        for g, layer in zip(half[::-1], chain[:0:-1], strict=True):
            picks[g] = int(layer.pick[state])
            state = int(layer.parent[state])
    return tuple(picks)


def _chain(
    half: Sequence[int], packed: Keys, beyond: Sequence[Floats], kept: Sequence[Ints], delta: float
) -> list[_Layer] | None:
    none = np.zeros(1, dtype=np.int64)
    chain = [_Layer(none, np.zeros(1), none, none)]
    work = 0
    for g in half:
        last, rows = chain[-1], kept[g]
        price = beyond[g][rows]
        # Rows are in order of cost: a partial sum takes only as many as its budget allows.
        many = np.searchsorted(price, delta - last.cost, "right")
        work += int(many.sum())
        if work > _WORK:
            return None
        parts = []
        ends = np.cumsum(many)
        begin = 0
        while begin < len(many):
            done = int(ends[begin - 1]) if begin else 0
            stop = max(begin + 1, int(np.searchsorted(ends, done + _STEP, "right")))
            counts = many[begin:stop]
            parent = np.repeat(np.arange(begin, stop), counts)
            place = np.arange(len(parent)) - np.repeat(np.cumsum(counts) - counts, counts)
            pick = rows[place]
            keys = last.keys[parent] + packed.keys[g][pick]
            fits = keys <= packed.target
            cost = last.cost[parent] + price[place]
            parts.append(_cheapest(_Layer(keys[fits], cost[fits], parent[fits], pick[fits])))
            begin = stop
        joined = (
            np.concatenate(c)
            for c in zip(*((p.keys, p.cost, p.parent, p.pick) for p in parts), strict=True)
        )
        chain.append(
            _cheapest(_Layer(*joined))
            if parts
            else _Layer(none[:0], np.zeros(0), none[:0], none[:0])
        )
    return chain


def _cheapest(layer: _Layer) -> _Layer:
    """One entry a key, the cheapest."""
    order = np.lexsort((layer.cost, layer.keys))
    keys = layer.keys[order]
    if len(keys) == 0:
        return layer
    first = order[np.r_[True, keys[1:] != keys[:-1]]]
    return _Layer(layer.keys[first], layer.cost[first], layer.parent[first], layer.pick[first])
