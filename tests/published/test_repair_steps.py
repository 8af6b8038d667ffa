"""A repair step by step, the table of its edits, and what a trial counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.repair import (
    damage,
    edit_distance,
    error_rates,
    repair,
    replay,
    steps,
    visible,
)
from commsvc.published.reports import data_folder

DEMO = (data_folder() / "demo_text.txt").read_text("utf-8")
SHORT = st.text(alphabet="ab社\n", max_size=7)


def brute_distance(a: str, b: str) -> int:
    """Levenshtein's recursion as it is defined."""
    if not a or not b:
        return len(a) + len(b)
    return min(
        brute_distance(a[1:], b) + 1,
        brute_distance(a, b[1:]) + 1,
        brute_distance(a[1:], b[1:]) + (a[0] != b[0]),
    )


@given(st.text(alphabet="ab社", max_size=5), st.text(alphabet="ab社", max_size=5))
@settings(max_examples=60, deadline=None)
def test_the_distance_is_levenshteins(a, b):
    assert edit_distance(a, b) == brute_distance(a, b)


@given(SHORT, SHORT)
@settings(max_examples=60, deadline=None)
def test_line_by_line_is_never_less(a, b):
    whole = edit_distance(a.replace("\n", "¶"), b.replace("\n", "¶"))
    assert edit_distance(a, b) >= whole
    assert edit_distance(a, b) == edit_distance(b, a)
    assert (edit_distance(a, b) == 0) == (a == b)


def test_steps_lead_from_the_page_to_the_text():
    done = repair(damage(DEMO, 1), punctuation=True)
    texts = steps(done)
    assert list(texts) == ["damaged", "shift", "gloss", "script", "marks", "punctuation"]
    assert texts["damaged"] == done.page
    assert texts["punctuation"] == done.text
    assert "(qū)" in texts["shift"]
    assert "(qū)" not in texts["gloss"]
    assert "區" in texts["gloss"]
    assert "區" not in texts["script"]
    assert "92。5%" in texts["script"]
    assert "92.5%" in texts["marks"]
    assert list(steps(repair(DEMO))) == ["damaged"]


def test_each_trial_ends_at_the_text():
    table = error_rates(DEMO, [0, 7], punctuation=True)
    assert list(table["seed"].unique()) == [0, 7]
    assert (table["base"] == len(DEMO)).all()
    assert np.allclose(table["estimate"], table["count"] / table["base"])
    for _, trial in table.groupby("seed"):
        assert trial["level"].iloc[0] == "damaged"
        assert trial["count"].iloc[0] > 100
        assert trial["count"].is_monotonic_decreasing
        assert trial["count"].iloc[-1] == 0
    # What the host did to punctuation stays unless it is asked for.
    assert error_rates(DEMO, [0])["count"].iloc[-1] > 0
    with pytest.raises(CommsvcError, match="empty"):
        error_rates("")


def test_the_table_of_edits():
    done = repair(damage(DEMO, 1))
    table = done.edits.frame(context=4)
    assert len(table) == len(done.edits)
    assert table["kind"].value_counts().to_dict() == done.edits.counts()
    assert not table[["before", "page_around"]].stack().str.contains("[\ue000-\uf8ff]").any()
    decimal = table[table["kind"] == "decimal"].iloc[0]
    assert (decimal["before"], decimal["after"]) == ("。", ".")
    assert "." in decimal["text_around"]
    shift = table[table["kind"] == "shift"].iloc[2]
    assert "（一）" in shift["after"]
    assert "[E" in shift["before"]
    assert "page_around" not in done.edits.frame()
    assert done.edits.frame(4, most=3).equals(table.head(3))
    assert replay(done.page, done.edits) == done.text
    assert repair(DEMO).edits.frame(3).empty


def test_what_has_no_picture_is_shown_by_number():
    assert visible("甲\ue2a2\n乙\uf8ff") == "甲[E2A2]⏎乙[F8FF]"


def test_progress_goes_from_nothing_to_all():
    told = []
    repair(damage(DEMO, 1), progress=lambda done, total: told.append((done, total)))
    done, totals = zip(*told, strict=True)
    assert list(done) == sorted(done)
    assert done[-1] == totals[-1] == len(damage(DEMO, 1))


def test_offsets_of_a_page_repeated_are_those_of_each():
    page = damage(DEMO, 2)
    one, two = repair(page), repair(page + "\n" + page)
    assert two.text == one.text + "\n" + one.text
    at = [0, 5, len(one.text) // 2]
    shifted = two.to_page([i + len(one.text) + 1 for i in at]) - len(page) - 1
    assert shifted.tolist() == one.to_page(at).tolist()
