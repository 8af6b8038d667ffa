"""Counts of characters and of neighbouring pairs of a text of any length, in bounded memory.

The pairs are numbered, waited for until a buffer is full, and then sorted into the table. The
buffer is filled to the brim wherever the text was cut, so the table does not depend on the cuts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Pairs waiting to be sorted in, and how many different ones are kept. Prose has some million; a
# table that outgrows this is of random characters, and loses those pairs it has seen once.
WAITING = 1 << 21
KEPT_PAIRS = 1 << 23


def pair(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The number of each pair of characters (code points below 0x10000)."""
    return (before << 16 | after).astype(np.uint32)


class Counts:
    """Counts that grow piece by piece; ``add`` takes the pieces of a text in order."""

    def __init__(self) -> None:
        self.single = np.zeros(0x10000, dtype=np.int64)
        self.keys = np.zeros(0, dtype=np.uint32)
        self.times = np.zeros(0, dtype=np.uint32)
        self._waiting = np.empty(WAITING, dtype=np.uint32)
        self._held = 0
        self._last = np.zeros(0, dtype=np.int64)

    def add(self, chars: NDArray[np.int64]) -> None:
        """Count the characters (from `model.fold`) of the next piece, and its pairs.

        The first character makes a pair with the last one of the piece before.
        """
        if not len(chars):
            return
        self.single += np.bincount(chars, minlength=0x10000)
        joined = np.concatenate((self._last, chars))
        self._last = chars[-1:].copy()
        new = pair(joined[:-1], joined[1:])
        while len(new):
            taken = min(len(new), WAITING - self._held)
            self._waiting[self._held : self._held + taken] = new[:taken]
            self._held, new = self._held + taken, new[taken:]
            if self._held == WAITING:
                self._sort_in()

    def finish(self) -> Counts:
        """Sort in what still waits; the counts themselves."""
        self._sort_in()
        self._waiting = np.empty(0, dtype=np.uint32)
        return self

    def _sort_in(self) -> None:
        new, seen = np.unique(self._waiting[: self._held], return_counts=True)
        self._held = 0
        keys = np.union1d(self.keys, new)
        times = np.zeros(len(keys), dtype=np.uint32)
        times[np.searchsorted(keys, self.keys)] = self.times
        times[np.searchsorted(keys, new)] += seen.astype(np.uint32)
        kept = times > 1 if len(keys) > KEPT_PAIRS else slice(None)
        self.keys, self.times = keys[kept], times[kept]
