"""Small multiples: every part in a panel of its own, on one scale, said by its name."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from commsvc import plots
from commsvc.errors import CommsvcError
from commsvc.plots.style import alt_text
from commsvc.report import show

mpl.use("Agg")

FRAME = pd.DataFrame(
    {
        "district": ["east", "east", "west", "west", "north", "north"],
        "group": ["men", "women"] * 3,
        "base": [50, 70, 40, 40, 30, 30],
        "estimate": [0.7, 0.6, 0.2, 0.3, 0.5, 0.5],
        "low": [0.6, 0.5, 0.1, 0.2, 0.4, 0.4],
        "high": [0.8, 0.7, 0.3, 0.4, 0.6, 0.6],
    }
)


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def titles(panels):
    return [panel.get_title(loc="left") for panel in panels]


def test_each_part_is_drawn_in_its_own_panel_in_the_order_it_comes():
    panels = plots.small_multiples(plots.intervals, FRAME, by="district")
    assert [panel.lines[0].get_xdata().tolist() for panel in panels] == [
        [0.7, 0.6],
        [0.2, 0.3],
        [0.5, 0.5],
    ]
    # West has one base and says it; the rows of the others say theirs.
    assert titles(panels) == ["east", "west (n = 40)", "north (n = 30)"]


def test_numbers_have_one_scale_and_names_their_own():
    panels = plots.small_multiples(plots.intervals, FRAME, by="district")
    assert len({panel.get_xlim() for panel in panels}) == 1
    low, high = panels[0].get_xlim()
    assert low < 0.1 < 0.8 < high
    rows = [[t.get_text() for t in panel.get_yticklabels()] for panel in panels]
    assert rows[0] == ["men (n = 50)", "women (n = 70)"]
    assert rows[1] == ["men (n = 40)", "women (n = 40)"]
    assert all(bottom > top for bottom, top in (panel.get_ylim() for panel in panels))


def test_rows_with_the_same_names_are_named_once_a_line():
    panels = plots.small_multiples(plots.intervals, FRAME.drop(columns="base"), by="district")
    named = [panel.yaxis.get_tick_params()["labelleft"] for panel in panels]
    assert named == [True, False, True]


def test_results_by_name_and_numbers_by_name():
    parts = {"a": FRAME[:2], "b": FRAME[2:4]}
    panels = plots.small_multiples(
        plots.intervals, parts, n={"a": 1200}, names={"b": "乙区"}, xlabel="share"
    )
    assert titles(panels) == ["a (n = 1,200)", "乙区"]
    assert panels[0].figure.get_supxlabel() == "share"


def test_it_draws_where_it_is_told():
    given = plt.subplots(1, 3)[1]
    panels = plots.small_multiples(plots.intervals, FRAME, by="district", ax=given, xlabel="share")
    assert panels == list(given)
    assert {panel.get_xlabel() for panel in panels} == {"share"}
    with pytest.raises(CommsvcError, match="2 Axes for 3 parts"):
        plots.small_multiples(plots.intervals, FRAME, by="district", ax=given[:2])


def test_what_is_said_of_a_panel_begins_with_its_name():
    panels = plots.small_multiples(plots.intervals, FRAME, by="district")
    en, zh = (alt_text(panels).text(lang) for lang in ("en", "zh"))
    assert en.count("Estimates with intervals") == 3
    assert "west: Estimates with intervals: men (n = 40) 20.0%" in en
    assert "north：" in zh


def test_one_legend_for_all_panels():
    answers = FRAME.assign(level="yes", count=5)
    answers = pd.concat([answers, answers.assign(level="no", count=3)])
    panels = plots.small_multiples(plots.likert, answers, by="district", levels=["yes", "no"])
    assert [panel.get_legend() for panel in panels] == [None] * 3
    (legend,) = panels[0].figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["no", "yes"]


def test_a_list_of_panels_is_a_figure_for_show(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COMMSVC_FIGURES", str(tmp_path))
    panels = plots.small_multiples(plots.intervals, FRAME, by="district")
    show(panels, "panels", caption="Districts")
    assert "east" in (tmp_path / "panels.svg").read_text("utf-8")
    assert "Estimates with intervals" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("results", "options", "message"),
    [
        (FRAME, {}, "no `by`"),
        (FRAME, {"by": "distrikt"}, "did you mean 'district'"),
        (FRAME[:0], {"by": "district"}, "nothing to draw"),
        ({}, {}, "nothing to draw"),
    ],
)
def test_refuses_what_it_cannot_divide(results, options, message):
    with pytest.raises(CommsvcError, match=message):
        plots.small_multiples(plots.intervals, results, **options)
