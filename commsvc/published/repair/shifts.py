"""Byte shifts: text read one byte off, put back.

A host worked on GBK bytes as if they were ASCII. Where its filters took the last byte of one
character and the first of the next for a punctuation mark, or for a character to be glossed, the
text behind was paired one byte off and stays so until an ASCII byte realigns it.

*First kind*: ``A1A3 BFEC CBD9 …`` (。快速…) holds ``A3BF``, a full-width question mark. It became
``?``, the lone ``A1`` before it was dropped, and the rest reads ``?焖…``. Undone by putting the two
bytes of the mark back and finding the lost byte before them.

The *second kind* is told in `misplaced`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby, product

from . import gbk, misplaced
from .glosses import GLOSS, can_be_read
from .model import Model, Ranked, Request, common, fold
from .pairing import KEPT, Reading, Shift, best, paired
from .places import MARKS, Place, behind, bytes_of, closing, prolonged

# The lost byte is A1 (the first of 。 and of the full-width space) in nearly all places.
# One in fifty is another, and that may be any.
OTHER = -5.0
# How much better than the page's own the new reading must be, in nats.
LEAST_MARGIN = 0.0
# A character that neither the page nor common use knows: no reading of a place that looks sound.
UNHEARD_OF = 1e-7
# An ASCII letter that ends a run is no word, so its like elsewhere on the page says little.
LETTER = -8.0


def _partners(page: str, at: int, spare: int) -> Iterator[tuple[str, int]]:
    """Which characters the lone byte ``spare`` before ``at`` may begin, and where they end.

    Its partner is the ASCII byte behind it, or was dropped and is any; a gloss decides.
    """
    follower = page[at : at + 1]
    if "@" <= follower <= "~" and (char := gbk.char(spare, ord(follower))):
        gloss = GLOSS.match(page, at + 1)
        if gloss is None or can_be_read(char, gloss[1]):
            yield char, at + 1
        if gloss is not None:
            return
    chars = _common_with(spare)
    if gloss := GLOSS.match(page, at):
        chars = _read_so(spare, gloss[1])
    if chars:
        yield chars, at


@cache
def _read_so(lead: int, syllable: str) -> str:
    return "".join(char for char in gbk.starting_with(lead) if can_be_read(char, syllable))


@cache
def _common_with(lead: int) -> str:
    return "".join(char for char in gbk.starting_with(lead) if common(char))


@cache
def _firsts(mark: str) -> tuple[str, str]:
    """Which characters may have lost their first byte before a mark, and the usual one."""
    trail = MARKS[mark][0]
    chars = "".join(c for c in gbk.ending_with(trail) if common(c))
    # Of two full-width spaces in a row a filter takes the first whole.
    return (chars.replace("　", ""), "") if mark == " " else (chars, gbk.char(0xA1, trail))


@dataclass(frozen=True)
class _Pairing:
    """A place paired anew: an unknown character, ``middle``, and one of several ends.

    An end is the characters it may be, where in the page it ends, and what stands behind.
    """

    place: Place
    middle: str
    ends: tuple[tuple[str, int, str], ...]
    extra: float

    def first(self) -> list[Request]:
        """What has to be known of the unknown first character."""
        chars, usual = _firsts(self.place.mark)
        behind_it = self.middle[:1] or "".join(chars for chars, _, _ in self.ends)
        return [(self.place.before, chars, char, usual) for char in behind_it]

    def last(self) -> list[Request]:
        """What has to be known of the last."""
        if self.middle:
            return [(self.middle[-1], chars, right, "") for chars, _, right in self.ends]
        return []

    def texts(self, page: str) -> Iterator[str]:
        """What else has to be scored: the page's own reading as far as each end, and the middle."""
        yield self.middle
        for chars, end, right in self.ends:
            yield self.own(page, end, right)
            if not self.middle:
                yield from (char + right for char in chars)

    def own(self, page: str, end: int, right: str) -> str:
        """What the page reads instead, with its neighbours."""
        return self.place.before + page[self.place.start : end] + right


def _pairings(page: str, place: Place, model: Model) -> Iterator[_Pairing]:
    """The ways to pair a place anew: up to its mark, and on through it."""
    raw = bytes_of(place.run)
    if raw is None:
        return
    raw = bytes([MARKS[place.mark][1]]) + raw
    anew = paired(raw)
    if anew is None:
        return
    middle, taken = anew
    if not place.odd and middle and model.alone[fold(middle)].min() < UNHEARD_OF:
        return
    extra = 0.0 if _firsts(place.mark)[1] else OTHER
    if taken % 2:
        end = place.start + 1 + taken // 2 + 1
        yield _Pairing(place, middle[:-1], ((middle[-1], end, behind(page, end)),), extra + LETTER)
        return
    at = place.start + 1 + len(place.run)
    if place.mark == "!" and not place.run and not place.odd:
        # Only what stands open brought this place up.
        ends = [(closing(page, place.start), at)]
    else:
        ends = list(_partners(page, at, raw[-1]))
    if ends:
        full = tuple((chars, end, behind(page, end)) for chars, end in ends)
        yield _Pairing(place, middle, full, extra)
    longer = prolonged(page, place) if place.run else None
    if longer is not None:
        char = gbk.char(raw[-1], MARKS[longer.run[len(place.run)]][0])
        if char and model.alone[ord(char)] > UNHEARD_OF:
            yield from _pairings(page, longer, model)


def _readings(
    page: str, pairing: _Pairing, ranked: dict[Request, Ranked], scores: dict[str, float]
) -> Iterator[Reading]:
    """What a pairing may read; each of its unknown characters is judged by its neighbours."""
    middle = pairing.middle
    heads = [ranked[request] for request in pairing.first()]
    for chars, end, right in pairing.ends:
        gain = pairing.extra - scores[pairing.own(page, end, right)]
        if middle:
            inside = gain + scores.get(middle, 0.0)
            tails = ranked[middle[-1], chars, right, ""]
            for (head, first), (tail, last) in product(heads[0], tails):
                yield head + inside + tail, first + middle + last, end
            continue
        for last in chars:
            known, usual = _firsts(pairing.place.mark)
            for head, first in ranked[pairing.place.before, known, last, usual]:
                yield head + gain + scores[last + right], first + last, end


def _first_kind(page: str, candidates: list[Place], model: Model) -> Iterator[Shift]:
    """The shifts of the first kind; what has to be known for all is asked at once."""
    pairings = [p for place in candidates for p in _pairings(page, place, model)]
    ranked = model.likeliest((request for p in pairings for request in p.first()), 2, OTHER)
    ranked |= model.likeliest((request for p in pairings for request in p.last()), KEPT)
    scores = model.scores(text for p in pairings for text in p.texts(page))
    for start, same in groupby(pairings, key=lambda pairing: pairing.place.start):
        ways = list(same)
        readings = best([r for way in ways for r in _readings(page, way, ranked, scores)])
        margin, reading, end = readings[0]
        place = ways[0].place
        if margin < LEAST_MARGIN and not place.sure:
            continue
        rivals = [margin - other for other, _, _ in readings[1:2]]
        yield Shift(
            start,
            end,
            reading.replace("　", " "),
            min(rivals if place.sure and rivals else [margin, *rivals]),
            tuple(other.replace("　", " ") for _, other, e in readings[1:] if e == end),
        )


def find(page: str, model: Model, candidates: list[Place], glossed: str) -> list[Shift]:
    """The shifts of a page, in order; ``glossed`` are the characters its host glosses."""
    found = list(_first_kind(page, candidates, model))
    if glossed:
        found += misplaced.find(page, model, glossed)
    ordered: list[Shift] = []
    for shift in sorted(found, key=lambda shift: shift.start):
        if not ordered or shift.start >= ordered[-1].end:
            ordered.append(shift)
    return ordered
