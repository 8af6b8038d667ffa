"""Percentages: of a known count, of some count, of an unknown base; lists that make up a whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, Final

from commsvc.printed import Interval, Printed
from commsvc.published.claims.amounts import measured, one_unit, quotient
from commsvc.published.claims.fields import (
    each,
    positive,
    printed_list,
    printed_number,
    sequence,
    shown,
    whole,
)
from commsvc.published.claims.prints import (
    decimal_text,
    decimals,
    plain_text,
    share_rules,
    share_values,
    statistic_rules,
    statistic_values,
    telling_text,
)
from commsvc.published.claims.sentences import listing, sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Outcome, Unreadable, kind, missing
from commsvc.words.messages import Text, joined, message

# A list of more counts than this says nothing to a reader; its two ends do.
LONGEST: Final = 10_000
_WIDEST: Final = 2_000_000
# How far around a base that does not fit the nearest one that does is looked for.
_NEARBY: Final = 10
_FEW: Final = 3

Amount = range | Printed


def amount(value: Any, name: str) -> Amount:
    """A count, as the whole numbers it may be; money and other measured amounts as printed."""
    if not isinstance(value, str):
        found = whole(value, name)
        return range(found, found + 1)
    figure = printed_number(value, name)
    face = figure.face
    if measured(figure.unit) or (face is not None and face.denominator != 1):
        return figure
    values = figure.values
    if values and not values.bounded:
        return figure
    found_range = values.intersect(Interval.of(0, 10**15)).whole() if values else range(0)
    if not found_range:
        raise Unreadable(f"{name} {value!r} is no count")
    if len(found_range) > LONGEST:
        return figure
    return found_range


def _said(one: Amount) -> str:
    if isinstance(one, Printed):
        return one.text
    return str(one[0]) if len(one) == 1 else f"{one[0]}–{one[-1]}"


@kind("share", count=amount, of=amount, printed=printed_list)
def share(count: Amount, of: Amount, printed: Sequence[Printed]) -> Outcome:
    """Whether a part of a whole prints as the percentage.

    Parameters
    ----------
    count : the part, a whole number, or a string as printed (``"20多名"``, ``"4.51万亿元"``)
    of : the base (denominator), a whole number above zero, or a string as printed
    printed : the percentage as printed, as ``"47.6%"``; without a sign it is per cent, or, where
        it does not hold as such and is at most 1, a proportion. Of several, all must hold.

    Returns
    -------
    Verdict
        with `values` (`percent`), and `should_print` where it does not hold rounded half up; a part
        larger than its whole is inconsistent whatever is printed

    Raises
    ------
    CommsvcError : where a field holds what it cannot hold

    Examples
    --------
    >>> print(share(56, 178, "33%"))
    56 of 178 is 31.46%; 33% is printed: it should be 31%
    >>> share(42, 20, "210%").verdict
    'inconsistent'
    >>> share("20多名", 42, "52.4%").verdict, share("4.51万亿元", "5.67万亿元", "79.5%").verdict
    ('consistent', 'consistent')
    """
    if isinstance(count, Printed) or isinstance(of, Printed):
        return _share_of_amounts(_as_figure(count), _as_figure(of), printed)
    if of.stop == 1:
        raise Lacking(message("the base is 0: no share is defined"))
    texts = [figure.text for figure in printed]
    part, whole_ = _said(count), _said(of)
    if count.start >= of.stop:
        found = message("{count} of {base}, a part larger than its whole", count=part, base=whole_)
        return Outcome((), {}, sentence(found, texts, (), message("impossible")))
    found = message("{count} of {base}", count=part, base=whole_)
    if len(count) > 1 or len(of) > 1:
        rules = tuple(r for r in TRIED if all(_some_share(count, of, f, r) for f in printed))
        return Outcome(rules, {}, sentence(found, texts, rules))
    return _plain_share(count.start, of.start, printed, found)


def _plain_share(count: int, of: int, printed: Sequence[Printed], found: Text) -> Outcome:
    each_rules = [_rules_of_share(count, of, figure) for figure in printed]
    rules = tuple(r for r in TRIED if all(r in one for one in each_rules))
    places = max(decimals(figure) for figure in printed)
    percent = Fraction(100 * count, of)
    recomputed: dict[str, Any] = {"values": {"percent": percent}}
    instead: Text | str = ""
    if "half_up" not in rules:
        right = f"{decimal_text(percent, places)}%"
        recomputed["should_print"] = right
        instead = message("it should be {right}", right=right)
    if not rules and (other := _other_base(count, of, printed)):
        recomputed["nearest_base"] = other
        fits = message("of {base} it would be {count}", base=other, count=count)
        instead = joined([instead, fits]) if isinstance(instead, Text) else fits
    found = message("{found} is {percent}%", found=found, percent=telling_text(percent, places))
    said = sentence(found, [figure.text for figure in printed], rules, instead)
    return Outcome(rules, recomputed, said)


def _other_base(count: int, of: int, printed: Sequence[Printed]) -> int | None:
    """A base a few away, as where answers are missing, of which the count would print so."""
    for base in (of + sign * step for step in range(1, _FEW + 1) for sign in (-1, 1)):
        rules = [share_rules(count, base, f.text) for f in printed] if base >= count else [()]
        if base > 0 and all("half_up" in one for one in rules):
            return base
    return None


def _as_figure(one: Amount) -> Printed | Fraction:
    if isinstance(one, Printed):
        return one
    if len(one) > 1:
        return printed_number(f"{one[0]}-{one[-1]}")
    return Fraction(one[0])


def _share_of_amounts(count: Any, of: Any, printed: Sequence[Printed]) -> Outcome:
    """The share of money and of other amounts that stand for more than one number."""
    one_unit([one for one in (count, of) if isinstance(one, Printed)])
    outcomes = [quotient(count, of, _in_percent(figure)) for figure in printed]
    rules = tuple(rule for rule in TRIED if all(rule in one.rules for one in outcomes))
    worst = next((one for one in outcomes if "half_up" not in one.rules), outcomes[0])
    share_ = outcomes[0].recomputed["values"]["quotient"]
    ends = [100 * end if end is not None else None for end in share_] if isinstance(
        share_, list
    ) else 100 * share_  # fmt: skip
    return Outcome(rules, {"values": {"percent": ends}}, worst.message)


def _in_percent(figure: Printed) -> Printed:
    plain = figure.kind == "number" and not figure.unit
    return printed_number(f"{figure.text}%") if plain else figure


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


@kind("attainable", of=whole, printed=printed_number)
def attainable(of: int, printed: Printed) -> Outcome:
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
        more than 10 000) and, where nothing prints so, `nearest`: the nearest counts, and
        `nearest_base`: the nearest base of which some count prints so

    Examples
    --------
    >>> print(attainable(415, "38.4%"))
    no whole number of 415 is 38.4%: 159 is 38.3% and 160 is 38.6%; of 414 it would be 159
    >>> attainable(415, "40.9%").recomputed["counts_if_truncated"]
    [170]
    """
    if of == 0:
        raise Lacking(message("the base is 0: no share is defined"))
    found = {rule: counts_between(share_values(printed.text, rule), of) for rule in TRIED}
    if not any(found.values()) and _maybe_proportion(printed):
        found = {rule: counts_between(statistic_values(printed.text, rule), of) for rule in TRIED}
    rules = tuple(rule for rule in TRIED if found[rule])
    recomputed: dict[str, Any] = {}
    for name, rule in (("counts", "half_up"), ("counts_if_truncated", "truncate")):
        counts = found[rule]
        recomputed[name] = list(counts) if len(counts) <= LONGEST else None
        if len(counts) > LONGEST:
            recomputed[f"{name}_range"] = [counts[0], counts[-1]]
    if not rules:
        return _unattainable(of, printed, recomputed)
    counts = found[rules[0]]
    few = counts if len(counts) <= 6 else [f"{counts[0]}–{counts[-1]}"]
    said = message("of {base}, {counts} would print so", base=of, counts=listing(few))
    return Outcome(rules, recomputed, sentence(said, printed.text, rules))


def _unattainable(of: int, printed: Printed, recomputed: dict[str, Any]) -> Outcome:
    nearest, places = _nearest(printed, of), decimals(printed)
    near = [
        message("{k} is {percent}%", k=k, percent=decimal_text(Fraction(100 * k, of), places))
        for k in nearest
    ]
    said: Text = message(
        "no whole number of {base} is {text}: {near}",
        base=of,
        text=printed.text,
        near=joined(near, message(" and ")),
    )
    recomputed["nearest"] = nearest
    if other := nearest_base(of, share_values(printed.text, "half_up")):
        recomputed["nearest_base"] = other[0]
        fits = message("of {base} it would be {count}", base=other[0], count=other[1])
        said = joined([said, fits])
    return Outcome((), recomputed, said)


def _nearest(figure: Printed, base: int) -> list[int]:
    """The counts on either side of a percentage that no count reaches."""
    shares = share_values(figure.text, "half_up")
    ends = [end for end in (shares.low, shares.high) if end is not None]
    middle = sum(ends, Fraction(0)) / len(ends) * base if ends else Fraction(0)
    return sorted({min(max(k, 0), base) for k in (floor(middle), ceil(middle))})


def nearest_base(of: int, shares: Interval) -> tuple[int, int] | None:
    """The nearest base of which a count has such a share, and the count; a smaller one first.

    >>> nearest_base(415, share_values("38.4%", "half_up"))
    (414, 159)
    """
    for step in range(1, _NEARBY + 1):
        for base in (of - step, of + step):
            if base > 0 and (counts := counts_between(shares, base)):
                return base, counts[0]
    return None


@kind("sample_size", range_=each(positive, 2), printed=printed_list, counts=sequence)
def sample_size(
    range_: Sequence[int], printed: Sequence[Printed], counts: Sequence[Any] | None = None
) -> Outcome:
    """Which sample sizes in a range allow all the printed percentages.

    Parameters
    ----------
    range_ : the smallest and the largest size, both included (`range` in a claims file); where no
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
    low, high = range_
    if low > high:
        raise Unreadable(f"the range runs from {low} down to {high}")
    given = sequence([None] * len(printed) if counts is None else counts, "counts", len(printed))
    known = [None if missing(c) else whole(c, f"counts[{i}]") for i, c in enumerate(given)]
    by_rule = {
        rule: _sizes(low, high, [share_values(f.text, rule) for f in printed], known)
        for rule in TRIED
    }
    rules = tuple(rule for rule in TRIED if by_rule[rule])
    recomputed = {"sizes": by_rule["half_up"]}
    if not by_rule["half_up"]:
        recomputed["sizes_if_truncated"] = by_rule["truncate"]
    sizes = by_rule[rules[0]] if rules else []
    if not sizes:
        found = message(
            "from {low} to {high}, no size allows these percentages", low=low, high=high
        )
    elif low == high:
        found = message("{n} allows all percentages", n=low)
    else:
        found = message(
            "from {low} to {high}, the sizes that allow all percentages: {sizes}",
            low=low,
            high=high,
            sizes=listing(sizes),
        )
    texts = listing([f.text for f in printed], 4)
    return Outcome(rules, recomputed, sentence(found, [texts], rules))


def _sizes(
    low: int, high: int, shares: Sequence[Interval], counts: Sequence[int | None]
) -> list[int]:
    """Every size from `low` to `high` for which each share has its count, or some count."""
    allowed = Interval.of(low, high)
    for share_, count in zip(shares, counts, strict=True):
        kept = share_.intersect(Interval.of(0, 1))
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
        said = message("{n} sizes are too many to try: narrow the range to {most}",
                       n=len(sizes), most=_WIDEST)  # fmt: skip
        raise Lacking(said)
    unknown = [s for s, c in zip(shares, counts, strict=True) if c is None]
    # The narrowest first: it rules out most sizes, and the others see few.
    for share_ in sorted(set(unknown), key=_width):
        sizes = [n for n in sizes if counts_between(share_, n)]
    return list(sizes)


def _width(share: Interval) -> Fraction:
    kept = share.intersect(Interval.of(0, 1))
    return Fraction(2) if kept.low is None or kept.high is None else kept.high - kept.low


@kind("sums_to_100", printed=printed_list, of=positive)
def sums_to_100(printed: Sequence[Printed], of: int | None = None) -> Outcome:
    """Whether the shares of categories that exclude each other can make up the whole.

    Parameters
    ----------
    printed : the percentages, one a category, all categories
    of : the base; where it is known, whole numbers must add up to it

    Returns
    -------
    Verdict
        with `sum` (as printed, per cent), `sum_range` (what the shares may add up to) and, where
        the base is known, `tables`: how many ways of sharing it out print so

    Examples
    --------
    >>> print(sums_to_100(["33.3%", "33.3%", "33.3%"]))
    the shares add up to 99.9%, by rounding to between 99.75% and 100.05%; 33.3%, 33.3%,
    33.3% is printed: agrees
    >>> sums_to_100(["70%", "26%", "4%"], of=230).recomputed["tables"]
    4
    """
    if len(printed) > LONGEST:
        raise Lacking(message("there are too many shares to add"))
    reach = {r: sum((share_values(f.text, r) for f in printed), Interval.point(0)) for r in TRIED}
    rules = tuple(rule for rule in TRIED if 1 in reach[rule])
    recomputed: dict[str, Any] = {}
    added = "–"
    if all(f.face is not None and not f.hedge for f in printed):
        faces = [share_values(f.text, "truncate").low for f in printed]
        recomputed["sum"] = 100 * sum((face for face in faces if face is not None), Fraction(0))
        added = decimal_text(recomputed["sum"], max(decimals(f) for f in printed))
    ends = [
        None if end is None else 100 * end for end in (reach["half_up"].low, reach["half_up"].high)
    ]
    recomputed["sum_range"] = ends
    low, high = ("∞" if end is None else f"{plain_text(end)}%" for end in ends)
    found: Text = message(
        "the shares add up to {added}%, by rounding to between {low} and {high}",
        added=added,
        low=low,
        high=high,
    )
    if of is not None:
        from commsvc.published.reconstruct import one_way

        tables = {r: one_way([f.text for f in printed], of, rule=r).count for r in rules}
        rules = tuple(rule for rule in rules if tables[rule])
        recomputed["tables"] = tables.get("half_up", 0)
        ways = message("{n} ways of sharing out {base} print so", n=recomputed["tables"], base=of)
        found = joined([found, ways])
    texts = listing([figure.text for figure in printed])
    return Outcome(rules, recomputed, sentence(found, [texts], rules))


def announced(value: Any, name: str) -> tuple[Interval, str]:
    """A number of items, printed or given."""
    if isinstance(value, str):
        values = printed_number(value, name).values
        return values or Interval(None, None), value
    return Interval.point(whole(value, name)), str(value)


@kind("list", printed=announced, items=sequence)
def check_list(printed: tuple[Interval, str], items: Sequence[Any]) -> Outcome:
    """Whether as many items are listed as were announced.

    Parameters
    ----------
    printed : the number announced, as printed (``"12项"``, ``"十几个"``) or a whole number
    items : the items listed; those that stand twice are counted once

    Returns
    -------
    Verdict
        with `counts` (`listed`, `different`) and `twice`, the items repeated

    Examples
    --------
    >>> print(check_list("四项", ["meals", "bathing", "cleaning"]))
    3 items are listed; 四项 is printed: it should be 3
    """
    counted = Counter(i.strip() if isinstance(i, str) else shown(i) for i in items)
    twice = [item for item, times in counted.items() if times > 1]
    rules = TRIED if len(counted) in printed[0] else ()
    n = len(counted)
    found: Text = message("{n} item is listed", plural="{n} items are listed", n=n)
    if twice:
        found = message("{found} ({items} twice)", found=found, items=listing(twice))
    recomputed = {"counts": {"listed": len(items), "different": n}, "twice": twice}
    right = message("it should be {right}", right=n)
    return Outcome(rules, recomputed, sentence(found, printed[1], rules, right))
