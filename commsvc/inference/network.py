"""The exact distribution of an r×c table's probability, without listing the tables.

Rows are dealt out one after the other. Partial tables that leave the same column margins, in any
order, are one node (Mehta and Patel 1983). At one stage the rows are split: the
partial tables before it, or those after it, are sorted and cumulated at each node, and those of
the other side look up how much of them stays below the bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array

Integers: TypeAlias = NDArray[np.int64]
# Log probabilities are whole multiples of this, so that equal ones compare equal.
GRAIN = 1e-9
# Partial tables held at a time: some tens of megabytes.
CHUNK = 1_000_000
# Sorting a partial table costs about as much as looking up so many.
SORTING = 5.0


class _Partial(NamedTuple):
    """Partial tables: at which node, log probability in grains, probability (of all equal ones)."""

    node: Integers
    grains: Integers
    mass: Array


@dataclass(frozen=True)
class _Network:
    """Row totals but the last (which is then fixed), and the nodes before each of them."""

    rows: Integers
    nodes: list[Integers]
    keys: list[Integers]
    log_factorial: Array
    ways: list[Array]

    def steps(self, k: int) -> Iterator[tuple[Integers, Integers, Integers]]:
        """All ways of dealing row k, in chunks: source, target, log probability in grains."""
        log, nodes, row = self.log_factorial, self.nodes[k], int(self.rows[k])
        left_in_all = int(nodes[0].sum())
        every = log[left_in_all] - log[row] - log[left_in_all - row]
        own = log[nodes].sum(axis=1) - every
        for part in _portions(self.ways[k]):
            source, dealt = _deal(nodes[part], row)
            left = nodes[part][source] - dealt
            value = own[part][source] - (log[dealt] + log[left]).sum(axis=1)
            grains = np.minimum(np.rint(value / GRAIN), 0).astype(np.int64)
            target = np.zeros(source.size, dtype=np.int64)
            if k + 1 < len(self.keys):
                target = np.searchsorted(self.keys[k + 1], _key(left, log.size))
            yield source + part.start, target, grains


def chance_at_most(bound: float, cells: Array, limit: int) -> float:
    """P that a table with the margins of `cells` has a log probability of at most `bound`.

    Parameters
    ----------
    cells : (r, c), r ≥ c ≥ 2 to be quick, no empty row or column
    limit : most partial tables to look at; more is refused

    >>> import numpy as np
    >>> round(chance_at_most(np.log(0.2), np.array([[3, 1], [1, 3]]), 1000), 4)
    0.0286
    """
    network = _build(cells.astype(np.int64), limit)
    before, after = _paths(network)
    stage, stream_past, cost = _cheapest_split(before, after)
    if cost > limit:
        raise _too_large(limit)
    top = int(np.floor(bound / GRAIN))
    if stream_past:
        table, stream = _sorted(_future(network, stage)), _past_stream(network, stage)
    else:
        table, stream = _sorted(_past(network, stage)), _future_stream(network, stage)
    cumulated = np.concatenate([[0.0], np.cumsum(table.mass)])
    nodes = max(len(before[stage]), 1)
    first = np.searchsorted(table.node, np.arange(nodes))
    span = int(-table.grains.min()) + 2
    key = table.node * span + (table.grains + span - 1)
    total = 0.0
    for node, grains, mass in stream:
        room = np.clip(top - grains, -span, 0) + span - 1
        upto = np.searchsorted(key, node * span + room, side="right")
        upto = np.maximum(upto, first[node])
        total += float(mass @ (cumulated[upto] - cumulated[first[node]]))
    return min(total, 1.0)


def _too_large(limit: int) -> CommsvcError:
    return CommsvcError(
        f"the exact test of this table needs more than {limit:,} partial tables",
        next_step="raise limit, ask for samples= and seed=, or use Pearson's chi-square",
    )


def _build(cells: Integers, limit: int) -> _Network:
    rows = np.sort(cells.sum(axis=1))[::-1][:-1]
    nodes = [np.sort(cells.sum(axis=0))[None, :]]
    n = int(cells.sum())
    if (n + 1.0) ** (nodes[0].size - 1) > 2**62:
        raise _too_large(limit)
    network = _Network(
        rows, nodes, [np.zeros(1, dtype=np.int64)], special.gammaln(np.arange(n + 1) + 1.0), []
    )
    for k, row in enumerate(rows):
        network.ways.append(_count_ways(nodes[k], int(row)))
        if network.ways[k].sum() > limit:
            raise _too_large(limit)
        if k + 1 == len(rows):
            break
        found = np.zeros(0, dtype=np.int64)
        for part in _portions(network.ways[k]):
            source, dealt = _deal(nodes[k][part], int(row))
            found = np.union1d(found, _key(nodes[k][part][source] - dealt, n + 1))
        nodes.append(_unkey(found, nodes[0].size, n + 1, int(nodes[k][0].sum() - row)))
        network.keys.append(found)
    return network


def _key(left: Integers, base: int) -> Integers:
    """One number for a sorted row; its largest entry follows from the sum."""
    small = np.sort(left, axis=1)[:, :-1]
    return np.asarray(small @ base ** np.arange(small.shape[1], dtype=np.int64))


def _unkey(keys: Integers, width: int, base: int, total: int) -> Integers:
    small = keys[:, None] // base ** np.arange(width - 1, dtype=np.int64) % base
    return np.column_stack([small, total - small.sum(axis=1)])


def _count_ways(nodes: Integers, row: int) -> Array:
    """In how many ways a row can be dealt from each node."""
    ways = np.zeros((len(nodes), row + 1))
    ways[:, 0] = 1
    for column in nodes.T:
        upto = np.cumsum(ways, axis=1)
        before = np.arange(row + 1)[None, :] - column[:, None] - 1
        taken = np.take_along_axis(upto, np.maximum(before, 0), axis=1)
        ways = upto - np.where(before >= 0, taken, 0)
    return ways[:, row]


def _portions(ways: Array) -> Iterator[slice]:
    """Runs of nodes with about CHUNK ways together."""
    edges, at = np.cumsum(ways), 0
    while at < ways.size:
        done = edges[at - 1] if at else 0.0
        to = max(int(np.searchsorted(edges, done + CHUNK, side="right")), at + 1)
        yield slice(at, to)
        at = to


def _deal(nodes: Integers, row: int) -> tuple[Integers, Integers]:
    """Every way of dealing `row` people over the columns within what each node has left."""
    source = np.arange(len(nodes))
    dealt: list[Integers] = []
    rest = np.full(len(nodes), row, dtype=np.int64)
    beyond = nodes.sum(axis=1)[:, None] - np.cumsum(nodes, axis=1)
    for column in range(nodes.shape[1] - 1):
        low = np.maximum(rest - beyond[source, column], 0)
        ways = np.minimum(nodes[source, column], rest) - low + 1
        again = np.repeat(np.arange(ways.size), ways)
        x = np.arange(again.size) + (low - np.cumsum(ways) + ways)[again]
        dealt = [*(earlier[again] for earlier in dealt), x]
        source, rest = source[again], rest[again] - x
    return source, np.column_stack([*dealt, rest])


def _paths(network: _Network) -> tuple[list[Array], list[Array]]:
    """How many partial tables lead to each node, and from it; the end is a stage of one node."""
    stages = len(network.rows)
    before = [np.ones(1)]
    links: list[list[tuple[Integers, Integers]]] = []
    for k in range(stages - 1):
        links.append([(source, target) for source, target, _ in network.steps(k)])
        arriving = np.zeros(len(network.nodes[k + 1]))
        for source, target in links[k]:
            arriving += np.bincount(target, before[k][source], arriving.size)
        before.append(arriving)
    after = [network.ways[-1], np.ones(1)]
    for k in reversed(range(stages - 1)):
        leaving = np.zeros(len(network.nodes[k]))
        for source, target in links[k]:
            leaving += np.bincount(source, after[0][target], leaving.size)
        after.insert(0, leaving)
    before.append(np.array([before[-1] @ network.ways[-1]]))
    return before, after


def _cheapest_split(before: list[Array], after: list[Array]) -> tuple[int, bool, float]:
    """Stage, whether the past is what looks up, and how many partial tables that takes."""
    options = []
    for stage, (past, future) in enumerate(zip(before, after, strict=True)):
        p, f = float(past.sum()), float(future.sum())
        if stage > 0:
            options.append((p + SORTING * f, stage, True, p + f))
        if stage < len(before) - 1:
            options.append((f + SORTING * p, stage, False, p + f))
    _, stage, stream_past, cost = min(options)
    return stage, stream_past, cost


def _sorted(partial: _Partial) -> _Partial:
    """By node and value, equal values of one node added."""
    order = np.lexsort((partial.grains, partial.node))
    node, grains, mass = partial.node[order], partial.grains[order], partial.mass[order]
    new = np.ones(node.size, dtype=bool)
    new[1:] = (node[1:] != node[:-1]) | (grains[1:] != grains[:-1])
    start = np.flatnonzero(new)
    return _Partial(node[start], grains[start], np.add.reduceat(mass, start))


def _joined(parts: Iterator[_Partial]) -> _Partial:
    return _sorted(_Partial(*(np.concatenate(part) for part in zip(*parts, strict=True))))


def _root() -> _Partial:
    return _Partial(np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64), np.ones(1))


def _past(network: _Network, stage: int) -> _Partial:
    """The partial tables of the first rows, at the nodes they lead to."""
    return _joined(_past_stream(network, stage)) if stage else _root()


def _future(network: _Network, stage: int) -> _Partial:
    """The partial tables of the last rows, at the nodes they start from."""
    return _joined(_future_stream(network, stage)) if stage < len(network.rows) else _root()


def _past_stream(network: _Network, stage: int) -> Iterator[_Partial]:
    past = _past(network, stage - 1)
    for source, target, grains in network.steps(stage - 1):
        yield from _continued(past, source, target, grains)


def _future_stream(network: _Network, stage: int) -> Iterator[_Partial]:
    future = _future(network, stage + 1)
    for source, target, grains in network.steps(stage):
        yield from _continued(future, target, source, grains)


def _continued(known: _Partial, at: Integers, to: Integers, grains: Integers) -> Iterator[_Partial]:
    """Each step joined to all known partial tables at its node, in chunks."""
    begin = np.searchsorted(known.node, at)
    sizes = np.searchsorted(known.node, at, side="right") - begin
    for part in _portions(sizes.astype(float)):
        again = np.repeat(np.arange(part.start, part.stop), sizes[part])
        offset = np.cumsum(sizes[part]) - sizes[part]
        index = np.arange(again.size) + (begin[part] - offset)[again - part.start]
        mass = known.mass[index] * np.exp(grains[again] * GRAIN)
        yield _Partial(to[again], known.grains[index] + grains[again], mass)
