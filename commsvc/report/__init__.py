"""What a notebook says to its reader, and the way from a notebook to one HTML file.

A notebook imports `say`, `show`, `show_table`, `finding` and `label` from here; the machinery
(`runner`, `exporter`, `cache`, `index`) is driven by ``commsvc render``.
"""

from __future__ import annotations

from commsvc.report.figures import show
from commsvc.report.lang import label, language, pairs
from commsvc.report.prose import finding, say
from commsvc.report.tables import show_table
from commsvc.report.verdicts import show_verdicts

__all__ = ["finding", "label", "language", "pairs", "say", "show", "show_table", "show_verdicts"]
