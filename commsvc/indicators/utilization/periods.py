"""Rates over periods, and how much they changed from one to the next."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.frames import column_values
from commsvc.indicators.sampling import as_design, events_interval
from commsvc.indicators.units import joined_notes
from commsvc.indicators.utilization.rate_ranges import (
    Figures,
    change_end,
    figures,
    require_one_value,
)
from commsvc.indicators.utilization.standardised import COLUMNS
from commsvc.inference.checks import as_share
from commsvc.inference.design import Design


def trend(
    frame: Any,
    *,
    period: str,
    events: str,
    population: str,
    scale: float = 1000,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Rates by period and their average change per period.

    Parameters
    ----------
    frame : a row a period
    period : a column of numbers (years); a masked year has no order and is refused
    events, population : columns: events in the period, and the persons they happened to; plain
        numbers or as printed
    scale : per 1000 of the population
    design : `unknown` or `srs`: the events came by chance, and rates and change have intervals;
        `census`: `low` to `high` is what the printed figures allow, sharp for the change too
    confidence : of the intervals

    Returns
    -------
    DataFrame `group, count, base, estimate, se, low, high, unit, method, note`: a row a period
    (exact Poisson interval), then `average change`: exp(slope) − 1 of the log-linear Poisson
    regression, its error (of the slope) widened by the square root of Pearson's χ² over its degrees
    of freedom where that exceeds 1 (counts vary more than Poisson's)

    Raises
    ------
    CommsvcError : fewer than three periods or one twice, no event, a population that is no persons

    Examples
    --------
    >>> years = pd.DataFrame({"year": [1, 2, 3], "visits": [100, 200, 390], "people": 1000})
    >>> table = trend(years, period="year", events="visits", population="people")
    >>> table["estimate"].round(3).tolist()
    [100.0, 200.0, 390.0, 0.969]
    """
    chosen = as_design(design)
    rows = column_values(frame, period, events, population)
    if len(rows) < 3:
        raise CommsvcError(f"{len(rows)} periods make no trend", allowed="three at least")
    for number, (when, *_) in enumerate(rows):
        if when is None or isinstance(when, str):
            raise CommsvcError(
                f"the period {when!r} is no number",
                where=f"row {number}",
                allowed="numbers",
                next_step="a masked year is unknown and is never put in order",
            )
    rows = sorted(rows, key=lambda row: row[0])
    times = np.array([row[0] for row in rows], float)
    if len(set(times)) < len(times):
        raise CommsvcError("a period stands in two rows")
    called = [f"{when:g}" for when in times]
    count = figures([row[1] for row in rows], called, unit="events", what=events)
    people = figures([row[2] for row in rows], called, unit="persons", what=population)
    require_one_value(chosen, count, people)
    if not (people.low > 0).all():
        raise CommsvcError("a period without persons, or perhaps without, has no rate")
    if not count.low.sum() > 0:
        raise CommsvcError("no event in any period, or perhaps none: there is nothing to grow")
    found = [
        (name, count.face[i], people.face[i], _rate(count[i], people[i], chosen, confidence))
        for i, name in enumerate(called)
    ]
    method = "Poisson exact" if chosen.deff == 1 else "Byar"
    how = method if chosen.allows_inference else "crude rate"
    table = [
        (*head, *(v * scale for v in rates), f"per {scale:g}", how, chosen.caveat())
        for *head, rates in found
    ]
    change = _average_change(times, count, people, chosen, confidence)
    return pd.DataFrame([*table, change], columns=COLUMNS)


def _rate(
    x: Figures, n: Figures, design: Design, confidence: float
) -> tuple[float, float, float, float]:
    face = float(x.face / n.face)
    if not design.allows_inference:
        return face, float("nan"), float(x.low / n.high), float(x.high / n.low)
    found = events_interval(float(x.face), float(n.face), design, confidence)
    return face, float(found.se), float(found.low), float(found.high)


def _average_change(
    times: Any, count: Figures, people: Figures, design: Design, confidence: float
) -> tuple[Any, ...]:
    import statsmodels.api as sm
    from scipy import special
    from statsmodels.tools.sm_exceptions import PerfectSeparationWarning

    head = ("average change", float(count.face.sum()), float(people.face.sum()))
    tail = ("share per period", "log-linear Poisson")
    over = f"over {len(times)} periods"
    if not design.allows_inference:
        known = np.isfinite(head[1] + head[2])
        face = (
            Figures(count.face, count.face, count.face, ""),
            Figures(people.face, people.face, people.face, ""),
        )
        estimate = np.expm1(change_end(times, *face, 1)) if known else float("nan")
        low, high = (np.expm1(change_end(times, count, people, side)) for side in (-1, 1))
        note = joined_notes(over, design.caveat())
        return (*head, float(estimate), float("nan"), float(low), float(high), *tail, note)
    columns = sm.add_constant(times - times.mean())
    model = sm.GLM(count.face, columns, family=sm.families.Poisson(), exposure=people.face)
    with warnings.catch_warnings():
        # A growth without any scatter is a finding, no fault.
        warnings.simplefilter("ignore", PerfectSeparationWarning)
        fit = model.fit(tol=1e-12)
    spread = max(1.0, design.deff, float(fit.pearson_chi2 / fit.df_resid))
    slope, se = float(fit.params[1]), float(fit.bse[1]) * spread**0.5
    z = float(special.ndtri((1 + as_share(confidence, "confidence")) / 2))
    low, high = np.expm1(slope - z * se), np.expm1(slope + z * se)
    note = joined_notes(over, f"dispersion {spread:.2f}", design.caveat())
    return (*head, float(np.expm1(slope)), se, float(low), float(high), *tail, note)
