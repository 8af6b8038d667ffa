"""What a question about all tables is answered with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from commsvc.published.reconstruct.problem import Table
from commsvc.words.messages import Text, message
from commsvc.words.numbers import p_value

AnyTable = Table | tuple[int, ...]


@dataclass(frozen=True)
class Range:
    """Smallest and largest value of a statistic over every table that prints the figures.

    Attributes
    ----------
    statistic : its name
    low, high : the ends; nan where no table defines the statistic
    at_low, at_high : a table that has them; `None` where the end is only a bound
    exact : whether both ends are attained; if not, every table lies within them
    method : how the ends were found
    """

    statistic: str
    low: float
    high: float
    at_low: AnyTable | None
    at_high: AnyTable | None
    exact: bool
    method: str

    def __str__(self) -> str:
        kind = "" if self.exact else " (bounds)"
        low, high = self.ends
        return f"{self.statistic} from {low} to {high}{kind}"

    @property
    def ends(self) -> tuple[str, str]:
        """Both ends as they are read: six figures, a P-value as one is written."""
        if self.statistic in ("p", "lr_p"):
            return p_value(self.low), p_value(self.high)
        return f"{self.low:.6g}", f"{self.high:.6g}"


@dataclass(frozen=True)
class Matching:
    """Which tables also print a published statistic.

    Attributes
    ----------
    count : how many; `None` where there are too many tables to go through
    of : how many tables there are; `None` where that is unknown
    example : the first of them, `None` where none was found
    tables : the first thousand of them
    method : how they were found
    """

    count: int | None
    of: int | None
    example: AnyTable | None
    tables: tuple[AnyTable, ...]
    method: str


@dataclass(frozen=True)
class Decision:
    """Whether the printed figures settle a test.

    Attributes
    ----------
    verdict : `always` (P < alpha in every table), `never`, `open` (some tables have it, some do
        not) or `unknown` (the range is only bounded, and the bounds lie on both sides)
    low, high : the range of P
    sentence : the same in words
    """

    verdict: str
    low: float
    high: float
    sentence: Text

    def __str__(self) -> str:
        return str(self.sentence)


def decide(p: Range, alpha: float) -> Decision:
    """What a range of P settles at a level."""
    low, high = p_value(p.low, alpha), p_value(p.high, alpha)
    about: dict[str, Any] = {"low": low, "high": high, "alpha": alpha}
    if p.high < alpha:
        verdict, said = "always", message(
            "every table that prints these figures has P < {alpha:g} (P from {low} to {high})",
            **about,
        )  # fmt: skip
    elif p.low >= alpha:
        verdict, said = "never", message(
            "no table that prints these figures has P < {alpha:g} (P from {low} to {high})",
            **about,
        )  # fmt: skip
    elif p.exact:
        verdict, said = "open", message(
            "the print does not decide it: over the tables that print these figures P runs from "
            "{low} to {high}, on both sides of {alpha:g}",
            **about,
        )  # fmt: skip
    else:
        verdict, said = "unknown", message(
            "not settled here: P lies between {low} and {high}, but these are bounds, which need "
            "not be attained",
            **about,
        )  # fmt: skip
    return Decision(verdict, p.low, p.high, said)
