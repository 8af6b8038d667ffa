"""Stata files, with their extended missing values told apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import BLANK, Answers
from commsvc.survey.labelled import from_labels, missing_kind, size
from commsvc.survey.mangled import is_mangled, unmangled
from commsvc.words.messages import message

# Extended missing values .a to .z, as they stand in the file's table of labels: .a is one more.
_MISSING = 2_147_483_621


def read_stata(path: Path) -> Answers:
    """A Stata file, with its extended missing values .a to .z told apart."""
    try:
        with pd.read_stata(path, convert_categoricals=False, iterator=True) as reader:
            frame = reader.read(convert_missing=True)
            texts, labels = reader.variable_labels(), reader.value_labels()
            sets = dict(zip(frame.columns, reader._lbllist, strict=True))
    except (ValueError, KeyError) as error:
        raise CommsvcError(
            f"cannot be read ({str(error).partition('. pandas')[0]})",
            where=path.name,
            next_step="in Stata, save it again (File > Save As, version 14 or newer)",
        ) from error
    said = [size(frame)]
    values = {column: labels[sets[column]] for column in frame if sets[column] in labels}
    every = [*texts.values(), *(x for one in values.values() for x in one.values())]
    # Before version 14 Stata stored bytes and no encoding; pandas takes them for Latin-1.
    if is_mangled(every, "latin-1"):
        texts = {column: unmangled(text, "latin-1") for column, text in texts.items()}
        values = {
            column: {code: unmangled(label, "latin-1") for code, label in one.items()}
            for column, one in values.items()
        }
        for column in frame.select_dtypes(["object", "str"]):
            frame[column] = frame[column].map(
                lambda cell: unmangled(cell, "latin-1") if isinstance(cell, str) else cell
            )
        said.append(message("labels and texts read as GB18030"))
    kinds: dict[str, pd.Series] = {}
    declared: dict[str, tuple[tuple[str, str], ...]] = {}
    for column in frame:
        named = {
            f".{chr(ord('a') + int(code) - _MISSING - 1)}": str(label).strip()
            for code, label in values.get(column, {}).items()
            if int(code) > _MISSING
        }
        declared[column] = tuple((code, missing_kind(label)) for code, label in named.items())
        coded = frame[column].map(lambda cell: type(cell).__name__ == "StataMissingValue")
        if coded.any():
            kinds[column] = (
                frame[column]
                .where(coded)
                .map(lambda cell, n=named: _stata_kind(cell.string, n), na_action="ignore")
            )
            frame[column] = pd.to_numeric(frame[column].where(~coded, None))
    values = {
        column: {code: label for code, label in one.items() if int(code) <= _MISSING}
        for column, one in values.items()
    }
    answers = from_labels(frame, texts, values, {}, {}, tuple(said), path.name, declared)
    for column, found in kinds.items():
        why = answers.why_missing(column)
        answers = answers.with_column(
            column, answers.data[column], found.where(found.notna(), why).astype(object)
        )
    return answers


def _stata_kind(code: str, labels: Mapping[str, str]) -> str:
    return BLANK if code == "." else missing_kind(labels.get(code, "")) or f"user: {code}"
