"""Bytes paired anew, and what a shifted place then reads."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import exp, inf, log

# Up to an ASCII byte where the first byte of a character should be.
_REALIGNED = re.compile(rb"(?:[\x80-\xff].)*?[\x00-\x7f]", re.S)
# How many readings of a place are kept.
KEPT = 4
# By what the scores of readings are divided to give log odds.
TEMPERATURE = 2.0

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
    ascii_byte = _REALIGNED.match(raw)
    taken = ascii_byte.end() if ascii_byte else len(raw) // 2 * 2
    try:
        return raw[:taken].decode("gb18030"), taken
    except UnicodeDecodeError:
        return None


def best(readings: list[Reading]) -> list[Reading]:
    return sorted(readings, key=lambda reading: -reading[0])


def sureness(readings: list[Reading], own: float | None = None) -> float:
    """How sure the first of some readings is: the log odds that it is right, best reading first.

    The scores are log probabilities of pairs, which are taken for independent and are not: halved,
    they give odds that simulated damage of four kinds of prose bears out. ``own`` is the score of
    the page as it stands, where that is a reading too.
    """
    score, text, end = readings[0]
    rivals = [other for other, *which in readings[1:] if which != [text, end]]
    rivals += [] if own is None else [own]
    if not rivals:
        return inf
    return -log(sum(exp((other - score) / TEMPERATURE) for other in rivals))
