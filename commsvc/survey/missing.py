"""Who gave no answer, by why, and how far that could move a share."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.results import ESTIMATE_COLUMNS, join_notes
from commsvc.survey.answers import SKIPPED
from commsvc.survey.tabulate import UNANSWERED, Tabulation
from commsvc.words.messages import message

# Answers that say there is none to give: nobody would have chosen a level instead.
NO_ANSWER_TO_GIVE = ("dont_know", "not_applicable")
NAN = float("nan")


def count_missing_answers(table: Tabulation) -> pd.DataFrame:
    """How many were asked, answered, and why the others have no answer, `kind, count`.

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"q": ["满意", "不满意", "说不清", None]})
    >>> count_missing_answers(tabulate_answers(frame, "q", design=Design.srs()))
             kind  count
    0       asked      4
    1    answered      2
    2       blank      1
    3   dont_know      1
    """
    away = {kind: n for kind, n in table.missing.items() if kind != SKIPPED}
    asked = table.people - table.missing.get(SKIPPED, 0)
    rows = [("asked", asked), ("answered", asked - sum(away.values())), *away.items()]
    if table.missing.get(SKIPPED):
        rows.append((SKIPPED, table.missing[SKIPPED]))
    return pd.DataFrame(rows, columns=["kind", "count"])


def missing_bounds(table: Tabulation, levels: Collection[Any]) -> pd.DataFrame:
    """What the share of some levels would be had everybody asked answered: from none to all of the
    missing giving them.

    Parameters
    ----------
    table : one answer a person, tabulated with base="asked"
    levels : answers whose share is meant, taken together

    Returns
    -------
    Tidy frame, everybody first: `base` those asked who could have answered, `estimate` of those who
    did, `low` and `high` worst-case bounds (weighted where the design is)

    Notes
    -----
    Manski (1989, J. Human Resources 24). A blank and a refusal are missing; "don't know" and "not
    applicable" are answers that name no level. No sampling error is in the bounds.

    Examples
    --------
    >>> from commsvc.inference.design import Design
    >>> from commsvc.survey.tabulate import tabulate_answers
    >>> frame = pd.DataFrame({"q": ["yes"] * 6 + ["no"] * 2 + [None] * 2})
    >>> table = tabulate_answers(frame, "q", design=Design.srs())
    >>> missing_bounds(table, ["yes"])[["count", "base", "estimate", "low", "high"]]
       count  base  estimate  low  high
    0    6.0  10.0      0.75  0.6   0.8
    """
    if table.multiple:
        raise CommsvcError("an option not ticked is an answer: there is nothing to bound")
    k = len(table.levels)
    chosen = [j for j, level in enumerate(table.levels) if level in levels]
    blank = [j for j, level in enumerate(table.levels) if level == UNANSWERED]
    other = [i for i, kind in enumerate(table.outside_kinds) if kind not in NO_ANSWER_TO_GIVE]
    name = " + ".join(str(table.levels[j]) for j in chosen)
    rows = []
    for part in [table.everyone, table] if table.everyone else [table]:
        sums = part.cells[0].sums[:, 0].reshape(-1, k)
        for g, group in enumerate(part.groups):
            yes, whole = sums[g, chosen].sum(), sums[g].sum()
            lost = sums[g, blank].sum() + part.outside_sums[g, other].sum()
            everybody = whole + part.outside_sums[g, other].sum()
            there = everybody - lost
            base = part.base[g] + part.outside[g, other].sum()
            rows.append(
                {
                    "group": group,
                    "level": name,
                    "count": part.counts[g, chosen].sum(),
                    "base": base,
                    "estimate": yes / there if there else NAN,
                    "low": yes / everybody if everybody else NAN,
                    "high": (yes + lost) / everybody if everybody else NAN,
                    "method": "worst-case bounds",
                    "note": join_notes(
                        message(
                            "the estimate is of those who answered; no sampling error in the bounds"
                        ),
                        table.design.caveat(),
                    ),
                }
            )
    return pd.DataFrame(rows).reindex(columns=list(ESTIMATE_COLUMNS))
