"""A repair step by step, and how near each step comes to a text that is known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.words.messages import message
from commsvc.words.progress import track

from .damage import damage
from .edits import replay

if TYPE_CHECKING:
    import pandas as pd

    from . import Repaired

# In the order in which `repair` works; each step is told by the kinds of its edits.
STEPS: Final = {
    "shift": ("shift",),
    "gloss": ("gloss",),
    "script": ("script",),
    "marks": ("decimal", "stray mark", "remnant"),
    "punctuation": ("punctuation",),
    "spun": ("spun",),
}


def steps(done: Repaired) -> dict[str, str]:
    """The page after each step of its repair: the page itself, then one text a step.

    Returns
    -------
    dict from ``damaged`` and the names of the steps (`STEPS`, those that made an edit) to the
    text after them; the last one is the repaired text

    >>> from commsvc.published.repair import repair
    >>> for step, text in steps(repair("社區(qū)服務(wù)占45。2%")).items():
    ...     print(step, text)
    damaged 社區(qū)服務(wù)占45。2%
    gloss 社區服務占45。2%
    script 社区服务占45。2%
    marks 社区服务占45.2%
    """
    made, applied, texts = done.edits.counts(), set[str](), {"damaged": done.page}
    for step, kinds in STEPS.items():
        if made.keys().isdisjoint(kinds):
            continue
        applied.update(kinds)
        texts[step] = replay(done.page, [edit for edit in done.edits if edit.kind in applied])
    return texts


def edit_distance(a: str, b: str) -> int:
    """How many characters must be put in, taken out or exchanged to make one text the other.

    Levenshtein's distance, line by line where both have as many lines (then an upper bound of the
    distance of the whole, and equal to it where no line end is moved).

    >>> edit_distance("kitten", "sitting")
    3
    """
    lines_a, lines_b = a.split("\n"), b.split("\n")
    if len(lines_a) != len(lines_b):
        lines_a, lines_b = [a], [b]
    pairs = zip(lines_a, lines_b, strict=True)
    return sum(_distance(x, y) for x, y in pairs if x != y)


def _distance(a: str, b: str) -> int:
    # One row of the table at a time; insertions along the row are a running minimum.
    across = np.arange(len(b) + 1)
    target = np.fromiter(map(ord, b), dtype=np.int64, count=len(b))
    row = across.copy()
    for i, char in enumerate(a, 1):
        best = np.minimum(row[1:] + 1, row[:-1] + (target != ord(char)))
        row = np.minimum.accumulate(np.concatenate(([i], best)) - across) + across
    return int(row[-1])


def error_rates(text: str, seeds: Iterable[int] = range(10), **options: Any) -> pd.DataFrame:
    """Damage a known text, repair it, and count what is still wrong after each step.

    Parameters
    ----------
    text : simplified Chinese text, undamaged; full-width spaces are taken as plain ones, which is
        what every host makes of them and no repair can tell
    seeds : one trial each; the seed decides where `damage` puts marks and tag remnants, while
        shifts follow from the bytes of the text
    options : as for `repair`

    Returns
    -------
    DataFrame
        a row a trial and step: `seed`, `level` (``damaged``, then the steps of `steps`), `count`
        (characters to change to get back the text, `edit_distance`), `base` (characters of the
        text), `estimate` (their ratio, the character error rate)

    Raises
    ------
    CommsvcError : the text is empty

    >>> error_rates("全区有9个社区服务站。", [1], punctuation=True)[["level", "count", "base"]]
         level  count  base
    0  damaged     20    11
    1    gloss      4    11
    2   script      0    11
    """
    import pandas as pd

    from . import repair

    if not text:
        raise CommsvcError("the text is empty", where="error_rates(text)")
    truth = text.replace("\u3000", " ")
    rows = []
    for seed in track(list(seeds), message("damaging and repairing")):
        done = repair(damage(text, seed), **options)
        for step, reached in steps(done).items():
            wrong = edit_distance(reached, truth)
            rows.append((seed, step, wrong, len(truth), wrong / len(truth)))
    return pd.DataFrame(rows, columns=["seed", "level", "count", "base", "estimate"])
