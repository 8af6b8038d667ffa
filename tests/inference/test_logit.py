"""Logit models against MASS polr, R's svyolr, svyglm and regTermTest, and statsmodels."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from schools import DESIGNS, REFERENCE, reference, schools
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel

from commsvc.errors import CommsvcError
from commsvc.inference.design_matrix import model_columns
from commsvc.inference.logit import binary_logit, ordered_logit
from commsvc.inference.logit_results import (
    lack_of_fit_test,
    marginal_effects,
    proportional_odds_test,
)
from commsvc.inference.sample import Sample

R = reference("models")
CLOSED = 1e-8
ITERATED = 1e-5  # R's optim, its numeric Hessian, its numeric derivatives of effects
LEVELS = {
    "Infl": ["Low", "Medium", "High"],
    "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
    "Cont": ["Low", "High"],
}
SAT = ["Low", "Medium", "High"]
HOUSING = pd.read_csv(REFERENCE / "housing.csv")
TENANTS = {name: HOUSING[name] for name in LEVELS}


@pytest.fixture(scope="module")
def tenants():
    return ordered_logit(
        HOUSING["Sat"], TENANTS, answer_levels=SAT, levels=LEVELS, counts=HOUSING["Freq"]
    )


def school_variables(data):
    return {"stype": data["stype"], "sch.wide": data["sch.wide"], "size": data["size"]}


def test_the_tenants_of_copenhagen(tenants):
    named = dict(zip(tenants.columns.names, tenants.coefficients, strict=True))
    assert round(named["Infl: High"], 4) == 1.2888
    assert round(tenants.deviance, 3) == 3479.149
    assert tenants.n == 1681
    both = np.r_[tenants.coefficients, tenants.thresholds]
    assert both == pytest.approx(R["polr"], rel=CLOSED)
    assert tenants.se == pytest.approx(R["polr se"], rel=ITERATED)
    assert tenants.deviance == pytest.approx(R["polr deviance"], rel=1e-12)
    columns = model_columns({"Infl": ["High"], "Type": ["Atrium"], "Cont": ["Low"]}, LEVELS).values
    assert tenants.shares(columns)[0] == pytest.approx(R["polr shares"], rel=CLOSED)


def test_lack_of_fit(tenants):
    """The log-likelihood of 24 saturated kinds is −1715.7108 (Rodríguez's notes, from Stata)."""
    found = lack_of_fit_test(tenants).set_index("group")
    deviance, pearson, df = R["polr fit"]
    assert found.loc["deviance", "statistic"] == pytest.approx(deviance, rel=ITERATED)
    assert found.loc["pearson", "statistic"] == pytest.approx(pearson, rel=ITERATED)
    assert found.loc["deviance", "df"] == df == 40
    saturated = (found.loc["deviance", "statistic"] - tenants.deviance) / 2
    assert round(saturated, 4) == -1715.7108
    assert found.loc["deviance", "p"] == pytest.approx(stats.chi2.sf(deviance, df), rel=ITERATED)
    assert not found["note"].any()
    data, records = schools("clus")
    with pytest.raises(CommsvcError, match="weighted"):
        lack_of_fit_test(ordered_logit(data["band"], school_variables(data), sample=records))
    whole = ordered_logit([1, 2, 1, 2], {"a": list("xxyy")}, counts=[3, 4, 5, 6])
    with pytest.raises(CommsvcError, match="2 combinations of the variables and 2 parameters"):
        lack_of_fit_test(whole)
    alone = ordered_logit([1, 2, 1, 2, 1, 2], {"age": [20, 21, 35, 36, 51, 52]})
    assert "of 12 expected counts under 5" in lack_of_fit_test(alone)["note"][0]


def test_binary_from_counts():
    model = binary_logit(HOUSING["Sat"] == "High", TENANTS, levels=LEVELS, counts=HOUSING["Freq"])
    assert np.r_[-model.thresholds, model.coefficients] == pytest.approx(R["glm"], rel=CLOSED)
    assert np.r_[model.se[-1], model.se[:-1]] == pytest.approx(R["glm se"], rel=CLOSED)
    assert model.deviance == pytest.approx(R["glm deviance"], rel=1e-12)


@pytest.mark.parametrize("name", DESIGNS)
def test_as_svyolr(name):
    data, records = schools(name)
    model = ordered_logit(data["band"], school_variables(data), sample=records)
    both = np.r_[model.coefficients, model.thresholds]
    assert both == pytest.approx(R[f"svyolr {name}"], rel=ITERATED)
    assert model.se == pytest.approx(R[f"svyolr se {name}"], rel=ITERATED)
    assert model.deviance == pytest.approx(R[f"svyolr deviance {name}"], rel=1e-12)
    assert model.df == R[f"svyolr df {name}"]


@pytest.mark.parametrize("name", DESIGNS)
def test_as_svyglm(name):
    data, records = schools(name)
    model = binary_logit(data["band"] >= 3, school_variables(data), sample=records)
    both = np.r_[-model.thresholds, model.coefficients]
    assert both == pytest.approx(R[f"svyglm {name}"], rel=CLOSED)
    assert np.r_[model.se[-1], model.se[:-1]] == pytest.approx(R[f"svyglm se {name}"], rel=CLOSED)
    assert model.df == R[f"svyglm df {name}"]
    table = model.odds_ratios().dropna(subset="low")
    low, high = np.exp(np.reshape(R[f"svyglm ci {name}"], (2, -1)))[:, 1:]
    assert table["low"].to_numpy() == pytest.approx(low, rel=CLOSED)
    assert table["high"].to_numpy() == pytest.approx(high, rel=CLOSED)


@pytest.mark.parametrize("name", DESIGNS)
def test_marginal_effects_of_a_design(name):
    """R's three are sch.wide, stype M and size; the first of svyolr is above the first level."""
    data, records = schools(name)
    rows = [2, 1, 3]
    ordered = marginal_effects(ordered_logit(data["band"], school_variables(data), sample=records))
    binary = marginal_effects(
        binary_logit(data["band"] >= 3, school_variables(data), sample=records)
    )
    lowest, second = ordered[ordered["level"] == 1], ordered[ordered["level"] == 2]
    for key, table, sign in (
        ("svyolr effects 1", lowest, -1),
        ("svyolr effects 2", second, 1),
        ("svyglm effects", binary, 1),
    ):
        estimate, se = np.reshape(R[f"{key} {name}"], (2, -1))
        assert sign * table["estimate"].to_numpy()[rows] == pytest.approx(estimate, rel=ITERATED)
        assert table["se"].to_numpy()[rows] == pytest.approx(se, rel=ITERATED)
    assert ordered.groupby("group")["estimate"].sum().to_numpy() == pytest.approx(0, abs=1e-14)


def test_statsmodels_without_weights():
    """Its effects, and its ordered model; with weights that model is no reference."""
    data, _ = schools("clus")
    variables = {name: school_variables(data)[name] for name in ("sch.wide", "size")}
    ours = binary_logit(data["band"] >= 3, variables)
    x = sm.add_constant(model_columns(variables).values)
    theirs = sm.Logit((data["band"] >= 3).astype(float), x).fit(disp=0, method="newton", tol=1e-12)
    margins = theirs.get_margeff(dummy=True)
    effects = marginal_effects(ours)
    assert effects["estimate"].to_numpy() == pytest.approx(margins.margeff, rel=1e-8)
    assert effects["se"].to_numpy() == pytest.approx(margins.margeff_se, rel=1e-6)
    ordered = ordered_logit(data["band"], variables)
    model = OrderedModel(data["band"], x[:, 1:], distr="logit").fit(
        disp=0, method="bfgs", gtol=1e-6, maxiter=500
    )
    assert ordered.coefficients == pytest.approx(model.params.to_numpy()[:2], rel=1e-4)
    assert ordered.deviance == pytest.approx(-2 * model.llf, rel=1e-10)


@pytest.mark.parametrize("terms", [("sch.wide", "size"), ("size",)])
@pytest.mark.parametrize("name", DESIGNS)
def test_equal_slopes_as_r_with_stacked_records(name, terms):
    data, records = schools(name)
    variables = {term: school_variables(data)[term] for term in terms}
    all_terms = proportional_odds_test(ordered_logit(data["band"], variables, sample=records)).iloc[
        0
    ]
    wald = all_terms["statistic"] * all_terms["df"] * (all_terms["df2"] + all_terms["df"] - 1)
    chi, df = R[f"slopes {' + '.join(terms)} {name}"]
    assert wald / all_terms["df2"] == pytest.approx(chi, rel=1e-6)
    assert all_terms["df"] == df
    assert all_terms["df2"] == records.df - df + 1


def test_equal_slopes_of_the_tenants(tenants):
    tests = proportional_odds_test(tenants)
    first = tests.iloc[0]
    chi, df = R["slopes housing"]
    wald = first["statistic"] * df * (first["df2"] + df - 1) / first["df2"]
    assert (wald, first["df"]) == (pytest.approx(chi, rel=CLOSED), df)
    assert tests["group"].tolist() == ["all", "Infl", "Type", "Cont"]
    assert (tests["effect"][1:] > 1).all()


def test_counts_are_people_repeated(tenants):
    rows = HOUSING.loc[HOUSING.index.repeat(HOUSING["Freq"])]
    people = ordered_logit(
        pd.Categorical(rows["Sat"], SAT, ordered=True),
        {name: pd.Categorical(rows[name], LEVELS[name]) for name in LEVELS},
    )
    assert people.coefficients == pytest.approx(tenants.coefficients, rel=1e-9)
    assert people.se == pytest.approx(tenants.se, rel=1e-9)
    assert people.deviance == pytest.approx(tenants.deviance, rel=1e-12)
    table, other = people.odds_ratios(), tenants.odds_ratios()
    assert table["count"].tolist() == other["count"].tolist()
    assert table.loc[table["group"] == "Infl", "count"].sum() == 1681


def test_units_and_origin_do_not_matter():
    data, records = schools("clus")
    plain = ordered_logit(data["band"], {"size": data["size"]}, sample=records)
    moved = ordered_logit(data["band"], {"size": data["size"] * 1e4 + 1e7}, sample=records)
    assert moved.coefficients * 1e4 == pytest.approx(plain.coefficients, rel=1e-6)
    assert moved.se[0] * 1e4 == pytest.approx(plain.se[0], rel=1e-6)


def test_missing_answers_are_said_and_leave_a_domain():
    data, records = schools("clus")
    holed = data["band"].where(data["holed"].notna())
    with_holes = ordered_logit(holed, {"size": data["size"]}, sample=records)
    inside = records.domain(data["holed"].notna().to_numpy())
    of_domain = ordered_logit(data["band"], {"size": data["size"]}, sample=inside)
    assert with_holes.coefficients == pytest.approx(of_domain.coefficients, rel=1e-12)
    assert with_holes.se == pytest.approx(of_domain.se, rel=1e-12)
    assert with_holes.note == "26 of 183 left out: no answer"
    assert with_holes.odds_ratios()["note"].iloc[-1] == with_holes.note


def test_what_cannot_be_fitted_is_refused():
    data, records = schools("clus")
    with pytest.raises(CommsvcError, match="stype: H separates the answers"):
        binary_logit(data["band"] == 4, school_variables(data), sample=records)
    variables = {"size": data["size"], "twice": 2 * data["size"] + 1}
    with pytest.raises(CommsvcError, match="twice says nothing"):
        ordered_logit(data["band"], variables, sample=records)
    with pytest.raises(CommsvcError, match="nobody answered never"):
        ordered_logit(["a", "b"] * 5, {"x": range(10)}, answer_levels=["a", "never", "b"])
    with pytest.raises(CommsvcError, match=r"0\.5 is no whole number"):
        binary_logit([0, 1, 1], {"x": [1, 2, 3]}, counts=[0.5, 1, 2])
    with pytest.raises(CommsvcError, match="no level 'Tall'"):
        ordered_logit([1, 2, 3], {"t": ["Low", "Tall", "Low"]}, levels={"t": ["Low", "High"]})
    with pytest.raises(CommsvcError, match="other than 0 and 1"):
        binary_logit([1, 2, 1], {"x": [1, 2, 3]})
    with pytest.raises(CommsvcError, match="one threshold"):
        proportional_odds_test(binary_logit([0, 1, 1, 0, 1], {"x": [1, 2, 3, 4, 5]}))
    few = Sample(np.ones(12), clusters=np.arange(12) % 2)
    with pytest.raises(CommsvcError, match="do not carry"):
        ordered_logit([1, 2, 3] * 4, {"x": range(12)}, sample=few)
    with pytest.raises(CommsvcError, match="mixes numbers and words"):
        model_columns({"x": [1, "two", 3]})
