"""Visits, ledgers and registers that are made up, and say so: to try things on, never to report."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name

CAUSES: Final = ("growth", "repeated", "turnover")
FAULTS: Final = ("duplicate", "hours", "date", "second post", "not registered")
SKILLS: Final = ("法律咨询", "家电维修", "陪护", "课业辅导", "理发", "代办")
# Lowest level first, as `referrals` wants them: where people go first, the bill of a visit there
# and the part of it that insurance pays. Round numbers of our own; no report prints them.
LEVELS: Final = ("station", "centre", "hospital")
_FIRST: Final = (0.35, 0.15, 0.50)
_BILL: Final = (45.0, 60.0, 135.0)
_PAID: Final = (0.5, 0.5, 0.5)
_REFERRED_UP: Final = 0.10
_REFERRED_DOWN: Final = 0.05


def simulate_visits(seed: int, persons: int = 200, *, days: int = 365) -> pd.DataFrame:
    """A simulated table of visits with referrals and insurance, one row a visit.

    Parameters
    ----------
    seed : the same seed gives the same table
    persons : people, each of whom makes at least one visit
    days : length of the period; a visit has a day from 1 to this

    Returns
    -------
    DataFrame `person, day, place` (one of `LEVELS`), `referred_to` (a level, or missing), `cost,
    paid` (yuan; what insurance paid of the bill) and `simulated` (always true); ``attrs`` says so
    too, with the seed

    Examples
    --------
    >>> visits = simulate_visits(1, 50)
    >>> bool(visits["simulated"].all()), visits["person"].nunique(), visits.attrs["seed"]
    (True, 50, 1)
    """
    if persons < 1 or days < 1:
        raise CommsvcError("simulate at least one person and one day")
    rng = np.random.default_rng(seed)
    who = np.repeat(np.arange(persons), 1 + rng.poisson(1.5, persons))
    n = len(who)
    place = rng.choice(len(LEVELS), n, p=_FIRST)
    drawn = rng.random(n)
    # A station or centre may send up one or two levels, a hospital back to either.
    up = (place < 2) & (drawn < _REFERRED_UP)
    down = (place == 2) & (drawn < _REFERRED_DOWN)
    target = np.where(up, rng.integers(np.minimum(place, 1) + 1, 3), rng.integers(0, 2, n))
    cost = np.round(np.take(_BILL, place) * rng.lognormal(0.0, 0.4, n), 1)
    insured = rng.random(n) < 0.7
    visits = pd.DataFrame(
        {
            "person": [f"p{i:04d}" for i in who],
            "day": rng.integers(1, days + 1, n),
            "place": np.take(LEVELS, place),
            "referred_to": pd.Series(np.take(LEVELS, target)).where(up | down),
            "cost": cost,
            "paid": np.where(insured, np.floor(10 * cost * np.take(_PAID, place)) / 10, 0.0),
            "simulated": True,
        }
    ).sort_values(["day", "person"], kind="stable", ignore_index=True)
    return _simulated(visits, seed)


def simulate_ledger(
    seed: int,
    members: int = 1892,
    *,
    communities: int = 6,
    posts: int = 20,
    start: date = date(2023, 1, 1),
    end: date = date(2023, 12, 31),
    activities_each: float = 22.0,
    fault_share: float = 0.02,
) -> pd.DataFrame:
    """A simulated volunteer ledger with faults planted in it.

    Parameters
    ----------
    seed : the same seed gives the same ledger
    members : registered; each takes one post and comes to a Poisson number of activities
    fault_share : share of entries that get one fault, of the kinds in `FAULTS`

    Returns
    -------
    DataFrame `entry, member, community, post, activity, date, hours, fault` (empty where none was
    planted) and `simulated` (always true); ``attrs`` says so too, with the seed

    Examples
    --------
    >>> ledger = simulate_ledger(1, 50)
    >>> bool(ledger["simulated"].all()), ledger.attrs["simulated"], ledger.attrs["seed"]
    (True, True, 1)
    """
    if members < 1 or communities < 1 or posts < 1 or not 0 <= fault_share < 1 or end < start:
        raise CommsvcError(
            "a ledger needs members, communities, posts, a period and a share of faults below 1"
        )
    rng = np.random.default_rng(seed)
    times = rng.poisson(activities_each, members)
    who = np.repeat(np.arange(members), times)
    post = rng.integers(0, posts, members)
    day = rng.integers(0, (end - start).days + 1, len(who))
    ledger = pd.DataFrame(
        {
            "member": [f"m{i:05d}" for i in who],
            "community": [f"c{i % communities + 1}" for i in who],
            "post": [f"p{post[i] + 1:02d}" for i in who],
            "activity": [f"p{post[i] + 1:02d}-{d:03d}" for i, d in zip(who, day, strict=True)],
            "date": [start + timedelta(days=int(d)) for d in day],
            "hours": rng.choice([1.0, 1.5, 2.0, 2.5, 3.0], len(who)),
            "fault": "",
        }
    )
    # One member twice at one activity would be a duplicate nobody planted.
    ledger = ledger.drop_duplicates(["member", "activity"], ignore_index=True)
    ledger = _with_faults(ledger, rng, fault_share, posts, end)
    ledger.insert(0, "entry", np.arange(len(ledger)))
    return _simulated(ledger, seed)


def simulate_registers(
    seed: int, first: int = 1819, second: int = 1892, *, cause: str = "growth"
) -> pd.DataFrame:
    """Two simulated registers of the same members whose totals differ (`reconcile_registers`).

    Parameters
    ----------
    seed : the same seed gives the same registers
    first, second : entries in each; the second has at least as many
    cause : why they differ: `growth` (the second has everybody of the first, and new members),
        `repeated` (the second has the same members, some of them twice) or `turnover` (a tenth of
        the first have left the second, others have come)

    Returns
    -------
    DataFrame `register` (`first`, `second`), `member` and `simulated` (always true), a row an entry

    Examples
    --------
    >>> both = simulate_registers(1, 10, 12, cause="repeated")
    >>> both.groupby("register")["member"].agg(["size", "nunique"]).to_numpy().tolist()
    [[10, 10], [12, 10]]
    """
    if cause not in CAUSES:
        raise unknown_name("cause", cause, CAUSES)
    more = second - first
    if first < 1 or more < 0 or (cause == "repeated" and more > first):
        raise CommsvcError(
            f"registers of {first} and {second} entries",
            allowed="1 or more, the second no shorter; repeated: not more than twice as long",
        )
    rng = np.random.default_rng(seed)
    one = [f"m{i:05d}" for i in range(first)]
    left = set(rng.choice(first, first // 10, replace=False)) if cause == "turnover" else set()
    stayed = [member for number, member in enumerate(one) if number not in left]
    if cause == "repeated":
        two = stayed + [one[i] for i in sorted(rng.choice(first, more, replace=False))]
    else:
        two = stayed + [f"m{i:05d}" for i in range(first, second + len(left))]
    entries = {"register": ["first"] * len(one) + ["second"] * len(two), "member": one + two}
    return _simulated(pd.DataFrame(entries), seed)


def simulate_requests(
    seed: int, requests: int = 60, members: int = 80, *, communities: int = 6
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Simulated requests of residents and the members who might meet them (`match_requests`).

    >>> wishes, people = simulate_requests(1, 5, 8)
    >>> list(wishes), bool(people["simulated"].all())
    (['request', 'skill', 'community', 'priority', 'simulated'], True)
    """
    if requests < 1 or members < 1 or communities < 1:
        raise CommsvcError("simulate at least one request, member and community")
    rng = np.random.default_rng(seed)
    wishes = pd.DataFrame(
        {
            "request": [f"r{i:03d}" for i in range(requests)],
            "skill": rng.choice(SKILLS, requests),
            "community": [f"c{i}" for i in rng.integers(1, communities + 1, requests)],
            "priority": rng.integers(1, 4, requests),
        }
    )
    known = [
        "、".join(rng.choice(SKILLS, rng.integers(1, 3), replace=False)) for _ in range(members)
    ]
    people = pd.DataFrame(
        {
            "member": [f"m{i:05d}" for i in range(members)],
            "skills": known,
            "community": [f"c{i}" for i in rng.integers(1, communities + 1, members)],
            "capacity": rng.integers(1, 3, members),
        }
    )
    return _simulated(wishes, seed), _simulated(people, seed)


def simulate_time_bank(
    seed: int,
    members: int = 60,
    *,
    start: date = date(2023, 1, 1),
    months: int = 24,
    redeem_share: float = 0.3,
) -> pd.DataFrame:
    """A simulated time-bank ledger for `time_bank`: members earn monthly and sometimes redeem.

    Nobody redeems more than stands in the account.

    >>> ledger = simulate_time_bank(1, 5, months=3)
    >>> sorted(ledger["kind"].unique()), ledger.attrs["simulated"]
    (['earn', 'redeem'], True)
    """
    if members < 1 or months < 1 or not 0 <= redeem_share <= 1:
        raise CommsvcError("simulate members and months from 1 up, and a share from 0 to 1")
    rng = np.random.default_rng(seed)
    rows = []
    for number in range(members):
        held = 0.0
        for month in range(months):
            day = start + timedelta(days=30 * month + int(rng.integers(0, 28)))
            hours = float(rng.choice([1.0, 2.0, 3.0]))
            rows.append((f"m{number:05d}", day, "earn", hours))
            held += hours
            if rng.random() < redeem_share:
                drawn = float(rng.integers(1, int(held) + 1))
                rows.append((f"m{number:05d}", day + timedelta(days=1), "redeem", drawn))
                held -= drawn
                if held < 1:
                    held += 2.0
                    rows.append((f"m{number:05d}", day + timedelta(days=2), "earn", 2.0))
    ledger = pd.DataFrame(rows, columns=["member", "date", "kind", "hours"])
    return _simulated(ledger.sort_values(["date", "member"], ignore_index=True), seed)


def _with_faults(
    ledger: pd.DataFrame, rng: np.random.Generator, share: float, posts: int, end: date
) -> pd.DataFrame:
    ledger = ledger.copy()
    count = round(share * len(ledger))
    rows = rng.choice(len(ledger), count, replace=False)
    kinds = rng.choice(FAULTS, count)
    copies = []
    for row, kind in zip(rows, kinds, strict=True):
        at = int(row)
        if kind == "duplicate":
            copies.append(ledger.loc[at].to_dict() | {"fault": kind})
            continue
        ledger.loc[at, "fault"] = kind
        if kind == "hours":
            ledger.loc[at, "hours"] = 20.0
        elif kind == "date":
            ledger.loc[at, "date"] = end + timedelta(days=int(rng.integers(1, 60)))
        elif kind == "second post":
            ledger.loc[at, "post"] = f"p{posts + 1:02d}"
        else:
            ledger.loc[at, "member"] = f"x{at:05d}"
    return pd.concat([ledger, pd.DataFrame(copies)], ignore_index=True)


def _simulated(frame: pd.DataFrame, seed: int) -> pd.DataFrame:
    frame["simulated"] = True
    frame.attrs |= {"simulated": True, "seed": seed}
    return frame
