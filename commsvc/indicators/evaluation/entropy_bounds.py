"""How far the entropy of a column can go while every figure stays within what was printed."""

from __future__ import annotations

import numpy as np
from scipy import optimize

from commsvc.indicators.evaluation.table import Array
from commsvc.indicators.printed_cells import Cells

# What a search by floats may be off.
SURE = 1e-9
# Cells whose ends can all be tried.
FEW = 12


def entropy_range(low: Array, high: Array) -> tuple[float, float]:
    """Certain bounds of −Σ p ln p / ln n with p = x/Σx, low ≤ x ≤ high (n,), all 0 or more.

    >>> [round(end, 6) for end in entropy_range(np.array([1.0, 1]), np.array([1.0, 3]))]
    [0.811278, 1.0]
    """
    n = float(np.log(len(low)))
    return max(_least(low, high) / n, 0.0), min(_greatest(low, high) / n, 1.0)


def entropy_weight_range(cells: Cells) -> tuple[Array, Array]:
    """Certain bounds (m,) of entropy weights: the column at one end, all others at the other."""
    ends = np.array([entropy_range(*pair) for pair in zip(cells.low.T, cells.high.T, strict=True)])
    least, most = 1 - ends[:, 1], 1 - ends[:, 0]
    with np.errstate(invalid="ignore"):
        low = least / (least + most.sum() - most)
        high = most / (most + least.sum() - least)
    return np.nan_to_num(low, nan=0.0), np.nan_to_num(high, nan=1.0)


def _entropy(x: Array) -> float:
    p = x[x > 0] / x.sum()
    return float(-(p * np.log(p)).sum())


def _greatest(low: Array, high: Array) -> float:
    """All as near to one level as their ranges let them: entropy is quasi-concave in x.

    Raising a figure raises entropy while its share is below e^−H, so that the level t stands where
    t/Σx = e^−H.
    """

    def above(level: float) -> float:
        x = np.clip(level, low, high)
        return float(level - x.sum() * np.exp(-_entropy(x)))

    ends = float(low[low > 0].min(initial=high.max())), float(high.max())
    if above(ends[0]) >= 0 or above(ends[1]) <= 0:
        return max(_entropy(np.clip(end, low, high)) for end in ends)
    level = optimize.brentq(above, *ends, xtol=1e-14 * ends[1], rtol=1e-14)
    return _entropy(np.clip(level, low, high)) + SURE


def _least(low: Array, high: Array) -> float:
    """Entropy is quasi-concave, so it is least at ends: all are tried, or bounded where many.

    The bound: entropy h means S ln S − Σ x ln x = h S with S = Σx. By its tangent S ln S is at
    least S (u + 1) − e^u for any u, after which every x stands alone and is least at an end. The
    best u is found by search (the bound is concave in it), the greatest h by bisection. It is
    reached or nearly so where ranges are narrow.
    """
    loose = np.flatnonzero(high > low)
    if loose.size <= FEW:
        corners = np.tile(low, (2**loose.size, 1))
        picks = (np.arange(2**loose.size)[:, None] >> np.arange(loose.size)) & 1
        corners[:, loose] = np.where(picks, high[loose], low[loose])
        return min(_entropy(corner) for corner in corners if corner.sum() > 0)
    ends = np.stack([low, high])
    logs = ends * np.log(np.where(ends > 0, ends, 1.0))
    sums = ends.sum(axis=1)
    reach = (np.log(max(sums[0], sums[1] * 1e-9)), np.log(sums[1]))

    def spare(u: float, h: float) -> float:
        return float(np.min((u + 1 - h) * ends - logs, axis=0).sum() - np.exp(u))

    def most(h: float) -> float:
        found = optimize.minimize_scalar(
            lambda u: -spare(u, h), bounds=reach, method="bounded", options={"xatol": 1e-12}
        )
        return max(-float(found.fun), spare(reach[0], h), spare(reach[1], h))

    if most(0.0) <= 0:
        return 0.0
    h = float(optimize.brentq(most, 0.0, np.log(len(low)) + 1.0, xtol=1e-13))
    return h - SURE
