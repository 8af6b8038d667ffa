"""Rates of use from a survey, standardised for need or age, with design-based errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import by_group, column_values
from commsvc.indicators.sampling import as_design, records_of
from commsvc.indicators.units import joined_notes
from commsvc.inference.design import Design
from commsvc.inference.linearisation import LinearEstimate
from commsvc.inference.records import Records

if TYPE_CHECKING:
    from pandas import DataFrame


def standardised_use(
    frame: Any,
    episodes: str,
    *,
    count_of: str,
    stratum: str,
    by: str | None = None,
    standard: Mapping[Any, float] | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> DataFrame:
    """Rates of use from a survey, directly standardised, with design-based intervals.

    Each group's rates by stratum (age, need) are averaged with the same weights: what the groups'
    rates would be if they were made up alike.

    Parameters
    ----------
    frame : a row a person
    episodes : column with the number of visits (or illnesses) in the period, 0 included; who did
        not answer is left out and counted in `note`
    count_of : `persons` (with at least one) or `episodes`
    stratum : column to standardise for
    by : column of groups
    standard : stratum -> standard population; that of all answers together (weighted) where left
        out
    design : `srs`, `unknown` or `Design.sample(...)`; of a census no interval is given
    confidence : of the interval (Student's, with the group's degrees of freedom)

    Returns
    -------
    DataFrame, two rows a group: `group, level` (`crude`, `standardised`), `count, base` (persons
        asked), `estimate, se, low, high, unit, method, note`

    Raises
    ------
    CommsvcError : a stratum without anybody of a group, a stratum the standard does not name

    Notes
    -----
    The variance is that of the sum of the strata's ratios (Taylor), as R's svystandardize with
    svymean.

    Examples
    --------
    By hand: in each town the young come ½ and the old 1 time; B has more old people.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"town": list("AAAABBBB"), "age": ["y", "y", "o", "o"] + ["y"] * 2 +
    ...                       ["o", "o"], "visits": [0, 1, 1, 1, 1, 0, 1, 1]})
    >>> table = pd.concat([table, table[-2:]])
    >>> found = standardised_use(table, "visits", count_of="episodes", stratum="age", by="town",
    ...                          standard={"y": 1, "o": 1})
    >>> found[["group", "level", "estimate"]].round(4).values.tolist()
    [['A', 'crude', 0.75], ['A', 'standardised', 0.75], ['B', 'crude', 0.8333], \
['B', 'standardised', 0.75]]
    """
    import pandas as pd

    from commsvc.indicators.utilization.survey import counted, whole_number

    counted(count_of)
    chosen = as_design(design)
    answers = [whole_number(cell, episodes) for cell in column_values(frame, episodes)]
    strata = [None if s is None else str(s) for s in column_values(frame, stratum)]
    groups = [str(g) for g in column_values(frame, by)] if by else [""] * len(answers)
    known = np.array(
        [a is not None and s is not None for a, s in zip(answers, strata, strict=True)]
    )
    if not known.any():
        raise CommsvcError("nobody answered", where=f"{episodes}, {stratum}")
    y = np.array([0.0 if a is None else float(a) for a in answers])
    if count_of == "persons":
        y = (y > 0).astype(float)
    people = (
        records_of(frame, chosen)
        if chosen.allows_inference
        else Records.sample(np.ones(len(answers)))
    )
    names = sorted({s for s in strata if s is not None})
    is_in = np.array([[s == name for name in names] for s in strata]) & known[:, None]
    share, said = _standard(standard, names, people.weights @ is_in)
    unit = "share" if count_of == "persons" else "episodes per person"
    rows = []
    for group, of_group in by_group(groups):
        inside = known & of_group
        here = is_in & inside[:, None]
        empty = [name for name, some in zip(names, here.any(axis=0), strict=True) if not some]
        if empty:
            raise CommsvcError(
                f"nobody of {group or 'the sample'} is in the stratum {empty[0]!r}",
                next_step="join strata",
            )
        domain = people.domain(inside)
        rates = domain.ratio(here * y[:, None], here.astype(float))
        crude = domain.mean(np.where(inside, y, 0.0))
        for level, found in (("crude", crude), ("standardised", rates.combine(share))):
            found = replace(found, covariance=found.covariance * chosen.deff)
            rows.append((group, level, *_figures(found, y[inside], chosen, confidence), unit))
    table = pd.DataFrame(
        rows,
        columns=["group", "level", "count", "base", "estimate", "se", "low", "high", "unit"],
    )
    left = int((~known).sum())
    note = joined_notes(
        said, f"{left} without an answer or a stratum left out" if left else "", chosen.caveat()
    )
    return table.assign(
        method=np.where(table["level"] == "crude", "crude rate", "directly standardised rate"),
        note=note,
    )


def _figures(
    found: LinearEstimate, y: NDArray[np.float64], design: Design, confidence: float
) -> tuple[float, ...]:
    ends = found.interval(confidence)
    error = [float(v[0]) for v in (found.se, ends.low, ends.high)]
    if not design.allows_inference:
        error = [float("nan")] * 3
    return float(y.sum()), float(y.size), float(found.estimate[0]), *error


def _standard(
    standard: Mapping[Any, float] | None, names: list[str], weights: NDArray[np.float64]
) -> tuple[NDArray[np.float64], str]:
    """The strata's shares of the standard population, and what it is."""
    if standard is None:
        return weights / weights.sum(), "standard: all who answered"
    given = {str(name): float(size) for name, size in standard.items()}
    for name in names:
        if name not in given:
            raise unknown_name("stratum of the standard population", name, given)
    for name in given:
        if name not in names:
            raise unknown_name("stratum", name, names, where="standard")
    sizes = np.array([given[name] for name in names])
    if not np.isfinite(sizes).all() or (sizes < 0).any() or sizes.sum() <= 0:
        raise CommsvcError("the standard population has no size", allowed="0 or more a stratum")
    return sizes / sizes.sum(), "standard as given"
