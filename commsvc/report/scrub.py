"""Take out of a page what differs from run to run and from machine to machine.

Memory addresses, the kernel's temporary file names, a Styler's random ids, timings and the paths
of one machine say nothing to a reader, and they would make two equal renders differ.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from commsvc.report.passive import passive

_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{6,16}\b")
_CELL_FILE = re.compile(r"(?:/[\w.+-]+)*/ipykernel_\d+/\d+\.py")
# What a SyntaxError says of the place: the kernel's name for the cell.
CELL_NAME = re.compile(r" \(\d+\.py, line \d+\)")
_SITE = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.+@ -]+)*?[/\\](?:site|dist)-packages[/\\]")
_STDLIB = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][\w.+@-]+)+?[/\\]lib[/\\]python3\.\d+[/\\]")
_TIMING = re.compile(r"(?P<what>CPU times:|Wall time:|\d+ loops?, best of)[^\n]*")
_STYLER = re.compile(r"\bT_[0-9a-f]{5}(?=_|\b)")
_SCOPED = re.compile(r"<style scoped>.*?</style>\s*", re.S)


def scrub_text(text: str, root: Path | None = None) -> str:
    """Plain output without colours, addresses, timings and machine paths.

    >>> scrub_text("<object at 0x7f3a2b4c5d6e>\\x1b[0m")
    '<object at 0x…>'
    >>> scrub_text("Wall time: 3.2 ms")
    'Wall time: …'
    >>> scrub_text("File /home/ann/.venv/lib/python3.12/site-packages/pandas/core/frame.py")
    'File site-packages/pandas/core/frame.py'
    """
    text = _ANSI.sub("", text)
    text = CELL_NAME.sub("", _CELL_FILE.sub("<cell>", text))
    text = _SITE.sub("site-packages/", text)
    text = _STDLIB.sub("python/", text)
    text = _ADDRESS.sub("0x…", text)
    text = _TIMING.sub(lambda m: f"{m['what']} …", text)
    for place, name in ((root, ""), (Path.home(), "~/")):
        if place is not None and len(str(place)) > 1:
            text = text.replace(f"{place}/", name)
    return text


def scrub_html(
    html: str, root: Path | None = None, prefix: str = "t", warn: Callable[[str], None] = print
) -> str:
    """An output's HTML without scripts, without addresses to load from, with ids that stay.

    Parameters
    ----------
    html : what an object's ``_repr_html_`` gave
    root : the project's folder, whose path is left out
    prefix : makes a Styler's ids unique on the page
    warn : told of everything that was taken out
    """
    html = _SCOPED.sub("", passive(html, warn))
    seen: dict[str, str] = {}
    html = _STYLER.sub(lambda m: seen.setdefault(m[0], f"T_{prefix}_{len(seen)}"), html)
    return scrub_text(html, root)
