"""Evaluation: what neither units of measurement, nor the order of rows, nor names may change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.indicators import evaluation as e
from commsvc.indicators.evaluation.criteria import given_weights

SEEDS = st.integers(0, 10**6)
CRITERIA = {"beds": "benefit", "deaths": "cost"}
few = settings(max_examples=15, deadline=None)


# Weights that a factor cannot push under what a float can hold.
WEIGHT = st.just(0.0) | st.floats(1e-9, 100)


@given(st.lists(WEIGHT, min_size=2, max_size=2).filter(any), st.floats(0.01, 100))
def test_weights_are_shares_of_their_sum(given_, factor):
    weights = dict(zip(CRITERIA, given_, strict=True))
    found = given_weights(weights, list(CRITERIA))
    assert found.sum() == pytest.approx(1)
    scaled = {name: factor * weight for name, weight in reversed(weights.items())}
    assert given_weights(scaled, list(CRITERIA)) == pytest.approx(found)


@given(SEEDS, st.floats(0.01, 100))
@few
def test_stability_in_any_unit_of_the_criteria(seed, factor):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"beds": rng.uniform(1, 9, 6), "deaths": rng.uniform(1, 9, 6)})
    options = {"normalisations": ["vector"], "draws": 60, "seed": seed}
    one, other = (
        e.rank_stability(f, CRITERIA, **options).set_index("group").drop(columns="note")
        for f in (frame, frame.assign(beds=factor * frame["beds"]))
    )
    # Scaled figures may move a rank only where two scores are equal to the last digit.
    pd.testing.assert_frame_equal(one, other)
    assert (one["best"] <= one["low"]).all()
    assert (one["high"] <= one["worst"]).all()
    assert one["estimate"].sum() == 21
    assert one["first"].sum() >= 1


@given(SEEDS, st.floats(0.01, 100), st.sampled_from(["input", "output"]))
@few
def test_scale_efficiency_is_ccr_over_bcc_in_any_unit(seed, factor, orientation):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.uniform(1, 9, (8, 3)), columns=["staff", "beds", "visits"])

    def solved(f, **options):
        return e.dea(f[["staff", "beds"]], f[["visits"]], orientation=orientation, **options)

    found, bcc = solved(frame), solved(frame, returns="variable")
    assert found["scale"].tolist() == pytest.approx((found["estimate"] / bcc["estimate"]).tolist())
    assert (found["scale"] <= 1).all()
    assert found["scale"].max() == pytest.approx(1)
    again = solved(frame.assign(staff=factor * frame["staff"])[::-1])
    assert again["scale"].tolist()[::-1] == pytest.approx(found["scale"].tolist())
    assert again["returns"].tolist()[::-1] == found["returns"].tolist()
