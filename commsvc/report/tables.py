"""Tables for readers: translated headings, aligned numbers, a caption with base and source."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.report.catalogue import heading, words
from commsvc.report.figures import caption_html, details, join_details
from commsvc.report.lang import Words, pair, plain, spans
from commsvc.report.numbers import p_value, true_minus
from commsvc.report.prose import display

Format = str | Callable[[Any], Words]
NOTHING = "–"
# A column with a cell of more characters than this gets room for them, on a phone too.
WORDY = 45


def format_value(value: Any, how: Format | None = None) -> Words:
    """A cell as its reader sees it; rounding happens here and nowhere before.

    Whole numbers get thousands separators, other numbers four significant digits, nothing a dash;
    a range without an end gets the sign for it, whatever the format, and a minus is no hyphen.

    >>> format_value(970000), format_value(0.123456), format_value(-0.7, ".0%"), format_value(None)
    ('970,000', '0.1235', '−70%', '–')
    >>> format_value(float("inf"), ".1%")
    '∞'
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NOTHING
    if callable(how):
        return how(value)
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(v, str) for v in value):
        return value
    if how is not None:
        text = format(value, how)
        return true_minus(text) if isinstance(value, (int, float)) else text
    if isinstance(value, bool):
        return ("yes", "是") if value else ("no", "否")
    if isinstance(value, int):
        return true_minus(f"{value:,}")
    if isinstance(value, float):
        return true_minus(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")
    return str(value)


def _p_value(value: Any) -> Words:
    return p_value(value) if isinstance(value, (int, float)) else format_value(value)


# How columns of a result are written where nothing else is said.
FORMATS: Mapping[str, Format] = {"p": _p_value, "p_adjusted": _p_value}


def columns_of(data: Any, index: bool) -> dict[str, list[Any]]:
    """The frame as column name -> plain Python values, whichever library it comes from."""
    import narwhals as nw

    if index and hasattr(data, "reset_index"):
        data = data.reset_index()
    frame = nw.from_native(data)
    eager = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    return {
        name: [_plain_value(v) for v in eager.get_column(name).to_list()] for name in eager.columns
    }


def _plain_value(value: Any) -> Any:
    """A NumPy scalar as Python's own, and every kind of missing value as None."""
    value = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
    return None if type(value).__name__ in ("NAType", "NaTType") else value


def _known(given: Mapping[str, Any] | None, what: str, columns: Sequence[str]) -> dict[str, Any]:
    for name in given or {}:
        if name not in columns:
            raise unknown_name("column", name, columns, where=f"show_table({what}=…)")
    return dict(given or {})


def table_html(
    data: Any,
    *,
    caption: Words,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    more: Sequence[tuple[str, str]] = (),
    index: bool = False,
    note: Words = "",
) -> str:
    """The table as HTML in the report's language; the same data give the same bytes.

    >>> import pandas as pd
    >>> html = table_html(pd.DataFrame({"share": [0.7]}), caption="Satisfied",
    ...                   columns={"share": ("Share", "占比")}, formats={"share": ".0%"})
    >>> "<td>70%</td>" in html and '<span lang="zh-Hans">占比</span>' in html
    True
    """
    cells = columns_of(data, index)
    names = list(cells)
    headings = _known(columns, "columns", names)
    translated = {name: words(name) for name in names} | _known(values, "values", names)
    how = {**FORMATS, **_known(formats, "formats", names)}

    numeric = {
        name: all(isinstance(v, (int, float)) for v in column if v is not None)
        and any(v is not None for v in column)
        and not any(isinstance(v, bool) for v in column)
        for name, column in cells.items()
    }
    shown_in = {
        name: [_words(value, translated.get(name, {}), how.get(name)) for value in column]
        for name, column in cells.items()
    }
    wordy = {
        name: any(len(text) > WORDY for shown in column for text in pair(shown))
        for name, column in shown_in.items()
    }
    head = "".join(
        f'<th scope="col"{_class(numeric[name], wordy[name])}>'
        f"{spans(headings.get(name, heading(str(name))))}</th>"
        for name in names
    )
    rows = []
    for row in zip(*shown_in.values(), strict=True):
        line = []
        for position, (name, shown) in enumerate(zip(names, row, strict=True)):
            if position == 0 and not numeric[name]:
                line.append(f'<th scope="row">{spans(shown)}</th>')
            else:
                line.append(f"<td{_class(numeric[name])}>{spans(shown)}</td>")
        rows.append(f"<tr>{''.join(line)}</tr>")
    en, zh = pair(note)
    foot = (
        f'<tfoot><tr><td class="text" colspan="{len(names)}">{spans((en, zh))}</td></tr></tfoot>'
        if en or zh
        else ""
    )
    return (
        f'<table class="commsvc-table"><caption>{caption_html(caption, list(more))}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>{foot}</table>"
    )


def _words(value: Any, translated: Mapping[Any, Words], how: Format | None) -> Words:
    """A cell's words: the translation of its value, or the value as its reader sees it."""
    known = translated.get(value) if _hashable(value) else None
    return known if known is not None else format_value(value, how)


def _class(numeric: bool, wordy: bool = False) -> str:
    names = [] if numeric else ["text"]
    names += ["long"] if wordy else []
    return f' class="{" ".join(names)}"' if names else ""


def _hashable(value: Any) -> bool:
    return not isinstance(value, (list, dict, set))


def table_text(
    data: Any,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    index: bool = False,
) -> str:
    """The table as plain text, for a terminal and for programs that show no HTML."""
    import pandas as pd

    cells = columns_of(data, index)
    shown = {}
    for name, column in cells.items():
        known = (values or {}).get(name, words(name))
        head = plain((columns or {}).get(name, heading(str(name))))
        shown[head] = [
            plain(_words(v, known, {**FORMATS, **(formats or {})}.get(name))) for v in column
        ]
    return str(pd.DataFrame(shown).to_string(index=False))


def show_table(
    data: Any,
    *,
    caption: Words,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    ranges: Mapping[str, tuple[str, str]] | None = None,
    source: Words = "",
    n: int | str | None = None,
    denominator: Words = "",
    design: Words = "",
    index: bool = False,
    note: Words = "",
    fold: Words = "",
) -> None:
    """Show a table with its caption, in both languages.

    Parameters
    ----------
    data : a frame of any library Narwhals takes (pandas, Polars, PyArrow, DuckDB …)
    caption : what the table shows
    columns : column -> heading; a column not named has the one of `commsvc.report.catalogue`, or
        its own name
    values : column -> {value in the data -> words shown}; a column not named has those of the
        catalogue (`verdict`, `quadrant` …)
    formats : column -> format specification (``".1%"``) or a function from value to text; `p` and
        `p_adjusted` are P-values where nothing else is said (`commsvc.report.numbers.p_value`)
    ranges : new column -> (column of the lower ends, of the upper ends): shown as one, "8–32" or
        "≥ 8" (`commsvc.report.ranges`); heading and format go by the new name
    source, n, denominator, design : where the numbers come from; shown under the caption
    index : show a pandas index as the first columns
    note : a line under the table
    fold : fold the table away under these words; it opens with a click, a key or a search in the
        page, and stands open on paper

    Words are a string or an (English, Chinese) pair; a cell may itself be such a pair.

    Examples
    --------
    >>> import pandas as pd
    >>> show_table(pd.DataFrame({"level": ["yes"], "share": [0.7]}), caption="Satisfied",
    ...            columns={"share": ("Share", "占比")}, formats={"share": ".0%"})
    水平 Level 占比 Share
         yes      70%
    """
    if ranges:
        from commsvc.report.ranges import join_ranges

        data, index = join_ranges(data, ranges, formats, index=index), False
        formats = {name: how for name, how in (formats or {}).items() if name not in ranges}
    more = details(source, n, denominator, design)
    html = table_html(
        data,
        caption=caption,
        columns=columns,
        values=values,
        formats=formats,
        more=more,
        index=index,
        note=note,
    )
    if any(pair(fold)):
        html = f'<details class="fold"><summary>{spans(fold)}</summary>{html}</details>'
    text = table_text(data, columns, values, formats, index)
    if not plain(caption).strip():
        raise CommsvcError("a table without a caption", next_step="say what it shows")
    about = {
        "kind": "table",
        "caption": list(pair(caption)),
        "details": list(pair(join_details(more))),
    }
    display({"text/html": html, "text/plain": text}, {"commsvc": about})
