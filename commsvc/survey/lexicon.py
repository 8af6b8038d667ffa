"""Words that reading and drafting know, as tables beside the code: `vocabulary/*.csv`."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).with_name("vocabulary")


@lru_cache
def lexicon(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a table of words.

    >>> lexicon("english")[0]
    {'zh': '是', 'en': 'yes'}
    """
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
