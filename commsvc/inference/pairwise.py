"""Many comparisons: P values adjusted for their number, every pair of groups."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, one_of
from commsvc.inference.ordered import mann_whitney_test
from commsvc.inference.results import frame_of_tests, join_notes
from commsvc.inference.tables import TABLE_METHODS, as_table, independence_test

if TYPE_CHECKING:
    import pandas as pd

ADJUSTMENTS = {"holm": "Holm", "bh": "Benjamini–Hochberg", "bonferroni": "Bonferroni", "none": ""}


def adjust_p(p: Any, method: str = "holm") -> Array:
    """P values adjusted for their number, in their order; NaN stays and is not counted.

    Holm (1979) controls the chance of any false finding, Benjamini and Hochberg (1995) the share
    of false ones among the findings.

    >>> adjust_p([0.01, 0.04, 0.03])
    array([0.03, 0.06, 0.06])
    """
    one_of("adjustment", method, ADJUSTMENTS)
    values = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    order = known[np.argsort(values[known], kind="stable")]
    ordered, m = values[order], order.size
    if method == "holm":
        ordered = np.maximum.accumulate(ordered * (m - np.arange(m)))
    elif method == "bh":
        ordered = np.minimum.accumulate((ordered * m / np.arange(1, m + 1))[::-1])[::-1]
    elif method == "bonferroni":
        ordered = ordered * m
    adjusted = np.full(values.shape, np.nan)
    adjusted[order] = np.minimum(ordered, 1)
    return adjusted


def pairwise_tests(
    table: Any,
    groups: Any = None,
    method: str = "pearson",
    adjust: str = "holm",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
) -> pd.DataFrame:
    """Every pair of rows tested, P adjusted for the number of pairs.

    Parameters
    ----------
    table : (groups, answers) counts of people
    method : of `independence_test`, or "mann-whitney" for answers that have an order
    adjust : "holm", "bh", "bonferroni" or "none"
    deff : design effect, as in `independence_test`; a rank test takes none

    Returns
    -------
    Frame with group_a, group_b, the test's columns and `p_adjusted`; the effect of "mann-whitney"
    is Cliff's delta, positive where group_a answers higher

    >>> frame = pairwise_tests([[70, 30], [83, 17], [65, 35]], groups=["a", "b", "c"])
    >>> frame[["group_a", "group_b", "p_adjusted"]].round(3)
      group_a group_b  p_adjusted
    0       a       b       0.060
    1       a       c       0.450
    2       b       c       0.011
    """
    cells = as_table(table, ndim=2)
    names = list(range(len(cells))) if groups is None else list(groups)
    if len(names) != len(cells):
        raise CommsvcError(f"{len(names)} group names for {len(cells)} rows")
    one_of("adjustment", adjust, ADJUSTMENTS)
    one_of("test", method, [*TABLE_METHODS, "mann-whitney"])
    by_rank = method == "mann-whitney"
    if by_rank and deff != 1:
        raise CommsvcError(
            "a rank test from counts takes no design effect",
            next_step="method='pearson', or compare by the records' design",
        )
    pairs = [pair for pair in combinations(range(len(cells)), 2)]
    tests = [
        mann_whitney_test(cells[i], cells[j], confidence)
        if by_rank
        else independence_test(cells[[i, j]], method, confidence, deff=deff)
        for i, j in pairs
    ]
    frame = frame_of_tests(
        tests, group_a=[names[i] for i, _ in pairs], group_b=[names[j] for _, j in pairs]
    )
    frame.insert(list(frame.columns).index("p") + 1, "p_adjusted", adjust_p(frame["p"], adjust))
    if adjust != "none":
        said = f"P adjusted for {len(pairs)} pairs ({ADJUSTMENTS[adjust]})"
        frame["note"] = [join_notes(note, said) for note in frame["note"]]
    return frame
