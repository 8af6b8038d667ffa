"""What printed figures force on those nobody printed: overlaps, denominators, numerators."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import bounds, in_words
from commsvc.indicators.measure import AT_LEAST_ZERO, Measure, Value, expect, measure
from commsvc.indicators.ratio import per
from commsvc.printed import RULES, Interval, read
from commsvc.words.messages import message

if TYPE_CHECKING:
    from pandas import DataFrame


def frechet(counts: Mapping[str, Value], total: Value, *, unit: str = "") -> DataFrame:
    """Bounds for how many of one whole have all, any, none of several properties (Fréchet 1935).

    Parameters
    ----------
    counts : property -> how many of the whole have it; figures may be printed and hedged
    total : the whole, with two ends; all counts are of it
    unit : what is counted, where no figure says it

    Returns
    -------
    DataFrame `group` (`all`, `any`, `none`), `base, low, high` (counts), `share_low, share_high,
    unit, method, note`. The bounds are sharp: some whole attains each of them.

    Examples
    --------
    >>> frechet({"rented": 20, "small": 17}, 42, unit="institutions")[["group", "low", "high"]]
      group   low  high
    0   all   0.0  17.0
    1   any  20.0  37.0
    2  none   5.0  22.0
    """
    import pandas as pd

    if len(counts) < 2:
        raise CommsvcError("an overlap needs at least two properties")
    whole = measure(total, unit)
    if whole.values.high is None:
        raise CommsvcError(f"the whole, {whole}, has no upper end", next_step="say a range")
    parts = {
        name: expect(value, whole.unit, role=name, kind=whole.kind)
        for name, value in counts.items()
    }
    for name, part in parts.items():
        if not (whole.values - part.values).overlaps(AT_LEAST_ZERO):
            raise CommsvcError(f"{name}: {part} is more than the whole, {whole}")
    least, most = bounds(whole.values)
    lows = [part.low for part in parts.values()]
    highs = [min(part.high, most) for part in parts.values()]
    # All: at least Σ − (k−1)N, at most the fewest; any: at least the most, at most Σ.
    ends = {
        "all": (max(0.0, sum(lows) - (len(lows) - 1) * most), min(highs)),
        "any": (max(lows), min(sum(highs), most)),
        "none": (max(0.0, least - sum(highs)), max(0.0, most - max(lows))),
    }
    table = pd.DataFrame(ends, index=["low", "high"]).T.rename_axis("group").reset_index()
    table.insert(1, "base", most)
    # A share's least value goes with the largest whole, and the other way round.
    table["share_low"], table["share_high"] = (
        table["low"] / most,
        (table["high"] / least).clip(upper=1.0),
    )
    note = message("counts of one whole; nothing assumed about how they overlap")
    return table.assign(unit=whole.unit, method=message("Fréchet bounds"), note=note)


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
    note = message(
        "{part} over a share printed as {share} ({rule})", part=str(part), share=printed, rule=rule
    )
    of = f"what the part is {printed} of"
    return Measure(part.values / _share(printed, rule), part.unit, part.kind, of, None, "", note)


def possible_numerators(
    denominator: Value, printed: str, *, unit: str = "", rule: str = "half_up"
) -> Measure:
    """Every part that a printed share of a known whole can be.

    >>> print(possible_numerators("19.2万人次", "12.3%").values)
    [23458.75, 23773.75)
    """
    whole = measure(denominator, unit)
    note = message("{share} ({rule}) of {whole}", share=printed, rule=rule, whole=str(whole))
    of = f"{printed} of the whole"
    return Measure(whole.values * _share(printed, rule), whole.unit, whole.kind, of, None, "", note)


def denominator_readings(
    numerator: Value, printed: str, candidates: Mapping[str, Value], *, unit: str = ""
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
    needed = possible_denominators(part, printed).values
    note = message("the whole would have to be {needed}", needed=in_words(needed))
    rows: list[dict[str, Any]] = []
    for name, value in candidates.items():
        whole = expect(value, part.unit, role=name, kind=part.kind)
        ratio = per(part, whole, unit="share", method=message("share under a reading"))
        rules = [rule for rule in RULES if _share(printed, rule).overlaps(ratio.values)]
        rows.append(ratio.row(name) | {"possible": bool(rules), "rules": ", ".join(rules)})
    low, high = bounds(needed)
    return pd.DataFrame(rows).assign(printed=printed, needed_low=low, needed_high=high, note=note)


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
    given = {"the line": line, "the lowest": lowest, "the highest": highest}
    points: dict[str, Fraction | None] = {}
    for role, value in given.items():
        if value is None:
            continue
        one = expect(value, average.unit, role=role, exact=True).values
        if one.low is None or one.low != one.high:
            raise CommsvcError(f"{role} is {in_words(one)}", allowed="one value")
        points[role] = one.low
    edge, floor, top = (points.get(role) for role in given)
    if edge is None or floor is None or not floor < edge or (top is not None and edge >= top):
        raise CommsvcError(
            f"the line {line} is not between the lowest and the highest",
            allowed=f"{lowest} < line < {'∞' if highest is None else highest}",
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


def _share(printed: str, rule: str) -> Interval:
    figure = read(printed, rule=rule)
    if figure.values is None:
        raise CommsvcError(f"{figure.text!r} is masked: it is no share")
    values = figure.in_base_unit().intersect(Interval(Fraction(0), None, False, False))
    if values.empty or figure.base_unit:
        raise CommsvcError(f"{figure.text!r} is no share", allowed='"12.3%", "1/3", "0.123"')
    return values
