"""Ordered answers from the cells of a design: rank tests and Cliff's delta of the population."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells
from commsvc.inference.checks import Array, as_share, one_of
from commsvc.inference.results import HypothesisTest, Interval

# A person exactly in the middle is not above it, however the sums of weights round.
HALF = 0.5 + 1e-12
# Scores of a mid-rank as a share of the population, by the names of R's svyranktest.
SCORES: dict[str, Callable[[Array], Array]] = {
    "wilcoxon": lambda share: share,
    "vanderWaerden": lambda share: np.asarray(special.ndtri(share)),
    "median": lambda share: (share > HALF).astype(float),
    "KruskalWallis": lambda share: share,
}
NAMES = {
    "wilcoxon": "Wilcoxon",
    "vanderWaerden": "van der Waerden",
    "median": "median",
    "KruskalWallis": "Kruskal–Wallis",
}


def rank_test(
    cells: Cells,
    shape: tuple[int, int],
    test: str = "wilcoxon",
    confidence: float = 0.95,
    *,
    middle: Array | None = None,
) -> HypothesisTest:
    """Whether groups differ in an ordered answer, under a complex design, from its table.

    Parameters
    ----------
    cells : groups by ordered answers, row after row, p = 1; every group with somebody
    shape : (groups, answers)
    test : "wilcoxon", "vanderWaerden", "median" or "KruskalWallis", as R's svyranktest
    middle : (answers,) mid-ranks as shares of the population; those of the weights when left out

    Returns
    -------
    As `design_rank_test`: of two groups t, with Cliff's delta, second group minus the first; of
    more F, with ε².

    Notes
    -----
    Lumley and Scott (2013, Biometrika 100, 831–842). The rank of a tied answer is the middle of
    its weights; R averages over the tied people, whose sum depends on the order of the rows, and
    is the same where weights are equal.

    Examples
    --------
    >>> from commsvc.inference.cell_totals import ClusterCells
    >>> from commsvc.inference.linearisation import Clusters
    >>> totals = np.array([[[3, 1], [1, 3]], [[2, 2], [2, 2]], [[4, 0], [1, 3]], [[2, 1], [1, 2]]])
    >>> cells = ClusterCells(totals.sum(0).ravel(), totals.reshape(4, 4, 1), Clusters(size=4))
    >>> t = rank_test(cells, (2, 2))
    >>> round(t.statistic, 3), t.df, round(t.p, 3), round(t.effect, 3)
    (2.392, 2, 0.139, 0.4)
    """
    one_of("design-based rank test", test, SCORES)
    g, k = shape
    if g < 2:
        raise CommsvcError(f"{g} group(s) with answers", allowed="two groups or more to compare")
    weights = cells.sums[:, 0].reshape(shape)
    whole = weights.sum(axis=0)
    if middle is None:
        middle = (np.cumsum(whole) - whole / 2) / whole.sum()
    scores = np.where(whole > 0, SCORES[test](np.where(whole > 0, middle, 0.5)), 0.0)
    member = np.repeat(np.eye(g), k, axis=0)
    found = cells.ratio(member * np.tile(scores, g)[:, None], member)
    means, df, contrasts = found.estimate, found.df - (g - 1), g - 1
    contrast = np.hstack([-np.ones((contrasts, 1)), np.eye(contrasts)])
    gap, spread = contrast @ means, contrast @ found.covariance @ contrast.T
    if df < 1:
        raise CommsvcError(
            f"{found.df} degrees of freedom do not carry a test of {g} groups",
            allowed="more clusters than strata and groups",
        )
    if np.linalg.matrix_rank(spread) < contrasts:
        raise CommsvcError("the rank scores have no variance under this design: nothing to test")
    method = f"design-based {NAMES[test]} test"
    if g == 2:
        t = float(gap[0] / np.sqrt(spread[0, 0]))
        p = float(2 * special.stdtr(df, -abs(t)))
        delta = cliffs_delta_of(cells, shape, confidence)
        return HypothesisTest(t, df, p, method=method).with_effect(delta)
    f = float(gap @ np.linalg.solve(spread, gap)) / contrasts
    centre = float(whole @ scores / whole.sum())
    between = float(weights.sum(axis=1) @ (means - centre) ** 2)
    return HypothesisTest(
        f, float(contrasts), float(special.fdtrc(contrasts, df, f)),
        effect=between / float(whole @ (scores - centre) ** 2),
        method=f"{method}; effect: ε² of weighted rank scores", df2=float(df),
    )  # fmt: skip


def cliffs_delta_of(cells: Cells, shape: tuple[int, int], confidence: float = 0.95) -> Interval:
    """P(second > first) − P(second < first) in the population, with its linearised t interval.

    Parameters
    ----------
    cells : two groups by ordered answers, row after row
    shape : (2, answers)
    """
    weights = cells.sums[:, 0].reshape(shape)
    size = weights.sum(axis=1)
    shares = weights.T / size
    # Below minus above: an answer's net standing against the other group.
    net = 2 * np.cumsum(shares, axis=0) - shares - 1
    delta = float(shares[:, 1] @ net[:, 0])
    values = np.concatenate([(-net[:, 1] - delta) / size[0], (net[:, 0] - delta) / size[1]])
    found = cells.total(values[:, None])
    se = float(np.sqrt(found.covariance[0, 0]))
    half = float(special.stdtrit(found.df, 0.5 + as_share(confidence, "confidence") / 2)) * se
    return Interval(
        delta, max(delta - half, -1.0), min(delta + half, 1.0), se,
        base=float(cells.counts.sum()), confidence=confidence, method="Cliff's delta (weighted)",
    )  # fmt: skip


def person_cells(records: Any, place: Any, c: int) -> Cells:
    """People one by one as cells: `place` (n,) is each person's cell of c, −1 outside."""
    from commsvc.inference.record_cells import RecordCells

    at = np.asarray(place, dtype=np.intp)
    counts = np.bincount(at[at >= 0], minlength=c).astype(float)
    return RecordCells(counts, at, np.zeros((at.size, 0)), records)
