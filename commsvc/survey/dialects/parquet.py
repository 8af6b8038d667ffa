"""Parquet: types of its own; what is no value of a questionnaire becomes text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import needed
from commsvc.survey.answers import Answers
from commsvc.survey.border import read_guarded
from commsvc.survey.labelled import size


def read_parquet(path: Path) -> Answers:
    """A Parquet file; needs pyarrow."""
    frame, lost = open_parquet(path)
    return Answers.from_frame(frame, done=(size(frame),), source=path.name).losing(lost)


def open_parquet(path: Path) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """The columns of a Parquet file, and where text could not be read."""
    needed("pyarrow", "arrow")
    frame, lost = read_guarded(
        path,
        lambda: _read(path),
        next_step="not a Parquet file, or a damaged one: write it again, or export CSV",
    )
    frame.columns = [str(column) for column in frame.columns]
    return frame, lost


def _read(path: Path) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.read_table(path, use_threads=False)
    lost: dict[str, list[bool]] = {}
    for i, field in enumerate(table.schema):
        column = table.column(i)
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            fixed, bad = _valid(column)
            if any(bad):
                lost[field.name] = bad
        elif pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            # A list or a record is no answer; as text it can at least be seen.
            fixed = pa.array([None if x is None else str(x) for x in column.to_pylist()])
        else:
            continue
        table = table.set_column(i, field.name, fixed)
    frame = table.to_pandas(use_threads=False).reset_index(drop=True)
    return frame, {c: pd.Series(bad, frame.index) for c, bad in lost.items()}


def _valid(column: Any) -> tuple[Any, list[bool]]:
    """Text with what is no UTF-8 taken out, and where that was."""
    import pyarrow as pa

    try:
        column.validate(full=True)
    except pa.ArrowInvalid:
        raw = column.cast(pa.binary()).to_pylist()
        texts = [None if x is None else _text(x) for x in raw]
        return pa.array(texts), [
            a is not None and b is None for a, b in zip(raw, texts, strict=True)
        ]
    return column, []


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None
