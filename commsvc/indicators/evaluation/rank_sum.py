"""The rank-sum ratio (秩和比): ranks averaged over criteria, fitted on probits, graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.criteria import (
    Array,
    Criteria,
    Weights,
    named,
    ranks,
    read_criteria,
    weigh,
)
from commsvc.words.messages import message

# Where a normal distribution is cut into so many grades, as probits (Tian 2002).
CUTS: Final[Mapping[int, tuple[float, ...]]] = {
    3: (4.0, 6.0),
    4: (3.5, 5.0, 6.5),
    5: (3.2, 4.4, 5.6, 6.8),
    6: (3.0, 4.0, 5.0, 6.0, 7.0),
}


@dataclass(frozen=True)
class RankSumRatio:
    """What the method gives.

    Attributes
    ----------
    table : a row a unit: `group, base` (units), `estimate` (RSR), `frequency` (the p below),
        `probit, fitted, rank` (1 is best), `grade` (1 is the worst), `method, note`
    distribution : a row each distinct RSR from the least: `estimate, count, cumulative` (units up
        to here), `mean_rank, frequency, probit, fitted`
    fit : one row: `count` (distinct RSR), `intercept, slope, r, r_squared, statistic` (F), `df,
        df2, p, method, note`
    """

    table: pd.DataFrame
    distribution: pd.DataFrame
    fit: pd.DataFrame


def rank_sums(table: Any, criteria: Criteria, weights: Weights = "equal") -> Array:
    """The (weighted) rank-sum ratio (n,) of each unit; parameters as in `rank_sum_ratio`.

    >>> rank_sums([[1, 9], [2, 8]], ["benefit", "cost"]).tolist()
    [0.5, 1.0]
    """
    values, benefit = read_criteria(table, criteria)
    return mean_ranks(values, benefit, weigh(table, criteria, weights))


def mean_ranks(values: Array, benefit: NDArray[np.bool_], weight: Array) -> Array:
    """Σ w R/n of each of the n rows, R the rank from the worst up."""
    from scipy.stats import rankdata

    return np.asarray(rankdata(np.where(benefit, values, -values), axis=0) @ weight / len(values))


def rank_sum_ratio(
    table: Any,
    criteria: Criteria,
    weights: Weights = "equal",
    *,
    grades: int = 3,
    units: Sequence[Any] | None = None,
) -> RankSumRatio:
    """Rank every criterion, average the ranks, and grade by the fit of RSR on probits.

    RSR_i = Σ_j R_ij/(m n), R the rank from the worst up (n is the best); ties get the mean rank.
    The distinct RSR, from the least, stand at p = mean rank/n, the last at 1 − 1/(4n) where p
    would be 1; Probit = 5 + Φ⁻¹(p); RSR = a + b·Probit by least squares over the distinct values;
    grades are cut at the probits of `CUTS` (Tian 1988, 2002).

    Parameters
    ----------
    table : (n, m) figures, or a frame with the criteria among its columns
    criteria : `benefit` (高优) or `cost` (低优), as in `topsis`
    weights : `equal`; given ones make WRSR_i = Σ_j w_j R_ij/n; `entropy`, `critic`
    grades : 3 to 6
    units : (n,) their names; numbered from 1 without

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

    >>> towns = pd.DataFrame({"town": list("ABC"), "visits": [1, 2, 3], "deaths": [9, 8, 7]})
    >>> found = rank_sum_ratio(towns, {"visits": "benefit", "deaths": "cost"}, units=towns["town"])
    >>> found.table[["group", "estimate", "frequency", "rank"]].round(4)
      group  estimate  frequency  rank
    0     A    0.3333     0.3333   3.0
    1     B    0.6667     0.6667   2.0
    2     C    1.0000     0.9167   1.0
    """
    if grades not in CUTS:
        raise CommsvcError(f"no grading into {grades}", allowed=", ".join(map(str, CUTS)))
    score = rank_sums(table, criteria, weights)
    n = len(score)
    # Sums of thirds and sevenths that are equal on paper must be one value here.
    keys, first, where = np.unique(np.round(score, 12), return_index=True, return_inverse=True)
    if len(keys) < 3:
        raise CommsvcError(
            f"{len(keys)} distinct rank-sum ratios", allowed="three at least, to fit a line"
        )
    distribution, fit = _line(score[first], np.bincount(where), n)
    distinct = distribution.loc[where].reset_index(drop=True)
    cuts = CUTS[grades]
    plain = isinstance(weights, str) and weights == "equal"
    made = pd.DataFrame(
        {
            "group": named(units, n),
            "base": n,
            "estimate": score,
            **{name: distinct[name] for name in ("frequency", "probit", "fitted")},
            "rank": ranks(score),
            "grade": 1 + np.searchsorted(cuts, distinct["probit"], side="right"),
            "method": message("RSR") if plain else message("weighted RSR"),
            "note": message(
                "{n} grades, cut at probits {cuts}", n=grades, cuts=[f"{cut:g}" for cut in cuts]
            ),
        }
    )
    return RankSumRatio(made, distribution, fit)


def _line(distinct: Array, count: NDArray[np.intp], n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The distinct RSR with their probits, and the line through them."""
    from scipy import special, stats

    upto = np.cumsum(count)
    mean_rank = upto - (count - 1) / 2
    p = np.where(mean_rank >= n, 1 - 1 / (4 * n), mean_rank / n)
    probit = 5 + special.ndtri(p)
    line = stats.linregress(probit, distinct)
    r2, df2 = line.rvalue**2, len(distinct) - 2
    f = np.inf if r2 == 1 else r2 * df2 / (1 - r2)
    distribution = pd.DataFrame(
        {
            "estimate": distinct,
            "count": count,
            "cumulative": upto,
            "mean_rank": mean_rank,
            "frequency": p,
            "probit": probit,
            "fitted": line.intercept + line.slope * probit,
        }
    )
    row = {
        "count": len(distinct),
        "intercept": line.intercept,
        "slope": line.slope,
        "r": line.rvalue,
        "r_squared": r2,
        "statistic": f,
        "df": 1,
        "df2": df2,
        "p": float(stats.f.sf(f, 1, df2)),
        "method": message("least squares of RSR on probit"),
        "note": message("over distinct RSR; describes the fit, units are no sample"),
    }
    return distribution, pd.DataFrame([row])
