"""How many records to check: sampling without replacement from a finite ledger."""

from __future__ import annotations

from fractions import Fraction
from math import comb
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    from pandas import DataFrame


def detection_probability(records: int, bad: int, checked: int, *, accept: int = 0) -> Fraction:
    """The chance that a random check of `checked` records finds more than `accept` bad ones.

    Parameters
    ----------
    records : records in the ledger
    bad : bad records among them
    checked : drawn without replacement
    accept : acceptance number: so many bad ones found still pass

    Returns
    -------
    Fraction, exact: 1 − Σ_{i≤accept} C(bad, i)·C(records−bad, checked−i)/C(records, checked), the
    hypergeometric distribution

    Examples
    --------
    >>> detection_probability(10, 1, 5)
    Fraction(1, 2)
    >>> float(round(detection_probability(1892, 95, 58), 4))
    0.9519
    """
    if not (0 <= bad <= records and 0 <= checked <= records and accept >= 0):
        raise CommsvcError(
            f"{bad} bad and {checked} checked of {records} records, {accept} accepted",
            allowed="0 ≤ bad ≤ records, 0 ≤ checked ≤ records, accept ≥ 0",
        )
    missed = sum(
        comb(bad, found) * comb(records - bad, checked - found)
        for found in range(min(accept, checked, bad) + 1)
    )
    return 1 - Fraction(missed, comb(records, checked))


def audit_sample(
    records: int, *, bad_share: float | Fraction, confidence: float = 0.95, accept: int = 0
) -> DataFrame:
    """The smallest sample that finds bad records with a given confidence, if so many are bad.

    If `bad_share` of the records (rounded up) or more were bad, a check of `count` records would
    turn up more than `accept` of them with at least the confidence asked for. So finding no more
    than `accept` shows, at that confidence, that fewer are bad (an attribute plan, discovery
    sampling at `accept=0`).

    Parameters
    ----------
    records : size of the ledger
    bad_share : the share of bad records that must not be missed
    confidence : 0.95
    accept : acceptance number

    Returns
    -------
    DataFrame of one row: `count` (records to check), `base` (records), `bad` (records the share
    stands for), `accept, estimate` (the confidence attained), `method, note`

    Examples
    --------
    >>> audit_sample(1892, bad_share=0.05)[["count", "base", "bad"]]
       count  base  bad
    0     58  1892   95
    """
    import pandas as pd

    if not (0 < bad_share <= 1 and 0 < confidence < 1):
        raise CommsvcError(
            f"a bad share of {bad_share} at confidence {confidence}",
            allowed="a share above 0 up to 1, a confidence between 0 and 1",
        )
    bad = -int(-records * Fraction(str(bad_share)) // 1)
    if bad <= accept:
        raise CommsvcError(
            f"{bad_share} of {records} records is {bad}, and {accept} are accepted",
            next_step="take a larger share or accept fewer",
        )
    low, high = accept + 1, records
    wanted = Fraction(str(confidence))
    while low < high:
        middle = (low + high) // 2
        if detection_probability(records, bad, middle, accept=accept) >= wanted:
            high = middle
        else:
            low = middle + 1
    attained = detection_probability(records, bad, low, accept=accept)
    row = {
        "count": low,
        "base": records,
        "bad": bad,
        "accept": accept,
        "estimate": float(attained),
        "method": "hypergeometric attribute plan",
        "note": f"if {bad} or more of {records} are bad, more than {accept} are found "
        f"with probability {float(attained):.4f}",
    }
    return pd.DataFrame([row])
