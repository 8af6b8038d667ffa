"""What a cell put out, as HTML."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from commsvc.plots.fonts import svg_characters
from commsvc.report.clean import scrub_html, scrub_text
from commsvc.report.lang import HTML_LANG
from commsvc.report.light import light_table
from commsvc.report.markdown import math_box, mathml, scroll_box
from commsvc.report.prose import FINDING
from commsvc.report.svg import inline_svg

if TYPE_CHECKING:
    from commsvc.report.page import Page

# A heading that is the name of a column as programs write it: words for a reader were forgotten.
_NAMELESS = re.compile(r'<th scope="col"[^>]*>([a-z][a-z0-9_]{2,})(?=<)')
# The richest form that needs no script comes first.
_ORDER = ("text/html", "image/svg+xml", "text/markdown", "text/latex", "image/png", "image/jpeg")


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


def output_html(page: Page, output: Any, name: str, alt: str) -> str:
    """One output of a cell.

    Parameters
    ----------
    page : collects headings, warnings, the thumbnail and the finding
    output : a notebook's output
    name : unique on the page
    alt : the alternative text the cell gives for its figure, or empty
    """
    kind = output.output_type
    if kind == "stream":
        text = scrub_text(output.text, page.root).rstrip()
        if not text:
            return ""
        if output.name == "stderr":
            page.warn(f"printed to stderr: {text.splitlines()[-1][:100]}")
        return f'<pre class="out {output.name}" tabindex="0">{escape(text, quote=False)}</pre>'
    if kind == "error":
        return _error(page, output)
    about = output.metadata.get("commsvc", {})
    said = about.get("kind", "")
    if said in ("say", "finding"):
        return _prose(page, said, {"en": about["en"], "zh": about["zh"]})
    if said == "figure":
        return _our_figure(page, output, about, name)
    return _data(page, output, about, name, alt)


def _prose(page: Page, kind: str, words: dict[str, str]) -> str:
    if kind == "finding" and not page.finding:
        page.finding.update(words)
    return f'<div class="text {kind}">{page.in_both(words)}</div>'


def _our_figure(page: Page, output: Any, about: dict[str, Any], name: str) -> str:
    codes = page.languages()
    texts = dict(zip(("en", "zh"), about["alt"], strict=True))
    alt = " ".join(dict.fromkeys(texts[code] for code in codes if texts[code]))
    lines = []
    for position, code in ((0, "en"), (1, "zh")):
        if code in codes:
            more = ("　" if code == "zh" else " · ").join(
                item[position] for item in about["details"]
            )
            small = f'<small class="details">{escape(more)}</small>' if more else ""
            lines.append(
                f'<div lang="{HTML_LANG[code]}"><span class="caption">'
                f"{escape(about['caption'][position])}</span>{small}</div>"
            )
    caption = f"<figcaption>{''.join(lines)}</figcaption>"
    captions = dict(zip(("en", "zh"), about["caption"], strict=True))
    return _figure(page, output, alt, name, caption, about["name"], captions)


def _figure(
    page: Page,
    output: Any,
    alt: str,
    name: str,
    caption: str = "",
    shown_as: str = "",
    captions: dict[str, str] | None = None,
) -> str:
    """The drawing in a box that scrolls on a narrow screen, with its caption."""
    page.figures += 1
    if not alt:
        page.missing_alt += 1
        page.warn(f"figure without alternative text: {shown_as or name}")
    data = output.data
    if "image/svg+xml" in data:
        svg = "".join(data["image/svg+xml"])
        page.characters |= set(svg_characters(svg))
        image = inline_svg(svg, alt, f"{name}-", warn=page.warn)
    else:
        mime = "image/png" if "image/png" in data else "image/jpeg"
        address = f"data:{mime};base64,{''.join(data[mime].split())}"
        missing = "" if alt else ' data-missing-alt=""'
        image = f'<img src="{address}" alt="{escape(alt)}"{missing}>'
    if not page.thumbnail:
        page.thumbnail = image
    box = f'<div class="drawing" tabindex="0" role="group" aria-label="{name}">{image}</div>'
    ident = page.captioned("figure", page.figures, captions or {})
    return f'<figure id="{ident}">{box}{caption}</figure>'


def _data(page: Page, output: Any, about: dict[str, Any], name: str, alt: str) -> str:
    data = output.data
    if FINDING in data and not page.finding:
        page.finding.update(data[FINDING])
    mime = next((m for m in _ORDER if m in data), "text/plain")
    if mime.startswith("image/"):
        known = output.metadata.get("alt") or output.metadata.get(mime, {}).get("alt") or alt
        return _figure(page, output, str(known), name)
    text = "".join(data.get(mime, ""))
    if mime == "text/html":
        html = scrub_html(text, page.root, name, page.warn)
        if about.get("kind") == "table":
            return _our_table(page, html, about)
        if "<table" not in html:
            return f'<div class="out html">{html}</div>'
        return scroll_box(html, f"table {name}")
    if mime == "text/markdown":
        return f'<div class="text">{page.markdown(text, raw_html=False)}</div>'
    if mime == "text/latex":
        return math_box(_latex(page, text))
    if not text.strip():
        return ""
    shown = escape(scrub_text(text, page.root), quote=False)
    return f'<pre class="out" tabindex="0">{shown}</pre>'


def _our_table(page: Page, html: str, about: dict[str, Any]) -> str:
    """A table that was made in both languages, in those of the page."""
    captions = dict(zip(("en", "zh"), about["caption"], strict=True))
    for code in set(captions) - set(page.languages()):
        html = re.sub(rf'<span lang="{HTML_LANG[code]}">[^<]*</span> ?', "", html)
    name = " ".join(dict.fromkeys(captions[code] for code in page.languages()))
    for column in _NAMELESS.findall(html):
        page.warn(f"column without a heading: {column} (in the table {name!r})")
    # A table may be folded: the box that scrolls is then inside.
    before, tag, rest = html.partition("<table")
    table, end, after = rest.rpartition("</table>")
    light = light_table(tag + table + end, page.language)
    page.tables += 1
    ident = page.captioned("table", page.tables, captions)
    return before + scroll_box(light, name, ident) + after


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
    from commsvc.report.page import page_word

    at = f"单元格 {cell} 第 {line} 行出错" if line else "本单元格出错"
    return (
        f'<div class="error"><p><strong>{page_word(page, f"Error in {where}", at)}</strong></p>'
        f'<pre tabindex="0">{escape(what, quote=False)}</pre>'
        f"<details><summary>{page_word(page, 'How it came about', '错误经过')}</summary>"
        f'<pre tabindex="0">{trace}</pre></details></div>'
    )
