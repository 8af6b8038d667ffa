"""GBK: which character a pair of bytes is, and which bytes a character has.

Python's ``gb18030`` knows every pair GBK knows and maps the user-defined ones to private-use
characters, as the hosts' decoders do, so that shifted text survives the way to Unicode and back.
"""

from __future__ import annotations

from functools import cache

LEADS = range(0x81, 0xFF)
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))


@cache
def lead_trail(char: str) -> tuple[int, int] | None:
    """The two bytes of a character, or None if it has none in GBK.

    >>> [hex(byte) for byte in lead_trail("区")]
    ['0xc7', '0xf8']
    """
    raw = char.encode("gb18030", "replace")
    return (raw[0], raw[1]) if len(raw) == 2 else None


@cache
def char(lead: int, trail: int) -> str:
    """The character of two bytes, empty if they are no pair."""
    if lead not in LEADS or trail not in TRAILS:
        return ""
    return bytes([lead, trail]).decode("gb18030")


@cache
def starting_with(lead: int) -> str:
    """Every character with this first byte."""
    return "".join(char(lead, trail) for trail in TRAILS)


@cache
def ending_with(trail: int) -> str:
    """Every character with this second byte."""
    return "".join(char(lead, trail) for lead in LEADS)
