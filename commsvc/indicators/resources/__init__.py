"""Is there enough of it: facilities, staff, rooms and money against a standard.

Every function takes plain numbers, figures as printed (``"近97万"``) or a `Measure`, and gives the
exact range that the figures allow.
"""

from commsvc.indicators.resources.bounds import (
    denominator_readings,
    frechet,
    possible_denominators,
    possible_numerators,
    share_below,
)
from commsvc.indicators.resources.checklists import (
    CHECKLISTS,
    compliance,
    compliance_summary,
    item_availability,
    size_compliance,
)
from commsvc.indicators.resources.facilities import (
    band_verdict,
    facilities_needed,
    load_per,
    planned_against_needed,
    residents_per_facility,
    villages_per_centre,
)
from commsvc.indicators.resources.money import equipment_budget, split_by_level, subsidy
from commsvc.indicators.resources.reach import (
    coverage_within,
    facilities_for_area,
    implied_radius,
    service_area,
)
from commsvc.indicators.resources.staff import (
    implied_population,
    staff_density,
    staff_gap,
    staff_needed,
)
from commsvc.indicators.resources.workload import available_working_time, wisn

__all__ = [
    "CHECKLISTS",
    "available_working_time",
    "band_verdict",
    "compliance",
    "compliance_summary",
    "coverage_within",
    "denominator_readings",
    "equipment_budget",
    "facilities_for_area",
    "facilities_needed",
    "frechet",
    "implied_population",
    "implied_radius",
    "item_availability",
    "load_per",
    "planned_against_needed",
    "possible_denominators",
    "possible_numerators",
    "residents_per_facility",
    "service_area",
    "share_below",
    "size_compliance",
    "split_by_level",
    "staff_density",
    "staff_gap",
    "staff_needed",
    "subsidy",
    "villages_per_centre",
    "wisn",
]
