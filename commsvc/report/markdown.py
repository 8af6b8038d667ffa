"""Markdown to HTML: mathematics as MathML, unique heading ids, tables in a box that scrolls."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape, unescape
from typing import Any

import mistune

from commsvc.report.code import highlight
from commsvc.report.table_forms import scroll_box

# The warning a page gets when something in it could not be rendered as it was meant.
Warn = Callable[[str], None]


@dataclass(frozen=True)
class Heading:
    level: int
    id: str
    html: str


@dataclass
class PageIds:
    """The heading ids a page has used, so that a repeated heading gets one of its own."""

    used: dict[str, int] = field(default_factory=dict)

    def take(self, text: str) -> str:
        slug = re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"
        self.used[slug] = self.used.get(slug, 0) + 1
        count = self.used[slug]
        return slug if count == 1 else self.take(f"{slug}-{count}")


@lru_cache(maxsize=1024)
def mathml(tex: str, block: bool = False) -> str:
    """TeX to MathML; raises whatever the converter raises on what it cannot read.

    >>> mathml("x^2").startswith("<math")
    True
    """
    from latex2mathml.converter import convert

    # `aligned` is what people write inside $$; the converter knows it as `align*`.
    others = "align|aligned|split|gathered|gather\\*?|multline\\*?"
    tex = re.sub(rf"\\(begin|end)\{{(?:{others})\}}", r"\\\1{align*}", tex)
    out: str = convert(tex.strip(), display="block" if block else "inline")
    # The converter takes ± for a letter and sets it without space.
    out = out.replace("<mi>&#x000B1;</mi>", "<mo>&#x000B1;</mo>")
    # Inline in HTML5 the namespace is implied; without it the page holds no address at all. A
    # formula may come from an answer: some browsers follow a link of MathML, whatever it runs.
    return _ACTIVE.sub("", out)


_ACTIVE = re.compile(r'\s(?:xmlns|href|xlink:href|style|class|id|on\w+)="[^"]*"')


class _Renderer(mistune.HTMLRenderer):
    def __init__(
        self, math: str, raw_html: bool, ids: PageIds, warn: Warn, image: Callable[[str], str]
    ) -> None:
        super().__init__(escape=not raw_html)
        self._math, self._ids, self._warn, self._image = math, ids, warn, image
        self.headings: list[Heading] = []

    def _tex(self, text: str, block: bool) -> str:
        text = unescape(text)
        if self._math == "tex":
            fence = "$$" if block else "$"
            return escape(f"{fence}{text}{fence}", quote=False)
        try:
            return mathml(text, block)
        except Exception as error:
            # Whatever the converter stumbled on, the reader still gets the formula as written.
            self._warn(f"mathematics shown as TeX: {text.strip()[:60]} ({error!r})")
            return f'<code class="tex">{escape(text.strip())}</code>'

    def inline_math(self, text: str) -> str:
        return self._tex(text, block=False)

    def block_math(self, text: str) -> str:
        return math_box(self._tex(text, block=True)) + "\n"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        bare = unescape(re.sub(r"<[^>]+>", "", text))
        ident = self._ids.take(bare)
        self.headings.append(Heading(level, ident, text))
        return f'<h{level} id="{escape(ident)}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        python = (info or "").split(" ")[0] in ("python", "pycon")
        shown = highlight(code) if python else escape(code, quote=False)
        return f'<pre tabindex="0"><code>{shown}</code></pre>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if not text:
            self._warn(f"image without alternative text: {url}")
        source = self._image(url)
        if not source:
            linked = re.match("https?:", url)
            return f'<a href="{escape(url)}">{text or escape(url)}</a>' if linked else text
        return f'<img src="{source}" alt="{escape(unescape(text))}">'

    def table(self, text: str) -> str:
        return scroll_box(f"<table>\n{text}</table>", "table 表") + "\n"


def math_box(inner: str) -> str:
    """A displayed formula, in a box that scrolls as that of a table does."""
    named = 'role="group" tabindex="0" aria-label="formula 公式"'
    return f'<div class="scroll math" {named}>{inner}</div>'


def _ignore(_: str) -> None:
    return None


def render(
    text: str,
    *,
    math: str = "mathml",
    raw_html: bool = False,
    ids: PageIds | None = None,
    warn: Warn = _ignore,
    image: Callable[[str], str] = lambda url: url if url.startswith("data:") else "",
) -> tuple[str, list[Heading]]:
    """Markdown to (HTML, its headings in order).

    Parameters
    ----------
    text : Markdown with tables, strikethrough and ``$…$`` / ``$$…$$``
    math : ``"mathml"``, or ``"tex"`` to leave the dollars for JupyterLab to typeset
    raw_html : keep HTML that stands in the text (an author's cell) or escape it (text with data)
    ids : the ids taken so far on the page
    warn : told of what could not be rendered
    image : the ``src`` for an image's address, empty when it may not be shown
    """
    renderer = _Renderer(math, raw_html, ids or PageIds(), warn, image)
    engine = mistune.Markdown(renderer, plugins=_plugins())
    html = engine(_TABLE_ROW.sub(_without_bars, text))
    return str(html), renderer.headings


# JupyterLab sets mathematics before it looks for tables: a bar in a formula parts no cells.
_TABLE_ROW = re.compile(r"^\|.*\$.*$", re.M)
_IN_DOLLARS = re.compile(r"\$(?!\s)[^$\n]+(?<!\s)\$")
# It also sets these where they stand without dollars.
_ENVIRONMENT = (
    r"^ {0,3}(?P<math_environment>\\begin\{(?P<_name>(?:align|equation|gather|multline)\*?)\}"
    r"[\s\S]+?\\end\{(?P=_name)\})[ \t]*$"
)


def _without_bars(row: re.Match[str]) -> str:
    return _IN_DOLLARS.sub(lambda tex: re.sub(r"(?<!\\)\|", r"\\vert ", tex[0]), row[0])


def _parse_environment(block: Any, match: re.Match[str], state: Any) -> int:
    tex = re.sub(r"\A\\begin\{equation\*?\}|\\end\{equation\*?\}\Z", "", match["math_environment"])
    state.append_token({"type": "block_math", "raw": tex})
    return match.end() + 1


# CommonMark takes no `**` beside punctuation and a letter, which in Chinese is everyday:
# **“满意”**的居民. Here a pair of stars around text is strong wherever it stands.
_STRONG = r"\*\*(?P<strong_text>[^\s*](?:[^*\n]*[^\s*])?)\*\*"


def _parse_strong(inline: Any, match: re.Match[str], state: Any) -> int:
    inner = state.copy()
    inner.src = match["strong_text"]
    state.append_token({"type": "strong", "children": inline.render(inner)})
    return match.end()


def _plugins() -> list[Any]:
    from mistune.plugins.formatting import strikethrough
    from mistune.plugins.math import (
        BLOCK_MATH_PATTERN,
        INLINE_MATH_PATTERN,
        parse_block_math,
        parse_inline_math,
    )
    from mistune.plugins.table import table

    def ours(md: mistune.Markdown) -> None:
        # mistune's own mathematics plugin would register its renderers over ours.
        md.block.register("block_math", BLOCK_MATH_PATTERN, parse_block_math, before="list")
        md.block.register("environment", _ENVIRONMENT, _parse_environment, before="block_math")
        md.inline.register("inline_math", INLINE_MATH_PATTERN, parse_inline_math, before="link")
        md.inline.register("close_strong", _STRONG, _parse_strong, before="emphasis")

    return [strikethrough, table, ours]


def to_html(text: str, math: str = "mathml") -> str:
    """Markdown to HTML with raw HTML escaped.

    >>> to_html("**42** < 60")
    '<p><strong>42</strong> &lt; 60</p>\\n'
    """
    return render(text, math=math)[0]
