"""The user's page against the tables: where it is looked for, and what agreement counts."""

from dataclasses import replace

import pytest

from commsvc.published import source
from commsvc.published.figures import iter_figures
from commsvc.published.repair import repair
from commsvc.published.reports import NUMBERS, load_report
from commsvc.published.source import MATCHES, REASONS, agreement, source_page


def test_the_page_is_looked_for_in_the_checkout(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "__file__", str(tmp_path / "commsvc/published/source.py"))
    assert source_page() is None
    page = tmp_path / "data/source/page.txt"
    page.parent.mkdir(parents=True)
    assert source_page() is None
    page.write_text("社區(qū)", encoding="utf-8")
    assert source_page() == page


def figure(text, report, paragraph):
    (q,) = iter_figures(text)
    return replace(q, report=report, paragraph=paragraph)


def placed(id, report=1, text=None):
    """The figure a row of the tables describes, where it says."""
    row = load_report(report).row(id)
    return figure(text or row["printed"], report, int(row["paragraph"]))


def level(both, id):
    return both.rows.set_index("id").loc[id, "level"]


def test_what_is_found_and_what_is_not():
    both = agreement([placed("institutions_urban"), placed("stations_small_share", text="41%")])
    assert len(both.rows) == sum(len(load_report(n).ids) for n in NUMBERS)
    assert level(both, "institutions_urban") == "same values"
    assert level(both, "stations_small_share") == "missing"
    assert both.rows["level"].value_counts()["missing"] == len(both.rows) - 1
    # 41 % is nowhere in report 1.
    assert both.surplus[["printed", "level"]].values.tolist() == [["41%", "none"]]


def test_a_target_read_as_a_measurement_is_told():
    text = load_report(6).row("property_staff_certified")["printed"]
    both = agreement([placed("property_staff_certified", 6, f"占{text}")])
    assert level(both, "property_staff_certified") == "other values"


def test_a_figure_of_the_page_is_used_once():
    one = placed("institutions_urban")
    both = agreement([one, one, replace(one, paragraph=1)])
    assert both.rows["level"].value_counts()["same values"] == 1
    assert both.surplus["level"].tolist() == ["said again"] * 2


def test_each_reason_is_given():
    stray = replace(figure("3", 3, 17), kind="stray")
    ordinal = replace(figure("15处", 6, 8), kind="ordinal", printed="第二轮")
    left_out = figure("1个", 3, 14)
    left_out = replace(left_out, printed="一个")
    found = agreement([stray, ordinal, left_out]).surplus.set_index("printed")
    assert found["level"].to_dict() == {
        "3": "stray digit",
        "第二轮": "ordinal",
        "一个": "not data",
    }
    assert found.loc["一个", "note"]
    assert set(found["level"]) < set(REASONS)


@pytest.mark.source
def test_every_row_is_on_the_page_and_the_rest_has_a_reason(source_page):
    both = agreement(iter_figures(repair(source_page.read_text(encoding="utf-8"))))
    counts = both.rows["level"].value_counts().reindex(list(MATCHES), fill_value=0)
    assert counts["missing"] == 0, both.rows[both.rows["level"] == "missing"]
    assert counts["other values"] <= 0.03 * len(both.rows)
    assert (both.surplus["level"] != "none").all(), both.surplus
