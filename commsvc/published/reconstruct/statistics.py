"""The statistics whose range over all tables is asked for, on many tables at once.

Tables are arrays of shape (m, k, c): m tables, k groups (rows), c columns. A one-way table has a
single column, and its chi-squares compare the categories with equal ones.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.inference.crosstabs import (
    chi_square_p,
    degrees_of_freedom,
    likelihood_ratio_statistic,
    pearson_statistic,
)
from commsvc.published.exact_pearson import pearson_exact
from commsvc.published.reconstruct.admissible import Ints
from commsvc.published.reconstruct.problem import Table

Floats = NDArray[np.float64]
Statistic = str | Callable[[Ints], Floats]


@dataclass(frozen=True)
class Known:
    """A statistic by name: its label, and the sum over groups that it rises or falls with."""

    label: str
    adds_up: str | None = None
    rises: bool = True


KNOWN: Final[dict[str, Known]] = {
    "pearson": Known("Pearson's chi-square", "pearson"),
    "lr": Known("likelihood-ratio chi-square", "lr"),
    "p": Known("P of Pearson's chi-square", "pearson", rises=False),
    "lr_p": Known("P of the likelihood-ratio chi-square", "lr", rises=False),
    "cramers_v": Known("Cramér's V", "pearson"),
    "odds_ratio": Known("odds ratio"),
    "difference": Known("difference of shares"),
}


def known(statistic: str) -> Known:
    """The statistic of this name, or the error that lists those there are."""
    if statistic not in KNOWN:
        raise unknown_name("statistic", statistic, KNOWN)
    return KNOWN[statistic]


def evaluate(statistic: Statistic, tables: Ints, between: tuple[int, int]) -> Floats:
    """The statistic of each table, (m, k, c) → (m,).

    `between` names the two groups that an odds ratio or a difference (first minus second, as a
    share of one) compares; both are of the first column against all the others.
    """
    if callable(statistic):
        values = np.asarray(statistic(tables), dtype=float)
        if values.shape != (len(tables),):
            raise CommsvcError(
                f"the statistic gave shape {values.shape} for {len(tables)} tables",
                allowed=f"({len(tables)},): one number a table",
            )
        return values
    known(statistic)
    if statistic in ("odds_ratio", "difference"):
        return _compare(statistic, tables, between)
    base = _chi_square(KNOWN[statistic].adds_up or "", tables)
    if statistic in ("p", "lr_p"):
        return np.asarray(chi_square_p(base, _df(tables)), dtype=float)
    if statistic == "cramers_v":
        rows, columns = (tables.sum(2) > 0).sum(1), (tables.sum(1) > 0).sum(1)
        shorter = np.maximum(np.minimum(rows, columns) - 1, 1)
        return np.asarray(np.sqrt(base / (tables.sum((1, 2)) * shorter)))
    return base


def from_sum(statistic: str, base: float, target: Sequence[int], groups: int) -> float:
    """The statistic at a value `base` of the chi-square it depends on, given the column totals."""
    base, columns = max(base, 0.0), sum(total > 0 for total in target)
    if statistic in ("p", "lr_p"):
        df = groups - 1 if len(target) == 1 else (groups - 1) * (columns - 1)
        return float(chi_square_p(base, float(df)))
    if statistic == "cramers_v":
        return float(np.sqrt(base / (sum(target) * max(min(groups, columns) - 1, 1))))
    return base


def row_terms(adds_up: str, rows: Ints, target: Sequence[int], groups: int) -> Floats:
    """What each admissible row of a group adds to the chi-square, given the column totals.

    Given these, the expected cell of a row of size n is n·column total/total, whatever the other
    rows are: so the chi-square is a sum over groups.
    """
    cells = rows.astype(float)
    total = float(sum(target))
    if rows.shape[1] == 1:
        fit = np.full_like(cells, total / groups)
    else:
        fit = cells.sum(axis=1, keepdims=True) * (np.asarray(target, dtype=float) / max(total, 1))
    if adds_up == "pearson":
        gap = (cells - fit) ** 2
        return np.divide(gap, fit, out=np.zeros_like(gap), where=fit > 0).sum(axis=1)
    ratio = np.divide(cells, fit, out=np.ones_like(cells), where=(fit > 0) & (cells > 0))
    return np.asarray(2 * (cells * np.log(ratio)).sum(axis=1))


def exactly(statistic: Statistic, table: Table, between: tuple[int, int]) -> Fraction | None:
    """The statistic as a fraction, where it is one."""
    if statistic == "pearson":
        return _pearson_fraction(table)
    if statistic in ("odds_ratio", "difference"):
        (a, *b), (c, *d) = table[between[0]], table[between[1]]
        if statistic == "difference":
            return Fraction(a, a + sum(b)) - Fraction(c, c + sum(d))
        return Fraction(a * sum(d), sum(b) * c) if sum(b) * c else None
    return None


def _pearson_fraction(table: Table) -> Fraction:
    columns = [sum(column) for column in zip(*table, strict=True)]
    total = sum(columns)
    if len(columns) == 1:
        fit = Fraction(total, len(table))
        return sum(((row[0] - fit) ** 2 / fit for row in table), Fraction(0)) if fit else fit
    # An empty row or column adds nothing, as in the scan over arrays.
    kept = [[cell for cell, n in zip(row, columns, strict=True) if n] for row in table if any(row)]
    return pearson_exact(kept)


def _chi_square(name: str, tables: Ints) -> Floats:
    if tables.shape[2] == 1:
        rows = tables[:, :, 0]
        fit = np.broadcast_to(rows.mean(axis=1, keepdims=True), rows.shape)
        if name == "pearson":
            gap = (rows - fit) ** 2
            return np.divide(gap, fit, out=np.zeros_like(gap), where=fit > 0).sum(axis=1)
        ratio = np.divide(rows, fit, out=np.ones(rows.shape), where=(fit > 0) & (rows > 0))
        return np.asarray(2 * (rows * np.log(ratio)).sum(axis=1))
    function = pearson_statistic if name == "pearson" else likelihood_ratio_statistic
    return np.asarray(function(tables), dtype=float)


def _df(tables: Ints) -> Floats:
    if tables.shape[2] == 1:
        return np.full(len(tables), tables.shape[1] - 1.0)
    return np.asarray(degrees_of_freedom(tables), dtype=float)


def _compare(statistic: str, tables: Ints, between: tuple[int, int]) -> Floats:
    if tables.shape[2] < 2 or tables.shape[1] < 2:
        raise CommsvcError(f"{KNOWN[statistic].label} needs two groups and two columns")
    i, j = between
    yes_i, all_i = tables[:, i, 0].astype(float), tables[:, i].sum(axis=1).astype(float)
    yes_j, all_j = tables[:, j, 0].astype(float), tables[:, j].sum(axis=1).astype(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        if statistic == "difference":
            return np.asarray(yes_i / all_i - yes_j / all_j)
        return np.asarray(yes_i * (all_j - yes_j) / ((all_i - yes_i) * yes_j))
