"""Chinese whose bytes were taken for western letters: ÂúÒâ is 满意, read in the wrong code page."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef]")


def is_mangled(texts: Iterable[str], encoding: str) -> bool:
    """Whether texts read in a western code page are Chinese whose bytes were taken for letters."""
    beyond = [text for text in texts if not text.isascii()]
    if not beyond or any(_HAN.search(text) for text in beyond):
        return False
    name = encoding if "1252" in encoding else "latin-1"
    return all(unmangled(text, name) != text for text in beyond)


def unmangled(text: str, western: str) -> str:
    """A text whose GB18030 bytes were read as western letters; any other as it is.

    Its letters beyond ASCII have to come in pairs that are all common Chinese signs, both bytes of
    which lie beyond ASCII: `café` has one, `Don´t know` would take the `t` along.

    >>> unmangled("ÂúÒâ", "latin-1"), unmangled("Don´t know", "latin-1")
    ('满意', 'Don´t know')
    """
    if text.isascii():
        return text
    try:
        raw = text.encode(western)
        decoded = raw.decode("gb2312")
    except (UnicodeError, LookupError):
        return text
    return decoded if all(c.isascii() or _HAN.match(c) for c in decoded) else text
