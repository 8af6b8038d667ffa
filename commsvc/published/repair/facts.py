"""What has to be known of a whole page before any piece of it can be repaired.

Whether a host glossed it, which characters that host glosses, what the page's own prose looks like,
and, where nothing is glossed, which stretches of it show shifts at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from . import glosses, places, shifts
from .counting import Counts
from .model import Model, Words, folding
from .pairing import Shift
from .pieces import Piece, Pieces, as_text

# Without glosses a shift is believed only in company: so many within reach (in characters), each
# with pairs that the page has elsewhere.
LEAST_PLACES, LEAST_SUPPORT, REACH = 2, 2, 250_000

# Told how much of the page has been gone through, from 0 to 1.
Told = Callable[[float], None]


def _no_stretches() -> NDArray[np.int64]:
    return np.zeros((0, 2), dtype=np.int64)


@dataclass(frozen=True)
class Facts:
    """What a repair knows of the whole page.

    ``glossed`` are the characters its host glosses (none: no host was at work). Without a host,
    ``stretches`` are the parts of the page, start and end, in which shifts are believed.
    """

    glossed: str = ""
    model: Model | None = None
    stretches: NDArray[np.int64] = field(default_factory=_no_stretches)

    @property
    def damaged(self) -> bool:
        """Whether the page shows the damage at all."""
        return bool(self.glossed) or len(self.stretches) > 0

    def within(self, at: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which places of the page lie where damage is believed."""
        if self.glossed:
            return np.ones(len(at), dtype=bool)
        if not len(self.stretches):
            return np.zeros(len(at), dtype=bool)
        last = np.searchsorted(self.stretches[:, 0], at, side="right") - 1
        return (last >= 0) & (at < self.stretches[np.maximum(last, 0), 1])


def learn(pieces: Pieces, words: Words | None, told: Told) -> Facts:
    """Go through a page, once or more, and learn what its repair needs."""
    glossed, odd = _host(pieces, lambda share: told(share / 4))
    if glossed:
        learned = _model(pieces, words, lambda s: told((1 + 3 * s) / 4), damaged=True, glossed=True)
        return Facts(glossed, learned)
    if not odd:
        return Facts()
    # Without glosses the odd places must show first that the page is damaged.
    model = _model(pieces, words, told, damaged=False, glossed=False)
    stretches = _stretches(_supported(pieces, model))
    if not len(stretches):
        return Facts()
    return Facts("", _model(pieces, words, told, damaged=True, glossed=False), stretches)


def believed(piece: Piece, facts: Facts) -> list[Shift]:
    """The shifts of a piece of a page."""
    if facts.model is None:
        return []
    host = bool(facts.glossed)
    if not host and not _touches(piece, facts.stretches):
        return []
    marks = piece.marks(damaged=True, glossed=host)
    candidates = list(places.places(piece.text, marks, damaged=True))
    found = shifts.find(piece.text, facts.model, candidates, facts.glossed)
    if host:
        return found
    near = facts.within(np.array([shift.start for shift in found], dtype=np.int64) + piece.start)
    return [s for s, here in zip(found, near, strict=True) if here and facts.model.support(s.after)]


def _host(pieces: Pieces, told: Told) -> tuple[str, bool]:
    """The characters that the page's host glosses, and whether anything odd is on the page."""
    times, glossed = np.zeros((2, 0x10000), dtype=np.int64)
    odd = False
    for piece in pieces:
        glossed += _bincount(piece.glossed)
        times += _bincount(piece.codes)
        odd = odd or places.ODD.search(piece.text) is not None
        told(pieces.share(piece))
    if not glosses.by_a_host(glossed, times):
        return "", odd
    return as_text(np.flatnonzero(glossed).astype(np.uint32)), odd


def _bincount(codes: NDArray[np.uint32]) -> NDArray[np.int64]:
    return np.bincount(codes[codes < 0x10000], minlength=0x10000)


def _model(
    pieces: Pieces, words: Words | None, told: Told, *, damaged: bool, glossed: bool
) -> Model:
    """The model of the page's prose, every place that may be damaged left out."""
    counts = Counts()
    for piece in pieces:
        learned = folding().take(piece.codes, mode="clip")
        prose = np.ones(len(learned), dtype=bool)
        for start, end in places.spans(piece.text, piece.marks(damaged=damaged, glossed=glossed)):
            # With the byte behind it, which the shift may have eaten.
            learned[start : end + 1] = 0
        prose[glosses.spans(piece.brackets.start, piece.brackets.end)] = False
        counts.add(learned[prose])
        told(pieces.share(piece))
    return Model.of(counts.finish(), words)


def _supported(pieces: Pieces, model: Model) -> NDArray[np.int64]:
    """Where odd places read, repaired, as the page reads elsewhere."""
    at = []
    for piece in pieces:
        marks = piece.marks(damaged=False, glossed=False)
        candidates = list(places.places(piece.text, marks, damaged=False))
        for shift in shifts.find(piece.text, model, candidates, ""):
            if model.support(shift.after) >= LEAST_SUPPORT:
                at.append(piece.start + shift.start)
    return np.array(at, dtype=np.int64)


def _stretches(at: NDArray[np.int64]) -> NDArray[np.int64]:
    """What lies within reach of enough of these places, as starts and ends that do not overlap."""
    if len(at) < LEAST_PLACES:
        return _no_stretches()
    first, last = at[: len(at) - LEAST_PLACES + 1], at[LEAST_PLACES - 1 :]
    near = last - first <= REACH
    starts, ends = np.maximum(first[near] - REACH, 0), last[near] + REACH
    if not len(starts):
        return _no_stretches()
    new = np.r_[True, starts[1:] > ends[:-1]]
    return np.stack([starts[new], ends[np.r_[new[1:], True]]], axis=1)


def _touches(piece: Piece, stretches: NDArray[np.int64]) -> bool:
    end = piece.start + len(piece.text)
    return bool(((stretches[:, 0] < end) & (stretches[:, 1] > piece.start)).any())
