"""index.html: a card for each report with what it found."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from typing import Any

from jinja2 import Environment, FileSystemLoader

from commsvc.plots.fonts import svg_characters
from commsvc.report.exporter import TEMPLATES, stylesheet, with_font
from commsvc.report.files import digest
from commsvc.report.lang import HTML_LANG
from commsvc.report.markdown import to_html
from commsvc.report.mixed import marked


def card_of(page: Any, stem: str) -> dict[str, Any]:
    """What the index shows of a page, as plain data that the cache can keep."""
    return {
        "stem": stem,
        "titles": {code: text or stem for code, text in page.headline().items()},
        "finding": {code: page.finding.get(code, "") for code in page.languages()},
        "thumbnail": thumbnail(page.thumbnail, stem),
        "failed": page.failed,
        "places": [asdict(place) for place in page.places],
    }


def failed_card(stem: str, languages: Sequence[str], reason: str) -> dict[str, Any]:
    """The card of a notebook that gave no page."""
    titles, nothing = dict.fromkeys(languages, stem), dict.fromkeys(languages, "")
    return {
        "stem": stem,
        "titles": titles,
        "finding": nothing,
        "thumbnail": "",
        "failed": reason,
        "places": [],
    }


def thumbnail(image: str, stem: str) -> str:
    """A page's first figure as a picture that needs no name: the card's text says what it is."""
    prefix = f"t{digest(stem)[:4]}-"
    image = re.sub(r'\sid="', f' id="{prefix}', image)
    image = image.replace("url(#", f"url(#{prefix}").replace('href="#', f'href="#{prefix}')
    image = re.sub(r'role="img" aria-label="[^"]*"', 'aria-hidden="true"', image, count=1)
    return re.sub(r'(<img [^>]*)alt="[^"]*"', r'\1alt=""', image, count=1)


def index_html(cards: Sequence[dict[str, Any]], language: str, manual: str = "") -> str:
    """The index of these reports.

    Parameters
    ----------
    cards : what `card_of` gave of each
    language : ``both``, ``en`` or ``zh``
    manual : where the documentation is, as seen from the index; empty: nowhere
    """
    return cards_html(
        cards,
        language,
        title=("Community services reports", "社区服务报告"),
        search=("Search the reports", "在报告中查找"),
        counted=("{n} of {all} reports", "{all} 篇报告中找到 {n} 篇"),
        links=((manual, "Tutorial, how-tos and reference", "教程、操作指南与函数参考"),)
        if manual
        else (),
    )


def cards_html(
    cards: Sequence[dict[str, Any]],
    language: str,
    *,
    title: tuple[str, str],
    search: tuple[str, str],
    counted: tuple[str, str],
    links: Sequence[tuple[str, str, str]] = (),
) -> str:
    """A page of cards that is searched by word; words are (English, Chinese).

    Parameters
    ----------
    cards : plain data as of `card_of`; words under the language "" stand in every language
    language : ``both``, ``en`` or ``zh``
    title : of the page
    search : the name of the search
    counted : what it says it found, with ``{n}`` and ``{all}``
    links : (address, English, Chinese) of further pages
    """
    codes = ["en", "zh"] if language == "both" else [language]

    def chosen(words: dict[str, str]) -> dict[str, str]:
        return {c: text for c, text in words.items() if text and (c in codes or not c)}

    shown = [
        {
            **card,
            "titles": chosen(card["titles"]),
            "finding": {c: _one_line(text) for c, text in chosen(card["finding"]).items()},
        }
        for card in cards
    ]
    # The one script a page has; the policy in its head names it by its hash.
    script = (TEMPLATES / "commsvc" / "search.js").read_text(encoding="utf-8")
    html = (
        templates()
        .get_template("cards.html.j2")
        .render(
            cards=shown,
            codes=codes,
            lang={"": "", **HTML_LANG},
            page={"language": language},
            css=stylesheet(),
            title=dict(zip(("en", "zh"), title, strict=True)),
            search=dict(zip(("en", "zh"), search, strict=True)),
            counted=dict(zip(("en", "zh"), counted, strict=True)),
            links=links,
            script=script,
            script_hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
            failed=sum(bool(card["failed"]) for card in cards),
        )
    )
    characters = {c for card in cards for c in svg_characters(card["thumbnail"])}
    return with_font(html, characters)


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates of pages that are no notebooks."""
    found = Environment(loader=FileSystemLoader(TEMPLATES / "commsvc"), autoescape=False)
    found.filters["marked"] = marked
    return found


def _one_line(text: str) -> str:
    """A finding's Markdown without the paragraph around it."""
    return re.sub(r"^<p>|</p>\s*$", "", to_html(text))
