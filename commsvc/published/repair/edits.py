"""Edits of a page, kept as columns so that millions of them stay small."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    import pandas as pd

# The order is the code stored in the ``kind`` column; 0 stands for "not edited".
KINDS = (
    "",
    "shift",
    "gloss",
    "script",
    "decimal",
    "stray mark",
    "remnant",
    "spun",
    "punctuation",
)
CODE = {name: code for code, name in enumerate(KINDS)}

# An edit made by a rule that leaves no choice has no runner-up to be measured against.
CERTAIN = float("inf")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_RULED: tuple[float, tuple[str, ...]] = (CERTAIN, ())
# Edits listed at a time.
_CHUNK = 1 << 16

Row = tuple[int, int, str, str, str, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``page[start:end]`` was ``before`` and became ``after``.

    ``margin`` is how much better ``after`` reads than the best alternative, in nats (infinite
    where a rule leaves no choice); ``alternatives`` are the other readings, best first.
    """

    start: int
    end: int
    before: str
    after: str
    kind: str
    margin: float = CERTAIN
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edits(Sequence[Edit]):
    """The edits of a page in order: a read-only sequence of `Edit`, stored as columns.

    ``start`` and ``end`` count characters of ``page``, ``out_start`` and ``out_end`` characters
    of ``text``; ``kind`` holds places in `KINDS`; ``judged`` gives margin and alternatives of
    the few edits that were weighed rather than ruled.
    """

    page: str = field(repr=False)
    text: str = field(repr=False)
    start: NDArray[np.integer] = field(repr=False)
    end: NDArray[np.integer] = field(repr=False)
    out_start: NDArray[np.integer] = field(repr=False)
    out_end: NDArray[np.integer] = field(repr=False)
    kind: NDArray[np.uint8] = field(repr=False)
    judged: dict[int, tuple[float, tuple[str, ...]]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.start)

    @overload
    def __getitem__(self, index: int) -> Edit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Edit, ...]: ...
    def __getitem__(self, index: int | slice) -> Edit | tuple[Edit, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        i = range(len(self))[index]
        start, end = int(self.start[i]), int(self.end[i])
        margin, alternatives = self.judged.get(i, (CERTAIN, ()))
        return Edit(
            start,
            end,
            self.page[start:end],
            self.text[int(self.out_start[i]) : int(self.out_end[i])],
            KINDS[self.kind[i]],
            margin,
            alternatives,
        )

    def __iter__(self) -> Iterator[Edit]:
        return (Edit(*row) for row in self.rows())

    def rows(self) -> Iterator[Row]:
        """The fields of each edit in order, without an `Edit` each: a page may have millions.

        >>> from commsvc.published.repair import repair
        >>> [row[:5] for row in repair("社區(qū)服務(wù)").edits.rows()][:2]
        [(1, 2, '區', '区', 'script'), (2, 6, '(qū)', '', 'gloss')]
        """
        page, text, judged = self.page, self.text, self.judged
        for first in range(0, len(self), _CHUNK):
            here = slice(first, first + _CHUNK)
            columns = (self.start, self.end, self.out_start, self.out_end, self.kind)
            listed = zip(*(column[here].tolist() for column in columns), strict=True)
            for i, (start, end, from_, to, kind) in enumerate(listed, start=first):
                margin, others = judged.get(i, _RULED)
                yield start, end, page[start:end], text[from_:to], KINDS[kind], margin, others

    def of_kind(self, kind: str) -> tuple[Edit, ...]:
        """The edits of one kind, in order."""
        code = CODE.get(kind)
        return tuple(self[int(i)] for i in np.flatnonzero(self.kind == code))

    def counts(self) -> dict[str, int]:
        """How many edits there are of each kind that occurs."""
        # Kind by kind: bincount would make eight bytes of every one.
        totals = {name: int(np.count_nonzero(self.kind == code)) for name, code in CODE.items()}
        return {name: total for name, total in totals.items() if total}

    def frame(self, context: int = 0) -> pd.DataFrame:
        """The edits as a table, one row each, in order.

        Parameters
        ----------
        context : with how many characters on either side to show each place

        Returns
        -------
        DataFrame with the attributes of `Edit` as columns and, with ``context``, ``page_around``
        and ``text_around``: the place in the page and what became of it in the text. Private-use
        characters, which carry bytes and have no picture, are shown by their number.

        >>> from commsvc.published.repair import repair
        >>> edits = repair("社區(qū)服務(wù)占45。2%。").edits.frame(2)
        >>> edits.iloc[-1][["kind", "text_around"]].tolist()
        ['decimal', '45.2%']
        """
        import pandas as pd

        columns: dict[str, list[object]] = {name: [] for name in Edit.__dataclass_fields__}
        around: tuple[list[str], list[str]] = ([], [])
        for i, edit in enumerate(self):
            for name, column in columns.items():
                column.append(getattr(edit, name))
            if context:
                first, last = int(self.out_start[i]), int(self.out_end[i])
                around[0].append(self.page[max(0, edit.start - context) : edit.end + context])
                around[1].append(self.text[max(0, first - context) : last + context])
        columns["before"] = [visible(str(text)) for text in columns["before"]]
        table = pd.DataFrame(columns)
        if context:
            table["page_around"] = [visible(text) for text in around[0]]
            table["text_around"] = [visible(text) for text in around[1]]
        return table

    def to_page(self, offsets: ArrayLike) -> NDArray[np.int64]:
        """Where characters of the text stand in the page (see `Repaired.to_page`)."""
        at = np.asarray(offsets, dtype=np.int64)
        if at.size and (at.min() < 0 or at.max() > len(self.text)):
            raise CommsvcError(
                "an offset is outside the repaired text",
                where="to_page",
                allowed=f"0 to {len(self.text)}",
            )
        if not len(self):
            return at.copy()
        # The last edit whose output begins at or before the offset. Deletions produce nothing:
        # of those standing at the same place the last one counts, and the text goes on after it.
        # Of one type with the column, or a large page's column would be copied at each question.
        i = np.searchsorted(self.out_start, at.astype(self.out_start.dtype), side="right") - 1
        known = np.maximum(i, 0)
        past = at - self.out_end[known]
        inside = np.minimum(at - self.out_start[known], self.end[known] - self.start[known] - 1)
        where = np.where(past >= 0, self.end[known] + past, self.start[known] + inside)
        return np.where(i < 0, at, where)


def visible(text: str) -> str:
    """Text as it can be shown: private-use characters by number, line ends as ``⏎``.

    >>> visible("唬┗\ue2a2厩")
    '唬┗[E2A2]厩'
    """
    text = _PRIVATE.sub(lambda match: f"[{ord(match[0]):04X}]", text)
    return text.replace("\n", "⏎")


def replay(page: str, edits: Iterable[Edit]) -> str:
    """Apply edits to the page they were made for.

    Raises `CommsvcError` when an edit does not find its ``before`` at its place, or edits overlap.

    >>> replay("58。18%", [Edit(2, 3, "。", ".", "decimal")])
    '58.18%'
    """
    parts: list[str] = []
    done = 0
    for edit in edits:
        if edit.start < done or page[edit.start : edit.end] != edit.before:
            raise CommsvcError(
                f"the edit of {edit.before!r} does not fit",
                where=f"page, character {edit.start}",
                allowed="the edits of this very page, in order and not overlapping",
                next_step="repair the page again and replay its own edits",
            )
        parts += [page[done : edit.start], edit.after]
        done = edit.end
    return "".join([*parts, page[done:]])
