"""Location–coverage: by hand, and against every choice there is."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.location import best_sites, fewest_sites

NAMED = {"place": "place", "site": "site"}


def line(cases) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    case = cases["location"]
    places = pd.DataFrame({"place": case["positions"], "persons": case["demand"]})
    sites = pd.DataFrame({"site": case["positions"]})
    pairs = [(i, j, abs(i - j)) for i in case["positions"] for j in case["positions"]]
    return places, sites, pd.DataFrame(pairs, columns=["place", "facility", "cost"])


def scattered(seed: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    places = pd.DataFrame({"place": range(9), "persons": rng.integers(1, 50, 9)})
    sites = pd.DataFrame({"site": range(6)})
    cost = rng.integers(0, 30, (9, 6)).astype(float)
    pairs = [(i, j, cost[i, j]) for i in range(9) for j in range(6)]
    return places, sites, pd.DataFrame(pairs, columns=["place", "facility", "cost"]), cost <= 12


def test_by_hand(cases):
    places, sites, links = line(cases)
    fewest = fewest_sites(places, sites, 1, links=links, persons="persons", **NAMED)
    assert len(fewest) - 1 == cases["location"]["cover"]
    assert fewest["places"].iloc[-1] == 6
    best = best_sites(places, sites, 1, 1, links=links, persons="persons", **NAMED)
    assert best["count"].iloc[-1] == cases["location"]["best_of_one"]


@given(st.integers(0, 10**6))
@settings(max_examples=25)
def test_against_every_choice(seed):
    places, sites, links, reach = scattered(seed)
    persons = places["persons"].to_numpy()

    def covered(chosen: tuple[int, ...]) -> np.ndarray:
        return reach[:, list(chosen)].any(axis=1)

    for k in (1, 2, 3):
        most = max(persons[covered(c)].sum() for c in combinations(range(6), k))
        found = best_sites(places, sites, 12, k, links=links, persons="persons", **NAMED)
        assert len(found) == k + 1
        assert found["count"].iloc[-1] == most
        assert found["count"].iloc[:-1].sum() == most
        assert found["estimate"].iloc[-1] == pytest.approx(most / persons.sum())
        chosen = tuple(int(name) for name in found["group"][:-1])
        assert persons[covered(chosen)].sum() == most
    if not covered(tuple(range(6))).all():
        with pytest.raises(CommsvcError, match="have no site within 12"):
            fewest_sites(places, sites, 12, links=links, **NAMED)
        return
    least = next(k for k in range(1, 7) if any(covered(c).all() for c in combinations(range(6), k)))
    found = fewest_sites(places, sites, 12, links=links, **NAMED)
    assert len(found) - 1 == least
    assert found["estimate"].iloc[-1] == 1
    # What the fewest cover in full, the best of as many cover as well.
    best = best_sites(places, sites, 12, least, links=links, **NAMED)
    assert best["estimate"].iloc[-1] == 1


def test_from_coordinates():
    grid = pd.DataFrame(
        [(f"{i}{j}", 30 + 0.01 * i, 120.0 + 0.01 * j) for i in range(3) for j in range(3)],
        columns=["place", "lat", "lon"],
    )
    # The middle of a grid 1.1 km wide reaches its four neighbours but not the corners.
    middle = best_sites(grid, grid, 1.2, 1, place="place", site="place")
    assert middle["group"][0] == "11"
    assert middle["count"].iloc[-1] == 5
    assert len(fewest_sites(grid, grid, 1.6, place="place", site="place")) == 2


PLACES, SITES, ROADS, _ = scattered(1)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: best_sites(PLACES, SITES, 12, 7, links=ROADS, **NAMED), "7 of 6 sites"),
        (lambda: best_sites(PLACES, SITES, 12, 1.5, links=ROADS, **NAMED), "1.5 of 6 sites"),
        (lambda: fewest_sites(PLACES, SITES, 0, links=ROADS, **NAMED), "reach is 0"),
        (lambda: fewest_sites(PLACES, SITES, 0.5, links=ROADS, **NAMED), "have no site"),
        (lambda: fewest_sites(PLACES, SITES, 12, **NAMED), "no column 'lat'"),
        (
            lambda: best_sites(PLACES, SITES, 12, 1, links=ROADS, persons="person", **NAMED),
            "did you mean 'persons'",
        ),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
