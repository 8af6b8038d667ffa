"""Questions with several answers: of all answers (响应率) and of all people (普及率)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import column_values


def response_shares(
    counts: Mapping[str, int], cases: int, *, asked: int | None = None
) -> pd.DataFrame:
    """Each option's share of all answers and of all who answered (SPSS MULT RESPONSE).

    Parameters
    ----------
    counts : option -> people who ticked it
    cases : people who ticked at least one
    asked : people asked; adds `valid`, cases over asked

    Returns
    -------
    DataFrame `group` (option), `count, responses` (Σ counts), `cases, response_share` (响应率, sums
    to 1), `case_share` (普及率, sums to more where people tick several), `valid`

    Examples
    --------
    >>> response_shares({"tv": 3, "web": 5}, 6)[["group", "response_share", "case_share"]]
      group  response_share  case_share
    0    tv           0.375    0.500000
    1   web           0.625    0.833333
    """
    total = sum(counts.values())
    if not counts or total <= 0 or any(c < 0 for c in counts.values()):
        raise CommsvcError("no option was ticked", allowed="counts from 0 up, not all 0")
    most = max(counts.values())
    if not most <= cases <= total:
        raise CommsvcError(
            f"{cases} people cannot have given {total} ticks with up to {most} for one option",
            allowed=f"{most} to {total} people who ticked at least one",
            next_step="those who ticked nothing are not cases",
        )
    if asked is not None and asked < cases:
        raise CommsvcError(f"{cases} answered of {asked} asked")
    table = pd.DataFrame({"group": list(counts), "count": list(counts.values())})
    table = table.assign(responses=total, cases=cases)
    table["response_share"] = table["count"] / total
    table["case_share"] = table["count"] / cases
    return table.assign(valid=float("nan") if asked is None else cases / asked)


def multiple_response(frame: Any, options: Sequence[str]) -> pd.DataFrame:
    """`response_shares` from answers: a row a person, a column an option with 1/0 or yes/no.

    A person with every option missing was not asked, and leaves `valid`'s base as well.

    Examples
    --------
    >>> ticks = pd.DataFrame({"tv": [1, 0, 1, None], "web": [1, 1, 0, None]})
    >>> multiple_response(ticks, ["tv", "web"])["cases"].tolist()
    [3, 3]
    """
    if len(options) < 2:
        raise CommsvcError("a multiple-response question has two options at least")
    rows = column_values(frame, *options)
    asked = [row for row in rows if any(cell is not None for cell in row)]
    for number, row in enumerate(rows):
        for option, cell in zip(options, row, strict=True):
            if cell is not None and cell not in (0, 1):
                raise CommsvcError(
                    f"{cell!r} is neither ticked nor not", where=f"row {number}, {option}"
                )
    counts = {option: sum(bool(row[i]) for row in asked) for i, option in enumerate(options)}
    cases = sum(any(row) for row in asked)
    return response_shares(counts, cases, asked=len(asked))
