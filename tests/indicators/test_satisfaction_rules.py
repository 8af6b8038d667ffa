"""Satisfaction's instruments: what neither scale nor order of rows may change, and refusals."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import satisfaction as s

SEEDS = st.integers(0, 10**6)
ITEMS = list("abcd")
few = settings(max_examples=20, deadline=None)


def answers(seed: int, people: int = 25) -> pd.DataFrame:
    """Four items on one trait, 1 to 10, not quite whole."""
    rng = np.random.default_rng(seed)
    trait = rng.normal(size=(people, 1))
    return pd.DataFrame(
        np.clip(5 + trait + rng.normal(size=(people, 4)), 1, 10), columns=ITEMS
    )  # fmt: skip


@given(SEEDS)
@few
def test_an_index_is_the_mean_of_items_on_any_scale(seed):
    frame, weights = answers(seed), dict(zip(ITEMS, (4, 3, 2, 1), strict=True))
    mixed = frame.sample(frac=1, random_state=seed)
    one = s.satisfaction_index(frame, weights, scale=(1, 10))
    halved = s.satisfaction_index((mixed - 1) / 2, weights, scale=(0, 4.5))
    columns = ["estimate", "se", "low", "high"]
    assert one[columns].to_numpy() == pytest.approx(halved[columns].to_numpy())
    by_hand = (frame - 1) / 9 * 100
    items = [
        s.satisfaction_index(frame, {item: 1}, scale=(1, 10))["estimate"].item() for item in ITEMS
    ]
    assert items == pytest.approx(by_hand.mean().tolist())
    assert one["estimate"].item() == pytest.approx(np.average(items, weights=(4, 3, 2, 1)))
    acsi = s.acsi(frame, ("a", "b", "c"), weights=(4, 3, 2))
    index = s.satisfaction_index(frame, {"a": 4, "b": 3, "c": 2}, scale=(1, 10))
    assert acsi[columns].to_numpy() == pytest.approx(index[columns].to_numpy())


@given(st.lists(st.integers(0, 10), min_size=2, max_size=60).filter(lambda x: max(x) > 5), SEEDS)
@few
def test_the_promoter_score_is_net_satisfaction_of_its_groups(scores, seed):
    mixed = np.random.default_rng(seed).permutation(scores).tolist()
    nps = s.net_promoter_score(mixed).iloc[0]
    groups = {"up": sum(x >= 9 for x in scores), "down": sum(x <= 6 for x in scores)}
    groups["passive"] = len(scores) - sum(groups.values())
    net = s.net_satisfaction(groups, ["up"], ["down"]).iloc[0]
    assert nps[["estimate", "se"]].tolist() == pytest.approx(net[["estimate", "se"]].tolist())


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
    adequate = [s.kmo(f, ITEMS)["estimate"].to_numpy() for f in (frame, turned)]
    assert adequate[0] == pytest.approx(adequate[1])
    assert ((adequate[0] > 0) & (adequate[0] < 1)).all()


@given(st.floats(0.05, 0.95), st.integers(2, 12), st.integers(5, 500))
@few
def test_omega_of_like_items_is_spearman_brown_and_feldts_interval_holds_it(r, k, people):
    """k items that correlate r: kr/(1 + (k − 1)r), which is alpha, too."""
    omega = s.mcdonald_omega([r**0.5] * k)
    assert omega == pytest.approx(k * r / (1 + (k - 1) * r))
    assert omega == pytest.approx(s.mcdonald_omega([2 * r**0.5] * k, [4 * (1 - r)] * k))
    inner = s.feldt_interval(omega, people, k, confidence=0.5)
    outer = s.feldt_interval(omega, people, k)
    assert outer[0] < inner[0] < inner[1] < outer[1] < 1
    more = s.feldt_interval(omega, people * 4, k)
    assert more[1] - more[0] < outer[1] - outer[0]


@given(SEEDS, st.floats(0.1, 20), st.floats(-5, 5))
@few
def test_importance_in_any_unit(seed, factor, shift):
    frame = answers(seed)
    other = (frame * factor + shift).sample(frac=1, random_state=seed)
    for method in ("pearson", "spearman"):
        one, two = (
            s.derived_importance(f, ["a", "b"], "d", method=method)["estimate"].tolist()
            for f in (frame, other)
        )
        assert one == pytest.approx(two)
    ranked = frame.rank()
    by_rank = s.derived_importance(ranked, ["a", "b"], "d")["estimate"].tolist()
    assert by_rank == pytest.approx(
        s.derived_importance(frame, ["a", "b"], "d", method="spearman")["estimate"].tolist()
    )
    items = pd.DataFrame({"item": ITEMS, "i": frame.mean().to_numpy(), "p": frame.std().to_numpy()})
    scaled = items.assign(i=items["i"] * factor + shift)[::-1]
    names = {"item": "item", "importance": "i", "performance": "p"}
    for crosshair in ("mean", "median"):
        quadrants = [
            s.importance_performance(f, **names, crosshair=crosshair).set_index("group")["quadrant"]
            for f in (items, scaled)
        ]
        assert quadrants[0].to_dict() == quadrants[1].to_dict()


@given(SEEDS)
@few
def test_a_gap_turns_round_and_a_common_shift_is_none(seed):
    frame = answers(seed)
    there = s.servqual(frame, {"d": [("a", "b"), ("c", "d")]}).iloc[0]
    back = s.servqual(frame[::-1], {"d": [("b", "a"), ("d", "c")]}).iloc[0]
    numbers = ["estimate", "low", "high", "statistic", "effect"]
    assert there[numbers].tolist() == pytest.approx(
        [-back[name] for name in ("estimate", "high", "low", "statistic", "effect")]
    )
    moved = s.servqual(frame + 3, {"d": [("a", "b"), ("c", "d")]}).iloc[0]
    assert moved[numbers].tolist() == pytest.approx(there[numbers].tolist())
    assert there["perception"] - there["expectation"] == pytest.approx(there["estimate"])


@given(st.lists(st.integers(0, 200), min_size=4, max_size=4).filter(any), st.integers(1, 9))
def test_kanos_coefficients_of_copies_and_of_the_opposite(parts, times):
    better, worse = s.better_worse(*parts)
    assert s.better_worse(*(times * part for part in parts)) == pytest.approx((better, worse))
    attractive, both, must, indifferent = parts
    assert s.better_worse(must, both, attractive, indifferent) == pytest.approx((-worse, -better))


@given(st.lists(st.lists(st.booleans(), min_size=3, max_size=3), min_size=1, max_size=30), SEEDS)
@few
def test_ticks_of_people_are_the_counts(rows, seed):
    frame = pd.DataFrame(rows, columns=ITEMS[:3]).astype(int)
    if not frame.to_numpy().any():
        return
    found = s.multiple_response(frame.sample(frac=1, random_state=seed), ITEMS[:3])
    cases = int(frame.any(axis=1).sum())
    counted = s.response_shares(frame.sum().to_dict(), cases, asked=len(frame))
    pd.testing.assert_frame_equal(found, counted)
    assert found["response_share"].sum() == pytest.approx(1)
    assert 1 <= found["case_share"].sum() <= 3
    assert (found["case_share"] >= found["response_share"]).all()


FRAME = answers(1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: s.acsi(FRAME + 5, ("a", "b", "c")), "outside 1 to 10"),
        (lambda: s.acsi(FRAME, ("a", "b", "overall")), "overall"),
        (lambda: s.better_worse(0, 0, 0, 0), "not all 0"),
        (lambda: s.better_worse(3, -1, 0, 0), "numbers from 0 up"),
        (lambda: s.derived_importance(FRAME, ["a"], "b", method="kendal"), "no correlation"),
        (lambda: s.derived_importance(FRAME.assign(b=3), ["a"], "b"), "some variation"),
        (lambda: s.feldt_interval(1.2, 30, 4), "alpha up to 1"),
        (lambda: s.feldt_interval(0.8, 1, 4), "two items and people at least"),
        (lambda: s.feldt_interval(0.8, 30, 4, confidence=95), "between 0 and 1"),
        (lambda: s.item_statistics(FRAME, ["a", "a"]), "two different items"),
        (lambda: s.item_statistics(FRAME, ["a", "aa"]), "did you mean"),
        (lambda: s.servqual(FRAME[:1], {"d": [("a", "b")]}), "1 people answered"),
        (lambda: s.servqual(FRAME, {"d": []}), "has no items"),
        (lambda: s.servqual(FRAME, {"d": [("a", "b")]}, confidence=95), "mean 0.95"),
        (lambda: s.cronbach_alpha(FRAME, ITEMS, confidence=95), "between 0 and 1"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
