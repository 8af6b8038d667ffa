"""How far scores and ranks can go while every figure stays within what was printed.

A normalised figure rises with the unit's own figure and falls with every other's, so its ends stand
at corners: the unit at its worst and all others at their best, and the other way round. Columns do
not touch each other, so sums over columns keep these ends. Where that reasoning ends (distances
over a common length) the bounds are certain but may not be reached; each function says which.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.table import Array
from commsvc.indicators.printed_cells import Cells

# A table of pairs of so many units takes 72 MB; one a criterion and a few more stand at once.
MOST_UNITS = 3000
# Differences of floats smaller than this are ties.
TIE = 1e-12


def normalised_range(
    cells: Cells, benefit: NDArray[np.bool_], how: str, names: tuple[str, ...]
) -> tuple[Array, Array]:
    """Least and greatest normalised value (n, m) of each unit, both reached.

    >>> rounded = Cells(np.array([[1.0], [3]]), np.array([[0.5], [2.5]]), np.array([[1.5], [3.5]]))
    >>> [end.round(3).tolist() for end in normalised_range(rounded, np.array([True]), "share", ())]
    [[[0.125], [0.625]], [[0.375], [0.875]]]
    """
    refuse_unbounded(cells, benefit, how, names)
    best = np.where(benefit, cells.high, cells.low)
    worst = np.where(benefit, cells.low, cells.high)
    low, high = np.empty_like(best), np.empty_like(best)
    for i in range(len(best)):
        for own, others, found in ((worst, best, low), (best, worst, high)):
            corner = others.copy()
            corner[i] = own[i]
            # Where a corner leaves nothing to divide by, any value is possible near it.
            found[i] = np.nan_to_num(_scaled(corner, benefit, how, i), nan=float(found is high))
    return low, high


def _scaled(values: Array, benefit: NDArray[np.bool_], how: str, i: int) -> Array:
    """Row i as `normalise` has it, missing where the column has no length."""
    with np.errstate(invalid="ignore", divide="ignore"):
        if how == "minmax":
            low, high = values.min(axis=0), values.max(axis=0)
            return np.where(benefit, values[i] - low, high - values[i]) / (high - low)
        if how == "share":
            turned = np.where(benefit, values, 1 / values)
            return turned[i] / turned.sum(axis=0)
        length = values.max(axis=0) if how == "max" else np.sqrt((values**2).sum(axis=0))
        return np.where(benefit, values[i], length - values[i]) / length


def least_leads(cells: Cells, benefit: NDArray[np.bool_], how: str) -> Array:
    """The least lead (m, n, n) of unit k (second index) over unit i, normalised.

    Its greatest is minus the least of i over k. With k at its worst and i at its best, all others
    together make the common length long where k still leads, and short where it does not. Reached,
    but for `minmax` where one third unit would have to be both the highest and the lowest.
    """
    refuse_many(len(cells.low))
    leads = np.empty((cells.low.shape[1], len(cells.low), len(cells.low)))
    for j, more in enumerate(benefit):
        low, high = cells.low[:, j], cells.high[:, j]
        if more or how == "share":
            if not more:
                low, high = 1 / high, 1 / low
            leads[j] = _lead(low, high, low[:, None] - high, low[:, None], high, how)
        else:
            # One less the benefit: the lead of k is that of i in the figures themselves.
            leads[j] = _lead(low, high, low - high[:, None], high[:, None], low, how)
        np.fill_diagonal(leads[j], 0.0)
    return leads


def _lead(low: Array, high: Array, gap: Array, k: Array, i: Array, how: str) -> Array:
    """A gap (n, n) over the longest or shortest common length that the others allow."""
    ahead = gap >= 0
    if how in ("vector", "share"):
        power = 2 if how == "vector" else 1
        long, short = high**power, low**power
        rest = [part.sum() - part[:, None] - part for part in (long, short)]
        own = k**power + i**power
        length = np.where(ahead, own + rest[0], own + rest[1]) ** (1 / power)
    else:
        top = [np.maximum(np.maximum(k, i), _extreme(part)) for part in (high, low)]
        length = np.where(ahead, *top)
        if how == "minmax":
            floor = [np.minimum(np.minimum(k, i), -_extreme(-part)) for part in (low, high)]
            length = length - np.where(ahead, *floor)
    return np.divide(gap, length, out=np.zeros_like(gap), where=length > 0)


def _extreme(values: Array) -> Array:
    """The largest of all values but two, for each pair (n, n); −∞ where none is left."""
    order = np.argsort(-values)[:3]
    top = np.append(values[order], [-np.inf] * 3)
    index = np.append(order, [-1] * 3)
    n = len(values)
    k, i = np.arange(n)[:, None], np.arange(n)
    out = [(index[place] == k) | (index[place] == i) for place in range(3)]
    found = np.where(out[0], np.where(out[1], top[2], top[1]), top[0])
    return np.broadcast_to(found, (n, n))


def topsis_range(
    cells: Cells,
    benefit: NDArray[np.bool_],
    weight: Array,
    how: str,
    names: tuple[str, ...],
) -> tuple[Array, Array]:
    """Bounds (n,) of closeness: reached with `minmax`, else certain but a little wide.

    With min–max values best and worst are 1 and 0 whatever the figures, and closeness rises with
    each. Otherwise the distance to the best and that to the worst are bounded column by column,
    each by its own corner.
    """
    if how == "minmax":
        ends = normalised_range(cells, benefit, how, names)
        far = [np.sqrt((((1 - end) * weight) ** 2).sum(axis=1)) for end in ends]
        near = [np.sqrt(((end * weight) ** 2).sum(axis=1)) for end in ends]
        return near[0] / (near[0] + far[0]), near[1] / (near[1] + far[1])
    refuse_unbounded(cells, benefit, how, names)
    least = least_leads(cells, benefit, how)
    most = -least.transpose(0, 2, 1)

    def distance(leads: Array, axis: int) -> Array:
        gaps = np.maximum(leads, 0.0).max(axis=axis)
        return np.sqrt(((gaps * weight[:, None]) ** 2).sum(axis=0))

    # The lead of the best over i, and of i over the worst.
    best_low, best_high = distance(least, 1), distance(most, 1)
    worst_low, worst_high = distance(least, 2), distance(most, 2)
    with np.errstate(invalid="ignore"):
        low = worst_low / (worst_low + best_high)
        high = worst_high / (worst_high + best_low)
    return np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)


def rank_sum_range(
    cells: Cells, benefit: NDArray[np.bool_], weight: Array
) -> tuple[Array, Array, Array]:
    """Bounds (n,) of the rank-sum ratio, and least leads (n, n) of k over i; all reached."""
    n, m = cells.low.shape
    refuse_many(n)
    low, high, leads = np.zeros(n), np.zeros(n), np.zeros((n, n))
    for j in range(m):
        a, b = (cells.low[:, j], cells.high[:, j])
        if not benefit[j]:
            a, b = -b, -a
        off = ~np.eye(n, dtype=bool)
        low += weight[j] * (1 + (_above(a[:, None], b) * off).sum(axis=1)) / n
        high += weight[j] * (1 + (_above(b[:, None], a) * off).sum(axis=1)) / n
        if (a == b).all():
            rank = stats.rankdata(a)
            leads += weight[j] * (rank[:, None] - rank) / n
            continue
        leads += weight[j] * _rank_leads(a, b) / n
    np.fill_diagonal(leads, 0.0)
    return low, high, leads


def _above(one: Array, other: Array) -> Array:
    """1 where one is above the other, ½ where they tie."""
    return (one > other) + 0.5 * (one == other)


def _rank_leads(low: Array, high: Array) -> Array:
    """How many ranks each k (first index) is ahead of i at least: k at its worst, i at its best.

    What a third unit adds to k's rank and takes from i's depends on where its range lies: behind i,
    where k leads by no more than it must, it is 1 only if all of the range lies between the two;
    where k is behind it is −1 if any of it does. So it is enough to count ends.

    >>> _rank_leads(np.array([1.0, 4, 2]), np.array([1.0, 4, 3])).tolist()[1]
    [2.0, 0.0, 1.0]
    """
    k, i = low[:, None], high[None, :]
    lows, highs = np.sort(low), np.sort(high)
    # k ahead: half for ranges in the closed gap and half for those in the open one. Their own
    # ranges touch the gap only, and are inside where they are points.
    closed = _inside(low, high, ends=True)
    strict = _inside(low, high, ends=False)
    point = 0.5 * (low == high)
    ahead = 1 + (strict + closed) / 2 - point[:, None] - point
    # k behind: less one for each range with a part in the open gap, a half where it only touches.
    above_k = low.size - np.searchsorted(highs, low, side="right")
    at_k = np.searchsorted(highs, low, side="right") - np.searchsorted(highs, low, side="left")
    below_i = np.searchsorted(lows, high, side="left")
    at_i = np.searchsorted(lows, high, side="right") - below_i
    # Ranges that end above k and begin below i: all but those that end at k or before, and those
    # that begin at i or after, which cannot be one range.
    parts = (above_k[:, None] + below_i) - low.size + (at_k[:, None] + at_i) / 2
    own = 1 - point
    behind = -1 - parts + own[:, None] + own
    found = np.where(k > i, ahead, np.where(k < i, behind, 0.0))
    np.fill_diagonal(found, 0.0)
    return found


def _inside(low: Array, high: Array, *, ends: bool) -> Array:
    """How many ranges (n, n) lie between i's best and k's worst, these ends included or not."""
    n = low.size
    bests, worsts = np.sort(high), np.sort(low)
    # For each range: how many bests it begins after, and how many worsts do not end it; summed up,
    # a table of how many ranges lie in any gap.
    after = np.searchsorted(bests, low, side="right" if ends else "left")
    before = np.searchsorted(worsts, high, side="left" if ends else "right")
    count = np.zeros((n + 1, n + 1))
    np.add.at(count, (after, before), 1)
    table = count[::-1].cumsum(axis=0)[::-1].cumsum(axis=1)
    of_i, of_k = np.searchsorted(bests, high), np.searchsorted(worsts, low)
    return np.asarray(table[of_i[None, :] + 1, of_k[:, None]])


def ranks_from_leads(leads: Array) -> tuple[Array, Array]:
    """Best and worst rank (n,): one more than are surely ahead; n less those surely behind.

    Each pair is taken by itself, so that no rank lies outside, and an end need not be reached.

    >>> best, worst = ranks_from_leads(np.array([[0.0, 1.0], [-3.0, 0.0]]))
    >>> best.tolist(), worst.tolist()
    ([1.0, 2.0], [1.0, 2.0])
    """
    sure = leads > TIE
    # Two that can never differ share the mean of their ranks.
    level = (np.abs(leads) <= TIE) & (np.abs(leads.T) <= TIE)
    np.fill_diagonal(level, False)
    ties = level.sum(axis=0) / 2
    return 1 + sure.sum(axis=0) + ties, len(leads) - sure.sum(axis=1) - ties


def ranks_from_scores(low: Array, high: Array) -> tuple[Array, Array]:
    """Best and worst rank (n,) from the bounds of scores alone; certain, and wide."""
    return ranks_from_leads(low[:, None] - high)


def refuse_many(units: int) -> None:
    """Refuse a table of all pairs that would not fit."""
    if units > MOST_UNITS:
        raise CommsvcError(
            f"bounds of the ranks of {units} units",
            allowed=f"{MOST_UNITS} units at most: every pair is compared",
            next_step="pass plain numbers, and rank_stability for how ranks move within rounding",
        )


def refuse_unbounded(
    cells: Cells, benefit: NDArray[np.bool_], how: str, names: tuple[str, ...]
) -> None:
    """Refuse figures over whose range the bounds would not hold."""
    if how == "minmax":
        return
    negative = (cells.low < 0).any(axis=0)
    # The reciprocal of what may be 0 has no end.
    endless = (cells.low == 0).any(axis=0) & ~benefit & (how == "share")
    for bad, problem in ((negative, "may be negative"), (endless, "is a cost that may be 0")):
        if bad.any():
            raise CommsvcError(
                f"{names[int(bad.argmax())]!r} {problem}: no bounds with {how!r} normalisation",
                next_step="use normalisation='minmax'",
            )
