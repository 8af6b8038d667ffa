"""A codebook as a table, for those who keep theirs in a spreadsheet: one row a level."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import replace

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook, checked_question, checked_range, usual_columns

CSV_COLUMNS = (
    "question", "text", "en", "kind", "role", "columns", "range", "items",
    "code", "level_zh", "level_en", "missing", "also",
)  # fmt: skip


def write_csv(book: Codebook) -> str:
    """The codebook as CSV text."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for q in book:
        columns = "" if q.columns in ((), usual_columns(q)) else "|".join(q.columns)
        ends = "" if q.range is None else "|".join(f"{end:.17g}" for end in q.range)
        items = "|".join(map(item_text, q.items))
        rows = [(x.code, x.zh, x.en, x.missing, "|".join(x.also)) for x in q.levels]
        rows += [(code, "", "", f"absent: {kind}", "") for code, kind in q.missing]
        for i, row in enumerate(rows or [("",) * 5]):
            whole = (q.text, q.text_en, q.kind, q.role, columns, ends, items)
            writer.writerow([q.name, *(whole if i == 0 else [""] * len(whole)), *row])
    return out.getvalue()


# What is said of a question as a whole, in its first row.
_WHOLE = ("text", "en", "kind", "role", "columns", "range", "items")


def parse_csv(text: str, where: str = "codebook.csv") -> Codebook:
    """A codebook from CSV text.

    >>> parse_csv("question,kind,code,level_zh\\nQ1,single,1,男\\nQ1,,2,女\\n")["Q1"].levels[1]
    Level(code='2', zh='女', en='', missing='', also=())
    """
    reader = csv.DictReader(io.StringIO(text))
    for name in reader.fieldnames or ["question"]:
        if name not in CSV_COLUMNS:
            raise unknown_name("column", name, CSV_COLUMNS, f"{where}, line 1")
    return from_rows(((f"line {reader.line_num}", row) for row in reader), where)


def from_rows(rows: Iterable[tuple[str, Mapping[str, str | None]]], where: str) -> Codebook:
    """A codebook from rows of a table: (place, column of `CSV_COLUMNS` -> cell)."""
    found: dict[str, tuple[Question, str]] = {}
    places: dict[str, dict[str, str]] = {}
    whole: dict[str, dict[str, str]] = {}
    for place, row in rows:
        cell = {key: (value or "").strip() for key, value in row.items() if key in CSV_COLUMNS}
        name = cell.get("question", "")
        if not name:
            raise CommsvcError("a row without a question", where=f"{where}, {place}")
        if name not in found:
            found[name] = (_first(name, cell, f"{where}, {place}"), place)
        question, first = found[name]
        _check_once(name, cell, whole.setdefault(name, cell), f"{where}, {place}", first)
        found[name] = (_with_level(question, cell), first)
        places.setdefault(name, {})[f"level {cell.get('code', '')}"] = place
    return Codebook(
        tuple(checked_question(q, place, where, places[q.name]) for q, place in found.values())
    )


def _check_once(
    name: str, cell: Mapping[str, str], told: Mapping[str, str], where: str, first: str
) -> None:
    for column in _WHOLE:
        said = cell.get(column, "")
        if said and said != told.get(column, ""):
            raise CommsvcError(
                f"{name} has {column} {said!r} here, and {told.get(column, '')!r} in {first}",
                where=where,
                next_step="say it once, in the first row of the question",
            )


def _with_level(question: Question, cell: Mapping[str, str]) -> Question:
    """The question with what a further row says: a level, or a code that stands for no answer."""
    code, kind = cell.get("code", ""), cell.get("missing", "")
    zh, en = cell.get("level_zh", ""), cell.get("level_en", "")
    if kind.startswith("absent:"):
        pair = (code, kind.removeprefix("absent:").strip())
        return replace(question, missing=(*question.missing, pair))
    if not (code or zh or en):
        return question
    also = tuple(x for x in cell.get("also", "").split("|") if x)
    return replace(question, levels=(*question.levels, Level(code or zh or en, zh, en, kind, also)))


def _first(name: str, cell: Mapping[str, str], where: str) -> Question:
    """What the first row of a question says of it."""
    ends = cell.get("range", "")
    return Question(
        name,
        cell.get("text", ""),
        cell.get("en", ""),
        cell.get("kind") or "text",
        tuple(c for c in cell.get("columns", "").split("|") if c),
        role=cell.get("role", ""),
        range=checked_range(ends.split("|"), where) if ends else None,
        items=tuple(_item(text) for text in cell.get("items", "").split("|") if text),
    )


def item_text(item: Level) -> str:
    """An item as it is written: 中文=English."""
    return f"{item.zh}={item.en}" if item.en else item.zh


def _item(text: str) -> Level:
    """An item from "中文=English" or one of them."""
    zh, _, en = text.partition("=")
    return Level(zh or en, zh, en)
