"""Printed figures in texts: hand-read sentences, what is no number, and what must always hold."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.printed import Interval
from commsvc.printed.unit_table import units
from commsvc.published.figures import (
    figures,
    iter_figures,
    paragraphs,
    refused,
    split_reports,
)
from commsvc.published.figures.figure_table import COLUMNS
from commsvc.published.figures.word_tables import exceptions, refusals
from commsvc.published.repair import repair

CASES = json.loads((Path(__file__).parents[1] / "cases/figures.json").read_text(encoding="utf-8"))
FILLER = "共有居民表示社区服务中心建立了，。、；：的在率%人个万元多余近约第几半"


def read_off(text):
    rows = []
    for q in iter_figures(text, 1):
        values = Interval(q.low, q.high, q.low_closed, q.high_closed)
        shown = "" if q.low is None and q.high is None else str(values)
        rows.append([q.printed, shown, q.unit, q.hedge, q.kind])
    return rows


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:16] for case in CASES])
def test_reads_a_sentence(text, expected):
    assert read_off(text) == expected


@pytest.mark.parametrize("word", sorted(exceptions()))
def test_a_word_of_the_exceptions_states_no_number(word):
    found = [q for q in iter_figures(f"我们说{word}啊", 1) if q.kind != "stray"]
    assert found == []


@pytest.mark.parametrize("rule", refusals(), ids=lambda rule: f"{rule.reason} {rule.example}")
def test_a_rule_refuses_its_example(rule):
    assert rule.reason in refused(rule.example, report=1)["reason"].tolist()


@pytest.mark.parametrize(
    "unit",
    sorted(
        u.word
        for u in units().values()
        if u.kind and u.word not in ("万元", "percent", "times", "$", "€", "£", "¥")
    ),
)
def test_some_of_every_unit_are_a_figure(unit):
    first = next(iter_figures(f"共有37{unit}，完毕", 1))
    assert first.low <= 37 + Fraction("半" in unit, 2) <= first.high
    assert (first.start, first.end) == (2, 4 + len(unit))


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("是一个典型代表", []),
        ("建成办公室一个，", ["一个"]),
        ("2.7个行政村和一个社区", ["2.7个", "一个"]),
        ("又一个月多的时间", ["一个月多"]),
        ("每半月至少要开展一次活动", ["半月", "至少…一次"]),
        ("按“一厅九室三市两栏”建设", ["一厅", "九室", "三市", "两栏"]),
        ("“一厅”：即综合厅", ["一厅"]),
        ("实行“一村一社区”", []),
        ("市、区、街道三级服务网络", ["三级"]),
        ("二级以上医院", []),
        ("已建中心一处——三十里铺", ["一处"]),
        ("3年5年的事", ["3年", "5年"]),
        ("最近三年来服务了近30个社区", ["三年", "近30个"]),
    ],
)
def test_what_counts_is_found(text, printed):
    assert [q.printed for q in iter_figures(text, 1)] == printed


@pytest.mark.parametrize("text", ["取9向，", "大多数的3建社区"])
def test_a_digit_that_belongs_to_nothing_is_flagged(text):
    row = figures(text, report=1).iloc[0]
    assert (row["kind"], row["low"]) == ("stray", None)


def test_a_figure_stands_where_it_says():
    text = "\n 调研报告 篇1\n\n　甲。\n　全市近97万人，不到需求数的一半，共15处。\n"
    table = figures(text)
    assert table.columns.tolist() == list(COLUMNS)
    assert table["report"].tolist() == [1, 1, 1]
    assert table["paragraph"].tolist() == [2, 2, 2]
    assert [text[a:b] for a, b in zip(table["start"], table["end"], strict=True)] == [
        "近97万人",
        "一半",
        "15处",
    ]
    assert table["printed"].tolist()[1] == "不到…一半"
    assert (table["page_start"] == table["start"]).all()
    assert all(isinstance(value, Fraction) for value in table["low"])


def test_a_figure_of_repaired_text_stands_in_the_page():
    page = "社區(qū)衛(wèi)生服務(wù)站63處(chù)，占45。2%，滿(mǎn)意。"
    table = figures(repair(page))
    assert table["printed"].tolist() == ["63处", "45.2%"]
    assert [page[a:b] for a, b in zip(table["page_start"], table["page_end"], strict=True)] == [
        "63處",
        "45。2%",
    ]


@pytest.mark.parametrize(
    ("text", "printed", "values"),
    [
        ("面积不得少于300平方米", "不得少于300平方米", "[300, ∞)"),
        ("半径不大于1000米", "不大于1000米", "[0, 1000]"),
        ("增长率为-3.2%", "-3.2%", "(-3.25, -3.15]"),
        ("增长 −3.2%", "−3.2%", "(-3.25, -3.15]"),
        ("占3-5%", "3-5%", "[3, 5]"),
        ("缩短到2天半，", "2天半", "{2.5}"),
        ("价格为$45.50", "$45.50", "[45.495, 45.505)"),
        ("no more than 20 visits", "no more than 20 visits", "[0, 20]"),
    ],
)
def test_what_would_be_read_the_wrong_way_round(text, printed, values):
    (q,) = iter_figures(text, 1)
    assert q.printed == printed
    assert str(Interval(q.low, q.high, q.low_closed, q.high_closed)) == values


@pytest.mark.parametrize("text", ["血压140/90", "下午5:00开放", "χ2检验"])
def test_what_is_no_quantity_has_no_value(text):
    assert [q for q in iter_figures(text, 1) if q.low is not None] == []


def test_reports_are_split_by_their_headings():
    assert [r.number for r in split_reports("调研报告（一）\n甲\n调研报告（二）\n乙")] == [1, 2]
    assert [r.number for r in split_reports("第一篇：甲\nx\n第2篇 乙\ny")] == [1, 2]
    assert [r.number for r in split_reports("Report 1\nx\nReport 2\ny")] == [1, 2]
    assert [r.number for r in split_reports("一、甲\n（一）\n乙\n（二）\n丙")] == [1]
    assert [r.number for r in split_reports("没有标题，15处")] == [1]


def test_collections_put_together_count_from_one_again():
    text = "报告 篇1\n15处\n报告 篇2\n16处\n【报告】相关文章：\n报告25篇\n导航 3处\n"
    found = figures(text * 2)
    assert found["report"].tolist() == [1, 2, 1, 2]
    assert found["printed"].tolist() == ["15处", "16处"] * 2


def test_what_stands_outside_the_reports_is_left_out():
    text = (
        "报告范文大全 共99人\n报告 篇1\n15处\n报告 篇2\n16处\n【报告】相关文章：\n报告（通用25篇）"
    )
    assert figures(text)["printed"].tolist() == ["15处", "16处"]


def test_paragraphs_are_the_lines_that_are_not_blank():
    text = "甲\n \n　\n乙丙\n"
    assert [(n, text[a:b]) for n, a, b in paragraphs(text)] == [(1, "甲"), (2, "乙丙")]


def test_only_text_is_taken():
    with pytest.raises(CommsvcError, match="bytes is no text"):
        figures(b"15")


def test_an_empty_text_gives_an_empty_table():
    assert figures("").empty
    assert figures("").columns.tolist() == list(COLUMNS)
    assert refused("无").empty


def test_a_number_of_ten_thousand_digits_is_no_number():
    assert figures("9" * 10_000 + "人").empty


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=FILLER + "0123456789.一二三十百千０５x_—/:", max_size=60))
def test_any_text_gives_rows_in_order_inside_it(text):
    rows = list(iter_figures(text, 1))
    ends = [0, *(q.end for q in rows)]
    for q, before in zip(rows, ends, strict=False):
        assert before <= q.start < q.end <= len(text)
        assert q.low is None or q.high is None or q.low <= q.high
        if "…" not in q.printed:
            assert text[q.start : q.end] == q.printed


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 99_999), st.sampled_from(["人", "户", "处", "个", "名"]))
def test_a_plain_count_is_itself(number, unit):
    for text in (f"共有{number}{unit}。", f"共有{number:,}{unit}。"):
        (q,) = iter_figures(text, 1)
        assert (q.low, q.high, q.unit, q.hedge) == (number, number, unit, "")
