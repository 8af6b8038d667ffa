"""An executed notebook as the parts of a page: title, contents, blocks, footer, warnings."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field, replace
from html import escape, unescape
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from commsvc.report import outputs
from commsvc.report.code import highlight
from commsvc.report.lang import HTML_LANG
from commsvc.report.markdown import Heading, PageIds, render
from commsvc.report.mixed import marked
from commsvc.report.parameters import assignments
from commsvc.report.passive import passive

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
    """What the template needs; `language` is ``both``, ``en`` or ``zh``."""

    language: str
    root: Path | None
    folder: Path
    titles: dict[str, str] = field(default_factory=dict)
    finding: dict[str, str] = field(default_factory=dict)
    toc: list[tuple[str, Heading]] = field(default_factory=list)
    blocks: list[str] = field(default_factory=list)
    parameters: dict[str, str] = field(default_factory=dict)
    failed: str = ""
    thumbnail: str = ""
    warnings: list[str] = field(default_factory=list)
    missing_alt: int = 0
    places: list[Place] = field(default_factory=list)
    figures: int = 0
    tables: int = 0
    pictures: set[Path] = field(default_factory=set)
    characters: set[str] = field(default_factory=set)
    ids: PageIds = field(default_factory=PageIds)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)

    def languages(self) -> list[str]:
        return ["en", "zh"] if self.language == "both" else [self.language]

    @property
    def html_lang(self) -> str:
        return HTML_LANG[self.languages()[0]]

    def title(self) -> str:
        """The title as plain text, for the window and the index."""
        shown = [self.titles.get(code, "") for code in self.languages()]
        return " · ".join(dict.fromkeys(t for t in shown if t))

    def headline(self) -> dict[str, str]:
        """The title by language; under "" where the notebook has one for both."""
        shown = {code: self.titles.get(code, "") for code in self.languages()}
        same = len(shown) == 2 and len(set(shown.values())) == 1
        return {"": shown["en"]} if same else shown

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

    def mark(self) -> None:
        """Mark the Chinese words that stand in English text, as the last step."""
        self.blocks = [marked(block, self.html_lang) for block in self.blocks]
        self.toc = [
            (code, replace(heading, html=marked(heading.html, HTML_LANG.get(code, self.html_lang))))
            for code, heading in self.toc
        ]

    def captioned(self, kind: str, number: int, captions: dict[str, str]) -> str:
        """The id of a figure or table on the page; its captions can be looked for."""
        ident = self.ids.take(f"{kind} {number}")
        said = {code: captions[code] for code in self.languages() if captions.get(code)}
        same = len(set(said.values())) < len(said)
        for code, text in list(said.items())[: 1 if same else 2]:
            self.places.append(Place("" if same else code, text, ident))
        return ident

    def image(self, url: str) -> str:
        """An image's ``src``: a local file's bytes, never another address."""
        if url.startswith("data:"):
            return url
        # A name with a space or in Chinese is written with % signs in Markdown.
        path = (self.folder / unquote(url)).resolve()
        inside = self.root is None or path.is_relative_to(self.root)
        if re.match(r"[a-z]+:", url) or not inside or not path.is_file():
            self.warn(f"image not included: {url}")
            return ""
        self.pictures.add(path)
        kind = guess_type(path.name)[0] or "application/octet-stream"
        return f"data:{kind};base64,{b64encode(path.read_bytes()).decode('ascii')}"

    def in_both(self, words: dict[str, str] | list[str], raw_html: bool = False) -> str:
        """A passage that exists in two languages, each in a block of its own language."""
        said = words if isinstance(words, dict) else {"en": words[0], "zh": words[1]}
        if said["en"] == said["zh"]:
            return self.markdown(said["en"], raw_html)
        return "".join(
            f'<div lang="{HTML_LANG[code]}">{self.markdown(said[code], raw_html, code)}</div>'
            for code in self.languages()
        )


def plain_text(html: str) -> str:
    """The words of a piece of HTML.

    >>> plain_text("<em>n</em> &lt; 30")
    'n < 30'
    """
    return unescape(re.sub(r"<[^>]+>", "", html)).strip()


def cell_language(cell: Any) -> str:
    """``en`` or ``zh`` from a cell's tags, empty for a cell that stands in both."""
    tags = cell.get("metadata", {}).get("tags", [])
    return next((code for code in ("en", "zh") if f"lang-{code}" in tags), "")


def build(nb: Any, language: str, folder: Path, root: Path | None) -> Page:
    """Read the whole notebook into a page.

    Parameters
    ----------
    nb : an executed notebook
    language : ``both``, ``en`` or ``zh``
    folder : the notebook's folder, which images in its text are relative to
    root : the project's folder; its path is left out of every output
    """
    page = Page(language, root, folder)
    declared = nb.metadata.get("commsvc", {}).get("title", {})
    page.titles.update({code: str(text) for code, text in declared.items()})
    for number, cell in enumerate(nb.cells, start=1):
        tags = cell.metadata.get("tags", [])
        lang = cell_language(cell)
        if "remove-cell" in tags or (lang and lang not in page.languages()):
            continue
        if cell.cell_type == "markdown":
            _markdown_cell(page, cell.source, lang)
        elif cell.cell_type == "code":
            _code_cell(page, cell, number, tags)
    for code in ("en", "zh"):
        page.titles.setdefault(code, next(iter(page.titles.values()), ""))
    return page


def _markdown_cell(page: Page, source: str, lang: str) -> None:
    found = _TITLE.match(source)
    codes = [lang] if lang else ["en", "zh"]
    if found and not all(code in page.titles for code in codes):
        # The first heading is the page's title, which the head of the page shows.
        for code in codes:
            page.titles.setdefault(code, found[1])
        source = source[found.end() :]
    if not source.strip():
        return
    html = page.markdown(source, raw_html=True, lang=lang)
    attribute = f' lang="{HTML_LANG[lang]}"' if lang else ""
    page.blocks.append(f'<div class="cell text"{attribute}>{html}</div>')


def _code_cell(page: Page, cell: Any, number: int, tags: list[str]) -> None:
    source = cell.source
    if not source.strip():
        return
    if "parameters" in tags or "injected-parameters" in tags:
        page.parameters.update(assignments(source))
    comment = _FIG_ALT.search(source)
    alt = comment[1] if comment else str(cell.metadata.get("alt", ""))
    parts = []
    if "remove-input" not in tags:
        count = cell.get("execution_count")
        name = f"[{count or ' '}]"
        parts.append(
            f'<details class="code"><summary>{page_word(page, "Code", "代码")} {name}</summary>'
            f'<pre tabindex="0"><code>{highlight(source)}</code></pre></details>'
        )
    if "remove-output" not in tags:
        shown = [output for output in cell.get("outputs", []) if not outputs.is_for_lab(output)]
        for position, output in enumerate(shown):
            parts.append(outputs.output_html(page, output, f"c{number}-{position}", alt))
    body = "".join(parts)
    if body:
        page.blocks.append(f'<div class="cell" id="cell-{number}">{body}</div>')


def page_word(page: Page, en: str, zh: str) -> str:
    """A word of the page itself, in the page's languages."""
    words = {"en": en, "zh": zh}
    return " ".join(
        f'<span lang="{HTML_LANG[code]}">{escape(words[code])}</span>' for code in page.languages()
    )
