"""index.html: a card for each report with what it found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from jinja2 import Environment, FileSystemLoader

from commsvc.plots.fonts import svg_characters
from commsvc.report.exporter import TEMPLATES, stylesheet, with_font
from commsvc.report.files import digest
from commsvc.report.lang import HTML_LANG
from commsvc.report.markdown import to_html


def card_of(page: Any, stem: str) -> dict[str, Any]:
    """What the index shows of a page, as plain data that the cache can keep."""
    return {
        "stem": stem,
        "titles": {code: page.titles.get(code) or stem for code in page.languages()},
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


def index_html(cards: Sequence[dict[str, Any]], language: str, reference: str = "") -> str:
    """The index of these reports.

    Parameters
    ----------
    cards : what `card_of` gave of each
    language : ``both``, ``en`` or ``zh``
    reference : where the reference of the functions is, as seen from the index; empty: nowhere
    """
    codes = ["en", "zh"] if language == "both" else [language]
    environment = Environment(loader=FileSystemLoader(TEMPLATES / "commsvc"), autoescape=False)
    shown = [
        {
            **card,
            "finding": {c: _one_line(card["finding"].get(c, "")) for c in codes},
        }
        for card in cards
    ]
    html = environment.get_template("cards.html.j2").render(
        cards=shown,
        codes=codes,
        lang=HTML_LANG,
        page={"language": language},
        css=stylesheet(),
        reference=reference,
        failed=sum(bool(card["failed"]) for card in cards),
    )
    characters = {c for card in cards for c in svg_characters(card["thumbnail"])}
    return with_font(html, characters)


def _one_line(text: str) -> str:
    """A finding's Markdown without the paragraph around it."""
    return re.sub(r"^<p>|</p>\s*$", "", to_html(text))
