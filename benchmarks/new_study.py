"""How long `commsvc new` takes beside the import of what a study needs: wide files and long ones.

python benchmarks/new_study.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

IMPORTS = "import pandas, scipy.stats, statsmodels.api, seaborn"
SIZES = {"440 people × 100 questions": (440, 100), "10 people × 925 questions": (10, 925)}


def seconds(*command: str) -> float:
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    return time.perf_counter() - begun


def answers(people: int, questions: int) -> pd.DataFrame:
    """Made-up answers on a scale of five words."""
    rng = np.random.default_rng(1)
    words = ["很满意", "满意", "一般", "不满意", "很不满意"]
    return pd.DataFrame(
        {f"{j + 1}、第{j + 1}问": rng.choice(words, people) for j in range(questions)}
    )


def main() -> None:
    once = min(seconds("-c", IMPORTS) for _ in range(2))
    print(f"imports: {once:.1f} s")
    with tempfile.TemporaryDirectory() as folder:
        for i, (name, (people, questions)) in enumerate(SIZES.items()):
            file = Path(folder) / f"{i}.csv"
            answers(people, questions).to_csv(file, index=False)
            spent = seconds("-m", "commsvc.cli", "new", f"{folder}/s{i}", "--data", str(file))
            print(f"{name}: new {spent:.1f} s, {spent / once:.1f} times the imports")


if __name__ == "__main__":
    main()
