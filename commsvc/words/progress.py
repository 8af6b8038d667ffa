"""A bar for work that takes long: in a notebook and on a terminal, and nowhere else.

Nothing is shown of what is done within a second. A report shows none, whichever way it is made:
`commsvc render` switches bars off, and the exporter leaves out those of a notebook that was run in
JupyterLab.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from html import escape
from typing import Any, TypeVar

from commsvc.words.messages import Words, as_text

Item = TypeVar("Item")

# Set to "off" while a report is made.
SWITCH = "COMMSVC_PROGRESS"
# Seconds before a bar is shown, and between two of its states.
PATIENCE, PAUSE = 1.0, 0.25


def track(items: Iterable[Item], what: Words, total: int | None = None) -> Iterator[Item]:
    """The items, one after the other, with a bar that says how far the work is.

    Parameters
    ----------
    items : what is worked on
    what : what is being done
    total : how many items there are, where they cannot say so themselves

    Examples
    --------
    >>> sum(track(range(4), "adding"))
    6
    """
    if total is None:
        total = len(items) if isinstance(items, Sized) else 0
    with told(what) as tell:
        for done, item in enumerate(items):
            tell(done, total)
            yield item


@contextmanager
def told(what: Words) -> Iterator[Callable[[int, int], None]]:
    """A bar for work that says itself how far it is, by calling what this gives.

    Parameters
    ----------
    what : what is being done

    Examples
    --------
    >>> with told("repairing") as tell:
    ...     tell(30, 120)
    """
    bar = _bar(str(as_text(what)))
    start = time.monotonic()
    due = start + PATIENCE

    def tell(done: int, total: int) -> None:
        nonlocal due
        now = time.monotonic()
        if bar is not None and now >= due:
            bar.show(done, total, now - start)
            due = now + PAUSE

    try:
        yield tell
    finally:
        if bar is not None:
            bar.end()


def left(done: int, total: int, seconds: float) -> str:
    """How far the work is and how long it may still take.

    >>> left(30, 120, 10.0), left(7, 0, 1.0)
    ('30/120, 30 s', '7')
    """
    if not total:
        return f"{done}"
    rest = seconds * (total - done) / done if done else 0.0
    time_left = f"{rest:.0f} s" if rest < 100 else f"{rest / 60:.0f} min"
    return f"{done}/{total}, {time_left}" if done else f"{done}/{total}"


class _Terminal:
    """One line that is written over."""

    def __init__(self, words: str) -> None:
        self.words, self.shown = words, False

    def show(self, done: int, total: int, seconds: float) -> None:
        sys.stderr.write(f"\r\x1b[K{self.words} {left(done, total, seconds)}")
        sys.stderr.flush()
        self.shown = True

    def end(self) -> None:
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


class _Notebook:
    """An output that is replaced, and empty in the end."""

    def __init__(self, words: str) -> None:
        self.words, self.handle = words, None

    def show(self, done: int, total: int, seconds: float) -> None:
        value = f' value="{done}" max="{total}"' if total else ""
        said = f"{self.words} {left(done, total, seconds)}"
        bar = f"<progress{value}></progress>"
        self._display({"text/html": f"<label>{bar} {escape(said)}</label>", "text/plain": said})

    def end(self) -> None:
        if self.handle is not None:
            self._display({"text/html": "", "text/plain": ""})

    def _display(self, data: dict[str, str]) -> None:
        from IPython.display import display

        # The exporter takes this for what is meant for JupyterLab alone.
        metadata: dict[str, Any] = {"commsvc": {"kind": "jupyter-only"}}
        if self.handle is None:
            self.handle = display(data, raw=True, metadata=metadata, display_id=True)
        else:
            self.handle.update(data, raw=True, metadata=metadata)


def _bar(words: str) -> _Terminal | _Notebook | None:
    """The bar for where this runs, or none."""
    if os.environ.get(SWITCH) == "off":
        return None
    # Not imported where it is not in use: it takes longer than most work.
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and hasattr(shell, "kernel"):
        return _Notebook(words)
    return _Terminal(words) if sys.stderr.isatty() else None
