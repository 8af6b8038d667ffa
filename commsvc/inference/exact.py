"""Exact tests of a table with both margins fixed: Fisher's for 2×2, Freeman–Halton's for r×c."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.network import chance_at_most
from commsvc.inference.proportions import ALTERNATIVES
from commsvc.inference.results import HypothesisTest

# Probabilities this close (relative) count as equal, as in R's fisher.test.
TIE = 1e-7


def fisher_test(table: Any, alternative: str = "two-sided") -> HypothesisTest:
    """Fisher's exact test of a 2×2 table; "greater" is an odds ratio above 1.

    The two-sided P adds every table no likelier than the observed one.

    >>> round(fisher_test([[3, 1], [1, 3]]).p, 4)
    0.4857
    """
    from scipy.stats import fisher_exact

    one_of("alternative", alternative, ALTERNATIVES)
    cells = as_counts(table, "table", ndim=2, whole=True)
    if cells.shape != (2, 2):
        raise CommsvcError(
            f"a table of shape {cells.shape}",
            allowed="two rows, two columns",
            next_step="use freeman_halton_test",
        )
    p = float(fisher_exact(cells.astype(int), alternative=alternative).pvalue)
    return HypothesisTest(float("nan"), float("nan"), min(p, 1.0), method="Fisher exact")


def freeman_halton_test(
    table: Any,
    *,
    limit: int = 30_000_000,
    samples: int | None = None,
    seed: int | None = None,
) -> HypothesisTest:
    """The exact test of an r×c table: P of all tables with these margins no likelier than it.

    Parameters
    ----------
    table : (r, c) whole counts; empty rows and columns are left out
    limit : largest number of partial tables to look at (30 million: about ten seconds); a larger
        problem is refused, never approximated silently
    samples, seed : on request, a Monte Carlo estimate from so many random tables instead; both
        must be given, so that the result can be repeated

    Notes
    -----
    Freeman and Halton (1951, Biometrika 38), by a network of margins (Mehta and Patel 1983, JASA
    78; see `commsvc.inference.network`), exact up to log probabilities rounded to 1e-9.

    Examples
    --------
    >>> round(freeman_halton_test([[3, 0, 2], [1, 4, 1], [0, 1, 5]]).p, 6)
    0.025288
    """
    cells = as_counts(table, "table", ndim=2, whole=True)
    cells = cells[cells.sum(1) > 0][:, cells.sum(0) > 0]
    if min(cells.shape, default=0) < 2:
        raise CommsvcError(
            "one row or one column holds everybody: nothing to test",
            allowed="at least two rows and two columns with answers",
        )
    if (samples is None) != (seed is None):
        raise CommsvcError(
            "a Monte Carlo P that nobody can repeat", next_step="give both samples and seed"
        )
    if samples is not None:
        p = _monte_carlo(cells, samples, seed)
        note = f"Monte Carlo, {samples} tables, seed {seed}"
        return HypothesisTest(
            float("nan"), float("nan"), p, method="Freeman–Halton, simulated", note=note
        )
    bound = float(log_probability(cells) + np.log1p(TIE))
    p = chance_at_most(bound, cells if cells.shape[0] >= cells.shape[1] else cells.T, limit)
    return HypothesisTest(float("nan"), float("nan"), p, method="Freeman–Halton exact")


def log_probability(tables: Any) -> Array:
    """Log of the chance of each table (..., r, c) given its margins, under independence."""
    cells = np.asarray(tables, dtype=float)
    log = special.gammaln
    return (
        log(cells.sum(-1) + 1).sum(-1)
        + log(cells.sum(-2) + 1).sum(-1)
        - log(cells.sum((-2, -1)) + 1)
        - log(cells + 1).sum((-2, -1))
    )


def _monte_carlo(cells: Array, samples: int, seed: int | None) -> float:
    """(1 + tables no likelier) / (1 + samples), tables drawn with these margins."""
    from scipy.stats import random_table

    if samples < 1:
        raise CommsvcError(f"{samples} samples", allowed="1 or more")
    draw = random_table(cells.sum(1).astype(int), cells.sum(0).astype(int), seed=seed)
    bound, hits, left = log_probability(cells) + np.log1p(TIE), 0, samples
    while left:
        size = min(left, 100_000)
        hits += int((log_probability(draw.rvs(size)) <= bound).sum())
        left -= size
    return (1 + hits) / (1 + samples)
