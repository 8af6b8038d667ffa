"""How a tidy result is laid out where nobody says otherwise.

An estimate and its interval become one cell; a column that says the same in
every row becomes a line under the table, and one that says nothing goes. The numbers are only
shown differently: the result itself stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from commsvc.report.catalogue import heading, pieces
from commsvc.report.cells import NOTHING, Format, format_value
from commsvc.report.lang import Words, as_text, pair, plain
from commsvc.report.ranges import range_text
from commsvc.words.messages import Text, message

Cells = dict[str, list[Any]]

# The column of a value -> those of its ends; for all others `x_low` and `x_high`.
_ENDS: Final = {"estimate": ("low", "high")}
# More different notes than this stay a column.
_MOST_NOTES: Final = 8
_MARKS: Final = "abcdefgh"
_SHARE: Final = ".1%"


@dataclass(frozen=True)
class Layout:
    """A result as it is to be shown.

    Attributes
    ----------
    cells : column -> its values, joined ones as text
    headings, formats : column -> what differs from the usual
    numeric : columns of text that stand like numbers
    notes : lines under the table
    marks : column -> the mark of a note beside each cell, empty for none
    """

    cells: Cells
    headings: dict[str, Words] = field(default_factory=dict)
    formats: dict[str, Format] = field(default_factory=dict)
    numeric: frozenset[str] = frozenset()
    notes: tuple[Words, ...] = ()
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)


def is_result(names: Collection[str]) -> bool:
    """Whether a frame with these columns is a result: estimates with their base, or tests.

    >>> is_result(["group", "base", "estimate"]), is_result(["statistic", "p"]), is_result(["low"])
    (True, True, False)
    """
    return {"base", "estimate"} <= set(names) or {"statistic", "p"} <= set(names)


def lay_out(
    cells: Cells,
    named: Collection[str] = (),
    formats: Mapping[str, Format] | None = None,
    *,
    share: bool | None = None,
    confidence: float | None = None,
    headings: Mapping[str, Words] | None = None,
) -> Layout:
    """A result's columns as a reader wants them.

    Parameters
    ----------
    cells : column -> values
    named : columns to leave as they are
    formats : column -> format; that of a value holds for its ends
    share : whether estimates are shares of one; found out where it is not said
    confidence : of the intervals, for the heading
    headings : column -> what it is called, where that is not the word of the catalogue

    Examples
    --------
    >>> found = lay_out({"group": ["all"], "count": [161.0], "base": [230.0], "estimate": [0.7],
    ...                  "low": [0.638], "high": [0.756], "method": ["Wilson"], "note": [""]})
    >>> found.cells["estimate"], list(found.cells)
    (['70.0% [63.8, 75.6]'], ['count', 'base', 'estimate'])
    >>> found.notes
    (('Method: Wilson', '方法：Wilson 法'),)
    """
    how = dict(formats or {})
    if not is_result(cells):
        return Layout(dict(cells), dict(headings or {}), how)
    free = {name for name in cells if name not in named}
    shown = dict(cells)
    called: dict[str, Words] = dict(headings or {})
    notes: list[Words] = []
    numeric: set[str] = set()

    shares = _are_shares(cells) if share is None else share
    for value in cells:
        ends = _ENDS.get(value, (f"{value}_low", f"{value}_high"))
        if not set(ends) <= free:
            continue
        percent = shares and value == "estimate"
        style = how.pop(value, _SHARE if percent else None)
        triples = list(zip(cells[value], *(cells[end] for end in ends), strict=True))
        shown[value] = [_joined(one, style or _decimals(triples)) for one in triples]
        numeric.add(value)
        if any(_has_ends(one) for one in triples):
            called[value] = _with_interval(called.get(value, heading(value)), confidence)
            if "se" in free:
                shown.pop("se", None)
        for end in ends:
            del shown[end]
    if shares:
        for name in {"estimate", "low", "high"} & free & set(shown) - numeric:
            how.setdefault(name, _SHARE)
    _join_ranges(shown, free, how, called)
    notes += _unit_and_method(shown, free, called)
    marks = _note_marks(shown, free, notes)
    _drop_empty(shown, free)
    first = "estimate" if "estimate" in shown else next(iter(shown), "")
    return Layout(
        shown,
        called,
        how,
        frozenset(numeric),
        tuple(notes),
        {first: marks} if any(marks) else {},
    )


def _are_shares(cells: Cells) -> bool:
    """Whether the estimates are shares, as far as the result tells.

    Numbers from 0 to 1 are not enough: odds ratios and indices may be such, too.
    """
    if set(cells.get("unit", ())) == {"share"}:
        return True
    if any("weighted share" in str(method) for method in cells.get("method", ())):
        return True
    if not {"count", "base", "estimate"} <= set(cells):
        return False
    rows = zip(cells["count"], cells["base"], cells["estimate"], strict=True)
    told = [(c / b, e) for c, b, e in rows if all(map(_finite, (c, b, e))) and b]
    return bool(told) and all(math.isclose(a, e, abs_tol=1e-9) for a, e in told)


def is_number(value: Any) -> bool:
    """Whether the value is a number to a reader: a truth value is none.

    >>> is_number(2.5), is_number(True), is_number(None)
    (True, False, False)
    """
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _finite(value: Any) -> bool:
    return is_number(value) and math.isfinite(value)


def _has_ends(triple: tuple[Any, Any, Any]) -> bool:
    value, *ends = triple
    return any(is_number(end) and not math.isnan(end) and end != value for end in ends)


def _joined(triple: tuple[Any, Any, Any], how: Format) -> str:
    """An estimate with its ends, where they say more than it does.

    >>> _joined((0.7, 0.638, 0.756), ".1%"), _joined((0.7, None, None), ".1%")
    ('70.0% [63.8, 75.6]', '70.0%')
    >>> _joined((None, 3, float("inf")), ".0f"), _joined((None, None, None), ".0f")
    ('[3, ∞]', '–')
    """
    value, *ends = (None if v is None or math.isnan(v) else v for v in triple)
    said = NOTHING if value is None else plain(format_value(float(value), how))
    if not _has_ends(triple):
        return said
    low, high = (plain(format_value(None if v is None else float(v), how)) for v in ends)
    if value is None:
        return f"[{low}, {high}]"
    # The sign of a percentage is said once.
    return f"{said} [{low.removesuffix('%')}, {high.removesuffix('%')}]"


def _decimals(triples: list[tuple[Any, Any, Any]]) -> str:
    """One number of places for a column: three figures for its largest value, no more."""
    values = [abs(float(v)) for triple in triples for v in triple if _finite(v)]
    most = max(values, default=0.0)
    if all(value.is_integer() for value in values) or most >= 1000:
        return "z,.0f"
    if 0 < most < 0.01:
        return ".3g"
    # z: what rounds to zero has no minus
    return "z,.1f" if most >= 100 else "z,.2f" if most >= 1 else "z,.3f"


def _with_interval(words: Words, confidence: float | None) -> Words:
    en, zh = pair(words)
    size = "" if confidence is None else f"{confidence:.4g}".removeprefix("0.").ljust(2, "0") + "% "
    return f"{en} [{size}interval]", f"{zh} [{size}区间]"


def _unit_and_method(shown: Cells, free: set[str], headings: dict[str, Words]) -> list[Words]:
    """Take out a unit and a method that are the same in all rows; the lines that say them."""
    notes: list[Words] = []
    # Figures with their unit and hedge say more than the bare numbers of the same.
    if {"numerator", "denominator", "count", "base"} <= free:
        for name in ("count", "base"):
            shown.pop(name, None)
    for name in ("unit", "method"):
        values = {value for value in shown.get(name, ()) if value}
        if name not in free or len(values) != 1:
            continue
        value = values.pop()
        del shown[name]
        said = value if isinstance(value, Text) else pieces(name, str(value))
        en, zh = pair(said)
        if name == "method":
            notes.append(message("Method: {method}", method=as_text(said)))
        elif value != "share":
            own = pair(headings.get("estimate", heading("estimate")))
            headings["estimate"] = f"{own[0]}, {en}", f"{own[1]}（{zh}）"
    return notes


def _join_ranges(
    shown: Cells, free: set[str], how: dict[str, Format], called: Mapping[str, Words]
) -> None:
    """Make one column of a pair of ends, `needed_low` and `needed_high`, with a heading as one."""
    for low in [name for name in shown if name.endswith("_low")]:
        name = low.removesuffix("_low")
        high = f"{name}_high"
        if (
            not {low, high} <= free
            or high not in shown
            or (name not in called and heading(name) == name)
            or name in shown
        ):
            continue
        ends = zip(shown[low], shown[high], strict=True)
        joined = [range_text(a, b, how.get(name)) for a, b in ends]
        # In its place, where the lower ends stood.
        cells = [(name, joined) if key == low else (key, value) for key, value in shown.items()]
        shown.clear()
        shown.update(item for item in cells if item[0] != high)


def _note_marks(shown: Cells, free: set[str], notes: list[Words]) -> tuple[str, ...]:
    """Take the notes out of the rows; the mark of each row's note, where rows differ."""
    if "note" not in free:
        return ()
    told = [_both(note) for note in shown["note"]]
    different = list(dict.fromkeys(note for note in told if note))
    if len(different) > _MOST_NOTES:
        return ()
    del shown["note"]
    if len(set(told)) == 1:
        notes.extend(different)
        return ()
    letter = dict(zip(different, _MARKS, strict=False))
    for note, mark in letter.items():
        notes.append(message("({mark}) {note}", mark=mark, note=as_text(note)))
    return tuple(letter.get(note, "") for note in told)


def _both(note: Any) -> Words:
    """A note in both languages, where it knows its Chinese or the catalogue does."""
    if isinstance(note, Text):
        return note
    if not isinstance(note, str):
        return note if isinstance(note, tuple) else ""
    chinese = getattr(note, "zh", "")
    return (str(note), chinese) if chinese else pieces("note", note) if note else ""


def _drop_empty(shown: Cells, free: set[str]) -> None:
    """Leave out columns of a result that hold nothing, and a group that is everybody."""
    for name in [name for name in shown if name in free]:
        values = shown[name]
        nothing = all(
            v is None or v == "" or (isinstance(v, float) and math.isnan(v)) for v in values
        )
        everybody = name == "group" and set(map(str, values)) == {"all"}
        if (nothing or everybody) and len(shown) > 1 and name not in ("base", "estimate", "p"):
            del shown[name]
