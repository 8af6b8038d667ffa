"""How far indices of inequality go over printed figures: corners, levels and draws by hand."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commsvc import over_printed
from commsvc.indicators import equity as e

FLOATS = 1e-9


@pytest.mark.parametrize("index", [e.gini, e.theil, e.herfindahl, e.atkinson])
@given(st.lists(st.integers(1, 30), min_size=2, max_size=4), st.sampled_from([1, 2, 10]))
@example([1, 1, 1], 2)  # all may be nothing
@settings(max_examples=6, deadline=None)
def test_inequality_over_rounding(index, values, place):
    face = np.array(values, float)
    low, high = np.maximum(face - place / 2, 0), face + place / 2
    found = over_printed(index, list(zip(low, high, strict=True)))
    corners = [np.where(pick, high, low) for pick in product([False, True], repeat=face.size)]
    rng = np.random.default_rng(sum(values))
    inside = list(rng.uniform(low, high, (40, face.size)))
    levels = np.concatenate([low, high, np.linspace(low.min(), high.max(), 40)])
    level = [np.clip(t, low, high) for t in levels]
    every = [index(y) for y in (*corners, *inside, *level) if y.sum() > 0]
    assert found.low <= min(every) + FLOATS
    assert found.high == pytest.approx(max(every), abs=FLOATS)
    # The least is at an end or near a level that forty tries come close to.
    assert min(every) - found.low < 5e-3


@given(st.lists(st.integers(1, 200), min_size=2, max_size=5))
@settings(max_examples=10, deadline=None)
def test_concentration_over_rounding(rates):
    births = np.arange(1, len(rates) + 1)[::-1]

    def index(y):
        return e.concentration_index(y, range(len(rates)), births)

    found = over_printed(index, [(r - 0.5, r + 0.5) for r in rates], corners=True)
    moves = product([-0.5, 0.5], repeat=len(rates))
    every = [index(np.array(rates) + np.array(move)) for move in moves]
    assert found.certain
    assert [found.low, found.high] == pytest.approx([min(every), max(every)], abs=1e-12)
