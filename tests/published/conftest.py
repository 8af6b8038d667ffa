"""The page cut into the paragraphs that ``data/README.md`` counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

GLOSS = re.compile(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿê]+[)）]")


@pytest.fixture(scope="session")
def paragraphs(source_page: Path) -> dict[tuple[int, int], str]:
    """(report, paragraph) -> its text, as damaged as it is."""
    found, report, count = {}, 0, 0
    for line in source_page.read_text(encoding="utf-8").split("\n"):
        heading = re.match(r"\s*社區.*篇(\d)\s*$", line)
        if heading:
            report, count = int(heading[1]), 0
        elif line.startswith("【"):
            report = 0
        elif report and line.strip():
            count += 1
            found[report, count] = line
    return found


@pytest.fixture(scope="session")
def simplified() -> Callable[[str], str]:
    """Glosses off, script simplified; nothing repaired."""
    convert = pytest.importorskip("opencc").OpenCC("t2s").convert
    return lambda text: convert(GLOSS.sub("", text))
