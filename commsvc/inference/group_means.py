"""Means of groups compared, one row a person: Welch, ANOVA or ranks, and why."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_numbers, as_share, missing, one_of
from commsvc.inference.crosstabs import same_note
from commsvc.inference.intervals import student
from commsvc.inference.ordered import kruskal_test, mann_whitney_test
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import Text, joined, message

MEAN_METHODS = ("welch", "anova", "ranks")
# A mean of so many is nearly normal whatever the answers; of fewer only if they are not skew.
ENOUGH, FEW, SKEW = 30, 15, 1.0


def compare_means(
    values: Any, groups: Any, method: str | None = None, confidence: float = 0.95
) -> HypothesisTest:
    """Whether the means of groups differ, in a simple random sample.

    Parameters
    ----------
    values : (n,) numbers; NaN for those who did not answer
    groups : (n,) label of each person's group
    method : "welch" (t of two groups, F of more; variances may differ), "anova" (equal variances)
        or "ranks" (Mann–Whitney, Kruskal–Wallis). Left out: Welch, unless a group is small and
        skew; the note says why

    Returns
    -------
    HypothesisTest; effect of two groups the difference of means, first in sorted order minus the
    second, with its interval; of more η², the share of the variance between groups

    Notes
    -----
    Welch (1947; 1951, Biometrika 38), as R's t.test and oneway.test. Welch holds its level where
    variances and sizes differ, and loses next to nothing where they do not (Delacre, Lakens and
    Leys 2017); ranks answer another question, whether one group tends to higher answers.

    Examples
    --------
    >>> t = compare_means([3, 5, 4, 6, 8, 7, 9, 9], list("aaaabbbb"), "welch")
    >>> round(t.statistic, 4), round(t.df, 3), round(t.p, 4)
    (-4.6663, 5.534, 0.0042)
    """
    y, label = as_numbers(values), np.asarray(groups, dtype=object)
    if y.shape != label.shape:
        raise CommsvcError(f"{y.size} values and {label.size} groups", allowed="one each")
    used = np.isfinite(y) & ~missing(label)
    names, code = np.unique(label[used].astype(str), return_inverse=True)
    parts = [y[used][code == g] for g in range(names.size)]
    if names.size < 2 or min(map(len, parts)) < 2:
        raise CommsvcError(
            "fewer than two groups, or one answer in a group",
            allowed="two groups or more, two answers in each",
        )
    why: Text | str = ""
    if method is None:
        method, why = _fitting(parts)
    one_of("comparison of means", method, MEAN_METHODS)
    left = int((~used).sum())
    gone = message("{left} of {all} left out: no answer or no group", left=left, all=y.size)
    levels, place = np.unique(y[used], return_inverse=True)
    table = np.zeros((names.size, levels.size))
    np.add.at(table, (code, place), 1)
    if method == "ranks":
        two = names.size == 2
        test = mann_whitney_test(table[0], table[1], confidence) if two else kruskal_test(table)
    elif len(set(map(np.ptp, parts))) == 1 and np.ptp(parts[0]) == 0:
        raise CommsvcError("all answers of each group are alike: no spread to compare by")
    else:
        test = _two(parts, method, confidence) if names.size == 2 else _several(parts, method)
    return test.with_note(joined([why, same_note(table), gone if left else ""]))


def _fitting(parts: list[Array]) -> tuple[str, Text | str]:
    """Welch where means are nearly normal, else ranks; and why."""
    least = min(map(len, parts))
    if least >= ENOUGH:
        return "welch", message("Welch: {least} answers or more a group", least=least)
    skew = max(abs(_skewness(part)) for part in parts)
    if least >= FEW and skew < SKEW:
        return "welch", message(
            "Welch: {least} answers or more a group, and none very skew", least=least
        )
    return "ranks", message("ranks: groups of {least} answers, or skew ones", least=least)


def _skewness(values: Array) -> float:
    gap = values - values.mean()
    return float((gap**3).mean() / (gap**2).mean() ** 1.5) if gap.any() else 0.0


def _two(parts: list[Array], method: str, confidence: float) -> HypothesisTest:
    (a, b), n = parts, [len(part) for part in parts]
    each = [part.var(ddof=1) / len(part) for part in parts]
    df, variance = float(sum(n) - 2), 0.0
    if method == "welch":
        variance = sum(each)
        df = float(variance**2 / sum(v**2 / (m - 1) for v, m in zip(each, n, strict=True)))
        name = message("Welch's t test")
    else:
        pooled = sum(part.var(ddof=1) * (len(part) - 1) for part in parts) / df
        variance, name = pooled * sum(1 / m for m in n), message("t test of equal variances")
    gap, se = float(a.mean() - b.mean()), float(np.sqrt(variance))
    half = student(df, 0.5 + as_share(confidence, "confidence") / 2) * se
    test = HypothesisTest(gap / se, df, float(2 * special.stdtr(df, -abs(gap / se))), method=name)
    return test.with_effect(
        Interval(gap, gap - half, gap + half, se, method=message("difference of means"))
    )


def _several(parts: list[Array], method: str) -> HypothesisTest:
    k, n = len(parts), np.array([len(part) for part in parts], dtype=float)
    means = np.array([part.mean() for part in parts])
    within = sum(((part - part.mean()) ** 2).sum() for part in parts)
    between = float(n @ (means - n @ means / n.sum()) ** 2)
    if method == "welch":
        weight = n / np.array([part.var(ddof=1) for part in parts])
        centre = weight @ means / weight.sum()
        lost = float((((1 - weight / weight.sum()) ** 2) / (n - 1)).sum()) / (k**2 - 1)
        f = float(weight @ (means - centre) ** 2 / (k - 1) / (1 + 2 * (k - 2) * lost))
        df2, name = 1 / (3 * lost), message("Welch's analysis of variance")
    else:
        df2, name = float(n.sum() - k), message("analysis of variance")
        f = between / (k - 1) / (within / df2)
    return HypothesisTest(
        f, float(k - 1), float(special.fdtrc(k - 1, df2, f)), df2=df2,
        effect=between / (between + within), method=joined([name, message("effect: η²")]),
    )  # fmt: skip
