"""Tables for readers: translated headings, aligned numbers, a caption with base and source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.labels import Labels
from commsvc.report.arranging import (
    FORMATS,
    Cells,
    Draft,
    Format,
    arrange,
    format_value,
    is_number,
    range_text,
)
from commsvc.report.basis import Basis
from commsvc.report.lang import Words, as_text
from commsvc.report.passages import display
from commsvc.report.table_forms import Column, Table
from commsvc.report.vocabulary import words
from commsvc.words.messages import Label, Text, message
from commsvc.words.numbers import NONE

Ranges = Mapping[str, tuple[str, str]]


def table(
    data: Any,
    *,
    caption: Words = "",
    only: Sequence[str] | None = None,
    labels: Labels | None = None,
    columns: Mapping[str, Words] | None = None,
    values: Mapping[str, Mapping[Any, Words]] | None = None,
    formats: Mapping[str, Format] | None = None,
    ranges: Ranges | None = None,
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
        (shown as a range) or `x_en` and `x_zh` (words in two languages) where there is no `x`
    labels : the data dictionary: headings, words for values, formats (`commsvc.labels`)
    columns : column -> heading; a column not named has the one of the labels, of
        `commsvc.report.vocabulary`, or its own name
    values : column -> {value in the data -> words shown}; else those of the labels and of the
        catalogue (`verdict`, `quadrant` …)
    formats : column -> format specification (``".1%"``) or a function from value to text; `p` and
        `p_adjusted` are P-values where nothing else is said (`commsvc.words.numbers.p_cell`);
        that of `estimate` and `effect` holds for their ends
    ranges : new column -> (column of the lower ends, of the upper ends): shown as one, "8–32" or
        "≥ 8"; heading and format go by the new name
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

    Words are a string or a message, such as cells may hold, too.

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
    Level Count   Base  Estimate [95% interval]
    ...
    """
    known = labels or Labels()
    cells, joined = chosen(columns_of(data, index), only, ranges or {})
    for what, given in (("columns", columns), ("values", values), ("formats", formats)):
        for name in given or {}:
            if name not in cells and name not in joined:
                raise unknown_name("column", name, list(cells), where=f"show_table({what}=…)")
    draft = Draft(
        cells,
        {*cells} - {*(only or ()), *(columns or {}), *joined},
        {**FORMATS, **known.formats, **(formats or {})},
        {name: as_text(said) for name, said in {**known.headings, **(columns or {})}.items()},
    )
    for name, (low, high) in joined.items():
        how = draft.formats.pop(name, None)
        ends = zip(cells[low], cells[high], strict=True)
        draft.numeric.add(name)
        draft.replace(low, name, [range_text(a, b, how) for a, b in ends], {low, high})
    arrange(draft, share, confidence)
    made = {
        name: _column(draft, name, _words_for(name, cells.get(name, ()), known, values or {}))
        for name in draft.cells
    }
    rests = (basis or Basis()).but(source=source, n=n, denominator=denominator, design=design)
    notes = (*draft.notes, *([as_text(note)] if as_text(note) else ()))
    shown = side_by_side(made, across) if across else tuple(made.values())
    return Table(shown, as_text(caption), tuple(rests.lines()), notes, as_text(fold))


def show_table(data: Any, *, caption: Words, **how: Any) -> None:
    """Show a table with its caption, in the language in force: what `table` makes of it.

    Parameters
    ----------
    data, how : as for `commsvc.report.table`
    caption : what the table shows

    Raises
    ------
    CommsvcError : no caption, a column that is not there

    Examples
    --------
    >>> import pandas as pd
    >>> show_table(pd.DataFrame({"level": ["yes"], "share": [0.7]}), caption="Satisfied",
    ...            columns={"share": "Share"}, formats={"share": ".0%"})
    Satisfied
    Level  Share
    ────────────
    yes      70%
    >>> words = Labels({"place": ("Place", "地方"), "beds": ("Beds", "床位")})
    >>> show_table(pd.DataFrame({"place": ["A"], "beds_low": [8], "beds_high": [12], "note": [""]}),
    ...            caption="Beds", only=["place", "beds"], labels=words)
    Beds
    Place  Beds
    ───────────
    A      8–12
    """
    if not str(as_text(caption)).strip():
        raise CommsvcError("a table without a caption", next_step="say what it shows")
    display(*table(data, caption=caption, **how).bundle())


def columns_of(data: Any, index: bool = False) -> Cells:
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


def chosen(
    cells: Cells, only: Sequence[str] | None, ranges: Ranges
) -> tuple[Cells, dict[str, tuple[str, str]]]:
    """The columns that are shown, and which pairs of them are ranges.

    A name that is no column stands for two: `name_low` and `name_high` are a range, `name_en` and
    `name_zh` words in two languages.

    Raises
    ------
    CommsvcError : a name that is none of these

    Examples
    --------
    >>> chosen({"place": ["A"], "x": [1], "n_low": [2], "n_high": [4]}, ["place", "n"], {})
    ({'place': ['A'], 'n_low': [2], 'n_high': [4]}, {'n': ('n_low', 'n_high')})
    """
    joined = dict(ranges)
    for name, pair in joined.items():
        for column in pair:
            if column not in cells:
                raise unknown_name("column", column, list(cells), where=f"ranges[{name!r}]")
    if only is None:
        return cells, joined
    taken: Cells = {}
    for name in only:
        ends = joined.get(name, (f"{name}_low", f"{name}_high"))
        if name in cells and name not in joined:
            taken[name] = cells[name]
        elif all(end in cells for end in ends):
            joined[name] = ends
            taken |= {end: cells[end] for end in ends}
        elif f"{name}_en" in cells and f"{name}_zh" in cells:
            both = zip(cells[f"{name}_en"], cells[f"{name}_zh"], strict=True)
            taken[name] = [
                Label({"en": en, "zh": zh}) if isinstance(en, str) and isinstance(zh, str) else None
                for en, zh in both
            ]
        else:
            raise unknown_name("column", name, list(cells), where="show_table(only=…)")
    return taken, {name: pair for name, pair in joined.items() if name in only}


def _words_for(
    name: str,
    cells: Sequence[Any],
    labels: Labels,
    values: Mapping[str, Mapping[Any, Words]],
) -> Mapping[Any, Words]:
    """What the values of a column are called: the caller's words, else those of the labels over
    those of the vocabulary."""
    if name in values:
        return values[name]
    told = {v: labels.word(name, v) for v in cells if isinstance(v, str | int)}
    return {**words(name), **{value: said for value, said in told.items() if said is not None}}


def _column(draft: Draft, name: str, known: Mapping[Any, Words]) -> Column:
    cells, how = draft.cells[name], draft.formats.get(name)
    there = [cell for cell in cells if cell is not None]
    numeric = bool(there) and all(map(is_number, there))
    return Column(
        draft.heading(name),
        tuple(_cell(cell, known, how) for cell in cells),
        numeric or name in draft.numeric,
        marks=draft.marks.get(name, ()),
    )


def _cell(value: Any, known: Mapping[Any, Words], how: Format | None) -> Text | str:
    """A cell's words: the translation of its value, or the value as its reader sees it."""
    if not isinstance(value, list | dict | set) and value in known:
        return as_text(known[value])
    return format_value(value, how)


def side_by_side(made: Mapping[str, Column], across: str) -> tuple[Column, ...]:
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
                f"two rows are {' '.join(map(str, (at[0], *at[1])))}",
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
    for block, rows_of in blocks.items():
        n = bases.get(block)
        over = message("{block} (n = {n})", block=block, n=n) if n else block
        found += [
            _picked(column, rows_of, over)
            for name, column in made.items()
            if column.numeric and not (name == "base" and (bases or shared))
        ]
    return tuple(found)


def _one_base(base: Column | None, blocks: Mapping[Any, list[int | None]]) -> dict[Any, Text | str]:
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


def _same_in_all(base: Column, blocks: Mapping[Any, list[int | None]]) -> bool:
    """Whether each row has one base, the same in every block."""
    lines = zip(*blocks.values(), strict=True)
    return all(len({base.cells[row] for row in line if row is not None}) == 1 for line in lines)


def _picked(column: Column, rows: Sequence[int | None], over: Text | str) -> Column:
    """Some rows of a column, under a shared heading; a row that is not there is a dash."""
    cells = tuple(NONE if row is None else column.cells[row] for row in rows)
    marks = tuple("" if row is None else column.mark(row) for row in rows)
    return replace(column, cells=cells, over=over, marks=marks if any(marks) else ())
