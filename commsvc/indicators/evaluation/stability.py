"""How sure is the order: ranks when weights, normalisation or the data themselves move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.rsr import rsr_scores
from commsvc.indicators.evaluation.scores import topsis_arrays
from commsvc.indicators.evaluation.table import (
    NORMALISATIONS,
    Array,
    Criteria,
    normalise,
    ranks,
    read_printed,
)
from commsvc.indicators.evaluation.weights import Weights, weigh
from commsvc.indicators.printed_cells import Cells
from commsvc.inference.checks import as_share
from commsvc.progress import track

MOVES: Final = ("weights", "normalisation", "data")
_METHODS: Final[Mapping[str, Callable[[Array, NDArray[np.bool_], Array, str], Array]]] = {
    "topsis": lambda x, b, w, how: topsis_arrays(normalise(x, b, how), w)[2],
    "weighted_sum": lambda x, b, w, how: normalise(x, b, how) @ w,
    "rsr": lambda x, b, w, how: rsr_scores(x, b, w),
}
METHODS: Final = tuple(_METHODS)


def rank_stability(
    frame: Any,
    criteria: Mapping[str, str],
    weights: Weights,
    *,
    unit: str | None = None,
    method: str = "topsis",
    normalisation: str = "vector",
    move: Sequence[str] = MOVES,
    concentration: float = 50.0,
    normalisations: Sequence[str] = NORMALISATIONS,
    rounding: Mapping[str, str] | None = None,
    draws: int = 1000,
    confidence: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """A rank with an interval: the order again and again with other weights, scales, digits.

    Each thing is moved alone and then all together, so that a reader sees what the order hangs on.

    Parameters
    ----------
    frame : a row a unit; cells may be printed figures (strings such as `"45.2%"`, `"近97万"`),
        which stand for any value that prints so, none below 0 where the figure itself is not;
        plain numbers are exact
    criteria : column -> `benefit` or `cost`
    weights : column -> weight, or `equal`, `entropy`, `critic`, found once from the faces
    unit : the column with the units' names
    method : `topsis`, `weighted_sum` or `rsr` (which has no normalisation to move)
    normalisation : the one used where it is not moved
    move : which of `weights` (Dirichlet around the given, mean w, variance w(1 − w)/(c + 1)),
        `normalisation` (drawn from `normalisations`, evenly), `data` (uniform within what each
        cell may stand for, independently)
    concentration : c above; 50 moves a weight of 0.2 by about ±0.06 (one standard deviation)
    normalisations : those that are moved among; leave out what the data do not allow
    rounding : column -> its last printed place (`"0.1"`), for numbers that had been rounded
        half up before they were typed in
    draws, seed : how often, and from which seed; the same seed gives the same table
    confidence : share of draws between `low` and `high`

    Returns
    -------
    DataFrame `group, level` (what moved), `base` (draws), `estimate` (the rank as given, 1 best),
    `low, high` (quantiles of the rank, rounded outwards), `best, worst` (ever drawn), `first`
    (share of draws in which it is first; ties for first count), `same` (share with the given
    rank), `method, note`

    Raises
    ------
    CommsvcError : nothing to move, a cell without two ends (`856多人`, masked), unknown names

    Notes
    -----
    These are no confidence intervals: they answer "what if", under the spreads said in `note`.

    Examples
    --------
    A is best of everything, whatever the weights; B and C hang on them:

    >>> table = pd.DataFrame({"town": list("ABC"), "beds": [9, 3, 1], "visits": [9, 1, 3]})
    >>> criteria = {"beds": "benefit", "visits": "benefit"}
    >>> found = rank_stability(table, criteria, "equal", unit="town", move=["weights"], draws=200)
    >>> found[["group", "level", "estimate", "low", "high"]]
      group    level  estimate  low  high
    0     A  weights       1.0  1.0   1.0
    1     B  weights       2.5  2.0   3.0
    2     C  weights       2.5  2.0   3.0
    """
    data, cells = read_printed(frame, criteria, unit, rounding)
    moves = _moves(move, method, normalisations, cells, draws, concentration)
    weight, called = weigh(data, weights, criteria)
    score = _METHODS[method]

    def order(values: Array, weight: Array, how: str) -> Array:
        return ranks(score(values, data.benefit, weight, how))

    normalise(data.values, data.benefit, normalisation, data.names)
    given = order(data.values, weight, normalisation)
    tail = (1 - as_share(confidence, "confidence")) / 2
    parts = []
    for level in [*moves, *(["all"] if len(moves) > 1 else [])]:
        # One stream a row of the table: leaving one move out does not change the others.
        rng = np.random.default_rng([seed, (*MOVES, "all").index(level)])
        moved = set(moves) if level == "all" else {level}
        drawn = np.empty((draws, len(given)))
        for d in track(range(draws), f"ranks, moving {level}", f"排序，变动 {level}"):
            drawn[d] = order(
                rng.uniform(cells.low, cells.high) if "data" in moved else data.values,
                _dirichlet(rng, weight, concentration) if "weights" in moved else weight,
                str(rng.choice(list(normalisations)))
                if "normalisation" in moved
                else normalisation,
            )
        parts.append(_summary(data, drawn, given, level, tail))
    note = f"{called}; seed {seed}, {draws} draws; " + "; ".join(
        _said(one, concentration, normalisations, cells) for one in moves
    )
    table = pd.concat(parts, ignore_index=True)
    return table.assign(method=f"ranks of {method}, simulated", note=note)


def _dirichlet(rng: np.random.Generator, weight: Array, concentration: float) -> Array:
    drawn = np.zeros_like(weight)
    used = weight > 0
    drawn[used] = rng.dirichlet(concentration * weight[used])
    return drawn


def _summary(data: Criteria, drawn: Array, given: Array, level: str, tail: float) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": list(data.units),
            "level": level,
            "base": len(drawn),
            "estimate": given,
            "low": np.quantile(drawn, tail, axis=0, method="lower"),
            "high": np.quantile(drawn, 1 - tail, axis=0, method="higher"),
            "best": drawn.min(axis=0),
            "worst": drawn.max(axis=0),
            "first": (drawn == drawn.min(axis=1, keepdims=True)).mean(axis=0),
            "same": (drawn == given).mean(axis=0),
        }
    )


def _said(move: str, concentration: float, normalisations: Sequence[str], cells: Cells) -> str:
    if move == "weights":
        return f"weights Dirichlet, concentration {concentration:g}"
    if move == "normalisation":
        return f"normalisation one of {', '.join(normalisations)}"
    loose = int((cells.high > cells.low).sum())
    return f"data uniform within rounding ({loose} of {cells.low.size} cells)"


def _moves(
    move: Sequence[str],
    method: str,
    normalisations: Sequence[str],
    cells: Cells,
    draws: int,
    concentration: float,
) -> list[str]:
    if method not in _METHODS:
        raise unknown_name("method", method, METHODS)
    chosen = [move] if isinstance(move, str) else list(move)
    for one in chosen:
        if one not in MOVES:
            raise unknown_name("move", one, MOVES)
    for how in normalisations:
        if how not in NORMALISATIONS:
            raise unknown_name("normalisation", how, NORMALISATIONS)
    # What cannot move anything would stand in the table as if it had been tried.
    if method == "rsr" or len(normalisations) < 2:
        chosen = [one for one in chosen if one != "normalisation"]
    if not (cells.high > cells.low).any():
        chosen = [one for one in chosen if one != "data"]
    if not chosen:
        raise CommsvcError(
            "nothing is left to move",
            allowed=", ".join(MOVES),
            next_step="pass figures as printed (strings) or `rounding` to move data",
        )
    if draws < 1 or not concentration > 0:
        raise CommsvcError(f"{draws} draws, concentration {concentration:g}", allowed="above 0")
    return chosen
