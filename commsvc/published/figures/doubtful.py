"""Which figures stand where something was lost, and why they cannot be trusted."""

from __future__ import annotations

import re
from typing import Final

from commsvc.published.figures.found import Found
from commsvc.published.figures.word_tables import cue
from commsvc.words.messages import Text, message

_POWER_LET_DOWN: Final = re.compile(r"[×xX*]\s?10\d{1,2}(?!\d)")


def doubt_about(line: str, found: Found) -> tuple[Text | str, bool]:
    """What makes a figure doubtful as it stands in its line, or "", and whether it has a value.

    Of 占总人口的?5.2% nobody knows whether it was 15.2 %: a digit may be what was lost.

    >>> text, valued = doubt_about("占总人口的?5.2%", Found(6, 10, "5.2%"))
    >>> print(text, valued)
    a character before it was lost (?), perhaps a digit False
    """
    if re.match(r"\d", found.printed):
        lost = cue("lost before").search(line[max(0, found.start - 2) : found.start])
        if lost:
            said = message(
                "a character before it was lost ({mark}), perhaps a digit", mark=lost[0][-1]
            )
            return said, False
    if _POWER_LET_DOWN.search(found.printed):
        return message("a power of ten whose superscript was lost"), True
    return "", True
