"""Verdicts as a table: nothing of a verdict is lost or altered on the way."""

import re

import pytest

from commsvc.published.claims import audit
from commsvc.published.claims.verdict import VERDICTS as KNOWN
from commsvc.published.reports import NUMBERS, claims
from commsvc.report.audit_tables import COLUMNS, VERDICTS, show_verdicts, verdict_table
from commsvc.words.messages import text_of

WORDS = {"id": "x", "about_en": "a", "about_zh": "某"}


def test_every_verdict_has_a_name():
    assert set(VERDICTS) == set(KNOWN)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_a_claim_with_its_verdict(number):
    listed = claims(number)
    found = audit(listed)
    table = verdict_table(found, listed)
    assert list(table.columns) == list(COLUMNS)
    for shown, verdict in zip(table["verdict"], found["verdict"], strict=True):
        for lang in ("en", "zh"):
            assert text_of(shown, lang).startswith(VERDICTS[verdict].text(lang))
    assert "unreadable" not in set(found["verdict"])
    for words in (*table["claim"], *table["reckoning"]):
        assert text_of(words, "zh")
        assert "is printed" not in text_of(words, "en")


@pytest.mark.parametrize("number", NUMBERS)
def test_no_word_of_a_sentence_is_lost(number):
    """What the columns do not repeat is in one of them: numbers, reasons, what would agree."""
    listed = claims(number)
    found = audit(listed)
    table = verdict_table(found, listed)
    said = [message.text("zh") for message in found["message"]]
    for row, message in zip(table.itertuples(), said, strict=True):
        reckoning, verdict = (text_of(one, "zh") for one in (row.reckoning, row.verdict))
        shown = f"{row.printed} {reckoning} {verdict} {row.recomputed}"
        for figure in re.findall(r"\d+(?:\.\d+)?", message):
            assert figure in shown.replace(",", "") or row.recomputed in shown
        for _, why in listed[row.Index]["not_printed"]:
            assert why in shown


@pytest.mark.parametrize(
    ("claim", "printed", "recomputed", "rule"),
    [
        ({"kind": "share", "count": 20, "of": 42, "printed": "47%"}, "47%", "47.62%", "cut off"),
        ({"kind": "share", "count": 20, "of": 42, "printed": "48%"}, "48%", "47.62%", ""),
        ({"kind": "sum", "parts": ["20个", "21个"], "printed": "42个"}, "42个", "41", ""),
        ({"kind": "same", "printed": ["1819名", "1892名"]}, "1819名; 1892名", "73", ""),
        ({"kind": "attainable", "of": 42, "printed": "45.2%"}, "45.2%", "19", ""),
        ({"kind": "list", "items": ["a", "b"], "printed": "三项"}, "三项", "2", ""),
        (
            {"kind": "product", "factors": ["124名", "5000名"], "printed": "62万人"},
            "62万人",
            "620,000",
            "",
        ),
        (
            {"kind": "ratio", "numerator": "1", "denominator": "4", "printed": "4"},
            "4",
            "0.25",
            "upside down",
        ),
        ({"kind": "share", "count": 20, "printed": "47%"}, "47%", "", ""),
        ({"kind": "shar", "printed": ["47%", "48%"]}, "47%; 48%", "", ""),
    ],
)
def test_what_was_recomputed_is_shown(claim, printed, recomputed, rule):
    given = [{**WORDS, **claim}]
    row = verdict_table(audit(given), given).iloc[0]
    assert (row["printed"], row["recomputed"]) == (printed, recomputed)


@pytest.mark.parametrize(
    ("claim", "reckoning", "verdict"),
    [
        (
            {"kind": "share", "count": 20, "of": 42, "printed": "47%"},
            "20 ÷ 42 = 47.6%",
            "agrees only under a rule: cut off, not rounded",
        ),
        (
            {"kind": "sum", "parts": ["1处", "3处"], "printed": "5个"},
            "1处 + 3处 = 4",
            "does not agree: it should be 4",
        ),
        (
            {
                "kind": "ratio",
                "numerator": "80万人以上",
                "denominator": "63处",
                "printed": "0.5—1万人",
            },
            "80万人以上 ÷ 63处 ≥ 12,698.4",
            "does not agree: that is too small",
        ),
        (
            {"kind": "same", "printed": ["1819名", "1892名"]},
            ("they differ by 73", "相差 73"),
            "does not agree",
        ),
        (
            {"kind": "same", "printed": ["20多个", "至少5个"]},
            (
                "one number can stand behind all (more than 20, less than 30 个)",
                "可以是同一个数（大于 20、小于 30 个）",
            ),
            "agrees",
        ),
        (
            {"kind": "sample_size", "range": [230, 230], "printed": ["70%", "26%", "4%"]},
            ("230 allows all percentages", "样本量 230 与各百分比同时相符"),
            "agrees",
        ),
        (
            {"kind": "ratio", "numerator": "3个", "printed": "4"},
            ("denominator is missing", "缺少 denominator"),
            "cannot be decided",
        ),
    ],
)
def test_a_sentence_in_the_columns_it_belongs_to(claim, reckoning, verdict):
    given = [{**WORDS, **claim}]
    row = verdict_table(audit(given), given).iloc[0]
    en, zh = reckoning if isinstance(reckoning, tuple) else (reckoning, reckoning)
    assert (text_of(row["reckoning"], "en"), text_of(row["reckoning"], "zh")) == (en, zh)
    assert row["verdict"] == verdict


def test_what_is_not_printed_is_said():
    claim = {**WORDS, "kind": "list", "items": ["a"], "printed": "一项"}
    given = [{**claim, "not_printed": (("own words", "自拟"),)}]
    said = verdict_table(audit(given), given)["reckoning"].iloc[0]
    assert said.text("en").endswith(" (own words)")
    assert said.text("zh").endswith("（自拟）")


def test_a_figure_that_is_not_printed_stands_in_brackets(capsys):
    claim = {**WORDS, "kind": "ratio", "numerator": 20, "denominator": 42, "printed": "不超过100%"}
    given = [{**claim, "given": ("printed",)}]
    assert verdict_table(audit(given), given)["printed"].iloc[0] == "（不超过100%）"
    # and those of the reports do so where the file gives them
    bracketed = verdict_table(audit(claims(1)), claims(1))["printed"].str.startswith("（")
    assert bracketed.sum() == sum("printed" in claim["given"] for claim in claims(1)) == 8


def test_a_reading_says_that_it_is_one_of_several():
    claim = {**WORDS, "kind": "list", "items": ["a"], "printed": "一项"}
    given = [claim, {**claim, "reading_of": "a line"}]
    plain, reading = verdict_table(audit(given), given)["claim"]
    assert (plain.text("en"), plain.text("zh")) == (WORDS["about_en"], WORDS["about_zh"])
    assert (reading.text("en"), reading.text("zh")) == ("a (one reading)", "某（读法之一）")


def test_what_agrees_is_folded_and_counted(monkeypatch):
    shown = []
    monkeypatch.setattr(
        "commsvc.report.result_tables.display", lambda data, about: shown.append(data["text/html"])
    )
    monkeypatch.setattr(
        "commsvc.report.passages.display", lambda data, about: shown.append(data["text/plain"])
    )
    listed = claims(1)
    found = audit(listed)
    show_verdicts(found, listed)
    sentence, opened, folded = shown
    counts = found["verdict"].value_counts()
    assert [int(n) for n in re.findall(r"\*\*(\d+)\*\*", sentence.splitlines()[0])] == [
        len(found), *(counts[name] for name in VERDICTS if name in counts)
    ]  # fmt: skip
    assert opened.count('<th scope="row">') == len(found) - counts["consistent"]
    assert folded.startswith('<details class="fold"><summary>')
    assert f"{counts['consistent']} that agree" in folded
    assert folded.count('<th scope="row">') == counts["consistent"]


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        (("48%",), "The **1** line checked agrees."),
        (("48%", "48%"), "共核对 **2** 条，均相符。"),
        (("46%", "46%"), "All **2** lines checked do not agree."),
        (("48%", "46%"), "共核对 **2** 条：相符 **1** 条、不相符 **1** 条。"),
    ],
)
def test_the_verdicts_are_counted_in_a_sentence(printed, words, capsys, monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "zh" if "条" in words else "en")
    given = [{**WORDS, "kind": "share", "count": 20, "of": 42, "printed": one} for one in printed]
    show_verdicts(audit(given), given)
    assert words in capsys.readouterr().out
