"""Satisfaction: indices of one question, of several items, and how the items hold together.

Each is a plain function of answers and, where people do not count alike, their weights. Errors by
design and ranges over printed figures: ``by_design(lambda w: mean_score(answers, scores, w),
sample)``, ``over_printed(lambda counts: …, figures)``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import numeric_columns
from commsvc.words.messages import joined, message

Array = NDArray[np.float64]
# Weights of overall satisfaction, disconfirmation of expectations and nearness to the ideal in
# the American Customer Satisfaction Index (Fornell et al. 1996), as the State of Ohio printed its.
ACSI_WEIGHTS: Final = (0.3885, 0.3190, 0.2925)


def top_box(answers: Any, boxes: Collection[str], weights: Any = None) -> float:
    """The share of answers in the favourable boxes.

    Parameters
    ----------
    answers : (n,) the levels that people answered; or level -> answers (a mapping). Levels that
        are no opinion stay out of it
    boxes : the favourable levels, as ``["很满意"]`` or ``["很满意", "满意"]``
    weights : (n,) of each answer; alike where left out

    Raises
    ------
    CommsvcError : nobody answered, a box that is no level, a negative count

    Examples
    --------
    >>> round(top_box({"satisfied": 161, "fairly": 60, "not": 9}, ["satisfied"]), 4)
    0.7
    """
    levels, count = _counted(answers, weights)
    return float(_in_boxes(levels, boxes) @ count / count.sum())


def mean_score(answers: Any, scores: Mapping[str, float], weights: Any = None) -> float:
    """The mean of scores given to the levels; the distances between levels are the caller's.

    Parameters
    ----------
    answers, weights : as in `top_box`
    scores : level -> score, for every level that occurs

    Examples
    --------
    >>> scores = {"satisfied": 3, "fairly": 2, "not": 1}
    >>> round(mean_score({"satisfied": 161, "fairly": 60, "not": 9}, scores), 4)
    2.6609
    """
    levels, count = _counted(answers, weights)
    for level in dict.fromkeys(levels):
        if level not in scores:
            raise unknown_name("score for the level", level, scores)
    return float(np.array([scores[level] for level in levels], dtype=float) @ count / count.sum())


def net_satisfaction(
    answers: Any,
    satisfied: Collection[str],
    dissatisfied: Collection[str],
    weights: Any = None,
) -> float:
    """Share satisfied less share dissatisfied: 净满意度. It is not a net promoter score.

    Parameters
    ----------
    answers, weights : as in `top_box`

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> round(net_satisfaction(answers, ["satisfied"], ["not"]), 4)
    0.6609
    """
    both = set(satisfied) & set(dissatisfied)
    if both:
        raise CommsvcError(f"{', '.join(sorted(both))} counts as satisfied and as dissatisfied")
    return top_box(answers, satisfied, weights) - top_box(answers, dissatisfied, weights)


def net_promoter_score(scores: Sequence[float], weights: Any = None) -> float:
    """Promoters (9, 10) less detractors (0 to 6), of the question how likely one recommends.

    Only for that question, answered 0 to 10 (Reichheld 2003). 满意 − 不满意 is `net_satisfaction`;
    satisfaction levels are refused here.

    Parameters
    ----------
    scores : (n,) one answer each, whole numbers 0 to 10
    weights : (n,) of each; alike where left out

    Examples
    --------
    >>> round(net_promoter_score([0, 7, 7, 9, 9, 9]), 5)
    0.33333
    """
    answers = list(scores)
    for number, answer in enumerate(answers):
        if isinstance(answer, str | bool) or answer not in range(11):
            raise CommsvcError(
                f"{answer!r} is no answer to a 0-to-10 recommendation question",
                where=f"answer {number}",
                allowed="0, 1, … 10",
                next_step="satisfied less dissatisfied is net_satisfaction(...)",
            )
    if not answers:
        raise CommsvcError("no answer was given")
    # A scale of 1 to 5 passes for 0 to 10 answer by answer, and would give a score near −1.
    if max(answers) <= 5 and len(answers) > 30:
        raise CommsvcError(
            f"no answer of {len(answers)} is above {max(answers)}: this seems another scale",
            allowed="a 0-to-10 recommendation question",
            next_step="use mean_score or net_satisfaction",
        )
    given = np.array(answers, dtype=float)
    return float(np.average((given >= 9).astype(float) - (given <= 6), weights=weights))


def satisfaction_index(
    ratings: Any,
    items: Mapping[str, float],
    *,
    scale: tuple[float, float],
    weights: Any = None,
) -> float:
    """A satisfaction index (CSI) from 0 to 100: the weighted mean of rescaled items.

    Each person's index is Σ v(x − least)/(most − least) × 100 with the items' weights v summing to
    one; the index is their mean. With ``items=dict(zip(columns, ACSI_WEIGHTS))`` and ``scale=(1,
    10)`` it is the ACSI score (Fornell et al. 1996): three questions, of overall satisfaction,
    expectations met and nearness to the ideal. The American index estimates the weights for each
    organisation; given ones make results comparable and are nobody's optimum.

    Parameters
    ----------
    ratings : data frame, a row a person and a column an item; people with an item missing are
        left out
    items : item -> weight, brought to a sum of one
    scale : least and most rating, the same for all items
    weights : (n,) of each person; alike where left out

    Examples
    --------
    >>> answers = pd.DataFrame({"staff": [5, 4], "rooms": [3, 2]})
    >>> round(satisfaction_index(answers, {"staff": 2, "rooms": 1}, scale=(1, 5)), 4)
    70.8333
    >>> of_three = pd.DataFrame({"overall": [9], "expected": [8], "ideal": [7]})
    >>> items = dict(zip(of_three, ACSI_WEIGHTS))
    >>> round(satisfaction_index(of_three, items, scale=(1, 10)), 3)
    78.844
    """
    low, high = scale
    if not low < high:
        raise CommsvcError(f"a scale from {low} to {high}")
    if not items or any(not w >= 0 for w in items.values()) or not sum(items.values()) > 0:
        raise CommsvcError(f"weights {dict(items)}", allowed="numbers from 0 up, not all 0")
    table = numeric_columns(ratings, list(items))
    outside = ((table < low) | (table > high)).any(axis=1)
    if outside.any():
        raise CommsvcError(
            f"{int(outside.sum())} people answered outside {low} to {high}",
            where=f"row {outside.to_numpy().argmax()}",
        )
    complete = table.notna().all(axis=1).to_numpy()
    if not complete.any():
        raise CommsvcError("nobody answered every item")
    part = np.array(list(items.values()), dtype=float) / sum(items.values())
    each = (table[complete] - low).to_numpy() / (high - low) * 100 @ part
    return float(
        np.average(each, weights=None if weights is None else np.asarray(weights)[complete])
    )


def response_shares(
    counts: Mapping[str, int], cases: int, *, asked: int | None = None
) -> pd.DataFrame:
    """Each option's share of all answers and of all who answered (SPSS MULT RESPONSE).

    Parameters
    ----------
    counts : option -> people who ticked it
    cases : people who ticked at least one
    asked : people asked; adds `valid`, cases over asked

    Returns
    -------
    DataFrame `group` (option), `count, responses` (Σ counts), `cases, response_share` (响应率, sums
    to 1), `case_share` (普及率, sums to more where people tick several), `valid`

    Examples
    --------
    >>> response_shares({"tv": 3, "web": 5}, 6)[["group", "response_share", "case_share"]]
      group  response_share  case_share
    0    tv           0.375    0.500000
    1   web           0.625    0.833333
    """
    total = sum(counts.values())
    if not counts or total <= 0 or any(c < 0 for c in counts.values()):
        raise CommsvcError("no option was ticked", allowed="counts from 0 up, not all 0")
    most = max(counts.values())
    if not most <= cases <= total:
        raise CommsvcError(
            f"{cases} people cannot have given {total} ticks with up to {most} for one option",
            allowed=f"{most} to {total} people who ticked at least one",
            next_step="those who ticked nothing are not cases",
        )
    if asked is not None and asked < cases:
        raise CommsvcError(f"{cases} answered of {asked} asked")
    table = pd.DataFrame({"group": list(counts), "count": list(counts.values())})
    table = table.assign(responses=total, cases=cases)
    table["response_share"] = table["count"] / total
    table["case_share"] = table["count"] / cases
    return table.assign(valid=float("nan") if asked is None else cases / asked)


def cronbach_alpha(frame: Any, items: Sequence[str], *, confidence: float = 0.95) -> pd.DataFrame:
    """Cronbach's α with Feldt's interval.

    α = k/(k − 1) · (1 − Σ item variances / variance of the sum); the interval is 1 − (1 − α)·F
    with n − 1 and (n − 1)(k − 1) degrees of freedom (Feldt, Woodruff & Salih 1987). People with an
    item missing are left out, and counted in `note`. Items are expected to point the same way: a
    negative α is given with a warning in `note`.

    Returns
    -------
    DataFrame of one row: `group, count` (items), `base` (people), `estimate, low, high, method,
    note`

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> cronbach_alpha(answers, ["a", "b", "c"])[["count", "base", "estimate"]].round(4)
       count  base  estimate
    0      3     5    0.9538
    """
    from scipy import stats

    if not 0 < confidence < 1:
        raise CommsvcError(f"a confidence of {confidence}", allowed="between 0 and 1")
    table, note = _complete(frame, items)
    n, k = table.shape
    alpha = _alpha(table.to_numpy())
    ends = [1 - (1 - alpha) * stats.f.isf(tail, n - 1, (n - 1) * (k - 1))
            for tail in ((1 - confidence) / 2, (1 + confidence) / 2)]  # fmt: skip
    if alpha < 0:
        note = joined([note, message("alpha is negative: is an item scored the other way?")])
    row = ("alpha", k, n, alpha, *map(float, ends), message("Cronbach's alpha (Feldt)"), note)
    columns = ["group", "count", "base", "estimate", "low", "high", "method", "note"]
    return pd.DataFrame([row], columns=columns)


def mcdonald_omega(loadings: Sequence[float], errors: Sequence[float] | None = None) -> float:
    """McDonald's ω of one factor: (Σλ)² / ((Σλ)² + Σθ) (McDonald 1999).

    Parameters
    ----------
    loadings : λ of each item on the one factor
    errors : θ, their unique variances; 1 − λ² (standardised items) where left out

    Examples
    --------
    >>> round(mcdonald_omega([0.8, 0.7, 0.6, 0.5]), 6)
    0.749446
    """
    lam = np.asarray(loadings, dtype=float)
    theta = 1 - lam**2 if errors is None else np.asarray(errors, dtype=float)
    if lam.ndim != 1 or lam.size < 2 or theta.shape != lam.shape:
        raise CommsvcError(f"{lam.size} loadings and {theta.size} errors", allowed="two or more")
    if not (theta >= 0).all():
        raise CommsvcError(
            "a unique variance is negative or missing",
            next_step="loadings of standardised items lie between -1 and 1; else pass errors",
        )
    common = float(lam.sum()) ** 2
    return common / (common + float(theta.sum()))


def item_statistics(frame: Any, items: Sequence[str]) -> pd.DataFrame:
    """Each item's mean, spread, correlation with the rest, and α without it.

    Returns
    -------
    DataFrame `group` (item), `base` (people), `mean, sd, item_rest_r` (Pearson's, with the sum of
    the *other* items), `alpha_without, floor, ceiling` (shares at the least and most answer given),
    `note`

    Examples
    --------
    >>> answers = pd.DataFrame({"a": [1, 2, 3, 4, 5], "b": [2, 2, 3, 5, 5], "c": [1, 3, 3, 4, 4]})
    >>> table = item_statistics(answers, ["a", "b", "c"])
    >>> table[["group", "item_rest_r", "alpha_without"]].round(3)
      group  item_rest_r  alpha_without
    0     a        0.970          0.882
    1     b        0.903          0.933
    2     c        0.870          0.968
    """
    table, note = _complete(frame, items)
    least, most = table.min().min(), table.max().max()
    rows = []
    for item in items:
        column, others = table[item], table.drop(columns=item)
        rest = others.sum(axis=1)
        varies = column.nunique() > 1 and rest.nunique() > 1
        r = float(np.corrcoef(column, rest)[0, 1]) if varies else float("nan")
        more = len(items) > 2 and rest.nunique() > 1
        without = _alpha(others.to_numpy()) if more else float("nan")
        ends = float((column == least).mean()), float((column == most).mean())
        rows.append((item, len(table), column.mean(), column.std(), r, without, *ends, note))
    columns = ["group", "base", "mean", "sd", "item_rest_r", "alpha_without", "floor", "ceiling"]
    return pd.DataFrame(rows, columns=[*columns, "note"])


def kmo(correlations: Any) -> tuple[Array, float]:
    """Kaiser–Meyer–Olkin sampling adequacy, each item's (k,) and overall (Kaiser 1974).

    Σr² / (Σr² + Σp²) over the pairs, r the correlations (k, k) and p the partial ones.

    >>> each, overall = kmo([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]])
    >>> each.round(6).tolist(), round(overall, 6)
    ([0.692308, 0.692308, 0.692308], 0.692308)
    """
    r = np.asarray(correlations, dtype=float)
    if not np.isfinite(r).all() or np.linalg.matrix_rank(r) < len(r):
        raise CommsvcError(
            "the correlations have no inverse", next_step="drop an item that repeats the others"
        )
    inverse = np.linalg.inv(r)
    off = ~np.eye(len(r), dtype=bool)
    partial = inverse / np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    r2, p2 = r**2 * off, partial**2 * off
    return r2.sum(axis=0) / (r2 + p2).sum(axis=0), float(r2.sum() / (r2 + p2).sum())


def _counted(answers: Any, weights: Any) -> tuple[list[str], Array]:
    """Levels, and how many answers each stands for; nobody at all is refused."""
    if isinstance(answers, Mapping):
        levels, count = list(answers), list(answers.values())
    else:
        levels = list(answers)
        count = [1.0] * len(levels) if weights is None else weights
    numbers = np.asarray(count, dtype=float)
    if numbers.shape != (len(levels),) or not (numbers >= 0).all() or not numbers.sum() > 0:
        raise CommsvcError(
            "nobody answered, or a count is negative or missing",
            allowed='{"satisfied": 161, "fairly": 60, …}, or answers with a weight each',
        )
    return levels, numbers


def _in_boxes(levels: Sequence[str], boxes: Collection[str]) -> Array:
    if isinstance(boxes, str) or not boxes:
        raise CommsvcError(
            f"{boxes!r} is no list of levels", allowed=", ".join(dict.fromkeys(levels))
        )
    for box in boxes:
        if box not in levels:
            raise unknown_name("level", box, dict.fromkeys(levels))
    return np.array([level in boxes for level in levels], dtype=float)


def _alpha(values: Array) -> float:
    k, whole = values.shape[1], values.sum(axis=1).var(ddof=1)
    if whole == 0:
        raise CommsvcError("every person has the same total: alpha is not defined")
    return float(k / (k - 1) * (1 - values.var(axis=0, ddof=1).sum() / whole))


def _complete(frame: Any, items: Sequence[str]) -> tuple[pd.DataFrame, Any]:
    if len(set(items)) < 2:
        raise CommsvcError("a scale needs two different items at least")
    table = numeric_columns(frame, list(items))
    complete = table.dropna()
    if len(complete) < 2:
        raise CommsvcError(f"{len(complete)} people answered every item", allowed="two at least")
    lost = len(table) - len(complete)
    return complete, message("{n} with an item missing left out", n=lost) if lost else ""
