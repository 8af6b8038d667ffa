"""Rates compared between places of different make-up, and over periods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values
from commsvc.inference.rates import rate_interval, rate_ratio, standardised_rate

_COLUMNS = ["group", "count", "base", "estimate", "se", "low", "high", "unit", "method", "note"]


def standardised_rates(
    frame: Any,
    *,
    by: str,
    stratum: str,
    events: str,
    population: str,
    standard: Mapping[Any, float] | None = None,
    scale: float = 1000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Crude and directly standardised rates of each place.

    Parameters
    ----------
    frame : a row for each stratum (age group) of each place
    by, stratum : columns of the place and of the stratum
    events, population : columns: a flow of events, and the persons they happened to
    standard : stratum -> standard population; that of all places together where left out
    scale : per 1000 of the population

    Returns
    -------
    DataFrame, two rows a place: `group, count, base, estimate, se, low, high, unit, method, note`;
    the crude rate with the exact Poisson interval (Garwood), the standardised one with the gamma
    interval of Fay & Feuer (1997)

    Examples
    --------
    >>> visits = pd.DataFrame({"town": ["A", "A", "B", "B"], "age": ["young", "old"] * 2,
    ...                        "n": [10, 30, 20, 15], "people": [1000, 500, 2000, 250]})
    >>> table = standardised_rates(visits, by="town", stratum="age", events="n",
    ...                            population="people")
    >>> table[["group", "estimate", "method"]].round(2).iloc[:, :2].values.tolist()
    [['A', 26.67], ['A', 20.0], ['B', 15.56], ['B', 20.0]]
    """
    table, weights, note = _strata(frame, (by, stratum, events, population), standard)
    found = []
    for place, part in table.groupby("place", sort=False):
        count, people = part["events"].to_numpy(float), part["people"].to_numpy(float)
        crude = rate_interval(float(count.sum()), float(people.sum()), "exact", confidence)
        in_order = weights[part["stratum"]].to_numpy(float)
        direct = standardised_rate(count, people, in_order, confidence)
        for rate, said in ((crude, ""), (direct, note)):
            figures = [float(v) * scale for v in (rate.estimate, rate.se, rate.low, rate.high)]
            head = (str(place), float(count.sum()), float(people.sum()))
            unit = f"per {scale:g}"
            found.append((*head, figures[0], *figures[1:], unit, rate.method, said))
    return pd.DataFrame(found, columns=_COLUMNS)


def rate_ratios(
    frame: Any,
    *,
    by: str,
    stratum: str,
    events: str,
    population: str,
    against: Any,
    standard: Mapping[Any, float] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Each place's rate over that of one of them, crude and directly standardised.

    Parameters
    ----------
    frame, by, stratum, events, population, standard : as in `standardised_rates`
    against : the place the others are compared with

    Returns
    -------
    DataFrame, two rows a place: `group, level` (`crude`, `standardised`), `count` (events), `base`
    (population), `estimate` (the ratio), `low, high, p, unit, method, note`; the crude ratio with
    the exact interval (Clopper–Pearson of the events' share), the standardised one with that of
    its logarithm, Var = Σw²x/r² of each (Breslow & Day 1987)

    Examples
    --------
    By hand: A's crude rate is 40/1500, B's 35/2250; by age they are alike, so of one make-up too.

    >>> visits = pd.DataFrame({"town": ["A", "A", "B", "B"], "age": ["young", "old"] * 2,
    ...                        "n": [10, 30, 20, 15], "people": [1000, 500, 2000, 250]})
    >>> table = rate_ratios(visits, by="town", stratum="age", events="n", population="people",
    ...                     against="B")
    >>> table[["group", "level", "estimate"]].round(4).values.tolist()
    [['A', 'crude', 1.7143], ['A', 'standardised', 1.0]]
    """
    from scipy import special

    table, weights, note = _strata(frame, (by, stratum, events, population), standard)
    places = list(dict.fromkeys(table["place"]))
    if against not in places:
        raise unknown_name("place", str(against), map(str, places))
    z = float(special.ndtri((1 + confidence) / 2))
    share = weights / weights.sum()
    parts: dict[Any, tuple[float, float, float, float]] = {}
    for place, part in table.groupby("place", sort=False):
        count, people = part["events"].to_numpy(float), part["people"].to_numpy(float)
        if not count.sum() > 0:
            raise CommsvcError(f"{place} has no event: its ratio has no logarithm")
        w = share[part["stratum"]].to_numpy(float) / people
        rate, variance = float(w @ count), float(w**2 @ count)
        parts[place] = (float(count.sum()), float(people.sum()), rate, variance / rate**2)
    x0, n0, r0, v0 = parts[against]
    found: list[tuple[Any, ...]] = []
    for place, (x, n, r, v) in parts.items():
        if place == against:
            continue
        crude = rate_ratio([x, x0], [n, n0], "exact", confidence=confidence)
        head = (str(place), "crude", x, n)
        found.append(
            (*head, crude.effect, crude.effect_low, crude.effect_high, crude.p, crude.method, "")
        )
        half, ratio = z * (v + v0) ** 0.5, r / r0
        p = 2 * float(special.ndtr(-abs(np.log(ratio)) / (v + v0) ** 0.5))
        ends = (ratio * np.exp(-half), ratio * np.exp(half))
        method = "ratio of directly standardised rates, logarithm"
        found.append((str(place), "standardised", x, n, ratio, *map(float, ends), p, method, note))
    columns = ["group", "level", "count", "base", "estimate", "low", "high", "p", "method", "note"]
    made = pd.DataFrame(found, columns=columns)
    made.insert(8, "unit", f"ratio to {against}")
    return made


def trend(
    frame: Any,
    *,
    period: str,
    events: str,
    population: str,
    scale: float = 1000,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Rates by period and their average change per period.

    Parameters
    ----------
    frame : a row a period
    period : a column of numbers (years); a masked year has no order and is refused
    events, population : columns: events in the period, and the persons they happened to

    Returns
    -------
    DataFrame `group, count, base, estimate, se, low, high, unit, method, note`: a row a period
    (exact Poisson interval), then `average change`: exp(slope) − 1 of the log-linear Poisson
    regression, its error widened by the square root of Pearson's χ² over its degrees of freedom
    where that exceeds 1 (counts vary more than Poisson's)

    Examples
    --------
    >>> years = pd.DataFrame({"year": [1, 2, 3], "visits": [100, 200, 390], "people": 1000})
    >>> table = trend(years, period="year", events="visits", population="people")
    >>> table["estimate"].round(3).tolist()
    [100.0, 200.0, 390.0, 0.969]
    """
    rows = column_values(frame, period, events, population)
    if len(rows) < 3:
        raise CommsvcError(f"{len(rows)} periods make no trend", allowed="three at least")
    for number, row in enumerate(rows):
        if any(cell is None or isinstance(cell, str) for cell in row):
            raise CommsvcError(
                f"period, events, population: {row}",
                where=f"row {number}",
                allowed="numbers",
                next_step="a masked year is unknown and is never put in order",
            )
    times, count, people = (np.array(column, float) for column in zip(*rows, strict=True))
    if len(set(times)) < len(times):
        raise CommsvcError("a period stands in two rows")
    found: list[tuple[Any, ...]] = []
    for i in np.argsort(times):
        rate = rate_interval(count[i], people[i], "exact", confidence)
        figures = [float(v) * scale for v in (rate.estimate, rate.se, rate.low, rate.high)]
        head = (f"{times[i]:g}", count[i], people[i])
        found.append((*head, *figures, f"per {scale:g}", rate.method, ""))
    found.append(_average_change(times, count, people, confidence))
    return pd.DataFrame(found, columns=_COLUMNS)


def _strata(
    frame: Any,
    columns: tuple[str, str, str, str],
    standard: Mapping[Any, float] | None,
) -> tuple[pd.DataFrame, pd.Series, str]:
    """The table `place, stratum, events, people`, the standard's weights, and what it is."""
    rows = column_values(frame, *columns)
    table = pd.DataFrame(rows, columns=["place", "stratum", "events", "people"])
    if table.isna().any(axis=None) or not len(table):
        raise CommsvcError("a place, stratum, count or population is missing")
    if table.duplicated(["place", "stratum"]).any():
        twice = table[table.duplicated(["place", "stratum"])].iloc[0]
        raise CommsvcError(f"{twice['place']} has two rows for {twice['stratum']}")
    together = table.groupby("stratum", sort=False)["people"].sum()
    weights = pd.Series(dict(standard)) if standard is not None else together
    for name in table["stratum"].unique():
        if name not in weights.index:
            raise unknown_name("stratum of the standard population", name, weights.index)
    for place, part in table.groupby("place", sort=False):
        missing = [name for name in weights.index if name not in set(part["stratum"])]
        if missing:
            raise CommsvcError(f"{place} has no row for {missing[0]}", where=columns[1])
    note = "standard: all places together" if standard is None else "standard as given"
    return table, weights, note


def _average_change(times: Any, count: Any, people: Any, confidence: float) -> tuple[Any, ...]:
    import statsmodels.api as sm
    from scipy import special

    design = sm.add_constant(times - times.mean())
    fit = sm.GLM(count, design, family=sm.families.Poisson(), exposure=people).fit()
    spread = max(1.0, float(fit.pearson_chi2 / fit.df_resid))
    slope, se = float(fit.params[1]), float(fit.bse[1]) * spread**0.5
    z = float(special.ndtri((1 + confidence) / 2))
    low, high = np.expm1(slope - z * se), np.expm1(slope + z * se)
    note = f"over {len(times)} periods; dispersion {spread:.2f}"
    head = ("average change", float(count.sum()), float(people.sum()), float(np.expm1(slope)))
    return (*head, se, float(low), float(high), "share per period", "log-linear Poisson", note)
