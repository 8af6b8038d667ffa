"""How fast `commsvc.published.repair` is, beside ftfy, and how both grow with their input.

    python benchmarks/repair.py [page.txt]

Without a page the demonstration text is damaged and repeated: it holds a shift in every line or
two, far more than a real page. ftfy mends other damage than this
(UTF-8 read as Latin-1 and the like); it stands here for what reading and rewriting text costs.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from commsvc.published.repair import damage, repair

ROOT = Path(__file__).resolve().parent.parent
PAGES = (ROOT / "data/source/page.txt", ROOT / "data/published/demo_text.txt")
MEGABYTE = 1_000_000


def best(work: Callable[[], object], times: int = 5) -> float:
    """The shortest of some runs, in seconds: the others were disturbed."""
    runs = []
    for _ in range(times):
        gc.collect()
        start = time.perf_counter()
        work()
        runs.append(time.perf_counter() - start)
    return min(runs)


def load(arguments: list[str]) -> tuple[str, str]:
    """A damaged page of about 100 kB, and what it is."""
    path = Path(arguments[0]) if arguments else next(page for page in PAGES if page.is_file())
    text = path.read_text("utf-8")
    if path.name != "demo_text.txt":
        return text, path.name
    pages = "".join(damage(text, seed) + "\n" for seed in range(20))
    return pages, "demonstration text, damaged, 20 times"


def line(name: str, size: float, seconds: float, note: str = "") -> None:
    speed = size / MEGABYTE / seconds
    print(f"{name:<38}{size / MEGABYTE:>9.2f} MB{seconds:>9.3f} s{speed:>8.2f} MB/s  {note}")


MOST = """
from pathlib import Path
def most():
    # Not getrusage, which counts what the process that started this one had.
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
"""
REPAIR = f"""{MOST}
import sys, time
from commsvc.published.repair import repair
raw = Path(sys.argv[1]).read_text("utf-8")
page = raw * max(1, int(sys.argv[2]) * 1_000_000 // len(raw.encode()))
held = most()
start = time.perf_counter()
done = repair(page)
print(len(page.encode()), time.perf_counter() - start, held, most(), len(done.edits))
"""
EXTRACT = f"""{MOST}
import sys, time
from commsvc.published.extract import run
figures, text, edits = (f"{{sys.argv[1]}}.{{end}}" for end in ("csv", "repaired", "edits"))
start = time.perf_counter()
run(sys.argv[1], figures, text, edits)
print(time.perf_counter() - start, most())
"""


def alone(code: str, *arguments: object) -> list[float]:
    """What a piece of code prints in a process of its own, whose memory is its own too."""
    told = subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return [float(word) for word in told.stdout.split()]


def in_memory(page: str, megabytes: int) -> None:
    """Peak memory of one large input: of its repair, and of the whole command."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder) / "page.txt"
        scratch.write_text(page, "utf-8")
        size, seconds, held, peak, edits = alone(REPAIR, scratch, megabytes)
        note = f"{edits:.0f} edits, peak {peak / 1000:.0f} MB, input alone {held / 1000:.0f} MB"
        line(f"repair, one text of {megabytes} MB", size, seconds, note)
        copies = max(1, megabytes * MEGABYTE // len(page.encode()))
        with scratch.open("w", encoding="utf-8") as file:
            file.writelines(page for _ in range(copies))
        seconds, peak = alone(EXTRACT, scratch)
        line(f"extract, one text of {megabytes} MB", size, seconds, f"peak {peak / 1000:.0f} MB")


def main() -> None:
    """Print the tables."""
    page, what = load(sys.argv[1:])
    size = len(page.encode())
    pages = [page] * max(1, 2 * MEGABYTE // size)
    corpus = size * len(pages)
    first = best(lambda: repair(page), 1)
    print(f"source: {what}, {len(pages)} pages of {size / 1000:.0f} kB; Python {sys.version[:6]}")
    print(f"first page, tables and dictionaries read: {first:.2f} s\n")
    line("repair, page by page", corpus, best(lambda: [repair(p) for p in pages]))
    line(
        "repair and report, page by page",
        corpus,
        best(lambda: [(r := repair(p)).notes and r.spun for p in pages], 3),
    )
    clean = repair(page).text
    clean_size = len(clean.encode())
    line(
        "repair, clean pages", clean_size * len(pages), best(lambda: [repair(clean) for _ in pages])
    )
    try:
        from ftfy import fix_text
    except ImportError:
        print("ftfy is not installed (pip install ftfy)")
    else:
        mended = fix_text(page)
        note = f"{abs(len(page) - len(mended))} of {len(page) - len(clean)} characters removed"
        line(
            "ftfy.fix_text, page by page",
            corpus,
            best(lambda: [fix_text(p) for p in pages], 3),
            note,
        )
    print("\nhow it grows: one text")
    for copies in (1, 2, 4, 8, 16, 32):
        text = page * copies
        line(f"{copies} pages", size * copies, best(lambda text=text: repair(text), 3))  # type: ignore[misc]
    print("\nmemory, each in a process of its own")
    for megabytes in (1, 10, 100):
        in_memory(page, megabytes)


if __name__ == "__main__":
    main()
