"""Tables for readers: translated headings, aligned numbers, a caption with base and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.labels import Labels
from commsvc.report.basis import Basis, join_details
from commsvc.report.catalogue import heading, words
from commsvc.report.cells import FORMATS, Format, columns_of, format_value
from commsvc.report.figures import caption_html
from commsvc.report.lang import Words, pair, plain, spans
from commsvc.report.prose import display
from commsvc.report.ranges import join_ranges
from commsvc.report.selection import select

# A column with a cell of more characters than this gets room for them, on a phone too.
WORDY = 45


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
    only: Sequence[str] | None = None,
    labels: Labels | None = None,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    ranges: Mapping[str, tuple[str, str]] | None = None,
    basis: Basis | None = None,
    source: Words | None = None,
    n: int | str | None = None,
    denominator: Words | None = None,
    design: Words | None = None,
    index: bool = False,
    note: Words = "",
    fold: Words = "",
) -> None:
    """Show a table with its caption, in both languages.

    Parameters
    ----------
    data : a frame of any library Narwhals takes (pandas, Polars, PyArrow, DuckDB …)
    caption : what the table shows
    only : the columns to show, in order; left out, all. `x` stands for `x_low` and `x_high`
        (shown as a range) or `x_en` and `x_zh` (words in both languages) where there is no `x`
    labels : the data dictionary: headings, words for values, formats (`commsvc.labels`)
    columns : column -> heading; a column not named has the one of the labels, of
        `commsvc.report.catalogue`, or its own name
    values : column -> {value in the data -> words shown}; else those of the labels and of the
        catalogue (`verdict`, `quadrant` …)
    formats : column -> format specification (``".1%"``) or a function from value to text; `p` and
        `p_adjusted` are P-values where nothing else is said (`commsvc.report.numbers.p_value`)
    ranges : new column -> (column of the lower ends, of the upper ends): shown as one, "8–32" or
        "≥ 8" (`commsvc.report.ranges`); heading and format go by the new name
    basis : what the numbers rest on; shown under the caption
    source, n, denominator, design : the same one by one, each in place of the basis' own
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
    >>> words = Labels({"place": ("Place", "地方"), "beds": ("Beds", "床位")})
    >>> show_table(pd.DataFrame({"place": ["A"], "beds_low": [8], "beds_high": [12], "note": [""]}),
    ...            caption="Beds", only=["place", "beds"], labels=words)
    地方 Place 床位 Beds
         A    8–12
    """
    if not plain(caption).strip():
        raise CommsvcError("a table without a caption", next_step="say what it shows")
    if only is not None:
        data, ranges = select(data, only, ranges, index=index)
        index = False
    known = labels or Labels()
    formats = {**known.formats, **(formats or {})}
    if ranges:
        data, index = join_ranges(data, ranges, formats, index=index), False
        formats = {name: how for name, how in formats.items() if name not in ranges}
    cells = columns_of(data, index)
    how: dict[str, Any] = {
        "columns": {k: v for k, v in known.headings.items() if k in cells} | dict(columns or {}),
        "values": _dictionary(cells, known) | dict(values or {}),
        "formats": {k: v for k, v in formats.items() if k in cells or k not in known.formats},
        "index": index,
    }
    rests = (basis or Basis()).but(source=source, n=n, denominator=denominator, design=design)
    html = table_html(data, caption=caption, more=rests.lines(), note=note, **how)
    if any(pair(fold)):
        html = f'<details class="fold"><summary>{spans(fold)}</summary>{html}</details>'
    about = {
        "kind": "table",
        "caption": list(pair(caption)),
        "details": list(pair(join_details(rests.lines()))),
    }
    display({"text/html": html, "text/plain": table_text(data, **how)}, {"commsvc": about})


def _dictionary(cells: Mapping[str, list[Any]], labels: Labels) -> dict[str, dict[Any, Words]]:
    """The words that the labels have for what stands in the cells, over those of the catalogue."""
    found: dict[str, dict[Any, Words]] = {}
    for name in cells:
        said = {v: labels.word(name, v) for v in cells[name] if isinstance(v, (str, int))}
        own = {value: pair for value, pair in said.items() if pair is not None}
        if own:
            found[name] = {**words(name), **own}
    return found
