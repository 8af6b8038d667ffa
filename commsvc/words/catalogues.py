"""Gettext catalogues, read as they are: ``locale/<language>/LC_MESSAGES/*.po``, one file a room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from commsvc.words import languages
from commsvc.words.languages import SOURCE, locale_folders

# The separator that gettext puts between a context and a message.
_CONTEXT: Final = "\x04"
# Of each added folder the file that counts before the others.
_first: dict[Path, str] = {}


@dataclass(frozen=True)
class Catalogue:
    """The messages of a language.

    Attributes
    ----------
    entries : (context +) template -> its forms, one, or one for each plural of the language
    plural : number -> index of its form
    """

    entries: Mapping[str, tuple[str, ...]]
    plural: Callable[[int], int]

    def find(self, template: str, number: int | None = None, context: str = "") -> str | None:
        """The template in this language, in the form of a number; None where there is none.

        >>> catalogue("zh").find("outside the base")
        '不计入分母'
        """
        key = context + _CONTEXT + template if context else template
        forms = self.entries.get(key)
        if forms is None:
            return self.find(template, number) if context else None
        return forms[min(self.plural(number), len(forms) - 1) if number is not None else 0]


def add_catalogues(folder: Path, first: str = "") -> None:
    """Take the catalogues of another folder of languages, too: a notebook's own words.

    Parameters
    ----------
    folder : holds a folder for each language with ``*.po`` files in it, at any depth
    first : the name, without its ending, of the file whose words count before those of the others
    """
    _first[folder] = first
    if folder not in languages._added:
        languages._added.append(folder)
        _catalogue.cache_clear()


def catalogue(language: str) -> Catalogue:
    """What is said in a language; empty for English, which is what templates are written in.

    >>> catalogue("en").find("outside the base") is None
    True
    """
    return _catalogue(language, locale_folders())


@lru_cache
def _catalogue(language: str, folders: tuple[Path, ...]) -> Catalogue:
    entries: dict[str, tuple[str, ...]] = {}
    plural: Callable[[int], int] = lambda _: 0  # noqa: E731
    if language != SOURCE:
        for folder in folders:
            files = sorted((folder / language).rglob("*.po"))
            # What is read last counts.
            for file in sorted(files, key=lambda file: file.stem == _first.get(folder)):
                found, plural = read_catalogue(file)
                entries |= found
    return Catalogue(entries, plural)


def read_catalogue(file: Path) -> tuple[dict[str, tuple[str, ...]], Callable[[int], int]]:
    """The finished entries of a ``.po`` file, and the plural rule of its language."""
    from babel.messages.pofile import read_po

    with file.open("rb") as lines:
        parsed = read_po(lines)
    entries = {}
    for entry in parsed:
        if not entry.id or entry.fuzzy:
            continue
        single = entry.id if isinstance(entry.id, str) else entry.id[0]
        forms = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        if all(forms):
            entries[f"{entry.context}{_CONTEXT}{single}" if entry.context else single] = forms
    return entries, _plural_rule(parsed.plural_expr)


def _plural_rule(expression: str) -> Callable[[int], int]:
    from gettext import c2py

    rule: Callable[[int], int] = c2py(expression)
    return rule
