"""How many records of a ledger to check: a fixed share of bad ones must not be missed."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.units import exact_number

if TYPE_CHECKING:
    from pandas import DataFrame


def audit_sample(
    records: int, *, bad_share: float | Fraction, confidence: float = 0.95
) -> DataFrame:
    """The smallest sample that finds a bad record with this confidence, if so many are bad.

    If `bad_share` of the records (rounded up) or more are bad, a check of `count` of them, drawn
    without replacement, turns up at least one with the confidence asked for. So finding none
    shows, at that confidence, that fewer are bad (discovery sampling, hypergeometric). A plan
    that tells a good ledger from a poor one is `commsvc.inference.acceptance_plan`; what a check
    that found some says is `commsvc.inference.bad_records_interval`.

    Parameters
    ----------
    records : size of the ledger
    bad_share : the share of bad records that must not be missed

    Returns
    -------
    DataFrame of one row: `count` (records to check), `base` (records), `bad` (records the share
    stands for), `estimate` (the confidence attained), `method, note`

    Examples
    --------
    >>> audit_sample(1892, bad_share=0.05)[["count", "base", "bad"]]
       count  base  bad
    0     58  1892   95
    """
    import pandas as pd

    from commsvc.inference.hypergeometric import audit_sample_size, detection_probability

    share = exact_number(bad_share)
    if not 0 < share <= 1:
        raise CommsvcError(f"a bad share of {bad_share}", allowed="above 0, up to 1")
    bad = ceil(records * share)
    count = audit_sample_size(records, bad, confidence)
    attained = detection_probability(count, records, bad)
    row = {
        "count": count,
        "base": records,
        "bad": bad,
        "estimate": attained,
        "method": "hypergeometric discovery sampling",
        "note": f"if {bad} or more of {records} are bad, one is found with P = {attained:.4f}",
    }
    return pd.DataFrame([row])
