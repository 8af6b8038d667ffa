"""Evaluation: what neither units of measurement, nor the order of rows, nor names may change."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.indicators import evaluation as e
from commsvc.indicators.travel import EARTH_KM, great_circle

SEEDS = st.integers(0, 10**6)
CRITERIA = {"beds": "benefit", "deaths": "cost"}
few = settings(max_examples=15, deadline=None)


# Weights that a factor cannot push under what a float can hold.
WEIGHT = st.just(0.0) | st.floats(1e-9, 100)


@given(st.lists(WEIGHT, min_size=2, max_size=2).filter(any), st.floats(0.01, 100))
def test_weights_are_shares_of_their_sum(given_, factor):
    weights = dict(zip(CRITERIA, given_, strict=True))
    found = e.given_weights(weights, CRITERIA)
    assert found.sum() == pytest.approx(1)
    scaled = {name: factor * weight for name, weight in reversed(weights.items())}
    assert e.given_weights(scaled, CRITERIA) == pytest.approx(found)


@given(SEEDS, st.floats(0.01, 100))
@few
def test_stability_in_any_unit_of_the_criteria(seed, factor):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"beds": rng.uniform(1, 9, 6), "deaths": rng.uniform(1, 9, 6)})
    frame["town"] = list("ABCDEF")
    options = {"unit": "town", "move": ["weights"], "draws": 60, "seed": seed}
    one, other = (
        e.rank_stability(f, CRITERIA, "equal", **options).set_index("group").drop(columns="note")
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
    frame["unit"] = [f"u{i}" for i in range(8)]
    columns = {"inputs": ["staff", "beds"], "outputs": ["visits"], "unit": "unit"}
    found = e.scale_efficiency(frame, **columns, orientation=orientation).set_index("group")
    for name, returns in (("crs", "constant"), ("vrs", "variable")):
        table = e.dea(frame, **columns, returns=returns, orientation=orientation)
        table = table.set_index("group")["estimate"]
        assert found[name].tolist() == pytest.approx(table.loc[found.index].tolist())
    assert found["scale"].tolist() == pytest.approx((found["crs"] / found["vrs"]).tolist())
    assert (found["scale"] <= 1).all()
    assert found["scale"].max() == pytest.approx(1)
    scaled = frame.assign(staff=factor * frame["staff"])[::-1]
    again = e.scale_efficiency(scaled, **columns, orientation=orientation).set_index("group")
    assert again.loc[found.index, "scale"].tolist() == pytest.approx(found["scale"].tolist())
    assert again.loc[found.index, "returns"].tolist() == found["returns"].tolist()


@given(SEEDS, st.sampled_from(["none", "linear", "quadratic"]))
@few
def test_kappa_whoever_comes_first_and_whichever_end_is_up(seed, weights):
    rng = np.random.default_rng(seed)
    ratings = pd.DataFrame(rng.integers(0, 3, (20, 2)), columns=["A", "B"])
    ratings.loc[0], ratings.loc[1] = [0, 2], [2, 1]
    order = [0, 1, 2]
    one = e.weighted_kappa(ratings, "A", "B", order, weights=weights)
    numbers = ["base", "count", "estimate", "se", "p"]
    for other in (
        e.weighted_kappa(ratings[::-1], "B", "A", order, weights=weights),
        e.weighted_kappa(ratings, "A", "B", order[::-1], weights=weights),
    ):
        assert other[numbers].to_numpy() == pytest.approx(one[numbers].to_numpy())
    assert one["estimate"].item() < 1
    alike = e.weighted_kappa(ratings.assign(B=ratings["A"]), "A", "B", order, weights=weights)
    assert alike["estimate"].item() == pytest.approx(1)
    # With two categories there is nothing nearly right.
    two = ratings.clip(upper=1)
    assert e.weighted_kappa(two, "A", "B", [0, 1], weights=weights)[
        "estimate"
    ].item() == pytest.approx(
        e.weighted_kappa(two, "A", "B", [0, 1], weights="none")["estimate"].item()
    )


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), min_size=3, max_size=3))
def test_distances_are_those_of_angles_between_vectors(points):
    lat, lon = np.radians(np.array(points)).T
    at = np.array([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    (a, b, c), names = points, [(0, 1), (1, 2), (0, 2)]
    found = [float(great_circle(*p, *q)) for p, q in ((a, b), (b, c), (a, c))]
    for distance, (i, j) in zip(found, names, strict=True):
        # atan2 of sine and cosine is sharp for near and for opposite points, too.
        angle = np.arctan2(np.linalg.norm(np.cross(at[:, i], at[:, j])), at[:, i] @ at[:, j])
        assert distance == pytest.approx(EARTH_KM * angle, abs=1e-3)
    assert float(great_circle(*b, *a)) == pytest.approx(found[0])
    assert found[2] <= found[0] + found[1] + 1e-3
