"""A matplotlib SVG made ready to stand inside a page: named, with ids of its own, and light.

matplotlib writes every mark in groups of its own, with six decimals and the same style again. The
drawing that a browser makes of what is left is the same.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from html import escape
from itertools import groupby
from xml.etree import ElementTree

Element = ElementTree.Element

# Outlines and places: the numbers in these may lose decimals, those of a scale may not.
_PLACES = ("d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "width", "height", "points")
_NUMBER = re.compile(r"-?\d*\.\d+(?:e-?\d+)?")
_USED = re.compile(r"url\(#([^)\"']+)\)")
# Elements whose text counts; between others it is space.
_WORDS = ("text", "tspan", "title", "desc", "style")
# matplotlib's own rule would reach the whole page from an inline SVG (it is in the page's CSS),
# and the page has the glyphs already.
_OWN_STYLE = re.compile(r"\s*(?:\*\{[^}]*\}|@font-face\{.*)\s*", re.S)
_NO_TURN = re.compile(r"rotate\(-?0(?:\.0*)?(?: [^)]*)?\)\s*")
_FAMILY = re.compile(r"font-family:[^;]*;?")
# Of these an element's own style cannot be said by a group around several.
_NOT_INHERITED = re.compile(r"(?:^|;)(?:opacity|filter|mask|clip-path|display)\b")


def inline_svg(
    svg: str, alt: str, prefix: str, decimals: int = 2, warn: Callable[[str], None] = print
) -> str:
    """The SVG as part of a page: named for screen readers, its ids its own, nothing superfluous.

    Parameters
    ----------
    svg : the file's text
    alt : what the figure shows
    prefix : put before every id, so that two figures on a page do not share one
    decimals : of a place in the drawing, in points
    warn : told of what was taken out because it runs, or loads from another address

    >>> inline_svg('<svg width="72pt"><g id="a"><use x="1.0" href="#b"/></g><path id="b"/></svg>',
    ...            "1 bar", "f-")
    '<svg role="img" aria-label="1 bar" width="96"><use x="1" href="#f-0"/><path id="f-0"/></svg>'
    """
    try:
        root = ElementTree.fromstring(re.sub(r"<!DOCTYPE.*?>", "", svg, flags=re.S))
    except ElementTree.ParseError as error:
        # As a picture of its own it can do the page no harm, whatever it is.
        warn(f"a drawing is no XML ({error})")
        data = b64encode(svg.encode()).decode("ascii")
        return f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(alt)}">'
    for element in root.iter():
        _plainly_named(element)
    _disarm(root, warn)
    _tidy(root, decimals)
    _rename(root, prefix)
    attributes = {
        name: value
        for name, value in root.attrib.items()
        if name not in ("height", "version", "role", "aria-label", "aria-hidden")
    }
    width = re.fullmatch(r"([\d.]+)pt", attributes.get("width", ""))
    if width:
        attributes["width"] = f"{float(width[1]) * 4 / 3:.0f}"
    named = {"role": "img", "aria-label": alt} if alt else {"data-missing-alt": ""}
    root.attrib.clear()
    root.attrib.update(named | attributes)
    return _written(root)


def _plainly_named(element: Element) -> None:
    """Without namespaces: in HTML both SVG's and XLink's are implied."""
    element.tag = element.tag.rpartition("}")[2]
    for name in list(element.attrib):
        plain = name.rpartition("}")[2]
        if plain != name:
            element.attrib[plain] = element.attrib.pop(name)


def _disarm(root: Element, warn: Callable[[str], None]) -> None:
    """Take out what would run or load something: a drawing of any program may be shown."""
    for element in list(root.iter()):
        for child in [c for c in element if c.tag in ("script", "foreignObject")]:
            warn(f"a {child.tag} in a drawing was left out")
            element.remove(child)
        for name, value in list(element.attrib.items()):
            loads = name == "href" and not value.startswith(("#", "data:image/"))
            if loads or name.startswith("on"):
                warn(f"a drawing's {name} was left out: {value[:60]}")
                del element.attrib[name]


def _tidy(element: Element, decimals: int) -> None:
    """Shorten the attributes of what is in the element, and drop what draws nothing."""
    children: list[Element] = []
    for child in element:
        if child.tag == "metadata":
            continue
        if child.tag == "style" and _OWN_STYLE.fullmatch(child.text or ""):
            continue
        _shorten(child, decimals)
        if child.tag not in _WORDS:
            child.text = None
            _tidy(child, decimals)
        bare = child.tag in ("g", "defs") and not set(child.attrib) - {"id"}
        if bare and not len(child):
            continue
        children.append(child)
    element[:] = children


def _shorten(element: Element, decimals: int) -> None:
    attributes = element.attrib
    for name in _PLACES:
        if name in attributes:
            attributes[name] = _rounded(attributes[name], decimals)
    if "d" in attributes:
        attributes["d"] = re.sub(r"\s*([A-Za-z])\s*", r"\1", attributes["d"]).strip()
    if "transform" in attributes:
        turned = _NO_TURN.sub("", attributes["transform"]).strip()
        turned = re.sub(
            r"(?:translate|rotate)\([^)]*\)", lambda m: _rounded(m[0], decimals), turned
        )
        attributes["transform"] = turned
        if not turned:
            del attributes["transform"]
    if "style" in attributes:
        style = re.sub(r"\s*([:;,])\s*", r"\1", attributes["style"]).strip("; ")
        # Every text of a figure is in the figure's font, by the page's style sheet.
        attributes["style"] = _FAMILY.sub("", style) if element.tag == "text" else style


def _rounded(text: str, decimals: int) -> str:
    """The text with its numbers rounded.

    >>> _rounded("M 12.3456 -0.001 L 7.10 8", 2)
    'M 12.35 0 L 7.1 8'
    """

    def short(number: re.Match[str]) -> str:
        shown = f"{float(number[0]):.{decimals}f}".rstrip("0").rstrip(".")
        return "0" if shown in ("-0", "") else shown

    return _NUMBER.sub(short, text)


def _rename(root: Element, prefix: str) -> None:
    """Short ids that are the page's own; an id nothing refers to is only weight."""
    used: dict[str, str] = {}
    for element in root.iter():
        for name, value in element.attrib.items():
            known = _USED.findall(value)
            if name == "href" and value.startswith("#"):
                known.append(value[1:])
            for old in known:
                used.setdefault(old, f"{prefix}{len(used)}")
    for element in root.iter():
        attributes = element.attrib
        for name, value in list(attributes.items()):
            if name == "id":
                if value in used:
                    attributes[name] = used[value]
                else:
                    del attributes[name]
            elif name == "href" and value.startswith("#"):
                attributes[name] = f"#{used[value[1:]]}"
            else:
                attributes[name] = _USED.sub(lambda m: f"url(#{used[m[1]]})", value)


def _written(element: Element) -> str:
    attributes = "".join(f' {k}="{escape(v)}"' for k, v in element.attrib.items())
    if element.tag in _WORDS:
        inner = escape(element.text or "", quote=False) + "".join(
            _written(child) + escape(child.tail or "", quote=False) for child in element
        )
    else:
        inner = "".join(_grouped(list(_unwrapped(element))))
    return f"<{element.tag}{attributes}" + (f">{inner}</{element.tag}>" if inner else "/>")


def _unwrapped(element: Element) -> Iterator[Element]:
    """The children, those of groups that say nothing in place of the groups."""
    for child in element:
        if child.tag == "g" and not child.attrib:
            yield from _unwrapped(child)
        else:
            yield child


def _grouped(children: list[Element]) -> Iterator[str]:
    """The children as text, runs of one style in a group that says it once."""
    for said, run in groupby(children, key=_said):
        together = list(run)
        if len(together) < 2 or not said:
            yield from map(_written, together)
            continue
        for child in together:
            for name, _ in said:
                del child.attrib[name]
        around = "".join(f' {name}="{escape(value)}"' for name, value in said)
        yield f"<g{around}>{''.join(map(_written, together))}</g>"


def _said(element: Element) -> tuple[tuple[str, str], ...]:
    """What a group around the element could say in its stead."""
    if element.tag not in ("path", "use", "text", "rect") or "id" in element.attrib:
        return ()
    names = ["style"]
    # A clip is in the coordinates of what it clips: only the same ones can share it.
    if not {"transform", "x"} & set(element.attrib):
        names.append("clip-path")
    said = tuple((n, element.attrib[n]) for n in names if n in element.attrib)
    return () if _NOT_INHERITED.search(element.attrib.get("style", "")) else said
