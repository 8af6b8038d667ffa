"""Groups by answers: chi-square tests and Cramér's V.

Functions that end in `_statistic` take any number of tables at once, (..., r, c), and are what
a scan over many tables uses; the tests take one table and say what a reader must know.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, Number, as_counts, as_positive, as_share, one_of, plain
from commsvc.inference.exact import fisher_test, freeman_halton_test
from commsvc.inference.results import HypothesisTest, Interval, join_notes

TABLE_METHODS = {
    "pearson": "Pearson chi-square",
    "yates": "chi-square with Yates's correction",
    "likelihood-ratio": "likelihood-ratio chi-square",
    "exact": "exact",
}


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
    fit = expected_counts(cells)
    # Through the total's entropy, not Σ O ln(O/E) of large terms: each ratio is near 1.
    ratio = np.where(cells > 0, _ratio(cells, fit), 1.0)
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
    return Interval(
        estimate=float(np.sqrt(x / (n * shorter))),
        low=low,
        high=high,
        base=float(cells.sum()),
        confidence=confidence,
        method="Cramér's V, noncentral chi-square",
        note="" if high > 0 else "chi-square is smaller than chance makes it: no upper end for V",
    )


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
    table: Any, method: str = "pearson", confidence: float = 0.95, *, deff: float = 1.0
) -> HypothesisTest:
    """Whether the answers (columns) differ between the groups (rows).

    Parameters
    ----------
    table : (r, c) counts of people, each counted once
    method : "pearson", "yates" (2×2), "likelihood-ratio" or "exact" (Fisher for 2×2,
        Freeman–Halton beyond)
    deff : design effect by which the statistic is divided: a rough stand-in for Rao–Scott when
        only counts are known; not for "exact"

    Returns
    -------
    HypothesisTest; effect is Cramér's V. The note says when expected counts are small
    (Cochran 1954: more than a fifth under 5, or any under 1) and when rows or columns are empty.

    Examples
    --------
    >>> t = independence_test([[548, 143], [334, 180]])
    >>> round(t.statistic, 2), t.df, f"{t.p:.2e}"
    (30.83, 1.0, '2.82e-08')
    """
    one_of("test of a table", method, TABLE_METHODS)
    cells = as_table(table, ndim=2)
    effect = cramers_v(cells, confidence, deff=deff)
    if method == "exact":
        if deff != 1:
            raise CommsvcError(
                "an exact test counts whole people and takes no design effect",
                allowed="deff=1",
                next_step="use method='pearson'",
            )
        two_by_two = cells.shape == (2, 2)
        test = fisher_test(cells) if two_by_two else freeman_halton_test(cells)
        return test.with_effect(effect).with_note(empty_note(cells))
    statistic = {
        "pearson": pearson_statistic,
        "yates": yates_statistic,
        "likelihood-ratio": likelihood_ratio_statistic,
    }[method](cells)
    df = degrees_of_freedom(cells)
    return HypothesisTest(
        statistic=float(statistic) / deff,
        df=float(df),
        p=float(chi_square_p(statistic / deff, df)),
        method=TABLE_METHODS[method],
        note=join_notes(
            sparse_note(cells / deff),
            empty_note(cells),
            "" if deff == 1 else f"statistic divided by a design effect of {deff:g}",
        ),
    ).with_effect(effect)


def sparse_note(table: Any) -> str:
    """A warning when the chi-square approximation is doubtful, else ''.

    >>> sparse_note([[1, 9], [2, 30]])
    '2 of 4 expected counts under 5 (least 0.714): an exact test is safer'
    """
    fit = expected_counts(table)
    fit = fit[fit > 0]
    few = int((fit < 5).sum())
    if fit.size and (few > fit.size / 5 or fit.min() < 1):
        return (
            f"{few} of {fit.size} expected counts under 5 (least {fit.min():.3g}): "
            "an exact test is safer"
        )
    return ""


def empty_note(table: Array) -> str:
    """What was left out because nobody is in it, else ''."""
    rows, columns = int((table.sum(1) == 0).sum()), int((table.sum(0) == 0).sum())
    parts = [f"{n} empty {name}(s)" for n, name in ((rows, "row"), (columns, "column")) if n]
    return f"{' and '.join(parts)} left out" if parts else ""


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
