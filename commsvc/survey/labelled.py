"""Files with labels: codes become answers, and values the owner declared missing leave them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from commsvc.survey.answers import BLANK, SKIPPED, Answers, Level, Question
from commsvc.survey.headers import plain_text
from commsvc.survey.response_sets import response_set
from commsvc.survey.scales import outside
from commsvc.words.messages import Text, message

# Where most answers have no label, the labels are of special values and the column holds numbers.
_MOSTLY: Final = 0.5
# So many people, and a share of the answers, with a code that has no label: it is an answer.
_FEWEST_OFTEN: Final = 3
_SHARE_OFTEN: Final = 0.02
# Labels that say that nobody answered; the others name an answer outside the base.
UNASKED: Final = (BLANK, SKIPPED)


def size(frame: pd.DataFrame) -> Text:
    """How large the table is, in words."""
    rows, columns = frame.shape
    return message("{rows} rows, {columns} columns", rows=rows, columns=columns)


@dataclass(frozen=True)
class Labelled:
    """A file of codes and what it says of them.

    Attributes
    ----------
    frame : the codes
    texts : column -> its label
    labels : column -> {code: label}
    ranges : column -> codes declared missing, each a value or {"lo": …, "hi": …}
    sets : multiple-response sets, as pyreadstat gives them
    extended : column -> (code, kind) of missing values that are no codes of the frame
    """

    frame: pd.DataFrame
    texts: Mapping[str, str]
    labels: Mapping[str, Mapping[Any, str]]
    ranges: Mapping[str, list[Any]]
    sets: Mapping[str, dict[str, Any]]
    extended: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)


@dataclass
class _Column:
    """One column with its labels: answers, why there is none, the levels, and what is unsure."""

    values: pd.Series
    why: pd.Series
    levels: tuple[Level, ...]
    missing: tuple[tuple[str, str], ...]
    said: list[Text]


def from_labels(file: Labelled, done: tuple[Text, ...], source: str) -> Answers:
    """Codes replaced by their labels, declared missing values taken out with their kind.

    Parameters
    ----------
    done, source : what was decided so far; the file's name
    """
    in_set = {column for spec in file.sets.values() for column in spec["variable_list"]}
    found = {str(c): _column(file, c, c in in_set) for c in file.frame}
    data = {c: one.values for c, one in found.items()}
    kinds = {c: one.why for c, one in found.items()}
    questions = [
        Question(
            c,
            plain_text(file.texts.get(c) or ""),
            kind="single" if one.levels else "text",
            columns=(c,),
            levels=one.levels,
            missing=one.missing,
        )
        for c, one in found.items()
        if c not in in_set
    ]
    said = [line for one in found.values() for line in one.said]
    for name, spec in file.sets.items():
        one_set = response_set(name, spec, data, kinds, file.texts, file.labels)
        questions.append(one_set.question)
        data, kinds = one_set.data, one_set.kinds
        said += one_set.done
    empty = {c: why.astype("category") for c, why in kinds.items() if (why != "").any()}
    out = pd.DataFrame(data, index=file.frame.index)
    return Answers(
        out,
        pd.DataFrame(empty, index=out.index),
        tuple(questions),
        (*done, *said),
        source,
        tuple((c, line) for c, one in found.items() for line in one.said),
    )


def _column(file: Labelled, column: str, in_set: bool) -> _Column:
    cells = file.frame[column]
    known = {key: str(label).strip() for key, label in file.labels.get(column, {}).items()}
    missing = list(file.ranges.get(column, []))
    # "No answer", not declared missing by the owner, is none all the same.
    silent = [k for k, x in known.items() if outside(x) in UNASKED and not _declared(k, missing)]
    said = [_said_silent(column, [known[k] for k in silent])] if silent else []
    missing += silent
    unlabelled = _unlabelled(cells, known, missing)
    named = [x for k, x in known.items() if not _declared(k, missing)]
    partly = bool(known) and (unlabelled.mean() > _MOSTLY or all(map(outside, named)))
    if partly:
        # 99 = refused on an age: the label of one value, and no list of answers.
        missing += [key for key, label in known.items() if outside(label)]
    values, why = _without_declared(cells, missing, known)
    keys = [k for k in sorted(known, key=_order) if not _declared(k, missing)]
    if partly and keys:
        said.append(_said_partly(column, [f"{code_text(k)} {known[k]}" for k in keys[:4]]))
        keys = []
    if keys and not in_set:
        strays = cells[unlabelled.index[unlabelled]]
        often = _often(strays, len(unlabelled))
        known |= {key: code_text(key) for key in often}
        keys = sorted([*keys, *often], key=_order)
        # A code without a label that few have is a slip of the keyboard: it stays, to be flagged.
        values = values.map(lambda v: known.get(v, code_text(v)), na_action="ignore").astype("str")
        if len(strays):
            said.append(_said_strays(column, strays))
    else:
        values = _plain(values)
    levels = tuple(Level(code_text(k), known[k], missing=outside(known[k])) for k in keys)
    codes = tuple(
        (code_text(k), missing_kind(v)) for k, v in known.items() if _declared(k, missing)
    )
    return _Column(values, why, levels, (*codes, *file.extended.get(column, ())), said)


def _often(strays: pd.Series, answered: int) -> list[Any]:
    """Codes without a label that too many have for a slip."""
    counts = strays.value_counts()
    return list(counts.index[counts >= max(_FEWEST_OFTEN, _SHARE_OFTEN * answered)])


def _said_silent(column: str, labels: list[str]) -> Text:
    return message(
        "column {column!r}: {labels} counts as no answer: the label says so, the file does not",
        column=column,
        labels=labels,
    )


def _unlabelled(cells: pd.Series, labels: Mapping[Any, str], missing: list[Any]) -> pd.Series:
    """Of the cells with an answer, which have no label."""
    there = cells.dropna()
    there = there[~there.map(lambda cell: _declared(cell, missing) or str(cell).strip() == "")]
    return ~there.isin(list(labels))


def _said_partly(column: str, named: list[str]) -> Text:
    return message(
        "column {column!r}: only some values have labels ({named}): taken as it is",
        column=column,
        named=named,
    )


def _said_strays(column: str, cells: pd.Series) -> Text:
    codes = list(dict.fromkeys(code_text(cell) for cell in cells))
    return message(
        "column {column!r}: {count} cells with codes that have no label: {codes}",
        column=column,
        count=len(cells),
        codes=codes,
    )


def _plain(values: pd.Series) -> pd.Series:
    """Whole numbers as such, and days as dates."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        return values.astype("Int64")
    days = values.dropna()
    if values.dtype == object and len(days) and all(type(day) is datetime.date for day in days):
        return pd.to_datetime(values)
    return values


def _without_declared(
    values: pd.Series, ranges: list[Any], labels: Mapping[Any, str]
) -> tuple[pd.Series, pd.Series]:
    empty = values.isna() | (values.map(lambda cell: isinstance(cell, str) and not cell.strip()))
    why = pd.Series("", index=values.index, dtype=object).mask(empty, BLANK)
    declared = values.map(lambda cell: _declared(cell, ranges)) & ~empty
    named = values[declared].map(
        lambda cell: missing_kind(labels.get(cell, "")) or f"user: {code_text(cell)}"
    )
    why[declared] = named
    return values.mask(declared | empty), why


def missing_kind(label: str) -> str:
    """The kind a missing value's label names; "user: …" where it is one of the owner's own."""
    return outside(label) or (f"user: {label}" if label else "")


def _declared(value: Any, ranges: list[Any]) -> bool:
    for pair in ranges:
        low, high = (pair["lo"], pair["hi"]) if isinstance(pair, dict) else (pair, pair)
        if isinstance(value, str) == isinstance(low, str) and low <= value <= high:
            return True
    return False


def code_text(key: Any) -> str:
    """A code as it is written: 1.0 is 1."""
    return str(int(key)) if isinstance(key, float) and key.is_integer() else str(key)


def _order(key: Any) -> tuple[int, float, str]:
    return (0, float(key), "") if isinstance(key, (int, float)) else (1, 0.0, str(key))
