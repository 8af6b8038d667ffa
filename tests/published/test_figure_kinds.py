"""Kinds of figures as reports and abstracts write them: values, units, hedges, roles and doubts."""

import json
from pathlib import Path

import pytest

from commsvc.printed.lexicons import rows
from commsvc.published.figures import iter_figures
from commsvc.published.figures.number_places import numerals
from commsvc.published.figures.roles import statistic
from commsvc.published.figures.word_tables import cues

FIGURES = "commsvc.published.figures"
CASES = json.loads(
    (Path(__file__).parents[1] / "cases/figure_kinds.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:16] for case in CASES])
def test_reads_a_kind(text, expected):
    rows = [
        [
            *(q.printed, "" if q.values is None else str(q.values), q.unit, q.hedge),
            *(q.kind, q.role, bool(q.doubt)),
        ]
        for q in iter_figures(text, 1)
    ]
    assert rows == expected


SHAPES, STATISTICS = list(rows(FIGURES, "shapes.tsv")), list(rows(FIGURES, "statistics.tsv"))


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: row["example"])
def test_a_shape_is_found_in_its_example(row):
    assert row["shape"] in {found.shape for found in numerals(row["example"])}


@pytest.mark.parametrize("row", STATISTICS, ids=lambda row: row["example"])
def test_a_statistic_is_known_in_its_example(row):
    number = row["example"].rstrip("0123456789.-")
    start = len(number)
    assert statistic(row["example"], start, len(row["example"])) == row["role"]


def test_every_cue_compiles():
    assert len(cues()) == len(list(rows(FIGURES, "cues.tsv")))


def test_a_page_of_tables_keeps_its_captions_apart():
    text = "单位：万人\n年\t总人口\n2021\t140.5\n说明如下。\n年\t机构\n2021\t36"
    values = [str(q.values) for q in iter_figures(text, 1) if q.kind != "year"]
    assert values == ["[1404500, 1405500)", "{36}"]


def test_a_lost_character_before_digits_leaves_no_value():
    (q,) = iter_figures("占总人口的\ufffd6.3%。", 1)
    assert q.values is None
    assert q.doubt.text("zh").startswith("前面丢失")
