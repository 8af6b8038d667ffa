"""The time bank: hours given are kept, and drawn when help is needed.

A time bank owes its members the hours they have not yet drawn; that liability, and whether
anybody ever draws, is what decides whether the bank can last.
"""

from __future__ import annotations

from collections import deque
from datetime import date
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values
from commsvc.words.messages import message

KINDS: Final = ("earn", "redeem")


def time_bank(
    ledger: Any, *, at: date | None = None, expires_after_days: int | None = None
) -> pd.DataFrame:
    """Each member's account: earned, redeemed, expired, balance.

    Parameters
    ----------
    ledger : any data frame with columns `member, date, kind, hours`; `kind` is `earn` or `redeem`,
        hours are above 0
    at : the day of the balance, its own entries included; the last day of the ledger where left
        out
    expires_after_days : hours not drawn so many days after they were earned are lost; never where
        left out. The oldest hours are drawn first.

    Returns
    -------
    DataFrame `group` (member), `earned, redeemed, expired, balance, lowest` (the lowest running
    balance; below 0 is an overdraft), `unit, note`; of a simulated ledger also `simulated`. Always
    earned = redeemed + expired + balance.

    Examples
    --------
    >>> ledger = pd.DataFrame({"member": ["a", "a", "b"], "kind": ["earn", "redeem", "redeem"],
    ...     "date": ["2023-01-05", "2023-02-01", "2023-02-03"], "hours": [5, 2, 1]})
    >>> time_bank(ledger)[["group", "earned", "redeemed", "balance", "note"]]
      group  earned  redeemed  balance                      note
    0     a     5.0       2.0      3.0
    1     b     0.0       1.0     -1.0  overdrawn on 2023-02-03
    """
    if expires_after_days is not None and expires_after_days < 1:
        raise CommsvcError(f"hours that expire after {expires_after_days} days", allowed="≥ 1")
    entries = _entries(ledger)
    day = max(when for _, when, _, _ in entries) if at is None else at
    accounts: dict[Any, _Account] = {}
    # Within a day what is earned comes before what is drawn: the ledger has no clock.
    for member, when, kind, hours in sorted(entries, key=lambda e: (e[1], e[2])):
        if when <= day:
            account = accounts.setdefault(member, _Account(expires_after_days))
            account.move(when, kind, hours)
    if not accounts:
        raise CommsvcError(f"the ledger has no entry up to {day}")
    rows = []
    for member, account in accounts.items():
        account.expire(day)
        note = message("overdrawn on {day}", day=account.overdrawn) if account.overdrawn else ""
        figures = (account.earned, account.redeemed, account.expired, account.balance)
        rows.append((member, *figures, account.lowest, "hours", note))
    columns = ["group", "earned", "redeemed", "expired", "balance", "lowest", "unit", "note"]
    table = pd.DataFrame(rows, columns=columns)
    # What is made up must go on saying so in whatever is made of it.
    return table.assign(simulated=True) if _is_simulated(ledger) else table


def time_bank_summary(accounts: pd.DataFrame) -> pd.DataFrame:
    """The bank as a whole: hours in, out, lost, owed, and how much is ever drawn.

    Parameters
    ----------
    accounts : from `time_bank`

    Returns
    -------
    DataFrame `group, estimate, base, unit, note`: `earned`, `redeemed`, `expired`, `liability`
    (positive balances: what the bank owes), `overdrawn` (negative balances: what it is owed),
    `redemption share` (redeemed / earned), `members who redeemed` (share of members); of simulated
    accounts also `simulated`

    Examples
    --------
    >>> ledger = pd.DataFrame({"member": ["a", "a", "b"], "kind": ["earn", "redeem", "redeem"],
    ...     "date": ["2023-01-05", "2023-02-01", "2023-02-03"], "hours": [5, 2, 1]})
    >>> time_bank_summary(time_bank(ledger)).set_index("group")["estimate"].to_dict()
    {'earned': 5.0, 'redeemed': 3.0, 'expired': 0.0, 'liability': 3.0, 'overdrawn': 1.0,
     'redemption share': 0.6, 'members who redeemed': 1.0}
    """
    if "balance" not in getattr(accounts, "columns", ()):
        raise CommsvcError("these are no accounts", next_step="pass what time_bank(ledger) gives")
    earned, redeemed = float(accounts["earned"].sum()), float(accounts["redeemed"].sum())
    members = len(accounts)
    drew = int((accounts["redeemed"] > 0).sum())
    balance = accounts["balance"]
    drawn = redeemed / earned if earned else float("nan")
    rows = [
        ("earned", earned, members, "hours", ""),
        ("redeemed", redeemed, members, "hours", ""),
        ("expired", float(accounts["expired"].sum()), members, "hours", ""),
        ("liability", float(balance.clip(lower=0).sum()), members, "hours", message("owed")),
        ("overdrawn", float((-balance).clip(lower=0).sum()), members, "hours", ""),
        ("redemption share", drawn, earned, "share", message("hours redeemed over hours earned")),
        ("members who redeemed", drew / members, members, "share", message("of members")),
    ]
    table = pd.DataFrame(rows, columns=["group", "estimate", "base", "unit", "note"])
    return table.assign(simulated=True) if _is_simulated(accounts) else table


def _is_simulated(frame: Any) -> bool:
    import narwhals as nw

    named = "simulated" in nw.from_native(frame).collect_schema().names()
    return named and any(column_values(frame, "simulated"))


class _Account:
    """One member's hours, oldest first."""

    def __init__(self, expires_after_days: int | None) -> None:
        self.kept: deque[list[Any]] = deque()
        self.life = expires_after_days
        self.earned = self.redeemed = self.expired = self.lowest = self.owed = 0.0
        self.overdrawn: date | None = None

    @property
    def balance(self) -> float:
        return sum(hours for _, hours in self.kept) - self.owed

    def move(self, when: date, kind: str, hours: float) -> None:
        self.expire(when)
        if kind == "earn":
            self.earned += hours
            # What was overdrawn is paid back before anything is kept.
            repaid = min(self.owed, hours)
            self.owed -= repaid
            if hours > repaid:
                self.kept.append([when, hours - repaid])
            return
        self.redeemed += hours
        while hours > 0 and self.kept:
            used = min(hours, self.kept[0][1])
            self.kept[0][1] -= used
            hours -= used
            if self.kept[0][1] <= 0:
                self.kept.popleft()
        self.owed += hours
        if hours > 0:
            self.overdrawn = self.overdrawn or when
        self.lowest = min(self.lowest, self.balance)

    def expire(self, day: date) -> None:
        if self.life is None:
            return
        while self.kept and (day - self.kept[0][0]).days > self.life:
            self.expired += self.kept.popleft()[1]


def _entries(ledger: Any) -> list[tuple[Any, date, str, float]]:
    found = []
    rows = column_values(ledger, "member", "date", "kind", "hours")
    # Together, since pandas takes as long for one date as for a thousand; each by its own format.
    days = pd.to_datetime([row[1] for row in rows], errors="coerce", format="mixed")
    for number, ((member, when, kind, hours), day) in enumerate(zip(rows, days, strict=True)):
        where = f"row {number}"
        if kind not in KINDS:
            raise unknown_name("kind of entry", kind, KINDS, where=where)
        if member is None or pd.isna(day) or hours is None or not hours > 0:
            raise CommsvcError(
                f"member {member!r}, date {when!r}, hours {hours!r}",
                where=where,
                allowed="a member, a date and hours above 0",
            )
        found.append((member, day.date(), str(kind), float(hours)))
    if not found:
        raise CommsvcError("the ledger is empty")
    return found
