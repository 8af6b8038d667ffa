"""Against R survey 4.1 on its api data, against counting by hand, and over data-frame libraries."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.inference import Design
from commsvc.survey.answers import Answers
from commsvc.survey.number_estimates import estimate_means
from commsvc.survey.read import read_answers
from commsvc.survey.tabulate import tabulate_answers
from commsvc.survey.totals import Sample

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "tests/reference"
R = json.loads((REFERENCE / "survey_core.json").read_text(encoding="utf-8"))
EXACT = 1e-10

DESIGNS = {
    "strat": Design.sample(weights="pw", strata="stype", stratum_sizes="fpc"),
    "stratwr": Design.sample(weights="pw", strata="stype"),
    "clus": Design.sample(weights="pw", clusters="dnum", stratum_sizes="fpc"),
    "cluswr": Design.sample(weights="pw", clusters="dnum"),
}


def schools(name):
    return pd.read_csv(REFERENCE / f"api_{name.removesuffix('wr')}.csv", keep_default_na=False)


@pytest.fixture(params=DESIGNS)
def name(request):
    return request.param


def test_shares_as_in_r(name):
    frame = tabulate_answers(schools(name), "stype", design=DESIGNS[name]).frame()
    assert frame["level"].tolist() == ["E", "H", "M"]
    np.testing.assert_allclose(frame["estimate"], R[f"shares {name}"], rtol=EXACT)
    cov = np.reshape(R[f"shares cov {name}"], (3, 3))
    np.testing.assert_allclose(frame["se"], np.sqrt(np.diag(cov)), rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("method", ["asin", "beta", "mean", "xlogit"])
def test_intervals_as_in_r(name, method):
    frame = tabulate_answers(schools(name), "sch.wide", design=DESIGNS[name]).frame(method=method)
    row = frame[frame["level"] == "Yes"].iloc[0]
    expected = R[f"svyciprop {method} 0.95 {name}"]
    np.testing.assert_allclose(row[["estimate", "low", "high"]].astype(float), expected, rtol=1e-8)


def test_domain_as_in_r(name):
    table = tabulate_answers(schools(name), "sch.wide", by="stype", design=DESIGNS[name])
    frame = table.frame()
    row = frame[(frame["group"] == "E") & (frame["level"] == "Yes")].iloc[0]
    share, se, df = R[f"domain {name}"]
    np.testing.assert_allclose([row["estimate"], row["se"]], [share, se], rtol=EXACT)
    # The t quantile behind the interval belongs to R's degf of the subset.
    from scipy import special

    wald = table.frame(method="mean")
    row = wald[(wald["group"] == "E") & (wald["level"] == "Yes")].iloc[0]
    assert row["high"] == pytest.approx(share + special.stdtrit(df, 0.975) * se, rel=1e-9)


def test_means_as_in_r(name):
    frame = estimate_means(schools(name), "api00", "stype", design=DESIGNS[name])
    np.testing.assert_allclose(
        frame.loc[0, ["estimate", "se"]].astype(float), R[f"mean {name}"][:2], rtol=EXACT
    )
    np.testing.assert_allclose(frame["estimate"][1:], R[f"by {name}"], rtol=EXACT)
    np.testing.assert_allclose(frame["se"][1:], R[f"by se {name}"], rtol=EXACT)


@pytest.mark.parametrize("statistic", ["F", "Chisq"])
@pytest.mark.parametrize("column", ["sch.wide", "awards"])
def test_rao_scott_as_in_r(name, statistic, column):
    row = tabulate_answers(schools(name), "stype", by=column, design=DESIGNS[name]).test(
        statistic=statistic
    )
    what = "svychisq" if column == "sch.wide" else "svychisq awards"
    expected = R[f"{what} {statistic} {name}"]
    assert row["p"][0] == pytest.approx(expected[-1], rel=1e-8)
    if statistic == "F":
        np.testing.assert_allclose(row.loc[0, ["statistic", "df", "df2"]].astype(float), expected[:3], rtol=1e-8)  # fmt: skip # noqa: E501


ENGINES = ["pandas", "category", "string", "polars", "polars lazy", "pyarrow", "duckdb"]


def as_engine(frame, engine):
    if engine == "category":
        return frame.astype(dict.fromkeys(["stype", "sch.wide", "dnum"], "category"))
    if engine == "string":
        return frame.astype({"dnum": str})
    if engine.startswith("polars"):
        table = pytest.importorskip("polars").from_pandas(frame)
        return table.lazy() if engine.endswith("lazy") else table
    if engine == "pyarrow":
        return pytest.importorskip("pyarrow").Table.from_pandas(frame)
    if engine == "duckdb":
        return pytest.importorskip("duckdb").from_df(frame)
    return frame


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_gives_the_same(engine):
    design = DESIGNS["clus"]
    expected = tabulate_answers(schools("clus"), "sch.wide", by="stype", design=design)
    found = tabulate_answers(
        as_engine(schools("clus"), engine), "sch.wide", by="stype", design=design
    )
    pd.testing.assert_frame_equal(found.frame(), expected.frame(), check_dtype=False)
    assert found.test()["p"][0] == pytest.approx(expected.test()["p"][0], rel=1e-12)


def test_clusters_may_begin_anew_in_every_stratum():
    frame = pd.read_csv(REFERENCE / "lonely.csv")
    frame = frame[frame["stratum"] < 5]
    again = frame.assign(psu=frame.groupby("stratum")["psu"].rank("dense").astype(int))
    design = Design.sample(weights="weight", strata="stratum", clusters="psu")
    design_lonely = Design.sample(
        weights="weight", strata="stratum", clusters="psu", lonely="remove"
    )
    for data in (frame, again):
        sample = Sample(data, design_lonely)
        assert sample.rows().units.size == 10
    pd.testing.assert_frame_equal(
        tabulate_answers(frame, "x", design=design_lonely).frame(),
        tabulate_answers(again, "x", design=design_lonely).frame(),
    )
    with pytest.raises(CommsvcError, match="one cluster"):
        tabulate_answers(frame, "x", design=design).frame()


def test_a_lonely_stratum_as_in_r():
    frame = pd.read_csv(REFERENCE / "lonely.csv")
    for lonely in ("remove", "adjust", "average", "certainty"):
        design = Design.sample(weights="weight", strata="stratum", clusters="psu", lonely=lonely)
        row = estimate_means(frame, "y", design=design).iloc[0]
        expected = R[f"lonely mean {lonely} none"]
        np.testing.assert_allclose([row["estimate"], row["se"]], expected, rtol=EXACT)


def test_bases():
    answers = Answers(
        pd.DataFrame({"Q1": ["很满意", "不满意", "说不清", None, None, "很满意"]}),
        pd.DataFrame({"Q1": ["", "", "", "skipped", "blank", ""]}, dtype="category"),
    )
    frame = tabulate_answers(answers, "Q1", design=Design.srs()).frame()
    found = {
        level: (count, base) for level, count, base in frame[["level", "count", "base"]].values
    }
    # Six were in the file: one was never asked, one said nothing, one could not say.
    assert found == {
        "很满意": (2, 4), "不满意": (1, 4), "(unanswered)": (1, 4), "说不清": (1, 4),
    }  # fmt: skip
    assert frame["estimate"].sum() == pytest.approx(1)
    assert frame.loc[frame["level"] == "说不清", "estimate"].isna().all()
    valid = tabulate_answers(answers, "Q1", design=Design.srs(), base="answered").frame()
    assert (valid["base"] == 3).all()
    assert "(unanswered)" not in set(valid["level"])


def test_multiple_responses_of_the_real_file(shared):
    answers = read_answers(shared / "surveys/wjx_800_text.xls")
    raw = pd.read_excel(
        shared / "surveys/wjx_800_text.xls", engine="calamine", dtype=str, keep_default_na=False
    )
    table = tabulate_answers(answers, "Q6", by="Q3", design=Design.unknown())
    frame = table.frame()
    for sex in ("男", "女"):
        cells = raw.loc[raw["3、性别 "] == sex, "6、兴趣爱好"]
        for option in ("运动", "健康", "其他【请注明】"):
            row = frame[(frame["group"] == sex) & (frame["level"] == option)].iloc[0]
            assert row["count"] == cells.str.contains(option, regex=False).sum()
            assert row["base"] == len(cells)
            assert row["estimate"] == row["count"] / row["base"]
    total = frame[frame["group"] == "all"]
    assert total["response_share"].sum() == pytest.approx(1)
    assert total["estimate"].sum() > 1
    with pytest.raises(CommsvcError, match="several columns"):
        table.test()


def test_multiple_responses_under_a_design_equal_single_columns():
    data = schools("clus")
    data["t:a"] = (data["sch.wide"] == "Yes").astype(int)
    data["t:b"] = (data["awards"] == "Yes").astype(int)
    from commsvc.survey.answers import Level, Question
    from commsvc.survey.codebook import Codebook

    book = Codebook((Question("t", "", "", "multiple", ("t:a", "t:b"), (Level("a"), Level("b"))),))
    design = DESIGNS["clus"]
    both = tabulate_answers(data, "t", by="stype", design=design, codebook=book).frame()
    alone = tabulate_answers(data, "sch.wide", by="stype", design=design).frame()
    one = both.loc[both["level"] == "a", ["estimate", "se", "low", "high", "deff"]]
    other = alone.loc[alone["level"] == "Yes", ["estimate", "se", "low", "high", "deff"]]
    np.testing.assert_allclose(one.to_numpy(), other.to_numpy(), rtol=1e-12)


def test_a_census_is_exact():
    table = tabulate_answers(schools("strat"), "stype", by="awards", design=Design.census())
    frame = table.frame()
    assert frame["low"].isna().all()
    with pytest.raises(CommsvcError, match="complete count"):
        table.test()


def test_what_is_refused():
    data = schools("strat")
    with pytest.raises(CommsvcError, match="did you mean 'stype'"):
        tabulate_answers(data, "styp", design=Design.srs())
    bad = data.assign(pw=data["pw"].where(data.index != 2, -1))
    with pytest.raises(CommsvcError, match="pw, row 2: weight -1"):
        tabulate_answers(bad, "stype", design=DESIGNS["strat"])
    bad = data.assign(stype=data["stype"].where(data.index != 2))
    with pytest.raises(CommsvcError, match="without stratum"):
        tabulate_answers(bad, "awards", design=DESIGNS["strat"])
    with pytest.raises(CommsvcError, match="no base"):
        tabulate_answers(data, "stype", design=Design.srs(), base="valid")


@st.composite
def records(draw):
    n = draw(st.integers(4, 40))
    column = lambda values: draw(st.lists(st.sampled_from(values), min_size=n, max_size=n))  # noqa: E731
    return pd.DataFrame(
        {
            "psu": column([1, 2, 3, 900]),
            "g": column(["x", "y", None]),
            "q": column(["a", "b", "c", None]),
            "w": draw(st.lists(st.floats(0.1, 9), min_size=n, max_size=n)),
        }
    )


@settings(deadline=None, max_examples=60)
@given(records(), st.randoms(use_true_random=False))
def test_totals_are_those_of_a_group_by(data, random):
    design = Design.sample(weights="w", clusters="psu")
    table = tabulate_answers(data, "q", by="g", design=design, base="answered")
    answered = data.dropna()
    expected = answered.groupby(["psu", "g", "q"])["w"].sum()
    for (psu, g, q), total in expected.items():
        m = sorted(set(data["psu"])).index(psu)
        cell = table.groups.index(g) * len(table.levels) + table.levels.index(q)
        assert table.cells[0].totals[m, cell, 0] == pytest.approx(total)
    assert table.cells[0].totals.sum() == pytest.approx(answered["w"].sum())
    assert table.counts.sum() == len(answered)
    order = list(data.index)
    random.shuffle(order)
    shuffled = tabulate_answers(data.loc[order], "q", by="g", design=design, base="answered")
    np.testing.assert_allclose(shuffled.cells[0].totals, table.cells[0].totals)


@pytest.mark.parametrize("design", [Design.srs(), Design.unknown(), Design.srs(1000)])
def test_a_group_of_one_person_has_a_share_and_no_error(design):
    frame = pd.DataFrame({"g": ["a"] * 9 + ["b"], "q": list("xyxyxyxyxx")})
    found = tabulate_answers(frame, "q", "g", design=design).frame()
    alone = found[found["group"] == "b"].set_index("level")
    assert alone["estimate"].to_dict() == {"x": 1.0, "y": 0.0}
    assert alone["se"].isna().all()
