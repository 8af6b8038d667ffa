"""Are services fairly shared: inequality, concentration by rank, agglomeration, WHO's measures."""

from commsvc.indicators.equity.agglomeration import agglomeration
from commsvc.indicators.equity.by_design import (
    concentration_curve_by_design,
    inequality_by_design,
    lorenz_by_design,
)
from commsvc.indicators.equity.concentration import (
    concentration_curve,
    concentration_index,
    concentration_index_grouped,
)
from commsvc.indicators.equity.heat import disaggregated_inequality
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
from commsvc.indicators.equity.slope import slope_index
from commsvc.indicators.equity.subgroups import Subgroups, subgroups_of_sample

__all__ = [
    "Subgroups",
    "agglomeration",
    "concentration_curve",
    "concentration_curve_by_design",
    "concentration_index",
    "concentration_index_grouped",
    "concentration_range",
    "disaggregated_inequality",
    "gini",
    "herfindahl",
    "horizontal_inequity",
    "inequality_by_design",
    "inequality_range",
    "lorenz",
    "lorenz_by_design",
    "mean_log_deviation",
    "share_with_none",
    "slope_index",
    "subgroups_of_sample",
    "theil",
    "unevenness",
]
