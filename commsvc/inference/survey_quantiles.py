"""Quantiles of a weighted, stratified or clustered sample, with intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from commsvc.errors import CommsvcError
from commsvc.inference.checks import Array, as_counts, as_numbers, as_share, one_of
from commsvc.inference.intervals import student
from commsvc.inference.jackknife import Ratio, by_design
from commsvc.inference.results import Interval
from commsvc.inference.sample import Sample
from commsvc.inference.share_intervals import share_interval
from commsvc.words.messages import joined, message

INTERVALS = {
    "mean": message("Woodruff"),
    "beta": message("Woodruff by Korn–Graubard"),
    "xlogit": message("Woodruff on the logit"),
    "asin": message("Woodruff on the arcsine"),
    "score": message("Francisco–Fuller score"),
    "quantile": message("Student t on replicates of the quantile"),
}
# Sums of weights this near a share are at it.
ROUNDING = 1e-12
Rule = Callable[[Array, Array, Array], Array]


def _step(flat: str) -> Rule:
    """The inverse of the weighted distribution; `flat` says what is done where it is level."""

    def rule(x: Array, w: Array, p: Array) -> Array:
        if flat == "even":
            x, at = np.unique(x, return_inverse=True)
            w = np.bincount(at, w).astype(float)
        cumulative = np.cumsum(w) / w.sum()
        position = np.searchsorted(cumulative, p + ROUNDING, side="right") - 1
        first = position < 0
        position = np.maximum(position, 0)
        low, high = x[position], x[np.minimum(position + 1, x.size - 1)]
        met = np.abs(p - cumulative[position]) <= ROUNDING
        high = np.where(first, low, high)
        if flat == "average":
            return np.where(met, (low + high) / 2, high)
        if flat == "even":
            return np.where(met & ((position + 1) % 2 == 0), low, high)
        return np.where(met, low, high)

    return rule


def _lines(x: Array, w: Array, p: Array) -> Array:
    """hf4: straight between the steps of the distribution."""
    cumulative = np.cumsum(w) / w.sum()
    position = np.maximum(np.searchsorted(cumulative, p, side="right") - 1, 0)
    after = np.minimum(position + 1, x.size - 1)
    below, above = p - cumulative[position], cumulative[after] - p
    share = np.divide(below, below + above, out=np.zeros_like(p), where=below + above != 0)
    share = np.maximum(share, 0.0)
    return x[position] * (1 - share) + x[after] * share


def _straight(before: float, after: float, extra: float) -> Rule:
    """Straight between points at before·(sum so far less own) + after·(sum so far)."""

    def rule(x: Array, w: Array, p: Array) -> Array:
        c = np.cumsum(w)
        place = (before * (c - w) + after * c) / (c[-1] + extra * w[-1])
        # R's approx averages the values of one place.
        place, at = np.unique(place, return_inverse=True)
        return np.interp(p, place, np.bincount(at, x) / np.bincount(at))

    return rule


def _shah_vaish(x: Array, w: Array, p: Array) -> Array:
    """Shah and Vaish (2006): constant between points, which stand at each person's middle."""
    share = w / w.mean()
    place = (np.cumsum(share) + 0.5 - share / 2) / (x.size + 1)
    return x[np.maximum(np.searchsorted(place, p, side="right") - 1, 0)]


RULES: dict[str, Rule] = {
    "math": _step("low"),
    "school": _step("average"),
    "shahvaish": _shah_vaish,
    "hf1": _step("low"),
    "hf2": _step("average"),
    "hf3": _step("even"),
    "hf4": _lines,
    "hf5": _straight(0.5, 0.5, 0.0),
    "hf6": _straight(0.0, 1.0, 1.0),
    "hf7": _straight(1.0, 0.0, -1.0),
    "hf8": _straight(1 / 3, 2 / 3, 1 / 3),
    "hf9": _straight(3 / 8, 5 / 8, 1 / 4),
}


def weighted_quantile(values: Any, weights: Any, quantiles: Any, rule: str = "math") -> Array:
    """Quantiles of weighted values.

    Parameters
    ----------
    values, weights : (n,); weights of 0 play no part
    quantiles : one or more, from 0 to 1
    rule : R survey's qrule: "math" (= "hf1"; the smallest value with at least that share at or
        below it), "school" (= "hf2"; the middle where two values do), "shahvaish", or "hf3" to
        "hf9" (Hyndman and Fan 1996, Am. Stat. 50, with weights)

    Returns
    -------
    (q,) values

    Notes
    -----
    Below the first value's share of the weights the answer is the first value. R 4.1 answers with
    the second there ("math", "school", "hf3") or beyond the first ("hf4"). Its "shahvaish"
    subtracts half of the weight itself, not of the weight over the mean weight, and is right
    where the mean is 1.

    Examples
    --------
    >>> weighted_quantile([1, 2, 3, 4], [1, 1, 1, 1], [0.25, 0.5], "school")
    array([1.5, 2.5])
    >>> weighted_quantile([1, 2, 3, 4], [5, 1, 1, 1], 0.5)
    array([1.])
    """
    one_of("rule of quantiles", rule, RULES)
    x, w = np.asarray(values, dtype=float), as_counts(weights, "weights", ndim=1)
    p = np.atleast_1d(np.asarray(quantiles, dtype=float))
    if not ((p >= 0) & (p <= 1)).all():
        raise CommsvcError(f"quantiles {quantiles!r}", allowed="from 0 to 1; the median is 0.5")
    if x.shape != w.shape:
        raise CommsvcError(f"{x.size} values for {w.size} weights", allowed="one weight a value")
    x, w = x[w > 0], w[w > 0]
    if x.size == 0 or not np.isfinite(x).all():
        raise CommsvcError(
            "values are missing or nobody has a weight", allowed="finite numbers",
            next_step="leave out those who did not answer, and say how many they are",
        )  # fmt: skip
    order = np.argsort(x, kind="stable")
    return RULES[rule](x[order], w[order], p)


def survey_quantile(
    values: Any,
    sample: Any,
    quantiles: Any = 0.5,
    *,
    rule: str = "math",
    interval: str = "mean",
    confidence: float = 0.95,
    df: float | None = None,
) -> Interval:
    """Quantiles under a complex design, with intervals, as R's svyquantile.

    Parameters
    ----------
    values : (n,) numbers; NaN for those who did not answer, who leave the base
    sample : `Sample`, or `Replicates`
    quantiles : one or more, above 0 and below 1
    rule : as in `weighted_quantile`
    interval : "mean" (Woodruff 1952), "beta", "xlogit", "asin" (the same with another interval of
        the share below); without replicates also "score" (Francisco and Fuller 1991), with them
        also "quantile" (the quantile anew in each; not for the jackknife, whose error of a
        quantile does not settle as samples grow: the note says so)
    confidence : coverage
    df : degrees of freedom; those of the design when left out

    Returns
    -------
    Interval of arrays, one a quantile. `se` is the interval's length over two t values. An end is
    NaN where the share's interval leaves 0–1: the sample does not reach it.

    Notes
    -----
    "score" differs from R 4.1 twice: R finds the ends by a root finder with a wide tolerance, then
    reads them at the unweighted share of the sample below; here each end is the value where the
    score statistic passes the t value. And where the estimate is the highest value, so that nobody
    is above it, R gives an interval of length 0; here it is NaN.

    Examples
    --------
    >>> people = Sample([2.0] * 9)
    >>> median = survey_quantile([1, 2, 2, 3, 3, 4, 5, 6, 9], people)
    >>> median.estimate, median.low, median.high
    (array([3.]), array([2.]), array([9.]))
    """
    one_of("interval of a quantile", interval, INTERVALS)
    people, x = Sample.of(sample), as_numbers(values)
    if x.shape != people.weights.shape:
        raise CommsvcError(
            f"{x.size} values for {people.weights.size} people", allowed="one a person"
        )
    answered = np.isfinite(x)
    inside = people if answered.all() else people.domain(answered)
    p = np.array([as_share(one, "quantile") for one in np.atleast_1d(quantiles)])
    estimate = weighted_quantile(x, inside.weights, p, rule)
    free = float(inside.df if df is None else df)
    if free <= 0:
        raise CommsvcError("no degrees of freedom", allowed="more clusters than strata")
    if interval == ("quantile" if inside.replicates is None else "score"):
        raise CommsvcError(
            f"interval {interval!r} of a sample with{'out' * (interval == 'quantile')} replicates",
            allowed=", ".join(name for name in INTERVALS if name not in ("score", "quantile")),
        )
    ends, said = _ends(x, inside, p, estimate, free, rule, interval, confidence)
    left = people.n - inside.n
    if left:
        out = message("{left} of {all} left out: no answer", left=left, all=people.n)
        said = joined([out, said])
    low, high = ends.T
    t = float(student(free, 0.5 + as_share(confidence, "confidence") / 2))
    return Interval(
        estimate, low, high, (high - low) / (2 * t), base=np.full(p.size, float(inside.n)),
        confidence=confidence, note=said,
        method=joined([INTERVALS[interval], message("quantile rule {rule}", rule=rule)]),
    )  # fmt: skip


def _ends(
    x: Array, people: Sample, p: Array, at: Array, df: float, rule: str, kind: str, level: float
) -> tuple[Array, Any]:
    """Both ends (q, 2) of the quantiles `at`, and what a reader has to know."""
    made = people.replicates
    if made is not None and (made.replicates.sum(axis=0) <= 0).any():
        gone = message("no interval: a replicate has nobody of this group")
        return np.full((p.size, 2), np.nan), gone
    t = float(student(df, 0.5 + as_share(level, "confidence") / 2))
    if made is not None and kind == "quantile":
        asked = np.isfinite(x)
        found = by_design(
            lambda w: weighted_quantile(x[asked], w, p, rule), people.rows(asked)
        )  # by replicates: no derivative is taken
        ends = np.column_stack([found.estimate - t * found.se, found.estimate + t * found.se])
        said = message(
            "the jackknife's error of a quantile is not consistent: take the default interval"
        )
        return ends, said if made.kind in ("JK1", "JKn") else ""
    if kind == "score":
        ends = np.array([_score_ends(x, people, one, t) for one in p])
    else:
        ends = np.array([_woodruff_ends(x, people, one, df, rule, kind, level) for one in at])
    reached = message("an end the sample does not reach is missing")
    return ends, reached if np.isnan(ends).any() else ""


def _woodruff_ends(
    x: Array, people: Sample, at: float, df: float, rule: str, kind: str, confidence: float
) -> tuple[float, float]:
    """The share at or below the estimate, its interval, and the quantiles at its ends."""
    below = by_design(Ratio(np.where(people.weights > 0, x <= at, False).astype(float)), people)
    share, variance = float(min(below.estimate[0], 1.0)), float(below.covariance[0, 0])
    ends = share_interval(share, variance, df, people.n, kind, confidence)
    low, high = (
        float(weighted_quantile(x, people.weights, end, rule)[0]) if 0 <= end <= 1 else np.nan
        for end in (ends.low, ends.high)
    )
    return low, high


def _score_ends(x: Array, people: Sample, p: float, t: float) -> tuple[float, float]:
    """The values between which the share above differs from 1 − p by less than t errors."""
    used = people.weights > 0
    levels = np.unique(x[used])

    def first_past(bound: float) -> int:
        # The score falls as the value rises; at the highest nobody is above, and it is -infinite.
        low, high = 0, levels.size - 1
        while low < high:
            middle = (low + high) // 2
            above = np.where(used, x > levels[middle], False).astype(float) - (1 - p)
            mean = by_design(Ratio(above), people)
            if mean.estimate[0] <= bound * mean.se[0]:
                high = middle
            else:
                low = middle + 1
        return low

    low, high = first_past(t), first_past(-t)
    return (
        float(levels[low]) if low > 0 else np.nan,
        float(levels[high]) if high < levels.size - 1 else np.nan,
    )
