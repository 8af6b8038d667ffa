"""From what is printed to the problem: admissible rows of each group, admissible column totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, Final

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct.admissible import (
    Ints,
    _span,
    _whole,
    attainable,
    denominators,
    share_values,
    whole_bounds,
)
from commsvc.published.reconstruct.counting import reachable_totals
from commsvc.published.reconstruct.problem import Problem
from commsvc.published.reconstruct.tables import Tables

Shares = Sequence[str | None] | Mapping[str, str | None]
Size = int | str | tuple[int, int] | None

# Admissible rows of one group: beyond this the print says so little that a list of them is idle.
_ROWS: Final = 10_000_000


def one_way(shares: Shares, total: int, rule: str = "half_up") -> Tables:
    """Every way to share out `total` people so that the categories print these percentages.

    Parameters
    ----------
    shares : percentages of categories that exclude each other and cover all, or name → percentage
    total : how many people
    rule : one of `commsvc.printed.RULES`

    Examples
    --------
    >>> list(one_way(["70%", "26%", "4%"], total=230))
    [(160, 60, 10), (161, 59, 10), (161, 60, 9), (162, 59, 9)]
    """
    names, printed = _named(shares, "category")
    total = _whole("the total", total, least=1)
    options = [
        np.array(_counts(total, share, rule), dtype=np.int64).reshape(-1, 1) for share in printed
    ]
    note = _empty(names, printed, options, f"no count of {total} prints as")
    return Tables(Problem(tuple(options), ((total,),), names, ("count",)), note)


def by_group(
    total: int,
    groups: Shares,
    *,
    total_share: str | None = None,
    total_counts: Sequence[int] | None = None,
    sizes: Sequence[Size] | None = None,
    rule: str = "half_up",
) -> Tables:
    """Every k×2 table in which the groups, of unknown size, print these percentages of yes.

    Parameters
    ----------
    total : how many people in all; every group has at least one
    groups : percentage of yes in each group, or name → percentage; `None` where it is not printed
    total_share : percentage of yes over all, as printed
    total_counts : admissible numbers of yes over all; with `total_share`, both must hold. Without
        either, every number is admissible
    sizes : for each group a number, `None`, ``(least, most)`` or the group's printed share of all
        people (``"51.0%"``)
    rule : one of `commsvc.printed.RULES`, for every percentage

    Returns
    -------
    Tables, rows ``(yes, no)``; two groups with equal percentages are two different groups.

    Examples
    --------
    >>> t = by_group(200, ["70.0%", "83.3%", "65.0%"], total_share="71.5%")
    >>> [[(yes, yes + no) for yes, no in table] for table in t]
    [[(28, 40), (50, 60), (65, 100)], [(105, 150), (25, 30), (13, 20)]]
    """
    names, printed = _named(groups, "group")
    total = _whole("the total", total, least=1)
    known: Sequence[Size] = [None] * len(printed) if sizes is None else sizes
    if len(known) != len(printed):
        raise CommsvcError(
            f"{len(known)} sizes for {len(printed)} groups",
            next_step="give one size a group, None where it is not printed",
        )
    options = [
        _yes_no(_sizes(size, total, len(printed), rule), share, rule)
        for share, size in zip(printed, known, strict=True)
    ]
    yes = _numbers_of_yes(total, total_share, total_counts, options, rule)
    note = _empty(names, printed, options, f"no count of up to {total} people prints as")
    if not note and not yes:
        note = f"no number of yes among {total} is admissible"
    targets = tuple((x, total - x) for x in yes)
    return Tables(Problem(tuple(options), targets, names, ("yes", "no")), note)


def by_rows(
    total: int,
    columns: Sequence[int | str],
    rows: Sequence[tuple[Any, Sequence[str | None]]],
    rule: str = "half_up",
) -> Tables:
    """Every r×c table with these row shares, row percentages and column totals.

    Parameters
    ----------
    total : how many people in all
    columns : the column totals, each a number or its printed share of all people
    rows : for each row its share of all people as printed (`None`: not printed) and the
        percentages of its cells, `None` where one is not printed; every row has at least one person
    rule : one of `commsvc.printed.RULES`

    Examples
    --------
    >>> t = by_rows(100, [50, 50], [(50.0, ["60.0%", "40.0%"]), (50.0, ["40.0%", "60.0%"])])
    >>> list(t)
    [((30, 20), (20, 30))]
    """
    total = _whole("the total", total, least=1)
    levels = tuple(f"column {j}" for j in range(1, len(columns) + 1))
    names = tuple(f"row {i}" for i in range(1, len(rows) + 1))
    if not rows or not columns:
        raise CommsvcError("a table needs at least one row and one column")
    each = [
        attainable(total, column, rule)
        if isinstance(column, str)
        else [_whole("a column total", column, least=0)]
        for column in columns
    ]
    targets = tuple(t for t in product(*each) if sum(t) == total)
    most = [max(column, default=0) for column in each]
    options = []
    for name, (share, cells) in zip(names, rows, strict=True):
        if len(cells) != len(columns):
            raise CommsvcError(
                f"{len(cells)} percentages for {len(columns)} columns",
                where=name,
                next_step="give one percentage a column, None where it is not printed",
            )
        wanted = None if share is None else str(share)
        options.append(_cells(_sizes(wanted, total, len(rows), rule), cells, most, rule))
    note = _empty(
        names, [str(row[1]) for row in rows], options, "no row of whole numbers prints as"
    )
    if not targets:
        note = f"the column totals {list(columns)} do not add up to {total}"
    return Tables(Problem(tuple(options), targets, names, levels), note)


def from_counts(
    counts: Sequence[int],
    shares: Sequence[str],
    within: tuple[int, int] | None = None,
    rule: str = "half_up",
) -> Tables:
    """Every k×2 table in which these counts are these percentages of unknown denominators.

    Parameters
    ----------
    counts : number of yes in each group
    shares : their percentages, as printed
    within : first and last denominator that is possible, needed where a percentage is 0.0 %

    Examples
    --------
    >>> t = from_counts([30, 45], ["60.0%", "75.0%"])
    >>> list(t), round(t.range_of("pearson").low, 6)
    ([((30, 20), (45, 15))], 2.828571)
    """
    names, printed = _named(list(shares), "group")
    if len(counts) != len(printed):
        raise CommsvcError(f"{len(counts)} counts for {len(printed)} percentages")
    options = []
    for count, share in zip(counts, shares, strict=True):
        sizes = np.array(denominators(count, share, within, rule), dtype=np.int64)
        options.append(np.stack([np.full_like(sizes, count), sizes - count], axis=1))
    note = _empty(names, printed, options, "no denominator makes the count print as")
    targets = () if note else tuple(reachable_totals(options))
    return Tables(Problem(tuple(options), targets, names, ("yes", "no")), note)


def _named(shares: Shares, kind: str) -> tuple[tuple[str, ...], list[str | None]]:
    if isinstance(shares, str):
        raise CommsvcError(f"{shares!r} is one string, not a list of percentages")
    if isinstance(shares, Mapping):
        return tuple(str(name) for name in shares), list(shares.values())
    if not shares:
        raise CommsvcError("no percentage was given")
    return tuple(f"{kind} {i}" for i in range(1, len(shares) + 1)), list(shares)


def _sizes(size: Size, total: int, groups: int, rule: str) -> Ints:
    """The admissible sizes of a group, at least one person in it and in each other group."""
    most = total - groups + 1
    if size is None:
        return np.arange(1, most + 1, dtype=np.int64)
    if isinstance(size, str):
        found = np.array(attainable(total, size, rule), dtype=np.int64)
    elif isinstance(size, (tuple, list, range)):
        first, last = (size[0], size[-1]) if isinstance(size, range) else _span(size)
        found = np.arange(first, last + 1, dtype=np.int64)
    else:
        found = np.array([_whole("a group's size", size, least=1)], dtype=np.int64)
    return found[(found >= 1) & (found <= most)]


def _yes_no(sizes: Ints, share: str | None, rule: str) -> Ints:
    """Rows (yes, no) of these sizes that print as the percentage, by size, then by yes."""
    first, last = np.zeros_like(sizes), sizes
    if share is not None:
        first, last = whole_bounds(share_values(share, rule), sizes)
    many = np.maximum(last - first + 1, 0)
    _refuse(int(many.sum()), share)
    n = np.repeat(sizes, many)
    x = np.repeat(first, many) + np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
    return np.stack([x, n - x], axis=1)


def _cells(sizes: Ints, cells: Sequence[str | None], most: Sequence[int], rule: str) -> Ints:
    """Rows of these sizes whose cells print as the percentages, by size, then cell by cell."""
    bounds = []
    for cell, top in zip(cells, most, strict=True):
        first, last = np.zeros_like(sizes), sizes
        if cell is not None:
            first, last = whole_bounds(share_values(cell, rule), sizes)
        bounds.append((first, np.minimum(last, top)))
    place = np.arange(len(sizes))
    rows = np.zeros((len(sizes), 0), dtype=np.int64)
    for j, (first, last) in enumerate(bounds):
        # What the cells still to come can hold narrows this one, so that no row is begun in vain.
        least = sum((low for low, _ in bounds[j + 1 :]), np.zeros_like(sizes))
        room = sum((high for _, high in bounds[j + 1 :]), np.zeros_like(sizes))
        left = sizes[place] - rows.sum(axis=1)
        low = np.maximum(first[place], left - room[place])
        high = np.minimum(last[place], left - least[place])
        many = np.maximum(high - low + 1, 0)
        _refuse(int(many.sum()), str(list(cells)))
        step = np.arange(many.sum()) - np.repeat(np.cumsum(many) - many, many)
        cell_values = np.repeat(low, many) + step
        rows = np.concatenate([np.repeat(rows, many, axis=0), cell_values[:, None]], axis=1)
        place = np.repeat(place, many)
    return rows


def _numbers_of_yes(
    total: int, share: str | None, counts: Sequence[int] | None, options: Sequence[Ints], rule: str
) -> list[int]:
    if counts is not None:
        yes = sorted({_whole("a number of yes", count, least=0) for count in counts})
        yes = [x for x in yes if x <= total]
        return yes if share is None else [x for x in yes if x in attainable(total, share, rule)]
    if share is not None:
        return attainable(total, share, rule)
    if any(len(rows) == 0 for rows in options):
        return []
    part = [rows[:, 0] / rows.sum(axis=1) for rows in options]
    low, high = min(p.min() for p in part), max(p.max() for p in part)
    return list(range(max(int(total * low), 0), min(int(total * high) + 1, total) + 1))


def _counts(total: int, share: str | None, rule: str) -> list[int]:
    return list(range(total + 1)) if share is None else attainable(total, share, rule)


def _empty(
    names: Sequence[str], printed: Sequence[str | None], options: Sequence[Ints], text: str
) -> str:
    for name, share, rows in zip(names, printed, options, strict=True):
        if len(rows) == 0:
            return f"{name}: {text} {share}"
    return ""


def _refuse(many: int, share: str | None) -> None:
    if many > _ROWS:
        raise CommsvcError(
            f"{many:,} rows print as {share or 'a percentage that is not printed'}",
            allowed=f"up to {_ROWS:,} a group",
            next_step="give the sizes of the groups, or percentages with more decimals",
        )
