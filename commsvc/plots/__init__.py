"""Figures: they take results and draw them; they compute nothing.

Every plot returns its Axes, takes ``ax=`` and says in words what it shows
(`commsvc.plots.style.describe`), so that a report's figures have an alternative text.

Importing this costs neither pandas nor matplotlib: each plot is fetched when it is first used.
"""

from importlib.util import find_spec as _find_spec

import lazy_loader as _lazy

from commsvc.errors import needed as _needed

if _find_spec("matplotlib") is None:
    _needed("matplotlib", "report")

# No module is named like a plot: whichever of the two was fetched first would hide the other.
__getattr__, __dir__, __all__ = _lazy.attach(
    __name__,
    submod_attrs={
        "ends": ["label_lines"],
        "fits": ["rootogram"],
        "flows": ["flow"],
        "grids": ["checklist", "claims_grid"],
        "panels": ["small_multiples"],
        "points": ["quadrants"],
        "ranges": ["bands", "intervals"],
        "ranks": ["rank_bumps"],
        "sets": ["pairs", "table_set"],
        "shares": ["likert", "lorenz"],
        "style": ["use_style"],
    },
)
