"""SPSS files, in the encoding they are really in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.labelled import from_labels, size
from commsvc.survey.mangled import is_mangled
from commsvc.words.messages import Text, message

SPSS = (".sav", ".zsav")
# A Chinese file in a local code page fails at the default; GB18030 holds every Chinese one.
_SECOND_ENCODING = "GB18030"


def read_spss(path: Path, encoding: str | None = None) -> Answers:
    """An SPSS file; needs pyreadstat."""
    frame, meta, said = open_spss(path, encoding)
    return from_labels(
        frame,
        dict(meta.column_names_to_labels),
        dict(meta.variable_value_labels),
        {c: list(r) for c, r in (getattr(meta, "missing_ranges", None) or {}).items()},
        dict(getattr(meta, "mr_sets", None) or {}),
        (said, size(frame)),
        path.name,
    )


def open_spss(path: Path, encoding: str | None = None) -> tuple[pd.DataFrame, Any, Text]:
    """The codes and metadata of an SPSS file as pyreadstat gives them, and how they were read."""
    try:
        import pyreadstat
    except ImportError as error:
        raise CommsvcError(
            "SPSS files need pyreadstat", where=path.name, next_step="pip install pyreadstat"
        ) from error

    def read(name: str | None) -> tuple[pd.DataFrame, Any]:
        return pyreadstat.read_sav(str(path), encoding=name, user_missing=True)

    failures = (pyreadstat.ReadstatError, UnicodeDecodeError, LookupError)
    for name in [encoding] if encoding else [None, _SECOND_ENCODING]:
        try:
            frame, meta = read(name)
            break
        except failures as error:
            failure = error
    else:
        raise CommsvcError(
            f"cannot be read ({failure})",
            where=path.name,
            next_step="in SPSS, save it again in Unicode (UTF-8), or name its encoding",
        ) from failure
    used = name or meta.file_encoding or "UTF-8"
    if name is None and is_mangled(_texts(frame, meta), used):
        # Where the owner's bytes are neither, what the file says of itself stands.
        with suppress(*failures):
            said = message(
                "the file says {used}, and its labels are Chinese only as {better}: read so",
                used=used,
                better=_SECOND_ENCODING,
            )
            return *read(_SECOND_ENCODING), said
    return frame, meta, message("read as {used}", used=used)


def _texts(frame: pd.DataFrame, meta: Any) -> list[str]:
    labels = [label or "" for label in meta.column_names_to_labels.values()]
    labels += [str(x) for values in meta.variable_value_labels.values() for x in values.values()]
    cells = [frame[c].dropna().astype(str).head(200) for c in frame if frame[c].dtype == object]
    return labels + [cell for column in cells for cell in column]
