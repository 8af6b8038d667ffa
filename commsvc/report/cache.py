"""Which reports are up to date: a key over all that a page depends on, kept beside what it gave."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

import commsvc
from commsvc.files import write_atomically
from commsvc.report.parameters import literals
from commsvc.report.project_files import digest, file_digest
from commsvc.report.provenance import dependency_versions, named_files

FOLDER = ".commsvc-cache"


@dataclass(frozen=True)
class Record:
    """What a render of one notebook gave.

    `files` maps each file written (relative to the project) to its SHA-256; `card` is what the
    index shows of the report; `warnings` are what ``--strict`` refuses. `data` are the data files
    and pictures that were read; `listed` stands for all that the page's foot lists.
    """

    key: str
    files: dict[str, str]
    card: dict[str, Any]
    warnings: list[str] = field(default_factory=list)
    missing_alt: int = 0
    data: dict[str, str] = field(default_factory=dict)
    listed: str = ""


def library_digest() -> str:
    """One hash over the package's own code, templates and data."""
    folder = Path(commsvc.__file__).parent
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in (".pyc", ".pyo"))
    return digest(json.dumps([(p.relative_to(folder).as_posix(), file_digest(p)) for p in files]))


def surroundings(language: str, parameters: Mapping[str, Any], data: Iterable[str]) -> str:
    """One hash over what all the notebooks of one render depend on.

    Of the data only which files there are: a notebook may list them. What is in them counts for
    those that read it (`Record.data`).
    """
    parts = {
        "library": library_digest(),
        "data": sorted(data),
        "versions": dependency_versions(),
        "python": sys.version_info[:3],
        "language": language,
        "parameters": {name: repr(value) for name, value in sorted(parameters.items())},
    }
    return digest(json.dumps(parts, sort_keys=True))


def notebook_key(
    path: Path, around: str, parameters: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """The key of one notebook: its cells (not their outputs), the files its parameters name, and
    its surroundings.

    Opening and running a notebook in JupyterLab changes its outputs, and makes no report stale.
    """
    try:
        notebook = json.loads(path.read_bytes())
        cells = [
            (cell["cell_type"], "".join(cell["source"]), cell.get("metadata", {}).get("tags", []))
            for cell in notebook["cells"]
        ]
        own: dict[str, Any] = {}
        for _, source, tags in cells:
            own |= literals(source) if "parameters" in tags else {}
        given = own | {name: value for name, value in parameters.items() if name in own}
        files = [file_digest(file) for file in named_files(given.values(), path.parent)]
        about = notebook.get("metadata", {}).get("commsvc")
        content = json.dumps([cells, about, files], sort_keys=True)
    except (OSError, ValueError, KeyError, TypeError):
        # Reading it properly, a moment later, says what is wrong with it.
        content = "unreadable"
    return digest(f"{path.name}\n{around}\n{content}")


class Cache:
    """The records of the renders into one folder."""

    def __init__(self, root: Path, out: Path) -> None:
        self.root = root
        # Reports in another folder (another language, other parameters) have records of their own.
        self.folder = root / FOLDER / digest(str(out.resolve()))[:12]

    def _path(self, stem: str) -> Path:
        return self.folder / f"{stem}.json"

    def load(self, stem: str) -> Record | None:
        """The last good record of a notebook; a damaged one counts as none."""
        try:
            return Record(**json.loads(self._path(stem).read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def rests_on(self, record: Record, key: str, data: Mapping[str, str]) -> bool:
        """Whether this is the report of that key, and what it read is as it was."""
        return record.key == key and all(
            known == (data.get(name) or self._digest(name)) for name, known in record.data.items()
        )

    def _digest(self, name: str) -> str:
        path = self.root / name
        return file_digest(path) if path.is_file() else ""

    def fresh(self, stem: str, key: str, data: Mapping[str, str]) -> Record | None:
        """The record if it rests on this and every file it wrote is still as it was."""
        record = self.load(stem)
        if record is None or not self.rests_on(record, key, data):
            return None
        written = all(self._digest(name) == known for name, known in record.files.items())
        return record if written else None

    def save(self, stem: str, record: Record) -> None:
        text = json.dumps(asdict(record), ensure_ascii=False, sort_keys=True)
        write_atomically(self._path(stem), text)
