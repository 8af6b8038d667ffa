"""The rank-sum ratio (秩和比): ranks averaged over criteria, fitted on probits, graded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.bounds import rank_sum_range, ranks_from_leads
from commsvc.indicators.evaluation.table import Array, ranks, read_printed
from commsvc.indicators.evaluation.weights import Weights, weigh
from commsvc.shown import Shown

# Where a normal distribution is cut into so many grades, as probits (Tian 2002).
CUTS: Final[Mapping[int, tuple[float, ...]]] = {
    3: (4.0, 6.0),
    4: (3.5, 5.0, 6.5),
    5: (3.2, 4.4, 5.6, 6.8),
    6: (3.0, 4.0, 5.0, 6.0, 7.0),
}


@dataclass(frozen=True)
class RankSumRatio(Shown):
    """What the method gives.

    Attributes
    ----------
    table : a row a unit: `group, base, estimate` (RSR), `low, high` (its bounds while figures stay
        within what was printed, reached), `frequency, probit, fitted, rank, rank_low,
        rank_high` (no better and no worse is possible), `grade` (1 is the worst), `grade_low,
        grade_high` (those of the ranks possible), `method, note`; `frequency` is the p below
    distribution : a row each distinct RSR from the least: `estimate, count, cumulative` (units up
        to here), `mean_rank, frequency, probit, fitted`
    fit : one row: `count` (distinct RSR), `intercept, slope, r, r_squared, statistic` (F), `df,
        df2, p, method, note`
    """

    table: pd.DataFrame
    distribution: pd.DataFrame
    fit: pd.DataFrame


def rank_sum_ratio(
    frame: Any,
    criteria: Mapping[str, str],
    *,
    unit: str | None = None,
    weights: Weights = "equal",
    grades: int = 3,
    rounding: Mapping[str, str] | None = None,
) -> RankSumRatio:
    """Rank every criterion, average the ranks, and grade by the fit of RSR on probits.

    RSR_i = Σ_j R_ij/(m n), R the rank from the worst up (n is the best); ties get the mean rank.
    The distinct RSR, from the least, stand at p = mean rank/n, the last at 1 − 1/(4n) where p
    would be 1; Probit = 5 + Φ⁻¹(p); RSR = a + b·Probit by least squares over the distinct values;
    grades are cut at the probits of `CUTS` (Tian 1988, 2002).

    Parameters
    ----------
    frame : a row a unit; cells are numbers, or figures as printed (`"45.2%"`), which stand for
        any value that prints so
    criteria : column -> `benefit` (高优) or `cost` (低优)
    unit : the column with the units' names
    weights : `equal`, or column -> weight: WRSR_i = Σ_j w_j R_ij/n; `entropy`, `critic`
    grades : 3 to 6
    rounding : column -> last printed place (`"0.1"`) of numbers that had been rounded

    Raises
    ------
    CommsvcError : fewer than three distinct RSR (no fit), a missing figure, no such grading

    Notes
    -----
    Ranks drop how far apart the figures are; the fit presumes normal RSR: look at `r_squared` and
    at F before the grades. F is that of the distinct values, as the source has it: units are no
    sample, and it is a description of fit rather than a test.

    Examples
    --------
    By hand: of three towns, C is best of both criteria, A worst.

    >>> table = pd.DataFrame({"town": list("ABC"), "visits": [1, 2, 3], "deaths": [9, 8, 7]})
    >>> found = rank_sum_ratio(table, {"visits": "benefit", "deaths": "cost"}, unit="town")
    >>> found.table[["group", "estimate", "frequency", "rank"]].round(4)
      group  estimate  frequency  rank
    0     A    0.3333     0.3333   3.0
    1     B    0.6667     0.6667   2.0
    2     C    1.0000     0.9167   1.0
    """
    if grades not in CUTS:
        raise CommsvcError(f"no grading into {grades}", allowed=", ".join(map(str, CUTS)))
    data, cells = read_printed(frame, criteria, unit, rounding)
    weight, called = weigh(data, weights, criteria)
    score = rsr_scores(data.values, data.benefit, weight)
    n = len(score)
    # Sums of thirds and sevenths that are equal on paper must be one value here.
    keys, first, where = np.unique(np.round(score, 12), return_index=True, return_inverse=True)
    if len(keys) < 3:
        raise CommsvcError(
            f"{len(keys)} distinct rank-sum ratios", allowed="three at least, to fit a line"
        )
    distinct = score[first]
    from scipy import stats

    count = np.bincount(where)
    upto = np.cumsum(count)
    mean_rank = upto - (count - 1) / 2
    p = mean_rank / n
    p[p >= 1] = 1 - 1 / (4 * n)
    probit = 5 + stats.norm.ppf(p)
    line = stats.linregress(probit, distinct)
    fitted = line.intercept + line.slope * probit
    distribution = pd.DataFrame(
        {
            "estimate": distinct,
            "count": count,
            "cumulative": upto,
            "mean_rank": mean_rank,
            "frequency": p,
            "probit": probit,
            "fitted": fitted,
        }
    )
    grade = 1 + np.searchsorted(CUTS[grades], probit, side="right")
    low = high = score
    best = worst = ranks(score)
    grade_low = grade_high = grade[where]
    note = f"{called}; {grades} grades, cut at probits "
    note += ", ".join(f"{cut:g}" for cut in CUTS[grades])
    if cells.loose:
        low, high, leads = rank_sum_range(cells, data.benefit, weight)
        best, worst = ranks_from_leads(leads)
        grade_low, grade_high = (_grade_at(n + 1 - end, n, grades) for end in (worst, best))
        note += f"; ranges over {cells.in_words()}, weights held"
    table = pd.DataFrame(
        {
            "group": list(data.units),
            "base": n,
            "estimate": score,
            "low": np.minimum(low, score),
            "high": np.maximum(high, score),
            "frequency": p[where],
            "probit": probit[where],
            "fitted": fitted[where],
            "rank": ranks(score),
            "rank_low": best.astype(float),
            "rank_high": worst.astype(float),
            "grade": grade[where],
            "grade_low": grade_low,
            "grade_high": grade_high,
            "method": "RSR" if called == "equal weights" else "weighted RSR",
            "note": note,
        }
    )
    return RankSumRatio(table, distribution, _fit_frame(line, len(keys)))


def _grade_at(place: Array, n: int, grades: int) -> NDArray[np.intp]:
    """Grade of the unit at a place from the worst up."""
    from scipy import stats

    p = np.where(place >= n, 1 - 1 / (4 * n), place / n)
    return 1 + np.searchsorted(CUTS[grades], 5 + stats.norm.ppf(p), side="right")


def rsr_scores(values: Array, benefit: NDArray[np.bool_], weight: Array) -> Array:
    """The (weighted) rank-sum ratio of each of the n rows.

    >>> rsr_scores(np.array([[1.0], [2.0]]), np.array([True]), np.array([1.0])).tolist()
    [0.5, 1.0]
    """
    from scipy.stats import rankdata

    rank = rankdata(np.where(benefit, values, -values), axis=0)
    return rank @ weight / len(values)


def _fit_frame(line: Any, count: int) -> pd.DataFrame:
    from scipy import stats

    df2 = count - 2
    r2 = line.rvalue**2
    f = np.inf if r2 == 1 else r2 * df2 / (1 - r2)
    row = {
        "count": count,
        "intercept": line.intercept,
        "slope": line.slope,
        "r": line.rvalue,
        "r_squared": r2,
        "statistic": f,
        "df": 1,
        "df2": df2,
        "p": float(stats.f.sf(f, 1, df2)),
        "method": "least squares of RSR on probit",
        "note": "over distinct RSR; describes the fit, units are no sample",
    }
    return pd.DataFrame([row])
