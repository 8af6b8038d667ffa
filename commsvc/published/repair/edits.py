"""Edits of a page: what changed, where, and how sure it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commsvc.errors import CommsvcError
from commsvc.shown import Shown

from .columns import Columns, Judgement, Spans

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
_RULED: Judgement = (CERTAIN, ())

Row = tuple[int, int, str, str, str, float, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Edit:
    """One change: ``page[start:end]`` was ``before`` and became ``after``.

    ``margin`` are the log odds that ``after`` is right (infinite where a rule leaves no choice, 0
    for even odds, 3 for twenty to one); ``alternatives`` are the other readings, best first.
    """

    start: int
    end: int
    before: str
    after: str
    kind: str
    margin: float = CERTAIN
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """The edits of one piece: where it begins in page and text, and how many come before it."""

    page: int
    text: int
    first: int
    columns: Columns


@dataclass(frozen=True, eq=False)
class Edits(Sequence[Edit], Shown):
    """The edits of a page in order: a read-only sequence of `Edit`, stored piece by piece.

    ``page`` is the page they were made for and ``text`` what they made of it.
    """

    page: str = field(repr=False)
    text: str = field(repr=False)
    parts: tuple[Part, ...] = field(repr=False)
    _recent: dict[int, tuple[Spans, dict[int, Judgement]]] = field(
        default_factory=dict, init=False, repr=False
    )

    def __len__(self) -> int:
        return self.parts[-1].first + len(self.parts[-1].columns) if self.parts else 0

    @overload
    def __getitem__(self, index: int) -> Edit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Edit, ...]: ...
    def __getitem__(self, index: int | slice) -> Edit | tuple[Edit, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        i = range(len(self))[index]
        # Of parts that begin at the same row the last one has it: the others are empty.
        number = int(np.searchsorted([part.first for part in self.parts], i, side="right")) - 1
        row = i - self.parts[number].first
        return Edit(*next(self._rows(number, slice(row, row + 1))))

    def __iter__(self) -> Iterator[Edit]:
        return (Edit(*row) for row in self.rows())

    def rows(self) -> Iterator[Row]:
        """The fields of each edit in order, without an `Edit` each: a page may have millions.

        >>> from commsvc.published.repair import repair
        >>> [row[:5] for row in repair("社區(qū)服務(wù)").edits.rows()][:2]
        [(1, 2, '區', '区', 'script'), (2, 6, '(qū)', '', 'gloss')]
        """
        for number in range(len(self.parts)):
            yield from self._rows(number)

    def _rows(self, number: int, here: slice = slice(None)) -> Iterator[Row]:
        page, text, kinds = self.page, self.text, self.parts[number].columns.kind
        spans, judged = self._read(number)
        listed = zip(*(column[here].tolist() for column in (*spans, kinds)), strict=True)
        for i, (start, end, from_, to, kind) in enumerate(listed, start=here.start or 0):
            margin, others = judged.get(i, _RULED)
            yield start, end, page[start:end], text[from_:to], KINDS[kind], margin, others

    def _read(self, number: int) -> tuple[Spans, dict[int, Judgement]]:
        if number not in self._recent:
            # One piece at a time is asked for, again and again.
            self._recent.clear()
            part = self.parts[number]
            self._recent[number] = part.columns.spans(part.page, part.text), part.columns.judged()
        return self._recent[number]

    def spans(self) -> Spans:
        """Where all edits start and end in the page and in the text, as arrays."""
        if not self.parts:
            return Spans(*np.zeros((4, 0), dtype=np.int64))
        each = (part.columns.spans(part.page, part.text) for part in self.parts)
        return Spans(*map(np.concatenate, zip(*each, strict=True)))

    def of_kind(self, kind: str) -> tuple[Edit, ...]:
        """The edits of one kind, in order."""
        return tuple(self.each_of(kind))

    def each_of(self, kind: str) -> Iterator[Edit]:
        """The same one by one."""
        code = CODE.get(kind, len(KINDS))
        return self._chosen(lambda columns: np.flatnonzero(columns.kind == code))

    def below(self, margin: float) -> Iterator[Edit]:
        """The edits with a smaller margin than this, in order."""
        return self._chosen(lambda columns: columns.rows[columns.margins < margin])

    def _chosen(self, rows: Callable[[Columns], NDArray[np.integer]]) -> Iterator[Edit]:
        for number, part in enumerate(self.parts):
            wanted = set(rows(part.columns).tolist())
            if wanted:
                listed = enumerate(self._rows(number))
                yield from (Edit(*row) for i, row in listed if i in wanted)

    def counts(self) -> dict[str, int]:
        """How many edits there are of each kind that occurs."""
        totals = np.zeros(len(KINDS), dtype=np.int64)
        for part in self.parts:
            totals += np.bincount(part.columns.kind, minlength=len(KINDS))
        return {KINDS[code]: int(totals[code]) for code in np.flatnonzero(totals)}

    def frame(self, context: int = 0, most: int | None = None) -> pd.DataFrame:
        """The edits as a table, one row each, in order.

        Parameters
        ----------
        context : with how many characters on either side to show each place
        most : only so many, the first

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

        rows = islice(self.rows(), most)
        table = pd.DataFrame(rows, columns=list(Edit.__dataclass_fields__))
        if context:
            where = self.spans()
            for name, whole, starts, ends in (
                ("page_around", self.page, where.start, where.end),
                ("text_around", self.text, where.out_start, where.out_end),
            ):
                table[name] = [
                    visible(whole[max(0, start - context) : end + context])
                    for start, end in zip(starts[:most].tolist(), ends[:most].tolist(), strict=True)
                ]
        table["before"] = [visible(text) for text in table["before"]]
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
        flat, where = at.ravel(), np.empty(at.size, dtype=np.int64)
        number = np.searchsorted([part.text for part in self.parts], flat, side="right") - 1
        for piece in np.unique(number).tolist():
            here = number == piece
            where[here] = self._to_page(piece, flat[here])
        return where.reshape(at.shape)

    def _to_page(self, number: int, at: NDArray[np.int64]) -> NDArray[np.int64]:
        part, (spans, _) = self.parts[number], self._read(number)
        if not len(part.columns):
            return at - part.text + part.page
        # The last edit whose output begins at or before the offset. Deletions produce nothing:
        # of those standing at the same place the last one counts, and the text goes on after it.
        i = np.searchsorted(spans.out_start, at, side="right") - 1
        known = np.maximum(i, 0)
        past = at - spans.out_end[known]
        inside = np.minimum(at - spans.out_start[known], (spans.end - spans.start)[known] - 1)
        found = np.where(past >= 0, spans.end[known] + past, spans.start[known] + inside)
        return np.where(i < 0, at - part.text + part.page, found)

    def end_in_page(self, at: int) -> int:
        """Where what the text's character at this place was made of ends in the page."""
        number = int(np.searchsorted([part.text for part in self.parts], at, side="right")) - 1
        spans, _ = self._read(number)
        i = int(np.searchsorted(spans.out_start, at, side="right")) - 1
        if i >= 0 and at < spans.out_end[i]:
            return int(spans.end[i])
        return int(self._to_page(number, np.array([at]))[0]) + 1


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
