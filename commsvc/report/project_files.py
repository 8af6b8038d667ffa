"""Files of the project: where its root is, and what tells one content from another."""

from __future__ import annotations

import hashlib
from pathlib import Path

_MARKS = ("pyproject.toml", "codebook.yaml", "codebook.yml", "codebook.csv")


def project_root(start: Path) -> Path:
    """The nearest folder at or above `start` that is a project, else `start` itself.

    A project holds notebooks/ or pyproject.toml; a study, as `commsvc new` makes it, a codebook.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / "notebooks").is_dir() or any((folder / name).is_file() for name in _MARKS):
            return folder
    return start


def digest(content: str | bytes) -> str:
    """SHA-256 in hexadecimal.

    >>> digest("")[:12]
    'e3b0c44298fc'
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    return hashlib.sha256(data).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
