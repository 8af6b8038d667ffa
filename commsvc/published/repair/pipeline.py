"""The steps of a repair in their order."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import chain

from . import glosses, marks
from . import spun as _spun
from .edits import Edits
from .facts import Facts
from .script import simplify
from .state import State


@dataclass(frozen=True)
class Options:
    """What `repair` was asked for."""

    spun: bool = False
    script: bool | None = None
    punctuation: bool = False


def repaired(page: str, facts: Facts, options: Options) -> tuple[str, Edits]:
    """The text of a page, of which is known what `facts.learn` finds, and the edits to it."""
    host = bool(facts.glossed)
    converted = host if options.script is None else options.script
    state = State(page, facts.shifts)
    _compatible(state)
    if host:
        for bracket in glosses.brackets(state.text):
            pair = glosses.glosses_a_byte_pair(state.text, bracket)
            if pair or glosses.glosses_its_character(state.text, bracket):
                state.delete(bracket.start, bracket.end, "gloss")
    if converted:
        at, text = state.shown()
        state.set(at, simplify(text), "script")
    at, text = state.shown()
    if facts.damaged:
        # What one kind took out, the next leaves alone.
        state.apply(chain(marks.decimals(text), marks.strays(text), marks.remnants(text)), at)
    else:
        state.apply(marks.lone_decimals(text), at)
    if options.spun and facts.damaged:
        at, text = state.shown()
        words = _spun.find(text)
        state.apply((marks.Change(s.start, s.end, s.after, "spun", False) for s in words), at)
    if options.punctuation:
        at, text = state.shown()
        state.apply(marks.unfolded(text), at)
    return state.finish(converted)


def _compatible(state: State) -> None:
    """Compatibility characters by the ones they stand for (a PDF's ⽤ is 用)."""
    at, text = state.shown()
    if found := marks.COMPATIBILITY.search(text):
        tail = marks.COMPATIBILITY.sub(
            lambda match: unicodedata.normalize("NFKC", match[0]), text[found.start() :]
        )
        state.set(at, text[: found.start()] + tail, "compatibility")
