"""Answers that deserve a look: flagged with the rule, never dropped.

Every rule gives a frame `row, rule, note`, one row a respondent it finds. `clean.exclude`
takes out what the researcher decides to take out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.codebook import Codebook
from commsvc.survey.draft import draft_codebook
from commsvc.words.messages import Label, Text, message

_PREVIEW: Final = re.compile(r"preview|\btest\b|预览|测试", re.I)
COLUMNS: Final = ["row", "rule", "note"]
# Options that cannot go with another one.
EXCLUSIVE: Final = re.compile(
    r"(以上)?(都|均|全)(没有?|不|无).*|没有|无|没有以上.*|不(关注|知道|清楚|了解|需要|参加).*|"
    r"none( of .*)?|nothing|don'?t know",
    re.I,
)


def _flags(rows: Iterable[Any], rule: str, notes: Sequence[Text] | Text | str = "") -> pd.DataFrame:
    found = list(rows)
    return pd.DataFrame(
        {
            "row": found,
            "rule": [rule] * len(found),
            "note": list(notes)
            if isinstance(notes, Sequence) and not isinstance(notes, str)
            else [notes] * len(found),
        },
        columns=COLUMNS,
    )


def flag_answers(
    answers: Answers,
    codebook: Codebook | None = None,
    *,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    contradictions: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]] = (),
) -> pd.DataFrame:
    """Every rule that the answers allow.

    Parameters
    ----------
    codebook : drafted when left out; a researcher's own also says which answers and numbers are
        possible
    ranges : column -> (lowest, highest) number that is possible, beside those of the codebook

    Returns
    -------
    DataFrame `row, rule, note`; rules: duplicate, preview, speeder, straight-liner, exclusive
    option plus others, out of range, contradictory
    """
    book = draft_codebook(answers) if codebook is None else codebook
    found = [duplicates(answers), previews(answers)]
    if "seconds" in answers.data and pd.api.types.is_numeric_dtype(answers.data["seconds"]):
        found.append(speeders(answers))
    limits = dict(ranges or {})
    for question in book:
        if not set(question.columns) <= set(answers.data):
            continue  # left out as private
        if question.range is not None and codebook is not None:
            limits = {question.columns[0]: question.range} | limits
        if question.kind == "matrix" and len(question.columns) >= 3:
            found.append(straight_liners(answers, question.columns))
        if question.kind == "multiple" and len(question.columns) > 1:
            alone = [
                column
                for column, level in zip(question.columns, question.levels, strict=True)
                if EXCLUSIVE.fullmatch(level.label)
            ]
            found += [exclusive_and_others(answers, question.columns, c) for c in alone]
        if codebook is not None and question.kind in ("single", "scale", "matrix"):
            allowed = [x for level in question.levels for x in level.names]
            found += [out_of_range(answers, c, allowed) for c in question.columns if allowed]
    for column, (low, high) in limits.items():
        found.append(out_of_range(answers, column, low=low, high=high))
    found += [contradictory(answers, when, but) for when, but in contradictions]
    return pd.concat(found, ignore_index=True)


def duplicates(answers: Answers, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Rows that repeat an earlier one.

    Parameters
    ----------
    columns : what has to be equal. Left out: all but the lead columns, and, where both are there,
        address and time of submission instead. Rows without any answer there are not compared

    Examples
    --------
    >>> duplicates(Answers.from_frame(pd.DataFrame({"a": [1, 2, 1], "b": [1, 1, 1]})))
       row       rule                 note
    0    2  duplicate  same answers as row 0
    """
    if columns is not None:
        return _repeated(answers, list(columns), message("same {columns}", columns=list(columns)))
    asked = [c for c in answers.data if c not in answers.leads]
    found = [_repeated(answers, asked, message("same answers"))]
    if {"ip", "submitted"} <= set(answers.data):
        said = message("same address and time")
        found.append(_repeated(answers, ["ip", "submitted"], said))
    return pd.concat(found).drop_duplicates("row").sort_values("row", ignore_index=True)


def _repeated(answers: Answers, columns: list[str], said: Text) -> pd.DataFrame:
    part = pd.DataFrame({c: answers.column(c) for c in columns}, index=answers.data.index)
    part = part[part.notna().any(axis=1)] if "ip" not in columns else part.dropna()
    if part.empty:
        return _flags([], "duplicate")
    groups = part.groupby(columns, dropna=False, sort=False).ngroup()
    first = pd.Series(part.index, index=part.index).groupby(groups).transform("first")
    again = first[first != part.index]
    ids = answers.data.get("id")
    notes: list[Text] = [
        message("{said} as row {row}", said=said, row=row)
        if ids is None
        else message("{said} as answer {id}", said=said, id=ids[row])
        for row in again
    ]
    return _flags(again.index, "duplicate", notes)


def previews(answers: Answers) -> pd.DataFrame:
    """Answers that an export says were given to try the questionnaire out."""
    status = answers.data["status"] if "status" in answers.leads else pd.Series(dtype=str)
    tried = status.astype(str).str.contains(_PREVIEW)
    return _flags(status.index[tried], "preview", [Label({"en": x}) for x in status[tried]])


def speeders(
    answers: Answers, column: str = "seconds", *, fraction: float = 0.3, machine: float = 1.0
) -> pd.DataFrame:
    """Who was faster than a fraction of the median time, or too fast for a person.

    Greszki, Meyer and Schoen (2015, Public Opinion Quarterly 79) use 30 to 50 percent below the
    median; the default flags those who took less than 30 percent of it.

    >>> speeders(Answers.from_frame(pd.DataFrame({"seconds": [100, 120, 20, 1]})))["note"].tolist()
    ['20 s, below 30% of the median 100 s', '1 s: a machine']
    """
    spent = answers.column(column)
    if not pd.api.types.is_numeric_dtype(spent):
        raise CommsvcError("times are no numbers", where=column, next_step="read_numbers")
    seconds = spent.astype("Float64")
    median = seconds[seconds > machine].median()
    limit = machine if pd.isna(median) else max(machine, fraction * float(median))
    fast = seconds[(seconds <= machine) | (seconds < limit)]
    notes = [
        message("{x:g} s: a machine", x=x)
        if x <= machine
        else message(
            "{x:g} s, below {fraction:percent0} of the median {median:g} s",
            x=x,
            fraction=fraction,
            median=median,
        )
        for x in fast
    ]
    return _flags(fast.index, "speeder", notes)


def straight_liners(answers: Answers, columns: Sequence[str]) -> pd.DataFrame:
    """Who gave every row of a matrix the same answer (all rows answered, three or more).

    >>> frame = pd.DataFrame({"a": [3, 3], "b": [3, 4], "c": [3, 5]})
    >>> straight_liners(Answers.from_frame(frame), ["a", "b", "c"])["row"].tolist()
    [0]
    """
    if len(columns) < 3:
        raise CommsvcError(f"{len(columns)} rows of a matrix", allowed="3 or more")
    part = pd.DataFrame({c: answers.column(c).astype(object) for c in columns})
    same = part.notna().all(axis=1) & (part.nunique(axis=1) == 1)
    said = message("{first} to {last}", first=columns[0], last=columns[-1])
    return _flags(part.index[same], "straight-liner", said)


def exclusive_and_others(answers: Answers, columns: Sequence[str], exclusive: str) -> pd.DataFrame:
    """Who ticked an option that excludes all others, and another one.

    >>> frame = pd.DataFrame({"none": [1, 1, 0], "tea": [0, 1, 1]})
    >>> exclusive_and_others(Answers.from_frame(frame), ["none", "tea"], "none")["row"].tolist()
    [1]
    """
    others = [c for c in columns if c != exclusive]
    ticked = answers.column(exclusive).fillna(0) == 1
    more = pd.DataFrame({c: answers.column(c).fillna(0) == 1 for c in others}).any(axis=1)
    rows = answers.data.index[ticked & more]
    return _flags(rows, "exclusive option plus others", exclusive)


def out_of_range(
    answers: Answers,
    column: str,
    allowed: Iterable[Any] | None = None,
    *,
    low: float = float("-inf"),
    high: float = float("inf"),
) -> pd.DataFrame:
    """Answers that are none of those allowed, or numbers outside the ends (which are allowed).

    >>> out_of_range(Answers.from_frame(pd.DataFrame({"age": [30, 190]})), "age", high=120)
       row          rule      note
    0    1  out of range  age: 190
    """
    cells = answers.column(column)
    if allowed is not None:
        known = {str(x) for x in allowed}
        wrong = cells.notna() & ~cells.astype(object).map(lambda cell: str(cell) in known)
    else:
        if not pd.api.types.is_numeric_dtype(cells):
            raise CommsvcError("answers are no numbers", where=column, next_step="read_numbers")
        wrong = (cells.notna() & ((cells < low) | (cells > high))).fillna(False).astype(bool)
    notes = [message("{column}: {cell}", column=column, cell=cell) for cell in cells[wrong]]
    return _flags(answers.data.index[wrong], "out of range", notes)


def contradictory(
    answers: Answers, when: Mapping[str, Any], but: Mapping[str, Any], *, name: str = ""
) -> pd.DataFrame:
    """Who answered two questions in a way that cannot be.

    Parameters
    ----------
    when, but : column -> answer or answers. A row that agrees with all of both is flagged;
        `...` stands for any answer at all
    name : what contradicts what, for the note

    Examples
    --------
    >>> frame = pd.DataFrame({"used": ["no", "yes"], "visits": [4, 2]})
    >>> contradictory(Answers.from_frame(frame), {"used": "no"}, {"visits": ...})["row"].tolist()
    [0]
    """
    if not when or not but:
        raise CommsvcError("a contradiction has two sides", allowed="{column: answer} for both")
    agree = pd.Series(True, index=answers.data.index)
    for column, answer in (*when.items(), *but.items()):
        cells = answers.column(column)
        if answer is ...:
            agree &= cells.notna()
        else:
            options = [answer] if isinstance(answer, (str, int, float)) else list(answer)
            agree &= cells.isin(options).fillna(False).astype(bool)
    said = name or message("{when} but {but}", when=_side(when), but=_side(but))
    return _flags(agree.index[agree], "contradictory", said)


def _side(answers: Mapping[str, Any]) -> list[str]:
    """One side of a contradiction in words: Q1 = no, Q5 answered."""
    return [f"{c} …" if a is ... else f"{c} = {a}" for c, a in answers.items()]


def count_flags(flags: pd.DataFrame, answers: Answers) -> pd.DataFrame:
    """How many rows each rule found: `rule, count, base, estimate`; a row counts once a rule."""
    counts = flags.groupby("rule", sort=False)["row"].nunique()
    return pd.DataFrame(
        {
            "rule": counts.index.tolist(),
            "count": counts.to_numpy(),
            "base": answers.n,
            "estimate": counts.to_numpy() / max(answers.n, 1),
        }
    )
