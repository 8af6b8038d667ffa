"""Claims kept as data: made of printed figures, never of numbers typed again."""

import json
import re

import pytest

from commsvc.errors import CommsvcError
from commsvc.published.report_claims import read_claims_file, resolve
from commsvc.published.reports import NUMBERS, claims, data_folder, load_report

REPORT = load_report(3)
WORDS = {"id": "r3/x", "kind": "ratio", "about_en": "x", "about_zh": "某"}


def strings(value):
    """Every string and number in a value, however deep."""
    if isinstance(value, dict):
        return [s for part in value.values() for s in strings(part)]
    if isinstance(value, list):
        return [s for part in value for s in strings(part)]
    return [value]


@pytest.mark.parametrize("number", NUMBERS)
def test_every_value_is_printed_or_said_not_to_be(number):
    report, path = load_report(number), data_folder() / f"report_{number}_claims.jsonl"
    printed = {report.row(id)["printed"] for id in report.ids}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for line, claim in zip(map(json.loads, lines), claims(number), strict=True):
        whole = {report.value(id) for id in claim["figures"] if not report.printed(id).hedge}
        for field in line.keys() - {"id", "kind", "about_en", "about_zh", "reading_of"}:
            if {"given", "table"} & set(re.findall(r'"(\w+)":', json.dumps(line[field]))):
                continue
            for value in strings(claim[field]):
                assert value in (printed if isinstance(value, str) else whole), claim["id"]


@pytest.mark.parametrize("number", NUMBERS)
def test_ids_and_words(number):
    for claim in claims(number):
        assert claim["id"].startswith(f"r{number}/")
        assert claim["report"] == number
        assert claim["about_en"].isprintable()
        assert not re.search("[一-鿿]", claim["about_en"])
        assert re.search("[一-鿿]", claim["about_zh"])


def test_references_are_replaced():
    line = {
        **WORDS,
        "count": {"figure": "built_total", "number": True},
        "parts": [{"figure": "built_nanzhan"}, [{"figure": "under_yuanzhuang"}]],
        "items": {
            "table": "standard",
            "column": "item",
            "where": {"group_id": ["standard_boards", "standard_hall"]},
        },
        "days": {"given": 32, "why_en": "both ends counted", "why_zh": "首尾均计"},
    }
    claim = resolve(line, REPORT)
    assert claim["count"] == 10
    assert claim["parts"] == ["3处", ["一处"]]
    assert claim["items"] == ["service_hall", "affairs_board", "science_board"]
    assert claim["days"] == 32
    assert claim["figures"] == ("built_total", "built_nanzhan", "under_yuanzhuang")
    assert claim["not_printed"] == (("both ends counted", "首尾均计"),)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2.7", "refers to nothing"),
        (2.7, "refers to nothing"),
        ({"figure": "ratio_bashi"}, "did you mean 'ratio_baishi'"),
        ({"figure": "ratio_baishi", "numbr": True}, "no field 'numbr'; allowed: number"),
        ({"figure": "survey_length", "number": True}, "not one plain number"),
        ({"figure": "ratio_baishi", "number": True}, "no whole number"),
        ({"table": "centre", "column": "x"}, "no table 'centre'"),
        ({"table": "centres"}, "names no column"),
        ({"table": "centres", "column": "centre"}, "no column 'centre'"),
        ({"table": "centres", "column": "centre_en", "where": {"town": 1}}, "no column 'town'"),
        ({"table": "centres", "column": "finish_by"}, "empty cells"),
        ({"given": 31}, "without a reason"),
    ],
)
def test_a_reference_to_nothing_is_refused(value, message):
    with pytest.raises(CommsvcError, match=re.escape(message)):
        resolve({**WORDS, "printed": value}, REPORT)


def test_errors_name_the_line(tmp_path):
    path = tmp_path / "report_3_claims.jsonl"
    good = json.dumps({**WORDS, "printed": {"figure": "built_total"}})
    for second, message in [
        ("{", "line 2: not JSON"),
        ("3", "line 2: a claim is a int"),
        (good, "line 2: the id 'r3/x' is given twice"),
        (good.replace("r3/x", ""), "line 2: the claim lacks id"),
        (good.replace("built_total", "built_totl"), "line 2: no figure 'built_totl'"),
    ]:
        path.write_text(f"{good}\n{second}\n", encoding="utf-8")
        with pytest.raises(CommsvcError, match=re.escape(message)):
            read_claims_file(path, REPORT)


def test_a_report_without_a_file_has_no_claims():
    assert claims(4) == []
