"""Codebooks as files: YAML, CSV or a workbook, by the file's ending."""

from __future__ import annotations

from pathlib import Path

from commsvc.errors import CommsvcError
from commsvc.survey.codebook import Codebook
from commsvc.survey.codebook_csv import parse_csv, write_csv
from commsvc.survey.codebook_sheet import read_workbook, write_workbook
from commsvc.survey.codebook_yaml import parse_yaml, write_yaml
from commsvc.survey.encodings import decode
from commsvc.survey.form_codebooks import from_dictionary, is_dictionary


def save_codebook(book: Codebook, path: str | Path) -> None:
    """Write YAML (with comments), CSV or a workbook with pull-downs, by the file's ending.

    Examples
    --------
    >>> import tempfile
    >>> from commsvc.survey.answers import Question
    >>> file = Path(tempfile.mkdtemp()) / "codebook.yaml"
    >>> save_codebook(Codebook((Question("Q1", "age", kind="number"),)), file)
    >>> load_codebook(file)["Q1"].kind
    'number'
    """
    file = Path(path)
    if file.suffix.lower() == ".xlsx":
        write_workbook(book, file)
    elif file.suffix.lower() == ".csv":
        file.write_text(write_csv(book), encoding="utf-8-sig")
    else:
        file.write_text(write_yaml(book, comments=True) + "\n", encoding="utf-8")


def load_codebook(path: str | Path) -> Codebook:
    """A codebook from YAML, CSV or a workbook, checked; an error names the line.

    Parameters
    ----------
    path : .yaml, .yml, .csv or .xlsx, as `save_codebook` writes them; the XLSForm of ODK or
        KoBoToolbox, or REDCap's data dictionary. In YAML every value is text: `no` and `1` are what
        they look like; ``pc1:pc18: {levels: agree5}`` says one thing of eighteen questions

    Raises
    ------
    CommsvcError : a kind, role or key that there is not, a question, level or code given twice
    """
    file = Path(path)
    if not file.is_file():
        raise CommsvcError(
            "there is no such file",
            where=str(path),
            next_step="draft one: save_codebook(draft_codebook(answers), path)",
        )
    if file.suffix.lower() in (".xlsx", ".xls"):
        return read_workbook(file)
    text = decode(file.read_bytes(), file.name).text
    if file.suffix.lower() == ".csv":
        return (from_dictionary if is_dictionary(text) else parse_csv)(text, file.name)
    if file.suffix.lower() in (".yaml", ".yml"):
        return parse_yaml(text, file.name)
    raise CommsvcError(
        f"{file.suffix or 'no ending'} is no codebook",
        where=file.name,
        allowed=".yaml, .yml, .csv, .xlsx",
    )
