"""What stands in a questionnaire's cell: options joined by a sign, text typed in, or nothing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

import pandas as pd

from commsvc.survey.answers import BLANK, SKIPPED
from commsvc.survey.exported import JOIN

ARROW: Final = "→"  # between the items of a ranking
TYPED: Final = re.compile(r"〖(.*?)〗(?=[┋→]|$)", re.S)
MARKERS: Final = {
    "(跳过)": SKIPPED,
    "（跳过）": SKIPPED,
    "(空)": BLANK,
    "（空）": BLANK,
    "": BLANK,
}
_FEWEST_JOINED: Final = 2
_FEWEST_CODES: Final = 3  # 1,5 may be a decimal; 1,3,5 are three codes
_MOST_OPTIONS: Final = 25
# Where answers are said to be joined, the rest of the mentions was typed.
_MOST_OFTEN: Final = 0.6
_MOST_PARTS: Final = 200
# A comma that parts no thousands.
_THOUSANDS: Final = re.compile(r",(?!\d{3}\b)|(?<!\d),")
# What a header says of a question with several answers.
_SEVERAL: Final = re.compile(
    r"多选|不定项|最多.{0,4}[项个种]|至多.{0,4}[项个种]|选\s*[2-9二三四五]\s*[项个种]|"
    r"(?:select|check|tick|choose|mark) (?:all|any|up to|as many)|all that apply|"
    r"multiple (?:choices? allowed|answers|selections?|responses?)|more than one",
    re.I,
)
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


def split_joined(cell: str, sign: str = JOIN, known: Sequence[str] = ()) -> list[tuple[str, str]]:
    """As `split_answer`; where options hold the sign themselves, they are put together again.

    >>> split_joined("Yes, always, No", ", ", ["Yes, always", "No"])
    [('Yes, always', ''), ('No', '')]
    """
    if sign in (JOIN, ARROW):
        return list(split_answer(cell, sign))
    parts, options = _outside_brackets(cell, sign), set(known)
    found: list[tuple[str, str]] = []
    while parts:
        for length in range(len(parts), 1, -1):
            if (whole := sign.join(parts[:length])) in options:
                break
        else:
            length, whole = 1, parts[0]
        found.append(_option(whole))
        parts = parts[length:]
    return found


def joined_by(
    values: pd.Series, signs: Iterable[str], header: str = "", likely: bool = False
) -> tuple[list[str], str]:
    """The options and the sign between the answers of one person; "" where there is one answer.

    Free text has such signs, too: only where a few answers make up all cells, each of them several
    times and one of them alone, is it a list; or where the header says (可多选, select all).

    Parameters
    ----------
    signs : that may join, the likeliest first. ┋ is typed by nobody and needs no proof
    header : of the question
    likely : the export format joins answers, with what was typed among them

    Examples
    --------
    >>> joined_by(pd.Series(["meals; bath", "bath;", "meals", "meals; bath", None]), ";")
    (['meals', 'bath'], ';')
    >>> joined_by(pd.Series(["good; but dear", "closed; why?"]), ";")
    ([], '')
    """
    text = [cell for cell in values.tolist() if isinstance(cell, str)]
    told = likely or bool(_SEVERAL.search(header))
    for sign in signs:
        if not any(sign in cell for cell in text):
            continue
        if sign == JOIN:
            if any(len(split_answer(cell)) > 1 for cell in text):
                return [], JOIN
            continue
        rows = _whole_options([_outside_brackets(cell, sign) for cell in text], sign, told)
        if rows and _is_list(rows, told):
            return list(dict.fromkeys(part for row in rows for part in row)), sign
    return [], ""


def _outside_brackets(cell: str, sign: str) -> list[str]:
    """The parts of a cell; a sign within brackets parts nothing."""
    parts, depth = [""], 0
    for i, piece in enumerate(_THOUSANDS.split(cell) if sign == "," else cell.split(sign)):
        if i and depth <= 0:
            parts.append(piece)
        else:
            parts[-1] += (sign if i else "") + piece
        depth += sum(map(piece.count, "(（〖[")) - sum(map(piece.count, ")）〗]"))
    return [part.strip() for part in parts if part.strip()]


def _whole_options(rows: list[list[str]], sign: str, told: bool) -> list[list[str]]:
    """Rows of options; a part that only ever follows one other belongs to it: "Yes, always"."""
    for _ in range(_MOST_OPTIONS):
        parts = Counter(part for row in rows for part in row)
        if len(parts) > _MOST_PARTS:
            return []
        before: dict[str, set[str | None]] = {part: set() for part in parts}
        for row in rows:
            for earlier, later in pairwise([None, *row]):
                before[str(later)].add(earlier)
        held = {
            later: earlier
            for later, (earlier, *more) in ((part, list(found)) for part, found in before.items())
            if earlier is not None and not more and _belongs(later, parts[later], told)
        }
        if not held:
            return rows
        rows = [_put_together(row, held, sign) for row in rows]
    return rows


def _belongs(part: str, count: int, told: bool) -> bool:
    begins = part[:1].islower() or not part[:1].isalnum()
    return begins or (not told and count > _FEWEST_JOINED)


def _put_together(row: list[str], held: Mapping[str, str | None], sign: str) -> list[str]:
    out: list[str] = []
    for i, part in enumerate(row):
        if i and held.get(part) == row[i - 1]:
            out[-1] = f"{out[-1]}{sign}{part}"
        else:
            out.append(part)
    return out


def _is_list(rows: list[list[str]], told: bool) -> bool:
    parts = Counter(part for row in rows for part in row)
    several = [row for row in rows if len(row) > 1]
    if not several or any(len(set(row)) < len(row) for row in several):
        return False
    often = {part for part, count in parts.items() if count >= _FEWEST_JOINED}
    if told:
        many = sum(parts[part] for part in often) > _MOST_OFTEN * parts.total()
        return many and 1 < len(often) <= _MOST_OPTIONS
    alone = any(len(row) == 1 for row in rows)
    numbers = all(part.isdigit() for part in parts) and max(map(len, rows)) < _FEWEST_CODES
    return (
        len(several) >= _FEWEST_JOINED
        and len(parts) <= _MOST_OPTIONS
        and len(often) == len(parts)
        and alone
        and not numbers
    )


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
    (['a', None, None, None], ['', 'skipped', 'blank', 'skipped'])
    """
    text = [cell.strip() if isinstance(cell, str) else cell for cell in cells.tolist()]
    known = {**MARKERS, **(codes or {})}
    kinds = [known.get(cell, "") if isinstance(cell, str) else "" for cell in text]
    values = [None if kind else cell for cell, kind in zip(text, kinds, strict=True)]
    return pd.Series(values, cells.index, object), pd.Series(kinds, cells.index, object)


def settle(values: pd.Series) -> pd.Series:
    """Text or numbers, as all cells together allow.

    A number is one that would be written so: no leading zero, at most 15 digits. An identity
    number or a post code stays text.

    >>> settle(pd.Series(["1", None, "3"])).tolist()
    [1, <NA>, 3]
    >>> settle(pd.Series(["007", "12"])).tolist()
    ['007', '12']
    """
    filled = {str(cell) for cell in values.tolist() if not pd.isna(cell)}
    if not filled or not all(map(_NUMBER.fullmatch, filled)):
        return values.astype("str")
    whole = not any("." in cell for cell in filled)
    numbers = pd.to_numeric(values, errors="raise")
    return numbers.astype("Int64" if whole else "float64")
