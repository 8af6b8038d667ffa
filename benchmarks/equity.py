"""The concentration index of a million persons against sorting them.

Run ``python benchmarks/equity.py``. The index, its standard error included, is to take at most
twice the time of `numpy.argsort` on the ranking variable; runs alternate, the median counts.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np

from commsvc.indicators.equity import concentration_index

PERSONS = 1_000_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(rounds: int = 15) -> None:
    rng = np.random.default_rng(1)
    wealth = rng.lognormal(size=PERSONS)
    bands = np.floor(10 * wealth)
    visits = rng.poisson(2.0, PERSONS).astype(float)
    weights = rng.uniform(0.5, 2.0, PERSONS)
    tasks: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "no ties": (
            lambda: np.argsort(wealth),
            lambda: concentration_index(visits, wealth),
        ),
        "many ties": (
            lambda: np.argsort(bands),
            lambda: concentration_index(visits, bands),
        ),
        "weighted": (
            lambda: np.argsort(wealth),
            lambda: concentration_index(visits, wealth, weights=weights),
        ),
    }
    for name, (sort, index) in tasks.items():
        sort(), index()
        pairs = [(seconds(sort), seconds(index)) for _ in range(rounds)]
        sorting, whole = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"{name:10s} sort {sorting:.3f} s, index {whole:.3f} s, {whole / sorting:.2f} times")


if __name__ == "__main__":
    main()
