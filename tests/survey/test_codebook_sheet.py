"""The codebook as a workbook, patterns of names, doubts that stay, forms as codebooks."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import load_workbook

from commsvc.errors import CommsvcError
from commsvc.study.scaffold import new_study
from commsvc.survey import Answers, draft_codebook, load_codebook, read_answers
from commsvc.survey.answers import Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.codebook_files import save_codebook
from commsvc.survey.codebook_yaml import parse_yaml, write_yaml

FIVE = tuple(Level(str(i), zh) for i, zh in enumerate(["一", "二", "三", "四", "五"], 1))
BOOK = Codebook(
    (
        Question("sex", "性别", "sex", "single", ("sex",), (Level("m", "男"), Level("f", "女"))),
        Question(
            "Q2", "服务", "", "multiple", ("Q2:a", "Q2:b"), (Level("a", "a"), Level("b", "b"))
        ),
        Question("s1", "一项", "", "scale", ("s1",), FIVE, (("9", "refused"),)),
        Question("s2", "二项", "", "scale", ("s2",), FIVE),
        Question(
            "m", "矩阵", "", "matrix", ("c1", "c2"), FIVE,
            items=(Level("x", "x", "X"), Level("y", "y")),
        ),
        Question("age", "年龄", "", "number", ("age",), range=(0.0, 120.0)),
        Question("w", kind="number", columns=("w",), role="weight"),
    )
)  # fmt: skip


def test_a_workbook_comes_back(tmp_path):
    file = tmp_path / "codebook.xlsx"
    save_codebook(BOOK, file)
    assert load_codebook(file) == BOOK
    book = load_workbook(file)
    sheet = book["questions"]
    assert sheet.max_row == len(BOOK.questions) + 1
    rules = {str(v.sqref).split(":")[0]: v.formula1 for v in sheet.data_validations.dataValidation}
    assert "single" in rules["D2"]
    assert "cluster" in rules["E2"]
    assert rules["F2"].startswith("levels!")
    # Two questions with one scale share its name.
    assert sheet["F4"].value == sheet["F5"].value == sheet["F6"].value


def changed(tmp_path, cell, value, sheet="questions"):
    file = tmp_path / "codebook.xlsx"
    save_codebook(BOOK, file)
    book = load_workbook(file)
    book[sheet][cell] = value
    book.save(file)
    return file


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "said"),
    [
        ("questions", "D2", "singel", "row 2: no kind of question 'singel'"),
        ("questions", "E2", "groop", "row 2: no role 'groop'"),
        ("questions", "F4", "s9", "row 4: no level set 's9'"),
        ("questions", "A1", "name", "row 1: no column 'name'"),
        ("questions", "H4", "9", "row 4: '9' is no code with its kind"),
        ("levels", "B3", "m", "code 'm' of sex stands twice"),
    ],
)
def test_a_workbook_is_checked_with_its_places(tmp_path, sheet, cell, value, said):
    with pytest.raises(CommsvcError) as caught:
        load_codebook(changed(tmp_path, cell, value, sheet))
    assert said in str(caught.value)
    assert str(caught.value).startswith("codebook.xlsx")


def test_one_thing_is_said_of_many_questions():
    book = parse_yaml(
        "level sets: {often: [每天, 从不]}\n"
        "pc1:pc3: {levels: agree5}\n"
        "pc2: {text: 第二项}\n"
        "f08:f10: {kind: single, levels: often}\n"
    )
    assert [q.name for q in book] == ["pc1", "pc2", "pc3", "f08", "f09", "f10"]
    assert book["pc2"].text == "第二项"
    assert {q.kind for q in book.questions[:3]} == {"scale"}
    assert book["pc3"].levels[0].en == "strongly agree"
    assert [x.code for x in book["f09"].levels] == ["每天", "从不"]
    with pytest.raises(CommsvcError, match=r"line 1: no level set 'agre5'; .* mean 'agree5'"):
        parse_yaml("pc1:pc3: {levels: agre5}\n")


def test_batteries_of_running_names_are_one_matrix():
    frame = pd.DataFrame({f"pc{i}": [1, 2, 3, 4, 5, i % 5 + 1] * 5 for i in range(1, 19)})
    frame["sex"] = ["m", "f"] * 15
    book = draft_codebook(frame)
    assert [q.name for q in book] == ["pc1-pc18", "sex"]
    assert book["pc7"].kind == "matrix"
    assert len(book["pc7"].columns) == 18
    page = write_yaml(book, comments=True)
    assert parse_yaml(page) == book


def test_neighbours_with_the_same_codes_are_of_one_kind():
    texts = ["我愿意去", "15分钟内能到", "数量足够", "所在区域有", "值得维护"]
    frame = pd.DataFrame(
        {f"{i}、{text}": [1, 2, 3, 4, 5, i] * 6 for i, text in enumerate(texts, 1)}
    )
    answers = Answers.from_frame(frame)
    book = draft_codebook(answers)
    assert len({(q.kind, q.role) for q in book}) == 1
    assert not any(q.kind == "number" or q.role for q in book)


@pytest.mark.parametrize(
    ("name", "values", "kind", "doubt"),
    [
        ("年龄", [1, 2, 3, 4, 5, 6, 7, 8], "single", "codes without labels"),
        ("年龄", [19, 23, 64, 71, 35, 40, 52, 88], "number", "an age"),
        ("visits", [0, 1, 2, 3, 4, 5], "number", "taken for a number by the words"),
        ("stay (days)", [1, 2, 3, 4], "number", ""),
        ("answer", [1, 2, 3, 4, 5, 99], "single", "99 may stand for no answer"),
        ("satisfaction", [1, 2, 3, 4, 5, 98, 99], "scale", "98, 99 may stand for no answer"),
        ("score", [-9, 1, 2, 3, 4, 5], "scale", "-9 may stand for no answer"),
    ],
)
def test_kinds_come_from_values_first(name, values, kind, doubt):
    book = draft_codebook(pd.DataFrame({name: values * 6}))
    assert book[name].kind == kind
    said = [str(d) for _, d in book.doubts]
    assert any(doubt in line for line in said) if doubt else not said


def test_doubts_stay_with_the_codebook(tmp_path):
    frame = pd.DataFrame({"q": ["东", "南", "西"] * 4, "weight": [0.5, 1.5] * 6})
    book = draft_codebook(frame)
    save_codebook(book, tmp_path / "codebook.yaml")
    back = load_codebook(tmp_path / "codebook.yaml")
    pairs = [(name, d.text("en"), d.text("zh")) for name, d in book.doubts]
    assert pairs
    assert [(name, d.text("en"), d.text("zh")) for name, d in back.doubts] == pairs


@pytest.mark.parametrize(
    "header",
    ["q" * 200, "长" * 200, "a: b", "- x", "a\u2028b", "{x}", "'", '"', "# no", "yes", "1", "a\\b"],
)  # fmt: skip
def test_what_is_drafted_reads_back(tmp_path, header):
    more = {"第1题(A)": ["x", "y"] * 5, "1、性别": [1, 2] * 5}
    frame = pd.DataFrame({header: ["a", "b"] * 5, **more})
    frame.to_csv(tmp_path / "a.csv", index=False)
    new_study(tmp_path / "s", tmp_path / "a.csv")
    book = load_codebook(tmp_path / "s/codebook.yaml")
    book.check(read_answers(tmp_path / "s/data/a.csv"))
    assert len({q.name for q in book}) == len(book)


def test_an_xlsform_is_the_codebook_of_its_answers(tmp_path):
    survey = [
        ["type", "name", "label::English (en)", "label::中文 (zh)"],
        ["start", "start", "", ""],
        ["begin_group", "trip", "Trip", ""],
        ["select_multiple way", "come", "How do you come?", "怎样来的？"],
        ["end_group", "", "", ""],
        ["select_one yn", "again", "Again?", "还来吗？"],
        ["integer", "n", "How many?", ""],
        ["note", "bye", "Thanks", ""],
    ]
    choices = [["list_name", "name", "label::English (en)"], ["way", "bus", "By bus"],
               ["way", "foot", "On foot"], ["yn", "1", "Yes"], ["yn", "0", "No"]]  # fmt: skip
    with pd.ExcelWriter(tmp_path / "form.xlsx") as book:
        for name, rows in {"survey": survey, "choices": choices}.items():
            pd.DataFrame(rows).to_excel(book, sheet_name=name, index=False, header=False)
    head = "start,trip/come,trip/come/bus,trip/come/foot,again,n,_uuid,_submission_time\n"
    body = "".join(
        f"2026-05-01T10:00:00+08:00,{'bus foot' if i % 2 else 'foot'},{i % 2},1,{i % 2},{i},u{i},"
        "2026-05-01T10:00:00\n"
        for i in range(20)
    )
    (tmp_path / "a.csv").write_text(head + body, encoding="utf-8")
    new_study(tmp_path / "s", tmp_path / "a.csv", codebook=tmp_path / "form.xlsx")
    book = load_codebook(tmp_path / "s/codebook.yaml")
    assert [x.en for x in book["come"].levels] == ["By bus", "On foot"]
    assert book["come"].text == "怎样来的？"
    assert [(x.code, x.en) for x in book["again"].levels] == [("1", "Yes"), ("0", "No")]
    assert book["n"].kind == "number"


def test_a_data_dictionary_is_a_codebook(tmp_path):
    file = tmp_path / "dictionary.csv"
    file.write_text(
        '"Variable / Field Name","Form Name","Field Type","Field Label",'
        '"Choices, Calculations, OR Slider Labels","Text Validation Type OR Show Slider Number",'
        '"Identifier?"\n'
        "record_id,f,text,ID,,,\nname_of,f,text,Name,,,y\nage,f,text,Age,,integer,\n"
        'used,f,yesno,<b>Used it?</b>,,,\nway,f,checkbox,How?,"1, Bus | 2, Tram, or so",,\n'
    )
    book = load_codebook(file)
    assert {q.name: (q.kind, q.role) for q in book} == {
        "record_id": ("text", ""), "name_of": ("text", "private"), "age": ("number", ""),
        "used": ("single", ""), "way": ("multiple", ""),
    }  # fmt: skip
    assert book["used"].text_en == "Used it?"
    assert [x.en for x in book["way"].levels] == ["Bus", "Tram, or so"]
