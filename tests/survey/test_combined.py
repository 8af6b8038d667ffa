"""Several answers together: as one indicator would be, under every design."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.combined import combined_share, favourable_levels

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
GOOD = ["很满意", "满意"]


def survey():
    cells = (
        ["很满意"] * 20
        + ["满意"] * 15
        + ["一般"] * 9
        + ["不满意"] * 6
        + ["说不清"] * 4
        + [None] * 3
    )
    return Answers.from_frame(pd.DataFrame({"q": cells, "g": ["a", "b", "b"] * 19}))


def test_of_a_simple_sample():
    found = combined_share(survey(), "q", GOOD, "g", design=Design.srs())
    assert found["group"].tolist() == ["all", "a", "b"]
    whole = found.iloc[0]
    # 说不清 is outside the base, the three blanks are in it.
    assert (whole["count"], whole["base"]) == (35, 53)
    low, high = proportion_confint(35, 53, method="wilson")
    np.testing.assert_allclose([whole["low"], whole["high"]], [low, high], rtol=1e-12)
    assert whole["level"] == "很满意 + 满意"
    answered = combined_share(survey(), "q", GOOD, design=Design.srs(), base="answered")
    assert answered["base"][0] == 50


def test_of_a_complex_sample_as_in_r():
    data = pd.read_csv(REFERENCE / "api_clus.csv", keep_default_na=False)
    R = json.loads((REFERENCE / "survey_core.json").read_text(encoding="utf-8"))
    design = Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc")
    levels = tuple(map(Level, "EHM"))
    book = Codebook((Question("stype", kind="single", columns=("stype",), levels=levels),))
    answers = Answers.from_frame(data)
    found = combined_share(answers, "stype", ["H", "M"], design=design, codebook=book).iloc[0]
    share, covariance = np.array(R["shares clus"]), np.reshape(R["shares cov clus"], (3, 3))
    assert found["estimate"] == pytest.approx(share[1:].sum(), rel=1e-12)
    assert found["se"] == pytest.approx(np.sqrt(covariance[1:, 1:].sum()), rel=1e-10)
    assert found["count"] == data["stype"].isin(["H", "M"]).sum()


def test_of_a_complete_count():
    found = combined_share(survey(), "q", GOOD, design=Design.census())
    assert found["estimate"][0] == 35 / 53
    assert found["low"].isna().all()


def test_wordings_of_a_codebook():
    levels = (Level("1", "很满意", also=("非常满意",)), Level("2", "不满意"))
    book = Codebook((Question("q", kind="scale", columns=("q",), levels=levels),))
    answers = Answers.from_frame(pd.DataFrame({"q": ["1", "非常满意", "很满意", "2", "不满意"]}))
    found = combined_share(
        answers, "q", favourable_levels(book["q"]), design=Design.srs(), codebook=book
    )
    assert (found["count"][0], found["base"][0]) == (3, 5)


def test_what_is_refused():
    with pytest.raises(CommsvcError, match="q: no level '满'"):
        combined_share(survey(), "q", ["满"], design=Design.srs())
    many = Codebook(
        (Question("q", kind="multiple", columns=("q", "g"), levels=(Level("x"), Level("y"))),)
    )
    with pytest.raises(CommsvcError, match="several answers a person"):
        combined_share(survey(), "q", ["x"], design=Design.srs(), codebook=many)
