"""A copy of a questionnaire file that can be sent on: without what tells who somebody is."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import Answers
from commsvc.survey.files import read_cells
from commsvc.survey.private import hide_private, numbered, private_columns
from commsvc.survey.read import CELLS, read_answers
from commsvc.survey.said import Said


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
    done: tuple[Said, ...]


def copy_data(
    data: Path,
    folder: Path,
    *,
    sheet: str | int = 0,
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
    and identity numbers and addresses are left out and IP addresses numbered; whatever the format,
    the copy is then read and compared with the original, cell by cell.
    """
    answers = read_answers(data, sheet=sheet, encoding=encoding)
    told = sheet != 0 or encoding is not None
    rewrite = _WRITERS.get(data.suffix.lower(), _as_csv)
    private = _private(data, sheet, encoding)
    if not told and (keep_private or not private):
        target = folder / data.name
        shutil.copyfile(data, target)
        return Copied(target, answers, (_said_whole(target.name, private),))
    hidden = [] if keep_private else private
    target = rewrite(data, folder, hidden, sheet, encoding)
    back = read_answers(target)
    if not back.equals(answers) or back.questions != answers.questions:
        raise CommsvcError(
            f"cannot be written without {', '.join(map(repr, hidden))} and read as before",
            where=data.name,
            next_step="take these columns out in the program the file is from, "
            "or keep them: --keep-private",
        )
    return Copied(target, answers, _said_rewritten(target.name, data.name, hidden, private))


def _private(data: Path, sheet: str | int, encoding: str | None) -> list[str]:
    """The columns that tell who somebody is, as the file names them."""
    if data.suffix.lower() in CELLS:
        frame = read_cells(data, sheet=sheet, encoding=encoding).frame
        return list(private_columns(frame, {}))
    whole = read_answers(data, encoding=encoding, private="keep")
    titles = {q.columns[0]: q.text for q in whole.questions if len(q.columns) == 1}
    return list(private_columns(whole.data, titles))


def _said_whole(name: str, private: list[str]) -> Said:
    if not private:
        return Said(
            f"data/{name}: a copy of the file; no column in it looks private. Answers typed "
            "freely may still tell who somebody is",
            f"data/{name}：原文件的副本，未发现隐私列；自由填写的文字仍可能透露身份",
        )
    named, named_zh = ", ".join(map(repr, private)), "、".join(private)
    return Said(
        f"data/{name}: a copy of the file WITH its private columns {named}: do not send it on",
        f"data/{name}：原文件的副本，含隐私列“{named_zh}”，请勿外传",
    )


def _said_rewritten(
    name: str, original: str, hidden: list[str], private: list[str]
) -> tuple[Said, ...]:
    if hidden:
        named, named_zh = ", ".join(map(repr, hidden)), "、".join(hidden)
        first = Said(
            f"data/{name}: copied from {original} without its private columns (IP addresses as "
            f"running numbers): {named}",
            f"data/{name}：由 {original} 复制，已去除隐私列（IP 地址换成流水号）：{named_zh}",
        )
    else:
        first = Said(f"data/{name}: copied from {original}", f"data/{name}：由 {original} 复制")
        if private:
            kept, kept_zh = ", ".join(map(repr, private)), "、".join(private)
            first = Said(
                f"{first}, WITH its private columns {kept}: do not send it on",
                f"{first.zh}，含隐私列“{kept_zh}”，请勿外传",
            )
    checked = Said(
        "the copy reads exactly as the original does", "已核对：副本与原文件读取结果完全一致"
    )
    return first, checked


def _as_csv(
    data: Path, folder: Path, hidden: list[str], sheet: str | int, encoding: str | None
) -> Path:
    frame = read_cells(data, sheet=sheet, encoding=encoding).frame
    if hidden:
        frame, _ = hide_private(frame)
    target = folder / f"{data.stem}.csv"
    # Excel takes a cell that begins so for a formula and runs it; the apostrophe says text.
    safe = frame.map(lambda cell: f"'{cell}" if _is_formula(cell) else cell)
    # With the mark, Excel reads Chinese right.
    safe.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\n")
    return target


def _is_formula(cell: str) -> bool:
    return cell[:1] in ("=", "+", "-", "@") and not cell[1:].replace(".", "", 1).isdigit()


def _hidden(frame: pd.DataFrame, hidden: list[str], texts: Any) -> pd.DataFrame:
    """The frame without the columns, addresses numbered."""
    kinds = private_columns(frame, texts)
    for column in hidden:
        if kinds.get(column) == "ip":
            frame = frame.assign(**{column: numbered(frame[column])})
        else:
            frame = frame.drop(columns=column)
    return frame


def _as_parquet(
    data: Path, folder: Path, hidden: list[str], sheet: str | int, encoding: str | None
) -> Path:
    target = folder / data.name
    _hidden(pd.read_parquet(data), hidden, {}).to_parquet(target, index=False)
    return target


def _as_spss(
    data: Path, folder: Path, hidden: list[str], sheet: str | int, encoding: str | None
) -> Path:
    import pyreadstat

    from commsvc.survey.spss import open_spss

    frame, meta, _ = open_spss(data, encoding)
    frame = _hidden(frame, hidden, meta.column_names_to_labels)
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


def _as_stata(
    data: Path, folder: Path, hidden: list[str], sheet: str | int, encoding: str | None
) -> Path:
    try:
        import pyreadstat
    except ImportError as error:
        raise CommsvcError(
            f"writing it without {', '.join(map(repr, hidden))} needs pyreadstat",
            where=data.name,
            next_step="pip install pyreadstat, or keep the columns: --keep-private",
        ) from error
    frame, meta = pyreadstat.read_dta(str(data), user_missing=True)
    frame = _hidden(frame, hidden, meta.column_names_to_labels)
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
