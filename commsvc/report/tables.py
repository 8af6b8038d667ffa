"""Tables for readers: translated headings, aligned numbers, a caption with base and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.labels import Labels
from commsvc.report.basis import Basis
from commsvc.report.catalogue import heading, words
from commsvc.report.cells import FORMATS, NOTHING, Format, columns_of, format_value
from commsvc.report.lang import Words, pair, plain
from commsvc.report.prose import display
from commsvc.report.ranges import join_ranges
from commsvc.report.selection import select
from commsvc.report.spec import Column, Table
from commsvc.report.tidy import Layout, is_number, lay_out


def table(
    data: Any,
    *,
    caption: Words = "",
    only: Sequence[str] | None = None,
    labels: Labels | None = None,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    ranges: Mapping[str, tuple[str, str]] | None = None,
    across: str = "",
    share: bool | None = None,
    confidence: float | None = None,
    basis: Basis | None = None,
    source: Words | None = None,
    n: int | str | None = None,
    denominator: Words | None = None,
    design: Words | None = None,
    index: bool = False,
    note: Words = "",
    fold: Words = "",
) -> Table:
    """A result as a table for readers; the result itself stays as it is.

    A tidy result needs no arguments: its estimate and interval become one cell, what is the same in
    every row (method, note) a line under the table. Columns named in `only` or `columns` stay as
    they are.

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
        `p_adjusted` are P-values where nothing else is said (`commsvc.words.numbers.p_cell`);
        that of `estimate` and `effect` holds for their ends
    ranges : new column -> (column of the lower ends, of the upper ends): shown as one, "8–32" or
        "≥ 8" (`commsvc.report.ranges`); heading and format go by the new name
    across : a column whose values become headings over the others, side by side, with their base
    share : whether the estimates are shares of one, shown in percent; by default where the result
        says so or every one is its count over its base
    confidence : of the intervals, for the heading
    basis : what the numbers rest on; shown under the caption
    source, n, denominator, design : the same one by one, each in place of the basis' own
    index : show a pandas index as the first columns
    note : a line under the table
    fold : fold the table away under these words; it opens with a click, a key or a search in the
        page, and stands open on paper

    Words are a string or an (English, Chinese) pair; a cell may itself be such a pair.

    Returns
    -------
    Table
        shown by a notebook and a terminal, with ``.latex()`` and ``.word()``

    Raises
    ------
    CommsvcError : a column that is not there

    Examples
    --------
    >>> from commsvc import Design, estimate_shares
    >>> shares = estimate_shares([161, 69], ["yes", "no"], design=Design.srs())
    >>> table(shares, confidence=0.95)
    水平   计数   基数      估计值 [95% 区间]
    Level Count   Base  Estimate [95% interval]
    ...
    """
    if only is not None:
        data, ranges = select(data, only, ranges, index=index)
        index = False
    known = labels or Labels()
    how: dict[str, Format] = {**FORMATS, **known.formats, **(formats or {})}
    if ranges:
        data, index = join_ranges(data, ranges, how, index=index), False
        how = {name: one for name, one in how.items() if name not in ranges}
    cells = columns_of(data, index)
    for what, given in (("columns", columns), ("values", values), ("formats", formats)):
        for name in given or {}:
            if name not in cells and name not in (ranges or {}):
                raise unknown_name("column", name, list(cells), where=f"show_table({what}=…)")

    named = {*(only or ()), *(columns or {}), *(ranges or {})}
    layout = lay_out(cells, named, how, share=share, confidence=confidence, headings=known.headings)
    own_words = {**_dictionary(cells, known), **(values or {})}
    made = {
        name: _column(name, cell, layout, columns or {}, own_words)
        for name, cell in layout.cells.items()
    }
    shown = _side_by_side(made, across) if across else list(made.values())
    rests = (basis or Basis()).but(source=source, n=n, denominator=denominator, design=design)
    own = (note,) if any(pair(note)) else ()
    return Table(tuple(shown), caption, tuple(rests.lines()), (*layout.notes, *own), fold)


def _dictionary(cells: Mapping[str, list[Any]], labels: Labels) -> dict[str, dict[Any, Words]]:
    """The words that the labels have for what stands in the cells, over those of the catalogue."""
    found: dict[str, dict[Any, Words]] = {}
    for name in cells:
        said = {v: labels.word(name, v) for v in cells[name] if isinstance(v, (str, int))}
        own = {value: pair for value, pair in said.items() if pair is not None}
        if own:
            found[name] = {**words(name), **own}
    return found


def _column(
    name: str,
    cells: Sequence[Any],
    layout: Layout,
    headings: Mapping[str, Words],
    values: Mapping[str, Mapping[Any, Words]],
) -> Column:
    there = [cell for cell in cells if cell is not None]
    numeric = bool(there) and all(map(is_number, there))
    known, how = values.get(name, words(name)), layout.formats.get(name)
    return Column(
        headings.get(name, layout.headings.get(name, heading(str(name)))),
        tuple(_words(cell, known, how) for cell in cells),
        numeric or name in layout.numeric,
        marks=layout.marks.get(name, ()),
    )


def _words(value: Any, known: Mapping[Any, Words], how: Format | None) -> Words:
    """A cell's words: the translation of its value, or the value as its reader sees it."""
    if not isinstance(value, (list, dict, set)) and value in known:
        return known[value]
    return format_value(value, how)


def _side_by_side(made: Mapping[str, Column], across: str) -> list[Column]:
    """The table with one block of columns for each value of a column, rows found by their names."""
    if across not in made:
        raise unknown_name("column", across, list(made), where="across=…")
    values = made[across].cells
    names = [name for name, column in made.items() if not column.numeric and name != across]
    keys = list(zip(*(made[name].cells for name in names), strict=True)) or [()] * len(values)
    where: dict[tuple[Any, Any], int] = {}
    for row, at in enumerate(zip(values, keys, strict=True)):
        if at in where:
            raise CommsvcError(
                f"two rows are {plain(at[0])} {' '.join(map(plain, at[1]))}".rstrip(),
                where=f"across={across!r}",
                next_step="name a column that tells them apart",
            )
        where[at] = row
    lines = list(dict.fromkeys(keys))
    blocks = {
        block: [where.get((block, line)) for line in lines] for block in dict.fromkeys(values)
    }
    bases = _one_base(made.get("base"), blocks)
    found = [
        replace(made[name], cells=tuple(line[i] for line in lines), marks=())
        for i, name in enumerate(names)
    ]
    shared = not bases and "base" in made and _same_in_all(made["base"], blocks)
    if shared:
        rows = [next(r for r in at if r is not None) for at in zip(*blocks.values(), strict=True)]
        found.append(_picked(made["base"], rows, ""))
    for block, rows in blocks.items():
        en, zh = pair(block)
        size = f" (n = {bases[block]})" if bases else ""
        over = en + size, zh + size
        for name, column in made.items():
            if column.numeric and not (name == "base" and (bases or shared)):
                found.append(_picked(column, rows, over))
    return found


def _one_base(base: Column | None, blocks: Mapping[Words, list[int | None]]) -> dict[Words, Words]:
    """The base of each block, where each has but one."""
    if base is None:
        return {}
    found = {
        block: {base.cells[row] for row in rows if row is not None}
        for block, rows in blocks.items()
    }
    if any(len(values) != 1 for values in found.values()):
        return {}
    return {block: values.pop() for block, values in found.items()}


def _same_in_all(base: Column, blocks: Mapping[Words, list[int | None]]) -> bool:
    """Whether each row has one base, the same in every block."""
    lines = zip(*blocks.values(), strict=True)
    return all(len({base.cells[row] for row in line if row is not None}) == 1 for line in lines)


def _picked(column: Column, rows: Sequence[int | None], over: Words) -> Column:
    """Some rows of a column, under a shared heading; a row that is not there is a dash."""
    cells = tuple(NOTHING if row is None else column.cells[row] for row in rows)
    marks = tuple("" if row is None else column.mark(row) for row in rows)
    return replace(column, cells=cells, over=over, marks=marks if any(marks) else ())


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
    across: str = "",
    share: bool | None = None,
    confidence: float | None = None,
    basis: Basis | None = None,
    source: Words | None = None,
    n: int | str | None = None,
    denominator: Words | None = None,
    design: Words | None = None,
    index: bool = False,
    note: Words = "",
    fold: Words = "",
) -> None:
    """Show a table with its caption, in both languages: what `table` makes of the arguments.

    Raises
    ------
    CommsvcError : no caption, a column that is not there

    Examples
    --------
    >>> import pandas as pd
    >>> show_table(pd.DataFrame({"level": ["yes"], "share": [0.7]}), caption="Satisfied",
    ...            columns={"share": ("Share", "占比")}, formats={"share": ".0%"})
    Satisfied
    水平    占比
    Level  Share
    ────────────
    yes      70%
    >>> words = Labels({"place": ("Place", "地方"), "beds": ("Beds", "床位")})
    >>> show_table(pd.DataFrame({"place": ["A"], "beds_low": [8], "beds_high": [12], "note": [""]}),
    ...            caption="Beds", only=["place", "beds"], labels=words)
    Beds
    地方   床位
    Place  Beds
    ───────────
    A      8–12
    """
    if not plain(caption).strip():
        raise CommsvcError("a table without a caption", next_step="say what it shows")
    made = table(
        data,
        caption=caption,
        only=only,
        labels=labels,
        columns=columns,
        values=values,
        formats=formats,
        ranges=ranges,
        across=across,
        share=share,
        confidence=confidence,
        basis=basis,
        source=source,
        n=n,
        denominator=denominator,
        design=design,
        index=index,
        note=note,
        fold=fold,
    )
    display(*made.bundle())
