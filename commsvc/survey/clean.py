"""Pure fixes of answers: each gives new answers and a log that does the same again.

Nothing is guessed: a word or number that could mean two things stays, or becomes a missing value
of the kind "undecided", and the log says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook
from commsvc.survey.log import PRIVATE, Cleaned, Step, make_step, run
from commsvc.survey.typed_numbers import holds_typed_numbers, typed_number
from commsvc.survey.unify import unify_scale
from commsvc.words.messages import message

_SPACE = re.compile(r"[\s\u200b\u3000\ufeff]+")
UNDECIDED = "undecided"


def clean_answers(answers: Answers, codebook: Codebook | None = None) -> Cleaned:
    """The fixes that need no decision, one after the other.

    Columns that the codebook calls private are left out; labels are trimmed; codes become labels
    and declared codes missing values, where a codebook says so; graded words come to one scale,
    the codebook's where there is one (`unify_scale`); columns that are numbers in words or with
    units become numbers (`read_numbers`).

    Parameters
    ----------
    codebook : the researcher's own; without one, what the answers look like decides

    Examples
    --------
    >>> raw = Answers.from_frame(pd.DataFrame({"Q1": ["非常满意 ", "很满意", "一般"]}))
    >>> data, log = clean_answers(raw)
    >>> data.data["Q1"].tolist(), [step.rule for step in log]
    (['很满意', '很满意', '一般'], ['trim', 'scale'])
    """
    log: tuple[Step, ...] = ()
    data = answers
    if codebook is not None:
        codebook.check(answers)
        data, log = leave_out_private(data, codebook)
        codebook = Codebook(tuple(q for q in codebook if q.role != "private"))
    data, more = trim_labels(data)
    log += more
    if codebook is not None:
        data, more = label_codes(data, codebook)
        log += more
    text = data.text_columns()
    if codebook is not None:
        scales = [c for q in codebook if q.kind in ("scale", "matrix") for c in q.columns]
        numbers = [c for q in codebook if q.kind == "number" for c in q.columns]
    else:
        scales = text
        numbers = [c for c in text if c not in answers.leads and holds_typed_numbers(data.data[c])]
    data, more = unify_scale(data, [c for c in scales if c in text], codebook=codebook)
    log += more
    numbers = [c for c in numbers if c in text]
    data, more = read_numbers(data, numbers)
    return Cleaned(data, log + more)


def trim_labels(answers: Answers, columns: Sequence[str] | None = None) -> Cleaned:
    """Spaces around labels away, runs of spaces one; invisible characters are spaces here."""
    chosen = answers.text_columns() if columns is None else columns
    steps = []
    for column in chosen:
        cells = [cell for cell in answers.distinct(column) if isinstance(cell, str)]
        changes = {cell: _SPACE.sub(" ", cell).strip() for cell in cells}
        steps.append(make_step(answers, "trim", column, changes))
    return run(answers, steps)


def label_codes(answers: Answers, codebook: Codebook) -> Cleaned:
    """Codes replaced by the codebook's labels, and its missing codes by their kinds.

    A value that is neither code nor label stays: `flags.out_of_range` finds it.

    Examples
    --------
    >>> from commsvc.survey.codebook_yaml import parse_yaml
    >>> book = parse_yaml("Q1: {kind: single, levels: [{code: 1, zh: 男}], missing: {9: refused}}")
    >>> data, _ = label_codes(Answers.from_frame(pd.DataFrame({"Q1": [1, 9, 1]})), book)
    >>> data.data["Q1"].tolist(), data.why_missing("Q1").tolist()
    (['男', nan, '男'], ['', 'refused', ''])
    """
    steps = []
    for question in codebook:
        labels = {name: level.label for level in question.levels for name in level.names}
        absent = dict(question.missing)
        # The options of a multiple-choice question are its columns: its cells are ticks.
        labels = {} if question.kind in ("multiple", "ranking") else labels
        for column in question.columns:
            values = {cell: _code(cell) for cell in answers.distinct(column)}
            lost = {cell: absent[code] for cell, code in values.items() if code in absent}
            changes = {c: labels[code] for c, code in values.items() if code in labels}
            changed = any(c != label for c, label in changes.items())
            if not lost and not changed:
                continue
            if changed:
                changes |= {c: _code(c) for c in values if c not in changes and c not in lost}
            dtype = "str" if changed else ""
            steps.append(
                make_step(answers, "label", column, changes if changed else {}, lost, dtype)
            )
    return run(answers, steps)


def _code(cell: Any) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def leave_out_private(answers: Answers, codebook: Codebook) -> Cleaned:
    """The answers without the columns that the codebook gives the role private.

    >>> from commsvc.survey.codebook_yaml import parse_yaml
    >>> raw = Answers.from_frame(pd.DataFrame({"street": ["x"], "Q1": ["好"]}))
    >>> data, _ = leave_out_private(raw, parse_yaml("street: {role: private}"))
    >>> list(data.data)
    ['Q1']
    """
    return run(answers, [Step(PRIVATE, column) for column in codebook.role("private")])


def read_numbers(answers: Answers, columns: Sequence[str], *, unit: str | None = None) -> Cleaned:
    """Numbers in words, in full width or with a unit, as numbers; a hedged one is undecided.

    Parameters
    ----------
    columns : where numbers are due
    unit : what may stand behind the number ("次"); left out, the most frequent unit of the column.
        A number in another unit is undecided, not converted in silence: 5 may be minutes or hours

    Examples
    --------
    >>> raw = Answers.from_frame(pd.DataFrame({"Q5": ["两次", "３", "十二次", "好几次"]}))
    >>> data, log = read_numbers(raw, ["Q5"])
    >>> data.data["Q5"].tolist(), data.why_missing("Q5").tolist()
    ([2, 3, 12, <NA>], ['', '', '', 'undecided'])
    """
    steps = []
    for column in columns:
        cells = answers.distinct(column)
        found = {cell: typed_number(cell) for cell in cells}
        units = [pair[1] for pair in found.values() if pair is not None and pair[1]]
        usual = unit if unit is not None else (max(units, key=units.count) if units else "")
        changes = {cell: pair[0] for cell, pair in found.items() if pair and pair[1] in ("", usual)}
        lost = {cell: UNDECIDED for cell in cells if cell not in changes}
        if not changes:
            continue
        whole = all(float(number).is_integer() for number in changes.values())
        after = {c: int(x) if whole else float(x) for c, x in changes.items()}
        note = message("unit {usual}", usual=usual) if usual else ""
        dtype = "Int64" if whole else "Float64"
        steps.append(make_step(answers, "number", column, after, lost, dtype, note))
    return run(answers, steps)


def read_dates(answers: Answers, columns: Sequence[str]) -> Cleaned:
    """Dates as dates: 2026/9/18, 2026-09-18 19:20, 2026年9月18日, 20260918; else undecided.

    A day before a month (03/04/2026) has two readings and is undecided.

    >>> raw = Answers.from_frame(pd.DataFrame({"d": ["2026年9月18日", "03/04/2026"]}))
    >>> read_dates(raw, ["d"]).data.data["d"].tolist()
    [Timestamp('2026-09-18 00:00:00'), NaT]
    """
    steps = []
    for column in columns:
        found = {cell: _date(cell) for cell in answers.distinct(column)}
        changes = {cell: date for cell, date in found.items() if date is not None}
        lost = {cell: UNDECIDED for cell, date in found.items() if date is None}
        steps.append(make_step(answers, "date", column, changes, lost, "datetime64[s]"))
    return run(answers, steps)


def _date(cell: Any) -> pd.Timestamp | None:
    if isinstance(cell, pd.Timestamp):
        return cell
    text = re.sub(r"\s*日\s*", " ", re.sub(r"[年月/.]", "-", str(cell))).strip().rstrip("-")
    text = re.sub(r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3", text)
    if not re.fullmatch(r"\d{4}-\d{1,2}-\d{1,2}(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", text):
        return None
    when = pd.to_datetime(text, format="mixed", errors="coerce")
    return None if pd.isna(when) else when


def exclude(answers: Answers, flags: pd.DataFrame, rules: Iterable[str] | None = None) -> Cleaned:
    """Without the rows that were flagged, as the researcher decides.

    Parameters
    ----------
    flags : rows of `commsvc.survey.flags`
    rules : which of its rules lead to exclusion; all when left out. One step a rule, in order: a
        row flagged twice is counted where it goes first

    Examples
    --------
    >>> flags = pd.DataFrame({"row": [1], "rule": ["duplicate"], "note": [""]})
    >>> raw = Answers.from_frame(pd.DataFrame({"a": [1, 1, 2]}))
    >>> exclude(raw, flags).data.data["a"].tolist()
    [1, 2]
    """
    there = list(dict.fromkeys(flags["rule"]))
    wanted = there if rules is None else list(rules)
    steps: list[Step] = []
    gone: set[Any] = set()
    for rule in wanted:
        rows = set(flags.loc[flags["rule"] == rule, "row"]) & set(answers.data.index) - gone
        gone |= rows
        steps.append(Step("exclude", rows=tuple(sorted(rows)), note=rule))
    return run(answers, [step for step in steps if step.rows])
