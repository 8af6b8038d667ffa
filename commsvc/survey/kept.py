"""Who was kept, from the questionnaires given out to the answers analysed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.words import flag_word, missing_word
from commsvc.words.messages import Text, joined, message


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
    DataFrame `group, count, note`

    Examples
    --------
    >>> flow(228, 225, issued=230)[["group", "count"]].values.tolist()
    [['issued', 230], ['returned', 228], ['valid', 225]]
    """
    why = _counted([(flag_word(str(step.note)), len(step.rows)) for step in log if step.rows])
    size = [x.n if isinstance(x, Answers) else int(x) for x in (returned, valid)]
    rows: list[tuple[Text, int, Text | str]] = []
    if issued is not None:
        rows.append((message("issued"), int(issued), ""))
    rows += [(message("returned"), size[0], ""), (message("valid"), size[1], why)]
    if question is not None:
        if not isinstance(valid, Answers):
            raise CommsvcError("who answered a question is not in a number", next_step="Answers")
        absent = valid.why_missing(question)
        kinds = absent[absent != ""].value_counts()
        lost = _counted([(missing_word(str(kind)), n) for kind, n in kinds.items()])
        rows.append((message("analysed"), int((absent == "").sum()), lost))
    counts = [count for _, count, _ in rows]
    if counts != sorted(counts, reverse=True):
        raise CommsvcError(
            f"more are kept than there were: {counts}", allowed="issued ≥ returned ≥ valid"
        )
    return pd.DataFrame(rows, columns=["group", "count", "note"])


def _counted(words: list[tuple[Text, int]]) -> Text:
    return joined(message("{word} {count}", word=word, count=count) for word, count in words)
