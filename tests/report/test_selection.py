"""Which columns a table shows: by name, as ranges, as words in two languages."""

import pandas as pd
import polars as pl
import pytest

from commsvc.errors import CommsvcError
from commsvc.report import Basis, show_table
from commsvc.report.basis import join_details
from commsvc.report.result_tables import chosen, columns_of
from commsvc.words.messages import text_of

FRAME = pd.DataFrame(
    {
        "place_zh": ["甲", None],
        "place_en": ["A", None],
        "n": [42, 7],
        "low": [0.5, 8.0],
        "high": [0.75, float("inf")],
        "needed_low": [1, 2],
        "needed_high": [1, 3],
    }
)


@pytest.mark.parametrize("frame", [FRAME, pl.from_pandas(FRAME)])
def test_names_stand_for_columns_ranges_and_words(frame):
    ranges = {"each": ("low", "high"), "not": ("n", "n")}
    shown, joined = chosen(columns_of(frame), ["needed", "place", "each"], ranges)
    assert list(shown) == ["needed_low", "needed_high", "place", "low", "high"]
    assert [text_of(place, "zh") for place in shown["place"]] == ["甲", "None"]
    assert joined == {"needed": ("needed_low", "needed_high"), "each": ("low", "high")}
    assert shown["needed_low"] == [1, 2]


def test_a_name_that_is_nothing_is_named():
    with pytest.raises(CommsvcError, match="did you mean 'place_"):
        chosen(columns_of(FRAME), ["plce_en"], {})
    with pytest.raises(CommsvcError, match=r"show_table\(only=…\)"):
        show_table(FRAME, caption="x", only=["beds"])


def test_whole_numbers_stay_whole(capsys):
    show_table(FRAME.assign(n=[4200, None]), caption="x", only=["n", "needed"])
    *_, first, second = capsys.readouterr().out.splitlines()
    assert first.split() == ["4,200", "1"]
    assert second.split() == ["–", "2–3"]


def test_a_basis_is_said_as_its_parts_are(capsys, monkeypatch):
    said = []
    monkeypatch.setattr(
        "commsvc.report.result_tables.display",
        lambda data, about: said.append(data["text/plain"].splitlines()[-1]),
    )
    parts = {"source": ("report 1", "报告一"), "n": 42, "design": ("census", "普查")}
    show_table(FRAME, caption="x", only=["n"], **parts)
    show_table(FRAME, caption="x", only=["n"], basis=Basis(**parts))
    show_table(FRAME, caption="x", only=["n"], basis=Basis(**parts), n=15, source="")
    assert said[0] == said[1] == str(join_details(Basis(**parts).lines()))
    assert said[2] == "n = 15 · Design: census"
