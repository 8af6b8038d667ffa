"""The nbconvert exporter ``commsvc``: one HTML file that needs no network and no script."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from nbconvert.exporters.html import HTMLExporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, Unicode, default, validate

from commsvc.plots.fonts import font_face
from commsvc.report.code import without_colours
from commsvc.report.files import project_root
from commsvc.report.lang import check_language, language
from commsvc.report.mixed import marked
from commsvc.report.page import build, page_word
from commsvc.report.parameters import literals
from commsvc.report.provenance import data_digests, named_files, versions

TEMPLATES = Path(__file__).parent / "templates"
# Where the template leaves room for the font, which can only be made when the page is written.
FONT_MARK = "/*font*/"
# Bytes a page is to weigh at most without its figures; and what a very long one may, before it
# goes without the glyphs of its prose: boxes for words are worse than a large file.
BUDGET = 199_000
LIMIT = 260_000
# How Chinese prose is drawn where there is no font for it: the grid of the outlines (points per
# em), and the bytes that a character takes at least. The second is a fifth smaller; at the size of
# a page's words neither can be told from the whole font.
_FINE = (256, 100)
_COARSE = (112, 80)
# How far an outline may move on its grid, and on that of the figures' Latin.
_TOLERANCE, _LATIN_TOLERANCE = 0.8, 2
_HAN = re.compile("[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff]")
_HAN_RANGE = "U+2E80-9FFF,U+F900-FAFF,U+FE30-FE4F,U+FF00-FFEF,U+20000-3FFFF"


class CommsvcExporter(HTMLExporter):
    """Notebook to one self-contained page in English, Chinese or both.

    ``jupyter nbconvert --to commsvc`` and JupyterLab's *Save and Export Notebook As* use it
    through its entry point; ``commsvc render`` uses it on what it has just run.
    """

    export_from_notebook = "Community services report (HTML)"

    language = Unicode(help="both, en or zh; default: COMMSVC_LANG, else both").tag(config=True)
    embed_font = Bool(
        True, help="carry the glyphs of the page, for machines without a Chinese font"
    ).tag(config=True)

    @default("language")
    def _language_default(self) -> str:
        return language()

    @validate("language")
    def _language_valid(self, proposal: Any) -> str:
        return check_language(proposal["value"])

    @default("template_name")
    def _template_name_default(self) -> str:
        return "commsvc"

    @default("extra_template_basedirs")
    def _extra_template_basedirs_default(self) -> list[str]:
        # Shipped in the package: an editable install has no share/jupyter to find it in.
        return [str(TEMPLATES)]

    @property
    def default_config(self) -> Any:
        # No preprocessor rewrites cells: the page is built from the notebook as it was run.
        return TemplateExporter.default_config.fget(self)

    def _preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Run the preprocessors (``--execute`` is one), then read the notebook into a page."""
        nb, resources = super()._preprocess(nb, resources)
        folder = Path(resources.get("metadata", {}).get("path") or ".").resolve()
        root = project_root(folder)
        page = build(nb, self.language, folder, root)
        page.mark()
        resources["commsvc"] = page
        lede = page.in_both(page.finding) if page.finding else ""
        resources["commsvc_lede"] = marked(lede, page.html_lang)
        resources["commsvc_word"] = lambda en, zh: page_word(page, en, zh)
        resources["commsvc_versions"] = versions(nb)
        given = literals("\n".join(f"{k} = {v}" for k, v in page.parameters.items()))
        resources["commsvc_data"] = data_digests(root, named_files(given.values(), folder))
        resources["commsvc_css"] = stylesheet()
        return nb, resources

    def from_notebook_node(
        self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """The page's HTML, and resources whose ``commsvc`` entry is the page's parts."""
        # Past HTMLExporter's own step, which parses the page again with a parser that lower-cases
        # the names SVG and MathML need.
        html, resources = TemplateExporter.from_notebook_node(self, nb, resources, **kw)
        figures = resources["commsvc"].characters if resources else set()
        return with_font(html, figures if self.embed_font else None), resources or {}


def stylesheet() -> str:
    """The style sheet of every page, without the remarks and the space that only its authors need.

    >>> "/*" in stylesheet() or "  " in stylesheet()
    False
    """
    css = (TEMPLATES / "commsvc" / "style.css").read_text(encoding="utf-8")
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s*([{};,])\s*|(?<=:)\s+", r"\1", css)
    return re.sub(r"\n\s*|;(?=})", "", css).strip()


def with_font(html: str, figure_characters: set[str] | None) -> str:
    """The page with the glyphs it needs on a machine without a Chinese font; None: without.

    Latin text has a font everywhere; only figures bring their Latin glyphs too, because their
    layout was measured with them.

    A long page gives up, to keep to its size, precision of the outlines (which shows on such
    machines only) and the colours of its folded code; a page beyond the limit the glyphs of its
    prose.
    """
    if figure_characters is None:
        return html.replace(FONT_MARK, "")
    chinese = "".join(sorted(set(_HAN.findall(html))))
    drawn = "".join(sorted(c for c in figure_characters if _HAN.match(c)))
    latin = _latin_font("".join(sorted(c for c in figure_characters if not _HAN.match(c))))
    for characters, quality, colours, most in (
        (chinese, _FINE, True, BUDGET),
        (chinese, _COARSE, True, BUDGET),
        (chinese, _COARSE, False, BUDGET),
        (chinese, _COARSE, True, LIMIT),
        (drawn, _COARSE, False, 0),
    ):
        units, least = quality
        page = html if colours else without_colours(html)
        room = most - weight(page) - len(latin)
        if not most or len(characters) * least <= room:
            rules = _page_font(characters, units)
            if len(rules) <= room:
                break
    return page.replace(FONT_MARK, rules + latin)


@lru_cache(maxsize=4)
def _page_font(characters: str, units: int) -> str:
    return font_face(characters, "commsvc page", _HAN_RANGE, units, "woff2", _TOLERANCE)


def _latin_font(characters: str) -> str:
    return font_face(characters, flavour="woff2", tolerance=_LATIN_TOLERANCE)


def weight(html: str) -> int:
    """The bytes of a page without its figures."""
    drawings = re.findall(r'<figure.*?</figure>|<div class="thumb".*?</div>', html, flags=re.S)
    return len(html.encode()) - sum(len(drawing.encode()) for drawing in drawings)
