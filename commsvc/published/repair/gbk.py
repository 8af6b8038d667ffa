"""GBK as tables: which character a pair of bytes is, and which bytes a character has.

Python's ``gb18030`` knows every pair GBK knows and maps the user-defined ones to private-use
characters, as the hosts' decoders do, so that shifted text survives the way to Unicode and back.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

LEADS = range(0x81, 0xFF)
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))


@cache
def pairs() -> NDArray[np.uint16]:
    """``pairs()[lead, trail]``: the code point of two bytes, 0 where they are no pair."""
    table = np.zeros((256, 256), dtype=np.uint16)
    leads, trails = np.array(LEADS), np.array(TRAILS)
    raw = np.stack(np.meshgrid(leads, trails, indexing="ij"), axis=-1).astype(np.uint8)
    points = np.frombuffer(raw.tobytes().decode("gb18030").encode("utf-16-le"), dtype="<u2")
    table[leads[:, None], trails[None, :]] = points.reshape(len(leads), len(trails))
    return table


@cache
def codes() -> NDArray[np.uint16]:
    """``codes()[code point]``: the two bytes of a character as ``lead << 8 | trail``, or 0."""
    table = np.zeros(0x10000, dtype=np.uint16)
    points = pairs()
    lead, trail = np.nonzero(points)
    table[points[lead, trail]] = (lead << 8 | trail).astype(np.uint16)
    return table


def lead_trail(char: str) -> tuple[int, int] | None:
    """The two bytes of a character, or None if it has none in GBK.

    >>> [hex(byte) for byte in lead_trail("区")]
    ['0xc7', '0xf8']
    """
    point = ord(char)
    code = int(codes()[point]) if point < 0x10000 else 0
    return (code >> 8, code & 0xFF) if code else None


@cache
def char(lead: int, trail: int) -> str:
    """The character of two bytes, empty if they are no pair."""
    point = int(pairs()[lead, trail])
    return chr(point) if point else ""


@cache
def starting_with(lead: int) -> str:
    """Every character with this first byte."""
    return "".join(chr(p) for p in pairs()[lead] if p)


@cache
def ending_with(trail: int) -> str:
    """Every character with this second byte."""
    return "".join(chr(p) for p in pairs()[:, trail] if p)
