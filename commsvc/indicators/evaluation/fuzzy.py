"""Fuzzy comprehensive evaluation (模糊综合评价): memberships in grades, weighed together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.evaluation.table import Array, numbers, unit_names
from commsvc.indicators.evaluation.weights import given_weights
from commsvc.indicators.printed_cells import Cells, read_cells

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
    rounding: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Weigh the items' memberships into one membership in each grade: B = w ∘ R.

    Parameters
    ----------
    frame : a row an item, a column a grade, with memberships from 0 to 1 that sum to one by item
        (`membership` makes them from counts; a level up, from the rows of several evaluations);
        printed ones (`"45.2%"`) stand for all that print so and, together, sum to one
    grades : the grades' columns, in order
    weights : item -> weight
    item : the column with the items' names
    operator : `weighted_average` M(·,⊕) Σ w r, the one that uses every item; `max_min` M(∧,∨)
        (Zadeh 1965), `max_product` M(·,∨), `bounded_sum` M(∧,⊕) min(1, Σ min(w, r))
    scores : grade -> score, for a mean score of the membership
    rounding : column -> last printed place (`"0.01"`) of numbers that had been rounded

    Returns
    -------
    DataFrame, a row a grade: `level` (grade), `base` (items), `estimate` (membership, summing to
    one), `low, high` (over what was printed: reached with `weighted_average`, else certain), `raw`
    (before summing to one), `score, score_low, score_high` (Σ b v, alike in every row; NaN without
    `scores`), `chosen` (the highest: the rule of maximum membership; equal ones are all chosen),
    `sure` (chosen whatever the figures were), `method, note`

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
    cells = read_cells(frame, list(grades), names, rounding)
    low, high = _summing_to_one(cells, names)
    shares = cells.face / cells.face.sum(axis=1, keepdims=True)
    weight = given_weights(weights, dict.fromkeys(names, "benefit"))
    raw = _OPERATORS[operator](weight, shares)
    together = raw / raw.sum()
    note = ", ".join(f"{name} {w:.4g}" for name, w in zip(names, weight, strict=True))
    if operator in ("max_min", "bounded_sum"):
        cut = int((shares > weight[:, None]).sum())
        note += f"; {cut} of {shares.size} memberships are above their weight and cut to it"
    top = np.abs(together - together.max()) < 1e-12
    ends = [_OPERATORS[operator](weight, end) for end in (low, high)]
    if operator != "weighted_average":
        ends = [end / (end + other.sum() - other) for end, other in (ends, ends[::-1])]
    ends = [np.minimum(ends[0], together), np.maximum(ends[1], together)]
    rivals = np.array([np.delete(ends[1], j).max() for j in range(len(together))])
    if cells.loose:
        note += f"; ranges over {cells.in_words()}"
    rows = (low, high) if operator == "weighted_average" else (ends[0][None], ends[1][None])
    over = weight if operator == "weighted_average" else np.ones(1)
    return pd.DataFrame(
        {
            "level": list(grades),
            "base": len(names),
            "estimate": together,
            "low": ends[0],
            "high": ends[1],
            "raw": raw,
            "score": _mean_score(together, grades, scores),
            "score_low": _score_end(*rows, over, grades, scores, 1),
            "score_high": _score_end(*rows, over, grades, scores, -1),
            "chosen": top,
            "sure": top & (ends[0] >= rivals - 1e-12),
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


def _summing_to_one(cells: Cells, names: tuple[str, ...]) -> tuple[Array, Array]:
    """The ends of memberships that sum to one by item, each drawn in by what the others leave."""
    low, high = np.maximum(cells.low, 0.0), cells.high
    off = (cells.face < 0).any(axis=1)
    off |= (low.sum(axis=1) > 1 + 1e-6) | (high.sum(axis=1) < 1 - 1e-6)
    if off.any():
        row = int(off.argmax())
        raise CommsvcError(
            f"memberships that sum to {cells.face[row].sum():g}, the least "
            f"{cells.face[row].min():g}",
            where=names[row],
            allowed="0 or more, one in sum",
            next_step="counts of raters: use membership(...) first",
        )
    left = 1 - (low.sum(axis=1, keepdims=True) - low)
    needed = 1 - (high.sum(axis=1, keepdims=True) - high)
    drawn = np.maximum(low, np.minimum(needed, high)), np.minimum(high, np.maximum(left, low))
    return drawn if cells.loose else (cells.face, cells.face)


def _score_end(
    low: Array,
    high: Array,
    weight: Array,
    grades: Sequence[str],
    scores: Mapping[str, float] | None,
    sign: int,
) -> float:
    """The least (sign 1) or greatest (−1) weighted score of rows that sum to one: what is left
    over goes to the lowest grades first, or to the highest."""
    if scores is None:
        return float("nan")
    value = np.array([float(scores[grade]) for grade in grades])
    total = 0.0
    for floor, ceiling, w in zip(low, high, weight, strict=True):
        row, left = floor.copy(), 1 - floor.sum()
        for j in np.argsort(sign * value):
            step = min(left, ceiling[j] - floor[j])
            row[j] += step
            left -= step
        total += w * float(row @ value)
    return total
