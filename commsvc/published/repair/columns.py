"""The edits of a page as columns of small numbers, piece by piece: millions of them stay small.

An edit is told by the characters left alone before it and by its length in the page and in the
text, mostly a byte each. What is asked of a piece is worked out when it is asked.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Margin and alternatives of an edit that was weighed.
Judgement = tuple[float, tuple[str, ...]]


class Spans(NamedTuple):
    """Where the edits of a piece are, in the page and in the text: an array of each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    out_start: NDArray[np.int64]
    out_end: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Columns:
    """The edits of one piece of a page: ``before, taken, given`` and kind of each, in order.

    ``rows``, ``margins`` and ``others`` belong to the few that were weighed rather than ruled.
    """

    before: NDArray[np.unsignedinteger]
    taken: NDArray[np.unsignedinteger]
    given: NDArray[np.unsignedinteger]
    kind: NDArray[np.uint8]
    rows: NDArray[np.unsignedinteger]
    margins: NDArray[np.float64]
    others: bytes

    @classmethod
    def of(cls, where: Spans, kind: NDArray[np.uint8], judged: Mapping[int, Judgement]) -> Columns:
        """From the spans of a piece's edits and what is known of the weighed ones, by row."""
        before = where.start - np.concatenate(([0], where.end[:-1]))[: len(where.start)]
        rows = np.array(sorted(judged), dtype=np.int64)
        told = "\n".join("\0".join(judged[row][1]) for row in rows.tolist())
        return cls(
            _small(before),
            _small(where.end - where.start),
            _small(where.out_end - where.out_start),
            kind,
            _small(rows),
            np.array([judged[row][0] for row in rows.tolist()], dtype=np.float64),
            zlib.compress(told.encode("utf-8", "surrogatepass"), 1) if judged else b"",
        )

    def __len__(self) -> int:
        return len(self.kind)

    def spans(self, page: int, text: int) -> Spans:
        """Where the edits are, of a piece that begins at these places of page and text."""
        before = self.before.astype(np.int64)
        end = page + np.cumsum(before + self.taken)
        out_end = text + np.cumsum(before + self.given)
        return Spans(end - self.taken, end, out_end - self.given, out_end)

    def judged(self) -> dict[int, Judgement]:
        """Margin and alternatives of the edits that were weighed, by row."""
        if not len(self.rows):
            return {}
        others = zlib.decompress(self.others).decode("utf-8", "surrogatepass").split("\n")
        return {
            row: (margin, tuple(filter(None, other.split("\0"))))
            for row, margin, other in zip(
                self.rows.tolist(), self.margins.tolist(), others, strict=True
            )
        }


def _small(values: NDArray[np.int64]) -> NDArray[np.unsignedinteger]:
    small: NDArray[np.unsignedinteger] = values.astype(
        np.min_scalar_type(int(values.max(initial=0)))
    )
    return small
