"""Several mentions of one quantity: whether they can be one number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from commsvc.exact import Interval
from commsvc.published.claims.fields import printed_list
from commsvc.published.claims.figures import plain_text
from commsvc.published.claims.sentences import listing, sentence
from commsvc.published.claims.units import factor, heads, in_unit, one_unit
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind

_ONE: Final = Fraction(1)


@kind("same")
def same(printed: Sequence[str]) -> Verdict:
    """Whether two or more mentions of one quantity can be one number.

    Parameters
    ----------
    printed : the mentions as printed, in units that can be compared

    Returns
    -------
    Verdict
        with `values` (`lowest` and `highest` number that all allow) or `apart`: by how much the
        two mentions farthest from each other differ at least

    Examples
    --------
    >>> print(same(["1819名", "1892名"]))
    1819名 and 1892名 cannot be one number: they differ by 73
    >>> same(["97.28万", "97.2万"]).rules
    ('truncate',)
    """
    figures = printed_list(printed)
    if len(figures) < 2:
        raise Lacking("one mention alone cannot differ", "只有一处提及，无从比较")
    one_unit(figures)
    unit = next((figure.unit for figure in figures if figure.unit), "")
    scale = factor(unit)[1]
    counted = any(heads(figure) for figure in figures)

    def common_under(bare: Fraction) -> dict[str, Interval | None]:
        return {
            rule: _common([in_unit(f, bare, rule) * (1 / scale) for f in figures], counted)
            for rule in TRIED
        }

    shared = common_under(scale)
    if not any(shared.values()) and scale < 1:
        shared = common_under(_ONE)  # 0.45 beside 45% is a proportion
    rules = tuple(rule for rule in TRIED if shared[rule] is not None)
    texts = listing([figure.text for figure in figures])
    if rules:
        common = shared[rules[0]] or Interval(None, None)
        alone = common.low is not None and common.low == common.high
        behind = f"{plain_text(common.low) if alone and common.low else common} {unit}".strip()
        words = sentence(
            f"one number can stand behind all ({behind})",
            f"可以是同一个数（{behind}）",
            texts,
            rules,
        )
        return judge(
            "same", rules, {"values": {"lowest": common.low, "highest": common.high}}, words
        )
    upper, lower, apart = _farthest([in_unit(f, scale) * (1 / scale) for f in figures])
    pair = [figures[i].text for i in sorted((upper, lower))]
    gap = plain_text(apart)
    how_far = (f"they differ by {gap}", f"相差 {gap}") if apart else (
        "no number lies in both", "没有数能同时满足"
    )  # fmt: skip
    words = (
        f"{pair[0]} and {pair[1]} cannot be one number: {how_far[0]}",
        f"{pair[0]} 与 {pair[1]} 不可能是同一个数：{how_far[1]}",
    )
    return judge("same", (), {"apart": apart}, words)


def _farthest(values: Sequence[Interval]) -> tuple[int, int, Fraction]:
    """The two sets that lie farthest apart, and the gap between them."""
    lows = [(value.low, i) for i, value in enumerate(values) if value.low is not None]
    highs = [(value.high, i) for i, value in enumerate(values) if value.high is not None]
    if not lows or not highs:
        return 0, len(values) - 1, Fraction(0)
    (top, upper), (bottom, lower) = max(lows), min(highs)
    if upper == lower:  # sets that touch without a common number: one holds both ends
        away = (i for i, value in enumerate(values) if not value.overlaps(values[upper]))
        lower = next(away, 0 if upper else len(values) - 1)
    return upper, lower, max(top - bottom, Fraction(0))


def _common(values: Sequence[Interval], counted: bool) -> Interval | None:
    """The numbers in all the sets, or None; of things counted, a whole number must be there."""
    common = Interval(None, None, False, False)
    for each in values:
        common = common.intersect(each)
    if common.empty or (counted and common.bounded and not common.whole()):
        return None
    return common
