"""Edits: every change of a repair as data, to be shown, weighed and replayed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    import pandas as pd

# The order is the code of a kind; 0 stands for "not edited".
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
    "compatibility",
)
CODE = {name: code for code, name in enumerate(KINDS)}

# An edit made by a rule that leaves no choice has no runner-up to be measured against.
CERTAIN = float("inf")
_PRIVATE = re.compile("[\ue000-\uf8ff]")

# Margin and alternatives of an edit that was weighed.
Judgement = tuple[float, tuple[str, ...]]
_RULED: Judgement = (CERTAIN, ())
Row = tuple[int, int, str, str, str, float, tuple[str, ...]]


class Spans(NamedTuple):
    """Where edits are, in the page and in the text: an array (k,) of each."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    out_start: NDArray[np.int64]
    out_end: NDArray[np.int64]


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


@dataclass(frozen=True, eq=False)
class Edits(Sequence[Edit]):
    """The edits of a page in order: a read-only sequence of `Edit`, kept as columns.

    ``page`` is the page they were made for and ``text`` what they made of it; ``judged`` has what
    is known of the few that were weighed rather than ruled, by row.
    """

    page: str = field(repr=False)
    text: str = field(repr=False)
    where: Spans = field(repr=False)
    kinds: NDArray[np.uint8] = field(repr=False)
    judged: Mapping[int, Judgement] = field(repr=False)

    def __len__(self) -> int:
        return len(self.kinds)

    @overload
    def __getitem__(self, index: int) -> Edit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Edit, ...]: ...
    def __getitem__(self, index: int | slice) -> Edit | tuple[Edit, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        return Edit(*self._row(range(len(self))[index]))

    def __iter__(self) -> Iterator[Edit]:
        return (Edit(*row) for row in self.rows())

    def rows(self) -> Iterator[Row]:
        """The fields of each edit in order, without an `Edit` each: a page may have millions.

        >>> from commsvc.published.repair import repair
        >>> [row[:5] for row in repair("社區(qū)服務(wù)").edits.rows()][:2]
        [(1, 2, '區', '区', 'script'), (2, 6, '(qū)', '', 'gloss')]
        """
        return map(self._row, range(len(self)))

    def _row(self, i: int) -> Row:
        start, end, from_, to = (int(column[i]) for column in self.where)
        before, after = self.page[start:end], self.text[from_:to]
        return start, end, before, after, KINDS[self.kinds[i]], *self.judged.get(i, _RULED)

    def spans(self) -> Spans:
        """Where all edits start and end in the page and in the text, as arrays."""
        return self.where

    def of_kind(self, kind: str) -> tuple[Edit, ...]:
        """The edits of one kind, in order."""
        code = CODE.get(kind, len(KINDS))
        return tuple(self[i] for i in np.flatnonzero(self.kinds == code).tolist())

    def below(self, margin: float) -> Iterator[Edit]:
        """The edits with a smaller margin than this, in order."""
        return (self[i] for i, (sure, _) in sorted(self.judged.items()) if sure < margin)

    def counts(self) -> dict[str, int]:
        """How many edits there are of each kind that occurs."""
        totals = np.bincount(self.kinds, minlength=len(KINDS))
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
            for name, whole, starts, ends in (
                ("page_around", self.page, self.where.start, self.where.end),
                ("text_around", self.text, self.where.out_start, self.where.out_end),
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
        if not len(self):
            return at.copy()
        start, end, out_start, out_end = self.where
        # The last edit whose output begins at or before the offset. Deletions produce nothing:
        # of those standing at the same place the last one counts, and the text goes on after it.
        i = np.searchsorted(out_start, at, side="right") - 1
        known = np.maximum(i, 0)
        past = at - out_end[known]
        inside = np.minimum(at - out_start[known], (end - start)[known] - 1)
        found = np.where(past >= 0, end[known] + past, start[known] + inside)
        moved: NDArray[np.int64] = np.where(i < 0, at, found)
        return moved

    def end_in_page(self, at: int) -> int:
        """Where what the text's character at this place was made of ends in the page."""
        i = int(np.searchsorted(self.where.out_start, at, side="right")) - 1
        if i >= 0 and at < self.where.out_end[i]:
            return int(self.where.end[i])
        return int(self.to_page(at)) + 1


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
