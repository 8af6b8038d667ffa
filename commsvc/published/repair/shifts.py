"""Byte shifts: text read one byte off, put back.

A host worked on GBK bytes as if they were ASCII. Where its filters took the last byte of one
character and the first of the next for a punctuation mark, or for a character to be glossed, the
text behind was paired one byte off and stays so until an ASCII byte realigns it.

*First kind*: ``A1A3 BFEC CBD9 …`` (。快速…) holds ``A3BF``, a full-width question mark. It became
``?``, the lone ``A1`` before it was dropped, and the rest reads ``?焖…``. Undone by putting the two
bytes of the mark back and finding the lost byte before them.

*Second kind*: ``CCB8 84D3 91D5`` … a gloss was put behind ``D584`` or the like, that is across two
characters: ``?dòng)``. The question mark is the lone byte and the bracket it swallowed; the
syllable says which character was meant, hence which byte was lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from . import gbk
from .glosses import GLOSS, LETTERS, can_be_read
from .model import Model, fold

# What a filter wrote, and the two bytes it had taken for it.
MARKS = {
    ",": (0xA3, 0xAC),
    ";": (0xA3, 0xBB),
    "?": (0xA3, 0xBF),
    "!": (0xA3, 0xA1),
    "。": (0xA1, 0xA3),
    "、": (0xA1, 0xA2),
    " ": (0xA1, 0xA1),
}
# A private-use character, a box line, bopomofo, a radical or a Greek letter amid Chinese prose.
ODD = re.compile("[\ue000-\uf8ff\u2500-\u257f\u3100-\u312f\u2e80-\u2fdf\u0370-\u03ff\u224c]")
_FIRST = re.compile(
    rf"([。、,;?! ])([^\x00-\x7f。、]*)(?:([@-~])(?=\(([{LETTERS}]{{1,6}})\))|(?=\(([{LETTERS}]{{1,6}})\)))?"
)
_SECOND = re.compile(rf"\?([{LETTERS}]{{1,6}})\)([^\x00-\x7f]*)")

# The lost byte is A1 (the first of 。 and of the full-width space) in nearly all places.
_USUAL = 0.0
# One lost byte in fifty is another, and that may be any.
OTHER = -5.0
# How much better than the page's own the new reading must be, in nats.
LEAST_MARGIN = 0.0
_KEPT = 4


@dataclass(frozen=True)
class Shift:
    """A place read one byte off: ``page[start:end]`` should be ``after``."""

    start: int
    end: int
    after: str
    margin: float
    alternatives: tuple[str, ...]
    support: int


@dataclass(frozen=True)
class _Place:
    """Where a shift may be: the page between ``start`` and ``end``, and what surrounds it."""

    start: int
    end: int
    text: str
    syllable: str
    odd: bool
    before: str
    behind: str


def _neighbours(page: str, start: int, end: int) -> tuple[str, str]:
    """The characters beside a place, glosses skipped."""
    left = page[max(0, start - 9) : start]
    if left.endswith(")") and (gloss := re.search(rf"{GLOSS.pattern}$", left)):
        left = left[: gloss.start()]
    if gloss := GLOSS.match(page, end):
        end = gloss.end()
    return left[-1:] or "\n", page[end : end + 1] or "\n"


def _soft(mark: str, first: str) -> bool:
    """Whether a mark and what follows it could be a shift though no odd character shows it."""
    if mark in ";?!":
        return True
    known = gbk.lead_trail(first)
    if known is None:
        return False
    if mark == "、":
        # Circled numbers ①–⑩, A2D9–A2E2, at the head of a paragraph.
        return 0xD9 <= known[0] <= 0xE2
    return mark == "。" and known[0] == 0xA8


def places(page: str, *, soft: bool) -> Iterator[_Place]:
    """Every place where a shift of the first kind may begin.

    With ``soft`` also those where only the model can tell; otherwise those with an odd character,
    or with a gloss behind something that is not a Chinese character.
    """
    for match in _FIRST.finditer(page):
        mark, run, ascii_end, syllable, bare = match.groups()
        odd = bool(ascii_end) or (not run and bare is not None) or ODD.search(run) is not None
        if odd or (soft and run and _soft(mark, run[0])):
            before, behind = _neighbours(page, match.start(), match.end())
            yield _Place(
                match.start(), match.end(), match[0], syllable or bare or "", odd, before, behind
            )


def _repaired_pairs(raw: bytes) -> str:
    return "".join(gbk.char(raw[i], raw[i + 1]) for i in range(0, len(raw) - 1, 2))


def _bytes_of(text: str) -> bytes | None:
    known = [gbk.lead_trail(c) for c in text]
    if any(pair is None for pair in known):
        return None
    return bytes(byte for pair in known if pair is not None for byte in pair)


def _ends(page: str, place: _Place, run: str, spare: int) -> Iterator[tuple[str, int]]:
    """How a run may end whose last byte ``spare`` wants a partner: (character, place's end).

    The partner is the ASCII byte behind the run, or it was dropped and is any.
    """
    at = place.start + 1 + len(run)
    follower = page[at : at + 1]
    if "@" <= follower <= "~" and (char := gbk.char(spare, ord(follower))):
        gloss = GLOSS.match(page, at + 1)
        if gloss is None or can_be_read(char, gloss[1]):
            yield char, at + 1
        if gloss is not None:
            return
    gloss = GLOSS.match(page, at)
    for char in gbk.starting_with(spare):
        if gloss is None or can_be_read(char, gloss[1]):
            yield char, at


def _best(scored: Iterable[tuple[float, str, int]]) -> list[tuple[float, str, int]]:
    return sorted(scored, key=lambda item: -item[0])[:_KEPT]


def _first_kind(page: str, place: _Place, model: Model) -> Shift | None:
    mark, run = place.text[0], place.text[1:]
    if run and run[-1] < "\x7f":
        run = run[:-1]
    raw = _bytes_of(run)
    if raw is None:
        return None
    kept, second = MARKS[mark]
    raw = bytes([second]) + raw
    middle, spare = _repaired_pairs(raw), raw[-1]
    if len(middle) != len(raw) // 2:
        return None
    own = None if place.odd else fold(place.before + place.text + place.behind)

    # The two unknown characters, at the ends, are judged by their neighbours, one after the other.
    ends = list(_ends(page, place, run, spare))
    if not ends:
        return None
    last = middle[-1:]
    behind = [_neighbours(page, place.start, end)[1] for _, end in ends[:2]]
    chars = fold("".join(char for char, _ in ends))
    after = fold("".join([behind[0], *[behind[-1]] * (len(ends) - 1)]))
    lasts = np.full(len(chars), fold(last or "\n")[0])
    scores = model.chain(np.stack([lasts, chars, after], axis=1), own)
    best_ends = _best((float(s), *end) for s, end in zip(scores, ends, strict=True))

    readings = []
    for _, end_char, end in best_ends:
        body = middle + end_char
        firsts = gbk.ending_with(kept)
        chars = fold(firsts)
        around = np.array([[fold(place.before)[0], 0, fold(body[0])[0]]]).repeat(len(chars), 0)
        around[:, 1] = chars
        scores = model.chain(around, own)
        usual = gbk.char(0xA1, kept)
        scores = scores + [_USUAL if char == usual else OTHER for char in firsts]
        beside = _neighbours(page, place.start, end)[1]
        for _, first, _ in _best((float(s), c, 0) for s, c in zip(scores, firsts, strict=True))[:2]:
            reading = first + body
            total = model.score(place.before + reading + beside, own)
            readings.append((total + (_USUAL if first == usual else OTHER), reading, end))
    readings = _best(readings)
    score, reading, end = readings[0]
    beside = _neighbours(page, place.start, end)[1]
    margin = score - model.score(place.before + page[place.start : end] + beside, own)
    if len(readings) > 1:
        # Uncertain is what two readings share, wrong only what the page's own does better.
        doubt = score - readings[1][0]
    else:
        doubt = margin
    if margin < LEAST_MARGIN:
        return None
    return Shift(
        place.start,
        end,
        reading.replace("　", " "),
        min(margin, doubt),
        tuple(other.replace("　", " ") for _, other, e in readings[1:] if e == end),
        model.support(place.before + reading + beside),
    )


def _second_kind(page: str, match: re.Match[str], model: Model, glossed: str) -> Shift | None:
    syllable, run = match.groups()
    left = _neighbours(page, match.start(), match.end())[0]
    before, raw = gbk.lead_trail(left), _bytes_of(run)
    if before is None or raw is None:
        return None
    # Across two characters: the last byte of the one before, and the byte that was lost.
    lost = [
        trail
        for trail in gbk.TRAILS
        if (char := gbk.char(before[1], trail)) and can_be_read(char, syllable)
    ]
    host_own = [trail for trail in lost if gbk.char(before[1], trail) in glossed]
    readings = []
    for trail in host_own or lost:
        text = bytes([trail]) + raw
        middle, spare = _repaired_pairs(text), text[-1]
        if len(middle) != len(text) // 2:
            continue
        for tail, end in _second_ends(page, match.end(), spare):
            beside = _neighbours(page, match.start(), end)[1]
            readings.append((model.score(left + middle + tail + beside), middle + tail, end))
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


def _second_ends(page: str, at: int, spare: int) -> Iterator[tuple[str, int]]:
    follower = page[at : at + 1]
    if "@" <= follower <= "~" and (char := gbk.char(spare, ord(follower))):
        gloss = GLOSS.match(page, at + 1)
        if gloss is None or can_be_read(char, gloss[1]):
            yield char, at + 1
    elif follower == "?":
        # Here the decoder swallowed the ASCII byte behind the lone one: the < of a tag, or a comma.
        swallowed = "<" if page[at + 1 : at + 2] == "/" else ","
        for char in gbk.starting_with(spare):
            yield char + swallowed, at + 1


def find(page: str, model: Model, candidates: list[_Place], glossed: str) -> list[Shift]:
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
