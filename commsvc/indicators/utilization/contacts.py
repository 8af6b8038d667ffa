"""Where people go first, where they are sent, and who pays: from records of visits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.exact import Interval
from commsvc.indicators.frames import column_values
from commsvc.indicators.measure import Value, expect, measure
from commsvc.indicators.ratio import UNIT_SHARE, Ratio, per, share
from commsvc.indicators.tables import tidy

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
) -> DataFrame:
    """Referrals up, down and sideways between levels of care, and their balance.

    Parameters
    ----------
    frame : one row a referral
    source, target : columns with the level that refers and the one referred to
    levels : the levels from the lowest up, as ``["station", "centre", "hospital"]``
    visits : visits at the referring level in the period; adds referrals per 100 visits

    Returns
    -------
    DataFrame `group` (`up`, `down`, `sideways`: shares of all referrals; `balance`: down per up;
    with `visits` also `up per 100 visits` and `down per 100 visits`) and the columns of a tidy
    table. A balance without a referral up has no base and is left out, which `up` shows.

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
    counts = dict.fromkeys(_DIRECTIONS, 0)
    for number, (giver, taker) in enumerate(column_values(frame, source, target)):
        for level in (giver, taker):
            if level not in rank:
                raise unknown_name("level", level, levels, where=f"row {number}")
        step = rank[taker] - rank[giver]
        counts["up" if step > 0 else "down" if step < 0 else "sideways"] += 1
    total = sum(counts.values())
    if not total:
        raise CommsvcError("the table holds no referral")
    made = {
        name: measure(n, "referrals", kind="flow", of=f"{name} referrals")
        for name, n in counts.items()
    }
    everything = measure(total, "referrals", kind="flow", of="all referrals")
    rows: dict[str, Ratio] = {
        name: share(part, everything, method="share of referrals") for name, part in made.items()
    }
    if counts["up"]:
        rows["balance"] = per(made["down"], made["up"], method="referrals down per referral up")
    if visits is not None:
        seen = expect(visits, "visits", role="visits", kind="flow")
        for name in ("up", "down"):
            rows[f"{name} per 100 visits"] = per(
                made[name], seen, scale=100, method="referrals per 100 visits"
            )
    return tidy(rows)


def first_contact(
    frame: Any,
    *,
    person: str,
    when: str,
    place: str,
    community: Collection[str],
    episode: str | None = None,
) -> Ratio:
    """The share of persons (or of their episodes) whose first visit was to community services.

    Parameters
    ----------
    frame : one row a visit
    person, when, place : columns; `when` sorts (a date, a time, a number)
    community : the values of `place` that are community services
    episode : column that tells one episode of a person from the next; with it episodes are counted

    Returns
    -------
    Ratio of persons (of episodes); where a first day has visits to both, either may have been
    first and the range says so

    Examples
    --------
    >>> import pandas as pd
    >>> seen = pd.DataFrame({"id": [1, 1, 2, 3, 3], "day": [1, 2, 1, 4, 4],
    ...                      "at": ["station", "hospital", "hospital", "station", "hospital"]})
    >>> print(first_contact(seen, person="id", when="day", place="at", community={"station"}))
    [0.3333 to 0.6667] share
    """
    if isinstance(community, str) or not community:
        raise CommsvcError("say which places are community services", allowed="a set of names")
    keys = [person, when, place] + ([episode] if episode else [])
    first: dict[Any, tuple[Any, set[bool]]] = {}
    seen_places = set()
    for number, row in enumerate(column_values(frame, *keys)):
        who, moment, where = (row[0], *row[3:]), row[1], row[2]
        if moment is None or None in who:
            raise CommsvcError("a visit without person or date has no order", where=f"row {number}")
        seen_places.add(where)
        known = first.get(who)
        if known is None or moment < known[0]:
            first[who] = (moment, {where in community})
        elif moment == known[0]:
            known[1].add(where in community)
    if not first:
        raise CommsvcError("the table holds no visit")
    if not seen_places & set(community):
        raise unknown_name("place", sorted(community)[0], sorted(map(str, seen_places)))
    sure = sum(kinds == {True} for _, kinds in first.values())
    possible = sum(True in kinds for _, kinds in first.values())
    unit = "episodes" if episode else "persons"
    whole = measure(len(first), unit)
    low = share(measure(sure, unit), whole)
    if sure == possible:
        return Ratio(low.numerator, whole, low.values, "share", method="first contact")
    part = measure(Interval.of(sure, possible), unit)
    values = (part.values / whole.values).intersect(UNIT_SHARE)
    note = f"{possible - sure} with visits to both kinds on the first day"
    return Ratio(part, whole, values, "share", method="first contact", note=note)


def insurance(frame: Any, *, cost: str, paid: str, by: str | None = None) -> DataFrame:
    """Reimbursement by level of care: does going to the community service pay for the patient?

    Parameters
    ----------
    frame : one row a visit
    cost, paid : columns in yuan: the bill, and what insurance paid of it (0 where none)
    by : column of groups, such as the level of care

    Returns
    -------
    DataFrame with three rows a group, named ``group · indicator``: `reimbursed share` (Σ paid /
    Σ cost), `visits with reimbursement` (share of visits), `out of pocket` (yuan a visit)

    Examples
    --------
    >>> import pandas as pd
    >>> bills = pd.DataFrame({"level": ["station", "station", "hospital"],
    ...                       "cost": [40, 60, 200], "paid": [0, 30, 100]})
    >>> insurance(bills, cost="cost", paid="paid", by="level")[["group", "estimate"]]
                                     group  estimate
    0           station · reimbursed share       0.3
    1  station · visits with reimbursement       0.5
    2              station · out of pocket      35.0
    3          hospital · reimbursed share       0.5
    4 hospital · visits with reimbursement       1.0
    5             hospital · out of pocket     100.0
    """
    columns = [cost, paid] + ([by] if by else [])
    groups: dict[str, list[tuple[float, float]]] = {}
    for number, (bill, covered, *rest) in enumerate(column_values(frame, *columns)):
        if bill is None or covered is None or not 0 <= covered <= bill:
            raise CommsvcError(
                f"insurance paid {covered} of a bill of {bill}",
                where=f"row {number}",
                allowed="0 to the bill, both known",
            )
        groups.setdefault(str(rest[0]) if rest else "", []).append((bill, covered))
    rows: dict[str, Ratio] = {}
    for group, bills in groups.items():
        billed = measure(sum(b for b, _ in bills), "yuan", kind="flow", of="billed")
        covered = measure(sum(p for _, p in bills), "yuan", kind="flow", of="paid by insurance")
        visits = measure(len(bills), "visits")
        helped = measure(sum(p > 0 for _, p in bills), "visits", of="with reimbursement")
        name = f"{group} · " if group else ""
        rows[f"{name}reimbursed share"] = share(covered, billed, method="reimbursed share")
        rows[f"{name}visits with reimbursement"] = share(helped, visits)
        rows[f"{name}out of pocket"] = per(
            billed - covered, visits, unit="yuan per visit", method="out-of-pocket cost"
        )
    if not rows:
        raise CommsvcError("the table holds no visit")
    return tidy(rows)
