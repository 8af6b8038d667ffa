"""A printed P against its statistic, and t-tests from printed means."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from math import sqrt
from typing import Any, Final

from commsvc.printed import Interval
from commsvc.published.claims.contingency import found
from commsvc.published.claims.fields import (
    missing,
    number,
    printed_number,
    quantity,
    sequence,
    shown,
    whole,
)
from commsvc.published.claims.figures import (
    Value,
    as_interval,
    name_tests,
    significant_text,
    statistic_rules,
)
from commsvc.published.claims.sentences import sentence, tests_sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Unreadable, Verdict, judge, kind

_DISTRIBUTIONS: Final = {"chi2": "chi2", "t": "t", "f": "F"}


@kind("p_from_statistic")
def p_from_statistic(
    distribution: str, statistic: float | str, df: float | Sequence[float], printed: str
) -> Verdict:
    """Whether a printed P belongs to the printed statistic.

    Parameters
    ----------
    distribution : ``"chi2"``, ``"t"`` or ``"F"``
    statistic : a number, taken as it is, or a string as printed, which may be whatever rounds to it
    df : degrees of freedom; for F a pair
    printed : the P as printed, or an inequality

    Returns
    -------
    Verdict
        with `p`: two-sided for t, the upper tail for chi-square and F (of a printed string: of the
        statistic as it stands, with `p_range` for all it may be)

    Examples
    --------
    >>> print(p_from_statistic("F", 8.149, [1, 421], "0.005"))
    F 8.149 with 1 and 421 df has P 0.004521; 0.005 is printed: agrees
    """
    if not isinstance(distribution, str) or distribution.lower() not in _DISTRIBUTIONS:
        if missing(distribution):
            raise Lacking("the distribution is missing", "缺少分布（distribution）")
        raise Unreadable(
            f"no distribution {shown(distribution)}",
            f"没有名为 {shown(distribution)} 的分布",
            allowed="chi2, t, F",
        )
    name = _DISTRIBUTIONS[distribution.lower()]
    figure = printed_number(printed)
    values = quantity(statistic, "statistic")
    if values.low is None or values.high is None:
        raise Lacking("the statistic is not given closely", "统计量未给出确定的数值")
    if name != "t" and values.high < 0:
        raise Unreadable(f"{name} is {statistic}, below 0", f"{name} 统计量小于 0")
    degrees = [number(df, "df")] if name != "F" else _pair(df)
    if any(d <= 0 for d in degrees):
        raise Unreadable("df must be above 0", "df 必须大于 0")
    tail = [float(d) for d in degrees]
    sizes = [float(abs(values.low)), float(abs(values.high))]
    largest = max(sizes)
    least = 0.0 if values.low <= 0 <= values.high else min(sizes)
    low, high = _upper_tail(name, largest, tail), _upper_tail(name, least, tail)
    at = float(values.low + values.high) / 2
    p = low if low == high else _upper_tail(name, abs(at), tail)
    spread = Interval(as_interval(low).low, as_interval(high).high)
    rules = statistic_rules(spread, figure.text)
    recomputed: dict[str, Any] = {"p": p}
    if low != high:
        recomputed["p_range"] = [low, high]
    stands = " and ".join(significant_text(d) for d in degrees)
    shown_p = significant_text(p if low == high else spread)
    what = {"chi2": "chi-square", "t": "t", "F": "F"}[name]
    words = sentence(
        f"{what} {statistic} with {stands} df has P {shown_p}",
        f"{what} {statistic}（自由度 {stands.replace(' and ', ', ')}）的 P 为 {shown_p}",
        figure.text,
        rules,
    )
    return judge("p_from_statistic", rules, recomputed, words)


def _pair(df: Any) -> list[Fraction]:
    return [number(d, f"df[{i}]") for i, d in enumerate(sequence(df, "df", 2))]


def _upper_tail(name: str, statistic: float, df: Sequence[float]) -> float:
    from scipy import special

    if name == "t":
        return 2 * float(special.stdtr(df[0], -statistic))
    if name == "F":
        return float(special.fdtrc(df[0], df[1], statistic))
    return float(special.chdtrc(df[0], statistic))


@kind("t_test")
def t_test(groups: Sequence[Sequence[float | str]], statistic: str, printed: str) -> Verdict:
    """Which t-test of two printed means prints so.

    Parameters
    ----------
    groups : ``[[mean, SD, n], [mean, SD, n]]``; a number is taken as it is, a string may be
        whatever rounds to it
    statistic : ``"t"`` or ``"p"``: which is printed
    printed : t (its sign is that of the order of the groups, which is not held against it) or P

    Returns
    -------
    Verdict
        with `values`: `pooled_t`, `pooled_p` (Student), `welch_t`, `welch_p` of the figures as they
        stand, first minus second. With printed strings, t and P range over the corners of what
        the figures may be.

    Examples
    --------
    >>> t_test([[61.85, 9.55, 2797], [62.35, 9.56, 4747]], "p", "0.029").verdict
    'inconsistent'
    >>> t_test([["61.85", "9.55", 2797], ["62.35", "9.56", 4747]], "p", "0.029").tests
    ('pooled_p', 'welch_p')
    """
    if statistic not in ("t", "p"):
        if missing(statistic):
            raise Lacking("it is not said whether t or P is printed", "未说明所载的是 t 还是 P")
        raise Unreadable(
            f"statistic is {shown(statistic)}", "statistic 只能为 t 或 p", allowed="t, p"
        )
    figure = printed_number(printed)
    read = []
    for i, group in enumerate(sequence(groups, "groups", 2)):
        mean, sd, n = sequence(group, f"groups[{i}]", 3)
        size = whole(n, f"groups[{i}][2]")
        if size < 2:
            raise Lacking(
                f"group {i + 1} has {size} answers: no t-test", f"第 {i + 1} 组人数不足 2"
            )
        read.append((_ends(mean, f"groups[{i}][0]"), _ends(sd, f"groups[{i}][1]"), size))
    (means1, sds1, n1), (means2, sds2, n2) = read
    if min(sds1[0], sds2[0]) < 0 and max(sds1[1], sds2[1]) <= 0:
        raise Unreadable("an SD is below 0", "标准差小于 0")
    corners = [
        _t_tests(m1 - m2, max(s1, 0.0), n1, max(s2, 0.0), n2)
        for m1, m2, s1, s2 in product(set(means1), set(means2), set(sds1), set(sds2))
        if max(s1, s2) > 0
    ]
    if not corners:
        raise Lacking("both SDs are 0: t is not defined", "两组标准差均为 0：t 无定义")
    middle = _t_tests(sum(means1) / 2 - sum(means2) / 2, sum(sds1) / 2, n1, sum(sds2) / 2, n2)
    # Where the means may be equal, P may be 1, which no corner shows.
    equal = means1[0] - means2[1] <= 0 <= means1[1] - means2[0]
    largest = Fraction(1) if equal and statistic == "p" else None
    held: dict[str, Value] = {}
    for name in (f"pooled_{statistic}", f"welch_{statistic}"):
        at = [corner[name] for corner in corners]
        ends = [as_interval(value) for value in (min(at), max(at))]
        held[name] = Interval(ends[0].low, largest or ends[1].high)
    each = {name: _either_sign(value, figure.text, statistic) for name, value in held.items()}
    rules, tests = name_tests(each)
    words = tests_sentence(found(middle), figure.text, tests)
    return judge("t_test", rules, {"values": middle}, words, tests)


def _ends(value: Any, name: str) -> tuple[float, float]:
    values = quantity(value, name)
    if values.low is None or values.high is None:
        raise Lacking(f"{name} is not given closely", f"{name} 未给出确定的数值")
    return float(values.low), float(values.high)


def _t_tests(difference: float, s1: float, n1: int, s2: float, n2: int) -> dict[str, float]:
    v1, v2 = s1**2 / n1, s2**2 / n2
    pooled = ((n1 - 1) * s1**2 + (n2 - 1) * s2**2) / (n1 + n2 - 2)
    student = difference / sqrt(pooled * (1 / n1 + 1 / n2))
    welch = difference / sqrt(v1 + v2)
    df = (v1 + v2) ** 2 / (v1**2 / (n1 - 1) + v2**2 / (n2 - 1))
    return {
        "pooled_t": student,
        "pooled_p": _upper_tail("t", abs(student), [n1 + n2 - 2]),
        "welch_t": welch,
        "welch_p": _upper_tail("t", abs(welch), [df]),
    }


def _either_sign(value: Value, text: str, statistic: str) -> tuple[str, ...]:
    rules = set(statistic_rules(value, text))
    if statistic == "t":
        rules |= set(statistic_rules(-as_interval(value), text))
    return tuple(rule for rule in TRIED if rule in rules)
