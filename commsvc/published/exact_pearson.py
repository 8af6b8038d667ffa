"""Pearson's chi-square of a table as a fraction, for claims and for reconstructed tables alike."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def pearson_exact(counts: Sequence[Sequence[int]]) -> Fraction:
    """Pearson's chi-square of a table of counts as an exact fraction.

    Rational in the counts: n (Σ O²/(row · column) − 1). No printed figure is judged by a float.

    >>> pearson_exact([[10, 20], [20, 10]])
    Fraction(20, 3)
    """
    rows = [sum(row) for row in counts]
    columns = [sum(column) for column in zip(*counts, strict=True)]
    share = Fraction(0)
    for row, of_row in zip(counts, rows, strict=True):
        # One fraction a row keeps the common denominators small.
        share += Fraction(1, of_row) * sum(
            (Fraction(cell * cell, column) for cell, column in zip(row, columns, strict=True)),
            Fraction(0),
        )
    return sum(rows) * (share - 1)
