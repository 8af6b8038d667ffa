"""How far a statistic goes over printed figures: against brute force, by hand, and composed."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc import CommsvcError, over_printed
from commsvc.printed import read


def gini(y):
    return float(np.abs(np.subtract.outer(y, y)).sum() / (2 * len(y) * y.sum()))


def test_stated_figures_decide():
    found = over_printed(
        lambda visits, people: visits / people,
        {"visits": "19.2万人次", "people": ("12.9", None)},
        rises="visits",
        falls="people",
    )
    assert (found.low, found.high) == pytest.approx((0, 192_500 / 12.9), rel=1e-12)
    assert found.certain
    assert found.at_high == {"visits": 192_500, "people": 12.9}


def test_gini_of_two_by_hand():
    found = over_printed(gini, [(0.5, 1.5), (2.5, 3.5)])
    assert (found.low, found.high) == pytest.approx((0.125, 0.375))
    assert found.estimate == 0.25
    assert not found.certain


def test_least_inequality_lies_between_the_ends():
    found = over_printed(gini, ["1.5", "1.50", "1.6"])
    assert found.low == pytest.approx(gini(np.array([1.55, 1.505, 1.55])), abs=1e-9)
    assert over_printed(gini, [(1, 3), (2, 5)]).low == pytest.approx(0, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 3)), min_size=2, max_size=4))
def test_whole_numbers_by_brute_force(spans):
    figures = [(low, low + more) for low, more in spans]

    def odd(n):
        return float((n[0] * n[-1] - n.sum()) % 7)

    found = over_printed(odd, figures, whole=True)
    every = [odd(np.array(x)) for x in product(*(range(a, b + 1) for a, b in figures))]
    assert found.certain
    assert (found.low, found.high) == (min(every), max(every))
    assert odd(found.at_low) == found.low
    assert odd(found.at_high) == found.high


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(-3, 3), st.floats(0, 2)), min_size=2, max_size=3))
def test_no_point_of_a_grid_lies_outside(spans):
    def wavy(x):
        return float(np.sin(x).sum() + np.prod(x))

    found = over_printed(wavy, [(low, low + more) for low, more in spans])
    grid = product(*(np.linspace(low, low + more, 9) for low, more in spans))
    every = [wavy(np.array(x)) for x in grid]
    assert found.low <= min(every) + 1e-6
    assert found.high >= max(every) - 1e-6


def test_ends_at_ends_where_that_is_stated():
    births = np.array([30, 29, 27, 25, 20])
    rank = (births.cumsum() - births / 2) / births.sum()
    rates = ["154.7", "152.9", "119.5", "86.9", "54.3"]

    def concentration(y):
        return float(2 * (births * rank * y).sum() / (births * y).sum() - 1)

    stated, searched = (over_printed(concentration, rates, corners=c) for c in (True, False))
    assert stated.certain
    assert not searched.certain
    assert (stated.low, stated.high) == pytest.approx((searched.low, searched.high), rel=1e-12)


def test_several_numbers_each_have_their_ends():
    found = over_printed(lambda y: y / y.sum(), [["1.0", "3.0"]], corners=True)
    assert found.low.shape == (1, 2)
    assert found.low[0] == pytest.approx([0.95 / 4.0, 2.95 / 4.0])
    assert found.at_high[1].tolist() == [[0.95, 3.05]]


def test_integers_stay_integers():
    seen = []

    def statistic(count, base):
        seen.append(type(count))
        return count / base

    found = over_printed(
        statistic, {"count": "60多", "base": read("近90")}, whole=["count", "base"], rises=["count"]
    )
    assert found.at_low == {"count": 61, "base": 89}
    assert found.at_high["base"] == 81
    assert all(issubclass(kind, np.integer) for kind in seen)


def test_an_exact_figure_has_no_range():
    found = over_printed(np.sum, [3, 4])
    assert found.low == found.high == 7
    assert found.certain
    assert "no figure" in found.note


def test_a_point_without_a_value_is_said():
    found = over_printed(lambda x: 1 / (x[0] - 1) if x[0] != 1 else np.nan, [(1, 3)])
    assert not found.certain
    assert "without a value" in found.note


def test_refusals():
    with pytest.raises(CommsvcError, match="no end"):
        over_printed(np.sum, ["80万人以上", 3])
    with pytest.raises(CommsvcError, match="state what is not so"):
        over_printed(np.sum, ["1.5"], falls=True)
    with pytest.raises(CommsvcError, match="no figure 'visit'"):
        over_printed(lambda visits: visits, {"visits": "3.1"}, rises="visit")
    with pytest.raises(CommsvcError, match="masked"):
        over_printed(np.sum, ["20xx", 1])
    with pytest.raises(CommsvcError, match="whole number"):
        over_printed(np.sum, ["0.4"], whole=True)
    with pytest.raises(CommsvcError, match="allowed"):
        over_printed(np.sum, ["many"])
