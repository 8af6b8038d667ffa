"""What a file is by its first bytes, where they do not go with its ending."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from commsvc.errors import CommsvcError

_OLE: Final = b"\xd0\xcf\x11\xe0"  # how old Excel files begin, and new ones under a password
# How files of a kind begin, what they are, and their endings.
_BEGINNINGS: Final = (
    (b"$FL2", "an SPSS file", (".sav",)),
    (b"$FL3", "an SPSS file", (".zsav", ".sav")),
    (b"PAR1", "a Parquet file", (".parquet",)),
    (b"<stata_dta>", "a Stata file", (".dta",)),
    (b"PK\x03\x04", "an Excel workbook", (".xlsx", ".xlsm", ".xlsb", ".ods")),
    (_OLE, "an old Excel workbook", (".xls",)),
)
_PAGE: Final = re.compile(rb"[\xef\xbb\xbf\s]*<(!doctype|html|head|body|table|\?xml|meta)\b", re.I)
_SAVE: Final = "open it in a spreadsheet and save it as .xlsx"


def other_kind(path: Path) -> CommsvcError | None:
    """Why a file cannot be read by its ending, where its first bytes say what else it is."""
    with path.open("rb") as stream:
        head = stream.read(2048)
    where, ending = path.name, path.suffix.lower()
    if head.startswith(_OLE) and ending in (".xlsx", ".xlsm", ".xlsb"):
        return CommsvcError(
            "the workbook is under a password, or an old .xls with another ending",
            where=where,
            next_step="open it in a spreadsheet and save it as .xlsx without a password",
        )
    for beginning, kind, endings in _BEGINNINGS:
        if head.startswith(beginning):
            if ending in endings:
                return None
            return CommsvcError(
                f"{kind} with the ending {ending}",
                where=where,
                next_step=f"change its ending to {endings[0]}",
            )
    if _PAGE.match(head):
        return CommsvcError(f"a web page with the ending {ending}", where=where, next_step=_SAVE)
    if ending not in (".csv", ".tsv", ".txt") and b"\0" not in head and b"\n" in head:
        return CommsvcError(
            f"a text file with the ending {ending}",
            where=where,
            next_step="change its ending to .csv",
        )
    return None
