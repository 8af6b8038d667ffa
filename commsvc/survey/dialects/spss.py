"""SPSS: labels, missing values and response sets of the file's own, its weight, its encoding."""

from __future__ import annotations

import struct
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from commsvc.errors import needed
from commsvc.survey.answers import Answers
from commsvc.survey.border import read_guarded
from commsvc.survey.labelled import Labelled, from_labels, size
from commsvc.survey.mangled import is_mangled
from commsvc.words.messages import Text, message

SPSS: Final = (".sav", ".zsav")
# A Chinese file in a local code page fails at the default; GB18030 holds every Chinese one.
_SECOND_ENCODING: Final = "GB18030"
_EPOCH: Final = pd.Timestamp("1582-10-14")
_DATES: Final = ("DATE", "ADATE", "EDATE", "SDATE", "JDATE", "QYR", "MOYR", "WKYR", "YMDHMS")
# The days pandas can hold, as SPSS counts seconds.
_SECONDS: Final = tuple(
    (end - _EPOCH).total_seconds()
    for end in (pd.Timestamp("1678-01-01"), pd.Timestamp("2262-01-01"))
)
_UNICODE: Final = ("UTF-8", "UTF8", "CP65001")


class SpssFile(NamedTuple):
    """What pyreadstat finds in an SPSS file, in types that travel between processes."""

    frame: pd.DataFrame
    texts: dict[str, str]
    labels: dict[str, dict[Any, str]]
    ranges: dict[str, list[Any]]
    sets: dict[str, dict[str, Any]]
    formats: dict[str, str]
    weight: str
    said: Text


def read_spss(path: Path, encoding: str | None = None) -> Answers:
    """An SPSS file; needs pyreadstat."""
    found = open_spss(path, encoding)
    frame, lost = with_dates(found.frame, found.formats)
    answers = from_labels(
        Labelled(frame, found.texts, found.labels, found.ranges, found.sets),
        (found.said, size(frame)),
        path.name,
    )
    return answers.with_role(found.weight, "weight").losing(lost)


def open_spss(path: Path, encoding: str | None = None) -> SpssFile:
    """The codes and metadata of an SPSS file, and how they were read."""
    needed("pyreadstat", "spss")
    return read_guarded(
        path,
        lambda: _open(path, encoding),
        next_step="in SPSS, save it again in Unicode (UTF-8), or name its encoding",
    )


def _open(path: Path, encoding: str | None) -> SpssFile:
    import pyreadstat

    def read(name: str | None) -> tuple[pd.DataFrame, Any]:
        return pyreadstat.read_sav(
            str(path), encoding=name, user_missing=True, disable_datetime_conversion=True
        )

    failures = (pyreadstat.ReadstatError, UnicodeDecodeError, LookupError)
    for name in [encoding] if encoding else [None, _SECOND_ENCODING]:
        try:
            frame, meta = read(name)
            break
        except failures as error:
            failure = error
    else:
        raise failure
    used = name or meta.file_encoding or "UTF-8"
    said = message("read as {used}", used=used)
    # A file that says it is Unicode is believed.
    if name is None and used.upper() not in _UNICODE and is_mangled(_texts(frame, meta), used):
        # Where the owner's bytes are neither, what the file says of itself stands.
        with suppress(*failures):
            frame, meta = read(_SECOND_ENCODING)
            said = message(
                "the file says {used}, and its labels are Chinese only as {better}: read so",
                used=used,
                better=_SECOND_ENCODING,
            )
    return SpssFile(
        frame,
        {c: text or "" for c, text in meta.column_names_to_labels.items()},
        dict(meta.variable_value_labels),
        {c: list(r) for c, r in (meta.missing_ranges or {}).items()},
        dict(getattr(meta, "mr_sets", None) or {}),
        dict(meta.original_variable_types),
        _weight(path, list(frame)),
        said,
    )


def _texts(frame: pd.DataFrame, meta: Any) -> list[str]:
    labels = [label or "" for label in meta.column_names_to_labels.values()]
    labels += [str(x) for values in meta.variable_value_labels.values() for x in values.values()]
    cells = [frame[c].dropna().astype(str).head(200) for c in frame if frame[c].dtype == object]
    return labels + [cell for column in cells for cell in column]


def _weight(path: Path, columns: list[str]) -> str:
    """The variable that the file's own WEIGHT BY names, or "".

    The header has its place in the dictionary, where a long text takes several records.
    """
    with path.open("rb") as stream:
        head = stream.read(176)
        order = "<" if head[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
        place = struct.unpack(f"{order}i", head[76:80])[0] if len(head) == 176 else 0
        for record in range(1, place + 1):
            kind, _, labelled, missing, *_ = struct.unpack(f"{order}6i", stream.read(24))
            name = stream.read(8).decode("ascii", "replace").strip()
            if kind != 2:
                return ""
            if labelled:
                (length,) = struct.unpack(f"{order}i", stream.read(4))
                stream.seek(-(-length // 4) * 4, 1)
            stream.seek(8 * abs(missing), 1)
            if record == place:
                return next((c for c in columns if c.upper() == name.upper()), "")
    return ""


def with_dates(
    frame: pd.DataFrame, formats: dict[str, str]
) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Seconds since 1582 as dates; a day no calendar here holds is lost, and its place kept."""
    lost: dict[str, pd.Series] = {}
    for column in frame:
        if not formats.get(column, "").rstrip("0123456789.").startswith(_DATES):
            continue
        seconds = pd.to_numeric(frame[column], errors="coerce")
        there = seconds.between(*_SECONDS)
        days = _EPOCH.as_unit("s") + pd.to_timedelta(seconds.where(there).fillna(0), unit="s")
        frame = frame.assign(**{column: days.astype("datetime64[s]").where(there)})
        if (far := seconds.notna() & ~there).any():
            lost[column] = far
    return frame, lost
