"""Where people go first, and where they are sent: from records of visits."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import by_group, column_values, in_order
from commsvc.indicators.measure import Value, expect, measure
from commsvc.indicators.ratio import UNIT_SHARE, Ratio, per, share
from commsvc.indicators.sampling import as_design, count_table, records_of
from commsvc.inference.design import Design
from commsvc.printed import Interval

if TYPE_CHECKING:
    from pandas import DataFrame

_DIRECTIONS: Final = ("up", "down", "sideways")


def referrals(
    frame: Any,
    *,
    source: str,
    target: str,
    levels: Sequence[str],
    visits: Value | None = None,
    person: str | None = None,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """Referrals up, down and sideways between levels of care, and their balance.

    Parameters
    ----------
    frame : one row a referral
    source, target : columns with the level that refers and the one referred to
    levels : the levels from the lowest up, as ``["station", "centre", "hospital"]``
    visits : visits at the referring level in the period; adds referrals per 100 visits
    person : column of persons: in a sample, the referrals of one person go together
    design : `census` (all referrals of the place), or how those whose referrals they are were
        drawn: `srs`, `unknown`, `Design.sample(weights=…, strata=…, clusters=…)`
    confidence : of the intervals of a sample (logit for shares, Student's for the balance)

    Returns
    -------
    DataFrame `group` (`up`, `down`, `sideways`: shares of all referrals; `balance`: down per up;
    with `visits` also `up per 100 visits` and `down per 100 visits`) and the columns of a tidy
    table, with `se` of a sample. A balance without a referral up has no base and is left out, which
    `up` shows.

    Raises
    ------
    CommsvcError : an unknown level, no referral, visits that are no visits; visits beside a sample
        of referrals (their ratio needs records of the visits: `from_records`)

    Examples
    --------
    >>> import pandas as pd
    >>> sent = pd.DataFrame({"from": ["station", "station", "centre", "hospital"],
    ...                      "to": ["centre", "hospital", "hospital", "station"]})
    >>> table = referrals(sent, source="from", target="to",
    ...                   levels=["station", "centre", "hospital"])
    >>> table[["group", "count", "base", "estimate"]]
          group  count  base  estimate
    0        up    3.0   4.0  0.750000
    1      down    1.0   4.0  0.250000
    2  sideways    0.0   4.0  0.000000
    3   balance    1.0   3.0  0.333333
    """
    rank = {level: position for position, level in enumerate(levels)}
    went = []
    for number, (giver, taker) in enumerate(column_values(frame, source, target)):
        for level in (giver, taker):
            if level not in rank:
                raise unknown_name("level", level, levels, where=f"row {number}")
        step = rank[taker] - rank[giver]
        went.append("up" if step > 0 else "down" if step < 0 else "sideways")
    if not went:
        raise CommsvcError("the table holds no referral")
    chosen = as_design(design)
    if chosen.allows_inference:
        if visits is not None:
            raise CommsvcError(
                "visits counted in all beside a sample of referrals",
                where=chosen.describe(),
                next_step="sum both over the records of visits: from_records(...)",
            )
        from commsvc.indicators.weighted import Sums, weighted_table

        is_ = {name: [float(way == name) for way in went] for name in _DIRECTIONS}
        sums: Sums = {
            name: (is_[name], None, ("referrals", "referrals", "share"), "share of referrals")
            for name in _DIRECTIONS
        }
        if "up" in went:
            words = ("referrals down", "referrals up", "referrals per referral")
            sums["balance"] = (is_["down"], is_["up"], words, "referrals down per referral up")
        return weighted_table(frame, sums, [""] * len(went), person, chosen, confidence)
    made = {
        name: measure(went.count(name), "referrals", kind="flow", of=f"{name} referrals")
        for name in _DIRECTIONS
    }
    everything = measure(len(went), "referrals", kind="flow", of="all referrals")
    rows: dict[str, Ratio] = {
        name: share(part, everything, method="share of referrals") for name, part in made.items()
    }
    if "up" in went:
        rows["balance"] = per(made["down"], made["up"], method="referrals down per referral up")
    if visits is not None:
        seen = expect(visits, "visits", role="visits", kind="flow")
        for name in ("up", "down"):
            rows[f"{name} per 100 visits"] = per(
                made[name], seen, scale=100, method="referrals per 100 visits"
            )
    return count_table(rows, chosen)


def first_contact(
    frame: Any,
    *,
    person: str,
    when: str,
    place: str,
    community: Collection[str],
    episode: str | None = None,
    by: str | None = None,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """The share of persons (or of their episodes) whose first visit was to community services.

    Parameters
    ----------
    frame : one row a visit
    person, when, place : columns; `when` is a date, a time or a number, all of one kind; dates may
        be text (`2023-1-9`). A place that is missing may be of either kind
    community : the values of `place` that are community services
    episode : column that tells one episode of a person from the next; with it episodes are counted
    by : column of groups; one for all visits of a person (of an episode)
    design : `census`, or how the persons were drawn: `srs`, `unknown`, `Design.sample(…)`, whose
        columns say the same in all rows of a person. Episodes of one person go together.
    confidence : of the interval of a sample (logit, as R's svyciprop)

    Returns
    -------
    DataFrame, a row a group, tidy, with `se` of a sample. Where a first day has visits to both,
    either may have been first: `low` to `high` holds both, with the sampling error of each end.

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
    ...     ["numerator", "denominator", "low", "high"]].round(4)
            numerator denominator     low    high
    0  1 to 2 persons   3 persons  0.3333  0.6667
    """
    import pandas as pd

    if isinstance(community, str) or not community:
        raise CommsvcError("say which places are community services", allowed="a set of names")
    chosen = as_design(design)
    named = [by, chosen.weights, chosen.strata, *chosen.clusters[:1], chosen.stratum_sizes]
    own = [name for name in dict.fromkeys(named) if name]
    keys = [person, *([episode] if episode else [])]
    wanted = list(dict.fromkeys([*keys, when, place, *own]))
    rows = [dict(zip(wanted, row, strict=True)) for row in column_values(frame, *wanted)]
    for row, moment in zip(rows, in_order([row[when] for row in rows], when), strict=True):
        row[when] = moment
    first = _first_places(rows, keys, when, place, own)
    seen_places = {row[place] for row in rows}
    for name in sorted(set(community) - seen_places, key=str):
        # A kind of place without a visit is fine; one spelt otherwise is not.
        near = get_close_matches(str(name), map(str, seen_places))
        if near or not seen_places & set(community):
            raise unknown_name("place", name, sorted(map(str, seen_places - {None})))
    persons = pd.DataFrame([{**dict(zip(keys, who, strict=True)), **mine}
                            for who, (_, _, mine) in first.items()])  # fmt: skip
    # A place nobody wrote down may be of either kind, as two kinds on one day may be first.
    known = [
        {None if at is None else at in community for at in places}
        for _, places, _ in first.values()
    ]
    surely = [kinds == {True} for kinds in known]
    possibly = [kinds != {False} for kinds in known]
    groups = [str(g) for g in persons[by]] if by else [""] * len(persons)
    unit = "episodes" if episode else "persons"
    if chosen.people is not None:
        raise CommsvcError(
            "worked-out weights are one a person, and these are visits",
            where=chosen.describe(),
            next_step="put the weights into a column: Design.sample(weights=…)",
        )
    if not chosen.allows_inference:
        shares = {}
        for group, here in by_group(groups):
            sure, possible = (int(here[kind].sum()) for kind in (surely, possibly))
            shares[group] = _first_share(sure, possible, int(here.sum()), unit)
        return count_table(shares, chosen)
    from commsvc.indicators.weighted import bounded_row

    people = records_of(persons, chosen, person)
    table = [
        bounded_row(
            people, of_group, surely, possibly, group=group,
            words=(unit, unit, "share"), method="first contact", deff=chosen.deff,
            note=chosen.caveat(), confidence=confidence,
        )
        for group, of_group in by_group(groups)
    ]  # fmt: skip
    return pd.DataFrame(table)


def _first_places(
    rows: Sequence[Mapping[str, Any]], keys: Sequence[str], when: str, place: str, own: list[str]
) -> dict[tuple[Any, ...], tuple[Any, set[Any], dict[str, Any]]]:
    """Who -> the first moment, the places of that moment, and what is the same in all rows."""
    first: dict[tuple[Any, ...], tuple[Any, set[Any], dict[str, Any]]] = {}
    for number, row in enumerate(rows):
        who, moment = tuple(row[key] for key in keys), row[when]
        mine = {name: row[name] for name in own}
        if moment is None or None in who:
            raise CommsvcError("a visit without person or date has no order", where=f"row {number}")
        known = first.get(who)
        if known is not None and known[2] != mine:
            name = next(name for name in own if known[2][name] != mine[name])
            raise CommsvcError(
                f"{who[0]!r} has {known[2][name]!r} and {mine[name]!r}",
                where=f"row {number}, column {name!r}",
                allowed="one value for all visits of one",
            )
        if known is None or moment < known[0]:
            first[who] = (moment, {row[place]}, mine)
        elif moment == known[0]:
            known[1].add(row[place])
    if not first:
        raise CommsvcError("the table holds no visit")
    return first


def _first_share(sure: int, possible: int, base: int, unit: str) -> Ratio:
    whole = measure(base, unit)
    low = share(measure(sure, unit), whole, method="first contact")
    if sure == possible:
        return low
    part = measure(Interval.of(sure, possible), unit)
    values = (part.values / whole.values).intersect(UNIT_SHARE)
    note = f"{possible - sure} with visits to both kinds, or to an unknown place, on the first day"
    return Ratio(part, whole, values, "share", method="first contact", note=note)
