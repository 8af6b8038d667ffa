"""A copy of a questionnaire file that can be sent on: without what tells who somebody is."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError, needed
from commsvc.survey.answers import BLANK, UNREADABLE, Answers, Question
from commsvc.survey.border import read_guarded
from commsvc.survey.dialects import dialect_of
from commsvc.survey.dialects.spss import SPSS, open_spss, with_dates
from commsvc.survey.personal import mask, mask_frame
from commsvc.survey.private import KIND_WORDS, numbered, private_columns
from commsvc.survey.read import read_answers
from commsvc.survey.table_files import EXCEL, SIGNS, TEXT, read_cells
from commsvc.words.messages import Text, message

Sheet = str | int | None


@dataclass(frozen=True)
class Copied:
    """A copy of the data.

    Attributes
    ----------
    file : the copy
    answers : what is read from it
    done : what was done to it
    """

    file: Path
    answers: Answers
    done: tuple[Text, ...]


@dataclass(frozen=True)
class _Source:
    """A file to be copied, and how it is read."""

    path: Path
    sheet: Sheet = None
    encoding: str | None = None


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
    folder : where the copy goes, under the file's own name (a workbook as `.xlsx`, a text file as
        `.csv`)
    sheet, encoding : as `read_answers` takes them; the copy is written so that it needs neither
    keep_private : copy everything, byte for byte; the columns are still hidden on reading

    Raises
    ------
    CommsvcError : the file cannot be read, or cannot be written without its private columns so that
        it reads as before

    Notes
    -----
    The copy is written anew: it holds the one table that is read, and no other sheet, comment,
    author or property of the file. Names, phone and identity numbers, addresses, accounts, devices
    and places are left out, IP addresses numbered, and what stands of them in longer texts, labels,
    headers and the file's name masked; the copy is then read and compared, cell by cell.
    """
    answers = read_answers(data, sheet=sheet, encoding=encoding)
    source = _Source(data, sheet, encoding)
    if keep_private:
        target = folder / data.name
        shutil.copyfile(data, target)
        said = message(
            "data/{name}: a copy of the file WITH what tells of persons: do not send it on",
            name=target.name,
        )
        return Copied(target, answers, (said,))
    suffix = data.suffix.lower()
    write = _WRITERS[suffix]
    target = folder / f"{mask(data.stem)}{_ENDINGS.get(suffix, suffix)}"
    gone = write(source, target)
    back = read_answers(target)
    if not _as_copied(back).equals(_as_copied(answers)) or _asked(back) != _asked(answers):
        raise CommsvcError(
            f"cannot be written without what tells of persons in {', '.join(gone) or 'it'} and "
            "read as before",
            where=data.name,
            next_step="take these columns out in the program the file is from, "
            "or keep them: --keep-private",
        )
    return Copied(target, answers, _said(target.name, data.name, gone))


def _as_copied(answers: Answers) -> Answers:
    """The answers with cells that could not be read as empty ones: so they stand in the copy."""
    plain = {
        c: why.astype(object).replace(UNREADABLE, BLANK).astype("category")
        for c, why in answers.missing.items()
    }
    return replace(answers, missing=pd.DataFrame(plain, index=answers.missing.index))


def _asked(answers: Answers) -> list[Question]:
    """The questions but for their roles, which the codebook keeps."""
    return [replace(question, role="") for question in answers.questions]


def _said(name: str, original: str, gone: Mapping[str, str]) -> tuple[Text, ...]:
    first = message("data/{name}: written anew from {original}", name=name, original=mask(original))
    if gone:
        first = message(
            "{first} without its private columns (IP addresses as running numbers): {columns}",
            first=first,
            columns=[mask(column) for column in gone],
        )
    missed = [words for kind, words in KIND_WORDS.items() if kind not in gone.values()]
    looked = message(
        "looked for by form and by header, and in no other column: {kinds}", kinds=missed
    )
    checked = message(
        "the copy reads exactly as the original does. Answers typed freely may still tell who "
        "somebody is: names and streets in them are not found"
    )
    return first, looked, checked


def _cells(source: _Source) -> tuple[pd.DataFrame, list[str], dict[str, str]]:
    """The cells to write, their headers, and the private columns left out or numbered."""
    cells = read_cells(source.path, sheet=source.sheet, encoding=source.encoding)
    exported = dialect_of(cells).read(cells)
    texts = {header.column: header.text or header.column for header in exported.headers}
    gone = private_columns(exported.frame, texts)
    frame = cells.frame.astype(object)
    for column, kind in gone.items():
        if kind == "ip":
            # Rows of the header stand above the answers.
            first = len(frame) - len(exported.frame)
            frame.loc[frame.index[first:], column] = (
                numbered(exported.frame[column]).fillna("").to_numpy()
            )
    headers = dict(zip(map(str, frame), cells.names, strict=True))
    left = [c for c in frame if gone.get(str(c), "ip") == "ip"]
    return mask_frame(frame[left])[0], [mask(headers[str(c)]) for c in left], gone


def _as_csv(source: _Source, target: Path) -> dict[str, str]:
    frame, headers, gone = _cells(source)
    # Excel takes a cell that begins so for a formula and runs it; the apostrophe says text.
    safe = frame.map(_as_typed)
    safe.columns = pd.Index([_as_typed(header) for header in headers])
    # With the mark, Excel reads Chinese right.
    safe.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\n")
    return gone


def _as_typed(cell: str) -> str:
    formula = cell.startswith(SIGNS) and not cell[1:].replace(".", "", 1).isdigit()
    return f"'{cell}" if formula else cell


def _as_excel(source: _Source, target: Path) -> dict[str, str]:
    from xlsxwriter import Workbook

    frame, headers, gone = _cells(source)
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        # Nothing of who made the file and when.
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet()
        for i, row in enumerate([headers, *frame.itertuples(index=False, name=None)]):
            for j, cell in enumerate(row):
                if cell != "":
                    sheet.write_string(i, j, cell)
    return gone


def _hidden(
    frame: pd.DataFrame, texts: Mapping[str, str], shown: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, dict[str, str]]:
    """The frame without private columns, addresses numbered, texts masked; and the columns.

    What tells is looked for in the values as they are shown, where these are others: dates.
    """
    found = private_columns(frame if shown is None else shown, texts)
    numbers = {c: numbered(frame[c]) for c, kind in found.items() if kind == "ip"}
    left = frame.assign(**numbers).drop(columns=[c for c in found if c not in numbers])
    return mask_frame(left)[0], found


def _as_parquet(source: _Source, target: Path) -> dict[str, str]:
    from commsvc.survey.dialects.parquet import open_parquet

    frame, gone = _hidden(open_parquet(source.path)[0], {})
    frame.to_parquet(target, index=False)
    return gone


def _as_spss(source: _Source, target: Path) -> dict[str, str]:
    import pyreadstat

    found = open_spss(source.path, source.encoding)
    frame, gone = _hidden(found.frame, found.texts, with_dates(found.frame, found.formats)[0])
    pyreadstat.write_sav(
        frame,
        str(target),
        compress=target.suffix.lower() == ".zsav",
        column_labels={c: mask(found.texts.get(c, "")) for c in frame},
        variable_value_labels=_labels(found.labels, frame),
        missing_ranges={c: ends for c, ends in found.ranges.items() if c in frame},
        variable_format={c: f for c, f in found.formats.items() if c in frame and f},
    )
    return gone


def _as_stata(source: _Source, target: Path) -> dict[str, str]:
    pyreadstat = needed("pyreadstat", "spss")
    frame, texts, labels, absent, formats = read_guarded(
        source.path, lambda: _stata(source.path), next_step="in Stata, save it again"
    )
    frame, gone = _hidden(frame, texts)
    pyreadstat.write_dta(
        frame,
        str(target),
        column_labels={c: mask(texts.get(c, "")) for c in frame},
        variable_value_labels=_labels(labels, frame),
        missing_user_values={c: values for c, values in absent.items() if c in frame},
        variable_format={c: f for c, f in formats.items() if c in frame and f.startswith("%t")},
    )
    return gone


def _stata(path: Path) -> tuple[Any, ...]:
    import pyreadstat

    frame, meta = pyreadstat.read_dta(
        str(path), user_missing=True, disable_datetime_conversion=True
    )
    texts = {c: text or "" for c, text in meta.column_names_to_labels.items()}
    labels, absent = dict(meta.variable_value_labels), dict(meta.missing_user_values or {})
    return frame, texts, labels, absent, dict(meta.original_variable_types)


def _labels(
    labels: Mapping[str, Mapping[Any, str]], frame: pd.DataFrame
) -> dict[str, dict[Any, str]]:
    """The labels of values, also of those nobody has, masked."""
    return {
        column: {code: mask(str(label)) for code, label in one.items()}
        for column, one in labels.items()
        if column in frame
    }


_ENDINGS: Final = {**dict.fromkeys(EXCEL, ".xlsx"), **dict.fromkeys(TEXT, ".csv")}
_WRITERS: Final[Mapping[str, Callable[[_Source, Path], dict[str, str]]]] = {
    **dict.fromkeys(EXCEL, _as_excel),
    **dict.fromkeys(TEXT, _as_csv),
    **dict.fromkeys(SPSS, _as_spss),
    ".parquet": _as_parquet,
    ".dta": _as_stata,
}
