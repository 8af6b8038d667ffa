"""Use of services from totals: visits per head and per staff day, shares of contacts, cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, exact_number, expect
from commsvc.indicators.ratio import Ratio, bounds, per, share, share_of_sum
from commsvc.indicators.units import in_words
from commsvc.printed import Interval, Printed, read
from commsvc.printed.unit_table import CONVERSIONS

if TYPE_CHECKING:
    from pandas import DataFrame


def visits_per_head(visits: Value, population: Value) -> Ratio:
    """Visits in a period for each person of the population.

    Parameters
    ----------
    visits : a flow of visits (人次); persons are refused
    population : persons (a stock), the people whose visits they are

    Examples
    --------
    >>> print(visits_per_head("32.57万人次", "近97万"))
    0.3358 [0.3357 to 0.3393] visits per head
    >>> visits_per_head("32.57万人", "近97万")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: '32.57万人' is printed in persons, not visits; ...
    """
    return per(
        expect(visits, "visits", role="visits", kind="flow"),
        expect(population, "persons", role="the population", kind="stock"),
        unit="visits per head",
        method="visits per head",
    )


def visits_per_staff_day(visits: Value, staff: Value, working_days: float) -> Ratio:
    """Visits a year for each member of staff and working day.

    Parameters
    ----------
    working_days : days worked in the period of the visits (251 in a Chinese year, 365 where the
        service never closes); there is no default because the answer hangs on it

    Examples
    --------
    >>> print(visits_per_staff_day("19.2万人次", 197, 250))
    3.8985 [3.8883 to 3.9086] visits per staff day
    """
    days = exact_number(working_days)
    if not 0 < days <= 366:
        raise CommsvcError(f"{working_days} working days", allowed="more than 0, at most 366")
    people = expect(staff, "persons", role="staff", kind="stock")
    staff_days = people.scaled(days, "staff days", kind="flow")
    note = f"{working_days:g} working days"
    return per(
        expect(visits, "visits", role="visits", kind="flow"),
        staff_days,
        unit="visits per staff day",
        method="visits per staff and day",
        note=note,
    )


def home_visit_share(home: Value, clinic: Value, *, counted_in: bool) -> Ratio:
    """Home visits as a share of all visits.

    Parameters
    ----------
    home, clinic : visits
    counted_in : whether the clinic figure already holds the home visits; a report that does not
        say has to be read both ways

    Examples
    --------
    >>> print(home_visit_share("1.48万人次", "19.2万人次", counted_in=True))
    0.0771 [0.0766 to 0.0775] share
    >>> print(home_visit_share("1.48万人次", "19.2万人次", counted_in=False))
    0.0716 [0.0712 to 0.072] share
    """
    at_home = expect(home, "visits", role="home visits", kind="flow")
    outpatient = expect(clinic, "visits", role="clinic visits", kind="flow")
    if counted_in:
        return share(at_home, outpatient, method="home-visit share (counted among the visits)")
    return share_of_sum(at_home, outpatient, method="home-visit share (beside the visits)")


def contact_share(community: Value, elsewhere: Value) -> Ratio:
    """Visits to community services as a share of all visits, theirs and other providers'.

    >>> print(contact_share(300, 700))
    0.3 [0.3] share
    """
    return share_of_sum(
        expect(community, "visits", role="visits to community services", kind="flow"),
        expect(elsewhere, "visits", role="visits elsewhere", kind="flow"),
        method="contact share of community services",
    )


def records_coverage(records: Measure, base: Value, *, unit: str) -> Ratio:
    """Health records kept per person (or household) of the base.

    Parameters
    ----------
    records : a *stock* of records, as a `Measure` that says whom they count; a year's new records
        (a flow) are no coverage and are refused
    base : the population, in `unit`
    unit : `persons` or `households`: what one record is about. A report that does not say needs
        ``records.counted_as("persons", why=…)`` and then the other reading beside it

    Examples
    --------
    >>> from commsvc.indicators.measure import measure
    >>> kept = measure("68.9万份", of="health records").counted_as("persons", why="one a person")
    >>> print(records_coverage(kept, "近97万", unit="persons"))
    0.7103 [0.7098 to 0.7182] share
    >>> made = measure("26万余份", kind="flow").counted_as("persons", why="one a person")
    >>> records_coverage(made, "近97万", unit="persons")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: records must be a stock, and 26万余份 persons (flow) is a flow; ...
    """
    kept = expect(records, unit, role="records", kind="stock")
    people = expect(base, unit, role="the population", kind="stock")
    ratio = per(kept, people, unit="share", method=f"records per {people.unit}")
    if ratio.values.low is not None and ratio.values.low > 1:
        note = "more records than the base holds: some are double, or the base is another"
        return replace(ratio, note=note)
    return ratio


def crude_rate(
    events: Measure, population: Value, *, scale: int = 1000, unit: str = "persons"
) -> Ratio:
    """Events per 1000 (or `scale`) of a population in a period.

    Parameters
    ----------
    events : a flow, as a `Measure` that says what happened
    population : the base, in `unit`

    Examples
    --------
    >>> from commsvc.indicators.measure import measure
    >>> print(crude_rate(measure(947, "episodes"), 3400))
    278.5294 [278.5294] episodes per 1000 persons
    """
    if not isinstance(events, Measure):
        raise CommsvcError(
            f"the events {events!r} do not say what they are",
            next_step='pass measure(947, "episodes")',
        )
    if events.kind != "flow":
        raise CommsvcError(f"{events} is a stock: a rate counts what happens in a period")
    base = expect(population, unit, role="the population")
    return per(events, base, scale=scale, method="crude rate")


def cost_per_visit(cost: Value, visits: Value) -> Ratio:
    """Yuan spent for each visit.

    >>> print(cost_per_visit("1478.7万元", "32.57万人次"))
    45.4007 [45.3922 to 45.4092] yuan per visit
    """
    return per(
        expect(cost, "yuan", role="the cost"),
        expect(visits, "visits", role="visits", kind="flow"),
        unit="yuan per visit",
        method="cost per visit",
    )


def visit_revenue(visits: Value, cost: Value) -> Measure:
    """What the visits of a period came to in all, at a cost (yuan) per visit.

    >>> print(visit_revenue("32.57万人次", "45.4元"))
    14768227.5 to 14805337.5 yuan (visits × cost per visit, flow)
    >>> visit_revenue("32.57万人次", "45.4元").face
    Fraction(14786780, 1)
    """
    seen = expect(visits, "visits", role="visits", kind="flow")
    each = expect(cost, "yuan", role="the cost per visit")
    face = None if seen.face is None or each.face is None else seen.face * each.face
    values = seen.values * each.values
    return Measure(values, "yuan", "flow", "visits × cost per visit", face, "", f"{each} a visit")


def implied_cost_elsewhere(cost_here: Value, fraction: str = "1/3") -> Measure:
    """The cost per visit elsewhere, where the cost here is a printed fraction of it.

    >>> print(implied_cost_elsewhere("45.4元", "1/3"))
    136.05 to 136.35 yuan (implied cost per visit elsewhere)
    """
    here = expect(cost_here, "yuan", role="the cost here")
    part = _fraction(fraction)
    scale = part.face * CONVERSIONS.get(part.unit, ("", Fraction(1)))[1] if part.face else None
    face = here.face / scale if here.face is not None and scale else None
    values = here.values / part.in_base_unit()
    return Measure(
        values,
        "yuan",
        here.kind,
        "implied cost per visit elsewhere",
        face,
        "",
        f"{here} = {fraction}",
    )


def substitution(
    cost_here: Value,
    visits_elsewhere: Value,
    *,
    cost_elsewhere: Value | None = None,
    fraction: str = "",
    shares_moved: Mapping[str, float] | None = None,
) -> DataFrame:
    """What would be saved if a share of the visits elsewhere came here: a scenario, not a finding.

    It supposes that a visit moved costs what a visit here costs now and treats the same case.

    Parameters
    ----------
    cost_here : yuan a visit
    visits_elsewhere : visits that could move
    cost_elsewhere : yuan a visit; or, instead,
    fraction : cost here as a printed fraction of the cost elsewhere, as ``"1/3"``; then a visit
        moved saves cost here × (1/fraction − 1), sharper than the difference of two ranges
    shares_moved : scenario -> share of them that moves; 5, 10 and 20 % where left out

    Returns
    -------
    DataFrame `group, count` (share moved), `base` (visits as given), `estimate, low, high` (yuan
    saved), `unit, method, note`

    Examples
    --------
    >>> substitution("45.4元", 100_000, fraction="1/3", shares_moved={"a tenth": 0.1})[
    ...     ["estimate", "low", "high"]]
       estimate       low      high
    0  908000.0  907000.0  909000.0
    """
    import pandas as pd

    here = expect(cost_here, "yuan", role="the cost here")
    if (cost_elsewhere is None) == (not fraction):
        raise CommsvcError("give the cost elsewhere or the fraction, one of the two")
    if cost_elsewhere is None:
        factor = Interval.point(1) / _fraction(fraction).in_base_unit() - 1
        elsewhere = implied_cost_elsewhere(here, fraction)
        saving = replace(elsewhere - here, values=here.values * factor)
    else:
        saving = expect(cost_elsewhere, "yuan", role="the cost elsewhere", kind=here.kind) - here
    visits = expect(visits_elsewhere, "visits", role="visits elsewhere", kind="flow")
    rows = []
    for name, part in (shares_moved or {"5 %": 0.05, "10 %": 0.1, "20 %": 0.2}).items():
        moved = exact_number(part)
        if not 0 <= moved <= 1:
            raise CommsvcError(f"{name}: a share of {part}", allowed="0 to 1")
        low, high = bounds(saving.values * visits.values * moved)
        known = saving.face is not None and visits.face is not None
        face = Fraction(saving.face * visits.face * moved) if known else None  # type: ignore[operator]
        note = f"scenario: {in_words(Interval.point(moved * 100))} % of {visits} move"
        rows.append(
            {
                "group": name,
                "count": float(moved),
                "base": None if visits.face is None else float(visits.face),
                "estimate": None if face is None else float(face),
                "low": low,
                "high": high,
                "unit": "yuan",
                "method": "substitution scenario",
                "note": note,
            }
        )
    return pd.DataFrame(rows)


def _fraction(fraction: str) -> Printed:
    part = read(fraction)
    if part.values is None or 0 in part.values or part.base_unit:
        raise CommsvcError(f"{fraction!r} is no fraction to divide by", allowed='"1/3", "33%"')
    return part
