"""The tests of printed counts: chi-squares, their P, strata, odds ratios, differences, rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import product as iterproduct
from math import exp, isfinite, log, sqrt
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.printed import Interval, Printed
from commsvc.published.claims.fields import (
    each,
    figures,
    number,
    part_and_base,
    printed_number,
    switch,
    table,
    two_by_two,
    whole,
)
from commsvc.published.claims.p_values import p_of, remarks
from commsvc.published.claims.prints import (
    Value,
    as_interval,
    beside,
    matching_tests,
    significant_text,
    statistic_rules,
    statistic_values,
)
from commsvc.published.claims.sentences import names_of_tests, sentence, tests_sentence
from commsvc.published.claims.verdict import TRIED, Lacking, Outcome, Unreadable, kind
from commsvc.published.exact_pearson import pearson_exact
from commsvc.words.messages import Text, joined, message

Counts = Sequence[Sequence[int]]

# Many a report takes 1.96 for the normal quantile 1.959964; its last digit may differ for it.
_HAND_Z: Final = 1.96
_Z: Final = 1.959963984540054


def yates_exact(counts: Counts) -> Fraction:
    """Chi-square with Yates's correction of a 2×2 table, as an exact fraction.

    |observed − expected| shrinks by 1/2, and never past 0 (as R, SciPy and SPSS do).

    >>> yates_exact([[10, 20], [20, 10]])
    Fraction(27, 5)
    """
    (a, b), (c, d) = counts
    n = a + b + c + d
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    gap = max(abs(a * d - b * c) - Fraction(n, 2), Fraction(0))
    return n * gap**2 / margins


def chi_squares(counts: Counts) -> dict[str, Value]:
    """Every chi-square a table may be printed with, by the names of a verdicts file."""
    # Imported here: an audit of percentages alone must not wait for SciPy.
    from commsvc.inference.crosstabs import likelihood_ratio_statistic

    values: dict[str, Value] = {"pearson": pearson_exact(counts)}
    if len(counts) == len(counts[0]) == 2:
        values["yates"] = yates_exact(counts)
    values["lr"] = float(likelihood_ratio_statistic(counts))
    return values


def freedom(counts: Counts) -> int:
    """Degrees of freedom of a table without empty rows or columns."""
    return (len(counts) - 1) * (len(counts[0]) - 1)


def p_values(counts: Counts, *, exact: bool) -> dict[str, Value]:
    """P of every test a table may be printed with; Fisher for 2×2, and beyond where asked for."""
    from commsvc.inference.crosstabs import chi_square_p, fisher_test, freeman_halton_test

    df = freedom(counts)
    values: dict[str, Value] = {
        f"{name}_p": float(chi_square_p(float(statistic), df))  # type: ignore[arg-type]
        for name, statistic in chi_squares(counts).items()
    }
    fisher: float | None = None
    if len(counts) == len(counts[0]) == 2:
        fisher = fisher_test(counts).p
    elif exact:
        fisher = freeman_halton_test(counts, draws=None).p
    if fisher is not None:
        likelihood = values.pop("lr_p")
        values |= {"fisher_p": fisher, "lr_p": likelihood}
    return values


def found_tests(values: Mapping[str, Value], printed: Printed) -> Text:
    """The tests and their values in words."""
    return joined(
        [
            message("{test} {value}", test=names_of_tests([name]), value=beside(value, printed))
            for name, value in values.items()
        ],
        ", ",
    )


@kind("chi_square", table=table, printed=printed_number)
def chi_square(table: Counts, printed: Printed) -> Outcome:
    """Which chi-square of a table prints so: Pearson, Yates's (2×2) or the likelihood ratio.

    Parameters
    ----------
    table : whole counts, rows are groups
    printed : the statistic as printed, or an inequality

    Returns
    -------
    Verdict
        with `values`: `df`, `pearson`, `yates`, `lr`. Pearson and Yates are compared as exact
        fractions; the likelihood ratio within a relative 1e-9.

    Examples
    --------
    >>> chi_square([[89, 100], [146, 168]], "0.017").tests
    ('pearson', 'lr')
    """
    values = chi_squares(table)
    rules, tests = matching_tests(values, printed.text)
    said = tests_sentence(found_tests(values, printed), printed.text, tests)
    return Outcome(rules, {"values": {"df": freedom(table), **values}}, said, tests)


@kind("p_value", table=table, printed=printed_number, exact=switch)
def p_value(table: Counts, printed: Printed, exact: bool = False) -> Outcome:
    """Which test of a table has the printed P.

    Parameters
    ----------
    table : whole counts, rows are groups
    printed : the P as printed, or an inequality as ``"<0.001"``
    exact : for a table beyond 2×2, compute the exact P (Freeman–Halton) as well

    Returns
    -------
    Verdict
        with `values`: `df`, `pearson_p`, `yates_p` (2×2), `fisher_p` (2×2, or where `exact`),
        `lr_p`, and `decision_error` where all of them lie on the other side of 0.05. Fisher's
        two-sided P adds all tables no likelier than this one, those within a relative 1e-7 counting
        as equally likely (as R and SciPy do).

    Examples
    --------
    >>> print(p_value([[12, 4], [439, 174]], "0.7"))
    Pearson 0.7667, Yates 0.9875, Fisher exact 1.000, likelihood ratio 0.7639; 0.7 is printed:
    that is Pearson, cut off, not rounded; likelihood ratio, cut off, not rounded
    """
    try:
        values, beyond = p_values(table, exact=exact), ""
    except CommsvcError as error:
        values, beyond = p_values(table, exact=False), error.problem
    rules, tests = matching_tests(values, printed.text)
    if beyond and "half_up" not in rules:
        raise Lacking(message("no chi-square has this P, and {reason}", reason=beyond))
    note, decided = remarks(values.values(), printed, rules)
    said = tests_sentence(found_tests(values, printed), printed.text, tests)
    recomputed = {"values": {"df": freedom(table), **values}, **decided}
    return Outcome(rules, recomputed, said, tests, note)


@kind("stratified", a=each(part_and_base), b=each(part_and_base), printed=printed_number)
def stratified(
    a: Sequence[tuple[int, int]], b: Sequence[tuple[int, int]], printed: Printed
) -> Outcome:
    """Which test of two groups over strata prints so.

    Parameters
    ----------
    a, b : per stratum ``[x, n]``: x of n in the first and in the second group
    printed : the statistic as printed

    Returns
    -------
    Verdict
        with `values`: `collapsed_pearson` and `collapsed_yates` of the strata added up; `cmh` and
        `cmh_corrected`, Cochran–Mantel–Haenszel without and with the continuity correction,
        (|Σ(observed − expected)| − ½)² over its variance (Mantel and Haenszel, 1959; R leaves
        the correction out where the difference is below ½, and prints `cmh` then);
        `strata_sum`, the sum of the strata's Pearson chi-squares, with its `strata_df`; and
        `pooled_odds_ratio` (Mantel–Haenszel; null where it is infinite)

    Examples
    --------
    >>> stratified([[8, 10], [4, 10]], [[5, 10], [3, 10]], "1.67").tests
    ('cmh',)
    """
    if len(a) != len(b):
        raise Unreadable(f"a has {len(a)} strata and b {len(b)}")
    strata = [[[x, n - x], [y, m - y]] for (x, n), (y, m) in zip(a, b, strict=True) if n and m]
    collapsed = [[sum(s[i][j] for s in strata) for j in (0, 1)] for i in (0, 1)]
    if not strata or not all(map(sum, zip(*collapsed, strict=True))):
        raise Lacking(message("all answers are alike: no test is defined"))
    tested = [s for s in strata if all(map(sum, zip(*s, strict=True)))]
    values: dict[str, Value] = {
        "collapsed_pearson": pearson_exact(collapsed),
        "collapsed_yates": yates_exact(collapsed),
    }
    odds: float | None = None
    if tested:
        from commsvc.inference.stratified import mantel_haenszel_test

        values |= cochran_mantel_haenszel(tested)
        odds = mantel_haenszel_test(strata, correction=False).effect
    values["strata_sum"] = sum((pearson_exact(s) for s in tested), Fraction(0))
    rules, tests = matching_tests(values, printed.text)
    said = tests_sentence(found_tests(values, printed), printed.text, tests)
    more = {"strata_df": len(tested), "pooled_odds_ratio": odds}
    return Outcome(rules, {"values": {**values, **more}}, said, tests)


def cochran_mantel_haenszel(strata: Sequence[Counts]) -> dict[str, Fraction]:
    """The statistic over 2×2 strata without and with the continuity correction, exact.

    >>> both = cochran_mantel_haenszel([[[8, 2], [5, 5]], [[4, 6], [3, 7]]])
    >>> float(both["cmh"]).__round__(4)
    1.6703
    """
    difference, variance = Fraction(0), Fraction(0)
    for (a, b), (c, d) in strata:
        n = a + b + c + d
        rows, columns = (a + b) * (c + d), (a + c) * (b + d)
        difference += a - Fraction((a + b) * (a + c), n)
        variance += Fraction(rows * columns, n * n * (n - 1))
    corrected = abs(difference) - Fraction(1, 2)
    return {"cmh": difference**2 / variance, "cmh_corrected": corrected**2 / variance}


# Estimates printed with their limits


def all_print(values: Sequence[Value], printed: Sequence[Printed]) -> tuple[str, ...]:
    """The rules under which each value prints as its figure.

    Half even is named only where it alone explains: limits of an interval are no ties, so
    it would stand beside half up always and say nothing.
    """
    each_rules = [statistic_rules(v, f.text) for v, f in zip(values, printed, strict=False)]
    rules = [rule for rule in TRIED if all(rule in one for one in each_rules)]
    if "half_up" in rules and "half_even" in rules:
        rules.remove("half_even")
    return tuple(rules)


def by_either_quantile(
    values_at: Callable[[float], list[Value]], printed: Sequence[Printed]
) -> tuple[list[Value], tuple[str, ...], bool]:
    """An estimate with its limits, the rules under which they print, and whether it took 1.96."""
    values = values_at(_Z)
    if rules := all_print(values, printed):
        return values, rules, False
    rules = all_print(values_at(_HAND_Z), printed)
    return values, rules, bool(rules)


def estimate_text(values: Sequence[Value], by_hand: bool = False) -> Text:
    """An estimate with its limits, for a sentence."""
    estimate, low, high = (significant_text(value) for value in values)
    said = message("{words}", words=f"{estimate} ({low}, {high})")
    return message("{found} (with 1.96 for the quantile)", found=said) if by_hand else said


def printed_text(printed: Sequence[Printed]) -> str:
    """The same as it was printed."""
    texts = [figure.text for figure in printed]
    return texts[0] if len(texts) == 1 else f"{texts[0]} ({', '.join(texts[1:])})"


@kind("odds_ratio", table=two_by_two, printed=figures(1, 3))
def odds_ratio(table: Counts, printed: Sequence[Printed]) -> Outcome:
    """Whether an odds ratio and its interval follow from the table.

    Parameters
    ----------
    table : ``[[a, b], [c, d]]``, none of them zero
    printed : ``[OR, low, high]``, or the odds ratio alone

    Returns
    -------
    Verdict
        with `values`: ad/bc and its 95 % Wald interval on the log scale. Tried besides: the ratio
        `inverted` (and the limits with it), the digits cut off, and 1.96 for the quantile, which
        the sentence then says.

    Examples
    --------
    >>> print(odds_ratio([[105, 34], [133, 21]], ["2.05", "1.124", "3.741"]))
    the odds ratio is 0.4876 (0.2673, 0.8895); 2.05 (1.124, 3.741) is printed: printed upside down
    """
    (a, b), (c, d) = table
    if not (a and b and c and d):
        raise Lacking(message("a cell of the table is 0: the odds ratio has no Wald interval"))
    ratio, error = Fraction(a * d, b * c), sqrt(1 / a + 1 / b + 1 / c + 1 / d)

    def at(z: float) -> list[Value]:
        return [ratio, exp(log(ratio) - z * error), exp(log(ratio) + z * error)]

    values, rules, by_hand = by_either_quantile(at, printed)
    if not rules:
        low, high = (float(end) for end in values[1:])  # type: ignore[arg-type]
        if turned := all_print([1 / ratio, 1 / high, 1 / low], printed):
            rules = ("inverted",) if "half_up" in turned else ("inverted:truncate",)
    found = message("the odds ratio is {estimate}", estimate=estimate_text(values, by_hand))
    return Outcome(rules, {"values": values}, sentence(found, printed_text(printed), rules))


@kind("odds_ratio_interval", printed=figures(3, 4))
def odds_ratio_interval(printed: Sequence[Printed]) -> Outcome:
    """Whether an odds ratio can belong to its own limits, and its P to them.

    A Wald interval is symmetric on the log scale: OR² = low · high, within what their rounding
    allows. No table is needed. It holds for any ratio with such an interval, not for an exact or
    profile-likelihood one. A P belongs to it as that of z = log(OR) over the error that the limits
    give.

    Parameters
    ----------
    printed : ``[OR, low, high]`` or ``[OR, low, high, P]``

    Returns
    -------
    Verdict
        with `values` (`lowest`, `highest`): the odds ratios that fit the printed limits; with a P,
        its range `p_range`, and `decision_error` where it lies on the other side of 0.05

    Examples
    --------
    >>> print(odds_ratio_interval(["3.54", "2.44", "5.21"]))
    limits of 2.44 and 5.21 have their middle at 3.560 to 3.571; 3.54 is printed: does not agree
    >>> odds_ratio_interval(["2.05", "1.12", "3.74", "0.019"]).verdict
    'consistent'
    """
    sets = {rule: [_above_zero(f, rule) for f in printed[:3]] for rule in TRIED}
    rules = tuple(
        r for r, (ratio, low, high) in sets.items() if (ratio * ratio).overlaps(low * high)
    )
    _, low, high = sets["half_up"]
    product = low * high
    ends = [None if end is None else float(end) ** 0.5 for end in (product.low, product.high)]
    lowest, highest = ("∞" if end is None else significant_text(end) for end in ends)
    found: Text = message(
        "limits of {low} and {high} have their middle at {lowest} to {highest}",
        low=printed[1].text,
        high=printed[2].text,
        lowest=lowest,
        highest=highest,
    )
    recomputed: dict[str, Any] = {"values": {"lowest": ends[0], "highest": ends[1]}}
    texts = [printed[0].text]
    note: Text | str = ""
    if len(printed) == 4:
        p = _p_of_interval(sets["half_up"])
        recomputed["p_range"] = [p.low, p.high]
        p_rules = statistic_rules(p, printed[3].text)
        note, decided = remarks([p], printed[3], p_rules)
        recomputed |= decided
        rules = tuple(rule for rule in rules if rule in p_rules)
        found = joined([found, message("their P is {p}", p=significant_text(p))])
        texts.append(printed[3].text)
    outside = not sets["half_up"][0].overlaps(Interval(low.low, high.high))
    instead = message("that lies outside its own limits") if outside else ""
    return Outcome(rules, recomputed, sentence(found, texts, rules, instead), note=note)


def _above_zero(figure: Printed, rule: str) -> Interval:
    values = statistic_values(figure.text, rule).intersect(
        Interval(Fraction(0), None, False, False)
    )
    if values.empty:
        raise Lacking(message("a ratio and its limits must be above 0"))
    return values


def _p_of_interval(sets: Sequence[Interval]) -> Interval:
    """The P that a ratio and its limits leave, over all that rounds to them."""
    ends = [[max(float(v.low or 0), 1e-9), float(v.high or v.low or 1)] for v in sets]
    found = []
    for ratio, low, high in iterproduct(*ends):
        error = (log(high) - log(low)) / (2 * _Z)
        found.append(p_of("z", abs(log(ratio)) / error, []) if error > 0 else 0.0)
    # Where the ratio may be 1, P may be 1, which no corner shows.
    largest = 1.0 if ends[0][0] <= 1 <= ends[0][1] else max(found)
    return Interval(as_interval(min(found)).low, as_interval(largest).high)


@kind("risk_difference", groups=each(part_and_base, 2), printed=figures(1, 3))
def risk_difference(groups: Sequence[tuple[int, int]], printed: Sequence[Printed]) -> Outcome:
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
    (x1, n1), (x2, n2) = groups
    if not n1 or not n2:
        raise Lacking(message("the base is 0: no share is defined"))
    from commsvc.inference.differences import difference_interval

    # From the standard error: a published Wald interval runs past 100 points where it will.
    error = 100 * float(difference_interval(x2, n2, x1, n1, "wald").se)
    difference = 100 * (Fraction(x2, n2) - Fraction(x1, n1))

    def at(z: float) -> list[Value]:
        return [difference, float(difference) - z * error, float(difference) + z * error]

    values, rules, by_hand = by_either_quantile(at, printed)
    shown = message("{found} points", found=estimate_text(values))
    if by_hand:
        shown = message("{found} (with 1.96 for the quantile)", found=shown)
    found = message("second minus first is {estimate}", estimate=shown)
    return Outcome(rules, {"values": values}, sentence(found, printed_text(printed), rules))


@kind("rate_ratio", events=each(whole, 2), exposure=each(number, 2), printed=figures(1, 3, 4))
def rate_ratio(
    events: Sequence[int], exposure: Sequence[Fraction], printed: Sequence[Printed]
) -> Outcome:
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
    if any(time <= 0 for time in exposure) or not events[1]:
        raise Lacking(
            message("a rate of 0 in the second group, or no exposure: the ratio is not defined")
        )
    values = _rates(events, exposure)
    held: dict[str, tuple[str, ...]] = {}
    for rule in TRIED:
        names = _rate_matches(values, printed, rule)
        if names is not None:
            held[rule] = names
    rules = tuple(held)
    tests = held[rules[0]] if rules else ()
    shown = f"{significant_text(values['irr'])} ({_pair(values['exact_ci'])}"
    shown += f"; Wald {_pair(values['wald_ci'])})" if events[0] else ")"
    found = message(
        "the rate ratio is {ratio}, one-sided mid-P {one}, two-sided exact P {two}",
        ratio=shown,
        one=significant_text(values["midp_one_sided"]),
        two=significant_text(values["p_two_sided_exact"]),
    )
    said = sentence(found, printed_text(printed), rules)
    if tests:
        said = message("{verdict}, by {tests}", verdict=said, tests=names_of_tests(tests))
    return Outcome(rules, {"values": values}, said, tests)


def _rates(events: Sequence[int], exposure: Sequence[Fraction]) -> dict[str, Any]:
    from commsvc.inference.rates import rate_ratio as compare

    times = [float(time) for time in exposure]
    irr = Fraction(events[0], events[1]) * exposure[1] / exposure[0]
    exact = compare(list(events), times)
    values: dict[str, Any] = {
        "irr": irr,
        "exact_ci": [exact.effect_low, exact.effect_high],
        "wald_ci": None,
        "midp_one_sided": compare(
            list(events), times, "mid-p", "greater" if irr >= 1 else "less"
        ).p,
        "p_two_sided_exact": exact.p,
    }
    if events[0]:
        wald = compare(list(events), times, "wald")
        values["wald_ci"] = [wald.effect_low, wald.effect_high]
    return values


def _rate_matches(
    values: Mapping[str, Any], printed: Sequence[Printed], rule: str
) -> tuple[str, ...] | None:
    """The interval and the P that print so under a rule; None where something does not."""

    def fits(value: Value, figure: Printed) -> bool:
        return as_interval(value).overlaps(statistic_values(figure.text, rule))

    if not fits(values["irr"], printed[0]):
        return None
    names: list[str] = []
    if len(printed) > 1:
        names = [
            name
            for name in ("exact_ci", "wald_ci")
            if values[name]
            and all(isfinite(end) for end in values[name])
            and all(fits(v, f) for v, f in zip(values[name], printed[1:3], strict=True))
        ]
        if not names:
            return None
    if len(printed) > 3:
        ps = [n for n in ("midp_one_sided", "p_two_sided_exact") if fits(values[n], printed[3])]
        if not ps:
            return None
        names += ps
    return tuple(names)


def _pair(ends: Sequence[float]) -> str:
    return ", ".join(significant_text(float(end)) for end in ends)
