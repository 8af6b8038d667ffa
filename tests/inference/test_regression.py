"""Linear regression, terms, means, ordinal association, two stages and imputation against R."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from schools import REFERENCE, reference, schools
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import (
    Design,
    Ratio,
    Sample,
    binary_logit,
    by_design,
    compare_means,
    factor_analysis,
    linear_regression,
    make_replicates,
    ordinal_association,
    pairwise_tests,
    pool,
    regression_table,
    term_test,
)
from commsvc.inference.jackknife import Total

R = reference("regression")
EXACT = 1e-8
NAMES = ["strat", "clus"]


def covariates(name):
    """The schools with the two columns that only this reference needs."""
    data, sample = schools(name)
    more = pd.read_csv(REFERENCE / "api_covariates.csv")
    more = more[more["sample"] == name].reset_index(drop=True)
    return data.assign(ell=more["ell"], meals=more["meals"]), sample


def variables(data, *names):
    return {name: data[name] for name in names}


@pytest.mark.parametrize("name", NAMES)
def test_linear_regression_as_svyglm(name):
    data, sample = covariates(name)
    model = linear_regression(
        data["api00"], variables(data, "stype", "ell", "meals"), sample=sample
    )
    expected = R[f"svyglm {name}"]
    order = [-1, *range(4)]
    found = [np.r_[model.coefficients, model.intercept][order], model.se[order]]
    assert np.r_[found[0], found[1], model.df] == pytest.approx(expected, rel=EXACT)
    for key, terms in (("stype", "stype"), ("two", ["ell", "meals"])):
        test = term_test(model, terms)
        numbers = [test.statistic, test.df, test.df2, test.p]
        assert numbers == pytest.approx(R[f"term {key} {name}"], rel=EXACT)


@pytest.mark.parametrize("name", NAMES)
def test_least_squares_as_lm(name):
    data, _ = covariates(name)
    model = linear_regression(data["api00"], variables(data, "stype", "ell"))
    order = [-1, *range(3)]
    found = np.r_[np.r_[model.coefficients, model.intercept][order], model.se[order]]
    assert found == pytest.approx(R[f"lm {name}"], rel=EXACT)


def test_replicates_carry_models():
    data, sample = covariates("clus")
    made = make_replicates(sample, "JK1")
    answers = (data["sch.wide"] == "Yes").to_numpy()
    asked = variables(data, "ell", "meals")
    for fit in (
        lambda s: linear_regression(data["api00"], asked, sample=s),
        lambda s: binary_logit(answers, asked, sample=s),
    ):
        linear, anew = fit(sample), fit(made)
        assert anew.coefficients == pytest.approx(linear.coefficients, rel=1e-10)
        assert anew.se == pytest.approx(linear.se, rel=0.35)


@pytest.mark.parametrize("name", NAMES)
def test_means_as_r(name):
    data, _ = covariates(name)
    two = compare_means(data["api00"], data["sch.wide"], "welch")
    numbers = [two.statistic, two.df, two.p, two.effect_low, two.effect_high]
    assert numbers == pytest.approx(R[f"welch two {name}"], rel=EXACT)
    for method in ("welch", "anova"):
        many = compare_means(data["api00"], data["stype"], method)
        numbers = [many.statistic, many.df, many.df2, many.p]
        assert numbers == pytest.approx(R[f"{method} {name}"], rel=EXACT)


def test_the_comparison_says_why():
    random = np.random.default_rng(4)
    groups = np.repeat(["a", "b"], 40)
    large = compare_means(random.exponential(size=80), groups)
    assert "Welch: 40 answers" in large.note
    small = compare_means(random.exponential(size=16) ** 3, np.repeat(["a", "b"], 8))
    assert "ranks" in small.note
    assert "Mann–Whitney" in small.method
    with pytest.raises(CommsvcError, match="fewer than two groups"):
        compare_means([1, 2, 3], ["a"] * 3)


@pytest.mark.parametrize("name", NAMES)
def test_ordinal_association_as_r(name):
    table = np.reshape(R[f"table {name}"], [int(x) for x in R[f"shape {name}"]])
    for measure in ("gamma", "somers-d"):
        found = ordinal_association(table, measure)
        assert [found.estimate, found.se] == pytest.approx(R[f"{measure} {name}"], rel=EXACT)
    tau = ordinal_association(table, "tau-b")
    assert tau.estimate == pytest.approx(R[f"tau-b {name}"], rel=EXACT)
    somers = stats.somersd(table.astype(int))
    assert ordinal_association(table, "somers-d").estimate == pytest.approx(somers.statistic)
    dunn = pairwise_tests(table, method="dunn", adjust="none")
    assert [dunn.statistic[0], dunn.p[0]] == pytest.approx(R[f"dunn {name}"], rel=EXACT)


def test_two_stages_of_finite_populations_as_r():
    data = pd.read_csv(REFERENCE / "api_clus2.csv")
    sample = Sample(
        data["pw"], clusters=(data["dnum"], data["snum"]), fpc=(data["fpc1"], data["fpc2"])
    )
    design = Design.sample(weights="pw", clusters=("dnum", "snum"), stratum_sizes=("fpc1", "fpc2"))
    for people in (sample, Sample.of(design, data)):
        mean = by_design(Ratio(data["api00"]), people)
        assert [mean.estimate[0], mean.se[0]] == pytest.approx(R["two-stage mean"], rel=EXACT)
        by_engine = by_design(lambda w: w @ data["api00"] / w.sum(), people)
        assert by_engine.se == pytest.approx(mean.se[0], rel=EXACT)
        asked = people.domain(data["enroll"].notna().to_numpy())
        whole = by_design(Total(data["enroll"]), asked)
        assert [whole.estimate[0], whole.se[0]] == pytest.approx(R["two-stage total"], rel=EXACT)
        quotient = by_design(Ratio(data["api00"], data["api99"]), people)
        found = [quotient.estimate[0], quotient.se[0]]
        assert found == pytest.approx(R["two-stage ratio"], rel=EXACT)
        high = by_design(Ratio(data["api00"]), people.domain((data["stype"] == "H").to_numpy()))
        assert [high.estimate[0], high.se[0]] == pytest.approx(R["two-stage domain"], rel=EXACT)


@pytest.mark.parametrize("df", [np.inf, 40])
def test_pooling_as_mitools(df):
    sets = [([3.1, 3.4, 2.9, 3.3], [0.04, 0.05, 0.04, 0.06]), ([-1.2, -0.8, -1.9], [0.5, 0.4, 0.7])]
    for i, (estimates, variances) in enumerate(sets, start=1):
        found = pool(estimates, variances, df)
        expected = R[f"pool {i} {'Inf' if np.isinf(df) else 40}"]
        assert [found.estimate.item(), found.se.item()] == pytest.approx(expected[:2], rel=EXACT)
        if np.isinf(df):
            assert found.df == pytest.approx(expected[2], rel=EXACT)
        else:
            # mitools leaves the 1/m of the total variance out here; Barnard and Rubin do not.
            m, within, between = len(estimates), np.mean(variances), np.var(estimates, ddof=1)
            lost = (1 + 1 / m) * between / (within + (1 + 1 / m) * between)
            seen = (df + 1) / (df + 3) * df * (1 - lost)
            assert found.df == pytest.approx(1 / (lost**2 / (m - 1) + 1 / seen), rel=EXACT)
            assert found.df == pytest.approx(expected[2], rel=0.05)


def test_crude_beside_adjusted():
    data, sample = covariates("clus")
    asked = variables(data, "stype", "meals")
    table = regression_table(lambda v: linear_regression(data["api00"], v, sample=sample), asked)
    alone = linear_regression(data["api00"], {"meals": data["meals"]}, sample=sample)
    both = linear_regression(data["api00"], asked, sample=sample)
    row = table[table["group"] == "meals"].iloc[0]
    assert row["crude"] == pytest.approx(alone.coefficients[0])
    assert row["adjusted"] == pytest.approx(both.coefficients[-1])
    answers = (data["sch.wide"] == "Yes").to_numpy()
    odds = regression_table(lambda v: binary_logit(answers, v, sample=sample), asked)
    assert odds["crude"].iloc[0] == odds["adjusted"].iloc[0] == 1
    assert len(odds) == 4


def test_factors_are_found_again():
    random = np.random.default_rng(2)
    two = random.normal(size=(2000, 2))
    strong = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.8], [0, 0.7], [0, 0.6]])
    noise = random.normal(size=(2000, 6)) * np.sqrt(1 - (strong**2).sum(axis=1))
    found = factor_analysis(pd.DataFrame(two @ strong.T + noise), 2)
    loadings = found.loadings.to_numpy()
    loadings = loadings if loadings[0, 0] > 0.4 else loadings[:, ::-1]
    assert loadings == pytest.approx(strong, abs=0.08)
    with pytest.raises(CommsvcError, match="factors behind"):
        factor_analysis(pd.DataFrame(two), 2)


def test_digits_as_text_and_levels_without_order_are_refused():
    with pytest.raises(CommsvcError, match="'1' is a text"):
        binary_logit(["1", "0", "1", "0"], {"x": [1, 2, 3, 4]})
    with pytest.raises(CommsvcError, match="digits as text"):
        linear_regression([1, 2, 3, 5], {"age": ["30", "41", "52", "60"]})
