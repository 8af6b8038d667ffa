"""REDCap: check boxes as name___1, or as Question (choice=…) with Checked and Unchecked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of, headers_of, with_stems
from commsvc.survey.headers import Header
from commsvc.survey.table_files import Cells

NAME: Final = "REDCap"
_BOX: Final = re.compile(r"(?P<name>\w+?)___(?P<part>\w+)")
_CHOICE: Final = re.compile(r"(?P<text>.+?)\s*\(choice=(?P<part>.+)\)", re.S)
_COMPLETE: Final = re.compile(r"\w+_complete|Complete\?(?: \(\d+\))?")


def fits(cells: Cells) -> bool:
    """Columns with names that only this product gives."""
    columns = columns_of(cells)
    if any(column.startswith("redcap_") for column in columns):
        return True
    boxes = sum(bool(_BOX.fullmatch(c) or _CHOICE.fullmatch(c)) for c in columns)
    return boxes > 1 or (
        columns[0] in ("record_id", "Record ID", "study_id", "Study ID")
        and any(_COMPLETE.fullmatch(c) for c in columns)
    )


def read(cells: Cells) -> Exported:
    """Boxes by their question; whether a form is complete is no answer of the respondent."""
    headers = with_stems([_header(header) for header in headers_of(cells, NAME)])
    return Exported(cells.frame, tuple(headers), signs=(), ticks=True)


def _header(header: Header) -> Header:
    if _COMPLETE.fullmatch(header.column):
        return replace(header, lead=header.column)
    for pattern in (_BOX, _CHOICE):
        if found := pattern.fullmatch(header.column):
            parts = found.groupdict()
            text = parts.get("text") or parts["name"]
            return replace(
                header, number=None, name=text, text=text, part=parts["part"], kind="multiple"
            )
    return header


DIALECT = Dialect(NAME, fits, read)
