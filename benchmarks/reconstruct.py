"""The range of chi-square over all tables, beside a constraint solver that lists them.

    python benchmarks/reconstruct.py              # the range, the count, the list; and their growth
    python benchmarks/reconstruct.py --no-solver # without OR-Tools (pip install ortools)

Each measurement runs in a process of its own. Time is the best of several runs after one that
loads SciPy; memory is what the process's peak grew by while the work was done, that first run and
its imports included. CP-SAT gets the same admissible rows as table constraints, one worker, and
lists all solutions: it has no way to the range of a chi-square but to list (the statistic is no
linear function of its variables).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct import by_group

SHARES = ["70.0%", "83.3%", "65.0%", "72.1%", "78.4%", "68.9%"]
TOTAL_SHARE = "71.5%"
GROWTH = [(1200, 4), (2500, 4), (5000, 4), (1200, 6), (2500, 6), (5000, 6)]


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(work: Callable[[], Any], repeats: int) -> dict[str, Any]:
    before = peak_mb()
    result = work()
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
    return {"seconds": best, "mb": peak_mb() - before, "result": result}


def find_range(total: int, groups: int) -> dict[str, Any]:
    def work() -> list[Any]:
        found = by_group(total, SHARES[:groups], total_share=TOTAL_SHARE).range_of("pearson")
        return [found.low, found.high, found.exact]

    return measure(work, 5)


def find_count(total: int, groups: int) -> dict[str, Any]:
    def work() -> int | None:
        try:
            return by_group(total, SHARES[:groups], total_share=TOTAL_SHARE).count
        except CommsvcError:
            return None

    return measure(work, 2)


def list_all(total: int, groups: int) -> dict[str, Any]:
    def work() -> list[Any]:
        found = by_group(total, SHARES[:groups], total_share=TOTAL_SHARE).values("pearson")
        return [float(found.min()), float(found.max()), len(found)]

    return measure(work, 2)


def solver(total: int, groups: int) -> dict[str, Any]:
    from ortools.sat.python import cp_model

    problem = by_group(total, SHARES[:groups], total_share=TOTAL_SHARE).problem
    yes_of_all = [target[0] for target in problem.targets]
    before, start = peak_mb(), time.perf_counter()
    model = cp_model.CpModel()
    sizes = [model.new_int_var(1, total, f"n{g}") for g in range(groups)]
    yes = [model.new_int_var(0, total, f"x{g}") for g in range(groups)]
    for n, x, rows in zip(sizes, yes, problem.options, strict=True):
        model.add_allowed_assignments([n, x], [(int(a + b), int(a)) for a, b in rows])
    model.add(sum(sizes) == total)
    model.add_linear_expression_in_domain(sum(yes), cp_model.Domain.from_values(yes_of_all))

    class Collect(cp_model.CpSolverSolutionCallback):
        def __init__(self) -> None:
            super().__init__()
            self.many, self.low, self.high = 0, float("inf"), 0.0

        def on_solution_callback(self) -> None:
            table = [(self.value(x), self.value(n)) for x, n in zip(yes, sizes, strict=True)]
            p = sum(x for x, _ in table) / total
            value = sum((x - n * p) ** 2 / (n * p * (1 - p)) for x, n in table)
            self.many += 1
            self.low, self.high = min(self.low, value), max(self.high, value)

    run = cp_model.CpSolver()
    run.parameters.enumerate_all_solutions = True
    run.parameters.num_workers = 1
    collect = Collect()
    run.solve(model, collect)
    return {
        "seconds": time.perf_counter() - start,
        "mb": peak_mb() - before,
        "result": [collect.low, collect.high, collect.many],
    }


JOBS = {"range": find_range, "count": find_count, "list": list_all, "solver": solver}


def apart(job: str, total: int, groups: int) -> dict[str, Any]:
    """A measurement in a process of its own, so that peaks of memory do not mix."""
    done = subprocess.run(
        [sys.executable, __file__, "--job", job, str(total), str(groups)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--no-solver", action="store_true", help="leave OR-Tools out")
    parser.add_argument("--job", nargs=3, metavar=("JOB", "TOTAL", "GROUPS"), help="(internal)")
    args = parser.parse_args()
    if args.job:
        job, total, groups = args.job
        print(json.dumps(JOBS[job](int(total), int(groups))))
        return

    ours = apart("range", 1200, 4)
    low, high, exact = ours["result"]
    print("n = 1200, four groups of unknown size, total 71.5 %")
    print(f"  range {low:.3f} to {high:.3f}, exact: {exact}")
    print(f"  range   {ours['seconds'] * 1000:9.1f} ms {ours['mb']:6.1f} MB")
    for job in ("count", "list"):
        found = apart(job, 1200, 4)
        print(f"  {job:7} {found['seconds'] * 1000:9.1f} ms {found['mb']:6.1f} MB", end="")
        print(f"  {found['result']:,} tables" if job == "count" else "")
    if not args.no_solver:
        theirs = apart("solver", 1200, 4)
        s_low, s_high, many = theirs["result"]
        print(f"  CP-SAT  {theirs['seconds'] * 1000:9.1f} ms {theirs['mb']:6.1f} MB", end="")
        print(f"  {many:,} tables, {s_low:.3f} to {s_high:.3f}")
        print(f"  the range takes 1/{theirs['seconds'] / ours['seconds']:.0f} of CP-SAT's time")

    print("\n     n  groups   range ms  range MB   count s  count MB  tables")
    for total, groups in GROWTH:
        found, counted = apart("range", total, groups), apart("count", total, groups)
        many = "not counted" if counted["result"] is None else f"{counted['result']:,}"
        print(
            f"{total:6} {groups:7} {found['seconds'] * 1000:10.1f} {found['mb']:9.1f}"
            f" {counted['seconds']:9.2f} {counted['mb']:9.1f}  {many}"
        )


if __name__ == "__main__":
    main()
