"""Kendall's W, ICC, kappa: published numbers, SciPy's Friedman test, definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e

JUDGES = ["j1", "j2", "j3", "j4"]


def ratings(seed: int, n: int = 8, k: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return pd.DataFrame(values.round(1), columns=JUDGES[:k])


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_kendalls_w_is_friedmans_test(seed):
    frame = ratings(seed).round(0)
    row = e.kendalls_w(frame, JUDGES[:3]).iloc[0]
    # SciPy's blocks are the raters: one argument a unit.
    friedman = stats.friedmanchisquare(*frame.to_numpy())
    assert row["statistic"] == pytest.approx(friedman.statistic)
    assert row["p"] == pytest.approx(friedman.pvalue)
    assert 0 <= row["effect"] <= 1
    # Any change of scale that keeps each rater's order.
    again = e.kendalls_w(np.exp(frame).add([1, 5, 9]), JUDGES[:3]).iloc[0]
    assert again["effect"] == pytest.approx(row["effect"])


def test_mean_rho_is_that_of_the_pairs():
    frame = ratings(3)
    frame = frame.rank().reset_index(drop=True)
    frame += np.arange(len(frame))[:, None] * 1e-6  # no ties: the identity holds only without
    rho = frame.corr(method="spearman").to_numpy()[np.triu_indices(3, 1)].mean()
    assert e.kendalls_w(frame, JUDGES[:3])["mean_rho"].item() == pytest.approx(rho)


def test_icc_published(cases):
    case = cases["icc"]
    frame = pd.DataFrame(case["ratings"], columns=JUDGES)
    for form in e.ICC_FORMS:
        row = e.icc(frame, JUDGES, form).iloc[0]
        assert row["estimate"] == pytest.approx(case[form], abs=5.1e-3)
        assert [row["low"], row["high"]] == pytest.approx(case["intervals"][form], abs=6e-4)


def test_icc_against_pingouin(packages):
    case = packages["agreement"]
    frame = pd.DataFrame(case["ratings"], columns=JUDGES[:3])
    for form, theirs in zip(e.ICC_FORMS, case["icc"], strict=True):
        assert e.icc(frame, JUDGES[:3], form)["estimate"].item() == pytest.approx(theirs)


@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(0.1, 10))
@settings(max_examples=15)
def test_icc_invariants(seed, shift, factor):
    frame = ratings(seed)
    for form in e.ICC_FORMS:
        once = e.icc(frame, JUDGES[:3], form).iloc[0]
        moved = e.icc(frame * factor + shift, JUDGES[:3], form).iloc[0]
        assert moved["estimate"] == pytest.approx(once["estimate"], abs=1e-6)
        assert once["low"] <= once["estimate"] <= once["high"]
    # A rater who is harsher by a constant breaks agreement, not consistency.
    harsh = frame.assign(j1=frame["j1"] - 3)
    before, after = (e.icc(f, JUDGES[:3], "ICC(3,1)")["estimate"].item() for f in (frame, harsh))
    assert after == pytest.approx(before, abs=1e-9)


def film_critics(cases) -> pd.DataFrame:
    names = ["con", "mixed", "pro"]
    pairs = [
        (a, b)
        for a, row in zip(names, cases["kappa"]["table"], strict=True)
        for b, count in zip(names, row, strict=True)
        for _ in range(count)
    ]
    return pd.DataFrame(pairs, columns=["one", "other"])


def test_kappa_published(cases):
    frame = film_critics(cases)
    row = e.weighted_kappa(frame, "one", "other", ["con", "mixed", "pro"], weights="none").iloc[0]
    assert row["estimate"] == pytest.approx(cases["kappa"]["kappa"], abs=5e-4)
    assert row["se"] == pytest.approx(cases["kappa"]["se"], abs=5e-4)
    assert (row["count"], row["base"]) == (101, 160)


@pytest.mark.parametrize(("weights", "power"), [("linear", 1), ("quadratic", 2)])
def test_weighted_kappa_by_its_definition(cases, weights, power):
    frame = film_critics(cases)
    names = ["con", "mixed", "pro"]
    p = np.array(cases["kappa"]["table"]) / 160
    loss = abs(np.subtract.outer(range(3), range(3))) ** power
    expected = 1 - (loss * p).sum() / (loss * np.outer(p.sum(1), p.sum(0))).sum()
    row = e.weighted_kappa(frame, "one", "other", names, weights=weights).iloc[0]
    assert row["estimate"] == pytest.approx(expected)
    turned = e.weighted_kappa(frame, "other", "one", names[::-1], weights=weights).iloc[0]
    assert turned["estimate"] == pytest.approx(expected)
    left_out = [
        e.weighted_kappa(frame.drop(index=i), "one", "other", names, weights=weights)[
            "estimate"
        ].item()
        for i in range(0, 160, 4)
    ]
    jackknife = np.sqrt(159 * np.var(left_out))
    assert row["se"] == pytest.approx(jackknife, rel=0.25)
    assert row["low"] < expected < row["high"]


FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [2, 2, 3]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.kendalls_w(FRAME, ["a"]), "two columns or more"),
        (lambda: e.kendalls_w(FRAME[:2], ["a", "b"]), "3 or more"),
        (lambda: e.kendalls_w(FRAME.assign(a=1, b=1), ["a", "b"]), "all units level"),
        (lambda: e.kendalls_w(FRAME.assign(a=[1, None, 2]), ["a", "b"]), "row 1, column 'a'"),
        (lambda: e.icc(FRAME, ["a", "b"], "ICC(2,2)"), "did you mean"),
        (lambda: e.icc(FRAME.assign(a=1, b=1), ["a", "b"], "ICC(1,1)"), "nothing to correlate"),
        (lambda: e.icc(FRAME, ["a", "b"], "ICC(1,1)", confidence=95), "did you mean 0.95"),
        (
            lambda: e.weighted_kappa(FRAME, "a", "b", [1, 2], weights="none"),
            "row 2: no category '3'",
        ),
        (lambda: e.weighted_kappa(FRAME, "a", "b", [1, 2, 3], weights="cubic"), "kappa weights"),
        (
            lambda: e.weighted_kappa(FRAME.assign(a=1, b=1), "a", "b", [1, 2], weights="none"),
            "one category only",
        ),
        (lambda: e.weighted_kappa(FRAME, "a", "b", [1, 1, 2], weights="none"), "each once"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
