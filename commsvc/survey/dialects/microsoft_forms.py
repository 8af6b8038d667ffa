"""Microsoft Forms: start and completion time, several answers each ended by a semicolon."""

from __future__ import annotations

from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of, headers_of, with_stems
from commsvc.survey.table_files import Cells

NAME: Final = "Microsoft Forms"
_TIMES: Final = ({"Start time", "Completion time"}, {"开始时间", "完成时间"})


def fits(cells: Cells) -> bool:
    """Both times of an answer."""
    columns = {column.strip() for column in columns_of(cells)}
    return any(times <= columns for times in _TIMES)


def read(cells: Cells) -> Exported:
    """Several answers of one person are joined by semicolons, the last of them ended by one."""
    return Exported(
        cells.frame, tuple(with_stems(headers_of(cells, NAME))), signs=(";",), joins=True
    )


DIALECT = Dialect(NAME, fits, read)
