"""What numbers rest on: the line under every caption, said once for many tables and figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from commsvc.report.lang import Words, pair


@dataclass(frozen=True)
class Basis:
    """Source, n, denominator and design of what a notebook shows.

    Attributes
    ----------
    source : where the numbers come from
    n : how many units there are
    denominator : what those units are, the whole of every share
    design : ``census``, a kind of sample, a scenario …: what may be concluded

    Words are a string or an (English, Chinese) pair; what is not said is not shown.

    Examples
    --------
    >>> basis = Basis(source=("report 1", "报告一"), n=42, design=("census", "普查"))
    >>> basis.but(n=15).lines()[1]
    ('n = 15', 'n = 15')
    """

    source: Words = ""
    n: int | str | None = None
    denominator: Words = ""
    design: Words = ""

    def but(self, **changes: Any) -> Basis:
        """The same with something else in place of a part; None leaves a part as it is."""
        return replace(self, **{name: new for name, new in changes.items() if new is not None})

    def lines(self) -> list[tuple[str, str]]:
        """The parts that are said, in both languages.

        >>> Basis(("report 2", "报告二"), 2300).lines()
        [('Source: report 2', '来源：报告二'), ('n = 2,300', 'n = 2,300')]
        """
        size = f"{self.n:,}" if isinstance(self.n, int) else (self.n or "")
        named = [
            ("Source: ", "来源：", pair(self.source)),
            ("n = ", "n = ", (size, size)),
            ("Denominator: ", "分母：", pair(self.denominator)),
            ("Design: ", "设计：", pair(self.design)),
        ]
        return [(head_en + en, head_zh + zh) for head_en, head_zh, (en, zh) in named if en or zh]


def join_details(items: list[tuple[str, str]]) -> Words:
    """The details as one line in each language."""
    return " · ".join(en for en, _ in items), "　".join(zh for _, zh in items)
