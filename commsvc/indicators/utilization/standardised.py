"""Rates of places of different make-up, compared: standardised rates and their ratios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import column_values
from commsvc.indicators.measure import Value
from commsvc.indicators.printed_cells import as_cells
from commsvc.indicators.sampling import as_design, events_interval
from commsvc.indicators.units import joined_notes
from commsvc.indicators.utilization.rate_ranges import (
    Array,
    Figures,
    figures,
    require_one_value,
    standardised_end,
    standardised_ratio_end,
)
from commsvc.inference.checks import as_share
from commsvc.inference.design import Design
from commsvc.inference.rates import rate_ratio, standardised_rate

COLUMNS = ["group", "count", "base", "estimate", "se", "low", "high", "unit", "method", "note"]
_NOTHING = float("nan")


def standardised_rates(
    frame: Any,
    *,
    by: str,
    stratum: str,
    events: str,
    population: str,
    standard: Mapping[Any, Value] | None = None,
    scale: float = 1000,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Crude and directly standardised rates of each place.

    Parameters
    ----------
    frame : a row for each stratum (age group) of each place
    by, stratum : columns of the place and of the stratum
    events, population : columns: a flow of events, and the persons they happened to; plain numbers
        or as printed (``"1.2万人次"``, ``"近3万"``)
    standard : stratum -> standard population; that of all places together where left out
    scale : per 1000 of the population
    design : `unknown` or `srs`: the events came by chance, and the rate has an interval; `census`:
        what happened is all that is asked, and `low` to `high` is what the printed figures allow
    confidence : of the intervals

    Returns
    -------
    DataFrame, two rows a place: `group, count, base, estimate, se, low, high, unit, method, note`;
    the crude rate with the exact Poisson interval (Garwood), the standardised one with the gamma
    interval of Fay & Feuer (1997). Of a census `se` is missing and the ends are sharp: some figures
    that print so attain them, the standard moving with the places it is made of.

    Raises
    ------
    CommsvcError : a place without some stratum or with one twice, a population that is no persons,
        a sampling interval of figures that are ranges, a complex sample (`standardised_use`)

    Examples
    --------
    >>> visits = pd.DataFrame({"town": ["A", "A", "B", "B"], "age": ["young", "old"] * 2,
    ...                        "n": [10, 30, 20, 15], "people": [1000, 500, 2000, 250]})
    >>> table = standardised_rates(visits, by="town", stratum="age", events="n",
    ...                            population="people")
    >>> table[["group", "estimate", "method"]].round(2).iloc[:, :2].values.tolist()
    [['A', 26.67], ['A', 20.0], ['B', 15.56], ['B', 20.0]]
    """
    chosen = as_design(design)
    table = _strata(frame, (by, stratum, events, population), standard)
    require_one_value(chosen, table.events, table.people, table.standard)
    found: list[tuple[Any, ...]] = []
    for place in table.places:
        x, n = table.of(place)
        head = (str(place), float(x.face.sum()), float(n.face.sum()))
        weights = table.standard.face
        faces = (head[1] / head[2], float(weights @ (x.face / n.face)) / float(weights.sum()))
        if chosen.allows_inference:
            deff = chosen.deff
            crude = events_interval(head[1], head[2], chosen, confidence)
            direct = standardised_rate(x.face / deff, n.face / deff, weights, confidence)
            ends = [(one.se, one.low, one.high, one.method) for one in (crude, direct)]
        else:
            others = table.others(place)
            crude_ends = x.low.sum() / n.high.sum(), x.high.sum() / n.low.sum()
            low, high = (standardised_end(x, n, others, own=table.own, side=s) for s in (-1, 1))
            ends = [
                (_NOTHING, *crude_ends, "crude rate"),
                (_NOTHING, low, high, "directly standardised rate"),
            ]
        for face, (se, low, high, method), said in zip(faces, ends, ("", table.said), strict=True):
            rates = (float(v) * scale for v in (face, se, low, high))
            note = joined_notes(said, chosen.caveat())
            found.append((*head, *rates, f"per {scale:g}", method, note))
    return pd.DataFrame(found, columns=COLUMNS)


def rate_ratios(
    frame: Any,
    *,
    by: str,
    stratum: str,
    events: str,
    population: str,
    against: Any,
    standard: Mapping[Any, Value] | None = None,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Each place's rate over that of one of them, crude and directly standardised.

    Parameters
    ----------
    frame, by, stratum, events, population, standard, design : as in `standardised_rates`
    against : the place the others are compared with
    confidence : of the intervals

    Returns
    -------
    DataFrame, two rows a place: `group, level` (`crude`, `standardised`), `count` (events), `base`
    (population), `estimate` (the ratio), `low, high, p, unit, method, note`; the crude ratio with
    the exact interval (Clopper–Pearson of the events' share), the standardised one with that of
    its logarithm, Var = Σw²x/r² of each (Breslow & Day 1987). Of a census there is no `p`, and the
    ends are what the printed figures allow.

    Raises
    ------
    CommsvcError : as `standardised_rates`; no such place; a place without any event

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
    chosen = as_design(design)
    table = _strata(frame, (by, stratum, events, population), standard)
    require_one_value(chosen, table.events, table.people, table.standard)
    if against not in table.places:
        raise unknown_name("place", str(against), map(str, table.places))
    for place in table.places:
        if not table.of(place)[0].low.sum() > 0:
            raise CommsvcError(f"{place} has no event, or may have none: there is no ratio to it")
    found: list[tuple[Any, ...]] = []
    for place in table.places:
        if place == against:
            continue
        x, n = table.of(place)
        head = (str(place), float(x.face.sum()), float(n.face.sum()))
        both = (
            _tested(table, place, against, chosen, confidence)
            if chosen.allows_inference
            else (_ranged(table, place, against))
        )
        for level, said, made in zip(
            ("crude", "standardised"), ("", table.said), both, strict=True
        ):
            *numbers, method = made
            note = joined_notes(said, chosen.caveat())
            found.append((head[0], level, *head[1:], *numbers, f"ratio to {against}", method, note))
    columns = ["group", "level", "count", "base", "estimate", "low", "high", "p", "unit", "method"]
    return pd.DataFrame(found, columns=[*columns, "note"])


@dataclass(frozen=True)
class _Strata:
    """Places by strata: every place has every stratum once, in the standard's order."""

    places: tuple[Any, ...]
    rows: Mapping[Any, Any]
    events: Figures
    people: Figures
    standard: Figures
    own: bool
    said: str

    def of(self, place: Any) -> tuple[Figures, Figures]:
        return self.events[self.rows[place]], self.people[self.rows[place]]

    def others(self, *places: Any) -> tuple[Array, Array]:
        """The least and the greatest standard population, without these places if it is theirs."""
        if not self.own:
            return self.standard.low, self.standard.high
        rest = [self.people[self.rows[p]] for p in self.places if p not in places]
        nobody = np.zeros(self.standard.low.size)
        return sum((p.low for p in rest), nobody), sum((p.high for p in rest), nobody)


Ends = tuple[float, float, float, float, str]


def _tested(
    table: _Strata, place: Any, against: Any, design: Design, confidence: float
) -> tuple[Ends, Ends]:
    """Estimate, low, high, P and method of the two ratios, the events having come by chance."""
    from scipy import special

    z = float(special.ndtri((1 + as_share(confidence, "confidence")) / 2))
    share = table.standard.face / table.standard.face.sum()
    totals, logs = [], []
    for name in (place, against):
        x, n = table.of(name)
        w = share / n.face
        rate, variance = float(w @ x.face), float(w**2 @ x.face)
        totals.append((float(x.face.sum()), float(n.face.sum())))
        logs.append((rate, design.deff * variance / rate**2))
    (x1, n1), (x0, n0) = totals
    how = "exact" if design.deff == 1 else "wald"
    effective = [x1 / design.deff, x0 / design.deff] if design.deff != 1 else [x1, x0]
    crude = rate_ratio(effective, [n1, n0], how, confidence=confidence)
    (r1, v1), (r0, v0) = logs
    ratio, se = r1 / r0, (v1 + v0) ** 0.5
    p = 2 * float(special.ndtr(-abs(np.log(ratio)) / se))
    low, high = (float(ratio * np.exp(side * z * se)) for side in (-1, 1))
    method = "ratio of directly standardised rates, logarithm"
    ends = float(crude.effect), float(crude.effect_low), float(crude.effect_high)
    return (*ends, float(crude.p), crude.method), (ratio, low, high, p, method)


def _ranged(table: _Strata, place: Any, against: Any) -> tuple[Ends, Ends]:
    """The same of a complete count: what the figures allow."""
    here, there = table.of(place), table.of(against)
    (x, n), (y, m) = here, there
    crude = (
        float(x.face.sum() / n.face.sum() * m.face.sum() / y.face.sum()),
        float(x.low.sum() / n.high.sum() * m.low.sum() / y.high.sum()),
        float(x.high.sum() / n.low.sum() * m.high.sum() / y.low.sum()),
        _NOTHING,
        "ratio of crude rates",
    )
    weights = table.standard.face
    others = table.others(place, against)
    low, high = (
        standardised_ratio_end(here, there, others, own=table.own, side=s) for s in (-1, 1)
    )
    estimate = float(weights @ (x.face / n.face) / (weights @ (y.face / m.face)))
    return crude, (estimate, low, high, _NOTHING, "ratio of directly standardised rates")


def _strata(
    frame: Any, columns: tuple[str, str, str, str], standard: Mapping[Any, Value] | None
) -> _Strata:
    rows = column_values(frame, *columns)
    table = pd.DataFrame(rows, columns=["place", "stratum", "events", "people"], dtype=object)
    if table[["place", "stratum"]].isna().any(axis=None) or not len(table):
        raise CommsvcError("a place or stratum is missing", where=", ".join(columns[:2]))
    if table.duplicated(["place", "stratum"]).any():
        twice = table[table.duplicated(["place", "stratum"])].iloc[0]
        raise CommsvcError(f"{twice['place']} has two rows for {twice['stratum']}")
    names = list(dict.fromkeys(table["stratum"])) if standard is None else list(standard)
    for name in table["stratum"].unique():
        if name not in names:
            raise unknown_name("stratum of the standard population", name, names)
    at = {(p, s): i for i, (p, s) in enumerate(zip(table["place"], table["stratum"], strict=True))}
    places = tuple(dict.fromkeys(table["place"]))
    for place in places:
        for name in names:
            if (place, name) not in at:
                raise CommsvcError(f"{place} has no row for {name}", where=columns[1])
    called = [f"{p}, {s}" for p, s in at]
    counts = figures(list(table["events"]), called, unit="events", what=columns[2])
    people = figures(list(table["people"]), called, unit="persons", what=columns[3])
    if not (people.low > 0).all():
        nobody = called[int(np.argmin(people.low))]
        raise CommsvcError(
            "nobody, or perhaps nobody: no rate", where=f"{columns[3]}, {nobody}",
            next_step="join strata",
        )  # fmt: skip
    order = {place: [at[place, name] for name in names] for place in places}
    if standard is None:
        parts = [people[order[place]] for place in places]
        faces, lows, highs = (
            np.sum([getattr(p, end) for p in parts], axis=0) for end in ("face", "low", "high")
        )
        whole = Figures(faces, lows, highs, "persons")
        return _Strata(places, order, counts, people, whole, True, "standard: all places together")
    cells = as_cells(list(standard.values()), "standard")
    whole = Figures(cells.face[:, 0], cells.low[:, 0], cells.high[:, 0], "persons")
    if not (whole.low >= 0).all() or not whole.low.sum() > 0:
        raise CommsvcError("the standard population has no size", allowed="0 or more a stratum")
    return _Strata(places, order, counts, people, whole, False, "standard as given")
