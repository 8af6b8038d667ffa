"""Reading a page from disk: its bytes to text, and HTML to its lines."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from commsvc.errors import CommsvcError

SUFFIXES: Final = (".txt", ".html", ".htm", ".xhtml", ".md")

_SKIPPED: Final = re.compile(
    r"script|style|nav|noscript|template|svg|head|aside|footer|form|select|button"
)
_BLOCKS: Final = re.compile(
    r"p|div|br|[uod]l|li|d[td]|hr|h[1-6]|table|tr|caption|section|article|blockquote|pre|"
    r"figure|figcaption|header|main|body"
)
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|div|p|table|br|article)\b", re.I)
_ENCODINGS: Final = "UTF-8, UTF-16 or UTF-32 with a byte-order mark, or GB18030"
_CHUNK: Final = 1 << 16
# In how much of a text words are looked for, in how few pairs of characters none need be, and how
# many of them must be words.
_SAMPLE: Final = 200_000
_FEW_PAIRS: Final = 8
_LEAST_WORDS: Final = 0.005
# Tabs, line ends and form feeds are text; the other control bytes are not.
_BINARY: Final = bytes(set(range(32)) - {9, 10, 12, 13, 26, 27})
_CONTROL: Final = re.compile("[" + re.escape(_BINARY.decode("ascii")) + "]")
# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read: its text, how its bytes were read, and whether it was HTML."""

    text: str
    encoding: str
    html: bool


def read_page(path: str | Path) -> Page:
    """A page's text, from UTF-8 (with or without a byte-order mark), UTF-16 or
    UTF-32 with one, or GB18030.

    Parameters
    ----------
    path : a text or HTML file; which of the two it is shows in its content

    Raises
    ------
    CommsvcError
        for a file that is missing, empty, binary or in another encoding: decoding is strict, so
        that no character is guessed
    """
    file = Path(path)
    try:
        raw = file.read_bytes()
    except FileNotFoundError:
        raise CommsvcError(
            "there is no such file", where=str(path), next_step="check the path"
        ) from None
    except OSError as error:
        raise CommsvcError(f"cannot be read ({error.strerror})", where=str(path)) from None
    text, encoding = decode(raw, str(path))
    del raw
    html = bool(_HTML.search(text, 0, 4096)) or file.suffix.lower() in (".html", ".htm", ".xhtml")
    if html:
        text = html_to_text(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise CommsvcError(
            "the page holds no text",
            where=str(path),
            next_step="a page drawn by a script must be saved from the browser after it is shown",
        )
    return Page(text, encoding, html)


def decode(raw: bytes, where: str = "") -> tuple[str, str]:
    """Bytes to text, strictly, and the name of the encoding.

    >>> decode("满意".encode("gb18030"))
    ('满意', 'GB18030')
    """
    if not raw.strip():
        raise CommsvcError("the file is empty", where=where)
    for mark, name in _MARKS:
        if raw.startswith(mark):
            text = _strict(raw, name, where)
            _refuse_binary(_CONTROL.search(text) is not None, where)
            return text, name
    _refuse_binary(raw.translate(None, _BINARY) != raw, where)
    try:
        if raw.startswith(codecs.BOM_UTF8):
            return raw[3:].decode("utf-8"), "UTF-8 with a byte-order mark"
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError as utf8:
        text = _strict(raw, "GB18030", where, utf8.start)
        if not _is_chinese(text):
            raise CommsvcError(
                "neither UTF-8 nor Chinese in GB18030",
                where=f"{where}, byte {utf8.start}" if where else f"byte {utf8.start}",
                next_step="save the page as UTF-8",
            ) from None
        return text, "GB18030"


def _refuse_binary(binary: bool, where: str) -> None:
    if binary:
        raise CommsvcError(
            "this is no text: it holds control bytes",
            where=where,
            allowed=_ENCODINGS,
            next_step="save a PDF, a Word file or an archive as text first",
        )


def _is_chinese(text: str) -> bool:
    """Whether bytes that GB18030 can read say something in it: nearly any bytes pass for rare
    characters, but words they do not make."""
    from commsvc.published.repair.model import in_words

    words = in_words(text[:_SAMPLE])
    return len(words) < _FEW_PAIRS or bool(words.mean() >= _LEAST_WORDS)


def _strict(raw: bytes, encoding: str, where: str, utf8_failed: int | None = None) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        both = f"UTF-8 stops at byte {utf8_failed}, " if utf8_failed is not None else ""
        raise CommsvcError(
            f"cannot be read as text: {both}{encoding} stops at byte {error.start}",
            where=where,
            allowed=_ENCODINGS,
            next_step="save the page as UTF-8",
        ) from None


def html_to_text(html: str) -> str:
    """The lines of a page's body, without scripts, styles, forms and navigation.

    >>> html_to_text("<nav>首页</nav><p>共<b>15</b>处</p><p>占45%</p>").split()
    ['共15处', '占45%']
    """
    reader, text = _Lines(), ""
    for at in range(0, len(html), _CHUNK):
        reader.feed(html[at : at + _CHUNK])
        # Piece by piece: the thousand small strings of a large page take more than the page.
        text += reader.taken()
    reader.close()
    return text + reader.taken()


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._skipping: list[str] = []

    def taken(self) -> str:
        """The text read since this was last asked."""
        text = "".join(self.parts)
        self.parts.clear()
        return text

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _SKIPPED.fullmatch(tag):
            self._skipping.append(tag)
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("\t")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCKS.fullmatch(tag):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._skipping:
            # An element left open inside ends with the one around it.
            del self._skipping[self._skipping.index(tag) :]
        elif _BLOCKS.fullmatch(tag):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.parts.append(data.replace("\n", " ") if "\n" in data and data.strip() else data)
