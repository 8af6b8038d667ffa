"""Weighted shares, means and Rao–Scott on a million records with a complex design.

Run ``python benchmarks/survey.py``. Shares of five levels overall and in ten districts with their
intervals, mean visits by district, and the Rao–Scott test; 50 strata and 2 000 clusters. At most
0.15 s from integer or categorical keys, 0.25 s from strings, 300 MB above the data. Medians.
"""

from __future__ import annotations

import resource
import statistics
import time
import tracemalloc
from typing import Any

import numpy as np
import pandas as pd

from commsvc.inference import Design
from commsvc.survey.numbers import estimate_means
from commsvc.survey.tabulate import tabulate_answers
from commsvc.survey.totals import Sample

RECORDS, STRATA, CLUSTERS, DISTRICTS, LEVELS = 1_000_000, 50, 2_000, 10, 5
DESIGN = Design.sample(weights="weight", strata="stratum", clusters="cluster")


def simulated() -> pd.DataFrame:
    """Records with whole numbers as keys."""
    rng = np.random.default_rng(5)
    cluster = rng.integers(0, CLUSTERS, RECORDS)
    district = rng.integers(0, DISTRICTS, CLUSTERS)[cluster]
    leaning = rng.normal(0, 0.4, CLUSTERS)[cluster] + 0.1 * district
    answer = np.clip(np.round(2.5 + leaning + rng.normal(0, 1, RECORDS)), 0, LEVELS - 1)
    return pd.DataFrame(
        {
            "stratum": cluster % STRATA,
            "cluster": cluster,
            "district": district,
            "answer": answer.astype(int),
            "visits": rng.poisson(2 + 0.1 * district),
            "weight": rng.uniform(0.5, 2.0, RECORDS),
        }
    )


def task(frame: pd.DataFrame) -> tuple[Any, ...]:
    sample = Sample(frame, DESIGN)
    table = tabulate_answers(sample, "answer", by="district", design=DESIGN)
    return (
        table.frame(),
        estimate_means(sample, "visits", "district", design=DESIGN),
        table.test(),
    )


def main(rounds: int = 7) -> None:
    whole = simulated()
    keys = ["stratum", "cluster", "district", "answer"]
    frames = {
        "integers": whole,
        "categories": whole.astype(dict.fromkeys(keys, "category")),
        "strings": whole.astype(dict.fromkeys(keys, str)),
    }
    task(whole)
    for name, frame in frames.items():
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        times = []
        for _ in range(rounds):
            start = time.perf_counter()
            task(frame)
            times.append(time.perf_counter() - start)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        tracemalloc.start()
        task(frame)
        peak = tracemalloc.get_traced_memory()[1] / 2**20
        tracemalloc.stop()
        print(
            f"{name:10s} {statistics.median(times):.3f} s (best {min(times):.3f}), "
            f"{peak:.0f} MB of arrays, process grew {grown:.0f} MB"
        )


if __name__ == "__main__":
    main()
