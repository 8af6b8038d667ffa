"""Persons and supply as printed: ranges of access and of the share within reach, by brute force."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.access import KINDS, floating_catchment, nearest_facility
from commsvc.indicators.location import best_sites, fewest_sites
from commsvc.printed import Interval

NAMED = {"place": "place", "facility": "facility"}
STEPS = {10.0: 1.0, 30.0: 0.4}


def printed(values: np.ndarray, wide: np.ndarray) -> list[Interval]:
    return [Interval.of(int(v - w), int(v + w)) for v, w in zip(values, wide, strict=True)]


def county(seed: int):
    rng = np.random.default_rng(seed)
    persons, capacity = rng.integers(20, 90, 6), rng.integers(5, 20, 4)
    wide = rng.integers(0, 15, 6), rng.integers(0, 4, 4)
    cost = rng.uniform(1, 45, (6, 4))
    cost[0, 0] = 5
    links = pd.DataFrame([(i, j, cost[i, j]) for i in range(6) for j in range(4)])
    links.columns = ["place", "facility", "cost"]
    return persons, capacity, wide, links


def tables(persons, capacity):
    return (
        pd.DataFrame({"place": range(6), "persons": list(persons)}),
        pd.DataFrame({"facility": range(4), "capacity": list(capacity)}),
    )


@given(st.integers(0, 10**6), st.sampled_from(list(KINDS)))
@settings(max_examples=15, deadline=None)
def test_access_within_what_was_printed(seed, kind):
    persons, capacity, wide, links = county(seed)
    reach = {"steps": STEPS} if kind in ("enhanced", "three-step") else {"reach": 30.0}
    reach |= {"links": links, **NAMED}
    found = floating_catchment(
        *tables(printed(persons, wide[0]), printed(capacity, wide[1])), kind, **reach
    )
    plain = floating_catchment(*tables(persons, capacity), kind, **reach)
    assert found["estimate"].tolist() == pytest.approx(plain["estimate"].tolist())
    assert "low" not in plain
    rng = np.random.default_rng(seed)
    ends = []
    for d in range(42):
        move = rng.uniform(-1, 1, 10) if d % 2 else rng.choice([-1, 1], 10)
        if d < 2:
            move = np.repeat([1 - 2 * d, 2 * d - 1], [6, 4])
        one = tables(persons + move[:6] * wide[0], capacity + move[6:] * wide[1])
        ends.append(floating_catchment(*one, kind, **reach)["estimate"])
    ends = np.array(ends)
    assert ends.min(axis=0) == pytest.approx(found["low"].to_numpy())
    assert ends.max(axis=0) == pytest.approx(found["high"].to_numpy())


def test_where_nobody_may_live_access_has_no_limit():
    links = pd.DataFrame({"place": [*"abb"], "facility": [*"xyx"], "cost": [1, 1, 2]})
    places = pd.DataFrame({"place": ["a", "b"], "persons": [Interval.of(0, 4), Interval.of(2, 2)]})
    supply = pd.DataFrame({"facility": ["x", "y"], "capacity": [1, 1]})
    near = floating_catchment(places, supply, "two-step", reach=1, links=links, **NAMED)
    assert near["low"].tolist() == [250, 500]
    assert near["high"].tolist() == [np.inf, 500]
    # At the very edge of a Gaussian's reach a facility counts for nothing, and 0 · ∞ is no access.
    edge = floating_catchment(places, supply, "gaussian", reach=2, links=links, **NAMED)
    assert edge["high"].tolist() == [np.inf, pytest.approx(500)]


def test_figures_with_their_words():
    links = pd.DataFrame({"place": ["a"], "facility": ["x"], "cost": [1]})
    places = pd.DataFrame({"place": ["a"], "persons": ["3万人"]})
    supply = pd.DataFrame({"facility": ["x"], "capacity": [30]})
    row = floating_catchment(places, supply, "two-step", reach=5, links=links, **NAMED).iloc[0]
    assert (row["low"], row["estimate"], row["high"]) == pytest.approx(
        (30 / 35, 1.0, 30 / 25), abs=1e-12
    )
    near = nearest_facility(
        places.assign(lat=30.0, lon=120.0), supply.assign(lat=31.0, lon=120.0), persons="persons"
    )
    assert near["base"].tolist() == [30000]


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_share_within_reach_over_what_was_printed(seed):
    persons, _, wide, links = county(seed)
    spots = pd.DataFrame({"site": range(4)})
    known = {"links": links, "place": "place", "site": "site", "persons": "persons"}
    table = best_sites(tables(printed(persons, wide[0]), range(4))[0], spots, 20, 2, **known)
    last = table.iloc[-1]
    assert last["estimate_low"] <= last["estimate"] <= last["estimate_high"]
    chosen = [int(name) for name in table["group"][:-1]]
    cost = links.pivot(index="place", columns="facility", values="cost").to_numpy()[:, chosen]
    covered = (cost <= 20).any(axis=1)
    ends = []
    for sign in (-1, 1):
        one = persons + np.where(covered, sign, -sign) * wide[0]
        ends.append(one[covered].sum() / one.sum())
    assert [last["estimate_low"], last["estimate_high"]] == pytest.approx(ends)
    if wide[0].any():
        every = fewest_sites(
            tables(printed(persons, wide[0]), range(4))[0], spots, 46, **known
        ).iloc[-1]
        assert every["estimate_low"] == every["estimate_high"] == 1


@given(st.integers(0, 10**6))
@settings(max_examples=10, deadline=None)
def test_nearest_whatever_the_order_and_where_on_the_globe(seed):
    rng = np.random.default_rng(seed)
    places = pd.DataFrame({"lat": rng.uniform(-60, 60, 8), "lon": rng.uniform(-180, 180, 8)})
    posts = pd.DataFrame({"lat": rng.uniform(-60, 60, 5), "lon": rng.uniform(-180, 180, 5)})
    posts["post"] = list("abcde")
    once = nearest_facility(places, posts, facility="post")
    shuffled = nearest_facility(places, posts.sample(frac=1, random_state=1), facility="post")
    assert shuffled["level"].tolist() == once["level"].tolist()
    # Turned about the poles, or mirrored at the equator, nothing is nearer or farther.
    turn = rng.uniform(-180, 180)

    def moved(frame):
        return frame.assign(lat=-frame["lat"], lon=(frame["lon"] + turn + 180) % 360 - 180)

    again = nearest_facility(moved(places), moved(posts), facility="post")
    assert again["level"].tolist() == once["level"].tolist()
    assert again["estimate"].to_numpy() == pytest.approx(once["estimate"].to_numpy(), abs=1e-6)
    # One more facility brings nobody farther away.
    more = pd.concat([posts, pd.DataFrame({"lat": [0.0], "lon": [0.0], "post": ["f"]})])
    assert (nearest_facility(places, more)["estimate"] <= once["estimate"] + 1e-9).all()


@pytest.mark.parametrize(
    ("persons", "says"),
    [
        (["856多人", "30人"], "two ends"),
        (["30人", "3亩"], "one unit"),
        ([Interval.of(-1, 4), Interval.of(2, 3)], "0 or more"),
        (["3万人", None], "missing"),
    ],
)
def test_refusals(persons, says):
    links = pd.DataFrame({"place": ["a", "b"], "facility": ["x", "x"], "cost": [1, 1]})
    places = pd.DataFrame({"place": ["a", "b"], "persons": persons})
    supply = pd.DataFrame({"facility": ["x"], "capacity": [1]})
    with pytest.raises(CommsvcError, match=says):
        floating_catchment(places, supply, "two-step", reach=5, links=links, **NAMED)
