"""Export formats: each told from its headers, its questions and people counted right."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from commsvc.errors import CommsvcError
from commsvc.survey import draft_codebook, flag_answers, read_answers
from commsvc.survey.dialects import DIALECTS
from commsvc.survey.headers import lead_columns
from commsvc.survey.joined_answers import joined_by

OPTIONS = ("Bus", "Tram", "Bike, own or shared", "On foot")


def picked(n=40, seed=3):
    """Who ticked what: a list of options a person, at least one."""
    rng = random.Random(seed)
    return [[o for o in OPTIONS if rng.random() < 0.5] or ["Bus"] for _ in range(n)]


def written(folder, rows, name="a.csv"):
    file = folder / name
    pd.DataFrame(rows).to_csv(file, index=False, header=False)
    return file


def counts(answers, name):
    """How many ticked each option, by its label."""
    question = draft_codebook(answers)[name]
    assert question.kind == "multiple"
    return {question.item(c).label: int(answers.data[c].sum()) for c in question.columns}


def expected(rows):
    return {o: sum(o in row for row in rows) for o in OPTIONS}


def said(answers, name):
    assert any(f"read as an export of {name}" in line for line in answers.done), answers.done


def test_every_dialect_has_columns_of_its_own_or_takes_everything():
    for dialect in DIALECTS[:-1]:
        named = lead_columns(dialect.name)
        assert len(named) > len(lead_columns()) or dialect.name == "问卷星"
    assert len({dialect.name for dialect in DIALECTS}) == len(DIALECTS)


def test_qualtrics(tmp_path):
    rows = picked()
    head = ["StartDate", "EndDate", "Status", "IPAddress", "ResponseId", "RecipientEmail",
            "Q1", *(f"Q2_{i}" for i in range(1, 5)), "Q2_4_TEXT"]  # fmt: skip
    labels = ["Start Date", "End Date", "Response Type", "IP Address", "Response ID", "Email",
              "How was it?", *(f"How do you come? - Selected Choice - {o}" for o in OPTIONS),
              "How do you come? - On foot - Text"]  # fmt: skip
    ids = [f'{{"ImportId":"x{i}"}}' for i in range(len(head))]
    body = [
        [
            "2026-05-01 10:00:00",
            "2026-05-01 10:05:00",
            "Survey Preview" if i < 3 else "IP Address",
            "192.0.2.7",
            f"R_{i}",
            f"p{i}@example.org",
            ("good", "bad")[i % 2],
            *(o if o in row else "" for o in OPTIONS),
            "far" if i == 5 else "",
        ]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, labels, ids, *body]))
    said(answers, "Qualtrics")
    assert answers.n == 40
    assert counts(answers, "Q2") == expected(rows)
    assert draft_codebook(answers)["Q2"].text == "How do you come?"
    assert draft_codebook(answers)["Q1"].text == "How was it?"
    assert answers.data["Q2_other"].dropna().tolist() == ["far"]
    assert "example.org" not in answers.data.to_csv()
    assert flag_answers(answers)["rule"].eq("preview").sum() == 3


def test_surveymonkey(tmp_path):
    rows = picked()
    head = ["Respondent ID", "Collector ID", "Start Date", "How do you come?", "", "", "",
            "How was it?", "Rate", ""]  # fmt: skip
    second = ["", "", "", *OPTIONS, "Response", "staff", "rooms"]
    body = [
        [
            10_000 + i,
            7,
            "05/13/2026 10:00:00 AM",
            *(o if o in row else "" for o in OPTIONS),
            ("good", "bad")[i % 2],
            str(i % 5 + 1),
            str(i % 3 + 1),
        ]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, second, *body]))
    said(answers, "SurveyMonkey")
    assert answers.n == 40
    assert counts(answers, "How do you come?") == expected(rows)
    rate = draft_codebook(answers)["Rate"]
    assert (rate.kind, [x.label for x in rate.items]) == ("matrix", ["staff", "rooms"])
    assert draft_codebook(answers)["How was it?"].kind == "scale"


def test_google_forms(tmp_path):
    rows = picked()
    head = ["Timestamp", "How do you come?", "Rate [staff]", "Rate [rooms]"]
    body = [
        ["2026/05/01 10:00:00 AM GMT+8", ", ".join(row), ("good", "bad")[i % 2], "good"]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "Google Forms")
    assert counts(answers, "How do you come?") == expected(rows)
    assert draft_codebook(answers)["Rate"].columns == ("Rate:staff", "Rate:rooms")
    assert "joined by ', '" in str(dict(draft_codebook(answers).doubts)["How do you come?"])


def test_microsoft_forms(tmp_path):
    rows = picked()
    head = ["ID", "Start time", "Completion time", "Email", "Name", "How do you come?"]
    body = [
        [i + 1, "5/1/26 10:00:00", "5/13/26 10:05:00", "anonymous", "", ";".join(row) + ";"]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "Microsoft Forms")
    assert counts(answers, "How do you come?") == expected(rows)
    assert answers.data["submitted"].dt.month.eq(5).all()


@pytest.mark.parametrize("full", [False, True])
def test_limesurvey(tmp_path, full):
    rows = picked()
    head = ["id", "submitdate", "lastpage", "startlanguage", "seed"]
    head += [f"come[SQ00{i}]" for i in range(1, 5)] if not full else [
        f"come[SQ00{i}]. How do you come? [{o}]" for i, o in enumerate(OPTIONS, 1)
    ]  # fmt: skip
    body = [
        [i + 1, "2026-05-01 10:00:00", 3, "en", 7, *("Y" if o in row else "" for o in OPTIONS)]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "LimeSurvey")
    assert list(counts(answers, "come").values()) == list(expected(rows).values())


def test_kobo(tmp_path):
    rows = picked()
    names = ["bus", "tram", "bike", "foot"]
    code = dict(zip(OPTIONS, names, strict=True))
    head = ["start", "end", "trip/come", *(f"trip/come/{n}" for n in names), "home/place",
            "_home/place_latitude", "_home/place_longitude", "_uuid",
            "_submission_time"]  # fmt: skip
    body = [
        [
            "2026-05-01T10:00:00.000+08:00",
            "2026-05-01T10:05:00.000+08:00",
            " ".join(code[o] for o in row),
            *(int(o in row) for o in OPTIONS),
            f"22.{500_000 + i} 114.{50_000 + i} 0 0",
            22.5 + i / 1e5,
            114.05 + i / 1e5,
            f"u{i}",
            "2026-05-01T11:00:00",
        ]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "KoBoToolbox/ODK")
    found = counts(answers, "come")
    assert found == {code[o]: n for o, n in expected(rows).items()}
    assert answers.data["started"].iloc[0] == pd.Timestamp("2026-05-01 10:00:00")
    assert "22.5" not in answers.data.to_csv()


@pytest.mark.parametrize("labels", [False, True])
def test_redcap(tmp_path, labels):
    rows = picked()
    head = ["record_id", *(f"come___{i}" for i in range(1, 5)), "form_1_complete"]
    yes, no = 1, 0
    if labels:
        head = ["Record ID", *(f"How do you come? (choice={o})" for o in OPTIONS), "Complete?"]
        yes, no = "Checked", "Unchecked"
    body = [[i + 1, *(yes if o in row else no for o in OPTIONS), 2] for i, row in enumerate(rows)]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "REDCap")
    name = "How do you come?" if labels else "come"
    assert list(counts(answers, name).values()) == list(expected(rows).values())
    assert draft_codebook(answers)["id"].role == "id"


def test_tencent(tmp_path):
    rows = picked()
    head = ["编号", "开始答题时间", "结束答题时间", "答题时长", "1.您的性别",
            *(f"2.怎样来的:{o}" for o in OPTIONS)]  # fmt: skip
    body = [
        [
            i + 1,
            "2026-05-01 10:00:00",
            "2026-05-01 10:02:00",
            "120秒",
            "男女"[i % 2],
            *(int(o in row) for o in OPTIONS),
        ]
        for i, row in enumerate(rows)
    ]
    answers = read_answers(written(tmp_path, [head, *body]))
    said(answers, "腾讯问卷")
    assert counts(answers, "Q2") == expected(rows)
    assert answers.data["seconds"].eq(120).all()


@pytest.mark.parametrize("sign", ["┋", ";", ", ", "、"])
def test_joined_answers_wherever_they_come_from(tmp_path, sign):
    rows = [[o for o in row if "," not in o] or ["Bus"] for row in picked(60)]
    head = ["no", "How do you come? (select all that apply)"]
    body = [[i, sign.join(row)] for i, row in enumerate(rows)]
    answers = read_answers(written(tmp_path, [head, *body]))
    assert counts(answers, head[1]) == {o: n for o, n in expected(rows).items() if n}


def test_one_column_an_option_with_the_options_own_words(tmp_path):
    rows = picked()
    head = ["no", *(f"come: {o}" for o in OPTIONS)]
    body = [[i, *(o if o in row else "" for o in OPTIONS)] for i, row in enumerate(rows)]
    assert counts(read_answers(written(tmp_path, [head, *body])), "come") == expected(rows)


@pytest.mark.parametrize(
    "cells",
    [
        ["Yes, always", "Yes, sometimes", "No"] * 10,
        ["clean, but far", "dear; good", "I like it, really", "no"] * 2,
        ["1,5", "2,5", "3"] * 8,
        ["Under 1,000", "1,000-2,000", "Over 2,000"] * 8,
    ],
)
def test_what_is_no_list(cells):
    assert joined_by(pd.Series(cells), (", ", ",", ";"), "anything") == ([], "")


def test_a_form_is_no_file_of_answers(tmp_path):
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        survey = [["type", "name", "label"], ["integer", "n", "How many?"], ["note", "x", "Thanks"]]
        for name, rows in {"survey": survey, "choices": [["list_name", "name", "label"]]}.items():
            pd.DataFrame(rows).to_excel(book, sheet_name=name, index=False, header=False)
    with pytest.raises(CommsvcError, match="an XLSForm"):
        read_answers(tmp_path / "a.xlsx")


def test_a_matrix_whose_first_row_alone_has_the_question(tmp_path):
    rows = [["序号", "1、性别", "2、请评价各项：—前台", "2、食堂", "2、走廊"]]
    rows += [
        [i, "男女"[i % 2], *(("满意", "一般", "不满意")[(i + j) % 3] for j in range(3))]
        for i in range(20)
    ]
    question = draft_codebook(read_answers(written(tmp_path, rows)))["Q2"]
    assert question.text == "请评价各项："
    assert [x.label for x in question.items] == ["前台", "食堂", "走廊"]
