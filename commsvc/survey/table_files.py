"""From a file to a table of cells as text, with what had to be decided on the way."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.border import LIMITS, read_guarded
from commsvc.survey.encodings import DAMAGED, Decoded, decode
from commsvc.survey.header_rows import find_header, unique_names, without_totals
from commsvc.words.messages import Text, message

EXCEL: Final = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
TEXT: Final = (".csv", ".tsv", ".txt")
_SEPARATORS: Final = {
    ",": message("commas"),
    "\t": message("tabs"),
    ";": message("semicolons"),
    "|": message("bars"),
}
# What a spreadsheet takes for the beginning of a formula, in a text file too.
SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
_FORCED: Final = re.compile(r"'[=+\-@\t\r]")
_LONGEST: Final = 15  # digits that a spreadsheet keeps
# Up to this share of lines with too many cells is left out; with more it is no table.
_FEW_LINES: Final = 0.1


@dataclass(frozen=True)
class Cells:
    """A table of text: "" is an empty cell.

    Attributes
    ----------
    frame : as in the file, all text, headers unchanged but unique
    names : the headers as they stand there, "" for none
    done : what was decided
    doubts : what of it may be wrong
    """

    frame: pd.DataFrame
    names: tuple[str, ...] = ()
    done: tuple[Text, ...] = ()
    doubts: tuple[Text, ...] = ()


def read_cells(path: Path, *, sheet: str | int | None = None, encoding: str | None = None) -> Cells:
    """The cells of a CSV or Excel file as text; numbers keep every digit the file has."""
    if path.suffix.lower() in EXCEL:
        return _read_excel(path, sheet)
    return read_guarded(
        path,
        lambda: _read_text(path, encoding),
        next_step="open it in a spreadsheet and save it as CSV UTF-8",
        apart=False,
    )


def _read_text(path: Path, encoding: str | None) -> Cells:
    found = decode(path.read_bytes(), path.name, encoding)
    text = _one_line_end(found.text)
    if not text.strip("\0 \n\t"):
        raise CommsvcError(
            "the file is empty: nothing but spaces and line ends",
            where=path.name,
            next_step="export or download it again",
        )
    separator = _separator(text)
    rows, done = _rows(text.replace("\0", ""), separator, path.name)
    cells, lost = _without_damage(pd.DataFrame(rows, dtype=object), path.name)
    doubts = _said_encoding(found)
    done = [
        message(
            "read as {used}, cells between {sign}", used=found.encoding, sign=_SEPARATORS[separator]
        ),
        *done,
    ]
    if "\0" in text:
        doubts.append(message("signs of no meaning (NUL) left out of the text"))
    headed = _headed(cells, path.name, [*done, *doubts, *lost], (*doubts, *lost))
    return _with_points(headed) if separator == ";" else headed


def _said_encoding(found: Decoded) -> list[Text]:
    if not found.second:
        return []
    said = message(
        "the file does not state its encoding: {used} looks best, {second} comes next; where words "
        "look wrong, name it (--encoding)",
        used=found.encoding,
        second=found.second,
    )
    return [said]


def _one_line_end(text: str) -> str:
    """Lines that end in LF. A lone CR ends lines only where nothing else does."""
    text = text.replace("\r\n", "\n")
    return text.replace("\r", " " if "\n" in text.rstrip("\n") else "\n")


def _separator(text: str) -> str:
    """The sign most frequent in the first line that has any, outside quotation marks."""
    for line in text.split("\n", 20)[:20]:
        head = re.sub(r'"[^"]*"', "", line)
        if any(sign in head for sign in _SEPARATORS):
            return max(_SEPARATORS, key=head.count)
    return ","


def _rows(text: str, separator: str, where: str) -> tuple[list[list[str]], list[Text]]:
    """The rows of a text file, all as long as the first, and what could not be read of them.

    An apostrophe before a sign is how spreadsheets write a text that begins with it.
    """
    text, done = _closed(text, separator)
    rows, short, long, width, last = list[list[str]](), list[int](), list[int](), 0, 0
    reader = _reader(text, separator)
    for row in reader:
        begun, last = last + 1, reader.line_num
        if not any(row):
            continue
        width = width or len(row)
        if any(row[width:]):
            long.append(begun)
            surplus = len(row)
            continue
        if len(row) < width:
            short.append(begun)
        cells = [cell[1:] if _FORCED.match(cell) else cell for cell in row[:width]]
        rows.append(cells + [""] * (width - len(row)))
    if len(long) > _FEW_LINES * len(rows):
        raise CommsvcError(
            f"{surplus} cells, and no line before has more than {width}",
            where=f"{where}, line {long[0]}",
            next_step="put a text that holds the separator into quotation marks, "
            "or save the file from a spreadsheet",
        )
    if len(rows) * width > LIMITS.cells:
        raise CommsvcError(
            f"{len(rows):,} rows of {width} cells",
            where=where,
            allowed=f"up to {LIMITS.cells:,} cells",
            next_step="split the file, or pass a frame",
        )
    return rows, [*done, *_said_lines(short, long, width)]


def _said_lines(short: Sequence[int], long: Sequence[int], width: int) -> list[Text]:
    said: list[Text] = []
    if short:
        said.append(
            message(
                "{short} lines with fewer than {width} cells, the first is line {first}: the rest "
                "taken as empty",
                short=len(short),
                width=width,
                first=short[0],
            )
        )
    if long:
        said.append(
            message(
                "lines with more than {width} cells left out, nobody knows which cell is which: "
                "line {lines}",
                width=width,
                lines=list(long),
            )
        )
    return said


def _reader(text: str, separator: str) -> Any:
    csv.field_size_limit(LIMITS.size)
    return csv.reader(io.StringIO(text, newline="\n"), delimiter=separator)


def _closed(text: str, separator: str) -> tuple[str, list[Text]]:
    """The text without a quotation mark that is opened and never closed: it swallows the rest."""
    done: list[Text] = []
    while text.count('"') % 2:
        reader, last = _reader(text, separator), 0
        for _ in reader:
            begun, last = last, reader.line_num
        if last - begun < 2:
            break  # a sign for inches
        lines = text.split("\n")
        lines[begun] = _without_opening(lines[begun], separator)
        text = "\n".join(lines)
        done.append(
            message(
                "line {line}: a quotation mark is opened and never closed; left out", line=begun + 1
            )
        )
    return text, done


def _without_opening(line: str, separator: str) -> str:
    """The line without its last quotation mark at the beginning of a cell."""
    at = max(line.rfind(f'{separator}"') + 1, 0)
    return line[:at] + line[at + 1 :] if line[at] == '"' else line.replace('"', "")


def _without_damage(cells: pd.DataFrame, where: str) -> tuple[pd.DataFrame, list[Text]]:
    """Cells with bytes that are no letters emptied, and their places."""
    hit = cells.map(lambda cell: bool(DAMAGED.search(cell)))
    if not hit.to_numpy().any():
        return cells, []
    places = [f"{where} {r + 1}:{c + 1}" for r, c in zip(*hit.to_numpy().nonzero(), strict=True)]
    said = message(
        "{n} cell holds bytes that are no letters, and counts as empty: row and column {places}",
        plural="{n} cells hold bytes that are no letters, and count as empty: row and column "
        "{places}",
        n=len(places),
        places=[place.removeprefix(f"{where} ") for place in places[:5]],
    )
    return cells.mask(hit, ""), [said]


def _with_points(cells: Cells) -> Cells:
    """Decimal commas as points: files have semicolons where the comma is taken."""
    frame, done, doubts = cells.frame, list(cells.done), list(cells.doubts)
    for column in frame:
        filled = frame[column][frame[column] != ""].str.strip()
        if filled.empty or not filled.str.fullmatch(r"-?\d+(?:,\d+)?").all():
            continue
        decimal = filled[filled.str.contains(",", regex=False)]
        if decimal.empty:
            continue
        if decimal.str.fullmatch(r"-?[1-9]\d{0,2},\d{3}").all():
            said = message(
                "column {column!r}: the comma may be a decimal sign or one of thousands: left as "
                "text",
                column=column,
            )
            done.append(said)
            doubts.append(said)
            continue
        frame = frame.assign(**{str(column): frame[column].str.replace(",", ".", regex=False)})
        done.append(message("column {column!r}: decimal commas read as points", column=column))
    return replace(cells, frame=frame, done=tuple(done), doubts=tuple(doubts))


class _Sheet(NamedTuple):
    """A sheet of a workbook: all names, its own, its rows as text, rows that cannot be read."""

    names: list[str]
    name: str
    rows: list[list[str]]
    rounded: int
    lost: list[int]


def _read_excel(path: Path, sheet: str | int | None) -> Cells:
    found = read_guarded(
        path,
        lambda: _sheet(path, sheet),
        next_step="not an Excel file, or a damaged one: open it in a spreadsheet and save it as "
        ".xlsx",
    )
    done: list[Text] = [message("sheet {name!r}", name=found.name)]
    others = [other for other in found.names if other != found.name]
    if others:
        done.append(message("other sheets left alone: {listed}", listed=others))
    where = f"{path.name}, sheet {found.name!r}"
    if not found.rows:
        step = f"name another one: {', '.join(others)}" if others else "export it again"
        raise CommsvcError("the table is empty", where=where, next_step=step)
    doubts: list[Text] = []
    if found.rounded:
        doubts.append(
            message(
                "{rounded} numbers of more than 15 digits were stored as numbers: Excel has "
                "rounded them, ask for them as text",
                rounded=found.rounded,
            )
        )
    if found.lost:
        doubts.append(
            message(
                "rows with a cell that cannot be read, taken as empty: {rows}", rows=found.lost[:5]
            )
        )
    return _headed(pd.DataFrame(found.rows, dtype=object), where, [*done, *doubts], doubts)


def open_workbook(path: Path) -> Any:
    """A workbook as calamine opens it."""
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_path(str(path))


def _sheet(path: Path, sheet: str | int | None) -> _Sheet:
    book = open_workbook(path)
    names = list(book.sheet_names)
    if isinstance(sheet, str) and sheet not in names:
        raise unknown_name("sheet", sheet, names, path.name)
    if isinstance(sheet, int) and not 0 <= sheet < len(names):
        raise CommsvcError(
            f"no sheet number {sheet}",
            where=path.name,
            allowed=f"0 to {len(names) - 1}: {', '.join(names)}",
        )
    wanted = names if sheet is None else [names[sheet] if isinstance(sheet, int) else sheet]
    read = {name: _sheet_rows(book, name) for name in wanted[:1]}
    for name in wanted:
        read.setdefault(name, _sheet_rows(book, name))
        if _is_table(read[name][0]):
            break
    else:
        name = wanted[0]
    if sheet is None:
        _refuse_form(names, read.get("survey", read[name])[0], path.name)
    rows, lost = read[name]
    rounded = sum(
        isinstance(cell, (int, float)) and abs(cell) >= 10**_LONGEST for row in rows for cell in row
    )
    width = max(map(len, rows), default=0)
    texts = [[*map(cell_text, row), *[""] * (width - len(row))] for row in rows]
    return _Sheet(names, name, texts, rounded, lost)


def _sheet_rows(book: Any, name: str) -> tuple[list[list[Any]], list[int]]:
    sheet = book.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > LIMITS.cells:
        raise CommsvcError(
            f"{sheet.total_height:,} rows of {sheet.total_width} cells",
            where=f"sheet {name!r}",
            allowed=f"up to {LIMITS.cells:,} cells",
        )
    try:
        return sheet.to_python(skip_empty_area=False), []
    except (OverflowError, ValueError):
        return _row_by_row(sheet)


def _row_by_row(sheet: Any) -> tuple[list[list[Any]], list[int]]:
    """The rows that can be read, and the numbers of those with a value Python has no type for."""
    rows, lost = list[list[Any]](), list[int]()
    reading = iter(sheet.iter_rows())
    while True:
        try:
            rows.append(list(next(reading)))
        except StopIteration:
            return rows, lost
        except (OverflowError, ValueError):
            rows.append([""] * sheet.total_width)
            lost.append(len(rows))


def _is_table(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a sheet has a header and answers: a page of notes has one column."""
    return sum(sum(cell != "" for cell in row) > 1 for row in rows[:1000]) > 1


def _refuse_form(names: Sequence[str], rows: Sequence[Sequence[Any]], where: str) -> None:
    head = {str(cell).strip().lower() for row in rows[:1] for cell in row}
    if {"survey", "choices"} <= {name.lower() for name in names} and {"type", "name"} <= head:
        raise CommsvcError(
            "an XLSForm: the form that was asked, and no answers",
            where=where,
            next_step="take the file of answers, and this one as its codebook: --codebook",
        )


def cell_text(cell: Any) -> str:
    """A cell as it would be typed: 3.0 is 3, and a date has no midnight."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def _headed(
    rows: pd.DataFrame, where: str, done: Sequence[Text], doubts: Sequence[Text] = ()
) -> Cells:
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
    size = message("{rows} rows, {columns} columns", rows=len(body), columns=body.shape[1])
    own = tuple(names[i] for i in keep)
    return Cells(body, own, (*done, *decided, *renamed, *sums, size), tuple(doubts))
