"""Repaired text to printed figures: what is a number, what it says, and where it stands.

`quantities` gives the table, `refused` what looked like a number and is none, `split_reports` the
reports of a collection.
"""

from commsvc.published.quantities.reports import Report, paragraphs, split_reports
from commsvc.published.quantities.table import Quantity, iter_quantities, quantities, refused

__all__ = [
    "Quantity",
    "Report",
    "iter_quantities",
    "paragraphs",
    "quantities",
    "refused",
    "split_reports",
]
