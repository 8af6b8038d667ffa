"""The tests of a printed table: chi-squares, their P, exact P, and strata put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from commsvc.errors import CommsvcError
from commsvc.published.claims.fields import missing, printed_number, sequence, table, whole
from commsvc.published.claims.figures import Value, matching_tests, significant_text
from commsvc.published.claims.sentences import names_of_tests, tests_sentence
from commsvc.published.claims.verdict import Lacking, Sentence, Unreadable, Verdict, judge, kind
from commsvc.published.exact_pearson import pearson_exact

Counts = Sequence[Sequence[int]]

# The exact test's cost, in partial tables: a few seconds at most.
_EXACT_LIMIT: Final = 30_000_000


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
    from commsvc.inference.tables import likelihood_ratio_statistic

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
    from commsvc.inference.exact import fisher_test, freeman_halton_test
    from commsvc.inference.tables import chi_square_p

    df = freedom(counts)
    values: dict[str, Value] = {
        f"{name}_p": float(chi_square_p(float(_number(statistic)), df))
        for name, statistic in chi_squares(counts).items()
    }
    if len(counts) == len(counts[0]) == 2:
        fisher: float | None = fisher_test(counts).p
    elif exact:
        fisher = freeman_halton_test(counts, limit=_EXACT_LIMIT).p
    else:
        fisher = None
    if fisher is not None:
        likelihood = values.pop("lr_p")
        values |= {"fisher_p": fisher, "lr_p": likelihood}
    return values


def _number(value: Value) -> float:
    return float(value) if not isinstance(value, float) else value  # type: ignore[arg-type]


def found(values: Mapping[str, Value]) -> Sentence:
    """The tests and their values in words."""
    parts = [(names_of_tests([name]), significant_text(value)) for name, value in values.items()]
    return (
        ", ".join(f"{name[0]} {value}" for name, value in parts),
        "，".join(f"{name[1]} {value}" for name, value in parts),
    )


@kind("chi_square", counts="table")
def chi_square(counts: Counts, printed: str) -> Verdict:
    """Which chi-square of a table prints so: Pearson, Yates's (2×2) or the likelihood ratio.

    Parameters
    ----------
    counts : whole counts, rows are groups (`table` in a claims file)
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
    cells = table(counts)
    figure = printed_number(printed)
    values = chi_squares(cells)
    rules, tests = matching_tests(values, figure.text)
    recomputed = {"values": {"df": freedom(cells), **values}}
    return judge(
        "chi_square", rules, recomputed, tests_sentence(found(values), figure.text, tests), tests
    )


@kind("p_value", counts="table")
def p_value(counts: Counts, printed: str, exact: bool | None = None) -> Verdict:
    """Which test of a table has the printed P.

    Parameters
    ----------
    counts : whole counts, rows are groups (`table` in a claims file)
    printed : the P as printed, or an inequality as ``"<0.001"``
    exact : for a table beyond 2×2, compute the exact P (Freeman–Halton) as well

    Returns
    -------
    Verdict
        with `values`: `df`, `pearson_p`, `yates_p` (2×2), `fisher_p` (2×2, or where `exact`),
        `lr_p`. Fisher's two-sided P adds all tables no likelier than this one, those within a
        relative 1e-7 counting as equally likely (as R and SciPy do).

    Examples
    --------
    >>> print(p_value([[12, 4], [439, 174]], "0.7"))
    Pearson 0.7667, Yates 0.9875, Fisher exact 1.000, likelihood ratio 0.7639; 0.7 is printed:
    that is Pearson, cut off, not rounded; likelihood ratio, cut off, not rounded
    """
    cells = table(counts)
    figure = printed_number(printed)
    if not missing(exact) and not isinstance(exact, bool):
        raise Unreadable(f"exact is {exact!r}, not true or false", "exact 应为 true 或 false")
    try:
        values = p_values(cells, exact=exact is True)
        beyond = ""
    except CommsvcError as error:
        values, beyond = p_values(cells, exact=False), error.problem
    rules, tests = matching_tests(values, figure.text)
    if beyond and "half_up" not in rules:
        raise Lacking(
            f"no chi-square has this P, and {beyond}",
            "各卡方检验的 P 均不符，而此表的精确检验超出可计算的范围",
        )
    recomputed = {"values": {"df": freedom(cells), **values}}
    return judge(
        "p_value", rules, recomputed, tests_sentence(found(values), figure.text, tests), tests
    )


@kind("stratified")
def stratified(a: Counts, b: Counts, printed: str) -> Verdict:
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
    from commsvc.inference.stratified import mantel_haenszel_test

    figure = printed_number(printed)
    first, second = _groups(a, "a"), _groups(b, "b")
    if len(first) != len(second):
        raise Unreadable(
            f"a has {len(first)} strata and b {len(second)}",
            f"a 有 {len(first)} 层，b 有 {len(second)} 层",
        )
    strata = [
        [[x, n - x], [y, m - y]] for (x, n), (y, m) in zip(first, second, strict=True) if n and m
    ]
    collapsed = [[sum(s[i][j] for s in strata) for j in (0, 1)] for i in (0, 1)]
    if not strata or not all(map(sum, zip(*collapsed, strict=True))):
        raise Lacking("all answers are alike: no test is defined", "所有回答相同：检验无定义")
    tested = [s for s in strata if all(map(sum, zip(*s, strict=True)))]
    values: dict[str, Value] = {
        "collapsed_pearson": pearson_exact(collapsed),
        "collapsed_yates": yates_exact(collapsed),
    }
    odds: float | None = None
    if tested:
        values |= cochran_mantel_haenszel(tested)
        odds = mantel_haenszel_test(strata, correction=False).effect
    values["strata_sum"] = sum((pearson_exact(s) for s in tested), Fraction(0))
    rules, tests = matching_tests(values, figure.text)
    recomputed: dict[str, Any] = {
        "values": {**values, "strata_df": len(tested), "pooled_odds_ratio": odds}
    }
    words = tests_sentence(found(values), figure.text, tests)
    return judge("stratified", rules, recomputed, words, tests)


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


def _groups(value: Any, name: str) -> list[tuple[int, int]]:
    """Pairs of a count and its base, one a stratum."""
    pairs = []
    for i, pair in enumerate(sequence(value, name)):
        count, base = (
            whole(cell, f"{name}[{i}][{j}]")
            for j, cell in enumerate(sequence(pair, f"{name}[{i}]", 2))
        )
        if count > base:
            raise Lacking(
                f"{name}[{i}]: {count} of {base}, a part larger than its whole",
                f"{name}[{i}]：{count} 大于基数 {base}",
            )
        pairs.append((count, base))
    if not pairs:
        raise Lacking(f"{name} has no strata", f"{name} 没有分层数据")
    return pairs
