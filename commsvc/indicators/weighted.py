"""Indicators of a sample, each with the error that its weights, strata and clusters leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from commsvc.indicators.frames import by_group
from commsvc.indicators.sampling import ALIKE, records_of
from commsvc.indicators.units import joined_notes
from commsvc.inference.design import Design
from commsvc.inference.linearisation import LinearEstimate
from commsvc.inference.records import Records
from commsvc.inference.share_intervals import share_interval
from commsvc.labels import JOINT

if TYPE_CHECKING:
    from pandas import DataFrame

COLUMNS: Final = (
    "group", "numerator", "denominator", "count", "base", "estimate", "se", "low", "high", "unit",
    "method", "note",
)  # fmt: skip
_UNWEIGHTED: Final = "estimate weighted; count and base are those asked, unweighted"
Mask = NDArray[np.bool_]
Sums = dict[str, tuple[Any, Any, tuple[str, str, str], str]]


def weighted_row(
    people: Records,
    inside: Mask,
    top: Any,
    bottom: Any = None,
    *,
    group: str,
    words: tuple[str, str, str],
    method: str,
    scale: float = 1.0,
    deff: float = 1.0,
    note: str = "",
    confidence: float = 0.95,
) -> dict[str, Any]:
    """A row for those `inside`: the ratio of two weighted sums with its design-based interval.

    Parameters
    ----------
    top : (n,) what is summed above the line: 0 and 1 for a share (logit interval, as R's
        svyciprop), numbers for a mean (Student's)
    bottom : (n,) what is summed below it; 1 for everybody where left out, which makes a mean
    words : of the numerator, of the denominator, and the unit
    scale : the ratio is per so many of the denominator
    deff : design effect assumed beside the design
    """
    inside = inside & (people.weights > 0)
    y, x = (
        np.where(inside, np.asarray(v, dtype=float), 0.0)
        for v in (top, 1.0 if bottom is None else bottom)
    )
    found = people.domain(inside).ratio(y, x)
    found = replace(found, covariance=found.covariance * deff)
    estimate, se = float(found.estimate[0]), float(found.se[0])
    low, high, how = _interval(found, int(inside.sum()), words[2], confidence)
    if words[2] != "share" and np.allclose(y, estimate * x, rtol=1e-12):
        low, high, note = float("nan"), float("nan"), joined_notes(note, ALIKE)
    ends = (scale * v for v in (estimate, se, low, high))
    count, base = float(y.sum()), float(x.sum())
    said = joined_notes(note, _UNWEIGHTED if (people.weights[inside] != 1).any() else "")
    labels = (group, f"{count:g} {words[0]}", f"{base:g} {words[1]}")
    row = (*labels, count, base, *ends, words[2], f"{method} ({how})", said)
    return dict(zip(COLUMNS, row, strict=True))


def bounded_row(
    people: Records,
    inside: Mask,
    sure: Any,
    possible: Any,
    **said: Any,
) -> dict[str, Any]:
    """A row for a share of which some answers are unknown: from the lower end if every unknown is a
    no to the upper end if every unknown is a yes.

    The interval holds the share of the population whatever the unknown are, with more than the
    confidence asked for (Horowitz & Manski 2000, JASA 95:77). Where nothing is unknown it is the
    share's own.

    Parameters
    ----------
    sure, possible : (n,) 0 and 1; who is sure is possible, too
    said : as in `weighted_row`

    Returns
    -------
    dict as `weighted_row`; where the two differ, without `estimate, se` and `count`
    """
    least, most = (weighted_row(people, inside, v, **said) for v in (sure, possible))
    if least["count"] == most["count"]:
        return least
    unknown = int(most["count"] - least["count"])
    nothing = float("nan")
    words = f"{least['count']:g} to {most['count']:g} {said['words'][0]}"
    note = joined_notes(most["note"], f"{unknown} may or may not count: both ends with their error")
    changed = {"numerator": words, "count": nothing, "estimate": nothing, "se": nothing}
    return most | changed | {"low": least["low"], "note": note}


def weighted_table(
    frame: Any,
    sums: Sums,
    groups: Sequence[str],
    person: str | None,
    design: Design,
    confidence: float,
) -> DataFrame:
    """Several ratios of sums for each group, as `weighted_row` has one.

    Parameters
    ----------
    sums : name -> what is summed above the line, below it (None: rows), their words, the method
    groups : (n,) of each row, "" where there are none
    person : column of persons whose rows go together
    """
    import pandas as pd

    people = records_of(frame, design, person)
    drawn = "" if person or design.clusters else "rows taken as drawn one by one"
    rows = []
    for group, inside in by_group(groups):
        for name, (top, bottom, words, method) in sums.items():
            rows.append(
                weighted_row(
                    people, inside, top, bottom, words=words, method=method,
                    group=f"{group}{JOINT}{name}" if group else name, deff=design.deff,
                    note=joined_notes(drawn, design.caveat()), confidence=confidence,
                )
            )  # fmt: skip
    return pd.DataFrame(rows)


def _interval(
    found: LinearEstimate, base: int, unit: str, confidence: float
) -> tuple[float, float, str]:
    estimate, se = float(found.estimate[0]), float(found.se[0])
    if found.df < 1:
        return float("nan"), float("nan"), "no interval: one cluster a stratum"
    if unit == "share" and estimate <= 1:
        how = "logit" if 0 < estimate < 1 and se > 0 else "beta"
        ends = share_interval(estimate, se**2, found.df, base, how, confidence)
        return float(ends.low), float(ends.high), ends.method
    ends = found.interval(confidence)
    return float(ends.low[0]), float(ends.high[0]), ends.method
