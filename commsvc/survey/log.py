"""What cleaning changed, as a log that does it again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.words.messages import Text

# The rule of a step that leaves a whole column out.
PRIVATE = "private"


@dataclass(frozen=True)
class Step:
    """One fix of one column, the exclusion of rows, or (rule "private") that of a column.

    Attributes
    ----------
    rule : which fix
    column : where; "" for an exclusion
    changes : (before, after, cells) for every distinct value that changed
    absent : (before, kind, cells) for every value that turned out to be no answer
    dtype : what the column is afterwards; "" for what it was
    rows : index of the rows taken out
    note : what a reader has to know, as what could not be decided
    """

    rule: str
    column: str = ""
    changes: tuple[tuple[Any, Any, int], ...] = ()
    absent: tuple[tuple[Any, str, int], ...] = ()
    dtype: str = ""
    rows: tuple[Any, ...] = ()
    note: Text | str = ""


class Cleaned(NamedTuple):
    """What every cleaner gives: new answers, and the steps from the old ones to them."""

    data: Answers
    log: tuple[Step, ...]


def make_step(
    answers: Answers,
    rule: str,
    column: str,
    changes: Mapping[Any, Any],
    absent: Mapping[Any, str] | None = None,
    dtype: str = "",
    note: Text | str = "",
) -> Step:
    """A step with its counts; values that stay the same are left out."""
    counts = answers.column(column).value_counts()
    return Step(
        rule,
        column,
        tuple((b, a, int(counts.get(b, 0))) for b, a in changes.items() if a != b or dtype),
        tuple((b, kind, int(counts.get(b, 0))) for b, kind in (absent or {}).items()),
        dtype,
        note=note,
    )


def apply_step(answers: Answers, step: Step) -> Answers:
    """The answers after one step."""
    if step.rows:
        gone = set(step.rows)
        there = set(answers.data.index)
        if not gone <= there:
            raise CommsvcError(
                f"row {min(gone - there)!r} is not in the answers",
                where=f"step {step.rule!r}",
                next_step="replay a log on the answers it was made from",
            )
        return answers.rows(~answers.data.index.isin(gone))
    if step.rule == PRIVATE:
        answers.column(step.column)
        return answers.without(step.column)
    before = answers.column(step.column)
    after = {b: a for b, a, _ in step.changes}
    kinds = {b: kind for b, kind, _ in step.absent}
    cells = before.astype(object)
    why = answers.why_missing(step.column)
    if kinds:
        lost = cells.isin(list(kinds))
        why = why.mask(lost, cells.map(kinds))
        cells = cells.mask(lost)
    values = cells.map(lambda cell: after.get(cell, cell), na_action="ignore")
    return answers.with_column(step.column, values.astype(step.dtype or before.dtype), why)


def run(answers: Answers, steps: Iterable[Step]) -> Cleaned:
    """The answers after the steps that change something, and those steps."""
    done = []
    for step in steps:
        if step.changes or step.absent or step.rows or step.note or step.rule == PRIVATE:
            done.append(step)
            answers = apply_step(answers, step)
    return Cleaned(answers, tuple(done))


def replay(raw: Answers, log: Iterable[Step]) -> Answers:
    """The clean answers again, from the raw ones and the log.

    >>> from commsvc.survey.clean import trim_labels
    >>> raw = Answers.from_frame(pd.DataFrame({"Q1": [" 满意", "满意"]}))
    >>> data, log = trim_labels(raw)
    >>> replay(raw, log).equals(data), data.data["Q1"].tolist()
    (True, ['满意', '满意'])
    """
    for step in log:
        raw = apply_step(raw, step)
    return raw


def log_frame(log: Iterable[Step]) -> pd.DataFrame:
    """A log as a table to read: `rule, column, before, after, count, note`."""
    rows: list[tuple[Any, ...]] = []
    for step in log:
        rows += [(step.rule, step.column, b, a, n, step.note) for b, a, n in step.changes]
        rows += [
            (step.rule, step.column, b, f"({kind})", n, step.note) for b, kind, n in step.absent
        ]
        if step.rows:
            rows.append((step.rule, "", "row", "(excluded)", len(step.rows), step.note))
        elif step.rule == PRIVATE:
            rows.append((step.rule, step.column, "column", "(left out)", 0, step.note))
        elif not step.changes and not step.absent:
            rows.append((step.rule, step.column, "", "", 0, step.note))
    return pd.DataFrame(rows, columns=["rule", "column", "before", "after", "count", "note"])
