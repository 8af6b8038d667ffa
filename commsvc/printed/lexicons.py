"""Tables of words that lie beside the code that recognises them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from importlib import resources


def rows(package: str | None, name: str) -> Iterator[dict[str, str]]:
    """The rows of a table in a package's folder; one that is tab-separated quotes nothing."""
    lines = resources.files(str(package)).joinpath(name).read_text(encoding="utf-8").splitlines()
    if name.endswith(".tsv"):
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    else:
        yield from csv.DictReader(lines)
