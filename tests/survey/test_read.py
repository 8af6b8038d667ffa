"""Questionnaire files as they come: the real one, a simulated one, and small ones made here."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.survey.headers import parse_header
from commsvc.survey.joined_answers import option_order, settle, split_answer
from commsvc.survey.private import private_kind
from commsvc.survey.read import read_answers

SIMULATED = Path(__file__).resolve().parents[2] / "data/surveys/simulated_centre.csv"


def brute_counts(cells):
    """Ticks of each option, by cutting typed text out first: another way than the library's."""
    counts = Counter()
    for cell in cells:
        kept, depth = "", 0
        for character in cell:
            depth += character == "〖"
            kept += character if depth == 0 else ""
            depth -= character == "〗"
        counts.update(part.strip() for part in kept.split("┋"))
    return counts


def test_every_option_of_the_real_file(shared):
    file = shared / "surveys/wjx_800_text.xls"
    answers = read_answers(file)
    raw = pd.read_excel(file, engine="calamine", dtype=str, keep_default_na=False)
    assert answers.n == 800
    for name, header, options in (("Q6", "6、兴趣爱好", 14), ("Q8", "8、关注资讯", 10)):
        expected = brute_counts(raw[header])
        question = next(q for q in answers.questions if q.name == name)
        assert question.kind == "multiple"
        assert len(question.columns) == options
        found = {c.split(":", 1)[1]: int(answers.data[c].sum()) for c in question.columns}
        assert found == dict(expected)
    # What survey_files.md gives: the plain match loses 2 and 5 "others".
    assert answers.data["Q6_other"].notna().sum() == 2
    assert answers.data["Q8_other"].notna().sum() == 5
    assert answers.data["Q6:其他【请注明】"].sum() == 2
    assert answers.data["Q8:其他【请注明】"].sum() == 5
    assert answers.data["Q2"].value_counts()["其他【请注明】"] == 2
    assert answers.data["Q1"].value_counts().to_dict() == {
        "1部": 521, "2部": 261, "3部": 12, "4部及以上": 6,
    }  # fmt: skip


def test_simulated_file():
    answers = read_answers(SIMULATED)
    assert answers.n == 60
    kinds = {q.name: q.kind for q in answers.questions}
    assert kinds["Q2"] == "multiple"
    assert kinds["Q4"] == "ranking"
    assert kinds["Q6"] == "matrix"
    matrix = next(q for q in answers.questions if q.name == "Q6")
    assert matrix.columns == ("Q6:医生", "Q6:护士", "Q6:环境")
    assert matrix.text == "分项满意度"
    raw = pd.read_csv(SIMULATED, dtype=str, keep_default_na=False)
    use = raw["2、用过的服务（多选）"]
    why = answers.why_missing("Q2:助餐")
    assert (why == "skipped").tolist() == (use == "(跳过)").tolist()
    assert (why == "blank").tolist() == (use == "(空)").tolist()
    answered = use[~use.isin(["(跳过)", "(空)"])]
    expected = brute_counts(answered)
    for option, count in expected.items():
        assert answers.data[f"Q2:{option}"].sum() == count
    assert "理发┋修脚" in set(answers.data["Q2_other"].dropna())
    first = raw["4、最看重什么（排序）"].str.split("→").str[0]
    assert (answers.data["Q4:医生"] == 1).tolist() == (first == "医生").tolist()
    assert answers.data["seconds"].tolist() == [int(s[:-1]) for s in raw["所用时间"]]
    assert answers.data["submitted"].dt.year.eq(2026).all()
    assert not answers.data["ip"].astype(str).str.contains("192").any()
    assert answers.data["ip"].nunique() == raw["来自IP"].nunique()
    assert any("taken as a row of question 6" in line for line in answers.done)


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8-sig", "utf-8-sig"), ("utf-8", "utf-8"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_are_said(tmp_path, encoding, said):
    file = tmp_path / "a.csv"
    file.write_bytes("1、您满意吗,2、服务\n满意,助餐┋护理\n不满意,〖\n".encode(encoding))
    answers = read_answers(file)
    assert f"read as {said}, " in answers.done[0]
    assert answers.data["Q1"].tolist() == ["满意", "不满意"]


def test_undecodable_bytes_are_refused(tmp_path):
    file = tmp_path / "a.csv"
    file.write_bytes(b"a,b\n\xff\xff,1\n")
    with pytest.raises(CommsvcError, match="save it as CSV UTF-8"):
        read_answers(file)


def test_numeric_export(tmp_path):
    file = tmp_path / "numeric.csv"
    file.write_text(
        "序号,1、性别,第2题(助餐),第2题(其他),第3题(医生),第3题(护士),第4题(甲),第4题(乙)\n"
        "1,1,1,0,5,4,1,2\n2,2,-3,-3,4,4,2,1\n3,-2,0,1,3,-2,1,2\n",
        encoding="utf-8",
    )
    answers = read_answers(file)
    assert {q.name: q.kind for q in answers.questions if q.name != "id"} == {
        "Q1": "text", "Q2": "multiple", "Q3": "matrix", "Q4": "ranking",
    }  # fmt: skip
    assert answers.data["Q2:助餐"].sum() == 1
    assert answers.why_missing("Q2:助餐").tolist() == ["", "skipped", ""]
    assert answers.why_missing("Q1").tolist() == ["", "", "blank"]
    assert answers.data["Q1"].dropna().tolist() == [1, 2]
    kept = read_answers(file, missing_codes={})
    assert kept.data["Q1"].tolist() == [1, 2, -2]


def test_minus_three_is_a_number_elsewhere(tmp_path):
    file = tmp_path / "plain.csv"
    file.write_text("group,change\na,-3\nb,2\n", encoding="utf-8")
    assert read_answers(file).data["change"].tolist() == [-3, 2]
    told = read_answers(file, missing_codes={-3: "refused"})
    assert told.why_missing("change").tolist() == ["refused", ""]


def test_long_numbers_stay_text(tmp_path):
    file = tmp_path / "plain.csv"
    file.write_text("card,post,n\n9922020200112233445,010010,7\n9922020200112233446,200000,8\n")
    data = read_answers(file).data
    assert data["card"].tolist() == ["9922020200112233445", "9922020200112233446"]
    assert data["post"].tolist() == ["010010", "200000"]
    assert data["n"].tolist() == [7, 8]


def test_excel_rounded_numbers_are_said(tmp_path):
    file = tmp_path / "a.xlsx"
    pd.DataFrame({"card": [6.222020200112233e18], "n": [3.0]}).to_excel(file, index=False)
    answers = read_answers(file)
    assert any("Excel has rounded" in line for line in answers.done)
    assert answers.data["n"].tolist() == [3]


def test_private_columns(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text(
        "序号,来自IP,1、您的姓名,2、手机部数,备注,3、IP\n"
        "1,10.0.0.1(a),张三,1部,13800138000,x\n2,10.0.0.1(b),李四,2部,13900139000,y\n"
        "3,10.0.0.2(b),王五,2部,13900139001,z\n"
    )
    answers = read_answers(file)
    assert answers.data["ip"].tolist() == [1, 1, 2]
    assert "Q1" not in answers.data
    assert "Q2" in answers.data
    text = answers.data.to_csv()
    for secret in ("张三", "138001", "10.0.0"):
        assert secret not in text
    assert "ip" not in read_answers(file, private="drop").data
    assert "张三" in read_answers(file, private="keep").data["Q1"].tolist()
    one, other = (
        read_answers(file, private="hash", salt=s).data["Q1"][0] for s in ("a" * 8, "b" * 8)
    )
    assert one != other
    assert one == read_answers(file, private="hash", salt="a" * 8).data["Q1"][0]
    with pytest.raises(CommsvcError, match="secret"):
        read_answers(file, private="hash")


@pytest.mark.parametrize(
    "header", ["1、手机部数", "2、手机价格", "主观评价", "社区名称", "service name", "shipping"]
)
def test_questions_are_not_private(header):
    assert private_kind(header, pd.Series(["a", "b"])) == ""


def test_stata(tmp_path):
    file = tmp_path / "a.dta"
    frame = pd.DataFrame({"sat": [1.0, 2.0, np.nan], "age": [30.0, 40.5, 50.0]})
    frame.to_stata(
        file,
        write_index=False,
        version=118,
        value_labels={"sat": {1: "满意", 2: "不满意"}},
        variable_labels={"sat": "总体满意"},
    )
    answers = read_answers(file)
    assert answers.data["sat"].dropna().tolist() == ["满意", "不满意"]
    assert answers.why_missing("sat").tolist() == ["", "", "blank"]
    assert answers.questions[0].text == "总体满意"
    assert [x.code for x in answers.questions[0].levels] == ["1", "2"]


def test_spss(tmp_path):
    pyreadstat = pytest.importorskip("pyreadstat")
    file = tmp_path / "a.sav"
    frame = pd.DataFrame({"sat": [1.0, 2.0, 9.0, np.nan], "phone": ["1", "2", "3", "4"]})
    pyreadstat.write_sav(
        frame,
        str(file),
        column_labels=["总体满意", "手机号"],
        variable_value_labels={"sat": {1.0: "满意", 2.0: "不满意", 9.0: "不知道"}},
        missing_ranges={"sat": [9.0]},
    )
    answers = read_answers(file)
    assert answers.data["sat"].dropna().tolist() == ["满意", "不满意"]
    assert answers.why_missing("sat").tolist() == ["", "", "dont_know", "blank"]
    assert "phone" not in answers.data


def test_parquet(tmp_path):
    pytest.importorskip("pyarrow")
    file = tmp_path / "a.parquet"
    pd.DataFrame({"a": [1, None], "姓名": ["x", "y"]}).to_parquet(file)
    answers = read_answers(file)
    assert list(answers.data) == ["a"]
    assert answers.why_missing("a").tolist() == ["", "blank"]


def test_errors_say_the_next_step(tmp_path):
    (tmp_path / "answers.csv").write_text("a\n1\n")
    with pytest.raises(CommsvcError, match=r"did you mean answers\.csv"):
        read_answers(tmp_path / "anwers.csv")
    with pytest.raises(CommsvcError, match=r"allowed: \.xls"):
        read_answers(tmp_path / "answers.doc")
    (tmp_path / "broken.xlsx").write_text("not a workbook")
    with pytest.raises(CommsvcError, match="save it as"):
        read_answers(tmp_path / "broken.xlsx")


OPTION = st.text("甲乙丙丁戊abc(/", min_size=1, max_size=4)
TYPED = st.text("甲乙a┋→ ,", max_size=5)


@given(st.lists(st.tuples(OPTION, TYPED), min_size=1, max_size=5))
def test_typed_text_never_splits(pairs):
    cell = "┋".join(f"{option}〖{typed}〗" if typed else option for option, typed in pairs)
    assert split_answer(cell) == tuple((o, t.strip()) for o, t in pairs)


@given(st.permutations(list("abcdef")), st.data())
def test_option_order_is_found_again(order, data):
    rows = [
        tuple(o for o in order if o in picked)
        for picked in data.draw(st.lists(st.sets(st.sampled_from(order), min_size=1), min_size=1))
    ]
    found = option_order([*rows, tuple(order)])
    assert found == list(order)


@given(st.lists(st.integers(-(10**14), 10**14), min_size=1))
def test_numbers_come_back(numbers):
    assert settle(pd.Series([str(n) for n in numbers])).tolist() == numbers


@given(st.integers(1, 200), st.sampled_from(["、", "：", ":", ". "]), st.sampled_from(["", " "]))
def test_headers(number, sign, space):
    full = str(number).translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    for digits in (str(number), full):
        header = parse_header(f"{space}{digits}{sign}性别 {space}")
        assert (header.number, header.text) == (number, "性别")
