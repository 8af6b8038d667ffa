"""The catalogue of words: complete in both languages, used where a table is told nothing."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

import commsvc.report.vocabulary
from commsvc import Design, compare_groups, estimate_shares
from commsvc.inference.reliability import nchs_reliability
from commsvc.report.result_tables import table
from commsvc.report.vocabulary import NO_COLUMN, pieces, words
from commsvc.words.catalogues import catalogue
from commsvc.words.messages import text_of

FILE = Path(commsvc.report.vocabulary.__file__).with_name("vocabulary.csv")
ROWS = list(csv.DictReader(FILE.read_text("utf-8").splitlines()))
# Symbols and names that Chinese texts print as they are.
HEADINGS = {row["column"] for row in ROWS if not row["word"]}
SAME = {"AIC", "BIC", "R²", "df", "Cramér V", "{0}（{1}）"}


def test_every_entry_is_complete_and_stands_once():
    keys = [(row["column"], row["word"]) for row in ROWS]
    assert len(set(keys)) == len(keys)
    for row in ROWS:
        assert row["en"] == row["en"].strip() != ""
        zh = catalogue("zh").find(row["en"], None, row["column"] or NO_COLUMN)
        assert zh == zh.strip() != ""
        assert zh in SAME or any("\u4e00" <= c <= "\u9fff" for c in zh), row
        fields = [sorted(re.findall(r"{\d}", text)) for text in (row["word"], row["en"], zh)]
        assert fields[0] == fields[1] == fields[2], row


@pytest.mark.parametrize(
    "result",
    [
        estimate_shares([161, 60, 9], ["a", "b", "c"], design=Design.unknown()),
        compare_groups([[10, 5], [3, 9]], design=Design.srs()),
    ],
    ids=["estimates", "tests"],
)
def test_every_column_of_a_tidy_result_has_a_heading(result):
    assert [name for name in result if name not in HEADINGS] == []


def test_a_word_stands_for_its_column_only():
    assert words("verdict")["within"].text("zh") == "符合标准"
    assert "within" not in words("quadrant")
    assert words("group") == {}
    assert set(words("verdict")) < set(words())


def test_tables_use_it_where_nothing_is_said(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "zh")
    frame = pd.DataFrame({"base": [42], "verdict": ["within"], "beds": [3]})
    html = table(frame).html()
    assert ">基数</th>" in html
    assert ">符合标准<" in html
    assert ">beds</th>" in html
    assert "符合标准" in table(frame).text()
    own = table(frame, columns={"base": "n"}, values={"verdict": {}}).html()
    assert "基数" not in own
    assert "within</t" in own


def test_a_users_own_groups_are_not_translated(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "zh")
    frame = pd.DataFrame({"group": ["need", "total"]})
    assert "需要因素" not in table(frame).html()
    assert "需要因素" in table(frame, values={"group": words()}).html()


def test_what_the_reliability_rule_says_is_chinese_throughout():
    for share, variance, n, df in (
        (0.4, 0.02**2, 12, 30), (0.4, 0.2**2, 400, 30), (0.4, 0.085**2, 400, 30),
        (0.04, 0.02**2, 400, 30), (0.96, 0.02**2, 400, 30), (0.9, 0.03**2, 400, 5),
        (1.0, 0.0, 400, 30), (0.5, 0.0, 1, 30), (0.5, 0.1, 50, 0),
    ):  # fmt: skip
        note = nchs_reliability(share, variance, n, df).note
        assert note, (share, variance)
        said = pieces("note", note)
        assert said == note
        assert not re.search("[a-z]{2,}", text_of(said, "zh")), said
