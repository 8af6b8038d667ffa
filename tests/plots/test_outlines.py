"""Simplified outlines: FreeType draws them as it draws the whole font's, from fewer points."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from matplotlib.ft2font import FT2Font, LoadFlags

from commsvc.plots.fonts import subset
from commsvc.plots.outlines import simplified

TEXT = "社区卫生服务中心的居民满意度调查，鹰酬囊懿德鑫矗赢é%&8"


def drawn(font: TTFont, folder: Path, size: int) -> np.ndarray:
    """The text as FreeType draws it at this many pixels per em."""
    font.flavor = None
    path = folder / "font.ttf"
    font.save(path)
    free = FT2Font(str(path))
    free.set_size(size, 72)
    free.set_text(TEXT, flags=LoadFlags.NO_HINTING)
    free.draw_glyphs_to_bitmap()
    return np.asarray(free.get_image(), dtype=float) / 255


def points(font: TTFont) -> int:
    table = font["glyf"]
    return sum(len(table[name].getCoordinates(table)[0]) for name in font.getGlyphOrder())


@pytest.mark.parametrize(("units", "tolerance", "most"), [(256, 0.8, 0.05), (112, 0.8, 0.1)])
def test_drawing_hardly_moves_and_has_fewer_points(
    units: int, tolerance: float, most: float, tmp_path: Path
) -> None:
    whole = TTFont(io.BytesIO(subset(TEXT)))
    small = TTFont(io.BytesIO(subset(TEXT, units, "woff2", tolerance)))
    assert subset(TEXT, units, "woff2", tolerance) == subset(TEXT[::-1], units, "woff2", tolerance)
    assert set(small.getBestCmap()) == {ord(c) for c in TEXT}
    assert points(small) < 0.75 * points(whole)
    assert difference(drawn(whole, tmp_path, 48), drawn(small, tmp_path, 48)) < most


def difference(one: np.ndarray, two: np.ndarray) -> float:
    """How much of the ink lies elsewhere; the pictures' edges may differ by a pixel."""

    def at(down: int, right: int) -> float:
        moved = np.roll(np.pad(two, 2), (down, right), (0, 1))
        still = np.pad(one, 2)
        height, width = (min(a, b) for a, b in zip(still.shape, moved.shape, strict=True))
        return float(np.abs(still[:height, :width] - moved[:height, :width]).sum() / one.sum())

    return min(at(down, right) for down in (-1, 0, 1) for right in (-1, 0, 1))


def outline(*operations: tuple[str, tuple[object, ...]]) -> list[tuple[str, tuple[object, ...]]]:
    pen = TTGlyphPen(None)
    for name, points in operations:
        getattr(pen, name)(*points)
    out = RecordingPen()
    simplified(pen.glyph(), {}, 0.1, 0.5).draw(out, {})
    return out.value


def test_points_on_a_line_go_and_corners_stay() -> None:
    found = outline(
        ("moveTo", ((0, 0),)),
        *(("lineTo", ((x, y),)) for x, y in [(500, 3), (1000, 0), (1000, 1000), (0, 1000)]),
        ("closePath", ()),
    )
    assert {p for _, points in found for p in points} == {(0, 0), (100, 0), (100, 100), (0, 100)}


def test_a_contour_without_a_point_on_it_is_kept_and_a_speck_is_not() -> None:
    points = ((0, 0), (0, 1000), (1000, 1000), (1000, 0), None)
    round_ = outline(("qCurveTo", points), ("closePath", ()))
    assert [len(points) for name, points in round_ if name == "qCurveTo"]
    corners = [p for _, points in round_ for p in points if p is not None]
    assert (0, 0) in corners
    assert (100, 100) in corners
    speck = [("moveTo", ((0, 0),)), ("lineTo", ((2, 0),)), ("lineTo", ((0, 2),))]
    assert outline(*speck, ("closePath", ())) == []


@pytest.mark.parametrize(("units", "flavour", "tolerance"), [(0, "woff2", 2), (256, "woff2", 0.8)])
def test_bytes_do_not_depend_on_the_fonts_made_before(
    units: int, flavour: str, tolerance: float
) -> None:
    first = subset("abcé满意", units, flavour, tolerance)
    subset("cdeé满", units, flavour, tolerance)
    assert subset("abcé满意", units, flavour, tolerance) == first
