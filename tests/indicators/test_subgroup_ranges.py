"""Printed figures of places and subgroups: no value within what was printed gives more or less."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import equity as e
from commsvc.printed import Interval

FLOATS = 1e-9
# How near the best of the tries must come to an end that is said to be reached.
NEAR = 2e-2
# An example here is hundreds of evaluations: shrinking a failing one takes minutes.
NO_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)

ranges = st.tuples(st.integers(1, 40), st.integers(0, 12))
several = st.lists(st.tuples(ranges, st.integers(1, 9)), min_size=3, max_size=5)


def cells(rows):
    low = np.array([a for (a, _), _ in rows], float)
    high = low + np.array([b for (_, b), _ in rows], float)
    weights = np.array([w for _, w in rows], float)
    return low, high, weights, [Interval.of(int(a), int(b)) for a, b in zip(low, high, strict=True)]


def admissible(low, high, seed=0):
    """Corners, levels, and points inside."""
    rng = np.random.default_rng(seed)
    yield from (np.where(p, high, low) for p in product([False, True], repeat=low.size))
    levels = [*low, *high, *np.linspace(low.min(), high.max(), 60)]
    yield from (np.clip(level, low, high) for level in levels)
    yield from rng.uniform(low, high, (60, low.size))


def within(low, high, tried, reached=True):
    tried = np.array(tried)
    assert low <= tried.min() + FLOATS
    assert high >= tried.max() - FLOATS
    if reached:
        scale = max(abs(tried).max(), 1e-3)
        assert tried.max() == pytest.approx(high, abs=1e-7 * scale)
        assert tried.min() - low <= NEAR * scale


@given(several)
@settings(phases=NO_SHRINKING, max_examples=12, deadline=None)
def test_weighted_inequality_and_its_parts(rows):
    low, high, weights, printed = cells(rows)
    labels = ["a", "b", *"a" * (len(rows) - 2)]
    found = e.inequality_range(printed, weights, measures=("gini", "theil", "mld"), groups=labels)
    found = found.set_index(["level", "group"])
    every = list(admissible(low, high))
    index = {"gini": e.gini, "mld": e.mean_log_deviation}
    for name, of in index.items():
        within(*found.loc[(name, "total"), ["low", "high"]], [of(y, weights) for y in every])
    parts = np.array([e.theil(y, weights, labels)["estimate"].iloc[:3] for y in every])
    for j, group in enumerate(("total", "between", "within")):
        within(*found.loc[("theil", group), ["low", "high"]], parts[:, j], group != "within")
    assert (found["low"] <= found["estimate"]).all()
    assert (found["estimate"] <= found["high"]).all()


@given(several)
@settings(phases=NO_SHRINKING, max_examples=12, deadline=None)
def test_lorenz_over_what_was_printed(rows):
    low, high, _, printed = cells(rows)
    if (low == high).all():
        assert "value_low" not in e.lorenz(printed)
        return
    curve = e.lorenz(printed)
    every = np.array([e.lorenz(y)["value_share"] for y in admissible(low, high)])
    assert (curve["value_low"] <= curve["value_share"] + FLOATS).all()
    assert curve["value_low"].to_numpy() == pytest.approx(every.min(axis=0), abs=1e-9)
    assert (curve["value_high"] >= every.max(axis=0) - FLOATS).all()
    assert (curve["value_high"] - every.max(axis=0) < NEAR).all()


@given(several, st.booleans(), st.booleans())
@settings(phases=NO_SHRINKING, max_examples=15, deadline=None)
def test_measures_between_subgroups(rows, ordered, favourable):
    low, high, people, printed = cells(rows)
    found = e.disaggregated_inequality(printed, people, ordered=ordered, favourable=favourable)
    every = [
        e.disaggregated_inequality(y, people, ordered=ordered, favourable=favourable)["estimate"]
        for y in admissible(low, high)
    ]
    for j, row in enumerate(found.to_dict("records")):
        within(row["low"], row["high"], [one[j] for one in every])
        assert row["low"] <= row["estimate"] <= row["high"]


@given(several, st.sampled_from(["logit", "linear"]))
@settings(phases=NO_SHRINKING, max_examples=6, deadline=None)
def test_slope_index(rows, model):
    low, high, people, printed = cells(rows)
    found = e.slope_index(printed, people, model=model)
    if (low == high).all():
        assert "printed_low" not in found
        return
    every = [e.slope_index(y, people, model=model) for y in admissible(low, high)]
    sii = [one["estimate"].iloc[0] for one in every]
    row = found.iloc[0]
    assert row["printed_low"] <= min(sii) + 1e-7
    assert row["printed_high"] >= max(sii) - 1e-7
    assert row["printed_high"] - max(sii) < 1e-3 * 100
    rii = [one["estimate"].iloc[1] for one in every if len(one) == 2]
    if len(found) == 2 and len(rii) == len(every):
        assert found.iloc[1]["printed_low"] <= min(rii) * (1 + 1e-9)
        assert found.iloc[1]["printed_high"] >= max(rii) * (1 - 1e-9)


@given(several, st.floats(0.1, 100))
@settings(phases=NO_SHRINKING, max_examples=12, deadline=None)
def test_in_another_unit_and_counted_twice(rows, factor):
    low, high, people, _ = cells(rows)
    y = (low + high) / 2
    once = e.disaggregated_inequality(y, people, ordered=True).set_index("group")["estimate"]
    scaled = e.disaggregated_inequality(y * factor, people * 3, ordered=True)
    scaled = scaled.set_index("group")["estimate"]
    for name in ("R", "RCI", "PAF", "IDIS", "MLD", "TI"):
        assert scaled[name] == pytest.approx(once[name])
    for name, power in (("D", 1), ("ACI", 1), ("PAR", 1), ("BGV", 2)):
        assert scaled[name] == pytest.approx(once[name] * factor**power)
    # A subgroup split into two of one level is no other population.
    split = e.disaggregated_inequality(np.repeat(y, 2), np.repeat(people / 2, 2), ordered=True)
    assert split["estimate"].tolist() == pytest.approx(once.tolist())


@given(several)
@settings(phases=NO_SHRINKING, max_examples=12, deadline=None)
def test_slope_invariants(rows):
    low, high, people, _ = cells(rows)
    y = (low + high) / 2
    for model in ("logit", "linear"):
        once = e.slope_index(y, people, model=model)
        back = e.slope_index(y[::-1], people[::-1], model=model)
        assert back["estimate"].iloc[0] == pytest.approx(-once["estimate"].iloc[0], abs=1e-9)
        shares = e.slope_index(y / 100, people * 7, model=model, scale=1)
        assert shares["estimate"].iloc[0] == pytest.approx(once["estimate"].iloc[0] / 100, abs=1e-9)
    # `once` is the line's: a level added to all leaves its slope.
    higher = e.slope_index(y + 5, people, model="linear")["estimate"].iloc[0]
    assert higher == pytest.approx(once["estimate"].iloc[0], abs=1e-9)


def test_transfers_lower_the_dispersion():
    before = e.disaggregated_inequality([10, 20, 40], [1, 1, 1], ordered=False)
    after = e.disaggregated_inequality([12, 20, 38], [1, 1, 1], ordered=False)
    tail = ["BGV", "IDIS", "MLD", "TI"]
    one, two = (t.set_index("group").loc[tail, "estimate"] for t in (before, after))
    assert (two < one).all()


def test_thirty_regions_printed_to_one_decimal():
    rng = np.random.default_rng(4)
    rates = [f"{v:.1f}%" for v in rng.uniform(20, 90, 31)]
    people = rng.integers(5, 90, 31)
    found = e.disaggregated_inequality(rates, people, ordered=False).set_index("group")
    assert found[["low", "high"]].notna().all().all()
    face = np.array([float(r[:-1]) for r in rates]) / 100
    for _ in range(100):
        y = face + rng.choice([-1, 0, 1], 31) * 0.0005
        one = e.disaggregated_inequality(y, people, ordered=False).set_index("group")["estimate"]
        assert (one >= found["low"] - FLOATS).all()
        assert (one <= found["high"] + FLOATS).all()
    # Fifteen that all may lie above the mean or below it: 32 768 corners, and no end is given.
    rough = e.disaggregated_inequality([Interval.of(10, 60)] * 15, np.ones(15), ordered=False)
    assert rough["group"][rough["high"].isna()].tolist() == ["BGV", "IDIS", "MLD", "TI"]
    assert rough["low"].notna().all()


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.lorenz(["10%", "20%"], [1, 2]), "inequality_range has one"),
        (lambda: e.inequality_range([1, 2], [1, 2], rounding="1"), "hhi takes no weights"),
        (lambda: e.inequality_range([0, 0], rounding="0.1"), "all 0"),
        (lambda: e.inequality_range([1, 2], groups=["a"]), "1 group labels"),
        (lambda: e.slope_index(["20%", "100%", "30%"], [1, 1, 1], scale=1), "shares of 1"),
        (
            lambda: e.disaggregated_inequality(["2亩", "3人"], [1, 1], ordered=True),
            "one unit",
        ),
        (lambda: e.disaggregated_inequality([1, -2], [1, 1], ordered=True), "-2"),
        (lambda: e.disaggregated_inequality([1, 2], [1, 0, 1], ordered=True), "entries"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
