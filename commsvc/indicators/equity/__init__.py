"""Are services fairly shared: inequality, concentration by rank, agglomeration, WHO's measures.

Each measure is a plain function of values and weights. Of a sample, `by_design` has its error; of
printed figures, `over_printed` has its range.
"""

from commsvc.indicators.equity.concentration import (
    concentration_curve,
    concentration_index,
    concentration_parts,
    gini,
    horizontal_inequity,
    lorenz,
)
from commsvc.indicators.equity.disaggregated import disaggregated_inequality, slope_index
from commsvc.indicators.equity.inequality import (
    agglomeration,
    atkinson,
    herfindahl,
    mean_log_deviation,
    theil,
    theil_parts,
    unevenness,
)

__all__ = [
    "agglomeration",
    "atkinson",
    "concentration_curve",
    "concentration_index",
    "concentration_parts",
    "disaggregated_inequality",
    "gini",
    "herfindahl",
    "horizontal_inequity",
    "lorenz",
    "mean_log_deviation",
    "slope_index",
    "theil",
    "theil_parts",
    "unevenness",
]
