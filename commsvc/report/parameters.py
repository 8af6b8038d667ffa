"""Parameters of a notebook: named in one tagged cell, overridden in a cell put after it."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError, unknown_name

_WORDS = {"true": True, "false": False, "none": None, "null": None}


def assignments(source: str) -> list[tuple[str, str]]:
    """The ``name = value`` lines of a parameters cell, as written.

    >>> assignments("level = 0.95\\nyear: int | None = None  # all")
    [('level', '0.95'), ('year', 'None')]
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return []
    return [
        (target.id, ast.unparse(node.value))
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Name)
    ]


def literals(source: str) -> dict[str, Any]:
    """The parameters of a cell whose values are plain: text, numbers, lists of them.

    >>> literals("data = 'a.csv'\\nlevel = 0.95\\nother = level * 2")
    {'data': 'a.csv', 'level': 0.95}
    """
    found = {}
    for name, value in assignments(source):
        with suppress(ValueError, SyntaxError):
            found[name] = ast.literal_eval(value)
    return found


def parse(text: str) -> tuple[str, Any]:
    """``name=value`` as typed: a Python literal where it is one, else a string.

    >>> parse("level=0.99"), parse("district=east"), parse("weighted=true")
    (('level', 0.99), ('district', 'east'), ('weighted', True))
    """
    name, equals, value = text.partition("=")
    name, value = name.strip(), value.strip()
    if not equals or not name.isidentifier():
        raise CommsvcError(f"{text!r} is no parameter", where="-p", allowed="name=value")
    if value.lower() in _WORDS:
        return name, _WORDS[value.lower()]
    try:
        return name, ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return name, value


def read_toml(path: Path) -> dict[str, Any]:
    """The parameters a TOML file gives at its top level."""
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommsvcError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommsvcError(f"is no TOML: {error}", where=str(path)) from error
    except RecursionError:
        raise CommsvcError(
            "has lists within lists deeper than can be read",
            where=str(path),
            next_step="give a list of values, or of lists of them",
        ) from None
    return {name: _parameter(name, value, path) for name, value in values.items()}


def _parameter(name: str, value: Any, path: Path) -> Any:
    # A notebook has a day as text: there is no literal for a date.
    if isinstance(value, date | time):
        return value.isoformat()
    if name.isidentifier() and isinstance(value, str | int | float | bool | list):
        return value
    raise CommsvcError(
        f"{name!r} is no parameter",
        where=str(path),
        allowed="a Python name = text, number, true/false, date or a list of them",
    )


def declared(nb: Any) -> list[str]:
    """The names the notebook's parameters cell assigns."""
    return [name for cell in _cells(nb) for name, _ in assignments(cell.source)]


def values_of(nb: Any, overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The notebook's parameters with the values it will run with, as far as they are plain."""
    found: dict[str, Any] = {}
    for cell in _cells(nb):
        found |= literals(cell.source)
    return found | {name: overrides[name] for name in declared(nb) if name in overrides}


def _cells(nb: Any) -> list[Any]:
    return [
        cell
        for cell in nb.cells
        if cell.cell_type == "code" and "parameters" in cell.metadata.get("tags", [])
    ]


def check(values: Mapping[str, Any], notebooks: Sequence[Any]) -> None:
    """Refuse a parameter that no chosen notebook has, and a text where one has a number."""
    known = dict.fromkeys(name for nb in notebooks for name in declared(nb))
    for name in values:
        if name not in known:
            raise unknown_name("parameter", name, known, where="the chosen notebooks")
    for nb in notebooks:
        for name, default in values_of(nb, {}).items():
            if name in values and not _fits(values[name], default):
                raise CommsvcError(
                    f"{values[name]!r} is not what the parameter {name!r} takes",
                    where="the chosen notebooks",
                    allowed="True or False"
                    if isinstance(default, bool)
                    else "a number, also as a report prints it",
                    next_step=f"the notebook has {default!r}: write one of its kind",
                )


def _fits(value: Any, default: Any) -> bool:
    """Whether a value can stand for the notebook's own, which says what is wanted.

    >>> _fits("近200名", 197), _fits("abc", 197), _fits(True, 0.95), _fits(None, 0.95)
    (True, False, False, True)
    """
    if isinstance(default, bool):
        return isinstance(value, bool)
    if value is None or not isinstance(default, (int, float)):
        return True
    if isinstance(value, str):
        from commsvc.printed import read

        with suppress(CommsvcError):
            return bool(read(value))
        return False
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def inject(nb: Any, values: Mapping[str, Any]) -> None:
    """Put a cell with the values this notebook has a name for after its parameters cell."""
    mine = {name: values[name] for name in declared(nb) if name in values}
    if not mine:
        return
    import nbformat  # costs more than finding out that nothing has changed

    position = nb.cells.index(_cells(nb)[-1]) + 1
    source = "\n".join(f"{name} = {value!r}" for name, value in mine.items())
    cell = nbformat.v4.new_code_cell(source, metadata={"tags": ["injected-parameters"]})
    taken = {c.get("id") for c in nb.cells}
    cell.id = next(i for i in _ids() if i not in taken)
    nb.cells.insert(position, cell)


def _ids() -> Iterator[str]:
    """Cell ids that are the same each time, unlike those nbformat draws."""
    yield from (f"injected-parameters-{number}" for number in range(1, 1000))
