"""How large a difference is, from the cells of a design: differences, ratios, odds ratios, V.

Two groups' cells stand row after row, first group first; the first is compared with the second:
difference a − b, ratio a / b. Every interval is Student's on the degrees of freedom of the two
groups' own clusters; of ratios on the log scale.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells
from commsvc.inference.checks import as_share, one_of
from commsvc.inference.results import Interval

EFFECTS = {
    "difference": "difference of weighted shares",
    "ratio": "ratio of weighted shares",
    "odds-ratio": "odds ratio of weighted shares",
}


def share_effect(cells: Cells, kind: str = "difference", confidence: float = 0.95) -> Interval:
    """The share of the first group compared with that of the second.

    Parameters
    ----------
    cells : four cells: first group yes and no, second group yes and no; p = 1
    kind : "difference", "ratio" or "odds-ratio"

    Returns
    -------
    Interval; `se` of ratios is that of their log

    Notes
    -----
    The difference is linear in the two shares, the logs of the ratios are linearised at them
    (Lohr 2022, §9.1); as R's svycontrast. Where a cell is empty a ratio has no interval.

    Examples
    --------
    >>> from commsvc.inference.cell_totals import ClusterCells
    >>> from commsvc.inference.linearisation import Clusters
    >>> totals = np.array([[3, 1, 2, 2], [2, 2, 1, 3], [4, 0, 2, 2.0]])
    >>> cells = ClusterCells(totals.sum(0), totals[..., None], Clusters(size=3))
    >>> d = share_effect(cells)
    >>> round(d.estimate, 4), round(d.low, 4), round(d.high, 4)
    (0.3333, -0.0252, 0.6919)
    """
    one_of("effect", kind, EFFECTS)
    shares = cells.ratio(
        np.array([[1.0, 0], [0, 0], [0, 1], [0, 0]]), np.array([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    )
    a, b = (float(x) for x in shares.estimate)
    if np.isnan(a) or np.isnan(b):
        raise CommsvcError("a group without answers has no share to compare")
    method = f"{EFFECTS[kind]}, Student t"
    if kind == "difference":
        found = shares.combine([1.0, -1.0])
        centre, se = float(found.estimate[0]), float(np.sqrt(found.covariance[0, 0]))
        half = _quantile(shares.df, confidence) * se
        low, high = max(centre - half, -1.0), min(centre + half, 1.0)
        return Interval(
            centre, low, high, se, base=float(cells.counts.sum()), confidence=confidence,
            method=method, note=_free_note(shares.df),
        )  # fmt: skip
    odds = kind == "odds-ratio"
    top, bottom = (a * (1 - b), b * (1 - a)) if odds else (a, b)
    edge = min(a, b) == 0 or (odds and max(a, b) == 1)
    if edge:
        ratio = np.nan if top == bottom == 0 else (np.inf if bottom == 0 else top / bottom)
        return Interval(
            float(ratio), 0.0 if top == 0 or edge else np.nan, np.inf,
            base=float(cells.counts.sum()), confidence=confidence, method=method,
            note="a cell is zero: the ratio is 0, infinite or undefined",
        )  # fmt: skip
    slope = [1 / (a * (1 - a)), -1 / (b * (1 - b))] if odds else [1 / a, -1 / b]
    se = float(np.sqrt(shares.combine(slope).covariance[0, 0]))
    half = np.exp(_quantile(shares.df, confidence) * se)
    ratio = top / bottom
    return Interval(
        ratio, ratio / half, ratio * half, se, base=float(cells.counts.sum()),
        confidence=confidence, method=method, note=_free_note(shares.df),
    )  # fmt: skip


def _quantile(df: float, confidence: float) -> float:
    upper = (1 + as_share(confidence, "confidence")) / 2
    return float(special.stdtrit(df, upper)) if df > 0 else float("nan")


def _free_note(df: float) -> str:
    return "" if df > 0 else "no interval: one cluster a stratum holds these groups"


def design_cramers_v(
    statistic: float, df: float, df2: float, scale: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Ends of Cramér's V from a Rao–Scott F, by inverting the noncentral F.

    Parameters
    ----------
    statistic, df, df2 : the second-order F and its degrees of freedom
    scale : V² for each unit of noncentrality

    Notes
    -----
    Steiger (2004, Psychol. Methods 9) with the F of Rao and Scott (1984) in place of chi-square:
    with many clusters and a simple sample the ends are those of `cramers_v`.

    Examples
    --------
    >>> low, high = design_cramers_v(30.83, 1, 1e6, 1 / 1205)
    >>> round(low, 3), round(high, 3)
    (0.103, 0.216)
    """
    tail = (1 - as_share(confidence, "confidence")) / 2
    ends = [_noncentrality(statistic, df, df2, q) for q in (1 - tail, tail)]
    low, high = (float(min(np.sqrt(end * scale), 1.0)) for end in ends)
    return low, high


def _noncentrality(f: float, df: float, df2: float, probability: float) -> float:
    """The noncentrality at which F falls below f with this probability; 0 if none."""
    if special.fdtr(df, df2, f) <= probability:
        return 0.0

    def excess(x: float) -> float:
        return float(special.ncfdtr(df, df2, x, f)) - probability

    enough = df * f + 10
    while excess(enough) > 0:
        enough *= 2
        if enough > 1e9:
            return float("nan")
    return float(optimize.brentq(excess, 0.0, enough, xtol=1e-9))
