"""Who uses the services, how much, where first, and at what cost.

From totals (`visits_per_head`, `visit_revenue` …): plain numbers, figures as printed or a
`Measure`, with what the figures allow carried through exactly. From records (`two_week`,
`referrals` …): any data frame Narwhals takes, over `commsvc.survey.ratios`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.counted_units import bounds, exact_number, in_words
from commsvc.indicators.frames import column_values, in_order, yes_or_no
from commsvc.indicators.measure import Measure, Value, expect
from commsvc.indicators.ratio import Ratio, per, share, share_of_sum
from commsvc.inference.design import Design
from commsvc.printed import Interval, Printed, read
from commsvc.survey.ratios import ratios, shares_with_unknown
from commsvc.words.messages import joined, message

if TYPE_CHECKING:
    from pandas import DataFrame

COUNTED: Final = ("persons", "episodes")


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
    people = expect(population, "persons", role="the population", kind="stock")
    name = message("visits per head")
    return per(_visits(visits), people, unit="visits per head", method=name)


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
    return per(
        _visits(visits),
        people.scaled(days, "staff days", kind="flow"),
        unit="visits per staff day",
        method=message("visits per staff and day"),
        note=message("{days} working days", days=f"{working_days:g}"),
    )


def cost_per_visit(cost: Value, visits: Value) -> Ratio:
    """Yuan spent for each visit.

    >>> print(cost_per_visit("1478.7万元", "32.57万人次"))
    45.4007 [45.3922 to 45.4092] yuan per visit
    """
    spent = expect(cost, "yuan", role="the cost")
    return per(spent, _visits(visits), unit="yuan per visit", method=message("cost per visit"))


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
    at_home, outpatient = _visits(home), _visits(clinic)
    if counted_in:
        within = message("home-visit share (counted among the visits)")
        return share(at_home, outpatient, method=within)
    beside = message("home-visit share (beside the visits)")
    return share_of_sum(at_home, outpatient, method=beside)


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
    method = message("records per {unit}", unit=people.unit)
    ratio = per(kept, people, unit="share", method=method)
    if ratio.values.low is not None and ratio.values.low > 1:
        double = message(
            "more records than the base holds: some are double, or the base is another"
        )
        return replace(ratio, note=double)
    return ratio


def visit_revenue(visits: Value, cost: Value) -> Measure:
    """What the visits of a period came to in all, at a cost (yuan) per visit.

    >>> print(visit_revenue("32.57万人次", "45.4元"))
    14768227.5 to 14805337.5 yuan (visits × cost per visit, flow)
    >>> visit_revenue("32.57万人次", "45.4元").face
    Fraction(14786780, 1)
    """
    seen, each = _visits(visits), expect(cost, "yuan", role="the cost per visit")
    face = None if seen.face is None or each.face is None else seen.face * each.face
    note = message("{each} a visit", each=str(each))
    values = seen.values * each.values
    return Measure(values, "yuan", "flow", "visits × cost per visit", face, "", note)


def implied_cost_elsewhere(cost_here: Value, fraction: str = "1/3") -> Measure:
    """The cost per visit elsewhere, where the cost here is a printed fraction of it.

    >>> print(implied_cost_elsewhere("45.4元", "1/3"))
    136.05 to 136.35 yuan (implied cost per visit elsewhere)
    """
    here, part = expect(cost_here, "yuan", role="the cost here"), _fraction(fraction)
    size = part.in_base_unit()
    exact = size.low if size.low == size.high else None
    face = None if here.face is None or not exact else here.face / exact
    note = message("{here} = {fraction}", here=str(here), fraction=fraction)
    of = "implied cost per visit elsewhere"
    return Measure(here.values / size, "yuan", here.kind, of, face, "", note)


def substitution(
    cost_here: Value,
    visits_elsewhere: Value,
    *,
    fraction: str,
    shares_moved: Mapping[str, float] | None = None,
) -> DataFrame:
    """What would be saved if a share of the visits elsewhere came here: a scenario, not a finding.

    It supposes that a visit moved costs what a visit here costs now and treats the same case; it
    then saves cost here × (1/fraction − 1).

    Parameters
    ----------
    cost_here : yuan a visit
    visits_elsewhere : visits that could move
    fraction : cost here as a printed fraction of the cost elsewhere, as ``"1/3"``
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

    here, visits = expect(cost_here, "yuan", role="the cost here"), _visits(visits_elsewhere)
    elsewhere = implied_cost_elsewhere(here, fraction)
    saved = here.values * (Interval.point(1) / _fraction(fraction).in_base_unit() - 1)
    known = None not in (here.face, elsewhere.face, visits.face)
    base = None if visits.face is None else float(visits.face)
    rows = []
    for name, part in (shares_moved or {"5 %": 0.05, "10 %": 0.1, "20 %": 0.2}).items():
        moved = exact_number(part)
        if not 0 <= moved <= 1:
            raise CommsvcError(f"{name}: a share of {part}", allowed="0 to 1")
        face = (elsewhere - here).face * visits.face * moved if known else None  # type: ignore[operator]
        percent = in_words(Interval.point(moved * 100))
        note = message(
            "scenario: {percent} % of {visits} move", percent=percent, visits=str(visits)
        )
        low, high = bounds(saved * visits.values * moved)
        estimate = None if face is None else float(face)
        rows.append((name, float(moved), base, estimate, low, high, note))
    columns = ["group", "count", "base", "estimate", "low", "high", "note"]
    table = pd.DataFrame(rows, columns=columns).assign(unit="yuan")
    return table.assign(method=message("substitution scenario"))


def two_week_rate(count: Value, surveyed: Value, *, count_of: str) -> Ratio:
    """Two-week visit (or illness) rate among those surveyed (National Health Services Survey).

    Parameters
    ----------
    count : persons with at least one, or episodes; printed or plain
    surveyed : persons asked
    count_of : `persons` or `episodes` — the two rates differ (849 persons had 947 episodes) and a
        report that gives one without saying which cannot be compared, so there is no default

    Examples
    --------
    >>> print(two_week_rate(849, 3400, count_of="persons"))
    0.2497 [0.2497] share
    >>> print(two_week_rate(947, 3400, count_of="episodes"))
    0.2785 [0.2785] episodes per person
    >>> two_week_rate("947人次", 3400, count_of="persons")
    Traceback (most recent call last):
    ...
    commsvc.errors.CommsvcError: '947人次' is printed in visits, not persons; ...
    """
    asked = expect(surveyed, "persons", role="those surveyed", kind="stock")
    found = expect(count, _way(count_of), role=f"the {count_of}")
    name = message("two-week visit rate")
    if count_of == "persons":
        return share(found, asked, method=name)
    return per(found, asked, unit="episodes per person", method=name)


def two_week(
    frame: Any,
    episodes: str,
    *,
    count_of: str,
    by: str | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> DataFrame:
    """Two-week rate from answers, one row a person.

    Parameters
    ----------
    frame : any data frame
    episodes : column with the number in the two weeks, 0 included; a missing answer leaves both
        counts and is said in `note`
    count_of : `persons` or `episodes`, as in `two_week_rate`
    by, design, confidence : as in `commsvc.survey.ratios.ratios`

    Returns
    -------
    DataFrame as `ratios`, a row a group. Of episodes in a sample the interval is that of the mean
    number a person, because episodes of one person are not independent.

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"visits": [0, 2, 0, 1, None]})
    >>> two_week(answers, "visits", count_of="persons", design="census")[["count", "base"]]
       count  base
    0    2.0   4.0
    >>> two_week(answers, "visits", count_of="episodes", design="census")["estimate"].item()
    0.75
    """
    import narwhals as nw

    number, unit = nw.col(episodes), "episodes per person"
    _refuse_parts(frame, episodes)
    if _way(count_of) == "persons":
        number, unit = number > 0, "share"
    of = {"two-week visit rate": (number, None, unit)}
    return ratios(frame, of, design=design, by=by, confidence=confidence)


def unmet_need(
    frame: Any,
    *,
    needed: str,
    obtained: str,
    by: str | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> DataFrame:
    """Those who needed a service and did not get it, among those who needed it.

    Parameters
    ----------
    frame : one row a person
    needed, obtained : columns of yes/no (`True`/`False`, 1/0, "是"/"否"); who did not need it
        leaves the base, and who is in need and did not answer leaves it, too, counted in `note`
    by, design, confidence : as in `commsvc.survey.ratios.ratios`

    Examples
    --------
    >>> import pandas as pd
    >>> answers = pd.DataFrame({"need": [1, 1, 1, 1, 0], "got": [1, 0, 1, 1, 1]})
    >>> unmet_need(answers, needed="need", obtained="got", design="census")[["count", "base"]]
       count  base
    0    1.0   4.0
    """
    need, got = (
        [yes_or_no(cell, name) for cell in column_values(frame, name)]
        for name in (needed, obtained)
    )
    # In need is 1; without is 1 of those, and missing where nobody knows.
    inside = [float(bool(n)) for n in need]
    without = [
        np.nan if n and o is None else float(bool(n) and o is False)
        for n, o in zip(need, got, strict=True)
    ]
    silent = need.count(None)
    said = message("{n} did not say whether they needed it", n=silent) if silent else ""
    made = _with_columns(frame, design, by, without=without, inside=inside)
    of = {"unmet need": ("without", "inside", "share")}
    found = ratios(made, of, design=design, by=by, confidence=confidence)
    return found.assign(note=[joined([note, said]) for note in found["note"]])


def referrals(
    frame: Any,
    *,
    source: str,
    target: str,
    levels: Sequence[str],
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """Referrals up, down and sideways between levels of care, and their balance.

    Parameters
    ----------
    frame : one row a referral
    source, target : columns with the level that refers and the one referred to
    levels : the levels from the lowest up, as ``["station", "centre", "hospital"]``
    design : `census` (all referrals of the place), or how those whose referrals they are were
        drawn; the referrals of one person go together: ``Design.sample(clusters="person")``

    Returns
    -------
    DataFrame as `ratios`: `level` is `up`, `down`, `sideways` (shares of all referrals) and
    `balance` (down per up). A balance without a referral up has no base and is left out.

    Raises
    ------
    CommsvcError : an unknown level, no referral

    Examples
    --------
    >>> import pandas as pd
    >>> sent = pd.DataFrame({"from": ["station", "station", "centre", "hospital"],
    ...                      "to": ["centre", "hospital", "hospital", "station"]})
    >>> table = referrals(sent, source="from", target="to",
    ...                   levels=["station", "centre", "hospital"])
    >>> table[["level", "count", "base", "estimate"]]
          level  count  base  estimate
    0        up    3.0   4.0  0.750000
    1      down    1.0   4.0  0.250000
    2  sideways    0.0   4.0  0.000000
    3   balance    1.0   3.0  0.333333
    """
    rank = {level: position for position, level in enumerate(levels)}
    pairs = column_values(frame, source, target)
    for number, pair in enumerate(pairs):
        for level in pair:
            if level not in rank:
                raise unknown_name("level", level, levels, where=f"row {number}")
    if not pairs:
        raise CommsvcError("the table holds no referral")
    steps = np.array([np.sign(rank[taker] - rank[giver]) for giver, taker in pairs])
    ways = {name: (steps == way).astype(float) for name, way in _WAYS.items()}
    made = _with_columns(frame, design, None, **ways)
    of: dict[str, Any] = {name: (name, None, "share") for name in _WAYS}
    if (steps > 0).any():
        of["balance"] = ("down", "up", "referrals per referral")
    return ratios(made, of, design=design, confidence=confidence)


_WAYS: Final = {"up": 1, "down": -1, "sideways": 0}


def insurance(
    frame: Any,
    *,
    cost: str,
    paid: str,
    by: str | None = None,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """Reimbursement by level of care: does going to the community service pay for the patient?

    Parameters
    ----------
    frame : one row a visit
    cost, paid : columns in yuan: the bill, and what insurance paid of it (0 where none)
    by : column of groups, such as the level of care
    design : `census` (all visits), or how the visits or their persons were drawn; the visits of
        one person go together: ``Design.sample(clusters="person")``

    Returns
    -------
    DataFrame as `ratios`, three rows a group, `level` `reimbursed share` (Σ paid / Σ cost), `visits
    with reimbursement` (share of visits), `out of pocket` (yuan a visit)

    Raises
    ------
    CommsvcError : more paid than billed

    Examples
    --------
    >>> import pandas as pd
    >>> bills = pd.DataFrame({"level": ["station", "station", "hospital"],
    ...                       "cost": [40, 60, 200], "paid": [0, 30, 100]})
    >>> insurance(bills, cost="cost", paid="paid", by="level")[["group", "level", "estimate"]]
          group                      level  estimate
    0  hospital           reimbursed share       0.5
    1  hospital  visits with reimbursement       1.0
    2  hospital              out of pocket     100.0
    3   station           reimbursed share       0.3
    4   station  visits with reimbursement       0.5
    5   station              out of pocket      35.0
    """
    import narwhals as nw

    of = {
        "reimbursed share": (paid, cost, "share"),
        "visits with reimbursement": (nw.col(paid) > 0, None, "share"),
        "out of pocket": (nw.col(cost) - nw.col(paid), None, "yuan per visit"),
    }
    return ratios(frame, of, design=design, by=by, confidence=confidence)


def first_contact(
    frame: Any,
    *,
    person: str,
    when: str,
    place: str,
    community: Collection[str],
    by: str | None = None,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """The share of persons whose first visit was to community services.

    Parameters
    ----------
    frame : one row a visit
    person, when, place : columns; `when` is a date, a time or a number, all of one kind; dates may
        be text (`2023-1-9`). A place that is missing may be of either kind
    community : the values of `place` that are community services
    by : column of groups; one for all visits of a person
    design : `census`, or how the persons were drawn, by columns that say the same in all rows of a
        person

    Returns
    -------
    DataFrame as `shares_with_unknown`. Where a first day has visits to both, either may have been
    first: `low` to `high` holds both, with the sampling error of each end.

    Raises
    ------
    CommsvcError : a visit without person or date, no such place, a person in two groups or with two
        weights

    Examples
    --------
    >>> import pandas as pd
    >>> seen = pd.DataFrame({"id": [1, 1, 2, 3, 3], "day": [1, 2, 1, 4, 4],
    ...                      "at": ["station", "hospital", "hospital", "station", "hospital"]})
    >>> first_contact(seen, person="id", when="day", place="at", community={"station"})[
    ...     ["base", "low", "high"]].round(4)
       base     low    high
    0   3.0  0.3333  0.6667
    """
    import pandas as pd

    if isinstance(community, str) or not community:
        raise CommsvcError("say which places are community services", allowed="a set of names")
    own = _own_columns(design, by)
    names = list(dict.fromkeys([person, when, place, *own]))
    visits = pd.DataFrame(column_values(frame, *names), columns=names, dtype=object)
    if not len(visits):
        raise CommsvcError("the table holds no visit")
    if visits[[person, when]].isna().any(axis=None):
        at = int(visits[[person, when]].isna().any(axis=1).to_numpy().argmax())
        raise CommsvcError("a visit without person or date has no order", where=f"row {at}")
    _refuse_misspelt(community, visits[place])
    for name in own:
        if (visits.groupby(person)[name].nunique(dropna=False) > 1).any():
            raise CommsvcError(f"a person has two values of {name!r}", allowed="one for all visits")
    visits["when"] = in_order(list(visits[when]), when)
    of_person = visits.groupby(person, sort=False)
    # A place nobody wrote down may be of either kind, as two kinds on one day may be first.
    on_first = visits[visits["when"] == of_person["when"].transform("min")]
    known = on_first.assign(
        sure=on_first[place].isin(community),
        may=on_first[place].isin(community) | on_first[place].isna(),
    ).groupby(person, sort=False)
    people = of_person[[person, *own]].first() if own else of_person[[person]].first()
    people = people.assign(sure=known["sure"].all(), may=known["may"].any()).infer_objects()
    of = {"first contact": ("sure", "may")}
    return shares_with_unknown(people, of, design=design, by=by, confidence=confidence)


def standardised_rate(events: Any, people: Any, standard: Any) -> float:
    """A directly standardised rate: Σ s·(events/people) / Σ s over the strata (ages, needs).

    What the rate would be if the place were made up like the standard. Its interval where events
    came by chance is `commsvc.inference.rates.standardised_rate` (Fay & Feuer 1997); of a survey:
    ``by_design(lambda w: standardised_rate(w @ (y[:, None] * strata), w @ strata, s), sample)``;
    over printed figures: ``over_printed(standardised_rate, {"events": …, "people": …, "standard":
    …}, rises="events", falls="people")``.

    Parameters
    ----------
    events, people, standard : (k,) by stratum: events, whom they happened to, standard population

    Raises
    ------
    CommsvcError : a stratum of nobody that the standard has, a negative number

    Examples
    --------
    >>> round(standardised_rate([10, 30], [1000, 500], [3000, 750]), 4)
    0.02
    """
    x, n, s = (np.asarray(v, dtype=float) for v in (events, people, standard))
    if not x.shape == n.shape == s.shape or min(x.min(), n.min(), s.min()) < 0 or s.sum() <= 0:
        raise CommsvcError(
            "events, people and standard do not pair", allowed="one of each a stratum, 0 or more"
        )
    if ((n == 0) & (s > 0)).any():
        raise CommsvcError("nobody is in a stratum of the standard", next_step="join strata")
    return float((s * x / np.where(n > 0, n, 1)).sum() / s.sum())


def _visits(value: Value) -> Measure:
    return expect(value, "visits", role="visits", kind="flow")


def _fraction(fraction: str) -> Printed:
    part = read(fraction)
    if part.values is None or 0 in part.values or part.base_unit:
        raise CommsvcError(f"{fraction!r} is no fraction to divide by", allowed='"1/3", "33%"')
    return part


def _way(count_of: str) -> str:
    if count_of not in COUNTED:
        raise unknown_name("way of counting", count_of, COUNTED)
    return count_of


def _refuse_parts(frame: Any, column: str) -> None:
    """Refuse numbers of episodes that are no whole numbers."""
    import narwhals as nw

    table = nw.from_native(frame).lazy()
    if column not in table.collect_schema().names():
        raise unknown_name("column", column, table.collect_schema().names())
    if not table.collect_schema()[column].is_numeric():
        raise CommsvcError(f"{column!r} holds no numbers", allowed="0, 1, 2 …")
    number = nw.col(column).cast(nw.Float64())
    if table.filter((number % 1 > 0) | (number < 0)).head(1).collect().shape[0]:
        raise CommsvcError(f"{column!r} holds no number of episodes", allowed="0, 1, 2 …")


def _own_columns(design: Design | str, by: str | None) -> list[str]:
    """The columns that groups and design need, of each row."""
    named = [by]
    if isinstance(design, Design):
        named += [design.weights, design.strata, *design.clusters[:1], design.stratum_sizes]
    return [name for name in dict.fromkeys(named) if name]


def _with_columns(frame: Any, design: Design | str, by: str | None, **columns: Any) -> DataFrame:
    """What groups and design need, with new columns beside."""
    import pandas as pd

    own = _own_columns(design, by)
    return pd.DataFrame({name: column_values(frame, name) for name in own} | columns)


def _refuse_misspelt(community: Collection[str], places: Any) -> None:
    """A kind of place without a visit is fine; one spelt otherwise is not."""
    seen = {place for place in places if place is not None and place == place}
    for name in sorted(set(community) - seen, key=str):
        if get_close_matches(str(name), map(str, seen)) or not seen & set(community):
            raise unknown_name("place", name, sorted(map(str, seen)))
