"""The same people twice or more often: McNemar, Cochran's Q, Wilcoxon signed ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_counts, as_share, one_of
from commsvc.inference.ordered import tie_sum
from commsvc.inference.results import HypothesisTest, Interval

MCNEMAR_METHODS = {
    "exact": "McNemar exact",
    "chi-square": "McNemar chi-square",
    "corrected": "McNemar chi-square with continuity correction",
}


def mcnemar_test(table: Any, method: str = "exact", confidence: float = 0.95) -> HypothesisTest:
    """Whether a yes-share changed between two answers of the same people.

    Parameters
    ----------
    table : (2, 2), rows before (yes, no), columns after (yes, no)
    method : "exact" (binomial on those who changed), "chi-square", or "corrected"

    Returns
    -------
    HypothesisTest; effect is the share after minus the share before, with the interval of Bonett
    and Price (2012): Wald with one person added to each kind of change.

    Examples
    --------
    >>> t = mcnemar_test([[794, 86], [150, 570]], "corrected")
    >>> round(t.statistic, 2), f"{t.p:.2e}", round(t.effect, 3)
    (16.82, '4.11e-05', 0.04)
    """
    one_of("McNemar test", method, MCNEMAR_METHODS)
    cells = as_counts(table, "table", ndim=2, whole=method == "exact")
    if cells.shape != (2, 2):
        raise CommsvcError(f"a table of shape {cells.shape}", allowed="two rows, two columns")
    lost, won, n = cells[0, 1], cells[1, 0], cells.sum()
    changed = lost + won
    if method == "exact":
        statistic, df = float(min(lost, won)), float("nan")
        p = min(2 * float(special.bdtr(min(lost, won), int(changed), 0.5)), 1.0) if changed else 1.0
    else:
        gap = max(abs(lost - won) - (method == "corrected"), 0.0)
        statistic, df = float(gap**2 / changed) if changed else 0.0, 1.0
        p = float(special.chdtrc(1, statistic))
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    up, down = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    half = z * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    change = Interval(
        float((won - lost) / n),
        float(max(up - down - half, -1)),
        float(min(up - down + half, 1)),
        method="share after minus before, Bonett–Price",
    )
    note = "" if changed else "nobody changed"
    return HypothesisTest(statistic, df, p, method=MCNEMAR_METHODS[method], note=note).with_effect(
        change
    )


def cochran_q_test(answers: Any) -> HypothesisTest:
    """Cochran's Q: whether k yes/no questions put to the same people have one share of yes.

    Parameters
    ----------
    answers : (n, k) of 0 and 1, one row a person, nothing missing

    Returns
    -------
    HypothesisTest with df k − 1; people who answered all alike add nothing.

    Examples
    --------
    >>> t = cochran_q_test([[1, 1, 0], [1, 0, 0], [1, 1, 1], [1, 1, 0], [0, 1, 0], [1, 0, 0]])
    >>> round(t.statistic, 3), t.df
    (5.2, 2.0)
    """
    yes = as_counts(answers, "answers", ndim=2)
    if not np.isin(yes, (0, 1)).all() or yes.shape[1] < 2:
        raise CommsvcError("answers are not yes and no", allowed="0 and 1, two columns or more")
    k = yes.shape[1]
    columns, rows = yes.sum(0), yes.sum(1)
    below = k * rows.sum() - (rows**2).sum()
    above = (k - 1) * (k * (columns**2).sum() - columns.sum() ** 2)
    statistic = above / below if below else 0.0
    return HypothesisTest(
        float(statistic),
        float(k - 1),
        float(special.chdtrc(k - 1, statistic)) if below else 1.0,
        method="Cochran's Q",
        note="" if below else "everybody answered all alike",
    )


def signed_rank_test(
    differences: Any, counts: Any = None, *, exact: bool | None = None
) -> HypothesisTest:
    """Wilcoxon's signed-rank test that differences lie around zero, two-sided.

    Parameters
    ----------
    differences : (n,) after minus before; or the distinct differences when `counts` says how
        many people have each
    exact : the exact distribution (no ties, no zeros); left out: used up to 50 such people

    Returns
    -------
    HypothesisTest; `statistic` is the rank sum of the positive differences, effect the matched
    rank-biserial correlation (positive minus negative rank sum, over their total).

    Notes
    -----
    Zeros are left out (Wilcoxon's own way) and said. The normal approximation has the tie
    correction and no continuity correction, as SciPy's default.

    Examples
    --------
    >>> t = signed_rank_test([-2, -1, 0, 1, 2], counts=[3, 10, 40, 22, 8])
    >>> round(t.p, 4), round(t.effect, 3)
    (0.0134, 0.41)
    """
    d = np.asarray(differences, dtype=float)
    freq = np.ones(d.size) if counts is None else as_counts(counts, ndim=1, whole=True)
    if d.ndim != 1 or d.shape != freq.shape or not np.isfinite(d).all():
        raise CommsvcError(
            "differences are not one row of numbers that fits the counts",
            next_step="leave people with a missing answer out, and say how many",
        )
    zeros = int(freq[d == 0].sum())
    d, freq = d[d != 0], freq[d != 0]
    sizes, where = np.unique(np.abs(d), return_inverse=True)
    ties = np.bincount(where, freq, sizes.size).astype(np.float64)
    n = ties.sum()
    if n == 0:
        raise CommsvcError("nobody's answer changed: there are no ranks", allowed="a difference")
    rank = np.cumsum(ties) - (ties - 1) / 2
    plus = float((rank[where] * freq)[d > 0].sum())
    total = n * (n + 1) / 2
    tied = bool((ties > 1).any())
    note = f"{zeros} without difference left out" if zeros else ""
    if exact and tied:
        raise CommsvcError("ties have no exact distribution here", allowed="exact=False")
    if exact or (exact is None and not tied and n <= 50):
        below = _rank_sum_counts(int(n))
        smaller = int(min(plus, total - plus))
        p = min(2 * float(below[: smaller + 1].sum()), 1.0)
        method = "Wilcoxon signed rank, exact"
    else:
        variance = n * (n + 1) * (2 * n + 1) / 24 - tie_sum(ties) / 48
        p = float(2 * special.ndtr(-abs(plus - total / 2) / np.sqrt(variance)))
        method = "Wilcoxon signed rank"
    return HypothesisTest(
        plus,
        float("nan"),
        p,
        effect=float((2 * plus - total) / total),
        method=f"{method}; effect: matched rank-biserial correlation",
        note=note,
    )


def _rank_sum_counts(n: int) -> np.ndarray:
    """P of each sum of a random subset of 1 … n."""
    chance = np.ones(1)
    for rank in range(1, n + 1):
        longer = np.zeros(chance.size + rank)
        longer[: chance.size] += chance / 2
        longer[rank:] += chance / 2
        chance = longer
    return chance
