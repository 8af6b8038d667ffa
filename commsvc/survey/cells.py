"""What stands in a questionnaire's cell: options joined by a sign, text typed in, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Final

import pandas as pd

from commsvc.survey.answers import BLANK, SKIPPED

JOIN: Final = "┋"  # U+250B between the options of a multiple-choice answer
ARROW: Final = "→"  # between the items of a ranking
TYPED: Final = re.compile(r"〖(.*?)〗(?=[┋→]|$)", re.S)
MARKERS: Final = {
    "(跳过)": SKIPPED,
    "（跳过）": SKIPPED,
    "(空)": BLANK,
    "（空）": BLANK,
    "": BLANK,
}
_JOINS: Final = (";", "；", "|")
_FEWEST_JOINED: Final = 2
_MOST_OPTIONS: Final = 25
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d+)?")


@lru_cache(maxsize=65536)
def split_answer(cell: str, sign: str = JOIN) -> tuple[tuple[str, str], ...]:
    """The options of one cell, each with what was typed beside it.

    The sign separates only outside 〖…〗: what a respondent typed may hold anything.

    >>> split_answer("运动┋其他【请注明】〖猫┋狗〗")
    (('运动', ''), ('其他【请注明】', '猫┋狗'))
    """
    parts, depth, current = [], 0, ""
    for character in cell:
        depth += (character == "〖") - (character == "〗" and depth > 0)
        if character == sign and depth == 0:
            parts.append(current)
            current = ""
        else:
            current += character
    # A bracket the respondent never closed would swallow the options behind it.
    parts = [*parts, current] if depth == 0 else cell.split(sign)
    return tuple(_option(part) for part in parts if part.strip())


def joined_by(values: pd.Series) -> str | None:
    """The sign between the answers of one person where a form has no sign of its own for that.

    Some forms join by semicolons or bars. Free text has such signs, too: only where a few
    answers make up all cells, each of them several times, is it a list.

    >>> joined_by(pd.Series(["meals; bath", "bath;", "meals", "meals; bath", None]))
    ';'
    >>> joined_by(pd.Series(["good; but dear", "closed; why?"]))
    """
    text = values[values.map(lambda cell: isinstance(cell, str))]
    for sign in _JOINS:
        if text.str.contains(sign, regex=False).sum() < _FEWEST_JOINED:
            continue
        parts = Counter(p.strip() for cell in text for p in cell.split(sign) if p.strip())
        if len(parts) <= _MOST_OPTIONS and min(parts.values()) >= _FEWEST_JOINED:
            return sign
    return None


def _option(part: str) -> tuple[str, str]:
    typed = TYPED.search(part)
    if typed is None:
        return part.strip(), ""
    return part[: typed.start()].strip(), typed[1].strip()


def option_order(lists: Iterable[tuple[str, ...]]) -> list[str]:
    """The order of a question's options, from answers that each keep it; else as they appear.

    >>> option_order([("none",), ("b", "c"), ("a", "b"), ("c",)])
    ['a', 'b', 'c', 'none']
    """
    rows = list(dict.fromkeys(lists))
    seen = list(dict.fromkeys(option for row in rows for option in row))
    before: dict[str, set[str]] = {option: set() for option in seen}
    for row in rows:
        for earlier, later in pairwise(row):
            before[later].add(earlier)
    joined = {option for row in rows if len(row) > 1 for option in row}
    # 以上都没有 is never ticked with another: it stands last in a list of options.
    seen.sort(key=lambda option: option not in joined)
    order: list[str] = []
    while len(order) < len(seen):
        free = [o for o in seen if o not in order and before[o] <= set(order)]
        if not free:  # answers that contradict each other keep no order
            return seen
        order.append(free[0])
    return order


def take_missing(
    cells: pd.Series, codes: Mapping[str, str] | None = None
) -> tuple[pd.Series, pd.Series]:
    """Cells with None where there is no answer, and the kinds of missing beside them.

    >>> values, kinds = take_missing(pd.Series(["a", "(跳过)", "", "-3"]), {"-3": "skipped"})
    >>> values.tolist(), kinds.tolist()
    (['a', nan, nan, nan], ['', 'skipped', 'blank', 'skipped'])
    """
    text = cells.astype(object).map(lambda cell: cell.strip() if isinstance(cell, str) else cell)
    known = {**MARKERS, **(codes or {})}
    kinds = text.map(known).astype(object)
    kinds = kinds.where(kinds.notna(), "")
    values = text.where(kinds == "", None)
    return values.astype(object), kinds


def settle(values: pd.Series) -> pd.Series:
    """Text or numbers, as all cells together allow.

    A number is one that would be written so: no leading zero, at most 15 digits. An identity
    number or a post code stays text.

    >>> settle(pd.Series(["1", None, "3"])).tolist()
    [1, <NA>, 3]
    >>> settle(pd.Series(["007", "12"])).tolist()
    ['007', '12']
    """
    filled = values.dropna().astype(str)
    if filled.empty or not filled.map(lambda cell: bool(_NUMBER.fullmatch(cell))).all():
        return values.astype("str")
    whole = not filled.str.contains(".", regex=False).any()
    numbers = pd.to_numeric(values, errors="raise")
    return numbers.astype("Int64" if whole else "float64")
