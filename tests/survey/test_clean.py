"""Fixes that replay, flags that drop nothing."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.survey import flags as f
from commsvc.survey.answers import Answers
from commsvc.survey.clean import (
    clean_answers,
    exclude,
    read_dates,
    read_numbers,
    trim_labels,
)
from commsvc.survey.codebook_yaml import parse_yaml
from commsvc.survey.kept import flow
from commsvc.survey.log import log_frame, replay
from commsvc.survey.read import read_answers
from commsvc.survey.scales import SCALES, grade, outside
from commsvc.survey.unify import unify_scale

mpl.use("Agg")
SIMULATED = Path(__file__).resolve().parents[2] / "data/surveys/simulated_centre.csv"

# Written by hand, level by level.
GRADES = {
    5: ["很满意", "非常满意", "十分满意", "Very satisfied", "A. 非常满意", "非常同意", "很好"],
    4: ["满意", "比较满意", "较满意", "基本满意", "satisfied", "fairly satisfied", "较好", "agree"],
    3: ["一般", "一般般", "中立", "Neither satisfied nor dissatisfied", "neutral", "3.一般"],
    2: [
        "不满意",
        "不太满意",
        "较不满意",
        "dissatisfied",
        "Somewhat dissatisfied",
        "不同意",
        "较差",
    ],
    1: ["很不满意", "非常不满意", "very dissatisfied", "strongly disagree", "很差"],
}
NOT_GRADED = ["满意度", "不知道", "每周一次", "满意的原因", "1部", "", "满意不满意", "satisfaction"]


@pytest.mark.parametrize(("level", "label"), [(k, v) for k, vs in GRADES.items() for v in vs])
def test_graded_words(level, label):
    found = grade(label)
    assert found is not None
    assert found.level == level


@pytest.mark.parametrize("label", NOT_GRADED)
def test_words_that_are_not_graded(label):
    assert grade(label) is None


@pytest.mark.parametrize("scale", SCALES)
def test_the_scale_itself_stays(scale):
    for level, pair in SCALES[scale].items():
        for label in pair:
            found = grade(label)
            assert found is not None, label
            assert found.level == level
            assert not outside(label)


def frame_of(*cells):
    return Answers.from_frame(pd.DataFrame({"Q": list(cells)}))


def test_two_wordings_of_one_level_are_not_merged():
    data, log = unify_scale(frame_of("非常满意", "满意", "比较满意", "不满意", "很满意"))
    assert data.data["Q"].tolist() == ["很满意", "满意", "比较满意", "不满意", "很满意"]
    assert "undecided" in log[0].note
    assert "满意, 比较满意" in log[0].note


def test_scales_are_not_mixed():
    raw = frame_of("满意", "同意")
    assert unify_scale(raw).log == ()


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("二十", 20),
        ("１２", 12),
        ("两次", 2),
        ("1,200元", 1200),
        ("3.5", 3.5),
        ("十二次", 12),
        ("0", 0),
    ],
)
def test_numbers_in_words(cell, number):
    assert read_numbers(frame_of(cell), ["Q"]).data.data["Q"].tolist() == [number]


@pytest.mark.parametrize("cell", ["大约10次", "十几次", "3-5次", "不少", "5小时"])
def test_numbers_that_cannot_be_decided(cell):
    data, _ = read_numbers(frame_of("2次", cell, "3次"), ["Q"])
    assert data.data["Q"].isna().tolist() == [False, True, False]
    assert data.why_missing("Q").tolist() == ["", "undecided", ""]


def test_dates():
    cells = ["2026/9/8", "2026-09-08", "2026年9月8日", "20260908", "2026.9.8"]
    data, _ = read_dates(frame_of(*cells, "8/9/2026", "2026-13-01"), ["Q"])
    assert (data.data["Q"][:5] == pd.Timestamp("2026-09-08")).all()
    assert data.data["Q"][5:].isna().all()


def test_simulated_file_is_cleaned_and_replays():
    raw = read_answers(SIMULATED)
    before = raw.data.copy(deep=True)
    data, log = clean_answers(raw)
    assert raw.data.equals(before)
    assert replay(raw, log).equals(data)
    assert not data.equals(raw)
    typed = pd.read_csv(SIMULATED, dtype=str)["5、近两周使用次数"]
    by_hand = {"３": 3, "两次": 2, "四次": 4, "5次": 5, "十二": 12, "1": 1, "2": 2, "0": 0}
    assert data.data["Q5"].tolist() == [by_hand[cell] for cell in typed]
    assert "非常满意" not in set(data.data["Q3"])
    assert {s.rule for s in log} == {"scale", "number"}
    frame = log_frame(log)
    assert (
        frame.loc[frame["before"] == "非常满意", "count"].sum()
        == (raw.data["Q3"] == "非常满意").sum()
    )


def test_codebook_gives_labels_and_missing():
    book = parse_yaml(
        "Q1:\n  kind: scale\n  levels: [{code: 1, zh: 很满意}, {code: 2, zh: 不满意}]\n"
        "  missing: {8: not_applicable, 9: refused}\n"
    )
    raw = Answers.from_frame(pd.DataFrame({"Q1": [1, 2, 9, 8, None]}))
    data, log = clean_answers(raw, book)
    assert data.data["Q1"].dropna().tolist() == ["很满意", "不满意"]
    assert data.why_missing("Q1").tolist() == ["", "", "refused", "not_applicable", "blank"]
    assert replay(raw, log).equals(data)


CELL = st.one_of(
    st.none(),
    st.sampled_from(
        ["很满意 ", "非常满意", " 满意", "比较满意", "一般", "不满意", "说不清", "两次"]
    ),
    st.text(" 满意不很12次\u3000", max_size=4),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8))
def test_any_cleaning_replays_and_settles(rows):
    raw = Answers.from_frame(pd.DataFrame(rows, columns=["a", "b"], dtype="str"))
    data, log = clean_answers(raw)
    assert replay(raw, log).equals(data)
    trimmed, _ = trim_labels(raw)
    assert trim_labels(trimmed).log == ()
    assert len(data.data) == len(rows)


def test_a_log_of_other_answers_is_refused():
    flags = pd.DataFrame({"row": [1], "rule": ["x"], "note": [""]})
    _, log = exclude(frame_of("a", "b"), flags)
    with pytest.raises(CommsvcError, match="row 1 is not in the answers"):
        replay(frame_of("a"), log)


def test_flags_of_the_simulated_file():
    raw = read_answers(SIMULATED)
    data, _ = clean_answers(raw)
    flags = f.flag_answers(data, ranges={"Q7": (0, 120)})
    rows = {rule: sorted(part["row"]) for rule, part in flags.groupby("rule")}
    assert [data.data["id"][r] for r in rows["speeder"]] == [8, 30]
    assert [data.data["id"][r] for r in rows["out of range"]] == [50]
    assert {20, 40} <= {data.data["id"][r] for r in rows["straight-liner"]}
    assert len(data.data) == 60
    counts = f.count_flags(flags, data)
    assert (counts["base"] == 60).all()


def test_duplicates_by_address_and_time():
    frame = pd.DataFrame(
        {
            "ip": [1, 1, 1, None, None],
            "submitted": pd.to_datetime(["2026-01-01"] * 2 + ["2026-01-02"] + ["2026-01-01"] * 2),
            "Q1": ["a", "b", "c", "d", "e"],
        }
    )
    found = f.duplicates(Answers.from_frame(frame))
    assert found["row"].tolist() == [1]
    assert found["note"].tolist() == ["same address and time as row 0"]


def test_exclusive_option():
    frame = pd.DataFrame(
        {"Q:助餐": [1, 0, 1, None], "Q:以上都没有": [1, 1, 0, None]}, dtype="Int64"
    )
    found = f.exclusive_and_others(Answers.from_frame(frame), list(frame), "Q:以上都没有")
    assert found["row"].tolist() == [0]
    assert f.EXCLUSIVE.fullmatch("以上都没有")
    assert not f.EXCLUSIVE.fullmatch("助餐")


def test_exclusion_and_flow():
    from commsvc.plots import flow as draw

    raw = read_answers(SIMULATED)
    flags = f.flag_answers(raw, ranges={"Q7": (0, 120)})
    kept, log = exclude(raw, flags, ["speeder", "out of range"])
    assert kept.n == 57
    assert replay(raw, log).equals(kept)
    frame = flow(raw, kept, issued=70, question="Q3", log=log)
    assert frame["group"].tolist() == ["issued", "returned", "valid", "analysed"]
    assert frame["count"].tolist()[:3] == [70, 60, 57]
    assert frame["count"][3] == kept.data["Q3"].notna().sum()
    assert "too fast 2" in frame["note"][2]
    assert "valid\nn = 57" in [text.get_text() for text in draw(frame).texts]
    with pytest.raises(CommsvcError, match="more are kept"):
        flow(raw, kept, issued=10)


def test_contradictions_of_a_survey():
    frame = pd.DataFrame({"used": ["no", "no", "yes"], "n": [1, 0, 3]})
    pairs = [({"used": "no"}, {"n": [1, 2, 3]}), ({"used": "yes"}, {"n": 0})]
    flags = f.flag_answers(Answers.from_frame(frame), contradictions=pairs)
    assert flags["row"].tolist() == [0]
    assert flags["note"].tolist() == ["used = no but n = [1, 2, 3]"]
    assert [note.text("zh") for note in flags["note"]] == ["used = no，而 n = [1, 2, 3]"]


def test_contradiction():
    answers = Answers.from_frame(pd.DataFrame({"used": ["no", "no", "yes"], "n": [1, 0, 3]}))
    found = f.contradictory(answers, {"used": "no"}, {"n": [1, 2, 3]})
    assert found["row"].tolist() == [0]
    with pytest.raises(CommsvcError, match="did you mean 'used'"):
        f.contradictory(answers, {"usd": "no"}, {"n": ...})
