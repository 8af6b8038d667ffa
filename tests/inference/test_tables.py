from __future__ import annotations

import json
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from commsvc.errors import CommsvcError
from commsvc.inference import pairwise_tests
from commsvc.inference.crosstabs import (
    adjust_p,
    chi_square_p,
    cramers_v,
    degrees_of_freedom,
    fisher_test,
    freeman_halton_test,
    independence_test,
    likelihood_ratio_statistic,
    log_probability,
    pearson_statistic,
    yates_statistic,
)

NAMES = ["t22", "small22", "t33", "t52", "t44", "t34", "big23", "big33", "long52"]
# R's fisher.test keeps about seven digits of a probability when it compares tables.
FREEMAN_HALTON = 1e-6

small_tables = (
    st.tuples(st.integers(2, 4), st.integers(2, 4))
    .flatmap(
        lambda shape: st.lists(
            st.lists(st.integers(0, 4), min_size=shape[1], max_size=shape[1]),
            min_size=shape[0],
            max_size=shape[0],
        )
    )
    .filter(
        lambda t: np.sum(t) <= 14 and (np.sum(t, 0) > 0).sum() > 1 and (np.sum(t, 1) > 0).sum() > 1
    )
)


def table(r, name):
    return np.reshape(r[f"table {name}"], [int(n) for n in r[f"shape {name}"]])


@pytest.mark.parametrize("name", NAMES)
def test_pearson_yates_and_exact_equal_r(r, name):
    t = table(r, name)
    test = independence_test(t)
    assert [test.statistic, test.df, test.p] == pytest.approx(r[f"pearson {name}"], rel=1e-9)
    exact = fisher_test(t) if t.shape == (2, 2) else freeman_halton_test(t)
    if "simulated" in exact.method:  # some 10⁸ tables: P is drawn, and within its error
        assert name in ("t34", "long52")
        error = np.sqrt(exact.p / 100_000)
        assert exact.p == pytest.approx(r[f"fisher {name}"], abs=4 * error)
    else:
        assert exact.p == pytest.approx(r[f"fisher {name}"], rel=FREEMAN_HALTON)
    if t.shape == (2, 2):
        yates = independence_test(t, "yates")
        assert [yates.statistic, yates.p] == pytest.approx(r[f"yates {name}"], rel=1e-9)
        assert fisher_test(t, "less").p == pytest.approx(r[f"fisher less {name}"], rel=1e-9)


@pytest.mark.parametrize("name", NAMES)
def test_cramers_v_inverts_rs_noncentral_chi_square(r, name):
    t = table(r, name)
    v, m = cramers_v(t), min(t.shape) - 1
    low, high = (np.sqrt(np.array(r[f"ncp {name}"]) / t.sum() / m)).clip(max=1)
    assert (v.low, v.high) == pytest.approx((low, high), abs=1e-7)
    assert v.estimate == pytest.approx(stats.contingency.association(t.astype(int)))


@settings(max_examples=80, deadline=None)
@given(small_tables)
def test_statistics_equal_scipys(t):
    cells = np.array(t)
    cells = cells[cells.sum(1) > 0][:, cells.sum(0) > 0]
    for ours, kind in (
        (pearson_statistic, "pearson"),
        (likelihood_ratio_statistic, "log-likelihood"),
    ):
        theirs = stats.chi2_contingency(cells, correction=False, lambda_=kind)
        assert ours(t) == pytest.approx(theirs.statistic, abs=1e-9)
        assert degrees_of_freedom(t) == theirs.dof
        assert chi_square_p(ours(t), theirs.dof) == pytest.approx(theirs.pvalue, abs=1e-9)
    if cells.shape == (2, 2):
        assert yates_statistic(cells) == pytest.approx(stats.chi2_contingency(cells).statistic)


def every_table(rows, columns):
    """All tables with these margins, by trying every cell."""
    if len(rows) == 1:
        return [[list(columns)]]
    found = []
    for first in product(*(range(min(rows[0], c) + 1) for c in columns)):
        if sum(first) == rows[0]:
            rest = [c - f for c, f in zip(columns, first, strict=True)]
            found += [[list(first), *more] for more in every_table(rows[1:], rest)]
    return found


@settings(max_examples=60, deadline=None)
@given(small_tables)
def test_freeman_halton_equals_listing_every_table(t):
    cells = np.array(t)
    listed = np.array(every_table(cells.sum(1).tolist(), cells.sum(0).tolist()))
    chance = np.exp(log_probability(listed))
    assert chance.sum() == pytest.approx(1)
    bound = np.exp(log_probability(cells)) * (1 + 1e-7)
    assert freeman_halton_test(t).p == pytest.approx(chance[chance <= bound].sum(), rel=1e-7)


@given(small_tables, st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_order_of_rows_and_columns_plays_no_part(t, random):
    turned = [row[:] for row in t]
    random.shuffle(turned)
    turned = np.transpose(turned)
    assert freeman_halton_test(turned).p == pytest.approx(freeman_halton_test(t).p, rel=1e-8)
    assert pearson_statistic(turned) == pytest.approx(pearson_statistic(t), abs=1e-9)


def test_freeman_halton_of_two_rows_is_fishers():
    t = [[3, 9], [11, 2]]
    assert freeman_halton_test(t).p == pytest.approx(fisher_test(t).p, rel=1e-9)


def test_a_large_table_is_drawn_said_and_repeated():
    t = np.full((5, 6), 40)
    t[0, 0] = 60
    first, again = freeman_halton_test(t), freeman_halton_test(t)
    assert first.p == again.p
    assert "simulated" in first.method
    assert "Monte Carlo: 100,000 tables, seed 1" in first.note
    with pytest.raises(CommsvcError, match=r"too many to list.*Monte Carlo"):
        freeman_halton_test(t, draws=None)
    assert first.p == pytest.approx(independence_test(t).p, abs=0.02)


def test_many_tables_at_once():
    tables = np.random.default_rng(1).integers(0, 30, (50, 3, 2))
    many = pearson_statistic(tables)
    assert many.shape == (50,)
    assert many == pytest.approx([pearson_statistic(t) for t in tables])


def test_a_tiny_p_is_not_zero():
    p = chi_square_p(300.0, 2)
    assert p == pytest.approx(np.exp(-150), rel=1e-9)
    assert independence_test([[900, 100], [100, 900]]).p > 0


def test_sparse_and_empty_are_said():
    test = independence_test([[1, 9, 0], [2, 30, 0]])
    assert "expected counts under 5" in test.note
    assert "1 empty column(s) left out" in test.note
    assert test.df == 1
    assert independence_test([[20, 30], [30, 20]]).note == ""
    with pytest.raises(CommsvcError, match="holds everybody"):
        independence_test([[3, 0], [4, 0]])


def test_a_design_effect_divides_the_statistic():
    t = [[70, 30], [83, 17]]
    plain, weak = independence_test(t), independence_test(t, deff=2)
    assert weak.statistic == pytest.approx(plain.statistic / 2)
    assert weak.effect == pytest.approx(plain.effect)
    assert weak.effect_high > plain.effect_high
    with pytest.raises(CommsvcError, match="no design effect"):
        independence_test(t, "exact", deff=2)


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_adjusted_p_equals_statsmodels(size):
    p = np.random.default_rng(size).choice([0.001, 0.01, 0.02, 0.2, 0.5, 1], size)
    for ours, theirs in (("holm", "holm"), ("bh", "fdr_bh"), ("bonferroni", "bonferroni")):
        assert adjust_p(p, ours) == pytest.approx(multipletests(p, method=theirs)[1])


def test_a_missing_p_is_not_counted():
    assert adjust_p([0.01, np.nan, 0.04]).tolist() == pytest.approx(
        [0.02, np.nan, 0.04], nan_ok=True
    )


def test_pairwise_takes_every_pair():
    frame = pairwise_tests([[70, 30], [83, 17], [65, 35]], ["a", "b", "c"], adjust="bh")
    assert frame[["group_a", "group_b"]].to_numpy().tolist() == [["a", "b"], ["a", "c"], ["b", "c"]]
    assert frame.p[1] == independence_test([[70, 30], [65, 35]]).p
    assert frame.p_adjusted.tolist() == pytest.approx(adjust_p(frame.p, "bh"))
    assert "3 pairs" in frame.note[0]


def test_pairwise_by_rank_is_scipys_on_the_records():
    table = [[99, 101, 200], [271, 192, 302], [64, 79, 96], [133, 74, 70]]
    frame = pairwise_tests(table, list("abcd"), "mann-whitney")
    records = [np.repeat(range(3), row) for row in table]
    expected = [
        stats.mannwhitneyu(records[i], records[j], method="asymptotic").pvalue
        for i, j in combinations(range(4), 2)
    ]
    assert frame.p.tolist() == pytest.approx(expected, rel=1e-9)
    assert frame.p_adjusted.tolist() == pytest.approx(multipletests(expected, method="holm")[1])
    # The tower's tenants answer higher than the terraces'.
    assert frame.effect[2] > 0
    with pytest.raises(CommsvcError, match="design effect"):
        pairwise_tests(table, method="mann-whitney", deff=2)
    with pytest.raises(CommsvcError, match="mann-whitney"):
        pairwise_tests(table, method="wilcoxon")


def test_published_claims_agree(shared):
    """P and statistics of published tables, recomputed independently to ten decimals."""
    seen = 0
    for line in (shared / "published_claims.jsonl").read_text(encoding="utf-8").splitlines():
        claim = json.loads(line)
        if claim["kind"] not in ("p_value", "chi_square"):
            continue
        t, expected = claim["table"], claim["expect"]["values"]
        two_by_two = np.shape(t) == (2, 2)
        df = degrees_of_freedom(t)
        values = {"df": df, "pearson": pearson_statistic(t), "lr": likelihood_ratio_statistic(t)}
        if two_by_two:
            values["yates"] = yates_statistic(t)
        for name in ("pearson", "lr", "yates"):
            if name in values:
                values[f"{name}_p"] = chi_square_p(values[name], df)
        if "fisher_p" in expected:
            values["fisher_p"] = (fisher_test(t) if two_by_two else freeman_halton_test(t)).p
        for name, value in expected.items():
            precision = 1e-10 if name.endswith("_p") else 1e-6
            assert values[name] == pytest.approx(value, abs=precision), (claim["id"], name)
            seen += 1
    assert seen > 300
