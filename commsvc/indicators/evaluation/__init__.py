"""How places compare: weights, one score from many criteria, efficiency, agreement, stability.

Every function takes any data frame Narwhals takes, a row a unit (a place, a station), with the
columns named; criteria say of each column whether more is better (`benefit`) or less (`cost`).

A cell may be a number, a figure as printed, a measure or ratio of `commsvc.indicators`, or a range
(`commsvc.printed.Interval.of(low, high)`): what comes out then has ranges too. The units compared
are all there are, and no sample; where their figures are estimates of a survey, put each one's
interval in its cell. Raters' scores and categories (`kendalls_w`, `icc`, `weighted_kappa`) are what
they are and take no ranges.
"""

from commsvc.indicators.evaluation.agreement import ICC_FORMS, icc, kendalls_w, weighted_kappa
from commsvc.indicators.evaluation.dea import dea, scale_efficiency
from commsvc.indicators.evaluation.fuzzy import fuzzy_evaluation, membership
from commsvc.indicators.evaluation.malmquist import malmquist
from commsvc.indicators.evaluation.rsr import RankSumRatio, rank_sum_ratio
from commsvc.indicators.evaluation.scores import topsis, weighted_sum
from commsvc.indicators.evaluation.stability import rank_stability
from commsvc.indicators.evaluation.weights import critic_weights, entropy_weights, given_weights

__all__ = [
    "ICC_FORMS",
    "RankSumRatio",
    "critic_weights",
    "dea",
    "entropy_weights",
    "fuzzy_evaluation",
    "given_weights",
    "icc",
    "kendalls_w",
    "malmquist",
    "membership",
    "rank_stability",
    "rank_sum_ratio",
    "scale_efficiency",
    "topsis",
    "weighted_kappa",
    "weighted_sum",
]
