"""What printed figures say of each other: a quotient, a product."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from commsvc.printed import Interval, Printed, before_rounding
from commsvc.published.claims.fields import missing, printed_number, sequence
from commsvc.published.claims.figures import decimals, significant_text, telling_text
from commsvc.published.claims.sentences import listing, listing_zh, sentence
from commsvc.published.claims.units import (
    computed_in_unit,
    factor,
    figure_of,
    figures_of,
    possible,
)
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind

_ONE = Fraction(1)
Figure = Printed | Fraction


@kind("ratio")
def ratio(
    numerator: int | float | str,
    denominator: int | float | str | None = None,
    printed: str | None = None,
    denominators: Sequence[int | float | str] | None = None,
) -> Verdict:
    """Whether a quotient prints so; of several denominators, each gets its own verdict.

    Parameters
    ----------
    numerator, denominator : numbers, or strings as printed with hedge, unit, 万 or range
    printed : the quotient as printed: a number, a percentage, ``"1:2"``
    denominators : instead of one denominator, several that may have been meant

    Returns
    -------
    Verdict
        with `values` (`quotient`: a number, or its lowest and highest value, null for no limit);
        for several denominators with `each`, a verdict a denominator, the claim taking the best

    Examples
    --------
    >>> print(ratio("54个", "13个", "4.1"))
    54个 / 13个 is 4.15; 4.1 is printed: cut off, not rounded
    >>> [one["verdict"] for one in ratio("54", printed="45%", denominators=[120, 130])
    ...      .recomputed["each"]]
    ['consistent', 'inconsistent']
    """
    figure = printed_number(printed)
    if missing(denominators):
        if missing(denominator):
            raise Lacking("the denominator is missing", "缺少分母（denominator）")
        return _quotient(numerator, denominator, figure)
    offered = sequence(denominators, "denominators")
    if not offered:
        raise Lacking("the denominators are missing", "缺少分母（denominators）")
    each = []
    for one in offered:
        try:
            each.append(_quotient(numerator, one, figure))
        except Lacking as lack:
            each.append(Verdict("ratio", "undecidable", message=lack.en, message_zh=lack.zh))
    order = ("consistent", "only_under_rule", "undecidable", "inconsistent")
    best = min(each, key=lambda verdict: order.index(verdict.verdict))
    listed = [
        {"denominator": one if isinstance(one, str) else float(one)} | verdict.as_dict()
        for one, verdict in zip(offered, each, strict=True)
    ]
    fits = [str(o) for o, v in zip(offered, each, strict=True) if v.rules]
    english = f"of {len(each)} denominators, these print so: {listing(fits) or 'none'}"
    chinese = f"{len(each)} 个分母中，相符的有：{listing_zh(fits) or '无'}"
    return Verdict(
        "ratio",
        best.verdict,
        best.rules,
        (),
        {**best.recomputed, "each": listed},
        f"{english}; {best.message}",
        f"{chinese}；{best.message_zh}",
    )


def _quotient(numerator: Any, denominator: Any, figure: Printed) -> Verdict:
    over, under = figure_of(numerator, "numerator"), figure_of(denominator, "denominator")
    tops, bottoms = possible([over, under], divisor=1)
    if any(bottom.empty or 0 in bottom for bottom in bottoms):
        raise Lacking("the denominator may be 0: no quotient", "分母可能为 0，无法相除")
    (unit, times), (other, by) = _unit_of(over), _unit_of(under)
    # A bare figure is in the units of what was divided (yuan a head), unless these cancel.
    bare = _ONE if unit == other else (times / by if "share" not in (unit, other) else _ONE)
    quotients = [_divided(top, bottom) for top in tops for bottom in bottoms]
    rules = tuple(rule for rule in TRIED if _prints(quotients, figure, bare, rule))
    if not rules and all(0 not in q for q in quotients):
        turned = [_divided(Interval.point(1), q) for q in quotients]
        if _prints(turned, figure, 1 / bare, "half_up"):
            rules = ("inverted",)
        elif _prints(turned, figure, 1 / bare, "truncate"):
            rules = ("inverted:truncate",)
    value = _spanned(quotients)
    shown, top, bottom = _shown(value, figure, bare), _text(over), _text(under)
    words = sentence(
        f"{top} / {bottom} is {shown}",
        f"{top} ÷ {bottom} = {shown}",
        figure.text,
        rules,
        _side(value, figure, bare),
    )
    return judge("ratio", rules, {"values": {"quotient": _ends(value)}}, words)


@kind("product")
def product(factors: Sequence[int | float | str], printed: str) -> Verdict:
    """Whether a product prints so.

    Parameters
    ----------
    factors : numbers, or strings as printed with hedge, unit, 万 or range
    printed : the product as printed

    Returns
    -------
    Verdict
        with `values` (`product`: a number, or its lowest and highest value, null for no limit)

    Examples
    --------
    >>> print(product(["124名", "5000名"], "80万人以上"))
    124名 × 5000名 is 620000; 80万人以上 is printed: that is too large
    """
    figure = printed_number(printed)
    figures = figures_of(sequence(factors, "factors"), "factors")
    if not figures:
        raise Lacking("there are no factors", "没有因数")
    reached, bare = [Interval.point(1)], _ONE
    for one, steps in zip(figures, possible(figures), strict=True):
        base, times = _unit_of(one)
        bare *= _ONE if base == "share" else times
        reached = list(dict.fromkeys(r * s for r in reached for s in steps))
    rules = tuple(rule for rule in TRIED if _prints(reached, figure, bare, rule))
    spanned = _spanned(reached)
    shown = _shown(spanned, figure, bare)
    texts = " × ".join(_text(one) for one in figures)
    words = sentence(
        f"{texts} is {shown}",
        f"{texts} = {shown}",
        figure.text,
        rules,
        _side(spanned, figure, bare),
    )
    return judge("product", rules, {"values": {"product": _ends(spanned)}}, words)


def _divided(top: Interval, bottom: Interval) -> Interval:
    """A quotient of two sets; of two numbers without the detour over their ends."""
    if top.low is not None and top.low == top.high and bottom.low and bottom.low == bottom.high:
        return Interval.point(top.low / bottom.low)
    return top / bottom


def _text(figure: Figure) -> str:
    return figure.text if isinstance(figure, Printed) else significant_text(figure)


def _unit_of(figure: Figure) -> tuple[str, Fraction]:
    return factor(figure.unit) if isinstance(figure, Printed) else ("", _ONE)


def _prints(values: Sequence[Interval], figure: Printed, bare: Fraction, rule: str) -> bool:
    """Whether one of the sets of values holds a number that prints so."""
    if figure.kind != "ratio" or figure.hedge:
        target = computed_in_unit(figure, bare, rule)
        return any(
            each.low in target
            if each.low is not None and each.low == each.high
            else each.overlaps(target)
            for each in values
        )
    # "1:2" is a quotient one side of which was rounded to the other.
    sides = re.split("[:：∶比]", figure.text)
    over, under = (printed_number(side.strip()) for side in sides)
    for one, other, turned in ((over, under, False), (under, over, True)):
        # The 1 of 1:667 is what the other side was brought to, not a rounded number.
        if not one.face or not other.face or (one.text == "1" and other.text != "1"):
            continue
        near = before_rounding(one.face, one.quantum or _ONE, rule) / other.face
        quotients = [Interval.point(1) / v for v in values if 0 not in v] if turned else values
        if any(each.overlaps(near) for each in quotients):
            return True
    return False


def _spanned(values: Sequence[Interval]) -> Interval:
    """The smallest interval around several sets."""
    low = min(values, key=lambda v: float("-inf") if v.low is None else v.low)
    high = max(values, key=lambda v: float("inf") if v.high is None else v.high)
    return Interval(low.low, high.high, low.low_closed, high.high_closed)


def _ends(values: Interval) -> Fraction | list[Fraction | None] | None:
    """A set as a verdicts file has it: one number, or its two ends."""
    return values.low if values.low == values.high else [values.low, values.high]


def _shown(values: Interval, figure: Printed, bare: Fraction) -> str:
    """A quotient or product in the printed unit, with a digit more than printed."""
    scale = factor(figure.unit)[1] if figure.unit else bare
    sign = "%" if factor(figure.unit)[0] == "share" and scale == Fraction(1, 100) else ""
    scaled = values if scale == 1 else values * (1 / scale)
    if scaled.low is not None and scaled.low == scaled.high:
        if scaled.low.denominator == 1:
            return f"{scaled.low}{sign}"
        return f"{telling_text(scaled.low, decimals(figure))}{sign}"
    return significant_text(scaled) + sign


def _side(values: Interval, figure: Printed, bare: Fraction) -> tuple[str, str]:
    """Where recomputed values lie that do not print so."""
    if figure.kind == "ratio":
        return "", ""
    target = computed_in_unit(figure, bare)
    if values.high is not None and target.low is not None and values.high <= target.low:
        return "that is too large", "所载偏大"
    if values.low is not None and target.high is not None and values.low >= target.high:
        return "that is too small", "所载偏小"
    return "", ""
