"""Rootograms, rank bumps and quadrants stand where the results' numbers are."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from commsvc import plots
from commsvc.errors import CommsvcError
from commsvc.indicators.count_models import count_model, rootogram
from commsvc.indicators.instruments import importance_performance
from commsvc.plots._labels import label_points
from commsvc.plots.style import alt_text

mpl.use("Agg")

VISITS = pd.DataFrame({"visits": [0] * 9 + [1] * 4 + [2] * 2 + [3, 7, 9]})
POISSON = count_model(VISITS, "visits", [], "poisson")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def test_bars_hang_from_the_expected_and_are_as_long_as_the_observed():
    counts = rootogram(POISSON, most=4)
    ax = plots.rootogram(counts)
    tops = [bar.get_y() + bar.get_height() for bar in ax.patches]
    assert [bar.get_height() for bar in ax.patches] == pytest.approx(counts["root_observed"])
    assert [bar.get_y() for bar in ax.patches] == pytest.approx(counts["hanging"])
    assert tops == pytest.approx(counts["root_expected"])
    assert sum(bar.get_height() ** 2 for bar in ax.patches) == pytest.approx(len(VISITS))
    curve = ax.lines[0]
    assert curve.get_ydata() == pytest.approx(counts["root_expected"][:5])
    assert ax.get_xticklabels()[-1].get_text() == "> 4"
    assert ax.get_title(loc="left") == "Poisson (n = 18)"


def test_what_is_off_is_drawn_on_its_side_of_zero():
    counts = rootogram(POISSON, most=4)
    more, fewer = plots.rootogram(counts).collections
    ends = [segment[1, 1] for part in (more, fewer) for segment in part.get_segments()]
    assert sorted(ends) == pytest.approx(sorted(counts["hanging"]))
    assert all(segment[1, 1] < 0 for segment in more.get_segments())
    assert all(segment[1, 1] > 0 for segment in fewer.get_segments())


def test_models_stand_side_by_side_on_one_scale():
    other = rootogram(count_model(VISITS, "visits", [], "negative binomial"), most=4)
    panels = plots.rootogram({"Poisson": rootogram(POISSON, most=4), "NB2": other})
    assert [panel.get_title(loc="left") for panel in panels] == [
        "Poisson (n = 18)",
        "NB2 (n = 18)",
    ]
    assert len({panel.get_ylim() for panel in panels}) == 1
    assert str(alt_text(panels)).count("Hanging rootogram of 18 persons") == 2


def test_a_rootogram_of_one_count_and_of_a_long_tail():
    only = plots.rootogram(rootogram(POISSON, most=0))
    assert [t.get_text() for t in only.get_xticklabels()] == ["0", "> 0"]
    long = plots.rootogram(rootogram(POISSON, most=90))
    assert len(long.get_xticks()) < 12


BUMPS = pd.DataFrame(
    {
        "group": ["A", "B", "C", "D"] * 2,
        "level": ["first"] * 4 + ["second"] * 4,
        "estimate": [1, 2.5, 2.5, 4, 2, 1, 3, np.nan],
        "low": [1, 2, 2, 4, 1, 1, 3, np.nan],
        "high": [2, 3, 3, 4, 2, 2, 3, np.nan],
    }
)


def test_lines_are_the_ranks_and_intervals_their_ends():
    ax = plots.rank_bumps(BUMPS)
    drawn = {line.get_ydata()[0]: line.get_ydata().tolist() for line in ax.lines[:1]}
    assert drawn == {1: [1, 2]}
    assert [line.get_ydata().tolist()[0] for line in ax.lines] == [1, 2.5, 2.5, 4]
    assert np.isnan(ax.lines[3].get_ydata()[1])
    ends = [
        tuple(segment[:, 1])
        for collection in ax.collections
        for segment in collection.get_segments()
        if len(segment) == 2 and not np.isnan(segment).any()
    ]
    assert sorted(ends) == sorted(
        BUMPS[["low", "high"]].dropna().itertuples(index=False, name=None)
    )
    bottom, top = ax.get_ylim()
    assert bottom > top, "the best stands on top"


def test_those_that_tie_are_named_one_under_the_other():
    ax = plots.rank_bumps(BUMPS)
    left = [(t.get_position()[1], t.get_text()) for t in ax.get_yticklabels()]
    assert left == [(1, "A  1"), (2, "B  2.5"), (3, "C  2.5"), (4, "D  4")]
    assert [t.get_text() for t in ax.texts] == ["1  B", "2  A", "3  C"]
    assert "n = 4" in ax.get_ylabel()
    assert "D 4 (4–4), –" in str(alt_text(ax))


def test_one_method_and_one_unit():
    ax = plots.rank_bumps(BUMPS[:1])
    assert [t.get_text() for t in ax.texts] == ["1  A"]
    assert ax.get_yticks().size == 0


def test_those_to_stand_out_have_a_colour_and_the_rest_have_none():
    ax = plots.rank_bumps(BUMPS, highlight=["C"])
    colours = [mpl.colors.to_rgb(line.get_color()) for line in ax.lines]
    grey = [len(set(colour)) == 1 for colour in colours]
    assert grey == [True, True, False, True]


def items(n):
    rng = np.random.default_rng(n)
    frame = pd.DataFrame(
        {
            "item": [f"item {i}" for i in range(n)],
            "importance": rng.uniform(1, 5, n),
            "performance": rng.uniform(1, 5, n),
        }
    )
    return importance_performance(
        frame, item="item", importance="importance", performance="performance"
    )


@pytest.mark.parametrize("n", [1, 6, 30])
def test_every_item_stands_where_its_numbers_are_and_is_named_once(n):
    frame = items(n)
    ax = plots.quadrants(frame)
    marks = {
        (x, y) for line in ax.lines[2:] for x, y in zip(*line.get_data(orig=True), strict=True)
    }
    assert marks == set(zip(frame["performance"], frame["importance"], strict=True))
    assert ax.lines[0].get_ydata()[0] == frame["importance_line"][0]
    assert ax.lines[1].get_xdata()[0] == frame["performance_line"][0]
    beside = [t for t in ax.texts if t.get_text() and getattr(t, "xycoords", "") == "data"]
    names = [str(i + 1) for i in range(n)] if n > 14 else list(frame["group"])
    assert [t.get_text() for t in beside] == names
    assert f"n = {n}" in ax.get_ylabel()
    if n > 14:
        assert any(f"30  {frame['group'][29]}" in t.get_text() for t in ax.texts)


def test_quadrants_are_named_in_words_of_ones_own(monkeypatch):
    monkeypatch.setenv("COMMSVC_LANG", "en")
    ax = plots.quadrants(items(3), names={"low priority": "later"})
    shown = {t.get_text().replace("\n", " ") for t in ax.texts}
    assert {"later", "concentrate here"} <= shown


def test_labels_do_not_hide_each_other_where_there_is_room():
    ax = plt.subplots(figsize=(8, 6))[1]
    xs, ys = [0.3, 0.32, 0.34, 0.7], [0.5, 0.5, 0.5, 0.2]
    ax.plot(xs, ys, "o")
    ax.set(xlim=(0, 1), ylim=(0, 1))
    label_points(ax, xs, ys, ["waiting time", "opening hours", "parking", "far away"])
    boxes = [t.get_window_extent() for t in ax.texts if t.get_text()]
    assert len(boxes) == 4
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.rootogram(pd.DataFrame({"level": [0]})), "no column 'count'"),
        (lambda: plots.rootogram(rootogram(POISSON).assign(hanging=np.nan)), "has no number"),
        (lambda: plots.rootogram(rootogram(POISSON).assign(level=0)), "one row a count"),
        (lambda: plots.rank_bumps(BUMPS.assign(level="one")), "two ranks under 'one'"),
        (lambda: plots.rank_bumps(BUMPS.assign(estimate=np.nan)), "nothing is ranked"),
        (lambda: plots.rank_bumps(BUMPS, rank="rank"), "no column 'rank'"),
        (lambda: plots.rank_bumps(BUMPS, highlight=["E"]), "no unit 'E'"),
        (lambda: plots.quadrants(items(3).assign(quadrant="low")), "no quadrant 'low'"),
        (lambda: plots.quadrants(items(3).assign(importance=np.nan)), "row 0 of the frame"),
    ],
)
def test_refuses_what_it_cannot_draw(call, message):
    with pytest.raises(CommsvcError, match=message):
        call()
