"""Data envelopment analysis: efficiency, slacks, scale, and returns to scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from commsvc.indicators.evaluation.frontier import CLOSE, Technology, read_units
from commsvc.indicators.evaluation.table import Array

_MODELS = {"constant": "CCR", "variable": "BCC"}


def dea(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str | None = None,
    returns: str = "constant",
    orientation: str = "input",
) -> pd.DataFrame:
    """Technical efficiency against the best of the same units: CCR, BCC, and slacks.

    `constant` returns: CCR (Charnes, Cooper & Rhodes 1978); `variable`: BCC (Banker, Charnes &
    Cooper 1984). Input orientation: θ, the share of its inputs with which the frontier has the
    unit's outputs; output orientation: 1/φ, its outputs as a share of what the frontier has.

    Parameters
    ----------
    frame : a row a unit
    inputs, outputs : columns, 0 or more, each with a unit of its own
    unit : the column with the units' names
    returns : `constant`, `variable`, `nonincreasing`, `nondecreasing`
    orientation : `input` or `output`

    Returns
    -------
    DataFrame `group, base` (units compared), `estimate` (0 to 1), a `slack …` for each column in
    its own unit (what could still go, or be added, beyond the proportional change), `verdict`
    (efficient; weakly efficient: on the frontier, with slack; inefficient), `peers` (the units
    and weights it is compared with), `method, note`

    Raises
    ------
    CommsvcError : negative figures, a unit without any input or output, one unit only

    Notes
    -----
    Efficiency is relative to these units and has no error term: one outlier moves the frontier.
    With few units most are efficient: the note warns below three times inputs + outputs (Cooper,
    Seiford & Tone 2007). Slacks: a second programme maximises their sum over the column means;
    DEAP's several stages may choose others. Peers may not be unique.

    Examples
    --------
    By hand: A sees 1 per doctor, B ½, so B would need half its doctors.

    >>> table = pd.DataFrame({"town": ["A", "B"], "doctors": [2, 4], "visits": [2, 2]})
    >>> dea(table, ["doctors"], ["visits"], unit="town")[["group", "estimate", "peers"]]
      group  estimate peers
    0     A       1.0   A 1
    1     B       0.5   A 1
    """
    units, x, y = read_units(frame, inputs, outputs, unit)
    units_of = np.concatenate([x.mean(axis=0), y.mean(axis=0)])
    m = x.shape[1]
    technology = Technology(x / units_of[:m], y / units_of[m:], returns, orientation)
    score = efficiencies(technology)
    # Only units on the frontier can be peers, so that the second programmes are small.
    on_frontier = np.flatnonzero(score >= 1 - CLOSE)
    best = replace(
        technology, inputs=technology.inputs[on_frontier], outputs=technology.outputs[on_frontier]
    )
    slack = np.empty((len(units), len(units_of)))
    peers = []
    for i, theta in enumerate(score):
        near_x, near_y = technology.inputs[i], technology.outputs[i]
        if orientation == "input":
            near_x = near_x * theta
        else:
            near_y = near_y / theta
        slack[i], weights = best.slacks(near_x, near_y)
        peers.append(_in_words(units, on_frontier, weights))
    slack[np.abs(slack) < CLOSE] = 0.0
    verdict = np.where(
        score < 1 - CLOSE,
        "inefficient",
        np.where(slack.sum(axis=1) > 0, "weakly efficient", "efficient"),
    )
    few = len(units) < 3 * len(units_of)
    columns = [f"slack {name}" for name in (*inputs, *outputs)]
    return pd.DataFrame(
        {
            "group": list(units),
            "base": len(units),
            "estimate": score,
            **dict(zip(columns, (slack * units_of).T, strict=True)),
            "verdict": verdict,
            "peers": peers,
            "method": f"{_MODELS.get(returns, returns)}, {orientation}-oriented",
            "note": f"{len(units)} units for {len(units_of)} columns: too few to tell them apart"
            if few
            else "",
        }
    )


def scale_efficiency(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str | None = None,
    orientation: str = "input",
) -> pd.DataFrame:
    """Overall efficiency as pure technical times scale efficiency, with returns to scale.

    Returns
    -------
    DataFrame `group, base, crs` (CCR), `vrs` (BCC), `scale` (CCR/BCC), `returns` (`constant` where
    scale is 1; else `decreasing` where the frontier of non-increasing returns is the BCC one,
    `increasing` where it is not: Färe, Grosskopf & Lovell 1985), `method, note`; parameters as in
    `dea`

    Examples
    --------
    By hand: A is too small (½ a visit each), C too large, B the best scale.

    >>> table = pd.DataFrame({"town": list("ABC"), "doctors": [2, 3, 6], "visits": [1, 3, 5]})
    >>> scale_efficiency(table, ["doctors"], ["visits"], unit="town")[
    ...     ["group", "crs", "vrs", "scale", "returns"]].round(4)
      group     crs  vrs   scale     returns
    0     A  0.5000  1.0  0.5000  increasing
    1     B  1.0000  1.0  1.0000    constant
    2     C  0.8333  1.0  0.8333  decreasing
    """
    units, x, y = read_units(frame, inputs, outputs, unit)
    crs_technology = Technology(x / x.mean(axis=0), y / y.mean(axis=0), "constant", orientation)
    crs = efficiencies(crs_technology)
    vrs = efficiencies(replace(crs_technology, returns="variable"))
    scale = np.minimum(crs / vrs, 1.0)
    nonincreasing = replace(crs_technology, returns="nonincreasing")
    kinds = []
    for i, ratio in enumerate(scale):
        if ratio >= 1 - CLOSE:
            kinds.append("constant")
            continue
        other = nonincreasing.efficiency(crs_technology.inputs[i], crs_technology.outputs[i])
        kinds.append("decreasing" if abs(other - vrs[i]) < CLOSE else "increasing")
    return pd.DataFrame(
        {
            "group": list(units),
            "base": len(units),
            "crs": crs,
            "vrs": vrs,
            "scale": scale,
            "returns": kinds,
            "method": f"CCR over BCC, {orientation}-oriented",
            "note": "",
        }
    )


def efficiencies(technology: Technology) -> Array:
    """The efficiency of each unit of a technology against all of them, at most 1.

    A unit found inefficient lies behind the frontier and is left out of the programmes after it.

    >>> efficiencies(Technology(np.array([[2.0], [1], [4]]), np.ones((3, 1)))).tolist()
    [0.5, 1.0, 0.25]
    """
    found = np.empty(len(technology.inputs))
    kept = np.ones(len(found), dtype=bool)
    spanned = technology
    stale = 0
    for i, (x, y) in enumerate(zip(technology.inputs, technology.outputs, strict=True)):
        found[i] = spanned.efficiency(x, y)
        kept[i] = found[i] >= 1 - CLOSE
        stale += not kept[i]
        if stale >= 20:
            spanned = replace(
                technology, inputs=technology.inputs[kept], outputs=technology.outputs[kept]
            )
            stale = 0
    found[found > 1 - 1e-9] = 1.0
    return found


def _in_words(units: tuple[str, ...], which: Any, weights: Array) -> str:
    kept = [(w, units[i]) for i, w in zip(which, weights, strict=True) if w > CLOSE]
    return ", ".join(f"{name} {w:.3g}" for w, name in sorted(kept, key=lambda p: -p[0]))
