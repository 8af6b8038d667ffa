"""Shares and totals: a percentage of a count, of an unknown count, of an unknown base; a sum."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.published.claims.fields import printed_list, printed_number, whole
from commsvc.published.claims.figures import (
    decimal_text,
    decimals,
    share_rules,
    share_values,
    statistic_rules,
    statistic_values,
    telling_text,
)
from commsvc.published.claims.sentences import listing, listing_zh, sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Unreadable, Verdict, judge, kind

# A list of more counts than this says nothing to a reader; its two ends do.
LONGEST: Final = 10_000


@kind("share")
def share(count: int | str, of: int | str, printed: str | Sequence[str]) -> Verdict:
    """Whether a count of a base prints as the percentage.

    Parameters
    ----------
    count : the part, a whole number, or a string as printed (``"20多名"``)
    of : the base (denominator), a whole number above zero, or a string as printed
    printed : the percentage as printed, as ``"47.6%"``; without a sign it is per cent, or, where
        it does not hold as such and is at most 1, a proportion. Of several, all must hold.

    Returns
    -------
    Verdict
        with `values` (`percent`), and `should_print` where it does not hold rounded half up

    Raises
    ------
    CommsvcError : where a field holds what it cannot hold

    Examples
    --------
    >>> print(share(56, 178, "33%"))
    56 of 178 is 31.46%; 33% is printed: it should be 31%
    >>> share(42, 20, "47%").verdict
    'undecidable'
    >>> share("20多名", 42, "52.4%").verdict
    'consistent'
    """
    counts, bases = _whole_values(count, "count"), _whole_values(of, "of", largest=LONGEST)
    if bases.stop == 1:
        raise Lacking("the base is 0: no share is defined", "基数为 0，无法计算占比")
    if counts.start >= bases.stop:
        raise Lacking(
            f"{count} of {of}: a part larger than its whole",
            f"{count} 大于基数 {of}：部分不能大于整体",
        )
    figures = printed_list(printed)
    text = " / ".join([figure.text for figure in figures])
    if len(counts) > 1 or len(bases) > 1:
        rules = tuple(
            rule for rule in TRIED if all(_some_share(counts, bases, f, rule) for f in figures)
        )
        words = sentence(f"{count} of {of}", f"{of} 中的 {count}", text, rules)
        return judge("share", rules, {}, words)
    found = [_rules_of_share(counts.start, bases.start, figure) for figure in figures]
    rules = found[0] if len(found) == 1 else tuple(r for r in TRIED if all(r in f for f in found))
    places = max([decimals(figure) for figure in figures])
    percent = Fraction(100 * counts.start, bases.start)
    recomputed: dict[str, Any] = {"values": {"percent": percent}}
    shown = telling_text(percent, places)
    instead = ("", "")
    if "half_up" not in rules:
        right = f"{decimal_text(percent, places)}%"
        recomputed["should_print"] = right
        instead = (f"it should be {right}", f"应为 {right}")
    words = sentence(
        f"{count} of {of} is {shown}%", f"{of} 中的 {count} 为 {shown}%", text, rules, instead
    )
    return judge("share", rules, recomputed, words)


def _rules_of_share(count: int, of: int, figure: Printed) -> tuple[str, ...]:
    rules = share_rules(count, of, figure.text)
    if not rules and _maybe_proportion(figure):
        return statistic_rules(Fraction(count, of), figure.text)
    return rules


def _maybe_proportion(figure: Printed) -> bool:
    """Whether a figure without a sign can be a proportion, as 0.476 for 47.6 %.

    A proportion without decimals would say no more than whether it is above a half.
    """
    return (
        figure.kind == "number"
        and not figure.unit
        and figure.face is not None
        and figure.face <= 1
        and (figure.quantum is None or figure.quantum < 1)
    )


def _whole_values(value: Any, name: str, largest: int = 10**15) -> range:
    """The whole numbers a count may be, given as a number or as printed."""
    if not isinstance(value, str):
        found = whole(value, name)
        return range(found, found + 1)
    values = printed_number(value, name).values
    found_range = values.intersect(Interval.of(0, 10**15)).whole() if values else range(0)
    if not found_range:
        raise Unreadable(f"{name} {value!r} is no count", f"{name} 不是计数：{value}")
    if len(found_range) > 1 and found_range.stop > largest and name == "of":
        raise Lacking(f"{name} {value!r} is too vague a base", f"{name} {value} 作为基数过于含糊")
    return found_range


def _some_share(counts: range, bases: range, figure: Printed, rule: str) -> bool:
    shares = share_values(figure.text, rule)
    return any(
        kept and kept.start < counts.stop and counts.start < kept.stop
        for base in bases
        if base
        for kept in (counts_between(shares, base),)
    )


def counts_between(shares: Interval, of: int) -> range:
    """The whole numbers from 0 to `of` whose share of it lies in the set.

    >>> counts_between(share_values("47%", "half_up"), 100)
    range(47, 48)
    """
    low, high = shares.low, shares.high
    first, last = 0, of
    if low is not None:
        exact = low.numerator * of
        first = -(-exact // low.denominator)
        if not shares.low_closed and first * low.denominator == exact:
            first += 1
    if high is not None:
        exact = high.numerator * of
        last = exact // high.denominator
        if not shares.high_closed and last * high.denominator == exact:
            last -= 1
    return range(max(first, 0), max(min(last, of) + 1, max(first, 0)))


@kind("attainable")
def attainable(of: int, printed: str) -> Verdict:
    """Whether some whole number of a base prints as the percentage.

    The test of granularity (GRIM; Brown and Heathers, 2017) for a percentage.

    Parameters
    ----------
    of : the base, a whole number above zero
    printed : the percentage as printed

    Returns
    -------
    Verdict
        with `counts`, `counts_if_truncated` (lists, or null with `counts_range` where there are
        more than 10 000) and, where nothing prints so, `nearest`: the nearest counts

    Examples
    --------
    >>> print(attainable(415, "38.4%"))
    no whole number of 415 is 38.4%: 159 is 38.3% and 160 is 38.6%
    >>> attainable(415, "40.9%").recomputed["counts_if_truncated"]
    [170]
    """
    base = whole(of, "of")
    if base == 0:
        raise Lacking("the base is 0: no share is defined", "基数为 0，无法计算占比")
    figure = printed_number(printed)
    found = {rule: counts_between(share_values(figure.text, rule), base) for rule in TRIED}
    if not any(found.values()) and _maybe_proportion(figure):
        found = {rule: counts_between(statistic_values(figure.text, rule), base) for rule in TRIED}
    rules = tuple(rule for rule in TRIED if found[rule])
    recomputed: dict[str, Any] = {}
    for name, counts in (
        ("counts", found["half_up"]),
        ("counts_if_truncated", found["truncate"]),
    ):
        recomputed[name] = list(counts) if len(counts) <= LONGEST else None
        if len(counts) > LONGEST:
            recomputed[f"{name}_range"] = [counts[0], counts[-1]]
    text, places = figure.text, decimals(figure)
    if rules:
        counts = found[rules[0]]
        few = counts[:6] if len(counts) <= 6 else [f"{counts[0]}–{counts[-1]}"]
        words = sentence(
            f"of {base}, {listing(few)} would print so",
            f"{base} 中取 {listing_zh(few)} 时可得此数",
            text, rules,
        )  # fmt: skip
        return judge("attainable", rules, recomputed, words)
    nearest = _nearest(figure, base)
    recomputed["nearest"] = nearest
    parts = [(k, decimal_text(Fraction(100 * k, base), places)) for k in nearest]
    english = " and ".join(f"{k} is {percent}%" for k, percent in parts)
    chinese = "，".join(f"{k} 为 {percent}%" for k, percent in parts)
    return judge(
        "attainable", (), recomputed,
        (f"no whole number of {base} is {text}: {english}",
         f"{base} 中没有整数可得 {text}：{chinese}"),
    )  # fmt: skip


def _nearest(figure: Printed, base: int) -> list[int]:
    """The counts on either side of a percentage that no count reaches."""
    shares = share_values(figure.text, "half_up")
    ends = [end for end in (shares.low, shares.high) if end is not None]
    middle = sum(ends, Fraction(0)) / len(ends) * base if ends else Fraction(0)
    return sorted({min(max(k, 0), base) for k in (floor(middle), ceil(middle))})
