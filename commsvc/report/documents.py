"""The documentation as pages: tutorial and how-tos from Markdown, the reference from docstrings.

``python -m commsvc.report.documents`` (``make docs``) writes ``reports/docs/``: like the reports
each page is one file that needs no network.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

import commsvc
from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.report.code import highlight
from commsvc.report.docstrings import summary, to_markdown
from commsvc.report.exporter import stylesheet, with_font
from commsvc.report.files import project_root
from commsvc.report.index import cards_html, templates
from commsvc.report.markdown import Heading
from commsvc.report.mixed import marked
from commsvc.report.page import Page, plain_text
from commsvc.report.reference import Entry, Room, rooms, top_level

LANGUAGES = ("en", "zh")
OVERVIEW = "README.md"
_TITLE = re.compile(r"\A#\s+(.+?)\s*\n")
_PAGE_LINK = re.compile(r"\]\((?!\w+:)([\w/.-]+)\.md(#[^)]*)?\)")
# A name of the library in backticks, in a text that is not a docstring.
_DOTTED = re.compile(r"(?<![`\[\w])`(commsvc(?:\.\w+)+)(\(\))?`(?!`)")


def build(root: Path, out: Path) -> list[Path]:
    """Write every page of the documentation; the pages.

    Parameters
    ----------
    root : the project's folder, with ``docs/README.md`` naming the pages in their order
    out : where the pages go

    Raises
    ------
    CommsvcError : a page that docs/README.md names is not there
    """
    found = rooms()
    places = addresses(found)
    cards = []
    written = []
    for path in _sources(root / "docs"):
        lang, name = path.parent.name, path.stem
        html, card = document(path, lang, places)
        written.append(_write(out / lang / f"{name}.html", html))
        cards.append(card)
    for room in found:
        html, card = room_page(room, found, places)
        written.append(_write(out / "reference" / f"{room.name}.html", html))
        cards.append(card)
    index = cards_html(
        cards,
        "both",
        title=("Documentation", "文档"),
        search=("Search the documentation", "在文档中查找"),
        counted=("{n} of {all} pages", "{all} 页中找到 {n} 页"),
        links=(("../index.html", "The reports", "报告"),),
    )
    return [*written, _write(out / "index.html", index)]


def _write(path: Path, html: str) -> Path:
    write_atomically(path, html)
    return path


def _sources(folder: Path) -> list[Path]:
    """The Markdown files in the order in which docs/README.md links them."""
    overview = folder / OVERVIEW
    try:
        links = _PAGE_LINK.findall(overview.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommsvcError("no documentation", where=str(overview)) from error
    paths = [folder / f"{link}.md" for link, _ in links]
    for path in paths:
        if not path.is_file():
            raise CommsvcError(f"no page {path.name}", where=str(overview))
    return paths


def addresses(found: Sequence[Room]) -> dict[str, str]:
    """Where every name is documented: full name -> page and place, seen from the reference."""
    places = {room.name: f"{room.name}.html" for room in found}
    for room in found:
        for entry in room.entries:
            at = f"{room.name}.html#{entry.name}"
            places[f"{room.name}.{entry.name}"] = at
            for member in entry.members:
                places[f"{room.name}.{entry.name}.{member.name}"] = f"{at}.{member.name}"
    for name, home in top_level(found).items():
        places.setdefault(f"commsvc.{name}", places[f"{home}.{name}"])
    return places


def document(path: Path, lang: str, places: dict[str, str]) -> tuple[str, dict[str, Any]]:
    """A tutorial or how-to as (its page, its card on the overview)."""
    text = path.read_text(encoding="utf-8")
    title = _TITLE.match(text)
    if title is None:
        raise CommsvcError("begins without a title", where=str(path), next_step="# Title")
    page = Page(lang, None, path.parent, titles={lang: title[1]})

    def linked(found: re.Match[str]) -> str:
        at = places.get(found[1])
        return f"[{found[0]}](../reference/{at})" if at else found[0]

    text = _PAGE_LINK.sub(r"](\1.html\2)", _outside_code(text[title.end() :], linked))
    body = page.markdown(text, raw_html=False)
    other = next(code for code in LANGUAGES if code != lang)
    twin = f"../{other}/{path.stem}.html"
    first = plain_text(body.partition("</p>")[0])
    card = _card(f"{lang}/{path.stem}", {lang: title[1]}, {lang: first}, lang)
    card["places"] = [{"lang": lang, "text": p.text, "id": p.id} for p in page.places]
    return document_html(page, title[1], body, twin), card


def _outside_code(text: str, linked: Any) -> str:
    """The names linked, but not in blocks of code, where a link would be shown as it is typed."""
    parts = re.split(r"(^```.*?^```)", text, flags=re.S | re.M)
    return "".join(p if p.startswith("```") else _DOTTED.sub(linked, p) for p in parts)


def room_page(
    room: Room, found: Sequence[Room], places: dict[str, str]
) -> tuple[str, dict[str, Any]]:
    """A module of the reference as (its page, its card on the overview)."""
    page = Page("en", None, Path())

    def link(name: str) -> str:
        for full in (f"{room.name}.{name}", name, f"commsvc.{name}"):
            if full in places:
                return places[full]
        return ""

    blocks = [_words(page, to_markdown(room.doc, link))]
    if room.name == "commsvc":
        blocks.append(_offered(page, found, places))
    blocks += [_entry_html(page, entry, link) for entry in room.entries]
    page.toc = [("", Heading(2, entry.name, escape(entry.name))) for entry in room.entries]
    about = summary(room.doc)
    card = _card(f"reference/{room.name}", {"": room.name}, {"": about}, "")
    card["places"] = [
        {"lang": "", "text": f"{entry.name}: {summary(entry.doc)}".rstrip(": "), "id": entry.name}
        for entry in room.entries
    ]
    return document_html(page, room.name, "\n".join(blocks), ""), card


def _words(page: Page, text: str) -> str:
    return f'<div class="text">{page.markdown(text, raw_html=False)}</div>'


def _offered(page: Page, found: Sequence[Room], places: dict[str, str]) -> str:
    """What ``import commsvc`` offers by itself, with where each is described."""
    about = {f"{room.name}.{one.name}": summary(one.doc) for room in found for one in room.entries}
    offered = sorted(top_level(found).items(), key=lambda pair: pair[0].lower())
    lines = [
        f"- [`commsvc.{name}`]({places[f'commsvc.{name}']}): {about[f'{home}.{name}']}"
        for name, home in offered
    ]
    return _words(page, "\n".join(lines))


def _entry_html(page: Page, entry: Entry, link: Any, prefix: str = "") -> str:
    level = 3 if prefix else 2
    name = f"{prefix}{entry.name}"
    # A member's call is its heading where it fits: a class has many.
    short = prefix and "\n" not in entry.signature
    shown = highlight(entry.signature) if short else escape(entry.name)
    heading = f'<h{level} id="{escape(name)}"><code>{shown}</code></h{level}>'
    call = f'<pre tabindex="0"><code>{highlight(entry.signature)}</code></pre>'
    call = "" if short else call
    members = "".join(_entry_html(page, member, link, f"{name}.") for member in entry.members)
    doc = _words(page, to_markdown(entry.doc, link))
    return f'<section class="entry {entry.kind}">{heading}{call}{doc}{members}</section>'


def _card(stem: str, titles: dict[str, str], finding: dict[str, str], lang: str) -> dict[str, Any]:
    return {
        "stem": stem,
        "titles": titles,
        "finding": finding,
        "thumbnail": "",
        "failed": "",
        "places": [],
        "lang": lang,
    }


def document_html(page: Page, title: str, body: str, twin: str) -> str:
    """A page of the documentation; `twin` is its address in the other language, if there is one."""
    body = marked(body, page.html_lang)
    html = (
        templates()
        .get_template("document.html.j2")
        .render(
            page=page,
            title=title,
            body=body,
            twin=twin,
            up="../",
            css=stylesheet(),
            version=commsvc.__version__,
        )
    )
    return with_font(html, set())


def main() -> int:
    """Write the documentation of the project here, and link it from the reports' index."""
    from commsvc.report.cache import Cache
    from commsvc.report.jobs import Job, find_notebooks
    from commsvc.report.render import write_index

    root = project_root(Path.cwd())
    try:
        pages = build(root, root / "reports" / "docs")
        job = Job(root=root, notebooks=find_notebooks(root))
        if (job.folder / "index.html").is_file():
            write_index(job, Cache(job.root, job.folder))
    except CommsvcError as error:
        print(f"commsvc: {error}", file=sys.stderr)
        return 2
    print(f"{len(pages)} pages → reports/docs/index.html", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
