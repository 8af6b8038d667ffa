"""What becomes of each character of a page while it is repaired, and the edits that follow.

After the shifts every later change replaces a character by one or deletes it, so the state is
three arrays over the text with its shifts repaired: what each character becomes, whether it is
kept, and which kind of edit touched it. The edits are the runs of that last array.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from . import marks
from .edits import CODE, Edits, Judgement, Spans
from .pairing import Shift
from .script import simplify

# The margin written for a mark that a rule thinks likely but not certain, in nats.
LIKELY = 1.0


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def as_text(codes: NDArray[np.uint32]) -> str:
    """The text of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


class State:
    """A page with its shifts repaired, and what becomes of each of its characters."""

    def __init__(self, page: str, found: list[Shift]) -> None:
        parts: list[str] = []
        done = 0
        for shift in found:
            parts += [page[done : shift.start], shift.after]
            done = shift.end
        self.page, self.shifts = page, found
        self.text = "".join([*parts, page[done:]]) if found else page
        self.codes = code_points(self.text).copy()
        self.keep = np.ones(len(self.codes), dtype=bool)
        self.kind = np.zeros(len(self.codes), dtype=np.uint8)
        self.margins: dict[int, Judgement] = {}
        # Where the shifts stand in the page and here, and how far the text behind them moved.
        self.page_start = np.array([s.start for s in found], dtype=np.int64)
        self.page_end = np.array([s.end for s in found], dtype=np.int64)
        grown = np.array([len(s.after) - (s.end - s.start) for s in found], dtype=np.int64)
        self.moved = np.r_[0, np.cumsum(grown)]
        self.start = self.page_start + self.moved[:-1]
        self.end = self.page_end + self.moved[1:]

    def shown(self) -> tuple[NDArray[np.int64], str]:
        """The places that are kept so far, and the text they make."""
        at = np.flatnonzero(self.keep)
        return at, as_text(self.codes[at])

    def _to_page(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places outside the shifts, here to page; one where a shift begins is before it."""
        moved: NDArray[np.int64] = at - self.moved[np.searchsorted(self.start, at, side="left")]
        return moved

    def set(self, at: NDArray[np.int64], text: str, kind: str) -> None:
        """Characters that others take the place of, where they differ."""
        after = code_points(text)
        differ = after != self.codes[at]
        self.codes[at[differ]], self.kind[at[differ]] = after[differ], CODE[kind]

    def delete(self, start: int, end: int, kind: str) -> None:
        """A stretch that goes."""
        self.keep[start:end], self.kind[start:end] = False, CODE[kind]

    def apply(self, changes: Iterable[marks.Change], shown: NDArray[np.int64]) -> None:
        """Changes of the text that shows only the places ``shown``."""
        for change in changes:
            at = shown[change.start : change.end]
            if not self.keep[at].all():
                continue
            if change.after:
                self.codes[at], self.kind[at] = code_points(change.after), CODE[change.kind]
            else:
                self.keep[at], self.kind[at] = False, CODE[change.kind]
            if not change.certain:
                before = self.text[int(at[0]) : int(at[-1]) + 1]
                self.margins[int(at[0])] = (LIKELY, (before,))

    def finish(self, converted: bool) -> tuple[str, Edits]:
        """The text and its edits; what a shift brought back is one edit with what followed."""
        run = self.kind.astype(np.int64)
        for number, (start, end) in enumerate(zip(self.start, self.end, strict=True)):
            run[start:end] = (number + 1) << 8 | CODE["shift"]
        edge = np.flatnonzero(np.diff(run, prepend=0, append=0))
        starts, ends = edge[:-1], edge[1:]
        edited = run[starts] != 0 if len(starts) else np.zeros(0, dtype=bool)
        starts, ends = starts[edited], ends[edited]
        kinds = run[starts]
        number = (kinds >> 8) - 1
        shifted = number >= 0
        kept = np.r_[0, np.cumsum(self.keep)]
        page_start, page_end = self._to_page(starts), self._to_page(ends)
        page_start[shifted] = self.page_start[number[shifted]]
        page_end[shifted] = self.page_end[number[shifted]]
        where = Spans(page_start, page_end, kept[starts], kept[ends])
        judged = dict(zip(np.flatnonzero(shifted).tolist(), self._judged(converted), strict=True))
        rows = np.searchsorted(starts, list(self.margins), side="right") - 1
        for row, judgement in zip(rows.tolist(), self.margins.values(), strict=True):
            judged.setdefault(row, judgement)
        text = as_text(self.codes[self.keep])
        return text, Edits(self.page, text, where, (kinds & 0xFF).astype(np.uint8), judged)

    def _judged(self, converted: bool) -> list[Judgement]:
        """Margin and alternatives of each shift, in the script of the text."""
        return [
            (s.margin, tuple(map(simplify, s.alternatives)) if converted else s.alternatives)
            for s in self.shifts
        ]
