"""Effects printed with their interval: the difference of two shares, the ratio of two rates."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from commsvc.printed import Printed
from commsvc.published.claims.estimates import (
    BY_HAND,
    HAND_Z,
    Z,
    all_print,
    estimate_text,
    printed_text,
)
from commsvc.published.claims.fields import number, printed_list, sequence, whole
from commsvc.published.claims.figures import Value, as_interval, significant_text, statistic_values
from commsvc.published.claims.sentences import names_of_tests, sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Verdict, judge, kind

Counts = Sequence[Sequence[int]]


@kind("risk_difference")
def risk_difference(groups: Counts, printed: Sequence[str]) -> Verdict:
    """Whether a difference of two percentages and its interval follow from the counts.

    Parameters
    ----------
    groups : ``[[x1, n1], [x2, n2]]``
    printed : ``[difference, low, high]`` in percentage points, or the difference alone

    Returns
    -------
    Verdict
        with `values`: second minus first in percentage points, and the 95 % Wald interval

    Examples
    --------
    >>> print(risk_difference([[10, 20], [15, 20]], ["25.0", "-4.0", "54.0"]))
    second minus first is 25 (-3.988, 53.99) points; 25.0 (-4.0, 54.0) is printed: agrees
    """
    figures = printed_list(printed, (1, 3))
    pairs = []
    for i, group in enumerate(sequence(groups, "groups", 2)):
        cells = sequence(group, f"groups[{i}]", 2)
        count, base = (whole(cell, f"groups[{i}][{j}]") for j, cell in enumerate(cells))
        if base == 0 or count > base:
            raise Lacking(f"{count} of {base} is no share", f"{base} 中的 {count} 不成占比")
        pairs.append((count, base))
    from commsvc.inference.differences import difference_interval

    (x1, n1), (x2, n2) = pairs
    # From the standard error: a published Wald interval runs past 100 points where it will.
    se = 100 * float(difference_interval(x2, n2, x1, n1, "wald").se)
    difference = 100 * (Fraction(x2, n2) - Fraction(x1, n1))
    values: list[Value] = [difference, *_ends(difference, Z * se)]
    rules = all_print(values, figures)
    note = ("", "")
    if not rules:
        rules = all_print([difference, *_ends(difference, HAND_Z * se)], figures)
        note = BY_HAND if rules else note
    shown = estimate_text(values)
    words = sentence(
        f"second minus first is {shown} points{note[0]}",
        f"第二组减第一组为 {shown} 个百分点{note[1]}",
        printed_text(figures),
        rules,
    )
    return judge("risk_difference", rules, {"values": values}, words)


def _ends(middle: Fraction, half: float) -> tuple[float, float]:
    return float(middle) - half, float(middle) + half


@kind("rate_ratio")
def rate_ratio(
    events: Sequence[int], exposure: Sequence[int | float], printed: Sequence[str]
) -> Verdict:
    """Whether a ratio of two rates, its interval and its P follow from events and exposure.

    Parameters
    ----------
    events : ``[x1, x0]``, whole counts, x0 above zero
    exposure : ``[T1, T0]``, above zero, in one unit (person-years, bed days)
    printed : ``[ratio]``, ``[ratio, low, high]`` or ``[ratio, low, high, P]``

    Returns
    -------
    Verdict
        with `values`: `irr`; `exact_ci` (from Clopper–Pearson's interval of x1 among all events)
        and `wald_ci` on the log scale; `midp_one_sided` on the side of the ratio, and
        `p_two_sided_exact`. `tests` names which interval and which P print so.

    Examples
    --------
    >>> rate_ratio([82, 70], [5300, 4828], ["1.07", "0.77", "1.49", "0.346"]).tests
    ('exact_ci', 'midp_one_sided')
    """
    figures = printed_list(printed, (1, 3, 4))
    x1, x0 = (whole(x, f"events[{i}]") for i, x in enumerate(sequence(events, "events", 2)))
    times = [number(t, f"exposure[{i}]") for i, t in enumerate(sequence(exposure, "exposure", 2))]
    if any(time <= 0 for time in times) or x0 == 0:
        raise Lacking(
            "a rate of 0 in the second group, or no exposure: the ratio is not defined",
            "第二组事件数为 0，或暴露量不大于 0：率比无定义",
        )
    from commsvc.inference.rates import rate_ratio as compare

    t1, t0 = (float(time) for time in times)
    irr = Fraction(x1, x0) * times[1] / times[0]
    exact = compare([x1, x0], [t1, t0])
    side = "greater" if irr >= 1 else "less"
    values: dict[str, Any] = {
        "irr": irr,
        "exact_ci": [exact.effect_low, exact.effect_high],
        "wald_ci": None,
        "midp_one_sided": compare([x1, x0], [t1, t0], "mid-p", side).p,
        "p_two_sided_exact": exact.p,
    }
    if x1:
        wald = compare([x1, x0], [t1, t0], "wald")
        values["wald_ci"] = [wald.effect_low, wald.effect_high]
    held: dict[str, tuple[str, ...]] = {}
    for rule in TRIED:
        names = _rate_matches(values, figures, rule)
        if names is not None:
            held[rule] = names
    rules = tuple(held)
    tests = held[rules[0]] if rules else ()
    shown = f"{significant_text(irr)} ({_pair(values['exact_ci'])}"
    shown += f"; Wald {_pair(values['wald_ci'])})" if x1 else ")"
    ps = [significant_text(values[name]) for name in ("midp_one_sided", "p_two_sided_exact")]
    words = sentence(
        f"the rate ratio is {shown}, one-sided mid-P {ps[0]}, two-sided exact P {ps[1]}",
        f"率比为 {shown}，单侧 mid-P {ps[0]}，双侧精确 P {ps[1]}",
        printed_text(figures),
        rules,
    )
    if tests:
        names_en, names_zh = names_of_tests(tests)
        words = f"{words[0]}, by {names_en}", f"{words[1]}，依据：{names_zh}"
    return judge("rate_ratio", rules, {"values": values}, words, tests)


def _rate_matches(
    values: dict[str, Any], figures: Sequence[Printed], rule: str
) -> tuple[str, ...] | None:
    """The interval and the P that print so under a rule; None where something does not."""

    def prints(value: Value, figure: Printed) -> bool:
        return as_interval(value).overlaps(statistic_values(figure.text, rule))

    if not prints(values["irr"], figures[0]):
        return None
    names: list[str] = []
    if len(figures) > 1:
        intervals = [
            name
            for name in ("exact_ci", "wald_ci")
            if values[name]
            and all(isfinite(end) for end in values[name])
            and all(prints(v, f) for v, f in zip(values[name], figures[1:3], strict=True))
        ]
        if not intervals:
            return None
        names += intervals
    if len(figures) > 3:
        ps = [n for n in ("midp_one_sided", "p_two_sided_exact") if prints(values[n], figures[3])]
        if not ps:
            return None
        names += ps
    return tuple(names)


def _pair(ends: Sequence[float]) -> str:
    return ", ".join(significant_text(float(end)) for end in ends)
