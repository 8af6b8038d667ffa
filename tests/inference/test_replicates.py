"""Replicate weights against R's svrepdesign and as.svrepdesign."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from schools import REFERENCE, mean_of, ratio_of, reference, schools, total_of

from commsvc.errors import CommsvcError
from commsvc.inference.jackknife import by_design
from commsvc.inference.replicates import Replicates
from commsvc.inference.sample import Sample
from commsvc.inference.weighting import calibrated_weights, make_replicates

R = reference("survey_more")
EXACT = 1e-10
E, H, M, NARROW, WIDE, *_ = R["population"]
# R's example: six hospitals in three strata of two.
BRR = 2.0 * np.array(
    [[1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 1, 0]]
).T  # fmt: skip
ALIVE, ARRESTS = np.split(np.array(R["scd"]), 2)


def check(key, data, replicates, rel=EXACT, df=True):
    types = (data["stype"].to_numpy()[:, None] == np.array(["E", "H", "M"])).astype(float)
    young = replicates.domain((data["stype"] == "E").to_numpy())
    for name, made in {
        "mean": mean_of(replicates, data["api00"]),
        "total": total_of(replicates, data["enroll"]),
        "ratio": ratio_of(replicates, data["api00"], data["api99"]),
        "shares": mean_of(replicates, types),
        "domain": mean_of(young, data["api00"]),
    }.items():
        expected = np.array(R[f"{key} {name}"])
        got = np.r_[made.estimate, made.se]
        assert got == pytest.approx(expected, rel=rel, abs=1e-10 * np.abs(expected).max())
    if df:
        assert replicates.df == R[f"{key} df"]


@pytest.mark.parametrize("mse", [True, False])
@pytest.mark.parametrize(
    ("kind", "name", "sample"), [("JK1", "JK1", "clus"), ("JK1", "JK1 wr", "cluswr"),
                                 ("JKn", "JKn", "strat")],
)  # fmt: skip
def test_jackknife(kind, name, sample, mse):
    data, records = schools(sample)
    how = "mse" if mse else "centred"
    check(f"replicates {name} {how}", data, make_replicates(records, kind, mse=mse))


def test_bootstrap_weights_that_came_with_the_data():
    data, records = schools("cluswr")
    drawn = pd.read_csv(REFERENCE / "bootstrap.csv").set_index("dnum")
    weights = drawn.loc[data["dnum"]].to_numpy() * records.weights[:, None]
    given = Replicates(records.weights, weights, "bootstrap")
    assert given.scale == pytest.approx(R["replicates bootstrap scale"])
    check("replicates bootstrap", data, given, rel=1e-9)


def test_half_samples():
    ones = np.ones(6)
    half = ratio_of(Replicates(ones, BRR, "BRR"), ALIVE, ARRESTS)
    assert [half.estimate[0], half.se[0]] == pytest.approx(R["brr ratio"], rel=EXACT)
    fay = ratio_of(Replicates(ones, 0.3 + 0.7 * BRR, "Fay", rho=0.3), ALIVE, ARRESTS)
    assert [fay.estimate[0], fay.se[0]] == pytest.approx(R["fay ratio"], rel=EXACT)


def test_half_samples_made_here():
    pairs = Sample(np.ones(6), strata=[1, 1, 2, 2, 3, 3])
    made = make_replicates(pairs, "BRR")
    assert set(np.unique(made.replicates)) == {0.0, 2.0}
    assert (made.replicates[0::2] + made.replicates[1::2] == 2).all()
    total = total_of(made, ALIVE)
    assert [total.estimate[0], total.se[0]] == pytest.approx(R["brr total"], rel=EXACT)
    # Balanced, so a total has the linearised error exactly.
    assert total.se == pytest.approx(total_of(pairs, ALIVE).se, rel=EXACT)


def test_bootstrap_made_here_nears_the_linearised_error():
    data, records = schools("cluswr")
    made = make_replicates(records, "bootstrap", draws=4000, seed=1)
    linear = total_of(records, data["enroll"])
    assert total_of(made, data["enroll"]).se == pytest.approx(linear.se, rel=0.05)
    again = make_replicates(records, "bootstrap", draws=4000, seed=1)
    assert (again.replicates == made.replicates).all()


def test_calibrated_in_every_replicate():
    data, records = schools("clus")
    types = (data["stype"].to_numpy()[:, None] == np.array(["E", "H", "M"])).astype(float)
    wide = (data["sch.wide"].to_numpy()[:, None] == np.array(["No", "Yes"])).astype(float)
    jackknife = make_replicates(records, "JK1")
    post = jackknife.reweighted(lambda w: calibrated_weights(w, types, [E, H, M]))
    check("post JK1", data, post, rel=1e-8)
    both, goal = np.hstack([types, wide]), [E, H, M, NARROW, WIDE]
    raked = jackknife.reweighted(lambda w: calibrated_weights(w, both, goal, "raking"))
    check("rake JK1", data, raked, rel=1e-5, df=False)


def test_any_statistic():
    data, records = schools("clus")
    jackknife = make_replicates(records, "JK1")
    y = data["api00"].to_numpy()
    own = by_design(lambda w: [w @ y / w.sum(), w.sum()], jackknife)
    assert own.se[0] == pytest.approx(mean_of(jackknife, y).se[0], rel=1e-12)


def test_what_is_refused():
    with pytest.raises(CommsvcError, match="without their scales"):
        Replicates([1, 1], np.ones((2, 3)), "JKn")
    with pytest.raises(CommsvcError, match="replicates of shape"):
        Replicates([1, 1], np.ones((3, 3)), "BRR")
    with pytest.raises(CommsvcError, match="without a seed"):
        make_replicates(Sample([1, 1, 1]), "bootstrap")
    with pytest.raises(CommsvcError, match="two clusters in each stratum"):
        make_replicates(Sample([1, 1, 1]), "BRR")
    gone = Replicates([1, 1], [[2, 0], [0, 2]], "BRR").domain(np.array([True, False]))
    with pytest.raises(CommsvcError, match="in a replicate"):
        mean_of(gone, [1, 2])
