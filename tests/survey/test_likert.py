"""Graded answers summed up: against counting by hand, against R for a design, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey import estimate_means, likert_summary, tabulate_answers
from commsvc.survey.likert import level_means

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
SCALE = ["很满意", "满意", "一般", "不满意", "很不满意"]
DATA = pd.DataFrame(
    {
        "q": np.repeat([*SCALE, "说不清", None], [40, 30, 15, 10, 5, 6, 8]),
        "g": (["东", "西", "西"] * 38),
    }
)


def rows(frame: pd.DataFrame, group: str = "all") -> pd.DataFrame:
    return frame[frame["group"] == group].set_index("level")


def test_by_hand():
    found = rows(likert_summary(tabulate_answers(DATA, "q", design=Design.srs())))
    # 108 in the base: 100 graded and 8 blanks; 6 said they did not know.
    assert found["base"].tolist() == [108, 108, 108, 108, 100]
    assert found.loc["favourable", "estimate"] == pytest.approx(70 / 108)
    ends = proportion_confint(70, 108, method="wilson")
    assert found.loc["favourable", ["low", "high"]].tolist() == pytest.approx(list(ends))
    assert found.loc["neutral", "estimate"] == pytest.approx(15 / 108)
    assert found.loc["net", "estimate"] == pytest.approx((70 - 15) / 108)
    signs = np.repeat([1, 0, -1], [70, 23, 15])
    assert found.loc["net", "se"] == pytest.approx(stats.sem(signs))
    marks = np.repeat([5, 4, 3, 2, 1], [40, 30, 15, 10, 5])
    assert found.loc["mean score", "estimate"] == pytest.approx(marks.mean())
    t = stats.t.interval(0.95, 99, marks.mean(), stats.sem(marks))
    assert found.loc["mean score", ["low", "high"]].tolist() == pytest.approx(list(t))


def test_a_design_weighs_it():
    data = pd.read_csv(REFERENCE / "api_clus.csv", keep_default_na=False)
    data["band"] = np.searchsorted([550, 650, 750], data["api00"]) + 1
    design = Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc")
    table = tabulate_answers(data, "band", "stype", design=design)
    scores = {i: float(i) for i in range(1, 5)}
    found = likert_summary(table, favourable=[3, 4], unfavourable=[1], scores=scores)
    means = estimate_means(data, "band", "stype", design=design)
    score = found[found["level"] == "mean score"]
    np.testing.assert_allclose(
        score[["estimate", "se", "low", "high"]].to_numpy(dtype=float),
        means[["estimate", "se", "low", "high"]].to_numpy(dtype=float),
        rtol=1e-9,
    )
    expected = estimate_means(
        data.assign(sign=data["band"].map({1: -1, 2: 0, 3: 1, 4: 1})), "sign", design=design
    ).iloc[0]
    net = rows(found).loc["net"]
    assert net[["estimate", "se"]].tolist() == pytest.approx(expected[["estimate", "se"]].tolist())
    r = json.loads((REFERENCE / "survey_core.json").read_text(encoding="utf-8"))
    assert r["version"] == [4, 1]


@pytest.mark.parametrize("design", [Design.census(), Design.incomplete(population=150)])
def test_counts_have_no_error(design):
    found = likert_summary(tabulate_answers(DATA, "q", "g", design=design))
    assert found["se"].isna().all()
    assert found.loc[found["level"].isin(["net", "mean score"]), "low"].isna().all()


def test_groups_come_in_order_with_everybody_first():
    found = likert_summary(tabulate_answers(DATA, "q", "g", design=Design.srs()))
    assert list(dict.fromkeys(found["group"])) == ["all", "东", "西"]
    assert found.groupby("group").size().eq(5).all()


def test_what_is_refused():
    table = tabulate_answers(DATA, "q", design=Design.srs())
    with pytest.raises(CommsvcError, match="favourable and unfavourable"):
        likert_summary(table, ["满意"], unfavourable=["满意"])
    with pytest.raises(CommsvcError, match="no level"):
        likert_summary(table, ["好极了"])
    with pytest.raises(CommsvcError, match="no level has a score"):
        level_means(table, {"x": 1})
    plain = tabulate_answers(DATA.assign(q="a"), "q", design=Design.srs())
    with pytest.raises(CommsvcError, match="not graded"):
        likert_summary(plain)
