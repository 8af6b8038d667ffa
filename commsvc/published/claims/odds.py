"""Odds ratios: against their table, and against their own limits."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import exp, log, sqrt

from commsvc.printed import Interval
from commsvc.published.claims.estimates import (
    BY_HAND,
    HAND_Z,
    all_print,
    estimate_text,
    printed_text,
)
from commsvc.published.claims.fields import printed_list, table
from commsvc.published.claims.figures import Value, significant_text, statistic_values
from commsvc.published.claims.sentences import sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind

Counts = Sequence[Sequence[int]]


@kind("odds_ratio", counts="table")
def odds_ratio(counts: Counts, printed: Sequence[str]) -> Verdict:
    """Whether an odds ratio and its interval follow from the table.

    Parameters
    ----------
    counts : ``[[a, b], [c, d]]`` (`table` in a claims file), none of them zero
    printed : ``[OR, low, high]``, or the odds ratio alone

    Returns
    -------
    Verdict
        with `values`: ad/bc and its 95 % Wald interval on the log scale. Tried besides: the ratio
        `inverted` (and the limits with it), the digits cut off, and 1.96 for the quantile, which
        the sentence then says.

    Examples
    --------
    >>> print(odds_ratio([[105, 34], [133, 21]], ["2.05", "1.124", "3.741"]))
    the odds ratio is 0.4876 (0.2673, 0.8895); 2.05 (1.124, 3.741) is printed: printed upside down
    """
    cells = table(counts, two_by_two=True)
    figures = printed_list(printed, (1, 3))
    (a, b), (c, d) = cells
    if not (a and b and c and d):
        raise Lacking(
            "a cell of the table is 0: the odds ratio has no Wald interval",
            "表中有一格为 0：比值比没有 Wald 区间",
        )
    from commsvc.inference.differences import odds_ratio as wald

    interval = wald(cells)
    ratio = Fraction(a * d, b * c)
    low, high = float(interval.low), float(interval.high)
    half = HAND_Z * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    by_hand: list[Value] = [ratio, exp(log(ratio) - half), exp(log(ratio) + half)]
    values: list[Value] = [ratio, low, high]
    note = ("", "")
    rules = all_print(values, figures)
    if not rules:
        rules = all_print(by_hand, figures)
        note = BY_HAND if rules else note
    if not rules:
        turned = all_print([1 / ratio, 1 / high, 1 / low], figures)
        if turned:
            rules = ("inverted",) if "half_up" in turned else ("inverted:truncate",)
    shown = estimate_text(values)
    words = sentence(
        f"the odds ratio is {shown}{note[0]}",
        f"比值比为 {shown}{note[1]}",
        printed_text(figures),
        rules,
    )
    return judge("odds_ratio", rules, {"values": values}, words)


@kind("odds_ratio_interval")
def odds_ratio_interval(printed: Sequence[str]) -> Verdict:
    """Whether an odds ratio can belong to its own limits.

    A Wald interval is symmetric on the log scale: OR² = low · high, within what their rounding
    allows. No table is needed. It holds for any ratio with such an interval, not for an exact or
    profile-likelihood one.

    Parameters
    ----------
    printed : ``[OR, low, high]``

    Returns
    -------
    Verdict
        with `values` (`lowest`, `highest`): the odds ratios that fit the printed limits

    Examples
    --------
    >>> print(odds_ratio_interval(["3.54", "2.44", "5.21"]))
    limits of 2.44 and 5.21 have their middle at 3.560 to 3.571; 3.54 is printed: does not agree
    """
    figures = printed_list(printed, (3,))
    rules, above_zero = [], Interval(Fraction(0), None, False, False)
    for rule in TRIED:
        ratio, low, high = (statistic_values(f.text, rule).intersect(above_zero) for f in figures)
        if ratio.empty or low.empty or high.empty:
            raise Lacking("a ratio and its limits must be above 0", "比值比及其上下限必须大于 0")
        if (ratio * ratio).overlaps(low * high):
            rules.append(rule)
    _, low, high = (statistic_values(f.text, "half_up").intersect(above_zero) for f in figures)
    product = low * high
    ends = [None if end is None else float(end) ** 0.5 for end in (product.low, product.high)]
    shown = " to ".join("∞" if end is None else significant_text(end) for end in ends)
    texts = [figure.text for figure in figures]
    words = sentence(
        f"limits of {texts[1]} and {texts[2]} have their middle at {shown}",
        f"上下限 {texts[1]}、{texts[2]} 的几何中点为 {shown.replace(' to ', ' 至 ')}",
        texts[0],
        tuple(rules),
    )
    recomputed = {"values": {"lowest": ends[0], "highest": ends[1]}}
    return judge("odds_ratio_interval", tuple(rules), recomputed, words)
