"""Files with labels: codes become answers, and values the owner declared missing leave them."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import pandas as pd

from commsvc.survey.answers import BLANK, Answers, Level, Question
from commsvc.survey.response_sets import response_set
from commsvc.survey.scales import outside
from commsvc.words.messages import Text, message

# Where most answers have no label, the labels are of special values and the column holds numbers.
_MOSTLY = 0.5


def size(frame: pd.DataFrame) -> Text:
    """How large the table is, in words."""
    rows, columns = frame.shape
    return message("{rows} rows, {columns} columns", rows=rows, columns=columns)


def from_labels(
    frame: pd.DataFrame,
    texts: Mapping[str, str | None],
    labels: Mapping[str, Mapping[Any, str]],
    ranges: Mapping[str, list[Any]],
    sets: Mapping[str, dict[str, Any]],
    done: tuple[Text, ...],
    source: str,
    extended: Mapping[str, tuple[tuple[str, str], ...]] | None = None,
) -> Answers:
    """Codes replaced by their labels, declared missing values taken out with their kind.

    Parameters
    ----------
    frame : the codes
    texts : column -> its label
    labels : column -> {code: label}
    ranges : column -> codes declared missing, each a value or {"lo": …, "hi": …}
    sets : multiple-response sets, as pyreadstat gives them
    done, source : what was decided so far; the file's name
    extended : column -> (code, kind) of missing values that are no codes of the frame
    """
    data: dict[str, pd.Series] = {}
    kinds: dict[str, pd.Series] = {}
    questions: list[Question] = []
    said: list[Text] = list(done)
    in_set = {column for spec in sets.values() for column in spec["variable_list"]}
    for column in frame:
        known = {key: str(label).strip() for key, label in labels.get(column, {}).items()}
        missing = list(ranges.get(column, []))
        unlabelled = _unlabelled(frame[column], known, missing)
        partly = bool(known) and (
            unlabelled.mean() > _MOSTLY or all(outside(label) for label in known.values())
        )
        if partly:
            # 99 = refused on an age: the label of one value, and no list of answers.
            missing += [key for key, label in known.items() if outside(label)]
        values, why = _without_declared(frame[column], missing, known)
        levels = tuple(
            Level(code_text(key), label, missing=outside(label))
            for key, label in sorted(known.items(), key=lambda pair: _order(pair[0]))
            if not _declared(key, missing)
        )
        if partly and levels:
            said.append(_said_partly(column, levels))
            levels = ()
        if levels and column not in in_set:
            # A code without a label is a slip of the keyboard: it stays, to be flagged.
            values = values.map(lambda v, k=known: k.get(v, code_text(v)), na_action="ignore")
            values = values.astype("str")
            if unlabelled.any():
                said.append(_said_strays(column, frame[column][unlabelled.index[unlabelled]]))
        else:
            values = _plain(values)
        data[column], kinds[column] = values, why
        if column in in_set:
            continue
        codes = tuple(
            (code_text(k), missing_kind(v)) for k, v in known.items() if _declared(k, missing)
        )
        declared = (*codes, *(extended or {}).get(column, ()))
        kind = "single" if levels else "text"
        questions.append(
            Question(column, texts.get(column) or "", "", kind, (column,), levels, declared)
        )
    for name, spec in sets.items():
        found = response_set(name, spec, data, kinds, texts, labels)
        questions.append(found.question)
        data, kinds = found.data, found.kinds
        said += found.done
    why_columns = {c: why.astype("category") for c, why in kinds.items() if (why != "").any()}
    out = pd.DataFrame(data)
    return Answers(
        out, pd.DataFrame(why_columns, index=out.index), tuple(questions), tuple(said), source
    )


def _unlabelled(cells: pd.Series, labels: Mapping[Any, str], missing: list[Any]) -> pd.Series:
    """Of the cells with an answer, which have no label."""
    there = cells.dropna()
    there = there[~there.map(lambda cell: _declared(cell, missing) or str(cell).strip() == "")]
    return ~there.isin(list(labels))


def _said_partly(column: str, levels: tuple[Level, ...]) -> Text:
    named = [f"{level.code} {level.label}" for level in levels[:4]]
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
