"""The one font figures are drawn with.

Why not the system's font: a figure's layout follows its font's metrics, so two machines with
different fonts would draw different files. Every figure is therefore drawn with Noto Sans SC as the
package `zhplot` carries it (SIL Open Font License 1.1), whatever else is installed.

`zhplot` is never imported, because importing it changes matplotlib's settings.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from commsvc.errors import CommsvcError

FAMILY = "Noto Sans SC"


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
def _known() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(str(font_path())).get_charmap())


def missing_glyphs(text: str) -> list[str]:
    """The characters of `text` the font cannot draw, each once, in order.

    >>> missing_glyphs("满意 satisfied 70%")
    []
    """
    return [c for c in dict.fromkeys(text) if c.isprintable() and ord(c) not in _known()]
