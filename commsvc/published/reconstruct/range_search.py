"""The range of a statistic over all tables: by the programme of `extremes`, or by going through."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.extremes import Optimum, least
from commsvc.published.reconstruct.problem import Problem
from commsvc.published.reconstruct.statistics import (
    KNOWN,
    Statistic,
    evaluate,
    exactly,
    from_sum,
    row_terms,
)
from commsvc.published.reconstruct.table_answers import AnyTable, Range

# Choices of rows up to which listing is the quicker way.
FEW: Final = 100_000
_LISTED: Final = "every table looked at"
_PROVEN: Final = "dynamic programme over reachable totals, proven by reduced costs"
_BOUND: Final = "bound from Lagrange multipliers: too many tables near the end for an exact search"

Plain = Callable[[Ints], AnyTable]


def adds_up(statistic: Statistic) -> bool:
    """Whether the statistic rises or falls with a sum over groups."""
    return isinstance(statistic, str) and KNOWN[statistic].adds_up is not None


@dataclass(frozen=True)
class _End:
    """A candidate for an end of the range."""

    value: float
    table: Ints | None


def by_listing(
    blocks: Iterable[Ints], statistic: Statistic, pair: tuple[int, int], plain: Plain
) -> Range | None:
    """The range over the tables in `blocks`; None where there are none."""
    ends: list[_End] = []
    some = False
    for block in blocks:
        some = True
        values = evaluate(statistic, block, pair)
        if not np.isnan(values).all():
            for at in (int(np.nanargmin(values)), int(np.nanargmax(values))):
                ends.append(_End(_exact(statistic, block[at], pair, values[at]), block[at]))
            ends = [min(ends, key=_value), max(ends, key=_value)]
    name = statistic if isinstance(statistic, str) else getattr(statistic, "__name__", "statistic")
    if some and not ends:
        nan = float("nan")
        return Range(name, nan, nan, None, None, True, "no table defines the statistic")
    return _range(name, ends, ends, plain, _LISTED) if ends else None


def by_programme(problem: Problem, statistic: str, plain: Plain) -> Range | None:
    """The range of a statistic that adds up over groups; None where there is no table."""
    lows: list[_End] = []
    highs: list[_End] = []
    if problem.impossible:
        return None
    for target in problem.targets:
        options = problem.within(target)
        if any(len(rows) == 0 for rows in options):
            continue
        known = KNOWN[statistic]
        terms = [row_terms(known.adds_up or "", rows, target, len(options)) for rows in options]
        smallest = least(options, terms, target)
        if smallest.picks is None and smallest.proven:
            continue
        largest = least(options, [-own for own in terms], target)
        first = _end(options, target, statistic, smallest, 1.0)
        last = _end(options, target, statistic, largest, -1.0)
        lows.append(first if known.rises else last)
        highs.append(last if known.rises else first)
    return _range(statistic, lows, highs, plain, _PROVEN) if lows else None


def _end(
    options: Sequence[Ints], target: Sequence[int], statistic: str, found: Optimum, sign: float
) -> _End:
    if found.picks is None:
        return _End(from_sum(statistic, sign * found.bound, target, len(options)), None)
    table = np.array([rows[at] for rows, at in zip(options, found.picks, strict=True)])
    value = float(evaluate(statistic, table[None], (0, 0))[0])
    return _End(_exact(statistic, table, (0, 0), value), table)


def _exact(statistic: Statistic, table: Ints, pair: tuple[int, int], value: float) -> float:
    rows = tuple(tuple(int(cell) for cell in row) for row in table)
    fraction = exactly(statistic, rows, pair)
    return float(value) if fraction is None else float(fraction)


def _range(name: str, lows: list[_End], highs: list[_End], plain: Plain, method: str) -> Range:
    low, high = min(lows, key=_value), max(highs, key=_value)
    exact = low.table is not None and high.table is not None
    return Range(
        name,
        low.value,
        high.value,
        None if low.table is None else plain(low.table),
        None if high.table is None else plain(high.table),
        exact,
        method if exact else _BOUND,
    )


def _value(end: _End) -> float:
    return end.value
