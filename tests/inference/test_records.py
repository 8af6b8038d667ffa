"""Records against cluster totals and R survey; labels that are missing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from schools import DESIGNS, mean_of, ratio_of, reference, schools, total_of

from commsvc.errors import CommsvcError
from commsvc.inference.checks import as_numbers, missing
from commsvc.inference.design_tests import design_rank_test
from commsvc.inference.logit import ordered_logit
from commsvc.inference.sample import Sample

R = reference("survey_core")


@pytest.mark.parametrize("name", DESIGNS)
def test_estimates_as_r(name):
    data, records = schools(name)
    mean = mean_of(records, data["api00"])
    assert [mean.estimate[0], mean.se[0]] == pytest.approx(R[f"mean {name}"][:2], rel=1e-10)
    total = total_of(records, data["enroll"])
    assert [total.estimate[0], total.se[0]] == pytest.approx(R[f"total {name}"], rel=1e-10)
    ratio = ratio_of(records, data["api00"], data["api99"])
    assert [ratio.estimate[0], ratio.se[0]] == pytest.approx(R[f"ratio {name}"], rel=1e-10)
    inside = records.domain((data["stype"] == "E").to_numpy())
    share = mean_of(inside, (data["sch.wide"] == "Yes").to_numpy())
    expected = R[f"domain {name}"]
    assert [share.estimate[0], share.se[0]] == pytest.approx(expected[:2], rel=1e-10)
    assert share.df == expected[2]


def test_clusters_of_one_name_in_two_strata_are_two():
    people = Sample([1] * 4, strata=["n", "n", "s", "s"], clusters=[1, 2, 1, 2])
    assert people.stages[0].clusters.code.size == 4
    assert people.df == 2


@pytest.mark.parametrize(
    "values",
    [[1, None, 3], [1.0, np.nan, 3.0], pd.Series([1, None, 3], dtype="Int64"),
     pd.Series(["1", None, "3"]).astype(object).map({"1": 1, "3": 3})],
)  # fmt: skip
def test_every_kind_of_missing_number(values):
    assert np.isnan(as_numbers(values)).tolist() == [False, True, False]


@pytest.mark.parametrize(
    "labels",
    [["a", None, "b"], pd.Series(["a", None, "b"]), pd.Series(["a", pd.NA, "b"], dtype="string"),
     pd.Categorical(["a", None, "b"])],
)  # fmt: skip
def test_every_kind_of_missing_label(labels):
    assert missing(labels).tolist() == [False, True, False]
    with pytest.raises(CommsvcError, match="strata: missing for 1"):
        Sample([1, 1, 1], strata=labels)
    people = Sample(np.ones(12))
    groups = pd.concat([pd.Series(labels)] * 4, ignore_index=True)
    test = design_rank_test(np.arange(12), groups, people)
    assert test.note == "b minus a; 4 of 12 left out: no answer or no group"
    model = ordered_logit([1, 3, 2, 2, 1, 1, 3, 2, 3, 1, 3, 2], {"g": groups}, sample=people)
    assert model.note == "4 of 12 left out: no answer"
    assert model.columns.names == ("g: b",)


def test_values_that_are_missing_are_not_dropped_silently():
    people = Sample([2, 2, 2])
    with pytest.raises(CommsvcError, match="1 people have no value"):
        mean_of(people, [1, np.nan, 3])
    kept = people.domain(np.array([True, False, True]))
    assert mean_of(kept, [1, np.nan, 3]).estimate[0] == 2
    with pytest.raises(CommsvcError, match="nobody with a weight"):
        people.domain(np.array([False] * 3))
    with pytest.raises(CommsvcError, match="two population sizes"):
        Sample([1, 1], clusters=["a", "a"], fpc=[5, 6])
