"""A copy of a questionnaire file that can be sent on: without what tells who somebody is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.files import SIGNS, read_cells
from commsvc.survey.masked import mask_frame
from commsvc.survey.private import hide_private, numbered, private_columns
from commsvc.survey.read import CELLS, read_answers
from commsvc.words.messages import Text, message

Sheet = str | int | None


@dataclass(frozen=True)
class Copied:
    """A copy of the data.

    Attributes
    ----------
    file : the copy
    answers : what is read from it
    done : what was done to it, in both languages
    """

    file: Path
    answers: Answers
    done: tuple[Text, ...]


def copy_data(
    data: Path,
    folder: Path,
    *,
    sheet: Sheet = None,
    encoding: str | None = None,
    keep_private: bool = False,
) -> Copied:
    """Copy a questionnaire file into a folder, without its private columns.

    Parameters
    ----------
    data : what `commsvc.survey.read_answers` reads
    folder : where the copy goes, under the file's own name (`.csv` for a workbook that has to be
        written anew)
    sheet, encoding : as `read_answers` takes them; the copy is written so that it needs neither
    keep_private : copy everything; the columns are still hidden on reading

    Raises
    ------
    CommsvcError : the file cannot be read, or cannot be written without its private columns so that
        it reads as before

    Notes
    -----
    Where nothing has to be left out, the copy is the file, byte for byte. Otherwise names, phone
    and identity numbers and addresses are left out, IP addresses numbered and what stands of it in
    longer texts masked; whatever the format,
    the copy is then read and compared with the original, cell by cell.
    """
    answers = read_answers(data, sheet=sheet, encoding=encoding)
    told = sheet is not None or encoding is not None
    rewrite = _WRITERS.get(data.suffix.lower(), _as_csv)
    found = _private(data, sheet, encoding)
    if not told and (keep_private or not found):
        target = folder / data.name
        shutil.copyfile(data, target)
        return Copied(target, answers, (_said_whole(target.name, found),))
    target = rewrite(data, folder, not keep_private, sheet, encoding)
    back = read_answers(target)
    if not back.equals(answers) or back.questions != answers.questions:
        raise CommsvcError(
            "cannot be written without what tells of persons in "
            f"{', '.join([*found.columns, *found.texts])} and read as before",
            where=data.name,
            next_step="take these columns out in the program the file is from, "
            "or keep them: --keep-private",
        )
    return Copied(target, answers, _said_rewritten(target.name, data.name, found, keep_private))


class _Private(NamedTuple):
    """What tells of persons, as the file names its columns: whole columns, and texts in others."""

    columns: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.columns or self.texts)


def _private(data: Path, sheet: Sheet, encoding: str | None) -> _Private:
    if data.suffix.lower() in CELLS:
        frame, titles = read_cells(data, sheet=sheet, encoding=encoding).frame, {}
    else:
        whole = read_answers(data, encoding=encoding, private="keep")
        frame = whole.data
        titles = {q.columns[0]: q.text for q in whole.questions if len(q.columns) == 1}
    columns = tuple(private_columns(frame, titles))
    _, texts = mask_frame(frame.drop(columns=list(columns)))
    return _Private(columns, tuple(texts))


def _said_whole(name: str, found: _Private) -> Text:
    if not found:
        return message(
            "data/{name}: a copy of the file; no column in it looks private. Answers typed "
            "freely may still tell who somebody is",
            name=name,
        )
    return message(
        "data/{name}: a copy of the file WITH what tells of persons in {columns}: do not send "
        "it on",
        name=name,
        columns=[*found.columns, *found.texts],
    )


def _said_rewritten(
    name: str, original: str, found: _Private, keep_private: bool
) -> tuple[Text, ...]:
    first = message("data/{name}: copied from {original}", name=name, original=original)
    if found and keep_private:
        first = message(
            "{first}, WITH what tells of persons in {columns}: do not send it on",
            first=first,
            columns=[*found.columns, *found.texts],
        )
    elif found.columns:
        first = message(
            "{first} without its private columns (IP addresses as running numbers): {columns}",
            first=first,
            columns=list(found.columns),
        )
    checked = message(
        "the copy reads exactly as the original does. Answers typed freely may still tell who "
        "somebody is: names and streets in them are not found"
    )
    return first, checked


def _as_csv(data: Path, folder: Path, hide: bool, sheet: Sheet, encoding: str | None) -> Path:
    frame = read_cells(data, sheet=sheet, encoding=encoding).frame
    if hide:
        frame, _ = hide_private(frame)
    target = folder / f"{data.stem}.csv"
    # Excel takes a cell that begins so for a formula and runs it; the apostrophe says text.
    safe = frame.map(_as_typed).rename(columns=_as_typed)
    # With the mark, Excel reads Chinese right.
    safe.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\n")
    return target


def _as_typed(cell: str) -> str:
    formula = cell.startswith(SIGNS) and not cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if formula else cell


def _hidden(frame: pd.DataFrame, hide: bool, texts: Any) -> pd.DataFrame:
    """The frame without private columns, addresses numbered, texts masked."""
    if not hide:
        return frame
    for column, kind in private_columns(frame, texts).items():
        if kind == "ip":
            frame = frame.assign(**{column: numbered(frame[column])})
        else:
            frame = frame.drop(columns=column)
    return mask_frame(frame)[0]


def _as_parquet(data: Path, folder: Path, hide: bool, sheet: Sheet, encoding: str | None) -> Path:
    target = folder / data.name
    _hidden(pd.read_parquet(data), hide, {}).to_parquet(target, index=False)
    return target


def _as_spss(data: Path, folder: Path, hide: bool, sheet: Sheet, encoding: str | None) -> Path:
    import pyreadstat

    from commsvc.survey.spss import open_spss

    frame, meta, _ = open_spss(data, encoding)
    frame = _hidden(frame, hide, meta.column_names_to_labels)
    target = folder / data.name
    pyreadstat.write_sav(
        frame,
        str(target),
        compress=data.suffix.lower() == ".zsav",
        column_labels={c: meta.column_names_to_labels.get(c) for c in frame},
        variable_value_labels=_kept(meta.variable_value_labels, frame),
        missing_ranges=_kept(meta.missing_ranges, frame),
    )
    return target


def _as_stata(data: Path, folder: Path, hide: bool, sheet: Sheet, encoding: str | None) -> Path:
    try:
        import pyreadstat
    except ImportError as error:
        raise CommsvcError(
            "writing it without what tells of persons needs pyreadstat",
            where=data.name,
            next_step="pip install pyreadstat, or keep the columns: --keep-private",
        ) from error
    frame, meta = pyreadstat.read_dta(str(data), user_missing=True)
    frame = _hidden(frame, hide, meta.column_names_to_labels)
    target = folder / data.name
    pyreadstat.write_dta(
        frame,
        str(target),
        column_labels={c: meta.column_names_to_labels.get(c) for c in frame},
        variable_value_labels=_kept(meta.variable_value_labels, frame),
        missing_user_values=_kept(meta.missing_user_values, frame),
    )
    return target


def _kept(entries: Any, frame: pd.DataFrame) -> dict[str, Any]:
    return {column: value for column, value in (entries or {}).items() if column in frame}


_WRITERS: dict[str, Callable[..., Path]] = {
    ".parquet": _as_parquet,
    ".sav": _as_spss,
    ".zsav": _as_spss,
    ".dta": _as_stata,
}
