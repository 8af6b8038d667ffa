"""Weights for nonresponse against R, against their definition, and against a known bias."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.inference.nonresponse_weights import response_weights
from commsvc.survey import adjust_nonresponse, estimate_means, satisfaction, tabulate_answers
from commsvc.survey.answers import Answers

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
R = json.loads((REFERENCE / "estimates.json").read_text(encoding="utf-8"))
DESIGN = Design.sample(weights="pw", strata="stype")


def schools() -> pd.DataFrame:
    data = pd.read_csv(REFERENCE / "api_strat.csv", keep_default_na=False)
    row = np.arange(1, len(data) + 1)
    data["answered"] = (row * 7 % 10 < np.where(data["stype"] == "E", 8, 5)).astype(int)
    return data


@pytest.mark.parametrize(("method", "using"), [("classes", ["stype"]), ("logit", ["stype", "api99"])])  # fmt: skip # noqa: E501
def test_weights_and_errors_as_in_r(method, using):
    data = schools()
    expected = np.asarray(R[f"nonresponse weights {method}"])
    done = adjust_nonresponse(data, "answered", using, design=DESIGN, method=method)
    np.testing.assert_allclose(
        done.design.people.weights, expected[data["answered"] == 1], rtol=1e-6
    )
    mean, se = R[f"nonresponse mean {method}"]
    found = estimate_means(done.survey, "api00", design=done.design).iloc[0]
    assert found["estimate"] == pytest.approx(mean, rel=1e-6)
    anew = adjust_nonresponse(
        data, "answered", using, design=DESIGN, method=method, replicates="JKn"
    )
    found = estimate_means(anew.survey, "api00", design=anew.design).iloc[0]
    assert found[["estimate", "se"]].tolist() == pytest.approx([mean, se], rel=1e-6)
    assert "every replicate" in anew.design.describe()


def test_classes_keep_their_totals():
    data = schools()
    done = adjust_nonresponse(data, "answered", ["stype", "awards"], design=DESIGN)
    table = done.table.set_index("class")
    kept = pd.Series(done.design.people.weights, index=done.survey.index)
    for (kind, award), part in data.groupby(["stype", "awards"]):
        assert kept[part.index[part["answered"] == 1]].sum() == pytest.approx(part["pw"].sum())
        row = table.loc[f"{kind}, {award}"]
        assert row["asked"] == len(part)
        assert row["answered"] == part["answered"].sum()
    assert done.table["asked"].sum() == len(data)


def test_a_saturated_model_is_the_classes():
    data = schools()
    both = [
        adjust_nonresponse(data, "answered", ["stype"], design=DESIGN, method=method)
        for method in ("classes", "logit")
    ]
    weights = [done.design.people.weights for done in both]
    np.testing.assert_allclose(*weights, rtol=1e-6)


def test_a_bias_that_the_classes_explain_goes():
    random = np.random.default_rng(8)
    n = 20_000
    old = random.random(n) < 0.4
    satisfied = random.random(n) < np.where(old, 0.9, 0.5)
    data = pd.DataFrame(
        {
            "old": np.where(old, "old", "young"),
            "answered": (random.random(n) < np.where(old, 0.8, 0.3)).astype(int),
            "q": np.where(satisfied, "满意", "不满意"),
        }
    )
    data.loc[data["answered"] == 0, "q"] = None
    truth = satisfied.mean()
    naive = (data["q"] == "满意").sum() / data["answered"].sum()
    assert abs(naive - truth) > 0.05
    for method in ("classes", "logit-classes"):
        done = adjust_nonresponse(data, "answered", ["old"], design=Design.srs(), method=method)
        frame = tabulate_answers(done.survey, "q", design=done.design).frame()
        share = frame.loc[frame["level"] == "满意", "estimate"].item()
        assert share == pytest.approx(truth, abs=0.012)


def test_the_adjustment_is_said_wherever_it_is_used():
    said = ["满意", "不满意", None, "满意", "满意", "不满意"]
    frame = pd.DataFrame(
        {"town": list("aaabbb") * 10, "answered": [1, 1, 0, 1, 1, 1] * 10, "q": said * 10}
    )
    for survey in (frame, Answers.from_frame(frame)):
        done = adjust_nonresponse(survey, "answered", ["town"], design=Design.srs())
        found = satisfaction(done.survey, "q", design=done.design)
        assert "weights adjusted for nonresponse by weighting classes (town)" in found.sentence
        assert "按加权组（town）作无应答加权调整" in found.sentence.text("zh")
        # A town with 2 of 3 and one with 3 of 3: (1.5 + 2) of 6 stand for satisfied people.
        share = found.table.loc[found.table["level"] == "满意", "estimate"].item()
        assert share == pytest.approx(3.5 / 6)


def test_polars_rows_are_kept_as_they_are():
    polars = pytest.importorskip("polars")
    done = adjust_nonresponse(polars.from_pandas(schools()), "answered", ["stype"], design=DESIGN)
    assert isinstance(done.survey, polars.DataFrame)
    assert len(done.survey) == schools()["answered"].sum()
    with pytest.raises(CommsvcError, match="collect"):
        adjust_nonresponse(
            polars.from_pandas(schools()).lazy(), "answered", ["stype"], design=DESIGN
        )


def test_what_is_refused():
    data = schools()
    with pytest.raises(CommsvcError, match="did you mean 'answered'"):
        adjust_nonresponse(data, "answer", ["stype"], design=DESIGN)
    with pytest.raises(CommsvcError, match="a list of columns"):
        adjust_nonresponse(data, "answered", "stype", design=DESIGN)
    none = data.assign(answered=np.where(data["stype"] == "H", 0, data["answered"]))
    with pytest.raises(CommsvcError, match="nobody of the class H"):
        adjust_nonresponse(none, "answered", ["stype"], design=DESIGN)
    with pytest.raises(CommsvcError, match="1 or 0 each"):
        adjust_nonresponse(data, "stype", ["awards"], design=DESIGN)
    with pytest.raises(CommsvcError, match="nobody answered"):
        response_weights([1, 1], [False, False], classes=["a", "a"])
    with pytest.raises(CommsvcError, match="one of the two"):
        response_weights([1, 1], [True, False])
