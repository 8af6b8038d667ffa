"""A codebook as a workbook: one row a question, level sets by name, choices to pull down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.survey.answers import KINDS, ROLES, Level, Question
from commsvc.survey.border import read_guarded
from commsvc.survey.codebook import Codebook, usual_columns
from commsvc.survey.codebook_csv import from_rows, item_text
from commsvc.survey.form_codebooks import from_xlsform
from commsvc.survey.table_files import cell_text, open_workbook
from commsvc.words.messages import text_of

QUESTIONS: Final = (
    "question", "text", "en", "kind", "role", "levels", "range", "missing", "columns", "items",
    "to look at",
)  # fmt: skip
LEVELS: Final = ("set", "code", "level_zh", "level_en", "missing", "also")
_WIDTHS: Final = {"text": 48, "en": 32, "to look at": 60, "columns": 24, "items": 24}
_NAMES: Final = "all sets"
_WHOLE: Final = ("question", "text", "en", "kind", "role", "columns", "range", "items")


def write_workbook(book: Codebook, file: Path) -> None:
    """Write the codebook as a workbook.

    Parameters
    ----------
    file : the workbook; kinds, roles and names of level sets are chosen from lists
    """
    from xlsxwriter import Workbook

    sets = _sets(book)
    names = {levels: name for name, levels in sets.items()}
    with Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        head = workbook.add_format({"bold": True, "bottom": 1})
        sheet = workbook.add_worksheet("questions")
        _write(sheet, QUESTIONS, [_row(q, book, names) for q in book], head)
        more = workbook.add_worksheet("levels")
        levels = [row for name, one in sets.items() for row in _level_rows(name, one)]
        _write(more, LEVELS, levels, head)
        more.write_column(0, len(LEVELS), [_NAMES, *sets])
        # What is chosen from; a name added below the last one is among them.
        named = f"=levels!$G$2:$G${len(sets) + 50}"
        choices = {"kind": list(KINDS), "role": list(ROLES), "levels": named}
        for column, source in choices.items():
            at = QUESTIONS.index(column)
            rule = {"validate": "list", "source": source}
            sheet.data_validation(1, at, len(book) + 200, at, rule)


def _write(sheet: Any, head: Sequence[str], rows: Sequence[Sequence[str]], style: Any) -> None:
    for j, name in enumerate(head):
        sheet.set_column(j, j, _WIDTHS.get(name, 14))
        sheet.write_string(0, j, name, style)
    for i, row in enumerate(rows, 1):
        for j, cell in enumerate(row):
            if cell:
                sheet.write_string(i, j, cell)
    sheet.freeze_panes(1, 1)


def _sets(book: Codebook) -> dict[str, tuple[Level, ...]]:
    """A name for every list of levels; questions that share one share its name."""
    users: dict[tuple[Level, ...], list[str]] = {}
    for question in book:
        if question.levels:
            users.setdefault(question.levels, []).append(question.name)
    named: dict[str, tuple[Level, ...]] = {}
    for levels, names in users.items():
        name = names[0]
        while name in named:
            name += "_"
        named[name] = levels
    return named


def _row(question: Question, book: Codebook, names: Mapping[tuple[Level, ...], str]) -> list[str]:
    usual = question.columns in ((), usual_columns(question))
    doubts = dict.fromkeys(text_of(doubt) for name, doubt in book.doubts if name == question.name)
    ends = question.range
    return [
        question.name,
        question.text,
        question.text_en,
        question.kind,
        question.role,
        names.get(question.levels, ""),
        "" if ends is None else "|".join(f"{end:.17g}" for end in ends),
        "|".join(f"{code}={kind}" for code, kind in question.missing),
        "" if usual else "|".join(question.columns),
        "|".join(map(item_text, question.items)),
        "; ".join(doubts),
    ]


def _level_rows(name: str, levels: Sequence[Level]) -> list[tuple[str, ...]]:
    return [(name, x.code, x.zh, x.en, x.missing, "|".join(x.also)) for x in levels]


def read_workbook(path: Path) -> Codebook:
    """A codebook from a workbook as `write_workbook` makes them, or from an XLSForm.

    Raises
    ------
    CommsvcError : a sheet, column, kind, role or level set that there is not, with its place
    """
    sheets = read_guarded(
        path, lambda: _texts(path), next_step="save it as .xlsx, or write codebook.yaml"
    )
    if "survey" in sheets:
        return from_xlsform(sheets, path.name)
    if "questions" not in sheets:
        raise unknown_name("sheet", "questions", sheets, path.name)
    levels: dict[str, list[dict[str, str]]] = {}
    for _, row in _rows(sheets.get("levels", []), (*LEVELS, _NAMES), f"{path.name}, sheet levels"):
        if row["set"]:
            levels.setdefault(row["set"], []).append(row)
    return from_rows(_unfolded(sheets["questions"], levels, path.name), f"{path.name}, questions")


def _texts(path: Path) -> dict[str, list[list[str]]]:
    book = open_workbook(path)
    return {
        name: [
            [cell_text(cell).strip() for cell in row]
            for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        ]
        for name in book.sheet_names
    }


def _rows(
    rows: Sequence[Sequence[str]], known: Sequence[str], where: str
) -> Iterator[tuple[str, dict[str, str]]]:
    head = list(rows[0]) if rows else []
    for name in filter(None, head):
        if name not in known:
            raise unknown_name("column", name, known, f"{where}, row 1")
    for i, row in enumerate(rows[1:], 2):
        if any(row):
            cells = dict.fromkeys(known, "") | dict(zip(head, row, strict=False))
            yield f"row {i}", cells


def _unfolded(
    rows: Sequence[Sequence[str]], levels: Mapping[str, list[dict[str, str]]], where: str
) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of questions with their level sets put in, one row a level."""
    for place, row in _rows(rows, QUESTIONS, f"{where}, sheet questions"):
        name, told = row["levels"], row["missing"]
        if name and name not in levels:
            raise unknown_name("level set", name, levels, f"{where}, questions, {place}")
        whole = {key: cell for key, cell in row.items() if key in _WHOLE}
        yield place, whole
        for level in levels.get(name, []):
            yield place, {**level, "question": row["question"]}
        for pair in filter(None, told.split("|")):
            code, sign, kind = pair.partition("=")
            if not sign:
                raise CommsvcError(
                    f"{pair!r} is no code with its kind",
                    where=f"{where}, questions, {place}",
                    allowed="9=refused|8=skipped",
                )
            yield place, {"question": row["question"], "code": code, "missing": f"absent: {kind}"}
