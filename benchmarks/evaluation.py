"""DEA of 500 units (under 10 s) and floating catchments of 50 000 places (20 s, 2 GB).

Run ``python -m benchmarks.evaluation``.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from commsvc.indicators.access import floating_catchment
from commsvc.indicators.evaluation import dea, rank_stability, rank_sum_ratio, scale_efficiency

UNITS = 500
PLACES, FACILITIES, REACH_KM = 50_000, 5_000, 30.0


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


def spots(rng: np.random.Generator, n: int, amount: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            amount: rng.integers(1, 900, n),
            "lat": rng.uniform(29, 31, n),
            "lon": rng.uniform(119, 121, n),
        }
    )


def main() -> None:
    rng = np.random.default_rng(1)
    units = hospitals(rng)
    columns = (["a", "b", "c"], ["d", "e"])
    report(f"DEA, CCR with slacks, {UNITS} units", lambda: dea(units, *columns))
    report("DEA, BCC with slacks", lambda: dea(units, *columns, returns="variable"))
    report("DEA, scale and returns to scale", lambda: scale_efficiency(units, *columns))
    rounded = units.round(2)
    places = dict.fromkeys("abcde", "0.01")
    report("DEA, CCR with its range over rounding", lambda: dea(rounded, *columns, rounding=places))
    criteria = dict.fromkeys("abcde", "benefit")
    many = pd.concat([rounded] * 4, ignore_index=True)
    report(
        f"RSR with rank bounds of every pair, {len(many)} units",
        lambda: rank_sum_ratio(many, criteria, rounding=places),
    )
    report(
        "rank stability, 1000 draws of each move",
        lambda: rank_stability(units[:30], criteria, "equal", rounding={"a": "0.1"}),
    )
    places, facilities = spots(rng, PLACES, "persons"), spots(rng, FACILITIES, "capacity")
    steps = {10.0: 1.0, 20.0: 0.68, REACH_KM: 0.22}
    for kind in ("two-step", "gaussian", "enhanced", "three-step"):
        how = {"steps": steps} if kind == "enhanced" else {"reach": REACH_KM}
        report(
            f"{kind} access, {PLACES} × {FACILITIES}, {REACH_KM:g} km",
            lambda kind=kind, how=how: floating_catchment(places, facilities, kind, **how),
        )


if __name__ == "__main__":
    main()
