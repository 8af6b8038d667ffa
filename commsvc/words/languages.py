"""Which language a reader is spoken to in: chosen once, by argument, environment or locale."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final

from commsvc.errors import unknown_name

# The language that templates are written in; it needs no catalogue.
SOURCE: Final = "en"
# The variable of the environment that says which language is in force.
LANGUAGE: Final = "COMMSVC_LANG"
LOCALE: Final = Path(__file__).with_name("locale")
_chosen: ContextVar[str] = ContextVar("language", default="")


@lru_cache
def known_languages() -> tuple[str, ...]:
    """The languages there are: English, and one for each folder in `locale/`.

    >>> known_languages()
    ('en', 'zh')
    """
    return SOURCE, *sorted(p.name for p in LOCALE.iterdir() if (p / "LC_MESSAGES").is_dir())


def check_language(name: str) -> str:
    """The name of a language, or an error that lists those there are.

    >>> check_language("zh")
    'zh'
    """
    if name not in known_languages():
        raise unknown_name("language", name, known_languages())
    return name


def language() -> str:
    """The language in force: what `use_language` or `in_language` chose, else what the variable
    ``COMMSVC_LANG`` of the environment says, else English.

    >>> with in_language("zh"):
    ...     language()
    'zh'
    """
    told = _chosen.get() or os.environ.get(LANGUAGE, "")
    return told if told in known_languages() else SOURCE


def use_language(name: str) -> None:
    """Choose the language of all that is shown from now on.

    Parameters
    ----------
    name : a language there is, such as ``"en"`` or ``"zh"``

    Raises
    ------
    CommsvcError : no such language

    Examples
    --------
    >>> from commsvc.words import message
    >>> use_language("en")
    >>> print(message("outside the base"))
    outside the base
    """
    _chosen.set(check_language(name))


@contextmanager
def in_language(name: str) -> Iterator[None]:
    """The language within a block; afterwards it is what it was.

    >>> from commsvc.words import message
    >>> with in_language("zh"):
    ...     print(message("outside the base"))
    不计入分母
    """
    token = _chosen.set(check_language(name))
    try:
        yield
    finally:
        _chosen.reset(token)


def language_of_locale() -> str:
    """The language that the user's locale asks for, for a command spoken to in a terminal.

    >>> language_of_locale() in known_languages()
    True
    """
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if told := os.environ.get(name, ""):
            code = told.replace("-", "_").split("_")[0].lower()
            return code if code in known_languages() else SOURCE
    return SOURCE
