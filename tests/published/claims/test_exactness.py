"""Properties: verdicts against brute force, another library, and what must always hold."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from itertools import combinations_with_replacement, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc.printed import read
from commsvc.published.claims import attainable, share, t_test
from commsvc.published.claims.amounts import growth, ratio
from commsvc.published.claims.count_tests import (
    chi_squares,
    odds_ratio,
    p_value,
    p_values,
    pearson_exact,
    yates_exact,
)
from commsvc.published.claims.means import debit, grim, grimmer, mean_sd
from commsvc.published.claims.p_values import p_from_statistic
from commsvc.published.claims.percentages import sample_size
from commsvc.published.claims.prints import decimal_text, telling_text, under_rule
from commsvc.published.claims.rebuilt import reconstruct

MODES = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN, "truncate": ROUND_DOWN}
COUNTS = st.integers(0, 400)


def printed_by_decimal(value: Fraction, places: int, rule: str) -> str:
    """How Python's decimal module prints a fraction: an oracle with other arithmetic."""
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return str(exact.quantize(Decimal(1).scaleb(-places), rounding=MODES[rule]))


def pairs(largest: int = 400) -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, largest).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(pair=pairs(), places=st.integers(0, 3), rule=st.sampled_from(sorted(MODES)))
def test_a_share_printed_under_a_rule_holds_under_it(
    pair: tuple[int, int], places: int, rule: str
) -> None:
    count, of = pair
    text = printed_by_decimal(Fraction(100 * count, of), places, rule)
    verdict = share(count, of, f"{text}%")
    expected = tuple(
        r for r in MODES if printed_by_decimal(Fraction(100 * count, of), places, r) == text
    )
    assert verdict.rules == expected
    assert rule in verdict.rules


@given(of=st.integers(1, 300), tenths=st.integers(0, 1000))
def test_attainable_counts_are_those_found_by_trying_all(of: int, tenths: int) -> None:
    text = f"{tenths / 10:.1f}"
    verdict = attainable(of, f"{text}%")
    for name, rule in (("counts", "half_up"), ("counts_if_truncated", "truncate")):
        tried = [
            k for k in range(of + 1) if printed_by_decimal(Fraction(100 * k, of), 1, rule) == text
        ]
        assert verdict.recomputed[name] == tried


@given(pair=pairs(60), others=st.lists(st.integers(0, 60), max_size=2))
def test_the_true_size_is_among_the_sizes(pair: tuple[int, int], others: list[int]) -> None:
    count, of = pair
    counts = [count, *(k for k in others if k <= of)]
    texts = [printed_by_decimal(Fraction(100 * k, of), 1, "half_up") + "%" for k in counts]
    found = sample_size([1, 100], texts).recomputed["sizes"]
    assert of in found
    assert set(sample_size([1, 100], texts, counts).recomputed["sizes"]) <= set(found)


@given(value=st.fractions(-500, 500, max_denominator=400), places=st.integers(0, 4))
def test_decimal_text_rounds_as_decimal_does(value: Fraction, places: int) -> None:
    text = printed_by_decimal(value, places, "half_up")
    assert decimal_text(value, places) == (text.lstrip("-") if Fraction(text) == 0 else text)


@given(pair=pairs(), places=st.integers(0, 2))
def test_the_digits_shown_round_like_the_number_itself(pair: tuple[int, int], places: int) -> None:
    value = Fraction(100 * pair[0], pair[1])
    shown = Fraction(telling_text(value, places))
    for rule in ("half_up", "truncate"):
        assert printed_by_decimal(shown, places, rule) == printed_by_decimal(value, places, rule)


@given(
    text=st.one_of(
        st.decimals(-100, 100, places=2).map(str),
        st.sampled_from(
            ["约60万", "近97万", "12%", "<0.05", "60多万元", "5亩", "45名", "3—10万人"]
        ),
    ),
    rule=st.sampled_from(sorted(MODES)),
)
def test_a_figure_read_once_stands_for_what_reading_it_again_gives(text: str, rule: str) -> None:
    assert under_rule(read(text), rule) == read(text, rule=rule).values


TABLES = st.integers(2, 4).flatmap(
    lambda c: st.lists(st.lists(st.integers(1, 60), min_size=c, max_size=c), min_size=2, max_size=4)
)


@given(table=TABLES)
@settings(max_examples=40, deadline=None)
def test_chi_squares_agree_with_scipy(table: list[list[int]]) -> None:
    found = chi_squares(table)
    plain = stats.chi2_contingency(table, correction=False)
    likelihood = stats.chi2_contingency(table, correction=False, lambda_="log-likelihood")
    assert float(pearson_exact(table)) == pytest.approx(plain.statistic, abs=1e-9)
    assert found["lr"] == pytest.approx(likelihood.statistic, abs=1e-9)
    values = p_values(table, exact=False)
    assert values["pearson_p"] == pytest.approx(plain.pvalue, rel=1e-9)
    if len(table) == len(table[0]) == 2:
        yates = stats.chi2_contingency(table, correction=True)
        assert float(yates_exact(table)) == pytest.approx(yates.statistic, abs=1e-9)
        assert values["fisher_p"] == pytest.approx(stats.fisher_exact(table).pvalue, rel=1e-7)


@given(table=TABLES)
@settings(max_examples=30, deadline=None)
def test_a_chi_square_printed_from_a_table_is_found(table: list[list[int]]) -> None:
    from commsvc.published.claims.count_tests import chi_square

    text = printed_by_decimal(pearson_exact(table), 3, "half_up")
    assert "pearson" in chi_square(table, text).tests


def test_the_exact_p_of_a_larger_table_is_rs() -> None:
    # R: fisher.test(rbind(c(3,0,2), c(1,4,1), c(0,1,5)))$p.value is 0.02528758.
    verdict = p_value([[3, 0, 2], [1, 4, 1], [0, 1, 5]], "0.0253", exact=True)
    assert verdict.tests == ("fisher_p",)


@given(cells=st.lists(st.integers(1, 300), min_size=4, max_size=4))
@settings(max_examples=40, deadline=None)
def test_turning_a_table_inverts_the_odds_ratio(cells: list[int]) -> None:
    a, b, c, d = cells
    values = odds_ratio([[a, b], [c, d]], "1.00").recomputed["values"]
    # Half up, as print does; formatting a float rounds a tie (2/256) to the even digit.
    texts = [str(Decimal(float(v)).quantize(Decimal("1e-6"), ROUND_HALF_UP)) for v in values]
    assert odds_ratio([[a, b], [c, d]], texts).verdict == "consistent"
    turned = odds_ratio([[c, d], [a, b]], texts)
    assert "inverted" in turned.rules or abs(float(values[0]) - 1) < 1e-6 or float(values[1]) < 0.01


@given(counts=st.lists(st.integers(0, 50), min_size=5, max_size=5).filter(lambda c: sum(c) > 1))
def test_mean_and_sd_agree_with_numpy(counts: list[int]) -> None:
    answers = np.repeat([1, 2, 3, 4, 5], counts)
    mean, sd = answers.mean(), answers.std(ddof=1)
    verdict = mean_sd([1, 2, 3, 4, 5], counts, [f"{mean:.8f}", f"{sd:.8f}"])
    assert float(verdict.recomputed["values"][1]) == pytest.approx(sd, abs=1e-12)
    # A tie at the ninth decimal needs a denominator of 512 or more: no such count here.
    assert verdict.verdict == "consistent"


def test_t_tests_agree_with_scipy() -> None:
    values = t_test([[5.0, 1.0, 30], [4.5, 1.2, 28]], "p", "0.09").recomputed["values"]
    for name, equal in (("pooled", True), ("welch", False)):
        t, p = stats.ttest_ind_from_stats(5.0, 1.0, 30, 4.5, 1.2, 28, equal_var=equal)
        assert values[f"{name}_t"] == pytest.approx(t)
        assert values[f"{name}_p"] == pytest.approx(p)


@given(
    table=st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=2, max_size=3
    ).filter(
        lambda t: all(sum(row) for row in t) and len({min(col) for col in zip(*t, strict=True)})
    )
)
@settings(max_examples=25, deadline=None)
def test_a_table_is_among_those_rebuilt_from_its_print(table: list[tuple[int, int]]) -> None:
    yes, total = sum(row[0] for row in table), sum(map(sum, table))
    texts = [printed_by_decimal(Fraction(100 * a, a + b), 1, "half_up") + "%" for a, b in table]
    printed = None
    if 0 < yes < total:
        printed = printed_by_decimal(pearson_exact(table), 2, "half_up")
    verdict = reconstruct(total, [yes], texts, printed)
    assert verdict.verdict == "consistent"
    assert verdict.recomputed["tables"] >= 1


@given(over=st.integers(1, 5000), under=st.integers(1, 5000), places=st.integers(1, 3))
def test_a_printed_quotient_holds(over: int, under: int, places: int) -> None:
    text = printed_by_decimal(Fraction(over, under), places, "half_up")
    assert ratio(over, under, text).verdict == "consistent"
    assert ratio(f"{over}名", f"{under}个", text).verdict == "consistent"


@given(answers=st.lists(st.integers(1, 7), min_size=2, max_size=40))
def test_what_whole_numbers_print_is_granular(answers: list[int]) -> None:
    n = len(answers)
    mean = printed_by_decimal(Fraction(sum(answers), n), 2, "half_up")
    sd = f"{np.std(answers, ddof=1):.6f}"
    assert grim(n, mean).verdict == "consistent"
    assert grimmer(n, [mean, sd]).verdict == "consistent"
    yes = [int(a > 3) for a in answers]
    share_of_yes = printed_by_decimal(Fraction(sum(yes), n), 2, "half_up")
    assert debit(n, [share_of_yes, f"{np.std(yes, ddof=1):.6f}"]).verdict == "consistent"


@pytest.mark.parametrize("n", [3, 4])
def test_grimmer_refuses_nothing_that_a_few_whole_numbers_print(n: int) -> None:
    printable = {
        (f"{np.mean(some) + 1e-9:.1f}", f"{np.std(some, ddof=1) + 1e-9:.1f}")
        for some in combinations_with_replacement(range(8), n)
    }
    refused = 0
    for mean, sd in product([f"{m / 10:.1f}" for m in range(20, 50)], ["0.5", "0.7", "1.0", "1.6"]):
        verdict = grimmer(n, [mean, sd]).verdict
        assert verdict == "consistent" or (mean, sd) not in printable
        refused += verdict == "inconsistent"
    assert refused


@pytest.mark.parametrize(
    ("name", "statistic", "df", "p"),
    [
        ("z", 1.7, None, 2 * stats.norm.sf(1.7)),
        ("r", 0.4, 20, 2 * stats.t.sf(0.4 * (20 / (1 - 0.16)) ** 0.5, 20)),
        ("t", -2.2, 15, 2 * stats.t.sf(2.2, 15)),
        ("F", 3.3, [2, 40], stats.f.sf(3.3, 2, 40)),
        ("chi2", 6.1, 3, stats.chi2.sf(6.1, 3)),
    ],
)
def test_p_of_a_statistic_is_scipys(name: str, statistic: float, df: object, p: float) -> None:
    found = p_from_statistic(name, statistic, f"{p:.5f}", df)
    assert found.verdict == "consistent"
    assert found.recomputed["p"] == pytest.approx(p)


@given(before=st.integers(1, 500), after=st.integers(1, 500), years=st.integers(1, 8))
def test_growth_is_that_of_floats(before: int, after: int, years: int) -> None:
    rate = 100 * ((after / before) ** (1 / years) - 1)
    assert growth(after, f"{rate:.6f}%", before, years=years).verdict == "consistent"
    assert growth(after, f"{rate + 1:.3f}%", before, years=years).verdict == "inconsistent"
