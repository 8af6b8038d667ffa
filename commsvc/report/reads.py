"""Which data files a notebook has read: only their change makes its report stale.

A kernel writes down what it opens. What is opened where Python does not see it counts as read
too: whole formats, and all of the data where a notebook works with an engine of its own.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

# The environment's name for the file that a kernel writes to, and what it does so with.
NOTE = "COMMSVC_READS"
FIRST_LINE = "__import__('commsvc.report.reads', fromlist=['x']).listen()"

_ENGINES = re.compile(
    r"\b(?:duckdb|polars|pyarrow|pyspark|dask|geopandas|scan_csv|subprocess|os\.system|popen)\b"
    r"|^\s*(?:!|%%|%run\b)",
    re.M,
)
_FORMATS = re.compile(
    r"\.(?:parquet|feather|arrow|orc|z?sav|por|dta|sas7bdat|xpt|h5|db|duckdb|sqlite|gpkg|shp|dbf)$",
    re.I,
)


def listen() -> None:
    """From now on write every file under a folder ``data`` that is opened to the agreed file."""
    note = os.environ.get(NOTE)
    if not note:
        return
    stream = os.open(note, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    seen: set[str] = set()
    part = f"{os.sep}data{os.sep}"

    def opened(event: str, arguments: tuple[Any, ...]) -> None:
        if event != "open" or not isinstance(arguments[0], (str, bytes)):
            return
        try:
            path = os.path.abspath(os.fsdecode(arguments[0]))
            if part in path and path not in seen:
                seen.add(path)
                os.write(stream, f"{path}\n".encode("utf-8", "surrogateescape"))
        except (OSError, ValueError):
            # To write it down must never stop the opening itself.
            return

    sys.addaudithook(opened)


def data_read(
    note: Path, sources: Iterable[str], root: Path, data: Mapping[str, str]
) -> dict[str, str]:
    """Those of the data files that a notebook's report rests on.

    Parameters
    ----------
    note : what its kernel has written down
    sources : the notebook's code, cell by cell
    root : the project's folder
    data : every data file, relative to the project, with its SHA-256
    """
    if any(_ENGINES.search(source) for source in sources):
        return dict(data)
    try:
        lines = note.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return dict(data)  # the kernel never got that far: whatever it was to read
    opened = {os.path.realpath(line) for line in lines}
    return {
        name: known
        for name, known in data.items()
        if _FORMATS.search(name) or os.path.realpath(root / name) in opened
    }
