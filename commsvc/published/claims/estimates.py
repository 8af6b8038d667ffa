"""Estimates printed with their limits: whether all of the figures follow together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commsvc.printed import Printed
from commsvc.published.claims.figures import Value, significant_text, statistic_rules
from commsvc.published.claims.verdict import TRIED

# Many a report takes 1.96 for the normal quantile 1.959964; its last digit may differ for it.
HAND_Z: Final = 1.96
Z: Final = 1.959963984540054
BY_HAND: Final = (" (with 1.96 for the quantile)", "（分位数取 1.96）")


def all_print(values: Sequence[Value], figures: Sequence[Printed]) -> tuple[str, ...]:
    """The rules under which each value prints as its figure.

    Half even is named only where it alone explains: limits of an interval are no ties, so
    it would stand beside half up always and say nothing.
    """
    each = [statistic_rules(v, f.text) for v, f in zip(values, figures, strict=False)]
    rules = [rule for rule in TRIED if all(rule in one for one in each)]
    if "half_up" in rules and "half_even" in rules:
        rules.remove("half_even")
    return tuple(rules)


def estimate_text(values: Sequence[Value]) -> str:
    """An estimate with its limits, for a sentence."""
    estimate, low, high = (significant_text(value) for value in values)
    return f"{estimate} ({low}, {high})"


def printed_text(figures: Sequence[Printed]) -> str:
    """The same as it was printed."""
    texts = [figure.text for figure in figures]
    return texts[0] if len(texts) == 1 else f"{texts[0]} ({', '.join(texts[1:])})"
