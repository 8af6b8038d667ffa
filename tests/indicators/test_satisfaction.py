"""Satisfaction: indices, instruments, reliability; against statsmodels, SciPy, published cases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc import CommsvcError, over_printed
from commsvc.indicators import instruments as i
from commsvc.indicators import satisfaction as s
from commsvc.inference import by_design
from commsvc.inference.sample import Sample

ANSWERS = {"satisfied": 161, "fairly": 60, "not": 9}
SCORES = {"satisfied": 3, "fairly": 2, "not": 1}
COUNTS = st.tuples(*[st.integers(0, 300)] * 3).filter(lambda c: sum(c) > 1)
SEEDS = st.integers(0, 10**6)
ITEMS = list("abcd")
few = settings(max_examples=20, deadline=None)


def people(counts=ANSWERS):
    """One answer a person."""
    return np.repeat(list(counts), list(counts.values())).tolist()


def answers(seed: int, n: int = 25) -> pd.DataFrame:
    """Four items on one trait, 1 to 10, not quite whole."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(n, 1))
    return pd.DataFrame(np.clip(5 + trait + rng.normal(size=(n, 4)), 1, 10), columns=ITEMS)


def test_a_mean_score_by_design_is_scipys():
    given_ = people()
    found = by_design(lambda w: s.mean_score(given_, SCORES, w), Sample(np.ones(230)))
    scores = [SCORES[level] for level in given_]
    expected = stats.t.interval(0.95, 229, np.mean(scores), stats.sem(scores))
    interval = found.interval()
    assert (interval.low, interval.high) == pytest.approx(expected)


@given(COUNTS)
def test_counts_answers_and_weights_say_the_same(counts):
    named = dict(zip(SCORES, counts, strict=True))
    for index in (
        lambda a, w=None: s.top_box(a, ["satisfied"], w),
        lambda a, w=None: s.mean_score(a, SCORES, w),
        lambda a, w=None: s.net_satisfaction(a, ["satisfied"], ["not"], w),
    ):
        try:
            one = index(named)
            assert index(list(named), list(named.values())) == pytest.approx(one)
            assert index(pd.Series(people(named)).tolist()) == pytest.approx(one)
        except CommsvcError as error:
            assert "no level" in str(error)  # noqa: PT017
    net = s.net_satisfaction(named, ["satisfied"], ["not"])
    mean = s.mean_score(named, {"satisfied": 1, "fairly": 0, "not": -1})
    # With scores 1, 0, -1 the mean is net satisfaction.
    assert net == pytest.approx(mean, abs=1e-12)


def test_a_score_over_counts_as_printed():
    """161 of 230 are 70 %: the mean score over all that prints so."""
    found = over_printed(
        lambda shares: s.mean_score(dict(zip(SCORES, shares, strict=True)), SCORES),
        ["70%", "26%", "4%"],
        corners=True,
    )
    exact = s.mean_score(ANSWERS, SCORES)
    assert found.certain
    assert found.low < exact < found.high
    # Lowest where the best answer is least and the others most.
    lowest = {"satisfied": 0.695, "fairly": 0.265, "not": 0.045}
    assert found.low == pytest.approx(s.mean_score(lowest, SCORES))


def test_nps_against_the_r_package(cases):
    case = cases["nps"]
    scores = case["scores"]
    assert s.net_promoter_score(scores) == pytest.approx(case["nps"], abs=1e-6)
    found = by_design(lambda w: s.net_promoter_score(scores, w), Sample(np.ones(len(scores))))
    n = len(scores)
    assert found.se * ((n - 1) / n) ** 0.5 == pytest.approx(case["se"], abs=1e-5)


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60).filter(lambda x: max(x) > 5))
@few
def test_the_promoter_score_is_net_satisfaction_of_its_groups(scores):
    groups = {"up": sum(x >= 9 for x in scores), "down": sum(x <= 6 for x in scores)}
    groups["passive"] = len(scores) - sum(groups.values())
    net = s.net_satisfaction(groups, ["up"], ["down"])
    assert s.net_promoter_score(scores) == pytest.approx(net, abs=1e-12)


@pytest.mark.parametrize("given_", [["满意", "不满意"], [11], [True], [7.5], [], [1, 5] * 20])
def test_nps_is_only_for_recommendation(given_):
    with pytest.raises(CommsvcError):
        s.net_promoter_score(given_)


def test_acsi_with_published_weights(cases):
    items = dict(zip("abc", s.ACSI_WEIGHTS, strict=True))
    for ratings, score in zip(cases["acsi"]["ratings"], cases["acsi"]["score"], strict=True):
        frame = pd.DataFrame([ratings] * 2, columns=list("abc"))
        found = s.satisfaction_index(frame, items, scale=(1, 10))
        assert found == pytest.approx(score, abs=5e-4)


@given(SEEDS)
@few
def test_an_index_is_the_mean_of_items_on_any_scale(seed):
    frame, items = answers(seed), dict(zip(ITEMS, (4, 3, 2, 1), strict=True))
    mixed = frame.sample(frac=1, random_state=seed)
    one = s.satisfaction_index(frame, items, scale=(1, 10))
    assert s.satisfaction_index((mixed - 1) / 2, items, scale=(0, 4.5)) == pytest.approx(one)
    each = [s.satisfaction_index(frame, {item: 1}, scale=(1, 10)) for item in ITEMS]
    assert each == pytest.approx(((frame - 1) / 9 * 100).mean().tolist())
    assert one == pytest.approx(np.average(each, weights=(4, 3, 2, 1)))
    # A weight of two is two people; who lacks an item is left out.
    w = np.arange(len(frame)) % 3
    twice = frame.loc[frame.index.repeat(w)]
    weighted = s.satisfaction_index(frame, items, scale=(1, 10), weights=w)
    assert weighted == pytest.approx(s.satisfaction_index(twice, items, scale=(1, 10)))
    gap = pd.concat([frame, frame[:1].assign(a=None)])
    assert s.satisfaction_index(gap, items, scale=(1, 10)) == pytest.approx(one)


def test_quadrants_one_of_each():
    frame = pd.DataFrame({"item": list("abcd"), "i": [4, 5, 1, 2], "p": [2, 4, 1, 5]})
    table = i.importance_performance(frame, item="item", importance="i", performance="p")
    assert table["quadrant"].is_unique
    moved = i.importance_performance(
        frame, item="item", importance="i", performance="p", crosshair=(0, 0)
    )
    assert set(moved["quadrant"]) == {"keep up the good work"}
    with pytest.raises(CommsvcError, match="did you mean 'median'"):
        i.importance_performance(
            frame, item="item", importance="i", performance="p", crosshair="medan"
        )


def test_servqual_is_the_paired_t_test():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.integers(1, 8, (40, 4)), columns=["p1", "p2", "e1", "e2"])
    row = i.servqual(frame, {"d": [("p1", "e1"), ("p2", "e2")]}).iloc[0]
    perceived, expected = frame[["p1", "p2"]].mean(axis=1), frame[["e1", "e2"]].mean(axis=1)
    test = stats.ttest_rel(perceived, expected)
    assert (row["statistic"], row["p"]) == pytest.approx((test.statistic, test.pvalue))
    assert (row["low"], row["high"]) == pytest.approx(tuple(test.confidence_interval()))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1, max_size=40))
def test_kano_words_and_numbers_agree(pairs):
    numbers = pd.DataFrame(pairs, columns=["f", "d"])
    words = numbers.map(lambda k: i.KANO_ANSWERS[k - 1])
    one, two = i.kano(numbers, {"x": ("f", "d")}), i.kano(words, {"x": ("f", "d")})
    pd.testing.assert_frame_equal(one, two)
    row = one.iloc[0]
    assert row[list("AOMIRQ")].sum() == row["base"] == len(pairs)
    if row[list("AOMI")].sum():
        assert 0 <= row["better"] <= 1
        assert -1 <= row["worse"] <= 0


def test_kano_refuses():
    with pytest.raises(CommsvcError, match="no Kano answer"):
        i.kano(pd.DataFrame({"f": [6], "d": [1]}), {"x": ("f", "d")})


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


def test_response_shares_published(cases):
    case = cases["multiple_response"]
    rest = case["responses"] - case["count"]
    halves = {"x": case["count"], "y": rest // 2, "z": rest - rest // 2}
    row = s.response_shares(halves, case["cases"], asked=case["asked"]).iloc[0]
    assert row["response_share"] == pytest.approx(case["response_share"], abs=5e-6)
    assert row["case_share"] == pytest.approx(case["case_share"], abs=5e-6)
    assert row["valid"] == pytest.approx(case["valid"], abs=5e-4)


@given(SEEDS, st.floats(0.1, 20), st.floats(-5, 5))
@few
def test_scale_statistics_in_any_unit(seed, factor, shift):
    frame = answers(seed)
    other = (frame * factor + shift).sample(frac=1, random_state=seed)
    one, two = (s.item_statistics(f, ITEMS).set_index("group") for f in (frame, other))
    kept = ["item_rest_r", "alpha_without", "floor", "ceiling"]
    assert one[kept].to_numpy() == pytest.approx(two[kept].to_numpy())
    assert two["mean"].to_numpy() == pytest.approx(one["mean"].to_numpy() * factor + shift)
    rest = s.cronbach_alpha(frame, ["b", "c", "d"])["estimate"].item()
    assert one.loc["a", "alpha_without"] == pytest.approx(rest)
    # The other way round an item correlates the other way, and is as adequate.
    turned = other.assign(a=-other["a"])
    adequate = [s.kmo(f[ITEMS].corr())[0] for f in (frame, turned)]
    assert adequate[0] == pytest.approx(adequate[1])
    assert ((adequate[0] > 0) & (adequate[0] < 1)).all()


@given(SEEDS)
@few
def test_a_gap_turns_round_and_a_common_shift_is_none(seed):
    frame = answers(seed)
    there = i.servqual(frame, {"d": [("a", "b"), ("c", "d")]}).iloc[0]
    back = i.servqual(frame[::-1], {"d": [("b", "a"), ("d", "c")]}).iloc[0]
    numbers = ["estimate", "low", "high", "statistic", "effect"]
    assert there[numbers].tolist() == pytest.approx(
        [-back[name] for name in ("estimate", "high", "low", "statistic", "effect")]
    )
    moved = i.servqual(frame + 3, {"d": [("a", "b"), ("c", "d")]}).iloc[0]
    assert moved[numbers].tolist() == pytest.approx(there[numbers].tolist())
    assert there["perception"] - there["expectation"] == pytest.approx(there["estimate"])


def test_kano_table_and_coefficients(cases):
    """Against itself an answer contradicts itself at both ends, and only there."""
    assert i.KANO_TABLE[0][0] == i.KANO_TABLE[4][4] == "Q"
    assert "".join(i.KANO_TABLE).count("Q") == 2
    case = cases["kano"]
    of = {"A": (1, 3), "O": (1, 5), "M": (3, 5), "I": (3, 3)}
    for parts, better, worse in zip(case["AOMI"], case["better"], case["worse"], strict=True):
        counts = [round(10 * part) for part in parts]
        rows = [pair for pair, n in zip(of.values(), counts, strict=True) for _ in range(n)]
        row = i.kano(pd.DataFrame(rows, columns=["f", "d"]), {"x": ("f", "d")}).iloc[0]
        assert row[list(of)].tolist() == counts
        assert (row["better"], row["worse"]) == pytest.approx((better, worse), abs=6e-4)


def test_feldt_against_pingouin(cases):
    """The interval depends on alpha, people and items alone."""
    case = cases["feldt"]
    n, k, alpha = case["people"], case["items"], case["alpha"]
    r = alpha / (k - alpha * (k - 1))
    raw = np.random.default_rng(0).normal(size=(n, k))
    raw -= raw.mean(axis=0)
    white = raw @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    made = white @ np.linalg.cholesky(np.full((k, k), r) + (1 - r) * np.eye(k)).T
    frame = pd.DataFrame(made, columns=[f"q{j}" for j in range(k)])
    row = s.cronbach_alpha(frame, list(frame)).iloc[0]
    assert row["estimate"] == pytest.approx(alpha)
    assert (row["low"], row["high"]) == pytest.approx(tuple(case["interval"]), abs=5e-4)


def test_kmo_by_regression():
    """Partial correlations from residuals of regressions, not from the inverse."""
    rng = np.random.default_rng(4)
    values = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    r = np.corrcoef(values, rowvar=False)
    partial = np.zeros((4, 4))
    for a in range(4):
        for b in range(a):
            rest = np.column_stack([np.ones(60), np.delete(values, [a, b], axis=1)])
            residuals = [
                values[:, k] - rest @ np.linalg.lstsq(rest, values[:, k], rcond=None)[0]
                for k in (a, b)
            ]
            partial[a, b] = partial[b, a] = np.corrcoef(*residuals)[0, 1]
    off = ~np.eye(4, dtype=bool)
    expected = (r[off] ** 2).sum() / ((r[off] ** 2).sum() + (partial[off] ** 2).sum())
    assert s.kmo(r)[1] == pytest.approx(expected)


@given(st.floats(0.05, 0.95), st.integers(2, 12))
@few
def test_omega_of_like_items_is_spearman_brown(r, k):
    """k items that correlate r: kr/(1 + (k − 1)r), which is alpha, too."""
    omega = s.mcdonald_omega([r**0.5] * k)
    assert omega == pytest.approx(k * r / (1 + (k - 1) * r))
    assert omega == pytest.approx(s.mcdonald_omega([2 * r**0.5] * k, [4 * (1 - r)] * k))


FRAME = answers(1)
TWINS = pd.DataFrame({"a": [1, 2, 4], "b": [1, 2, 4]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: s.top_box(ANSWERS, ["satsified"]), "did you mean 'satisfied'"),
        (lambda: s.top_box(ANSWERS, "satisfied"), "no list of levels"),
        (lambda: s.top_box({"a": 0}, ["a"]), "nobody answered"),
        (lambda: s.top_box({"a": 1, "b": -1}, ["a"]), "negative"),
        (lambda: s.top_box(["a", "b"], ["a"], [1]), "a weight each"),
        (
            lambda: s.mean_score(ANSWERS, {"satisfied": 3, "fairly": 2}),
            "no score for the level 'not'",
        ),
        (lambda: s.net_satisfaction(ANSWERS, ["not"], ["not"]), "as satisfied and as dissatisfied"),
        (lambda: s.satisfaction_index(FRAME + 5, {"a": 1}, scale=(1, 10)), "outside 1 to 10"),
        (lambda: s.satisfaction_index(FRAME, {"overall": 1}, scale=(1, 10)), "overall"),
        (lambda: s.satisfaction_index(FRAME, {"a": 0}, scale=(1, 10)), "not all 0"),
        (
            lambda: s.satisfaction_index(pd.DataFrame({"a": ["good"]}), {"a": 1}, scale=(1, 5)),
            "no number",
        ),
        (lambda: s.response_shares({"a": 5}, 4), "cannot have given"),
        (lambda: s.cronbach_alpha(pd.DataFrame({"a": [1, 2]}), ["a"]), "two different items"),
        (
            lambda: s.cronbach_alpha(pd.DataFrame({"a": [1, 2], "b": [2, 1]}), ["a", "b"]),
            "same total",
        ),
        (lambda: s.cronbach_alpha(FRAME, ITEMS, confidence=95), "between 0 and 1"),
        (lambda: s.kmo(TWINS.corr()), "no inverse"),
        (lambda: s.mcdonald_omega([1.2, 0.5]), "unique variance"),
        (lambda: s.item_statistics(FRAME, ["a", "a"]), "two different items"),
        (lambda: s.item_statistics(FRAME, ["a", "aa"]), "did you mean"),
        (lambda: i.servqual(FRAME[:1], {"d": [("a", "b")]}), "1 people answered"),
        (lambda: i.servqual(FRAME, {"d": []}), "has no items"),
        (lambda: i.servqual(FRAME, {"d": [("a", "b")]}, confidence=95), "between 0 and 1"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
