"""Satisfaction: scores of one question, instruments of many, and how the items hold together."""

from commsvc.indicators.satisfaction.multiresponse import multiple_response, response_shares
from commsvc.indicators.satisfaction.quality import (
    better_worse,
    derived_importance,
    importance_performance,
    kano,
    servqual,
)
from commsvc.indicators.satisfaction.reliability import (
    cronbach_alpha,
    feldt_interval,
    item_statistics,
    kmo,
    mcdonald_omega,
)
from commsvc.indicators.satisfaction.scores import (
    acsi,
    mean_score,
    net_promoter_score,
    net_satisfaction,
    satisfaction_index,
    top_box,
)

__all__ = [
    "acsi",
    "better_worse",
    "cronbach_alpha",
    "derived_importance",
    "feldt_interval",
    "importance_performance",
    "item_statistics",
    "kano",
    "kmo",
    "mcdonald_omega",
    "mean_score",
    "multiple_response",
    "net_promoter_score",
    "net_satisfaction",
    "response_shares",
    "satisfaction_index",
    "servqual",
    "top_box",
]
