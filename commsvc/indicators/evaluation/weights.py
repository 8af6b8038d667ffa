"""Weights of criteria: from the spread of the data (entropy, CRITIC), alike, or given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, Criteria, normalise, read_printed
from commsvc.indicators.printed_cells import Cells

WEIGHTINGS: Final = ("equal", "entropy", "critic")
ENTROPY_SCALES: Final = ("share", "minmax")
DRAWS: Final = 1000

Weights = str | Mapping[str, float]


def entropy_weights(
    frame: Any,
    criteria: Mapping[str, str],
    *,
    normalisation: str = "share",
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Entropy weights: a criterion weighs the more, the less evenly it is spread over the units.

    e_j = −Σ p ln p / ln n and w_j ∝ 1 − e_j (Shannon 1948; Zou, Yun & Sun 2006). The weight says
    how a criterion *varies*, not how much it matters.

    Parameters
    ----------
    frame : a row a unit; cells are numbers, or figures as printed (`"45.2%"`), which stand for any
        value that prints so
    criteria : column -> `benefit` or `cost`
    normalisation : `share`: p = x/Σx whatever the direction, as the source has it; `minmax`:
        p = y/Σy of min–max values turned so that more is better, as Chinese papers mostly do. The
        weights differ: say which.
    rounding : column -> last printed place (`"0.1"`) of numbers that had been rounded

    Returns
    -------
    DataFrame `group` (criterion), `base` (units), `entropy`, `estimate` (weight), `low, high` (of
    the weight, while figures stay within what was printed: certain with `share`, a simulation with
    `minmax`, as `note` says; the weight itself for plain numbers), `method, note`

    Raises
    ------
    CommsvcError : a negative figure (`share`), a criterion alike everywhere (`minmax`), or
        criteria that all are

    Examples
    --------
    By hand: (1, 1) is spread evenly, so all weight is the other's.

    >>> table = pd.DataFrame({"even": [1, 1], "uneven": [1, 3]})
    >>> entropy_weights(table, {"even": "benefit", "uneven": "benefit"})["estimate"].tolist()
    [0.0, 1.0]
    """
    data, cells = read_printed(frame, criteria, rounding=rounding)
    entropy, weight = entropy_arrays(data, normalisation)
    if not cells.loose or normalisation != "share":
        table = _frame(data, weight, cells, lambda one: entropy_arrays(one, normalisation)[1])
    else:
        from commsvc.indicators.evaluation.entropy_bounds import entropy_weight_range

        table = _frame(data, weight, cells, None, entropy_weight_range(cells))
    table.insert(2, "entropy", entropy)
    return table.assign(method=f"entropy ({normalisation})")


def entropy_arrays(data: Criteria, normalisation: str) -> tuple[Array, Array]:
    """Entropy and weight of each criterion."""
    if normalisation not in ENTROPY_SCALES:
        raise unknown_name("normalisation", normalisation, ENTROPY_SCALES)
    if normalisation == "share":
        shares = normalise(data.values, np.ones_like(data.benefit), "share", data.names)
    else:
        scaled = normalise(data.values, data.benefit, "minmax", data.names)
        shares = scaled / scaled.sum(axis=0)
    logs = np.log(np.where(shares > 0, shares, 1.0))
    entropy = -(shares * logs).sum(axis=0) / np.log(len(shares))
    spread = np.maximum(1 - entropy, 0.0)
    # What is left of 1 − 1 in floats is no spread.
    spread[spread < 1e-14] = 0.0
    if spread.sum() == 0:
        raise CommsvcError(
            "no criterion differs between the units", next_step="give weights, or use 'equal'"
        )
    return entropy, spread / spread.sum()


def critic_weights(
    frame: Any, criteria: Mapping[str, str], *, rounding: Mapping[str, str] | None = None
) -> pd.DataFrame:
    """CRITIC weights: a criterion weighs by its spread and by how little others repeat it.

    C_j = σ_j Σ_k (1 − r_jk) on min–max values turned so that more is better, w_j ∝ C_j
    (Diakoulaki, Mavrotas & Papayannakis 1995, Computers & Operations Research 22:763).

    Returns
    -------
    DataFrame `group` (criterion), `base` (units), `spread` (σ), `conflict` (Σ(1 − r)),
    `estimate` (weight), `low, high` (of the weight, simulated within what was printed; the weight
    itself for plain numbers), `method, note`; parameters as in `entropy_weights`

    Raises
    ------
    CommsvcError : a criterion alike everywhere (it has no correlation), or only one criterion

    Examples
    --------
    By hand: x and y run together, z against both, so z has the conflict of two.

    >>> table = pd.DataFrame({"x": [0, 1], "y": [0, 2], "z": [1, 0]})
    >>> critic_weights(table, dict.fromkeys("xyz", "benefit"))["estimate"].tolist()
    [0.25, 0.25, 0.5]
    """
    data, cells = read_printed(frame, criteria, rounding=rounding)
    spread, conflict, weight = critic_arrays(data)
    table = _frame(data, weight, cells, lambda one: critic_arrays(one)[2])
    table.insert(2, "spread", spread)
    table.insert(3, "conflict", conflict)
    return table.assign(method="CRITIC")


def critic_arrays(data: Criteria) -> tuple[Array, Array, Array]:
    """Spread, conflict and weight of each criterion."""
    if len(data.names) < 2:
        raise CommsvcError("one criterion has no other to conflict with", allowed="two or more")
    scaled = normalise(data.values, data.benefit, "minmax", data.names)
    spread = scaled.std(axis=0, ddof=1)
    conflict = np.asarray((1 - np.corrcoef(scaled, rowvar=False)).sum(axis=0))
    conflict[np.abs(conflict) < 1e-14] = 0.0
    content = spread * conflict
    if content.sum() == 0:
        raise CommsvcError(
            "the criteria all repeat each other", next_step="keep one, or give weights"
        )
    return spread, conflict, content / content.sum()


def given_weights(weights: Mapping[str, float], criteria: Mapping[str, str]) -> Array:
    """Weights by criterion, scaled to sum to one; one for each criterion and none besides.

    >>> given_weights({"beds": 3, "deaths": 1}, {"beds": "benefit", "deaths": "cost"})
    array([0.75, 0.25])
    """
    for name in weights:
        if name not in criteria:
            raise unknown_name("criterion", name, criteria, where="weights")
    lacking = [name for name in criteria if name not in weights]
    if lacking:
        raise CommsvcError(
            f"no weight for {', '.join(map(repr, lacking))}",
            next_step="weigh every criterion (0 leaves one out)",
        )
    try:
        array = np.array([float(weights[name]) for name in criteria])
    except (TypeError, ValueError) as error:
        raise CommsvcError(f"a weight is no number ({error})", allowed="0 or more") from None
    if not np.isfinite(array).all() or (array < 0).any() or array.sum() <= 0:
        raise CommsvcError(
            f"weights {', '.join(f'{w:g}' for w in array)}", allowed="0 or more, not all 0"
        )
    return array / array.sum()


def weigh(data: Criteria, weights: Weights, criteria: Mapping[str, str]) -> tuple[Array, str]:
    """Weights for `data` by a method's name or as given, with what they are called.

    >>> data, _ = read_printed(pd.DataFrame({"x": [1, 2]}), {"x": "benefit"})
    >>> weigh(data, "equal", {"x": "benefit"})
    (array([1.]), 'equal weights')
    """
    if isinstance(weights, Mapping):
        return given_weights(weights, criteria), "given weights"
    if weights == "equal":
        return np.full(len(data.names), 1 / len(data.names)), "equal weights"
    if weights == "entropy":
        return entropy_arrays(data, "share")[1], "entropy weights (share)"
    if weights == "critic":
        return critic_arrays(data)[2], "CRITIC weights"
    raise unknown_name("weighting", weights, WEIGHTINGS)


def _frame(
    data: Criteria,
    weight: Array,
    cells: Cells,
    again: Callable[[Criteria], Array] | None,
    ends: tuple[Array, Array] | None = None,
) -> pd.DataFrame:
    """Weights with their range: given, or drawn anew `DRAWS` times within what was printed."""
    note = "from the data's spread: says how criteria vary, not how much they matter"
    low = high = weight
    if ends is not None:
        low, high = ends
        note += f"; certain bounds over {cells.in_words()}"
    elif cells.loose and again is not None:
        rng = np.random.default_rng(1)
        drawn = [
            again(replace(data, values=rng.uniform(cells.low, cells.high))) for _ in range(DRAWS)
        ]
        low, high = np.min(drawn, axis=0), np.max(drawn, axis=0)
        note += f"; ends of {DRAWS} draws within {cells.in_words()}: simulated, seed 1"
    return pd.DataFrame(
        {
            "group": list(data.names),
            "base": len(data.units),
            "estimate": weight,
            "low": np.minimum(low, weight),
            "high": np.maximum(high, weight),
            "method": "",
            "note": note,
        }
    )
