"""Who pays for a visit: bills, and what insurance pays of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import column_values
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import Ratio, per, share
from commsvc.indicators.sampling import as_design, count_table
from commsvc.inference.design import Design
from commsvc.labels import JOINT

if TYPE_CHECKING:
    from pandas import DataFrame


def insurance(
    frame: Any,
    *,
    cost: str,
    paid: str,
    by: str | None = None,
    person: str | None = None,
    design: Design | str = "census",
    confidence: float = 0.95,
) -> DataFrame:
    """Reimbursement by level of care: does going to the community service pay for the patient?

    Parameters
    ----------
    frame : one row a visit
    cost, paid : columns in yuan: the bill, and what insurance paid of it (0 where none)
    by : column of groups, such as the level of care
    person : column of persons: in a sample, the visits of one person go together
    design : `census` (all visits), or how the visits or their persons were drawn: `srs`,
        `unknown`, `Design.sample(…)`
    confidence : of the intervals of a sample

    Returns
    -------
    DataFrame with three rows a group, named ``group · indicator``: `reimbursed share` (Σ paid /
    Σ cost), `visits with reimbursement` (share of visits), `out of pocket` (yuan a visit); with
    `se` of a sample. The sums are weighted then, as R's svyratio.

    Raises
    ------
    CommsvcError : more paid than billed, or either missing; no visit; bills of nothing

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
    bills, groups = [], []
    for number, (bill, covered, *rest) in enumerate(
        column_values(frame, cost, paid, *([by] if by else []))
    ):
        if not _is_paid(bill, covered):
            raise CommsvcError(
                f"insurance paid {covered!r} of a bill of {bill!r}",
                where=f"row {number}",
                allowed="numbers, from 0 to the bill, both known",
            )
        bills.append((bill, covered))
        groups.append(str(rest[0]) if rest else "")
    if not bills:
        raise CommsvcError("the table holds no visit")
    chosen = as_design(design)
    if chosen.allows_inference:
        billed, covers = zip(*bills, strict=True)
        helps = [float(p > 0) for p in covers]
        own = [b - p for b, p in bills]
        money = ("yuan (paid by insurance)", "yuan (billed)", "share")
        seen = ("visits (with reimbursement)", "visits", "share")
        pocket = ("yuan (billed less paid)", "visits", "yuan per visit")
        sums = {
            "reimbursed share": (covers, billed, money, "reimbursed share"),
            "visits with reimbursement": (helps, None, seen, "share"),
            "out of pocket": (own, None, pocket, "out-of-pocket cost"),
        }
        from commsvc.indicators.weighted import weighted_table

        return weighted_table(frame, sums, groups, person, chosen, confidence)
    rows: dict[str, Ratio] = {}
    for group in dict.fromkeys(groups):
        here = [bill for bill, g in zip(bills, groups, strict=True) if g == group]
        rows |= _reimbursed(here, f"{group}{JOINT}" if group else "")
    return count_table(rows, chosen)


def _is_paid(bill: Any, covered: Any) -> bool:
    return all(sum_ is not None and not isinstance(sum_, str) for sum_ in (bill, covered)) and (
        0 <= covered <= bill < float("inf")
    )


def _reimbursed(bills: Sequence[tuple[float, float]], name: str) -> dict[str, Ratio]:
    billed = measure(sum(b for b, _ in bills), "yuan", kind="flow", of="billed")
    covered = measure(sum(p for _, p in bills), "yuan", kind="flow", of="paid by insurance")
    visits = measure(len(bills), "visits")
    helped = measure(sum(p > 0 for _, p in bills), "visits", of="with reimbursement")
    return {
        f"{name}reimbursed share": share(covered, billed, method="reimbursed share"),
        f"{name}visits with reimbursement": share(helped, visits),
        f"{name}out of pocket": per(
            billed - covered, visits, unit="yuan per visit", method="out-of-pocket cost"
        ),
    }
