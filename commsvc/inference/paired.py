"""The same people twice or more often: McNemar, Cochran's Q, Wilcoxon signed ranks."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_counts, as_share, one_of
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import joined, message

MCNEMAR_METHODS = {
    "exact": message("McNemar exact"),
    "chi-square": message("McNemar chi-square"),
    "corrected": message("McNemar chi-square with continuity correction"),
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
    lost, won, n = float(cells[0, 1]), float(cells[1, 0]), cells.sum()
    changed = lost + won
    if method == "exact":
        statistic, df = min(lost, won), float("nan")
        p = min(2 * float(special.bdtr(statistic, int(changed), 0.5)), 1.0) if changed else 1.0
    else:
        gap = max(abs(lost - won) - (method == "corrected"), 0.0)
        statistic, df = gap**2 / changed if changed else 0.0, 1.0
        p = float(special.chdtrc(1, statistic))
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    up, down = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    half = z * np.sqrt((up + down - (up - down) ** 2) / (n + 2))
    change = Interval(
        float((won - lost) / n), float(max(up - down - half, -1)), float(min(up - down + half, 1)),
        method=message("share after minus before, Bonett–Price"),
    )  # fmt: skip
    note = "" if changed else message("nobody changed")
    test = HypothesisTest(statistic, df, p, method=MCNEMAR_METHODS[method], note=note)
    return test.with_effect(change)


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
    k, columns, rows = yes.shape[1], yes.sum(0), yes.sum(1)
    below = k * rows.sum() - (rows**2).sum()
    above = (k - 1) * (k * (columns**2).sum() - columns.sum() ** 2)
    statistic = float(above / below) if below else 0.0
    p = float(special.chdtrc(k - 1, statistic)) if below else 1.0
    note = "" if below else message("everybody answered all alike")
    return HypothesisTest(statistic, float(k - 1), p, method=message("Cochran's Q"), note=note)


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
    correction and no continuity correction, as SciPy's default; P is SciPy's.

    Examples
    --------
    >>> t = signed_rank_test([-2, -1, 0, 1, 2], counts=[3, 10, 40, 22, 8])
    >>> round(t.p, 4), round(t.effect, 3)
    (0.0134, 0.41)
    """
    from scipy import stats

    given = np.asarray(differences, dtype=float)
    freq = np.ones(given.size) if counts is None else as_counts(counts, ndim=1, whole=True)
    if given.ndim != 1 or freq.shape != given.shape or not np.isfinite(given).all():
        raise CommsvcError("differences are not one row of numbers that fits the counts")
    everybody = np.repeat(given, freq.astype(int))
    d = everybody[everybody != 0]
    if d.size == 0:
        raise CommsvcError("nobody's answer changed: there are no ranks", allowed="a difference")
    tied = np.unique(np.abs(d)).size < d.size
    if exact and tied:
        raise CommsvcError("ties have no exact distribution here", allowed="exact=False")
    chosen = exact if exact is not None else not tied and d.size <= 50
    found = stats.wilcoxon(d, method="exact" if chosen else "asymptotic", correction=False)
    plus, total = float(stats.rankdata(np.abs(d))[d > 0].sum()), d.size * (d.size + 1) / 2
    zeros = everybody.size - d.size
    name = message("Wilcoxon signed rank")
    if chosen:
        name = message("Wilcoxon signed rank, exact")
    return HypothesisTest(
        plus, float("nan"), min(float(found.pvalue), 1.0), effect=(2 * plus - total) / total,
        method=joined([name, message("effect: matched rank-biserial correlation")]),
        note=message("{zeros} without difference left out", zeros=zeros) if zeros else "",
    )  # fmt: skip
