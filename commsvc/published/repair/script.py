"""Traditional to simplified script, the host's conversion undone.

OpenCC decides words (乾隆 stays, 乾燥 becomes 干燥). It leaves 著 alone, because 著名 and 显著 are
written so in both scripts; the hosts' converters however turn every 着 into 著.
"""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from numpy.typing import NDArray

# Words in which 著 is itself; anywhere else a converted page has it for the particle 着.
# The character first: what begins with looks behind is looked for far more slowly.
_PARTICLE = re.compile(
    "著(?<![显卓昭名原编专巨土遗拙]著)(?<![^讨议争谈辩评]论著)(?<!^论著)(?<![^翻]译著)(?<!^译著)"
    "(?![名作称述者])",
    re.M,
)
# Characters OpenCC makes traditional but not simplified again (於 for fear of the surname).
_LEFT = (("於", "于"), ("暱", "昵"))


@cache
def _converter(config: str):  # type: ignore[no-untyped-def]
    # Imported late: OpenCC loads its dictionaries, which clean text never needs.
    from opencc import OpenCC

    return OpenCC(config)


@cache
def simplified_codes() -> NDArray[np.uint16]:
    """``simplified_codes()[code point]``: the simplified character of one character alone."""
    table = np.arange(0x10000, dtype=np.uint16)
    points = np.r_[0x3400:0xA000, 0xF900:0xFB00]
    alone = "\n".join(map(chr, points))
    simple = _converter("t2s").convert(alone).split("\n")
    for point, char in zip(points, simple, strict=True):
        if len(char) == 1 and ord(char) < 0x10000:
            table[point] = ord(char)
    return table


def simplify(text: str) -> str:
    """Simplified script, character for character: the length never changes.

    >>> simplify("隨著社區服務的顯著進步")
    '随着社区服务的显著进步'
    """
    simple = _converted(text)
    if simple is None:
        lines = text.split("\n")
        simple = "\n".join(_converted(line) or line.translate(_by_character()) for line in lines)
    for left, right in _LEFT:
        simple = simple.replace(left, right)
    return _PARTICLE.sub("着", simple)


def _converted(text: str) -> str | None:
    """What OpenCC makes of a text, if it can and keeps the length."""
    try:
        simple: str = _converter("t2s").convert(text)
    except UnicodeEncodeError:
        # A lone surrogate stops it.
        return None
    return simple if len(simple) == len(text) else None


def traditional(text: str) -> str:
    """Traditional script the way the hosts make it, for the forward model."""
    converted: str = _converter("s2t").convert(text)
    return converted.replace("着", "著").replace("爲", "為")


@cache
def _by_character() -> dict[int, int]:
    table = simplified_codes()
    return {int(p): int(table[p]) for p in np.flatnonzero(table != np.arange(0x10000))}
