"""Repaired text to printed figures: what is a number, what it says, and where it stands.

`figures` gives the table, `refused` what looked like a number and is none, `split_reports` the
reports of a collection.
"""

from commsvc.published.figures.figure_table import Figure, figures, iter_figures, refused
from commsvc.published.figures.report_parts import Report, paragraphs, split_reports

__all__ = [
    "Figure",
    "Report",
    "figures",
    "iter_figures",
    "paragraphs",
    "refused",
    "split_reports",
]
