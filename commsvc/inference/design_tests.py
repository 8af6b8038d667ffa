"""Tests and effects of a table under any design: Rao and Scott's, rank tests, differences, ratios.

Everything is a statistic of the table's weighted sums, and has its error from `by_design`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import linalg, optimize, special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells, SampleCells
from commsvc.inference.checks import Array, as_numbers, as_share, missing, one_of
from commsvc.inference.crosstabs import as_table, pearson_statistic
from commsvc.inference.jackknife import Ratio, by_design
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.inference.sample import Sample
from commsvc.words.messages import joined, message

# Where a matrix is worse conditioned, its solution is noise; R stops there, too.
_WORST = 1e12
STATISTICS = {
    "F": message("Rao–Scott second order (F)"),
    "Chisq": message("Rao–Scott first order (chi-square)"),
    "Wald": message("Wald (Koch, Freeman and Freeman)"),
    "adjWald": message("adjusted Wald"),
}
# A person exactly in the middle is not above it, however the sums of weights round.
_HALF = 0.5 + 1e-12
# Scores of a mid-rank as a share of the population, by the names of R's svyranktest.
SCORES: dict[str, Callable[[Array], Array]] = {
    "wilcoxon": lambda share: share,
    "vanderWaerden": lambda share: np.asarray(special.ndtri(share)),
    "median": lambda share: (share > _HALF).astype(float),
    "KruskalWallis": lambda share: share,
}
RANK_NAMES = {
    "wilcoxon": message("design-based Wilcoxon test"),
    "vanderWaerden": message("design-based van der Waerden test"),
    "median": message("design-based median test"),
    "KruskalWallis": message("design-based Kruskal–Wallis test"),
}
EFFECTS = {
    "difference": message("difference of weighted shares, Student t"),
    "ratio": message("ratio of weighted shares, Student t"),
    "odds-ratio": message("odds ratio of weighted shares, Student t"),
}


def association_test(
    cells: Cells,
    shape: tuple[int, int],
    n: float | None = None,
    statistic: str = "F",
    df: float | None = None,
    confidence: float = 0.95,
) -> HypothesisTest:
    """Whether two questions are related, in a weighted, stratified or clustered sample.

    Parameters
    ----------
    cells : the table's cells, row after row, p = 1
    shape : rows and columns; those with nobody are left out
    n : unweighted number of people; the cells' own when left out
    statistic : by the names of R's svychisq: "F" (second order, Satterthwaite), "Chisq" (first
        order), "Wald" or "adjWald" (its F corrected for the degrees of freedom; use it rather than
        "Wald", which rejects too often when clusters are few)
    df : degrees of freedom of the design; those of the cells (as R's degf of the subset) when left
        out

    Returns
    -------
    HypothesisTest; all but "Chisq" have df and df2; effect is Cramér's V of the weighted shares,
    with the interval of `design_cramers_v`

    Notes
    -----
    Rao and Scott (1984, Ann. Statist. 12); Thomas and Rao (1987). The statistic is Pearson's of
    the weighted shares with n people, over the trace ("F") or the mean ("Chisq") of the
    generalised design effects. R prints Pearson's undivided for "Chisq", beside the same P: the
    note gives it, so that statistic, df and P here agree with each other. Wald: Koch, Freeman and
    Freeman (1975, Int. Stat. Rev. 43) on the differences of counts from independence; adjusted as
    by Fellegi (1980, JASA 75).

    Examples
    --------
    >>> from commsvc.inference.cell_totals import ClusterCells
    >>> from commsvc.inference.clusters import Clusters
    >>> totals = np.array([[4, 2, 1, 5], [6, 1, 2, 3], [5, 5, 3, 4], [7, 2, 2, 6.0]])
    >>> cells = ClusterCells(totals.sum(axis=0), totals[..., None], Clusters(size=4))
    >>> t = association_test(cells, (2, 2), n=58)
    >>> round(t.statistic, 3), t.df, t.df2, round(t.p, 4)
    (8.178, 1.0, 3.0, 0.0646)
    """
    one_of("Rao–Scott statistic", statistic, STATISTICS)
    table = cells.sums[:, 0].reshape(shape)
    rows, columns = table.sum(1) > 0, table.sum(0) > 0
    cells = cells.take(np.flatnonzero(np.outer(rows, columns)))
    table = table[rows][:, columns]
    r, c = table.shape
    if min(r, c) < 2:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to associate",
            allowed="at least two rows and two columns with answers",
        )
    size = float(cells.counts.sum()) if n is None else float(n)
    shares = by_design(Ratio(np.eye(r * c)), cells)
    pearson = float(pearson_statistic(as_table(shares.estimate.reshape(r, c)))) * size
    effects = _generalised_effects(shares.estimate, shares.covariance * size, r, c)
    trace, k = float(np.trace(effects)), effects.shape[0]
    free = float(shares.df if df is None else df)
    if trace <= 0:
        raise CommsvcError("the shares have no variance under this design: nothing to test")
    if free <= 0:
        raise CommsvcError(
            "no degrees of freedom: one cluster a stratum holds everybody of the table",
            next_step="join strata, or compare larger groups",
        )
    first, x = trace**2 / float(np.trace(effects @ effects)), pearson / trace
    if statistic in ("Wald", "adjWald"):
        test = _independence_by_wald(cells, (r, c), free, statistic == "adjWald")
    elif statistic == "Chisq":
        said = message("Pearson's chi-square of the weighted shares: {x}", x=f"{pearson:.10g}")
        test = HypothesisTest(x * k, float(k), float(special.chdtrc(k, x * k)), note=said)
    else:
        p = float(special.fdtrc(first, first * free, x))
        test = HypothesisTest(x, first, p, df2=first * free)
    scale = trace / (first * size * (min(r, c) - 1))
    ends = design_cramers_v(x, first, first * free, scale, confidence)
    return replace(
        test,
        effect=float(np.sqrt(pearson / size / (min(r, c) - 1))),
        effect_low=ends[0],
        effect_high=ends[1],
        method=joined([STATISTICS[statistic], message("effect: Cramér's V of weighted shares")]),
    )


def wald_f(
    gap: Array, covariance: Array, df: float, adjusted: bool = True
) -> tuple[float, float, float]:
    """F of `gap` (k,) against 0, its denominator's degrees of freedom, and P.

    Adjusted, the F and df are those that a covariance from `df` degrees of freedom calls for.
    """
    k = gap.size
    second = df - k + 1 if adjusted else df
    if second <= 0 or np.linalg.matrix_rank(covariance) < k:
        raise CommsvcError(
            f"{df:g} degrees of freedom do not carry a Wald test of {k} contrasts",
            next_step="join rows, columns or levels, or test fewer at a time",
        )
    x = float(gap @ np.linalg.solve(covariance, gap)) / k * (second / df)
    return x, float(second), float(special.fdtrc(k, second, x))


def _independence_by_wald(
    cells: Cells, shape: tuple[int, int], df: float, adjusted: bool
) -> HypothesisTest:
    """F of the differences of weighted counts from independence."""

    def gaps(sums: Array) -> Array:
        table = sums[:, 0].reshape(shape)
        fit = np.outer(table.sum(1), table.sum(0)) / table.sum()
        return np.asarray((table - fit)[1:, 1:].ravel())

    found = by_design(gaps, cells)
    x, second, p = wald_f(found.estimate, found.covariance, df, adjusted)
    return HypothesisTest(x, float(found.estimate.size), p, df2=second)


def _generalised_effects(p: Array, covariance: Array, r: int, c: int) -> Array:
    """The matrix of generalised design effects of the interaction contrasts of r·c shares."""
    contrasts = np.kron(linalg.helmert(r).T, linalg.helmert(c).T)
    inverse = np.divide(1.0, p, out=np.zeros_like(p), where=p > 0)[:, None] * contrasts
    left = contrasts.T @ inverse
    if np.linalg.cond(left) > _WORST:
        raise CommsvcError(
            f"{int((p == 0).sum())} of {p.size} cells hold nobody: the design effects of the table "
            "cannot be told apart",
            next_step="join groups or levels",
        )
    return np.asarray(linalg.solve(left, inverse.T @ covariance @ inverse))


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


def design_rank_test(
    values: Any, groups: Any, sample: Any, test: str = "wilcoxon", confidence: float = 0.95
) -> HypothesisTest:
    """Whether groups differ in an ordered answer, under a complex design.

    Parameters
    ----------
    values : (n,) answers as ordered numbers; NaN for those who did not answer
    groups : (n,) label of each person's group; None or NaN for those without one
    sample : `Sample`, or `Replicates`
    test : "wilcoxon", "vanderWaerden", "median" or "KruskalWallis" (the same scores as
        "wilcoxon"), as R's svyranktest
    confidence : coverage of the interval of the effect

    Returns
    -------
    HypothesisTest. Of two groups: t with `df`; the effect is Cliff's delta of the weighted
    population, second group in sorted order minus the first, whatever the scores. Of more: F on
    `df` and `df2`; the effect is ε², the share of the rank scores' weighted variance that lies
    between the groups

    Notes
    -----
    Lumley and Scott (2013, Biometrika 100, 831–842). The rank of a tied answer is the middle of
    its weights, whatever the order of the rows (as in Stata's svy-aware ranks). R averages the
    ranks that the rows' order gives the tied people, and is the same where their weights are.

    Examples
    --------
    >>> people = Sample([1, 2, 1, 2, 1, 1, 2, 1])
    >>> t = design_rank_test([1, 2, 2, 1, 3, 4, 4, 2], list("aaaabbbb"), people)
    >>> round(t.statistic, 3), t.df, round(t.effect, 3)
    (3.64, 6, 0.9)
    """
    people = Sample.of(sample)
    answers, label = as_numbers(values), np.asarray(groups, dtype=object)
    if not answers.shape == label.shape == people.weights.shape:
        raise CommsvcError(
            f"{answers.size} values and {label.size} groups for {people.weights.size} people",
            allowed="one each",
        )
    used = np.isfinite(answers) & ~missing(label) & (people.weights > 0)
    try:
        names, group = np.unique(label[used], return_inverse=True)
    except TypeError:
        names, group = np.unique(label[used].astype(str), return_inverse=True)
    levels, level = np.unique(answers[used], return_inverse=True)
    place = np.full(answers.size, -1)
    place[used] = group * levels.size + level
    shape = (names.size, levels.size)
    found = rank_test(SampleCells.of(place, shape[0] * shape[1], people), shape, test, confidence)
    left = int(((people.weights > 0) & ~used).sum())
    said = [message("{second} minus {first}", first=str(names[0]), second=str(names[1]))]
    said = said if names.size == 2 else []
    if left:
        everybody = int((people.weights > 0).sum())
        said.append(
            message("{left} of {all} left out: no answer or no group", left=left, all=everybody)
        )
    return found.with_note(joined(said))


def rank_test(
    cells: Cells, shape: tuple[int, int], test: str = "wilcoxon", confidence: float = 0.95
) -> HypothesisTest:
    """`design_rank_test` of a table: groups by ordered answers, row after row, p = 1.

    Examples
    --------
    >>> from commsvc.inference.cell_totals import ClusterCells
    >>> from commsvc.inference.clusters import Clusters
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
    middle = (np.cumsum(whole) - whole / 2) / whole.sum()
    scores = np.where(whole > 0, SCORES[test](np.where(whole > 0, middle, 0.5)), 0.0)
    member = np.repeat(np.eye(g), k, axis=0)
    found = by_design(Ratio(member * np.tile(scores, g)[:, None], member), cells)
    df = found.df - (g - 1)
    if df < 1:
        raise CommsvcError(
            f"{found.df} degrees of freedom do not carry a test of {g} groups",
            allowed="more clusters than strata and groups",
        )
    gaps = found.combine(np.hstack([-np.ones((g - 1, 1)), np.eye(g - 1)]))
    if np.linalg.matrix_rank(gaps.covariance) < g - 1:
        raise CommsvcError("the rank scores have no variance under this design: nothing to test")
    if g == 2:
        t = float(gaps.estimate[0] / gaps.se[0])
        made = HypothesisTest(t, df, float(2 * special.stdtr(df, -abs(t))), method=RANK_NAMES[test])
        return made.with_effect(cliffs_delta_of(cells, shape, confidence))
    x, _, p = wald_f(gaps.estimate, gaps.covariance, df, adjusted=False)
    centre = float(whole @ scores / whole.sum())
    between = float(weights.sum(axis=1) @ (found.estimate - centre) ** 2)
    return HypothesisTest(
        x, float(g - 1), p, effect=between / float(whole @ (scores - centre) ** 2), df2=float(df),
        method=joined([RANK_NAMES[test], message("effect: ε² of weighted rank scores")]),
    )  # fmt: skip


def cliffs_delta_of(cells: Cells, shape: tuple[int, int], confidence: float = 0.95) -> Interval:
    """P(second > first) − P(second < first) in the population, of two groups by ordered answers."""

    def delta(sums: Array) -> Any:
        first, second = sums[:, 0].reshape(shape)
        below = np.cumsum(first) - first / 2
        return 2 * (second @ below) / (first.sum() * second.sum()) - 1

    found = by_design(delta, cells)
    return _clipped(found, cells, confidence, message("Cliff's delta (weighted)"))


def share_effect(cells: Cells, kind: str = "difference", confidence: float = 0.95) -> Interval:
    """The share of the first group compared with that of the second.

    Parameters
    ----------
    cells : four cells: first group yes and no, second group yes and no; p = 1
    kind : "difference", "ratio" or "odds-ratio"; first minus or over second

    Returns
    -------
    Interval, Student's on the degrees of freedom of the two groups' own clusters; of ratios on the
    log scale, whose error `se` is. Where a cell is empty a ratio has no interval (Lohr 2022, §9.1;
    as R's svycontrast)

    Examples
    --------
    >>> from commsvc.inference.cell_totals import ClusterCells
    >>> from commsvc.inference.clusters import Clusters
    >>> totals = np.array([[3, 1, 2, 2], [2, 2, 1, 3], [4, 0, 2, 2.0]])
    >>> cells = ClusterCells(totals.sum(0), totals[..., None], Clusters(size=3))
    >>> d = share_effect(cells)
    >>> round(d.estimate, 4), round(d.low, 4), round(d.high, 4)
    (0.3333, -0.0252, 0.6919)
    """
    one_of("effect", kind, EFFECTS)
    (yes_a, no_a), (yes_b, no_b) = cells.sums[:, 0].reshape(2, 2)
    if yes_a + no_a == 0 or yes_b + no_b == 0:
        raise CommsvcError("a group without answers has no share to compare")

    shares = by_design(
        Ratio([[1.0, 0], [0, 0], [0, 1], [0, 0]], [[1.0, 0], [1, 0], [0, 1], [0, 1]]),
        cells,
    )
    if kind == "difference":
        found = replace(shares.combine([1.0, -1.0]), estimate=float(-np.diff(shares.estimate)[0]))
        return _clipped(found, cells, confidence, EFFECTS[kind])
    base, odds = float(cells.counts.sum()), kind == "odds-ratio"
    if min(yes_a, yes_b) == 0 or (odds and min(no_a, no_b) == 0):
        top, bottom = (yes_a * no_b, yes_b * no_a) if odds else (yes_a, yes_b)
        ratio = np.nan if top == bottom == 0 else (np.inf if bottom == 0 else top / bottom)
        return Interval(
            float(ratio), 0.0, np.inf, base=base, confidence=confidence, method=EFFECTS[kind],
            note=message("a cell is zero: the ratio is 0, infinite or undefined"),
        )  # fmt: skip
    form = special.logit if odds else np.log
    found = shares.transform(lambda p: form(p[0]) - form(p[1]))
    log = found.interval(confidence)
    ratio, low, high = (float(np.exp(x)) for x in (log.estimate, log.low, log.high))
    return Interval(
        ratio, low, high, found.se, base=base,
        confidence=confidence, method=EFFECTS[kind], note=_free_note(found.df),
    )  # fmt: skip


def _clipped(found: Any, cells: Cells, confidence: float, method: Any) -> Interval:
    """Student's interval, held within ±1."""
    ends = found.interval(confidence)
    return replace(
        ends, low=max(ends.low, -1.0) if found.df > 0 else np.nan,
        high=min(ends.high, 1.0) if found.df > 0 else np.nan,
        base=float(cells.counts.sum()), method=method, note=_free_note(found.df),
    )  # fmt: skip


def _free_note(df: float) -> Any:
    return "" if df > 0 else message("no interval: one cluster a stratum holds these groups")
