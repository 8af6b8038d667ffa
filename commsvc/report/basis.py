"""What numbers rest on: the line under every caption, said once for many tables and figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from commsvc.report.lang import Words, as_text
from commsvc.words.messages import Text, joined, message


@dataclass(frozen=True)
class Basis:
    """Source, n, denominator and design of what a notebook shows.

    Attributes
    ----------
    source : where the numbers come from
    n : how many units there are
    denominator : what those units are, the whole of every share
    design : ``census``, a kind of sample, a scenario …: what may be concluded

    Words are a string or a message; what is not said is not shown.

    Examples
    --------
    >>> basis = Basis(source="report 1", n=42, design="census")
    >>> basis.but(n=15).lines()
    ['Source: report 1', 'n = 15', 'Design: census']
    """

    source: Words = ""
    n: int | str | None = None
    denominator: Words = ""
    design: Words = ""

    def but(self, **changes: Any) -> Basis:
        """The same with something else in place of a part; None leaves a part as it is."""
        return replace(self, **{name: new for name, new in changes.items() if new is not None})

    def lines(self) -> list[Text]:
        """The parts that are said.

        >>> Basis("report 2", 2300).lines()[1].text("zh")
        'n = 2,300'
        """
        size = f"{self.n:,}" if isinstance(self.n, int) else (self.n or "")
        source, denominator, design = map(as_text, (self.source, self.denominator, self.design))
        named: list[tuple[Any, Text]] = [
            (source, message("Source: {source}", source=source)),
            (size, message("n = {n}", n=size)),
            (denominator, message("Denominator: {denominator}", denominator=denominator)),
            (design, message("Design: {design}", design=design)),
        ]
        return [line for what, line in named if what]


def join_details(items: Iterable[Text]) -> Text:
    """The details as one line."""
    return joined(items, " · ")
