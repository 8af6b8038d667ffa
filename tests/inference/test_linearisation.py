"""Against R survey 4.1 on its api data, and on small strata with lonely clusters."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schools import cluster_ratio, cluster_total, rao_scott_test
from scipy import special

from commsvc.errors import CommsvcError
from commsvc.inference import proportion_interval
from commsvc.inference.clusters import Clusters, design_effect
from commsvc.inference.crosstabs import pearson_statistic
from commsvc.inference.design import LONELY
from commsvc.inference.share_intervals import share_interval

REFERENCE = Path(__file__).resolve().parent.parent / "reference"
R = json.loads((REFERENCE / "survey_core.json").read_text(encoding="utf-8"))
EXACT = 1e-10
INTERPOLATED = 1e-5  # svyciprop's likelihood interval interpolates a profile
FITTED = 1e-8  # svyciprop's logit fits a model

DESIGNS = ["strat", "stratwr", "clus", "cluswr"]


class Sample:
    """A sample of schools and what its records add up to in each cluster."""

    def __init__(self, name: str) -> None:
        self.data = pd.read_csv(
            REFERENCE / f"api_{name.removesuffix('wr')}.csv", keep_default_na=False
        )
        self.data = self.data.astype({"enroll": float, "api00": float, "api99": float})
        stratified = name.startswith("strat")
        keys = np.arange(len(self.data)) if stratified else self.data["dnum"].to_numpy()
        _, first, self.cluster = np.unique(keys, return_index=True, return_inverse=True)
        rows = self.data.iloc[first]
        self.clusters = Clusters(
            rows["stype"].to_numpy() if stratified else None,
            size=len(rows),
            population=None if name.endswith("wr") else rows["fpc"].to_numpy(),
        )
        self.weight = self.data["pw"].to_numpy()
        self.n = len(self.data)

    def totals(self, values):
        values = np.asarray(values, dtype=float)
        flat = values.reshape(self.n, -1) * self.weight[:, None]
        sums = np.zeros((self.cluster.max() + 1, flat.shape[1]))
        np.add.at(sums, self.cluster, flat)
        return sums

    def ones(self):
        return self.totals(np.ones(self.n))[:, 0]

    def dummies(self, column):
        levels = sorted(self.data[column].unique())
        return (self.data[column].to_numpy()[:, None] == np.array(levels)).astype(float)


@pytest.fixture(params=DESIGNS)
def name(request):
    return request.param


@pytest.fixture
def sample(name):
    return Sample(name)


def test_published_mean_of_the_clustered_schools():
    clus = Sample("clus")
    mean = cluster_ratio(clus.totals(clus.data["api00"]), clus.ones(), clus.clusters)
    assert (round(mean.estimate[0], 3), round(mean.se[0], 3)) == (644.169, 23.542)


def test_means_totals_and_ratios(name, sample):
    y, x = sample.totals(sample.data["api00"]), sample.totals(sample.data["api99"])[:, 0]
    mean = cluster_ratio(y, sample.ones(), sample.clusters)
    estimate, se, deff = R[f"mean {name}"]
    assert [mean.estimate[0], mean.se[0]] == pytest.approx([estimate, se], rel=EXACT)
    n = sample.n
    spread = (
        sample.weight @ (sample.data["api00"] - estimate) ** 2 / sample.weight.sum() * n / (n - 1)
    )
    variance = mean.covariance[0, 0]
    assert design_effect(variance, spread, n, sample.weight.sum()) == pytest.approx(deff, rel=1e-9)
    assert design_effect(variance, spread, n) == pytest.approx(R[f"deff replace {name}"], rel=1e-9)
    total = cluster_total(sample.totals(sample.data["enroll"]), sample.clusters)
    assert [total.estimate[0], total.se[0]] == pytest.approx(R[f"total {name}"], rel=EXACT)
    ratio = cluster_ratio(y, x, sample.clusters)
    assert [ratio.estimate[0], ratio.se[0]] == pytest.approx(R[f"ratio {name}"], rel=EXACT)
    assert sample.clusters.df == R[f"degf {name}"]


def test_shares_with_their_covariance(name, sample):
    shares = cluster_ratio(sample.totals(sample.dummies("stype")), sample.ones(), sample.clusters)
    assert shares.estimate == pytest.approx(R[f"shares {name}"], rel=EXACT)
    assert shares.covariance.ravel() == pytest.approx(R[f"shares cov {name}"], rel=1e-9, abs=1e-15)
    if name.startswith("clus"):
        p, n = shares.estimate, sample.n
        deff = design_effect(
            np.diag(shares.covariance), p * (1 - p) * n / (n - 1), n, sample.weight.sum()
        )
        assert deff == pytest.approx(R[f"shares deff {name}"], rel=1e-8)


def test_domain_means_side_by_side(name, sample):
    where = sample.dummies("stype")
    by = cluster_ratio(
        sample.totals(where * sample.data["api00"].to_numpy()[:, None]),
        sample.totals(where),
        sample.clusters,
    )
    assert by.estimate == pytest.approx(R[f"by {name}"], rel=EXACT)
    assert by.se == pytest.approx(R[f"by se {name}"], rel=EXACT)
    largest = np.max(np.abs(R[f"by cov {name}"]))
    assert by.covariance.ravel() == pytest.approx(
        R[f"by cov {name}"], rel=1e-9, abs=1e-12 * largest
    )
    gap = by.combine([1, -1, 0])
    assert gap.se[0] ** 2 == pytest.approx(
        by.se[0] ** 2 + by.se[1] ** 2 - 2 * by.covariance[0, 1], rel=1e-12
    )


def test_a_share_in_a_domain(name, sample):
    inside = (sample.data["stype"] == "E").to_numpy(dtype=float)
    yes = inside * (sample.data["sch.wide"] == "Yes").to_numpy()
    share = cluster_ratio(sample.totals(yes), sample.totals(inside), sample.clusters)
    estimate, se, _ = R[f"domain {name}"]
    assert [share.estimate[0], share.se[0]] == pytest.approx([estimate, se], rel=EXACT)


@pytest.mark.parametrize("column", ["sch.wide", "awards"])
def test_rao_scott_equals_svychisq(name, sample, column):
    cells = sample.dummies(column)[:, :, None] * sample.dummies("stype")[:, None, :]
    totals = sample.totals(cells).reshape(-1, *cells.shape[1:])
    key = "svychisq" + ("" if column == "sch.wide" else " awards")
    test = rao_scott_test(totals, sample.clusters, sample.n)
    expected = R[f"{key} F {name}"]
    assert [test.statistic, test.df, test.df2, test.p] == pytest.approx(expected, rel=1e-9)
    first = rao_scott_test(totals, sample.clusters, sample.n, "Chisq")
    pearson, df, p = R[f"{key} Chisq {name}"]
    assert [first.df, first.p] == pytest.approx([df, p], rel=1e-9)
    assert special.chdtrc(first.df, first.statistic) == pytest.approx(p, rel=1e-9)
    assert float(str(first.note).split(": ")[1]) == pytest.approx(pearson, rel=1e-9)


@pytest.mark.parametrize("method", ["logit", "likelihood", "asin", "beta", "mean", "xlogit"])
@pytest.mark.parametrize("level", [0.95, 0.9])
def test_share_intervals_equal_svyciprop(name, sample, method, level):
    yes = (sample.data["sch.wide"] == "Yes").to_numpy(dtype=float)
    share = cluster_ratio(sample.totals(yes), sample.ones(), sample.clusters)
    ci = share_interval(
        share.estimate[0], share.covariance[0, 0], share.df, sample.n, method, level
    )
    tolerance = {"likelihood": INTERPOLATED, "logit": FITTED}.get(method, 1e-9)
    expected = R[f"svyciprop {method} {level:g} {name}"]
    assert [ci.estimate, ci.low, ci.high] == pytest.approx(expected, rel=tolerance)


@pytest.mark.parametrize("how", ["remove", "adjust", "average", "certainty"])
@pytest.mark.parametrize("fpc", ["none", "fpc", "fpc2"])
def test_lonely_clusters_as_r_by_every_name(how, fpc):
    data = pd.read_csv(REFERENCE / "lonely.csv")
    psu, w = data["psu"].to_numpy() - 1, data["weight"].to_numpy()
    rows = data.drop_duplicates("psu")
    clusters = Clusters(
        rows["stratum"].to_numpy(),
        population=None if fpc == "none" else rows[fpc].to_numpy(),
        lonely=how,
    )

    def totals(values):
        return np.bincount(psu, w * values)

    y, ones = totals(data["y"].to_numpy()), totals(np.ones(len(data)))
    mean = cluster_ratio(y, ones, clusters)
    expected = R[f"lonely mean {how} {fpc}"]
    assert [mean.estimate[0], mean.se[0]] == pytest.approx(expected, rel=EXACT)
    total = cluster_total(y, clusters)
    assert total.se[0] == pytest.approx(R[f"lonely total {how} {fpc}"], rel=EXACT)
    ratio = cluster_ratio(totals(data["yes"].to_numpy()), y, clusters)
    assert ratio.se[0] == pytest.approx(R[f"lonely ratio {how} {fpc}"], rel=EXACT)


def test_a_lonely_cluster_is_refused_unless_its_stratum_is_whole():
    with pytest.raises(CommsvcError, match="lonely='adjust'"):
        Clusters(["a", "a", "b"]).covariance([1, 2, 3])
    whole = Clusters(["a", "a", "b"], population=[9, 9, 1]).covariance([1, 2, 3])
    assert whole == pytest.approx(Clusters(["a", "a"], population=[9, 9]).covariance([1, 2]))
    with pytest.raises(CommsvcError, match="there is no average"):
        Clusters(["a", "b"], lonely="average").covariance([1, 2])
    assert set(LONELY) == {"fail", "remove", "adjust", "average", "certainty"}


def test_impossible_populations_are_refused():
    with pytest.raises(CommsvcError, match="2 clusters sampled of 1"):
        Clusters(["a", "a"], population=[1, 1])
    with pytest.raises(CommsvcError, match="two population sizes"):
        Clusters(["a", "a"], population=[5, 6])
    with pytest.raises(CommsvcError, match="for 2 clusters"):
        Clusters(size=2).covariance([1, 2, 3])


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_simple_random_sampling_is_the_textbook(case):
    """Everybody a cluster of weight one: p(1 − p)/(n − 1), and the order plays no part."""
    x, n = case
    yes = np.r_[np.ones(x), np.zeros(n - x)]
    share = cluster_ratio(yes, np.ones(n), Clusters(size=n))
    p = x / n
    assert share.covariance[0, 0] == pytest.approx(p * (1 - p) / (n - 1), abs=1e-15)
    turned = cluster_ratio(yes[::-1], np.ones(n), Clusters(size=n))
    assert turned.covariance == pytest.approx(share.covariance)


def test_shares_sum_to_one_and_their_covariance_to_nothing(sample):
    shares = cluster_ratio(sample.totals(sample.dummies("stype")), sample.ones(), sample.clusters)
    assert shares.estimate.sum() == pytest.approx(1)
    assert shares.covariance.sum(axis=0) == pytest.approx([0, 0, 0], abs=1e-15)


def test_rao_scott_of_a_simple_sample_is_nearly_pearson():
    """With everybody a cluster of one the mean design effect is near n/(n − 1)."""
    table = np.array([[75, 27], [68, 30]])
    n = int(table.sum())
    cells = np.zeros((n, 2, 2))
    index = np.repeat(np.arange(4), table.ravel())
    cells[np.arange(n), index // 2, index % 2] = 1
    first = rao_scott_test(cells, Clusters(size=n), n, "Chisq")
    assert first.statistic == pytest.approx(pearson_statistic(table), rel=0.02)


def test_an_empty_base_is_nan_and_the_rest_stands():
    two = cluster_ratio([[1, 0], [2, 0], [1, 0]], [[2, 0], [3, 0], [4, 0]], Clusters(size=3))
    one = cluster_ratio([1, 2, 1], [2, 3, 4], Clusters(size=3))
    assert np.isnan(two.estimate[1])
    assert np.isnan(two.se[1])
    assert (two.estimate[0], two.se[0]) == (one.estimate[0], one.se[0])


def test_korn_graubard_of_nobody_is_clopper_pearson():
    ci = share_interval(0.0, 0.0, df=float("inf"), n=60, method="beta")
    cp = proportion_interval(0, 60, "clopper-pearson")
    assert ci.low == 0
    assert ci.high == pytest.approx(cp.high, rel=0.05)
    none = share_interval(0.0, 0.0, df=30)
    assert np.isnan(none.low)
    assert "method='beta'" in none.note
    with pytest.raises(CommsvcError, match="needs n"):
        share_interval(0.5, 0.01, df=30, method="beta")
