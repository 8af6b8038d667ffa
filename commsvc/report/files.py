"""Files of the project: where its root is, and writing that never leaves half a file."""

from __future__ import annotations

import hashlib
import os
import tempfile
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


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write beside the target and move into place: a reader sees the old file or the new one.

    Text is written as UTF-8 with ``\\n`` line ends on every system.
    """
    data = content.encode("utf-8") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


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
