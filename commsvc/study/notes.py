"""Notes of estimates and tests in both languages, without what a caption says already."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from commsvc.inference.design import Design
from commsvc.words.messages import message

_NOTES: Final = [
    (re.compile(pattern), zh)
    for pattern, zh in (
        message("outside the base"),
        message("nobody answered"),
        message("no interval from fewer than two people"),
        message("no interval: fewer than two people"),
        message("no interval: too few people or clusters"),
        message("an end the sample does not reach is missing"),
        message("no interval: one cluster a stratum in this group"),
        message("suppressed: base under (\\S+)"),
        message("suppressed: count under (\\S+)"),
        message("suppressed beside another"),
        message("(\\d+) without a group are in the total only"),
        message("(\\d+) in the base ticked nothing"),
        message("P adjusted for the number of pairs by Holm"),
        message("share of (0|100)%: Korn–Graubard interval"),
        message("(\\d+) unanswered are not in the test"),
    )
]


def split_note(note: str, design: Design) -> tuple[str, str]:
    """A note in (English, Chinese), without the design's caveat, which stands under the table.

    >>> split_note("outside the base; 3 in the base ticked nothing", Design.srs())
    ('outside the base; 3 in the base ticked nothing', '不计入分母；分母中有3人一项未选')
    >>> split_note(Design.unknown().caveat(), Design.unknown())
    ('', '')
    """
    said = set(design.caveat().split("; "))
    parts = [part for part in str(note).split("; ") if part and part not in said]
    return "; ".join(parts), "；".join(_chinese(part) for part in parts)


def _chinese(part: str) -> str:
    for pattern, zh in _NOTES:
        if found := pattern.fullmatch(part):
            return found.expand(zh)
    return part


def caveats(design: Design, notes: Iterable[str] = ()) -> tuple[str, str]:
    """What stands under a table: the design's caveat, and notes that all its rows share."""
    pairs = [split_note(note, design) for note in notes]
    en = [design.caveat(), *(note for note, _ in pairs)]
    zh = [design.caveat("zh"), *(note for _, note in pairs)]
    return "; ".join(filter(None, en)), "；".join(filter(None, zh))
