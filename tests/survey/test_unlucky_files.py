"""Files as bad luck brings them: each is read right, or refused with its place and a next step."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from commsvc.errors import CommsvcError
from commsvc.study.safe_copy import copy_data
from commsvc.survey import clean_answers, draft_codebook, read_answers, replay
from commsvc.survey.likert import scale_scores
from commsvc.survey.personal import mask
from commsvc.survey.private import private_kind


def written(folder, name, content):
    file = folder / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


def workbook(**sheets):
    stream = io.BytesIO()
    with pd.ExcelWriter(stream) as writer:
        for name, rows in sheets.items():
            pd.DataFrame(rows).to_excel(writer, sheet_name=name, index=False, header=False)
    return stream.getvalue()


PAGE = "<html><body><table><tr><td>a</td></tr></table></body></html>"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", PAGE, "a web page with the ending .csv"),
        ("a.xls", PAGE, "a web page with the ending .xls"),
        ("a.csv", workbook(s=[["q"], ["1"]]), "an Excel workbook with the ending .csv"),
        ("a.xlsx", "q,r\n1,2\n", "a text file with the ending .xlsx"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "under a password"),
        ("a.csv", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "an old Excel workbook"),
        ("a.dta", b"$FL2" + b"\0" * 600, "an SPSS file with the ending .dta"),
        ("a.sav", b"PAR1" + b"\0" * 600, "a Parquet file with the ending .sav"),
        ("a.parquet", b"\0\1\2" * 300, "not a Parquet file"),
        ("a.sav", b"\0\1\2" * 300, "in SPSS, save it again"),
        ("a.dta", b"\0\1\2" * 300, "in Stata, save it again"),
        ("a.xlsx", b"\0\1\2" * 300, "not an Excel file"),
        ("a.csv", b"\xff\x80\x00\xfe" * 300 + b"x", "save it as CSV UTF-8"),
        ("a.csv", "", "0 bytes"),
        ("a.sav", b"", "0 bytes"),
        ("a.csv", "q,r\n", "row 1: a header and no answers below it"),
        ("a.csv", "q,r\n1,2\n1,2,3\n", "line 3: 3 cells"),
    ],
)
def test_what_is_no_questionnaire_is_refused_with_a_next_step(tmp_path, name, content, said):
    file = written(tmp_path, name, content)
    with pytest.raises(CommsvcError) as caught:
        read_answers(file)
    message = str(caught.value)
    assert said in message
    assert message.startswith(name)
    assert str(tmp_path) not in message
    assert caught.value.next_step


def test_rows_of_sums_are_nobodys_answers(tmp_path):
    file = written(tmp_path, "a.csv", "小区,年龄\n东,30\n西,50\n合计,80\n平均,40\n")
    answers = read_answers(file)
    assert answers.data["年龄"].tolist() == [30, 50]
    assert any("合计, 平均" in line for line in answers.done)
    graded = written(tmp_path, "b.csv", "q,r\naverage,1\ngood,2\naverage,3\n")
    assert read_answers(graded).n == 3


def test_the_first_sheet_that_holds_a_table_is_read(tmp_path):
    table = [["区", "年龄"], ["东", 30], ["西", 50]]
    file = written(tmp_path, "a.xlsx", workbook(说明=[["由问卷导出"], ["勿外传"]], 数据=table))
    answers = read_answers(file)
    assert answers.done[:2] == ("sheet '数据'", "other sheets left alone: 说明")
    assert answers.data["年龄"].tolist() == [30, 50]
    assert read_answers(file, sheet=0).data.shape == (1, 1)


def test_a_column_without_number_is_a_row_only_with_the_same_answers(tmp_path):
    lines = ["序号,7、态度,环境,8、知道吗,卡,9、年龄", "1,好,差,是,A,7", "2,差,好,否,B,8"]
    answers = read_answers(written(tmp_path, "a.csv", "\n".join(lines)))
    columns = {q.name: q.columns for q in answers.questions}
    assert columns == {
        "id": ("id",), "Q7": ("Q7:态度", "Q7:环境"), "Q8": ("Q8",), "卡": ("卡",),
        "Q9": ("Q9",),
    }  # fmt: skip
    assert sum("taken as a row" in line for line in answers.done) == 1
    expanded = "序号,第3题(助餐),第3题(其他),第3题(其他)[选项填空]\n1,1,0,\n2,0,1,理发\n"
    options = read_answers(written(tmp_path, "b.csv", expanded)).questions[1]
    assert (options.kind, options.columns) == ("multiple", ("Q3:助餐", "Q3:其他"))


def test_answers_joined_by_semicolons_are_several(tmp_path):
    rng = np.random.default_rng(5)
    picked = [[o for o in ("meals", "bath", "clinic") if rng.random() < 0.6] for _ in range(40)]
    text = [";".join(p) + (";" if p else "") for p in picked]  # a form that ends them with one
    remarks = [f"fine; no {i}" for i in range(40)]
    frame = pd.DataFrame({"id": range(40), "services": text, "remarks": remarks})
    file = tmp_path / "a.csv"
    frame.to_csv(file, index=False)
    answers = read_answers(file)
    for option in ("meals", "bath", "clinic"):
        assert answers.data[f"services:{option}"].sum() == sum(option in p for p in picked)
    assert "column 'services': several answers a person, joined by ';'" in answers.done
    assert answers.data["remarks"].tolist() == remarks
    assert read_answers(file, separator="").data["services"].notna().sum() == sum(map(bool, picked))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("电话13812345678找我", "电话[电话 phone]找我"),
        ("+86 138-1234-5678", "[电话 phone]"),
        ("座机(0755)26120001转3", "座机[电话 phone]转3"),
        ("call +44 7911 123456 please", "call [电话 phone] please"),
        ("身份证11010119900307123X。", "身份证[证件号 id number]。"),
        ("写信a_b@x.org.cn吧", "写信[邮箱 e-mail]吧"),
        (
            "2026-03-01 收 13800 元，床位 13812345678.5",
            "2026-03-01 收 13800 元，床位 13812345678.5",
        ),
        ("订单 220138123456780001", "订单 220138123456780001"),
        ("110101200013451234", "110101200013451234"),  # no such month and day
    ],
)
def test_what_is_masked_in_texts(before, after):
    assert mask(before) == after
    assert mask(after) == after


@pytest.mark.parametrize(
    ("header", "cells", "kind"),
    [
        ("家庭地址", ["幸福路3号"], "address"),
        ("座机", ["1"], "phone"),
        ("卡号", ["6222"], "id number"),
        ("联系人", ["王小明", "李雷", "王小明", "张三", "赵六", "陈七"], "name"),
        ("v3", ["王小明", "李雷", "孙红", "张三", "赵六", "陈七"], "name"),
        ("村", ["王家村", "李家村", "孙家村", "张家庄", "赵家庄", "陈家镇"], ""),
        ("受访者", ["本人", "家属", "本人", "其他", "本人", "家属"], ""),
        ("是否愿意留下联系方式", ["是", "否"], ""),
        ("您知道服务中心的地址吗", ["知道", "不知道"], ""),
        ("电话", ["0755-26120001"], "phone"),
    ],
)
def test_private_columns_by_name_and_by_cells(header, cells, kind):
    assert private_kind(header, pd.Series(cells)) == kind


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "sav", "dta"])
def test_texts_are_masked_in_every_kind_of_file(tmp_path, ending):
    said = ["打13812345678", "好", "", "a@b.cn"]
    frame = pd.DataFrame({"q": [1.0, 2, 3, 4], "said": said})
    file = tmp_path / f"a.{ending}"
    {
        "csv": lambda: frame.to_csv(file, index=False),
        "xlsx": lambda: frame.to_excel(file, index=False),
        "parquet": lambda: frame.to_parquet(file),
        "sav": lambda: pyreadstat.write_sav(frame, str(file)),
        "dta": lambda: frame.to_stata(file, write_index=False, version=118),
    }[ending]()
    answers = read_answers(file)
    assert answers.data["said"].dropna().tolist()[0] == "打[电话 phone]"
    assert "13812345678" not in answers.data.to_csv()
    assert sum("masked in 2 texts" in line for line in answers.done) == 1
    assert "13812345678" in read_answers(file, private="keep").data.to_csv()


def test_categories_are_masked_as_texts_are(tmp_path):
    said = ["打13812345678", "好", None, "打13912345678", "好", "好"]
    kind = pd.CategoricalDtype(["打13812345678", "打13912345678", "好", "找a@b.cn"], ordered=True)
    frame = pd.DataFrame({"said": pd.Categorical(said, dtype=kind)})
    frame["also"] = pd.array(said, "string")
    frame["v1"] = pd.Categorical(["13812345678", None, None, None, None, "13912345678"])
    file = tmp_path / "a.parquet"
    frame.to_parquet(file)
    answers = read_answers(file)
    assert list(answers.data) == ["said", "also"]
    masked = answers.data["said"]
    assert masked.cat.categories.tolist() == ["打[电话 phone]", "好", "找[邮箱 e-mail]"]
    assert masked.cat.ordered
    assert masked.isna().tolist() == frame["said"].isna().tolist()
    (tmp_path / "sent").mkdir()
    sent = pd.read_parquet(copy_data(file, tmp_path / "sent").file)
    told = [*sent["said"].cat.categories, *sent["also"].dropna()]
    assert not any("138" in text or "139" in text or "@" in text for text in told)


def test_a_draft_knows_flags_days_ids_and_weights():
    frame = pd.DataFrame(
        {
            "respondent_id": range(8),
            "used": [True, False] * 4,
            "出生日期": range(30000, 30008),
            "w": np.linspace(0.5, 2, 8),
            "recommend 0-10": [0, 10] * 4,
        }
    )
    from commsvc.survey import Answers

    answers = Answers.from_frame(frame)
    book = draft_codebook(answers)
    found = {q.name: (q.kind, q.role) for q in book}
    assert found == {
        "respondent_id": ("number", "id"),
        "used": ("single", ""),
        "出生日期": ("text", ""),
        "w": ("number", ""),
        "recommend 0-10": ("scale", ""),
    }
    clean, log = clean_answers(answers, book)
    assert clean.data["used"].tolist() == ["是", "否"] * 4
    assert replay(answers, log).equals(clean)


def test_scores_of_a_scale_without_graded_words():
    assert scale_scores([str(i) for i in range(11)])["10"] == 10
    assert scale_scores(["每天", "每周", "从不"]) == {"每天": 3, "每周": 2, "从不": 1}
    assert scale_scores(["很满意", "不满意"]) == {"很满意": 5, "不满意": 2}
