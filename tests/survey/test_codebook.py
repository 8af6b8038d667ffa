"""Codebooks: drafted from files, written, read back, and refused with the line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.survey.answers import KINDS, ROLES, Level, Question
from commsvc.survey.codebook import Codebook
from commsvc.survey.codebook_csv import parse_csv, write_csv
from commsvc.survey.codebook_files import load_codebook, save_codebook
from commsvc.survey.codebook_yaml import parse_yaml, write_yaml
from commsvc.survey.draft import draft_codebook
from commsvc.survey.read import read_answers

SIMULATED = Path(__file__).resolve().parents[2] / "data/surveys/simulated_centre.csv"


def test_draft_of_the_simulated_file():
    book = draft_codebook(read_answers(SIMULATED))
    kinds = {q.name: q.kind for q in book}
    assert kinds["Q1"] == "single"
    assert kinds["Q2"] == "multiple"
    assert kinds["Q3"] == "scale"
    assert kinds["Q6"] == "matrix"
    assert kinds["Q7"] == "number"
    labels = [level.zh for level in book["Q3"].levels]
    # Both wordings of one level stand together; the scale runs from best to worst.
    assert labels.index("满意") < labels.index("一般") < labels.index("不满意")
    assert labels[-1] == "说不清"
    assert book["Q3"].levels[-1].missing == "dont_know"
    assert book["Q3"].levels[labels.index("一般")].en == "neutral"


def test_draft_of_the_real_file(shared):
    book = draft_codebook(read_answers(shared / "surveys/wjx_800_text.xls"))
    assert [x.zh for x in book["Q4"].levels] == [
        "16~19岁", "20~24岁", "25~29岁", "30~34岁", "35~39岁", "40~49岁", "50~59岁", "60岁以上",
    ]  # fmt: skip
    assert [x.zh for x in book["Q5"].levels][:2] == ["无收入", "3000元以下"]
    assert book["Q5"].levels[-1].missing == "refused"
    assert book["Q6"].kind == "multiple"


@pytest.mark.parametrize("ending", [".yaml", ".csv"])
def test_saved_codebook_comes_back(tmp_path, ending):
    book = draft_codebook(read_answers(SIMULATED))
    file = tmp_path / f"codebook{ending}"
    save_codebook(book, file)
    assert load_codebook(file) == book


TEXT = st.text("甲乙no:yes#'\"-是 1,|{[%@&*!?", min_size=1, max_size=8).map(str.strip).filter(bool)


WORD = st.text("甲乙no:yes-1, ", min_size=1, max_size=5).map(str.strip).filter(bool)
NUMBER = st.floats(-1e9, 1e9)


@st.composite
def codebooks(draw):
    names = draw(st.lists(TEXT, min_size=1, max_size=4, unique=True))
    questions = []
    for name in names:
        codes = draw(st.lists(TEXT, max_size=4, unique=True))
        cut = draw(st.integers(0, len(codes)))
        spare = [code for code in draw(st.lists(TEXT, max_size=2, unique=True)) if "|" not in code]
        levels = tuple(
            Level(c, draw(TEXT), draw(st.one_of(st.just(""), TEXT)), "") for c in codes[:cut]
        )
        if levels:
            also = tuple(code for code in spare if code not in codes)
            levels = (replace(levels[0], also=also), *levels[1:])
        # A multiple-choice question has a column for each of its levels.
        several = len({level.label for level in levels}) == len(levels) > 1
        kind = draw(st.sampled_from([k for k in KINDS if k != "multiple" or several]))
        missing = tuple((c, "skipped") for c in codes[cut:])
        role = draw(st.sampled_from(["", *ROLES]))
        ends = tuple(sorted(draw(st.tuples(NUMBER, NUMBER)))) if kind == "number" else None
        columns = tuple(f"{name}:{x.label}" for x in levels) if kind == "multiple" else (name,)
        items = ()
        if kind in ("matrix", "ranking"):
            words = draw(st.lists(WORD, max_size=3, unique=True))
            items = tuple(Level(x, x, draw(st.one_of(st.just(""), WORD))) for x in words)
            columns = tuple(f"{name}:{x}" for x in words) or (name,)
        rest = (levels, missing, role, ends, items)
        questions.append(Question(name, draw(TEXT), "", kind, columns, *rest))
    return Codebook(tuple(questions))


@given(codebooks())
def test_any_codebook_comes_back(book):
    assert parse_yaml(write_yaml(book)) == book
    assert parse_csv(write_csv(book)) == book


BAD = [
    ("Q1:\n  kind: single\nQ2:\n  kind: scael\n", "line 4: no kind of question 'scael'"),
    ("Q1:\n  kind: single\n  rolle: group\n", "line 3: no key 'rolle'"),
    ("Q1:\n  role: wieght\n", "line 2: no role 'wieght'"),
    ("Q1:\n  kind: single\n  levels:\n    - 1\n    - 2\n    - 1\n", "line 6: code '1' of Q1"),
    ("Q1:\n  kind: text\nQ1:\n  kind: text\n", "line 3: question 'Q1' stands twice"),
    ("Q1:\n  text: a: b\n", "line 2: not YAML"),
    ("Q1:\n  levels:\n    - 1\n    - {code: 2, also: [1]}\n", "code '1' of Q1 stands twice"),
    ("Q1:\n  levels: 3\n", "line 2: no level set '3'"),
    ("Q1:\n  kind: number\n  range: [9, 1]\n", "line 3: 9, 1 is no range; allowed: two numbers"),
    ("Q1:\n  kind: number\n  range: [a, 1]\n", "line 3: a, 1 is no range"),
    ("Q1:\n  range: [1, 9]\n  kind: text\n", "line 2: Q1 is of kind text and has a range"),
    ("Q1:\n  kind: matrix\n  columns: [a]\n  items: [a, b]\n", "line 4: Q1 has 2 items and 1"),
    ("Q1:\n  kind: scale\n  items: [a, b]\n", "line 3: Q1 is of kind scale and has items"),
    ("Q1:\n  kind: multiple\n  levels: [a, b, c]\n  columns: [x, y]\n", "line 4: Q1 has 3"),
    ("Q1:\n  levels:\n    - {zh: 是, name: x}\n", "line 3: no key of a level 'name'"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_errors_name_the_line(text, said):
    with pytest.raises(CommsvcError) as error:
        parse_yaml(text)
    assert said in str(error.value)


def test_csv_errors_name_the_line():
    with pytest.raises(CommsvcError, match="line 3: no kind of question 'singel'"):
        parse_csv("question,kind,code\nQ1,single,1\nQ2,singel,1\n")
    with pytest.raises(CommsvcError, match="line 1: no column 'cod'"):
        parse_csv("question,kind,cod\nQ1,single,1\n")
    with pytest.raises(CommsvcError, match="line 3: code '1' of Q1 stands twice"):
        parse_csv("question,kind,code\nQ1,single,1\nQ1,,1\n")


def test_roles_make_a_design():
    book = parse_yaml("w: {kind: number, role: weight}\ns: {role: stratum}\nc: {role: cluster}\n")
    design = book.design()
    assert (design.kind, design.weights, design.strata, design.clusters) == (
        "sample", "w", "s", ("c",),
    )  # fmt: skip
    assert Codebook(()).design().kind == "unknown"
    with pytest.raises(CommsvcError, match="2 columns have the role weight"):
        book.with_question("s", role="weight").design()


def test_a_codebook_of_another_file():
    answers = read_answers(SIMULATED)
    with pytest.raises(CommsvcError, match=r"no column 'Q33'.*did you mean 'Q3'"):
        parse_yaml("Q33: {kind: scale}\n").check(answers)


def test_a_csv_says_of_a_question_one_thing():
    with pytest.raises(CommsvcError, match=r"line 3: Q1 has kind 'text' here, and 'single' in li"):
        parse_csv("question,kind,code\nQ1,single,1\nQ1,text,2\n")
    same = parse_csv("question,kind,code\nQ1,single,1\nQ1,single,2\n")
    assert [level.code for level in same["Q1"].levels] == ["1", "2"]


def test_a_doubt_about_chinese_labels_is_read_back_once(tmp_path):
    frame = pd.DataFrame({"担心的问题（可多选）": ["收费, 排队", "收费", "排队, 态度", "态度"] * 5})
    draft = draft_codebook(frame)
    save_codebook(draft, tmp_path / "codebook.yaml")
    back = load_codebook(tmp_path / "codebook.yaml")
    assert len(draft.doubts) >= 1
    assert [(name, str(doubt)) for name, doubt in back.doubts] == [
        (name, str(doubt)) for name, doubt in draft.doubts
    ]
    assert [doubt.text("zh") for _, doubt in back.doubts] == [
        doubt.text("zh") for _, doubt in draft.doubts
    ]
