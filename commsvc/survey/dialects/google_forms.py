"""Google Forms: a timestamp first, check boxes joined by commas, grids as question [row]."""

from __future__ import annotations

from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of, headers_of, with_stems
from commsvc.survey.headers import lead_columns
from commsvc.survey.table_files import Cells

NAME: Final = "Google Forms"


def fits(cells: Cells) -> bool:
    """A timestamp in the first column."""
    return lead_columns(NAME).get(columns_of(cells)[0].strip()) == "submitted"


def read(cells: Cells) -> Exported:
    """Grids by the brackets; what joins answers is found out, options may hold it."""
    headers = tuple(with_stems(headers_of(cells, NAME)))
    return Exported(cells.frame, headers, signs=(", ", ";", "，", "、"), joins=True)


DIALECT = Dialect(NAME, fits, read)
