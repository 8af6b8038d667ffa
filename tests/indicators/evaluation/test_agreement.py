"""Agreement, Kendall's W, ICC: published numbers, other packages, definitions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats import inter_rater

from commsvc import by_design
from commsvc.errors import CommsvcError
from commsvc.indicators import evaluation as e
from commsvc.indicators.evaluation.agreement import COEFFICIENTS, ICC_FORMS
from commsvc.inference import Sample

JUDGES = ["j1", "j2", "j3", "j4"]


def ratings(seed: int, n: int = 8, k: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(n, 1)) + rng.normal(size=(n, k))
    return pd.DataFrame(values.round(1), columns=JUDGES[:k])


@given(st.integers(0, 10**6))
@settings(max_examples=15)
def test_kendalls_w_is_friedmans_test(seed):
    frame = ratings(seed).round(0)
    row = e.kendalls_w(frame).iloc[0]
    # SciPy's blocks are the raters: one argument a unit.
    friedman = stats.friedmanchisquare(*frame.to_numpy())
    assert row["statistic"] == pytest.approx(friedman.statistic)
    assert row["p"] == pytest.approx(friedman.pvalue)
    assert 0 <= row["effect"] <= 1
    # Any change of scale that keeps each rater's order.
    again = e.kendalls_w(np.exp(frame).add([1, 5, 9])).iloc[0]
    assert again["effect"] == pytest.approx(row["effect"])


def test_mean_rho_is_that_of_the_pairs():
    frame = ratings(3)
    frame = frame.rank().reset_index(drop=True)
    frame += np.arange(len(frame))[:, None] * 1e-6  # no ties: the identity holds only without
    rho = frame.corr(method="spearman").to_numpy()[np.triu_indices(3, 1)].mean()
    assert e.kendalls_w(frame)["mean_rho"].item() == pytest.approx(rho)


def test_icc_published(cases):
    case = cases["icc"]
    frame = pd.DataFrame(case["ratings"], columns=JUDGES)
    for form in ICC_FORMS:
        row = e.icc(frame, form).iloc[0]
        assert row["estimate"] == pytest.approx(case[form], abs=5.1e-3)
        assert [row["low"], row["high"]] == pytest.approx(case["intervals"][form], abs=6e-4)


def test_icc_against_pingouin(packages):
    case = packages["agreement"]
    frame = pd.DataFrame(case["ratings"], columns=JUDGES[:3])
    for form, theirs in zip(ICC_FORMS, case["icc"], strict=True):
        assert e.icc(frame, form)["estimate"].item() == pytest.approx(theirs)


@given(st.integers(0, 10**6), st.floats(-5, 5), st.floats(0.1, 10))
@settings(max_examples=15)
def test_icc_invariants(seed, shift, factor):
    frame = ratings(seed)
    for form in ICC_FORMS:
        once = e.icc(frame, form).iloc[0]
        moved = e.icc(frame * factor + shift, form).iloc[0]
        assert moved["estimate"] == pytest.approx(once["estimate"], abs=1e-6)
        assert once["low"] <= once["estimate"] <= once["high"]
    # A rater who is harsher by a constant breaks agreement, not consistency.
    harsh = frame.assign(j1=frame["j1"] - 3)
    before, after = (e.icc(f, "ICC(3,1)")["estimate"].item() for f in (frame, harsh))
    assert after == pytest.approx(before, abs=1e-9)


def film_critics(cases) -> np.ndarray:
    names = ["con", "mixed", "pro"]
    pairs = [
        (a, b)
        for a, row in zip(names, cases["kappa"]["table"], strict=True)
        for b, count in zip(names, row, strict=True)
        for _ in range(count)
    ]
    return np.array(pairs, dtype=object)


def beyond_chance(ratings, coefficient, **options):
    """A coefficient with its error, the units a simple sample."""
    units = Sample(np.ones(len(ratings)))
    return by_design(lambda w: e.agreement(ratings, coefficient, w, **options), units)


def test_kappa_published(cases):
    found = beyond_chance(film_critics(cases), "cohen")
    assert found.estimate == pytest.approx(cases["kappa"]["kappa"], abs=5e-4)
    assert found.se == pytest.approx(cases["kappa"]["se"], abs=5e-4)


@pytest.mark.parametrize(("near", "power"), [("none", 0), ("linear", 1), ("quadratic", 2)])
def test_kappa_of_two_is_statsmodels_and_its_definition(cases, near, power):
    critics, names = film_critics(cases), ["con", "mixed", "pro"]
    table = np.array(cases["kappa"]["table"])
    theirs = inter_rater.cohens_kappa(table, wt=None if near == "none" else near)
    found = beyond_chance(critics, "cohen", near=near)
    assert found.estimate == pytest.approx(theirs.kappa, rel=1e-10)
    assert found.se * np.sqrt(159 / 160) == pytest.approx(theirs.std_kappa, rel=1e-8)
    apart = abs(np.subtract.outer(range(3), range(3)))
    loss = apart > 0 if power == 0 else apart**power
    p = table / 160
    expected = 1 - (loss * p).sum() / (loss * np.outer(p.sum(1), p.sum(0))).sum()
    assert found.estimate == pytest.approx(expected)
    turned = e.agreement(critics[:, ::-1], "cohen", categories=names[::-1], near=near)
    assert turned == pytest.approx(expected)


# Four raters of twelve units, some not rated by all (Gwet 2014, table 2.10): R irrCAC 1.0.
TWELVE = [
    [1, 1, None, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [None, 5, 5, 5], [None, None, 1, 1],
    [None, None, 3, None],
]  # fmt: skip
PRINTED = {
    "gwet": 0.77544, "fleiss": 0.76117, "krippendorff": 0.74342, "cohen": 0.76282,
    "brennan-prediger": 0.77273,
}  # fmt: skip


@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_agreement_of_many_published(coefficient):
    assert e.agreement(TWELVE, coefficient) == pytest.approx(PRINTED[coefficient], abs=5.1e-6)


@pytest.mark.parametrize("name", ["complete", "gaps"])
@pytest.mark.parametrize("near", ["none", "quadratic"])
@pytest.mark.parametrize("coefficient", COEFFICIENTS)
def test_agreement_of_many_by_packages(coefficient, near, name, packages):
    case = packages["raters"][name]
    value, se = case[f"{coefficient} {near}"]
    found = beyond_chance(case["ratings"], coefficient, near=near)
    if value is not None:
        assert found.estimate == pytest.approx(value, abs=5.1e-6)
    if se is not None and name == "complete":
        assert found.se == pytest.approx(se, abs=5.1e-6)


@given(st.integers(0, 10**6))
@settings(max_examples=15, deadline=None)
def test_fleiss_is_statsmodels(seed):
    rng = np.random.default_rng(seed)
    rated = rng.integers(0, 3, (12, 4))
    counts, _ = inter_rater.aggregate_raters(rated, n_cat=3)
    found = e.agreement(rated, "fleiss", categories=[0, 1, 2])
    assert found == pytest.approx(inter_rater.fleiss_kappa(counts), rel=1e-10)


@given(st.integers(0, 10**6), st.sampled_from(["none", "linear", "quadratic"]))
@settings(max_examples=10, deadline=None)
def test_whoever_comes_first_whichever_end_is_up_and_units_many_times(seed, near):
    rng = np.random.default_rng(seed)
    rated, order = rng.integers(0, 3, (20, 3)), [0, 1, 2]
    for coefficient in COEFFICIENTS:
        one = e.agreement(rated, coefficient, categories=order, near=near)
        others = [
            e.agreement(rated[::-1, ::-1], coefficient, categories=order, near=near),
            e.agreement(rated, coefficient, categories=order[::-1], near=near),
        ]
        if coefficient != "krippendorff":  # whose correction is of the number of ratings
            twice = np.repeat([1, 2], 10)
            weighed = e.agreement(rated, coefficient, twice, categories=order, near=near)
            often = np.repeat(rated, twice, axis=0)
            more = e.agreement(often, coefficient, categories=order, near=near)
            assert weighed == pytest.approx(more)
        assert others == pytest.approx([one, one])
        alike = np.repeat(rated[:, :1], 3, axis=1)
        assert e.agreement(alike, coefficient, categories=order, near=near) == pytest.approx(1)


FRAME = pd.DataFrame({"a": [1, 2, 3], "b": [2, 2, 3]})


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: e.kendalls_w(FRAME[["a"]]), "two columns or more"),
        (lambda: e.kendalls_w(FRAME[:2]), "3 or more"),
        (lambda: e.kendalls_w(FRAME.assign(a=1, b=1)), "all units level"),
        (lambda: e.kendalls_w(FRAME.assign(a=[1, None, 2])), "row 1, column"),
        (lambda: e.icc(FRAME, "ICC(2,2)"), "did you mean"),
        (lambda: e.icc(FRAME.assign(a=1, b=1), "ICC(1,1)"), "nothing to correlate"),
        (lambda: e.icc(FRAME, "ICC(1,1)", confidence=95), "did you mean 0.95"),
        (lambda: e.agreement(FRAME, "cohen", categories=[1, 2]), "no category '3'"),
        (lambda: e.agreement(FRAME, "cohen", near="cubic"), "no nearness 'cubic'"),
        (lambda: e.agreement(FRAME, "kohen"), "did you mean 'cohen'"),
        (lambda: e.agreement(FRAME.assign(a=1, b=1), "fleiss"), "one category only"),
        (
            lambda: e.agreement(FRAME.assign(a=1, b=1), "fleiss", categories=[1, 2]),
            "all ratings are alike",
        ),
        (lambda: e.agreement(FRAME, "cohen", categories=[1, 1, 2, 3]), "each once"),
        (lambda: e.agreement(FRAME[["a"]], "cohen"), "two raters or more"),
        (lambda: e.agreement([[1, None], [None, 2]], "gwet"), "no unit was rated by two"),
        (lambda: e.agreement(FRAME, "cohen", [1, 2]), "2 weights for 3 units"),
    ],
)
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
