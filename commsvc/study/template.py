"""The study template: where it is, and a notebook made from it."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.words.extraction import catalogue_text
from commsvc.words.languages import SOURCE
from commsvc.words.messages import Text, message

NAME = "study_template.ipynb"
CATALOGUE = "study_template.po"
LOCALE = "locale"
SIMULATED = "simulated_centre.csv"


def template_path() -> Path:
    """Where the template is: in the installed package, else in the checkout.

    >>> template_path().is_file()
    True
    """
    return _shipped("notebooks", NAME, "the study template")


def find_data(path: str | Path) -> Path:
    """Where the answers of a study are: at the path given, seen from the notebook's folder.

    A copy of the template in another folder still names the simulated answers as seen from
    notebooks/. These come with commsvc, and are found wherever the copy is.

    >>> find_data("../nowhere/simulated_centre.csv").is_file(), find_data("a.csv").name
    (True, 'a.csv')
    """
    file = Path(path)
    if file.is_file() or file.name != SIMULATED:
        return file
    return _shipped("data/surveys", SIMULATED, "the simulated answers")


def _shipped(folder: str, name: str, what: str) -> Path:
    """A file that comes with commsvc: in the installed package, else in the checkout."""
    package = Path(__file__).resolve().parent.parent
    for file in (package / "_data" / name, package.parent / folder / name):
        if file.is_file():
            return file
    raise CommsvcError(
        f"{what} ({name}): not installed",
        where=str(package),
        next_step=f"install commsvc from its wheel, or run it from a checkout with {folder}/",
    )


def study_notebook(title: str, values: Mapping[str, Any]) -> str:
    """A notebook made from the template, as the text of its file.

    Parameters
    ----------
    title : the heading
    values : parameter -> value; parameters not named keep the template's
    """
    notebook = json.loads(template_path().read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        tags = cell.get("metadata", {}).get("tags", [])
        if "parameters" in tags:
            source = with_values(source, values)
        elif cell["cell_type"] == "markdown" and source.startswith("# "):
            # What follows the heading in the template is about the template.
            source = _heading(title).text(SOURCE)
        cell["source"] = source.splitlines(keepends=True)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def study_catalogue(title: str, lang: str) -> str:
    """The catalogue of a study's notebook in a language, as the text of its file.

    Parameters
    ----------
    title : as for `study_notebook`
    lang : a language that the template has words in
    """
    from babel.messages.pofile import read_po

    with _shipped(f"notebooks/{LOCALE}/{lang}", CATALOGUE, "its catalogue").open("rb") as lines:
        words = read_po(lines, locale=lang)
    first = next(one for one in words if isinstance(one.id, str) and one.id.startswith("# "))
    words.delete(first.id)
    words.add(_heading(title).text(SOURCE), _heading(title).text(lang))
    return catalogue_text(words, lang)


def _heading(title: str) -> Text:
    return message("# {title}: what the answers say", title=" ".join(title.split()))


def with_values(source: str, values: Mapping[str, Any]) -> str:
    """The source of a parameters cell with other values; its comments stay.

    >>> print(with_values("data = 'a.csv'  # the answers\\ngroups = []", {"data": "b.csv"}))
    data = 'b.csv'  # the answers
    groups = []
    """
    lines = source.splitlines(keepends=True)
    found = {
        target.id: node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    # From the end, so that what is replaced does not move what is still to be.
    for name, value in sorted(values.items(), key=lambda pair: -_line(found, pair[0])):
        node = found[name]
        if node.end_lineno != node.lineno or node.end_col_offset is None:
            raise CommsvcError(f"the parameter {name} stands on several lines", where=NAME)
        line = lines[node.lineno - 1].encode()
        new = line[: node.col_offset] + repr(value).encode() + line[node.end_col_offset :]
        lines[node.lineno - 1] = new.decode()
    return "".join(lines)


def _line(found: Mapping[str, ast.expr], name: str) -> int:
    if name not in found:
        raise unknown_name("parameter", name, found, where=NAME)
    return found[name].lineno
