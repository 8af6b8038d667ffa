"""Count models with a design's weights and clusters against R survey, and by replication."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators.count_models import (
    choose_count_model,
    count_model,
    overdispersion_test,
    rootogram,
)
from commsvc.indicators.use_models import andersen_blocks, two_part
from commsvc.inference import Design

REFERENCE = Path(__file__).parents[1] / "reference"
R = json.loads((REFERENCE / "counts.json").read_text(encoding="utf-8"))
TERMS = ["stype", "size"]
DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
    "cluswr": Design.sample(weights="pw", clusters="dnum"),
}
EXACT = 1e-6  # where R differentiates by numbers, as we do
GLM = 1e-8


def schools(name: str) -> pd.DataFrame:
    """The schools with the outcomes that counts.R makes of them."""
    frame = pd.read_csv(REFERENCE / f"api_{name}.csv")
    gain = (frame["api00"] - frame["api99"]).clip(lower=0)
    return frame.assign(gain=gain, tens=gain // 10, size=frame["enroll"] / 1000)


@pytest.fixture(params=list(DESIGNS))
def sample(request):
    name = request.param
    return name, schools({"cluswr": "clus"}.get(name, name)), DESIGNS[name]


def parts(table: pd.DataFrame, group: str) -> pd.DataFrame:
    return table[table["group"] == group]


def test_poisson_is_svyglm(sample):
    name, frame, design = sample
    found = parts(count_model(frame, "tens", TERMS, "poisson", design=design).table(), "count")
    assert found["estimate"].tolist() == pytest.approx(R[f"poisson {name}"], rel=GLM, abs=GLM)
    assert found["se"].tolist() == pytest.approx(R[f"poisson {name} se"], rel=GLM)
    assert found["p"].tolist() == pytest.approx(R[f"poisson {name} p"], rel=1e-6)
    assert "design-based" in found["method"].iloc[0]
    assert not found["note"].iloc[0]


@pytest.mark.parametrize("kind", ["negative binomial", "zinb"])
def test_one_likelihood(sample, kind):
    name, frame, design = sample
    zero = [] if kind == "zinb" else None
    fit = count_model(frame, "tens", TERMS, kind, design=design, zero_predictors=zero)
    key = {"negative binomial": "nb", "zinb": "zinb"}[kind] + f" {name}"
    count = parts(fit.table(), "count")
    assert fit.loglik == pytest.approx(R[f"{key} loglik"], rel=1e-9)
    assert count["estimate"].tolist() == pytest.approx(R[key][:4], rel=EXACT, abs=EXACT)
    assert count["se"].tolist() == pytest.approx(R[f"{key} se"][:4], rel=EXACT)
    # R's fifth is the logarithm of our dispersion.
    assert np.log(fit.alpha) == pytest.approx(R[key][4], rel=EXACT)
    assert fit.alpha_se / fit.alpha == pytest.approx(R[f"{key} se"][4], rel=EXACT)
    if kind == "zinb":
        never = parts(fit.table(), "never").iloc[0]
        assert never["estimate"] == pytest.approx(R[key][5], rel=EXACT)
        assert never["se"] == pytest.approx(R[f"{key} se"][5], rel=EXACT)


def test_the_two_parts_of_a_hurdle(sample):
    name, frame, design = sample
    fit = count_model(frame, "tens", TERMS, "hurdle", design=design)
    some = parts(fit.table(), "any")
    assert some["estimate"].tolist() == pytest.approx(R[f"any {name}"], rel=GLM)
    assert some["se"].tolist() == pytest.approx(R[f"any {name} se"], rel=GLM)
    assert some["p"].tolist() == pytest.approx(R[f"any {name} p"], rel=1e-6)
    many = parts(fit.table(), "count")
    assert many["estimate"].tolist() == pytest.approx(R[f"truncated {name}"][:4], rel=EXACT)
    assert many["se"].tolist() == pytest.approx(R[f"truncated {name} se"][:4], rel=EXACT)
    assert fit.logliks["count"] == pytest.approx(R[f"truncated {name} loglik"], rel=1e-9)


@pytest.mark.parametrize("second", ["log", "gamma"])
def test_two_part(sample, second):
    name, frame, design = sample
    fit = two_part(frame, "gain", TERMS, second=second, design=design)
    amount = parts(fit.table, "amount")
    assert amount["estimate"].tolist() == pytest.approx(R[f"{second} {name}"], rel=EXACT)
    assert amount["se"].tolist() == pytest.approx(R[f"{second} {name} se"], rel=EXACT)
    assert amount["p"].tolist() == pytest.approx(R[f"{second} {name} p"], rel=1e-5)
    if second == "log":
        assert fit.smearing == pytest.approx(R[f"smearing {name}"], rel=1e-9)


def test_blocks_are_regtermtest(sample):
    name, frame, design = sample
    blocks = {"enabling": ["size"], "need": ["stype"]}
    found = andersen_blocks(frame, "tens", blocks, "poisson", design=design).iloc[1]
    expected = R[f"block {name}"]
    assert [found[c] for c in ("statistic", "df", "df2", "p")] == pytest.approx(expected, rel=1e-6)
    assert found["statistic_last"] == pytest.approx(expected[0], rel=1e-6)
    assert np.isnan(found["aic"])


def test_equal_weights_without_clusters_change_no_coefficient():
    frame = schools("strat").assign(one=1.0, two=2.0)
    for kind in ("poisson", "negative binomial", "hurdle", "zip", "zinb"):
        options = {"zero_predictors": []} if kind in ("zip", "zinb") else {}
        plain = count_model(frame, "tens", ["size"], kind, **options)
        once, twice = (
            count_model(frame, "tens", ["size"], kind, design=Design.sample(weights=w), **options)
            for w in ("one", "two")
        )
        assert once.table()["estimate"].tolist() == pytest.approx(
            plain.table()["estimate"].tolist(), abs=1e-3
        )
        assert once.loglik == pytest.approx(plain.loglik, abs=1e-6)
        assert once.table()["se"].tolist() == pytest.approx(twice.table()["se"].tolist())


def test_a_weight_of_two_is_two_persons():
    """Whole households answer alike: repeating rows within a cluster or weighing them is one."""
    frame = schools("clus")
    frame["w"] = 1 + np.arange(len(frame)) % 3
    frame["row"] = np.arange(len(frame))
    repeated = frame.loc[frame.index.repeat(frame["w"])].assign(w=1)
    design = Design.sample(weights="w", clusters="dnum")
    for kind in ("poisson", "negative binomial", "hurdle"):
        one, many = (
            count_model(data, "tens", ["size"], kind, design=design).table()
            for data in (frame, repeated)
        )
        assert one["estimate"].tolist() == pytest.approx(many["estimate"].tolist(), rel=1e-6)
        assert one["se"].tolist() == pytest.approx(many["se"].tolist(), rel=1e-5)
    # The weighted counts expected add up to the persons there are.
    fit = count_model(frame, "tens", ["size"], "hurdle", design=design)
    counts = rootogram(fit)
    assert counts["count"].sum() == pytest.approx(len(frame))
    assert counts["expected"].sum() == pytest.approx(len(frame))
    assert counts.loc[0, "expected"] == pytest.approx(counts.loc[0, "count"], abs=1e-6)


def test_an_assumed_design_effect_widens():
    frame = schools("strat")
    once, twice = (
        count_model(frame, "tens", ["size"], "poisson", design=Design.unknown().assuming(d))
        for d in (1, 4)
    )
    assert (twice.table()["se"] / once.table()["se"]).tolist() == pytest.approx([2, 2])
    assert "design effect 4" in twice.table()["note"][0]


FRAME = schools("clus")
CLUSTERED = DESIGNS["clus"]
FIT = count_model(FRAME, "tens", ["size"], "poisson", design=CLUSTERED)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: count_model(FRAME, "tens", ["size"], "poisson", design="census"), "no sampling"),
        (lambda: two_part(FRAME, "gain", ["size"], design="census"), "no sampling error"),
        (lambda: FIT.aic, "need the likelihood of independent"),
        (lambda: FIT.bic, "rootogram"),
        (lambda: overdispersion_test(FIT), "independent persons"),
        (
            lambda: count_model(
                FRAME, "tens", ["size"], "poisson", design=Design.sample(weights="pww")
            ),
            "did you mean 'pw'",
        ),
        (
            lambda: count_model(
                FRAME.assign(half=np.arange(len(FRAME)) % 2), "tens", ["size", "api99"],
                "poisson", design=Design.sample(clusters="half"),
            ),
            "1 degrees of freedom do not carry 2 slopes",
        ),
        (
            lambda: andersen_blocks(
                FRAME, "tens", {"need": ["size"]}, "poisson", design=Design.srs().assuming(2)
            ),
            "assumed design effect",
        ),
        (
            lambda: choose_count_model(FRAME, "tens", ["size"], design=CLUSTERED),
            "rootogram",
        ),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
