"""Floating catchments: PySAL's access, brute force over pairs, and supply that is not lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc import over_printed
from commsvc.errors import CommsvcError
from commsvc.indicators.catchment import KINDS, floating_catchment

STEPS = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}


def town(seed: int, places: int = 40, facilities: int = 12):
    rng = np.random.default_rng(seed)
    persons, capacity = rng.integers(1, 900, places), rng.integers(1, 40, facilities)
    return persons, capacity, rng.uniform(0, 60, (places, facilities))


def options(kind: str) -> dict[str, object]:
    return {"steps": STEPS} if kind in ("enhanced", "three-step") else {"reach": 30.0}


def by_pairs(kind, persons, capacity, cost) -> np.ndarray:
    """The definitions, one pair at a time."""

    def weight(d: float) -> float:
        if d > 30:
            return 0.0
        if kind == "two-step":
            return 1.0
        if kind == "gaussian":
            edge = np.exp(-0.5)
            return (np.exp(-((d / 30) ** 2) / 2) - edge) / (1 - edge)
        return 1.0 if d <= 10 else 0.68 if d <= 20 else 0.22

    w = np.array([[weight(d) for d in row] for row in cost])
    if kind == "three-step":
        w = w * np.array([row / row.sum() if row.sum() else row for row in w])
    ratio = np.array([s / d if d else 0 for s, d in zip(capacity, persons @ w, strict=True)])
    return 1000 * w @ ratio


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_by_brute_force(kind, seed):
    persons, capacity, cost = town(seed)
    found = floating_catchment(persons, capacity, cost, kind, **options(kind))
    expected = by_pairs(kind, persons, capacity, cost)
    assert found["estimate"].tolist() == pytest.approx(expected.tolist(), rel=1e-9)
    assert found["count"].tolist() == (cost <= 30).sum(axis=1).tolist()
    # What is beyond reach may as well have no way.
    for gone in (np.inf, np.nan):
        far = np.where(cost <= 30, cost, gone)
        again = floating_catchment(persons, capacity, far, kind, **options(kind))
        pd.testing.assert_frame_equal(found, again)


@given(st.integers(0, 10**6), st.sampled_from(list(KINDS)))
@settings(max_examples=25)
def test_no_supply_is_lost_or_made(seed, kind):
    persons, capacity, cost = town(seed, 15, 5)
    found = floating_catchment(persons, capacity, cost, kind, **options(kind))
    given_out = (found["base"] * found["estimate"]).sum() / 1000
    assert given_out == pytest.approx(capacity[(cost <= 30).any(axis=0)].sum())
    again = floating_catchment(persons, capacity * 2, cost, kind, **options(kind))
    assert again["estimate"].tolist() == pytest.approx((2 * found["estimate"]).tolist())


def test_published(cases):
    case = cases["floating_catchment"]
    apart = np.where(np.eye(3) > 0, 0, case["off_diagonal"])
    given = case["population"], case["supply"], apart
    plain = floating_catchment(*given, "two-step", reach=61, scale=1)
    assert plain["estimate"].tolist() == pytest.approx([case["all_within"]] * 3)
    stepped = floating_catchment(*given, "enhanced", steps=dict(case["steps"]), scale=1)
    assert stepped["estimate"].tolist() == pytest.approx(case["stepped"], abs=5e-5)


@pytest.mark.parametrize("kind", ["two-step", "enhanced", "three-step"])
def test_against_pysal_access(kind, packages):
    case = packages["catchments"]
    links = pd.DataFrame(case["links"], columns=["place", "facility", "cost"])
    cost = links.pivot(index="place", columns="facility", values="cost")
    cost = cost.loc[list(case["persons"]), list(case["capacity"])]
    persons, capacity = list(case["persons"].values()), list(case["capacity"].values())
    assert list(STEPS.items()) == [tuple(step) for step in packages["steps"]]
    found = floating_catchment(persons, capacity, cost, kind, **options(kind))
    assert found["estimate"].tolist() == pytest.approx([1000 * x for x in case[kind]], rel=1e-9)


def test_over_printed_amounts_by_corners():
    persons, capacity = [(50, 60), (10, 30)], [(1, 2), 3]

    def reached(persons, capacity):
        cost = [[5, 40], [20, 10]]
        return floating_catchment(persons, capacity, cost, "two-step", reach=30)["estimate"]

    given = {"persons": persons, "capacity": capacity}
    found = over_printed(reached, given, rises=["capacity"], falls=["persons"])
    assert found.certain
    corners = [reached([a, b], [c, 3]) for a in persons[0] for b in persons[1] for c in capacity[0]]
    assert found.low.tolist() == pytest.approx(np.min(corners, axis=0).tolist())
    assert found.high.tolist() == pytest.approx(np.max(corners, axis=0).tolist())


def test_supply_nobody_reaches_is_said():
    found = floating_catchment([10, 20], [3, 7], [[5, 400], [9, 300]], "two-step", reach=100)
    assert "supply of 7 that nobody reaches" in found["note"][0]


def catch(persons=(5, 6), capacity=(1, 2), cost=((1, 2), (3, 4)), kind="two-step", **more):
    more = more if more.get("steps") or "reach" in more else {"reach": 30, **more}
    return floating_catchment(persons, capacity, cost, kind, **more)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: catch(kind="2SFCA"), "no kind of catchment"),
        (lambda: catch(kind="enhanced"), "enhanced needs steps"),
        (lambda: catch(kind="gaussian", steps=STEPS), "has no steps"),
        (lambda: catch(kind="enhanced", steps={10: 0.5, 20: 1}), "do not rise"),
        (lambda: catch(kind="enhanced", steps=STEPS, reach=60), "drop reach"),
        (lambda: catch(reach=None), "needs a reach"),
        (lambda: catch(reach=-1), "above 0"),
        (lambda: catch(reach=0.0001), "nobody is within"),
        (lambda: catch([1, -2]), "persons is -2"),
        (lambda: catch(cost=[[1, 2]]), "2 places by 2 facilities"),
        (lambda: catch(cost=[[1, -2], [3, 4]]), "a cost is -2"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
