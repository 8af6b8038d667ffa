"""Files that break parsers: each gives answers or an error with its place, and ends no process."""

from __future__ import annotations

import os
import struct

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

from commsvc.errors import CommsvcError
from commsvc.study.scaffold import new_study
from commsvc.survey import read_answers
from commsvc.survey.border import Limits, read_guarded
from commsvc.survey.draft import draft_codebook


@pytest.fixture
def file(tmp_path):
    (tmp_path / "a.sav").write_bytes(b"x" * 100)
    return tmp_path / "a.sav"


def ended():
    os.kill(os.getpid(), 11)


def test_a_parser_that_dies_is_an_error_about_the_file(file):
    with pytest.raises(CommsvcError, match=r"^a\.sav: .*ended by signal 11.*; save it again"):
        read_guarded(file, ended, next_step="save it again")


def panicking():
    class PanicException(BaseException):
        pass

    raise PanicException("assertion failed: left == right\n  left: 3")


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize(
    ("parse", "said"),
    [
        (panicking, "assertion failed: left == right"),
        (lambda: bytearray(10**15), "MemoryError"),
        (lambda: [][1], "list index out of range"),
        (lambda: os.listdir("/nowhere/at/all"), "FileNotFoundError"),
    ],
)
def test_whatever_a_parser_raises_is_an_error_in_words(file, parse, said, apart):
    with pytest.raises(CommsvcError) as caught:
        read_guarded(file, parse, next_step="save it again", apart=apart)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "/nowhere" not in str(caught.value)
    assert (caught.value.where, caught.value.next_step) == ("a.sav", "save it again")


def test_limits_are_held(file):
    with pytest.raises(CommsvcError, match="100 bytes, more than are read at once"):
        read_guarded(file, lambda: 1, next_step="", limits=Limits(size=50))
    import time

    with pytest.raises(CommsvcError, match=r"took more than 0\.2 s"):
        read_guarded(file, lambda: time.sleep(60), next_step="", limits=Limits(seconds=0.2))
    # An error of ours comes through whole, and so does what was read.
    with pytest.raises(CommsvcError, match="no sheet; allowed: a"):
        read_guarded(file, lambda: fail(), next_step="")
    assert read_guarded(file, lambda: {"a": [1]}, next_step="") == {"a": [1]}


def fail():
    raise CommsvcError("no sheet", allowed="a")


def test_one_far_date_costs_its_cell(tmp_path):
    frame = pd.DataFrame({"k": [1.0, 2, 3], "d": pd.to_datetime(["2024-01-02"] * 3)})
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    raw = (tmp_path / "a.sav").read_bytes()
    seconds = (pd.Timestamp("2024-01-02") - pd.Timestamp("1582-10-14")).total_seconds()
    at = raw.find(struct.pack("<d", seconds))
    (tmp_path / "a.sav").write_bytes(raw[:at] + struct.pack("<d", 6.4e12) + raw[at + 8 :])
    answers = read_answers(tmp_path / "a.sav")
    assert answers.data["d"].isna().tolist() == [True, False, False]
    assert answers.why_missing("d").tolist() == ["unreadable", "", ""]
    assert "cannot be read counts as missing: row 1" in str(dict(answers.doubts)["d"])
    new_study(tmp_path / "s", tmp_path / "a.sav")


@pytest.mark.parametrize("form", ["td", "tc", "tm", "tw", "tq", "th", "ty"])
def test_an_empty_date_of_stata_is_missing(tmp_path, form):
    frame = pd.DataFrame({"d": pd.to_datetime(["2023-01-01", None]), "s": ["a", "b"]})
    frame.to_stata(tmp_path / "a.dta", write_index=False, convert_dates={"d": form})
    answers = read_answers(tmp_path / "a.dta")
    assert answers.data["d"].tolist()[0] == pd.read_stata(tmp_path / "a.dta")["d"][0]
    assert answers.why_missing("d").tolist() == ["", "blank"]


@pytest.mark.parametrize("version", [118, 119])
@pytest.mark.parametrize("labels", [["Don´t know", "Não"], ["Très satisfait", "Plutôt"]])
def test_files_that_say_they_are_unicode_are_believed(tmp_path, version, labels):
    frame, named = pd.DataFrame({"q": [1.0, 2]}), dict(enumerate(labels, 1))
    frame.to_stata(
        tmp_path / "a.dta", write_index=False, version=version, value_labels={"q": named}
    )
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "a.sav"),
        variable_value_labels={"q": {float(k): v for k, v in named.items()}},
    )
    for name in ("a.dta", "a.sav"):
        shown = [level.zh for level in read_answers(tmp_path / name).questions[0].levels]
        assert shown == labels


def test_the_files_own_weight_is_its_weight(tmp_path):
    frame = pd.DataFrame(
        {"name_of_long": ["x" * 20, "y"] * 4, "q": [1.0, 2] * 4, "w8": [0.5, 1.5] * 4}
    )
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"))
    raw = bytearray((tmp_path / "a.sav").read_bytes())
    # A text of 20 letters takes three records of the dictionary: the third variable is the fifth.
    raw[76:80] = struct.pack("<i", 5)
    (tmp_path / "a.sav").write_bytes(bytes(raw))
    answers = read_answers(tmp_path / "a.sav")
    assert draft_codebook(answers).design().weights == "w8"
    assert any("the file says that 'w8' is its weight" in line for line in answers.done)
    new_study(tmp_path / "s", tmp_path / "a.sav")


def test_bad_text_and_lists_of_parquet_cost_their_cells(tmp_path):
    bad = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(struct.pack("<iii", 0, 1, 2)), pa.py_buffer(b"a\xff")]
    )
    table = pa.table({"s": bad, "x": pa.array([[1, 2], [3]]), "q": ["好", "差"]})
    pq.write_table(table, tmp_path / "a.parquet")
    answers = read_answers(tmp_path / "a.parquet")
    assert answers.data["s"].tolist()[0] == "a"
    assert answers.why_missing("s").tolist() == ["", "unreadable"]
    assert answers.data["x"].tolist() == ["[1, 2]", "[3]"]
    new_study(tmp_path / "s", tmp_path / "a.parquet")


@pytest.mark.parametrize(
    ("raw", "cells", "said"),
    [
        (b"id,q\r1,a\r2,b\r", ["a", "b"], ""),
        (b"id,q\n1,a\rb\n2,b\n", ["a b", "b"], ""),
        (b'id,q\n1,"a\n2,b\n', ["a", "b"], "line 2: a quotation mark is opened"),
        (b'id,q\n1,5" pipe\n2,b\n', ['5" pipe', "b"], ""),
        (b"id,q\n1,a\0c\n2,b\n", ["ac", "b"], "signs of no meaning"),
        (
            "id,q\n1,好好好好好好好好好好好好好好\n2,".encode() + b"\xe5\xa5\n",
            None,
            "row and column 3:2",
        ),
        (b"id,q\n" + b"1,a\n" * 20 + b"2,b,c\n", ["a"] * 20, "line 22"),
    ],
)
def test_one_bad_cell_costs_that_cell(tmp_path, raw, cells, said):
    (tmp_path / "a.csv").write_bytes(raw)
    answers = read_answers(tmp_path / "a.csv")
    if cells is not None:
        assert answers.data["q"].tolist() == cells
    told = " | ".join(map(str, answers.done))
    assert said in told


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Sexo,Satisfacción\nHombre,Región Áncash\nMujer,San Martín\n", "latin-1"),
        ("性别,满意度\n男,很满意\n女,不满意\n", "gb18030"),
        ("性別,滿意度\n男,很滿意\n女,不滿意\n", "big5"),
        ("пол,ответ\nмужской,да\nженский,нет\n", "cp1251"),
        ("Straße;Größe\nMüllerstraße;groß\n", "cp1252"),
    ],
)
def test_an_encoding_that_is_not_stated_is_doubted(tmp_path, text, encoding):
    file = tmp_path / "a.csv"
    file.write_bytes(text.encode(encoding))
    answers = read_answers(file)
    assert list(answers.data) == text.split("\n")[0].replace(";", ",").split(",")
    file.write_bytes(text.encode("utf-8"))
    assert not any("does not state its encoding" in str(d) for _, d in read_answers(file).doubts)


@pytest.mark.parametrize(
    "label",
    ["未回答", "无回答", "缺失", "漏答", "未作答", "系统缺失", "No answer", "No response",
     "Missing", "Not asked", "Not stated"],
)  # fmt: skip
def test_a_label_of_no_answer_is_none(tmp_path, label):
    frame = pd.DataFrame({"q": [1.0, 1, 1, 2, 8, 9]})
    named = {1.0: "满意", 2.0: "不满意", 8.0: "不知道", 9.0: label}
    pyreadstat.write_sav(frame, str(tmp_path / "a.sav"), variable_value_labels={"q": named})
    answers = read_answers(tmp_path / "a.sav")
    assert answers.data["q"].tolist()[:5] == ["满意"] * 3 + ["不满意", "不知道"]
    assert answers.why_missing("q").tolist()[5] in ("blank", "skipped")
    assert label in str(dict(answers.doubts)["q"])
