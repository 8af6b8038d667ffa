"""Post-stratification, raking, calibration and trimming against R survey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schools import DESIGNS, mean_of, ratio_of, reference, schools, total_of

from commsvc.errors import CommsvcError
from commsvc.inference.sample import Sample
from commsvc.inference.weighting import (
    calibrate,
    calibrated_weights,
    post_stratify,
    rake,
    trim_weights,
)

R = reference("survey_more")
CLOSED = 1e-8
ITERATED = 1e-5
E, H, M, NARROW, WIDE, LOST, WON, API99 = R["population"]
TYPES = {"E": E, "H": H, "M": M}
BOUNDS = {"strat": ((0.97, 1.035), (0.95, 1.06), (0.98, 1.02))}
OTHERS = ((0.6, 1.8), (0.4, 2.2), (0.8, 1.3))


def check(key, data, records, rel, errors=True):
    """Every estimate that the R script writes after a calibration."""
    assert records.weights[:20] == pytest.approx(R[f"{key} weights"], rel=rel)
    types = (data["stype"].to_numpy()[:, None] == np.array(list(TYPES))).astype(float)
    inside = records.domain(data["stype"].to_numpy() == "E")
    for name, made in {
        "mean": mean_of(records, data["api00"]),
        "total": total_of(records, data["enroll"]),
        "ratio": ratio_of(records, data["api00"], data["api99"]),
        "shares": mean_of(records, types),
        "domain": mean_of(inside, data["api00"]),
    }.items():
        expected = np.array(R[f"{key} {name}"])
        half = expected.size // 2
        assert made.estimate == pytest.approx(expected[:half], rel=rel)
        if errors:  # what calibration holds fixed has no error, but for rounding
            least = 1e-9 * np.abs(expected[:half]).max()
            assert made.se == pytest.approx(expected[half:], rel=rel, abs=least)


def greg(data):
    return np.column_stack(
        [np.ones(len(data)), data["stype"] == "H", data["stype"] == "M", data["api99"]]
    ), [E + H + M, H, M, API99]


@pytest.mark.parametrize("name", DESIGNS)
def test_post_stratification(name):
    data, records = schools(name)
    check(f"post {name}", data, post_stratify(records, data["stype"], TYPES), CLOSED)
    awards = post_stratify(records, data["awards"], {"No": LOST, "Yes": WON})
    check(f"post awards {name}", data, awards, CLOSED)
    check(f"twice {name}", data, calibrate(awards, *greg(data)), CLOSED)


@pytest.mark.parametrize("name", DESIGNS)
def test_raking(name):
    data, records = schools(name)
    margins = {
        "stype": (data["stype"], TYPES),
        "sch.wide": (data["sch.wide"], {"No": NARROW, "Yes": WIDE}),
    }
    raked = rake(records, margins)
    check(f"raking {name}", data, raked, CLOSED)
    # R's rake weighs its residuals equally: the same errors only where weights are equal.
    check(f"rake {name}", data, raked, ITERATED, errors=name != "strat")


@pytest.mark.parametrize("name", DESIGNS)
def test_calibration(name):
    data, records = schools(name)
    edge, wider, cut = BOUNDS.get(name, OTHERS)
    check(f"linear {name}", data, calibrate(records, *greg(data)), CLOSED)
    bounded = calibrate(records, *greg(data), bounds=edge)
    check(f"linear bounded {name}", data, bounded, CLOSED)
    factor = bounded.weights / records.weights
    assert (factor.min(), factor.max()) == pytest.approx(edge, rel=0.05)
    logit = calibrate(records, *greg(data), "logit", bounds=wider)
    check(f"logit {name}", data, logit, CLOSED)
    # R leaves `trim` out of account with "linear".
    trimmed = calibrate(records, *greg(data), "raking", trim=cut)
    check(f"trimmed {name}", data, trimmed, CLOSED)


def test_trimming_weights():
    _, records = schools("strat")
    assert trim_weights(records, upper=40, lower=16).weights == pytest.approx(
        R["trimWeights"], rel=1e-12
    )
    strict = trim_weights(records, upper=32, lower=16, strict=True)
    assert strict.weights == pytest.approx(R["trimWeights strict"], rel=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 9), min_size=6, max_size=12), st.floats(0.1, 0.9))
def test_raked_weights_keep_every_margin(weights, share):
    n = len(weights)
    sex = np.arange(n) % 2
    age = (np.arange(n) // 2) % 2
    raked = rake(
        Sample(weights),
        {"sex": (sex, {0: 100 * share, 1: 100 * (1 - share)}), "age": (age, {0: 40.0, 1: 60.0})},
    )
    assert raked.weights @ (sex == 0) == pytest.approx(100 * share)
    assert raked.weights @ (age == 1) == pytest.approx(60)
    assert (raked.weights > 0).all()


def test_what_cannot_be_reached_is_said():
    people = Sample([1.0, 1, 1, 1])
    with pytest.raises(CommsvcError, match="no population count 'X'"):
        post_stratify(people, ["f", "m", "X", "f"], {"f": 5, "m": 5})
    with pytest.raises(CommsvcError, match="nobody in the sample is 'd'"):
        post_stratify(people, ["f", "m", "f", "f"], {"f": 5, "m": 5, "d": 1})
    with pytest.raises(CommsvcError, match="different population sizes: a 10, b 11"):
        rake(people, {"a": (list("xyxy"), {"x": 4, "y": 6}), "b": (list("xxyy"), {"x": 5, "y": 6})})
    with pytest.raises(CommsvcError, match="no weights reach the totals"):
        calibrated_weights([1, 1], [[1, 0], [1, 1]], [10, 20], "raking")
    with pytest.raises(CommsvcError, match="1 weights became negative"):
        calibrate(people, [[1, 0], [1, 0], [1, 0], [1, 5]], [4, -1])
    with pytest.raises(CommsvcError, match="no weights from 3 to 4"):
        trim_weights(people, lower=3, upper=4)
