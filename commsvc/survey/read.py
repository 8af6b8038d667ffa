"""Questionnaire files as they come: 问卷星 exports, SPSS, Stata, CSV, Excel, Parquet."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import BLANK, SKIPPED, Answers
from commsvc.survey.cells import JOIN
from commsvc.survey.file_kind import other_kind
from commsvc.survey.files import EXCEL, TEXT, Cells, read_cells
from commsvc.survey.headers import LEAD, parse_header
from commsvc.survey.layout import lay_out
from commsvc.survey.masked import mask_frame, said_masked
from commsvc.survey.private import as_text, hide_private, private_columns, private_kind
from commsvc.survey.spss import SPSS, read_spss
from commsvc.survey.stata import read_stata
from commsvc.words.messages import Text, message

# The usual reading of 问卷星's numeric file; its maker publishes none, so both stay apart.
WJX_CODES: Mapping[str, str] = {"-3": SKIPPED, "-2": BLANK}
# Files of cells without types.
CELLS = (*EXCEL, *TEXT)
_SPENT = re.compile(
    r"(?:(\d+)\s*(?:小时|时|h))?\s*(?:(\d+)\s*(?:分钟?|min))?\s*(?:(\d+)\s*(?:秒|s)?)?"
)


def read_answers(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    missing_codes: Mapping[Any, str] | None = None,
    separator: str = JOIN,
    private: str = "default",
    salt: str = "",
) -> Answers:
    """A questionnaire file, read without asking, and what had to be decided said in `done`.

    Parameters
    ----------
    path : .xls, .xlsx, .ods (through calamine), .csv, .tsv, .txt, .sav, .zsav (with
        pyreadstat), .dta, .parquet
    sheet : of a workbook, by name or number from 0; left out, the first one that holds a table
    encoding : of a text or SPSS file; left out, UTF-8 with its mark, UTF-8, GB18030 are tried
        strictly, in this order
    missing_codes : cells that stand for no answer, and their kind ("skipped": never asked,
        leaves the base; "blank": asked and left empty, stays). Left out, −3 is a skip and −2 a
        blank in a file that looks like 问卷星's, and no code is one elsewhere. 问卷星's own words
        (跳过) and (空) are always understood; an empty cell is a blank
    separator : what joins the options of a multiple-choice answer, outside 〖…〗; "" for nothing.
        Left out, semicolons and bars do, too, where a few answers make up all cells
    private : "default" drops names, phones, identity numbers and addresses, and numbers IP
        addresses; "drop", "hash" (with `salt`) or "keep"
    salt : the secret of "hash"

    Returns
    -------
    Answers : questions are named by their numbers (Q6), others by their headers; lead columns id,
        submitted, seconds, source, source_detail, ip, total_score where they are

    Raises
    ------
    CommsvcError : the file is not there, not of a known kind, not what its name says, or holds no
        answers; it names the file, the sheet and the row

    Notes
    -----
    The header is looked for below a title and empty rows, and may be of two rows where cells are
    merged. SPSS: what the owner declared missing leaves the answers with its label as the kind,
    multiple-response sets become questions with several answers, and a Chinese file in a local
    code page is read as GB18030. Stata: .a to .z are told apart by their labels.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "answers.csv"
    ...     _ = file.write_text("序号,1、爱好\\n1,运动┋美食\\n2,(跳过)\\n3,美食\\n")
    ...     answers = read_answers(file)
    >>> answers.data["Q1:美食"].tolist(), answers.why_missing("Q1:美食").tolist()
    ([1, <NA>, 1], ['', 'skipped', ''])
    """
    file = Path(path)
    suffix = file.suffix.lower()
    known = (*CELLS, *SPSS, ".dta", ".parquet")
    if suffix not in known:
        raise CommsvcError(
            f"{suffix or 'no ending'} is no questionnaire file",
            where=file.name,
            allowed=", ".join(known),
        )
    if not file.is_file():
        raise CommsvcError("there is no such file", where=str(path), next_step=_neighbours(file))
    if file.stat().st_size == 0:
        raise CommsvcError(
            "the file is empty: 0 bytes",
            where=file.name,
            next_step="export or download it again",
        )
    if other := other_kind(file):
        raise other
    if suffix in SPSS or suffix in (".dta", ".parquet"):
        if suffix == ".parquet":
            answers = _read_parquet(file)
        else:
            answers = read_stata(file) if suffix == ".dta" else read_spss(file, encoding)
        if answers.n == 0:
            raise CommsvcError(
                "variables and no answers: 0 rows",
                where=file.name,
                next_step="export the answers again, or take the file that has them",
            )
        return _declare(_hide(answers, private, salt), missing_codes)
    cells = read_cells(file, sheet=sheet, encoding=encoding)
    return _from_cells(cells, missing_codes, separator, private, salt, file.name)


def _neighbours(file: Path) -> str:
    if not file.parent.is_dir():
        return f"name its place as seen from {Path.cwd()}: there is no folder {file.parent} there"
    from difflib import get_close_matches

    near = get_close_matches(file.name, [p.name for p in file.parent.iterdir()], n=3, cutoff=0.5)
    return f"did you mean {', '.join(near)}?" if near else "see the folder and the name"


def looks_like_wjx(columns: list[str]) -> bool:
    """Whether headers are 问卷星's: expanded options, or lead columns beside numbered questions."""
    headers = [parse_header(column) for column in columns]
    expanded = any(h.number and h.column.strip().startswith("第") for h in headers)
    return expanded or (any(h.lead for h in headers) and any(h.number for h in headers))


def _from_cells(
    cells: Cells,
    missing_codes: Mapping[Any, str] | None,
    separator: str,
    private: str,
    salt: str,
    source: str,
) -> Answers:
    columns = [str(column) for column in cells.frame]
    wjx = looks_like_wjx(columns)
    codes = WJX_CODES if missing_codes is None and wjx else (missing_codes or {})
    frame, hidden = hide_private(cells.frame, private, salt)
    blocks, decided = lay_out(frame, {str(k): v for k, v in codes.items()}, separator)
    data = pd.DataFrame({c: v for block in blocks for c, v in block.values.items()})
    kinds = {c: v for block in blocks for c, v in block.kinds.items() if (v != "").any()}
    missing = pd.DataFrame({c: v.astype("category") for c, v in kinds.items()}, index=data.index)
    done = [*cells.done, *hidden, *decided]
    if wjx:
        done.append(
            message("read as a 问卷星 file: −3 skipped, −2 blank")
            if codes is WJX_CODES
            else message("read as a 问卷星 file")
        )
    leads = set(LEAD.values())
    questions = tuple(
        replace(
            block.question,
            kind="text" if block.question.name in leads else block.question.kind,
            role="id" if block.question.name == "id" else "",
        )
        for block in blocks
    )
    for block in blocks:
        if block.question.kind == "multiple":
            count = len(block.question.levels)
            name = block.question.name
            done.append(message("{name}: {count} options", name=name, count=count))
    answers = Answers(data, missing, questions, (), source)
    answers, timed = _read_times(answers)
    return replace(answers, done=(*done, *timed))


def _read_times(answers: Answers) -> tuple[Answers, tuple[Text, ...]]:
    """Lead columns with times as times, where every cell can be read."""
    done = []
    for name in ("submitted", "started"):
        if name in answers.data and answers.data[name].notna().any():
            text = answers.data[name].astype("str").str.replace("/", "-", regex=False)
            when = pd.to_datetime(text, format="mixed", errors="coerce")
            if when.notna().equals(answers.data[name].notna()):
                answers = answers.with_column(name, when, answers.why_missing(name))
            else:
                done.append(_unread(name))
    if "seconds" in answers.data and answers.data["seconds"].notna().any():
        spent = answers.data["seconds"].map(_seconds, na_action="ignore")
        if spent.notna().equals(answers.data["seconds"].notna()):
            column = spent.astype("Float64").astype("Int64")
            answers = answers.with_column("seconds", column, answers.why_missing("seconds"))
        else:
            done.append(_unread("seconds"))
    return answers, tuple(done)


def _unread(name: str) -> Text:
    return message("column {name!r} has times that cannot be read: left as text", name=name)


def _seconds(cell: Any) -> int | None:
    """Seconds from 123秒, 2分3秒, 1小时5分, or a plain number."""
    found = _SPENT.fullmatch(str(cell).strip())
    if not found or not any(found.groups()):
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return 3600 * hours + 60 * minutes + seconds


def _read_parquet(file: Path) -> Answers:
    try:
        frame = pd.read_parquet(file)
    except ImportError as error:
        raise CommsvcError(
            "Parquet files need pyarrow", where=file.name, next_step="pip install pyarrow"
        ) from error
    except (OSError, ValueError) as error:
        raise CommsvcError(
            "not a Parquet file, or a damaged one",
            where=file.name,
            next_step="write it again, or export CSV",
        ) from error
    frame.columns = [str(column) for column in frame.columns]
    rows, columns = frame.shape
    done = (message("{rows} rows, {columns} columns", rows=rows, columns=columns),)
    return Answers.from_frame(frame, done=done, source=file.name)


def _hide(answers: Answers, private: str, salt: str) -> Answers:
    """Private columns of a file that has types, found by name, label or cells."""
    texts = {q.columns[0]: q.text for q in answers.questions if len(q.columns) == 1}
    done: tuple[Text, ...] = ()
    for column in private_columns(answers.data, texts):
        title = column if private_kind(column, as_text(answers.data[column])) else texts[column]
        cells = as_text(answers.data[column]).to_frame(title)
        hidden, said = hide_private(cells, private, salt)
        done += said
        kept = hidden.iloc[:, 0] if hidden.shape[1] else None
        answers = _without(answers, column, kept, private)
    if private != "keep":
        data, masked = mask_frame(answers.data)
        answers = replace(answers, data=data)
        done += tuple(said_masked(column, count) for column, count in masked.items())
    return replace(answers, done=(*answers.done, *done))


def _without(answers: Answers, column: str, kept: pd.Series | None, private: str) -> Answers:
    if private == "keep":
        return answers
    if kept is not None:
        return answers.with_column(column, kept.where(kept != ""), answers.why_missing(column))
    return answers.without(column)


def _declare(answers: Answers, codes: Mapping[Any, str] | None) -> Answers:
    """Codes that stand for no answer, in a file that has types."""
    if not codes:
        return answers
    by_text = {str(code): kind for code, kind in codes.items()}
    for column in answers.data:
        found = answers.data[column].map(
            lambda cell: by_text.get(_plain(cell), ""), na_action="ignore"
        )
        hit = found.notna() & (found != "")
        if hit.any():
            kinds = answers.why_missing(str(column)).mask(hit, found)
            answers = answers.with_column(str(column), answers.data[column].mask(hit), kinds)
    return answers


def _plain(cell: Any) -> str:
    return str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell)
