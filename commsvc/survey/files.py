"""From a file to a table of cells as text, with what had to be decided on the way."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from commsvc.errors import CommsvcError, unknown_name

EXCEL = (".xls", ".xlsx", ".xlsm", ".xlsb", ".ods")
TEXT = (".csv", ".tsv", ".txt")
# Strictly, in this order: GB18030 takes almost any bytes, UTF-8 almost none that are not.
ENCODINGS = ("utf-8-sig", "utf-8", "gb18030")


@dataclass(frozen=True)
class Cells:
    """A table of text: "" is an empty cell.

    Attributes
    ----------
    frame : as in the file, all text, headers unchanged but unique
    done : what was decided
    """

    frame: pd.DataFrame
    done: tuple[str, ...] = field(default=())


def read_cells(path: Path, *, sheet: str | int = 0, encoding: str | None = None) -> Cells:
    """The cells of a CSV or Excel file as text; numbers keep every digit the file has."""
    if path.suffix.lower() in EXCEL:
        return _read_excel(path, sheet)
    return _read_text(path, encoding)


def decode(data: bytes, where: str = "", encoding: str | None = None) -> tuple[str, str]:
    """Bytes as text, and the encoding they were read in; never with replaced characters.

    >>> decode("满意".encode("gb18030"))
    ('满意', 'gb18030')
    """
    if encoding is None and data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"  # Excel's "Unicode text"
    tried = (encoding,) if encoding else ENCODINGS
    for name in tried:
        if name == "utf-8-sig" and not data.startswith(b"\xef\xbb\xbf"):
            continue
        try:
            return data.decode(name), name
        except (UnicodeDecodeError, LookupError):
            continue
    raise CommsvcError(
        f"the bytes are not {' or '.join(tried)}",
        where=where,
        next_step="open the file in a spreadsheet and save it as CSV UTF-8, or name its encoding",
    )


def _read_text(path: Path, encoding: str | None) -> Cells:
    text, used = decode(path.read_bytes(), path.name, encoding)
    head = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    separator = max(",\t;", key=head.count)
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
        raise CommsvcError(
            f"not a table: {str(error).strip()}",
            where=path.name,
            next_step="see that every line has as many cells as the first",
        ) from error
    named = {",": "commas", "\t": "tabs", ";": "semicolons"}[separator]
    return _headed(rows, path.name, (f"read as {used}, cells between {named}",))


def _read_excel(path: Path, sheet: str | int) -> Cells:
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
            f"not an Excel file ({error})",
            where=path.name,
            next_step="open it in a spreadsheet and save it as .xlsx",
        ) from error
    with book:
        if isinstance(sheet, str) and sheet not in book.sheet_names:
            raise unknown_name("sheet", sheet, book.sheet_names, path.name)
        raw = pd.read_excel(
            book, sheet_name=sheet, header=None, keep_default_na=False, na_filter=False
        )
    done = [f"sheet {book.sheet_names[sheet] if isinstance(sheet, int) else sheet!r}"]
    if len(book.sheet_names) > 1:
        done.append(f"other sheets left alone: {len(book.sheet_names) - 1}")
    rounded = sum(
        isinstance(cell, (int, float)) and abs(cell) >= 1e15 for cell in raw.to_numpy().ravel()
    )
    if rounded:
        done.append(
            f"{rounded} numbers of more than 15 digits were stored as numbers: "
            "Excel has rounded them, ask for them as text"
        )
    return _headed(raw.map(_cell_text), path.name, tuple(done))


def _cell_text(cell: object) -> str:
    """A cell as it would be typed: 3.0 is 3, and a date has no midnight."""
    if cell is None or cell != cell:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).removesuffix(" 00:00:00")


def _headed(rows: pd.DataFrame, where: str, done: tuple[str, ...]) -> Cells:
    """The first row as header; empty rows at the end and columns without anything are left out."""
    if len(rows) == 0:
        raise CommsvcError("the table is empty", where=where)
    names = [str(name).strip().lstrip("\ufeff") for name in rows.iloc[0]]
    body = rows.iloc[1:].reset_index(drop=True)
    filled = (body != "").to_numpy()
    keep = [i for i, name in enumerate(names) if name or filled[:, i].any()]
    body = body.iloc[filled.any(axis=1), keep].reset_index(drop=True)
    seen: dict[str, int] = {}
    unique = []
    for i in keep:
        name = names[i] or f"column {i + 1}"
        seen[name] = seen.get(name, 0) + 1
        unique.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    body.columns = pd.Index(unique)
    return Cells(body, (*done, f"{len(body)} rows, {body.shape[1]} columns"))
