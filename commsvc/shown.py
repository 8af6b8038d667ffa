"""Results show themselves: as tables and sentences in a notebook, as lines in a terminal."""

from __future__ import annotations

from typing import Any


def html(result: Any) -> str:
    """What a notebook shows of a result."""
    from commsvc.report import displays

    return displays.html(result)


def text(result: Any) -> str:
    """What a terminal shows of a result."""
    from commsvc.report import displays

    return displays.text(result)


class Shown:
    """A result that a notebook, or IPython in a terminal, shows as its reader wants it."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(text(self))
