"""Is there enough of it: facilities, staff, room and money against a standard.

Figures are plain numbers, printed (``"近97万"``) or a `Measure`; what they allow is carried through
exactly. Rates are `commsvc.indicators.ratio.per`: staff for 1000 residents, floor area a service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import ceil, pi, sqrt
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import bounds, exact_number, in_words
from commsvc.indicators.measure import Measure, Value, expect
from commsvc.indicators.ratio import per
from commsvc.indicators.scenarios import tidy
from commsvc.printed import Interval, before_rounding
from commsvc.words.messages import joined, message

if TYPE_CHECKING:
    from pandas import DataFrame

POSITIVE: Final = Interval(Fraction(0), None, False, False)


def residents_per_facility(
    residents: Value,
    facilities: Value,
    *,
    standard: Value | None = None,
    facility: str = "centres",
) -> DataFrame:
    """Residents for each facility, and where a standard's band puts that.

    Parameters
    ----------
    residents : persons the facilities are for
    facilities : how many of them there are, in the unit `facility`
    standard : the band of residents per facility, as ``"3—10万人"`` or an `Interval`
    facility : what is counted: `centres`, `stations` …; a count of something else is refused

    Returns
    -------
    DataFrame of one row: `numerator, denominator, count, base, estimate, low, high, unit, method,
    note`, and with a standard `standard_low, standard_high, verdict` (`below`, `within`, `above`
    the band, or `undecided` where the figures allow more than one), `needed_low, needed_high`
    (`facilities_needed`)

    Examples
    --------
    >>> table = residents_per_facility("近97万", 63, standard="0.5—1万人", facility="stations")
    >>> table[["estimate", "verdict", "needed_low", "needed_high"]]
           estimate verdict  needed_low  needed_high
    0  15396.825397   above          97          193
    """
    people = expect(residents, "persons", role="residents", kind="stock")
    count = expect(facilities, facility, role="facilities", kind="stock")
    ratio = per(people, count, method=message("residents per facility"))
    table = tidy(ratio)
    if standard is None:
        return table
    band = _band(standard)
    ends, needed = bounds(band), facilities_needed(people, band)
    table = table.assign(
        standard_low=ends[0], standard_high=ends[1], verdict=verdict_of(ratio.values, band)
    )
    table["needed_low"], table["needed_high"] = needed
    return table.astype({"needed_low": "Int64", "needed_high": "Int64"})


def facilities_needed(residents: Value, standard: Value) -> tuple[int, int | None]:
    """The fewest and the most facilities with which each would serve a number within the band.

    Parameters
    ----------
    residents : persons to be served
    standard : residents per facility: a band, or one number (then the fewest that suffice, for
        the least and the greatest possible population)

    Returns
    -------
    (fewest, most); most is `None` where the figure for residents has no upper end. Where no whole
    number fits the band, both are the fewest that keep every facility at or below its top.

    Examples
    --------
    >>> facilities_needed("近97万", "3—10万人"), facilities_needed("80万人以上", "3—10万人")
    ((10, 32), (8, None))
    >>> facilities_needed(620_000, 5_000)
    (124, 124)
    """
    people = expect(residents, "persons", role="residents", kind="stock").values
    band = _band(standard)
    fit = people / band
    fewest, most = whole_up(fit)
    if band.low == band.high or most is None:
        return fewest, most
    fits = fit.whole()
    return (fewest, fits[-1]) if fits else (fewest, fewest)


def verdict_of(values: Interval, band: Interval) -> str:
    """Whether every possible value lies `below`, `within` or `above` a band; else `undecided`.

    >>> verdict_of(Interval.of(64000, 64667), Interval.of(30000, 100000))
    'within'
    >>> verdict_of(Interval.of(53333, None), Interval.of(30000, 100000))
    'undecided'
    """
    if values.empty or band.empty:
        raise CommsvcError("an empty set of values has no verdict")
    if not values.overlaps(Interval(band.low, None, band.low_closed, False)):
        return "below"
    if not values.overlaps(Interval(None, band.high, False, band.high_closed)):
        return "above"
    return "within" if values.intersect(band) == values else "undecided"


def planned_against_needed(
    villages: Value, planned: Value, *, villages_each: Value = 6
) -> DataFrame:
    """Centres planned against those needed at so many villages a centre.

    Returns
    -------
    DataFrame of one row: `villages_low, villages_high, planned_low, planned_high, needed_low,
    needed_high, surplus_low, surplus_high` (planned less needed), `unit`

    Examples
    --------
    >>> row = planned_against_needed(54, 13).iloc[0]
    >>> row["needed_low"], row["surplus_low"]
    (np.int64(9), np.int64(4))
    """
    have = expect(planned, "centres", role="planned centres").values
    served = expect(villages, "villages", role="villages").values
    low, high = whole_up(served / expect(villages_each, "villages", role="villages each").values)
    if high is None or not have.bounded:
        raise CommsvcError("villages and planned centres need an upper end here")
    plan = have.whole()
    ends = {
        "villages": bounds(served),
        "planned": (plan[0], plan[-1]),
        "needed": (low, high),
        "surplus": (plan[0] - high, plan[-1] - low),
    }
    return _row(ends, unit="centres")


def staff_needed(
    residents: Value, residents_each: Value = 5000, *, of: str = "general practitioners"
) -> Measure:
    """Staff a ratio standard asks for: residents over residents each, rounded up to a person.

    Parameters
    ----------
    residents : persons to be served
    residents_each : the standard, as 5000 for 1:5000; a band gives the whole range
    of : the cadre the standard is about; a gap can only be taken with staff of the same cadre

    Examples
    --------
    >>> print(staff_needed("近97万"))
    193 to 194 persons (general practitioners)
    >>> print(staff_needed("80万人以上"))
    ≥ 160 persons (general practitioners)
    """
    people = expect(residents, "persons", role="residents", kind="stock")
    each = expect(residents_each, "persons", role="residents each", exact=True)
    if 0 in each.values:
        raise CommsvcError("a standard of no residents each needs staff without end")
    low, high = whole_up(people.values / each.values)
    face = None
    if people.face is not None and each.face is not None:
        face = Fraction(ceil(people.face / each.face))
    said = str(each.text or each.face or each.values)
    note = message("1 to {each} residents, rounded up", each=said)
    return Measure(Interval.of(low, high), "persons", "stock", of, face, "", note)


def staff_gap(needed: Measure, available: Value) -> DataFrame:
    """Need less staff there are; a positive gap is a shortage.

    Parameters
    ----------
    needed : from `staff_needed` or `wisn`, a measure that names its cadre
    available : persons; a `Measure` that names another cadre is refused. Doctors *and* nurses are
        not doctors: say ``staff.some_of("general practitioners")`` and the gap gets its range

    Returns
    -------
    DataFrame of one row: `needed_low, needed_high, available_low, available_high, low, high` (the
    gap), `covered_low, covered_high` (available over needed), `unit, note`

    Examples
    --------
    >>> from commsvc.indicators.measure import measure
    >>> need = staff_needed(620_000)
    >>> trained = measure(120, "persons", of="doctors and nurses")
    >>> staff_gap(need, trained.some_of("general practitioners"))[["low", "high"]]
       low   high
    0  4.0  124.0
    >>> staff_gap(need, trained)
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: the need is for general practitioners and 120 persons (doctors and
    nurses) are not only that; ...
    """
    need = expect(needed, "persons", role="the need", kind="stock")
    have = expect(available, "persons", role="staff available", kind="stock")
    if have.of and have.of != need.of:
        raise CommsvcError(
            f"the need is for {need.of} and {have} are not only that",
            allowed=f"staff who are {need.of}",
            next_step=f".some_of({need.of!r}) gives those among them, with bounds",
        )
    covered = per(have, need).values if need.values.high != 0 else Interval(None, None)
    sets = {"needed": need.values, "available": have.values, "": need.values - have.values}
    ends = {name: bounds(values) for name, values in (sets | {"covered": covered}).items()}
    return _row(ends, unit=f"persons ({need.of})", note=joined([need.note, have.note]))


def implied_population(
    staff: Value, residents_each: Value = 5000, *, rule: str = "up", of: str = ""
) -> Measure:
    """The population from which a printed staff need must have been worked out.

    Parameters
    ----------
    staff : the printed need
    rule : how the need was made whole: `up` (a person more for any remainder), `half_up`, …;
        `exact` for no rounding at all

    Examples
    --------
    >>> print(implied_population(124).values, implied_population(124, rule="exact").values)
    (615000, 620000] {620000}
    """
    count = expect(staff, "persons", role="staff").values
    each = expect(residents_each, "persons", role="residents each", exact=True)
    if count.low is None or count.low != count.high:
        raise CommsvcError("the printed need must be one number")
    before = count if rule == "exact" else before_rounding(count.low, Fraction(1), rule)
    note = message(
        "implied by a need of {count} at {each} residents each ({rule})",
        count=int(count.low), each=in_words(each.values), rule=rule,
    )  # fmt: skip
    face = None if each.face is None else count.low * each.face
    values = before * each.values
    return Measure(values, "persons", "stock", of or "implied population", face, "", note)


def subsidy(
    residents: Value,
    per_head: Value = "15元",
    *,
    shares: Sequence[int | Fraction | float] = (1,),
    levels: Sequence[str] = ("total",),
) -> DataFrame:
    """What a subsidy a head comes to in a year, and who pays which part of it.

    Parameters
    ----------
    residents : persons it is paid for
    per_head : yuan a person and year; a rule, so an unhedged figure is exact
    shares, levels : how the levels of government divide it, as ``(1, 2)`` and
        ``("city", "district")``

    Returns
    -------
    DataFrame `group` (level), `count` (its share), `base` (persons as printed), `estimate, low,
    high` (yuan a year), `unit, method, note`; the last row is the total where there are levels

    Examples
    --------
    >>> subsidy("近97万", 15, shares=(1, 2), levels=("city", "district"))[["group", "low", "high"]]
          group         low        high
    0      city   4800000.0   4850000.0
    1  district   9600000.0   9700000.0
    2     total  14400000.0  14550000.0
    """
    import pandas as pd

    people = expect(residents, "persons", role="residents", kind="stock")
    rate = expect(per_head, "yuan", role="the subsidy a head", exact=True)
    parts = [exact_number(share) for share in shares]
    if not parts or sum(parts) <= 0 or min(parts) < 0 or len(parts) != len(levels):
        raise CommsvcError(
            f"shares {list(shares)} of levels {list(levels)} divide nothing",
            allowed="a share from 0 up for each level, not all 0",
        )
    divided = dict(zip(levels, (part / sum(parts) for part in parts), strict=True))
    if len(divided) > 1:
        divided["total"] = Fraction(1)
    total = _times(people, rate)
    rows = [{"group": name, "count": float(s), **_yuan(total, s)} for name, s in divided.items()]
    table = pd.DataFrame(rows)
    table.insert(2, "base", None if people.face is None else float(people.face))
    said = message("{rate} a head for {people}", rate=rate.text or str(rate), people=str(people))
    note = joined([people.note, rate.note, said])
    return table.assign(method=message("subsidy per head"), note=note)


def equipment_budget(items: Mapping[str, tuple[Value, Value]]) -> DataFrame:
    """Facilities times the sum set for each kind, and their total.

    Parameters
    ----------
    items : kind of facility -> (how many, yuan for each); the sums are rules, so ``"5万元"`` is
        50 000 yuan and ``"15-20万元"`` a band

    Returns
    -------
    DataFrame `group, count` (facilities), `estimate, low, high` (yuan), `unit, method, note`

    Examples
    --------
    >>> equipment_budget({"centres": (15, "15-20万元"), "stations": (63, "5万元")})[
    ...     ["group", "low", "high"]]
          group        low       high
    0   centres  2250000.0  3000000.0
    1  stations  3150000.0  3150000.0
    2     total  5400000.0  6150000.0
    """
    import pandas as pd

    if not items:
        raise CommsvcError("no facility to equip", allowed="{'centres': (15, '15-20万元'), …}")
    rows: list[dict[str, Any]] = []
    total = Measure(Interval.point(0), "yuan", "flow", face=Fraction(0))
    for kind, (number, sum_each) in items.items():
        count = expect(number, kind, role=kind, kind="stock")
        each = expect(sum_each, "yuan", role=f"yuan for each of the {kind}", exact=True)
        amount = _times(count, each)
        total = total + amount
        note = message("{count} at {each} each", count=str(count), each=str(each))
        face = None if count.face is None else float(count.face)
        rows.append({"group": kind, "count": face, **_yuan(amount), "note": note})
    rows.append({"group": "total", "count": None, **_yuan(total), "note": ""})
    return pd.DataFrame(rows).assign(method=message("equipment budget"))


def service_area(radius_km: float, *, packing: str = "hexagonal") -> float:
    """The area in km² that one facility can serve within a radius.

    Parameters
    ----------
    radius_km : positive
    packing : `hexagonal` — its part where circles cover everything with the least overlap,
        3√3/2·r² (Kershner 1939); `circles` — the whole circle πr², of which neighbours share some

    Examples
    --------
    >>> round(service_area(2), 2), round(service_area(2, packing="circles"), 2)
    (10.39, 12.57)
    """
    areas = {"hexagonal": 1.5 * sqrt(3) * radius_km**2, "circles": pi * radius_km**2}
    if packing not in areas:
        raise CommsvcError(f"no packing {packing!r}", allowed=", ".join(areas))
    if not radius_km > 0:
        raise CommsvcError(f"a radius of {radius_km} km is not positive")
    return areas[packing]


def facilities_for_area(area_km2: float, radius_km: float, *, packing: str = "hexagonal") -> int:
    """Facilities that reach every point of an area within a radius (`service_area`, rounded up).

    With `circles` it is area/πr², a floor no layout reaches.

    >>> facilities_for_area(877, 2), facilities_for_area(877, 2, packing="circles")
    (85, 70)
    """
    if not area_km2 > 0:
        raise CommsvcError(f"an area of {area_km2} km² is not positive")
    return ceil(area_km2 / service_area(radius_km, packing=packing))


def implied_radius(area_km2: float, facilities: int) -> float:
    """The radius in km of a circle of each facility's share of the area: √(A/πn).

    >>> round(implied_radius(4 * pi, 1), 6)
    2.0
    """
    if not (area_km2 > 0 and facilities > 0):
        raise CommsvcError(f"area {area_km2} km² and {facilities} facilities must be positive")
    return sqrt(area_km2 / (pi * facilities))


def wisn(
    workloads: Mapping[str, tuple[float, float]],
    available_time: float,
    *,
    category_allowance: float = 0.0,
    individual_allowance: float = 0.0,
    actual: float | None = None,
) -> DataFrame:
    """Workload indicators of staffing need (WHO 2010, user's manual, chapter 4).

    Required staff = Σ workloadᵢ·timeᵢ/AWT × 1/(1 − CAS) + IAS/AWT. Of workloads as printed:
    ``over_printed(lambda n: wisn({"care": (n, 1.0)}, 1432)…, ["2.5万"], rises=True)``.

    Parameters
    ----------
    workloads : activity -> (units done in a year, time one unit takes)
    available_time : AWT of one person in a year, in the same unit of time
    category_allowance : CAS, the share of working time all staff spend on other things, in [0, 1)
    individual_allowance : IAS, the time a year that some staff together spend on further duties
    actual : staff there are; adds the difference (actual − required) and the WISN ratio

    Returns
    -------
    DataFrame `group, estimate, unit, method, note`: a row an activity, then `health service
    activities`, `category allowance factor`, `individual allowance factor`, `required staff`, and
    with `actual` `difference` and `WISN ratio` (below 1: pressure; missing where no work asks for
    staff). Unrounded: the manual's rounding of fractional staff is a policy, not a result.

    Raises
    ------
    CommsvcError : a negative workload or time, no available time, an allowance of all the time

    Examples
    --------
    >>> table = wisn({"care": (25_000, 1.0)}, 179 * 8, category_allowance=10 / 179, actual=15)
    >>> table.set_index("group")["estimate"].round(4).to_dict()
    {'care': 17.4581, 'health service activities': 17.4581, 'category allowance factor': 1.0592,
     'individual allowance factor': 0.0, 'required staff': 18.4911, 'difference': -3.4911,
     'WISN ratio': 0.8112}
    """
    import pandas as pd

    if not 0 <= category_allowance < 1:
        raise CommsvcError(
            f"a category allowance of {category_allowance}",
            allowed="a share of working time, from 0 to below 1",
            next_step="a time is turned into a share by dividing it by the available time",
        )
    numbers = [*sum(workloads.values(), ()), individual_allowance, actual or 0.0]
    if not workloads or min(numbers) < 0 or not available_time > 0:
        raise CommsvcError(
            f"workloads {dict(workloads)} in {available_time} of available time a year",
            allowed='{"care": (units a year, time of one)} from 0 up, and a time above 0',
        )
    rows = {name: units * time / available_time for name, (units, time) in workloads.items()}
    busy, factor = sum(rows.values()), 1 / (1 - category_allowance)
    extra = individual_allowance / available_time
    required = busy * factor + extra
    rows |= {
        "health service activities": busy,
        "category allowance factor": factor,
        "individual allowance factor": extra,
        "required staff": required,
    }
    if actual is not None:
        rows["difference"] = actual - required
        rows["WISN ratio"] = actual / required if required else float("nan")
    table = pd.DataFrame({"group": list(rows), "estimate": list(rows.values())})
    plain = table["group"].isin(["category allowance factor", "WISN ratio"])
    table["unit"] = plain.map({True: "", False: "staff"})
    return table.assign(method=message("WISN (WHO 2010)"), note="")


def whole_up(values: Interval) -> tuple[int, int | None]:
    """The least and greatest whole number that some value rounds up to.

    >>> whole_up(Interval.of(160, 194, low_closed=False, high_closed=False))
    (161, 194)
    """
    low = 0 if values.low is None else ceil(values.low)
    if values.low is not None and values.low == low and not values.low_closed:
        low += 1
    return low, None if values.high is None else ceil(values.high)


def _band(standard: Value) -> Interval:
    values = expect(standard, "persons", role="the standard", exact=True).values.intersect(POSITIVE)
    if values.empty:
        raise CommsvcError("a standard of no residents per facility")
    return values


def _times(one: Measure, each: Measure) -> Measure:
    """So many at so much each, in yuan a year."""
    face = None if one.face is None or each.face is None else one.face * each.face
    return Measure(one.values * each.values, "yuan", "flow", face=face)


def _yuan(amount: Measure, share: Fraction = Fraction(1)) -> dict[str, Any]:
    low, high = bounds(amount.values * share)
    face = None if amount.face is None else float(amount.face * share)
    return {"estimate": face, "low": low, "high": high, "unit": "yuan"}


def _row(ends: Mapping[str, tuple[Any, Any]], **also: Any) -> DataFrame:
    """One row with `low` and `high` of each name."""
    import pandas as pd

    row: dict[str, Any] = {}
    for name, (low, high) in ends.items():
        prefix = f"{name}_" if name else ""
        row[f"{prefix}low"], row[f"{prefix}high"] = low, high
    return pd.DataFrame([row | also])
