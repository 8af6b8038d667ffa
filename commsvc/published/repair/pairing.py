"""Bytes paired anew, and what a shifted place then reads."""

from __future__ import annotations

from dataclasses import dataclass

from . import gbk

# How many readings of a place are kept.
KEPT = 4

# A reading: how well it reads, what it is, and where in the page it ends.
Reading = tuple[float, str, int]


@dataclass(frozen=True)
class Shift:
    """A place read one byte off: ``page[start:end]`` should be ``after``."""

    start: int
    end: int
    after: str
    margin: float
    alternatives: tuple[str, ...]


def paired(raw: bytes) -> tuple[str, int] | None:
    """Pair bytes up: the characters, and how many bytes they took.

    An ASCII byte where a first byte should be realigns the text and ends the pairing; one byte may
    be left over. None where two bytes are no character.
    """
    chars: list[str] = []
    for at in range(0, len(raw) - 1, 2):
        if raw[at] < 0x80:
            return "".join(chars) + chr(raw[at]), at + 1
        char = gbk.char(raw[at], raw[at + 1])
        if not char:
            return None
        chars.append(char)
    return "".join(chars), len(raw) // 2 * 2


def best(readings: list[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: -reading[0])[:KEPT]
