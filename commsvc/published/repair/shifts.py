"""Byte shifts: text read one byte off, put back.

A host worked on GBK bytes as if they were ASCII. Where its filters took the last byte of one
character and the first of the next for a punctuation mark, or for a character to be glossed, the
text behind was paired one byte off and stays so until an ASCII byte realigns it.

*First kind*: ``A1A3 BFEC CBD9 …`` (。快速…) holds ``A3BF``, a full-width question mark. It became
``?``, the lone ``A1`` before it was dropped, and the rest reads ``?焖…``. Undone by putting the two
bytes of the mark back and finding the lost byte before them.

*Second kind*: ``CCB8 84D3 91D5`` … a gloss was put behind ``B884`` or the like, that is across two
characters: ``?dòng)``. The question mark is the lone byte and the bracket it swallowed; the
syllable says which character was meant, hence which byte was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from . import gbk
from .glosses import GLOSS, LETTERS, can_be_read
from .model import Model, fold
from .places import MARKS, Place, before, behind, bytes_of, closing, prolonged

_SECOND = re.compile(rf"\?([{LETTERS}]{{1,6}})\)([^\x00-\x7f]*)")
_SYLLABLE = re.compile(rf"\?([{LETTERS}]{{1,6}})\)")

# The lost byte is A1 (the first of 。 and of the full-width space) in nearly all places.
# One in fifty is another, and that may be any.
OTHER = -5.0
# How much better than the page's own the new reading must be, in nats.
LEAST_MARGIN = 0.0
# A character that neither the page nor common use knows: no reading of a place that looks sound.
UNHEARD_OF = 1e-7
# An ASCII letter that ends a run is no word, so its like elsewhere on the page says little.
LETTER = -8.0
_KEPT = 4
# What a lone byte may have swallowed.
_SWALLOWED = (",", " ", ".", ";", ":", ")", "/", '"')

# A reading: how much better it reads than the page, what it is, and where in the page it ends.
_Reading = tuple[float, str, int]


@dataclass(frozen=True)
class Shift:
    """A place read one byte off: ``page[start:end]`` should be ``after``."""

    start: int
    end: int
    after: str
    margin: float
    alternatives: tuple[str, ...]
    support: int


def _paired(raw: bytes) -> tuple[str, int] | None:
    """Pair bytes up: the characters, and how many bytes they took.

    An ASCII byte where a first byte should be realigns the text and ends the pairing; one byte may
    be left over. None where two bytes are no character.
    """
    chars = []
    for at in range(0, len(raw) - 1, 2):
        if raw[at] < 0x80:
            return "".join(chars) + chr(raw[at]), at + 1
        char = gbk.char(raw[at], raw[at + 1])
        if not char:
            return None
        chars.append(char)
    return "".join(chars), len(raw) // 2 * 2


def _best(readings: list[_Reading]) -> list[_Reading]:
    return sorted(readings, key=lambda reading: -reading[0])[:_KEPT]


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
    chars = gbk.starting_with(spare)
    if gloss := GLOSS.match(page, at):
        chars = "".join(char for char in chars if can_be_read(char, gloss[1]))
    if chars:
        yield chars, at


_fold_once = cache(fold)


def _top(
    model: Model, left: str, chars: str, right: str, usual: str = ""
) -> list[tuple[float, str]]:
    """The likeliest of some characters between two, best first; others than ``usual`` pay."""
    middle = _fold_once(chars)
    rows = np.empty((len(middle), 3), dtype=np.int64)
    rows[:, 0], rows[:, 1], rows[:, 2] = fold(left)[0], middle, fold(right)[0]
    scores = model.chain(rows)
    if usual:
        scores += OTHER
        scores[chars.index(usual)] -= OTHER
    return [(float(scores[i]), chars[i]) for i in np.argsort(-scores, kind="stable")[:_KEPT]]


@cache
def _firsts(mark: str) -> tuple[str, str]:
    """Which characters may have lost their first byte before a mark, and the usual one."""
    trail = MARKS[mark][0]
    chars = gbk.ending_with(trail)
    if mark == " ":
        # Of two full-width spaces in a row a filter takes the first whole.
        chars = chars.replace("　", "")
        return chars, ""
    return chars, gbk.char(0xA1, trail)


def _readings(page: str, place: Place, model: Model) -> Iterator[_Reading]:
    """What a place may read one byte off.

    The two unknown characters stand at the ends; each is judged by its neighbours.
    """
    raw = bytes_of(place.run)
    if raw is None:
        return
    raw = bytes([MARKS[place.mark][1]]) + raw
    paired = _paired(raw)
    if paired is None:
        return
    middle, taken = paired
    if not place.odd and middle and model.alone[fold(middle)].min() < UNHEARD_OF:
        return
    firsts, usual = _firsts(place.mark)
    pays = 0.0 if usual else OTHER
    inside = model.score(middle) + pays if len(middle) > 1 else pays
    heads = _top(model, place.before, firsts, middle[0], usual)[:2] if middle else []
    if taken % 2:
        end = place.start + 1 + taken // 2 + 1
        right = behind(page, end)
        for score, first in heads:
            yield score + inside + model.score(middle[-1] + right) + LETTER, first + middle, end
        return
    ends = _partners(page, place.start + 1 + len(place.run), raw[-1])
    if place.mark == "!" and not place.run and not place.odd:
        # Only what stands open brought this place up.
        ends = iter([(closing(page, place.start), place.start + 1)])
    for chars, end in ends:
        right = behind(page, end)
        if middle:
            tails = _top(model, middle[-1], chars, right)
            for (head_score, first), (tail_score, last) in product(heads, tails):
                yield head_score + inside + tail_score, first + middle + last, end
        else:
            for last in chars:
                for score, first in _top(model, place.before, firsts, last, usual)[:2]:
                    yield score + pays + model.score(last + right), first + last, end


def _goes_on(place: Place, longer: Place, model: Model) -> bool:
    """Whether the byte left over at the end of a run makes a character with the mark behind it."""
    spare, mark = bytes_of(place.run[-1]), longer.run[len(place.run)]
    char = gbk.char(spare[1], MARKS[mark][0]) if spare else ""
    return bool(char) and model.alone[ord(char)] > UNHEARD_OF


def _first_kind(page: str, place: Place, model: Model) -> Shift | None:
    found = list(_readings(page, place, model))
    longer = prolonged(page, place) if place.run else None
    if longer is not None and _goes_on(place, longer, model):
        found += _readings(page, longer, model)
    # Readings may end at different places: each is held against the page as far as it goes.
    there = {
        end: model.score(place.before + page[place.start : end] + behind(page, end))
        for end in {end for _, _, end in found}
    }
    readings = _best([(score - there[end], reading, end) for score, reading, end in found])
    if not readings:
        return None
    margin, reading, end = readings[0]
    right = behind(page, end)
    if margin < LEAST_MARGIN and not place.sure:
        return None
    rivals = [margin - other for other, _, _ in readings[1:2]]
    return Shift(
        place.start,
        end,
        reading.replace("　", " "),
        min(rivals if place.sure and rivals else [margin, *rivals]),
        tuple(other.replace("　", " ") for _, other, e in readings[1:] if e == end),
        model.support(place.before + reading + right),
    )


def _second_kind(page: str, match: re.Match[str], model: Model, glossed: str) -> Shift | None:
    syllable, run = match.groups()
    left = before(page, match.start())
    known, raw = gbk.lead_trail(left), bytes_of(run)
    if known is None or raw is None:
        return None
    # Across two characters: the last byte of the one before, and the byte that was lost.
    lost = [
        trail
        for trail in gbk.TRAILS
        if (char := gbk.char(known[1], trail)) and can_be_read(char, syllable)
    ]
    lost_of_host = [trail for trail in lost if gbk.char(known[1], trail) in glossed]
    readings: list[_Reading] = []
    for trail in lost_of_host or lost:
        paired = _paired(bytes([trail]) + raw)
        if paired is None:
            continue
        middle, taken = paired
        if taken % 2:
            end = match.start() + len(match[0]) - len(run) + taken // 2
            readings.append((model.score(left + middle + behind(page, end)), middle, end))
            continue
        whole = model.score(left + middle)
        last = middle[-1:] or left
        for score, tail, end in _tails(page, match.end(), (raw or bytes([trail]))[-1], last, model):
            readings.append((whole + score, middle + tail, end))
    if not readings:
        return None
    readings = _best(readings)
    score, reading, end = readings[0]
    return Shift(
        match.start(),
        end,
        reading,
        score - readings[1][0] if len(readings) > 1 else float("inf"),
        tuple(other for _, other, e in readings[1:] if e == end),
        model.support(left + reading),
    )


def _tails(page: str, at: int, spare: int, last: str, model: Model) -> Iterator[_Reading]:
    """How a run of the second kind may end whose last byte is ``spare``."""
    follower = page[at : at + 1]
    if "@" <= follower <= "~" and (char := gbk.char(spare, ord(follower))):
        gloss = GLOSS.match(page, at + 1)
        if gloss is None or can_be_read(char, gloss[1]):
            yield model.score(last + char + behind(page, at + 1)), char, at + 1
        return
    if follower != "?":
        return
    # A lone byte at the end, too, swallowed the ASCII byte behind it: the bracket of a gloss, of
    # a tag, or a mark.
    chars, swallowed = gbk.starting_with(spare), _SWALLOWED
    end = at + 1
    if gloss := _SYLLABLE.match(page, at):
        chars = "".join(char for char in chars if can_be_read(char, gloss[1]))
        end, swallowed = gloss.end(), ("",)
    elif page[end : end + 1] == "/":
        swallowed = ("<",)
    elif page[end : end + 1] in ("\n", ""):
        swallowed = ("",)
    if not chars:
        return
    right = behind(page, end)
    for mark in swallowed:
        for score, char in _top(model, last, chars, mark or right):
            yield score + (model.score(mark + right) if mark else 0.0), char + mark, end


def find(page: str, model: Model, candidates: list[Place], glossed: str) -> list[Shift]:
    """The shifts of a page, in order; ``glossed`` are the characters its host glosses."""
    found = [shift for place in candidates if (shift := _first_kind(page, place, model))]
    if glossed:
        second = (_second_kind(page, match, model, glossed) for match in _SECOND.finditer(page))
        found += [shift for shift in second if shift]
    ordered: list[Shift] = []
    for shift in sorted(found, key=lambda shift: shift.start):
        if not ordered or shift.start >= ordered[-1].end:
            ordered.append(shift)
    return ordered
