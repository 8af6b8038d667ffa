"""How a result is laid out where nobody says otherwise.

An estimate and its interval become one cell; a column that says the same in every row becomes a
line under the table, and one that says nothing goes. The numbers are only shown differently: the
result itself stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from commsvc.report.lang import as_text
from commsvc.report.vocabulary import heading, pieces
from commsvc.words.messages import Text, message, text_of
from commsvc.words.numbers import NONE, p_cell, true_minus

Format = str | Callable[[Any], Any]
Cells = dict[str, list[Any]]

# The column of a value -> those of its ends; for all others `x_low` and `x_high`.
_ENDS: Final = {"estimate": ("low", "high")}
# More different notes than this stay a column.
_MOST_NOTES: Final = 8
_MARKS: Final = "abcdefgh"
_SHARE: Final = ".1%"


def format_value(value: Any, how: Format | None = None) -> Text | str:
    """A cell as its reader sees it; rounding happens here and nowhere before.

    Whole numbers get thousands separators, other numbers four significant digits, nothing a dash;
    a range without an end gets the sign for it, whatever the format, and a minus is no hyphen.

    >>> format_value(970000), format_value(0.123456), format_value(-0.7, ".0%"), format_value(None)
    ('970,000', '0.1235', '−70%', '–')
    >>> format_value(float("inf"), ".1%")
    '∞'
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if isinstance(value, Text):
        return value
    if callable(how):
        return _shown(how(value))
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if how is not None:
        text = format(value, how)
        return true_minus(text) if isinstance(value, int | float) else text
    if isinstance(value, bool):
        return message("yes", context="truth") if value else message("no", context="truth")
    if isinstance(value, int):
        return true_minus(f"{value:,}")
    if isinstance(value, float):
        return true_minus(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")
    return _shown(value)


def _shown(value: Any) -> Text | str:
    """Words as a text, (English, Chinese) too; anything else as it prints itself."""
    return as_text(value) if isinstance(value, tuple) and len(value) == 2 else (
        value if isinstance(value, Text) else str(value)
    )  # fmt: skip


def _p_value(value: Any) -> Text | str:
    return p_cell(value) if isinstance(value, int | float) else format_value(value)


def _statistic(value: Any) -> Text | str:
    """A statistic; what only the arithmetic leaves of a nought is one."""
    return format_value(0.0 if isinstance(value, float) and abs(value) < 1e-12 else value)


# How columns of a result are written where nothing else is said.
FORMATS: Final[Mapping[str, Format]] = {
    "p": _p_value,
    "p_adjusted": _p_value,
    "statistic": _statistic,
}


def range_text(low: Any, high: Any, how: Format | None = None) -> str:
    """A range as its reader sees it; an end that is missing or infinite is no end.

    A dash before a minus cannot be read: a comma stands between ends below 0.

    >>> range_text(0.71, 0.718, ".1%"), range_text(80, None), range_text(15, 15)
    ('71.0%–71.8%', '≥ 80', '15')
    >>> range_text(float("-inf"), 2.5), range_text(None, None)
    ('≤ 2.5', '–')
    >>> range_text(-0.132, 0.02, ".2f")
    '−0.13, 0.02'
    """
    first, last = (
        str(format_value(v, how)) if v is not None and math.isfinite(v) else "" for v in (low, high)
    )
    if not (first and last):
        return f"≥ {first}" if first else f"≤ {last}" if last else NONE
    between = ", " if first.startswith("−") else "–"
    return first if first == last else f"{first}{between}{last}"


@dataclass
class Draft:
    """A result on its way to a table: each step takes something out of it or joins it.

    Attributes
    ----------
    cells : column -> its values, joined ones as text
    free : the columns that may be changed; those the caller named stay as they are
    formats, headings : column -> format, heading
    numeric : columns of text that stand like numbers
    notes : lines under the table
    marks : column -> the mark of a note beside each cell
    """

    cells: Cells
    free: Collection[str]
    formats: dict[str, Format]
    headings: dict[str, Text | str]
    numeric: set[str] = field(default_factory=set)
    notes: list[Text] = field(default_factory=list)
    marks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def heading(self, name: str) -> Text | str:
        """What a column is called."""
        return self.headings.get(name, heading(name))

    def replace(self, first: str, name: str, values: list[Any], gone: Collection[str]) -> None:
        """One column in place of several, where the first of them stood."""
        kept = [
            (name, values) if column == first else (column, old)
            for column, old in self.cells.items()
            if column == first or column not in gone
        ]
        self.cells = dict(kept)


def is_result(names: Collection[str]) -> bool:
    """Whether a frame with these columns is a result: estimates with their base, or tests.

    >>> is_result(["group", "base", "estimate"]), is_result(["statistic", "p"]), is_result(["low"])
    (True, True, False)
    """
    return {"base", "estimate"} <= set(names) or {"statistic", "p"} <= set(names)


def arrange(draft: Draft, share: bool | None = None, confidence: float | None = None) -> None:
    """Lay a result's columns out as a reader wants them.

    Parameters
    ----------
    draft : changed in place
    share : whether estimates are shares of one; found out where it is not said
    confidence : of the intervals, for the heading

    Examples
    --------
    >>> cells = {"group": ["all"], "count": [161.0], "base": [230.0], "estimate": [0.7],
    ...          "low": [0.638], "high": [0.756], "method": ["Wilson"], "note": [""]}
    >>> draft = Draft(cells, set(cells), {}, {})
    >>> arrange(draft)
    >>> draft.cells["estimate"], list(draft.cells), draft.notes
    (['70.0% [63.8, 75.6]'], ['count', 'base', 'estimate'], ['Method: Wilson'])
    """
    if not is_result(draft.cells):
        return
    share = _are_shares(draft.cells) if share is None else share
    for value in list(draft.cells):
        _join_ends(draft, value, share, confidence)
    for name in {"estimate", "low", "high"} & set(draft.free) & set(draft.cells) - draft.numeric:
        if share:
            draft.formats.setdefault(name, _SHARE)
    _join_ranges(draft)
    _take_out_unit_and_method(draft)
    _take_out_notes(draft)
    _drop_empty(draft)


def is_number(value: Any) -> bool:
    """Whether the value is a number to a reader: a truth value is none.

    >>> is_number(2.5), is_number(True), is_number(None)
    (True, False, False)
    """
    return isinstance(value, int | float) and not isinstance(value, bool)


def _finite(value: Any) -> bool:
    return is_number(value) and math.isfinite(value)


def _are_shares(cells: Cells) -> bool:
    """Whether the estimates are shares, as far as the result tells.

    Numbers from 0 to 1 are not enough: odds ratios and indices may be such, too.
    """
    if set(cells.get("unit", ())) == {"share"}:
        return True
    if any("weighted share" in text_of(method, "en") for method in cells.get("method", ())):
        return True
    if not {"count", "base", "estimate"} <= set(cells):
        return False
    rows = zip(cells["count"], cells["base"], cells["estimate"], strict=True)
    told = [(c / b, e) for c, b, e in rows if all(map(_finite, (c, b, e))) and b]
    return bool(told) and all(math.isclose(a, e, abs_tol=1e-9) for a, e in told)


def _join_ends(draft: Draft, value: str, share: bool, confidence: float | None) -> None:
    """An estimate and its ends as one column."""
    low, high = _ENDS.get(value, (f"{value}_low", f"{value}_high"))
    if not {low, high} <= set(draft.free) & set(draft.cells) or value not in draft.cells:
        return
    style = draft.formats.pop(value, _SHARE if share and value == "estimate" else None)
    triples = list(zip(*(draft.cells[name] for name in (value, low, high)), strict=True))
    joined = [_joined(one, style or _decimals(triples)) for one in triples]
    gone = {low, high}
    if any(map(_has_ends, triples)):
        level = "" if confidence is None else f"{confidence:.4g}".removeprefix("0.").ljust(2, "0")
        what = draft.heading(value)
        draft.headings[value] = (
            message("{what} [{level}% interval]", what=what, level=level)
            if level
            else message("{what} [interval]", what=what)
        )
        gone |= {"se"} & set(draft.free)
    draft.replace(value, value, joined, gone)
    draft.numeric.add(value)


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
    said, low, high = (str(format_value(None if v is None else float(v), how)) for v in triple)
    if not _has_ends(triple):
        return said
    if said == NONE:
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


def _join_ranges(draft: Draft) -> None:
    """Make one column of a pair of ends, `needed_low` and `needed_high`, with a heading as one."""
    for low in [name for name in draft.cells if name.endswith("_low")]:
        name = low.removesuffix("_low")
        high = f"{name}_high"
        known = name in draft.headings or heading(name) != name
        if {low, high} <= set(draft.free) & set(draft.cells) and known and name not in draft.cells:
            how = draft.formats.get(name)
            ends = zip(draft.cells[low], draft.cells[high], strict=True)
            draft.numeric.add(name)
            draft.replace(low, name, [range_text(a, b, how) for a, b in ends], {high})


def _take_out_unit_and_method(draft: Draft) -> None:
    """Say a unit and a method that are the same in all rows in the heading and under the table."""
    # Figures with their unit and hedge say more than the bare numbers of the same.
    if {"numerator", "denominator", "count", "base"} <= set(draft.free):
        for name in ("count", "base"):
            draft.cells.pop(name, None)
    for name in ("unit", "method"):
        values = {value for value in draft.cells.get(name, ()) if value}
        if name not in draft.free or len(values) != 1:
            continue
        value = values.pop()
        del draft.cells[name]
        said = pieces(name, value)
        if name == "method":
            draft.notes.append(message("Method: {method}", method=said))
        elif value != "share":
            own = draft.heading("estimate")
            draft.headings["estimate"] = message("{what}, {unit}", what=own, unit=said)


def _take_out_notes(draft: Draft) -> None:
    """Notes as lines under the table; where rows differ, with a mark at each."""
    if "note" not in draft.free:
        return
    told = [pieces("note", note) for note in draft.cells.get("note", ())]
    different = list(dict.fromkeys(note for note in told if note))
    if len(different) > _MOST_NOTES:
        return
    draft.cells.pop("note", None)
    if len(set(told)) <= 1:
        draft.notes += [as_text(note) for note in different]
        return
    letter = dict(zip(different, _MARKS, strict=False))
    draft.notes += [message("({mark}) {note}", mark=m, note=note) for note, m in letter.items()]
    first = "estimate" if "estimate" in draft.cells else next(iter(draft.cells), "")
    draft.marks[first] = tuple(letter.get(note, "") for note in told)


def _drop_empty(draft: Draft) -> None:
    """Leave out columns of a result that hold nothing, and a group that is everybody."""
    for name in [name for name in draft.cells if name in draft.free]:
        values = draft.cells[name]
        nothing = all(
            v is None or v == "" or (isinstance(v, float) and math.isnan(v)) for v in values
        )
        everybody = name == "group" and all(value == "all" for value in values)
        needed = name in ("base", "estimate", "p") or len(draft.cells) == 1
        if (nothing or everybody) and not needed:
            del draft.cells[name]
