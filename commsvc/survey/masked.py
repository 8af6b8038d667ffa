"""Numbers and addresses of persons inside a longer text: masked, and the rest of it kept."""

from __future__ import annotations

import re
from typing import Final

import pandas as pd

from commsvc.words.messages import Text, message

# What is found in a text, and the mask that stands for it. An identity number comes
# before a phone: eleven of its digits may look like one.
_FOUND: Final = (
    (
        re.compile(
            r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
            r"\d{3}[\dXx](?![0-9A-Za-z])"
        ),
        "[证件号 id number]",
    ),
    (
        re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", re.A),
        "[邮箱 e-mail]",
    ),
    (
        re.compile(
            r"(?<![\d.])(?:(?:\+|00)?86[- ]?)?1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?!\.?\d)"
            r"|(?<![\d.-])[(（]?0\d{2,3}(?:[-—－ ]|[)）] ?)\d{7,8}(?!\d)"
            r"|(?<!\w)\+\d{1,3}[ -]?(?:\d[ -]?){7,12}\d(?!\d)"
            r"|(?<![\d.])07\d{3}[ -]?\d{6}(?!\d)",
        ),
        "[电话 phone]",
    ),
)


def mask(text: str) -> str:
    """A text with phone and identity numbers and e-mail addresses masked.

    Mainland mobile and land lines, numbers written with + and a country, British mobiles,
    mainland identity numbers, e-mail. Names and streets are not found: they look like other words.

    >>> mask("请打13800138000，或写信到 a.b@example.org；床位 1380 张")
    '请打[电话 phone]，或写信到 [邮箱 e-mail]；床位 1380 张'
    >>> mask("身份证110101199003071234")
    '身份证[证件号 id number]'
    """
    for pattern, instead in _FOUND:
        text = pattern.sub(instead, text)
    return text


def mask_column(cells: pd.Series) -> tuple[pd.Series, int]:
    """A column with its texts masked, and how many cells that changed; other values stay.

    The categories of a categorical column are masked, also those that no row has: a file keeps
    them. They count, too.

    >>> mask_column(pd.Series(["0755-26120001 找我", "", None, 3]))[1]
    1
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        return _mask_categories(cells)
    changes = {c: mask(c) for c in cells.dropna().unique() if isinstance(c, str)}
    changes = {before: after for before, after in changes.items() if before != after}
    hit = cells.isin(list(changes))
    if not changes or not hit.any():
        return cells, 0
    return cells.where(~hit, cells.map(changes)).astype(cells.dtype), int(hit.sum())


def _mask_categories(cells: pd.Series) -> tuple[pd.Series, int]:
    before = cells.cat.categories
    after = [mask(c) if isinstance(c, str) else c for c in before]
    changed = [b != a for b, a in zip(before, after, strict=True)]
    if not any(changed):
        return cells, 0
    # Two categories may have become one.
    kind = pd.CategoricalDtype(list(dict.fromkeys(after)), cells.cat.ordered)
    masked = cells.astype(object).map(dict(zip(before, after, strict=True)), na_action="ignore")
    rows, unused = cells.isin(before[changed]), set(before[changed]) - set(cells.dropna())
    return masked.astype(kind), int(rows.sum()) + len(unused)


def mask_frame(frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """Every column of text masked, and in how many cells of which columns there was something."""
    texts = frame.select_dtypes(["object", "str", "string", "category"])
    found = {str(c): mask_column(frame[c]) for c in texts}
    masked = frame.assign(**{column: cells for column, (cells, _) in found.items()})
    return masked, {column: count for column, (_, count) in found.items() if count}


def said_masked(column: str, count: int) -> Text:
    """That so many cells of a column had something to mask."""
    return message(
        "column {column!r}: phone or identity numbers or e-mail addresses masked in {n} text",
        plural="column {column!r}: phone or identity numbers or e-mail addresses "
        "masked in {n} texts",
        column=column,
        n=count,
    )
