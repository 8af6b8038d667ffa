"""Every table that prints the figures: how many, which, and the range of a statistic over them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Final

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct import range_search
from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.counting import count_tables
from commsvc.published.reconstruct.listing import blocks
from commsvc.published.reconstruct.matching import printing, statistic_values, within_reach
from commsvc.published.reconstruct.problem import Problem
from commsvc.published.reconstruct.statistics import Floats, Statistic, evaluate, known
from commsvc.published.reconstruct.table_answers import AnyTable, Decision, Matching, Range, decide
from commsvc.words.messages import message
from commsvc.words.progress import track

if TYPE_CHECKING:
    import pandas as pd

# Tables that are gone through one by one at most: some seconds, some hundred MB never.
LISTABLE: Final = 5_000_000
# Of more, as many are searched for one that prints a published statistic.
_SEARCHED: Final = 1_000_000
_SHOWN: Final = 1000


@dataclass(frozen=True, eq=False, repr=False)
class Tables:
    """All tables of whole numbers that print the figures; made by `by_group` and its kin.

    Tables come lazily, in the order of the admissible column totals, and for each in
    lexicographic order: by the first row's size, then its cells, then the second row's, and so on.

    Attributes
    ----------
    problem : admissible rows and column totals
    note : why there is no table, where that is known from the outset; else empty

    Examples
    --------
    >>> from commsvc.published.reconstruct import by_group
    >>> t = by_group(200, ["73.5%", "69.4%"], total_counts=[143])
    >>> t.count, t.first()
    (1, ((75, 27), (68, 30)))
    >>> print(t.range_of("pearson"))
    pearson from 0.42072 to 0.42072
    >>> t.matching("pearson", "0.42").count
    1
    """

    problem: Problem
    note: str = ""

    @cached_property
    def count(self) -> int:
        """How many tables there are, exactly, without listing them.

        Raises
        ------
        CommsvcError : the problem is too large for an exact count
        """
        if self.problem.impossible:
            return 0
        return count_tables(self.problem.options, self.problem.targets)

    def __repr__(self) -> str:
        return f"Tables({len(self.problem.options)} groups × {self.problem.width} columns)"

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.first() is not None

    def __iter__(self) -> Iterator[AnyTable]:
        for block in self.blocks():
            for table in block:
                yield self._plain(table)

    def blocks(self) -> Iterator[Ints]:
        """The tables in order as arrays of shape (m, k, c), m differing from one to the next."""
        if not self.problem.impossible:
            for target in self.problem.targets:
                yield from blocks(self.problem.within(target), target)

    def first(self) -> AnyTable | None:
        """The first table in order, `None` where there is none."""
        return next(iter(self), None)

    def frame(self, limit: int = 1000) -> pd.DataFrame:
        """The first `limit` tables, tidy: table (from 1), group, level, count, base.

        `base` is the size of the group; in a one-way table, of all.
        """
        import pandas as pd

        one_way = self.problem.width == 1
        records = []
        for number, table in enumerate(islice(self, limit), start=1):
            rows = (table,) if one_way else table
            names = ("all",) if one_way else self.problem.groups
            levels = self.problem.groups if one_way else self.problem.levels
            for name, row in zip(names, rows, strict=True):
                base = sum(row)  # type: ignore[arg-type]
                for level, cell in zip(levels, row, strict=True):  # type: ignore[arg-type]
                    records.append((number, name, level, cell, base))
        return pd.DataFrame(records, columns=["table", "group", "level", "count", "base"])

    def values(self, statistic: Statistic, between: tuple[int, int] | None = None) -> Floats:
        """The statistic of every table, in the tables' order.

        Raises
        ------
        CommsvcError : more than five million tables
        """
        self._refuse_to_list()
        pair = self._pair(statistic, between)
        blocks = track(self.blocks(), message("tables"))
        parts = [evaluate(statistic, block, pair) for block in blocks]
        return np.concatenate(parts) if parts else np.zeros(0)

    def range_of(self, statistic: Statistic, between: tuple[int, int] | None = None) -> Range:
        """Smallest and largest value of a statistic over all tables, and a table that has each.

        Parameters
        ----------
        statistic : `pearson`, `lr`, `p` and `lr_p` (their P), `cramers_v`, `odds_ratio` and
            `difference` of two groups' shares of the first column; or a function that takes
            tables (m, k, c) and gives (m,) numbers
        between : which two groups an odds ratio or a difference compares, counted from 0; needed
            where there are more than two. A difference is the first minus the second.

        Raises
        ------
        CommsvcError : there is no table; or the statistic does not add up over groups and there
            are too many tables to go through

        Notes
        -----
        Chi-squares, their P and V do not need the tables: see
        `commsvc.published.reconstruct.extremes`. Past its limits the ends are bounds, and `exact`
        says so.
        """
        pair = self._pair(statistic, between)
        found = None
        if not self.problem.impossible:
            if range_search.adds_up(statistic) and self.problem.products > range_search.FEW:
                found = range_search.by_programme(self.problem, str(statistic), self._plain)
            else:
                self._refuse_to_list()
                found = range_search.by_listing(self.blocks(), statistic, pair, self._plain)
        # A search that broke off may have had nothing to find.
        if found is None or (not found.exact and self._of == 0):
            raise self._no_table()
        return found

    def decides(self, alpha: float = 0.05, statistic: str = "p") -> Decision:
        """Whether every table, no table or only some have P < alpha.

        Parameters
        ----------
        alpha : the level
        statistic : `p` (Pearson) or `lr_p` (likelihood ratio)

        Examples
        --------
        >>> from commsvc.published.reconstruct import by_group
        >>> print(by_group(200, ["70.0%", "83.3%", "65.0%"], total_counts=[143]).decides())
        the print does not decide it: over the tables that print these figures P runs from 0.044 to
        0.267, on both sides of 0.05
        """
        if statistic not in ("p", "lr_p"):
            raise CommsvcError(f"{statistic!r} is no P", allowed="p, lr_p")
        if not 0 < alpha < 1:
            raise CommsvcError(f"the level is {alpha!r}", allowed="between 0 and 1")
        return decide(self.range_of(statistic), alpha)

    def matching(
        self,
        statistic: Statistic,
        printed: str,
        rule: str = "half_up",
        between: tuple[int, int] | None = None,
    ) -> Matching:
        """Which tables also print the published statistic.

        Up to five million tables are gone through. Of more, none matches where the statistic's
        range lies outside the printed value; otherwise the count stays open (`None`) and a
        table that matches is looked for among the first million.
        """
        wanted, pair = statistic_values(printed, rule), self._pair(statistic, between)
        listable = self._listable
        if not listable and range_search.adds_up(statistic):
            found = self.range_of(statistic)
            if not within_reach(found, wanted):
                method = f"none: the {found.method} lies outside the printed value"
                return Matching(0, self._of, None, (), method)
        shown: list[AnyTable] = []
        many = seen = 0
        for block in track(self.blocks(), message("tables")):
            hits = block[printing(statistic, block, pair, wanted)]
            many, seen = many + len(hits), seen + len(block)
            shown += [self._plain(table) for table in hits[: _SHOWN - len(shown)]]
            if not listable and (shown or seen >= _SEARCHED):
                method = (
                    "too many tables to count those that match: the first of them is shown"
                    if shown
                    else f"too many tables: none of the first {seen:,} matches"
                )
                return Matching(None, self._of, next(iter(shown), None), tuple(shown[:1]), method)
        return Matching(many, seen, next(iter(shown), None), tuple(shown), "every table looked at")

    def distribution(
        self, statistic: Statistic, bins: int = 40, between: tuple[int, int] | None = None
    ) -> pd.DataFrame:
        """How the statistic is spread over all tables: low, high, count, share of each bin.

        Bins are of equal width; each holds its lower end, the last also its upper one. The shares
        sum to one over the tables that define the statistic. No table is likelier than another
        by this: it is a count of what the print leaves open, not a probability.
        """
        import pandas as pd

        values = self.values(statistic, between)
        values = values[np.isfinite(values)]
        if len(values) == 0:
            raise self._no_table()
        count, edges = np.histogram(values, bins=bins)
        return pd.DataFrame(
            {"low": edges[:-1], "high": edges[1:], "count": count, "share": count / count.sum()}
        )

    @property
    def _listable(self) -> bool:
        if self.problem.products <= LISTABLE:
            return True
        return self._of is not None and self._of <= LISTABLE

    @cached_property
    def _of(self) -> int | None:
        try:
            return self.count
        except CommsvcError:
            return None

    def _refuse_to_list(self) -> None:
        if not self._listable:
            many = f"{self._of:,}" if self._of is not None else "too many"
            raise CommsvcError(
                f"{many} tables print these figures: they are not gone through one by one",
                allowed=f"up to {LISTABLE:,}",
                next_step="ask for the range of pearson, lr, p, lr_p or cramers_v, "
                "which needs no list",
            )

    def _no_table(self) -> CommsvcError:
        return CommsvcError(
            "no table of whole numbers prints these figures",
            where=self.note,
            next_step="check the figures, or try another rounding rule (rule='truncate')",
        )

    def _pair(self, statistic: Statistic, between: tuple[int, int] | None) -> tuple[int, int]:
        if callable(statistic):
            return (0, 0)
        known(statistic)
        if statistic not in ("odds_ratio", "difference"):
            return (0, 0)
        groups = len(self.problem.options)
        pair = (0, 1) if between is None and groups == 2 else between
        if pair is None or len({*pair} & {*range(groups)}) != 2:
            raise CommsvcError(
                f"between={between!r} names no two of {groups} groups",
                allowed=f"two different positions from 0 to {groups - 1}",
            )
        return pair

    def _plain(self, table: Ints) -> AnyTable:
        rows = tuple(tuple(int(cell) for cell in row) for row in table)
        return tuple(row[0] for row in rows) if self.problem.width == 1 else rows
