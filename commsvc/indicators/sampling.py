"""The sampling error that a design allows, added to an indicator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from statistics import stdev
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError
from commsvc.indicators.ratio import Ratio
from commsvc.indicators.tables import tidy
from commsvc.indicators.units import joined_notes
from commsvc.inference.design import Design

if TYPE_CHECKING:
    from pandas import DataFrame

    from commsvc.inference.records import Records
    from commsvc.inference.results import Interval


ALIKE: Final = "no interval: all answers are alike, and show no spread"


def as_design(design: Design | str) -> Design:
    """A design from its name, or itself.

    >>> as_design("census").describe()
    'complete count'
    """
    return design if isinstance(design, Design) else Design.named(design)


def people_of(frame: Any, design: Design, person: str | None = None) -> Records | None:
    """The people of a table with the weights, strata and clusters their design names.

    Parameters
    ----------
    frame : a row a person, or several
    design : of a sample; any other has no such columns and gives None
    person : column of persons where a row is a visit: the rows of one person go together, unless
        the design names clusters, which hold whole persons

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
    if design.people is not None:
        return _worked_out(frame, design)
    named = [design.weights, design.strata, *design.clusters[:1], design.stratum_sizes]
    if not any([*named, person]):
        raise CommsvcError(
            "a sample without weights, strata or clusters",
            next_step="name its columns, or say 'srs'",
        )
    found = {name: column_values(frame, name) for name in [*named, person] if name}
    first = design.clusters[0] if design.clusters else person or ""
    size = len(next(iter(found.values())))
    return Records.sample(
        found.get(design.weights or "", [1.0] * size),
        strata=found.get(design.strata or ""),
        clusters=found.get(first),
        population=found.get(design.stratum_sizes or ""),
        lonely=design.lonely,
    )


def records_of(frame: Any, design: Design, person: str | None = None) -> Records:
    """As `people_of`, with a simple random sample as rows of one weight.

    >>> import pandas as pd
    >>> records_of(pd.DataFrame({"visits": [0, 2, 1]}), Design.srs()).df
    2
    """
    import narwhals as nw

    from commsvc.indicators.frames import column_values
    from commsvc.inference.records import Records

    design.require_sample("a standard error")
    people = people_of(frame, design, person)
    if people is not None:
        return people
    size = nw.from_native(frame).lazy().select(nw.len()).collect().item()
    return Records.sample(
        [1.0] * size,
        clusters=None if person is None else column_values(frame, person),
        population=None if design.population is None else [design.population] * size,
    )


def _worked_out(frame: Any, design: Design) -> Records:
    """The weights that a design brings in place of columns, if they are this table's."""
    import narwhals as nw

    from commsvc.inference.records import Records
    from commsvc.inference.sample import Sample

    people = Records.like(Sample.of(design.people))
    if people.replicates is not None:
        raise CommsvcError(
            "replicate weights carry no influence of single persons",
            where=design.describe(),
            allowed="weights, strata and clusters, or calibrated Records",
        )
    rows = nw.from_native(frame).lazy().select(nw.len()).collect().item()
    if rows != people.weights.size:
        raise CommsvcError(
            f"a design of {people.weights.size} people for a table of {rows} rows",
            where=design.describe(),
            allowed="a row for each, in their order",
        )
    return people


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
    table = count_table({group: ratio}, chosen)
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
    table["note"] = joined_notes(table["note"].item(), found.note)
    return table


def count_table(rows: Mapping[str, Ratio], design: Design) -> DataFrame:
    """Ratios of a complete or incomplete count, with what the design has to say.

    >>> from commsvc.indicators.ratio import share
    >>> count_table({"": share(2, 4, unit="sites")}, Design.incomplete())["note"].item()
    'the count is incomplete: every number is at most a lower bound'
    """
    table = tidy(rows)
    table["note"] = [joined_notes(note, design.caveat()) for note in table["note"]]
    return table


def _inferred(
    ratio: Ratio, design: Design, confidence: float, values: Sequence[float] | None
) -> Interval:
    from commsvc.inference.intervals import mean_interval, proportion_interval

    count, base = float(ratio.numerator.values.low or 0), float(ratio.denominator.values.low or 0)
    known: dict[str, Any] = {"deff": design.deff, "population": design.population}
    if ratio.unit == "share":
        return proportion_interval(count, base, "wilson", confidence, **known)
    if values is not None:
        if len(values) < 2 or stdev(values) == 0:
            nothing = float("nan")
            alone = mean_interval(count / base, 1.0, max(len(values), 2), confidence, **known)
            return replace(alone, low=nothing, high=nothing, se=nothing, note=ALIKE)
        return mean_interval(count / base, stdev(values), len(values), confidence, **known)
    return events_interval(count, base, design, confidence).with_note(
        "taken as independent events; records of persons would show if so"
    )


def events_interval(events: float, exposure: float, design: Design, confidence: float) -> Interval:
    """Poisson's interval of a rate: exact, or Byar's of the effective events where a design effect
    is assumed.

    >>> found = events_interval(947, 3400, Design.unknown().assuming(2), 0.95)
    >>> round(found.estimate, 4), round(found.low, 4), round(found.high, 4)
    (0.2785, 0.254, 0.3048)
    """
    from commsvc.inference.rates import rate_interval

    design.require_counts("an interval of a rate")
    if design.deff == 1:
        return rate_interval(events, exposure, "exact", confidence)
    found = rate_interval(events / design.deff, exposure / design.deff, "byar", confidence)
    return replace(found, count=events, base=exposure)
