"""What a study takes from its file to its page, in imports of the packages it rests on.

``python -m benchmarks.study``: invented answers of 440 people to 100 questions, and of 10 people
to 925; `commsvc new` and `commsvc render`, each in a process of its own, against the time that
importing pandas, SciPy, statsmodels and seaborn takes on this machine in the same minute.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

IMPORTS = "import pandas, scipy.stats, statsmodels.api, seaborn"
GRADES = ("很满意", "满意", "一般", "不满意", "很不满意")
OFTEN = ("每天", "每周", "每月", "从不")
USED = ("助餐", "护理", "讲座", "文体", "其他")


def invented(people: int, questions: int, seed: int = 3) -> pd.DataFrame:
    """Simulated answers as a form exports them: graded, chosen, ticked and counted."""
    random = np.random.default_rng(seed)
    columns: dict[str, object] = {
        "序号": range(1, people + 1),
        "1、性别": random.choice(["男", "女"], people),
        "2、户籍": random.choice(["本地", "外地"], people),
        "3、总体满意度": random.choice(GRADES, people, p=[0.3, 0.35, 0.2, 0.1, 0.05]),
    }
    kinds = (
        lambda: random.choice(GRADES, people),
        lambda: random.choice(["是", "否"], people),
        lambda: random.choice(OFTEN, people),
        lambda: [
            "┋".join(x for x in USED if random.random() < 0.4) or "其他" for _ in columns["序号"]
        ],
        lambda: random.poisson(4, people),
    )
    for j in range(4, questions + 1):
        columns[f"{j}、第{j}个问题"] = kinds[j % len(kinds)]()
    return pd.DataFrame(columns)


def seconds(command: Sequence[str], folder: Path) -> float:
    """How long a command takes that has to succeed."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:5])} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def main() -> None:
    """Print a row a file: seconds, times the imports, size of the page."""
    commsvc = [sys.executable, "-m", "commsvc.cli"]
    heads = ("people × questions", "imports", "new", "render", "times", "page, kB")
    print("{:20}{:>9}{:>9}{:>9}{:>9}{:>10}".format(*heads))
    for people, questions in ((440, 100), (10, 925)):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            invented(people, questions).to_csv(folder / "simulated.csv", index=False)
            base = min(seconds([sys.executable, "-c", IMPORTS], folder) for _ in range(2))
            made = seconds([*commsvc, "new", "mine", "--data", "simulated.csv"], folder)
            shown = seconds([*commsvc, "render", "mine"], folder)
            size = (folder / "mine/reports/study.html").stat().st_size / 1000
        times = (made + shown) / base
        row = (f"{people} × {questions}", base, made, shown, times, size)
        print("{:20}{:8.1f}s{:8.1f}s{:8.1f}s{:9.1f}{:10.0f}".format(*row))


if __name__ == "__main__":
    main()
