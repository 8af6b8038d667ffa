"""Wald tests of association against R's svychisq."""

from __future__ import annotations

import numpy as np
import pytest
from schools import DESIGNS, rao_scott_test, reference, schools

from commsvc.errors import CommsvcError
from commsvc.inference.clusters import Clusters

R = reference("survey_more")


def cells(data, records, row, column):
    """Weighted totals of each cell in each cluster."""
    _, i = np.unique(data[row], return_inverse=True)
    _, j = np.unique(data[column], return_inverse=True)
    made = np.zeros((records.stages[0].clusters.code.size, i.max() + 1, j.max() + 1))
    np.add.at(made, (records.units, i, j), records.weights)
    return made


@pytest.mark.parametrize("row", ["sch.wide", "awards", "band"])
@pytest.mark.parametrize("statistic", ["Wald", "adjWald"])
@pytest.mark.parametrize("name", DESIGNS)
def test_as_svychisq(name, statistic, row):
    data, records = schools(name)
    table = cells(data, records, row, "stype")
    test = rao_scott_test(table, records.stages[0].clusters, len(data), statistic)
    expected = R[f"svychisq {statistic} {row} {name}"]
    assert [test.statistic, test.df, test.df2, test.p] == pytest.approx(expected, rel=1e-8)
    assert test.effect == rao_scott_test(table, records.stages[0].clusters, len(data)).effect
    assert ("adjusted" in test.method) == (statistic == "adjWald")


def test_turning_the_table_changes_nothing():
    data, records = schools("clus")
    one, two = (
        rao_scott_test(cells(data, records, *pair), records.stages[0].clusters, 183, "adjWald")
        for pair in (("awards", "stype"), ("stype", "awards"))
    )
    assert one.statistic == pytest.approx(two.statistic, rel=1e-9)


def test_too_few_clusters_for_the_contrasts():
    rng = np.random.default_rng(3)
    table = rng.integers(1, 9, (4, 3, 3))
    with pytest.raises(CommsvcError, match="3 degrees of freedom do not carry a Wald test of 4"):
        rao_scott_test(table, Clusters(size=4), 60, "Wald")
    with pytest.raises(CommsvcError, match="2 degrees of freedom do not carry"):
        rao_scott_test(rng.integers(1, 9, (9, 3, 3)), Clusters(size=9), 60, "adjWald", df=2)
