"""Pages and their index as HTML: one file each, that needs no network, a site together."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader

from commsvc.plots.palette import css_variables
from commsvc.report.jobs import neighbours, own_notebooks
from commsvc.report.lang import HTML_LANG
from commsvc.report.markdown import to_html
from commsvc.report.page import Page, build
from commsvc.report.parameters import literals
from commsvc.report.provenance import data_digests, named_files, versions_of
from commsvc.report.translation import entries_of
from commsvc.words.messages import Text, message

TEMPLATES: Final = Path(__file__).parent / "templates"
# What languages call themselves.
NAMES: Final = {"en": "English", "zh": "中文"}

# The words of the pages themselves.
WORDS: Final[Mapping[str, Text]] = {
    "all": message("All reports"),
    "contents": message("Contents"),
    "data": message("Data files and their SHA-256"),
    "failed": message("This report is not complete:"),
    "incomplete": message("Reports that are not complete:"),
    "inside": message("What is in it"),
    "manual": message("Tutorial, how-tos and reference"),
    "next": message("Next"),
    "not_complete": message("Not complete"),
    "parameters": message("Parameters"),
    "previous": message("Previous"),
    "reports": message("Community services reports"),
    "rests": message("What this report rests on"),
    "search": message("Search the reports"),
    "show_code": message("Show all code"),
    "skip": message("Skip to the text"),
}


def page_html(
    versions: Mapping[str, Any],
    notebook: Path,
    root: Path,
) -> tuple[str, Page]:
    """An executed notebook as a page, and the page's parts.

    Parameters
    ----------
    versions : language -> the notebook as it was executed in it; the first is shown where a
        browser runs no script
    notebook : its file
    root : of the project, whose other notebooks it is linked with
    """
    entries = {lang: entries_of(notebook, lang) for lang in versions}
    page = build(versions, notebook.parent, root, entries)
    given = literals("\n".join(f"{k} = {v}" for k, v in page.parameters.items()))
    lede = (
        page.in_each(
            page.finding, lambda text, lang: page.markdown(text, raw_html=False, lang=lang)
        )
        if page.finding
        else ""
    )
    html = (
        _environment()
        .get_template("page.html.j2")
        .render(
            **_shared(page.languages, page, "page.js"),
            page=page,
            title=numbered(page.titles, notebook.stem),
            lede=lede,
            around=neighbours(root, notebook),
            home="index.html" if notebook in own_notebooks(root) else "",
            versions=versions_of(next(iter(versions.values()))),
            data=data_digests(root, named_files(given.values(), notebook.parent)),
        )
    )
    return html, page


def _shared(languages: Sequence[str], page: Page, *scripts: str) -> dict[str, Any]:
    """What every template needs; the policy in a page's head names its scripts by their hashes."""
    names = [*(["language.js"] if len(languages) > 1 else []), *scripts]
    code = [(TEMPLATES / name).read_text(encoding="utf-8") for name in names]
    return {
        "languages": {
            lang: (HTML_LANG.get(lang, lang), NAMES.get(lang, lang)) for lang in languages
        },
        "words": {name: page.words(text) for name, text in WORDS.items()},
        "plain": {name: text.text(languages[0]) for name, text in WORDS.items()},
        "each": lambda said: page.in_each(said, lambda html, _: html, "span") if said else "",
        "css": stylesheet(),
        "scripts": code,
        "hashes": [b64encode(sha256(one.encode()).digest()).decode() for one in code],
    }


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=False, trim_blocks=True)


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """The style sheet of every page, without the remarks that only its authors need.

    >>> "/*" in stylesheet()
    False
    """
    css = (TEMPLATES / "style.css").read_text(encoding="utf-8")
    return css_variables() + re.sub(r"/\*.*?\*/\s*", "", css, flags=re.S)


def card_of(page: Page, stem: str) -> dict[str, Any]:
    """What the index shows of a page, as plain data that the cache can keep."""
    return {
        "stem": stem,
        "titles": {lang: text or stem for lang, text in page.titles.items()},
        "finding": {lang: page.finding.get(lang, "") for lang in page.languages},
        "thumbnails": page.thumbnails,
        "failed": page.failed,
        "places": [asdict(place) for place in page.places],
    }


def failed_card(stem: str, reason: str) -> dict[str, Any]:
    """The card of a notebook that gave no page."""
    nothing: dict[str, str] = {}
    return {
        **{"stem": stem, "titles": {"en": stem}, "finding": nothing, "thumbnails": nothing},
        **{"failed": reason, "places": []},
    }


# The groups of the index, by how the names of their notebooks begin.
GROUPS: Final = (
    (message("Your own data"), ("study", "12", "17")),
    (message("The seven reports"), ("0",)),
    (message("Methods"), ("1",)),
    (message("Others"), ("",)),
)


def index_html(
    cards: Sequence[Mapping[str, Any]], languages: Sequence[str], manual: str = ""
) -> str:
    """The index of these reports: a card each with what it found, in groups.

    Parameters
    ----------
    cards : what `card_of` gave of each
    languages : of the index; the first is shown where a browser runs no script
    manual : where the documentation is, as seen from the index; empty: nowhere
    """
    page = Page(tuple(languages), None, Path())
    groups: dict[int, list[Any]] = {}
    for card in cards:
        at = next(i for i, (_, heads) in enumerate(GROUPS) if card["stem"].startswith(heads))
        groups.setdefault(at, []).append(_shown(card, page))
    counted = {lang: _COUNTED.text(lang) for lang in languages}
    return (
        _environment()
        .get_template("index.html.j2")
        .render(
            **_shared(languages, page, "search.js"),
            page=page,
            groups=[(page.words(GROUPS[at][0]), groups[at]) for at in sorted(groups)],
            counted={HTML_LANG.get(lang, lang): text for lang, text in counted.items()},
            manual=manual,
            failed=sum(bool(card["failed"]) for card in cards),
        )
    )


_COUNTED: Final = message("{n} of {all} reports", n="{n}", all="{all}")


def _shown(card: Mapping[str, Any], page: Page) -> dict[str, Any]:
    """A card's words as HTML, in the languages of the index as far as it has them."""

    def each(said: Mapping[str, str], draw: Any, tag: str = "span") -> str:
        there = {lang: said.get(lang) or next(iter(said.values()), "") for lang in page.languages}
        return page.in_each(there, lambda text, _: draw(text), tag)

    return {
        **card,
        "title": each(numbered(card["titles"], card["stem"]), _one_line),
        "finding": each(card["finding"], _one_line),
        # The card's text says what the picture is.
        "thumbnail": each(
            card["thumbnails"], lambda img: re.sub('alt="[^"]*"', 'alt=""', img), "div"
        ),
        "places": [
            (HTML_LANG.get(p["lang"], ""), p["id"], p["text"])
            for p in card["places"]
            if p["lang"] in ("", *page.languages)
        ],
    }


def numbered(titles: Mapping[str, str], stem: str) -> dict[str, str]:
    """Titles with the number of their notebook.

    >>> numbered({"en": "Complex samples"}, "13_complex_samples")
    {'en': '13 · Complex samples'}
    """
    number = re.match(r"(\d+)_", stem)
    return {lang: f"{number[1]} · {text}" if number else text for lang, text in titles.items()}


def _one_line(text: str) -> str:
    """A line of Markdown without the paragraph around it."""
    return to_html(text).strip().removeprefix("<p>").removesuffix("</p>")
