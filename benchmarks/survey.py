"""Weighted shares, means and Rao–Scott on a million records with a complex design, beside svy.

    python -m benchmarks.survey [rounds]

Shares of five levels overall and in ten districts with their intervals, mean visits by district,
and the Rao–Scott test; 50 strata and 2 000 clusters. Aimed at: 0.15 s from integer or categorical
keys, 0.25 s from strings, 300 MB above the data. Each contender has a process of its own, so that
its memory is its own; svy (PyPI, MIT) takes part where it is installed. Then twenty million records
in DuckDB, of which only the cells' totals are collected.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from commsvc.inference import Design
from commsvc.survey import estimate_means, tabulate_answers
from commsvc.survey.totals import Sample

ROOT = Path(__file__).resolve().parent.parent
RECORDS, STRATA, CLUSTERS, DISTRICTS, LEVELS = 1_000_000, 50, 2_000, 10, 5
DESIGN = Design.sample(weights="weight", strata="stratum", clusters="cluster")
KEYS = ["stratum", "cluster", "district", "answer"]
LIMITS = {"integers": 0.15, "categories": 0.15, "strings": 0.25}
MEGABYTES = 300


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


def keyed(kind: str) -> pd.DataFrame:
    """The records with keys of a kind."""
    types: dict[str, Any] = {"categories": "category", "strings": str}
    whole = simulated()
    return whole if kind == "integers" else whole.astype(dict.fromkeys(KEYS, types[kind]))


def task(frame: pd.DataFrame) -> tuple[Any, ...]:
    """What is timed of commsvc."""
    sample = Sample(frame, DESIGN)
    table = tabulate_answers(sample, "answer", by="district", design=DESIGN)
    return (
        table.frame(),
        estimate_means(sample, "visits", "district", design=DESIGN),
        table.test(),
    )


def ours(kind: str) -> tuple[Callable[[], Any], Callable[[Any], list[float]]]:
    """commsvc's work, and the numbers to compare."""
    frame = keyed(kind)

    def numbers(found: Any) -> list[float]:
        shares, means, test = found
        whole = shares[shares["group"] == "all"]
        return [
            *whole["estimate"],
            *whole["se"],
            *means["estimate"][1:],
            *means["se"][1:],
            float(test["statistic"].iloc[0]),
        ]

    return lambda: task(frame), numbers


def theirs(kind: str) -> tuple[Callable[[], Any], Callable[[Any], list[float]]]:
    """svy's work, and the same numbers."""
    import polars as pl
    import svy

    data = pl.from_pandas(keyed(kind))
    design = svy.Design(stratum="stratum", wgt="weight", psu="cluster")

    def work() -> Any:
        sample = svy.Sample(data, design)
        estimate = sample.estimation
        return (
            estimate.prop("answer"),
            estimate.prop("answer", by="district"),
            estimate.mean("visits", by="district"),
            sample.categorical.tabulate("district", "answer"),
        )

    def numbers(found: Any) -> list[float]:
        shares, _, means, table = found
        whole, by = shares.to_polars(), means.to_polars()
        return [*whole["est"], *whole["se"], *by["est"], *by["se"], float(table.stats.f.value)]

    return work, numbers


def megabytes(field: str) -> float:
    """Memory of this process: VmRSS now, VmHWM at most; getrusage counts its parent's, too."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    return int(status.read_text().split(f"{field}:")[1].split()[0]) / 1024


def one(who: str, kind: str, rounds: int) -> None:
    """In a process of its own: seconds, processor seconds, megabytes above the data, numbers."""
    work, numbers = (ours if who == "commsvc" else theirs)(kind)
    held = megabytes("VmRSS")
    found = work()  # a first time, which also imports what is fetched late
    walls, processors = [], []
    for _ in range(rounds):
        start, used = time.perf_counter(), time.process_time()
        found = work()
        walls.append(time.perf_counter() - start)
        processors.append(time.process_time() - used)
    above = megabytes("VmHWM") - held
    print(json.dumps([walls, processors, above, numbers(found)]))


TWENTY_MILLION = """
import time, duckdb
from benchmarks.survey import megabytes
from commsvc.inference import Design
from commsvc.survey import estimate_means, tabulate_answers

duckdb.sql("set enable_progress_bar = false")
table = duckdb.sql(
    "select i % 2000 as cluster, i % 50 as stratum, hash(i) % 5 as answer, "
    "hash(i + 1) % 10 as district, 1.0 + (i % 3) as weight, hash(i + 2) % 11 as visits "
    "from range(20_000_000) t(i)"
)
design = Design.sample(weights="weight", strata="stratum", clusters="cluster")
tabulate_answers(duckdb.sql("select range as q from range(9)"), "q", design=Design.srs()).frame()
held, start = megabytes("VmRSS"), time.perf_counter()
found = tabulate_answers(table, "answer", "district", design=design)
found.frame(), found.test(), estimate_means(table, "visits", "district", design=design)
print(time.perf_counter() - start, megabytes("VmHWM") - held)
"""


def alone(*arguments: str) -> str:
    """What a process of its own prints last."""
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return done.stdout.strip().splitlines()[-1]


def main(rounds: int = 7) -> None:
    contenders = ["commsvc"] + (["svy"] if importlib.util.find_spec("svy") else [])
    for kind, limit in LIMITS.items():
        medians, numbers = {}, {}
        for who in contenders:
            times = str(rounds if who == "commsvc" else 1)
            said = alone("-m", "benchmarks.survey", "--one", who, kind, times)
            walls, processors, above, numbers[who] = json.loads(said)
            medians[who] = statistics.median(walls)
            aim = f"  (aims: {limit} s, {MEGABYTES} MB)" if who == "commsvc" else ""
            print(
                f"{kind:11s}{who:9s}{medians[who]:8.3f} s, best {min(walls):.3f}, "
                f"processor {statistics.median(processors):.3f} s, {above:6.0f} MB above the data"
                f"{aim}",
                flush=True,
            )
        if len(contenders) > 1:
            gap = np.max(np.abs(np.divide(numbers["svy"], numbers["commsvc"]) - 1))
            ratio = medians["svy"] / medians["commsvc"]
            print(
                f"{'':11s}svy takes {ratio:.0f} times as long; results differ by {gap:.0e} at most"
            )
    if importlib.util.find_spec("duckdb"):
        seconds, above = map(float, alone("-c", TWENTY_MILLION).split())
        print(f"20 million in DuckDB: {seconds:.1f} s, {above:.0f} MB above the start")


if __name__ == "__main__":
    if "--one" in sys.argv:
        at = sys.argv.index("--one")
        one(sys.argv[at + 1], sys.argv[at + 2], int(sys.argv[at + 3]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].isdigit() else 7)
