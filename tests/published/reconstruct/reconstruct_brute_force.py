"""Tables found by trying every one, and percentages printed by the decimal module.

Nothing here uses the library: it is the oracle its closed forms are held against.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Context, Decimal
from itertools import product

ROUNDING = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
    "up": ROUND_UP,
}
_CONTEXT = Context(prec=60)


def percentage(x: int, n: int, decimals: int, rule: str = "half_up") -> str:
    """x of n as a printed percentage."""
    value = _CONTEXT.divide(Decimal(100 * x), Decimal(n))
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUNDING[rule])}%"


def prints(x: int, n: int, printed: str, rule: str = "half_up") -> bool:
    decimals = len(printed.rstrip("%").partition(".")[2])
    return percentage(x, n, decimals, rule) == printed


def counts(n: int, printed: str, rule: str = "half_up") -> list[int]:
    return [x for x in range(n + 1) if prints(x, n, printed, rule)]


def shared_out(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way to share out a total over ordered parts, parts of 0 included."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in shared_out(total - first, parts - 1):
            yield (first, *rest)


def by_group(
    total: int, groups: list[str], yes: list[int], rule: str = "half_up"
) -> list[tuple[tuple[int, int], ...]]:
    found = []
    for sizes in shared_out(total, len(groups)):
        if 0 in sizes:
            continue
        each = [counts(n, share, rule) for n, share in zip(sizes, groups, strict=True)]
        for xs in product(*each):
            if sum(xs) in yes:
                found.append(tuple((x, n - x) for x, n in zip(xs, sizes, strict=True)))
    return found


def by_rows(
    total: int, columns: list[int], rows: list[tuple[str, list[str]]], rule: str = "half_up"
) -> list[tuple[tuple[int, ...], ...]]:
    found = []
    for sizes in shared_out(total, len(rows)):
        if 0 in sizes:
            continue
        if not all(
            prints(n, total, share, rule) for n, (share, _) in zip(sizes, rows, strict=True)
        ):
            continue
        each = [
            [
                cells
                for cells in shared_out(n, len(columns))
                if all(prints(c, n, p, rule) for c, p in zip(cells, printed, strict=True))
            ]
            for n, (_, printed) in zip(sizes, rows, strict=True)
        ]
        for table in product(*each):
            if [sum(column) for column in zip(*table, strict=True)] == columns:
                found.append(table)
    return found
