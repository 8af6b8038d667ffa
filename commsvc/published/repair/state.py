"""What becomes of each character of a piece while it is repaired, and the edits that follow.

After the shifts every later change replaces a character by one or deletes it, so the state is
three arrays over the text with its shifts repaired: what each character becomes, whether it is
kept, and which kind of edit touched it. The edits are the runs of that last array.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import marks
from .columns import Columns, Spans
from .edits import CODE
from .pairing import Shift
from .pieces import as_text, code_points
from .script import simplify

# The margin written for a mark that a rule thinks likely but not certain, in nats.
LIKELY = 1.0


@dataclass(frozen=True)
class Repair:
    """One repaired piece: its text and its edits."""

    text: str
    columns: Columns


class State:
    """A text with its shifts repaired, and what becomes of each of its characters."""

    def __init__(self, page: str, found: list[Shift]) -> None:
        parts: list[str] = []
        done = 0
        for shift in found:
            parts += [page[done : shift.start], shift.after]
            done = shift.end
        self.shifts = found
        self.text = "".join([*parts, page[done:]]) if found else page
        self.codes = code_points(self.text).copy()
        self.keep = np.ones(len(self.codes), dtype=bool)
        self.kind = np.zeros(len(self.codes), dtype=np.uint8)
        self.margins: dict[int, tuple[float, tuple[str, ...]]] = {}
        # Where the pieces stand in the page and here, and how far the text behind them moved.
        self.page_start = np.array([s.start for s in found], dtype=np.int64)
        self.page_end = np.array([s.end for s in found], dtype=np.int64)
        grown = np.array([len(s.after) - (s.end - s.start) for s in found], dtype=np.int64)
        self.moved = np.r_[0, np.cumsum(grown)]
        self.start = self.page_start + self.moved[:-1]
        self.end = self.page_end + self.moved[1:]

    def from_page(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places outside the pieces, page to here; one where a piece begins is before it."""
        return at + self.moved[np.searchsorted(self.page_start, at, side="left")]

    def to_page(self, at: NDArray[np.int64]) -> NDArray[np.int64]:
        """Places outside the pieces, here to page; one where a piece begins is before it."""
        return at - self.moved[np.searchsorted(self.start, at, side="left")]

    def set(self, at: NDArray[np.int64], codes: NDArray[np.uint32], kind: str) -> None:
        self.codes[at] = codes
        self.kind[at] = CODE[kind]

    def delete(self, at: NDArray[np.int64], kind: str) -> None:
        self.keep[at] = False
        self.kind[at] = CODE[kind]

    def apply(self, changes: Iterable[marks.Change], shown: NDArray[np.int64]) -> None:
        """Changes of the text that shows only the places ``shown``."""
        for change in changes:
            at = shown[change.start : change.end]
            if not self.keep[at].all():
                continue
            if change.after:
                self.set(at, code_points(change.after), change.kind)
            else:
                self.delete(at, change.kind)
            if not change.certain:
                before = self.text[int(at[0]) : int(at[-1]) + 1]
                self.margins[int(at[0])] = (LIKELY, (before,))

    def finish(self, converted: bool) -> Repair:
        """The piece's text and edits; what a shift brought back is one edit with what followed."""
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
        page_start, page_end = self.to_page(starts), self.to_page(ends)
        page_start[shifted] = self.page_start[number[shifted]]
        page_end[shifted] = self.page_end[number[shifted]]
        where = Spans(page_start, page_end, kept[starts], kept[ends])
        others = ["\0".join(shift.alternatives) for shift in self.shifts]
        if converted and others:
            others = simplify("\n".join(others)).split("\n")
        judged = {
            int(i): (self.shifts[n].margin, tuple(filter(None, others[n].split("\0"))))
            for i, n in zip(np.flatnonzero(shifted), number[shifted], strict=True)
        }
        rows = np.searchsorted(starts, list(self.margins), side="right") - 1
        for row, judgement in zip(rows.tolist(), self.margins.values(), strict=True):
            judged.setdefault(row, judgement)
        kind = (kinds & 0xFF).astype(np.uint8)
        return Repair(as_text(self.codes[self.keep]), Columns.of(where, kind, judged))
