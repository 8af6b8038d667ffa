"""Scores, instruments and reliability of satisfaction."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.indicators import satisfaction as s
from commsvc.indicators.satisfaction.quality import KANO_ANSWERS, KANO_TABLE
from commsvc.indicators.satisfaction.reliability import kmo_from_correlation
from commsvc.inference.design import Design

ANSWERS = {"satisfied": 161, "fairly": 60, "not": 9}
SCORES = {"satisfied": 3, "fairly": 2, "not": 1}
COUNTS = st.tuples(*[st.integers(0, 300)] * 3).filter(lambda c: sum(c) > 1)


def test_top_box_against_statsmodels():
    row = s.top_box(ANSWERS, ["satisfied", "fairly"]).iloc[0]
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(221, 230, method="wilson"))
    assert row["count"] == 221
    wide = s.top_box(ANSWERS, ["satisfied"], design=Design.srs().assuming(2)).iloc[0]
    assert wide["high"] - wide["low"] > 0.7555 - 0.6379
    assert "design effect 2" in wide["note"]


def test_census_has_no_interval():
    for table in (
        s.top_box(ANSWERS, ["satisfied"], design="census"),
        s.mean_score(ANSWERS, SCORES, design="census"),
        s.net_satisfaction(ANSWERS, ["satisfied"], ["not"], design="census"),
    ):
        assert table[["se", "low", "high"]].isna().all(axis=None)


def test_mean_score_is_scipys():
    answers = np.repeat(list(SCORES.values()), list(ANSWERS.values()))
    row = s.mean_score(ANSWERS, SCORES, design="srs").iloc[0]
    expected = stats.t.interval(0.95, 229, answers.mean(), stats.sem(answers))
    assert (row["low"], row["high"]) == pytest.approx(expected)


@given(COUNTS)
def test_net_satisfaction_and_mean_agree(counts):
    """With scores 1, 0, −1 the mean *is* net satisfaction, and its errors differ by n − 1."""
    answers = dict(zip(SCORES, counts, strict=True))
    net = s.net_satisfaction(answers, ["satisfied"], ["not"]).iloc[0]
    mean = s.mean_score(answers, {"satisfied": 1, "fairly": 0, "not": -1}).iloc[0]
    n = sum(counts)
    assert net["estimate"] == pytest.approx(mean["estimate"], abs=1e-12)
    assert net["se"] == pytest.approx(mean["se"] * sqrt((n - 1) / n), abs=1e-9)


@given(COUNTS, st.integers(2, 5))
def test_replication_keeps_the_estimate_and_narrows(counts, times):
    answers = dict(zip(SCORES, counts, strict=True))
    many = {level: times * count for level, count in answers.items()}
    one, more = s.top_box(answers, ["satisfied"]), s.top_box(many, ["satisfied"])
    assert one["estimate"].item() == pytest.approx(more["estimate"].item())
    assert more["high"].item() - more["low"].item() <= one["high"].item() - one["low"].item()


def test_score_refusals():
    with pytest.raises(CommsvcError, match="did you mean 'satisfied'"):
        s.top_box(ANSWERS, ["satsified"])
    with pytest.raises(CommsvcError, match="nobody answered"):
        s.top_box({"a": 0}, ["a"])
    with pytest.raises(CommsvcError, match="is no count"):
        s.top_box({"a": 1, "b": None}, ["a"])
    with pytest.raises(CommsvcError, match="which level"):
        s.top_box([1, 2], ["a"])
    assert s.top_box(pd.Series({"a": 1, "b": 3}), ["a"])["estimate"].item() == 0.25
    with pytest.raises(CommsvcError, match="no score for the level 'not'"):
        s.mean_score(ANSWERS, {"satisfied": 3, "fairly": 2})
    with pytest.raises(CommsvcError, match="as satisfied and as dissatisfied"):
        s.net_satisfaction(ANSWERS, ["not"], ["not"])


def test_nps_against_the_r_package(cases):
    case = cases["nps"]
    row = s.net_promoter_score(case["scores"]).iloc[0]
    assert row["estimate"] == pytest.approx(case["nps"], abs=1e-6)
    assert row["se"] ** 2 * row["base"] == pytest.approx(case["variance"], abs=1e-6)
    assert row["se"] == pytest.approx(case["se"], abs=1e-5)


@pytest.mark.parametrize("answers", [["满意", "不满意"], [11], [True], [7.5], [], [1, 5] * 20])
def test_nps_is_only_for_recommendation(answers):
    with pytest.raises(CommsvcError):
        s.net_promoter_score(answers)


def test_acsi_with_published_weights(cases):
    for ratings, score in zip(cases["acsi"]["ratings"], cases["acsi"]["score"], strict=True):
        frame = pd.DataFrame([ratings] * 2, columns=["a", "b", "c"])
        found = s.acsi(frame, ("a", "b", "c"))["estimate"].item()
        assert found == pytest.approx(score, abs=5e-4)


def test_index_ends_and_refusals():
    frame = pd.DataFrame({"a": [1, 5], "b": [1, 5]})
    ends = [
        s.satisfaction_index(frame.loc[[i, i]], {"a": 1, "b": 3}, scale=(1, 5))["estimate"].item()
        for i in (0, 1)
    ]
    assert ends == [0, 100]
    with pytest.raises(CommsvcError, match="outside 1 to 4"):
        s.satisfaction_index(frame, {"a": 1}, scale=(1, 4))
    with pytest.raises(CommsvcError, match="no number"):
        s.satisfaction_index(pd.DataFrame({"a": ["good"]}), {"a": 1}, scale=(1, 5))
    missing = pd.DataFrame({"a": [1, 5, None]})
    assert (
        "1 with an item missing"
        in s.satisfaction_index(missing, {"a": 1}, scale=(1, 5))["note"].item()
    )


def test_quadrants_one_of_each():
    frame = pd.DataFrame({"item": list("abcd"), "i": [4, 5, 1, 2], "p": [2, 4, 1, 5]})
    table = s.importance_performance(frame, item="item", importance="i", performance="p")
    assert table["quadrant"].is_unique
    moved = s.importance_performance(
        frame, item="item", importance="i", performance="p", crosshair=(0, 0)
    )
    assert set(moved["quadrant"]) == {"keep up the good work"}
    with pytest.raises(CommsvcError, match="did you mean 'median'"):
        s.importance_performance(
            frame, item="item", importance="i", performance="p", crosshair="medan"
        )


def test_servqual_is_the_paired_t_test():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(1, 8, (40, 4)), columns=["p1", "p2", "e1", "e2"])
    row = s.servqual(frame, {"d": [("p1", "e1"), ("p2", "e2")]}).iloc[0]
    perceived, expected = frame[["p1", "p2"]].mean(axis=1), frame[["e1", "e2"]].mean(axis=1)
    test = stats.ttest_rel(perceived, expected)
    assert (row["statistic"], row["p"]) == pytest.approx((test.statistic, test.pvalue))
    assert (row["low"], row["high"]) == pytest.approx(tuple(test.confidence_interval()))


def test_kano_table_and_coefficients(cases):
    """Against itself an answer contradicts itself at both ends, and only there."""
    assert KANO_TABLE[0][0] == KANO_TABLE[4][4] == "Q"
    assert "".join(map("".join, KANO_TABLE)).count("Q") == 2
    case = cases["kano"]
    for parts, better, worse in zip(case["AOMI"], case["better"], case["worse"], strict=True):
        assert s.better_worse(*parts) == pytest.approx((better, worse), abs=6e-4)


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40))
def test_kano_words_and_numbers_agree(pairs):
    numbers = pd.DataFrame(pairs, columns=["f", "d"])
    words = numbers.map(lambda i: KANO_ANSWERS[i - 1])
    one, two = s.kano(numbers, {"x": ("f", "d")}), s.kano(words, {"x": ("f", "d")})
    pd.testing.assert_frame_equal(one, two)
    row = one.iloc[0]
    assert row[list("AOMIRQ")].sum() == row["base"] == len(pairs)
    if row[list("AOMI")].sum():
        assert 0 <= row["better"] <= 1
        assert -1 <= row["worse"] <= 0


def test_kano_refuses():
    with pytest.raises(CommsvcError, match="no Kano answer"):
        s.kano(pd.DataFrame({"f": [6], "d": [1]}), {"x": ("f", "d")})


def test_feldt_against_pingouin(cases):
    case = cases["feldt"]
    found = s.feldt_interval(case["alpha"], case["people"], case["items"])
    assert found == pytest.approx(tuple(case["interval"]), abs=5e-4)


def test_alpha_and_omega_of_one_factor(cases):
    """A large sample from the one-factor model has the model's alpha."""
    case = cases["omega"]
    lam = np.array(case["loadings"])
    assert s.mcdonald_omega(lam) == pytest.approx(case["omega"], abs=1e-6)
    cov = np.outer(lam, lam) + np.diag(1 - lam**2)
    # Scores whose sample covariance is exactly the model's.
    raw = np.random.default_rng(0).normal(size=(400, 4))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    frame = pd.DataFrame(white @ np.linalg.cholesky(cov).T, columns=list("abcd"))
    row = s.cronbach_alpha(frame, list("abcd")).iloc[0]
    assert row["estimate"] == pytest.approx(case["alpha"], abs=1e-6)
    assert row["low"] < row["estimate"] < row["high"]


@given(st.integers(0, 10**6), st.floats(0.5, 20), st.floats(-5, 5))
@settings(max_examples=20)
def test_alpha_ignores_a_common_scale(seed, factor, shift):
    frame = pd.DataFrame(np.random.default_rng(seed).normal(size=(12, 3)), columns=list("abc"))
    frame = frame.add(frame["a"], axis=0)
    one = s.cronbach_alpha(frame, list("abc"))["estimate"].item()
    other = s.cronbach_alpha(frame * factor + shift, list("abc"))["estimate"].item()
    assert one == pytest.approx(other)


def test_item_statistics_find_the_reversed_item():
    rng = np.random.default_rng(3)
    trait = rng.normal(size=200)
    frame = pd.DataFrame({k: trait + rng.normal(size=200) for k in "abc"})
    frame["reversed"] = -trait + rng.normal(size=200)
    table = s.item_statistics(frame, [*"abc", "reversed"]).set_index("group")
    assert table["item_rest_r"].idxmin() == "reversed"
    assert table["alpha_without"].idxmax() == "reversed"


def test_kmo_by_regression():
    """Partial correlations from residuals of regressions, not from the inverse."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    frame = pd.DataFrame(values, columns=list("abcd"))
    r = frame.corr().to_numpy()
    partial = np.zeros((4, 4))
    for i in range(4):
        for j in range(i):
            rest = np.column_stack([np.ones(60), np.delete(values, [i, j], axis=1)])
            residuals = [
                values[:, k] - rest @ np.linalg.lstsq(rest, values[:, k], rcond=None)[0]
                for k in (i, j)
            ]
            partial[i, j] = partial[j, i] = np.corrcoef(*residuals)[0, 1]
    off = ~np.eye(4, dtype=bool)
    expected = (r[off] ** 2).sum() / ((r[off] ** 2).sum() + (partial[off] ** 2).sum())
    table = s.kmo(frame, list("abcd")).set_index("group")["estimate"]
    assert table["overall"] == pytest.approx(expected)
    assert len(kmo_from_correlation(r, list("abcd"))) == 5


def test_reliability_refusals():
    with pytest.raises(CommsvcError, match="two different items"):
        s.cronbach_alpha(pd.DataFrame({"a": [1, 2]}), ["a"])
    with pytest.raises(CommsvcError, match="same total"):
        s.cronbach_alpha(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), ["a", "b"])
    with pytest.raises(CommsvcError, match="no inverse"):
        s.kmo(pd.DataFrame({"a": [1, 2, 4], "b": [1, 2, 4]}), ["a", "b"])
    with pytest.raises(CommsvcError, match="unique variance"):
        s.mcdonald_omega([1.2, 0.5])


def test_response_shares_published(cases):
    case = cases["multiple_response"]
    rest = case["responses"] - case["count"]
    halves = {"x": case["count"], "y": rest // 2, "z": rest - rest // 2}
    row = s.response_shares(halves, case["cases"], asked=case["asked"]).iloc[0]
    assert row["response_share"] == pytest.approx(case["response_share"], abs=5e-6)
    assert row["case_share"] == pytest.approx(case["case_share"], abs=5e-6)
    assert row["valid"] == pytest.approx(case["valid"], abs=5e-4)


def test_responses_from_answers():
    frame = pd.DataFrame({"a": [1, 1, 0, None], "b": [0, 1, 0, None]})
    table = s.multiple_response(frame, ["a", "b"])
    assert table["count"].tolist() == [2, 1]
    assert table["valid"].tolist() == [2 / 3] * 2
    assert table["response_share"].sum() == pytest.approx(1)
    with pytest.raises(CommsvcError, match="cannot have given"):
        s.response_shares({"a": 5}, 4)
    with pytest.raises(CommsvcError, match="row 0, a"):
        s.multiple_response(frame.replace(1, 2), ["a", "b"])
