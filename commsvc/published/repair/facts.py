"""What is known of a page before it is repaired: what its host glosses, and what is shifted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from . import places, shifts
from .glosses import Bracket, brackets, of_a_host
from .model import Model, Words, fold, in_words
from .pairing import Shift

# A place without a host's company is believed where its new reading has words, its own none, and
# the odds are good; so many of them, and the page's weaker places are asked as well.
LEAST_WORDS, LEAST_MARGIN, LEAST_PLACES = 2, 2.0, 2

# Told how much of the work has been done, from 0 to 1.
Told = Callable[[float], None]


@dataclass(frozen=True)
class Facts:
    """What a repair knows of a page.

    ``brackets`` hold syllables; ``glossed`` are the characters that the page's host glosses (none:
    no host was at work); ``shifts`` are the places to be read anew.
    """

    brackets: list[Bracket] = field(default_factory=list)
    glossed: str = ""
    shifts: list[Shift] = field(default_factory=list)

    @property
    def damaged(self) -> bool:
        """Whether the page shows a host's damage at all."""
        return bool(self.glossed or self.shifts)


def learn(page: str, words: Words | None, told: Told) -> Facts:
    """Look at a page, and learn from its own prose what its odd places should read."""
    found = brackets(page)
    glossed = of_a_host(page, found)
    told(0.2)
    if glossed:
        made, _ = _shifts(page, words, found, glossed, everywhere=True)
        return Facts(found, glossed, made)
    made, _ = _shifts(page, words, found, "", everywhere=False)
    sure = [shift for shift in made if _by_its_place(page, shift)]
    told(0.6)
    if len(sure) >= LEAST_PLACES:
        made, model = _shifts(page, words, found, "", everywhere=True)
        sure = [s for s in made if (model and model.support(s.after)) or _by_its_place(page, s)]
    return Facts(found, "", sure)


def _by_its_place(page: str, shift: Shift) -> bool:
    """Whether a place shows by itself that it was shifted: no words, and words once read anew."""
    own, anew = in_words(page[shift.start : shift.end]), in_words(shift.after)
    return shift.margin >= LEAST_MARGIN and int(anew.sum()) >= LEAST_WORDS and not own.any()


def _shifts(
    page: str, words: Words | None, found: list[Bracket], glossed: str, *, everywhere: bool
) -> tuple[list[Shift], Model | None]:
    """The shifts of a page, and the model of its prose they were judged by."""
    host = bool(glossed)
    marks = list(places.found(page, host=host, everywhere=everywhere))
    if not (marks or host):
        return [], None
    model = _model(page, words, found, marks)
    candidates = list(places.places(page, marks, host=host))
    return shifts.find(page, model, candidates, glossed), model


def _model(
    page: str, words: Words | None, found: list[Bracket], marks: list[places.Found]
) -> Model:
    """The model of the page's prose, glosses and every place that may be damaged left out."""
    chars = fold(page).copy()
    prose = np.ones(len(chars), dtype=bool)
    for start, end in places.spans(page, marks):
        # With the byte behind it, which the shift may have eaten.
        chars[start : end + 1] = 0
    for bracket in found:
        prose[bracket.start : bracket.end] = False
    return Model.of(chars[prose], words)
