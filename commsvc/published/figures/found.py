"""A numeral that was judged."""

from __future__ import annotations

from dataclasses import dataclass

from commsvc.words.messages import Text


@dataclass(frozen=True, slots=True)
class Found:
    """A numeral that was judged: what it states, or the reason why it states nothing.

    ``reading`` is the string `commsvc.printed.read` is given, where it is not ``printed`` itself;
    ``role`` and ``doubt`` are those of `figure_table.Figure`.
    """

    start: int
    end: int
    printed: str
    unit: str = ""
    kind: str = ""
    reading: str = ""
    reason: str = ""
    hedge: str = ""
    role: str = ""
    doubt: Text | str = ""
