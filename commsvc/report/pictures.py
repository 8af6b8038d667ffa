"""Figures: saved under a stable name, and shown with a caption and a text for those who cannot see.

The file is written once and the same drawing gives the same bytes, so that `figures/` can be kept
under version control.
"""

from __future__ import annotations

import io
import os
import re
from html import escape
from pathlib import Path
from typing import Any

from commsvc.errors import CommsvcError
from commsvc.files import write_atomically
from commsvc.plots.fonts import FAMILY
from commsvc.plots.palette import COLOURS
from commsvc.plots.style import alt_text, root_figure
from commsvc.report.basis import Basis, join_details
from commsvc.report.lang import Words, as_text
from commsvc.report.passages import display
from commsvc.report.project_files import project_root
from commsvc.words.messages import Text

# Attributes that are places in points, and turns, but nothing that scales.
_PLACED = re.compile(
    r'(?<= )(?:d|x|y|width|height|viewBox|points)="[^"]*"'
    r'|(?<= )transform="(?:(?:translate|rotate)\([^)]*\)\s*)+"'
)
_LONG = re.compile(r"-?\d+\.\d{4,}")

FORMATS = {"svg": "image/svg+xml", "png": "image/png"}


def figures_folder() -> Path:
    """Where figures go: ``COMMSVC_FIGURES`` (set while rendering) or `figures/` of the project."""
    told = os.environ.get("COMMSVC_FIGURES")
    return Path(told) if told else project_root(Path.cwd()) / "figures"


def svg_text(figure: Any) -> str:
    """The figure as an SVG that is the same bytes each time; its words are drawn as outlines.

    Raises
    ------
    CommsvcError : a character that the font does not have
    """
    import matplotlib

    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "path", "svg.hashsalt": "commsvc"}):
        # A date, a version or an address in the metadata would differ between machines.
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        # Whatever is written is in the picture, below the edge too.
        try:
            figure.savefig(buffer, format="svg", metadata=nothing, bbox_inches="tight")
        except UserWarning as warning:
            raise CommsvcError(
                f"no glyph for a character ({warning})",
                where=f"font {FAMILY}",
                next_step="write the label with other characters",
            ) from None
    svg = re.sub(r"<!DOCTYPE.*?>\s*|<metadata>.*?</metadata>\s*", "", buffer.getvalue(), flags=re.S)
    return _rounded(svg)


def _rounded(svg: str) -> str:
    """Places to a thousandth of a point: more would show in which order a machine adds.

    >>> _rounded('<use x="1.0004999" y="-0.0000001"/><text>0.123456</text>')
    '<use x="1" y="0"/><text>0.123456</text>'
    """

    def short(number: re.Match[str]) -> str:
        # Adding 0 takes the sign from a nought.
        return f"{round(float(number[0]), 3) + 0:.3f}".rstrip("0").rstrip(".")

    return _PLACED.sub(lambda placed: _LONG.sub(short, placed[0]), svg)


def png_bytes(figure: Any) -> bytes:
    """The figure as a PNG without the name and version of the program that wrote it."""
    buffer = io.BytesIO()
    about = {"Software": None}
    figure.savefig(buffer, format="png", dpi=160, metadata=about, bbox_inches="tight")
    return buffer.getvalue()


def write_n(figure: Any, n: int | str | None) -> None:
    """Write n under the figure, where nothing on it says one: the file may be seen by itself.

    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> write_n(figure, 4406)
    >>> figure.texts[0].get_text()
    'n = 4,406'
    """
    from matplotlib.text import Text

    said = any("n = " in text.get_text() for text in figure.findobj(Text))
    if n is None or n == "" or said:
        return
    size = f"{n:,}" if isinstance(n, int) else n
    # Under all that is drawn, whose size is known when it has been laid out.
    figure.draw_without_rendering()
    drawn, (width, height) = figure.get_tightbbox(), figure.get_size_inches()
    place = {"ha": "right", "va": "top", "fontsize": 9, "color": COLOURS["grey"]}
    figure.text(drawn.x1 / width, drawn.y0 / height - 0.02, f"n = {size}", **place)


def show(
    fig_or_ax: Any,
    name: str,
    *,
    caption: Words,
    alt: Words | None = None,
    basis: Basis | None = None,
    source: Words | None = None,
    n: int | str | None = None,
    denominator: Words | None = None,
    design: Words | None = None,
    fmt: str = "svg",
) -> None:
    """Save a figure as ``figures/<name>.<fmt>``, show it with its caption, and close it.

    Parameters
    ----------
    fig_or_ax : a Figure, Axes or seaborn grid
    name : the file's name without its ending; letters, digits, ``-`` and ``_``
    caption : what the figure shows
    alt : the text for a reader who cannot see it; left out, what `commsvc.plots.style.describe`
        was told (every plot of `commsvc.plots` tells it)
    basis : what the numbers rest on; shown under the caption
    source, n, denominator, design : the same one by one, each in place of the basis' own
    fmt : ``"svg"``, or ``"png"`` for a figure with very many marks

    Words are a string or an (English, Chinese) pair.

    Raises
    ------
    CommsvcError : a name that is no file name, another format, a character without a glyph
    """
    if not re.fullmatch(r"[\w-]+", name):
        raise CommsvcError(f"{name!r} is no name for a figure", allowed="letters, digits, - and _")
    if fmt not in FORMATS:
        raise CommsvcError(f"no figure format {fmt!r}", allowed=", ".join(FORMATS))
    figure = root_figure(fig_or_ax)
    rests = (basis or Basis()).but(source=source, n=n, denominator=denominator, design=design)
    write_n(figure, rests.n)
    drawn: str | bytes = svg_text(figure) if fmt == "svg" else png_bytes(figure)
    write_atomically(figures_folder() / f"{name}.{fmt}", drawn)
    described = alt if alt is not None else alt_text(figure)
    _close(figure)

    text = str(as_text(described)) if described else ""
    called = str(as_text(caption))
    more = rests.lines()
    metadata = {
        "commsvc": {
            "kind": "figure",
            "name": name,
            "alt": text,
            "caption": called,
            "details": str(join_details(more)),
        },
        "alt": text,
    }
    data = {FORMATS[fmt]: _encode(drawn), "text/plain": text or called}
    display(data, metadata)
    _show_caption(called, more)


def _show_caption(caption: str, more: list[Text]) -> None:
    """The caption in JupyterLab; a rendered page takes it from the figure's metadata instead."""
    from IPython import get_ipython

    if get_ipython() is None:
        return
    below = escape(str(join_details(more)))
    html = f"<p><strong>{escape(caption)}</strong><br><small>{below}</small></p>"
    display({"text/html": html, "text/plain": caption}, {"commsvc": {"kind": "jupyter-only"}})


def _encode(drawn: str | bytes) -> str:
    import base64

    return drawn if isinstance(drawn, str) else base64.b64encode(drawn).decode("ascii")


def _close(figure: Any) -> None:
    """Close the figure, so that the notebook's own machinery does not show it a second time."""
    from matplotlib import pyplot

    pyplot.close(figure)
