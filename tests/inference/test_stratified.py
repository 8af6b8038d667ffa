from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable

from commsvc.errors import CommsvcError
from commsvc.inference import homogeneity_test, mantel_haenszel_test
from commsvc.inference.stratified import trend_test

SMALL = [[[8, 2], [5, 5]], [[4, 6], [3, 7]]]


@pytest.mark.parametrize("correction", [True, False])
@pytest.mark.parametrize("name", ["ucb", "small"])
def test_mantel_haenszel_equals_r(r, name, correction):
    tables = SMALL if name == "small" else np.reshape(r["ucb"], (6, 2, 2)).transpose(0, 2, 1)
    test = mantel_haenszel_test(tables, correction)
    found = [test.statistic, test.p, test.effect, test.effect_low, test.effect_high]
    assert found == pytest.approx(r[f"mantelhaen {name} {str(correction).upper()}"], rel=1e-8)


def test_worked_case_without_correction():
    assert round(mantel_haenszel_test(SMALL).statistic, 2) == 1.67


def test_a_stratum_of_one_group_adds_nothing():
    more = [*SMALL, [[3, 4], [0, 0]], [[0, 1], [0, 0]], [[0, 0], [0, 0]]]
    assert mantel_haenszel_test(more).statistic == mantel_haenszel_test(SMALL).statistic
    assert mantel_haenszel_test(more).effect == mantel_haenszel_test(SMALL).effect
    with pytest.raises(CommsvcError, match="nothing to compare"):
        mantel_haenszel_test([[[3, 4], [0, 0]]])


def test_homogeneity_is_statsmodels():
    theirs = StratifiedTable(np.moveaxis(np.array(SMALL, float), 0, -1)).test_equal_odds(
        adjust=True
    )
    ours = homogeneity_test(SMALL)
    assert (ours.statistic, ours.df) == (pytest.approx(theirs.statistic), 1.0)


def test_cochran_armitage_equals_r(r):
    test = trend_test([[83, 3], [90, 3], [129, 7], [70, 12]], method="cochran-armitage")
    assert [test.statistic, test.p] == pytest.approx(r["trend"], rel=1e-9)


@pytest.mark.parametrize(
    "name", ["t22", "small22", "t33", "t52", "t44", "t34", "big23", "big33", "long52"]
)
def test_linear_by_linear_equals_coin(r, name):
    t = np.reshape(r[f"table {name}"], [int(n) for n in r[f"shape {name}"]])
    z, p = r[f"linear by linear {name}"]
    test = trend_test(t)
    assert [test.statistic, test.p] == pytest.approx([z**2, p], rel=1e-8)
    assert np.sign(test.effect) == np.sign(z)
    assert test.effect_low < test.effect < test.effect_high


def test_a_trend_needs_two_scores():
    with pytest.raises(CommsvcError, match="no trend to see"):
        trend_test([[3, 4], [0, 0]])
    with pytest.raises(CommsvcError, match="two rows or two columns"):
        trend_test(np.ones((3, 3)), method="cochran-armitage")
    with pytest.raises(CommsvcError, match="row_scores do not fit"):
        trend_test(np.ones((3, 3)), row_scores=[1, 2])
