"""Rank stability: what cannot turn does not, what can is found, and a seed is a seed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e

CRITERIA = {"beds": "benefit", "deaths": "cost"}
TABLE = pd.DataFrame(
    {
        "town": ["best", "near", "close", "worst"],
        "beds": ["90%", "51%", "50%", "10%"],
        "deaths": ["1.0", "5.0", "5.0", "9.0"],
    }
)


def stability(frame: pd.DataFrame = TABLE, weights: object = "equal", **options) -> pd.DataFrame:
    options = {"unit": "town", "draws": 150, **options}
    return e.rank_stability(frame, CRITERIA, weights, **options)


@pytest.mark.parametrize("method", ["topsis", "weighted_sum", "rsr"])
def test_best_and_worst_of_everything_keep_their_ranks(method):
    found = stability(method=method).set_index(["group", "level"])
    moved = {"weights", "data", "all"} | ({"normalisation"} if method != "rsr" else set())
    assert set(found.index.get_level_values("level")) == moved
    assert (found.loc["best", ["best", "worst"]] == 1).all().all()
    assert (found.loc["worst", ["best", "worst"]] == 4).all().all()
    assert (found.loc["best", "first"] == 1).all()


def test_what_rounding_can_turn():
    found = stability(move="data", draws=2000).set_index("group")
    # 51 % and 50 % of beds cannot change places, and 5.0 and 5.0 deaths rarely make up for it.
    assert 0.9 < found.loc["near", "same"] < 1
    close = TABLE.assign(beds=["90%", "50%", "50%", "10%"])
    tied = stability(close, move="data", draws=2000).set_index("group")
    assert (tied.loc[["near", "close"], "estimate"] == 2.5).all()
    assert tied.loc["near", ["low", "high"]].tolist() == [2, 3]
    assert tied.loc["near", "same"] < 0.1
    sharp = close.assign(beds=[90, 51, 50, 10], deaths=[1, 5, 5, 9])
    with pytest.raises(CommsvcError, match="nothing is left to move"):
        stability(sharp, move="data")
    rounded = stability(sharp, move="data", rounding={"beds": "10"})
    assert rounded.set_index("group").loc["near", "same"] < 0.95


def test_weights_move_by_their_concentration():
    crossing = TABLE.assign(beds=[9, 6, 4, 1], deaths=[9, 6, 4, 1])
    loose = stability(crossing, {"beds": 0.5, "deaths": 0.5}, move="weights", concentration=2)
    tight = stability(crossing, {"beds": 0.6, "deaths": 0.4}, move="weights", concentration=1e6)
    assert (tight["low"] == tight["high"]).all()
    assert (tight["same"] == 1).all()
    assert loose.set_index("group").loc["best", ["low", "high"]].tolist() == [1, 4]
    one = stability(crossing, {"beds": 1, "deaths": 0}, move="weights")
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
    alone = stability(seed=3, move="data")
    columns = ["group", "low", "high", "best", "worst", "first", "same"]
    pd.testing.assert_frame_equal(
        alone[columns].reset_index(drop=True),
        once.loc[once["level"] == "data", columns].reset_index(drop=True),
    )
    assert "seed 3, 150 draws" in once["note"][0]
    assert "8 of 8 cells" in once["note"][0]
    assert once["first"].groupby(once["level"]).sum().tolist() == pytest.approx([1] * 4)


def test_given_rank_is_that_of_the_method():
    plain = TABLE.assign(beds=[0.9, 0.51, 0.5, 0.1], deaths=[1.0, 5, 5, 9])
    for method in ("topsis", "weighted_sum"):
        direct = getattr(e, method)(plain, CRITERIA, "entropy", normalisation="vector")["rank"]
        found = stability(weights="entropy", method=method, move="weights")
        assert found["estimate"].tolist() == direct.tolist()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"method": "topsi"}, "did you mean 'topsis'"),
        ({"move": ["weight"]}, "did you mean 'weights'"),
        ({"normalisations": ["vectors"]}, "did you mean 'vector'"),
        ({"rounding": {"bed": "1"}}, "did you mean 'beds'"),
        ({"draws": 0}, "0 draws"),
        ({"frame": TABLE.assign(beds=["80多人", "856多人", "3人", "4人"])}, "near, column 'beds'"),
        ({"frame": TABLE.assign(beds=["xx%", "8%", "3%", "4%"])}, "between two ends"),
        ({"frame": TABLE.assign(beds=["3亩", "8人", "3人", "4人"])}, "one unit a criterion"),
        ({"frame": TABLE.assign(beds=[None, 1, 2, 3])}, "best, column 'beds'"),
    ],
)
def test_refusals(options, says):
    with pytest.raises(CommsvcError, match=says):
        stability(**options)
