"""Gini and concentration index of a million persons, with errors, against sorting them.

Run ``python -m benchmarks equity``. The index and its error by design are to take at most three
times the time of sorting the rows: `numpy.argsort` by the ranking variable, and each column put in
that order. Runs alternate, the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from commsvc import by_design
from commsvc.indicators.equity import concentration_index, gini
from commsvc.inference import Sample

PERSONS = 1_000_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def sort_rows(by: NDArray[np.float64], *columns: NDArray[np.float64]) -> None:
    order = np.argsort(by)
    for column in (by, *columns):
        column[order]


def main(rounds: int = 7) -> None:
    rng = np.random.default_rng(1)
    wealth = rng.lognormal(size=PERSONS)
    bands = np.floor(10 * wealth)
    visits = rng.poisson(2.0, PERSONS).astype(float)
    weights = rng.uniform(0.5, 2.0, PERSONS)
    persons = Sample(weights)
    towns = Sample(weights, clusters=rng.integers(0, 2000, PERSONS))
    for name, by in {"no ties": wealth, "many ties": bands}.items():
        index, spread = partial(concentration_index, visits, by), partial(gini, by)
        tasks: dict[str, Callable[[], object]] = {
            "sorting the rows": lambda by=by: sort_rows(by, visits, weights),
            "concentration index": lambda index=index: index(weights),
            "with its error, persons": lambda index=index: by_design(index, persons),
            "with its error, clusters": lambda index=index: by_design(index, towns),
            "Gini with its error, persons": lambda spread=spread: by_design(spread, persons),
        }
        runs = [[seconds(task) for task in tasks.values()] for _ in range(rounds + 1)][1:]
        took = [statistics.median(column) for column in zip(*runs, strict=True)]
        for task, one in zip(tasks, took, strict=True):
            print(f"{name:10s} {task:30s} {one:.3f} s, {one / took[0]:.2f} times")


if __name__ == "__main__":
    main()
