"""Every kind of question under every design, at every edge: a sentence that does not mislead."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from commsvc.errors import CommsvcError
from commsvc.inference import Design, Sample, make_replicates, post_stratify
from commsvc.survey import Codebook, satisfaction
from commsvc.survey.answers import Answers, Level, Question
from commsvc.survey.draft import draft_codebook

SCALE = ("很满意", "满意", "一般", "不满意", "很不满意")
N = 160


def survey(n: int = N, seed: int = 4) -> Answers:
    """Invented answers, seeded; weights, strata and clusters beside them."""
    random = np.random.default_rng(seed)
    psu = np.arange(n) % 16
    pick = lambda values, p=None: random.choice(np.array(values, dtype=object), n, p=p)  # noqa: E731
    ranks = np.array([random.permutation(3) + 1 for _ in range(n)])
    ticked = random.integers(0, 2, (n, 2))
    data = pd.DataFrame(
        {
            "w": random.uniform(0.5, 2, n).round(2),
            "stratum": psu % 4,
            "psu": psu,
            "g": pick(["东", "西"]),
            "g3": pick(["a", "b", "c"]),
            "g40": pick([f"t{i:02d}" for i in range(40)]),
            "one": "all alike",
            "single": pick(["步行", "公交", "开车"]),
            "scale": pick([*SCALE, "不知道"], [0.3, 0.3, 0.15, 0.1, 0.1, 0.05]),
            "level": "满意",
            "m:a": ticked[:, 0],
            "m:b": ticked[:, 1],
            "x:医生": pick(SCALE),
            "x:环境": pick(SCALE),
            "r:a": ranks[:, 0],
            "r:b": ranks[:, 1],
            "r:c": ranks[:, 2],
            "number": random.poisson(3, n),
            "text": [f"words {i}" for i in range(n)],
        }
    ).astype({"m:a": "Int64", "m:b": "Int64"})
    data.loc[::17, "scale"] = None
    data.loc[::17, ["m:a", "m:b"]] = pd.NA
    return Answers.from_frame(data)


LEVELS = (*(Level(x) for x in SCALE), Level("不知道", missing="dont_know"))
BOOK = Codebook(
    (
        Question("single", "怎么来的", "How they came", kind="single", columns=("single",)),
        Question("scale", "总体满意吗", "Satisfied overall", "scale", ("scale",), LEVELS),
        Question("level", kind="scale", columns=("level",), levels=LEVELS),
        Question("m", "用过", "Used", "multiple", ("m:a", "m:b"), (Level("a"), Level("b"))),
        Question("x", "分项", "By item", "matrix", ("x:医生", "x:环境"), LEVELS[:5]),
        Question("r", "最看重", "Most valued", "ranking", ("r:a", "r:b", "r:c")),
        Question("number", "次数", "Visits", "number", ("number",)),
        Question("text", "建议", "Wishes", "text", ("text",)),
        *(Question(name, columns=(name,)) for name in ("g", "g3", "g40", "one")),
    )
)
KINDS = ["single", "scale", "level", "m", "x", "x:医生", "r", "number"]
ANSWERS = survey()
PEOPLE = Sample(ANSWERS.data["w"], strata=ANSWERS.data["stratum"], clusters=ANSWERS.data["psu"])
SIDES = {"东": 900, "西": 600}
DESIGNS = {
    "census": Design.census(),
    "incomplete": Design.incomplete(population=200),
    "srs": Design.srs(population=5000),
    "unknown": Design.unknown(),
    "deff": Design.unknown().assuming(1.5),
    "complex": Design.sample(weights="w", strata="stratum", clusters="psu"),
    "weights": Design.sample(weights="w"),
    "calibrated": Design.of(post_stratify(PEOPLE, ANSWERS.data["g"], SIDES), "by side"),
    "replicates": Design.of(make_replicates(PEOPLE, "JKn"), "jackknife"),
}


FEW = ["census", "srs", "complex", "calibrated"]


@pytest.fixture(params=DESIGNS)
def design(request):
    return DESIGNS[request.param]


@pytest.fixture(params=FEW)
def some_design(request):
    return DESIGNS[request.param]


def well_said(found) -> None:
    """A caption in each language, and counts that add up."""
    assert re.fullmatch(r"[^\n]+\.", found.sentence.text("en"))
    assert re.fullmatch(r"[^\n]+。", found.sentence.text("zh"))
    assert re.search("[一-鿿]", found.sentence.text("zh"))
    for sentence in (found.sentence.text("en"), found.sentence.text("zh")):
        assert not re.search(r"\bnan\b|None|<NA>|  |\binf\b", sentence), sentence
    for item in dict.fromkeys(found.missing.get("item", ["-"])):
        part = found.missing
        if "item" in part:
            part = part[part["item"] == item]
        counts = part.set_index("kind")["count"]
        away = counts.drop(["asked", "answered", "skipped"], errors="ignore").sum()
        assert counts["answered"] + away == counts["asked"]
    estimates = found.table["estimate"].dropna()
    assert np.isfinite(estimates).all()
    assert all(re.search("[一-鿿]", reason.text("zh")) for reason in found.reasons)


@pytest.mark.parametrize("by", [None, "g3", "g40"])
@pytest.mark.parametrize("question", KINDS)
def test_every_kind_under_every_design(question, by, design):
    found = satisfaction(ANSWERS, question, by=by, design=design, codebook=BOOK, explain=True)
    well_said(found)
    if by == "g3" and design.allows_inference and question != "level":
        assert not found.test.empty
        assert found.test["p"].between(0, 1).all()
    if by is None or not design.allows_inference:
        assert found.test.empty
        assert "P " not in found.sentence
    if not design.allows_inference:
        assert " CI " not in found.sentence
    if question in ("scale", "x:医生"):
        assert "answered favourably" in found.sentence
        assert not found.summary.empty


def lacking(columns) -> Answers:
    """The same survey in which nobody answered these."""
    data = ANSWERS.data.copy()
    for column in columns:
        data[column] = pd.Series([None] * len(data), dtype=object)
        if column[:2] in ("m:", "r:") or column == "number":
            data[column] = data[column].astype("Float64")
    return Answers.from_frame(data)


@pytest.mark.parametrize("question", KINDS)
def test_nobody_answered(question, some_design):
    gone = lacking(BOOK[question].columns)
    for by, base in ((None, "asked"), ("g", "answered")):
        found = satisfaction(gone, question, by=by, design=some_design, codebook=BOOK, base=base)
        well_said(found)
        assert "nobody answered" in found.sentence
        assert "无人作答" in found.sentence.text("zh")
        assert found.test.empty
        counts = found.missing.groupby("kind")["count"].unique()
        assert (counts["asked"].item(), counts["answered"].item()) == (N, 0)


@pytest.mark.parametrize("question", KINDS)
def test_nobody_has_a_group_or_all_have_one(question, some_design):
    for by, answers in (("g", lacking(["g"])), ("one", ANSWERS)):
        found = satisfaction(answers, question, by=by, design=some_design, codebook=BOOK)
        well_said(found)
        assert found.test.empty


@pytest.mark.parametrize("question", KINDS)
@pytest.mark.parametrize("people", [1, 3])
def test_a_handful_of_people(question, people):
    few = Answers.from_frame(ANSWERS.data.iloc[1 : people + 1].reset_index(drop=True))
    for name in ("census", "srs", "weights"):
        well_said(satisfaction(few, question, by="g", design=DESIGNS[name], codebook=BOOK))


def test_text_is_refused_with_what_to_do():
    with pytest.raises(CommsvcError, match="sort them into levels"):
        satisfaction(ANSWERS, "text", codebook=BOOK, design=Design.srs())
    with pytest.raises(CommsvcError, match="160 different answers of 160 people: that is text"):
        satisfaction(ANSWERS.data, "text", design=Design.srs())
    with pytest.raises(CommsvcError, match="by itself"):
        satisfaction(ANSWERS, "scale", by="scale", codebook=BOOK)


def test_a_plain_frame_needs_no_codebook():
    number = satisfaction(ANSWERS.data.assign(age=np.arange(N)), "age", by="g", design=Design.srs())
    assert "mean 79.50" in number.sentence
    graded = satisfaction(ANSWERS.data, "scale", by="g", design=Design.srs())
    assert graded.favourable == ("很满意", "满意")
    coded = ANSWERS.data["scale"].map({x: i for i, x in enumerate(SCALE)})
    plain = satisfaction(ANSWERS.data.assign(code=coded), "code", by="g", design=Design.srs())
    # Whole numbers that a missing value made floats are whole again.
    assert 3 in plain.table["level"].tolist()
    assert "3.0" not in str(plain.table["level"].tolist())


def test_the_favourable_share_has_its_interval_and_bounds():
    found = satisfaction(ANSWERS, "scale", by="g", design=Design.srs(), codebook=BOOK, explain=True)
    data = ANSWERS.data
    good = data["scale"].isin(SCALE[:2]).sum()
    base = len(data) - (data["scale"] == "不知道").sum()
    from statsmodels.stats.proportion import proportion_confint

    low, high = proportion_confint(good, base, method="wilson")
    row = found.summary.iloc[0]
    assert row[["low", "high"]].tolist() == pytest.approx([low, high], rel=1e-9)
    assert f"{good} of {base} ({good / base:.1%}, 95% CI {low:.1%}–{high:.1%})" in found.sentence
    blank = data["scale"].isna().sum()
    bound = found.bounds.iloc[0]
    assert bound[["low", "high"]].tolist() == pytest.approx([good / base, (good + blank) / base])
    assert f"had all the missing been favourable, or none: {good / base:.1%} to" in str(found)
    answered = satisfaction(ANSWERS, "scale", design=Design.srs(), codebook=BOOK, base="answered")
    pd.testing.assert_series_equal(answered.bounds.iloc[0], bound)
    kinds = found.missing.set_index("kind")["count"]
    assert kinds["blank"] == blank
    assert kinds["dont_know"] == (data["scale"] == "不知道").sum()
    assert f"(blank {blank} in the base, don't know" in found.sentence


def test_bounds_are_weighted_and_count_refusals():
    data = ANSWERS.data.copy()
    data.loc[5:9, "scale"] = "拒绝回答"
    answers = Answers.from_frame(data)
    found = satisfaction(answers, "scale", by="g", design=DESIGNS["weights"])
    w = data["w"]
    good, lost = data["scale"].isin(SCALE[:2]), data["scale"].isna()
    lost |= data["scale"] == "拒绝回答"
    able = data["scale"] != "不知道"
    for group in ("all", "东", "西"):
        inside = able & ((data["g"] == group) | (group == "all"))
        whole, yes, no_answer = (w[inside & x].sum() for x in (able, good, lost))
        row = found.bounds.set_index("group").loc[group]
        assert row["low"] == pytest.approx(yes / whole)
        assert row["high"] == pytest.approx((yes + no_answer) / whole)
        assert row["estimate"] == pytest.approx(yes / (whole - no_answer))
        assert row["base"] == inside.sum()
    assert found.missing.set_index("kind").loc["refused", "count"] == 5


def test_an_effect_above_0_is_the_better_one():
    rows = [("东", "很满意")] * 30 + [("东", "不满意")] * 10 + [("西", "很满意")] * 10
    rows += [("西", "不满意")] * 30
    answers = Answers.from_frame(pd.DataFrame(rows, columns=["g", "q"]))
    for design in (Design.srs(), Design.sample()):
        found = satisfaction(answers, "q", by="g", design=design, explain=True)
        assert found.test["effect"][0] == pytest.approx(0.5)
        assert "(东 against 西)" in found.sentence
        assert "（东比西）" in found.sentence.text("zh")
        assert "东 answers nearer very satisfied than 西" in str(found)
        assert "from 25.0% (西) to 75.0% (东)" in found.sentence


def test_each_option_is_tested_alone():
    found = satisfaction(ANSWERS, "m", by="g", design=Design.srs(), codebook=BOOK)
    data = ANSWERS.data.dropna(subset="m:a")
    kept = ANSWERS.data.fillna({"m:a": 0})
    table = pd.crosstab(kept["g"], kept["m:a"])
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert found.test.set_index("level").loc["a", "p"] == pytest.approx(expected)
    assert len(data) == found.missing.set_index("kind").loc["answered", "count"]
    assert (found.test["p_adjusted"] >= found.test["p"]).all()


def test_a_ranking_has_first_places_and_mean_places():
    found = satisfaction(ANSWERS, "r", by="g", design=Design.srs(), codebook=BOOK)
    whole = found.table[found.table["group"] == "all"].set_index("level")
    assert whole["estimate"].sum() == pytest.approx(1)
    for item in "abc":
        assert whole.loc[item, "count"] == (ANSWERS.data[f"r:{item}"] == 1).sum()
        place = found.summary[(found.summary["group"] == "all") & (found.summary["level"] == item)]
        assert place["estimate"].item() == pytest.approx(ANSWERS.data[f"r:{item}"].mean())


def test_a_number_is_tested_by_ranks():
    found = satisfaction(ANSWERS, "number", by="g3", design=Design.srs(), codebook=BOOK)
    parts = [part["number"] for _, part in ANSWERS.data.groupby("g3")]
    assert found.test["p"][0] == pytest.approx(stats.kruskal(*parts).pvalue)
    levels = set(found.table["level"])
    assert levels == {"mean", "lower quartile", "median", "upper quartile"}


@pytest.mark.parametrize("by", [None, "g"])
def test_reasons_of_a_number_speak_of_no_share(by, some_design):
    found = satisfaction(ANSWERS, "number", by=by, design=some_design, codebook=BOOK)
    said = " ".join(
        line for reason in found.reasons for line in (reason.text("en"), reason.text("zh"))
    )
    assert not re.search("Wilson|logit", said)
    assert ("Student" in said) == some_design.allows_inference
    # Weighted and effective numbers belong to the mean alone, and are asked of estimate_means.
    assert not {"weighted_base", "effective_n", "deff", "df"} & set(found.table)


def test_a_group_named_by_a_code_does_not_run_into_its_number():
    frame = pd.DataFrame({"n": np.arange(24.0), "g": [1, 2] * 12, "side": ["东", "西"] * 12})
    assert "由11.00（1）至12.00（2）" in satisfaction(frame, "n", by="g").sentence.text("zh")
    assert "由11.00（东）至12.00（西）" in satisfaction(frame, "n", by="side").sentence.text("zh")


def test_the_real_file(shared):
    from commsvc.survey import read_answers

    answers = read_answers(shared / "surveys/wjx_800_text.xls")
    book = draft_codebook(answers)
    tried = 0
    for question in book:
        if question.kind == "text" or question.role == "id":
            continue
        for by, design in ((None, Design.census()), ("Q3", Design.srs()), ("Q5", Design.unknown())):
            if question.name != by:
                well_said(satisfaction(answers, question.name, by=by, design=design, codebook=book))
                tried += 1
    assert tried >= 20
