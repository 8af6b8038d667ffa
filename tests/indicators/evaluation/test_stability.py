"""Rank stability: what cannot turn does not, what can is found, and a seed is a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commsvc import over_printed
from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e

CRITERIA = {"beds": "benefit", "deaths": "cost"}
TABLE = pd.DataFrame({"beds": [0.9, 0.51, 0.5, 0.1], "deaths": [1.0, 5.0, 5.0, 9.0]})
TOWNS = ["best", "near", "close", "worst"]
HALF = np.array([0.005, 0.05])


def stability(frame=TABLE, weights="equal", half=HALF, **options) -> pd.DataFrame:
    options = {"units": TOWNS, "draws": 150, **options}
    within = None if half is None else (frame - half, frame + half)
    return e.rank_stability(frame, CRITERIA, weights, within=within, **options)


def moving(level: str, **options) -> pd.DataFrame:
    found = stability(**options)
    return found[found["level"] == level].set_index("group")


@pytest.mark.parametrize("method", ["topsis", "weighted_sum", "rsr"])
def test_best_and_worst_of_everything_keep_their_ranks(method):
    found = stability(method=method).set_index(["group", "level"])
    moved = {"weights", "data", "all"} | ({"normalisation"} if method != "rsr" else set())
    assert set(found.index.get_level_values("level")) == moved
    assert (found.loc["best", ["best", "worst"]] == 1).all().all()
    assert (found.loc["worst", ["best", "worst"]] == 4).all().all()
    assert (found.loc["best", "first"] == 1).all()


def test_what_rounding_can_turn():
    found = moving("data", draws=2000)
    # 51 % and 50 % of beds cannot change places, and 5.0 and 5.0 deaths rarely make up for it.
    assert 0.9 < found.loc["near", "same"] < 1
    close = TABLE.assign(beds=[0.9, 0.5, 0.5, 0.1])
    tied = moving("data", frame=close, draws=2000)
    assert (tied.loc[["near", "close"], "estimate"] == 2.5).all()
    assert tied.loc["near", ["low", "high"]].tolist() == [2, 3]
    assert tied.loc["near", "same"] < 0.1
    assert "data" not in stability(half=None)["level"].tolist()


def test_printed_figures_have_their_ends_from_over_printed():
    printed = [["90%", "1.0"], ["51%", "5.0"], ["50%", "5.0"], ["10%", "9.0"]]
    found = over_printed(lambda x: x, printed, rises=True)
    assert found.certain
    by_hand, read = moving("data", seed=3), None
    read = e.rank_stability(
        found.estimate, CRITERIA, within=(found.low, found.high), units=TOWNS, draws=150, seed=3
    )
    read = read[read["level"] == "data"].set_index("group")
    pd.testing.assert_frame_equal(read, by_hand)


def test_weights_move_by_their_concentration():
    crossing = pd.DataFrame({"beds": [9, 6, 4, 1], "deaths": [9, 6, 4, 1]})
    loose = moving("weights", frame=crossing, half=None, concentration=2)
    tight = moving("weights", frame=crossing, weights=[0.6, 0.4], half=None, concentration=1e6)
    assert (tight["low"] == tight["high"]).all()
    assert (tight["same"] == 1).all()
    assert loose.loc["best", ["low", "high"]].tolist() == [1, 4]
    one = moving("weights", frame=crossing, weights={"beds": 1, "deaths": 0}, half=None)
    assert (one["same"] == 1).all(), "a weight of 0 stays 0"


def test_a_weight_drawn_has_the_spread_that_is_said():
    rng = np.random.default_rng(1)
    from commsvc.indicators.evaluation.stability import _dirichlet

    drawn = np.array([_dirichlet(rng, np.array([0.2, 0.8]), 50) for _ in range(4000)])
    assert drawn.mean(axis=0) == pytest.approx([0.2, 0.8], abs=0.005)
    assert drawn[:, 0].var() == pytest.approx(0.2 * 0.8 / 51, rel=0.1)


def test_seeded_and_moves_do_not_disturb_each_other():
    once, again, other = stability(seed=3), stability(seed=3), stability(seed=4)
    pd.testing.assert_frame_equal(once, again)
    assert not once.equals(other)
    without = stability(seed=3, half=None)
    columns = ["group", "low", "high", "best", "worst", "first", "same"]
    for level in ("weights", "normalisation"):
        pd.testing.assert_frame_equal(
            once.loc[once["level"] == level, columns].reset_index(drop=True),
            without.loc[without["level"] == level, columns].reset_index(drop=True),
        )
    assert "seed 3, 150 draws" in once["note"][0]
    assert "8 of 8 cells" in once["note"][0]
    assert once["first"].groupby(once["level"]).sum().tolist() == pytest.approx([1] * 4)


def test_given_rank_is_that_of_the_method():
    direct = e.ranks(e.topsis(TABLE, CRITERIA, "entropy"))
    assert moving("weights", weights="entropy")["estimate"].tolist() == direct.tolist()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "topsi"}, "did you mean 'topsis'"),
        ({"normalisation": "vectors"}, "did you mean 'vector'"),
        ({"draws": 0}, "0 draws"),
        ({"half": -HALF}, "the ends of the figures"),
        ({"confidence": 95}, "did you mean 0.95"),
        ({"frame": TABLE.assign(beds=[None, 1, 2, 3])}, "row 0, column 'beds'"),
    ],
)
def test_refusals(options, says):
    with pytest.raises(CommsvcError, match=says):
        stability(**options)
