"""What a report rests on: versions of the packages, and the bytes of the data."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Any

from commsvc.report.files import file_digest

# Shown in the footer: what computes and draws. The key of the cache takes all dependencies.
SHOWN = ("commsvc", "pandas", "numpy", "scipy", "statsmodels", "matplotlib", "seaborn")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def versions(nb: Any) -> list[tuple[str, str]]:
    """(package, version) for the footer; Python's is the one the notebook was run with."""
    info = nb.metadata.get("language_info", {})
    python = str(info.get("version") or ".".join(map(str, sys.version_info[:3])))
    found = [(name, _version(name)) for name in SHOWN]
    return [("Python", python), *[(name, number) for name, number in found if number]]


def dependency_versions() -> dict[str, str]:
    """The installed version of every package commsvc declares, extras included."""
    import re

    names = {re.split(r"[^\w.-]", line, maxsplit=1)[0] for line in requires("commsvc") or []}
    return {name: _version(name) for name in sorted(names | {"commsvc"})}


def data_digests(root: Path) -> list[tuple[str, str]]:
    """(path under data/, SHA-256) of every data file, in order."""
    folder = root / "data"
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    return [(p.relative_to(root).as_posix(), file_digest(p)) for p in files]
