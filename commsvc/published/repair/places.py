"""Where a byte shift may begin, and what surrounds it (the shifts are told in `shifts`)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from . import gbk
from .glosses import GLOSS, LETTERS
from .model import in_words

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
_FULL = {ord(mark): gbk.char(*pair) for mark, pair in MARKS.items()}
# A private-use character, a box line, bopomofo, a radical or a Greek letter amid Chinese prose.
ODD = re.compile("[\ue000-\uf8ff\u2500-\u257f\u3100-\u312f\u2e80-\u2fdf\u0370-\u03ff\u224c]")
# First bytes behind a mark that make with it what a text may hold there: ①–⑩ behind A2, the
# bracket （ behind A3, quotes and title marks behind A1.
_LEADS = {
    "、": range(0xD9, 0xE3),
    "。": range(0xA8, 0xA9),
    " ": (0xAE, 0xAF, 0xB0, 0xB1, 0xB6, 0xB7),
}


# A run goes up to ASCII or a mark that the filters made; then perhaps an ASCII letter with a gloss,
# or a gloss, neither of which sound text has.
_IN_RUN = "[^\x00-\x7f。、]"
_SYLLABLE = f"[{LETTERS}]{{1,6}}"
_TAIL = rf"({_IN_RUN}*)(?:[@-~](?=\(({_SYLLABLE})\))|(?=\(({_SYLLABLE})\)))?"
_RUN = re.compile(rf"([。、,;?! ]){_TAIL}")
_BEHIND = re.compile(_TAIL)
# Marks put in against copying.
STRAYS = frozenset(".'`")
# Through how many marks a shift may go on: more than one is rare.
MOST_THROUGH = 4
# A run shorter than this may be sound though it has no common word.
LEAST_RUN = 4
# What of a line can have to do with a mark in it.
_LINE = 5000


@cache
def _worth() -> re.Pattern[str]:
    """`_RUN` without the marks behind which nothing can have been shifted: there are many."""
    odd = rf"(?={_IN_RUN}*(?:{ODD.pattern}|[@-~]?\({_SYLLABLE}\)))"
    leads = "|".join(
        f"(?<={mark})[{''.join(map(gbk.starting_with, leads))}]" for mark, leads in _LEADS.items()
    )
    # One set of characters in front: what begins with alternatives is looked for far more slowly.
    return re.compile(rf"([。、,;?! ])(?:(?<=[;?!])|{odd}|(?={leads})){_TAIL}")


# Marks that come in pairs and begin with A1, so that 。” held ！.
_PAIRS = {"“": "”", "‘": "’", "【": "】", "《": "》"}
_OPENING = {close: mark for mark, close in (*_PAIRS.items(), ("（", "）"), ("〈", "〉"))}


# A mark with what follows it, and whether that shows something odd.
Found = tuple[re.Match[str], bool]


class Place(NamedTuple):
    """Where a shift may be: the page between ``start`` and ``end``, and what surrounds it.

    ``odd`` places show something that sound text has not; ``sure`` ones what only a shift makes.
    ``stray`` says behind how many characters of the run a stray mark is left out of it (0: none);
    ``lone`` that the place begins with the ``?`` that some hosts put for the byte that was lost;
    ``through`` how many marks behind its own it goes on through.
    """

    start: int
    end: int
    run: str
    mark: str
    odd: bool
    sure: bool
    before: str
    stray: int = 0
    lone: bool = False
    through: int = 0

    def at(self, characters: int) -> int:
        """Where in the page so many characters of the run are over."""
        return self.start + self.lone + 1 + characters + (0 < self.stray < characters)


def before(page: str, at: int) -> str:
    """The character before a place, a gloss skipped."""
    left = page[max(0, at - 9) : at]
    if left.endswith(")") and (gloss := re.search(rf"{GLOSS.pattern}$", left)):
        left = left[: gloss.start()]
    return left[-1:] or "\n"


def behind(page: str, at: int) -> str:
    """The character behind a place, a gloss skipped, and a stray mark as if it were not there."""
    gloss = GLOSS.match(page, at)
    if gloss:
        at = gloss.end()
    return page[(at := at + stray(page, at)) : at + 1] or "\n"


def stray(page: str, at: int) -> bool:
    """Whether a mark stands here as they are put in against copying: a Chinese character behind."""
    return page[at : at + 1] in STRAYS and "\u3400" <= page[at + 1 : at + 2] < "\ua000"


def closing(page: str, at: int) -> str:
    """The mark that would close what stands open in its line at a place, or nothing."""
    line = page[page.rfind("\n", max(0, at - _LINE), at) + 1 or max(0, at - _LINE) : at]
    opened = [line.rfind(mark) for mark in _PAIRS]
    last = max(opened)
    if last < 0:
        return ""
    mark, close = line[last], _PAIRS[line[last]]
    end = page.find("\n", at, at + _LINE)
    rest = page[at : end if end >= 0 else at + _LINE]
    closed_later = 0 <= rest.find(close) < (rest.find(mark) % (len(rest) + 1))
    return "" if closed_later or line.count(mark) <= line.count(close) else close


def _closes(page: str, at: int, close: str) -> bool:
    """Whether this mark closes what stands open in the line before a place: 【注意!】 is sound."""
    mark = _OPENING.get(close)
    if mark is None:
        return False
    line = page[page.rfind("\n", max(0, at - _LINE), at) + 1 or max(0, at - _LINE) : at]
    return line.rfind(mark) > line.rfind(close)


def _possible(mark: str, run: str, page: str, at: int) -> bool:
    """Whether a mark and what follows it could be a shift though nothing odd shows it."""
    if not run:
        return mark == "!" and bool(closing(page, at))
    if mark in ";?!":
        return not _closes(page, at, run[0])
    if mark == ",":
        return False
    known = gbk.lead_trail(run[0])
    if known is None or known[0] not in _LEADS[mark]:
        return False
    return mark != " " or before(page, at) >= "\u3400"


def found(page: str, *, host: bool, everywhere: bool) -> Iterator[Found]:
    """Every mark behind which something may be shifted, and whether that shows something odd.

    On the page of a ``host`` its glosses are odd as well. Not ``everywhere``, only where what
    follows has an odd character or no word of the language in it.
    """
    for match in _worth().finditer(page):
        mark, run, ascii_gloss, bare_gloss = match.groups()
        odd = host and (ascii_gloss is not None or (not run and bare_gloss is not None))
        odd = odd or ODD.search(run) is not None
        if not (odd or everywhere or _wordless(run)):
            continue
        if odd or _possible(mark, run, page, match.start()):
            yield match, odd


def _wordless(run: str) -> bool:
    """Whether a run is long enough for a word and has none."""
    return len(run) >= LEAST_RUN and not in_words(run).any()


def places(page: str, marks: Iterable[Found], *, host: bool) -> Iterator[Place]:
    """The places that begin at these marks (from `found`)."""
    for match, odd in marks:
        start, end = match.span()
        mark, run = match[1], match[2]
        lone = _is_lone(page, match)
        sure = host and not run and mark != " "
        yield Place(start - lone, end, run, mark, odd, sure, before(page, start - lone), lone=lone)


def _is_lone(page: str, match: re.Match[str]) -> bool:
    """Whether what stands before a mark is a ``?`` for a lost byte, not ``?!`` that ends a line."""
    start, end = match.span()
    if not start or page[start - 1] != "?":
        return False
    return any(match.groups()[1:]) or page[end : end + 1] == "?"


def spans(page: str, marks: Iterable[Found]) -> Iterator[tuple[int, int]]:
    """Where these places are, with what lies behind a stray mark, which they may go on through."""
    for match, _ in marks:
        start, end = match.span()
        if page[end : end + 1] in STRAYS and (beyond := _BEHIND.match(page, end + 1)):
            end = beyond.end()
        yield start - _is_lone(page, match), end


def prolonged(page: str, place: Place) -> Place | None:
    """A place whose shift goes on through the mark behind its run, or None if there is none.

    The byte left over at the run's end and the first of the mark's are then one character, as in
    服务。“ where both 。“ and what precedes are shifted.
    """
    if place.through == MOST_THROUGH:
        return None
    match = _RUN.match(page, place.at(len(place.run)))
    if match is None or match[1] == " ":
        return None
    run = place.run + match[1] + match[2]
    return place._replace(end=match.end(), run=run, through=place.through + 1)


def without_stray(page: str, place: Place) -> Place | None:
    """A place whose shift goes on behind a stray mark in its run, or None if there is none."""
    at = place.at(len(place.run))
    if place.stray or page[at : at + 1] not in STRAYS:
        return None
    match = _BEHIND.match(page, at + 1)
    if match is None or not match[1]:
        return None
    return place._replace(end=match.end(), run=place.run + match[1], stray=len(place.run))


def bytes_of(text: str) -> bytes | None:
    """The GBK bytes of a run, of marks those they were taken for; None where there are none."""
    try:
        raw = text.translate(_FULL).encode("gb18030")
    except UnicodeEncodeError:
        return None
    # What GBK does not have takes four bytes in its successor.
    return raw if len(raw) == 2 * len(text) else None
