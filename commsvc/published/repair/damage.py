"""The forward model: what a host does to simplified Chinese text, for tests and demonstrations."""

from __future__ import annotations

import random
import re
from functools import cache

from . import gbk
from .glosses import host
from .script import traditional
from .shifts import MARKS

# The order in which the host's filters went through the bytes.
_FILTERS = (",", ";", "?", "!", "。", "、", " ")
# The stand-ins of marks that stay what they are but realign the text (single bytes while it works).
_STAND_IN = {"。": b"\x01", "、": b"\x02"}
_BACK = {1: "。", 2: "、"}


@cache
def _pronounced() -> dict[bytes, bytes]:
    """The bytes of a glossed character to the bytes of its gloss."""
    return {
        char.encode("gb18030"): f"({syllable})".encode("gb18030")
        for char, syllable in host().items()
    }


def _glossed(char: str) -> bytes:
    raw = _encoded(char)
    return raw + _pronounced().get(raw, b"")


def _filtered(raw: bytes) -> bytes:
    """Punctuation by bytes, as if each byte were a character."""
    for mark in _FILTERS:
        raw = raw.replace(bytes(MARKS[mark]), _STAND_IN.get(mark, mark.encode()))
    return raw


def _glossed_again(raw: bytes) -> bytes:
    """Glosses put behind the bytes of a character that belong to two others."""
    known = _pronounced()
    starts, at = set(), 0
    while at < len(raw):
        starts.add(at)
        at += 1 if raw[at] < 0x80 else 2

    def misplaced(match: re.Match[bytes]) -> bytes:
        gloss = known[match[0]]
        done = match.start() in starts or raw.startswith(gloss, match.end())
        return match[0] if done else match[0] + gloss

    return re.sub(b"|".join(map(re.escape, known)), misplaced, raw, flags=re.S)


def _decoded(raw: bytes, *, swallows: bool, lone: str = "") -> str:
    """Decode GBK; a lone first byte becomes ``lone``, or with the byte behind it ``?``."""
    out: list[str] = []
    at = 0
    while at < len(raw):
        byte = raw[at]
        behind = raw[at + 1] if at + 1 < len(raw) else 0
        if byte < 0x80:
            out.append(_BACK.get(byte, chr(byte)))
            at += 1
        elif behind >= 0x40 and (char := gbk.char(byte, behind)):
            out.append(char)
            at += 2
        else:
            out.append("?" if swallows else lone)
            at += 1 + swallows
    return "".join(out)


def damage(text: str, seed: int = 0, *, glossed: bool = True, lone: str = "") -> str:
    """Damage simplified Chinese text the way the hosts of copied reports do.

    The text is converted to traditional script and glossed; its bytes in GBK go through filters
    that take them for punctuation, so that some places are shifted; decimal points become full
    stops; and a mark is put behind some 的. What is not in GBK is left alone.

    Parameters
    ----------
    text : the text, simplified
    seed : which 的 get a mark, and whether a paragraph keeps the end of its tag
    glossed : without, the script stays and nothing is glossed; only the filters do their work
    lone : what stands for a byte that lost its partner to a filter: nothing, or ``?`` on some hosts

    Returns
    -------
    The damaged text: simulated damage, never to be taken for a source.

    Examples
    --------
    >>> damage("社区服务率为45.2%")
    '社區(qū)服務(wù)率為45。2%'
    >>> damage("服务完成。快速增加的人口,大量集中。")[-13:]
    '?焖僭黾拥娜丝,大量集中。'
    """
    if not glossed:
        raw_lines = (b"".join(map(_encoded, line)) for line in text.split("\n"))
        return "\n".join(_decoded(_filtered(raw), swallows=False, lone=lone) for raw in raw_lines)
    chance = random.Random(seed)
    text = re.sub(r"(?<=[0-9])\.(?=[0-9])", "。", text)
    text = re.sub("的(?=[\u4e00-\u9fff])", lambda _: "的" + _stray(chance), text)
    lines = []
    for line in traditional(text).split("\n"):
        once = _decoded(_filtered(b"".join(map(_glossed, line))), swallows=False, lone=lone)
        once += "</p>" if chance.random() < 0.02 else ""
        lines.append(_decoded(_glossed_again(b"".join(map(_encoded, once))), swallows=True))
    return "\n".join(lines)


def _encoded(char: str) -> bytes:
    code = gbk.lead_trail(char)
    if code is not None:
        return bytes(code)
    return char.encode() if char < "\x80" else b"?"


def _stray(chance: random.Random) -> str:
    return chance.choice(".'`") if chance.random() < 0.01 else ""
