"""Forms as codebooks: the XLSForm of ODK and KoBoToolbox, the data dictionary of REDCap."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from commsvc.survey.answers import Level, Question
from commsvc.survey.border import read_guarded
from commsvc.survey.codebook import Codebook, checked_question
from commsvc.survey.headers import plain_text

_FIELD: Final = "Variable / Field Name"
_CHOICES: Final = "Choices, Calculations, OR Slider Labels"
_NUMBERS: Final = ("integer", "decimal", "range", "number", "calc", "slider")
_KINDS: Final = {
    "select_one": "single",
    "select_multiple": "multiple",
    "rank": "ranking",
    "radio": "single",
    "dropdown": "single",
    "yesno": "single",
    "truefalse": "single",
    "checkbox": "multiple",
}
_YES_NO: Final = (Level("1", "是", "yes"), Level("0", "否", "no"))
_NO_QUESTIONS: Final = re.compile(
    r"(?:begin|end)[ _](?:group|repeat)|note|start|end|today|deviceid|username|simserial|"
    r"phonenumber|subscriberid|calculate|hidden|audit|xml-external|descriptive|file|"
)


def from_xlsform(sheets: Mapping[str, Sequence[Sequence[str]]], where: str) -> Codebook:
    """The questions of an XLSForm, by the names that its answers have.

    Examples
    --------
    >>> survey = [["type", "name", "label"], ["select_one yn", "used", "Used it?"]]
    >>> choices = [["list_name", "name", "label"], ["yn", "1", "Yes"], ["yn", "0", "No"]]
    >>> book = from_xlsform({"survey": survey, "choices": choices}, "form.xlsx")
    >>> book["used"].kind, [x.label for x in book["used"].levels]
    ('single', ['Yes', 'No'])
    """
    lists: dict[str, list[Level]] = {}
    for row in _dicts(sheets.get("choices", [])):
        name = row.get("list_name") or row.get("list name", "")
        lists.setdefault(name, []).append(_labelled(row))
    questions = []
    for i, row in enumerate(_dicts(sheets["survey"]), 2):
        kind, _, listed = row.get("type", "").strip().partition(" ")
        if _NO_QUESTIONS.fullmatch(row.get("type", "").strip()) or not row.get("name"):
            continue
        levels = tuple(lists.get(listed.split(" ")[0], ())) if kind in _KINDS else ()
        questions.append(_question(row["name"], _labelled(row), kind, levels, f"row {i}", where))
    return Codebook(tuple(questions))


def _dicts(rows: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    return [dict(zip(head, row, strict=False)) for row in rows[1:]]


def _labelled(row: Mapping[str, str]) -> Level:
    """A name with its labels: `label`, or `label::English (en)` and other languages."""
    texts = [plain_text(text) for key, text in row.items() if key.startswith("label") and text]
    zh = next((text for text in texts if not text.isascii()), "")
    en = next((text for text in texts if text.isascii()), "")
    return Level(row["name"], zh, en)


def is_form(path: Path) -> bool:
    """Whether a codebook's file is a form, which says more than the answers hold."""
    if path.suffix.lower() == ".csv":
        return is_dictionary(path.read_text("utf-8", "replace"))
    if path.suffix.lower() not in (".xlsx", ".xls"):
        return False
    from commsvc.survey.table_files import open_workbook

    names = read_guarded(path, lambda: open_workbook(path).sheet_names, next_step="save it anew")
    return "survey" in names


def is_dictionary(text: str) -> bool:
    """Whether CSV text is a data dictionary of REDCap."""
    return _FIELD in text.split("\n", 1)[0]


def from_dictionary(text: str, where: str) -> Codebook:
    """The questions of REDCap's data dictionary.

    Examples
    --------
    >>> head = f'"{_FIELD}","Field Type","Field Label","{_CHOICES}"'
    >>> book = from_dictionary(f'{head}\\nhow,checkbox,How?,"1, Bus | 2, Tram"\\n', "d.csv")
    >>> book["how"].columns, [x.label for x in book["how"].levels]
    (('how:1', 'how:2'), ['Bus', 'Tram'])
    """
    questions = []
    reader = csv.DictReader(io.StringIO(text))
    for row in reader:
        kind = row.get("Field Type") or ""
        if _NO_QUESTIONS.fullmatch(kind) or not row.get(_FIELD):
            continue
        if (row.get("Text Validation Type OR Show Slider Number") or "").startswith(_NUMBERS):
            kind = "number"
        label = plain_text(row.get("Field Label") or "")
        asked = _in_its_language(row[_FIELD], label)
        levels: tuple[Level, ...] = _YES_NO if kind in ("yesno", "truefalse") else ()
        if kind in ("radio", "dropdown", "checkbox"):
            levels = tuple(map(_choice, (row.get(_CHOICES) or "").split("|")))
        place = f"line {reader.line_num}"
        question = _question(row[_FIELD], asked, kind, levels, place, where)
        role = "private" if (row.get("Identifier?") or "").lower() == "y" else ""
        questions.append(replace(question, role=role))
    return Codebook(tuple(questions))


def _choice(text: str) -> Level:
    code, _, label = (part.strip() for part in text.partition(","))
    return _in_its_language(code, plain_text(label) or code)


def _in_its_language(code: str, label: str) -> Level:
    return Level(code, en=label) if label.isascii() else Level(code, label)


def _question(
    name: str, text: Level, kind: str, levels: tuple[Level, ...], place: str, where: str
) -> Question:
    known = _KINDS.get(kind, "number" if kind in _NUMBERS else "text")
    several = known in ("multiple", "ranking")
    columns = tuple(f"{name}:{level.code}" for level in levels) if several else (name,)
    items = levels if known == "ranking" else ()
    question = Question(
        name, text.zh, text.en, known, columns, () if items else levels, items=items
    )
    return checked_question(question, place, where)
