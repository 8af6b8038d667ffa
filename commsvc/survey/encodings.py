"""The bytes of a text file as text: certain where the file states its encoding, else doubted."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from commsvc.errors import CommsvcError

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
# What questionnaires come in where they are not UTF-8; of those that read alike the first is named.
_CANDIDATES: Final = (
    "gb18030",
    "big5",
    "cp1252",
    "shift_jis",
    "euc_kr",
    "cp1251",
    "cp1250",
    "cp1253",
    "cp1254",
    "cp1256",
    "cp874",
)
# How much of what comes out may look wrong, as charset-normalizer measures it.
_MOST_CHAOS: Final = 0.4
# A lead in disorder or in words of a language below this is none.
_CLOSE: Final = 0.04
# A byte that is no letter of the encoding a file is read in.
DAMAGED: Final = re.compile("[\udc80-\udcff]")
_SAMPLE: Final = 1 << 18
_MANY_ZEROS: Final = 0.1
# So many good signs for a bad byte, and the file is UTF-8 with a damaged cell.
_GOOD: Final = 20


@dataclass(frozen=True)
class Decoded:
    """A text with the encoding it was read in.

    Attributes
    ----------
    text, encoding
    second : the runner-up, which gives another text; "" where the encoding is certain
    """

    text: str
    encoding: str
    second: str = ""


def decode(data: bytes, where: str = "", encoding: str | None = None) -> Decoded:
    """Bytes as text, never with replaced characters.

    A mark or valid UTF-8 is certain. Of other encodings, that one is taken whose text looks most
    like words (charset-normalizer); a runner-up is named, so that it can be doubted.

    Examples
    --------
    >>> decode("满意".encode("gb18030")).text, decode("Região".encode("latin-1")).text
    ('满意', 'Região')
    >>> decode("满意,1".encode("utf-16-le")).encoding
    'utf-16-le'
    """
    tried = (encoding,) if encoding else _stated(data)
    for name in tried:
        text = _strictly(data, name)
        if text is not None and (encoding or name == "utf-8" or "\0" not in text):
            return Decoded(text, name)
    if not encoding and "utf-8" in tried and b"\xff\xff" not in data:
        if text := _nearly_utf8(data):
            return Decoded(text, "utf-8")
        found = [(name, text) for name in _judged(data) if (text := _strictly(data, name))]
        if found:
            others = [name for name, text in found[1:] if text != found[0][1]]
            return Decoded(found[0][1], found[0][0], others[0] if others else "")
        tried = (*tried, *_CANDIDATES)
    raise CommsvcError(
        f"the bytes are no text in {' or '.join(tried)}",
        where=where,
        next_step="open the file in a spreadsheet and save it as CSV UTF-8, or name its encoding",
    )


def _nearly_utf8(data: bytes) -> str:
    """UTF-8 with a few damaged bytes, which stay as lone surrogates (`DAMAGED`); else ""."""
    text = data.decode("utf-8", "surrogateescape")
    bad = len(DAMAGED.findall(text))
    good = len(text.encode("utf-8", "ignore")) - len(text.encode("ascii", "ignore"))
    return text if good > _GOOD * bad else ""


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None


def _stated(data: bytes) -> tuple[str, ...]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return (name,)
    if data[:4096].count(0) > _MANY_ZEROS * len(data[:4096]):
        # Half of the bytes of Latin letters, commas and line ends are zero: on which side says
        # which way round the pairs stand.
        odd = data[1:4096:2].count(0) >= data[0:4096:2].count(0)
        return ("utf-16-le", "utf-16-be") if odd else ("utf-16-be", "utf-16-le")
    return ("utf-8",)


def _judged(data: bytes) -> list[str]:
    """The candidates that could be, the likeliest first."""
    from charset_normalizer import from_bytes

    sample = data[:_SAMPLE] if len(data) <= _SAMPLE else data[: data.rfind(b"\n", 0, _SAMPLE)]
    matches = from_bytes(
        sample or data, cp_isolation=list(_CANDIDATES), threshold=_MOST_CHAOS, enable_fallback=False
    )
    ranked = [
        (match.chaos - match.coherence, min(map(_place, match.could_be_from_charset)))
        for match in matches
    ]
    if not ranked:
        return []
    best = min(score for score, _ in ranked)
    # Those about as likely: the one that is met more often.
    ranked.sort(key=lambda pair: (pair[0] > best + _CLOSE, pair[1]))
    return [_CANDIDATES[place] for _, place in ranked]


def _place(name: str) -> int:
    return _CANDIDATES.index(name) if name in _CANDIDATES else len(_CANDIDATES) - 1
