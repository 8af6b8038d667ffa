"""Answers with an order, from counts: scores, net shares, rank tests, ordinal association.

Every function takes how many people gave each answer, in the answers' order; nobody's row is
needed. Results equal those of the same tests on one row a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells, PeopleCells
from commsvc.inference.checks import Array, Number, as_counts, as_share, both_within, one_of, plain
from commsvc.inference.clusters import Strata
from commsvc.inference.intervals import alike_note, mean_interval
from commsvc.inference.jackknife import by_design
from commsvc.inference.results import HypothesisTest, Interval
from commsvc.words.messages import joined, message

TRENDS = ("two-sided", "increasing", "decreasing")
ASSOCIATIONS = {
    "gamma": message("Goodman–Kruskal γ"),
    "tau-b": message("Kendall's τ_b"),
    "somers-d": message("Somers' d of the columns given the rows"),
}
ONE_ANSWER = message("everybody gave one answer")


def mean_score(
    counts: Any, scores: Any = None, confidence: float = 0.95, *, deff: float = 1.0
) -> Interval:
    """The mean of ordered answers as numbers, with Student's interval.

    Parameters
    ----------
    counts : (k,) people, in the answers' order
    scores : (k,) what each answer counts; 1 … k when left out

    Returns
    -------
    Interval; `base` is n, `se` is SD/√n. `score_sd` gives the SD alone.

    Examples
    --------
    >>> m = mean_score([1, 1, 2])
    >>> m.estimate, round(score_sd([1, 1, 2]), 3)
    (2.25, 0.957)
    """
    freq, values = _scored(counts, scores)
    n = freq.sum()
    return mean_interval(
        float(freq @ values / n), score_sd(freq, values), float(n), confidence, deff=deff
    )


def score_sd(counts: Any, scores: Any = None) -> float:
    """Standard deviation of scored answers, n − 1 below.

    >>> round(score_sd([5, 10, 5]), 4)
    0.7255
    """
    freq, values = _scored(counts, scores)
    n = freq.sum()
    if n < 2:
        raise CommsvcError("one answer has no standard deviation", allowed="two answers or more")
    return float(np.sqrt(freq @ (values - freq @ values / n) ** 2 / (n - 1)))


def _scored(counts: Any, scores: Any) -> tuple[Array, Array]:
    freq = as_counts(counts, ndim=1)
    values = np.arange(1.0, freq.size + 1) if scores is None else np.asarray(scores, dtype=float)
    if values.shape != freq.shape or not np.isfinite(values).all():
        raise CommsvcError("scores do not fit the counts", allowed=f"{freq.size} numbers")
    if freq.sum() == 0:
        raise CommsvcError("nobody answered", allowed="at least one answer")
    return freq, values


def net_share(
    positive: Number, negative: Number, n: Number, confidence: float = 0.95, *, deff: float = 1.0
) -> Interval:
    """The share of positive answers minus that of negative ones, of n in all.

    Variance (P + N − (P − N)²)/n: both shares come from the same people. Wald interval, cut at ±1;
    none where all answers are alike.

    >>> net = net_share(161, 9, 230)
    >>> round(net.estimate, 4), round(net.se, 4)
    (0.6609, 0.0363)
    """
    up, base = both_within(positive, n, "positive")
    down, _ = both_within(negative, n, "negative")
    both_within(up + down, n, "positive and negative together")
    net = (up - down) / base
    se = np.sqrt(((up + down) / base - net**2) / base * deff)
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    half = np.where(se > 0, z * se, np.nan)
    return Interval(
        plain(net), plain(np.maximum(net - half, -1)), plain(np.minimum(net + half, 1)), plain(se),
        base=plain(base), confidence=confidence, note=alike_note(se),
        method=message("positive minus negative share, Wald"),
    )  # fmt: skip


def tie_sum(sizes: Array) -> float:
    """Σ(t³ − t) over groups of ties."""
    return float((sizes**3 - sizes).sum())


def _ranks(ties: Array) -> Array:
    """The mean rank of each answer."""
    return np.cumsum(ties) - (ties - 1) / 2


def _groups(table: Any, least: int = 2) -> Array:
    cells = as_counts(table, "table", ndim=2, whole=True)
    if len(cells) < least or (cells.sum(1) == 0).any():
        raise CommsvcError(
            "a group without answers, or fewer groups than two",
            allowed="one row a group, each with answers",
            next_step="leave the empty group out and say so",
        )
    return cells


def mann_whitney_test(
    counts_a: Any, counts_b: Any, confidence: float = 0.95, *, correction: bool = True
) -> HypothesisTest:
    """Mann–Whitney (Wilcoxon rank sum): whether one group tends to give higher answers.

    Parameters
    ----------
    counts_a, counts_b : (k,) people of each group at each ordered answer
    correction : continuity correction, as SciPy's and R's default

    Returns
    -------
    HypothesisTest; `statistic` is U of the first group (pairs it wins, ties half), P two-sided
    with tie correction; effect is Cliff's delta (positive: the first group answers higher).

    Examples
    --------
    >>> t = mann_whitney_test([5, 10, 20], [10, 15, 5])
    >>> t.statistic, round(t.p, 5), round(t.effect, 4)
    (750.0, 0.00158, 0.4286)
    """
    cells = _groups([counts_a, counts_b])
    ties, (na, nb) = cells.sum(0), cells.sum(1)
    n = na + nb
    u = float(cells[0] @ _ranks(ties) - na * (na + 1) / 2)
    variance = na * nb / 12 * (n + 1 - tie_sum(ties) / (n * (n - 1)))
    gap = max(abs(u - na * nb / 2) - (0.5 if correction else 0.0), 0.0)
    p = float(2 * special.ndtr(-gap / np.sqrt(variance))) if variance > 0 else 1.0
    return HypothesisTest(
        u, float("nan"), min(p, 1.0), method=message("Mann–Whitney"),
        note="" if variance > 0 else ONE_ANSWER,
    ).with_effect(cliffs_delta(cells[0], cells[1], confidence))  # fmt: skip


def cliffs_delta(counts_a: Any, counts_b: Any, confidence: float = 0.95) -> Interval:
    """P(a > b) − P(a < b) for one of each group, from counts of ordered answers.

    The interval is Cliff's (1996, eq. 5): unbiased variance, and asymmetric so that it stays
    within ±1. When one group lies wholly above the other the variance is 0; the
    interval is then Feng's (2006), from the answers' extreme of no overlap.

    >>> d = cliffs_delta([5, 10, 20], [10, 15, 5])
    >>> round(d.estimate, 4), round(d.low, 4), round(d.high, 4)
    (0.4286, 0.1699, 0.632)
    """
    a, b = _groups([counts_a, counts_b])
    na, nb = a.sum(), b.sum()
    k = np.arange(a.size)
    sign = np.sign(k[:, None] - k[None, :])
    rows, columns = sign @ b / nb, a @ sign / na
    delta = float(a @ rows / na)
    z = special.ndtri((1 + as_share(confidence, "confidence")) / 2)
    method = message("Cliff's delta")
    if abs(delta) == 1:
        edge = (min(na, nb) - z**2) / (min(na, nb) + z**2)
        ends = (float(edge), 1.0) if delta > 0 else (-1.0, float(-edge))
        return Interval(
            delta, *ends, se=0.0, base=float(na + nb), confidence=confidence, method=method,
            note=message("no overlap: the interval is Feng's"),
        )  # fmt: skip
    if min(na, nb) < 2:
        return Interval(
            delta,
            -1.0,
            1.0,
            base=float(na + nb),
            method=method,
            note=message("one person in a group"),
        )
    spread_a = float(a @ (rows - delta) ** 2)
    spread_b = float(b @ (columns - delta) ** 2)
    spread = float(a @ (sign - delta) ** 2 @ b)
    variance = (nb**2 * spread_a + na**2 * spread_b - spread) / (na * nb * (na - 1) * (nb - 1))
    # Cliff's floor: the unbiased estimate can fall below what any data allow.
    variance = max(variance, (1 - delta**2) / (na * nb - 1))
    centre, width = delta - delta**3, z * np.sqrt(variance)
    half = width * np.sqrt((1 - delta**2) ** 2 + width**2)
    below = 1 - delta**2 + width**2
    return Interval(
        delta, float((centre - half) / below), float((centre + half) / below),
        float(np.sqrt(variance)), base=float(na + nb), confidence=confidence, method=method,
    )  # fmt: skip


def kruskal_test(table: Any) -> HypothesisTest:
    """Kruskal–Wallis: whether groups differ in their ordered answers.

    Parameters
    ----------
    table : (groups, k) people at each ordered answer

    Returns
    -------
    HypothesisTest, tie-corrected; effect is ε² = H/(n − 1) (Tomczak and Tomczak 2014)

    Examples
    --------
    >>> t = kruskal_test([[5, 10, 20], [10, 15, 5], [8, 8, 8]])
    >>> round(t.statistic, 4), t.df, round(t.p, 5)
    (10.2181, 2.0, 0.00604)
    """
    cells = _groups(table)
    ties, sizes = cells.sum(0), cells.sum(1)
    n, df = sizes.sum(), float(len(cells) - 1)
    shrink = 1 - tie_sum(ties) / (n**3 - n)
    method = joined([message("Kruskal–Wallis"), message("effect: ε²")])
    if shrink == 0:
        return HypothesisTest(0.0, df, 1.0, 0.0, method=method, note=ONE_ANSWER)
    mean = cells @ _ranks(ties) / sizes
    statistic = float(12 / (n * (n + 1)) * (sizes @ (mean - (n + 1) / 2) ** 2) / shrink)
    p = float(special.chdtrc(df, statistic))
    return HypothesisTest(statistic, df, p, effect=statistic / float(n - 1), method=method)


def jonckheere_test(table: Any, alternative: str = "two-sided") -> HypothesisTest:
    """Jonckheere–Terpstra: whether answers rise (or fall) along ordered groups.

    Parameters
    ----------
    table : (groups, k); groups in their order, answers in theirs
    alternative : "two-sided", "increasing" or "decreasing"

    Returns
    -------
    HypothesisTest; `statistic` is J, the pairs in which the later group answers higher, ties half;
    normal P with tie correction (Hollander, Wolfe and Chicken 2014, eq. 6.19); effect is
    2J/(number of pairs) − 1.

    Examples
    --------
    >>> t = jonckheere_test([[20, 10, 5], [10, 10, 10], [5, 10, 20]], "increasing")
    >>> t.statistic, f"{t.p:.2e}"
    (2300.0, '8.98e-06')
    """
    one_of("alternative", alternative, TRENDS)
    cells = _groups(table)
    k = np.arange(cells.shape[1])
    wins = (np.sign(k[None, :] - k[:, None]) + 1) / 2
    earlier = np.cumsum(cells, axis=0) - cells
    j = float(np.einsum("ga,ab,gb->", earlier, wins, cells))
    sizes, ties = cells.sum(1), cells.sum(0)
    n = sizes.sum()
    pairs = (n**2 - sizes @ sizes) / 2
    variance = _jonckheere_variance(sizes, ties, n)
    z = (j - pairs / 2) / np.sqrt(variance) if variance > 0 else 0.0
    p = {
        "increasing": special.ndtr(-z),
        "decreasing": special.ndtr(z),
        "two-sided": 2 * special.ndtr(-abs(z)),
    }[alternative]
    return HypothesisTest(
        j, float("nan"), float(p) if variance > 0 else 1.0, effect=float(2 * j / pairs - 1),
        method=joined(
            [message("Jonckheere–Terpstra"), message("effect: net share of pairs that rise")]
        ),
        note="" if variance > 0 else ONE_ANSWER,
    )  # fmt: skip


def _jonckheere_variance(sizes: Array, ties: Array, n: float) -> float:
    def first(t: Any) -> Any:
        return np.sum(t * (t - 1) * (2 * t + 5))

    def second(t: Any) -> Any:
        return np.sum(t * (t - 1) * (t - 2))

    def third(t: Any) -> Any:
        return np.sum(t * (t - 1))

    variance = (first(n) - first(sizes) - first(ties)) / 72 + third(sizes) * third(ties) / (
        8 * n * (n - 1)
    )
    if n > 2:
        variance += second(sizes) * second(ties) / (36 * n * (n - 1) * (n - 2))
    return float(variance)


def dunn_tests(
    table: Any, pairs: Sequence[tuple[int, int]], confidence: float = 0.95
) -> list[HypothesisTest]:
    """Dunn's tests of pairs of groups, after Kruskal–Wallis: z of mean ranks among all groups.

    Parameters
    ----------
    table : (groups, k) people at each ordered answer
    pairs : rows to compare

    Returns
    -------
    A test a pair, P two-sided and not adjusted (`pairwise_tests` adjusts); effect is Cliff's delta

    Notes
    -----
    Dunn (1964, Technometrics 6), with the correction for ties.

    Examples
    --------
    >>> round(dunn_tests([[5, 10, 20], [10, 15, 5], [8, 8, 8]], [(0, 1)])[0].statistic, 3)
    3.098
    """
    cells = _groups(table)
    ties, sizes = cells.sum(0), cells.sum(1)
    n, means = sizes.sum(), cells @ _ranks(ties) / sizes
    spread = n * (n + 1) / 12 - tie_sum(ties) / (12 * (n - 1))
    tests = []
    for i, j in pairs:
        error = np.sqrt(spread * (1 / sizes[i] + 1 / sizes[j]))
        z = float((means[i] - means[j]) / error) if error > 0 else 0.0
        p = min(float(2 * special.ndtr(-abs(z))), 1.0)
        test = HypothesisTest(z, float("nan"), p, method=message("Dunn's test"))
        tests.append(test.with_effect(cliffs_delta(cells[i], cells[j], confidence)))
    return tests


def ordinal_association(
    table: Any, measure: str = "gamma", confidence: float = 0.95, *, shape: Any = None
) -> Interval:
    """How strongly answers rise with ordered groups, from −1 to 1, with its interval.

    Parameters
    ----------
    table : (r, c) counts, rows and columns in their order; or the cells of a design (`Cells`), row
        after row, whose `shape` is said
    measure : "gamma" (Goodman and Kruskal: concordant less discordant pairs over both), "tau-b"
        (over what ties leave of the pairs in both directions) or "somers-d" (over the pairs that
        differ in the rows)

    Returns
    -------
    Interval; of counts normal with the error that does not assume independence (Agresti 2013,
    §3.4.3; as R's DescTools), of a design Student's

    Examples
    --------
    >>> found = ordinal_association([[20, 10, 5], [10, 10, 10], [5, 10, 20]])
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.5484, 0.3533, 0.7435)
    """
    one_of("measure of ordinal association", measure, ASSOCIATIONS)
    cells: Cells
    if isinstance(table, Cells):
        cells, (r, c) = table, shape
    else:
        counts = as_counts(table, "table", ndim=2)
        (r, c), flat = counts.shape, counts.ravel()
        cells = PeopleCells(
            flat, flat[None], flat[None, :, None], flat[None, :, None, None], Strata([flat.sum()])
        )

    def strength(sums: Array) -> Any:
        return _strength(sums[:, 0].reshape(r, c), measure)

    found = by_design(strength, cells)
    base = float(cells.counts.sum())
    if isinstance(table, Cells):
        ends = found.interval(confidence)
    else:  # a multinomial's error has n below, not n − 1
        exact = replace(found, covariance=found.covariance * (base - 1) / base, df=np.inf)
        ends = exact.interval(confidence)
    return replace(
        ends, low=float(np.maximum(ends.low, -1)), high=float(np.minimum(ends.high, 1)),
        base=base, method=ASSOCIATIONS[measure],
    )  # fmt: skip


def _strength(table: Array, measure: str) -> Any:
    """Concordant less discordant pairs, over the pairs that the measure counts."""
    above = np.cumsum(np.cumsum(table[::-1, ::-1], 0), 1)[::-1, ::-1]
    right = np.cumsum(np.cumsum(table[::-1], 0), 1)[::-1]
    concordant = float((table[:-1, :-1] * above[1:, 1:]).sum())
    discordant = float((table[:-1, 1:] * right[1:, :-1]).sum())
    pairs = table.sum() ** 2 / 2
    rows = pairs - (table.sum(1) ** 2).sum() / 2
    columns = pairs - (table.sum(0) ** 2).sum() / 2
    counted = {
        "gamma": concordant + discordant, "tau-b": np.sqrt(rows * columns), "somers-d": rows,
    }[measure]  # fmt: skip
    if counted == 0:
        raise CommsvcError("no two people differ in both: nothing to rank by")
    return (concordant - discordant) / counted
