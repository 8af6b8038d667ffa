"""问卷星: numbered headers, 第6题(选项) in the numeric file, ┋ between options, −3 and −2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from commsvc.survey.answers import BLANK, SKIPPED
from commsvc.survey.exported import JOIN, Dialect, Exported, headers_of
from commsvc.survey.table_files import Cells
from commsvc.words.messages import message

# The usual reading of the numeric file; its maker publishes none, so both stay apart.
CODES: Final[Mapping[str, str]] = {"-3": SKIPPED, "-2": BLANK}


def fits(cells: Cells) -> bool:
    """Expanded options, or lead columns beside numbered questions."""
    headers = headers_of(cells)
    expanded = any(h.number and h.column.strip().startswith("第") for h in headers)
    return expanded or (any(h.lead for h in headers) and any(h.number for h in headers))


def read(cells: Cells) -> Exported:
    """Headers by their numbers; −3 and −2 are no answers."""
    return Exported(
        cells.frame,
        tuple(headers_of(cells)),
        CODES,
        (JOIN, ";", "；", "|", ", ", "、"),
        done=(message("−3 counts as skipped, −2 as unanswered"),),
    )


DIALECT = Dialect("问卷星", fits, read)
