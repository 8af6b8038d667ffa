"""Inequality of printed figures and of complex samples: brute force, jackknife, refusals."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import equity as e
from commsvc.indicators.measure import measure
from commsvc.inference.records import Records

FLOATS = 1e-9
INDEX = {
    "gini": e.gini,
    "theil": lambda y: e.theil(y)["estimate"].iloc[0],
    "hhi": lambda y: e.herfindahl(y)["estimate"].item(),
}


@given(st.lists(st.integers(1, 30), min_size=3, max_size=5), st.sampled_from(["1", "2", "10"]))
@example([1, 1, 1], "2")  # all may be nothing
@settings(max_examples=12)
def test_inequality_over_rounding(values, place):
    face, half = np.array(values, float), float(place) / 2
    found = e.inequality_range(values, rounding=place).set_index("level")
    low, high = np.maximum(face - half, 0), face + half
    corners = [np.where(pick, high, low) for pick in product([False, True], repeat=len(face))]
    rng = np.random.default_rng(sum(values))
    inside = list(rng.uniform(low, high, (40, len(face))))
    levels = np.concatenate([low, high, np.linspace(low.min(), high.max(), 40)])
    level = [np.clip(t, low, high) for t in levels]
    for name, index in INDEX.items():
        every = [index(y) for y in (*corners, *inside, *level) if y.sum() > 0]
        row = found.loc[name]
        assert row["low"] <= min(every) + FLOATS
        assert row["high"] == pytest.approx(max(every), abs=1e-9)
        # The least is at an end or near a level that forty tries come close to.
        assert min(every) - row["low"] < 5e-3
        assert row["low"] <= row["estimate"] <= row["high"]


def test_many_figures_of_one_width_and_of_several():
    rng = np.random.default_rng(2)
    values = rng.integers(10, 90, 30)
    mixed = [f"{v}%" if i % 2 else f"{v}.0%" for i, v in enumerate(values)]
    wide = np.where(np.arange(30) % 2, 0.5, 0.05)
    far = np.where(np.arange(30) % 2, 20, 16)
    rough = [measure(v, "centres", rounded=str(2 * h)) for v, h in zip(values, far, strict=True)]
    cases = [
        (e.inequality_range(values, rounding="10"), values, 5 * np.ones(30), ""),
        (e.inequality_range(mixed), values, wide, ""),
        (e.inequality_range(rough), values, far, "not reached"),
    ]
    for found, face, half, said in cases:
        assert found["note"].str.contains(said).any()
        table = found.set_index("level")
        for name, index in INDEX.items():
            for d in range(60):
                move = rng.uniform(-1, 1, 30) if d % 2 else rng.choice([-1, 1], 30)
                if d % 3 == 0:
                    move = np.where(face + rng.normal(0, 8, 30) > face.mean(), 1, -1)
                other = index(np.maximum(face + move * half, 0))
                row = table.loc[name]
                assert row["low"] - FLOATS <= other <= row["high"] + FLOATS
    exact = e.inequality_range(values)
    assert exact["low"].tolist() == exact["high"].tolist() == exact["estimate"].tolist()


@given(st.lists(st.integers(1, 200), min_size=2, max_size=5))
@settings(max_examples=12)
def test_concentration_over_rounding(rates):
    births = np.arange(1, len(rates) + 1)[::-1]
    row = e.concentration_range(births, rates, rounding="1").iloc[0]
    every = [
        e.concentration_index_grouped(births, np.array(rates) + np.array(moves))["estimate"].iloc[
            -1
        ]
        for moves in product([-0.5, 0.5], repeat=len(rates))
    ]
    assert [row["low"], row["high"]] == pytest.approx([min(every), max(every)], abs=1e-12)


@given(st.lists(st.integers(0, 12), min_size=2, max_size=5).filter(any), st.integers(0, 10**6))
@settings(max_examples=20)
def test_the_concentration_curve_over_rounding(outcome, seed):
    rng = np.random.default_rng(seed)
    standing, people = rng.integers(0, 4, len(outcome)), rng.integers(1, 9, len(outcome))
    table = e.concentration_curve(outcome, standing, people, rounding="1")
    faces = e.concentration_curve(outcome, standing, people)
    assert table["outcome_share"].tolist() == faces["outcome_share"].tolist()
    ends = [(max(y - 0.5, 0), y + 0.5) for y in outcome]
    curves = [
        e.concentration_curve(corner, standing, people)["outcome_share"].to_numpy()
        for corner in product(*ends)
        if any(corner)
    ]
    assert table["outcome_low"].tolist() == pytest.approx(np.min(curves, axis=0).tolist())
    assert table["outcome_high"].tolist() == pytest.approx(np.max(curves, axis=0).tolist())


def test_a_curve_of_figures_that_may_all_be_nothing():
    table = e.concentration_curve(["0.4", "0"], [1, 2], rounding="1")
    assert table["outcome_share"].tolist() == [0, 1, 1]
    both = e.concentration_curve([0, 0, 1], [1, 2, 3], rounding="1")
    # Halves at most, and one that is a half at least: 1/2 to (1/2 + 1/2 + 1/2).
    assert both["outcome_low"].tolist() == pytest.approx([0, 0, 0, 1])
    assert both["outcome_high"].tolist() == pytest.approx([0, 1 / 2, 2 / 3, 1])


@given(st.lists(st.sampled_from([0, 1, 4, 6, 20, 30]), min_size=2, max_size=5).filter(any))
@settings(max_examples=15)
def test_unevenness_over_what_was_printed(have):
    table = e.unevenness({"beds": have}, measures=["none", *INDEX], rounding="10")
    table = table.set_index("level")
    rng = np.random.default_rng(sum(have))
    low, high = np.maximum(np.array(have) - 5.0, 0), np.array(have) + 5.0
    none = lambda y: e.share_with_none(y)["estimate"].item()  # noqa: E731
    corners = [np.where(pick, high, low) for pick in product([False, True], repeat=len(have))]
    for name, index in (INDEX | {"none": none}).items():
        row = table.loc[name]
        assert row["estimate"] == pytest.approx(index(np.array(have, float)))
        for y in (*corners, *rng.uniform(low, high, (20, len(have)))):
            if y.sum() > 0:
                assert row["low"] - FLOATS <= index(y) <= row["high"] + FLOATS
    ends = e.share_with_none(have, rounding="10").iloc[0]
    assert [ends["low"], ends["high"]] == [none(high), none(low)]
    assert table.loc["none", ["low", "high"]].tolist() == [ends["low"], ends["high"]]
    assert "low" not in e.unevenness({"beds": have})


def test_agglomeration_over_what_was_printed():
    resources = [measure(20, "centres", rounded="2"), measure(30, "centres", rounded="2"), 50]
    found = e.agglomeration(resources, [10, 40, 50], ["25万", "25万", "50万"])
    plain = e.agglomeration([20, 30, 50], [10, 40, 50], [25, 25, 50])
    assert found[["hrad", "pad", "ratio"]].to_numpy() == pytest.approx(
        plain[["hrad", "pad", "ratio"]].to_numpy()
    )
    rng = np.random.default_rng(1)
    for d in range(60):
        share = rng.choice([-1, 1], 6) if d % 2 else rng.uniform(-1, 1, 6)
        one = e.agglomeration(
            np.array([20, 30, 50]) + np.array([*share[:2], 0]),
            [10, 40, 50],
            np.array([25e4, 25e4, 50e4]) + 5000 * share[3:],
        )
        for name in ("hrad", "pad", "ratio"):
            assert (one[name] >= found[f"{name}_low"] - FLOATS).all()
            assert (one[name] <= found[f"{name}_high"] + FLOATS).all()
    least = e.agglomeration([19, 31, 50], [10, 40, 50], [25.5, 24.5, 49.5])
    assert found["ratio_low"][0] == pytest.approx(least["ratio"][0])
    assert "hrad_low" not in plain


def people(seed: int, n: int = 300, towns: int = 60):
    rng = np.random.default_rng(seed)
    town = rng.integers(0, towns, n)
    living = rng.normal(size=n) + rng.normal(size=towns)[town]
    y = rng.poisson(np.exp(0.4 - 0.3 * living)).astype(float)
    return y, living, rng.uniform(1, 4, n), town


def test_independent_persons_of_one_weight():
    y, living, _, _ = people(1)
    plain = e.concentration_index(y, living).iloc[0]
    made = e.concentration_index(y, living, records=Records.sample(np.ones(300))).iloc[0]
    assert made["estimate"] == pytest.approx(plain["estimate"])
    assert made["se"] == pytest.approx(plain["se"] * np.sqrt(300 / 299))


@pytest.mark.parametrize("kind", ["standard", "erreygers", "generalised"])
def test_errors_of_clusters_by_the_jackknife(kind):
    y, living, weights, town = people(3)
    ends = {"bounds": (0, 40)} if kind == "erreygers" else {}
    sample = Records.sample(weights, clusters=town)
    made = e.concentration_index(y, living, records=sample, kind=kind, **ends).iloc[0]
    names = np.unique(town)
    left_out = [
        e.concentration_index(
            y[town != t], living[town != t], weights=weights[town != t], kind=kind, **ends
        )["estimate"].item()
        for t in names
    ]
    m = len(names)
    jackknife = np.sqrt((m - 1) / m * ((left_out - np.mean(left_out)) ** 2).sum())
    assert made["se"] == pytest.approx(jackknife, rel=0.05)
    alone = e.concentration_index(y, living, weights=weights, kind=kind, **ends).iloc[0]
    assert made["estimate"] == pytest.approx(alone["estimate"])
    assert made["se"] > alone["se"]
    assert made["base"] == 300


def test_the_gini_is_the_index_ranked_by_itself():
    y, _, weights, town = people(5)
    made = e.concentration_index(y, y, records=Records.sample(weights, clusters=town)).iloc[0]
    assert made["estimate"] == pytest.approx(e.gini(y, weights))


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.inequality_range(["10人", "3亩"]), "one unit"),
        (lambda: e.inequality_range(["856多人", "30人"]), "two ends"),
        (lambda: e.inequality_range([3, -4], rounding="1"), "below 0"),
        (lambda: e.inequality_range([3, 4], measures=["ginni"]), "did you mean 'gini'"),
        (lambda: e.inequality_range("近97万"), "is no list"),
        (lambda: e.inequality_range([]), "is empty"),
        (lambda: e.concentration_range([1, 2], [3]), "entries"),
        (lambda: e.agglomeration([1, 2], ["1亩", "0亩"], [1, 1]), "a place without area"),
        (lambda: e.agglomeration([1, 2, 3], [1, 1], [1, 1, 1]), "area has 2 entries"),
        (lambda: e.gini(["近10万", "3万"]), "inequality_range"),
        (lambda: e.unevenness({"beds": ["10人", "3亩"]}), "one unit"),
        (lambda: e.unevenness({"beds": [3, -4]}, rounding="1"), "is -4"),
        (lambda: e.share_with_none([3, -0.2], rounding="1"), "values is -"),
        # People are exact everywhere: the next step is not another function.
        (lambda: e.concentration_range(["1万", "2万"], [3, 4]), "970000 for 97万"),
        (lambda: e.slope_index([3, 4, 5], ["1万", "2万", "3万"]), "970000 for 97万"),
        (
            lambda: e.disaggregated_inequality([3, 4], ["1万", "2万"], ordered=True),
            "population.*970000 for 97万",
        ),
        (
            lambda: e.concentration_index(
                [1, 2, 3], [1, 2, 3], weights=[1, 1, 1], records=Records.sample([1, 1, 1])
            ),
            "both given",
        ),
        (
            lambda: e.concentration_index(
                [1, 2, 3], [1, 2, 3], records=Records.sample([1, 1, 1]), error="regression"
            ),
            "knows no design",
        ),
        (
            lambda: e.concentration_index([1, 2, 3], [1, 2, 3], records=Records.sample([1, 1])),
            "2 records for 3",
        ),
        (
            lambda: e.concentration_index(
                [1, 2, 3], [1, 2, 3], records=Records.sample([1, 1, 1], clusters=list("aaa"))
            ),
            "one cluster",
        ),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
