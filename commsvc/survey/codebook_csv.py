"""A codebook as a table, for those who keep theirs in a spreadsheet: one row a level."""

from __future__ import annotations

import csv
import io
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
        items = "|".join(f"{x.zh}={x.en}" if x.en else x.zh for x in q.items)
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
    found: dict[str, tuple[Question, int]] = {}
    lines: dict[str, dict[str, int]] = {}
    whole: dict[str, dict[str, str]] = {}
    for row in reader:
        line = reader.line_num
        cell = {key: (value or "").strip() for key, value in row.items() if key in CSV_COLUMNS}
        name = cell.get("question", "")
        if not name:
            raise CommsvcError("a row without a question", where=f"{where}, line {line}")
        if name not in found:
            found[name] = (_first(name, cell, f"{where}, line {line}"), line)
        question, first = found[name]
        told = whole.setdefault(name, cell)
        for column in _WHOLE:
            said = cell.get(column, "")
            if said and said != told.get(column, ""):
                raise CommsvcError(
                    f"{name} has {column} {said!r} here, and {told.get(column, '')!r} in line "
                    f"{first}",
                    where=f"{where}, line {line}",
                    next_step="say it once, in the first row of the question",
                )
        code, kind = cell.get("code", ""), cell.get("missing", "")
        if kind.startswith("absent:"):
            pair = (code, kind.removeprefix("absent:").strip())
            question = replace(question, missing=(*question.missing, pair))
        elif code or cell.get("level_zh") or cell.get("level_en"):
            zh, en = cell.get("level_zh", ""), cell.get("level_en", "")
            also = tuple(x for x in cell.get("also", "").split("|") if x)
            level = Level(code or zh or en, zh, en, kind, also)
            question = replace(question, levels=(*question.levels, level))
        lines.setdefault(name, {})[f"level {code}"] = line
        found[name] = (question, first)
    return Codebook(
        tuple(checked_question(q, line, where, lines.get(q.name)) for q, line in found.values())
    )


def _first(name: str, cell: dict[str, str], where: str) -> Question:
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


def _item(text: str) -> Level:
    """An item from "中文=English" or one of them."""
    zh, _, en = text.partition("=")
    return Level(zh or en, zh, en)
