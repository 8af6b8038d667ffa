"""A ratio with the sampling error its design allows."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import stdev
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.ratio import Ratio
from commsvc.indicators.tables import tidy
from commsvc.indicators.units import joined_notes

if TYPE_CHECKING:
    from pandas import DataFrame

DESIGNS: Final = ("census", "srs", "unknown")
_HOLDS_IF: Final = "the interval holds only if those counted were a simple random sample"


def with_interval(
    ratio: Ratio,
    design: str = "census",
    *,
    confidence: float = 0.95,
    group: str = "",
    values: Sequence[float] | None = None,
) -> DataFrame:
    """The ratio as a tidy row; a sample's `low` and `high` are those of its interval.

    Parameters
    ----------
    ratio : a share of persons, or events per person
    design : `census` — the ends are what printed figures allow, nothing is inferred; `srs` — Wilson
        for a share, Student's t for a mean of `values`, exact Poisson for bare event counts;
        `unknown` — as `srs`, with the note that the interval holds only if …
    values : each person's number of events, where there are records

    Examples
    --------
    >>> from commsvc.indicators.ratio import share
    >>> with_interval(share(849, 3400, unit="persons"))[["estimate", "low", "high"]].round(4)
       estimate     low    high
    0    0.2497  0.2497  0.2497
    """
    kind = getattr(design, "kind", design)
    if kind not in DESIGNS:
        raise unknown_name("design", kind, DESIGNS)
    table = tidy({group: ratio})
    if kind == "census":
        return table
    if ratio.numerator.face is None or ratio.values.low != ratio.values.high:
        raise CommsvcError(
            "a sampling interval needs the counts themselves, not a range of them",
            next_step="use design='census' for the range that the printed figures allow",
        )
    result, name = _inferred(ratio, confidence, values)
    scale = float(ratio.scale)
    table["low"], table["high"] = float(result.low) * scale, float(result.high) * scale
    table["method"] = f"{ratio.method} ({name})"
    if kind == "unknown":
        table["note"] = joined_notes(table["note"].item(), _HOLDS_IF)
    return table


def _inferred(ratio: Ratio, confidence: float, values: Sequence[float] | None) -> tuple[Any, str]:
    from commsvc.inference.intervals import mean_interval, proportion_interval
    from commsvc.inference.rates import rate_interval

    count, base = float(ratio.numerator.values.low or 0), float(ratio.denominator.values.low or 0)
    if ratio.unit == "share":
        return proportion_interval(count, base, "wilson", confidence), "Wilson"
    if values is not None:
        mean, spread = count / base, stdev(values)
        return mean_interval(mean, spread, len(values), confidence), "Student t over persons"
    return rate_interval(count, base, "exact", confidence), "exact Poisson, events independent"
