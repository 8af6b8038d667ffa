"""What printed figures say of each other: sums, quotients, products, growth, mentions of one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, Final

from commsvc.printed import Interval, Printed, before_rounding
from commsvc.printed.unit_table import CONVERSIONS, MEASURED
from commsvc.published.claims.fields import (
    each,
    number,
    positive,
    printed_list,
    printed_number,
    sequence,
)
from commsvc.published.claims.prints import (
    as_rounded,
    decimal_text,
    decimals,
    plain_text,
    share_values,
    significant_text,
    telling_text,
    under_rule,
)
from commsvc.published.claims.sentences import listing, sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Outcome, kind
from commsvc.words.messages import Text, joined, message

Figure = Printed | Fraction
Steps = list[Interval]
_ONE: Final = Fraction(1)
# More combinations of whole numbers than this are judged as continuous ranges: then the steps
# between them are finer than any printed figure.
_COMBINATIONS: Final = 20_000


def figure(value: Any, name: str) -> Figure:
    """A string read as printed, a number taken as it is."""
    return printed_number(value, name) if isinstance(value, str) else number(value, name)


# Units


@cache
def factor(unit: str) -> tuple[str, Fraction]:
    """The base unit of a printed unit and how many of it one is; a counted thing is its own."""
    if unit.startswith(("%", "percent", "per cent")):
        return "share", Fraction(1, 100)
    base, times = CONVERSIONS.get(unit, (unit, Fraction(1)))
    return (base or "share") if unit else "", times


def measured(unit: str) -> bool:
    """Whether the unit is of something measured (or a share), not of things counted."""
    return unit in MEASURED or factor(unit)[0] == "share"


def one_unit(figures: Iterable[Printed]) -> str:
    """The unit that all figures can be brought to; a bare number takes the others' unit.

    >>> from commsvc.printed import read
    >>> one_unit([read(text) for text in ("3亩", "2000平方米", "5")])
    '平方米'
    """
    bases = {factor(each.unit)[0]: each for each in figures if each.unit}
    kept = {base for base, each in bases.items() if measured(each.unit)}
    if len(kept) > 1 or (kept and len(bases) > 1):
        names = "/".join(each.unit for each in bases.values())
        raise Lacking(message("the units {names} cannot be compared", names=names))
    # 名 and 人 count the same heads: among counted things the words are not compared.
    return next(iter(bases), "")


def unit_size(figure: Figure, bare: Fraction) -> Fraction:
    """How many base units one of the figure's units is; `bare` for a number without one."""
    if isinstance(figure, Fraction):
        return bare
    if figure.unit:
        return factor(figure.unit)[1]
    # 一半 and 1:2 are numbers whatever the others count in.
    return _ONE if figure.kind in ("fraction", "ratio") else bare


def in_unit(figure: Figure, bare: Fraction, rule: str = "half_up") -> Interval:
    """The values of a figure in base units; `bare` is what one of a number without unit is."""
    if isinstance(figure, Fraction):
        return Interval.point(figure * bare)
    return _scaled(figure, under_rule(figure, rule), bare)


def computed_in_unit(figure: Printed, bare: Fraction, rule: str = "half_up") -> Interval:
    """The same of a figure that was computed, which is rounded also where it has no decimals."""
    return _scaled(figure, as_rounded(figure, rule), bare)


def _scaled(figure: Printed, values: Interval | None, bare: Fraction) -> Interval:
    times = unit_size(figure, bare)
    if values is None:
        raise Lacking(message("{name} is masked: {text}", name=figure.text, text=figure.text))
    return values if times == 1 else values * times


def heads(figure: Figure) -> bool:
    """Whether a figure counts things, so that only whole numbers of them are possible."""
    if isinstance(figure, Fraction) or not figure.unit or measured(figure.unit):
        return False
    return "/" not in figure.unit and figure.kind in ("number", "indefinite", "range")


def possible(figures: Sequence[Figure], divisor: int | None = None) -> list[Steps]:
    """The values of several figures that are combined, in base units.

    One by one where a figure counts things and the combinations stay few, the figure with the
    fewest first: those that stay ranges are then the ones whose steps are finest. The figure at
    `divisor` was divided by, so it is not 0, and at least 1 where it counts things.
    """
    sets = [in_unit(each, _ONE) for each in figures]
    for at in range(len(sets)):
        least = Interval(Fraction(int(heads(figures[at]))), None, heads(figures[at]), False)
        if at == divisor and sets[at].low == 0 != sets[at].high:
            sets[at] = sets[at].intersect(least)
    found: list[Steps] = [[values] for values in sets]
    counted = [i for i, f in enumerate(figures) if heads(f) and sets[i].bounded]
    so_far = 1
    for i in sorted(counted, key=lambda i: len(sets[i].whole())):
        counts = sets[i].whole()
        if 0 < len(counts) * so_far <= _COMBINATIONS:
            found[i] = [Interval.point(count) for count in counts]
            so_far *= len(counts)
    return found


def _text(figure: Figure) -> str:
    return figure.text if isinstance(figure, Printed) else plain_text(figure)


def _unit_of(figure: Figure) -> tuple[str, Fraction]:
    return factor(figure.unit) if isinstance(figure, Printed) else ("", _ONE)


# Quotients and products


@kind("ratio", numerator=figure, denominator=figure, printed=printed_number, denominators=sequence)
def ratio(
    numerator: Figure,
    denominator: Figure | None = None,
    printed: Printed | None = None,
    denominators: Sequence[Any] | None = None,
) -> Outcome:
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
    if printed is None:
        raise Lacking(message("{name} is missing: nothing to check", name="printed"))
    if denominators is None:
        if denominator is None:
            raise Lacking(message("{name} is missing", name="denominator"))
        return quotient(numerator, denominator, printed)
    if not denominators:
        raise Lacking(message("there are no {name}", name="denominators"))
    judged = []
    for i, one in enumerate(denominators):
        try:
            under = figure(one, f"denominators[{i}]")
            judged.append(quotient(numerator, under, printed).of("ratio"))
        except Lacking as lack:
            judged.append(Outcome((), {}, lack.text, verdict="undecidable").of("ratio"))
    order = ("consistent", "only_under_rule", "undecidable", "inconsistent")
    best = min(judged, key=lambda verdict: order.index(verdict.verdict))
    listed = [
        {"denominator": one if isinstance(one, str) else float(one)} | verdict.as_dict()
        for one, verdict in zip(denominators, judged, strict=True)
    ]
    fits = [one for one, verdict in zip(denominators, judged, strict=True) if verdict.rules]
    said = message(
        "of {n} denominators, these print so: {fits}; {best}",
        n=len(judged),
        fits=listing(fits) if fits else message("none"),
        best=best.message,
    )
    return Outcome(best.rules, {**best.recomputed, "each": listed}, said, verdict=best.verdict)


def quotient(over: Figure, under: Figure, printed: Printed) -> Outcome:
    """Whether one figure over another prints so."""
    tops, bottoms = possible([over, under], divisor=1)
    if any(bottom.empty or 0 in bottom for bottom in bottoms):
        raise Lacking(message("the denominator may be 0: no quotient"))
    (unit, times), (other, by) = _unit_of(over), _unit_of(under)
    # A bare figure is in the units of what was divided (yuan a head), unless these cancel.
    bare = _ONE if unit == other else (times / by if "share" not in (unit, other) else _ONE)
    quotients = [_divided(top, bottom) for top in tops for bottom in bottoms]
    rules = tuple(rule for rule in TRIED if _prints(quotients, printed, bare, rule))
    if not rules and all(0 not in q for q in quotients):
        turned = [_divided(Interval.point(1), q) for q in quotients]
        if _prints(turned, printed, 1 / bare, "half_up"):
            rules = ("inverted",)
        elif _prints(turned, printed, 1 / bare, "truncate"):
            rules = ("inverted:truncate",)
    value = _spanned(quotients)
    found = message(
        "{top} / {bottom} is {value}",
        top=_text(over),
        bottom=_text(under),
        value=_shown(value, printed, bare),
    )
    said = sentence(found, printed.text, rules, _side(value, printed, bare))
    return Outcome(rules, {"values": {"quotient": _ends(value)}}, said)


@kind("product", factors=each(figure), printed=printed_number)
def product(factors: Sequence[Figure], printed: Printed) -> Outcome:
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
    reached, bare = [Interval.point(1)], _ONE
    for one, steps in zip(factors, possible(factors), strict=True):
        base, times = _unit_of(one)
        bare *= _ONE if base == "share" else times
        reached = list(dict.fromkeys(r * s for r in reached for s in steps))
    rules = tuple(rule for rule in TRIED if _prints(reached, printed, bare, rule))
    spanned = _spanned(reached)
    found = message(
        "{formula} is {value}",
        formula=" × ".join(_text(one) for one in factors),
        value=_shown(spanned, printed, bare),
    )
    said = sentence(found, printed.text, rules, _side(spanned, printed, bare))
    return Outcome(rules, {"values": {"product": _ends(spanned)}}, said)


def _divided(top: Interval, bottom: Interval) -> Interval:
    """A quotient of two sets; of two numbers without the detour over their ends."""
    if top.low is not None and top.low == top.high and bottom.low and bottom.low == bottom.high:
        return Interval.point(top.low / bottom.low)
    return top / bottom


def _prints(values: Sequence[Interval], printed: Printed, bare: Fraction, rule: str) -> bool:
    """Whether one of the sets of values holds a number that prints so."""
    if printed.kind != "ratio" or printed.hedge:
        target = computed_in_unit(printed, bare, rule)
        return any(
            one.low in target
            if one.low is not None and one.low == one.high
            else one.overlaps(target)
            for one in values
        )
    # "1:2" is a quotient one side of which was rounded to the other.
    sides = re.split("[:：∶比]", printed.text)
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


def _shown(values: Interval, printed: Printed, bare: Fraction) -> str:
    """A quotient or product in the printed unit, with a digit more than printed."""
    scale = factor(printed.unit)[1] if printed.unit else bare
    sign = "%" if factor(printed.unit)[0] == "share" and scale == Fraction(1, 100) else ""
    scaled = values if scale == 1 else values * (1 / scale)
    if scaled.low is not None and scaled.low == scaled.high:
        if scaled.low.denominator == 1:
            return f"{scaled.low}{sign}"
        return f"{telling_text(scaled.low, decimals(printed))}{sign}"
    return significant_text(scaled) + sign


def _side(values: Interval, printed: Printed, bare: Fraction) -> Text | str:
    """Where recomputed values lie that do not print so."""
    if printed.kind == "ratio":
        return ""
    target = computed_in_unit(printed, bare)
    if values.high is not None and target.low is not None and values.high <= target.low:
        return message("that is too large")
    if values.low is not None and target.high is not None and values.low >= target.high:
        return message("that is too small")
    return ""


@kind("growth", to=figure, printed=printed_number, from_=figure, by=figure, years=positive)
def growth(
    to: Figure,
    printed: Printed,
    from_: Figure | None = None,
    by: Figure | None = None,
    years: int = 1,
) -> Outcome:
    """Whether a growth rate follows from two amounts: to/from − 1, a year where it took several.

    Parameters
    ----------
    to : the amount after, a number or a string as printed
    printed : the growth as printed, in per cent (a decrease may be printed with or without minus)
    from_ : the amount before (`from` in a claims file); or
    by : how much it grew by
    years : of several, the compound annual rate (to/from)^(1/years) − 1 is meant

    Returns
    -------
    Verdict
        with `values` (`growth`: per cent, its lowest and highest value)

    Examples
    --------
    >>> print(growth("14.46万家", "226%", "4.43万家"))
    from 4.43万家 to 14.46万家 is a growth of 225.9 … 226.9%; 226% is printed: agrees
    """
    other = by if from_ is None else from_
    if other is None:
        raise Lacking(message("{name} is missing", name="from"))
    one_unit([one for one in (other, to) if isinstance(one, Printed)])
    step, after = in_unit(other, _ONE), in_unit(to, _ONE)
    before = step if from_ is not None else after - step
    if before.low is None or before.low <= 0 or not before.bounded or not after.bounded:
        raise Lacking(message("{name} is not given closely", name="from"))
    # What it grew by and what it grew to are rounded apart: their quotient is that of the step.
    rates = after / before - 1 if from_ is not None else step / before
    times = [float((end or 0) + 1) ** (1 / years) - 1 for end in _two_ends(rates)]
    rate = Interval(Fraction(times[0]), Fraction(times[1]))
    # A decrease of 5 % is printed as 下降5%, without its sign.
    either = [rate, -rate] if times[1] < 0 else [rate]
    rules = tuple(
        r for r in TRIED if any(one.overlaps(share_values(printed.text, r)) for one in either)
    )
    found = message(
        "from {before} to {after} is a growth of {rate}%",
        before=_text(other) if from_ is not None else f"{_text(to)} − {_text(other)}",
        after=_text(to),
        rate=significant_text(rate * 100),
    )
    if years > 1:
        found = message("{found} a year over {n} years", found=found, n=years)
    values = {"growth": [100 * end for end in times]}
    return Outcome(rules, {"values": values}, sentence(found, printed.text, rules))


def _two_ends(values: Interval) -> tuple[Fraction | None, Fraction | None]:
    return values.low, values.high


# Sums


@kind("sum", parts=each(figure), printed=printed_number)
def total(parts: Sequence[Figure], printed: Printed) -> Outcome:
    """Whether the parts add up to the printed total.

    Parameters
    ----------
    parts : whole numbers, or strings as printed, which may have units
    printed : the total as printed

    Returns
    -------
    Verdict
        with `sum`, the parts as they stand added up in the printed unit, and `sum_range` where
        rounding or a hedge leaves more than one value

    Examples
    --------
    >>> print(total([69, 73, 440], "583"))
    69 + 73 + 440 is 582; 583 is printed: it should be 582
    >>> total(["33.3%", "33.3%", "33.3%"], "100%").verdict
    'consistent'
    """
    read_ones = [f for f in parts if isinstance(f, Printed)]
    one_unit([printed, *read_ones])
    # A bare number is in the unit of those that have one.
    bare = factor(next((f.unit for f in (printed, *read_ones) if f.unit), ""))[1]
    reached = sum((in_unit(f, bare) for f in parts), Interval.point(0))
    # Whole parts add up to a count; parts with decimals to a total that may have been rounded.
    whole_parts = all(face is None or face.denominator == 1 for face in map(_face, parts))
    target = in_unit if whole_parts else computed_in_unit
    rules = tuple(rule for rule in TRIED if reached.overlaps(target(printed, bare, rule)))
    scale = unit_size(printed, bare)
    reached = reached * (1 / scale)
    stand = _as_they_stand(parts, bare, scale)
    recomputed: dict[str, Any] = {"sum": stand}
    if not reached.bounded or reached.low != reached.high:
        recomputed["sum_range"] = [reached.low, reached.high]
    texts = [_text(f) for f in parts]
    if len(texts) > 8:
        texts = [*texts[:7], "…", texts[-1]]
    shown = significant_text(reached) if stand is None else plain_text(stand)
    right = shown if stand is None else decimal_text(stand, decimals(printed))
    found = message("{formula} is {value}", formula=" + ".join(texts), value=shown)
    instead = message("it should be {right}", right=right)
    return Outcome(rules, recomputed, sentence(found, printed.text, rules, instead))


def _face(figure: Figure) -> Fraction | None:
    return figure if isinstance(figure, Fraction) else figure.face


def _as_they_stand(
    parts: Sequence[Figure], bare: Fraction, scale: Fraction
) -> int | Fraction | None:
    """The parts added up as written, in the printed total's unit."""
    faces = [_face(one) for one in parts]
    if any(face is None for face in faces):
        return None
    sizes = [unit_size(one, bare) for one in parts]
    added = sum((face or 0) * size for face, size in zip(faces, sizes, strict=True)) / scale
    return int(added) if added.denominator == 1 else added


# Mentions


@kind("same", printed=printed_list)
def same(printed: Sequence[Printed]) -> Outcome:
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
    if len(printed) < 2:
        raise Lacking(message("one mention alone cannot differ"))
    one_unit(printed)
    unit = next((each.unit for each in printed if each.unit), "")
    scale = factor(unit)[1]
    shared = _common_under(printed, scale, scale)
    if not any(shared.values()) and scale < 1:
        shared = _common_under(printed, _ONE, scale)  # 0.45 beside 45% is a proportion
    rules = tuple(rule for rule in TRIED if shared[rule] is not None)
    if not rules:
        return _cannot_be_one(printed, scale)
    common = shared[rules[0]] or Interval(None, None)
    found = message("one number can stand behind all ({values})", values=_behind(common, unit))
    said = sentence(found, [each.text for each in printed], rules)
    return Outcome(rules, {"values": {"lowest": common.low, "highest": common.high}}, said)


def _common_under(
    printed: Sequence[Printed], bare: Fraction, scale: Fraction
) -> dict[str, Interval | None]:
    """The numbers in all the mentions under each rule; of things counted, a whole one must be."""
    counted = any(heads(each) for each in printed)
    found: dict[str, Interval | None] = {}
    for rule in TRIED:
        common = Interval(None, None, False, False)
        for one in printed:
            common = common.intersect(in_unit(one, bare, rule) * (1 / scale))
        none = common.empty or (counted and common.bounded and not common.whole())
        found[rule] = None if none else common
    return found


def _cannot_be_one(printed: Sequence[Printed], scale: Fraction) -> Outcome:
    upper, lower, apart = _farthest([in_unit(f, scale) * (1 / scale) for f in printed])
    first, second = (printed[i].text for i in sorted((upper, lower)))
    gap = message("they differ by {gap}", gap=plain_text(apart)) if apart else None
    said = message(
        "{first} and {second} cannot be one number: {gap}",
        first=first,
        second=second,
        gap=gap or message("no number lies in both"),
    )
    return Outcome((), {"apart": apart}, said)


def _behind(common: Interval, unit: str) -> Text:
    """The numbers that all mentions allow, in words.

    >>> print(_behind(Interval.of(20, 30, low_closed=False, high_closed=False), "个"))
    more than 20, less than 30 个
    """
    if common.low is not None and common.low == common.high:
        return message("{words}", words=f"{plain_text(common.low)} {unit}".strip())
    ends: list[Text] = []
    if common.low is not None:
        low = plain_text(common.low)
        ends += [
            message("at least {n}", n=low) if common.low_closed else message("more than {n}", n=low)
        ]
    if common.high is not None:
        high = plain_text(common.high)
        ends += [
            message("at most {n}", n=high)
            if common.high_closed
            else message("less than {n}", n=high)
        ]
    said = message("{ends}", ends=ends) if ends else message("any")
    return joined([said, unit], " ")


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
