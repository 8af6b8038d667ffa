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
_added: list[Path] = []


def locale_folders() -> tuple[Path, ...]:
    """Where catalogues are: the program's own folder, that of ``COMMSVC_LOCALE``, those added."""
    told = os.environ.get("COMMSVC_LOCALE", "")
    return LOCALE, *([Path(told)] if told else []), *_added


def known_languages() -> tuple[str, ...]:
    """The languages there are: English, and one for each folder with catalogues.

    >>> known_languages()
    ('en', 'zh')
    """
    return SOURCE, *sorted({name for folder in locale_folders() for name in _languages_in(folder)})


@lru_cache
def _languages_in(folder: Path) -> tuple[str, ...]:
    if not folder.is_dir():
        return ()
    return tuple(p.name for p in folder.iterdir() if any(p.rglob("*.po")))


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


def language_spoken() -> str:
    """The language that a command answers in: that of ``COMMSVC_LANG``, else of the user's locale.

    >>> language_spoken() in known_languages()
    True
    """
    for name in ("COMMSVC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "").replace("-", "_").split("_")[0].lower()
        if code in known_languages():
            return code
        if code and name != "COMMSVC_LANG":
            return SOURCE
    return SOURCE
