"""Means and standard deviations of answers on a scale."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import sqrt
from typing import Any, Final

from commsvc.printed import Interval
from commsvc.published.claims.estimates import printed_text
from commsvc.published.claims.fields import (
    number,
    printed_list,
    printed_number,
    quantity,
    sequence,
    whole,
)
from commsvc.published.claims.figures import significant_text, statistic_values
from commsvc.published.claims.sentences import sentence
from commsvc.published.claims.verdict import (
    TRIED,
    Lacking,
    Sentence,
    Unreadable,
    Verdict,
    judge,
    kind,
)

# What n − 1 in the divisor and the rounding of the mean may add to the largest SD of a scale.
_ALLOWANCE: Final = Fraction(105, 100)


@kind("mean_sd")
def mean_sd(values: Sequence[float], counts: Sequence[int], printed: Sequence[str]) -> Verdict:
    """Whether a mean and a standard deviation follow from the counts of the answers.

    Parameters
    ----------
    values : the answers' values, as 1 to 5
    counts : how many gave each
    printed : ``[mean, SD]``, or the mean alone

    Returns
    -------
    Verdict
        with `values`: mean and SD with n − 1 (the SD null for one answer). Both are compared
        exactly, the SD through its square.

    Examples
    --------
    >>> print(mean_sd([1, 2, 3], [1, 1, 2], ["2.25", "0.957"]))
    the mean is 2.250, the SD 0.9574; 2.25 (0.957) is printed: agrees
    """
    figures = printed_list(printed, (1, 2))
    answers = [number(v, f"values[{i}]") for i, v in enumerate(sequence(values, "values"))]
    given = sequence(counts, "counts", len(answers))
    times = [whole(count, f"counts[{i}]") for i, count in enumerate(given)]
    n = sum(times)
    if n == 0:
        raise Lacking("nobody answered: there is no mean", "没有人作答：均值无定义")
    if n == 1 and len(figures) == 2:
        raise Lacking("one answer has no standard deviation", "只有一个回答：标准差无定义")
    pairs = list(zip(answers, times, strict=True))
    mean = sum((v * k for v, k in pairs), Fraction(0)) / n
    squares = sum((k * (v - mean) ** 2 for v, k in pairs), Fraction(0))
    variance = squares / (n - 1) if n > 1 else None
    rules = tuple(
        rule
        for rule in TRIED
        if mean in statistic_values(figures[0].text, rule)
        and (
            len(figures) == 1
            or variance is None
            or variance in _squared(statistic_values(figures[1].text, rule))
        )
    )
    sd = None if variance is None else sqrt(variance)
    shown = "–" if sd is None else significant_text(sd)
    instead: Sentence = ("", "")
    if (
        not rules
        and len(figures) == 2
        and squares / n in _squared(statistic_values(figures[1].text, "half_up"))
    ):
        instead = ("that SD has n, not n − 1, below", "该标准差以 n 而非 n − 1 为除数")
    words = sentence(
        f"the mean is {significant_text(mean)}, the SD {shown}",
        f"均值为 {significant_text(mean)}，标准差为 {shown}",
        printed_text(figures),
        rules,
        instead,
    )
    return judge("mean_sd", rules, {"values": [mean, sd]}, words)


def _squared(values: Interval) -> Interval:
    """The squares of the non-negative numbers of a set."""
    kept = values.intersect(Interval(Fraction(0), None, True, False))
    if kept.empty:
        return Interval(Fraction(0), Fraction(0), False, False)
    return Interval(
        None if kept.low is None else kept.low**2,
        None if kept.high is None else kept.high**2,
        kept.low_closed,
        kept.high_closed,
    )


@kind("sd_bound")
def sd_bound(scale: Sequence[float], mean: float | str, printed: str) -> Verdict:
    """Whether a standard deviation is possible on a scale, given its mean.

    Answers between `low` and `high` with this mean have an SD of at most
    √((high − mean)(mean − low)) (Bhatia and Davis, 2000); 5 % is allowed for n − 1 and rounding.

    Parameters
    ----------
    scale : ``[low, high]``, the lowest and highest possible answer
    mean : a number, taken as it is, or a string as printed, which may be whatever rounds to it
    printed : the SD as printed

    Returns
    -------
    Verdict
        with `largest_sd`, before the 5 %

    Examples
    --------
    >>> print(sd_bound([1, 5], 3.0, "2.4"))
    with mean 3.0 on a scale from 1 to 5 the SD is at most 2.000; 2.4 is printed: impossible
    """
    low, high = (number(v, f"scale[{i}]") for i, v in enumerate(sequence(scale, "scale", 2)))
    if low >= high:
        raise Unreadable(f"the scale runs from {low} to {high}", "量表下限不小于上限")
    figure = printed_number(printed)
    means = quantity(mean, "mean").intersect(Interval.of(low, high))
    largest: float | None = None
    allowed = False
    if not means.empty:
        # The bound is largest at the middle of the scale, or as near to it as the mean may be.
        middle = (low + high) / 2
        ends = (means.low if means.low is not None else low, means.high or high)
        at = min(max(middle, ends[0]), ends[1])
        bound = (high - at) * (at - low)
        largest = sqrt(bound)
        least = figure.face if figure.face is not None and not figure.hedge else None
        if least is None:
            least = (figure.values.low if figure.values else None) or Fraction(0)
        allowed = least >= 0 and least**2 <= _ALLOWANCE**2 * bound
    rules = TRIED if allowed else ()
    bound_text = "–" if largest is None else significant_text(largest)
    ends_text = significant_text(low), significant_text(high)
    scale_text, scale_zh = " to ".join(ends_text), "量表范围 " + " 至 ".join(ends_text)
    if largest is None:
        words: Sentence = (
            f"a mean of {mean} is impossible on a scale from {scale_text}",
            f"{scale_zh}，均值不可能为 {mean}",
        )
    else:
        words = sentence(
            f"with mean {mean} on a scale from {scale_text} the SD is at most {bound_text}",
            f"{scale_zh}、均值 {mean} 时，标准差至多为 {bound_text}",
            figure.text,
            rules,
            ("impossible", "不可能"),
        )
    recomputed: dict[str, Any] = {"largest_sd": largest}
    return judge("sd_bound", rules, recomputed, words)
