"""What a cell put out, as HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from commsvc.report.markdown import math_box, mathml
from commsvc.report.scrub import scrub_html, scrub_text
from commsvc.report.table_forms import scroll_box
from commsvc.words.messages import message

if TYPE_CHECKING:
    from commsvc.report.page import Page

# The richest form that needs no script comes first.
_ORDER = ("text/html", "image/svg+xml", "text/markdown", "text/latex", "image/png", "image/jpeg")
# Address characters that may stand in an attribute as they are: a drawing is mostly digits.
_PLAIN = " !$()*+,-./:;=?@[]^_`{|}~"


def error_place(traceback: list[str]) -> tuple[str, int | None]:
    """The cell's number and the line in it where an error passed through, from its traceback.

    >>> error_place(["Cell In[3], line 2", "      1 x = 1"])
    ('[3]', 2)
    """
    text = scrub_text("\n".join(traceback))
    found = re.search(r"Cell In\s?\[(\d+)\], line (\d+)", text)
    return (f"[{found[1]}]", int(found[2])) if found else ("", None)


def is_for_lab(output: Any) -> bool:
    """Whether an output is for JupyterLab alone: a bar, a caption that the page shows its way."""
    about = output.get("metadata", {}).get("commsvc", {})
    return bool(about.get("kind") == "jupyter-only")


def output_html(page: Page, output: Any, name: str, alt: str, lang: str) -> str:
    """One output of a cell.

    Parameters
    ----------
    page : collects headings, warnings, the thumbnail and the finding
    output : a notebook's output
    name : unique on the page
    alt : the alternative text the cell gives for its figure, or empty
    lang : the language it is in; empty for all of the page's
    """
    kind = output.output_type
    if kind == "stream":
        return _stream(page, output)
    if kind == "error":
        return _error(page, output)
    about = output.metadata.get("commsvc", {})
    said = about.get("kind", "")
    if said in ("say", "finding"):
        return _prose(page, said, about["text"], lang)
    if said == "figure":
        caption = escape(about["caption"])
        small = f'<small class="details">{escape(about["details"])}</small>'
        words = f'<figcaption><span class="caption">{caption}</span>{small}</figcaption>'
        return _figure(page, output, about["alt"], lang, about["caption"], words)
    return _data(page, output, about, name, alt, lang)


def _stream(page: Page, output: Any) -> str:
    text = scrub_text(output.text, page.root).rstrip()
    if not text:
        return ""
    if output.name == "stderr":
        page.warn(f"printed to stderr: {text.splitlines()[-1][:100]}")
    return f'<pre class="out {output.name}" tabindex="0">{escape(text, quote=False)}</pre>'


def _prose(page: Page, kind: str, text: str, lang: str) -> str:
    if kind == "finding":
        for code in page.of(lang):
            page.finding.setdefault(code, text)
    return f'<div class="text {kind}">{page.markdown(text, raw_html=False, lang=lang)}</div>'


def _figure(
    page: Page, output: Any, alt: str, lang: str, caption: str = "", words: str = ""
) -> str:
    """The drawing in a box that scrolls on a narrow screen, with its caption."""
    ident = page.captioned("figure", caption, lang)
    if not alt:
        page.missing_alt += 1
        page.warn(f"figure without alternative text: {caption or ident}")
    missing = "" if alt else ' data-missing-alt=""'
    image = f'<img src="{_address(output.data)}" alt="{escape(alt)}"{missing}>'
    for code in page.of(lang):
        page.thumbnails.setdefault(code, image)
    box = f'<div class="drawing" tabindex="0" role="group" aria-label="{ident}">{image}</div>'
    return f'<figure id="{ident}">{box}{words}</figure>'


def _address(data: Any) -> str:
    """The picture as an address. As an image of its own a drawing can do the page no harm, and its
    ids are its own."""
    if "image/svg+xml" in data:
        return "data:image/svg+xml," + quote("".join(data["image/svg+xml"]), safe=_PLAIN)
    mime = "image/png" if "image/png" in data else "image/jpeg"
    return f"data:{mime};base64,{''.join(data[mime].split())}"


def _data(page: Page, output: Any, about: dict[str, Any], name: str, alt: str, lang: str) -> str:
    data = output.data
    mime = next((m for m in _ORDER if m in data), "text/plain")
    if mime.startswith("image/"):
        known = output.metadata.get("alt") or output.metadata.get(mime, {}).get("alt") or alt
        return _figure(page, output, str(known), lang)
    text = "".join(data.get(mime, ""))
    if mime == "text/html":
        html = scrub_html(text, page.root, name, page.warn)
        if about.get("kind") == "table":
            for column in about["nameless"]:
                page.warn(f"column without a heading: {column} (in the table {about['caption']!r})")
            return f'<div id="{page.captioned("table", about["caption"], lang)}">{html}</div>'
        boxed = scroll_box(html, f"table {name}") if "<table" in html else html
        return boxed if boxed != html else f'<div class="out html">{html}</div>'
    if mime == "text/markdown":
        return f'<div class="text">{page.markdown(text, raw_html=False, lang=lang)}</div>'
    if mime == "text/latex":
        return math_box(_latex(page, text))
    if not text.strip():
        return ""
    shown = escape(scrub_text(text, page.root), quote=False)
    return f'<pre class="out" tabindex="0">{shown}</pre>'


def _latex(page: Page, text: str) -> str:
    try:
        return mathml(text.strip().strip("$"), block=True)
    except Exception as error:
        page.warn(f"mathematics shown as TeX: {text.strip()[:60]} ({error!r})")
        return f'<code class="tex">{escape(text)}</code>'


def _error(page: Page, output: Any) -> str:
    """An error as its reader needs it: what, in which cell and line; the traceback folded."""
    cell, line = error_place(output.traceback)
    where = f"cell {cell}, line {line}" if line else "this cell"
    what = scrub_text(f"{output.ename}: {output.evalue}", page.root)
    page.failed = page.failed or f"{where}: {what}"
    trace = escape(scrub_text("\n".join(output.traceback), page.root), quote=False)
    at = (
        message("Error in cell {cell}, line {line}", cell=cell, line=line)
        if line
        else message("Error in this cell")
    )
    return (
        f'<div class="error"><p><strong>{page.words(at)}</strong></p>'
        f'<pre tabindex="0">{escape(what, quote=False)}</pre>'
        f"<details><summary>{page.words(message('How it came about'))}</summary>"
        f'<pre tabindex="0">{trace}</pre></details></div>'
    )
