"""The sampling error that a design allows, added to an indicator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import stdev
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError
from commsvc.indicators.ratio import Ratio
from commsvc.indicators.tables import tidy
from commsvc.indicators.units import joined_notes
from commsvc.inference.design import Design

if TYPE_CHECKING:
    from pandas import DataFrame

    from commsvc.inference.records import Records
    from commsvc.inference.results import Interval


def as_design(design: Design | str) -> Design:
    """A design from its name, or itself.

    >>> as_design("census").describe()
    'complete count'
    """
    return design if isinstance(design, Design) else Design.named(design)


def people_of(frame: Any, design: Design) -> Records | None:
    """The people of a table with the weights, strata and clusters their design names.

    Parameters
    ----------
    frame : a row a person
    design : of a sample; any other has no such columns and gives None

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"w": [2, 1, 1], "town": ["a", "a", "b"]})
    >>> people_of(table, Design.sample(weights="w", clusters="town")).df
    1
    """
    from commsvc.indicators.frames import column_values
    from commsvc.inference.records import Records

    if design.kind != "sample":
        return None
    named = [design.weights, design.strata, *design.clusters[:1], design.stratum_sizes]
    if not any(named):
        raise CommsvcError(
            "a sample without weights, strata or clusters",
            next_step="name its columns, or say 'srs'",
        )
    found = {name: column_values(frame, name) for name in named if name}
    first = design.clusters[0] if design.clusters else ""
    size = len(next(iter(found.values())))
    return Records.sample(
        found.get(design.weights or "", [1.0] * size),
        strata=found.get(design.strata or ""),
        clusters=found.get(first),
        population=found.get(design.stratum_sizes or ""),
        lonely=design.lonely,
    )


def estimate_row(
    interval: Callable[[Design], Interval],
    design: Design | str,
    *,
    group: str,
    unit: str,
    note: str = "",
    what: str = "an interval",
) -> DataFrame:
    """One row `group, count, base, estimate, se, low, high, unit, method, note`.

    Parameters
    ----------
    interval : gives the estimate with its interval under the design effect of the design
    design : of a census, `se`, `low` and `high` are missing: there is no sampling error

    Examples
    --------
    >>> from commsvc.inference.intervals import proportion_interval
    >>> estimate_row(lambda d: proportion_interval(161, 230, deff=d.deff), "srs", group="g",
    ...              unit="share")[["estimate", "low", "high"]].round(4)
       estimate     low    high
    0       0.7  0.6379  0.7555
    """
    import pandas as pd

    chosen = as_design(design)
    if chosen.allows_inference:
        chosen.require_counts(what)
    found = interval(chosen)
    row: dict[str, Any] = {
        "group": group,
        "count": found.count,
        "base": found.base,
        "estimate": found.estimate,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "unit": unit,
        "method": found.method,
        "note": joined_notes(note, found.note, chosen.caveat()),
    }
    if not chosen.allows_inference:
        nothing = float("nan")
        counted = "incomplete count" if chosen.kind == "incomplete" else "complete count"
        row |= {"se": nothing, "low": nothing, "high": nothing, "method": counted}
    return pd.DataFrame([row])


def with_interval(
    ratio: Ratio,
    design: Design | str = "census",
    *,
    confidence: float = 0.95,
    group: str = "",
    values: Sequence[float] | None = None,
) -> DataFrame:
    """The ratio as a tidy row; of a sample, `low` and `high` are those of its interval.

    Parameters
    ----------
    ratio : a share of persons, or events per person
    design : `commsvc.inference.Design`, or `census`, `srs`, `unknown`. Of a census the ends are
        what the printed figures allow, and nothing is inferred. Of a sample: Wilson's interval for
        a share, Student's for a mean of `values`, the exact Poisson one for bare event counts
    values : each person's number of events, where there are records

    Examples
    --------
    >>> from commsvc.indicators.ratio import share
    >>> share_of = share(849, 3400, unit="persons")
    >>> with_interval(share_of)[["estimate", "low", "high"]].round(4)
       estimate     low    high
    0    0.2497  0.2497  0.2497
    >>> with_interval(share_of, "srs")[["estimate", "low", "high"]].round(4)
       estimate     low    high
    0    0.2497  0.2354  0.2645
    """
    chosen = as_design(design)
    table = tidy({group: ratio})
    if not chosen.allows_inference:
        return table
    chosen.require_counts(ratio.method)
    if ratio.numerator.face is None or ratio.values.low != ratio.values.high:
        raise CommsvcError(
            "a sampling interval needs the counts themselves, not a range of them",
            next_step="use design='census' for the range that the printed figures allow",
        )
    found = _inferred(ratio, chosen, confidence, values)
    scale = float(ratio.scale)
    table["low"], table["high"] = float(found.low) * scale, float(found.high) * scale
    table["method"] = f"{ratio.method} ({found.method})"
    table["note"] = joined_notes(table["note"].item(), found.note, chosen.caveat())
    return table


def _inferred(
    ratio: Ratio, design: Design, confidence: float, values: Sequence[float] | None
) -> Interval:
    from commsvc.inference.intervals import mean_interval, proportion_interval
    from commsvc.inference.rates import rate_interval

    count, base = float(ratio.numerator.values.low or 0), float(ratio.denominator.values.low or 0)
    known: dict[str, Any] = {"deff": design.deff, "population": design.population}
    if ratio.unit == "share":
        return proportion_interval(count, base, "wilson", confidence, **known)
    if values is not None:
        return mean_interval(count / base, stdev(values), len(values), confidence, **known)
    found = rate_interval(count, base, "exact", confidence)
    return found.with_note("taken as independent events; records of persons would show if so")
