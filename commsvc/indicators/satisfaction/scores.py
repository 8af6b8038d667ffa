"""Scores of satisfaction: top box, mean, net satisfaction, index, net promoter score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import sqrt
from typing import Any, Final

import numpy as np
import pandas as pd
from scipy import stats

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.units import joined_notes

DESIGNS: Final = ("census", "srs", "unknown")
# The American Customer Satisfaction Index of Fornell et al. (1996), weights as the State of Ohio
# published them for its survey: overall satisfaction, expectancy disconfirmation, the ideal.
ACSI_WEIGHTS: Final = (0.3885, 0.3190, 0.2925)
_HOLDS_IF: Final = "the interval holds only if those asked were a simple random sample"


def top_box(
    counts: Mapping[str, float],
    boxes: Collection[str],
    *,
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of answers in the favourable boxes.

    Parameters
    ----------
    counts : level -> answers; levels that are no opinion stay out of it
    boxes : the favourable levels, as ``["很满意"]`` or ``["很满意", "满意"]``
    design : `census` (no interval), `srs`, `unknown` (interval with its proviso)

    Returns
    -------
    DataFrame of one row: `group, count, base, estimate, se, low, high, unit, method, note`; the
    interval is Wilson's (1927)

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> top_box(answers, ["satisfied"])[["count", "base", "estimate", "low", "high"]].round(4)
       count  base  estimate     low    high
    0    161   230       0.7  0.6379  0.7555
    """
    n = _total(counts)
    count = sum(_chosen(counts, boxes).values())
    p = count / n
    low = high = p
    if _inferred(design):
        z2 = stats.norm.isf((1 - confidence) / 2) ** 2
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
        low, high = max(0.0, centre - half), min(1.0, centre + half)
    label = " + ".join(boxes)
    se = sqrt(p * (1 - p) / n)
    return _row(label, count, n, p, se, (low, high), "share", "top box (Wilson)", design)


def mean_score(
    counts: Mapping[str, float],
    scores: Mapping[str, float],
    *,
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The mean of scores given to the levels; the distances between levels are the caller's.

    Returns
    -------
    DataFrame of one row, as `top_box`; Student's interval, standard deviation with n − 1

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> row = mean_score(answers, {"satisfied": 3, "fairly": 2, "not": 1}).iloc[0]
    >>> round(row["estimate"], 4), round(row["se"], 4)
    (2.6609, 0.0362)
    """
    n = _total(counts)
    for level in counts:
        if level not in scores:
            raise unknown_name("score for the level", level, scores)
    mean = sum(c * scores[level] for level, c in counts.items()) / n
    if n < 2:
        raise CommsvcError("one answer has no standard error")
    spread = sum(c * (scores[level] - mean) ** 2 for level, c in counts.items()) / (n - 1)
    se = sqrt(spread / n)
    half = stats.t.isf((1 - confidence) / 2, n - 1) * se if _inferred(design) else 0.0
    ends = (mean - half, mean + half)
    scored = ", ".join(f"{level} {scores[level]:g}" for level in counts)
    note = f"scores: {scored}"
    return _row("mean score", n, n, mean, se, ends, "score", "mean (Student)", design, note)


def net_satisfaction(
    counts: Mapping[str, float],
    satisfied: Collection[str],
    dissatisfied: Collection[str],
    *,
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share satisfied less share dissatisfied: 净满意度. It is not a net promoter score.

    Variance of one sample's difference of shares: (p + q − (p − q)²)/n.

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> row = net_satisfaction(answers, ["satisfied"], ["not"]).iloc[0]
    >>> round(row["estimate"], 4), round(row["se"], 4)
    (0.6609, 0.0363)
    """
    both = set(satisfied) & set(dissatisfied)
    if both:
        raise CommsvcError(f"{', '.join(sorted(both))} counts as satisfied and as dissatisfied")
    n = _total(counts)
    p = sum(_chosen(counts, satisfied).values()) / n
    q = sum(_chosen(counts, dissatisfied).values()) / n
    se = sqrt((p + q - (p - q) ** 2) / n)
    ends = _normal(p - q, se, design, confidence, (-1.0, 1.0))
    count = (p - q) * n
    method = "net satisfaction (Wald)"
    return _row("net satisfaction", count, n, p - q, se, ends, "share", method, design)


def net_promoter_score(
    scores: Sequence[float],
    *,
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Net promoter score with its error: promoters (9, 10) less detractors (0 to 6).

    Only for the question "how likely are you to recommend", answered 0 to 10 (Reichheld 2003).
    满意 − 不满意 is `net_satisfaction`; satisfaction levels are refused here.

    Variance p + d − (p − d)² over n (Rocks 2016).

    Parameters
    ----------
    scores : one answer each, whole numbers 0 to 10

    Examples
    --------
    >>> row = net_promoter_score([0, 7, 7, 9, 9, 9]).iloc[0]
    >>> round(row["estimate"], 6), round(row["se"], 5)
    (0.333333, 0.30429)
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
    if max(answers) <= 5 and len(answers) > 30:
        raise CommsvcError(
            f"no answer of {len(answers)} is above {max(answers)}: this looks like another scale",
            allowed="a 0-to-10 recommendation question",
            next_step="use mean_score or net_satisfaction",
        )
    n = len(answers)
    up, down = sum(a >= 9 for a in answers), sum(a <= 6 for a in answers)
    net = (up - down) / n
    se = sqrt(((up + down) / n - net**2) / n)
    ends = _normal(net, se, design, confidence, (-1.0, 1.0))
    note = f"{up} promoters, {down} detractors"
    method = "net promoter score (Wald)"
    return _row("NPS", up - down, n, net, se, ends, "share", method, design, note)


def satisfaction_index(
    ratings: Any,
    weights: Mapping[str, float],
    *,
    scale: tuple[float, float],
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """A satisfaction index from 0 to 100: the weighted mean of rescaled items.

    Each person's index is Σ w(x − least)/(most − least) × 100 with weights summing to one; the
    index is their mean.

    Parameters
    ----------
    ratings : data frame, a row a person and a column an item; people with an item missing are
        left out, and counted in `note`
    weights : item -> weight, brought to a sum of one
    scale : least and most rating, the same for all items

    Examples
    --------
    >>> answers = pd.DataFrame({"staff": [5, 4], "rooms": [3, 2]})
    >>> satisfaction_index(answers, {"staff": 2, "rooms": 1}, scale=(1, 5))["estimate"].item()
    70.83333333333333
    """
    low, high = scale
    if not low < high:
        raise CommsvcError(f"a scale from {low} to {high}")
    if not weights or any(not w >= 0 for w in weights.values()) or not sum(weights.values()) > 0:
        raise CommsvcError(f"weights {dict(weights)}", allowed="numbers from 0 up, not all 0")
    table = _numeric(ratings, list(weights))
    outside = ((table < low) | (table > high)).any(axis=1)
    if outside.any():
        raise CommsvcError(
            f"{int(outside.sum())} people answered outside {low} to {high}",
            where=f"row {outside.to_numpy().argmax()}",
        )
    complete = table.dropna()
    share = np.array(list(weights.values()), float) / sum(weights.values())
    index = ((complete - low) / (high - low) * 100).to_numpy() @ share
    n = len(index)
    if n == 0:
        raise CommsvcError("nobody answered every item")
    mean = float(index.mean())
    se = float(index.std(ddof=1) / sqrt(n)) if n > 1 else float("nan")
    half = stats.t.isf((1 - confidence) / 2, n - 1) * se if _inferred(design) and n > 1 else 0.0
    ends = (mean - half, mean + half)
    lost = len(table) - n
    note = f"{lost} with an item missing left out" if lost else ""
    method = "satisfaction index (Student)"
    return _row("index", n, n, mean, se, ends, "points of 100", method, design, note)


def acsi(
    ratings: Any,
    items: tuple[str, str, str],
    *,
    weights: tuple[float, float, float] = ACSI_WEIGHTS,
    design: str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The ACSI score: three 1-to-10 questions as an index from 0 to 100 (Fornell et al. 1996).

    Parameters
    ----------
    items : columns for overall satisfaction, expectations met, closeness to the ideal
    weights : theirs; the American index estimates them for each organisation, so weights of
        others (here the State of Ohio's) make it comparable and not optimal

    Examples
    --------
    >>> answers = pd.DataFrame({"overall": [9], "expected": [8], "ideal": [7]})
    >>> acsi(answers, ("overall", "expected", "ideal"))["estimate"].round(3).item()
    78.844
    """
    table = satisfaction_index(
        ratings,
        dict(zip(items, weights, strict=True)),
        scale=(1, 10),
        design=design,
        confidence=confidence,
    )
    return table.assign(group="ACSI", method="ACSI (Student)")


def _inferred(design: str) -> bool:
    if design not in DESIGNS:
        raise unknown_name("design", design, DESIGNS)
    return design != "census"


def _total(counts: Mapping[str, float]) -> float:
    if any(not c >= 0 for c in counts.values()):
        raise CommsvcError(f"counts {dict(counts)}", allowed="numbers from 0 up, none missing")
    total = sum(counts.values())
    if not total > 0:
        raise CommsvcError("nobody answered", next_step="a share needs its base")
    return total


def _chosen(counts: Mapping[str, float], levels: Collection[str]) -> dict[str, float]:
    if isinstance(levels, str) or not levels:
        raise CommsvcError(f"{levels!r} is no list of levels", allowed=", ".join(counts))
    for level in levels:
        if level not in counts:
            raise unknown_name("level", level, counts)
    return {level: counts[level] for level in set(levels)}


def _normal(
    value: float, se: float, design: str, confidence: float, ends: tuple[float, float]
) -> tuple[float, float]:
    half = stats.norm.isf((1 - confidence) / 2) * se if _inferred(design) else 0.0
    return max(ends[0], value - half), min(ends[1], value + half)


def _numeric(frame: Any, columns: list[str]) -> pd.DataFrame:
    from commsvc.indicators.frames import column_values

    rows = column_values(frame, *columns)
    rows = [(row,) for row in rows] if len(columns) == 1 else rows
    table = pd.DataFrame(rows, columns=columns)
    try:
        return table.astype(float)
    except (TypeError, ValueError) as error:
        raise CommsvcError(
            f"an answer is no number ({error})", where=", ".join(columns), allowed="numbers"
        ) from error


def _row(
    group: str,
    count: float,
    base: float,
    estimate: float,
    se: float,
    ends: tuple[float, float],
    unit: str,
    method: str,
    design: str,
    note: str = "",
) -> pd.DataFrame:
    census = design == "census"
    row = {
        "group": group,
        "count": count,
        "base": base,
        "estimate": estimate,
        "se": 0.0 if census else se,
        "low": ends[0],
        "high": ends[1],
        "unit": unit,
        "method": method.split(" (")[0] if census else method,
        "note": joined_notes(note, _HOLDS_IF if design == "unknown" else ""),
    }
    return pd.DataFrame([row])
