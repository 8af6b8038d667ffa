"""Labels kept as data: complete, found, and used where a table or figure is shown."""

import csv

import pandas as pd
import pytest

from commsvc import load_report
from commsvc.errors import CommsvcError
from commsvc.labels import Labels, read_labels
from commsvc.published.reports import NUMBERS, data_folder
from commsvc.report import in_words, show_table
from commsvc.report.vocabulary import heading
from commsvc.words import Label

FILE = data_folder() / "labels.csv"
TABLES = [(number, name) for number in NUMBERS for name in load_report(number).tables]


def both(en, zh):
    return Label({"en": en, "zh": zh})


WORDS = Labels(
    {"place": both("Place", "地方"), "share": both("Share", "占比")},
    {"place": {"a": both("town", "镇"), "total": both("all", "合计")}},
    {"share": ".0%"},
)


@pytest.mark.parametrize(("number", "table"), TABLES)
def test_every_column_of_every_table_has_a_heading(number, table):
    report = load_report(number)
    known = report.labels.headings
    for column in report.table(table):
        base = column.removesuffix("_en").removesuffix("_zh")
        assert base in known or column in known or heading(column) != column, column


@pytest.mark.parametrize(("number", "table"), TABLES)
def test_where_one_value_of_a_column_has_words_all_have(number, table):
    report = load_report(number)
    frame = report.table(table)
    for column, known in report.labels.values.items():
        if column in frame:
            values = set(frame[column].dropna().astype(str))
            assert values <= set(known) or not values & set(known), column


def test_the_items_of_a_standard_are_called_as_the_standard_calls_them():
    report = load_report(3)
    standard = report.table("standard").set_index("item")
    for item, row in standard.iterrows():
        lost = row["lost"] == "yes"
        words = report.labels.of(item)
        assert words.text("en") == row["name_en"]
        assert words.text("zh") == ("（名缺）" if lost else row["name_zh"])


def test_every_label_is_complete_in_both_languages():
    with FILE.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["of"] for row in rows} > {str(number) for number in NUMBERS}
    for row in rows:
        assert row["en"] == row["en"].strip() != ""
        assert row["zh"] == row["zh"].strip() != ""
        format(0.5, row["format"])


def test_a_label_of_its_own_comes_before_one_for_all(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text(
        "of,column,value,en,zh,format\n,n,,All,全部,\nx,n,,Own,自己,.1f\n,m,1,one,一,\n", "utf-8"
    )
    assert read_labels(file).of("n") == both("All", "全部")
    own = read_labels(file, of="x")
    assert (own.of("n"), own.of("m", 1), own.formats) == (
        both("Own", "自己"),
        both("one", "一"),
        {"n": ".1f"},
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("column,value,en\nn,,a\n", "zh"),
        ("column,value,en,zh\nn,,a,\n", "incomplete"),
        ("column,value,en,zh\nn,,a,甲\nn,,b,乙\n", "n is labelled twice"),
        ("column,value,en,zh\nn,1,a,甲\nn,1,b,乙\n", "n 1 is labelled twice"),
    ],
)
def test_a_faulty_file_is_named_with_its_line(tmp_path, text, says):
    file = tmp_path / "labels.csv"
    file.write_text(text, "utf-8")
    with pytest.raises(CommsvcError, match=says) as caught:
        read_labels(file)
    assert "labels.csv" in str(caught.value)


def test_what_has_no_label_is_named_with_what_is_near():
    for ask in (lambda: WORDS.of("plac"), lambda: WORDS.of("place", "totl")):
        with pytest.raises(CommsvcError, match="did you mean"):
            ask()
    with pytest.raises(CommsvcError, match="owner of labels '9'"):
        read_labels(FILE, of="9")
    with pytest.raises(CommsvcError, match="no such file"):
        read_labels("nowhere.csv")


def test_a_table_takes_headings_words_and_formats_from_labels(capsys):
    frame = pd.DataFrame({"place": ["a", "a · total", "b"], "share": [0.25, 0.5, None]})
    show_table(frame, caption="x", labels=WORDS)
    shown = capsys.readouterr().out
    for words in ("Place", "Share", "town ", "town: all", "\nb ", "25%"):
        assert words in shown
    show_table(
        frame, caption="x", labels=WORDS, columns={"share": "S"}, values={"place": {"a": "A"}},
        formats={"share": ".3f"},
    )  # fmt: skip
    shown = capsys.readouterr().out
    assert "Share" not in shown
    assert "town  " not in shown
    assert "0.250" in shown


def test_a_figure_says_what_a_table_says():
    frame = pd.DataFrame({"place": ["a", "total"], "x": [1, 2]})
    said = in_words(frame, WORDS, "place")
    assert said["place"].tolist() == ["town", "all"]
    assert frame["place"].tolist() == ["a", "total"]
    with pytest.raises(CommsvcError, match="no value 'b'"):
        in_words(frame.assign(place="b"), WORDS, "place")
