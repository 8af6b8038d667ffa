"""The one engine against hand-derived linearisation, closed forms and brute force."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from commsvc import CommsvcError, Design, by_design
from commsvc.indicators.equity import gini
from commsvc.inference import Sample, calibrate, make_replicates, rake
from commsvc.inference.jackknife import Ratio, derivative

CLOSE = {"rtol": 1e-8}


def drawn(seed, n=60, clusters=True, fpc=None):
    random = np.random.default_rng(seed)
    strata = np.r_[0, 0, 1, 1, 2, 2, random.integers(0, 3, n - 6)]
    cluster = strata * 10 + np.r_[0, 1, 0, 1, 0, 1, random.integers(0, 4, n - 6)]
    labels = {"strata": strata, "clusters": cluster if clusters else None}
    return random.gamma(2, size=n), random.uniform(1, 4, n), labels, random


@pytest.mark.parametrize("clusters", [True, False])
@pytest.mark.parametrize("population", [None, 50])
@pytest.mark.parametrize("seed", range(3))
def test_a_ratio_has_the_error_of_its_linearisation(seed, clusters, population):
    y, w, labels, random = drawn(seed, clusters=clusters)
    x = random.uniform(1, 2, y.size)
    new = Sample(w, **labels, fpc=population and np.full(y.size, population))
    expected, found = by_design(Ratio(y, x), new), by_design(lambda w: w @ y / (w @ x), new)
    np.testing.assert_allclose(np.ravel(found.estimate), expected.estimate, **CLOSE)
    np.testing.assert_allclose(found.covariance, expected.covariance, **CLOSE)
    assert found.df == expected.df == new.df


@pytest.mark.parametrize("seed", range(3))
def test_calibrated_weights_vary_as_their_residuals(seed):
    y, w, labels, random = drawn(seed)
    x = random.uniform(1, 2, y.size)
    sex = random.integers(0, 2, y.size)
    records = Sample(w, **labels)
    once = rake(records, {"sex": (sex, {0: 80, 1: 90})})
    twice = calibrate(once, np.column_stack([np.ones(y.size), x]), [170, 260], bounds=(0.2, 4))
    inside = y > 1
    for sample in (once, twice, twice.domain(inside)):
        expected = by_design(Ratio(y, x), sample)
        found = by_design(lambda w: w @ y / (w @ x), sample)
        np.testing.assert_allclose(np.ravel(found.se), expected.se, **CLOSE)


def test_a_domain_keeps_the_whole_design():
    y, w, labels, _ = drawn(1)
    inside = labels["strata"] != 1
    expected = by_design(Ratio(y), Sample(w, **labels).domain(inside))
    found = by_design(lambda w: w @ y / w.sum(), Sample(w, **labels).domain(inside))
    np.testing.assert_allclose(found.se, expected.se[0], **CLOSE)
    assert found.df == expected.df


@pytest.mark.parametrize("kind", ["JKn", "bootstrap"])
def test_replicates_estimate_anew(kind):
    y, w, labels, _ = drawn(2)
    replicates = make_replicates(Sample(w, **labels), kind, draws=50, seed=1)
    expected = by_design(Ratio(y), replicates)
    found = by_design(lambda w: w @ y / w.sum(), Sample(replicates=replicates))
    np.testing.assert_allclose(found.se, expected.se[0], **CLOSE)
    median = by_design(lambda w: np.median(np.repeat(y, np.round(w).astype(int))), replicates)
    assert median.se > 0


def test_a_design_names_its_columns():
    y, w, labels, _ = drawn(3)
    frame = pd.DataFrame({"w": w, "s": labels["strata"], "c": labels["clusters"]})
    design = Design.sample(weights="w", strata="s", clusters="c")
    expected = by_design(lambda w: w @ y / w.sum(), Sample(w, **labels))
    found = by_design(lambda w: w @ y / w.sum(), design, frame)
    assert found.se == expected.se
    doubled = by_design(lambda w: w @ y / w.sum(), design.assuming(2), frame)
    np.testing.assert_allclose(doubled.se, found.se * np.sqrt(2))


def test_simple_samples_and_counts():
    frame = pd.DataFrame({"y": [3.0, 5, 1, 2, 4]})
    statistic = Ratio(frame["y"], np.ones(5))
    found = by_design(statistic, Design.srs(population=20), frame)
    np.testing.assert_allclose(found.se, frame["y"].std() / np.sqrt(5) * np.sqrt(1 - 5 / 20))
    whole = by_design(statistic, Design.census(), frame)
    assert whole.estimate[0] == 3
    assert np.isnan(whole.se).all()
    assert "exact" in whole.note
    assert np.isnan(whole.interval().low).all()


def test_arrays_of_any_shape():
    y, w, labels, _ = drawn(4)
    table = by_design(
        lambda w: np.array([[w @ y, w.sum()], [w @ y**2, w @ y / w.sum()]]), Sample(w, **labels)
    )
    assert table.estimate.shape == table.se.shape == (2, 2)
    assert table.covariance.shape == (4, 4)
    assert table.interval().low.shape == (2, 2)


def test_what_jumps_has_no_derivative():
    y, w, labels, _ = drawn(5)

    def median(w):
        order = np.argsort(y)
        return y[order][np.searchsorted(np.cumsum(w[order]) / w.sum(), 0.5)]

    with pytest.raises(CommsvcError, match="jumps"):
        by_design(median, Sample(w, **labels))


def test_a_derivative_of_almost_nothing_is_no_jump():
    """A unit whose influence is all but 0 leaves only noise to tell the steps apart by."""
    y = np.array([1.0, 3, 2, 2 + 1e-7])
    found = by_design(lambda w: (w @ y / w.sum()) ** 3, Sample(np.ones(4)))
    expected = by_design(Ratio(y, np.ones(4)), Sample(np.ones(4)))
    mean = float(np.ravel(expected.estimate)[0])
    assert found.se == pytest.approx(3 * mean**2 * float(np.ravel(expected.se)[0]))


def test_a_kink_near_by_is_no_jump():
    """Beyond its kink the statistic is another; what counts is this side of it."""
    y, w, labels, _ = drawn(6)
    mean = w @ y / w.sum()

    def bent(w):
        return np.abs(w @ y / w.sum() - mean * (1 - 1e-4))

    expected = by_design(lambda w: w @ y / w.sum(), Sample(w, **labels))
    assert by_design(bent, Sample(w, **labels)).se == pytest.approx(expected.se, rel=1e-6)


def test_influence_is_kept_by_partial():
    y, w, labels, _ = drawn(7)
    sample = Sample(w, **labels)
    engine = by_design(lambda w: gini(y, w), sample)
    assert by_design(partial(gini, y), sample).se == pytest.approx(engine.se, rel=1e-8)
    many = Sample(np.ones(30_000))
    income = np.arange(30_000.0)
    assert by_design(partial(gini, income), many).se < 0.01


def test_refusals_name_the_next_step():
    with pytest.raises(CommsvcError, match="not a finite number"):
        by_design(lambda w: w @ [1.0, np.nan], Sample([1, 1]))
    with pytest.raises(CommsvcError, match="without its frame"):
        by_design(lambda w: w.sum(), Design.srs())
    with pytest.raises(CommsvcError, match="add up to 0"):
        Sample([0, 0])
    with pytest.raises(CommsvcError, match="units"):
        by_design(lambda w: w.sum(), Sample(np.ones(20_001)))


def test_a_derivative_is_exact_to_twelve_digits():
    at, along = np.array([2.0, 3.0, 4.0]), np.array([0.5, 0.0, 1.0])
    found = derivative(lambda w: np.exp(w[0] / w[2]), at, along)
    expected = np.exp(0.5) * (0.5 / 4 - 2 / 16)
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_everybody_taken_has_no_error_and_no_jump():
    y = np.array([3.0, 5, 1, 2])
    found = by_design(lambda w: w @ y / w.sum(), Sample(np.ones(4), fpc=np.full(4, 4)))
    assert found.se == 0
    held = calibrate(Sample(np.ones(4)), np.ones(4), [20])
    assert by_design(lambda w: w.sum(), held).se == pytest.approx(0, abs=1e-9)
