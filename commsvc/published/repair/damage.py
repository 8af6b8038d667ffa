"""The forward model: what a host does to simplified Chinese text, for tests and demonstrations."""

from __future__ import annotations

import random
import re
from functools import cache

from . import gbk
from .glosses import readings
from .script import traditional
from .shifts import MARKS

# The host glosses about a hundred characters; which ones is all one to the repair.
GLOSSED = (
    "區務調報時關應據學習實發動衛進認經點醫礎設內術濟續網絡預現達個質標轉財業穩構機規結勵環準統驗鎮險聯補導"
    "強隊訓護養復監費當計數領獨負責項遠堅價優嚴態協擔運權風節細產執創農鄉園團紀戰擴縣獻"
)
# The order in which the host's filters went through the bytes.
_FILTERS = (",", ";", "?", "!", "。", "、", " ")
# The stand-ins of marks that stay what they are but realign the text (single bytes while it works).
_STAND_IN = {"。": b"\x01", "、": b"\x02"}
_BACK = {1: "。", 2: "、"}
_DROP, _SWALLOW = 0, 1
# A syllable's bracket opens with this byte when the gloss was put across two characters.
_MISPLACED = b"\x03"


@cache
def _pronounced() -> dict[bytes, bytes]:
    """The bytes of a glossed character to the bytes of its gloss."""
    known = readings()
    return {
        char.encode("gb18030"): f"({min(known[char])})".encode("gb18030")
        for char in GLOSSED
        if char in known
    }


def _starts(raw: bytes) -> set[int]:
    """Where the characters of an encoded text begin."""
    starts, at = set(), 0
    while at < len(raw):
        starts.add(at)
        at += 1 if raw[at] < 0x80 else 4 if raw[at + 1] < 0x40 else 2
    return starts


def _gloss(raw: bytes) -> bytes:
    """Glosses behind the bytes of the characters, wherever those bytes stand together."""
    known = _pronounced()
    aligned = _starts(raw)

    def glossed(match: re.Match[bytes]) -> bytes:
        gloss = known[match[0]]
        return match[0] + (gloss if match.start() in aligned else _MISPLACED + gloss[1:])

    return re.sub(b"|".join(map(re.escape, known)), glossed, raw, flags=re.S)


def _filter(raw: bytes) -> bytes:
    """Punctuation by bytes, as if each byte were a character."""
    for mark in _FILTERS:
        raw = raw.replace(bytes(MARKS[mark]), _STAND_IN.get(mark, mark.encode()))
    return raw


def _decode(raw: bytes) -> str:
    """Decode what the filters left: a lone byte is dropped, or swallows the byte behind it."""
    out: list[str] = []
    at, mode = 0, _DROP
    while at < len(raw):
        byte = raw[at]
        if byte < 0x80:
            out.append("(" if byte == _MISPLACED[0] else _BACK.get(byte, chr(byte)))
            at += 1
            mode = _DROP
            continue
        behind = raw[at + 1] if at + 1 < len(raw) else 0x0A
        if byte > 0x80 and behind >= 0x40 and (char := gbk.char(byte, behind)):
            out.append(char)
            at += 2
        elif behind == _MISPLACED[0]:
            # Misplaced brackets are swallowed, and the text stays shifted behind the gloss.
            closing = raw.index(b")", at)
            out.append("?" + raw[at + 2 : closing + 1].decode("gb18030", "replace"))
            at, mode = closing + 1, _SWALLOW
        elif mode == _SWALLOW and behind < 0x40 and behind not in (0x0A, 1, 2):
            out.append("?")
            at, mode = at + 2, _DROP
        else:
            at += 1
    return "".join(out)


def damage(text: str, seed: int = 0) -> str:
    """Damage simplified Chinese text the way the hosts of copied reports do.

    The text is converted to traditional script and glossed; its bytes in GBK go through filters
    that take them for punctuation, so that some places are shifted; decimal points become full
    stops; and a mark is put behind some 的. What is not in GBK is left alone.

    Parameters
    ----------
    text : the text, simplified
    seed : which 的 get a mark, and whether a paragraph keeps the end of its tag

    Returns
    -------
    The damaged text: simulated damage, never to be taken for a source.

    Examples
    --------
    >>> damage("目前社区服务站占45.2%")
    '目前社區(qū)服務(wù)站占45。2%'
    >>> damage("建设完成。快速增加的人口,大量集中。")[-22:]
    '?焖僭黾拥娜丝,大量集中。'
    """
    chance = random.Random(seed)
    text = re.sub(r"(?<=[0-9])\.(?=[0-9])", "。", text)
    text = re.sub("的(?=[\u4e00-\u9fff])", lambda _: "的" + _stray(chance), text)
    lines = []
    for line in traditional(text).split("\n"):
        raw = b"".join(_encoded(char) for char in line)
        lines.append(_decode(_filter(_gloss(raw))) + ("</p>" if chance.random() < 0.02 else ""))
    return "\n".join(lines)


def _encoded(char: str) -> bytes:
    code = gbk.lead_trail(char)
    if code is not None:
        return bytes(code)
    return char.encode() if char < "\x80" else b"?"


def _stray(chance: random.Random) -> str:
    return chance.choice(".'`") if chance.random() < 0.01 else ""
