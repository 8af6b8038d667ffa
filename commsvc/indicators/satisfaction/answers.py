"""Counts of answers to one question, checked."""

from __future__ import annotations

import numbers
from collections.abc import Collection, Mapping
from typing import Any

from commsvc.errors import CommsvcError, unknown_name


def as_answers(counts: Any) -> dict[str, float]:
    """Level -> answers, from a mapping or a pandas Series; nobody at all is refused.

    >>> as_answers({"satisfied": 3, "not": 1})
    {'satisfied': 3.0, 'not': 1.0}
    """
    if not isinstance(counts, Mapping) and not hasattr(counts, "to_dict"):
        raise CommsvcError(
            f"{type(counts).__name__} does not say which level each count is of",
            allowed='{"satisfied": 161, "fairly": 60, …} or a Series',
        )
    named = counts if isinstance(counts, Mapping) else counts.to_dict()
    for level, count in named.items():
        if not isinstance(count, numbers.Real) or not 0 <= float(count) < float("inf"):
            raise CommsvcError(f"{count!r} is no count", where=str(level), allowed="0 or more")
    if not sum(named.values()) > 0:
        raise CommsvcError("nobody answered", next_step="a share needs its base")
    return {str(level): float(count) for level, count in named.items()}


def in_levels(answers: Mapping[str, float], levels: Collection[str]) -> float:
    """How many answered with one of the levels.

    >>> in_levels({"satisfied": 3.0, "fairly": 2.0, "not": 1.0}, ["satisfied", "fairly"])
    5.0
    """
    if isinstance(levels, str) or not levels:
        raise CommsvcError(f"{levels!r} is no list of levels", allowed=", ".join(answers))
    for level in levels:
        if level not in answers:
            raise unknown_name("level", level, answers)
    return sum(answers[level] for level in set(levels))
