"""Sums of parts, and the sample size that several percentages share."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.published.claims.fields import missing, printed_list, printed_number, sequence, whole
from commsvc.published.claims.figures import (
    decimal_text,
    decimals,
    plain_text,
    share_values,
    significant_text,
)
from commsvc.published.claims.sentences import listing, listing_zh, sentence
from commsvc.published.claims.shares import counts_between
from commsvc.published.claims.units import (
    computed_in_unit,
    factor,
    figures_of,
    in_unit,
    one_unit,
    unit_size,
)
from commsvc.published.claims.verdict import (
    TRIED,
    Lacking,
    Unreadable,
    Verdict,
    judge,
    kind,
)

_WIDEST: Final = 2_000_000


@kind("sum")
def total(parts: Sequence[int | str], printed: str) -> Verdict:
    """Whether the parts add up to the printed total.

    Parameters
    ----------
    parts : numbers, or strings as printed, each of which may be whatever rounds to it
    printed : the total as printed

    Returns
    -------
    Verdict
        with `sum`, the parts as they stand added up, and `sum_range` where they may be others

    Examples
    --------
    >>> print(total([69, 73, 440], "514"))
    69 + 73 + 440 is 582; 514 is printed: it should be 582
    >>> total(["33.3%", "33.3%", "33.3%"], "100%").verdict
    'consistent'
    """
    figures = figures_of(sequence(parts, "parts"), "parts")
    if not figures:
        raise Lacking("there are no parts to add", "没有可相加的部分")
    figure = printed_number(printed)
    read_ones = [f for f in figures if isinstance(f, Printed)]
    one_unit([figure, *read_ones])
    # A bare number is in the unit of those that have one.
    named = next((f.unit for f in (figure, *read_ones) if f.unit), "")
    bare = factor(named)[1]
    numbers = sum([f for f in figures if isinstance(f, Fraction)], Fraction(0))
    reached = sum([in_unit(f, bare) for f in read_ones], in_unit(numbers, bare))
    # Whole parts add up to a count; parts with decimals to a total that may have been rounded.
    whole_parts = all(face is None or face.denominator == 1 for face in map(_face, figures))
    target = in_unit if whole_parts else computed_in_unit
    rules = tuple(rule for rule in TRIED if reached.overlaps(target(figure, bare, rule)))
    scale = unit_size(figure, bare)
    reached = reached if scale == 1 else reached * (1 / scale)
    recomputed: dict[str, Any] = {"sum": _as_they_stand(figures, bare, scale)}
    if not reached.bounded or reached.low != reached.high:
        recomputed["sum_range"] = [reached.low, reached.high]
    stand = recomputed["sum"]
    shown = significant_text(reached) if stand is None else plain_text(stand)
    texts = [f.text if isinstance(f, Printed) else plain_text(f) for f in figures]
    if len(texts) > 8:
        texts = [*texts[:7], "…", texts[-1]]
    right = shown if stand is None else decimal_text(stand, decimals(figure))
    words = sentence(
        f"{' + '.join(texts)} is {shown}", f"{' + '.join(texts)} = {shown}", figure.text, rules,
        (f"it should be {right}", f"应为 {right}"),
    )  # fmt: skip
    return judge("sum", rules, recomputed, words)


def _face(figure: Printed | Fraction) -> Fraction | None:
    return figure if isinstance(figure, Fraction) else figure.face


def _as_they_stand(
    figures: Sequence[Printed | Fraction], bare: Fraction, scale: Fraction
) -> int | Fraction | None:
    """The parts added up as written, in the printed total's unit."""
    added = Fraction(0)
    for figure in figures:
        face = _face(figure)
        if face is None:
            return None
        added += face * unit_size(figure, bare)
    added /= scale
    return int(added) if added.denominator == 1 else added


@kind("sample_size", between="range")
def sample_size(
    between: Sequence[int],
    printed: Sequence[str],
    counts: Sequence[int | None] | None = None,
) -> Verdict:
    """Which sample sizes in a range allow all the printed percentages.

    Parameters
    ----------
    between : the smallest and the largest size, both included (`range` in a claims file); where no
        count narrows it, at most two million sizes
    printed : percentages of one base
    counts : the count behind each percentage, None where unknown

    Returns
    -------
    Verdict
        with `sizes`, every size that allows all of them rounded half up, and where there is
        none `sizes_if_truncated`

    Examples
    --------
    >>> sample_size([30, 69], ["57.14%", "42.86%", "21.43%"]).recomputed["sizes"]
    [42, 56]
    """
    low, high = (
        whole(end, f"range[{i}]", least=1) for i, end in enumerate(sequence(between, "range", 2))
    )
    if low > high:
        raise Unreadable(f"the range runs from {low} down to {high}", "范围的起点大于终点")
    figures = printed_list(printed)
    known: list[int | None] = [None] * len(figures)
    if not missing(counts):
        given = sequence(counts, "counts", len(figures))
        known = [None if missing(c) else whole(c, f"counts[{i}]") for i, c in enumerate(given)]
    by_rule = {
        rule: _sizes(low, high, [share_values(f.text, rule) for f in figures], known)
        for rule in TRIED
    }
    rules = tuple(rule for rule in TRIED if by_rule[rule])
    recomputed = {"sizes": by_rule["half_up"]}
    if not by_rule["half_up"]:
        recomputed["sizes_if_truncated"] = by_rule["truncate"]
    sizes = by_rule[rules[0]] if rules else []
    found_en, found_zh = f"from {low} to {high}", f"{low} 至 {high} 之间"
    if sizes and low == high:
        found_en, found_zh = f"{low} allows all percentages", f"样本量 {low} 与各百分比同时相符"
    elif sizes:
        found_en += f", the sizes that allow all percentages: {listing(sizes)}"
        found_zh += f"，与各百分比同时相符的样本量：{listing_zh(sizes)}"
    else:
        found_en += ", no size allows these percentages"
        found_zh += "，没有样本量与各百分比同时相符"
    texts = listing([f.text for f in figures], 4)
    words = sentence(found_en, found_zh, texts, rules)
    return judge("sample_size", rules, recomputed, words)


def _sizes(
    low: int, high: int, shares: Sequence[Interval], counts: Sequence[int | None]
) -> list[int]:
    """Every size from `low` to `high` for which each share has its count, or some count."""
    unit = Interval.of(0, 1)
    allowed = Interval.of(low, high)
    for share, count in zip(shares, counts, strict=True):
        kept = share.intersect(unit)
        if kept.empty or (count == 0 and 0 not in kept):
            return []
        if count:
            above_zero = kept.intersect(Interval(Fraction(0), None, False, False))
            if above_zero.empty:
                return []
            allowed = allowed.intersect(Interval.point(count) / above_zero)
    if allowed.empty:
        return []
    sizes: Sequence[int] = allowed.whole()
    if len(sizes) > _WIDEST:
        raise Lacking(
            f"{len(sizes)} sizes are too many to try: narrow the range to {_WIDEST}",
            f"待试的样本量多达 {len(sizes)} 个，请把范围缩小到 {_WIDEST} 以内",
        )
    unknown = [s for s, c in zip(shares, counts, strict=True) if c is None]
    # The narrowest first: it rules out most sizes, and the others see few.
    for share in sorted(set(unknown), key=_width):
        sizes = [n for n in sizes if counts_between(share, n)]
    return list(sizes)


def _width(share: Interval) -> Fraction:
    kept = share.intersect(Interval.of(0, 1))
    return Fraction(2) if kept.low is None or kept.high is None else kept.high - kept.low
