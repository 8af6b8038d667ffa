"""Verdicts as a table: nothing of a verdict is lost or altered on the way."""

import pytest

from commsvc.published.claims import audit
from commsvc.published.claims.verdict import TRIED
from commsvc.published.claims.verdict import VERDICTS as KNOWN
from commsvc.published.reports import NUMBERS, claims
from commsvc.report.verdicts import COLUMNS, RULES, VERDICTS, show_verdicts, verdict_table

WORDS = {"id": "x", "about_en": "a", "about_zh": "某"}


def test_every_verdict_and_rule_has_a_name():
    assert set(VERDICTS) == set(KNOWN)
    assert {*TRIED, "inverted", "inverted:truncate"} == set(RULES)


@pytest.mark.parametrize("number", NUMBERS)
def test_a_row_a_claim_with_its_verdict(number):
    listed = claims(number)
    found = audit(listed)
    table = verdict_table(found, listed)
    assert list(table.columns) == list(COLUMNS)
    assert table["verdict"].tolist() == [VERDICTS[verdict] for verdict in found["verdict"]]
    assert "unreadable" not in set(found["verdict"])
    for words in (*table["claim"], *table["reckoning"]):
        assert all(words)


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
    assert (row["printed"], row["recomputed"], row["rule"][0]) == (printed, recomputed, rule)


def test_what_is_not_printed_is_said():
    claim = {**WORDS, "kind": "list", "items": ["a"], "printed": "一项"}
    given = [{**claim, "not_printed": (("own words", "自拟"),)}]
    en, zh = verdict_table(audit(given), given)["reckoning"].iloc[0]
    assert en.endswith("not printed: own words")
    assert zh.endswith("报告未载：自拟")


def test_a_reading_says_that_it_is_one_of_several():
    claim = {**WORDS, "kind": "list", "items": ["a"], "printed": "一项"}
    given = [claim, {**claim, "reading_of": "a line"}]
    plain, reading = verdict_table(audit(given), given)["claim"]
    assert plain == (WORDS["about_en"], WORDS["about_zh"])
    assert reading == (f"{plain[0]} (one reading)", f"{plain[1]}（读法之一）")


def test_a_column_of_rules_appears_only_where_a_rule_matters(capsys):
    for printed, there in (("48%", False), ("47%", True)):
        given = [{**WORDS, "kind": "share", "count": 20, "of": 42, "printed": printed}]
        show_verdicts(audit(given), given)
        assert ("取舍规则" in capsys.readouterr().out.splitlines()[0]) == there
