"""What is no count, no order, no spread or no design is refused or doubted; tails stay tails."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from commsvc import CommsvcError, Design, compare_groups, estimate_shares
from commsvc.inference import Sample, by_design, homogeneity_test, ordered_logit, post_stratify
from commsvc.inference.crosstabs import independence_test
from commsvc.inference.intervals import mean_interval, proportion_interval


def test_percentages_are_no_counts():
    with pytest.raises(CommsvcError, match="these are percentages"):
        compare_groups([[61.5, 38.5], [47.2, 52.8]], design=Design.srs())
    with pytest.raises(CommsvcError, match="these are shares"):
        estimate_shares([0.62, 0.38], design=Design.srs())
    whole = compare_groups([[62, 38], [47, 53]], design=Design.srs())
    assert "are these percentages?" in whole["note"][0]
    assert compare_groups([[62, 39], [47, 53]], design=Design.srs())["note"][0] == ""


def test_a_group_that_is_the_answer_is_doubted():
    assert "the answer itself" in independence_test([[30, 0], [0, 40]]).note


def test_homogeneity_where_the_common_odds_ratio_is_one():
    tables = [[[12, 6], [6, 12]], [[6, 12], [12, 6]]]
    found = homogeneity_test(tables)
    # The strata mirror each other: expected counts are those of independence.
    spread = 1 / (4 / 9)
    assert found.statistic == pytest.approx(2 * 9 / spread)
    assert found.p == pytest.approx(stats.chi2.sf(found.statistic, 1))


def test_a_tail_far_out_is_not_zero():
    far = homogeneity_test([[[200, 30], [30, 200]], [[30, 200], [200, 30]]])
    assert 0 < far.p < 1e-60


def test_answers_alike_have_no_interval():
    flat = mean_interval(4.0, 0.0, 30)
    assert np.isnan(flat.low)
    assert "all answers are alike" in flat.note


def test_an_order_has_to_be_said():
    answers = ["good", "poor", "fair", "good", "poor", "fair", "good", "fair"]
    lift = [1, 0, 1, 0, 0, 1, 1, 0]
    for given in (answers, pd.Categorical(answers)):
        with pytest.raises(CommsvcError, match=r"order of the answers is not said.*answer_levels"):
            ordered_logit(given, {"lift": lift})
    stated = pd.Categorical(answers, ["poor", "fair", "good"], ordered=True)
    named = ordered_logit(answers, {"lift": lift}, answer_levels=["poor", "fair", "good"])
    assert ordered_logit(stated, {"lift": lift}).coefficients == pytest.approx(named.coefficients)


def test_an_assumed_effect_honours_its_degrees_of_freedom():
    plain, few = Design.unknown().assuming(2), Design.unknown().assuming(2, df=9)
    wide, narrow = (
        estimate_shares([60, 40], design=design, method="wald") for design in (few, plain)
    )
    ratio = (wide["high"] - wide["low"]) / (narrow["high"] - narrow["low"])
    assert ratio[0] == pytest.approx(stats.t.ppf(0.975, 9) / stats.norm.ppf(0.975))
    table = [[60, 40], [45, 55]]
    row = compare_groups(table, design=few, method="pearson").iloc[0]
    chi = compare_groups(table, design=plain, method="pearson").iloc[0]
    assert row["p"] == pytest.approx(stats.f.sf(chi["statistic"], 1, 9))
    beta = proportion_interval(3, 60, "clopper-pearson", df=12)
    assert beta.high > proportion_interval(3, 60, "clopper-pearson").high


def test_weights_that_are_all_zero_or_shares():
    with pytest.raises(CommsvcError, match="add up to 0"):
        Sample(np.zeros(4))
    people = post_stratify(Sample(np.ones(4)), list("ffmm"), {"f": 0.6, "m": 0.4})
    assert "totals are no numbers of people" in by_design(lambda w: w.sum(), people).note
