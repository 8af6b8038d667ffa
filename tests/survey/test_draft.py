"""Drafts of codebooks: right where the answers tell, and with a doubt where they do not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest
from statsmodels.stats.proportion import proportion_confint

from commsvc.inference import Design
from commsvc.survey.answers import Answers
from commsvc.survey.clean import clean_answers
from commsvc.survey.codebook_yaml import parse_yaml, write_yaml
from commsvc.survey.describe import satisfaction
from commsvc.survey.draft import draft_codebook
from commsvc.survey.flags import flag_answers
from commsvc.survey.level_order import in_order
from commsvc.survey.log import replay
from commsvc.survey.read import read_answers
from commsvc.survey.typed_numbers import holds_typed_numbers

SIMULATED = Path(__file__).resolve().parents[2] / "data/surveys/simulated_centre.csv"

# Every question of the real file, read off its page by hand: kind, role, levels in order.
REAL = {
    "Q1": ("single", "", "1部 2部 3部 4部及以上"),
    "Q2": (
        "single",
        "",
        "0-799元 800-999元 1000-1499元 1500-1999元 2000-2499元 2500-2999元 3000-3499元 "
        "3500元及以上 免费赠送的 其他【请注明】",
    ),
    "Q2_other": ("text", "", ""),
    "Q3": ("single", "group", "男 女"),
    "Q4": (
        "single",
        "group",
        "16~19岁 20~24岁 25~29岁 30~34岁 35~39岁 40~49岁 50~59岁 60岁以上",
    ),
    "Q5": (
        "single",
        "group",
        "无收入 3000元以下 3001-5000元 5001-8000元 8001-10000元 10001-15000元 15000元以上 "
        "不知道/拒绝回答",
    ),
    "Q6": (
        "multiple",
        "",
        "运动 阅读 影视 美食 旅游 IT数码 艺术 音乐 游戏动漫 手工艺 摄影 购物 健康 其他【请注明】",
    ),
    "Q6_other": ("text", "", ""),
    "Q7": ("single", "", "没有投入 10%左右 20%左右 30%左右 40%左右 50%左右 超过50%"),
    "Q8": (
        "multiple",
        "",
        "不关注 娱乐八卦 财经 汽车类 时尚 电子科技类 体育类 政治/军事 ACG文化(动漫、游戏等) "
        "其他【请注明】",
    ),
    "Q8_other": ("text", "", ""),
}


def test_every_question_of_the_real_file(shared):
    answers = read_answers(shared / "surveys/wjx_800_text.xls")
    book = draft_codebook(answers)
    found = {q.name: q for q in book if q.name in REAL}
    assert list(found) == list(REAL)
    for name, (kind, role, levels) in REAL.items():
        question = found[name]
        assert (question.kind, question.role) == (kind, role), name
        assert [level.zh for level in question.levels] == levels.split(), name
    # The one thing a person has to look at.
    assert [name for name, _ in book.doubts] == ["Q5"]
    # Cleaning by the draft finds nothing to do and nothing out of range.
    data, log = clean_answers(answers, book)
    assert log == ()
    flags = flag_answers(data, book)
    assert "out of range" not in set(flags["rule"])


def test_simulated_file_is_cleaned_by_its_draft():
    answers = read_answers(SIMULATED)
    book = draft_codebook(answers)
    assert [level.zh for level in book["Q3"].levels] == [
        "很满意", "满意", "一般", "不满意", "很不满意", "说不清",
    ]  # fmt: skip
    assert book["Q5"].kind == "number"
    assert book["Q7"].range == (0, 120)
    assert book["Q1"].role == "group"
    data, log = clean_answers(answers, book)
    assert replay(answers, log).equals(data)
    # The draft's own labels stay: 满意 is an answer of this file, 比较满意 is none.
    assert set(data.data["Q3"].dropna()) == {level.zh for level in book["Q3"].levels}
    raw = answers.data["Q3"].value_counts()
    assert (data.data["Q3"] == "很满意").sum() == raw["很满意"] + raw["非常满意"]
    flags = flag_answers(data, book)
    impossible = flags[flags["rule"] == "out of range"]
    assert [answers.data["id"][row] for row in impossible["row"]] == [50]
    assert set(flags) == {"row", "rule", "note"}


def column(*cells, name="Q1"):
    return pd.DataFrame({name: list(cells)})


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["两次", "３", "5次", "1", "12"], True),
        (["1部", "2部", "3部", "1部", "2部", "4部及以上"], False),
        (["20~24岁", "25~29岁"], False),
        (["1个", "2个", "3个"], False),
        ([f"{n}次" for n in range(1, 20)], True),
        (["100083", "200000"], False),
        (["3000元以下", "3000元", "5000元"], False),
        (["好", "差"], False),
    ],
)
def test_typed_numbers_are_told_from_options(cells, numbers):
    assert holds_typed_numbers(pd.Series(cells)) is numbers


@pytest.mark.parametrize(
    "order",
    [
        ["小学及以下", "初中", "高中/中专", "大专", "本科及以上"],
        ["从不", "偶尔", "有时", "经常", "总是"],
        ["每天", "每周一次", "每月一次", "每年一次"],
        ["无收入", "3000元以下", "3000-5000元", "5000元以上", "拒绝回答"],
        ["10%", "50%", "超过50%"],
        ["很满意", "满意", "一般", "不满意", "说不清"],
        ["under 5", "5 to 10", "10 or more", "don't know"],
    ],
)
def test_orders_that_words_tell(order):
    assert in_order(order[::-1]) == order
    assert in_order(sorted(order)) == order


def doubts(book, name):
    said = [doubt for question, doubt in book.doubts if question == name]
    assert all(doubt.text("en") != doubt.text("zh") for doubt in said)
    return " | ".join(map(str, said))


def test_codes_without_labels_are_doubted():
    codes = pd.DataFrame(
        {
            "您的性别": [1, 2] * 10,
            "总体满意度": [1, 2, 3, 5] * 5,
            "近两周使用次数": [1, 2, 3, 4] * 5,
            "家庭支出": [1200, 80] * 10,
            "推荐意愿评分": [0, 10, 7, 8] * 5,
        }
    )
    book = draft_codebook(codes)
    kinds = {q.name: q.kind for q in book}
    assert kinds == {
        "您的性别": "single",
        "总体满意度": "scale",
        "近两周使用次数": "number",
        "家庭支出": "number",
        "推荐意愿评分": "scale",
    }
    # A code nobody chose is a level all the same.
    assert [level.code for level in book["总体满意度"].levels] == list("12345")
    assert "codes without labels" in doubts(book, "您的性别")
    assert "taken for a number by the words" in doubts(book, "近两周使用次数")
    # A draft of codes cleans without a word changed but their type.
    data, _ = clean_answers(Answers.from_frame(codes), book)
    assert data.data["总体满意度"].tolist() == ["1", "2", "3", "5"] * 5


def test_doubts_say_what_a_person_decides():
    book = draft_codebook(column(*["满意", "比较满意", "非常满意", "一般"] * 4))
    assert "满意, 比较满意: two answers of this question" in doubts(book, "Q1")
    assert "nobody answered 'very dissatisfied'" in doubts(book, "Q1")
    assert "order in which they first appear" in doubts(
        draft_codebook(column(*["东", "南", "西"] * 4)), "Q1"
    )
    assert doubts(draft_codebook(column(*["东", "西"] * 4)), "Q1") == ""
    assert "nobody answered: kind unknown" in doubts(draft_codebook(column(None, None)), "Q1")


def test_roles_are_guessed_from_names():
    frame = pd.DataFrame(
        {
            "编号": range(1, 9),
            "weight": [1.5, 2.0] * 4,
            "stratum": ["a", "b"] * 4,
            "psu": [1, 2, 3, 4] * 2,
            "gender": ["male", "female"] * 4,
            "colour": ["red", "blue"] * 4,
        }
    )
    book = draft_codebook(frame)
    assert {q.name: q.role for q in book} == {
        "编号": "id",
        "weight": "",
        "stratum": "",
        "psu": "",
        "gender": "group",
        "colour": "",
    }
    # What changes an estimate is proposed with its evidence, and used when somebody says so.
    assert book.design().kind == "unknown"
    assert "a sampling weight (mean 1.75, sum 14.0, 0 blank): not used" in doubts(book, "weight")
    for name, role in (("weight", "weight"), ("stratum", "stratum"), ("psu", "cluster")):
        assert f"role: {role}" in doubts(book, name)
        book = book.with_question(name, role=role)
    design = book.design()
    assert (design.weights, design.strata, design.clusters) == ("weight", "stratum", ("psu",))


def test_a_draft_is_one_page_with_comments_in_both_languages():
    book = draft_codebook(read_answers(SIMULATED))
    page = write_yaml(book, comments=True)
    assert parse_yaml(page) == book
    lines = page.splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 120
    assert "# ? 视为同一答案：很满意、非常满意" in lines
    assert "# ? one answer: 很满意, 非常满意" in lines
    assert lines.index("# ? one answer: 很满意, 非常满意") < lines.index("Q3:")
    # Without comments nothing but the questions.
    assert not any(line.startswith("#") for line in write_yaml(book).splitlines())


def test_wordings_come_to_the_codebooks_own_label():
    book = parse_yaml(
        "Q1:\n  kind: scale\n  levels: [非常满意, 基本满意, 一般, 不满意]\n"
        "Q2:\n  kind: scale\n  levels: [{code: 5, zh: 很好, en: very good}, {code: 1, zh: 很差}]\n"
    )
    raw = Answers.from_frame(
        pd.DataFrame(
            {
                "Q1": ["很满意", "满意", "非常满意", "一般", "非常不满意", None],
                "Q2": ["5", "很好", "very good", "非常好", "1", "好"],
            }
        )
    )
    data, log = clean_answers(raw, book)
    # 满意 stands where 基本满意 is the only answer of its grade; 非常不满意 is nowhere there.
    assert data.data["Q1"].dropna().tolist() == [
        "非常满意", "基本满意", "非常满意", "一般", "非常不满意",
    ]  # fmt: skip
    assert data.data["Q2"].tolist() == ["很好", "很好", "很好", "很好", "很差", "好"]
    assert replay(raw, log).equals(data)
    flags = flag_answers(data, book)
    wrong = flags[flags["rule"] == "out of range"]
    assert wrong["note"].tolist() == ["Q1: 非常不满意", "Q2: 好"]


def test_a_private_question_is_left_out():
    book = parse_yaml("street: {role: private}\nQ1: {kind: single, levels: [a, b]}\n")
    raw = Answers.from_frame(pd.DataFrame({"street": ["x", "y"], "Q1": ["a", "c"]}))
    data, log = clean_answers(raw, book)
    assert list(data.data) == ["Q1"]
    assert replay(raw, log).equals(data)
    assert flag_answers(data, book)["note"].tolist() == ["Q1: c"]


def test_possible_numbers_of_the_codebook():
    book = parse_yaml("age: {kind: number, range: [18, 99]}\n")
    raw = Answers.from_frame(pd.DataFrame({"age": [18, 17, 99, 100, None]}))
    assert flag_answers(raw, book)["row"].tolist() == [1, 3]
    wider = flag_answers(raw, book, ranges={"age": (0, 120)})
    assert wider.empty


def test_0_and_1_without_labels_are_a_question_with_shares(tmp_path):
    file = tmp_path / "a.sav"
    used = [0.0, 1, 1, 0, 1, 1] * 10
    frame = pd.DataFrame({"used": used, "visits": used, "psu": used})
    pyreadstat.write_sav(frame, str(file), column_labels={"used": "Used it", "visits": "就诊次数"})
    answers = read_answers(file)
    book = draft_codebook(answers)
    assert [book[name].kind for name in frame] == ["single", "number", "single"]
    assert [book[name].role for name in frame] == ["", "", ""]
    assert "0 and 1 without labels" in dict(book.doubts)["used"]
    clean, _ = clean_answers(answers, book)
    table = satisfaction(clean, "used", codebook=book, design=Design.srs()).table.set_index("level")
    low, high = proportion_confint(40, 60, method="wilson")
    assert table.loc["是", ["count", "base"]].tolist() == [40, 60]
    assert table.loc["是", ["low", "high"]].astype(float).tolist() == pytest.approx([low, high])
