"""What printed figures force on those nobody printed: overlaps, denominators, numerators."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect, measure
from commsvc.indicators.ratio import bounds, per
from commsvc.indicators.units import decimal, in_words
from commsvc.printed import RULES, Interval, Printed, read

if TYPE_CHECKING:
    from pandas import DataFrame


def frechet(counts: Mapping[str, Value], total: Value, *, unit: str = "") -> DataFrame:
    """Bounds for how many of one whole have all, any, none of several properties (Fréchet 1935).

    Parameters
    ----------
    counts : property -> how many of the whole have it; figures may be printed and hedged
    total : the whole; all counts are of it
    unit : what is counted, where no figure says it

    Returns
    -------
    DataFrame `group` (`all`, `any`, `none`; with two properties also `first only` and `second
    only` by name), `base, low, high` (counts), `share_low, share_high, unit, method, note`. The
    bounds are sharp: some whole attains each of them.

    Examples
    --------
    >>> frechet({"rented": 20, "small": 17}, 42, unit="institutions")[["group", "low", "high"]]
              group   low  high
    0           all   0.0  17.0
    1           any  20.0  37.0
    2          none   5.0  22.0
    3  rented  only   3.0  20.0
    4   small  only   0.0  17.0
    """
    import pandas as pd

    if len(counts) < 2:
        raise CommsvcError("an overlap needs at least two properties")
    whole = measure(total, unit)
    parts = {
        name: expect(value, whole.unit, role=name, kind=whole.kind)
        for name, value in counts.items()
    }
    size, ranges = whole.values, [part.values for part in parts.values()]
    for name, part in parts.items():
        if not (size - part.values).overlaps(AT_LEAST_ZERO):
            raise CommsvcError(f"{name}: {part} is more than the whole, {whole}")
    lows = [r.low or Fraction(0) for r in ranges]
    highs = [_smaller(r.high, size.high) for r in ranges]
    # all: at least Σ − (k−1)N, at most the least; any: at least the most, at most Σ.
    both = (_floor0(lows, size.high), _least(highs))
    either = (max(lows), _smaller(_total(highs), size.high))
    neither = (
        _above0(size.low, _total(highs)),
        None if size.high is None else max(Fraction(0), size.high - max(lows)),
    )
    rows = {"all": both, "any": either, "none": neither}
    if len(parts) == 2:
        first, second = parts
        rows[f"{first} only"] = _without(lows, highs, size, 0)
        rows[f"{second} only"] = _without(lows, highs, size, 1)
    table = pd.DataFrame({"group": list(rows), "base": bounds(size)[1]})
    for position, end in ((0, "low"), (1, "high")):
        ends = [_end(row[position]) for row in rows.values()]
        table[end] = ends
    # A share's least value goes with the largest whole, and the other way round.
    table["share_low"] = table["low"] / bounds(size)[1]
    table["share_high"] = (table["high"] / bounds(size)[0]).clip(upper=1.0)
    note = "counts of one whole; nothing assumed about how they overlap"
    return table.assign(unit=whole.unit, method="Fréchet bounds", note=note)


def possible_denominators(
    numerator: Value, printed: str, *, unit: str = "", rule: str = "half_up"
) -> Measure:
    """Every denominator that makes a printed share: "12.3 % — of what?".

    Parameters
    ----------
    numerator : the part, as printed; names the unit, or `unit` does
    printed : the printed share, as ``"12.3%"`` or ``"1/3"``
    rule : how the share was rounded

    Examples
    --------
    >>> whole = possible_denominators("1.48万人次", "12.3%")
    >>> print(whole)
    119433.1984 to 121224.4898 visits (what the part is 12.3% of, flow)
    """
    part = measure(numerator, unit)
    values = part.values / _share(printed, rule)
    note = f"{part} over a share printed as {printed} ({rule})"
    return Measure(values, part.unit, part.kind, f"what the part is {printed} of", None, "", note)


def possible_numerators(
    denominator: Value, printed: str, *, unit: str = "", rule: str = "half_up"
) -> Measure:
    """Every part that a printed share of a known whole can be.

    >>> print(possible_numerators("19.2万人次", "12.3%").values)
    [23458.75, 23773.75)
    """
    whole = measure(denominator, unit)
    values = whole.values * _share(printed, rule)
    note = f"{printed} ({rule}) of {whole}"
    return Measure(values, whole.unit, whole.kind, f"{printed} of the whole", None, "", note)


def denominator_readings(
    numerator: Value,
    printed: str,
    candidates: Mapping[str, Value],
    *,
    unit: str = "",
) -> DataFrame:
    """Which of several wholes the printed share can be a share of.

    Parameters
    ----------
    numerator : the part, as printed
    printed : the printed share
    candidates : reading -> the whole it means; only measures of the part's unit are compared

    Returns
    -------
    DataFrame `group` (reading), `numerator, denominator, estimate, low, high` (the share under
    that reading), `printed, possible` (some rounding rule prints so), `rules, needed_low,
    needed_high` (what the whole would have to be, half up), `unit, note`

    Examples
    --------
    >>> table = denominator_readings("1.48万人次", "12.3%", {
    ...     "all outpatient visits": "19.2万人次", "city-wide visits": "32.57万人次"})
    >>> table[["group", "estimate", "possible"]]
                       group  estimate  possible
    0  all outpatient visits  0.077083     False
    1       city-wide visits  0.045441     False
    """
    import pandas as pd

    part = measure(numerator, unit)
    if not candidates:
        raise CommsvcError("no candidate denominator was given")
    whole_needed = possible_denominators(part, printed).values
    needed = bounds(whole_needed)
    rows = []
    for name, value in candidates.items():
        whole = expect(value, part.unit, role=name, kind=part.kind)
        ratio = per(part, whole, unit="share", method="share under a reading")
        rules = [r for r in RULES if _share(printed, r).overlaps(ratio.values)]
        row = ratio.row(name) | {
            "printed": printed,
            "possible": bool(rules),
            "rules": ", ".join(rules),
            "needed_low": needed[0],
            "needed_high": needed[1],
            "note": f"the whole would have to be {in_words(whole_needed)}",
        }
        rows.append(row)
    return pd.DataFrame(rows)


def share_below(
    mean: Value, line: Value, *, highest: Value | None = None, lowest: Value = 0, unit: str = ""
) -> Interval:
    """How large a share of all units can lie below a line, when only their mean is known.

    The upper end is Markov's inequality for the distance from the highest value: a share s below
    the line L leaves a mean under sL + (1 − s)H. Without a highest value H nearly all may be below,
    since one huge unit can carry the mean.

    Parameters
    ----------
    mean : the mean, which may be hedged (``"300平米以上"``)
    line : below it; taken as exact
    highest, lowest : what no unit exceeds or falls short of; no limit above where left out
    unit : what all of them are in, where no figure says it

    Returns
    -------
    Interval
        shares from 0 to 1, over every mean allowed; sharp for a large number of units

    Raises
    ------
    CommsvcError : the line does not lie between lowest and highest, or the mean cannot

    Examples
    --------
    >>> print(share_below("300平米以上", "100平方米"))
    [0, 1)
    >>> print(share_below("300平米以上", "100平方米", highest="960平方米"))
    [0, 0.7674)
    """
    average = measure(mean, unit)

    def point(value: Value, role: str) -> Fraction:
        found = expect(value, average.unit, role=role, exact=True).values
        if found.low is None or found.low != found.high:
            raise CommsvcError(f"{role} is {in_words(found)}", allowed="one value")
        return found.low

    edge, floor = point(line, "the line"), point(lowest, "the lowest")
    top = None if highest is None else point(highest, "the highest")
    if not (floor < edge and (top is None or edge < top)):
        raise CommsvcError(
            f"the line {decimal(edge)} is not between the lowest and the highest",
            allowed=f"{decimal(floor)} < line < {'∞' if top is None else decimal(top)}",
        )
    means = average.values.intersect(Interval(floor, top))
    if means.empty or means.low is None:
        raise CommsvcError(f"a mean of {average} is not between the lowest and the highest")
    most, most_closed = Fraction(1), means.low < edge
    if top is not None and means.low >= edge:
        most = (top - means.low) / (top - edge)
        # Below the line is strictly below it, so the bound is only met where nothing is.
        most_closed = most == 0
    least, least_closed = Fraction(0), True
    if means.high is not None and means.high < edge:
        least, least_closed = (edge - means.high) / (edge - floor), means.high_closed
    return Interval(least, most, least_closed, most_closed)


def _share(printed: str | Printed, rule: str) -> Interval:
    figure = read(printed, rule=rule) if isinstance(printed, str) else printed
    if figure.values is None:
        raise CommsvcError(f"{figure.text!r} is masked: it is no share")
    values = figure.in_base_unit().intersect(Interval(Fraction(0), None, False, False))
    if values.empty or figure.base_unit:
        raise CommsvcError(f"{figure.text!r} is no share", allowed='"12.3%", "1/3", "0.123"')
    return values


def _smaller(a: Fraction | None, b: Fraction | None) -> Fraction | None:
    known = [x for x in (a, b) if x is not None]
    return min(known) if known else None


def _least(values: list[Fraction | None]) -> Fraction | None:
    known = [x for x in values if x is not None]
    return min(known) if known else None


def _total(values: list[Fraction | None]) -> Fraction | None:
    known = [x for x in values if x is not None]
    return sum(known, Fraction(0)) if len(known) == len(values) else None


def _floor0(lows: list[Fraction], whole: Fraction | None) -> Fraction:
    if whole is None:
        return Fraction(0)
    return max(Fraction(0), sum(lows, Fraction(0)) - (len(lows) - 1) * whole)


def _above0(whole: Fraction | None, total: Fraction | None) -> Fraction:
    return Fraction(0) if whole is None or total is None else max(Fraction(0), whole - total)


def _without(
    lows: list[Fraction], highs: list[Fraction | None], size: Interval, index: int
) -> tuple[Fraction, Fraction | None]:
    """Those with one of two properties and not the other."""
    other_high, other_low = highs[1 - index], lows[1 - index]
    low = Fraction(0) if other_high is None else max(Fraction(0), lows[index] - other_high)
    room = None if size.high is None else size.high - other_low
    return low, _smaller(highs[index], room)


def _end(value: Fraction | None) -> float:
    return float("inf") if value is None else float(value)
