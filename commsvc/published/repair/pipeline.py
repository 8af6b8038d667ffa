"""The steps of a repair in their order, on one block of a page, and the blocks joined again.

After the shifts every later change replaces a character by one or deletes it, so the state is
three arrays over the text with its shifts repaired: what each character becomes, whether it is
kept, and which kind of edit touched it. The edits are the runs of that last array.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import glosses, marks, places, shifts, spun
from .edits import CODE, Edits
from .model import Model, Words, folding
from .pairing import Shift
from .script import simplify

# Characters in a block: memory stays bounded, and a block is more than any model needs.
BLOCK = 250_000
# On a page without glosses a shift is believed only in company, and where the page has the pairs.
LEAST_PLACES, LEAST_SUPPORT = 2, 2
# The margin written for a mark that a rule thinks likely but not certain, in nats.
LIKELY = 1.0


@dataclass(frozen=True)
class Options:
    """What `repair` was asked for."""

    spun: bool = False
    script: bool | None = None
    punctuation: bool = False
    words: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Block:
    """One repaired block: its text and its edits.

    ``steps`` has a column each edit: characters left alone before it, its length in the page and in
    the text; in the smallest type that holds them, as a large page has many edits.
    """

    text: str
    steps: NDArray[np.unsignedinteger]
    kind: NDArray[np.uint8]
    judged: dict[int, tuple[float, tuple[str, ...]]]
    damaged: bool
    length: int


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def as_text(codes: NDArray[np.uint32]) -> str:
    """The text of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def blocks(text: str, size: int) -> Iterator[tuple[int, str]]:
    """Cut a text behind line ends into pieces of about ``size`` characters."""
    start = 0
    while start < len(text) or start == 0:
        end = text.find("\n", start + size) + 1 if len(text) > start + size else 0
        end = end or len(text)
        yield start, text[start:end]
        if end == len(text):
            return
        start = end


def _find_shifts(
    page: str,
    codes: NDArray[np.uint32],
    found: glosses.Brackets,
    glossed: str,
    words: Words | None,
) -> list[Shift]:
    if glossed:
        return _judged(page, codes, found, glossed, words, damaged=True)[0]
    if not places.ODD.search(page):
        return []
    # Without glosses the odd places must show first that the page is damaged.
    odd, model = _judged(page, codes, found, glossed, words, damaged=False)
    if sum(model.support(shift.after) >= LEAST_SUPPORT for shift in odd) < LEAST_PLACES:
        return []
    every, model = _judged(page, codes, found, glossed, words, damaged=True)
    return [shift for shift in every if model.support(shift.after)]


def _judged(
    page: str,
    codes: NDArray[np.uint32],
    found: glosses.Brackets,
    glossed: str,
    words: Words | None,
    *,
    damaged: bool,
) -> tuple[list[Shift], Model]:
    candidates = list(places.places(page, damaged=damaged, glossed=bool(glossed)))
    learned = folding().take(codes, mode="clip")
    prose = np.ones(len(page), dtype=bool)
    for place in candidates:
        # With the byte behind it, which the shift may have eaten.
        learned[place.start : place.end + 1] = 0
    prose[_spans(found.start, found.end)] = False
    model = Model.learn(learned[prose], words)
    return shifts.find(page, model, candidates, glossed), model


def _spans(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Every position in half-open spans."""
    lengths = ends - starts
    first = np.repeat(starts - np.r_[0, np.cumsum(lengths)[:-1]], lengths)
    return first + np.arange(lengths.sum())


class _State:
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

    def finish(self, damaged: bool, converted: bool, length: int) -> Block:
        """The block's text and edits; what a shift brought back is one edit with what followed."""
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
        before = page_start - np.r_[0, page_end[:-1]][: len(page_start)]
        steps = np.stack([before, page_end - page_start, kept[ends] - kept[starts]])
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
        text = as_text(self.codes[self.keep])
        small = steps.astype(np.min_scalar_type(int(steps.max(initial=0))))
        return Block(text, small, (kinds & 0xFF).astype(np.uint8), judged, damaged, length)


def repair_block(page: str, options: Options) -> Block:
    """Repair one block of a page."""
    codes = code_points(page)
    found = glosses.brackets(codes)
    fits = glosses.of_their_character(found, codes)
    characters = codes[found.start[fits] - 1]
    host = glosses.by_a_host(characters, codes)
    glossed = as_text(np.unique(characters)) if host else ""
    words = None if options.words is None else Words.counted(options.words)
    state = _State(page, _find_shifts(page, codes, found, glossed, words))
    damaged = host or bool(state.shifts)
    if host:
        start, end = state.from_page(found.start), state.from_page(found.end)
        moved = glosses.Brackets(start, end, found.syllable, found.names)
        fits = glosses.of_their_character(moved, state.codes)
        fits |= glosses.of_a_byte_pair(moved, state.codes)
        state.delete(_spans(start[fits], end[fits]), "gloss")
    converted = host if options.script is None else options.script
    if converted:
        shown = np.flatnonzero(state.keep)
        before = state.codes[shown]
        after = code_points(simplify(as_text(before)))
        differ = after != before
        state.set(shown[differ], after[differ], "script")
    if damaged:
        shown = np.flatnonzero(state.keep)
        text = as_text(state.codes[shown])
        state.apply(marks.decimals(text), shown)
        state.apply(marks.strays(text), shown)
        state.apply(marks.remnants(text), shown)
        if options.spun:
            state.apply(
                (marks.Change(s.start, s.end, s.after, "spun", False) for s in spun.find(text)),
                shown,
            )
    if options.punctuation:
        shown = np.flatnonzero(state.keep)
        state.apply(marks.unfolded(as_text(state.codes[shown])), shown)
    return state.finish(damaged, converted, len(page))


def join(page: str, done: list[Block]) -> tuple[str, Edits]:
    """The blocks' texts and edits as those of the whole page; ``done`` is used up."""
    rows = sum(len(block.kind) for block in done)
    size = np.int32 if len(page) < 2**31 else np.int64
    where, kind = np.empty((4, rows), dtype=size), np.empty(rows, dtype=np.uint8)
    judged: dict[int, tuple[float, tuple[str, ...]]] = {}
    read = written = row = 0
    texts: list[str] = []
    done.reverse()
    while done:
        block = done.pop()
        here = slice(row, row + len(block.kind))
        before, taken, given = block.steps.astype(np.int64)
        where[1, here] = read + np.cumsum(before + taken)
        where[0, here] = where[1, here] - taken
        where[3, here] = written + np.cumsum(before + given)
        where[2, here] = where[3, here] - given
        kind[here] = block.kind
        judged.update({row + i: what for i, what in block.judged.items()})
        texts.append(block.text)
        read, written, row = read + block.length, written + len(block.text), here.stop
    text = "".join(texts)
    start, end, out_start, out_end = where
    return text, Edits(page, text, start, end, out_start, out_end, kind, judged)
