"""What is to be rendered, how it went, and how that is said."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.report.lang import EVERY
from commsvc.report.project_files import project_root
from commsvc.report.translation import entries_of, languages_of
from commsvc.words.languages import SOURCE


@dataclass(frozen=True)
class Job:
    """What is to be rendered, and how."""

    root: Path
    notebooks: tuple[Path, ...]
    language: str = ""  # one, "both", or empty: as each notebook says, else all it has words in
    out: Path | None = None
    parameters: dict[str, Any] = field(default_factory=dict)
    force: bool = False
    strict: bool = False
    timeout: float = 600
    workers: int = 0

    @property
    def folder(self) -> Path:
        """Where the pages go: a language of its own gets a folder of its own."""
        if self.out is not None:
            return self.out
        return self.root / "reports" / ("" if self.language == EVERY else self.language)

    def figures(self, lang: str) -> Path:
        """Where the figures of a language go: figures/ holds what notebooks draw as they are."""
        usual = self.language in ("", EVERY) and not self.parameters and self.out is None
        folder = self.root / "figures" if usual else self.folder / "figures"
        return folder if lang == SOURCE else folder / lang


@dataclass(frozen=True)
class Outcome:
    """How it went for one notebook: ``done``, ``unchanged`` or ``failed``."""

    notebook: Path
    status: str
    seconds: float
    reason: str = ""
    warnings: tuple[str, ...] = ()


def find_notebooks(root: Path, names: Sequence[str] = ()) -> tuple[Path, ...]:
    """The notebooks to render: all of the project's, or those that are named.

    A project has its notebooks in notebooks/, a study (`commsvc new`) beside its codebook. A name
    is a path, or the beginning of a notebook's name (``03``).
    """
    there = own_notebooks(root)
    if not names:
        if not there:
            raise CommsvcError(
                "no notebooks", where=str(root / "notebooks"), next_step="name a notebook file"
            )
        return tuple(there)
    chosen: list[Path] = []
    for name in names:
        path = Path(name)
        if path.is_dir():
            matches = sorted(path.glob("*.ipynb"))
        elif path.is_file():
            matches = [path]
        else:
            matches = [p for p in there if p.stem.startswith(name) or p.name == path.name]
        if not matches:
            raise unknown_name("notebook", name, [p.stem for p in there], where=str(root))
        chosen += [p.resolve() for p in matches]
    return tuple(dict.fromkeys(chosen))


def root_of(names: Sequence[str]) -> Path:
    """The project of the first name that is a file or folder, else of the working folder."""
    for name in names:
        path = Path(name)
        if path.exists():
            return project_root(path if path.is_dir() else path.parent)
    return project_root(Path.cwd())


def own_notebooks(root: Path) -> list[Path]:
    """The notebooks of a project, in order."""
    folder = root / "notebooks"
    found = (folder if folder.is_dir() else root).glob("*.ipynb")
    return sorted(path for path in found if not path.name.startswith("."))


def titles_of(notebook: Path) -> dict[str, str]:
    """A notebook's title in each of its languages, from the file as it is."""
    try:
        cells = json.loads(notebook.read_bytes())["cells"]
        first = next("".join(c["source"]) for c in cells if c["cell_type"] == "markdown").strip()
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return {SOURCE: notebook.stem}
    found = {lang: entries_of(notebook, lang).get(first, first) for lang in languages_of(notebook)}
    return {lang: text.split("\n")[0].lstrip("# ") for lang, text in found.items()}


def neighbours(root: Path, notebook: Path) -> list[tuple[str, str, dict[str, str]]]:
    """The notebooks before and after one: (``previous`` or ``next``, name, titles)."""
    there = own_notebooks(root)
    if notebook not in there:
        return []
    at = there.index(notebook)
    found = [("previous", at - 1), ("next", at + 1)]
    return [(side, there[i].stem, titles_of(there[i])) for side, i in found if 0 <= i < len(there)]


def relative(path: Path, root: Path) -> str:
    """The path as seen from the project, or in full where it lies outside."""
    path = path.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def line_of(job: Job, outcome: Outcome) -> str:
    """One notebook's result as one line of the terminal."""
    sign = {"done": "done     ", "unchanged": "unchanged", "failed": "FAILED   "}[outcome.status]
    seconds = f"{outcome.seconds:5.1f} s" if outcome.seconds else "       "
    where = relative(outcome.notebook, job.root)
    line = f"{sign} {seconds}  {where}"
    return f"{line}: {outcome.reason}" if outcome.reason else line


def summary(job: Job, outcomes: Sequence[Outcome]) -> str:
    """The render in a few lines: how many, what failed and where, what was warned of."""
    count = {s: sum(o.status == s for o in outcomes) for s in ("done", "unchanged", "failed")}
    lines = []
    for outcome in outcomes:
        where = relative(outcome.notebook, job.root)
        lines += [f"  warning  {where}: {w}" for w in outcome.warnings if w != outcome.reason]
    # Failures last, where the eye ends up.
    lines += [
        f"  failed   {relative(o.notebook, job.root)}: {o.reason}"
        for o in outcomes
        if o.status == "failed"
    ]
    # As seen from where the command was given: a study is often a folder below.
    index = Path(os.path.relpath(job.folder / "index.html")).as_posix()
    lines.append(
        f"{count['done']} rendered, {count['unchanged']} unchanged, {count['failed']} failed"
        f" → {index}"
    )
    return "\n".join(lines)
