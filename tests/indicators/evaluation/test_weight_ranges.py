"""Printed figures in, ranges of scores and ranks out: brute force over what was printed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e
from commsvc.indicators.evaluation.bounds import least_leads, rank_sum_range
from commsvc.indicators.evaluation.entropy_bounds import entropy_range
from commsvc.indicators.evaluation.fuzzy import OPERATORS
from commsvc.indicators.evaluation.table import NORMALISATIONS, normalise
from commsvc.indicators.measure import measure
from commsvc.indicators.printed_cells import Cells
from commsvc.indicators.ratio import bounds, per

FLOATS = 1e-9
CRITERIA = {"a": "benefit", "b": "cost", "c": "benefit"}
PLACES = ("0.1", "1", "2")


def rounded(seed: int, n: int = 5) -> tuple[pd.DataFrame, dict[str, str]]:
    """A table of rounded figures and the places they were rounded to."""
    rng = np.random.default_rng(seed)
    places = dict(zip(CRITERIA, rng.choice(PLACES, 3), strict=True))
    columns = {
        name: (np.round(rng.uniform(2, 12, n) / float(p)) * float(p)).clip(float(p))
        for name, p in places.items()
    }
    return pd.DataFrame(columns).round(1), places


def within(
    frame: pd.DataFrame, places: dict[str, str], draws: int, seed: int = 1
) -> Iterator[pd.DataFrame]:
    """Tables that print like this one: corners and inner points."""
    rng = np.random.default_rng(seed)
    half = np.array([float(p) / 2 for p in places.values()])
    for d in range(draws):
        share = rng.choice([-1.0, 1.0], frame.shape) if d % 2 else rng.uniform(-1, 1, frame.shape)
        yield frame + share * half


METHODS = [
    *((e.topsis, how) for how in NORMALISATIONS),
    *((e.weighted_sum, how) for how in NORMALISATIONS),
]


@pytest.mark.parametrize(("method", "how"), METHODS)
@pytest.mark.parametrize("seed", range(3))
def test_no_table_that_prints_so_leaves_the_range(method, how, seed):
    frame, places = rounded(seed)
    weights = {"a": 0.5, "b": 0.3, "c": 0.2}
    found = method(frame, CRITERIA, weights, normalisation=how, rounding=places)
    assert (found["high"] > found["low"]).all()
    assert "weights held" in found["note"][0]
    for other in within(frame, places, 40):
        one = method(other, CRITERIA, weights, normalisation=how)
        assert (one["estimate"] >= found["low"] - FLOATS).all()
        assert (one["estimate"] <= found["high"] + FLOATS).all()
        assert (one["rank"] >= found["rank_low"]).all()
        assert (one["rank"] <= found["rank_high"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_rank_sum_ratio_over_what_was_printed(seed):
    frame, places = rounded(seed, 8)
    found = e.rank_sum_ratio(frame, CRITERIA, rounding=places).table
    assert (found["high"] > found["low"]).any()
    for other in within(frame, places, 60):
        one = e.rank_sum_ratio(other, CRITERIA).table
        for name in ("estimate", "rank", "grade"):
            low, high = ("low", "high") if name == "estimate" else (f"{name}_low", f"{name}_high")
            assert (one[name] >= found[low] - FLOATS).all()
            assert (one[name] <= found[high] + FLOATS).all()


def own_corner(frame, places, i, sign):
    """Unit i at its best (sign 1) or worst, all others the other way."""
    half = np.array([float(p) / 2 for p in places.values()])
    turn = np.array([1.0 if d == "benefit" else -1.0 for d in CRITERIA.values()])
    moved = frame - sign * turn * half
    moved.iloc[i] = frame.iloc[i] + sign * turn * half
    return moved


@pytest.mark.parametrize("how", NORMALISATIONS)
def test_ends_that_are_said_to_be_reached_are(how):
    frame, places = rounded(7)
    methods = [e.weighted_sum] + ([e.topsis] if how == "minmax" else [])
    for method in methods:
        found = method(frame, CRITERIA, "equal", normalisation=how, rounding=places)
        for i in range(len(frame)):
            for sign, end in ((1, "high"), (-1, "low")):
                corner = own_corner(frame, places, i, sign)
                score = method(corner, CRITERIA, "equal", normalisation=how)["estimate"][i]
                assert score == pytest.approx(found[end][i], abs=FLOATS)
    ratio = e.rank_sum_ratio(frame, CRITERIA, rounding=places).table
    for i in range(len(frame)):
        for sign, end in ((1, "high"), (-1, "low")):
            corner = own_corner(frame, places, i, sign)
            ranks = [
                corner[name].rank(ascending=direction == "benefit")[i]
                for name, direction in CRITERIA.items()
            ]
            assert np.mean(ranks) / len(frame) == pytest.approx(ratio[end][i])


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_least_leads_are_below_every_lead_and_touched(seed):
    rng = np.random.default_rng(seed)
    low = rng.integers(1, 6, (4, 1)).astype(float)
    cells = Cells(low, low, low + rng.integers(0, 3, (4, 1)))
    corners = [
        np.where(np.array(pick)[:, None], cells.high, cells.low)
        for pick in product([False, True], repeat=4)
    ]
    for more in (True, False):
        benefit = np.array([more])
        for how in ("vector", "share", "max"):
            least = least_leads(cells, benefit, how)[0]
            scaled = np.array([normalise(c, benefit, how)[:, 0] for c in corners])
            leads = scaled[:, :, None] - scaled[:, None, :]
            assert (leads >= least - FLOATS).all()
            if how != "max":
                assert np.allclose(leads.min(axis=0), least)
    _, _, leads = rank_sum_range(cells, np.array([True]), np.ones(1))
    steps = [np.linspace(a, b, 2 * int(b - a) + 1) for a, b in zip(*_ends(cells), strict=True)]
    ranks = np.array([pd.Series(x).rank() for x in product(*steps)]) / 4
    assert np.allclose((ranks[:, :, None] - ranks[:, None, :]).min(axis=0), leads)


@given(st.integers(0, 10**6), st.integers(2, 7))
@settings(max_examples=40, deadline=None)
def test_rank_leads_third_unit_by_third_unit(seed, n):
    rng = np.random.default_rng(seed)
    low = rng.integers(0, 7, (n, 1)) / 2
    cells = Cells(low, low, low + rng.integers(0, 4, (n, 1)) / 2)
    low, high = _ends(cells)
    _, _, leads = rank_sum_range(cells, np.array([True]), np.ones(1))

    def above(one: float, other: float) -> float:
        return float(one > other) + 0.5 * (one == other)

    for k, i in product(range(n), repeat=2):
        if k == i:
            continue
        lead = float(np.sign(low[k] - high[i]))
        for third in set(range(n)) - {k, i}:
            places = np.linspace(low[third], high[third], 4 * int(2 * (high - low)[third]) + 1)
            lead += min(above(low[k], x) - above(high[i], x) for x in places)
        assert leads[k, i] == pytest.approx(lead / n)


def test_pairs_of_too_many_units_are_refused():
    frame = pd.DataFrame({"a": np.arange(3001.0), "b": np.arange(3001.0)})
    both = {"a": "benefit", "b": "benefit"}
    for method in (e.rank_sum_ratio, partial(e.topsis, weights="equal")):
        with pytest.raises(CommsvcError, match=r"3001 units.*3000.*rank_stability"):
            method(frame, both, rounding={"a": "1"})
    assert len(e.rank_sum_ratio(frame, both).table) == 3001


def _ends(cells: Cells):
    # Quarters beyond the grid's halves are never needed: between two whole numbers lies a half.
    return cells.low[:, 0], cells.high[:, 0]


@given(st.integers(0, 10**6), st.sampled_from([4, 20]))
@settings(max_examples=25)
def test_entropy_over_a_column(seed, n):
    rng = np.random.default_rng(seed)
    face = rng.uniform(0.6, 9, n).round(1)
    half = rng.choice([0.05, 0.5])
    least, most = entropy_range(face - half, face + half)
    x = rng.uniform(face - half, face + half, (300, n))
    x = np.vstack([x, np.where(rng.random((300, n)) < 0.5, face - half, face + half)])
    p = x / x.sum(axis=1, keepdims=True)
    entropy = -(p * np.log(p)).sum(axis=1) / np.log(n)
    assert least <= entropy.min()
    assert entropy.max() <= most
    # Of figures rounded alike, the larger up and the smaller down is least even.
    order = np.argsort(face)
    down = [np.isin(np.arange(n), order[:k]) for k in range(n + 1)]
    q = np.array([np.where(part, face - half, face + half) for part in down])
    q /= q.sum(axis=1, keepdims=True)
    reached = (-(q * np.log(q)).sum(axis=1)).min() / np.log(n)
    assert least <= reached < least + 1e-3


def test_weights_over_what_was_printed():
    frame, places = rounded(5, 6)
    entropy = e.entropy_weights(frame, CRITERIA, rounding=places)
    minmax = e.entropy_weights(frame, CRITERIA, rounding=places, normalisation="minmax")
    critic = e.critic_weights(frame, CRITERIA, rounding=places)
    for other in within(frame, places, 60):
        one = e.entropy_weights(other, CRITERIA)["estimate"]
        assert one.between(entropy["low"], entropy["high"]).all()
    assert "certain bounds" in entropy["note"][0]
    for drawn in (minmax, critic):
        assert "simulated" in drawn["note"][0]
        assert (drawn["low"] < drawn["estimate"]).all()
        assert (drawn["estimate"] < drawn["high"]).all()


@pytest.mark.parametrize("returns", ["constant", "variable"])
@pytest.mark.parametrize("orientation", ["input", "output"])
def test_efficiency_over_what_was_printed(returns, orientation):
    frame, places = rounded(11, 5)
    columns = (["a", "b"], ["c"])
    kind = {"returns": returns, "orientation": orientation}
    found = e.dea(frame, *columns, rounding=places, **kind)
    half = np.array([float(p) / 2 for p in places.values()])
    better = np.array([-1.0, -1.0, 1.0]) * half
    for i in range(len(frame)):
        for sign, end in ((1, "high"), (-1, "low")):
            corner = frame - sign * better
            corner.iloc[i] = frame.iloc[i] + sign * better
            score = e.dea(corner, *columns, **kind)["estimate"][i]
            assert score == pytest.approx(found[end][i], abs=1e-6)
    for other in within(frame, places, 4):
        score = e.dea(other, *columns, **kind)["estimate"]
        assert score.between(found["low"] - 1e-6, found["high"] + 1e-6).all()
    scale = e.scale_efficiency(frame, *columns, rounding=places)
    for other in within(frame, places, 3):
        one = e.scale_efficiency(other, *columns)["scale"]
        assert one.between(scale["scale_low"] - 1e-6, scale["scale_high"] + 1e-6).all()


def test_printed_strings_and_rounded_numbers_are_one():
    frame = pd.DataFrame({"a": [0.452, 0.5, 0.381], "b": [0.03, 0.02, 0.04], "c": [1.0, 2.0, 2.0]})
    printed = pd.DataFrame(
        {"a": ["45.2%", "50.0%", "38.1%"], "b": ["3%", "2%", "4%"], "c": [1.0, 2.0, 2.0]}
    )
    for method in (e.topsis, e.weighted_sum):
        one = method(frame, CRITERIA, "equal", rounding={"a": "0.001", "b": "0.01"})
        other = method(printed, CRITERIA, "equal")
        pd.testing.assert_frame_equal(one, other)


GRADES = ["good", "fair", "poor"]
MARKS = {"good": 100, "fair": 60, "poor": 0}


@pytest.mark.parametrize("operator", OPERATORS)
def test_memberships_as_printed(operator):
    printed = pd.DataFrame(
        {
            "group": ["care", "cost", "way"],
            "good": ["45.2%", "30%", "33%"],
            "fair": ["30.1%", "45%", "33%"],
            "poor": ["24.8%", "25%", "33%"],
        }
    )
    weights = {"care": 0.5, "cost": 0.3, "way": 0.2}
    found = e.fuzzy_evaluation(printed, GRADES, weights, operator=operator, scores=MARKS)
    rng = np.random.default_rng(4)
    face = np.array([[45.2, 30.1, 24.8], [30, 45, 25], [33, 33, 33]]) / 100
    half = np.array([[0.05] * 3, [0.5] * 3, [0.5] * 3]) / 100
    drawn = face + half * rng.uniform(-1, 1, (4000, *face.shape))
    drawn[:, :, 2] = 1 - drawn[:, :, :2].sum(axis=2)
    fits = (np.abs(drawn - face) <= half + 1e-12).all(axis=2)
    rows = [drawn[fits[:, i], i][:40] for i in range(3)]
    assert min(map(len, rows)) == 40
    for moved in np.stack(rows, axis=1):
        table = pd.DataFrame(moved, columns=GRADES).assign(group=["care", "cost", "way"])
        one = e.fuzzy_evaluation(table, GRADES, weights, operator=operator, scores=MARKS)
        assert one["estimate"].between(found["low"] - FLOATS, found["high"] + FLOATS).all()
        assert found["score_low"][0] - FLOATS <= one["score"][0] <= found["score_high"][0] + FLOATS
    assert "9 of 9 cells" in found["note"][0]
    if operator == "weighted_average":
        assert found["sure"].tolist() == [True, False, False]
        # Care's three print a tenth of a point too much, so that 45.25 is not to be had with it.
        assert found["high"][0] == pytest.approx(0.5 * 0.452 + 0.3 * 0.305 + 0.2 * 0.335)


def test_memberships_that_cannot_sum_to_one():
    frame = pd.DataFrame({"group": ["a", "b"], "good": ["45%", "50%"], "poor": ["45%", "50%"]})
    with pytest.raises(CommsvcError, match=r"a: memberships that sum to 0\.9"):
        e.fuzzy_evaluation(frame, ["good", "poor"], {"a": 1, "b": 1})
    plain = pd.DataFrame({"group": ["a", "b"], "good": [0.4, 0.5], "poor": [0.6, 0.5]})
    marks = {"good": 1, "poor": 0}
    found = e.fuzzy_evaluation(plain, ["good", "poor"], {"a": 1, "b": 1}, scores=marks)
    assert found["low"].tolist() == found["high"].tolist() == found["estimate"].tolist()
    assert found["score_low"][0] == pytest.approx(found["score_high"][0])


def test_productivity_over_what_was_printed():
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(
        {
            "unit": list("ABCD") * 2,
            "year": [1] * 4 + [2] * 4,
            "x": rng.integers(20, 60, 8),
            "z": rng.integers(20, 60, 8),
            "y": rng.integers(20, 60, 8),
        }
    )
    columns = {"inputs": ["x", "z"], "outputs": ["y"], "unit": "unit", "period": "year"}
    found = e.malmquist(frame, **columns, rounding=dict.fromkeys("xzy", "1"))
    for d in range(8):
        move = rng.uniform(-0.5, 0.5, (8, 3)) if d % 2 else rng.choice([-0.5, 0.5], (8, 3))
        other = frame.assign(**{name: frame[name] + move[:, j] for j, name in enumerate("xzy")})
        one = e.malmquist(other, **columns)
        for part in ("effch", "techch", "pech", "sech", "tfpch"):
            known = one[part].notna()
            assert (one[part] >= found[f"{part}_low"] - 1e-6)[known].all()
            assert (one[part] <= found[f"{part}_high"] + 1e-6)[known].all()
    plain = e.malmquist(frame, **columns)
    assert "effch_low" not in plain
    assert plain["tfpch"].tolist() == pytest.approx(found["tfpch"].tolist(), nan_ok=True)


def test_measures_and_ratios_bring_their_ranges():
    persons = [measure("97万人"), measure("80—90万人")]
    staff = [measure(n, "persons", of="staff") for n in (197, 300)]
    per_head = [per(s, p, scale=10_000) for s, p in zip(staff, persons, strict=True)]
    frame = pd.DataFrame({"staff": pd.Series(per_head, dtype=object)})
    found = e.weighted_sum(frame, {"staff": "benefit"}, "equal", normalisation="share")
    ends = [bounds(ratio.values) for ratio in per_head]
    assert found["low"][0] == pytest.approx(ends[0][0] / (ends[0][0] + ends[1][1]))
    assert found["high"][0] == pytest.approx(ends[0][1] / (ends[0][1] + ends[1][0]))
    assert "2 of 2 cells" in found["note"][0]


def test_plain_numbers_have_no_range():
    frame, _ = rounded(3)
    for table in (
        e.topsis(frame, CRITERIA, "equal"),
        e.weighted_sum(frame, CRITERIA, "equal"),
        e.rank_sum_ratio(frame, CRITERIA).table,
    ):
        assert table["low"].tolist() == table["high"].tolist() == table["estimate"].tolist()
        assert table["rank_low"].tolist() == table["rank_high"].tolist() == table["rank"].tolist()
    table = e.dea(frame, ["a"], ["c"])
    assert table["low"].tolist() == table["high"].tolist() == table["estimate"].tolist()


TABLE = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [3.0, 1.0, 2.0], "c": [1.0, 2.0, 0.0]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: e.topsis(
                TABLE.assign(a=[-1.0, 2, 3]), CRITERIA, "equal", rounding={"a": "1"}
            ),
            "'a' may be negative",
        ),
        (
            lambda: e.weighted_sum(
                TABLE.assign(b=[0.4, 1, 2]), CRITERIA, "equal", normalisation="share",
                rounding={"b": "1"},
            ),
            "'b' is a cost that may be 0",
        ),
        (
            lambda: e.topsis(TABLE.assign(a=["856多人", "3人", "4人"]), CRITERIA, "equal"),
            "does not stand between two ends",
        ),
        (lambda: e.dea(TABLE, ["a"], ["b"], rounding={"x": "1"}), "no column 'x'"),
        (lambda: e.dea(TABLE, ["a"], ["b"], rounding={"a": "0"}), "the last place '0'"),
        (lambda: e.entropy_weights(TABLE.assign(a="many"), CRITERIA), "can be read"),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
