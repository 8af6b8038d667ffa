"""Figures: they take results and draw them; they compute nothing.

Every plot returns its Axes, takes ``ax=`` and says in words what it shows
(`commsvc.plots.style.describe`), so that a report's figures have an alternative text.
"""

from commsvc.plots.flow import flow
from commsvc.plots.grids import checklist, claims_grid
from commsvc.plots.ranges import bands, intervals
from commsvc.plots.sets import pairs, table_set
from commsvc.plots.shares import likert, lorenz
from commsvc.plots.style import use_style

__all__ = [
    "bands",
    "checklist",
    "claims_grid",
    "flow",
    "intervals",
    "likert",
    "lorenz",
    "pairs",
    "table_set",
    "use_style",
]
