"""Unevenness over places: published values, brute force, and what every such measure owes."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.equity import gini, hhi, lorenz, share_with_none, unevenness

CLOSE = 1e-9
counts = st.lists(st.integers(0, 50), min_size=1, max_size=15).filter(any)


def mean_difference(values, weights=None):
    """Gini by its other definition: half the relative mean absolute difference of all pairs."""
    x = np.asarray(values, dtype=float)
    w = np.ones_like(x) if weights is None else np.asarray(weights, dtype=float)
    rate, p = x / w, w / w.sum()
    return float(
        sum(p[i] * p[j] * abs(rate[i] - rate[j]) for i, j in product(range(len(x)), repeat=2))
        / 2
        / (p @ rate)
    )


def test_the_stored_example():
    assert gini([10, 20, 30, 40, 100]) == pytest.approx(0.4, abs=CLOSE)


@given(counts)
def test_gini_is_half_the_relative_mean_difference(values):
    assert gini(values) == pytest.approx(mean_difference(values), abs=CLOSE)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), min_size=1, max_size=8).filter(
        lambda p: any(v for v, _ in p)
    )
)
def test_weighted_gini_likewise(pairs):
    values, weights = zip(*pairs, strict=True)
    assert gini(values, weights) == pytest.approx(mean_difference(values, weights), abs=CLOSE)


@given(counts, st.randoms(use_true_random=False))
def test_order_and_scale_do_not_matter(values, random):
    mixed = [7 * v for v in values]
    random.shuffle(mixed)
    assert gini(mixed) == pytest.approx(gini(values), abs=CLOSE)
    assert hhi(mixed) == pytest.approx(hhi(values), abs=CLOSE)
    assert share_with_none(mixed) == share_with_none(values)


@given(counts)
def test_a_transfer_from_rich_to_poor_lowers_both(values):
    low, high = min(values), max(values)
    if high - low < 2:
        return
    fairer = list(values)
    fairer[fairer.index(high)] -= 1
    fairer[fairer.index(low)] += 1
    assert gini(fairer) < gini(values)
    assert hhi(fairer) < hhi(values)


@given(counts)
def test_the_curve_lies_below_equality_and_its_area_is_the_gini(values):
    curve = lorenz(values)
    assert (curve["value"] <= curve["population"] + CLOSE).all()
    assert curve.iloc[[0, -1]].to_numpy() == pytest.approx(np.array([[0, 0], [1, 1]]))
    area = np.trapezoid(curve["value"], curve["population"])
    assert 1 - 2 * area == pytest.approx(gini(values), abs=CLOSE)


@pytest.mark.parametrize(("total", "places"), [(1, 1), (3, 4), (5, 3), (6, 4)])
def test_the_ends_are_those_of_every_way_of_sharing_out(total, places):
    ways = [w for w in product(range(total + 1), repeat=places) if sum(w) == total]
    for measure, name in ((share_with_none, "none"), (gini, "gini"), (hhi, "hhi")):
        row = unevenness({"x": ways[0]}).set_index("level").loc[name]
        found = [measure(w) for w in ways]
        assert row["lowest"] == pytest.approx(min(found), abs=CLOSE)
        assert row["highest"] == pytest.approx(max(found), abs=CLOSE)


@pytest.mark.parametrize("values", [[], [0, 0], [1, -1], [1, float("nan")]])
def test_what_cannot_be_shared_is_refused(values):
    for measure in (gini, hhi, share_with_none, lorenz):
        with pytest.raises(CommsvcError):
            measure(values)


@pytest.mark.parametrize("weights", [[1], [1, 0], [1, float("nan")]])
def test_bad_weights_are_refused(weights):
    with pytest.raises(CommsvcError):
        gini([1, 2], weights)
