"""Floating catchments: PySAL's access, brute force over pairs, and supply that is not lost."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.access import KINDS, floating_catchment, nearest_facility
from commsvc.indicators.travel import great_circle

STEPS = {10.0: 1.0, 20.0: 0.68, 30.0: 0.22}
NAMED = {"place": "place", "facility": "facility"}


def town(seed: int, places: int = 40, facilities: int = 12) -> tuple[pd.DataFrame, pd.DataFrame]:
    rng = np.random.default_rng(seed)

    def spots(n: int) -> dict[str, np.ndarray]:
        return {"lat": rng.uniform(30, 30.5, n), "lon": rng.uniform(120, 120.6, n)}

    demand = pd.DataFrame(
        {"place": [f"p{i}" for i in range(places)], "persons": rng.integers(1, 900, places)}
        | spots(places)
    )
    supply = pd.DataFrame(
        {
            "facility": [f"f{i}" for i in range(facilities)],
            "capacity": rng.integers(1, 40, facilities),
        }
        | spots(facilities)
    )
    return demand, supply


def distances(demand: pd.DataFrame, supply: pd.DataFrame) -> np.ndarray:
    """Every pair by the spherical law of cosines, in 6371.0088 km radii."""
    a, b = (np.radians(frame[["lat", "lon"]].to_numpy()) for frame in (demand, supply))
    cosine = np.sin(a[:, None, 0]) * np.sin(b[None, :, 0]) + np.cos(a[:, None, 0]) * np.cos(
        b[None, :, 0]
    ) * np.cos(a[:, None, 1] - b[None, :, 1])
    return 6371.0088 * np.arccos(np.clip(cosine, -1, 1))


def road_table(demand: pd.DataFrame, supply: pd.DataFrame) -> pd.DataFrame:
    table = pd.DataFrame(distances(demand, supply), demand["place"], supply["facility"])
    return table.rename_axis(columns="facility").stack().rename("cost").reset_index()


def options(kind: str) -> dict[str, object]:
    return {"steps": STEPS} if kind in ("enhanced", "three-step") else {"reach": 30.0}


def by_pairs(kind: str, demand: pd.DataFrame, supply: pd.DataFrame) -> np.ndarray:
    """The definitions, one pair at a time."""
    km = distances(demand, supply)

    def weight(d: float) -> float:
        if d > 30:
            return 0.0
        if kind == "two-step":
            return 1.0
        if kind == "gaussian":
            edge = np.exp(-0.5)
            return (np.exp(-((d / 30) ** 2) / 2) - edge) / (1 - edge)
        return 1.0 if d <= 10 else 0.68 if d <= 20 else 0.22

    w = np.array([[weight(d) for d in row] for row in km])
    if kind == "three-step":
        w = w * np.array([row / row.sum() if row.sum() else row for row in w])
    persons, capacity = demand["persons"].to_numpy(), supply["capacity"].to_numpy()
    ratio = np.array([s / d if d else 0 for s, d in zip(capacity, persons @ w, strict=True)])
    return 1000 * w @ ratio


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_by_brute_force_from_coordinates_and_from_links(kind, seed):
    demand, supply = town(seed)
    expected = by_pairs(kind, demand, supply)
    found = floating_catchment(demand, supply, kind, **NAMED, **options(kind))
    assert found["estimate"].tolist() == pytest.approx(expected.tolist(), rel=1e-9)
    assert found["count"].tolist() == (distances(demand, supply) <= 30).sum(axis=1).tolist()
    links = road_table(demand, supply).sample(frac=1, random_state=seed)
    tabled = floating_catchment(demand, supply, kind, links=links, **NAMED, **options(kind))
    assert tabled["estimate"].tolist() == pytest.approx(expected.tolist(), rel=1e-9)


@given(st.integers(0, 10**6), st.sampled_from(list(KINDS)))
@settings(max_examples=25)
def test_no_supply_is_lost_or_made(seed, kind):
    demand, supply = town(seed, 15, 5)
    found = floating_catchment(demand, supply, kind, **NAMED, **options(kind))
    given_out = (found["base"] * found["estimate"]).sum() / 1000
    reached = (distances(demand, supply) <= 30).any(axis=0)
    if kind == "gaussian" or reached.all():
        assert given_out <= supply["capacity"].sum() * (1 + 1e-12)
    if kind != "gaussian":
        assert given_out == pytest.approx(supply["capacity"][reached].sum())
    doubled = supply.assign(capacity=supply["capacity"] * 2)
    again = floating_catchment(demand, doubled, kind, **NAMED, **options(kind))
    assert again["estimate"].tolist() == pytest.approx((2 * found["estimate"]).tolist())


def test_published(cases):
    case = cases["floating_catchment"]
    demand = pd.DataFrame({"place": list("abc"), "persons": case["population"]})
    supply = pd.DataFrame({"facility": list("abc"), "capacity": case["supply"]})
    pairs = [(i, j, 0 if i == j else case["off_diagonal"]) for i in "abc" for j in "abc"]
    links = pd.DataFrame(pairs, columns=["place", "facility", "cost"])
    plain = floating_catchment(
        demand, supply, "two-step", reach=61, links=links, scale=1, **NAMED
    )  # fmt: skip
    assert plain["estimate"].tolist() == pytest.approx([case["all_within"]] * 3)
    stepped = floating_catchment(
        demand, supply, "enhanced", steps=dict(case["steps"]), links=links, scale=1, **NAMED
    )
    assert stepped["estimate"].tolist() == pytest.approx(case["stepped"], abs=5e-5)


@pytest.mark.parametrize("kind", ["two-step", "enhanced", "three-step"])
def test_against_pysal_access(kind, packages):
    case = packages["catchments"]
    demand = pd.DataFrame({"place": case["persons"].keys(), "persons": case["persons"].values()})
    supply = pd.DataFrame(
        {"facility": case["capacity"].keys(), "capacity": case["capacity"].values()}
    )
    links = pd.DataFrame(case["links"], columns=["place", "facility", "cost"])
    assert list(STEPS.items()) == [tuple(step) for step in packages["steps"]]
    found = floating_catchment(demand, supply, kind, links=links, **NAMED, **options(kind))
    assert found["group"].tolist() == list(case["persons"])
    assert found["estimate"].tolist() == pytest.approx([1000 * x for x in case[kind]], rel=1e-9)


def test_supply_nobody_reaches_is_said():
    demand, supply = town(1)
    far = pd.concat([supply, pd.DataFrame({"facility": ["far"], "capacity": [7], "lat": [-30.0],
                                           "lon": [20.0]})], ignore_index=True)  # fmt: skip
    found = floating_catchment(demand, far, "two-step", reach=100, **NAMED)
    assert "supply of 7 that nobody reaches" in found["note"][0]


def test_great_circle():
    assert great_circle(0, 0, 0, 180) == pytest.approx(np.pi * 6371.0088)
    assert great_circle(90, 0, 90, 77) == pytest.approx(0, abs=1e-9)
    demand, supply = town(5)
    found = great_circle(
        demand["lat"].to_numpy()[:, None], demand["lon"].to_numpy()[:, None],
        supply["lat"].to_numpy(), supply["lon"].to_numpy(),
    )  # fmt: skip
    assert np.allclose(found, distances(demand, supply), rtol=1e-6)
    # Ten metres: where the law of cosines has lost its digits.
    assert great_circle(30, 120, 30 + 1e-4, 120) * 1000 == pytest.approx(11.1195, abs=1e-4)


def test_links_cross_the_date_line():
    demand = pd.DataFrame({"persons": [10], "lat": [0.0], "lon": [179.95]})
    supply = pd.DataFrame({"capacity": [1], "lat": [0.0], "lon": [-179.95]})
    assert floating_catchment(demand, supply, "two-step", reach=12)["estimate"].item() == 100
    assert nearest_facility(demand, supply)["estimate"].item() == pytest.approx(11.1195, abs=1e-4)


def test_nearest_by_brute_force():
    demand, supply = town(9)
    km = distances(demand, supply)
    found = nearest_facility(demand, supply, persons="persons", **NAMED)
    assert found["level"].tolist() == supply["facility"].iloc[km.argmin(axis=1)].tolist()
    assert found["estimate"].tolist() == pytest.approx(km.min(axis=1).tolist(), abs=1e-6)
    assert found["base"].tolist() == demand["persons"].tolist()


def test_polars():
    polars = pytest.importorskip("polars")
    demand, supply = town(3)
    theirs = floating_catchment(
        polars.from_pandas(demand), polars.from_pandas(supply), "two-step", reach=30, **NAMED
    )
    ours = floating_catchment(demand, supply, "two-step", reach=30, **NAMED)
    assert theirs["estimate"].tolist() == ours["estimate"].tolist()


HERE, THERE = town(1, 3, 2)
LINKS = road_table(HERE, THERE)


def catch(demand=HERE, supply=THERE, kind="two-step", **more):
    more = more if more.get("steps") or "reach" in more else {"reach": 30, **more}
    return floating_catchment(demand, supply, kind, **NAMED, **more)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: catch(kind="2SFCA"), "no kind of catchment"),
        (lambda: catch(kind="enhanced"), "enhanced needs steps"),
        (lambda: catch(kind="gaussian", steps=STEPS), "has no steps"),
        (lambda: catch(kind="enhanced", steps={10: 0.5, 20: 1}), "do not rise"),
        (lambda: catch(kind="enhanced", steps=STEPS, reach=60), "drop reach"),
        (lambda: catch(reach=None), "needs a reach"),
        (lambda: catch(reach=-1), "reach is -1"),
        (lambda: catch(reach=0.0001), "nobody is within"),
        (lambda: catch(HERE.assign(persons=[1, -2, 3])), "'persons' is -2"),
        (lambda: catch(HERE.assign(place="p")), "two places have one name"),
        (lambda: catch(HERE.assign(lat=120.0, lon=30.0)), "exchanged"),
        (lambda: catch(HERE.drop(columns="lat")), "no column 'lat'"),
        (lambda: catch(HERE.assign(lat=[1, None, 2])), "row 1, 'lat'"),
        (lambda: catch(at=None), "neither coordinates nor links"),
        (lambda: catch(links=LINKS.assign(place="q9")), "no place 'q9'"),
        (lambda: catch(links=pd.concat([LINKS, LINKS])), "twice"),
        (lambda: catch(links=LINKS.assign(cost=-1)), "negative"),
        (lambda: nearest_facility(HERE, THERE, at=("lat", "long")), "did you mean 'lon'"),
        (lambda: great_circle(91, 0, 0, 0), "latitude 91"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()


def test_too_many_links_are_refused_before_memory_is(monkeypatch):
    monkeypatch.setattr("commsvc.indicators.travel.MOST_LINKS", 5)
    with pytest.raises(CommsvcError, match="6 links within 500 km; allowed: 5 at most"):
        catch(reach=500)
