"""Who was kept, from the questionnaires given out to the answers analysed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.said import Said, join
from commsvc.survey.words import flag_word, missing_word


def flow(
    returned: Answers | int,
    valid: Answers | int,
    *,
    issued: int | None = None,
    question: str | None = None,
    log: Iterable[Any] = (),
) -> pd.DataFrame:
    """Who was kept, step by step, for `plots.flow`: issued → returned → valid → analysed.

    Parameters
    ----------
    returned, valid : answers before and after exclusion, or their numbers
    issued : questionnaires given out, where that is known
    question : the question analysed: its column, or the first of its columns
    log : of `clean.exclude`, for the reasons

    Returns
    -------
    DataFrame `group, group_zh, count, note, note_zh`

    Examples
    --------
    >>> flow(228, 225, issued=230)[["group", "count"]].values.tolist()
    [['issued', 230], ['returned', 228], ['valid', 225]]
    """
    why = join(
        [
            Said(f"{step.note} {len(step.rows)}", f"{flag_word(step.note).zh} {len(step.rows)}")
            for step in log
            if step.rows
        ]
    )
    size = [x.n if isinstance(x, Answers) else int(x) for x in (returned, valid)]
    rows = [] if issued is None else [("issued", "发放", int(issued), "", "")]
    rows += [("returned", "回收", size[0], "", ""), ("valid", "有效", size[1], *why.pair)]
    if question is not None:
        if not isinstance(valid, Answers):
            raise CommsvcError("who answered a question is not in a number", next_step="Answers")
        absent = valid.why_missing(question)
        kinds = absent[absent != ""].value_counts()
        words = [(missing_word(str(kind)), n) for kind, n in kinds.items()]
        lost = join([Said(f"{word} {n}", f"{word.zh} {n}") for word, n in words])
        rows.append(("analysed", "分析", int((absent == "").sum()), *lost.pair))
    counts = [row[2] for row in rows]
    if counts != sorted(counts, reverse=True):
        raise CommsvcError(
            f"more are kept than there were: {counts}", allowed="issued ≥ returned ≥ valid"
        )
    return pd.DataFrame(rows, columns=["group", "group_zh", "count", "note", "note_zh"])
