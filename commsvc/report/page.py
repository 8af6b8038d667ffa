"""An executed notebook as the parts of a page, each once or, where they differ, once a language."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from mimetypes import guess_type
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from commsvc.report import outputs
from commsvc.report.code import highlight
from commsvc.report.lang import HTML_LANG, cell_language
from commsvc.report.markdown import Heading, PageIds, render
from commsvc.report.parameters import assignments
from commsvc.report.passive import passive
from commsvc.words.messages import Text, message

Item = TypeVar("Item")

_TITLE = re.compile(r"\A\s*#[ \t]+(.+?)[ \t]*#*\s*(?:\n|\Z)")
_FIG_ALT = re.compile(r"^#\|\s*fig-alt:\s*(.+?)\s*$", re.M)


@dataclass(frozen=True)
class Place:
    """Something on the page that a reader may look for: a heading, or a caption in one language."""

    lang: str
    text: str
    id: str


@dataclass
class Page:
    """What the template needs. A language ``""`` is all of them: the same words in each."""

    languages: tuple[str, ...]
    root: Path | None
    folder: Path
    titles: dict[str, str] = field(default_factory=dict)
    finding: dict[str, str] = field(default_factory=dict)
    toc: list[tuple[str, Heading]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    thumbnails: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    missing_alt: int = 0
    places: list[Place] = field(default_factory=list)
    counted: dict[str, int] = field(default_factory=dict)
    pictures: set[Path] = field(default_factory=set)
    attached: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    ids: PageIds = field(default_factory=PageIds)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    @property
    def html_lang(self) -> str:
        return HTML_LANG.get(self.languages[0], self.languages[0])

    def of(self, lang: str) -> tuple[str, ...]:
        """The languages that something in this one is for."""
        return (lang,) if lang else self.languages

    def title(self) -> str:
        """The title as plain text, in the page's first language."""
        return self.titles.get(self.languages[0], "")

    def in_each(
        self, versions: Mapping[str, Item], draw: Callable[[Item, str], str], tag: str = "div"
    ) -> str:
        """What is drawn of something in each language: once where all have the same."""
        first, *others = versions.values()
        if all(other == first for other in others):
            return draw(first, "")
        drawn = {lang: draw(version, lang) for lang, version in versions.items()}
        return "".join(part(lang, html, tag) for lang, html in drawn.items() if html)

    def words(self, text: Text) -> str:
        """Words of the page itself, in its languages."""
        versions = {lang: escape(text.text(lang)) for lang in self.languages}
        return self.in_each(versions, lambda html, _: html, "span")

    def markdown(self, text: str, raw_html: bool, lang: str = "") -> str:
        """Markdown as HTML; its headings go into the contents."""
        html, headings = render(
            text, raw_html=raw_html, ids=self.ids, warn=self.warn, image=self.image
        )
        if raw_html:
            html = passive(html, self.warn, self.image)
        listed = [heading for heading in headings if heading.level in (2, 3)]
        self.toc += [(lang, heading) for heading in listed]
        self.places += [Place(lang, plain_text(heading.html), heading.id) for heading in listed]
        return html

    def captioned(self, kind: str, caption: str, lang: str) -> str:
        """The id of the next figure or table of a language; its caption can be looked for."""
        for code in self.of(lang):
            self.counted[kind + code] = self.counted.get(kind + code, 0) + 1
        ident = self.ids.take(f"{kind} {self.counted[kind + self.of(lang)[0]]}")
        if caption:
            self.places.append(Place(lang, caption, ident))
        return ident

    def image(self, url: str) -> str:
        """An image's ``src``: a local file's bytes or an attachment's, never another address."""
        if url.startswith("data:"):
            return url
        # A name with a space or in Chinese is written with % signs in Markdown.
        name = unquote(url)
        if attached := self.attached.get(name.removeprefix("attachment:")):
            kind, data = next(iter(attached.items()))
            return f"data:{kind};base64,{''.join(data.split())}"
        path = (self.folder / name).resolve()
        inside = self.root is None or path.is_relative_to(self.root)
        if re.match(r"[a-z]+:", url) or not inside or not path.is_file():
            self.warn(f"image not included: {url}")
            return ""
        self.pictures.add(path)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{b64encode(path.read_bytes()).decode('ascii')}"


def part(lang: str, html: str, tag: str = "div") -> str:
    """Something that readers of one language see."""
    return f'<{tag} class="in" lang="{HTML_LANG.get(lang, lang)}">{html}</{tag}>'


def plain_text(html: str) -> str:
    """The words of a piece of HTML.

    >>> plain_text("<em>n</em> &lt; 30")
    'n < 30'
    """
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def build(
    versions: Mapping[str, Any],
    folder: Path,
    root: Path | None,
    entries: Mapping[str, Mapping[str, str]],
) -> Page:
    """Read the whole notebook into a page.

    Parameters
    ----------
    versions : language -> the notebook as it was executed in it, the same cells in each
    folder : the notebook's folder, which images in its text are relative to
    root : the project's folder; its path is left out of every output
    entries : language -> {Markdown cell -> it in that language}
    """
    page = Page(tuple(versions), root, folder)
    for number, cells in enumerate(zip(*(nb.cells for nb in versions.values()), strict=True), 1):
        each = dict(zip(versions, cells, strict=True))
        tags = cells[0].metadata.get("tags", [])
        if "remove-cell" in tags:
            continue
        page.attached = cells[0].get("attachments", {})
        if cells[0].cell_type == "markdown":
            _markdown_cell(page, each, entries)
        elif cells[0].cell_type == "code":
            _code_cell(page, each, number, tags)
    for lang, nb in versions.items():
        declared = nb.metadata.get("commsvc", {}).get("title", {})
        if lang in declared:
            page.titles[lang] = str(declared[lang])
        page.titles.setdefault(lang, next(iter(page.titles.values()), ""))
    return page


def _markdown_cell(
    page: Page, cells: Mapping[str, Any], entries: Mapping[str, Mapping[str, str]]
) -> None:
    sources = {}
    for lang, cell in cells.items():
        told = cell_language(cell)
        source = cell.source if told in ("", lang) else ""
        source = entries.get(lang, {}).get(source.strip()) or source
        found = _TITLE.match(source)
        if found and lang not in page.titles:
            # The first heading is the page's title, which the head of the page shows.
            page.titles[lang] = found[1]
            source = source[found.end() :]
        sources[lang] = source.strip()
    html = page.in_each(
        sources, lambda text, lang: page.markdown(text, raw_html=True, lang=lang) if text else ""
    )
    if html:
        page.blocks.append(f'<div class="cell text">{html}</div>')


def _code_cell(page: Page, cells: Mapping[str, Any], number: int, tags: list[str]) -> None:
    sources = {lang: cell.source for lang, cell in cells.items()}
    source = next(iter(sources.values()))
    if not source.strip():
        return
    if "parameters" in tags or "injected-parameters" in tags:
        page.parameters.update(assignments(source))
    cell = next(iter(cells.values()))
    comment = _FIG_ALT.search(source)
    alt = comment[1] if comment else str(cell.metadata.get("alt", ""))
    parts = []
    if "remove-input" not in tags:
        name = f"[{cell.get('execution_count') or ' '}]"
        listing = page.in_each(
            sources, lambda code, _: f'<pre tabindex="0"><code>{highlight(code)}</code></pre>'
        )
        word = page.words(message("Code"))
        parts.append(f'<details class="code"><summary>{word} {name}</summary>{listing}</details>')
    if "remove-output" not in tags:
        shown = {
            lang: [o for o in cell.get("outputs", []) if not outputs.is_for_lab(o)]
            for lang, cell in cells.items()
        }

        def drawn(found: list[Any], lang: str) -> str:
            return "".join(
                outputs.output_html(page, output, f"c{number}-{position}{lang}", alt, lang)
                for position, output in enumerate(found)
            )

        parts.append(page.in_each(shown, drawn))
    body = "".join(parts)
    if body:
        page.blocks.append(f'<div class="cell" id="cell-{number}">{body}</div>')
