"""Text in figures: in the report's language, and beside its mark where it hides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from commsvc.plots.palette import COLOURS

# Where a label may stand beside its mark: direction, and how far in points. Near places come first;
# a far one gets a line to its mark.
_NEAR, _FAR, _FURTHEST = 6.0, 24.0, 44.0
_SIDES = tuple(
    (right, up, away)
    for away in (_NEAR, _FAR, _FURTHEST)
    for right, up in (
        *((1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)),
        *((0.6, 0.6), (0.6, -0.6), (-0.6, 0.6), (-0.6, -0.6)),
    )
)
_FURTHER = 0.05  # of a label's own area: how much hiding weighs as much as a place further down


def label_points(
    ax: Any, xs: Sequence[float], ys: Sequence[float], texts: Sequence[str], **style: Any
) -> None:
    """Write each text beside its point, where it covers least of the others and of the lines.

    The Axes must have the limits and the size it will be seen with.

    Parameters
    ----------
    xs, ys : the points, in data
    texts : a text a point
    style : of the texts, as matplotlib has it
    """
    from matplotlib.transforms import Bbox

    figure = ax.figure
    figure.draw_without_rendering()
    dot = figure.dpi / 72  # pixels a point
    points = ax.transData.transform(list(zip(xs, ys, strict=True)))
    inside = ax.get_window_extent()
    marks = [Bbox.from_bounds(x - 4 * dot, y - 4 * dot, 8 * dot, 8 * dot) for x, y in points]
    taken = [text.get_window_extent() for text in ax.texts if text.get_text()]
    taken += [box.padded(2 * dot) for box in _straight_lines(ax)]
    for point, x, y, text in zip(points, xs, ys, texts, strict=True):
        drawn = ax.annotate(text, (x, y), (0, 0), textcoords="offset points", **style)
        box = drawn.get_window_extent()
        places = [_beside(point, box, side, dot) for side in _SIDES]
        hidden = [_hidden(place, marks, taken, inside) for place in places]
        best = min(range(len(places)), key=lambda i: hidden[i] + i * _FURTHER)
        right, up, away = _SIDES[best]
        drawn.set(
            position=(right * away, up * away),
            ha="left" if right > 0 else "right" if right < 0 else "center",
            va="bottom" if up > 0 else "top" if up < 0 else "center",
        )
        if away > _NEAR:
            line = {
                "arrowstyle": "-",
                "color": COLOURS["dim"],
                "lw": 0.7,
                "shrinkB": 4,
                "shrinkA": 1,
            }
            ax.annotate("", (x, y), (right * away, up * away), textcoords="offset points",
                        arrowprops=line)  # fmt: skip
        taken.append(places[best])


def _straight_lines(ax: Any) -> list[Any]:
    """The boxes of lines without marks that run across the Axes."""
    plain = [line for line in ax.lines if line.get_marker() in ("None", "", None)]
    return [line.get_window_extent() for line in plain]


def _beside(point: Any, box: Any, side: tuple[float, float, float], dot: float) -> Any:
    """Where a text of the size of `box` would stand on one side of a point, in pixels."""
    from matplotlib.transforms import Bbox

    right, up, away = side
    left = point[0] + right * away * dot
    low = point[1] + up * away * dot
    left -= 0 if right > 0 else box.width if right < 0 else box.width / 2
    low -= 0 if up > 0 else box.height if up < 0 else box.height / 2
    return Bbox.from_bounds(left, low, box.width, box.height)


def _hidden(box: Any, marks: Sequence[Any], taken: Sequence[Any], inside: Any) -> float:
    """What a label there would cost: marks hidden, and its own area that covers or lies outside."""
    area = _area(box)
    lost = area - _common(box, inside) + sum(_common(box, other) for other in taken)
    return lost / area + sum(_common(box, mark) / _area(mark) for mark in marks)


def _area(box: Any) -> float:
    return float(box.width * box.height)


def _common(box: Any, other: Any) -> float:
    from matplotlib.transforms import Bbox

    both = Bbox.intersection(box, other)
    return _area(both) if both else 0.0
