"""Budgets under a stated rule: a subsidy a head, shares by level, equipment by facility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import Measure, Value, exact_number, expect
from commsvc.indicators.ratio import bounds
from commsvc.indicators.units import joined_notes
from commsvc.printed import Interval

if TYPE_CHECKING:
    from pandas import DataFrame


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
    people = expect(residents, "persons", role="residents", kind="stock")
    rate = expect(per_head, "yuan", role="the subsidy a head", exact=True)
    face = None if people.face is None or rate.face is None else people.face * rate.face
    note = joined_notes(people.note, rate.note, f"{rate.text or rate} a head for {people}")
    total = Measure(people.values * rate.values, "yuan", "flow", "subsidy a year", face, "", note)
    table = split_by_level(total, dict(zip(levels, shares, strict=True)))
    base = None if people.face is None else float(people.face)
    table.insert(2, "base", base)
    return table.assign(method="subsidy per head")


def split_by_level(amount: Value, shares: Mapping[str, int | Fraction | float]) -> DataFrame:
    """An amount divided among levels in the proportion of their shares.

    Returns
    -------
    DataFrame `group, count` (share of the whole), `estimate, low, high` (yuan), `unit, method,
    note`, with a `total` row where there is more than one level

    Examples
    --------
    >>> split_by_level(300, {"city": 1, "district": 2})["estimate"].tolist()
    [100.0, 200.0, 300.0]
    """
    import pandas as pd

    total = expect(amount, "yuan", role="the amount")
    parts = {name: exact_number(share) for name, share in shares.items()}
    whole = sum(parts.values(), Fraction(0))
    if not parts or whole <= 0 or any(part < 0 for part in parts.values()):
        raise CommsvcError(f"shares {dict(shares)} divide nothing", allowed="numbers from 0 up")
    fractions = {name: part / whole for name, part in parts.items()}
    if len(parts) > 1:
        fractions["total"] = Fraction(1)
    rows = [_amount_row(name, total, fraction) for name, fraction in fractions.items()]
    return pd.DataFrame(rows)


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
    rows, total = [], Measure(Interval.point(0), "yuan", "flow", face=Fraction(0))
    for kind, (number, sum_each) in items.items():
        count = expect(number, kind, role=kind, kind="stock")
        each = expect(sum_each, "yuan", role=f"yuan for each of the {kind}", exact=True)
        face = None if count.face is None or each.face is None else count.face * each.face
        amount = Measure(count.values * each.values, "yuan", "flow", face=face)
        total = total + amount
        note = f"{count} at {each} each"
        row = _amount_row(kind, amount, Fraction(1)) | {"note": note}
        rows.append(row | {"count": None if count.face is None else float(count.face)})
    rows.append(_amount_row("total", total, Fraction(1)) | {"count": None})
    return pd.DataFrame(rows).assign(method="equipment budget")


def _amount_row(name: str, amount: Measure, share: Fraction) -> dict[str, object]:
    low, high = bounds(amount.values * share)
    return {
        "group": name,
        "count": float(share),
        "estimate": None if amount.face is None else float(amount.face * share),
        "low": low,
        "high": high,
        "unit": "yuan",
        "method": "split by level",
        "note": amount.note,
    }
