"""One look for every figure; nothing changes until `use_style` is called."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commsvc.plots.fonts import FAMILY, font_path
from commsvc.plots.palette import COLOURS, CYCLE
from commsvc.words.messages import Text, Words, as_text, joined, message

__all__ = ["COLOURS"]


def readable(colour: Any) -> str:
    """The colour, darkened until small text in it is read on white (WCAG 2, contrast of 4.5).

    >>> readable(COLOURS["blue"]), readable(COLOURS["vermillion"])
    ('#0072b2', '#c35600')
    """
    from matplotlib.colors import to_hex, to_rgb

    linear = [((c + 0.055) / 1.055) ** 2.4 if c > 0.04045 else c / 12.92 for c in to_rgb(colour)]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    if 1.05 / (light + 0.05) >= 4.5:
        return to_hex(colour)
    return readable([0.99 * c for c in to_rgb(colour)])


def style_settings() -> dict[str, Any]:
    """The matplotlib settings of the style, as a new dict (changes nothing)."""
    from cycler import cycler

    ink, grey = COLOURS["ink"], COLOURS["grey"]
    return {
        "font.family": [FAMILY],
        "font.size": 10.5,
        "axes.titlesize": 12,
        "axes.titlelocation": "left",
        "axes.titlepad": 10,
        "axes.labelsize": 10.5,
        "axes.labelcolor": ink,
        "axes.edgecolor": grey,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.unicode_minus": True,
        "axes.prop_cycle": cycler(color=[COLOURS[name] for name in CYCLE]),
        "xtick.color": grey,
        "ytick.color": grey,
        "xtick.labelcolor": ink,
        "ytick.labelcolor": ink,
        "grid.color": COLOURS["grid"],
        "grid.linewidth": 0.8,
        "legend.frameon": False,
        "lines.linewidth": 2,
        "text.color": ink,
        "figure.figsize": (7.2, 4.0),
        "figure.dpi": 110,
        "figure.facecolor": "white",
        "figure.constrained_layout.use": True,
        "savefig.facecolor": "white",
        "savefig.bbox": "tight",
        # Words as outlines: they look the same where the font is not installed.
        "svg.fonttype": "path",
        "svg.hashsalt": "commsvc",
        # A dollar in an answer is a dollar.
        "text.parse_math": False,
    }


def use_style() -> None:
    """Draw figures in the project's style, with Chinese labels on any machine.

    Call it once, and *after* ``seaborn.set_theme()``, which silently discards the font. From then
    on a character the font does not have is an error and not an empty box.

    Examples
    --------
    >>> import matplotlib
    >>> with matplotlib.rc_context():
    ...     use_style()
    ...     matplotlib.rcParams["font.family"]
    ['Noto Sans SC']
    """
    import matplotlib
    from matplotlib import font_manager

    path = str(font_path())
    known = {entry.fname for entry in font_manager.fontManager.ttflist}
    if path not in known:
        font_manager.fontManager.addfont(path)
    matplotlib.rcParams.update(style_settings())
    warnings.filterwarnings("error", message=r"Glyph \d+ .*missing from")


def describe(ax: Any, said: Words, zh: str | None = None) -> None:
    """Say what a figure shows, for readers who cannot see it; a figure's parts add up.

    Parameters
    ----------
    ax : the Axes (or Figure) drawn on
    said : one or two sentences: the kind of chart, then what it shows

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> figure = Figure()
    >>> describe(figure.subplots(), message("Bars: {n} of 230.", n=161))
    >>> alt_text(figure)
    'Bars: 161 of 230.'
    """
    figure = root_figure(ax)
    text = as_text(said if zh is None else (str(said), zh))
    figure._commsvc_alt = [*getattr(figure, "_commsvc_alt", []), text]


@contextmanager
def name_what_is_said(ax: Any, name: str) -> Iterator[None]:
    """Let what is said of the figure meanwhile begin with a panel's name.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> with name_what_is_said(ax, "east"):
    ...     describe(ax, "Bars.")
    >>> alt_text(ax)
    'east: Bars.'
    """
    figure = root_figure(ax)
    before = list(getattr(figure, "_commsvc_alt", []))
    yield
    meanwhile = getattr(figure, "_commsvc_alt", [])[len(before) :]
    named = [message("{panel}: {what}", panel=name, what=what) for what in meanwhile]
    figure._commsvc_alt = before + named


def root_figure(ax: Any) -> Any:
    """The whole figure that an Axes, several Axes, a subfigure or a seaborn grid belongs to."""
    ax = getattr(ax, "flat", ax)  # an array of Axes, as plt.subplots gives
    if hasattr(ax, "__getitem__"):
        ax = ax[0]
    figure = getattr(ax, "figure", None) or ax
    while getattr(figure, "figure", figure) is not figure:
        figure = figure.figure
    return figure


def alt_text(figure: Any) -> Text | None:
    """What `describe` was told of the figure, or None."""
    said = getattr(root_figure(figure), "_commsvc_alt", None)
    return joined(said, " ") if said else None
