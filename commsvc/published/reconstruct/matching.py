"""Whether a statistic of a table prints as the published one."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, before_rounding, read
from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.statistics import Statistic, evaluate, exactly
from commsvc.published.reconstruct.table_answers import Range

# Floating values this close to an end, relative to it, are decided in fractions where they can be.
_NEAR = 1e-9


def statistic_values(printed: str, rule: str) -> Interval:
    """The values a printed statistic stands for; a whole number has been rounded, too.

    >>> print(statistic_values("12", "half_up"), statistic_values("<0.001", "half_up"))
    [11.5, 12.5) [0, 0.001)
    """
    found = read(printed, rule=rule)
    if found.values is None:
        raise CommsvcError(f"the statistic {printed!r} is masked")
    plain = found.kind == "number" and not found.hedge and found.unit == ""
    if plain and found.quantum and found.face is not None:
        return before_rounding(found.face, found.quantum, rule)
    return found.in_base_unit()


def within_reach(found: Range, wanted: Interval) -> bool:
    """Whether a value between the ends of the range prints as wanted."""
    slack = [_NEAR * (1 + abs(end)) for end in (found.low, found.high)]
    low, high = Fraction(found.low - slack[0]), Fraction(found.high + slack[1])
    return Interval(low, high).overlaps(wanted)


def printing(
    statistic: Statistic, block: Ints, pair: tuple[int, int], wanted: Interval
) -> NDArray[np.bool_]:
    """Which tables of a block (m, k, c) have a statistic in `wanted`."""
    values = evaluate(statistic, block, pair)
    low = -np.inf if wanted.low is None else float(wanted.low)
    high = np.inf if wanted.high is None else float(wanted.high)
    hit = (values >= low) & (values <= high)
    for end, closed in ((low, wanted.low_closed), (high, wanted.high_closed)):
        if not np.isfinite(end):
            continue
        for at in np.flatnonzero(np.abs(values - end) <= _NEAR * (1 + abs(end))):
            table = tuple(tuple(int(cell) for cell in row) for row in block[at])
            value = exactly(statistic, table, pair)
            if value is not None:
                hit[at] = value in wanted
            elif values[at] == end:
                hit[at] = closed
    return np.asarray(hit & ~np.isnan(values))
