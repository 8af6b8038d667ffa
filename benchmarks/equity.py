"""The concentration index of a million persons against sorting them.

Run ``python -m benchmarks equity``. The index, its standard error included, is to take at most
twice the time of sorting the rows: `numpy.argsort` by the ranking variable, and each column put in
that order. Beside it stands argsort alone, which on processors with AVX-512 is faster than putting
one column in order. Runs alternate, the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from commsvc.indicators.equity import concentration_index

PERSONS = 1_000_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def sort_rows(by: NDArray[np.float64], *columns: NDArray[np.float64]) -> None:
    order = np.argsort(by)
    for column in (by, *columns):
        column[order]


def main(rounds: int = 15) -> None:
    rng = np.random.default_rng(1)
    wealth = rng.lognormal(size=PERSONS)
    bands = np.floor(10 * wealth)
    visits = rng.poisson(2.0, PERSONS).astype(float)
    weights = rng.uniform(0.5, 2.0, PERSONS)
    cases = {
        "no ties": (wealth, visits, None),
        "many ties": (bands, visits, None),
        "weighted": (wealth, visits, weights),
    }
    for name, (by, of, weigh) in cases.items():
        columns = (of,) if weigh is None else (of, weigh)
        tasks: tuple[Callable[[], object], ...] = (
            lambda by=by: np.argsort(by),
            lambda by=by, columns=columns: sort_rows(by, *columns),
            lambda by=by, of=of, weigh=weigh: concentration_index(of, by, weights=weigh),
        )
        runs = [[seconds(task) for task in tasks] for _ in range(rounds + 1)][1:]
        order, rows, index = (statistics.median(column) for column in zip(*runs, strict=True))
        print(
            f"{name:10s} sorting the rows {rows:.3f} s (argsort {order:.3f} s), index {index:.3f} s"
            f", {index / rows:.2f} times ({index / order:.2f})"
        )


if __name__ == "__main__":
    main()
