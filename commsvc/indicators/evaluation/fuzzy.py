"""Fuzzy comprehensive evaluation (模糊综合评价): memberships in grades, weighed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, numbers, unit_names
from commsvc.indicators.evaluation.weights import given_weights

_OPERATORS: Final[Mapping[str, Callable[[Array, Array], Array]]] = {
    "weighted_average": lambda w, r: w @ r,
    "max_min": lambda w, r: np.minimum(w[:, None], r).max(axis=0),
    "max_product": lambda w, r: (w[:, None] * r).max(axis=0),
    "bounded_sum": lambda w, r: np.minimum(1.0, np.minimum(w[:, None], r).sum(axis=0)),
}
OPERATORS: Final = tuple(_OPERATORS)


def membership(frame: Any, grades: Sequence[str], *, item: str | None = None) -> pd.DataFrame:
    """Membership of items in grades from how many raters chose each grade: shares by row.

    Parameters
    ----------
    frame : a row an item, a column a grade, with counts of raters
    grades : the grades' columns
    item : the column with the items' names

    Returns
    -------
    DataFrame `group` (item), `base` (raters), and each grade's share

    Examples
    --------
    >>> counts = pd.DataFrame({"item": ["access"], "good": [6], "fair": [3], "poor": [1]})
    >>> membership(counts, ["good", "fair", "poor"], item="item")
        group  base  good  fair  poor
    0  access  10.0   0.6   0.3   0.1
    """
    names = _rows(frame, grades, item)
    counts = numbers(frame, list(grades), names)
    raters = counts.sum(axis=1)
    if (counts < 0).any() or (raters == 0).any():
        bad = int(((counts < 0).any(axis=1) | (raters == 0)).argmax())
        raise CommsvcError("nobody rated, or a count is negative", where=names[bad])
    shares = counts / raters[:, None]
    return pd.DataFrame(
        {"group": list(names), "base": raters, **dict(zip(grades, shares.T, strict=True))}
    )


def fuzzy_evaluation(
    frame: Any,
    grades: Sequence[str],
    weights: Mapping[str, float],
    *,
    item: str = "group",
    operator: str = "weighted_average",
    scores: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Weigh the items' memberships into one membership in each grade: B = w ∘ R.

    Parameters
    ----------
    frame : a row an item, a column a grade, with memberships from 0 to 1 that sum to one by item
        (`membership` makes them from counts; a level up, from the rows of several evaluations)
    grades : the grades' columns, in order
    weights : item -> weight
    item : the column with the items' names
    operator : `weighted_average` M(·,⊕) Σ w r, the one that uses every item; `max_min` M(∧,∨)
        (Zadeh 1965), `max_product` M(·,∨), `bounded_sum` M(∧,⊕) min(1, Σ min(w, r))
    scores : grade -> score, for a mean score of the membership

    Returns
    -------
    DataFrame, a row a grade: `level` (grade), `base` (items), `estimate` (membership, summing to
    one), `raw` (before that), `score` (Σ b v, alike in every row; NaN without `scores`), `chosen`
    (the highest: the rule of maximum membership; equal ones are all chosen), `method, note`

    Raises
    ------
    CommsvcError : memberships outside 0–1 or not summing to one, weights of other items

    Notes
    -----
    With `max_min` and more than a few items the weights are small, so that they and not the
    ratings decide: the memberships flatten, and the note says how many are cut off by weights.

    Examples
    --------
    By hand, with weights 3 to 1: 0.75·0.8 + 0.25·0.4 = 0.7.

    >>> shares = pd.DataFrame({"group": ["care", "cost"], "good": [0.8, 0.4], "poor": [0.2, 0.6]})
    >>> table = fuzzy_evaluation(shares, ["good", "poor"], {"care": 3, "cost": 1})
    >>> table[["level", "estimate", "chosen"]].round(6)
      level  estimate  chosen
    0  good       0.7    True
    1  poor       0.3   False
    """
    if operator not in _OPERATORS:
        raise unknown_name("operator", operator, OPERATORS)
    names = _rows(frame, grades, item)
    shares = numbers(frame, list(grades), names)
    off = (shares < 0).any(axis=1) | (np.abs(shares.sum(axis=1) - 1) > 1e-6)
    if off.any():
        row = int(off.argmax())
        raise CommsvcError(
            f"memberships that sum to {shares[row].sum():g}, the least {shares[row].min():g}",
            where=names[row],
            allowed="0 or more, one in sum",
            next_step="counts of raters: use membership(...) first",
        )
    weight = given_weights(weights, dict.fromkeys(names, "benefit"))
    raw = _OPERATORS[operator](weight, shares)
    together = raw / raw.sum()
    note = ", ".join(f"{name} {w:.4g}" for name, w in zip(names, weight, strict=True))
    if operator in ("max_min", "bounded_sum"):
        cut = int((shares > weight[:, None]).sum())
        note += f"; {cut} of {shares.size} memberships are above their weight and cut to it"
    top = np.abs(together - together.max()) < 1e-12
    return pd.DataFrame(
        {
            "level": list(grades),
            "base": len(names),
            "estimate": together,
            "raw": raw,
            "score": _mean_score(together, grades, scores),
            "chosen": top,
            "method": f"fuzzy evaluation, {operator}",
            "note": note,
        }
    )


def _rows(frame: Any, grades: Sequence[str], item: str | None) -> tuple[str, ...]:
    from commsvc.indicators.frames import column_values

    if isinstance(grades, str) or len(grades) < 2:
        raise CommsvcError(f"grades {grades!r}", allowed="two columns or more, in order")
    return unit_names(frame, item, len(column_values(frame, grades[0])))


def _mean_score(
    together: Array, grades: Sequence[str], scores: Mapping[str, float] | None
) -> float:
    if scores is None:
        return float("nan")
    lacking = [grade for grade in grades if grade not in scores]
    if lacking:
        raise CommsvcError(f"no score for {lacking[0]!r}", allowed=", ".join(grades))
    return float(together @ np.array([float(scores[grade]) for grade in grades]))
