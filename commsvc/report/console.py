"""What a render says while it runs: live where someone watches, one line a notebook elsewhere."""

from __future__ import annotations

import sys
from typing import TextIO


class Console:
    """Progress on stderr; a terminal gets one line that is written over."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self._running: dict[str, tuple[int, int]] = {}

    def cell(self, name: str, done: int, total: int) -> None:
        """A notebook has run `done` of its `total` cells."""
        self._running[name] = (done, total)
        self._draw()

    def line(self, text: str, name: str = "") -> None:
        """Say something that stays, and forget a notebook that has ended."""
        self._running.pop(name, None)
        if self.live:
            self.stream.write("\r\x1b[K")
        self.stream.write(text + "\n")
        self.stream.flush()
        self._draw()

    def clear(self, name: str = "") -> None:
        """Forget one that has ended, or all."""
        self._running = {one: at for one, at in self._running.items() if name and one != name}
        if self.live:
            self.stream.write("\r\x1b[K")
            self.stream.flush()

    def _draw(self) -> None:
        if not self.live or not self._running:
            return
        parts = [f"{name} {done}/{total}" for name, (done, total) in self._running.items()]
        self.stream.write("\r\x1b[K" + (" · ".join(parts))[:78])
        self.stream.flush()
