"""A page in pieces, so that the memory a repair takes does not grow with every step it makes.

Nothing a repair looks at reaches over a line end, and what it has to know of the whole page is
learned first (`facts`). So the text and edits do not depend on where a page is cut.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from . import glosses, places

# Characters in a piece.
SIZE = 250_000
# What ends a piece of a line that is longer than a piece may be: no shift goes on behind these.
_LAST_RESORT = (")", "。", " ", ",")


def code_points(text: str) -> NDArray[np.uint32]:
    """The code points of a text."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def as_text(codes: NDArray[np.uint32]) -> str:
    """The text of code points."""
    return codes.astype("<u4", copy=False).tobytes().decode("utf-32-le", "surrogatepass")


def cuts(text: str, size: int) -> Iterator[tuple[int, int]]:
    """Where pieces of about ``size`` characters begin and end: behind line ends.

    Only a line longer than a piece itself is cut inside, so that one endless line does not take
    all memory.
    """
    start = 0
    while start < len(text) or start == 0:
        least, most = start + size, start + 2 * size
        end = text.find("\n", least, most) + 1 if len(text) > most else 0
        if not end and len(text) > most:
            inside = (text.rfind(mark, least, most) + 1 for mark in _LAST_RESORT)
            end = next(filter(None, inside), most)
        elif not end:
            end = text.find("\n", least) + 1 or len(text)
        yield start, end
        if end == len(text):
            return
        start = end


class Piece:
    """A piece of a page and what is seen in it; ``start`` is its place in the page."""

    def __init__(self, start: int, text: str) -> None:
        self.start, self.text = start, text
        self._marks: dict[tuple[bool, bool], tuple[places.Found, ...]] = {}

    def marks(self, *, damaged: bool, glossed: bool) -> tuple[places.Found, ...]:
        """Where something may be shifted (`places.found`): asked twice, looked for once."""
        kept = self._marks.get((damaged, glossed))
        if kept is None:
            kept = tuple(places.found(self.text, damaged=damaged, glossed=glossed))
            self._marks[damaged, glossed] = kept
        return kept

    @cached_property
    def codes(self) -> NDArray[np.uint32]:
        """Its code points."""
        return code_points(self.text)

    @cached_property
    def brackets(self) -> glosses.Brackets:
        """Its brackets that hold a syllable."""
        return glosses.brackets(self.codes)

    @cached_property
    def glossed(self) -> NDArray[np.uint32]:
        """The characters (code points) that these brackets gloss, as often as they do."""
        fits = glosses.of_their_character(self.brackets, self.codes)
        return self.codes[self.brackets.start[fits] - 1]


class Pieces:
    """The pieces of a page, gone through more than once; a single one is kept meanwhile."""

    def __init__(self, text: str, size: int = SIZE) -> None:
        self.text = text
        self._cuts = list(cuts(text, size))
        self._only = Piece(0, text) if len(self._cuts) == 1 else None

    def __iter__(self) -> Iterator[Piece]:
        if self._only is not None:
            yield self._only
            return
        for start, end in self._cuts:
            yield Piece(start, self.text[start:end])

    def share(self, piece: Piece) -> float:
        """How much of the page has been gone through with this piece, from 0 to 1."""
        return (piece.start + len(piece.text)) / max(1, len(self.text))
