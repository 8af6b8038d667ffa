"""What a render takes, against ``jupyter nbconvert`` over the same notebooks one by one.

``python -m benchmarks.render [folder]``: the notebooks of this project, or of that folder. Both
ways run on this machine in the same minute; the table says how long, and how many times faster.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from commsvc.report.jobs import find_notebooks

ROOT = Path(__file__).resolve().parent.parent


def seconds(command: Sequence[str], cwd: Path) -> float:
    """How long a command takes that has to succeed."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command[:6])} failed:\n{done.stderr[-2000:]}")
    return time.perf_counter() - start


def measure(notebooks: Sequence[Path], data: Path) -> dict[str, float]:
    """Seconds of each way over copies of these notebooks."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        (root / "notebooks").mkdir()
        (root / "pyproject.toml").touch()
        for path in notebooks:
            shutil.copy(path, root / "notebooks")
        if data.is_dir():
            shutil.copytree(data, root / "data")
        render = [sys.executable, "-m", "commsvc.cli", "render"]
        convert = [sys.executable, "-m", "nbconvert", "--execute", "--to", "html"]
        first = root / "notebooks" / notebooks[0].name
        steps: dict[str, Callable[[], float]] = {
            "nbconvert, one by one": lambda: sum(
                seconds([*convert, "--output-dir", "html", f"notebooks/{path.name}"], root)
                for path in notebooks
            ),
            "commsvc render": lambda: seconds(render, root),
            "commsvc render, unchanged": lambda: seconds(render, root),
            "commsvc render, one changed": lambda: seconds(render, root),
            "commsvc render --force --lang en": lambda: seconds(
                [*render, "--force", "--lang", "en"], root
            ),
        }
        taken = {}
        for name, step in steps.items():
            if "one changed" in name:
                text = first.read_text(encoding="utf-8")
                first.write_text(text.replace('"cells": [', CHANGE, 1), encoding="utf-8")
            taken[name] = step()
        return taken


# A cell put before the others: the notebook is another one, and does the same.
CHANGE = (
    '"cells": [{"cell_type": "markdown", "id": "changed", "metadata": {}, "source": "changed"},'
)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT
    notebooks = find_notebooks(folder)
    taken = measure(notebooks, folder / "data")
    slow = taken["nbconvert, one by one"]
    print(f"{len(notebooks)} notebooks")
    for name, time_ in taken.items():
        print(f"{name:32} {time_:7.1f} s   {slow / time_:5.1f} times as fast")


if __name__ == "__main__":
    main()
