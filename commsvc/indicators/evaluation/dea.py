"""Data envelopment analysis: efficiency, slacks, scale, and returns to scale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from commsvc.indicators.evaluation.frontier import (
    CLOSE,
    TOGETHER,
    Technology,
    efficiencies_of,
    read_unit_cells,
)
from commsvc.indicators.evaluation.table import Array
from commsvc.indicators.printed_cells import Cells
from commsvc.indicators.units import joined_notes
from commsvc.progress import track

_MODELS = {"constant": "CCR", "variable": "BCC"}


def dea(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str | None = None,
    returns: str = "constant",
    orientation: str = "input",
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Technical efficiency against the best of the same units: CCR, BCC, and slacks.

    `constant` returns: CCR (Charnes, Cooper & Rhodes 1978); `variable`: BCC (Banker, Charnes &
    Cooper 1984). Input orientation: θ, the share of its inputs with which the frontier has the
    unit's outputs; output orientation: 1/φ, its outputs as a share of what the frontier has.

    Parameters
    ----------
    frame : a row a unit; cells are numbers, or figures as printed (`"1.48万人次"`), which stand for
        any value that prints so
    inputs, outputs : columns, 0 or more, each with a unit of its own
    unit : the column with the units' names
    returns : `constant`, `variable`, `nonincreasing`, `nondecreasing`
    orientation : `input` or `output`
    rounding : column -> last printed place (`"0.1"`) of numbers that had been rounded

    Returns
    -------
    DataFrame `group, base` (units compared), `estimate` (0 to 1), `low, high` (its bounds while
    figures stay within what was printed, reached: the unit at its worst and all others at their
    best, and the other way round; Despotis & Smirlis 2002), a `slack …` for each column in
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
    units, cells = read_unit_cells(frame, inputs, outputs, unit, rounding)
    units_of = cells.face.mean(axis=0)
    m = len(inputs)
    figures = cells.face / units_of
    technology = Technology(figures[:, :m], figures[:, m:], returns, orientation)
    score = efficiencies(technology)
    low, high = efficiency_range(cells, technology) if cells.loose else (score, score)
    # Only units on the frontier can be peers, so that the second programmes are small.
    on_frontier = np.flatnonzero(score >= 1 - CLOSE)
    best = replace(
        technology, inputs=technology.inputs[on_frontier], outputs=technology.outputs[on_frontier]
    )
    near_x, near_y = technology.inputs, technology.outputs
    if orientation == "input":
        near_x = near_x * score[:, None]
    else:
        near_y = near_y / score[:, None]
    slack, weights = best.slacks(near_x, near_y)
    peers = [_in_words(units, on_frontier, row) for row in weights]
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
            "low": np.minimum(low, score),
            "high": np.maximum(high, score),
            **dict(zip(columns, (slack * units_of).T, strict=True)),
            "verdict": verdict,
            "peers": peers,
            "method": f"{_MODELS.get(returns, returns)}, {orientation}-oriented",
            "note": joined_notes(
                f"{len(units)} units for {len(units_of)} columns: too few to tell them apart"
                if few
                else "",
                f"ranges over {cells.in_words()}" if cells.loose else "",
            ),
        }
    )


def scale_efficiency(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str | None = None,
    orientation: str = "input",
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Overall efficiency as pure technical times scale efficiency, with returns to scale.

    Returns
    -------
    DataFrame `group, base, crs` (CCR), `vrs` (BCC), `scale` (CCR/BCC), `scale_low, scale_high` (its
    certain bounds over printed figures, from those of the two), `returns` (of the faces: `constant`
    where scale is 1; else `decreasing` where the frontier of non-increasing returns is the BCC one,
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
    units, cells = read_unit_cells(frame, inputs, outputs, unit, rounding)
    figures = cells.face / cells.face.mean(axis=0)
    m = len(inputs)
    crs_technology = Technology(figures[:, :m], figures[:, m:], "constant", orientation)
    crs = efficiencies(crs_technology)
    vrs = efficiencies(replace(crs_technology, returns="variable"))
    scale = np.minimum(crs / vrs, 1.0)
    low = high = scale
    if cells.loose:
        of_crs = efficiency_range(cells, crs_technology)
        of_vrs = efficiency_range(cells, replace(crs_technology, returns="variable"))
        low = np.minimum(of_crs[0] / of_vrs[1], scale)
        high = np.clip(of_crs[1] / of_vrs[0], scale, 1.0)
    nonincreasing = replace(crs_technology, returns="nonincreasing")
    other = efficiencies(nonincreasing)
    kinds = np.where(
        scale >= 1 - CLOSE,
        "constant",
        np.where(np.abs(other - vrs) < CLOSE, "decreasing", "increasing"),
    )
    return pd.DataFrame(
        {
            "group": list(units),
            "base": len(units),
            "crs": crs,
            "vrs": vrs,
            "scale": scale,
            "scale_low": low,
            "scale_high": high,
            "returns": kinds,
            "method": f"CCR over BCC, {orientation}-oriented",
            "note": f"ranges over {cells.in_words()}" if cells.loose else "",
        }
    )


def efficiencies(technology: Technology) -> Array:
    """The efficiency of each unit of a technology against all of them, at most 1.

    A unit found inefficient lies behind the frontier and is left out of the programmes after it.

    >>> efficiencies(Technology(np.array([[2.0], [1], [4]]), np.ones((3, 1)))).round(9).tolist()
    [0.5, 1.0, 0.25]
    """
    found = np.empty(len(technology.inputs))
    kept = np.ones(len(found), dtype=bool)
    for start in track(range(0, len(found), TOGETHER), "efficiencies", "效率"):
        rows = slice(start, start + TOGETHER)
        spanned = replace(
            technology, inputs=technology.inputs[kept], outputs=technology.outputs[kept]
        )
        x, y = technology.inputs[rows], technology.outputs[rows]
        found[rows] = efficiencies_of([spanned] * len(x), x, y)
        kept[rows] = found[rows] >= 1 - CLOSE
    found[found > 1 - 1e-9] = 1.0
    return found


def efficiency_range(cells: Cells, technology: Technology) -> tuple[Array, Array]:
    """Least and greatest efficiency (n,) of each unit over what its and the others' cells allow.

    A unit gains by less of its own inputs and more of its own outputs, and by the opposite of the
    others': so both ends stand at corners.

    >>> rounded = Cells(np.ones((2, 2)), np.full((2, 2), 0.5), np.full((2, 2), 1.5))
    >>> ends = efficiency_range(rounded, Technology(np.ones((2, 1)), np.ones((2, 1))))
    >>> [end.round(4).tolist() for end in ends]
    [[0.1111, 0.1111], [1.0, 1.0]]
    """
    m = technology.inputs.shape[1]
    means = cells.face.mean(axis=0)
    low, high = cells.low / means, cells.high / means
    best = np.hstack([low[:, :m], high[:, m:]])
    worst = np.hstack([high[:, :m], low[:, m:]])
    ends = np.empty((2, len(best)))
    for found, own, others in ((ends[0], worst, best), (ends[1], best, worst)):
        spanned = replace(technology, inputs=others[:, :m], outputs=others[:, m:])
        # Who is not on the frontier of the others can be left out; who is, must leave it.
        on_front = efficiencies(spanned) >= 1 - CLOSE
        front, everyone = others[on_front], np.arange(len(others))
        there = []
        for i, row in enumerate(own):
            figures = np.vstack([others[everyone != i] if on_front[i] else front, row])
            there.append(replace(technology, inputs=figures[:, :m], outputs=figures[:, m:]))
        found[:] = np.minimum(efficiencies_of(there, own[:, :m], own[:, m:]), 1.0)
    return ends[0], ends[1]


def _in_words(units: tuple[str, ...], which: Any, weights: Array) -> str:
    kept = [(w, units[i]) for i, w in zip(which, weights, strict=True) if w > CLOSE]
    return ", ".join(f"{name} {w:.3g}" for w, name in sorted(kept, key=lambda p: -p[0]))
