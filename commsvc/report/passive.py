"""HTML of others made passive: nothing in it runs, and nothing is fetched from elsewhere.

The page forbids both to the browser as well (policy.html.j2); what is taken out here is said to the
author, who would otherwise find a hole in the page and a message in the browser's console.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

Attributes = list[tuple[str, str | None]]

# Elements that run or fetch, with what they hold; and those that hold nothing.
_HOLDERS = frozenset(("script", "iframe", "object", "applet", "frameset"))
_SINGLE = frozenset(("link", "base", "embed", "frame", "meta"))
_FETCHING = frozenset(("src", "srcset", "poster", "background", "action", "formaction"))
_LINKS = frozenset(("href", "xlink:href"))
_HARMLESS = re.compile(r"\s*(?:data:image/|#|$)", re.I)
_LINK = re.compile(r"\s*(?:https?:|mailto:|[^:]*(?:[/?#]|$))", re.I)
_CSS_URL = re.compile(r"@import[^;]*(?:;|$)|url\(\s*[\"']?(?!data:|#|[\"']?\s*\))[^)]*\)?", re.I)
# Most outputs are tables without any of this; they are let through as they are.
_SUSPECT = re.compile(
    r"<(?:script|iframe|object|applet|frameset|link|base|embed|frame|meta)\b"
    r"|[\s\"'/](?:on\w+|src|srcset|poster|background|action|formaction|(?:xlink:)?href)\s*="
    r"|url\(|@import|<[^>]*$",
    re.I,
)


def passive(
    html: str, warn: Callable[[str], None], image: Callable[[str], str] = lambda address: ""
) -> str:
    """The HTML without what runs or fetches; everything else stays letter for letter.

    Parameters
    ----------
    html : a piece of HTML, as an author wrote it or an object gave it
    warn : told of what was left out
    image : the ``src`` for an image's address, empty when there is none to show

    >>> passive('<b>1 < 2</b><script>f()</script>', print)
    a script was left out
    '<b>1 < 2</b>'
    >>> passive('<a href="#top">up</a> <img src="https://example.org/a.png" alt="a">', print)
    what an output or a text loads from elsewhere was left out: https://example.org/a.png
    '<a href="#top">up</a> '
    """
    if not _SUSPECT.search(html):
        return html
    parser = _Passive(warn, image)
    parser.feed(html)
    parser.close()
    return "".join(parser.parts)


class _Passive(HTMLParser):
    def __init__(self, warn: Callable[[str], None], image: Callable[[str], str]) -> None:
        super().__init__(convert_charrefs=False)
        self._warn, self._image = warn, image
        self.parts: list[str] = []
        self._inside: list[str] = []
        self._style = False

    def _ran(self) -> None:
        self._warn("a script was left out")

    def _loaded(self, address: str) -> None:
        where = " ".join(address.split())[:80]
        self._warn(f"what an output or a text loads from elsewhere was left out: {where}")

    def _css(self, text: str) -> str:
        for address in _CSS_URL.findall(text):
            self._loaded(address)
        return _CSS_URL.sub("", text)

    def _keep(self, text: str) -> None:
        if not self._inside:
            self.parts.append(text)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag in _HOLDERS or tag in _SINGLE:
            if not self._inside:
                about = dict(attrs)
                address = about.get("src") or about.get("href") or about.get("data")
                if tag == "script":
                    self._ran()
                else:
                    self._loaded(address or f"<{tag}>")
            if tag in _HOLDERS:
                self._inside.append(tag)
            return
        self._style = tag == "style"
        kept = [pair for name, value in attrs for pair in self._attribute(tag, name, value)]
        if kept == attrs:
            self._keep(self.get_starttag_text() or "")
        elif tag != "img" or "src" in dict(kept):
            self._keep(_tag(tag, kept))

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        self.handle_starttag(tag, attrs)
        # So closed in SVG and MathML; in HTML, what follows is shown instead of run.
        if tag in _HOLDERS:
            self._inside.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass
        elif tag not in _HOLDERS:
            self._style = False
            self._keep(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._style:
            self._keep(self._css(data))
        else:
            # What the parser takes for text and a browser might take for the beginning of a tag.
            self._keep(re.sub(r"<(?=[A-Za-z/!?])", "&lt;", data))

    def handle_entityref(self, name: str) -> None:
        self._keep(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._keep(f"&#{name};")

    def _attribute(self, tag: str, name: str, value: str | None) -> Attributes:
        text = value or ""
        if name.startswith("on"):
            self._ran()
            return []
        if name == "style":
            return [(name, self._css(text) if value else value)]
        if name in _FETCHING:
            if name in ("src", "poster", "background") and _HARMLESS.match(text):
                return [(name, value)]
            shown = self._image(text) if tag == "img" and name == "src" else ""
            if not shown:
                self._loaded(text)
            return [(name, shown)] if shown else []
        if name in _LINKS:
            fetched = tag not in ("a", "area")
            if _HARMLESS.match(text) if fetched else _LINK.match(text):
                return [(name, value)]
            if fetched:
                self._loaded(text)
            else:
                self._ran()
            return []
        return [(name, value)]


def _tag(name: str, attributes: Attributes) -> str:
    said = "".join(f" {n}" if v is None else f' {n}="{escape(v)}"' for n, v in attributes)
    return f"<{name}{said}>"
