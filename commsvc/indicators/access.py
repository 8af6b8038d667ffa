"""Spatial access: floating catchments, and how far the nearest facility is.

Written here over SciPy's sparse matrices rather than on PySAL's `access`, which brings geopandas
with it and joins data frames link by link; tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.travel import (
    EARTH_KM,
    Array,
    Sites,
    find_links,
    on_sphere,
    read_sites,
)

KINDS: Final = {
    "two-step": "2SFCA (Luo & Wang 2003)",
    "enhanced": "enhanced 2SFCA, steps (Luo & Qi 2009)",
    "gaussian": "2SFCA with Gaussian decay (Dai 2010)",
    "three-step": "3SFCA (Wan, Zou & Sternberg 2012)",
}
LINKS: Final = ("place", "facility", "cost")


def floating_catchment(
    demand: Any,
    supply: Any,
    kind: str,
    *,
    reach: float | None = None,
    steps: Mapping[float, float] | None = None,
    place: str | None = None,
    persons: str = "persons",
    facility: str | None = None,
    capacity: str = "capacity",
    at: tuple[str, str] | None = ("lat", "lon"),
    links: Any = None,
    link_columns: tuple[str, str, str] = LINKS,
    scale: float = 1000.0,
) -> pd.DataFrame:
    """How much supply each place can reach, for each of the persons it competes with.

    R_j = S_j / Σ_i P_i W_ij over the places within reach of facility j, and A_i = Σ_j R_j W_ij over
    the facilities within reach of place i. W is 1 (`two-step`), a step function (`enhanced`), or
    Dai's Gaussian (e^(−½(d/d₀)²) − e^(−½))/(1 − e^(−½)). `three-step` multiplies W by the choice
    G_ij = W_ij/Σ_k W_ik, so that a place with many facilities near does not count in full at each.

    Parameters
    ----------
    demand : a row a place
    supply : a row a facility
    kind : one of `KINDS`
    reach : farthest cost that counts: km with coordinates, the links' own unit with links; not
        needed with `steps`, whose last bound it is
    steps : `enhanced`, `three-step`: upper bound (included) -> weight, as `{10: 1.0, 30: 0.5}`;
        `three-step` without steps decays as `gaussian`
    place, facility : columns of names, numbered from 1 without
    persons, capacity : columns of how many people, and of doctors, beds, hours: numbers, or figures
        as printed (`"近3万人"`), which stand for all that print so
    at : columns of latitude and longitude, in degrees, in both tables; not used with `links`
    links : a table of measured costs (minutes by road) by place and facility, in `link_columns`;
        pairs that are not in it cannot be reached
    scale : per how many persons

    Returns
    -------
    DataFrame, a row a place: `group, base` (persons), `count` (facilities within reach),
        `estimate` (supply per `scale` persons), `unit, method, note`; with printed figures also
        `low, high` (reached: supply at one end and persons at the other; infinite where nobody
        may live). Costs are exact, and places are no sample: there is no error by design

    Raises
    ------
    CommsvcError : unknown columns, coordinates off the globe, links to unknown names, steps that do
        not fall, nobody within reach of any facility

    Notes
    -----
    The mean over persons is the supply in reach per person: only what nobody reaches is lost,
    which the note then says. Facilities beyond the study area, and people who come from there, are
    left out: places at the rim look better or worse off than they are.

    Examples
    --------
    By hand: the station in A serves A and B (300 persons, 3 doctors), that in C its own 100.

    >>> places = pd.DataFrame({"place": list("ABC"), "persons": [100, 200, 100]})
    >>> stations = pd.DataFrame({"station": ["A1", "C1"], "capacity": [3, 2]})
    >>> roads = pd.DataFrame({"place": list("ABC"), "facility": ["A1", "A1", "C1"],
    ...                       "cost": [0, 20, 0]})
    >>> floating_catchment(places, stations, "two-step", reach=30, place="place",
    ...                    facility="station", links=roads)[["group", "base", "estimate"]]
      group   base  estimate
    0     A  100.0      10.0
    1     B  200.0      10.0
    2     C  100.0      20.0
    """
    farthest, bounds = _plan(kind, reach, steps)
    where = None if links is not None else at
    here = read_sites(demand, place, persons, where, "places")
    there = read_sites(supply, facility, capacity, where, "facilities")
    cost = find_links(here, there, farthest, links, link_columns)
    weight = cost.copy()
    weight.data = _decay(kind, cost.data, farthest, bounds)
    if kind == "three-step":
        total = weight.sum(axis=1)
        share = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        # W·G: the weight once more, over the place's sum of weights.
        weight.data = weight.data**2 * np.repeat(share, np.diff(weight.indptr))
    competing = here.amount @ weight
    if not (competing > 0).any():
        raise CommsvcError(
            f"nobody is within {farthest:g} of any facility",
            next_step="look at the unit of the costs, and at the order of latitude and longitude",
        )
    lost = float(there.amount[competing <= 0].sum())
    note = f"reach {farthest:g}" if bounds is None else f"steps {_in_words(bounds)}"
    if lost:
        note += f"; supply of {lost:g} that nobody reaches is left out"
    table = pd.DataFrame(
        {
            "group": here.names,
            "base": here.amount,
            "count": np.diff(cost.indptr),
            "estimate": _reached(weight, there.amount, here.amount) * scale,
            "unit": f"supply per {scale:g} persons",
            "method": KINDS[kind],
            "note": note,
        }
    )
    if here.ends is None and there.ends is None:
        return table
    # More supply and fewer persons anywhere never leave less to a place.
    table.insert(4, "low", _reached(weight, there.low, here.high) * scale)
    table.insert(5, "high", _reached(weight, there.high, here.low, endless=True) * scale)
    return table.assign(note=note + "; range over persons and supply as printed")


def _reached(weight: Any, supply: Array, persons: Array, *, endless: bool = False) -> Array:
    """Supply in reach of each place (n,) for each of the persons that compete for it.

    A facility for which nobody competes gives nothing; with `endless`, where their number is only
    the least possible, it gives without limit.
    """
    competing = persons @ weight
    ratio = np.divide(supply, competing, out=np.zeros_like(competing), where=competing > 0)
    if endless:
        ratio[(competing <= 0) & (supply > 0)] = np.inf
        weight = weight.copy()
        weight.eliminate_zeros()
    return np.asarray(weight @ ratio)


def nearest_facility(
    demand: Any,
    supply: Any,
    *,
    place: str | None = None,
    persons: str | None = None,
    facility: str | None = None,
    at: tuple[str, str] = ("lat", "lon"),
) -> pd.DataFrame:
    """The nearest facility of each place, and how far it is in a straight line over the globe.

    Returns
    -------
    DataFrame, a row a place: `group, base` (persons; 1 without a column), `level` (the facility),
    `estimate` (km), `unit, method`; parameters as in `floating_catchment`

    Examples
    --------
    One degree of latitude is 111.2 km:

    >>> places = pd.DataFrame({"place": ["A", "B"], "lat": [30, 31], "lon": [120, 120]})
    >>> nearest_facility(places, places[:1], place="place", facility="place")[
    ...     ["group", "level", "estimate"]].round(1)
      group level  estimate
    0     A     A       0.0
    1     B     A     111.2
    """
    here = read_sites(demand, place, persons, at, "places")
    there = read_sites(supply, facility, None, at, "facilities")
    chord, which = _nearest(here, there)
    return pd.DataFrame(
        {
            "group": here.names,
            "level": there.names[which],
            "base": here.amount,
            "estimate": 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1.0)),
            "unit": "km",
            "method": "great circle",
        }
    )


def _nearest(here: Sites, there: Sites) -> tuple[Array, Any]:
    if here.at is None or there.at is None:
        raise CommsvcError("no coordinates", next_step="name their columns with `at`")
    return cKDTree(on_sphere(there.at)).query(on_sphere(here.at))


def _plan(
    kind: str, reach: float | None, steps: Mapping[float, float] | None
) -> tuple[float, Mapping[float, float] | None]:
    """The farthest cost, and the steps where the kind has them."""
    if kind not in KINDS:
        raise unknown_name("kind of catchment", kind, KINDS)
    if steps is not None and kind in ("two-step", "gaussian"):
        raise CommsvcError(f"{kind} has no steps", next_step="use 'enhanced', or drop steps")
    if kind == "enhanced" and not steps:
        raise CommsvcError("enhanced needs steps", allowed="such as {10: 1.0, 20: 0.68, 30: 0.22}")
    if not steps:
        if reach is None:
            raise CommsvcError(f"{kind} needs a reach", allowed="above 0")
        return float(reach), None
    ordered = dict(sorted(steps.items()))
    weights = list(ordered.values())
    falling = all(a >= b for a, b in pairwise(weights))
    if min(ordered) <= 0 or min(weights) < 0 or max(weights) <= 0 or not falling:
        raise CommsvcError(
            f"steps {_in_words(ordered)}", allowed="bounds above 0, weights that do not rise"
        )
    farthest = float(max(ordered))
    if reach is not None and reach != farthest:
        raise CommsvcError(f"reach {reach:g}, and steps to {farthest:g}", next_step="drop reach")
    return farthest, ordered


def _decay(kind: str, cost: Array, reach: float, steps: Mapping[float, float] | None) -> Array:
    """Weights of costs within reach."""
    if kind == "two-step":
        return np.ones_like(cost)
    if steps is not None:
        bounds = np.array(list(steps))
        # A cost that equals a bound in real numbers may lie a rounding beyond it in floats.
        zone = np.searchsorted(bounds * (1 + 1e-12), cost, side="left")
        return np.array(list(steps.values()))[np.minimum(zone, len(bounds) - 1)]
    edge = np.exp(-0.5)
    return np.maximum((np.exp(-0.5 * (cost / reach) ** 2) - edge) / (1 - edge), 0.0)


def _in_words(steps: Mapping[float, float]) -> str:
    return ", ".join(f"≤ {bound:g}: {weight:g}" for bound, weight in steps.items())
