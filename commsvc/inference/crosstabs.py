"""Groups by answers, from counts: chi-square and exact tests, Cramér's V, every pair of groups.

Functions that end in `_statistic` take any number of tables at once, (..., r, c), and are what
a scan over many tables uses; the tests take one table and say what a reader must know.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, Number, as_counts, as_positive, as_share, one_of, plain
from commsvc.inference.ordered import mann_whitney_test
from commsvc.inference.results import HypothesisTest, Interval, frame_of_tests
from commsvc.words.messages import Text, joined, message

if TYPE_CHECKING:
    import pandas as pd

TABLE_METHODS = {
    "pearson": message("Pearson chi-square"),
    "yates": message("chi-square with Yates's correction"),
    "likelihood-ratio": message("likelihood-ratio chi-square"),
    "exact": message("exact"),
}
ADJUSTMENTS = {
    "holm": message("Holm"),
    "bh": message("Benjamini–Hochberg"),
    "bonferroni": message("Bonferroni"),
    "none": "",
}
# Probabilities this close (relative) count as equal, as in R's fisher.test.
TIE = 1e-7
# Tables that are listed one by one: some seconds; so many of them at once: some 100 MB.
MOST_TABLES, AT_ONCE = 20_000_000, 1_000_000
DRAWN, SEED = 100_000, 1


def expected_counts(tables: Any) -> Array:
    """Row total · column total / total, shape as the tables (..., r, c).

    >>> expected_counts([[10, 20], [20, 10]])
    array([[15., 15.],
           [15., 15.]])
    """
    cells = as_table(tables)
    rows, columns = cells.sum(-1, keepdims=True), cells.sum(-2, keepdims=True)
    total = cells.sum((-2, -1), keepdims=True)
    return np.divide(rows * columns, total, out=np.zeros_like(cells), where=total > 0)


def pearson_statistic(tables: Any) -> Number:
    """Pearson's chi-square of each table in (..., r, c); an empty row or column adds nothing.

    >>> round(pearson_statistic([[89, 100], [146, 168]]), 6)
    0.016675
    """
    cells = as_table(tables)
    fit = expected_counts(cells)
    return plain(_ratio((cells - fit) ** 2, fit).sum((-2, -1)))


def yates_statistic(tables: Any) -> Number:
    """Chi-square with Yates's correction of each 2×2 table in (..., 2, 2).

    |observed − expected| shrinks by 1/2, and never past 0 (as R and SciPy do).

    >>> round(yates_statistic([[89, 100], [146, 168]]), 6)
    0.001359
    """
    cells = as_table(tables)
    if cells.shape[-2:] != (2, 2):
        raise CommsvcError(
            f"Yates's correction of a {cells.shape[-2]}×{cells.shape[-1]} table",
            allowed="2×2",
            next_step="use Pearson's chi-square",
        )
    fit = expected_counts(cells)
    gap = np.maximum(np.abs(cells - fit) - 0.5, 0)
    return plain(_ratio(gap**2, fit).sum((-2, -1)))


def likelihood_ratio_statistic(tables: Any) -> Number:
    """2 Σ O ln(O/E) of each table in (..., r, c).

    >>> round(likelihood_ratio_statistic([[89, 100], [146, 168]]), 6)
    0.016673
    """
    cells = as_table(tables)
    # Through the ratio, not Σ O ln O of large terms that cancel: each ratio is near 1.
    ratio = np.where(cells > 0, _ratio(cells, expected_counts(cells)), 1.0)
    return plain(np.maximum(2 * (cells * np.log(ratio)).sum((-2, -1)), 0.0))


def degrees_of_freedom(tables: Any) -> Number:
    """(rows − 1)(columns − 1) of each table, counting the rows and columns that hold anybody.

    >>> degrees_of_freedom([[3, 0, 5], [4, 0, 6]])
    1.0
    """
    cells = as_table(tables)
    rows, columns = (cells.sum(-1) > 0).sum(-1), (cells.sum(-2) > 0).sum(-1)
    return plain(np.maximum(rows - 1, 0) * np.maximum(columns - 1, 0))


def chi_square_p(statistic: Number, df: Number) -> Number:
    """The upper tail of chi-square; 1 where no degree of freedom is left.

    >>> round(chi_square_p(8.472, 3), 6)
    0.037201
    """
    x, nu = np.asarray(statistic, dtype=float), np.asarray(df, dtype=float)
    return plain(np.where(nu > 0, special.chdtrc(np.maximum(nu, 1), x), 1.0))


def cramers_v(
    table: Any, confidence: float = 0.95, *, deff: float = 1.0, statistic: float | None = None
) -> Interval:
    """Cramér's V = √(χ²/(n·min(r − 1, c − 1))) with its interval.

    The interval inverts the noncentral chi-square (Steiger 2004, Psychol. Methods 9): it is of
    the population's V, λ = n·m·V². V of a sample is biased upwards, so near independence
    it may lie above its own interval. With a design effect χ² and n are divided by it.

    Parameters
    ----------
    table : (r, c) counts
    statistic : Pearson's chi-square when it is known already

    Examples
    --------
    >>> v = cramers_v([[548, 143], [334, 180]])
    >>> round(v.estimate, 3), round(v.low, 3), round(v.high, 3)
    (0.16, 0.103, 0.216)
    """
    cells = as_table(table, ndim=2)
    n, df = cells.sum() / as_positive(deff, "design effect"), float(degrees_of_freedom(cells))
    shorter = min((cells.sum(0) > 0).sum(), (cells.sum(1) > 0).sum()) - 1
    if df == 0:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to associate",
            allowed="at least two rows and two columns with answers",
        )
    x = float(pearson_statistic(cells) if statistic is None else statistic) / deff
    tail = (1 - as_share(confidence, "confidence")) / 2
    ends = [noncentrality(x, df, 1 - tail), noncentrality(x, df, tail)]
    low, high = (min(float(np.sqrt(end / (n * shorter))), 1.0) for end in ends)
    none = message("chi-square is smaller than chance makes it: no upper end for V")
    return Interval(
        float(np.sqrt(x / (n * shorter))), low, high, base=float(cells.sum()),
        confidence=confidence, method=message("Cramér's V, noncentral chi-square"),
        note="" if high > 0 else none,
    )  # fmt: skip


def noncentrality(x: float, df: float, probability: float) -> float:
    """The λ at which a noncentral chi-square falls below x with this probability; 0 if none.

    >>> round(noncentrality(10.0, 1, 0.025), 4)
    26.2374
    """
    if special.chdtr(df, x) <= probability:
        return 0.0
    from scipy.optimize import brentq
    from scipy.stats import ncx2

    spread = 10 * np.sqrt(2 * (df + 2 * x)) + 100
    return float(
        brentq(lambda lam: ncx2.cdf(x, df, lam) - probability, 0.0, x + spread, xtol=1e-10)
    )


def independence_test(
    table: Any,
    method: str = "pearson",
    confidence: float = 0.95,
    *,
    deff: float = 1.0,
    df: float | None = None,
) -> HypothesisTest:
    """Whether the answers (columns) differ between the groups (rows).

    Parameters
    ----------
    table : (r, c) counts of people, each counted once
    method : "pearson", "yates" (2×2), "likelihood-ratio" or "exact" (Fisher for 2×2,
        Freeman–Halton beyond)
    deff : design effect by which the statistic is divided: a rough stand-in for Rao–Scott when
        only counts are known; not for "exact"
    df : degrees of freedom of the design, where they are known: P is then that of F

    Returns
    -------
    HypothesisTest; effect is Cramér's V. The note says when expected counts are small
    (Cochran 1954: more than a fifth under 5, or any under 1), when rows or columns are empty, and
    when each group has an answer of its own.

    Examples
    --------
    >>> t = independence_test([[548, 143], [334, 180]])
    >>> round(t.statistic, 2), t.df, f"{t.p:.2e}"
    (30.83, 1.0, '2.82e-08')
    """
    one_of("test of a table", method, TABLE_METHODS)
    cells = as_table(table, ndim=2)
    effect = cramers_v(cells, confidence, deff=deff)
    notes = [empty_note(cells), same_note(cells)]
    if method == "exact":
        if deff != 1:
            raise CommsvcError(
                "an exact test counts whole people and takes no design effect",
                allowed="deff=1",
                next_step="use method='pearson'",
            )
        two_by_two = cells.shape == (2, 2)
        test = fisher_test(cells) if two_by_two else freeman_halton_test(cells)
        return test.with_effect(effect).with_note(joined(notes))
    statistic = {
        "pearson": pearson_statistic,
        "yates": yates_statistic,
        "likelihood-ratio": likelihood_ratio_statistic,
    }[method](cells)
    x, k = float(statistic) / deff, float(degrees_of_freedom(cells))
    divided = message("statistic divided by a design effect of {deff:g}", deff=deff)
    notes = [sparse_note(cells / deff), *notes, "" if deff == 1 else divided]
    name, said = TABLE_METHODS[method], joined(notes)
    if df is None:
        test = HypothesisTest(x, k, float(chi_square_p(x, k)), method=name, note=said)
    else:
        p = float(special.fdtrc(k, k * df, x / k))
        test = HypothesisTest(x / k, k, p, method=name, note=said, df2=k * df)
    return test.with_effect(effect)


def sparse_note(table: Any) -> Text | str:
    """A warning when the chi-square approximation is doubtful, else ''.

    >>> sparse_note([[1, 9], [2, 30]])
    '2 of 4 expected counts under 5 (least 0.714): an exact test is safer'
    """
    fit = expected_counts(table)
    fit = fit[fit > 0]
    few = int((fit < 5).sum())
    if fit.size and (few > fit.size / 5 or fit.min() < 1):
        return message(
            "{few} of {all} expected counts under 5 (least {least}): an exact test is safer",
            few=few, all=fit.size, least=f"{fit.min():.3g}",
        )  # fmt: skip
    return ""


def empty_note(table: Array) -> Text | str:
    """What was left out because nobody is in it, else ''."""
    rows, columns = int((table.sum(1) == 0).sum()), int((table.sum(0) == 0).sum())
    if not rows and not columns:
        return ""
    parts = [message("{n} empty row(s)", n=rows) if rows else ""]
    parts.append(message("{n} empty column(s)", n=columns) if columns else "")
    return message("{what} left out", what=joined(parts, message(" and ")))


def same_note(table: Array) -> Text | str:
    """A doubt where every group has an answer of its own, as where a group is the answer itself."""
    held = table > 0
    held = held[held.any(axis=1)][:, held.any(axis=0)]
    if held.shape[0] == held.shape[1] and (held.sum(0) == 1).all() and (held.sum(1) == 1).all():
        return message("each group has one answer of its own: is the group the answer itself?")
    return ""


def as_table(tables: Any, ndim: int | None = None) -> Array:
    """Counts of shape (..., r, c) with two rows and two columns or more."""
    cells = as_counts(tables, "table", ndim=ndim)
    if cells.ndim < 2 or min(cells.shape[-2:]) < 2:
        raise CommsvcError(
            f"a table of shape {cells.shape}", allowed="at least two rows and two columns"
        )
    return cells


def _ratio(top: Array, bottom: Array) -> Array:
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def fisher_test(table: Any, alternative: str = "two-sided") -> HypothesisTest:
    """Fisher's exact test of a 2×2 table; "greater" is an odds ratio above 1.

    The two-sided P adds every table no likelier than the observed one.

    >>> round(fisher_test([[3, 1], [1, 3]]).p, 4)
    0.4857
    """
    from scipy.stats import fisher_exact

    one_of("alternative", alternative, ("two-sided", "greater", "less"))
    cells = as_counts(table, "table", ndim=2, whole=True)
    if cells.shape != (2, 2):
        raise CommsvcError(
            f"a table of shape {cells.shape}",
            allowed="two rows, two columns",
            next_step="use freeman_halton_test",
        )
    p = float(fisher_exact(cells.astype(int), alternative=alternative).pvalue)
    return HypothesisTest(np.nan, np.nan, min(p, 1.0), method=message("Fisher exact"))


def freeman_halton_test(
    table: Any, *, draws: int | None = DRAWN, seed: int = SEED
) -> HypothesisTest:
    """The exact test of an r×c table: P of all tables with these margins no likelier than it.

    Parameters
    ----------
    table : (r, c) whole counts; empty rows and columns are left out
    draws, seed : where there are more than 20 million tables with these margins, P is that of so
        many drawn at random (Monte Carlo), and the method and the note say so; None to refuse

    Notes
    -----
    Freeman and Halton (1951, Biometrika 38). Tables are listed row by row. Drawn ones are SciPy's
    `random_table`; P is (1 + tables no likelier)/(1 + draws).

    Examples
    --------
    >>> round(freeman_halton_test([[3, 0, 2], [1, 4, 1], [0, 1, 5]]).p, 6)
    0.025288
    """
    cells = as_counts(table, "table", ndim=2, whole=True)
    cells = cells[cells.sum(1) > 0][:, cells.sum(0) > 0]
    if min(cells.shape, default=0) < 2:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to test",
            allowed="at least two rows and two columns with answers",
        )
    bound = log_probability(cells) + np.log1p(TIE)
    if _about_so_many(cells) <= MOST_TABLES:
        p = _listed_p(cells if cells.shape[0] >= cells.shape[1] else cells.T, float(bound))
        return HypothesisTest(np.nan, np.nan, p, method=message("Freeman–Halton exact"))
    if draws is None:
        raise CommsvcError(
            f"more than {MOST_TABLES:,} tables have these margins: too many to list",
            next_step="join rows or columns, or take P by Monte Carlo (draws=100_000)",
        )
    p = _drawn_p(cells, float(bound), draws, seed)
    error = np.sqrt(p * (1 - p) / draws)
    said = message(
        "Monte Carlo: {draws:count} tables, seed {seed}; standard error {error}",
        draws=draws, seed=seed, error=f"{error:.1g}",
    )  # fmt: skip
    return HypothesisTest(np.nan, np.nan, p, method=message("Freeman–Halton, simulated"), note=said)


def log_probability(tables: Any) -> Array:
    """Log of the chance of each table (..., r, c) given its margins, under independence."""
    cells, log = np.asarray(tables, dtype=float), special.gammaln
    margins = log(cells.sum(-1) + 1).sum(-1) + log(cells.sum(-2) + 1).sum(-1)
    return np.asarray(margins - log(cells.sum((-2, -1)) + 1) - log(cells + 1).sum((-2, -1)))


def _about_so_many(cells: Array) -> float:
    """How many tables have these margins, nearly (Gail and Mantel 1977, JASA 72)."""
    rows, columns, c = cells.sum(1), cells.sum(0), cells.shape[1]
    spread = (rows * (rows + c)).sum() * (c - 1) / (c**2 * (c + 1))
    far = (c - 1) / (spread * c) * ((columns - columns.mean()) ** 2).sum()
    ways = (special.gammaln(rows + c) - special.gammaln(rows + 1) - special.gammaln(c)).sum()
    fit = (c - 1) / 2 * np.log((c - 1) / (2 * np.pi * spread * c)) + np.log(c) / 2 - far / 2
    return float(np.exp(min(ways + fit, 300.0)))


def _listed_p(cells: Array, bound: float) -> float:
    """P of all tables with these margins no likelier than `bound`, listed row by row."""
    rows, columns = cells.sum(1).astype(int), cells.sum(0).astype(int)
    log = special.gammaln(np.arange(int(cells.sum()) + 2) + 1)
    first = np.full(1, log[rows].sum() + log[columns].sum() - log[rows.sum()])
    waiting, p = [(0, columns[None, :], first)], 0.0
    while waiting:
        k, left, chances = waiting.pop()
        if k == len(rows) - 1:  # the last row is what is left
            whole = chances - log[left].sum(axis=1)
            p += float(np.exp(whole[whole <= bound]).sum())
            continue
        most = np.prod(np.minimum(left, rows[k])[:, :-1] + 1.0, axis=1).max()
        parts = int(np.ceil(len(left) * most / AT_ONCE))
        for part in np.array_split(np.arange(len(left)), min(parts, len(left))):
            waiting.append((k + 1, *_deal(rows[k], left[part], chances[part], log)))
    return min(p, 1.0)


def _deal(row: int, left: Array, chances: Array, log: Array) -> tuple[Array, Array]:
    """Every way to deal `row` people to columns with so many places `left` (m, c)."""
    to_place = np.full(len(left), row)
    for column in range(left.shape[1]):
        later = left[:, column + 1 :].sum(axis=1)
        least, most = np.maximum(to_place - later, 0), np.minimum(to_place, left[:, column])
        ways = most - least + 1
        source = np.repeat(np.arange(len(left)), ways)
        dealt = np.arange(source.size) - np.repeat(np.cumsum(ways) - ways, ways) + least[source]
        left, to_place, chances = left[source], to_place[source] - dealt, chances[source]
        chances = chances - log[dealt]
        left[:, column] -= dealt
    return left, chances


def _drawn_p(cells: Array, bound: float, draws: int, seed: int) -> float:
    from scipy.stats import random_table

    drawn = random_table(cells.sum(1).astype(int), cells.sum(0).astype(int), seed=seed)
    sizes = [min(20_000, draws - done) for done in range(0, draws, 20_000)]
    hits = sum(int((log_probability(drawn.rvs(size)) <= bound).sum()) for size in sizes)
    return (1 + hits) / (1 + draws)


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
    method : of `independence_test`; for answers that have an order "dunn" (after Kruskal–Wallis:
        ranks among all groups, Dunn 1964) or "mann-whitney" (ranks of each pair by itself)
    adjust : "holm", "bh", "bonferroni" or "none"
    deff : design effect, as in `independence_test`; a rank test takes none

    Returns
    -------
    Frame with group_a, group_b, the test's columns and `p_adjusted`; the effect of the rank tests
    is Cliff's delta, positive where group_a answers higher

    >>> frame = pairwise_tests([[70, 30], [83, 17], [65, 35]], groups=["a", "b", "c"])
    >>> frame[["group_a", "group_b", "p_adjusted"]].round(3)
      group_a group_b  p_adjusted
    0       a       b       0.060
    1       a       c       0.450
    2       b       c       0.011
    """
    from commsvc.inference.ordered import dunn_tests

    cells = as_table(table, ndim=2)
    names = list(range(len(cells))) if groups is None else list(groups)
    if len(names) != len(cells):
        raise CommsvcError(f"{len(names)} group names for {len(cells)} rows")
    one_of("adjustment", adjust, ADJUSTMENTS)
    one_of("test", method, [*TABLE_METHODS, "mann-whitney", "dunn"])
    if method in ("mann-whitney", "dunn") and deff != 1:
        raise CommsvcError(
            "a rank test from counts takes no design effect",
            next_step="method='pearson', or compare by the records' design",
        )
    pairs = list(combinations(range(len(cells)), 2))
    if method == "dunn":
        tests = dunn_tests(cells, pairs, confidence)
    elif method == "mann-whitney":
        tests = [mann_whitney_test(cells[i], cells[j], confidence) for i, j in pairs]
    else:
        tests = [independence_test(cells[[i, j]], method, confidence, deff=deff) for i, j in pairs]
    if adjust != "none":
        said = message(
            "P adjusted for {pairs} pairs ({how})", pairs=len(pairs), how=ADJUSTMENTS[adjust]
        )
        tests = [test.with_note(said) for test in tests]
    frame = frame_of_tests(
        tests, group_a=[names[i] for i, _ in pairs], group_b=[names[j] for _, j in pairs]
    )
    frame.insert(list(frame.columns).index("p") + 1, "p_adjusted", adjust_p(frame["p"], adjust))
    return frame
