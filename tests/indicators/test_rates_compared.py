"""Rates of places and periods: published examples, every corner of what figures allow, refusals."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import measure
from commsvc.indicators.utilization import rate_ratios, standardised_rates, trend
from commsvc.inference import Design
from commsvc.printed import Interval

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "use.json").read_text(encoding="utf-8"))
BY = {"by": "town", "stratum": "age", "events": "n", "population": "people"}
YEARS = {"period": "year", "events": "n", "population": "people"}


def births() -> pd.DataFrame:
    """Down syndrome by birth order and mother's age (Fleiss 1981)."""
    return pd.read_csv(REFERENCE / "births.csv", dtype={"order": str})


def test_rates_of_births_are_those_of_r():
    names = {"by": "order", "stratum": "age", "events": "cases", "population": "births"}
    found = standardised_rates(births(), **names, scale=1)
    ratios = rate_ratios(births(), **names, against="1").set_index(["group", "level"])
    for order, rows in found.groupby("group", sort=False):
        crude, direct = rows.iloc[0], rows.iloc[1]
        assert crude[["estimate", "low", "high"]].tolist() == pytest.approx(
            R[f"births crude {order}"], rel=1e-9
        )
        assert direct[["estimate", "se", "low", "high"]].tolist() == pytest.approx(
            R[f"births direct {order}"], rel=1e-9
        )
        if order != "1":
            row = ratios.loc[(order, "crude"), ["estimate", "low", "high", "p"]]
            assert row.tolist() == pytest.approx(R[f"births ratio {order}"], rel=1e-8, abs=1e-300)
    # As printed by Fay and Feuer (1997) for the firstborn, per 100 000.
    assert [round(1e5 * v, 1) for v in found[["estimate", "low", "high"]].iloc[1]] == [
        92.3, 80.4, 105.8,
    ]  # fmt: skip


def test_the_trend_is_a_quasi_poisson_glm():
    old = births().query("age == '35-39'").assign(order=range(1, 6))
    row = trend(old, period="order", events="cases", population="births").iloc[-1]
    slope, se = R["births trend"]
    assert row["estimate"] == pytest.approx(np.expm1(slope), rel=1e-7)
    assert row["se"] == pytest.approx(se, rel=1e-6)
    assert row["high"] == pytest.approx(np.expm1(slope + 1.959963984540054 * se), rel=1e-6)


def corners(low, high):
    """Every way to put each of an array's numbers at one of its ends."""
    pairs = list(zip(np.ravel(low), np.ravel(high), strict=True))
    for chosen in product(*pairs):
        yield np.reshape(chosen, np.shape(low))


@st.composite
def two_towns(draw, strata=2):
    """Events and people of two towns by stratum, with what each may stand for."""

    def box(least, most):
        low = [[draw(st.integers(least, most)) for _ in range(strata)] for _ in range(2)]
        wide = [[draw(st.integers(0, 6)) for _ in range(strata)] for _ in range(2)]
        return np.array(low, float), np.array(low, float) + np.array(wide)

    return box(1, 20), box(30, 90)


def as_frame(events, people):
    ranges = lambda box: [  # noqa: E731
        Interval.of(int(a), int(b)) for a, b in zip(*(np.ravel(end) for end in box), strict=True)
    ]
    return pd.DataFrame(
        {
            "town": np.repeat(["A", "B"], 2),
            "age": ["y", "o"] * 2,
            "n": [measure(i, "visits") for i in ranges(events)],
            "people": [measure(i, "persons") for i in ranges(people)],
        }
    )


def direct(events, people, standard):
    return (events / people) @ standard / standard.sum()


@given(two_towns(), st.sampled_from([None, {"y": "约3000", "o": 1000}]))
@settings(max_examples=20, deadline=None)
def test_every_corner_lies_within_and_the_ends_are_corners(boxes, standard):
    """What the figures allow, against all 256 ways to put each at an end; in between are others."""
    events, people = boxes
    frame = as_frame(events, people)
    rates = standardised_rates(frame, **BY, standard=standard, design="census", scale=1)
    ratios = rate_ratios(frame, **BY, against="B", standard=standard, design="census")
    seen: dict[str, list[float]] = {"crude": [], "direct": [], "crude ratio": [], "ratio": []}
    cells = [(None, None)] if standard is None else [(2500, 3500)]
    for x, n in product(corners(*events), corners(*people)):
        for young in dict.fromkeys(cells[0]):
            w = n.sum(axis=0) if young is None else np.array([young, 1000.0])
            each, crude = direct(x, n, w), x.sum(axis=1) / n.sum(axis=1)
            seen["crude"].append(crude[0])
            seen["direct"].append(each[0])
            seen["crude ratio"].append(crude[0] / crude[1])
            seen["ratio"].append(each[0] / each[1])
    rows = [rates.iloc[0], rates.iloc[1], ratios.iloc[0], ratios.iloc[1]]
    exact = standard is None
    for row, values in zip(rows, seen.values(), strict=True):
        assert row["low"] <= min(values) * (1 + 1e-12)
        assert row["high"] >= max(values) * (1 - 1e-12)
        if exact:
            assert [row["low"], row["high"]] == pytest.approx([min(values), max(values)])


@given(two_towns(), st.integers(0, 10**6))
@settings(max_examples=20, deadline=None)
def test_nothing_in_between_lies_outside(boxes, seed):
    (x_low, x_high), (n_low, n_high) = boxes
    frame = as_frame(*boxes)
    rng = np.random.default_rng(seed)
    rates = standardised_rates(frame, **BY, design="census", scale=1)
    ratio = rate_ratios(frame, **BY, against="B", design="census").iloc[1]
    for _ in range(50):
        x = x_low + rng.random(x_low.shape) * (x_high - x_low)
        n = n_low + rng.random(n_low.shape) * (n_high - n_low)
        each = direct(x, n, n.sum(axis=0))
        for town, rate in zip((1, 3), each, strict=True):
            assert rates.iloc[town]["low"] - 1e-12 <= rate <= rates.iloc[town]["high"] + 1e-12
        assert ratio["low"] - 1e-12 <= each[0] / each[1] <= ratio["high"] + 1e-12


def slope(times, count, people):
    """The Poisson slope by Newton's steps on both equations, apart from the library."""
    a, b = np.log(count.sum() / people.sum()), 0.0
    t = times - times.mean()
    for _ in range(100):
        mean = people * np.exp(a + b * t)
        gradient = np.array([(count - mean).sum(), (t * (count - mean)).sum()])
        information = np.array([[mean.sum(), t @ mean], [t @ mean, t**2 @ mean]])
        step = np.linalg.solve(information, gradient)
        a, b = a + step[0], b + step[1]
    return b


def boxes(low, width, unit):
    return [measure(Interval.of(int(a), int(a + d)), unit) for a, d in zip(low, width, strict=True)]


PERIODS = st.lists(
    st.tuples(st.integers(5, 60), st.integers(0, 9), st.integers(200, 900), st.integers(0, 90)),
    min_size=3,
    max_size=4,
)


@given(PERIODS)
@settings(max_examples=30, deadline=None)
def test_the_change_at_every_corner(rows):
    x, dx, n, dn = np.array(rows, float).T
    times = np.arange(len(rows), dtype=float) * 2 + 2001
    frame = pd.DataFrame(
        {
            "year": times,
            "n": boxes(x, dx, "visits"),
            "people": boxes(n, dn, "persons"),
        }
    )
    found = trend(frame, **YEARS, design="census").iloc[-1]
    seen = [
        np.expm1(slope(times, count, people))
        for count in corners(x, x + dx)
        for people in corners(n, n + dn)
    ]
    assert [found["low"], found["high"]] == pytest.approx([min(seen), max(seen)], rel=1e-8)


@given(
    st.lists(st.tuples(st.integers(1, 500), st.integers(1000, 9000)), min_size=3, max_size=7),
    st.integers(2, 9),
    st.integers(1, 10),
)
@settings(max_examples=20, deadline=None)
def test_the_change_knows_no_unit(rows, times, later):
    """Events, people or years in another unit, years turned round, a steady growth."""
    count, people = np.array(rows).T
    frame = pd.DataFrame({"year": np.arange(len(rows)) + 2000, "n": count, "people": people})
    change = lambda d: trend(d, **YEARS)["estimate"].iloc[-1]  # noqa: E731
    here = change(frame)
    assert change(frame.assign(people=frame["people"] * times)) == pytest.approx(here, rel=1e-7)
    assert change(frame.assign(year=frame["year"] + later)) == pytest.approx(here, rel=1e-7)
    assert change(frame.sample(frac=1, random_state=later)) == pytest.approx(here, rel=1e-7)
    back = change(frame.assign(year=-frame["year"]))
    assert (1 + back) * (1 + here) == pytest.approx(1, rel=1e-7)
    double = change(frame.assign(year=2 * frame["year"]))
    assert (1 + double) ** 2 == pytest.approx(1 + here, rel=1e-7)
    # The same fit by the census' road, which solves one equation in place of two.
    exact = trend(frame, **YEARS, design="census").iloc[-1]
    assert exact["low"] == pytest.approx(here, rel=1e-6, abs=1e-9)
    assert exact["high"] == pytest.approx(here, rel=1e-6, abs=1e-9)
    steady = frame.assign(people=1000, n=100 * times ** np.arange(len(rows)))
    assert change(steady) == pytest.approx(times - 1, rel=1e-7)


@given(st.integers(0, 10**6), st.integers(2, 9))
@settings(max_examples=20, deadline=None)
def test_standardised_rates_know_no_unit_and_no_order(seed, times):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "town": np.repeat(list("ABC"), 3),
            "age": list("ymo") * 3,
            "n": rng.integers(1, 90, 9),
            "people": rng.integers(100, 900, 9),
        }
    )
    rates = standardised_rates(frame, **BY).set_index("group")["estimate"]
    ratios = rate_ratios(frame, **BY, against="A").set_index(["group", "level"])["estimate"]
    mixed = frame.sample(frac=1, random_state=seed)
    shuffled = standardised_rates(mixed, **BY).set_index("group")["estimate"]
    for town in "ABC":
        assert shuffled[town].tolist() == pytest.approx(rates[town].tolist())
        # A mean of the strata's rates lies among them.
        part = frame[frame["town"] == town]
        each = 1000 * part["n"] / part["people"]
        assert each.min() - 1e-9 <= rates[town].iloc[1] <= each.max() + 1e-9
    scaled = standardised_rates(frame.assign(n=frame["n"] * times), **BY)["estimate"]
    assert scaled.tolist() == pytest.approx((rates * times).tolist())
    as_printed = frame.assign(n=[f"{n}人次" for n in frame["n"]])
    turned = rate_ratios(as_printed, **BY, against="B", design="census")
    assert turned["estimate"].iloc[1] == pytest.approx(1 / ratios["B", "standardised"])
    wide = standardised_rates(frame, **BY, design=Design.unknown().assuming(times))
    narrow = standardised_rates(frame, **BY)
    assert (wide["high"] - wide["low"] > narrow["high"] - narrow["low"]).all()


TOWNS = pd.DataFrame(
    {
        "town": ["A", "A", "B", "B"],
        "age": ["young", "old"] * 2,
        "n": [10, 30, 20, 15],
        "people": [1000, 500, 2000, 250],
    }
)
PRINTED = TOWNS.assign(people=["近1100", 500, "2000", 250])
YEAR = pd.DataFrame({"year": [1, 2, 3], "n": [100, 200, 390], "people": 1000})


def with_cell(frame, column, cell):
    return frame.assign(**{column: [cell, *frame[column].iloc[1:].tolist()]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: standardised_rates(PRINTED, **BY), "use design='census' for the range"),
        (lambda: rate_ratios(PRINTED, **BY, against="A"), "use design='census' for the range"),
        (
            lambda: trend(with_cell(YEAR, "n", "近100人次"), **YEARS),
            "design='census'",
        ),
        (
            lambda: standardised_rates(with_cell(TOWNS, "people", "1000人次"), **BY),
            "people, A, young: '1000人次' is printed in visits, not persons",
        ),
        (
            lambda: standardised_rates(TOWNS.assign(n=["10人", 30, 20, "15例次"]), **BY),
            "n, B, old: 15例次 episodes .flow. beside 10人 persons",
        ),
        (
            lambda: standardised_rates(
                with_cell(TOWNS, "people", "80万以上"), **BY, design="census"
            ),
            "has no upper end",
        ),
        (lambda: standardised_rates(with_cell(TOWNS, "people", 0), **BY), "perhaps nobody"),
        (lambda: standardised_rates(with_cell(TOWNS, "n", None), **BY), "n, A, young: missing"),
        (lambda: standardised_rates(with_cell(TOWNS, "n", -3), **BY), "cannot be negative"),
        (
            lambda: standardised_rates(TOWNS, **BY, design=Design.sample(weights="w")),
            "standardised_use",
        ),
        (
            lambda: standardised_rates(TOWNS, **BY, standard={"young": 0, "old": 0}),
            "the standard population has no size",
        ),
        (lambda: rate_ratios(TOWNS.assign(n=[0, 0, 1, 1]), **BY, against="B"), "A has no event"),
        (lambda: trend(YEAR.assign(n=0), **YEARS), "no event in any period"),
        (lambda: trend(YEAR.assign(people=0), **YEARS), "a period without persons"),
        (lambda: trend(YEAR.assign(year=[1, 1, 2]), **YEARS), "two rows"),
        (lambda: trend(YEAR.assign(year=["2001", "20xx", "2003"]), **YEARS), "masked year"),
        (lambda: trend(with_cell(YEAR, "people", "1000户"), **YEARS), "households, not persons"),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
