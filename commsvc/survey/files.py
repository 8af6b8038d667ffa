"""From a file to a table of cells as text, with what had to be decided on the way."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.header_rows import find_header, unique_names, without_totals
from commsvc.words.messages import Text, message

EXCEL = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
TEXT = (".csv", ".tsv", ".txt")
# Strictly, in this order: GB18030 takes almost any bytes, UTF-8 almost none that are not.
ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")
_SIGNS = {",": message("commas"), "\t": message("tabs"), ";": message("semicolons")}
# What a spreadsheet takes for the beginning of a formula, in a text file too.
SIGNS = ("=", "+", "-", "@", "\t", "\r")
_FORCED = re.compile(r"'[=+\-@\t\r]")


@dataclass(frozen=True)
class Cells:
    """A table of text: "" is an empty cell.

    Attributes
    ----------
    frame : as in the file, all text, headers unchanged but unique
    done : what was decided
    """

    frame: pd.DataFrame
    done: tuple[Text, ...] = field(default=())


def read_cells(path: Path, *, sheet: str | int | None = None, encoding: str | None = None) -> Cells:
    """The cells of a CSV or Excel file as text; numbers keep every digit the file has."""
    if path.suffix.lower() in EXCEL:
        return _read_excel(path, sheet)
    return _read_text(path, encoding)


def decode(data: bytes, where: str = "", encoding: str | None = None) -> tuple[str, str]:
    """Bytes as text, and the encoding they were read in; never with replaced characters.

    >>> decode("满意".encode("gb18030"))
    ('满意', 'gb18030')
    >>> decode("满意,1".encode("utf-16-le"))
    ('满意,1', 'utf-16-le')
    """
    tried = (encoding,) if encoding else _candidates(data)
    for name in tried:
        if name == "utf-8-sig" and not data.startswith(b"\xef\xbb\xbf"):
            continue
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding or "\0" not in text:
            return text, name
    raise CommsvcError(
        f"the bytes are no text in {' or '.join(tried)}",
        where=where,
        next_step="open the file in a spreadsheet and save it as CSV UTF-8, or name its encoding",
    )


def _candidates(data: bytes) -> tuple[str, ...]:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ("utf-16",)  # Excel's "Unicode text"
    if b"\0" in data[:4096]:
        # Half of the bytes of Latin letters, commas and line ends are zero: on which side says
        # which way round the pairs stand.
        odd = data[1:4096:2].count(0) >= data[0:4096:2].count(0)
        return ("utf-16-le", "utf-16-be") if odd else ("utf-16-be", "utf-16-le")
    return ENCODINGS


def _read_text(path: Path, encoding: str | None) -> Cells:
    text, used = decode(path.read_bytes(), path.name, encoding)
    if not text.strip():
        raise CommsvcError(
            "the file is empty: nothing but spaces and line ends",
            where=path.name,
            next_step="export or download it again",
        )
    separator = _separator(text)
    try:
        rows = pd.read_csv(
            io.StringIO(text),
            sep=separator,
            header=None,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=True,
        )
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise _not_a_table(text, separator, path.name) from error
    # An apostrophe before a sign is how spreadsheets write a text that begins with it.
    if _FORCED.search(text):
        rows = rows.map(lambda cell: cell[1:] if _FORCED.match(cell) else cell)
    done: list[Text] = [
        message("read as {used}, cells between {sign}", used=used, sign=_SIGNS[separator])
    ]
    done += _short_lines(text, separator, rows.shape[1])
    cells = _headed(rows, path.name, done)
    return _with_points(cells) if separator == ";" else cells


def _separator(text: str) -> str:
    """The sign most frequent in the first line that has any, outside quotation marks."""
    for line in text.split("\n", 20)[:20]:
        head = re.sub(r'"[^"]*"', "", line)
        if any(sign in head for sign in _SIGNS):
            return max(_SIGNS, key=head.count)
    return ","


def _not_a_table(text: str, separator: str, where: str) -> CommsvcError:
    """Which line does not fit, found by a parser that counts them."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    width, last = 0, 1
    for row in reader:
        if width and len(row) > width:
            return CommsvcError(
                f"{len(row)} cells, and no line before has more than {width}",
                where=f"{where}, line {last}",
                next_step="put a text that holds the separator into quotation marks, "
                "or save the file from a spreadsheet",
            )
        width = max(width, len(row))
        # A quotation mark that is never closed swallows the rest: its line is where it began.
        begun, last = last, reader.line_num + 1
    return CommsvcError(
        "a quotation mark is opened and never closed",
        where=f"{where}, line {begun}",
        next_step="close it, or save the file from a spreadsheet",
    )


def _short_lines(text: str, separator: str, width: int) -> list[Text]:
    """Lines with fewer cells than others: the rest of them is taken as empty, and said."""
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    short, first, line = 0, 0, 1
    for row in reader:
        if 0 < len(row) < width and any(row):
            short, first = short + 1, first or line
        line = reader.line_num + 1
    if not short:
        return []
    return [
        message(
            "{short} lines with fewer than {width} cells, the first is line {first}: the rest "
            "taken as empty",
            short=short,
            width=width,
            first=first,
        )
    ]


def _with_points(cells: Cells) -> Cells:
    """Decimal commas as points: files have semicolons where the comma is taken."""
    frame, done = cells.frame, list(cells.done)
    for column in frame:
        filled = frame[column][frame[column] != ""].str.strip()
        if filled.empty or not filled.str.fullmatch(r"-?\d+(?:,\d+)?").all():
            continue
        decimal = filled[filled.str.contains(",", regex=False)]
        if decimal.empty:
            continue
        if decimal.str.fullmatch(r"-?[1-9]\d{0,2},\d{3}").all():
            done.append(
                message(
                    "column {column!r}: the comma may be a decimal sign or one of thousands: "
                    "left as text",
                    column=column,
                )
            )
            continue
        frame = frame.assign(**{str(column): frame[column].str.replace(",", ".", regex=False)})
        done.append(message("column {column!r}: decimal commas read as points", column=column))
    return Cells(frame, tuple(done))


def _read_excel(path: Path, sheet: str | int | None) -> Cells:
    try:
        book = pd.ExcelFile(path, engine="calamine")
    except ImportError as error:
        raise CommsvcError(
            "Excel files need python-calamine",
            where=path.name,
            next_step="pip install python-calamine",
        ) from error
    except Exception as error:  # calamine has one error class for each of its parsers
        raise CommsvcError(
            f"not an Excel file, or a damaged one ({error})",
            where=path.name,
            next_step="open it in a spreadsheet and save it as .xlsx",
        ) from error
    with book:
        names = book.sheet_names
        if isinstance(sheet, str) and sheet not in names:
            raise unknown_name("sheet", sheet, names, path.name)
        if isinstance(sheet, int) and not 0 <= sheet < len(names):
            raise CommsvcError(
                f"no sheet number {sheet}",
                where=path.name,
                allowed=f"0 to {len(names) - 1}: {', '.join(names)}",
            )
        wanted = names if sheet is None else [names[sheet] if isinstance(sheet, int) else sheet]
        for name in wanted:
            raw = _raw(book, name)
            if _is_table(raw):
                break
        else:
            name, raw = wanted[0], _raw(book, wanted[0])
    done: list[Text] = [message("sheet {name!r}", name=name)]
    others = [other for other in names if other != name]
    if others:
        done.append(message("other sheets left alone: {listed}", listed=others))
    where = f"{path.name}, sheet {name!r}"
    if raw.empty:
        step = f"name another one: {', '.join(others)}" if others else "export it again"
        raise CommsvcError("the table is empty", where=where, next_step=step)
    rounded = sum(
        isinstance(cell, (int, float)) and abs(cell) >= 1e15 for cell in raw.to_numpy().ravel()
    )
    if rounded:
        done.append(
            message(
                "{rounded} numbers of more than 15 digits were stored as numbers: Excel has "
                "rounded them, ask for them as text",
                rounded=rounded,
            )
        )
    return _headed(raw.map(_cell_text), where, done)


def _raw(book: pd.ExcelFile, sheet: str | int) -> pd.DataFrame:
    return pd.read_excel(
        book, sheet_name=sheet, header=None, keep_default_na=False, na_filter=False
    )


def _is_table(raw: pd.DataFrame) -> bool:
    """Whether a sheet has a header and answers: a page of notes has one column."""
    return bool(((raw != "").sum(axis=1) > 1).sum() > 1)


def _cell_text(cell: Any) -> str:
    """A cell as it would be typed: 3.0 is 3, and a date has no midnight."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def _headed(rows: pd.DataFrame, where: str, done: list[Text]) -> Cells:
    """The header found; rows and columns without anything left out."""
    head = [[str(cell) for cell in row] for row in rows.head(20).to_numpy().tolist()]
    first, below, names, decided = find_header(head)
    body = rows.iloc[below:].reset_index(drop=True)
    filled = (body != "").to_numpy()
    if not filled.any():
        raise CommsvcError(
            "a header and no answers below it" if any(names) else "the table is empty",
            where=f"{where}, row {first + 1}",
            next_step="export the answers again, or take the file that has them",
        )
    keep = [i for i, name in enumerate(names) if name or filled[:, i].any()]
    body = body.iloc[filled.any(axis=1), keep]
    body, sums = without_totals(body)
    body = body.reset_index(drop=True)
    unique, renamed = unique_names(names, keep)
    body.columns = pd.Index(unique)
    size = message("{body_count} rows, {shape} columns", body_count=len(body), shape=body.shape[1])
    return Cells(body, (*done, *decided, *renamed, *sums, size))
