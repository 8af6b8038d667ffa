"""Fuzzy comprehensive evaluation (模糊综合评价): memberships in grades, weighed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.criteria import Array, given_weights, matrix
from commsvc.words.messages import Text, joined, message

_OPERATORS: Final[Mapping[str, tuple[Text, Callable[[Array, Array], Array]]]] = {
    "weighted_average": (
        message("fuzzy evaluation, weighted average"),
        lambda w, r: w @ r,
    ),
    "max_min": (
        message("fuzzy evaluation, max–min"),
        lambda w, r: np.minimum(w[:, None], r).max(axis=0),
    ),
    "max_product": (
        message("fuzzy evaluation, max–product"),
        lambda w, r: (w[:, None] * r).max(axis=0),
    ),
    "bounded_sum": (
        message("fuzzy evaluation, bounded sum"),
        lambda w, r: np.minimum(1.0, np.minimum(w[:, None], r).sum(axis=0)),
    ),
}
# How far shares printed to the whole percent may sum from one.
ROUNDED: Final = 0.05


def fuzzy_evaluation(
    memberships: Any,
    weights: Sequence[float] | Array,
    *,
    operator: str = "weighted_average",
    scores: Sequence[float] | None = None,
) -> pd.DataFrame:
    """Weigh the items' memberships into one membership in each grade: B = w ∘ R.

    Parameters
    ----------
    memberships : (k items, g grades) how many raters chose each grade, or shares of them; each row
        is put on a sum of one. A frame's columns name the grades. A level up, the rows are the
        estimates of several evaluations
    weights : (k,) of the items
    operator : `weighted_average` M(·,⊕) Σ w r, the one that uses every item; `max_min` M(∧,∨)
        (Zadeh 1965), `max_product` M(·,∨), `bounded_sum` M(∧,⊕) min(1, Σ min(w, r))
    scores : (g,) of the grades, for a mean score of the membership

    Returns
    -------
    DataFrame, a row a grade: `level` (grade), `base` (items), `estimate` (membership, summing to
    one), `raw` (before summing to one), `score` (Σ b v, alike in every row; NaN without `scores`),
    `chosen` (the highest: the rule of maximum membership; equal ones are all chosen), `method,
    note`

    Raises
    ------
    CommsvcError : negative memberships, shares that do not sum to one, an item that nobody rated

    Notes
    -----
    With `max_min` and more than a few items the weights are small, so that they and not the
    ratings decide: the memberships flatten, and the note says how many are cut off by weights.

    Examples
    --------
    By hand, with weights 3 to 1: 0.75·0.8 + 0.25·0.4 = 0.7.

    >>> rated = pd.DataFrame({"good": [8, 4], "poor": [2, 6]}, index=["care", "cost"])
    >>> fuzzy_evaluation(rated, [3, 1])[["level", "estimate", "chosen"]].round(6)
      level  estimate  chosen
    0  good       0.7    True
    1  poor       0.3   False
    """
    if operator not in _OPERATORS:
        raise unknown_name("operator", operator, _OPERATORS)
    shares = _shares(memberships)
    k, g = shares.shape
    weight = given_weights(weights, range(1, k + 1))
    called, combined = _OPERATORS[operator]
    raw = combined(weight, shares)
    together = raw / raw.sum()
    if scores is not None and len(scores) != g:
        raise CommsvcError(f"{len(scores)} scores for {g} grades", allowed="one each")
    value = np.full(g, np.nan) if scores is None else np.asarray(scores, dtype=float)
    note = message("weights {weights}", weights=[f"{w:.4g}" for w in weight])
    cut = message(
        "{cut} of {cells} memberships are above their weight and cut to it",
        cut=int((shares > weight[:, None]).sum()), cells=shares.size,
    )  # fmt: skip
    return pd.DataFrame(
        {
            "level": [str(name) for name in getattr(memberships, "columns", range(1, g + 1))],
            "base": k,
            "estimate": together,
            "raw": raw,
            "score": float(together @ value),
            "chosen": np.abs(together - together.max()) < 1e-12,
            "method": called,
            "note": joined([note, cut]) if operator in ("max_min", "bounded_sum") else note,
        }
    )


def _shares(memberships: Any) -> Array:
    values = matrix(memberships)
    total = values.sum(axis=1)
    bad = (values < 0).any(axis=1) | (total <= 0)
    # Numbers up to one are shares; others count raters.
    bad |= (values <= 1).all() & (np.abs(total - 1) > ROUNDED)
    if bad.any():
        row = int(bad.argmax())
        raise CommsvcError(
            f"memberships that sum to {total[row]:g}, the least {values[row].min():g}",
            where=f"item {row + 1}",
            allowed="counts of raters, or shares that sum to one",
        )
    return np.asarray(values / total[:, None])
