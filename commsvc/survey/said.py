"""What was done, said in English with the Chinese beside it, so that a page has both."""

from __future__ import annotations

from collections.abc import Sequence

from commsvc.errors import CommsvcError
from commsvc.words.messages import Text


class Said(str):
    """A sentence in English that knows its Chinese.

    It is a string like any other; only what is made for readers asks for `zh`.

    Examples
    --------
    >>> line = Said("60 rows", "60 行")
    >>> line, line.zh, line.pair
    ('60 rows', '60 行', ('60 rows', '60 行'))
    """

    zh: str

    def __new__(cls, en: str, zh: str) -> Said:
        line = super().__new__(cls, en)
        line.zh = zh
        return line

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return str(self), self.zh

    @property
    def pair(self) -> tuple[str, str]:
        """(English, Chinese)."""
        return str(self), self.zh


def both(line: str | Text) -> tuple[str, str]:
    """(English, Chinese) of a line; a plain string stands for both.

    >>> both(Said("a row", "一行")), both("Q1")
    (('a row', '一行'), ('Q1', 'Q1'))
    """
    if isinstance(line, Text):
        return line.text("en"), line.text("zh")
    return line.pair if isinstance(line, Said) else (line, line)


def join(lines: Sequence[str | Text], en: str = "; ", zh: str = "；") -> Said:
    """Several lines as one, each language with its own sign between.

    >>> join([Said("2 rows", "2 行"), "Q1"]).zh
    '2 行；Q1'
    """
    if isinstance(lines, str):
        raise CommsvcError("one line where several are due", allowed="a list of lines")
    pairs = [both(line) for line in lines]
    return Said(en.join(a for a, _ in pairs), zh.join(b for _, b in pairs))
