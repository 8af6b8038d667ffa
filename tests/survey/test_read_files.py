"""Tables as people save them: titles, merged cells, encodings, separators, and nothing at all."""

from __future__ import annotations

import pandas as pd
import pytest
from openpyxl import Workbook

from commsvc.errors import CommsvcError
from commsvc.survey.header_rows import find_header
from commsvc.survey.read import read_answers


def write(folder, name, text, encoding="utf-8"):
    file = folder / name
    file.write_bytes(text.encode(encoding))
    return file


def workbook(folder, rows, *merged, name="a.xlsx", more=()):
    book = Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    for title in more:
        book.create_sheet(title).append(["x"])
    book.save(folder / name)
    return folder / name


def said(answers):
    """Everything that was decided, in both languages; each line has both."""
    pairs = [(line.text("en"), line.text("zh")) for line in answers.done]
    assert all(en != zh for en, zh in pairs), pairs
    return "\n".join(en for en, _ in pairs)


def test_title_and_empty_rows_above_the_header(tmp_path):
    rows = [["2026年满意度调查"], [], ["序号", "1、性别", "2、年龄"], [1, "男", 20], [2, "女", 30]]
    for file in (
        workbook(tmp_path, rows, "A1:C1"),
        write(
            tmp_path, "a.csv", "2026年满意度调查,,\n,,\n序号,1、性别,2、年龄\n1,男,20\n2,女,30\n"
        ),
    ):
        answers = read_answers(file)
        assert answers.data["Q1"].tolist() == ["男", "女"]
        assert answers.data["Q2"].tolist() == [20, 30]
        assert "title above the header left out: 2026年满意度调查" in said(answers)


def test_merged_header_is_a_matrix(tmp_path):
    rows = [
        ["序号", "1、性别", "2、分项满意度", "", ""],
        ["", "", "医生", "护士", "环境"],
        [1, "男", "满意", "一般", "满意"],
        [2, "女", "一般", "", "满意"],
    ]
    answers = read_answers(workbook(tmp_path, rows, "C1:E1", "A1:A2", "B1:B2"))
    question = next(q for q in answers.questions if q.name == "Q2")
    assert question.kind == "matrix"
    assert question.columns == ("Q2:医生", "Q2:护士", "Q2:环境")
    assert answers.data["Q2:护士"].tolist()[0] == "一般"
    assert answers.n == 2


@pytest.mark.parametrize(
    "rows",
    [
        # A column without a header is no merged cell.
        [["id", "a", ""], ["1", "yes", "no"], ["2", "no", "no"]],
        # An answer left out in the first row, beside a column without a header.
        [["id", "a", ""], ["", "1", "2"], ["2", "1", "1"]],
        [["a"], ["b"], ["c"]],
    ],
)
def test_one_header_row_is_one(rows):
    assert find_header(rows)[1] == 1


def test_headers_that_stand_twice(tmp_path):
    answers = read_answers(write(tmp_path, "a.csv", "1、年龄,1、年龄,备注,备注,\n30,31,x,y,z\n"))
    assert list(answers.data) == ["Q1_1", "Q1_2", "备注", "备注 (2)", "column 5"]
    assert answers.data.iloc[0].tolist() == [30, 31, "x", "y", "z"]
    assert "column 4: the header '备注' stands twice: named '备注 (2)'" in said(answers)
    assert "column 5 has no header" in said(answers)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "", r"^a\.csv: the file is empty: 0 bytes; export"),
        ("a.csv", " \n\n", r"^a\.csv: the file is empty: nothing but spaces"),
        ("a.csv", "a,b\n", r"^a\.csv, row 1: a header and no answers below it; export"),
        ("a.csv", "a,b\n,\n", "a header and no answers"),
        ("a.csv", "a,b\n1,2\n1,2,3\n", r"^a\.csv, line 3: 3 cells, .* more than 2; put"),
        ("a.xls", "<html><table></table></html>", r"^a\.xls: a web page with the ending \.xls"),
        ("a.xlsx", "a\tb\n1\t2\n", r"a text file with the ending \.xlsx; change its ending"),
        ("a.xlsx", "\x00\x01", "not an Excel file"),
    ],
)
def test_what_is_no_table_is_said(tmp_path, name, text, message):
    with pytest.raises(CommsvcError, match=message):
        read_answers(write(tmp_path, name, text))


def test_workbooks_without_answers(tmp_path):
    with pytest.raises(CommsvcError, match="sheet 'Sheet': the table is empty; name another"):
        read_answers(workbook(tmp_path, [], more=["答卷"]))
    with pytest.raises(CommsvcError, match="sheet 'Sheet', row 1: a header and no answers"):
        read_answers(workbook(tmp_path, [["a", "b"]]))
    with pytest.raises(CommsvcError, match=r"no sheet number 3; allowed: 0 to 1: Sheet, 答卷"):
        read_answers(workbook(tmp_path, [["a"], [1]], more=["答卷"]), sheet=3)
    (tmp_path / "secret.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(CommsvcError, match="under a password"):
        read_answers(tmp_path / "secret.xlsx")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_its_mark(tmp_path, encoding):
    answers = read_answers(write(tmp_path, "a.csv", "1、您满意吗\t年龄\n满意\t30\n", encoding))
    assert answers.data["Q1"].tolist() == ["满意"]
    assert f"read as {encoding}, cells between tabs" in said(answers)


def test_semicolons_and_decimal_commas(tmp_path):
    text = "name of service;hours;visits;code\nA;1,5;1,200;a,b\nB;2;3,400;c\n"
    answers = read_answers(write(tmp_path, "a.csv", text))
    assert answers.data["hours"].tolist() == [1.5, 2.0]
    # 1,200 may be 1.2 or 1200: nobody decides that for the researcher.
    assert answers.data["visits"].tolist() == ["1,200", "3,400"]
    assert answers.data["code"].tolist() == ["a,b", "c"]
    assert "column 'hours': decimal commas read as points" in said(answers)
    assert "column 'visits': the comma may be" in said(answers)


def test_short_lines_are_said(tmp_path):
    answers = read_answers(write(tmp_path, "a.csv", "a,b,c\n1,2,3\n4,5\n6\n"))
    assert answers.data["c"].isna().tolist() == [False, True, True]
    assert "2 lines with fewer than 3 cells, the first is line 3" in said(answers)


def test_numeric_wjx_file_with_numbered_options(tmp_path):
    text = (
        "序号,提交答卷时间,1、性别,2、用过的服务(助餐),2、用过的服务(护理),第3题(医生),第3题(护士)\n"
        "1,2026/1/1 8:00:00,1,1,0,5,4\n2,2026/1/1 8:01:00,2,-3,-3,4,4\n"
        "3,2026/1/1 8:02:00,-2,0,0,5,5\n"
    )
    answers = read_answers(write(tmp_path, "a.csv", text))
    question = next(q for q in answers.questions if q.name == "Q2")
    assert (question.kind, question.text) == ("multiple", "用过的服务")
    assert question.columns == ("Q2:助餐", "Q2:护理")
    assert answers.data["Q2:助餐"].sum() == 1
    assert answers.why_missing("Q2:护理").tolist() == ["", "skipped", ""]
    assert answers.why_missing("Q1").tolist() == ["", "", "blank"]


def test_real_file_is_said_in_both_languages(shared):
    answers = read_answers(shared / "surveys/wjx_800_text.xls")
    assert "800 rows, 14 columns" in said(answers)


def test_parquet_without_rows(tmp_path):
    pytest.importorskip("pyarrow")
    pd.DataFrame({"a": []}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(CommsvcError, match="variables and no answers: 0 rows"):
        read_answers(tmp_path / "a.parquet")
