"""What is wrong with a notebook before anyone runs it."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions, requires
from pathlib import Path
from typing import Any

from commsvc.report.cache import Cache, notebook_key, surroundings
from commsvc.report.provenance import data_digests

_ABSOLUTE = re.compile(
    r"^(?:/(?:home|Users|root|mnt|media|tmp|work|data|srv|opt|var)/|[A-Za-z]:[\\/]|~/)"
)
# Figures that reach the page without `show`, which gives every figure its name and text.
_OUR_SHOW = re.compile(r"(?<![\w.])show\(")
_BARE_FIGURE = re.compile(r"\bplt\.(?:show|savefig)\(|\.plot\(|\.plot\.\w+\(")


@dataclass(frozen=True)
class Fault:
    """One fault: the notebook, the cell as counted from 1, the line in it (0: the whole cell)."""

    notebook: str
    cell: int
    line: int
    problem: str

    def __str__(self) -> str:
        place = f" cell {self.cell}" if self.cell else ""
        line = f" line {self.line}" if self.line else ""
        return f"{self.notebook}{place}{line}: {self.problem}"


def check_notebooks(root: Path, notebooks: Sequence[Path]) -> list[Fault]:
    """Every fault of these notebooks, in order.

    Looked for: outputs in the file, cells run out of order, absolute paths, imports that the
    project does not declare, helper functions (they belong in the library), figures without
    alternative text, reports older than what they rest on.
    """
    faults = []
    data = dict(data_digests(root))
    around = surroundings("", {}, data)
    cache = Cache(root, root / "reports")
    allowed = declared_imports()
    for path in notebooks:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            cells = json.loads(path.read_bytes())["cells"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            faults.append(Fault(name, 0, 0, f"is no notebook ({error!r})"))
            continue
        faults += [Fault(name, *found) for found in check_cells(cells, allowed)]
        record = cache.load(path.stem)
        if record is not None:
            if record.missing_alt:
                faults.append(Fault(name, 0, 0, f"{record.missing_alt} figures without alt text"))
            if record.key and not cache.rests_on(record, notebook_key(path, around), data):
                faults.append(Fault(name, 0, 0, "report is stale: run commsvc render"))
    return faults


def check_cells(
    cells: Sequence[dict[str, Any]], allowed: set[str]
) -> Iterator[tuple[int, int, str]]:
    """(cell, line, problem) of each fault in a notebook's cells."""
    last = 0
    for number, cell in enumerate(cells, start=1):
        if not isinstance(cell, dict):
            yield number, 0, "is no cell: open and save the notebook in JupyterLab"
            continue
        if cell.get("cell_type") != "code":
            continue
        source = "".join(cell.get("source", ""))
        if cell.get("outputs"):
            yield number, 0, "outputs are in the file: clear them before committing"
        count = cell.get("execution_count")
        if count is not None:
            if count <= last:
                yield number, 0, f"was run out of order ([{count}] after [{last}])"
            last = max(last, count)
        told = "fig-alt" in source or _OUR_SHOW.search(source)
        if _BARE_FIGURE.search(source) and not told:
            yield number, 0, "figure without alternative text: use show(…) or #| fig-alt:"
        yield from ((number, line, problem) for line, problem in check_source(source, allowed))


def check_source(source: str, allowed: set[str]) -> Iterator[tuple[int, str]]:
    """(line, problem) of each fault in one cell's code.

    >>> list(check_source("import leftpad", {"pandas"}))
    [(1, 'import of leftpad, which pyproject.toml does not declare')]
    """
    # Magics and shell lines are no Python; a comment in their place keeps the line numbers.
    plain = re.sub(r"(?m)^\s*[%!].*$", "# magic", source)
    try:
        tree = ast.parse(plain)
    except SyntaxError as error:
        yield error.lineno or 0, f"is no Python: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, f"defines {node.name}: helpers belong in the library"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for name in _imported(node):
                if name not in allowed:
                    yield node.lineno, f"import of {name}, which pyproject.toml does not declare"
        elif (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and _ABSOLUTE.match(node.value)
        ):
            yield node.lineno, f"absolute path {node.value[:40]!r}: it exists on one machine"


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    return [node.module.split(".")[0]] if node.module and not node.level else []


def declared_imports() -> set[str]:
    """The top-level modules a notebook may import: Python's own and those of declared packages."""
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires("commsvc") or []}
    declared = {re.sub(r"[-_.]+", "-", name).lower() for name in names} | {"commsvc", "ipython"}
    modules = {
        module
        for module, packages in packages_distributions().items()
        if any(re.sub(r"[-_.]+", "-", package).lower() in declared for package in packages)
    }
    return modules | set(sys.stdlib_module_names) | {"commsvc"}
