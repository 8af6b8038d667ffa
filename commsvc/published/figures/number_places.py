"""What a numeral looks like: Arabic, Chinese or masked, with its range, multiplier and 多.

`numerals` walks through a text and gives every place where a numeral stands, with its shape and
nothing decided about whether it states a number. The shapes are in ``shapes.tsv``, in the order in
which they must be tried, and what they are made of in ``parts.tsv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from commsvc.printed import read
from commsvc.printed.lexicons import rows
from commsvc.published.figures.word_tables import cue, unit_pattern, unit_words

_STARTS: Final = re.compile(
    r"[0-9xX×_*＊一二两三四五六七八九十百千万亿几半数上零〇○过翻壹贰叁肆伍陆柒捌玖拾佰仟]|\.(?=\d)"
)


# By so many times a level is more than what it changed by.
FAR: Final = 5


@dataclass(frozen=True, slots=True)
class Numeral:
    """A place where a numeral stands: its shape and the characters it takes."""

    shape: str
    start: int
    end: int


def numerals(text: str) -> Iterator[Numeral]:
    """Every numeral of a text in order, as long as it goes.

    >>> [(n.shape, "3—10万人，十几个"[n.start:n.end]) for n in numerals("3—10万人，十几个")]
    [('range', '3—10万'), ('few', '十几')]
    """
    pattern, shapes = _pattern()
    plain, names = _pattern(without="range")
    done = 0
    for begin in _STARTS.finditer(text):
        at = begin.start()
        if at < done:
            continue
        found = pattern.match(text, at)
        if found is None or found.lastindex is None:
            continue
        shape = shapes[found.lastindex - 1]
        if shape == "range" and _from_one_to_another(text, at, found.end()):
            found = plain.match(text, at) or found
            shape = names[(found.lastindex or 1) - 1]
        done = found.end()
        yield Numeral(shape, at, done)


def _from_one_to_another(text: str, start: int, end: int) -> bool:
    """Whether two numbers are no range: 回落0.3个百分点至5.2% is by one, to the other."""
    sides = re.fullmatch(r"(\d[\d.,]*)(\D*?)[至到](\d[\d.,]*)\D*", text[start:end])
    if sides is None:
        return False
    unit = unit_pattern().match(text, end)
    first, last = (read(side).face or 0 for side in (sides[1], sides[3]))
    changed = cue("change before").search(text[max(0, start - 4) : start])
    other = bool(sides[2]) and sides[2] not in text[end : unit.end() if unit else end]
    return bool(sides[2]) and (other or (changed is not None and last >= FAR * first))


@cache
def _pattern(without: str = "") -> tuple[re.Pattern[str], tuple[str, ...]]:
    """All shapes as one pattern, a group each, and the names of the groups."""
    parts: dict[str, list[str]] = {}
    for row in rows(__package__, "parts.tsv"):
        parts.setdefault(row["part"], []).append(_filled(row["pattern"], parts))
    shapes = [row for row in rows(__package__, "shapes.tsv") if row["shape"] != without]
    whole = "|".join(f"({_filled(row['pattern'], parts)})" for row in shapes)
    units, times = unit_words(), "|".join(parts["TIMES"])
    # 15万元—20万元 has its multiplier and unit on both sides.
    whole = whole.replace("UNITS", units).replace("UNIT", f"(?:{times}|(?:{times})?{units})?")
    return re.compile(whole), tuple(row["shape"] for row in shapes)


def _filled(pattern: str, parts: dict[str, list[str]]) -> str:
    """A pattern with its named parts put in; a part that has several rows is any of them."""
    return re.sub(r"\{([A-Z_]+)\}", lambda name: _any_of(parts[name[1]]), pattern)


def _any_of(patterns: list[str]) -> str:
    return patterns[0] if len(patterns) == 1 else "(?:" + "|".join(patterns) + ")"
