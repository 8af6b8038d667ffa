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
from functools import cache
from itertools import groupby, product
from typing import NamedTuple

from . import gbk, misplaced
from .glosses import GLOSS, can_be_read
from .model import Model, Ranked, Request, common, in_words
from .pairing import KEPT, Reading, Shift, best, paired, sureness
from .places import (
    MARKS,
    STRAYS,
    Place,
    behind,
    bytes_of,
    closing,
    prolonged,
    stray,
    without_stray,
)

# The lost byte is A1 (the first of 。 and of the full-width space) in most places. Of all others,
# and they are many, the likeliest always seems likely.
OTHER = -2.0
# How much better than the page's own the new reading must be, in nats.
LEAST_GAIN = 0.0
# A word that ends before the place (以上) leaves nothing for the lost byte's character to join.
WORD_ENDED = -2.0
# What no sentence and no paragraph begins with, and what closes a sentence behind its full stop.
_SEPARATING, _CLOSING = "、·，。．；：？！％", "”’）］｝〉》」』】〕〗"
# A mark put in against copying stands behind 的, seldom behind anything else.
NOT_BEHIND_DE = -6.0
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
def _firsts(mark: str, second: str) -> tuple[str, str]:
    """Which characters may have lost their first byte before a mark, and the usual one.

    ``second`` is the character behind: a full stop or a space is not what stands before a comma.
    """
    trail = MARKS[mark][0]
    usual = gbk.char(0xA1, trail)
    chars = "".join(c for c in gbk.ending_with(trail) if common(c))
    # Of two full-width spaces in a row a filter takes the first whole.
    if mark == " " or second in (_SEPARATING if usual == "。" else _SEPARATING + _CLOSING):
        return chars.replace(usual, ""), ""
    return chars, usual


class _Pairing(NamedTuple):
    """A place paired anew: an unknown character, ``middle``, and one of several ends.

    An end is the characters it may be, where in the page it ends, what stands behind, and which of
    the characters is usual there. ``mark`` is a stray mark before what stands behind.
    """

    place: Place
    middle: str
    ends: tuple[tuple[str, int, str, str], ...]
    extra: float
    mark: str = ""

    def first(self) -> list[Request]:
        """What has to be known of the unknown first character."""
        seconds = self.middle[:1] or "".join(end[0] for end in self.ends)
        left, mark = self.place.before, self.place.mark
        return [(left, (known := _firsts(mark, c))[0], c, known[1]) for c in seconds]

    def last(self) -> list[Request]:
        """What has to be known of the last."""
        if self.middle:
            return [(self.middle[-1], chars, right, usual) for chars, _, right, usual in self.ends]
        return []

    def texts(self, page: str) -> Iterator[str]:
        """What else has to be scored: the page's own reading as far as each end, and the middle."""
        yield self.middle
        for chars, end, right, _ in self.ends:
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
    # No reading of a place that looks sound.
    if not place.odd and not model.has_heard_of(middle[:-1] if taken % 2 else middle):
        return
    extra = OTHER if place.mark == " " else 0.0
    if taken % 2:
        end = place.at(taken // 2)
        letter, right = middle[-1], behind(page, end)
        if letter in STRAYS and len(middle) > 2 and right >= "\u3400":
            # Judged as if it were not there, and left to the rules for such marks.
            last, pays = (middle[-2], end, right, ""), NOT_BEHIND_DE * (middle[-2] != "的")
            yield _Pairing(place, middle[:-2], (last,), extra + pays, letter)
        else:
            yield _Pairing(place, middle[:-1], ((letter, end, right, ""),), extra + LETTER)
        return
    at = place.at(len(place.run))
    # A host that puts ``?`` for the byte before puts one for the byte left over, too.
    at += place.lone and page[at : at + 1] == "?"
    if place.mark == "!" and not place.run and not place.odd:
        # Only what stands open brought this place up.
        found = [(closing(page, place.start), at)]
    else:
        found = list(_partners(page, at, raw[-1]))
    if found:
        usual = "的" if stray(page, at) else ""
        ends = tuple((c, end, behind(page, end), usual * (usual in c)) for c, end in found)
        yield _Pairing(place, middle, ends, extra)
    for longer in (prolonged(page, place), without_stray(page, place)) if place.run else ():
        if longer is not None and _heard_of(longer, len(place.run), raw[-1], model):
            yield from _pairings(page, longer, model)


def _heard_of(longer: Place, so_far: int, spare: int, model: Model) -> bool:
    """Whether the character is known that joins what goes on to the run so far."""
    beyond = bytes_of(longer.run[so_far])
    char = gbk.char(spare, beyond[0]) if beyond else ""
    return char != "" and model.has_heard_of(char)


def _readings(
    page: str, pairing: _Pairing, ranked: dict[Request, Ranked], scores: dict[str, float]
) -> Iterator[Reading]:
    """What a pairing may read; each of its unknown characters is judged by its neighbours."""
    middle = pairing.middle
    ended = WORD_ENDED * _ends_a_word(page, pairing.place.start)
    heads = [
        [(score + ended * (char != request[3]), char) for score, char in ranked[request]]
        for request in pairing.first()
    ]
    for chars, end, right, usual in pairing.ends:
        gain = pairing.extra - scores[pairing.own(page, end, right)]
        if middle:
            inside = gain + scores.get(middle, 0.0)
            tails = ranked[middle[-1], chars, right, usual]
            for (head, first), (tail, last) in product(heads[0], tails):
                yield head + inside + tail, first + middle + last + pairing.mark, end
            continue
        for last in chars:
            known, usually = _firsts(pairing.place.mark, last)
            for head, first in ranked[pairing.place.before, known, last, usually]:
                yield (
                    head + ended * (first != usually) + gain + scores[last + right],
                    first + last,
                    end,
                )


def _ends_a_word(page: str, at: int) -> bool:
    return bool(in_words(page[max(0, at - 2) : at]).any())


def _first_kind(page: str, candidates: list[Place], model: Model) -> Iterator[Shift]:
    """The shifts of the first kind; what has to be known for all is asked at once."""
    pairings = [p for place in candidates for p in _pairings(page, place, model)]
    # What a filter takes for its mark, it takes everywhere: the page never has it.
    firsts = (request for p in pairings for request in p.first())
    ranked = model.likeliest(firsts, 2, OTHER, unseen=True)
    lasts = (request for p in pairings for request in p.last())
    ranked |= model.likeliest(lasts, KEPT, NOT_BEHIND_DE, unseen=False)
    scores = model.scores(text for p in pairings for text in p.texts(page))
    for start, same in groupby(pairings, key=lambda pairing: pairing.place.start):
        ways = list(same)
        readings = best([r for way in ways for r in _readings(page, way, ranked, scores)])
        gain, reading, end = readings[0]
        place = ways[0].place
        if gain < LEAST_GAIN and not place.sure:
            continue
        yield Shift(
            start,
            end,
            reading.replace("　", " "),
            sureness(readings, None if place.sure else 0.0),
            tuple(other.replace("　", " ") for _, other, e in readings[1:KEPT] if e == end),
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
