"""Scores of satisfaction: top box, mean, net satisfaction, index, net promoter score."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.frames import numeric_columns
from commsvc.indicators.sampling import estimate_row
from commsvc.indicators.satisfaction.answers import as_answers, in_levels
from commsvc.inference import ordered
from commsvc.inference.design import Design
from commsvc.inference.intervals import mean_interval, proportion_interval

# Weights of overall satisfaction, disconfirmation of expectations and nearness to the ideal in
# the American Customer Satisfaction Index (Fornell et al. 1996), as the State of Ohio printed its.
ACSI_WEIGHTS: Final = (0.3885, 0.3190, 0.2925)


def top_box(
    counts: Mapping[str, float],
    boxes: Collection[str],
    *,
    design: Design | str = "unknown",
    method: str = "wilson",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The share of answers in the favourable boxes.

    Parameters
    ----------
    counts : level -> answers (a mapping or a Series); levels that are no opinion stay out of it
    boxes : the favourable levels, as ``["很满意"]`` or ``["很满意", "满意"]``
    design : `commsvc.inference.Design`, or `census` (no interval), `srs`, `unknown` (interval with
        its proviso)
    method : of `commsvc.inference.proportion_interval`

    Returns
    -------
    DataFrame of one row: `group, count, base, estimate, se, low, high, unit, method, note`

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> top_box(answers, ["satisfied"])[["count", "base", "estimate", "low", "high"]].round(4)
       count   base  estimate     low    high
    0  161.0  230.0       0.7  0.6379  0.7555
    """
    answers = as_answers(counts)
    n, count = sum(answers.values()), in_levels(answers, boxes)
    return estimate_row(
        lambda d: replace(
            proportion_interval(count, n, method, confidence, deff=d.deff, population=d.population),
            count=count,
            base=n,
        ),
        design,
        group=" + ".join(boxes),
        unit="share",
        what="top box",
    )


def mean_score(
    counts: Mapping[str, float],
    scores: Mapping[str, float],
    *,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The mean of scores given to the levels; the distances between levels are the caller's.

    Returns
    -------
    DataFrame of one row, as `top_box`; Student's interval, standard deviation with n − 1

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> mean_score(answers, {"satisfied": 3, "fairly": 2, "not": 1})[["estimate", "se"]].round(4)
       estimate      se
    0    2.6609  0.0363
    """
    answers = as_answers(counts)
    n = sum(answers.values())
    for level in answers:
        if level not in scores:
            raise unknown_name("score for the level", level, scores)
    values = [scores[level] for level in answers]
    scored = ", ".join(f"{level} {scores[level]:g}" for level in answers)
    return estimate_row(
        lambda d: replace(
            ordered.mean_score(list(answers.values()), values, confidence, deff=d.deff),
            count=n,
            base=n,
        ),
        design,
        group="mean score",
        unit="score",
        note=f"scores: {scored}",
        what="mean score",
    )


def net_satisfaction(
    counts: Mapping[str, float],
    satisfied: Collection[str],
    dissatisfied: Collection[str],
    *,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Share satisfied less share dissatisfied: 净满意度. It is not a net promoter score.

    Returns
    -------
    DataFrame of one row, as `top_box`; `count` is satisfied less dissatisfied. Variance of one
    sample's difference of shares, (p + q − (p − q)²)/n

    Examples
    --------
    >>> answers = {"satisfied": 161, "fairly": 60, "not": 9}
    >>> net_satisfaction(answers, ["satisfied"], ["not"])[["estimate", "se"]].round(4)
       estimate      se
    0    0.6609  0.0363
    """
    both = set(satisfied) & set(dissatisfied)
    if both:
        raise CommsvcError(f"{', '.join(sorted(both))} counts as satisfied and as dissatisfied")
    answers = as_answers(counts)
    up, down = in_levels(answers, satisfied), in_levels(answers, dissatisfied)
    return _net_row(up, down, sum(answers.values()), design, confidence, "net satisfaction")


def net_promoter_score(
    scores: Sequence[float], *, design: Design | str = "unknown", confidence: float = 0.95
) -> pd.DataFrame:
    """Net promoter score with its error: promoters (9, 10) less detractors (0 to 6).

    Only for the question "how likely are you to recommend", answered 0 to 10 (Reichheld 2003).
    满意 − 不满意 is `net_satisfaction`; satisfaction levels are refused here.

    Parameters
    ----------
    scores : one answer each, whole numbers 0 to 10

    Returns
    -------
    DataFrame of one row, as `top_box`; variance p + d − (p − d)² over n (Rocks 2016)

    Examples
    --------
    >>> net_promoter_score([0, 7, 7, 9, 9, 9])[["estimate", "se"]].round(5)
       estimate       se
    0   0.33333  0.30429
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
    up, down = sum(a >= 9 for a in answers), sum(a <= 6 for a in answers)
    note = f"{up} promoters, {down} detractors"
    return _net_row(up, down, len(answers), design, confidence, "NPS", note)


def satisfaction_index(
    ratings: Any,
    weights: Mapping[str, float],
    *,
    scale: tuple[float, float],
    design: Design | str = "unknown",
    confidence: float = 0.95,
    name: str = "index",
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
    >>> table = satisfaction_index(answers, {"staff": 2, "rooms": 1}, scale=(1, 5))
    >>> table["estimate"].round(4).item()
    70.8333
    """
    low, high = scale
    if not low < high:
        raise CommsvcError(f"a scale from {low} to {high}")
    if not weights or any(not w >= 0 for w in weights.values()) or not sum(weights.values()) > 0:
        raise CommsvcError(f"weights {dict(weights)}", allowed="numbers from 0 up, not all 0")
    table = numeric_columns(ratings, list(weights))
    outside = ((table < low) | (table > high)).any(axis=1)
    if outside.any():
        raise CommsvcError(
            f"{int(outside.sum())} people answered outside {low} to {high}",
            where=f"row {outside.to_numpy().argmax()}",
        )
    complete = table.dropna()
    part = np.array(list(weights.values()), float) / sum(weights.values())
    index = ((complete - low) / (high - low) * 100).to_numpy() @ part
    n, lost = len(index), len(table) - len(complete)
    if n < 2:
        raise CommsvcError(f"{n} people answered every item", allowed="two at least")
    mean, spread = float(index.mean()), float(index.std(ddof=1))
    return estimate_row(
        lambda d: replace(
            mean_interval(mean, spread, n, confidence, deff=d.deff, population=d.population),
            count=n,
            base=n,
        ),
        design,
        group=name,
        unit="points of 100",
        note=f"{lost} with an item missing left out" if lost else "",
        what=name,
    )


def acsi(
    ratings: Any,
    items: tuple[str, str, str],
    *,
    weights: tuple[float, float, float] = ACSI_WEIGHTS,
    design: Design | str = "unknown",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """The ACSI score: three 1-to-10 questions as an index from 0 to 100 (Fornell et al. 1996).

    Parameters
    ----------
    items : columns for overall satisfaction, expectations met, nearness to the ideal
    weights : theirs. The American index estimates them for each organisation; given ones (here
        the State of Ohio's) make results comparable and are nobody's optimum

    Examples
    --------
    >>> answers = pd.DataFrame({"overall": [9, 8], "expected": [8, 8], "ideal": [7, 8]})
    >>> acsi(answers, ("overall", "expected", "ideal"))["estimate"].round(3).item()
    78.311
    """
    weighted = dict(zip(items, weights, strict=True))
    return satisfaction_index(
        ratings, weighted, scale=(1, 10), design=design, confidence=confidence, name="ACSI"
    )


def _net_row(
    up: float,
    down: float,
    n: float,
    design: Design | str,
    confidence: float,
    group: str,
    note: str = "",
) -> pd.DataFrame:
    return estimate_row(
        lambda d: replace(
            ordered.net_share(up, down, n, confidence, deff=d.deff), count=up - down, base=n
        ),
        design,
        group=group,
        unit="share",
        note=note,
        what=group,
    )
