"""Byte shifts of the second kind: a gloss put across two characters.

``D584 D391 D593`` (談討論) holds ``84D3``, which is 動. The gloss put behind it leaves the lone
byte ``D3``, which swallows the gloss's bracket: ``談?dòng)``. The syllable says which character was
meant, hence which byte was lost; behind it the text is paired one byte off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from . import gbk
from .glosses import GLOSS, LETTERS, can_be_read
from .model import Model
from .pairing import KEPT, Shift, best, paired, sureness
from .places import before, behind, bytes_of

_SYLLABLE = re.compile(rf"\?([{LETTERS}]{{1,6}})\)")
_SECOND = re.compile(rf"{_SYLLABLE.pattern}([^\x00-\x7f]*)")
# What any other character pays where one is usual.
UNUSUAL = -3.0
# What a lone byte may have swallowed.
_SWALLOWED = (",", " ", ".", ";", ":", ")", "/", '"', "'")


def find(page: str, model: Model, glossed: str) -> Iterator[Shift]:
    """The shifts of the second kind; ``glossed`` are the characters the host glosses."""
    for match in _SECOND.finditer(page):
        shift = _second_kind(page, match, model, glossed)
        if shift is not None:
            yield shift


def _second_kind(page: str, match: re.Match[str], model: Model, glossed: str) -> Shift | None:
    syllable, run = match.groups()
    left = before(page, match.start())
    known, raw = gbk.lead_trail(left), bytes_of(run)
    if known is None or raw is None:
        return None
    # Across two characters: the last byte of the one before, and the byte that was lost.
    lost = _trails(known[1], syllable)
    lost_of_host = [trail for trail in lost if gbk.char(known[1], trail) in glossed]
    found: list[tuple[str, int]] = []
    for trail in lost_of_host or lost:
        anew = paired(bytes([trail]) + raw)
        if anew is None:
            continue
        middle, taken = anew
        if taken % 2:
            found.append((middle, match.start(2) + taken // 2))
        else:
            spare, last = (raw or bytes([trail]))[-1], middle[-1:] or left
            ends = _tails(page, match.end(), spare, last, model)
            found += [(middle + tail, end) for tail, end in ends]
    if not found:
        return None
    whole = [left + reading + behind(page, end) for reading, end in found]
    scores = model.scores(whole)
    readings = best([(scores[w], *f) for w, f in zip(whole, found, strict=True)])
    _, reading, end = readings[0]
    others = tuple(other for _, other, e in readings[1:KEPT] if e == end)
    return Shift(match.start(), end, reading, sureness(readings), others)


@cache
def _trails(lead: int, syllable: str) -> list[int]:
    """The second bytes that make with this first one a character read so."""
    return [t for t in gbk.TRAILS if can_be_read(gbk.char(lead, t), syllable)]


def _tails(page: str, at: int, spare: int, last: str, model: Model) -> Iterator[tuple[str, int]]:
    """How a run of the second kind may end whose last byte is ``spare``, and where."""
    follower = page[at : at + 1]
    if "@" <= follower <= "~" and (char := gbk.char(spare, ord(follower))):
        gloss = GLOSS.match(page, at + 1)
        if gloss is None or can_be_read(char, gloss[1]):
            yield char, at + 1
        return
    if follower != "?":
        return
    # A lone byte at the end, too, swallowed the ASCII byte behind it: the bracket of a gloss, of
    # a tag, or a mark.
    chars, end = gbk.starting_with(spare), at + 1
    swallowed: tuple[str, ...] = _SWALLOWED
    if gloss := _SYLLABLE.match(page, at):
        chars = "".join(char for char in chars if can_be_read(char, gloss[1]))
        end, swallowed = gloss.end(), ("",)
    elif page[end : end + 1] == "/":
        swallowed = ("<",)
    elif page[end : end + 1] in ("\n", ""):
        swallowed = ("",)
    elif page[end : end + 1].isdecimal():
        # Perhaps a digit of the number behind, which nothing tells: the mark stays for it.
        swallowed = ("?",)
    if not chars:
        return
    right = behind(page, end)
    # Before a number mostly 的 stands: 占总人口的15.2%.
    usual = "的" if swallowed == ("?",) and "的" in chars else ""
    ranked = model.likeliest(
        [(last, chars, mark or right, usual) for mark in swallowed], KEPT, UNUSUAL, unseen=False
    )
    for mark in swallowed:
        for _, char in ranked[last, chars, mark or right, usual]:
            yield char + mark, end
