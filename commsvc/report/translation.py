"""A notebook in other languages: what it says is drawn from its cells into catalogues beside it.

``notebooks/locale/<language>/<notebook>.po`` holds the templates of `say` and its like, captions,
headings, and every Markdown cell, whole.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.words.catalogues import read_catalogue
from commsvc.words.extraction import (
    PACKAGE,
    Template,
    check_catalogues,
    templates_in,
    templates_of_rooms,
    update_all,
    update_catalogue,
)
from commsvc.words.languages import SOURCE, known_languages

LOCALE: Final = "locale"
_MAGIC: Final = re.compile(r"(?m)^\s*[%!].*$")


def catalogue_file(notebook: Path, lang: str) -> Path:
    """Where a notebook's words in a language are."""
    return notebook.parent / LOCALE / lang / f"{notebook.stem}.po"


def languages_of(notebook: Path) -> tuple[str, ...]:
    """The languages that a notebook can be read in: English, and those it has a catalogue of."""
    others = [lang for lang in known_languages() if lang != SOURCE]
    return SOURCE, *(lang for lang in others if catalogue_file(notebook, lang).is_file())


def entries_of(notebook: Path, lang: str) -> dict[str, str]:
    """A notebook's words in a language: what it says -> how that is said."""
    file = catalogue_file(notebook, lang)
    if lang == SOURCE or not file.is_file():
        return {}
    return {template: forms[0] for template, forms in read_catalogue(file)[0].items()}


def templates_of(nb: Any, name: str) -> Iterator[Template]:
    """What a notebook says, cell by cell: its Markdown, and the templates in its code.

    Parameters
    ----------
    nb : the notebook, as `json` or `nbformat` reads it
    name : of the notebook, to say where something stands
    """
    for number, cell in enumerate(nb["cells"], start=1):
        source, place = "".join(cell["source"]), f"{name}, cell {number}"
        if cell["cell_type"] == "markdown" and source.strip():
            yield Template(source.strip(), "", "", place, None)  # no fields: braces are text
        elif cell["cell_type"] == "code":
            try:
                yield from templates_in(_MAGIC.sub("pass", source), place, spoken=True)
            except SyntaxError as error:
                raise CommsvcError(f"is no Python: {error.msg}", where=place) from None


def messages(root: Path, notebooks: Iterable[Path], *, write: bool = True) -> list[str]:
    """What the catalogues of notebooks, and of the library where it is this project, lack.

    Parameters
    ----------
    root : the project's folder
    notebooks : those looked at
    write : write the catalogues anew first, from what is said now

    Returns
    -------
    a line for each that has no words, is not said any more, or has other fields
    """
    own = root / PACKAGE.name == PACKAGE
    if write and own:
        update_all()
    lines = check_catalogues(templates_of_rooms()) if own else []
    for path in notebooks:
        templates = list(templates_of(_read(path), path.name))
        for lang in languages_of(path)[1:] if not write else known_languages()[1:]:
            file = catalogue_file(path, lang)
            if write:
                update_catalogue(file, templates, set(), lang, beside=False)
            lines += check_catalogues({path.stem: templates}, languages=[lang], files=[file])
    return lines


def _read(path: Path) -> Any:
    from commsvc.report.runner import read

    return read(path)


def copy_in(notebook: Path, lang: str, target: Path) -> Path:
    """Write a notebook to work in, in another language: its Markdown and its templates replaced.

    Parameters
    ----------
    notebook : the notebook, with a catalogue of the language beside it
    lang : the language
    target : the file to write

    Raises
    ------
    CommsvcError : no catalogue of that language, or the file is there
    """
    import nbformat

    if target.exists():
        raise CommsvcError("is there", where=str(target), next_step="name another file with -o")
    if lang not in languages_of(notebook):
        raise CommsvcError(
            f"{notebook.name} has no words in {lang!r}",
            where=str(catalogue_file(notebook, lang)),
            allowed=", ".join(languages_of(notebook)),
            next_step="commsvc messages draws what it says into that file",
        )
    nb, entries = _read(notebook), entries_of(notebook, lang)
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            cell.source = entries.get(cell.source.strip(), cell.source)
        elif cell.cell_type == "code":
            cell.source = in_words_of(cell.source, entries)
    use = f'from commsvc.report import use_language\n\nuse_language("{lang}")'
    first = next((i for i, cell in enumerate(nb.cells) if cell.cell_type == "code"), 0)
    nb.cells.insert(first, nbformat.v4.new_code_cell(use, id="language"))
    write_atomically(target, nbformat.writes(nb) + "\n")
    return target


def in_words_of(source: str, entries: Mapping[str, str]) -> str:
    """A cell's code with its templates in another language.

    >>> in_words_of('say("{n} rows", n=3)  # rows', {"{n} rows": "{n} 行"})
    'say("{n} 行", n=3)  # rows'
    """
    plain = _MAGIC.sub(lambda line: "#" + line[0][1:], source)
    # Places in bytes, as `ast` counts them; from the end, so that they stay right.
    lines = source.encode("utf-8").splitlines(keepends=True)
    found = [
        node
        for node in ast.walk(ast.parse(plain))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in entries
    ]
    for node in sorted(found, key=lambda node: (node.lineno, node.col_offset), reverse=True):
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        words = quoted(entries[str(node.value)]).encode("utf-8")
        rest = lines[last][node.end_col_offset :]
        lines[first : last + 1] = [lines[first][: node.col_offset] + words + rest]
    return b"".join(lines).decode("utf-8")


def quoted(text: str) -> str:
    """A text as a Python string in double quotes where that needs no more escapes.

    >>> quoted("满意"), quoted('a "b"')
    ('"满意"', '\\'a "b"\\'')
    """
    shown = repr(text)
    return shown if '"' in text or "\\" in shown else f'"{text}"'
