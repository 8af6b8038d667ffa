"""The registry of units: what is counted or measured, and what it is in its base unit.

``units.csv`` has a row for the units of one kind and size; a word added there is known to whatever
reads numbers. `␣` stands for a space inside a unit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final

from commsvc.printed.lexicons import rows


@dataclass(frozen=True, slots=True)
class Unit:
    """A word counted or measured with.

    Attributes
    ----------
    word : as printed
    kind : `share rate money area length volume mass energy time degree people count place`
    counts_one : whether a bare 一 before it counts: 一户 is one household, 一个 mostly an article
    measured : whether a whole number of it has been rounded
    base, factor : the base unit and how many of those it is; itself and 1 where it has none
    """

    word: str
    kind: str
    counts_one: bool
    measured: bool
    base: str
    factor: Fraction


def _units() -> Iterator[Unit]:
    for row in rows(__package__, "units.csv"):
        for word in row["units"].split():
            yield Unit(
                word.replace("␣", " "),
                row["kind"],
                row["one"] == "yes",
                row["measured"] == "yes",
                row["base"] if row["factor"] else word,
                Fraction(row["factor"] or 1),
            )


@cache
def units() -> dict[str, Unit]:
    """Every unit and classifier by its word."""
    return {unit.word: unit for unit in _units()}


# unit -> (base unit, factor); a 亩 is 2000/3 square metres. % is a share of one.
CONVERSIONS: Final = {
    row.word: (row.base, row.factor) for row in _units() if (row.base, row.factor) != (row.word, 1)
}
# What is measured, not counted: a whole number of these has been rounded.
MEASURED: Final = frozenset(unit.word for unit in _units() if unit.measured)


def measured(unit: str) -> bool:
    """Whether a whole number of this unit has been rounded; so has one to a base (件/万人)."""
    return unit in MEASURED or "/" in unit
