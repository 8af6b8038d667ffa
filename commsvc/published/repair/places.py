"""Where a byte shift may begin, and what surrounds it (the shifts are told in `shifts`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from . import gbk
from .glosses import GLOSS, LETTERS

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


@cache
def _worth() -> re.Pattern[str]:
    """`_RUN` without the marks behind which nothing can have been shifted: there are many."""
    odd = rf"[。、, ](?={_IN_RUN}*(?:{ODD.pattern}|[@-~]?\({_SYLLABLE}\)))"
    leads = "|".join(
        f"{mark}(?=[{''.join(map(gbk.starting_with, leads))}])" for mark, leads in _LEADS.items()
    )
    return re.compile(rf"([;?!]|{odd}|{leads}){_TAIL}")


# Marks that come in pairs and begin with A1, so that 。” held ！.
_PAIRS = {"“": "”", "‘": "’", "【": "】", "《": "》"}


@dataclass(frozen=True)
class Place:
    """Where a shift may be: the page between ``start`` and ``end``, and what surrounds it.

    ``odd`` places show something that sound text has not; ``sure`` ones what only a shift makes.
    """

    start: int
    end: int
    run: str
    mark: str
    odd: bool
    sure: bool
    before: str


def before(page: str, at: int) -> str:
    """The character before a place, a gloss skipped."""
    left = page[max(0, at - 9) : at]
    if left.endswith(")") and (gloss := re.search(rf"{GLOSS.pattern}$", left)):
        left = left[: gloss.start()]
    return left[-1:] or "\n"


def behind(page: str, at: int) -> str:
    """The character behind a place, a gloss skipped."""
    gloss = GLOSS.match(page, at)
    if gloss:
        at = gloss.end()
    return page[at : at + 1] or "\n"


def closing(page: str, at: int) -> str:
    """The mark that would close what stands open in its line at a place, or nothing."""
    line = page[page.rfind("\n", 0, at) + 1 : at]
    opened = [line.rfind(mark) for mark in _PAIRS]
    last = max(opened)
    if last < 0:
        return ""
    mark, close = line[last], _PAIRS[line[last]]
    end = page.find("\n", at)
    rest = page[at : end if end >= 0 else len(page)]
    closed_later = 0 <= rest.find(close) < (rest.find(mark) % (len(rest) + 1))
    return "" if closed_later or line.count(mark) <= line.count(close) else close


def _possible(mark: str, run: str, page: str, at: int) -> bool:
    """Whether a mark and what follows it could be a shift though nothing odd shows it."""
    if not run:
        return mark == "!" and bool(closing(page, at))
    if mark in ";?!":
        return True
    if mark == ",":
        return False
    known = gbk.lead_trail(run[0])
    if known is None or known[0] not in _LEADS[mark]:
        return False
    return mark != " " or before(page, at) >= "\u3400"


def places(page: str, *, damaged: bool, glossed: bool) -> Iterator[Place]:
    """Every place where a shift may begin behind a mark that a filter wrote.

    On a page known to be ``damaged`` those as well where only the model can tell; on others only
    those with an odd character.
    """
    for match in _worth().finditer(page):
        mark, run, ascii_gloss, bare_gloss = match.groups()
        gloss = ascii_gloss is not None or (not run and bare_gloss is not None)
        odd = (glossed and gloss) or ODD.search(run) is not None
        if odd or (damaged and _possible(mark, run, page, match.start())):
            sure = damaged and not run and mark != " "
            yield Place(*match.span(), run, mark, odd, sure, before(page, match.start()))


def prolonged(page: str, place: Place) -> Place | None:
    """A place whose shift goes on through the mark behind its run, or None if there is none.

    The byte left over at the run's end and the first of the mark's are then one character, as in
    服务。“ where both 。“ and what precedes are shifted.
    """
    match = _RUN.match(page, place.start + 1 + len(place.run))
    if match is None or match[1] == " ":
        return None
    return replace(place, end=match.end(), run=place.run + match[1] + match[2])


def bytes_of(text: str) -> bytes | None:
    """The GBK bytes of a run, of marks those they were taken for; None where there are none."""
    try:
        raw = text.translate(_FULL).encode("gb18030")
    except UnicodeEncodeError:
        return None
    # What GBK does not have takes four bytes in its successor.
    return raw if len(raw) == 2 * len(text) else None
