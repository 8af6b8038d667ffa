"""Numbers as people type them, in words, full width or with a unit; and what only looks so."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final

import pandas as pd

from commsvc import printed
from commsvc.errors import CommsvcError

# A column of typed numbers has some that cannot be read; one of words has almost none that can.
_NUMBERS: Final = 0.8
# More different numbers of one form than this, and nobody wrote them down as options.
_MOST_OPTIONS: Final = 12
# 4部及以上, 3000元以下, 20~24岁: the options of a closed question.
_CLASS: Final = re.compile(
    r".*(?:以上|以下|以内|之内|超过|不足|不到|少于|多于|大于|小于|及以|左右|≥|≤|<|>).*|"
    r".*\d\S*\s*(?:[-~–—～至到]|to)\s*\d.*|"
    r".*\b(?:or more|or less|or over|under|over|more than|less than|at least)\b.*",
    re.I,
)


def typed_number(cell: Any) -> tuple[Any, str] | None:
    """The number and unit of a cell, where it is one number without a hedge.

    >>> typed_number("十二次"), typed_number("３"), typed_number("好几次")
    ((Fraction(12, 1), '次'), (Fraction(3, 1), ''), None)
    """
    return (cell, "") if isinstance(cell, (int, float)) else _typed_text(str(cell).strip())


@lru_cache(maxsize=65536)
def _typed_text(text: str) -> tuple[Any, str] | None:
    try:
        read = printed.read(text, exact=True)
    except CommsvcError:
        return None
    if read.kind != "number" or read.hedge or read.face is None:
        return None
    return read.face, read.unit


def holds_typed_numbers(cells: pd.Series) -> bool:
    """Whether a column of text holds numbers that people typed, and no options with numbers in.

    Typed numbers are of several forms (2, 两次, ３) or of very many values; the options of a closed
    question (1部, 2部, 4部及以上) are of one form and few, and one of them is often open. Digits
    alone that have stayed text are names of things: post codes, card numbers.

    Examples
    --------
    >>> holds_typed_numbers(pd.Series(["两次", "３", "5次", "不少", "1", "2", "3"]))
    True
    >>> holds_typed_numbers(pd.Series(["1部", "2部", "1部", "3部", "4部及以上"]))
    False
    """
    text = cells.dropna().astype(str)
    if text.empty or text.str.fullmatch(r"[0-9]+").all():
        return False
    counts = text.value_counts()
    found = {str(cell): typed_number(cell) for cell in counts.index}
    readable = sum(int(n) for cell, n in counts.items() if found[str(cell)] is not None)
    if readable < _NUMBERS * len(text) or any(_CLASS.fullmatch(cell) for cell in found):
        return False
    forms = {_form(cell, pair[1]) for cell, pair in found.items() if pair is not None}
    return len(forms) > 1 or len(counts) > _MOST_OPTIONS


def _form(cell: str, unit: str) -> tuple[str, str]:
    """How a number is written: digits, full-width digits or words, and its unit."""
    half = unicodedata.normalize("NFKC", cell)
    digits = "digits" if half == cell else "full width"
    return digits if any(c.isdigit() and c.isascii() for c in half) else "words", unit
