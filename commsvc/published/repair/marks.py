"""Marks that do not belong: 。 for a decimal point, marks put in against copying, tag remnants.

Each rule works on simplified text without glosses and says where a character goes or what it
becomes; only a page already shown to be damaged is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

HAN = "\u3400-\u9fff"

# 58。18%: a full stop between digits, unless a date (。20xx年) or a list (。2、) begins behind it.
_DECIMAL = re.compile(r"。(?=[0-9]{1,4}(?![0-9年月日号时点、.．xX_]))")
# A quantity's unit behind the second number settles it; otherwise a sentence might end there.
_SETTLED = re.compile(r"[0-9]{1,4}(?:[%％‰万亿元人个份平公米亩倍年户名次张所家]|[—～~-][0-9])")
# 达95。7%，: the clause ends behind the percentage. In 共5。20%的人 a sentence may begin with it.
_LONE_DECIMAL = re.compile(
    r"(?<![0-9.。])(?<=[\u3400-\u9fff（(])[0-9]{1,3}(?P<point>。)[0-9]{1,2}"
    r"(?=[%％‰](?:[，。；、,;）)]|$)|个百分点)",
    re.M,
)
# Characters of one code for another's sake: CJK compatibility ideographs and radicals.
COMPATIBILITY = re.compile("[\uf900-\ufaff\u2f00-\u2fdf]")
# 3。5. at the beginning of a line numbers a section.
_SECTION = re.compile(r"^[ \t\u3000]*[0-9]{1,2}(?:[.。][0-9]{1,2}){1,3}(?=[.．、 ])", re.M)
_MARK = re.compile(rf"[.'`](?=[{HAN}])")
_BEHIND_DE = re.compile(rf"(?<=[的地得])[.'`](?=[{HAN}])")
_HAN = re.compile(f"[{HAN}]")
_REMNANT = re.compile(
    rf"</?(?:p|br|div|span|strong|b|a)\b[^<>\n]{{0,40}}>(?=[{HAN}\n]|$)"
    # Between words 甲>乙 compares.
    rf"|(?<=[{HAN}。、”])(?:/?p|/(?:div|font|span|strong|td|li))>(?=[{HAN}“\n]|$)"
    rf"|(?<=[。、”])/?>(?=[{HAN}\n]|$)|(?<=[{HAN}])/?>(?=\n|$)"
)
_WINDOW = 50
# What is further off in a line of this length has nothing to do with a mark.
_LINE = 5000
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
    """Full stops between digits that are decimal points, or points of a section's number."""
    for match in _DECIMAL.finditer(text):
        if "0" <= text[match.start() - 1] <= "9" and match.start():
            settled = _SETTLED.match(text, match.end()) is not None
            yield Change(match.start(), match.end(), ".", "decimal", settled)
    for number in _SECTION.finditer(text):
        for at in (number.start() + i for i, char in enumerate(number[0]) if char == "。"):
            if not _DECIMAL.match(text, at):
                yield Change(at, at + 1, ".", "decimal")


def lone_decimals(text: str) -> Iterator[Change]:
    """The full stops that are decimal points by their place alone, on an otherwise sound page."""
    for match in _LONE_DECIMAL.finditer(text):
        yield Change(match.start("point"), match.end("point"), ".", "decimal", False)


def strays(text: str) -> Iterator[Change]:
    """Single quotes, grave accents and dots put in against copying.

    Behind 的 nothing in Chinese or English writes such a mark; elsewhere between Chinese
    characters a quote is stray if it has no partner in its line.
    """
    for match in _MARK.finditer(text, 1):
        at, before = match.start(), text[match.start() - 1]
        if before in "的地得":
            # Of a quotation that begins or ends here the other mark stands elsewhere.
            around = _BEHIND_DE.sub("", _line(text, at, _WINDOW))
            if match[0] == "." or around.count(match[0]) % 2 == 0:
                yield Change(at, at + 1, "", "stray mark")
        elif match[0] != "." and _HAN.match(before) and _line(text, at).count(match[0]) == 1:
            yield Change(at, at + 1, "", "stray mark", certain=False)


def _line(text: str, at: int, reach: int = _LINE) -> str:
    """The line around a place, as far as it reaches from there."""
    start = text.rfind("\n", max(0, at - reach), at) + 1 or max(0, at - reach)
    end = text.find("\n", at, at + reach)
    return text[start : end if end >= 0 else at + reach]


def remnants(text: str) -> Iterator[Change]:
    """What is left of paragraph tags."""
    at = text.find(">")
    while at >= 0:
        for match in _REMNANT.finditer(text, max(0, at - _WINDOW), at + 2):
            # What is opened in its line is closed here: <回车>.
            line = text[max(0, text.rfind("\n", 0, at) + 1, at - _WINDOW) : match.start()]
            opened = line.rfind("<") > line.rfind(">")
            if match.end() == at + 1 and not opened:
                yield Change(match.start(), match.end(), "", "remnant")
        at = text.find(">", at + 1)


def unfolded(text: str) -> Iterator[Change]:
    """ASCII punctuation between Chinese characters, as it is printed in Chinese."""
    for match in _FOLDED.finditer(text):
        yield Change(match.start(), match.end(), FULL[match[0]], "punctuation")
