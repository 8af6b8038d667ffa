"""Text in lines and columns where a Chinese character is as wide as two Latin letters."""

from __future__ import annotations

import re
from unicodedata import east_asian_width

_HAN = r"\u2e80-\u9fff\uff00-\uffef"
# Marks that no Chinese line begins with.
_NOT_FIRST = "，。、；：？！）》」』％"


def width(text: str) -> int:
    """How many Latin letters the text is about as wide as.

    >>> width("满意 yes")
    8
    """
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, most: int) -> str:
    """The text in lines of at most about `most` Latin letters.

    >>> wrap("等候时间 waiting time", 12)
    '等候时间\\nwaiting time'
    >>> wrap("waiting (n = 230)", 12)
    'waiting\\n(n = 230)'
    """
    return "\n".join(_wrap_line(line, most) for line in text.split("\n"))


def _wrap_line(text: str, most: int) -> str:
    lines, line, used = [], "", 0
    # Chinese may be broken between any two characters, Latin script at spaces; an n stays whole.
    for piece in re.findall(rf"\(n = [^)]*\)|[{_HAN}]|[^\s{_HAN}]+|\s+", text):
        size = width(piece)
        if line and used + size > most and not piece.isspace() and piece not in _NOT_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0
        if line or not piece.isspace():
            line, used = line + piece, used + size
    return "\n".join([*lines, line.rstrip()])


def columns_text(rows: list[list[str]], right: list[bool]) -> list[str]:
    """Rows of cells as lines with the columns under each other; a cell may have several lines.

    Parameters
    ----------
    rows : the cells, as many in each row
    right : whether a column is aligned to the right

    Examples
    --------
    >>> columns_text([["满意", "5"], ["no", "12"]], [False, True])
    ['满意   5', 'no    12']
    """
    split = [[cell.split("\n") for cell in row] for row in rows]
    sizes = [max(width(line) for row in split for line in row[i]) for i in range(len(right))]
    lines = []
    for row in split:
        for k in range(max(map(len, row))):
            parts = []
            for cell, size, to_right in zip(row, sizes, right, strict=True):
                text = cell[k] if k < len(cell) else ""
                space = " " * (size - width(text))
                parts.append(space + text if to_right else text + space)
            lines.append("  ".join(parts).rstrip())
    return lines
