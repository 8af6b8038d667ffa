"""Weights, TOPSIS, RSR, fuzzy evaluation: published numbers, other packages, invariants."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm import methods
from pymcdm import normalizations as scales
from pymcdm import weights as weighting
from scipy import stats

from commsvc import over_printed
from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e
from commsvc.indicators.evaluation.criteria import normalise

PRINTED = 5e-5


def fighters(cases) -> tuple[pd.DataFrame, dict[str, str], dict[str, float]]:
    case = cases["topsis"]
    names = list("abcdef")
    criteria = {n: "benefit" if b else "cost" for n, b in zip(names, case["benefit"], strict=True)}
    weights = dict(zip(names, case["weights"], strict=True))
    return pd.DataFrame(case["values"], columns=names), criteria, weights


def made_up(seed: int, n: int = 6, m: int = 3) -> tuple[pd.DataFrame, dict[str, str]]:
    rng = np.random.default_rng(seed)
    names = [f"c{j}" for j in range(m)]
    frame = pd.DataFrame(rng.uniform(1, 9, (n, m)).round(3), columns=names)
    return frame, {name: "cost" if j % 2 else "benefit" for j, name in enumerate(names)}


def test_topsis_and_entropy_published(cases):
    frame, criteria, weights = fighters(cases)
    found = e.topsis(frame, criteria, weights)
    assert found.tolist() == pytest.approx(cases["topsis"]["closeness"], abs=PRINTED)
    assert e.ranks(found).tolist() == [1, 4, 2, 3]
    scaled = e.topsis(frame, criteria, weights, normalisation="minmax")
    assert scaled.tolist() == pytest.approx(cases["topsis"]["minmax_closeness"], abs=PRINTED)
    entropy = e.entropy_weights(frame, criteria).tolist()
    assert entropy == pytest.approx(cases["topsis"]["entropy"], abs=PRINTED)
    by_name = e.topsis(frame, criteria, "entropy")
    assert by_name.tolist() == pytest.approx(e.topsis(frame, criteria, entropy).tolist())


@pytest.mark.parametrize("seed", range(5))
def test_against_pymcdm(seed):
    frame, criteria = made_up(seed, 7, 4)
    values, types = frame.to_numpy(), np.array([1, -1, 1, -1])
    w = np.array([0.1, 0.2, 0.3, 0.4])
    names = dict(zip(criteria, w, strict=True))
    for ours, theirs in {
        "vector": scales.vector_normalization,
        "minmax": scales.minmax_normalization,
        "share": scales.sum_normalization,
        "max": scales.max_normalization,
    }.items():
        expected = methods.TOPSIS(theirs)(values, w, types)
        found = e.topsis(frame, criteria, names, normalisation=ours)
        assert found.tolist() == pytest.approx(expected.tolist(), abs=1e-12)
        expected = methods.WSM(theirs)(values, w, types)
        found = normalise(values, types > 0, ours) @ w
        assert found.tolist() == pytest.approx(expected.tolist(), abs=1e-12)
    entropy = e.entropy_weights(frame, criteria)
    assert entropy.tolist() == pytest.approx(weighting.entropy_weights(values).tolist(), abs=1e-12)
    # pymcdm's CRITIC takes all criteria as benefits.
    critic = e.critic_weights(frame, dict.fromkeys(criteria, "benefit"))
    assert critic.tolist() == pytest.approx(weighting.critic_weights(values).tolist(), abs=1e-12)


def test_minmax_entropy_by_the_formula():
    frame = pd.DataFrame({"x": [1.0, 2, 4], "y": [3.0, 1, 2]})
    found = e.entropy_weights(frame, {"x": "benefit", "y": "cost"}, normalisation="minmax")
    shares = {"x": [0, 0.25, 0.75], "y": [0, 2 / 3, 1 / 3]}
    spread = [1 - stats.entropy(p) / np.log(3) for p in shares.values()]
    assert found.tolist() == pytest.approx([s / sum(spread) for s in spread])


@given(st.integers(0, 10**6), st.floats(0.01, 100))
@settings(max_examples=20)
def test_ranking_invariants(seed, factor):
    frame, criteria = made_up(seed)
    weights = {"c0": 1, "c1": 2, "c2": 3}
    scaled = frame.assign(c0=frame["c0"] * factor)
    once = e.topsis(frame, criteria, weights)
    assert e.topsis(scaled, criteria, weights).tolist() == pytest.approx(once.tolist(), abs=1e-9)
    assert ((once >= 0) & (once <= 1)).all()
    turned = e.topsis(frame[::-1], criteria, weights)
    assert turned.tolist()[::-1] == pytest.approx(once.tolist(), abs=1e-12)
    for weigh in (e.entropy_weights, e.critic_weights):
        w = weigh(frame, criteria)
        assert w.sum() == pytest.approx(1)
        assert weigh(scaled, criteria).tolist() == pytest.approx(w.tolist(), abs=1e-9)


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_what_is_better_in_everything_is_not_ranked_lower(seed):
    frame, criteria = made_up(seed, 8)
    better = frame.iloc[0] + [0.5, -0.5, 0.5]
    frame = pd.concat([frame, better.to_frame().T], ignore_index=True)
    for score in (e.topsis(frame, criteria), e.rank_sums(frame, criteria)):
        assert score[-1] > score[0]


def test_rsr_published(cases):
    case = cases["rsr"]
    frame = pd.DataFrame({name: values for name, (_, values) in case["columns"].items()})
    criteria = {name: direction for name, (direction, _) in case["columns"].items()}
    found = e.rank_sum_ratio(frame, criteria)
    assert found.table["estimate"].tolist() == pytest.approx(case["rsr"], abs=5e-8)
    fit = found.fit.iloc[0]
    assert (fit["intercept"], fit["slope"]) == pytest.approx(
        (case["intercept"], case["slope"]), abs=5e-9
    )
    assert fit["r_squared"] == pytest.approx(case["r_squared"], abs=PRINTED)
    assert fit["statistic"] == pytest.approx(case["F"], abs=5e-3)
    assert found.distribution["frequency"].iloc[-1] == 1 - 1 / 40
    assert found.table["grade"].tolist() == [2, 2, 3, 2, 2, 2, 2, 3, 2, 1]


@given(st.integers(0, 10**6))
@settings(max_examples=20)
def test_rsr_depends_on_the_order_alone(seed):
    frame, criteria = made_up(seed, 10)
    once = e.rank_sum_ratio(frame, criteria, grades=4).table
    curved = e.rank_sum_ratio(np.exp(frame), criteria, grades=4).table
    assert once["estimate"].tolist() == curved["estimate"].tolist()
    assert once["estimate"].mean() == pytest.approx(11 / 20)
    assert (once.sort_values("estimate")["grade"].diff().dropna() >= 0).all()


def test_rsr_ties_share_ranks_and_a_tied_last_place_needs_no_correction():
    frame = pd.DataFrame({"x": [1, 2, 3, 3], "y": [1, 2, 3, 3]})
    found = e.rank_sum_ratio(frame, {"x": "benefit", "y": "benefit"})
    assert found.table["estimate"].tolist() == [0.25, 0.5, 0.875, 0.875]
    assert found.distribution["frequency"].tolist() == [0.25, 0.5, 0.875]
    weighted = e.rank_sum_ratio(frame.assign(y=[4, 3, 2, 1]), dict.fromkeys("xy", "benefit"),
                                {"x": 3, "y": 1})  # fmt: skip
    assert weighted.table["estimate"].tolist() == [0.4375, 0.5625, 0.78125, 0.71875]


def test_fuzzy_by_hand():
    counts = pd.DataFrame({"good": [5, 2], "fair": [3, 3], "poor": [2, 5]})
    weights = [0.6, 0.4]
    expected = {
        "weighted_average": [0.38, 0.3, 0.32],
        "max_min": [0.5, 0.3, 0.4],
        "max_product": [0.3, 0.18, 0.2],
        "bounded_sum": [0.7, 0.6, 0.6],
    }
    for operator, raw in expected.items():
        found = e.fuzzy_evaluation(counts, weights, operator=operator)
        assert found["raw"].tolist() == pytest.approx(raw)
        assert found["estimate"].sum() == pytest.approx(1)
        same = e.fuzzy_evaluation(counts / 10, weights, operator=operator)
        assert same["estimate"].tolist() == pytest.approx(found["estimate"].tolist())
    scored = e.fuzzy_evaluation(counts, weights, scores=[100, 60, 0])
    assert scored["score"].iloc[0] == pytest.approx(56)
    assert "1 of 6" in e.fuzzy_evaluation(counts, weights, operator="max_min")["note"][0]


@given(st.lists(st.tuples(*[st.integers(2, 9)] * 3), min_size=2, max_size=5))
@settings(max_examples=20)
def test_fuzzy_of_like_items_is_the_item(rows):
    counts = np.array([rows[0]] * len(rows))
    found = e.fuzzy_evaluation(counts, [1 + i for i in range(len(rows))])
    assert found["estimate"].tolist() == pytest.approx((counts[0] / counts[0].sum()).tolist())


@pytest.mark.parametrize("score", ["topsis", "rank_sums"])
@pytest.mark.parametrize("seed", range(2))
def test_no_figures_that_print_so_were_found_beyond(score, seed):
    frame, criteria = made_up(seed, 5)
    figures, rng = frame.to_numpy().round(0), np.random.default_rng(seed)
    near = [[(v - 0.5, v + 0.5) for v in row] for row in figures]

    def scored(x):
        return getattr(e, score)(x, criteria)

    found = over_printed(scored, near)
    best, worst = e.rank_range(found.low, found.high)
    assert (best <= worst).all()
    for _ in range(200):
        x = figures + rng.choice([-0.5, 0.5, 0.2], figures.shape)
        one = scored(x)
        assert ((one >= found.low - 1e-9) & (one <= found.high + 1e-9)).all()
        assert ((e.ranks(one) >= best) & (e.ranks(one) <= worst)).all()


BOTH = {"x": "benefit", "y": "cost"}
TABLE = pd.DataFrame({"town": ["A", "B", "C"], "x": [1, 2, 3], "y": [3, 1, 2]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.topsis(TABLE, {"x": "gain"}), "no direction 'gain'"),
        (lambda: e.topsis(TABLE, {}), "no criteria"),
        (lambda: e.topsis(TABLE, {"xx": "benefit"}), "did you mean 'x'"),
        (lambda: e.topsis(TABLE, BOTH, "entropie"), "did you mean 'entropy'"),
        (lambda: e.topsis(TABLE, BOTH, {"x": 1}), "no weight for 'y'"),
        (lambda: e.topsis(TABLE, BOTH, {"x": 1, "y": -1}), "0 or more, not all 0"),
        (lambda: e.topsis(TABLE, BOTH, {"x": 1, "z": 1}), "no criterion 'z'"),
        (lambda: e.topsis(TABLE, BOTH, [1, 2, 3]), "3 weights for 2"),
        (lambda: e.topsis(TABLE, BOTH, normalisation="minimax"), "'minmax'"),
        (lambda: e.topsis(TABLE[:1], BOTH), "1 unit has no rank"),
        (lambda: e.topsis(TABLE.assign(x=[1, None, 3]), BOTH), "row 1, column 'x'"),
        (lambda: e.topsis([["45%", "1"], ["3", "4"]], ["benefit", "cost"]), "over_printed"),
        (lambda: e.topsis(TABLE.assign(x=1, y=1), BOTH), "do not differ"),
        (lambda: e.topsis(TABLE.assign(x=1), BOTH, normalisation="minmax"), "the same everywhere"),
        (lambda: e.entropy_weights(TABLE.assign(x=-1), BOTH), "negative"),
        (lambda: e.entropy_weights(TABLE.assign(x=1, y=1), BOTH), "no criterion differs"),
        (lambda: e.critic_weights(TABLE, {"x": "benefit"}), "two or more"),
        (lambda: e.rank_sum_ratio(TABLE, BOTH, grades=7), "no grading into 7"),
        (lambda: e.rank_sum_ratio(TABLE[:2], {"x": "benefit"}), "three at least"),
        (lambda: e.fuzzy_evaluation([[0.5, 0.2], [0.5, 0.5]], [1, 1]), "sum to one"),
        (lambda: e.fuzzy_evaluation([[0, 0], [3, 5]], [1, 1]), "counts of raters"),
        (lambda: e.fuzzy_evaluation([[1, 2], [3, 5]], [1, 1], scores=[1]), "1 scores for 2"),
        (lambda: e.fuzzy_evaluation([[1, 2], [3, 5]], [1, 1], operator="sum"), "no operator"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
