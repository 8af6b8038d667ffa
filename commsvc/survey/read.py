"""Questionnaire files as they come: 问卷星 exports, SPSS, Stata, CSV, Excel, Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.survey.answers import UNREADABLE, Answers, Question
from commsvc.survey.dialects import dialect_of
from commsvc.survey.dialects.parquet import read_parquet
from commsvc.survey.dialects.spss import SPSS, read_spss
from commsvc.survey.dialects.stata import read_stata
from commsvc.survey.exported import Exported
from commsvc.survey.file_kind import other_kind
from commsvc.survey.headers import leads
from commsvc.survey.layout import lay_out
from commsvc.survey.personal import mask
from commsvc.survey.private import hide_in_answers, hide_private, nothing_left
from commsvc.survey.table_files import EXCEL, TEXT, Cells, read_cells
from commsvc.survey.times import read_seconds, read_times
from commsvc.words.messages import Text, message

# Files of cells without types.
CELLS: Final = (*EXCEL, *TEXT)


def read_answers(
    path: str | Path,
    *,
    sheet: str | int | None = None,
    encoding: str | None = None,
    missing_codes: Mapping[Any, str] | None = None,
    separator: str | None = None,
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
        answers = _TYPED[suffix](file, encoding)
        if answers.n == 0:
            raise CommsvcError(
                "variables and no answers: 0 rows",
                where=file.name,
                next_step="export the answers again, or take the file that has them",
            )
        return _declare(hide_in_answers(answers, private, salt), missing_codes)
    cells = read_cells(file, sheet=sheet, encoding=encoding)
    return _from_cells(cells, missing_codes, separator, private, salt, file.name)


def _neighbours(file: Path) -> str:
    if not file.parent.is_dir():
        return f"name its place as seen from {Path.cwd()}: there is no folder {file.parent} there"
    from difflib import get_close_matches

    near = get_close_matches(file.name, [p.name for p in file.parent.iterdir()], n=3, cutoff=0.5)
    return f"did you mean {', '.join(near)}?" if near else "see the folder and the name"


def _from_cells(
    cells: Cells,
    missing_codes: Mapping[Any, str] | None,
    separator: str | None,
    private: str,
    salt: str,
    source: str,
) -> Answers:
    dialect = dialect_of(cells)
    exported = dialect.read(cells)
    if missing_codes is not None:
        told = {str(code): kind for code, kind in missing_codes.items()}
        exported = replace(exported, codes=told, done=())
    exported, hidden = _without_private(exported, private, salt, source)
    blocks, decided, unsure = lay_out(exported, separator)
    data = pd.DataFrame(
        {c: v for block in blocks for c, v in block.values.items()}, index=exported.frame.index
    )
    kinds = {c: v for block in blocks for c, v in block.kinds.items() if (v != "").any()}
    missing = pd.DataFrame({c: v.astype("category") for c, v in kinds.items()}, index=data.index)
    said = message("read as an export of {name}", name=dialect.name)
    named = () if dialect.name == "plain" else (said,)
    done = (*cells.done, *named, *exported.done, *hidden, *decided)
    doubts = (*(("", doubt) for doubt in (*cells.doubts, *exported.doubts)), *unsure)
    questions = tuple(_as_lead(block.question) for block in blocks)
    beside = tuple(q.name for q in questions if q.name in leads())
    found = Answers(data, missing, questions, source=source, leads=beside)
    answers, timed = _read_times(found)
    return replace(answers, done=(*done, *timed), doubts=(*doubts, *(("", line) for line in timed)))


def _as_lead(question: Question) -> Question:
    if question.name not in leads():
        return question
    return replace(question, kind="text", role="id" if question.name == "id" else "")


def _without_private(
    exported: Exported, private: str, salt: str, source: str
) -> tuple[Exported, tuple[Text, ...]]:
    titles = {h.column: h.text or h.column for h in exported.headers}
    frame, done = hide_private(exported.frame, private, salt, titles)
    kept = tuple(h for h in exported.headers if h.column in frame)
    if not any(not h.lead for h in kept):
        raise nothing_left(source)
    if private != "keep":
        kept = tuple(replace(h, text=mask(h.text), name=mask(h.name)) for h in kept)
    return replace(exported, frame=frame, headers=kept), done


def _read_times(answers: Answers) -> tuple[Answers, tuple[Text, ...]]:
    """Lead columns with times as times; a cell that says none is missing, and said."""
    done = []
    for name in ("submitted", "started", "ended", "seconds"):
        if name not in answers.data or not answers.data[name].notna().any():
            continue
        cells, why = answers.data[name], answers.why_missing(name)
        if name == "seconds":
            read = cells.map(read_seconds, na_action="ignore").astype("Float64").astype("Int64")
        else:
            read = read_times(cells)
        lost = cells.notna() & read.isna()
        if not read.notna().any():
            continue
        answers = answers.with_column(name, read, why.mask(lost, UNREADABLE))
        if lost.any():
            done.append(_unread(name, cells[lost]))
    return answers, tuple(done)


def _unread(name: str, cells: pd.Series) -> Text:
    return message(
        "column {name!r}: {n} time that cannot be read counts as missing: row {rows}",
        plural="column {name!r}: {n} times that cannot be read count as missing: row {rows}",
        name=name,
        n=len(cells),
        rows=[int(row) + 1 for row in cells.index[:5]],
    )


_TYPED: Final = {
    ".dta": lambda file, encoding: read_stata(file),
    ".parquet": lambda file, encoding: read_parquet(file),
    **dict.fromkeys(SPSS, read_spss),
}


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
