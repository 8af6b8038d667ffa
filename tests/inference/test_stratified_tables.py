"""Tables in strata against R's mantelhaen.test and coin, and against the tests they reduce to."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import mantel_haenszel_test
from commsvc.inference.stratified import stratified_test, trend_test

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
R = json.loads((REFERENCE / "stratified.json").read_text(encoding="utf-8"))
LEVELS = ["Low", "Medium", "High"]


def housing() -> np.ndarray:
    data = pd.read_csv(REFERENCE / "housing.csv")
    cells = data.groupby(["Type", "Infl", "Sat"])["Freq"].sum()
    return np.array(
        [
            [[cells[(kind, infl, sat)] for sat in LEVELS] for infl in LEVELS]
            for kind in sorted(data["Type"].unique())
        ]
    )


@pytest.mark.parametrize("kind", ["general", "mean score", "correlation"])
def test_as_in_r(kind):
    found = stratified_test(housing(), kind.replace(" ", "-"))
    statistic, df, p = R[kind]
    assert (found.statistic, found.df) == pytest.approx((statistic, df))
    # coin takes P as 1 − cdf, which is 0 here.
    if p > 0:
        assert found.p == pytest.approx(p, rel=1e-9)
    else:
        assert found.p == pytest.approx(stats.chi2.sf(statistic, df))


def test_scores_as_in_r():
    found = stratified_test(housing(), "correlation", row_scores=[1, 2, 4], column_scores=[0, 1, 5])
    assert found.statistic == pytest.approx(R["correlation scored"][0])


def test_what_it_reduces_to():
    tables = housing()
    one = tables[:1]
    linear = trend_test(one[0])
    assert stratified_test(one, "correlation").statistic == pytest.approx(linear.statistic)
    ranks = stats.rankdata(np.repeat([0, 1, 2], one[0].sum(axis=0)))
    middle = [ranks[0], np.median(ranks[np.repeat([0, 1, 2], one[0].sum(axis=0)) == 1]), ranks[-1]]
    parts = [np.repeat([0, 1, 2], row) for row in one[0]]
    kruskal = stats.kruskal(*parts).statistic
    found = stratified_test(one, "mean-score", column_scores=middle)
    assert found.statistic == pytest.approx(kruskal)
    two = tables[:, :2, :2]
    assert stratified_test(two).statistic == pytest.approx(mantel_haenszel_test(two).statistic)


def test_an_empty_row_is_left_out():
    tables = housing()
    wider = np.concatenate([tables, np.zeros_like(tables[:, :1])], axis=1)
    found = stratified_test(wider, "correlation", row_scores=[1, 2, 3, 9])
    assert found.statistic == pytest.approx(stratified_test(tables, "correlation").statistic)
    assert stratified_test(wider).df == 4


def test_what_is_refused():
    with pytest.raises(CommsvcError, match="holds everybody"):
        stratified_test([[[3, 0], [4, 0]]])
    with pytest.raises(CommsvcError, match="column_scores"):
        stratified_test(housing(), "mean-score", column_scores=[1, 2])
    with pytest.raises(CommsvcError, match="strata do not let"):
        stratified_test([[[3, 0], [0, 0]], [[0, 0], [0, 4]]])
