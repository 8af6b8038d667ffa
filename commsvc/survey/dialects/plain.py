"""Tables of any origin: numbered questions, options and rows by what headers share."""

from __future__ import annotations

from commsvc.survey.exported import Dialect, Exported, headers_of, with_stems
from commsvc.survey.table_files import Cells


def read(cells: Cells) -> Exported:
    """Cells as they stand."""
    return Exported(cells.frame, tuple(with_stems(headers_of(cells))))


DIALECT = Dialect("plain", lambda cells: True, read)
