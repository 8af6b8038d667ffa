"""Several mentions of one quantity: whether they can be one number."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from commsvc.printed import Interval
from commsvc.published.claims.fields import printed_list
from commsvc.published.claims.figures import plain_text
from commsvc.published.claims.sentences import listing, sentence
from commsvc.published.claims.units import factor, heads, in_unit, one_unit
from commsvc.published.claims.verdict import (
    TRIED,
    Lacking,
    Sentence,
    Verdict,
    judge,
    kind,
)

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
        behind = _behind(common, unit)
        words = sentence(
            f"one number can stand behind all ({behind[0]})",
            f"可以是同一个数（{behind[1]}）",
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


def _behind(common: Interval, unit: str) -> Sentence:
    """The numbers that all mentions allow, in words.

    >>> _behind(Interval.of(20, 30, low_closed=False, high_closed=False), "个")[0]
    'more than 20, less than 30 个'
    >>> _behind(Interval(Fraction(1), None, high_closed=False), "项")
    ('at least 1 项', '至少 1 项')
    """
    if common.low is not None and common.low == common.high:
        alone = f"{plain_text(common.low)} {unit}".strip()
        return alone, alone
    ends = [
        (en if closed else en_open, zh if closed else zh_open, plain_text(end))
        for end, closed, en, en_open, zh, zh_open in (
            (common.low, common.low_closed, "at least", "more than", "至少", "大于"),
            (common.high, common.high_closed, "at most", "less than", "至多", "小于"),
        )
        if end is not None
    ]
    english = ", ".join(f"{en} {number}" for en, _, number in ends) or "any"
    chinese = "、".join(f"{zh} {number}" for _, zh, number in ends) or "任意"
    return f"{english} {unit}".strip(), f"{chinese} {unit}".strip()


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
