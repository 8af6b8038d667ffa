"""What a report rests on: versions of the packages, and the bytes of the data."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from html import unescape
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from commsvc.report.project_files import file_digest

# Shown in the footer: what computes and draws. The key of the cache takes all dependencies.
SHOWN = ("commsvc", "pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def versions_of(nb: Any) -> list[tuple[str, str]]:
    """(package, version) for the footer; Python's is the one the notebook was run with."""
    info = nb.metadata.get("language_info", {})
    python = str(info.get("version") or ".".join(map(str, sys.version_info[:3])))
    found = [(name, _version(name)) for name in SHOWN]
    return [("Python", python), *[(name, number) for name, number in found if number]]


def dependency_versions() -> dict[str, str]:
    """The installed version of every package commsvc declares, extras included."""
    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires("commsvc") or []}
    return {name: _version(name) for name in sorted(names | {"commsvc"})}


def data_digests(root: Path, named: Iterable[Path] = ()) -> list[tuple[str, str]]:
    """(path, SHA-256) of every file under data/, in order, then of files that parameters name.

    A file outside the project goes by its name alone: where it lies is its owner's affair.
    """
    folder = root / "data"
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    inside = [(p.relative_to(root).as_posix(), file_digest(p)) for p in files]
    there = {p.resolve() for p in files}
    others = [p.resolve() for p in named if p.resolve() not in there]
    return inside + [
        (p.relative_to(root).as_posix() if p.is_relative_to(root) else p.name, file_digest(p))
        for p in dict.fromkeys(others)
    ]


_LISTED = re.compile(r"<li><code>[0-9a-f]{16}</code> ([^<]*)</li>")


def listed_again(html: str, data: Mapping[str, str]) -> str:
    """A page whose foot lists data files, with their hashes of today.

    >>> listed_again("<li><code>0123456789abcdef</code> data/a.csv</li>", {"data/a.csv": "f" * 64})
    '<li><code>ffffffffffffffff</code> data/a.csv</li>'
    """

    def line(found: re.Match[str]) -> str:
        known = data.get(unescape(found[1]))
        return f"<li><code>{known[:16]}</code> {found[1]}</li>" if known else found[0]

    return _LISTED.sub(line, html)


def named_files(values: Iterable[Any], folder: Path) -> list[Path]:
    """The files that values of parameters name, as seen from the notebook's folder.

    >>> named_files([__file__, 0.95, "census"], Path("."))[0].name
    'provenance.py'
    """
    found = []
    for value in values:
        for text in value if isinstance(value, (list, tuple)) else [value]:
            # A text with a line end or of great length names no file, and some systems say so
            # with an error.
            if isinstance(text, str) and 0 < len(text) < 1000 and "\n" not in text:
                path = folder / text
                if path.is_file():
                    found.append(path)
    return found
