"""Response rates by the names of the American Association for Public Opinion Research."""

from __future__ import annotations

import pandas as pd

from commsvc.errors import CommsvcError

NAN = float("nan")


def response_rates(
    complete: int,
    partial: int = 0,
    *,
    refusal: int = 0,
    non_contact: int = 0,
    other: int = 0,
    unknown_household: int = 0,
    unknown_other: int = 0,
    eligible_share: float | None = None,
) -> pd.DataFrame:
    """AAPOR's response, cooperation, refusal and contact rates, each with its base.

    Parameters
    ----------
    complete, partial : I and P, complete and partial interviews
    refusal, non_contact, other : R, NC, O, eligible cases without an interview
    unknown_household, unknown_other : UH, UO, cases of unknown eligibility
    eligible_share : e, the share of those that is eligible; RR3, RR4, REF2 and CON2 need it

    Returns
    -------
    DataFrame `level` (RR1 … RR6, COOP1 … COOP4, REF1 … REF3, CON1 … CON3), `count`, `base`,
        `estimate`, `note`

    Notes
    -----
    AAPOR, Standard Definitions (10th edition, 2023). RR5 and RR6 are RR1 and RR2 where no case is
    of unknown eligibility or all of them are taken as not eligible: the highest rates there are.

    Examples
    --------
    >>> rates = response_rates(228, refusal=2).set_index("level")
    >>> round(float(rates.loc["RR1", "estimate"]), 4), int(rates.loc["RR1", "base"])
    (0.9913, 230)
    """
    parts = (complete, partial, refusal, non_contact, other, unknown_household, unknown_other)
    if any(part < 0 or part != int(part) for part in parts):
        raise CommsvcError(f"{parts} are not counts", allowed="whole numbers, 0 or more")
    e = eligible_share
    if e is not None and not 0 <= e <= 1:
        raise CommsvcError(f"share of eligible cases is {e:g}", allowed="0 to 1")
    i, p, r, nc, o = complete, partial, refusal, non_contact, other
    known, unknown = i + p + r + nc + o, unknown_household + unknown_other
    guess = NAN if e is None else known + e * unknown
    met, asked = i + p + r + o, i + p + r
    rows = [
        ("RR1", i, known + unknown, "minimum"),
        ("RR2", i + p, known + unknown, "minimum, partial interviews counted"),
        ("RR3", i, guess, "unknown eligibility estimated"),
        ("RR4", i + p, guess, "unknown eligibility estimated, partial interviews counted"),
        ("RR5", i, known, "maximum: no unknown case taken as eligible"),
        ("RR6", i + p, known, "maximum, partial interviews counted"),
        ("COOP1", i, met, "of all contacted"),
        ("COOP2", i + p, met, "of all contacted, partial interviews counted"),
        ("COOP3", i, asked, "of those able to answer"),
        ("COOP4", i + p, asked, "of those able to answer, partial interviews counted"),
        ("REF1", r, known + unknown, "minimum"),
        ("REF2", r, guess, "unknown eligibility estimated"),
        ("REF3", r, known, "maximum"),
        ("CON1", met, known + unknown, "minimum"),
        ("CON2", met, guess, "unknown eligibility estimated"),
        ("CON3", met, known, "maximum"),
    ]
    frame = pd.DataFrame(rows, columns=["level", "count", "base", "note"])
    estimate = frame["count"] / frame["base"].where(frame["base"] > 0)
    frame.insert(3, "estimate", estimate)
    if e is None:
        frame.loc[frame["base"].isna(), "note"] = "give eligible_share (AAPOR's e)"
    return frame
