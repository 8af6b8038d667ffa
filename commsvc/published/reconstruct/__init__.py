"""From printed percentages to every table of whole numbers that prints so.

`one_way`, `by_group`, `by_rows` and `from_counts` give `Tables`: how many there are, the tables
themselves, and the exact range of any statistic over all of them. `attainable`, `denominators` and
`sample_sizes` answer for one number at a time.
"""

from commsvc.published.reconstruct.admissible import (
    attainable,
    denominators,
    sample_sizes,
    share_values,
)
from commsvc.published.reconstruct.build import by_group, by_rows, from_counts, one_way
from commsvc.published.reconstruct.table_answers import Decision, Matching, Range
from commsvc.published.reconstruct.tables import Tables

__all__ = [
    "Decision",
    "Matching",
    "Range",
    "Tables",
    "attainable",
    "by_group",
    "by_rows",
    "denominators",
    "from_counts",
    "one_way",
    "sample_sizes",
    "share_values",
]
