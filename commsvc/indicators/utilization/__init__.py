"""Who uses the services, how much, where first, and at what cost.

The functions of figures (`visits_per_head`, `cost_per_visit` …) take plain numbers, figures as
printed or a `Measure` and give exact ranges; `commsvc.indicators.tables.rowwise` takes them over
the rows of a table, `commsvc.indicators.from_records.from_records` over the records of a sample.
The functions of tables (`two_week`, `referrals` …) take any data frame Narwhals takes.
"""

from commsvc.indicators.utilization.contacts import first_contact, referrals
from commsvc.indicators.utilization.payment import insurance
from commsvc.indicators.utilization.periods import trend
from commsvc.indicators.utilization.rates import (
    contact_share,
    cost_per_visit,
    crude_rate,
    home_visit_share,
    implied_cost_elsewhere,
    records_coverage,
    substitution,
    visit_revenue,
    visits_per_head,
    visits_per_staff_day,
)
from commsvc.indicators.utilization.simulate import simulate_visits
from commsvc.indicators.utilization.standardised import rate_ratios, standardised_rates
from commsvc.indicators.utilization.standardised_survey import standardised_use
from commsvc.indicators.utilization.survey import two_week, two_week_rate, unmet_need

__all__ = [
    "contact_share",
    "cost_per_visit",
    "crude_rate",
    "first_contact",
    "home_visit_share",
    "implied_cost_elsewhere",
    "insurance",
    "rate_ratios",
    "records_coverage",
    "referrals",
    "simulate_visits",
    "standardised_rates",
    "standardised_use",
    "substitution",
    "trend",
    "two_week",
    "two_week_rate",
    "unmet_need",
    "visit_revenue",
    "visits_per_head",
    "visits_per_staff_day",
]
