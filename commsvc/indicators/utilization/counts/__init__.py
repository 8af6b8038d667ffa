"""How many visits, and what they cost: count models, two-part models, Andersen's blocks."""

from commsvc.indicators.utilization.counts.andersen import andersen_blocks
from commsvc.indicators.utilization.counts.choice import (
    choose_count_model,
    overdispersion_test,
    rootogram,
)
from commsvc.indicators.utilization.counts.fits import KINDS, CountFit
from commsvc.indicators.utilization.counts.models import count_model
from commsvc.indicators.utilization.counts.two_part import TwoPartFit, two_part

__all__ = [
    "KINDS",
    "CountFit",
    "TwoPartFit",
    "andersen_blocks",
    "choose_count_model",
    "count_model",
    "overdispersion_test",
    "rootogram",
    "two_part",
]
