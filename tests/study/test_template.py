"""The template on files of every kind and under every design, against numbers made elsewhere."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from made_up_people import SECRETS, people
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from commsvc.errors import CommsvcError
from commsvc.report import language, use_language
from commsvc.study import (
    chosen_groups,
    chosen_questions,
    find_data,
    study_codebook,
    study_design,
)
from commsvc.study.choices import DESIGNS
from commsvc.survey import read_answers


def test_as_it_stands(page):
    said = page()
    assert "These answers are simulated" in said
    assert "这些答卷是模拟数据" in said
    # By hand from the file: 14 + 22 of 57 asked are satisfied; 说不清 is outside.
    low, high = proportion_confint(36, 57, method="wilson")
    assert f"36 of 57 (63.2%, 95% CI {low:.1%}–{high:.1%}) answered favourably" in said
    assert f"57人中36人（63.2%，95%置信区间{low:.1%}–{high:.1%}）评价满意" in said
    raw = pd.read_csv("../data/surveys/simulated_centre.csv", dtype=str, keep_default_na=False)
    score = (
        raw["３、总体满意度 "]
        .str.strip()
        .map({"很满意": 5, "非常满意": 5, "满意": 4, "一般": 3, "不满意": 2, "很不满意": 1})
    )
    by = [score[raw["1、居住地"] == place].dropna() for place in ("东区", "西区")]
    p = stats.mannwhitneyu(*by, method="asymptotic").pvalue
    assert f"P = {p:.3f}" in said
    # Every question of the codebook that can be shown has its table, in both languages.
    for heading in ("Q2 Services used", "Q4 最看重什么", "Q6 分项满意度", "Q7 Age"):
        assert heading in said
    assert not re.search(r"\bnan\b", said)


@pytest.mark.parametrize("ending", ["sav", "dta", "csv", "parquet"])
def test_any_kind_of_file(page, files, ending):
    file = files(ending)
    said = page(data=file, design="srs", smallest_base=0)
    frame = people()
    # 不知道 is declared missing in SPSS and an answer outside the base elsewhere.
    inside = frame["sat"] != 9
    good = int(frame["sat"].isin([1, 2]).sum())
    low, high = proportion_confint(good, int(inside.sum()), method="wilson")
    share = f"{good} of {inside.sum()} ({good / inside.sum():.1%}, 95% CI {low:.1%}–{high:.1%})"
    assert f"{share} answered favourably" in said
    by = [-frame.loc[inside & (frame["sex"] == sex), "sat"] for sex in (1, 2)]
    p = stats.mannwhitneyu(*by, method="asymptotic").pvalue
    assert f"P = {p:.3f}" in said
    assert not any(secret in said for secret in SECRETS)
    assert "holds only if" not in said


def test_a_weighted_sample(page, files):
    said = page(data=files("sav"), weights="w")
    frame = people()
    inside = frame[frame["sat"] != 9]
    share = np.average(inside["sat"].isin([1, 2]), weights=inside["w"])
    assert f"{share:.1%}" in said
    assert "weighted" in said
    assert "Effective n" in said
    assert "有效样本量" in said


def test_a_complete_count_has_no_test(page, simulated):
    said = page(design="census")
    assert "95 %" not in said
    assert "P =" not in said
    assert "No test: complete count" in said
    assert "No model: complete count" in said
    assert "不作检验：全数调查" in said


def test_flags_exclude_only_what_is_asked(page):
    said = page(
        leave_out=["speeder", "out of range"],
        contradictions=[({"Q5": 0}, {"Q3": "很满意"})],
        issued=70,
        questions=["Q3"],
        groups=["Q1"],
    )
    raw = pd.read_csv("../data/surveys/simulated_centre.csv", dtype=str, keep_default_na=False)
    torn = (raw["5、近两周使用次数"] == "0") & raw["３、总体满意度 "].isin(["很满意", "非常满意"])
    # Once in each language.
    assert said.count("Q5 = 0 but Q3 = 很满意") == torn.sum() > 0
    assert said.count("Q5 = 0，而 Q3 = 很满意") == torn.sum()
    assert "**60** of 70 questionnaires came back (85.7%); **57** are analysed." in said
    assert "发放问卷 70 份，回收 **60** 份（85.7%），纳入分析 **57** 份。" in said


def test_real_file(page, shared):
    said = page(data=shared / "surveys/wjx_800_text.xls", questions=["Q1", "Q6"], groups=["Q3"])
    raw = pd.read_excel(
        shared / "surveys/wjx_800_text.xls", engine="calamine", dtype=str, keep_default_na=False
    )
    low, high = proportion_confint(521, 800, method="wilson")
    assert f"521 of 800 (65.1%, 95% CI {low:.1%}–{high:.1%})" in said
    # The outcome by group, by hand: no question is graded in words, so the first closed one.
    outcome = raw["1、手机部数"]
    table = pd.crosstab(raw["3、性别 "], outcome)
    men = (outcome[raw["3、性别 "] == "男"] == "1部").mean()
    assert f"{men:.1%}" in said
    v = np.sqrt(stats.chi2_contingency(table, correction=False).statistic / 800)
    assert f"{v:.2f}" in said


def test_other_parameters_are_refused_with_what_is_allowed(page, simulated):
    with pytest.raises(CommsvcError, match="parameters: no design 'cencus'; allowed: census"):
        page(design="cencus")
    with pytest.raises(CommsvcError, match="did you mean 'Q3'"):
        page(questions=["Q33"])
    with pytest.raises(CommsvcError, match="more are kept than there were"):
        page(issued=10)
    with pytest.raises(CommsvcError, match="groups of Q2 overlap"):
        page(groups=["Q2"])


def test_designs():
    assert {study_design(kind).kind for kind in DESIGNS if kind != "sample"} == set(DESIGNS) - {
        "sample"
    }
    assert study_design(weights="w").kind == "sample"
    assert study_design(clusters="psu", fpc="N").stratum_sizes == "N"
    with pytest.raises(CommsvcError, match="without weights, strata or clusters"):
        study_design("sample")
    with pytest.raises(CommsvcError, match="has no population"):
        study_design("census", population=100)


def test_codebook_beside_the_data(tmp_path, simulated):
    answers = read_answers(simulated)
    book = study_codebook(answers, simulated)
    assert book["Q3"].text_en == "overall satisfaction"
    assert [q.name for q in chosen_groups(book)] == ["Q1"]
    assert [q.name for q in chosen_questions(book, (), answers)] == [
        "Q3", "Q2", "Q4", "Q5", "Q6", "Q7",
    ]  # fmt: skip
    copy = tmp_path / "a.csv"
    copy.write_bytes(simulated.read_bytes())
    assert study_codebook(answers, copy).doubts


def test_a_copy_of_the_template_finds_its_answers_anywhere(tmp_path, monkeypatch, simulated):
    monkeypatch.chdir(tmp_path)
    found = find_data("../data/surveys/simulated_centre.csv")
    assert found.read_bytes() == simulated.read_bytes()
    answers = read_answers(found)
    assert study_codebook(answers, found)["Q7"].range == (0, 120)
    # One's own file of that name comes first, and a file that is not there is never replaced.
    own = tmp_path / "simulated_centre.csv"
    own.write_text("a\n1\n")
    assert find_data(own.name).resolve() == own
    with pytest.raises(CommsvcError, match=f"as seen from {re.escape(str(tmp_path))}"):
        read_answers(find_data("nowhere/mine.csv"))


def test_language_of_the_notebook():
    use_language("zh")
    assert language() == "zh"
    use_language("both")
    assert language() == "zh"
    use_language("en")
    with pytest.raises(CommsvcError, match="no language 'fr'"):
        use_language("fr")
