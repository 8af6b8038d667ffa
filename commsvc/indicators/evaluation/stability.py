"""How sure is the order: ranks when weights, normalisation or the data themselves move."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.criteria import (
    NORMALISATIONS,
    Array,
    Criteria,
    Weights,
    closeness,
    matrix,
    named,
    normalise,
    ranks,
    read_criteria,
    weigh,
)
from commsvc.indicators.evaluation.rank_sum import mean_ranks
from commsvc.inference.checks import as_share
from commsvc.words.messages import Text, joined, message
from commsvc.words.progress import track

_Score = Callable[[Array, NDArray[np.bool_], Array, str], Array]
_METHODS: Final[Mapping[str, tuple[Text, _Score]]] = {
    "topsis": (
        message("ranks of TOPSIS, simulated"),
        lambda x, b, w, how: closeness(normalise(x, b, how), w),
    ),
    "weighted_sum": (
        message("ranks of the weighted sum, simulated"),
        lambda x, b, w, how: normalise(x, b, how) @ w,
    ),
    "rsr": (message("ranks of RSR, simulated"), lambda x, b, w, how: mean_ranks(x, b, w)),
}
MOVES: Final = ("weights", "normalisation", "data")


def rank_stability(
    table: Any,
    criteria: Criteria,
    weights: Weights = "equal",
    *,
    within: tuple[Any, Any] | None = None,
    units: Sequence[Any] | None = None,
    method: str = "topsis",
    normalisation: str = "vector",
    normalisations: Sequence[str] = NORMALISATIONS,
    concentration: float = 50.0,
    draws: int = 1000,
    confidence: float = 0.95,
    seed: int = 1,
) -> pd.DataFrame:
    """A rank with an interval: the order again and again with other weights, scales, digits.

    Each thing is moved alone and then all together, so that a reader sees what the order hangs on.

    Parameters
    ----------
    table, criteria, weights : as in `topsis`; `entropy` and `critic` weights are found once
    within : the least and the greatest each figure may be, two tables (n, m), which moves the
        `data` (uniformly, independently); printed figures have
        ``found = over_printed(lambda x: x, figures, rises=True)``, `found.low` and `found.high`
    units : (n,) their names; numbered from 1 without
    method : `topsis`, `weighted_sum` or `rsr` (which has no normalisation to move)
    normalisation : the one used where it is not moved
    normalisations : those that are moved among, evenly; leave out what the data do not allow
    concentration : c of the Dirichlet distribution that moves the weights around the given ones:
        mean w, variance w(1 − w)/(c + 1); 50 moves a weight of 0.2 by about ±0.06 (one standard
        deviation)
    draws, seed : how often, and from which seed; the same seed gives the same table
    confidence : share of draws between `low` and `high`

    Returns
    -------
    DataFrame `group, level` (what moved: `weights`, `normalisation`, `data`, `all`), `base`
    (draws), `estimate` (the rank as given, 1 best), `low, high` (quantiles of the rank, rounded
    outwards), `best, worst` (ever drawn), `first` (share of draws in which it is first; ties for
    first count), `same` (share with the given rank), `method, note`

    Raises
    ------
    CommsvcError : unknown names, ends the wrong way round, a method that the data do not allow

    Notes
    -----
    These are no confidence intervals: they answer "what if", under the spreads said in `note`.

    Examples
    --------
    A is best of everything, whatever the weights; B and C hang on them:

    >>> towns = [[9, 9], [3, 1], [1, 3]]
    >>> found = rank_stability(towns, ["benefit", "benefit"], units="ABC", draws=200)
    >>> found[found["level"] == "weights"][["group", "estimate", "low", "high"]]
      group  estimate  low  high
    0     A       1.0  1.0   1.0
    1     B       2.5  2.0   3.0
    2     C       2.5  2.0   3.0
    """
    called, score = _method(method)
    if draws < 1 or not concentration > 0:
        raise CommsvcError(f"{draws} draws, concentration {concentration:g}", allowed="above 0")
    values, benefit = read_criteria(table, criteria)
    low, high = _ends(values, within)
    weight = weigh(table, criteria, weights)
    tail = (1 - as_share(confidence, "confidence")) / 2
    possible = (True, method != "rsr" and len(normalisations) > 1, within is not None)
    chosen = list(compress(MOVES, possible))

    def order(x: Array, w: Array, how: str) -> Array:
        return ranks(score(x, benefit, w, how))

    def drawn(moved: Sequence[str], rng: np.random.Generator) -> Array:
        x = rng.uniform(low, high) if "data" in moved else values
        w = _dirichlet(rng, weight, concentration) if "weights" in moved else weight
        scaled = "normalisation" in moved
        return order(x, w, str(rng.choice(list(normalisations))) if scaled else normalisation)

    given = order(values, weight, normalisation)
    parts = []
    for level in [*chosen, *(["all"] if len(chosen) > 1 else [])]:
        # One stream a row of the table: leaving one move out does not change the others.
        rng = np.random.default_rng([seed, (*MOVES, "all").index(level)])
        moved = chosen if level == "all" else [level]
        rounds = track(range(draws), message("ranks, moving {level}", level=level))
        parts.append(_summary(np.array([drawn(moved, rng) for _ in rounds]), given, tail, level))
    made = pd.concat(parts, ignore_index=True)
    made.insert(0, "group", named(units, len(given)) * len(parts))
    note = _note(chosen, seed, draws, concentration, normalisations, low < high)
    return made.assign(method=called, note=note)


def _method(name: str) -> tuple[Text, _Score]:
    if name not in _METHODS:
        raise unknown_name("method", name, _METHODS)
    return _METHODS[name]


def _ends(values: Array, within: tuple[Any, Any] | None) -> tuple[Array, Array]:
    if within is None:
        return values, values
    low, high = (matrix(end, values.shape[1]) for end in within)
    if low.shape != values.shape or high.shape != values.shape or (low > high).any():
        raise CommsvcError(
            "the ends of the figures do not fit them", allowed="least and greatest of each figure"
        )
    return low, high


def _dirichlet(rng: np.random.Generator, weight: Array, concentration: float) -> Array:
    drawn = np.zeros_like(weight)
    used = weight > 0
    drawn[used] = rng.dirichlet(concentration * weight[used])
    return drawn


def _summary(drawn: Array, given: Array, tail: float, level: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
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


def _note(
    moves: Sequence[str],
    seed: int,
    draws: int,
    concentration: float,
    normalisations: Sequence[str],
    loose: NDArray[np.bool_],
) -> Text:
    said = {
        "weights": message("weights Dirichlet, concentration {c:g}", c=concentration),
        "normalisation": message("normalisation one of {names}", names=list(normalisations)),
        "data": message(
            "data uniform within rounding ({loose} of {cells} cells)",
            loose=int(loose.sum()), cells=loose.size,
        ),
    }  # fmt: skip
    drawn = message("simulated: seed {seed}, {draws} draws", seed=seed, draws=draws)
    return joined([drawn, *(said[move] for move in moves)])
