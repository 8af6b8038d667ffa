"""Exact tests of a table with both margins fixed: Fisher's for 2×2, Freeman–Halton's for r×c."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, one_of
from commsvc.inference.proportions import ALTERNATIVES
from commsvc.inference.results import HypothesisTest

# Probabilities this close (relative) count as equal, as in R's fisher.test.
TIE = 1e-7
# Log probabilities are kept as whole multiples of this, so that equal ones compare equal.
GRAIN = 1e-9


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
    Freeman and Halton (1951, Biometrika 38). The longer side is dealt out row by row; partial
    tables that leave the same margins are one node (Mehta and Patel 1983). The rows are split in
    two halves; for each node the first half's probabilities meet the sorted, cumulated
    ones of the second half, so tables are counted without listing them. Exact up to
    rounding log probabilities to 1e-9.

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
    p = _exact_p(cells if cells.shape[0] >= cells.shape[1] else cells.T, limit)
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


class _Steps(NamedTuple):
    """All ways of dealing one row: from a node, to a node, with log probability in grains."""

    source: NDArray[np.int64]
    target: NDArray[np.int64]
    grains: NDArray[np.int64]


class _Sums(NamedTuple):
    """Log probabilities of partial tables at nodes, sorted by node and value, with their mass."""

    node: NDArray[np.int64]
    grains: NDArray[np.int64]
    mass: Array


def _exact_p(cells: Array, limit: int) -> float:
    rows = np.sort(cells.sum(1).astype(np.int64))[::-1]
    steps, counts = _network(np.sort(cells.sum(0).astype(np.int64)), rows, limit)
    middle, cost = _cheapest_split(steps, counts)
    if cost > limit:
        raise _too_large(limit)
    bound = int(np.floor((log_probability(cells) + np.log1p(TIE)) / GRAIN))
    past = _forward(steps[: middle - 1])
    future = _backward(steps[middle:], counts[middle])
    span = int(-future.grains.min()) + 2
    key = future.node * span + (future.grains + span - 1)
    cumulated = np.concatenate([[0.0], np.cumsum(future.mass)])
    first = np.searchsorted(future.node, np.arange(counts[middle]))
    # The last row of the first half is not stored: each of its steps looks up its own answer.
    total = 0.0
    for node, grains, mass in _expanded(past, steps[middle - 1], chunk=2_000_000):
        room = np.clip(bound - grains, -span, 0) + span - 1
        upto = np.searchsorted(key, node * span + room, side="right")
        upto = np.maximum(upto, first[node])
        total += float((mass * (cumulated[upto] - cumulated[first[node]])).sum())
    return min(total, 1.0)


def _too_large(limit: int) -> CommsvcError:
    return CommsvcError(
        f"the exact test of this table needs more than {limit:,} partial tables",
        next_step="raise limit, ask for samples= and seed=, or use Pearson's chi-square",
    )


def _network(
    margins: NDArray[np.int64], rows: NDArray[np.int64], limit: int
) -> tuple[list[_Steps], list[int]]:
    """The steps of every row, and how many nodes there are before each and at the end.

    A node is what is left of the column margins, sorted: order plays no part in what follows.
    """
    nodes, steps, counts = margins[None, :], [], [1]
    for row in rows:
        source, dealt = _allocations(nodes, int(row), limit)
        left = nodes[source] - dealt
        log = special.gammaln
        value = (log(nodes[source] + 1.0) - log(dealt + 1.0) - log(left + 1.0)).sum(
            1
        ) - _log_choose(float(nodes[0].sum()), float(row))
        after, target = np.unique(np.sort(left, axis=1), axis=0, return_inverse=True)
        grains = np.rint(value / GRAIN).astype(np.int64)
        steps.append(_Steps(source, target.reshape(-1).astype(np.int64), np.minimum(grains, 0)))
        nodes = after
        counts.append(len(nodes))
    return steps, counts


def _log_choose(n: float, k: float) -> float:
    return float(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def _allocations(
    nodes: NDArray[np.int64], row: int, limit: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every way of dealing `row` people over the columns within what each node has left."""
    source = np.arange(len(nodes))
    dealt = np.zeros((len(nodes), 0), dtype=np.int64)
    rest = np.full(len(nodes), row, dtype=np.int64)
    beyond = nodes.sum(1)[:, None] - np.cumsum(nodes, axis=1)
    for column in range(nodes.shape[1]):
        low = np.maximum(rest - beyond[source, column], 0)
        ways = np.minimum(nodes[source, column], rest) - low + 1
        if ways.sum() > limit:
            raise _too_large(limit)
        start = np.repeat(np.cumsum(ways) - ways, ways)
        x = np.repeat(low, ways) + np.arange(ways.sum()) - start
        dealt = np.column_stack([np.repeat(dealt, ways, axis=0), x])
        source, rest = np.repeat(source, ways), np.repeat(rest, ways) - x
    return source, dealt


def _cheapest_split(steps: list[_Steps], counts: list[int]) -> tuple[int, float]:
    """After which row to split, and how many partial tables that means at most."""
    stages = len(steps)
    before: list[Array] = [np.ones(1)]
    for step, count in zip(steps, counts[1:], strict=True):
        before.append(_added(step.target, before[-1][step.source], count))
    after: list[Array] = [np.ones(counts[-1])]
    for step, count in zip(reversed(steps), counts[-2::-1], strict=True):
        after.append(_added(step.source, after[-1][step.target], count))
    after.reverse()
    costs = [float(before[k].sum() + after[k].sum()) for k in range(1, stages)]
    best = int(np.argmin(costs))
    return best + 1, costs[best]


def _added(node: NDArray[np.int64], ways: Array, count: int) -> Array:
    return np.bincount(node, ways, count).astype(np.float64)


def _merged(node: NDArray[np.int64], grains: NDArray[np.int64], mass: Array) -> _Sums:
    """Sorted by node and value, equal values of one node added."""
    order = np.lexsort((grains, node))
    node, grains, mass = node[order], grains[order], mass[order]
    new = np.ones(node.size, dtype=bool)
    new[1:] = (node[1:] != node[:-1]) | (grains[1:] != grains[:-1])
    start = np.flatnonzero(new)
    return _Sums(node[start], grains[start], np.add.reduceat(mass, start))


def _forward(steps: list[_Steps]) -> _Sums:
    """Probabilities of the first rows, at the node they leave."""
    sums = _Sums(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1))
    for step in steps:
        parts = list(_expanded(sums, step, chunk=2_000_000))
        sums = _merged(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    return sums


def _backward(steps: list[_Steps], nodes: int) -> _Sums:
    """Probabilities of the last rows, at the node from which they start."""
    last = int(steps[-1].target.max()) + 1 if steps else nodes
    every = np.arange(last, dtype=np.int64)
    sums = _Sums(every, np.zeros(last, dtype=np.int64), np.ones(last))
    for step in reversed(steps):
        turned = _Steps(step.target, step.source, step.grains)
        parts = list(_expanded(sums, turned, chunk=2_000_000))
        sums = _merged(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    return sums


def _expanded(sums: _Sums, step: _Steps, chunk: int) -> Any:
    """Every partial table of `sums` followed by every step from its node, in chunks."""
    nodes = int(step.source.max()) + 1
    begin = np.searchsorted(sums.node, np.arange(nodes))
    sizes = np.searchsorted(sums.node, np.arange(nodes), side="right") - begin
    each = sizes[step.source]
    edges = np.cumsum(each)
    at = 0
    while at < each.size:
        done = edges[at - 1] if at else 0
        to = max(int(np.searchsorted(edges, done + chunk, side="right")), at + 1)
        part, ways = slice(at, to), each[at:to]
        offset = np.arange(ways.sum()) - np.repeat(np.cumsum(ways) - ways, ways)
        index = np.repeat(begin[step.source[part]], ways) + offset
        grains = sums.grains[index] + np.repeat(step.grains[part], ways)
        mass = sums.mass[index] * np.repeat(np.exp(step.grains[part] * GRAIN), ways)
        yield np.repeat(step.target[part], ways), grains, mass
        at = to


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
