"""Text to a table of printed figures, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, Protocol

from commsvc.errors import CommsvcError
from commsvc.printed import Printed, read
from commsvc.published.quantities.figures import figures
from commsvc.published.quantities.found import Found
from commsvc.published.quantities.reports import Report, paragraphs, split_reports

if TYPE_CHECKING:
    import pandas as pd

CONTEXT: Final = 12
BATCH: Final = 2048
# A figure, its line and where that begins, its report and paragraph.
_Row = tuple[Found, str, int, int, int]
_PLAIN: Final = str.maketrans("（）％", "()%")


class RepairedText(Protocol):
    """What `commsvc.published.repair.repair` returns, as far as it is needed here."""

    @property
    def text(self) -> str: ...

    def to_page(self, offsets: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Quantity:
    """One printed figure and where it stands.

    Attributes
    ----------
    printed : the figure as it stands in the text; ``…`` marks what stood between hedge and number
    low, high, low_closed, high_closed : every value it may stand for, exact, in ``unit``; an end
        that is `None` is no bound; masked figures and dates have neither
    unit : the unit or classifier as printed, empty where none is
    hedge : what widens it (`commsvc.printed` has the table), empty for a plain number
    kind : `count share rate money area length mass time degree` by unit, `number` without
        one; `base` (每万人); `standard` (a figure that is
        asked for), `range`, `indefinite`, `fraction`, `ratio`, `list` (六位一体), `ordinal`,
        `year`, `date`, `masked`; `stray` for a digit that belongs to nothing
    report, paragraph : both from 1; a paragraph is a line that is not blank, after the heading
    start, end : its characters in the text
    page_start, page_end : its characters in the damaged page; those of the text for plain text
    context : the characters around it
    """

    printed: str
    low: Fraction | None
    high: Fraction | None
    low_closed: bool
    high_closed: bool
    unit: str
    hedge: str
    kind: str
    report: int
    paragraph: int
    start: int
    end: int
    page_start: int
    page_end: int
    context: str


COLUMNS: Final = tuple(field.name for field in fields(Quantity))
REFUSED_COLUMNS: Final = ("printed", "reason", "report", "paragraph", "start", "end", "context")


def quantities(text: str | RepairedText, *, report: int | None = None) -> pd.DataFrame:
    """Every printed figure of a text, one row each, in order.

    A Chinese numeral counts where a unit or classifier follows it; names, section numbers, idioms
    and grades that hold a numeral do not (`refused` lists them with the reason). A bare 一 before a
    general classifier is an article unless hedged or contrasted. Arabic figures count in any
    language; English numbers written out as words (*twelve*) do not.

    Parameters
    ----------
    text : plain text, or what `commsvc.published.repair.repair` returns: then ``page_start`` and
        ``page_end`` count characters of the damaged page
    report : take the whole text as this one report instead of splitting it by headings

    Returns
    -------
    DataFrame
        the attributes of `Quantity` as columns; ``low`` and ``high`` are `Fraction` or `None`

    Raises
    ------
    CommsvcError
        where ``text`` is neither a string nor repaired text

    Examples
    --------
    >>> found = quantities("建立“三统一”制度，服务人口近97万，占45.2%；一些居民不满意。")
    >>> for row in found.itertuples():
    ...     print(row.printed, row.kind, row.hedge, row.low, row.high)
    三统一 list  3 3
    近97万 count nearly 960000 970000
    45.2% share  903/20 181/4
    """
    import pandas as pd

    rows = [tuple(getattr(q, name) for name in COLUMNS) for q in iter_quantities(text, report)]
    # Fractions must stay Fractions: left to itself, a column of None and Fraction keeps them too.
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": object, "high": object})


def iter_quantities(text: str | RepairedText, report: int | None = None) -> Iterator[Quantity]:
    """The rows of `quantities` one by one, for texts too long to hold their table.

    >>> next(iter_quantities("共15处")).printed
    '15处'
    """
    plain, mapped = _plain(text)
    rows = (
        (found, line, offset, where, number)
        for where, number, line, offset in _lines(plain, report)
        for found in figures(line)
        if not found.reason
    )
    # The page is asked once for many rows: a question costs as much as a line of text.
    while batch := list(islice(rows, BATCH)):
        for row, span in zip(batch, _on_page(batch, mapped), strict=True):
            yield _quantity(*row, span)


def refused(text: str | RepairedText, *, report: int | None = None) -> pd.DataFrame:
    """Every numeral of a text that states no number, with the reason it was refused.

    >>> refused("一、三十里铺社区")[["printed", "reason"]].values.tolist()
    [['一', 'section number'], ['三十', 'name of a place']]
    """
    import pandas as pd

    plain, _ = _plain(text)
    rows = [
        (
            found.printed,
            found.reason,
            where,
            number,
            offset + found.start,
            offset + found.end,
            _context(line, found),
        )
        for where, number, line, offset in _lines(plain, report)
        for found in figures(line)
        if found.reason
    ]
    return pd.DataFrame(rows, columns=list(REFUSED_COLUMNS))


def _plain(text: str | RepairedText) -> tuple[str, RepairedText | None]:
    if isinstance(text, str):
        return text, None
    if isinstance(getattr(text, "text", None), str) and hasattr(text, "to_page"):
        return text.text, text
    raise CommsvcError(
        f"{type(text).__name__} is no text",
        allowed="a string, or what commsvc.published.repair.repair returns",
    )


def _lines(text: str, report: int | None) -> Iterator[tuple[int, int, str, int]]:
    """Report, paragraph, the line and where it begins, for every line that is not blank."""
    whole = () if report is None else (Report(report, "", 0, len(text)),)
    for part in whole or split_reports(text):
        for number, start, end in paragraphs(text, part.start, part.end):
            yield part.number, number, text[start:end], start


def _quantity(
    found: Found, line: str, offset: int, report: int, paragraph: int, on_page: tuple[int, int]
) -> Quantity:
    read_as = _read(found.reading, found.kind == "standard") if found.reading else None
    values = read_as.values if read_as else None
    low = values.low if values else found.value
    high = values.high if values else found.value
    return Quantity(
        found.printed,
        low,
        high,
        bool(values.low_closed if values else found.value is not None),
        bool(values.high_closed if values else found.value is not None),
        _unit(found, read_as),
        read_as.hedge if read_as else found.hedge,
        found.kind,
        report,
        paragraph,
        offset + found.start,
        offset + found.end,
        *on_page,
        _context(line, found),
    )


def _unit(found: Found, read_as: Printed | None) -> str:
    """The unit that the values are in: as printed, with ％ and （次） in their plain forms."""
    if read_as and (not found.unit or "多" in found.unit or "半" in found.unit):
        return read_as.unit
    return found.unit.translate(_PLAIN).replace("人(次)", "人次")


@lru_cache(maxsize=4096)
def _read(text: str, exact: bool) -> Printed | None:
    """The value set; a token no rule can read keeps its place in the table, without values."""
    try:
        return read(text, exact=exact)
    except CommsvcError:
        return None


def _context(line: str, found: Found) -> str:
    return line[max(0, found.start - CONTEXT) : found.end + CONTEXT].strip()


def _on_page(rows: list[_Row], mapped: RepairedText | None) -> Iterator[tuple[int, int]]:
    """Where each figure stands in the page."""
    starts = [offset + found.start for found, _, offset, *_ in rows]
    lasts = [offset + found.end - 1 for found, _, offset, *_ in rows]
    if mapped is not None:
        # The end is where the last character ends, not where the next begins, perhaps a gloss on.
        starts, lasts = mapped.to_page(starts).tolist(), mapped.to_page(lasts).tolist()
    return ((start, last + 1) for start, last in zip(starts, lasts, strict=True))
