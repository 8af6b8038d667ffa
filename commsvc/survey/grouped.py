"""Numbers of a survey and its groups: what a mean, a total and a ratio are worked out from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.inference.cell_totals import Cells
from commsvc.inference.checks import Array
from commsvc.inference.clusters import design_effect
from commsvc.inference.design import Design
from commsvc.inference.jackknife import Estimate, Ratio, Total, by_design
from commsvc.inference.results import ESTIMATE_COLUMNS, join_notes
from commsvc.survey.codebook import Codebook
from commsvc.survey.columns import Coded
from commsvc.survey.estimates import of_group
from commsvc.survey.lookup import codebook_of, find_question, group_column, read_levels, with_lost
from commsvc.survey.rows import Rows
from commsvc.survey.tabulate import sample_of
from commsvc.words.messages import Text, message

NAN = float("nan")
SIZES = ("weighted_base", "effective_n", "deff", "df")
# A spread below this part of the squares it is the rest of is rounding.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Quotient:
    """A total of a person's top · f, over that of bottom · f where there is one.

    f is 1 and then the numbers, each less its shift; so a mean, a ratio and a total differ only in
    these factors.

    Attributes
    ----------
    name : "mean", "total" or "ratio"
    top, bottom : (p,) factors
    """

    name: str
    top: Any
    bottom: Any = None

    def of(self, cells: Cells) -> Estimate:
        """The estimate from the sums of one cell."""
        top = np.asarray(self.top)[None, :, None]
        if self.bottom is None:
            return by_design(Total(top), cells)
        bottom = np.broadcast_to(np.asarray(self.bottom)[None, :, None], top.shape)
        return by_design(Ratio(top, bottom, blank=True), cells)

    def linear(self, estimate: float, sums: Array) -> Array:
        """The factors (p,) of a person's linear value, for sums (p,)."""
        top = np.asarray(self.top, dtype=float)
        if self.bottom is None:
            return top
        bottom = np.asarray(self.bottom, dtype=float)
        return np.asarray((top - estimate * bottom) / (sums @ bottom))


def simple_spread(linear: Array, products: Array, n: float) -> float:
    """The estimated variance in the population of a value linear · f of a person, as R's svyvar.

    Parameters
    ----------
    linear : (p,) factors
    products : (p, p) sums of weight · f · f', where the first f is 1
    n : people, unweighted

    Examples
    --------
    >>> products = np.array([[3.0, 6.0], [6.0, 14.0]])  # of 1, 2 and 3
    >>> round(simple_spread(np.array([0.0, 1.0]), products, 3), 12)
    1.0
    """
    whole = products[0, 0]
    squares = products / whole
    spread = squares - np.outer(squares[0], squares[0])
    used = np.diag(spread) > _ROUNDING * np.diag(squares)
    spread = np.where(np.outer(used, used), spread, 0.0)
    return float(linear @ spread @ linear) * n / (n - 1)


@dataclass(frozen=True)
class GroupedNumbers:
    """Numbers and groups of a survey.

    Attributes
    ----------
    rows : records, or sums of a lazy frame
    groups : everybody's group; those without one stand last
    size : how many groups there are
    cells : of groups; None where the numbers are needed one by one
    products : (c, p, p) sums of weight · f · f' of the groups, for the spread of a simple sample
    shifts : what was taken off each number
    """

    rows: Rows
    groups: Coded
    size: int
    by: str
    cells: Cells | None
    products: Array = field(repr=False)
    shifts: tuple[float, ...]
    design: Design
    note: Text | str = ""

    @classmethod
    def read(
        cls,
        survey: Any,
        values: Sequence[str],
        by: str | None,
        design: Design,
        codebook: Codebook | None,
        *,
        whole: bool = False,
    ) -> GroupedNumbers:
        """The rows and groups; `whole`: the number itself is a key, nothing is summed."""
        book = codebook_of(survey, codebook)
        group = None if by is None else group_column(book, by)
        named = tuple(dict.fromkeys([*values, *([group] if group else [])]))
        sample = sample_of(survey, design, named)
        keys = named if whole else ((group,) if group else ())
        rows = sample.rows(keys, () if whole else tuple(values))
        groups, size = Coded(np.zeros(len(rows.table), dtype=np.int32), ["all"]), 1
        if group is not None:
            found = read_levels(rows, survey, find_question(book, group), base="answered")
            groups, size = with_lost(found.coded)
        lost = len(groups.labels) - size
        note = message("those without a group are in the total only") if lost else ""
        note = join_notes(note, rows.note)
        if whole:
            return cls(rows, groups, size, by or "", None, np.zeros((0, 0, 0)), (), design, note)
        cells, products = rows.with_products([groups], values)
        shifts = tuple(rows.shift(name) for name in values)
        return cls(rows, groups, size, by or "", cells, products, shifts, design, note)

    @property
    def asked(self) -> int:
        """People in the sample."""
        return self.rows.n

    def members(self, there: Any) -> list[tuple[Any, Any]]:
        """Each group's label and rows, everybody first."""
        named = [(self.groups.labels[g], there & (self.groups.code == g)) for g in range(self.size)]
        return [("all", there), *named] if self.by else [("all", there)]

    def frame(
        self,
        quotient: Quotient,
        confidence: float,
        sizes: bool | None = None,
        *,
        apart: bool = True,
    ) -> pd.DataFrame:
        """One row a group, everybody first; `apart`: given the sizes of a simple sample's groups,
        which a total may not be, because they are part of what is estimated."""
        if self.cells is None:
            raise CommsvcError("these numbers were not summed")
        design, c = self.design, len(self.groups.labels)
        everybody = self.cells.pool(np.zeros(c, dtype=int), 1)
        whole = of_group(design, everybody, [0]) if apart else everybody
        parts = [("all", whole, self.products.sum(axis=0))]
        for g in range(self.size if self.by else 0):
            one = of_group(design, self.cells, [g]) if apart else self.cells.take([g])
            parts.append((self.groups.labels[g], one, self.products[g]))
        rows = [
            {"group": label, **_row(cells, products, quotient, design, confidence, self.note)}
            for label, cells, products in parts
        ]
        shown = design.kind == "sample" if sizes is None else sizes
        extra = SIZES if shown and design.allows_inference else ()
        return pd.DataFrame(rows).reindex(columns=[*ESTIMATE_COLUMNS, *extra])


def _row(
    cells: Cells,
    products: Array,
    quotient: Quotient,
    design: Design,
    confidence: float,
    note: Text | str,
) -> dict[str, Any]:
    n = float(cells.counts.sum())
    row: dict[str, Any] = {"level": "", "count": NAN, "base": n, "method": design.describe()}
    row["note"] = join_notes(note, design.caveat())
    if n == 0:
        return row | {"note": join_notes(message("nobody answered"), note)}
    found = quotient.of(cells)
    row["estimate"] = float(found.estimate[0])
    if not design.allows_inference:
        exact: Text | str = ""
        if design.kind == "census":
            exact = message("exact: a complete count has no sampling error")
        return row | {"note": join_notes(exact, note, design.caveat())}
    weighted = "weighted " if design.kind == "sample" else ""
    row["method"] = f"{weighted}{quotient.name}, Student t"
    row |= {"weighted_base": products[0, 0], "df": float(found.df)}
    if n < 2 or found.df < 1:
        why = message("no interval: one cluster a stratum in this group")
        why = message("no interval: fewer than two people") if n < 2 else why
        return row | {"note": join_notes(why, row["note"])}
    ends = found.interval(confidence)
    row |= {"se": float(ends.se[0]), "low": float(ends.low[0]), "high": float(ends.high[0])}
    return row | _effect(found, products, quotient, n)


def _effect(found: Estimate, products: Array, quotient: Quotient, n: float) -> dict[str, float]:
    """Design effect and effective n; none where all people have the same value."""
    whole = products[0, 0]
    if whole == 0:
        return {}
    spread = simple_spread(quotient.linear(found.estimate[0], products[0]), products, n)
    if spread <= 0:
        return {}
    # The linear value is a part of the estimate: its sum over the population, not its mean.
    deff = float(design_effect(found.covariance[0, 0], spread * whole**2, n))
    return {"deff": deff, "effective_n": n / deff if deff > 0 else NAN}
