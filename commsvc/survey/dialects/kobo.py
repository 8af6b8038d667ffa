"""KoBoToolbox and ODK: group/question, one 0/1 column an option beside the joined answer, GPS."""

from __future__ import annotations

import re
from typing import Final

from commsvc.survey.exported import Dialect, Exported, columns_of
from commsvc.survey.headers import Header, lead_columns, plain_text
from commsvc.survey.table_files import Cells

NAME: Final = "KoBoToolbox/ODK"
_MARKS: Final = {
    "_uuid", "_submission_time", "__version__", "formhub/uuid", "meta/instanceID",
    "meta-instanceID", "instanceID", "KEY", "_validation_status",
}  # fmt: skip
_OPTION: Final = re.compile(r"(?P<stem>.+)[/.](?P<part>[^/.]+)")


def fits(cells: Cells) -> bool:
    """What the server adds to every submission."""
    return len(_MARKS & set(columns_of(cells))) > 1


def read(cells: Cells) -> Exported:
    """Options are columns below a column of their question, which joins them by spaces."""
    columns = columns_of(cells)
    stems = {found["stem"] for c in columns if (found := _OPTION.fullmatch(c))}
    joined = stems & set(columns)
    headers = [_header(column, joined) for column in columns if column not in joined]
    frame = cells.frame[[header.column for header in headers]]
    return Exported(frame, tuple(headers), signs=(" ",), ticks=True)


def _header(column: str, joined: set[str]) -> Header:
    if lead := lead_columns(NAME).get(column):
        return Header(column, lead=lead, text=column)
    if (found := _OPTION.fullmatch(column)) and found["stem"] in joined:
        name, part = found["stem"].split("/")[-1], plain_text(found["part"])
        return Header(column, name=name, text=name, part=part, kind="multiple")
    name = column.split("/")[-1]
    return Header(column, name=name, text=plain_text(name))


DIALECT = Dialect(NAME, fits, read)
