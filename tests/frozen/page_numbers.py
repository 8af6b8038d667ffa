"""The numbers that rendered pages show, as values: what a rebuild must not change.

    python tests/frozen/page_numbers.py reports    # what of the frozen the pages no longer show
    python tests/frozen/page_numbers.py reports --write  # freeze

The file goes when the second edition is done.
"""

import json
import re
import sys
from pathlib import Path

STORE = Path(__file__).with_suffix(".json")
# Numbers of three significant digits or more: fewer stand anywhere by chance.
NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?(?![\w.]*×)")
LEFT = re.compile(r"<(script|style|svg|code|pre)\b.*?</\1>|<[^>]*>", re.S | re.I)


def numbers_of(html):
    """The numbers on a page, without thousands marks, each once, in order of size."""
    found = {n.replace(",", "").rstrip(".") for n in NUMBER.findall(LEFT.sub(" ", html))}
    return sorted((n for n in found if len(n.strip("0.").replace(".", "")) >= 3), key=float)


def main(folder, write):
    pages = {p.stem: numbers_of(p.read_text("utf-8")) for p in sorted(Path(folder).glob("*.html"))}
    pages.pop("index", None)
    if write:
        STORE.write_text(json.dumps(pages, indent=0) + "\n", "utf-8")
        return 0
    lacking = 0
    for name, numbers in json.loads(STORE.read_text("utf-8")).items():
        gone = sorted(set(numbers) - set(pages.get(name, ())), key=float)
        lacking += len(gone)
        if gone:
            print(f"{name}: {len(gone)} of {len(numbers)}: {' '.join(gone[:60])}")
    return int(lacking > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--write" in sys.argv))
