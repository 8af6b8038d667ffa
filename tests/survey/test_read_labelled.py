"""SPSS and Stata files: missing values of every sort, response sets, encodings."""

from __future__ import annotations

import datetime
import struct

import numpy as np
import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.survey.draft import draft_codebook
from commsvc.survey.read import read_answers

pyreadstat = pytest.importorskip("pyreadstat")


def said(answers):
    assert all(line.text("en") != line.text("zh") for line in answers.done)
    return "\n".join(map(str, answers.done))


@pytest.mark.parametrize("ending", ["sav", "zsav"])
def test_user_missing_values(tmp_path, ending):
    frame = pd.DataFrame(
        {
            "sat": [1.0, 2, 3, 9, 98, 99, np.nan],
            "half": [1.5, 2.5, 1.5, 2.5, 1.5, 1.5, 2.5],
            "word": ["a", "b", "", "X", "a", "b", "a"],
            "income": [100.0, 200, -5, -1, 3, 4, 5],
        }
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / f"a.{ending}"),
        compress=ending == "zsav",
        column_labels=["总体满意", "半", "文", "收入"],
        variable_value_labels={
            "sat": {1.0: "很满意", 2.0: "一般", 3.0: "不满意", 9.0: "不知道", 98.0: "拒绝回答"},
            "half": {1.5: "一点五", 2.5: "二点五"},
            "word": {"a": "甲", "b": "乙", "X": "拒答"},
        },
        # A range and one value; one text; a range.
        missing_ranges={
            "sat": [{"lo": 98, "hi": 99}, 9],
            "word": ["X"],
            "income": [{"lo": -9, "hi": -1}],
        },
    )
    answers = read_answers(tmp_path / f"a.{ending}")
    assert answers.data["sat"].dropna().tolist() == ["很满意", "一般", "不满意"]
    assert answers.why_missing("sat").tolist() == [
        "", "", "", "dont_know", "refused", "user: 99", "blank",
    ]  # fmt: skip
    assert answers.data["half"].tolist()[:2] == ["一点五", "二点五"]
    assert [x.code for x in answers.questions[1].levels] == ["1.5", "2.5"]
    assert answers.data["word"].dropna().tolist() == ["甲", "乙", "甲", "乙", "甲"]
    assert answers.why_missing("word").tolist()[2:4] == ["blank", "refused"]
    assert answers.data["income"].dropna().tolist() == [100, 200, 3, 4, 5]
    assert answers.why_missing("income").tolist()[2:4] == ["user: -5", "user: -1"]
    assert answers.questions[0].missing == (("9", "dont_know"), ("98", "refused"))


def test_labels_of_special_values_and_slips(tmp_path):
    frame = pd.DataFrame(
        {
            "age": [33.0, 40, 51, 99],
            "grade": [0.0, 5, 7, 10],
            "sex": [1.0, 2, 1, 3],
            "day": [datetime.date(2026, 9, 18), None, datetime.date(2026, 9, 1), None],
        }
    )
    labels = {
        "age": {99.0: "拒绝"},
        "grade": {0.0: "很不满意", 10.0: "很满意"},
        "sex": {1.0: "男", 2.0: "女"},
    }
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels=labels)
    answers = read_answers(tmp_path / "a.sav")
    assert answers.data["age"].dropna().tolist() == [33, 40, 51]
    assert answers.why_missing("age").tolist()[-1] == "refused"
    assert answers.data["sex"].tolist() == ["男", "女", "男", "3"]
    assert "column 'sex': 1 cells with codes that have no label: 3" in said(answers)
    assert answers.data["day"][0] == pd.Timestamp("2026-09-18")
    # Half of 0 to 10 has labels here; where most answers have none, they are numbers.
    frame["grade"] = [0.0, 5, 7, 8]
    pyreadstat.write_sav(frame, str(tmp_path / "b.sav"), variable_value_labels=labels)
    assert read_answers(tmp_path / "b.sav").data["grade"].tolist() == [0, 5, 7, 8]


def with_sets(file, text):
    """Multiple-response sets put into a file: its writer has no word for them."""
    data = file.read_bytes()
    spec = text.encode()
    record = struct.pack("<iiii", 7, 7, 1, len(spec)) + spec
    end = data.find(struct.pack("<ii", 999, 0))
    file.write_bytes(data[:end] + record + data[end:])


def test_multiple_response_sets(tmp_path):
    file = tmp_path / "a.sav"
    frame = pd.DataFrame(
        {
            "d1": [1.0, 0, 1, np.nan],
            "d2": [0.0, 1, 1, np.nan],
            "t1": [1.0, np.nan, np.nan, np.nan],
            "t2": [np.nan, 1, np.nan, np.nan],
            "m1": [1.0, 2, 3, np.nan],
            "m2": [2.0, np.nan, 1, np.nan],
        }
    )
    answer = {1.0: "助餐", 2.0: "护理", 3.0: "讲座"}
    pyreadstat.write_sav(
        frame,
        str(file),
        column_labels=["助餐", "护理", "甲", "乙", None, None],
        variable_value_labels={"m1": answer, "m2": answer, "d1": {0.0: "否", 1.0: "是"}},
    )
    label = "用过的服务"
    with_sets(
        file,
        f"$used=D1 1 {len(label.encode())} {label} d1 d2\n"
        "$ticked=D1 1 6 ticked t1 t2\n$named=C 5 named m1 m2\n",
    )
    answers = read_answers(file)
    questions = {q.name: q for q in answers.questions}
    assert questions["used"].kind == "multiple"
    assert questions["used"].text == label
    assert [x.label for x in questions["used"].levels] == ["助餐", "护理"]
    assert answers.data["d1"].tolist()[:3] == [1, 0, 1]
    assert answers.why_missing("d1").tolist() == ["", "", "", "blank"]
    # A set of ticks alone: an empty cell beside a tick says no.
    assert answers.data["t2"].tolist()[:2] == [0, 1]
    assert answers.why_missing("t1").tolist() == ["", "", "blank", "blank"]
    assert "ticked: 2 ticked no option" in said(answers)
    # A set of mentions: counted by hand.
    assert questions["named"].columns == ("named:助餐", "named:护理", "named:讲座")
    assert [int(answers.data[c].sum()) for c in questions["named"].columns] == [2, 2, 1]
    assert "m1" not in answers.data
    book = draft_codebook(answers)
    assert book["named"].kind == "multiple"


TEXTS = ["总体满意度", "很满意", "不满意", "意见很好"]


def chinese_file(file, declared):
    """A file whose texts are GBK, and which says of itself that they are `declared`."""
    frame = pd.DataFrame({"sat": [1.0, 2.0], "said": ["意见很好", "x"]})
    pyreadstat.write_sav(
        frame,
        str(file),
        column_labels=["总体满意度", None],
        variable_value_labels={"sat": {1.0: "很满意", 2.0: "不满意"}},
    )
    data = file.read_bytes()
    for text in TEXTS:
        new = text.encode("gb18030")
        data = data.replace(text.encode(), new.ljust(len(text.encode())))
    if declared != "UTF-8":
        record = data.find(struct.pack("<iii", 7, 20, 1))
        data = data[:record] + data[record + 16 + 5 :]
        page = data.find(struct.pack("<iiii", 7, 3, 4, 8)) + 16 + 28
        data = data[:page] + struct.pack("<i", declared) + data[page + 4 :]
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("declared", "line"),
    [
        ("UTF-8", "read as GB18030"),
        (936, "read as CP936"),
        (1252, "the file says WINDOWS-1252, and its labels are Chinese only as GB18030"),
    ],
)
def test_chinese_files_in_a_local_code_page(tmp_path, declared, line):
    chinese_file(tmp_path / "a.sav", declared)
    answers = read_answers(tmp_path / "a.sav")
    assert answers.data["sat"].tolist() == ["很满意", "不满意"]
    assert answers.data["said"].tolist() == ["意见很好", "x"]
    assert answers.questions[0].text == "总体满意度"
    assert line in said(answers)


def test_western_letters_stay_western(tmp_path):
    file = tmp_path / "a.sav"
    labels = {"a": {1.0: "café", 2.0: "naïve"}}
    pyreadstat.write_sav(pd.DataFrame({"a": [1.0, 2.0]}), str(file), variable_value_labels=labels)
    assert read_answers(file).data["a"].tolist() == ["café", "naïve"]
    (tmp_path / "b.sav").write_bytes(b"$FL2 no file at all")
    with pytest.raises(CommsvcError, match="save it again in Unicode"):
        read_answers(tmp_path / "b.sav")


def test_stata_extended_missing_values(tmp_path):
    file = tmp_path / "a.dta"
    frame = pd.DataFrame(
        {
            "sat": pd.Series([1, 2, "a", "b", "z", 2], dtype=object),
            "age": [30.0, 40.5, np.nan, 60, 70, 80],
        }
    )
    pyreadstat.write_dta(
        frame,
        str(file),
        variable_value_labels={"sat": {1: "满意", 2: "不满意", "a": "不知道", "b": "没问到"}},
        missing_user_values={"sat": ["a", "b", "z"]},
        column_labels=["总体满意", "年龄"],
    )
    answers = read_answers(file)
    assert answers.data["sat"].dropna().tolist() == ["满意", "不满意", "不满意"]
    assert answers.why_missing("sat").tolist() == [
        "", "", "dont_know", "user: 没问到", "user: .z", "",
    ]  # fmt: skip
    assert answers.why_missing("age").tolist()[2] == "blank"
    question = answers.questions[0]
    assert [x.code for x in question.levels] == ["1", "2"]
    assert question.missing == ((".a", "dont_know"), (".b", "user: 没问到"))


def test_old_stata_file_in_chinese(tmp_path):
    """Version 12 stores bytes: GBK written as the Latin-1 letters of the same bytes."""
    file = tmp_path / "a.dta"
    frame = pd.DataFrame({"sat": [1.0, 2.0], "said": ["满意".encode("gbk").decode("latin-1"), "x"]})
    old = {code: label.encode("gbk").decode("latin-1") for code, label in
           {1: "很满意", 2: "不满意"}.items()}  # fmt: skip
    frame.to_stata(file, write_index=False, version=114, value_labels={"sat": old})
    answers = read_answers(file)
    assert answers.data["sat"].tolist() == ["很满意", "不满意"]
    assert answers.data["said"].tolist() == ["满意", "x"]
    assert "labels and texts read as GB18030" in said(answers)
