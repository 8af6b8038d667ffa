"""Stata: extended missing values told apart, dates with gaps, and what old versions did not say."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from commsvc.survey.answers import BLANK, Answers
from commsvc.survey.border import read_guarded
from commsvc.survey.labelled import Labelled, from_labels, missing_kind, size
from commsvc.survey.mangled import is_mangled, unmangled
from commsvc.words.messages import Text, message

# Extended missing values .a to .z, as they stand in the file's table of labels: .a is one more.
_MISSING: Final = 2_147_483_621
_UNICODE_SINCE: Final = 118
# What a date counts from 1960 on, by its format.
_UNITS: Final = {
    "%tc": "ms", "%tC": "ms", "%td": "D", "%d": "D", "%tw": "W", "%tm": "M", "%tq": "Q",
    "%th": "H", "%ty": "Y",
}  # fmt: skip
_MONTHS: Final = {"M": 1, "Q": 3, "H": 6}
_EPOCH: Final = pd.Timestamp("1960-01-01")


class StataFile(NamedTuple):
    """What pandas finds in a Stata file, in types that travel between processes."""

    frame: pd.DataFrame
    texts: dict[str, str]
    labels: dict[str, dict[Any, str]]
    formats: dict[str, str]
    version: int


def read_stata(path: Path) -> Answers:
    """A Stata file, with its extended missing values .a to .z told apart."""
    found = read_guarded(
        path,
        lambda: _open(path),
        next_step="in Stata, save it again (File > Save As, version 14 or newer)",
    )
    found, said = _in_its_letters(found)
    done: list[Text] = [size(found.frame), *said]
    frame, labels, declared, kinds = _without_extended(found)
    frame, lost = _with_dates(frame, found.formats)
    answers = from_labels(
        Labelled(frame, found.texts, labels, {}, {}, declared), tuple(done), path.name
    )
    for column, why in kinds.items():
        known = answers.why_missing(column)
        answers = answers.with_column(
            column, answers.data[column], why.where(why.notna(), known).astype(object)
        )
    return answers.losing(lost)


def _open(path: Path) -> StataFile:
    with pd.read_stata(
        path, convert_categoricals=False, convert_dates=False, iterator=True
    ) as reader:
        frame = reader.read(convert_missing=True)
        texts, labels = reader.variable_labels(), reader.value_labels()
        sets = dict(zip(frame.columns, reader._lbllist, strict=True))
        formats = dict(zip(frame.columns, reader._fmtlist, strict=True))
        version = int(reader._format_version)
    values = {c: dict(labels[sets[c]]) for c in frame if sets[c] in labels}
    return StataFile(frame, dict(texts), values, formats, version)


def _in_its_letters(found: StataFile) -> tuple[StataFile, list[Text]]:
    """Before version 14 Stata stored bytes and no encoding; pandas takes them for Latin-1."""
    every = [*found.texts.values(), *(x for one in found.labels.values() for x in one.values())]
    if found.version >= _UNICODE_SINCE or not is_mangled(every, "latin-1"):
        return found, []

    def read(cell: Any) -> Any:
        return unmangled(cell, "latin-1") if isinstance(cell, str) else cell

    texts = found.frame.select_dtypes(["object", "str"])
    changed = found._replace(
        frame=found.frame.assign(**{str(c): texts[c].map(read) for c in texts}),
        texts={c: read(text) for c, text in found.texts.items()},
        labels={c: {k: read(x) for k, x in one.items()} for c, one in found.labels.items()},
    )
    return changed, [message("labels and texts read as GB18030")]


def _without_extended(
    found: StataFile,
) -> tuple[pd.DataFrame, dict[str, Any], dict[str, tuple[tuple[str, str], ...]], dict[str, Any]]:
    """Codes, their labels, (code, kind) of extended missing values, and who has which."""
    frame, kinds, declared = found.frame, {}, {}
    for column in frame:
        named = {
            f".{chr(ord('a') + int(code) - _MISSING - 1)}": str(label).strip()
            for code, label in found.labels.get(column, {}).items()
            if int(code) > _MISSING
        }
        declared[column] = tuple((code, missing_kind(label)) for code, label in named.items())
        if frame[column].dtype != object:
            continue
        coded = frame[column].map(lambda cell: type(cell).__name__ == "StataMissingValue")
        if coded.any():
            kinds[column] = (
                frame[column]
                .where(coded)
                .map(lambda cell, n=named: _kind(cell.string, n), na_action="ignore")
            )
            frame = frame.assign(**{column: pd.to_numeric(frame[column].where(~coded, None))})
    labels = {
        column: {code: label for code, label in one.items() if int(code) <= _MISSING}
        for column, one in found.labels.items()
    }
    return frame, labels, declared, kinds


def _kind(code: str, labels: Mapping[str, str]) -> str:
    return BLANK if code == "." else missing_kind(labels.get(code, "")) or f"user: {code}"


def _with_dates(
    frame: pd.DataFrame, formats: Mapping[str, str]
) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    lost: dict[str, pd.Series] = {}
    for column in frame:
        form = formats.get(column, "")
        unit = next((u for name, u in _UNITS.items() if form.startswith(name)), "")
        if unit and pd.api.types.is_numeric_dtype(frame[column]):
            days = _dates(frame[column], unit)
            lost[column] = frame[column].notna() & days.isna()
            frame = frame.assign(**{column: days})
    return frame, {column: far for column, far in lost.items() if far.any()}


def _dates(cells: pd.Series, unit: str) -> pd.Series:
    """Numbers as days; NaT where there is none, or one that pandas' calendar does not hold."""
    days = {n: _day(float(n), unit) for n in cells.dropna().unique()}
    return pd.to_datetime(cells.map(days, na_action="ignore"))


def _day(n: float, unit: str) -> Any:
    """
    >>> _day(23131.0, "D"), _day(760.0, "M"), _day(8e9, "D")
    (Timestamp('2023-05-01 00:00:00'), Timestamp('2023-05-01 00:00:00'), NaT)
    """
    try:
        if unit in ("ms", "D"):
            return _EPOCH + pd.Timedelta(n, unit)
        if unit in _MONTHS:
            year, month = divmod(int(n) * _MONTHS[unit], 12)
            return pd.Timestamp(1960 + year, month + 1, 1)
        year, week = divmod(int(n), 52) if unit == "W" else (int(n) - 1960, 0)
        return pd.Timestamp(1960 + year, 1, 1) + pd.Timedelta(7 * week, "D")
    except (ValueError, OverflowError):
        return pd.NaT
