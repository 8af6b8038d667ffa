"""Who can reach it: floating catchments over a table of costs between places and facilities."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.checked import Array, amounts
from commsvc.words.messages import Text, joined, message

KINDS: Final = {
    "two-step": message("2SFCA (Luo & Wang 2003)"),
    "enhanced": message("enhanced 2SFCA, steps (Luo & Qi 2009)"),
    "gaussian": message("2SFCA with Gaussian decay (Dai 2010)"),
    "three-step": message("3SFCA (Wan, Zou & Sternberg 2012)"),
}


def floating_catchment(
    persons: Any,
    capacity: Any,
    cost: Any,
    kind: str,
    *,
    reach: float | None = None,
    steps: Mapping[float, float] | None = None,
    scale: float = 1000.0,
) -> pd.DataFrame:
    """How much supply each place can reach, for each of the persons it competes with.

    R_j = S_j / Σ_i P_i W_ij over the places within reach of facility j, and A_i = Σ_j R_j W_ij over
    the facilities within reach of place i. W is 1 (`two-step`), a step function (`enhanced`), or
    Dai's Gaussian (e^(−½(d/d₀)²) − e^(−½))/(1 − e^(−½)). `three-step` multiplies W by the choice
    G_ij = W_ij/Σ_k W_ik, so that a place with many facilities near does not count in full at each.

    Parameters
    ----------
    persons : (n,) people of each place
    capacity : (k,) doctors, beds, hours of each facility
    cost : (n, k) minutes or kilometres from place to facility, infinite or missing where there is
        no way; of a long table `roads.pivot(index=…, columns=…, values=…)`
    kind : one of `KINDS`
    reach : farthest cost that counts; not needed with `steps`, whose last bound it is
    steps : `enhanced`, `three-step`: upper bound (included) -> weight, as `{10: 1.0, 30: 0.5}`;
        `three-step` without steps decays as `gaussian`
    scale : per how many persons

    Returns
    -------
    DataFrame, a row a place in the order given: `base` (persons), `count` (facilities within
    reach), `estimate` (supply per `scale` persons), `unit, method, note`. Of printed figures:
    ``over_printed(lambda persons, capacity: floating_catchment(…)["estimate"], …,
    rises=["capacity"], falls=["persons"])``

    Raises
    ------
    CommsvcError : negative figures or costs, tables that do not fit, steps that do not fall, nobody
        within reach of any facility

    Notes
    -----
    The mean over persons is the supply in reach per person: only what nobody reaches is lost,
    which the note then says. Facilities beyond the study area, and people who come from there, are
    left out: places at the rim look better or worse off than they are. PySAL's `access` does the
    same from coordinates, over geopandas.

    Examples
    --------
    By hand: the station in A serves A and B (300 persons, 3 doctors), that in C its own 100.

    >>> minutes = [[0, np.inf], [20, np.inf], [np.inf, 0]]
    >>> found = floating_catchment([100, 200, 100], [3, 2], minutes, "two-step", reach=30)
    >>> found["estimate"].tolist()
    [10.0, 10.0, 20.0]
    """
    farthest, bounds = _plan(kind, reach, steps)
    (people, _), (supply, _) = amounts(persons, name="persons"), amounts(capacity, name="capacity")
    way = np.asarray(cost, dtype=float)
    if way.shape != (people.size, supply.size):
        raise CommsvcError(
            f"costs of shape {way.shape}",
            allowed=f"{people.size} places by {supply.size} facilities",
        )
    if (way < 0).any():
        raise CommsvcError(f"a cost is {np.nanmin(way):g}", allowed="0 or more")
    near, weight = way <= farthest, _weights(kind, way, farthest, bounds)
    competing = people @ weight
    if not (competing > 0).any():
        raise CommsvcError(
            f"nobody is within {farthest:g} of any facility",
            next_step="look at the unit of the costs, and at their rows and columns",
        )
    ratio = np.divide(supply, competing, out=np.zeros_like(supply), where=competing > 0)
    lost = float(supply[competing <= 0].sum())
    return pd.DataFrame(
        {
            "base": people,
            "count": near.sum(axis=1),
            "estimate": weight @ ratio * scale,
            "unit": message("supply per {scale:g} persons", scale=scale),
            "method": KINDS[kind],
            "note": _note(bounds, farthest, lost),
        }
    )


def _note(steps: Mapping[float, float] | None, reach: float, lost: float) -> Text:
    words = [f"≤ {bound:g}: {weight:g}" for bound, weight in (steps or {}).items()]
    how = message("steps {steps}", steps=words) if steps else message("reach {x:g}", x=reach)
    left = message("supply of {lost:g} that nobody reaches is left out", lost=lost) if lost else ""
    return joined([how, left])


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
        if reach is None or not (np.isfinite(reach) and reach > 0):
            raise CommsvcError(f"{kind} needs a reach", allowed="a number above 0")
        return float(reach), None
    ordered = dict(sorted(steps.items()))
    weights = list(ordered.values())
    falling = all(a >= b for a, b in pairwise(weights))
    if min(ordered) <= 0 or min(weights) < 0 or max(weights) <= 0 or not falling:
        raise CommsvcError(f"steps {ordered}", allowed="bounds above 0, weights that do not rise")
    farthest = float(max(ordered))
    if reach is not None and reach != farthest:
        raise CommsvcError(f"reach {reach:g}, and steps to {farthest:g}", next_step="drop reach")
    return farthest, ordered


def _weights(kind: str, cost: Array, reach: float, steps: Mapping[float, float] | None) -> Array:
    """W of each place and facility, of `three-step` W·G; 0 beyond reach."""
    near = cost <= reach
    weight = np.where(near, _decay(kind, np.where(near, cost, 0.0), reach, steps), 0.0)
    if kind != "three-step":
        return weight
    total = weight.sum(axis=1, keepdims=True)
    return np.divide(weight**2, total, out=np.zeros_like(weight), where=total > 0)


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
