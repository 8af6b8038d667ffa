"""Text to a table of printed figures, each with where it stands."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, Printed, read
from commsvc.printed.numerals import folded
from commsvc.published.figures.doubtful import doubt_about
from commsvc.published.figures.found import Found
from commsvc.published.figures.judging import judged
from commsvc.published.figures.report_parts import Report, paragraphs, split_reports
from commsvc.published.figures.shared_units import shared
from commsvc.published.figures.table_heads import Heads, heads_of, under_heads
from commsvc.words.messages import Text

if TYPE_CHECKING:
    import pandas as pd

CONTEXT: Final = 12
BATCH: Final = 2048
_PLAIN: Final = str.maketrans("（）％", "()%")


class _Row(NamedTuple):
    """A figure, its line and where that begins, its report and paragraph."""

    found: Found
    line: str
    offset: int
    report: int
    paragraph: int


class RepairedText(Protocol):
    """What `commsvc.published.repair.repair` returns, as far as it is needed here."""

    @property
    def text(self) -> str: ...

    def to_page(self, offsets: Any) -> Any: ...

    def doubts(self) -> list[tuple[int, int, Text]]: ...


@dataclass(frozen=True, slots=True)
class Figure:
    """One printed figure and where it stands.

    Attributes
    ----------
    printed : the figure as it stands in the text; ``…`` marks what stood between hedge and number
    low, high, low_closed, high_closed : every value it may stand for, exact, in ``unit``; an end
        that is `None` is no bound; masked figures, dates and those that lost a digit have neither
    unit : the unit or classifier, 万 multiplied out, empty where none is; also one that stands once
        for a list of numbers or over a column
    hedge : what widens it (`commsvc.printed` has the table), empty for a plain number
    kind : `count share rate money area length volume mass energy time degree` by unit, `number`
        without one; `statistic` (of ``role``); `base` (每万人); `standard` (a figure that is
        asked for), `range`, `indefinite`, `fraction`, `ratio`, `list` (六位一体), `ordinal`,
        `year`, `date`, `masked`; `stray` for a digit that belongs to nothing
    role : which statistic it is (`n t F chi2 z r R2 P beta d eta2 Q mean median SD SE CI level df
        alpha kappa ICC OR RR HR`), `forecast` for what is only expected, else empty
    doubt : why it cannot be trusted, empty where nothing speaks against it: a character lost before
        it (then it has no value), an uncertain repair, a superscript let down
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
    role: str
    doubt: Text | str
    report: int
    paragraph: int
    start: int
    end: int
    page_start: int
    page_end: int
    context: str

    @property
    def values(self) -> Interval | None:
        """Every value it may stand for, in ``unit``; `None` where it has none."""
        if self.low is None and self.high is None:
            return None
        return Interval(self.low, self.high, self.low_closed, self.high_closed)


COLUMNS: Final = tuple(field.name for field in fields(Figure))
REFUSED_COLUMNS: Final = ("printed", "reason", "report", "paragraph", "start", "end", "context")


def figures(text: str | RepairedText, *, report: int | None = None) -> pd.DataFrame:
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
        the attributes of `Figure` as columns; ``low`` and ``high`` are `Fraction` or `None`

    Raises
    ------
    CommsvcError
        where ``text`` is neither a string nor repaired text

    Examples
    --------
    >>> found = figures("建立“三统一”制度，服务人口近97万，占45.2%；一些居民不满意。")
    >>> for row in found.itertuples():
    ...     print(row.printed, row.kind, row.hedge, row.low, row.high)
    三统一 list  3 3
    近97万 count nearly 960000 970000
    45.2% share  903/20 181/4
    """
    import pandas as pd

    rows = [tuple(getattr(q, name) for name in COLUMNS) for q in iter_figures(text, report)]
    # Fractions must stay Fractions: left to itself, a column of None and Fraction keeps them too.
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"low": object, "high": object})


def iter_figures(text: str | RepairedText, report: int | None = None) -> Iterator[Figure]:
    """The rows of `figures` one by one, for texts too long to hold their table.

    >>> next(iter_figures("共15处")).printed
    '15处'
    """
    plain, mapped = _plain(text)
    doubts = mapped.doubts() if mapped is not None else []
    rows = (row for row in _rows(plain, report) if not row.found.reason)
    # The page is asked once for many rows: a question costs as much as a line of text.
    while batch := list(islice(rows, BATCH)):
        spans = [(row.offset + row.found.start, row.offset + row.found.end) for row in batch]
        for row, span in zip(batch, _on_page(spans, mapped), strict=True):
            yield _figure(row, span, doubts)


def _rows(text: str, report: int | None) -> Iterator[_Row]:
    """Every numeral of a text, judged, with the units that its list or column has for it."""
    heads = Heads()
    for where, number, line, offset in _lines(text, report):
        plain = folded(line)
        heads = heads_of(plain, heads)
        found = under_heads(plain, shared(plain, list(judged(plain))), heads)
        for one in found:
            yield _Row(one, line, offset, where, number)


def refused(text: str | RepairedText, *, report: int | None = None) -> pd.DataFrame:
    """Every numeral of a text that states no number, with the reason it was refused.

    >>> refused("一、三十里铺社区")[["printed", "reason"]].values.tolist()
    [['一', 'section number'], ['三十', 'name of a place']]
    """
    import pandas as pd

    plain, _ = _plain(text)
    rows = [
        (
            *(_printed(row), row.found.reason, row.report, row.paragraph),
            *(row.offset + row.found.start, row.offset + row.found.end, _context(row)),
        )
        for row in _rows(plain, report)
        if row.found.reason
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


def _figure(row: _Row, on_page: tuple[int, int], doubts: list[tuple[int, int, Text]]) -> Figure:
    found = row.found
    read_as = _read(found.reading, found.kind == "standard") if found.reading else None
    values = read_as.values if read_as else None
    doubt, valued = doubt_about(row.line, found)
    values = values if valued else None
    return Figure(
        _printed(row),
        *_ends(values),
        _unit(found, read_as),
        read_as.hedge if read_as else found.hedge,
        found.kind,
        found.role,
        doubt or _of_repair(on_page, doubts),
        row.report,
        row.paragraph,
        row.offset + found.start,
        row.offset + found.end,
        *on_page,
        _context(row),
    )


def _ends(values: Interval | None) -> tuple[Fraction | None, Fraction | None, bool, bool]:
    if values is None:
        return None, None, False, False
    return values.low, values.high, values.low_closed, values.high_closed


def _printed(row: _Row) -> str:
    """The figure as its line has it, in the line's own script."""
    found = row.found
    if "…" in found.printed:
        return found.printed
    return row.line[found.start : found.end]


def _unit(found: Found, read_as: Printed | None) -> str:
    """The unit that the values are in: as printed, with ％ and （次） in their plain forms."""
    if read_as and (not found.unit or re.search("[多半百千万亿]", found.unit)):
        return read_as.unit
    return found.unit.translate(_PLAIN).replace("人(次)", "人次")


def _of_repair(on_page: tuple[int, int], doubts: list[tuple[int, int, Text]]) -> Text | str:
    """The doubt of an uncertain repair that the figure lies in or begins behind."""
    start, end = on_page
    at = bisect_left(doubts, end, key=lambda doubt: doubt[0]) - 1
    return doubts[at][2] if at >= 0 and doubts[at][1] >= start else ""


@lru_cache(maxsize=4096)
def _read(text: str, exact: bool) -> Printed | None:
    """The value set; a token no rule can read keeps its place in the table, without values."""
    try:
        return read(text, exact=exact)
    except CommsvcError:
        return None


def _context(row: _Row) -> str:
    return row.line[max(0, row.found.start - CONTEXT) : row.found.end + CONTEXT].strip()


def _on_page(spans: list[tuple[int, int]], mapped: RepairedText | None) -> list[tuple[int, int]]:
    """Where each figure stands in the page."""
    if mapped is None:
        return spans
    # The end is where the last character ends, not where the next begins, perhaps a gloss on.
    starts, lasts = mapped.to_page([(start, end - 1) for start, end in spans]).T.tolist()
    return [(start, last + 1) for start, last in zip(starts, lasts, strict=True)]
