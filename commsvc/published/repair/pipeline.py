"""The steps of a repair in their order, on one piece of a page, and the pieces joined again."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import glosses, marks
from .columns import Columns, Spans
from .edits import Edits, Part
from .facts import Facts, Told, believed
from .pieces import Piece, Pieces, as_text, code_points
from .script import simplify
from .spun import Spun
from .state import Repair, State


@dataclass(frozen=True)
class Options:
    """What `repair` was asked for."""

    script: bool | None = None
    punctuation: bool = False


_NONE = np.zeros(0, dtype=np.int64)
_NO_EDITS = Columns.of(Spans(_NONE, _NONE, _NONE, _NONE), _NONE.astype(np.uint8), {})


def repair_piece(
    piece: Piece, facts: Facts, options: Options, exchanged: Sequence[Spun] = ()
) -> Repair:
    """Repair one piece of a page.

    Parameters
    ----------
    piece, facts : the piece, and what is known of its page
    options : what was asked for
    exchanged : the exchanged words to put back, by their place in the piece's text without
        ``punctuation``
    """
    host = bool(facts.glossed)
    converted = host if options.script is None else options.script
    if not (facts.damaged or converted or options.punctuation):
        return Repair(piece.text, _NO_EDITS)
    state = State(piece.text, believed(piece, facts))
    if host:
        _strip(state, piece.brackets)
    if converted:
        shown = np.flatnonzero(state.keep)
        before = state.codes[shown]
        after = code_points(simplify(as_text(before)))
        differ = after != before
        state.set(shown[differ], after[differ], "script")
    if facts.damaged:
        _mark(state, piece, facts, exchanged)
    if options.punctuation:
        shown = np.flatnonzero(state.keep)
        state.apply(marks.unfolded(as_text(state.codes[shown])), shown)
    return state.finish(converted)


def _strip(state: State, brackets: glosses.Brackets) -> None:
    start, end = state.from_page(brackets.start), state.from_page(brackets.end)
    moved = glosses.Brackets(start, end, brackets.syllable, brackets.names)
    fits = glosses.of_their_character(moved, state.codes)
    fits |= glosses.of_a_byte_pair(moved, state.codes)
    state.delete(glosses.spans(start[fits], end[fits]), "gloss")


def _mark(state: State, piece: Piece, facts: Facts, exchanged: Sequence[Spun]) -> None:
    shown = np.flatnonzero(state.keep)
    text = as_text(state.codes[shown])
    # One kind after the other: what one took out, the next leaves alone.
    for changes in (marks.decimals(text), marks.strays(text), marks.remnants(text)):
        found = list(changes)
        at = state.to_page(shown[[change.start for change in found]]) if found else shown[:0]
        near = facts.within(at + piece.start)
        state.apply((c for c, here in zip(found, near, strict=True) if here), shown)
    if exchanged:
        shown = np.flatnonzero(state.keep)
        words = (marks.Change(s.start, s.end, s.after, "spun", False) for s in exchanged)
        state.apply(words, shown)


def repair_pieces(
    pieces: Pieces,
    facts: Facts,
    options: Options,
    told: Told,
    exchanged: Sequence[Sequence[Spun]] = (),
) -> tuple[str, Edits]:
    """Repair every piece of a page: its text and edits; ``exchanged`` are words for each piece."""
    parts: list[Part] = []
    text, rows = "", 0
    for number, piece in enumerate(pieces):
        done = repair_piece(piece, facts, options, exchanged[number] if exchanged else ())
        parts.append(Part(piece.start, len(text), rows, done.columns))
        # Not a list that is joined at the end, which would hold the text twice: a string that
        # nothing else holds grows where it is.
        text += done.text
        rows += len(done.columns)
        told(pieces.share(piece))
    return text, Edits(pieces.text, text, tuple(parts))


def by_part(found: Iterable[Spun], parts: Sequence[Part]) -> list[list[Spun]]:
    """Exchanged words by the part of the text that they stand in, placed from where it begins."""
    starts = [part.text for part in parts]
    each: list[list[Spun]] = [[] for _ in parts]
    for word in found:
        number = bisect_right(starts, word.start) - 1
        start, end = word.start - starts[number], word.end - starts[number]
        each[number].append(replace(word, start=start, end=end))
    return each
