"""Outlines of a font with fewer points, for text that a page carries only in case.

A glyph of Noto Sans SC has some seventy points; at the size of running text a third of them draw
the same. A stroke's slight curve becomes a line, two curves in a row become one, and a point on a
line goes, wherever nothing moves by more than the tolerance.
"""

from __future__ import annotations

from itertools import pairwise
from math import hypot
from typing import Any

Point = tuple[float, float]
# A piece of an outline: the control point of its curve (None: a line), and where it ends.
Piece = tuple[Point | None, Point]


def simplified(glyph: Any, table: Any, scale: float, tolerance: float) -> Any:
    """A TrueType glyph on another grid, with as few points as the tolerance allows.

    Parameters
    ----------
    glyph, table : the glyph, and the ``glyf`` table its components are found in
    scale : units of the new grid per unit of the old
    tolerance : how far an outline may move, in units of the new grid
    """
    from fontTools.pens.recordingPen import DecomposingRecordingPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    drawn = DecomposingRecordingPen(table)
    glyph.draw(drawn, table)
    pen = TTGlyphPen(None)
    for contour in _contours(drawn.value, scale):
        pieces = _without_needless_points(_with_few_curves(contour, tolerance), tolerance)
        _draw(pieces, pen)
    return pen.glyph()


def _contours(operations: list[tuple[str, tuple[Any, ...]]], scale: float) -> list[list[Piece]]:
    """The closed contours a pen recorded; each piece starts where the one before it ends."""
    found: list[list[Piece]] = []
    start: Point = (0, 0)
    for operation, given in operations:
        points = [(x * scale, y * scale) for x, y in filter(None, given)]
        if operation == "moveTo":
            start = points[0]
            found.append([])
        elif operation == "lineTo":
            found[-1].append((None, points[0]))
        elif operation == "qCurveTo":
            if given[-1] is None:  # a contour without a point on it: begin between two
                start = _middle(points[-1], points[0])
                points.append(start)
                found.append([])
            *controls, end = points
            joints = [_middle(one, other) for one, other in pairwise(controls)]
            found[-1] += zip(controls, [*joints, end], strict=True)
        elif operation == "closePath" and found[-1] and found[-1][-1][1] != start:
            found[-1].append((None, start))
    return [contour for contour in found if contour]


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _on_curve(start: Point, control: Point, end: Point, t: float) -> Point:
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return a * start[0] + b * control[0] + c * end[0], a * start[1] + b * control[1] + c * end[1]


def _away(point: Point, start: Point, end: Point) -> float:
    """The distance of a point from a line's stretch between two points."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0
    along = min(1, max(0, along))
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _with_few_curves(contour: list[Piece], tolerance: float) -> list[Piece]:
    """Curves that are all but straight as lines, and two in a row as one where that is as good."""
    pieces: list[Piece] = []
    start = contour[-1][1]
    for control, end in contour:
        here = pieces[-1][1] if pieces else start
        if control is not None and _away(_on_curve(here, control, end, 0.5), here, end) < tolerance:
            control = None
        before = pieces[-1][0] if pieces else None
        if control is not None and before is not None:
            origin = pieces[-2][1] if len(pieces) > 1 else start
            one = _crossing(origin, before, end, control)
            if one is not None and _as_good(origin, one, end, (before, here, control), tolerance):
                pieces[-1] = (one, end)
                continue
        pieces.append((control, end))
    return pieces


def _crossing(a: Point, b: Point, c: Point, d: Point) -> Point | None:
    """Where the rays from `a` through `b` and from `c` through `d` meet, if they do."""
    (ux, uy), (vx, vy) = (b[0] - a[0], b[1] - a[1]), (d[0] - c[0], d[1] - c[1])
    turn = ux * vy - uy * vx
    if not turn:
        return None
    s = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / turn
    t = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / turn
    return (a[0] + s * ux, a[1] + s * uy) if s > 0 and t > 0 else None


def _as_good(
    start: Point, control: Point, end: Point, old: tuple[Point, Point, Point], tolerance: float
) -> bool:
    """Whether one curve runs along two, whose controls and common point are `old`."""
    first, joint, second = old
    run = [_on_curve(start, control, end, n / 16) for n in range(17)]
    probes = [_on_curve(start, first, joint, t) for t in (0.33, 0.67)]
    probes += [joint, *(_on_curve(joint, second, end, t) for t in (0.33, 0.67))]
    return all(min(_away(probe, a, b) for a, b in pairwise(run)) < tolerance for probe in probes)


def _without_needless_points(contour: list[Piece], tolerance: float) -> list[Piece]:
    """Runs of lines by as few lines as stay within the tolerance (Douglas and Peucker 1973)."""
    corner = _corner(contour)
    contour = contour[corner + 1 :] + contour[: corner + 1]
    kept: list[Piece] = []
    run = [contour[-1][1]]
    for control, end in contour:
        if control is None:
            run.append(end)
            continue
        kept += [(None, point) for point in _fewer(run, tolerance)[1:]]
        kept.append((control, end))
        run = [end]
    return kept + [(None, point) for point in _fewer(run, tolerance)[1:]]


def _corner(contour: list[Piece]) -> int:
    """The piece whose end is a good one to begin at: a curve's, or the point at the far left."""
    curve = next((n for n, (control, _) in enumerate(contour) if control is not None), None)
    return curve if curve is not None else min(range(len(contour)), key=lambda n: contour[n][1])


def _fewer(points: list[Point], tolerance: float) -> list[Point]:
    if len(points) < 3:
        return points
    far = [_away(point, points[0], points[-1]) for point in points[1:-1]]
    most = max(far)
    if most < tolerance:
        return [points[0], points[-1]]
    split = far.index(most) + 1
    return _fewer(points[: split + 1], tolerance)[:-1] + _fewer(points[split:], tolerance)


def _draw(pieces: list[Piece], pen: Any) -> None:
    def whole(point: Point) -> tuple[int, int]:
        return round(point[0]), round(point[1])

    start = here = whole(pieces[-1][1])
    ends = [whole(end) for _, end in pieces]
    if len(set(ends)) < 2:  # nothing is left of so small a detail
        return
    pen.moveTo(start)
    for (control, _), end in zip(pieces, ends, strict=True):
        if control is not None:
            pen.qCurveTo(whole(control), end)
        elif end not in (here, start):
            pen.lineTo(end)
        here = end
    pen.closePath()
