"""What a beginner gets: the right table and test for the design, and why."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey import (
    Codebook,
    clean_answers,
    read_answers,
    response_rates,
    satisfaction,
    tabulate_answers,
)
from commsvc.survey.answers import Answers, Level, Question

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests/reference"
R = json.loads((REFERENCE / "survey_core.json").read_text(encoding="utf-8"))
LEVELS = ["很满意", "比较满意", "一般", "不满意"]


def two_groups(a, b):
    rows = [
        {"g": g, "q": level}
        for g, counts in (("东", a), ("西", b))
        for level, count in zip(LEVELS, counts, strict=True)
        for _ in range(count)
    ]
    return Answers.from_frame(pd.DataFrame(rows))


def test_an_ordered_scale_is_compared_by_ranks():
    answers = two_groups([30, 25, 10, 5], [12, 20, 22, 14])
    found = satisfaction(answers, "q", by="g", design=Design.srs(), explain=True)
    x = np.repeat(range(4), [30, 25, 10, 5])
    y = np.repeat(range(4), [12, 20, 22, 14])
    expected = stats.mannwhitneyu(x, y, method="asymptotic").pvalue
    assert found.test["p"][0] == pytest.approx(expected, rel=1e-9)
    assert found.favourable == ("很满意", "比较满意")
    low, high = proportion_confint(87, 138, method="wilson")
    assert f"87 of 138 (63.0%, 95% CI {low:.1%}–{high:.1%})" in found.sentence
    assert f"138人中87人（63.0%，95%置信区间{low:.1%}–{high:.1%}）" in found.sentence.text("zh")
    assert "rank test" in str(found)
    whole = found.table[(found.table["group"] == "all") & (found.table["level"] == "很满意")]
    low, high = proportion_confint(42, 138, method="wilson")
    np.testing.assert_allclose(whole[["low", "high"]].to_numpy()[0], [low, high], rtol=1e-9)


def test_a_scale_of_the_codebook_is_ordered_whatever_its_words():
    levels = ("Low", "Medium", "High")
    housing = pd.read_csv(REFERENCE / "housing.csv")
    tenants = housing.loc[housing.index.repeat(housing["Freq"])].reset_index(drop=True)
    answer = Question("Sat", kind="scale", levels=tuple(Level(x) for x in levels), columns=("Sat",))
    book = Codebook((answer,))
    found = satisfaction(tenants, "Sat", by="Cont", codebook=book, design=Design.srs())
    assert tuple(found.table["level"][:3]) == levels
    assert found.favourable == ()
    assert "the most frequent answer was High" in found.sentence
    ranks = {x: i for i, x in enumerate(levels)}
    split = [tenants.loc[tenants["Cont"] == c, "Sat"].map(ranks) for c in ("High", "Low")]
    expected = stats.mannwhitneyu(*split, method="asymptotic").pvalue
    assert found.test["p"][0] == pytest.approx(expected, rel=1e-9)
    assert found.test["effect"][0] > 0
    assert "Cliff's delta above 0: Cont = High answers nearer High than Low" in found.reasons
    good = satisfaction(tenants, "Sat", codebook=book, favourable=["High"], design=Design.srs())
    assert "668 of 1,681" in good.sentence
    with pytest.raises(CommsvcError, match="allowed: High, Low, Medium"):
        satisfaction(tenants, "Sat", codebook=book, favourable=["Hihg"])
    both = replace(answer, levels=tuple(Level(x, f"【{x}】", x.lower()) for x in levels))
    book = Codebook((both,))
    named = satisfaction(tenants, "Sat", codebook=book, design=Design.srs(), explain=True)
    assert "the most frequent answer was high" in named.sentence
    assert "“【High】”" in named.sentence.text("zh")
    assert all(re.search("[一-鿿]", reason.text("zh")) for reason in named.reasons)
    # A level that the codebook does not know stands anywhere: there is no order then.
    short = Codebook((replace(answer, levels=answer.levels[:2]),))
    other = satisfaction(tenants, "Sat", by="Cont", codebook=short, design=Design.srs())
    assert "Pearson" in other.test["method"][0]


def test_an_unknown_design_says_what_it_rests_on():
    found = satisfaction(two_groups([30, 25, 10, 5], [12, 20, 22, 14]), "q", by="g")
    assert "holds only if" in found.sentence
    assert "仅当" in found.sentence.text("zh")
    assert all("holds only if" in note for note in found.table["note"])
    assert "rank test" not in str(found)
    assert any("design not said" in reason for reason in found.reasons)


def test_a_complex_design_as_in_r():
    data = pd.read_csv(REFERENCE / "api_clus.csv", keep_default_na=False)
    design = Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc")
    found = satisfaction(data, "sch.wide", by="stype", design=design)
    assert found.test["p"][0] == pytest.approx(R["svychisq F clus"][3], rel=1e-8)
    assert "Rao–Scott" in found.test["method"][0]
    assert "weighted" in found.sentence


def test_a_census_has_no_test():
    found = satisfaction(
        two_groups([3, 2, 1, 0], [1, 1, 1, 1]), "q", by="g", design=Design.census()
    )
    assert found.test.empty
    assert found.table["low"].isna().all()
    assert "P " not in found.sentence


def test_one_group_alone_is_not_tested():
    found = satisfaction(two_groups([3, 2, 1, 0], [0, 0, 0, 0]), "q", by="g", design=Design.srs())
    assert found.test.empty
    assert any("fewer than two groups" in reason for reason in found.reasons)


def test_simulated_file_from_file_to_sentence():
    answers, _ = clean_answers(read_answers(ROOT / "data/surveys/simulated_centre.csv"))
    one = satisfaction(answers, "Q3", by="Q1")
    assert "说不清" in set(one.table["level"])
    assert one.table.groupby("group")["estimate"].sum().round(9).eq(1).all()
    several = satisfaction(answers, "Q2", by="Q1")
    assert len(several.test) == 7
    assert any("each option is tested alone" in reason for reason in several.reasons)
    row = satisfaction(answers, "Q6:医生", by="Q1")
    assert not row.test.empty
    matrix = satisfaction(answers, "Q6", by="Q1")
    assert matrix.test["level"].tolist() == ["医生", "护士", "环境"]
    assert matrix.test["p"][0] == row.test["p"][0]
    with pytest.raises(CommsvcError, match="Q6:医生, Q6:护士, Q6:环境"):
        tabulate_answers(answers, "Q6", design=Design.srs())
    assert "Q2 用过的服务（多选）: " in str(several)


def test_real_file(shared):
    answers = read_answers(shared / "surveys/wjx_800_text.xls")
    found = satisfaction(answers, "Q1", by="Q3")
    assert "521 of 800 (65.1%" in found.sentence
    raw = pd.crosstab(answers.data["Q3"], answers.data["Q1"])
    assert found.test["statistic"].notna()[0] or "exact" in str(found.test["method"][0]).lower()
    inside = found.table[found.table["group"] != "all"].pivot(
        index="group", columns="level", values="count"
    )
    assert (inside[raw.columns].to_numpy() == raw.to_numpy()).all()


def test_response_rates():
    # Worked by hand from AAPOR's formulas: I=600, P=50, R=150, NC=100, O=20, UH=60, UO=20, e=0.5.
    rates = response_rates(
        600, 50, refusal=150, non_contact=100, other=20,
        unknown_household=60, unknown_other=20, eligible_share=0.5,
    ).set_index("level")["estimate"]  # fmt: skip
    expected = {
        "RR1": 600 / 1000, "RR2": 650 / 1000, "RR3": 600 / 960, "RR4": 650 / 960,
        "RR5": 600 / 920, "RR6": 650 / 920, "COOP1": 600 / 820, "COOP3": 600 / 800,
        "REF1": 150 / 1000, "REF3": 150 / 920, "CON1": 820 / 1000, "CON2": 820 / 960,
    }  # fmt: skip
    for name, value in expected.items():
        assert rates[name] == pytest.approx(value)
    bare = response_rates(228, refusal=2).set_index("level")
    assert np.isnan(bare.loc["RR3", "estimate"])
    assert "eligible_share" in bare.loc["RR3", "note"]
    with pytest.raises(CommsvcError, match="not counts"):
        response_rates(-1)
