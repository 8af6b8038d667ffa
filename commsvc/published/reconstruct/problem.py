"""The one form every reconstruction has: choose a row for each group so that the columns add up.

A table is a choice of one admissible row of cells for each group; the rows chosen must add up to
one of the admissible column totals. A group of a k×2 table whose size is unknown has a row
``(yes, no)`` for every size and count that print as its percentage; a category of a one-way table
has rows of a single cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct.admissible import Ints

Table = tuple[tuple[int, ...], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Problem:
    """Admissible rows of each group and admissible column totals.

    Attributes
    ----------
    options : one (m, c) array a group: its admissible rows, in the order tables are listed
    targets : column totals, each a tuple of c numbers
    groups, levels : names of rows and columns
    """

    options: tuple[Ints, ...]
    targets: tuple[tuple[int, ...], ...]
    groups: tuple[str, ...]
    levels: tuple[str, ...]

    @property
    def width(self) -> int:
        """Number of columns, c."""
        return len(self.levels)

    @property
    def impossible(self) -> bool:
        """Whether some group has no admissible row, or no total is admissible."""
        return not self.targets or any(len(rows) == 0 for rows in self.options)

    def within(self, target: Sequence[int]) -> tuple[Ints, ...]:
        """Each group's rows that leave the other groups room under `target`."""
        least = np.array([rows.min(axis=0) for rows in self.options])
        room = np.asarray(target) - least.sum(axis=0) + least
        return tuple(
            rows[(rows <= top).all(axis=1)] for rows, top in zip(self.options, room, strict=True)
        )

    @cached_property
    def products(self) -> int:
        """How many choices of rows there are before the columns are looked at."""
        return prod(len(rows) for rows in self.options)


@dataclass(frozen=True, eq=False)
class Keys:
    """Sums of rows packed into single integers: equal keys are equal sums.

    Every group's rows are shifted so that the smallest cell of a column is 0; the mixed radix is
    wide enough for any sum, so no digit carries into the next.
    """

    keys: tuple[Ints, ...]
    target: int
    reachable: bool

    @classmethod
    def pack(cls, options: Sequence[Ints], target: Sequence[int]) -> Keys:
        """Pack the groups' rows and what they must add up to.

        Raises
        ------
        CommsvcError : the sums do not fit into 63 bits
        """
        if any(len(rows) == 0 for rows in options):
            return cls((), -1, False)
        least = [rows.min(axis=0) for rows in options]
        spread = np.sum(
            [rows.max(axis=0) - low for rows, low in zip(options, least, strict=True)], 0
        )
        rest = np.asarray(target) - np.sum(least, axis=0)
        reachable = bool(((rest >= 0) & (rest <= spread)).all())
        # The widest column leads: comparing keys then compares the column that prunes most.
        order = np.argsort(-spread, kind="stable")
        weights = np.zeros(len(spread), dtype=np.int64)
        radix = 1
        for column in order[::-1]:
            weights[column] = radix
            radix *= int(spread[column]) + 1
            if radix >= 2**62:
                raise CommsvcError(
                    "the sums of these rows do not fit into 63 bits",
                    next_step="leave out columns, or give row totals that are known more closely",
                )
        keys = tuple((rows - low) @ weights for rows, low in zip(options, least, strict=True))
        return cls(keys, int(rest @ weights) if reachable else -1, reachable)
