"""How places compare: weights, one score from many criteria, efficiency, agreement, stability.

Every function takes a table: an array, a row a unit (a place, a station), or any data frame
Narwhals takes. The units compared are all there are, and no sample. Of figures as printed
`over_printed(method, figures)` has the range of what comes out, `rank_stability` that of the ranks.
"""

from commsvc.indicators.evaluation.agreement import agreement, icc, kendalls_w
from commsvc.indicators.evaluation.criteria import (
    critic_weights,
    entropy_weights,
    rank_range,
    ranks,
    topsis,
)
from commsvc.indicators.evaluation.dea import dea, efficiency, malmquist
from commsvc.indicators.evaluation.fuzzy import fuzzy_evaluation
from commsvc.indicators.evaluation.rank_sum import rank_sum_ratio, rank_sums
from commsvc.indicators.evaluation.stability import rank_stability

__all__ = [
    "agreement",
    "critic_weights",
    "dea",
    "efficiency",
    "entropy_weights",
    "fuzzy_evaluation",
    "icc",
    "kendalls_w",
    "malmquist",
    "rank_range",
    "rank_stability",
    "rank_sum_ratio",
    "rank_sums",
    "ranks",
    "topsis",
]
