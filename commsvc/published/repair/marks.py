"""Marks that do not belong: 。 for a decimal point, marks put in against copying, tag remnants.

Each rule works on simplified text without glosses and says where a character goes or what it
becomes; only a page already shown to be damaged is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = "\u3400-\u9fff"

# 58。18%: a full stop between digits, unless what follows begins a date (。20xx年) or a list (。2、).
_DECIMAL = re.compile(r"(?<=[0-9])。(?=[0-9]{1,4}(?![0-9年月日号时点、.．xX_]))")
# A quantity's unit behind the second number settles it; otherwise a sentence might end there.
_SETTLED = re.compile(r"[0-9]{1,4}(?:[%％‰万亿元人个份平公米亩倍年户名次张所家]|[—～~-][0-9])")
# Against copying, a mark is put behind 的; nothing in Chinese or English writes this.
_STRAY = re.compile(rf"(?<=[的地得])[.'`](?=[{HAN}])")
# A quote between characters that has no partner in its line.
_LONE = re.compile(rf"(?<=[{HAN}])(['`])(?=[{HAN}])")
_REMNANT = re.compile(
    rf"</?(?:p|br|div|span|strong|b|a)\b[^<>\n]{{0,40}}>|(?<=[{HAN}。、”])/?p?>(?=[{HAN}\n])"
)
# The page's punctuation between Chinese characters, folded to ASCII by the host.
_FOLDED = re.compile(
    rf"(?<=[{HAN}”》）)%0-9])[,;:?!](?=[{HAN}“《（\n])|(?<=[{HAN}”》])[,;:?!]"
    rf"|\((?=[{HAN}])|(?<=[{HAN}])\)"
)
FULL = dict(zip(",;:?!()", "，；：？！（）", strict=True))


@dataclass(frozen=True)
class Change:
    """``text[start:end]`` becomes ``after``: one character, or nothing."""

    start: int
    end: int
    after: str
    kind: str
    certain: bool = True


def decimals(text: str) -> Iterator[Change]:
    """Full stops between digits that are decimal points."""
    for match in _DECIMAL.finditer(text):
        settled = _SETTLED.match(text, match.end()) is not None
        yield Change(match.start(), match.end(), ".", "decimal", settled)


def strays(text: str) -> Iterator[Change]:
    """Single quotes, grave accents and dots put in against copying."""
    for match in _STRAY.finditer(text):
        yield Change(match.start(), match.end(), "", "stray mark")
    for match in _LONE.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : (text.find("\n", match.end()) + 1) or None]
        if line.count(match[1]) == 1 and text[match.start() - 1] not in "的地得":
            yield Change(match.start(), match.end(), "", "stray mark", certain=False)


def remnants(text: str) -> Iterator[Change]:
    """What is left of paragraph tags."""
    for match in _REMNANT.finditer(text):
        yield Change(match.start(), match.end(), "", "remnant")


def unfolded(text: str) -> Iterator[Change]:
    """ASCII punctuation between Chinese characters, as it is printed in Chinese."""
    for match in _FOLDED.finditer(text):
        yield Change(match.start(), match.end(), FULL[match[0]], "punctuation")
