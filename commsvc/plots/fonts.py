"""The one font figures are drawn with, and the small piece of it that travels in each figure.

Why not the system's font: a figure's layout follows its font's metrics, so two machines with
different fonts would draw different files. Every figure is therefore measured with Noto Sans SC
as the package `zhplot` carries it (SIL Open Font License 1.1), whatever else is installed, and an
SVG brings the glyphs it uses along (about 100 bytes each). Text stays text: it can be
selected and searched, and it reads the same on a machine without any Chinese font.

`zhplot` is never imported, because importing it changes matplotlib's settings.
"""

from __future__ import annotations

import base64
import io
import re
from copy import deepcopy
from functools import lru_cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError
from commsvc.plots.outlines import simplified

FAMILY = "Noto Sans SC"
# The name of the embedded piece: not the full font's name, or a page would take the piece
# for the whole and lose every glyph that is not in it.
EMBEDDED_FAMILY = "commsvc figure"
# Used where a reader's program ignores embedded fonts (some editors and converters do).
FALLBACKS = (
    "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, "
    "Hiragino Sans GB, WenQuanYi Micro Hei, sans-serif"
)


def font_path() -> Path:
    """Where the font file is, without importing the package that carries it."""
    spec = find_spec("zhplot")
    places = list(spec.submodule_search_locations or []) if spec else []
    for place in places:
        path = Path(place) / "fonts" / "NotoSansSC-Regular.ttf"
        if path.is_file():
            return path
    raise CommsvcError(
        "the font for Chinese labels is missing",
        where="package zhplot",
        next_step="pip install zhplot",
    )


@lru_cache(maxsize=1)
def _source() -> tuple[Any, dict[int, str]]:
    from fontTools.ttLib import TTFont

    # From memory, not from an open file: kernels forked with the font loaded would share the
    # file's position and read each other's glyphs.
    data = io.BytesIO(font_path().read_bytes())
    font = TTFont(data, lazy=True, recalcTimestamp=False)
    return font, font.getBestCmap()


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` the font cannot draw, each once, in order.

    >>> missing_glyphs("满意 satisfied 70%")
    []
    """
    known = _source()[1]
    return [c for c in dict.fromkeys(text) if c.isprintable() and ord(c) not in known]


@lru_cache(maxsize=16384)
def _glyph(name: str, units: int, tolerance: float) -> Any:
    """A glyph without hints, on a grid of `units` a side; a copy, the source stays as it is."""
    font = _source()[0]
    scale = units / font["head"].unitsPerEm
    if tolerance:
        return simplified(font["glyf"][name], font["glyf"], scale, tolerance)
    glyph = deepcopy(font["glyf"][name])
    glyph.removeHinting()
    if scale != 1:
        if glyph.isComposite():
            for part in glyph.components:
                part.x, part.y = round(part.x * scale), round(part.y * scale)
        elif glyph.numberOfContours:
            glyph.coordinates.scale((scale, scale))
            glyph.coordinates.toInt()
    return glyph


def subset(characters: str, units: int = 0, flavour: str = "woff", tolerance: float = 0) -> bytes:
    """A font of just these characters; the same characters give the same bytes.

    Parameters
    ----------
    characters : what is to be drawn
    units : points of the grid the outlines lie on, per em; 0: the font's own
    flavour : ``woff``, or ``woff2``: a fifth smaller, and not known to every editor of drawings
    tolerance : how far an outline may move, in points of the grid, to do with fewer points
    """
    from fontTools.fontBuilder import FontBuilder

    font, cmap = _source()
    glyf, own = font["glyf"], font["head"].unitsPerEm
    units = units or own
    chosen = {ord(c): cmap[ord(c)] for c in sorted(set(characters)) if ord(c) in cmap}
    names = [".notdef"]
    queue = list(chosen.values())
    while queue:  # a composite glyph brings its components
        name = queue.pop(0)
        if name not in names:
            names.append(name)
            if not tolerance:  # a simplified glyph is drawn in one piece
                queue.extend(glyf[name].getComponentNames(glyf))

    def scaled(value: int) -> int:
        return round(value * units / own)

    builder = FontBuilder(units, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(chosen)
    # Copies: writing a font changes its glyphs, and the next would not have the same bytes.
    glyphs = {name: deepcopy(_glyph(name, units, tolerance)) for name in names}
    builder.setupGlyf(glyphs, calcGlyphBounds=units != own)
    # The left bearing is where the outline now begins: any other would move the whole glyph.
    metrics = {
        name: (scaled(font["hmtx"][name][0]), getattr(glyph, "xMin", 0))
        for name, glyph in glyphs.items()
    }
    builder.setupHorizontalMetrics(metrics)
    builder.setupHorizontalHeader(
        ascent=scaled(font["hhea"].ascent), descent=scaled(font["hhea"].descent)
    )
    builder.setupNameTable({"familyName": EMBEDDED_FAMILY, "styleName": "Regular"})
    builder.setupOS2(
        sTypoAscender=scaled(font["OS/2"].sTypoAscender),
        sTypoDescender=scaled(font["OS/2"].sTypoDescender),
        usWinAscent=scaled(font["OS/2"].usWinAscent),
        usWinDescent=scaled(font["OS/2"].usWinDescent),
    )
    builder.setupPost(keepGlyphNames=False)
    # Seconds since 1904; the newer format's writer takes nothing before 1970 for a date.
    made = 0 if flavour == "woff" else 2_082_844_800
    builder.font["head"].created = builder.font["head"].modified = made
    builder.font.recalcTimestamp = False
    builder.font.flavor = flavour
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


def font_face(
    characters: str,
    family: str = EMBEDDED_FAMILY,
    only: str = "",
    units: int = 0,
    flavour: str = "woff",
    tolerance: float = 0,
) -> str:
    """The CSS rule that embeds the characters' glyphs.

    Parameters
    ----------
    characters : what is to be drawn; nothing for an empty string
    family : the name the rule gives the font
    only : the ``unicode-range`` it is for; left out, all of it
    units, flavour, tolerance : as for `subset`
    """
    if not characters:
        return ""
    data = base64.b64encode(subset(characters, units, flavour, tolerance)).decode("ascii")
    scope = f";unicode-range:{only}" if only else ""
    return (
        f'@font-face{{font-family:"{family}";'
        f"src:url(data:font/{flavour};base64,{data})format('{flavour}');font-display:block{scope}}}"
    )


def svg_characters(svg: str) -> str:
    """Every character an SVG shows as text, sorted."""
    texts = re.findall(r"<text\b[^>]*>(.*?)</text>", svg, flags=re.S)
    shown = unescape(re.sub(r"<[^>]+>", "", "".join(texts)))
    return "".join(sorted({c for c in shown if c.isprintable()}))
