"""Regression tables and batteries of a study, against statsmodels and by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.miscmodels.ordinal_model import OrderedModel

from commsvc import study
from commsvc.indicators.satisfaction import mcdonald_omega
from commsvc.inference import Design
from commsvc.study.batteries import bartlett, batteries_of, factor_loadings, omega
from commsvc.study.regression import fitted, model_outcome
from commsvc.survey import Answers, Codebook
from commsvc.survey.answers import Level, Question
from commsvc.survey.totals import Sample

GRADES = ("很满意", "满意", "一般", "不满意")
LEVELS = tuple(map(Level, GRADES))


def people(n: int = 240) -> pd.DataFrame:
    """Invented answers, seeded."""
    random = np.random.default_rng(5)
    frame = pd.DataFrame({"sex": random.choice(["女", "男"], n), "age": random.integers(20, 80, n)})
    latent = 0.6 * (frame["sex"] == "男") - 0.02 * frame["age"] + random.logistic(size=n)
    frame["sat"] = pd.cut(latent, [-np.inf, -2, -1, 0.2, np.inf], labels=GRADES[::-1]).astype(str)
    frame["visits"] = random.poisson(3, n) + (frame["sex"] == "男")
    common = random.normal(size=n)
    for item in "abcd":
        mark = np.clip(np.round(2.5 + common + random.normal(size=n)), 1, 4).astype(int)
        frame[item] = [GRADES[4 - m] for m in mark]
    return frame


FRAME = people()
BOOK = Codebook(
    (
        Question("sex", kind="single", columns=("sex",), levels=(Level("女"), Level("男"))),
        Question("age", kind="number", columns=("age",)),
        Question("sat", "总体满意", kind="scale", columns=("sat",), levels=LEVELS),
        Question("visits", kind="number", columns=("visits",)),
        *(Question(x, kind="scale", columns=(x,), levels=LEVELS) for x in "abcd"),
    )
)


def table(outcome: str, names: list[str], design: Design | None = None) -> pd.DataFrame:
    answers = Answers.from_frame(FRAME)
    mine = study.Study(answers, BOOK, design or Design.srs())
    levels = {"sex": ["女", "男"]}
    return fitted(
        model_outcome(mine, BOOK[outcome]),
        FRAME[names].astype({name: object for name in names if name == "sex"}),
        {k: v for k, v in levels.items() if k in names},
        Sample(FRAME, mine.design).records,
        mine,
    ).set_index(["group", "level"])


def test_an_ordered_outcome_has_the_odds_of_a_better_answer():
    found = table("sat", ["sex", "age"])
    y = pd.Categorical(FRAME["sat"], GRADES[::-1], ordered=True)
    x = pd.DataFrame({"man": (FRAME["sex"] == "男").astype(float), "age": FRAME["age"]})
    for columns, end in ((["man", "age"], "_adjusted"), (["man"], "")):
        fit = OrderedModel(pd.Series(y), x[columns].astype(float), distr="logit").fit(
            method="newton", disp=False
        )
        row = found.loc[("sex", "男")]
        assert row[f"estimate{end}"] == pytest.approx(np.exp(fit.params["man"]), rel=1e-5)
        assert row[f"p{end}"] == pytest.approx(fit.pvalues["man"], rel=1e-3)
    assert found.loc[("sex", "女"), "estimate"] == 1


def test_a_number_has_differences_with_the_errors_of_the_sample():
    found = table("visits", ["sex", "age"])
    x = sm.add_constant(
        pd.DataFrame({"man": (FRAME["sex"] == "男").astype(float), "age": FRAME["age"]})
    )
    fit = sm.OLS(FRAME["visits"], x).fit(cov_type="HC0")
    row = found.loc[("sex", "男")]
    n = len(FRAME)
    assert row["estimate_adjusted"] == pytest.approx(fit.params["man"], rel=1e-8)
    half = row["high_adjusted"] - row["estimate_adjusted"]
    from scipy import stats

    se = half / stats.t.ppf(0.975, n - 3)
    assert se == pytest.approx(fit.bse["man"] * np.sqrt(n / (n - 1)), rel=1e-6)


def test_scales_with_the_same_answers_are_a_battery():
    mine = study.Study(Answers.from_frame(FRAME), BOOK, Design.srs())
    [battery] = batteries_of(mine)
    # The outcome stands apart: a number lies between it and the others.
    assert list(battery.items) == list("abcd")
    scores = battery.scores
    marks = {"很满意": 5, "满意": 4, "一般": 3, "不满意": 2}
    assert scores["a"].tolist() == [marks[x] for x in FRAME["a"]]
    n, p = scores.shape
    r = np.corrcoef(scores.to_numpy(), rowvar=False)
    statistic, df, _ = bartlett(scores)
    assert df == 6
    assert statistic == pytest.approx(-(n - 1 - (2 * p + 5) / 6) * np.log(np.linalg.det(r)))
    loadings, factors = factor_loadings(scores)
    assert factors == 1
    whole, low, high = omega(scores)
    assert low < whole < high
    assert whole == pytest.approx(mcdonald_omega(loadings[:, 0]), abs=5e-3)
    assert whole == pytest.approx(4 * 0.5 / (4 * 0.5 + 0.5), abs=0.06)


def test_a_complete_count_has_no_model(capsys):
    mine = study.Study(Answers.from_frame(FRAME), BOOK, Design.census())
    study.show_model(mine, BOOK["sat"], [BOOK["sex"]])
    assert "No model: complete count" in capsys.readouterr().out


def test_a_question_on_demand_is_one_table(capsys):
    mine = study.Study(Answers.from_frame(FRAME), BOOK, Design.srs())
    study.show_test(mine, "sat", "sex")
    said = capsys.readouterr().out
    men = (FRAME.loc[FRAME["sex"] == "男", "sat"] == "很满意").mean()
    assert f"{men:.1%}" in said
    assert "P " in said
