"""Are services fairly shared: inequality, concentration by rank, agglomeration, WHO's measures."""

from commsvc.indicators.equity.agglomeration import agglomeration
from commsvc.indicators.equity.concentration import (
    concentration_curve,
    concentration_index,
    concentration_index_grouped,
)
from commsvc.indicators.equity.heat import disaggregated_inequality, slope_index
from commsvc.indicators.equity.horizontal import horizontal_inequity
from commsvc.indicators.equity.inequality import (
    gini,
    herfindahl,
    lorenz,
    mean_log_deviation,
    share_with_none,
    theil,
)
from commsvc.indicators.equity.places import unevenness
from commsvc.indicators.equity.printed import concentration_range, inequality_range

__all__ = [
    "agglomeration",
    "concentration_curve",
    "concentration_index",
    "concentration_index_grouped",
    "concentration_range",
    "disaggregated_inequality",
    "gini",
    "herfindahl",
    "horizontal_inequity",
    "inequality_range",
    "lorenz",
    "mean_log_deviation",
    "share_with_none",
    "slope_index",
    "theil",
    "unevenness",
]
