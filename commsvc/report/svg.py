"""A matplotlib SVG made ready to stand inside a page."""

from __future__ import annotations

import re
from html import escape

_REMOVE = re.compile(
    r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>"
    r"|<style class=\"commsvc-font\">.*?</style>"
    # matplotlib's own rule would reach the whole page from an inline SVG: it is in the page's CSS.
    r"|<defs>\s*<style type=\"text/css\">\*\{[^}]*\}</style>\s*</defs>"
    r"|\sxmlns(?::xlink)?=\"[^\"]*\"",
    re.S,
)
_ID = re.compile(r"\sid=\"([^\"]+)\"")
_USED = re.compile(r"url\(#([^)\"']+)\)|href=\"#([^\"]+)\"")


def inline_svg(svg: str, alt: str, prefix: str) -> str:
    """The SVG as part of a page: named for screen readers, its ids its own, nothing superfluous.

    Parameters
    ----------
    svg : the file's text
    alt : what the figure shows
    prefix : put before every id, so that two figures on a page do not share one

    >>> inline_svg('<svg xmlns="x" width="72pt"><g id="a"/><use href="#b"/><g id="b"/></svg>',
    ...            "one bar", "f1-")
    '<svg role="img" aria-label="one bar" width="96"><g/><use href="#f1-b"/><g id="f1-b"/></svg>'
    """
    svg = _REMOVE.sub("", svg).strip()
    used = {one or other for one, other in _USED.findall(svg)}
    # An id nothing refers to is only weight.
    svg = _ID.sub(lambda m: f' id="{prefix}{m[1]}"' if m[1] in used else "", svg)
    svg = re.sub(r"url\(#", f"url(#{prefix}", svg)
    svg = re.sub(r"href=\"#", f'href="#{prefix}', svg)
    svg = re.sub(r"\n\s*", "\n", svg)
    head, _, rest = svg.partition(">")
    head = re.sub(r"\sheight=\"[^\"]*\"|\sversion=\"[^\"]*\"", "", head)
    head = re.sub(r"width=\"([\d.]+)pt\"", lambda m: f'width="{float(m[1]) * 4 / 3:.0f}"', head)
    named = f'<svg role="img" aria-label="{escape(alt)}"' if alt else '<svg data-missing-alt=""'
    return head.replace("<svg", named, 1) + ">" + rest
