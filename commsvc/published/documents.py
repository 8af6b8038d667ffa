"""Reading a document: text, Markdown, HTML, PDF or Word to plain text and tables, with places.

PDF and Word need the extra ``documents`` (pdfplumber, python-docx).
"""

from __future__ import annotations

import codecs
import os
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from commsvc.errors import CommsvcError, needed

SUFFIXES: Final = (".txt", ".html", ".htm", ".xhtml", ".md")
DOCUMENTS: Final = (*SUFFIXES, ".pdf", ".docx")

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


# A raised number is set apart, so that no figure takes a footnote's mark for its last digit.
_RAISED: Final = str.maketrans("0123456789+-−()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_WIDEST: Final = 50
_PIPES: Final = re.compile(r"(?:^[ \t]*\|.*\|[ \t]*(?:\n|\Z)){2,}", re.M)
# The size of a raised mark, against that of its line, at most.
_SMALL: Final = 0.8
_ENDS: Final = re.compile(r"[。．.!?！？:：;；]\W*$")


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table of a document: its rows of cells, as text, and the characters it takes there."""

    rows: tuple[tuple[str, ...], ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was read.

    Attributes
    ----------
    text : its plain text; a table stands in it as lines of cells with tabs between
    encoding : how its bytes were read
    form : ``text``, ``HTML``, ``PDF`` or ``Word``
    tables : its tables, in order
    pages : where in the text each page of a PDF begins
    """

    text: str
    encoding: str
    form: str
    tables: tuple[DocumentTable, ...] = ()
    pages: tuple[int, ...] = ()

    def page_of(self, at: int) -> int | None:
        """The page, from 1, that a character of the text stands on; None where there are none."""
        return bisect_right(self.pages, at) or None

    @property
    def html(self) -> bool:
        """Whether it was a page of HTML."""
        return self.form == "HTML"


def read_document(path: str | Path) -> Document:
    """A document's text and tables.

    Parameters
    ----------
    path : a file ending in .txt, .md, .html, .pdf or .docx; other endings are read as text. Text is
        UTF-8 (with or without a byte-order mark), UTF-16 or UTF-32 with one, or GB18030; that a
        text is HTML shows in its content, too

    Returns
    -------
    Document

    Raises
    ------
    CommsvcError
        for a file that is missing, empty, broken, binary or in another encoding: decoding is
        strict, so that no character is guessed; for a PDF or Word file without the extra
        ``documents``, for a scanned PDF (it holds pictures, not text)

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     page = Path(folder, "page.html")
    ...     table = "<table><tr><th>性别<th>%<tr><td>男<td>63%</table>"
    ...     _ = page.write_text(f"<p>共1204<sup>5</sup>人</p>{table}")
    ...     read = read_document(page)
    >>> read.text.split()[0], read.tables[0].rows
    ('共1204⁵人', (('性别', '%'), ('男', '63%')))
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
    suffix = file.suffix.lower()
    if suffix == ".pdf" or raw.startswith(b"%PDF-"):
        return _read_pdf(file)
    if suffix == ".docx":
        return _read_word(file)
    text, encoding = decode(raw, str(path))
    del raw
    tables: tuple[DocumentTable, ...] = ()
    form = "text"
    if _HTML.search(text, 0, 4096) or suffix in (".html", ".htm", ".xhtml"):
        text, tables = html_to_document(text)
        form = "HTML"
    else:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        tables = tuple(_pipe_tables(text))
    if not text.strip():
        raise CommsvcError(
            "the page holds no text",
            where=str(path),
            next_step="a page drawn by a script must be saved from the browser after it is shown",
        )
    return Document(text, encoding, form, tables)


def _pipe_tables(text: str) -> Iterator[DocumentTable]:
    """The tables of Markdown: lines of cells between upright strokes."""
    for found in _PIPES.finditer(text):
        lines = [line.strip().strip("|").split("|") for line in found[0].splitlines()]
        rows = tuple(
            tuple(cell.strip() for cell in line)
            for line in lines
            if set("".join(line)) - set(":- ")
        )
        yield DocumentTable(rows, found.start(), found.end())


def documents_in(
    path: str | os.PathLike[str], suffixes: Sequence[str] = DOCUMENTS
) -> tuple[Path, ...]:
    """The file itself, or the documents of a folder by name."""
    root = Path(path)
    if not root.is_dir():
        return (root,)
    found = sorted(f for f in root.rglob("*") if f.is_file() and f.suffix.lower() in suffixes)
    if not found:
        raise CommsvcError("the folder holds no page", where=str(path), allowed=", ".join(suffixes))
    return tuple(found)


class _Parts:
    """Text and tables put one after another."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.at = 0
        self.tables: list[DocumentTable] = []

    def add(self, text: str) -> None:
        self.texts.append(text)
        self.at += len(text)

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        kept = tuple(tuple(" ".join(cell.split()) for cell in row) for row in rows)
        start = self.at
        self.add("".join("\t".join(row) + "\n" for row in kept))
        self.tables.append(DocumentTable(kept, start, self.at))

    def document(self, form: str, pages: Sequence[int] = ()) -> Document:
        return Document("".join(self.texts), form, form, tuple(self.tables), tuple(pages))


def _read_pdf(file: Path) -> Document:
    library = needed("pdfplumber", "documents", where=file)
    parts, pages = _Parts(), []
    try:
        with library.open(file) as pdf:
            for page in pdf.pages:
                pages.append(parts.at)
                _set_apart(page.chars)
                parts.add(reflowed((page.extract_text() or "").splitlines()) + "\n")
                # Lines drawn are what a table shows by; without any there is none to look for.
                if page.lines or page.rects:
                    for rows in page.extract_tables():
                        parts.table([[cell or "" for cell in row] for row in rows])
                page.close()
    except CommsvcError:
        raise
    except Exception as error:  # pdfminer has a dozen kinds of its own
        raise CommsvcError(f"this is no PDF that can be read ({error})", where=str(file)) from None
    if not "".join(parts.texts).strip():
        raise CommsvcError(
            "the PDF holds pictures of text, and no text",
            where=str(file),
            next_step="put it through text recognition (OCR) first",
        )
    return parts.document("PDF", pages)


def _set_apart(chars: Sequence[dict[str, Any]]) -> None:
    """Make the raised digits of a page what they are: smaller, and higher than what they follow."""
    large: dict[str, Any] | None = None
    for char in chars:
        small = large is not None and char["size"] < _SMALL * large["size"]
        if large is None or not small:
            large = char
        elif char["bottom"] < large["bottom"] - large["size"] / 10:
            char["text"] = char["text"].translate(_RAISED)


def reflowed(lines: Sequence[str]) -> str:
    """The lines of a page put together to paragraphs again: a line that ends no sentence goes on.

    >>> reflowed(["Of 415 patients, 170 were sat-", "isfied.", "共调查", "240人。"])
    'Of 415 patients, 170 were satisfied.\\n共调查240人。'
    """
    text = ""
    for line in (line.strip() for line in lines):
        if not text or _ENDS.search(text[-4:]) or not line:
            text += ("\n" if text else "") + line
        elif text.endswith("-") and line[:1].islower():
            text = text[:-1] + line
        else:
            han = _HAN.match(text[-1:]) or _HAN.match(line)
            text += line if han else f" {line}"
    return text


def _read_word(file: Path) -> Document:
    library = needed("docx", "documents", where=file)
    parts = _Parts()
    try:
        word = library.Document(str(file))
    except Exception as error:  # zipfile's, lxml's and its own
        said = f"this is no Word file that can be read ({error})"
        raise CommsvcError(said, where=str(file)) from None
    for block in word.iter_inner_content():
        if hasattr(block, "rows"):
            parts.table([[_word_text(cell.paragraphs) for cell in row.cells] for row in block.rows])
        else:
            parts.add(_word_text([block]) + "\n")
    document = parts.document("Word")
    if not document.text.strip():
        raise CommsvcError("the file holds no text", where=str(file))
    return document


def _word_text(paragraphs: Sequence[Any]) -> str:
    """Paragraphs with their raised numbers set apart."""
    return " ".join(
        "".join(
            run.text.translate(_RAISED) if run.font.superscript else run.text
            for run in paragraph.runs
        )
        or paragraph.text
        for paragraph in paragraphs
    )


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
    return html_to_document(html)[0]


def html_to_document(html: str) -> tuple[str, tuple[DocumentTable, ...]]:
    """The same with the tables, and where in the text they stand."""
    reader, texts = _Lines(), []
    for at in range(0, len(html), _CHUNK):
        reader.feed(html[at : at + _CHUNK])
        # Piece by piece: the thousand small strings of a large page take more than the page.
        texts.append(reader.taken())
    reader.close()
    texts.append(reader.taken())
    return "".join(texts).replace("\r", "\n"), tuple(reader.tables)


def _span(attribute: str | None) -> int:
    """Over how many columns or rows a cell stands."""
    many = attribute or ""
    return min(int(many), _WIDEST) if many.isdecimal() and many.strip("0") else 1


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.at = 0
        self.tables: list[DocumentTable] = []
        self._skipping: list[str] = []
        # Of each table that is open: where it began, its rows so far, and the columns that cells
        # of rows above reach down into, with how many rows they still do.
        self._open: list[tuple[int, list[list[str]], dict[int, int]]] = []
        self._raised = False
        self._column = 0

    def taken(self) -> str:
        """The text read since this was last asked."""
        text = "".join(self.parts)
        self.parts.clear()
        return text

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self.at += len(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _SKIPPED.fullmatch(tag):
            self._skipping.append(tag)
        elif tag in ("td", "th"):
            self._add("\t")
            self._cell(dict(attrs))
        elif _BLOCKS.fullmatch(tag):
            self._add("\n")
        if tag == "sup":
            self._raised = True
        elif tag == "table":
            self._open.append((self.at, [], {}))
        elif tag == "tr" and self._open:
            self._row()

    def _cell(self, attrs: dict[str, str | None]) -> None:
        if not self._open:
            return
        _, rows, reached = self._open[-1]
        if not rows:
            rows.append([])
        # The cells that a wide or tall one covers stay empty: columns stand under each other.
        while len(rows[-1]) in reached:
            rows[-1].append("")
        self._column, many = len(rows[-1]), _span(attrs.get("colspan"))
        rows[-1] += [""] * many
        if (tall := _span(attrs.get("rowspan"))) > 1:
            reached.update(dict.fromkeys(range(self._column, self._column + many), tall))

    def _row(self) -> None:
        start, rows, reached = self._open[-1]
        rows.append([])
        left = {column: down - 1 for column, down in reached.items() if down > 1}
        self._open[-1] = (start, rows, left)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _BLOCKS.fullmatch(tag):
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "sup":
            self._raised = False
        if tag == "table" and self._open:
            start, rows, _ = self._open.pop()
            kept = tuple(tuple(" ".join(c.split()) for c in row) for row in rows if any(row))
            if len(kept) > 1:
                self.tables.append(DocumentTable(kept, start, self.at))
        if tag in self._skipping:
            # An element left open inside ends with the one around it.
            del self._skipping[self._skipping.index(tag) :]
        elif _BLOCKS.fullmatch(tag):
            self._add("\n")

    def handle_data(self, data: str) -> None:
        if self._skipping:
            return
        text = data.replace("\n", " ") if "\n" in data and data.strip() else data
        if self._raised and text.strip().translate(_RAISED) != text.strip():
            text = text.translate(_RAISED)
        self._add(text)
        if self._open and self._open[-1][1] and self._open[-1][1][-1]:
            row = self._open[-1][1][-1]
            row[min(self._column, len(row) - 1)] += text
