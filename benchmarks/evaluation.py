"""DEA of 500 units (under 10 s), rank stability, floating catchments of 5 000 places.

Run ``python -m benchmarks.evaluation``.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from commsvc.indicators.catchment import floating_catchment
from commsvc.indicators.evaluation import dea, rank_stability

UNITS = 500
PLACES, FACILITIES, REACH = 5_000, 500, 30.0


def report(name: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    # Linux counts kilobytes, macOS bytes.
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1024**3 if sys.platform == "darwin" else 1024**2
    )
    print(f"{name:42s} {seconds:6.2f} s, peak so far {peak:.2f} GB", flush=True)


def hospitals(rng: np.random.Generator) -> pd.DataFrame:
    inputs = rng.lognormal(size=(UNITS, 3))
    outputs = np.exp(np.log(inputs).mean(axis=1))[:, None] * rng.uniform(0.4, 1, (UNITS, 2))
    return pd.DataFrame(np.hstack([inputs, outputs]), columns=list("abcde"))


def main() -> None:
    rng = np.random.default_rng(1)
    units = hospitals(rng)
    flows = units[["a", "b", "c"]], units[["d", "e"]]
    report(f"DEA, CCR with slacks and scale, {UNITS} units", lambda: dea(*flows))
    report("DEA, BCC", lambda: dea(*flows, returns="variable"))
    few = units[:30]
    criteria = dict.fromkeys("abcde", "benefit")
    report(
        "rank stability, 1000 draws of each move",
        lambda: rank_stability(few, criteria, within=(few - 0.05, few + 0.05)),
    )
    persons, capacity = rng.integers(1, 900, PLACES), rng.integers(1, 900, FACILITIES)
    cost = rng.uniform(0, 120, (PLACES, FACILITIES))
    steps = {10.0: 1.0, 20.0: 0.68, REACH: 0.22}
    for kind in ("two-step", "gaussian", "enhanced", "three-step"):
        how = {"steps": steps} if kind == "enhanced" else {"reach": REACH}
        report(
            f"{kind} access, {PLACES} × {FACILITIES}",
            lambda kind=kind, how=how: floating_catchment(persons, capacity, cost, kind, **how),
        )


if __name__ == "__main__":
    main()
