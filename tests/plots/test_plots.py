"""Plots draw what they are given: marks where the numbers are, words that say so, nothing else."""

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from commsvc import plots
from commsvc.errors import CommsvcError
from commsvc.indicators.count_models import count_model, rootogram
from commsvc.indicators.evaluation import rank_stability
from commsvc.indicators.instruments import importance_performance
from commsvc.plots.style import alt_text, readable

mpl.use("Agg")

ESTIMATES = pd.DataFrame(
    {
        "group": ["town", "country"],
        "estimate": [0.735, 0.694],
        "low": [0.64, 0.59],
        "high": [0.81, 0.78],
        "base": [102, 98],
    }
)
ANSWERS = pd.DataFrame(
    {
        "group": ["all"] * 3 + ["town"] * 3,
        "level": ["yes", "so-so", "no"] * 2,
        "count": [161, 60, 9, 5, 3, 2],
    }
)
ROOTS = rootogram(count_model(pd.DataFrame({"visits": [0, 0, 0, 1, 5]}), "visits", [], "poisson"))
RANKS = rank_stability([[9, 9], [3, 1], [1, 3]], ["benefit", "benefit"], units="ABC", draws=50)
ITEMS = importance_performance(
    pd.DataFrame({"item": list("abcd"), "imp": [5, 5, 1, 2], "perf": [1, 5, 1, 5]}),
    item="item",
    importance="imp",
    performance="perf",
)
EXAMPLES = {
    "rootogram": lambda ax=None: plots.rootogram(ROOTS, ax=ax),
    "rank_bumps": lambda ax=None: plots.rank_bumps(RANKS, ax=ax),
    "quadrants": lambda ax=None: plots.quadrants(ITEMS, ax=ax),
    "intervals": lambda ax=None: plots.intervals(ESTIMATES, ax=ax),
    "bands": lambda ax=None: plots.bands(ESTIMATES, standard=(0.5, 0.9), ax=ax),
    "likert": lambda ax=None: plots.likert(ANSWERS, ["yes", "so-so", "no"], ax=ax),
    "claims_grid": lambda ax=None: plots.claims_grid(
        pd.DataFrame(
            {"group": [1, 1, 2], "verdict": ["consistent", "inconsistent", "undecidable"]}
        ),
        ax=ax,
    ),
    "checklist": lambda ax=None: plots.checklist(
        pd.DataFrame({"hall": ["yes", "no"], "clinic": ["unknown", "partly"]}), ax=ax
    ),
    "table_set": lambda ax=None: plots.table_set(
        pd.DataFrame({"low": [0.0, 2.0], "high": [2.0, 4.0], "count": [5, 3]}), ax=ax
    ),
    "pairs": lambda ax=None: plots.pairs(
        {"list": pd.DataFrame({"built": [11, 11, 10], "under": [11, 11, 12]})},
        "built",
        "under",
        target=(10, 11),
        ax=ax,
    ),
    "flow": lambda ax=None: plots.flow(
        pd.DataFrame({"group": ["issued", "valid"], "count": [230, 226]}), ax=ax
    ),
    "lorenz": lambda ax=None: plots.lorenz(
        {
            "visits": pd.DataFrame(
                {"population_share": [0, 0.5, 1], "value_share": [0, 0.2, 1]},
            )
        },
        ax=ax,
    ),
}


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("name", EXAMPLES)
def test_draws_on_the_axes_it_is_given_and_changes_no_setting(name):
    before = dict(mpl.rcParams)
    ax = plt.subplots()[1]
    assert EXAMPLES[name](ax) is ax
    assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", EXAMPLES)
def test_says_in_both_languages_what_it_shows(name):
    shown = alt_text(EXAMPLES[name]())
    en, zh = shown.text("en"), shown.text("zh")
    assert any(c.isdigit() for c in en) or name == "lorenz"
    assert any("\u4e00" <= c <= "\u9fff" for c in zh)


@pytest.mark.parametrize("name", EXAMPLES)
def test_leaves_the_data_alone(name):
    given = (ESTIMATES, ANSWERS, ROOTS, RANKS, ITEMS)
    before = [frame.copy() for frame in given]
    EXAMPLES[name]()
    for frame, was in zip(given, before, strict=True):
        pd.testing.assert_frame_equal(frame, was)


def test_intervals_stand_where_the_estimates_are():
    ax = plots.intervals(ESTIMATES, target=0.9)
    segments = ax.collections[0].get_segments()
    assert [tuple(s[:, 0]) for s in segments] == [(0.64, 0.81), (0.59, 0.78)]
    assert list(ax.lines[0].get_xdata()) == [0.735, 0.694]
    assert ax.get_yticklabels()[0].get_text() == "town (n = 102)"
    bottom, top = ax.get_ylim()
    assert bottom > top, "the first row stands on top"


def test_ratios_stand_on_a_log_axis_and_a_reference_has_no_interval():
    ratios = pd.DataFrame(
        {"group": ["low", "high"], "estimate": [1, 4], "low": [None, 2.0], "high": [None, 8.0]}
    )
    ax = plots.intervals(ratios.astype({"low": float}), share=False, log=True, target=1)
    assert ax.get_xscale() == "log"
    left, middle, right = ax.transData.transform([(2, 0), (4, 0), (8, 0)])[:, 0]
    assert middle - left == pytest.approx(right - middle)
    said = str(alt_text(ax))
    assert "low 1;" in said
    assert "high 4 (2–8)" in said


def test_likert_bars_are_the_shares_and_part_at_the_middle():
    ax = plots.likert(ANSWERS, ["yes", "so-so", "no"])
    bars = [(round(b.get_x(), 9), round(b.get_width(), 9)) for b in ax.patches]
    middle = 60 / 230
    assert bars[0] == (round(middle / 2, 9), round(161 / 230, 9))
    assert bars[2] == (round(-middle / 2, 9), round(middle, 9))
    assert bars[4] == (round(-middle / 2 - 9 / 230, 9), round(9 / 230, 9))
    for row in (0, 1):
        assert sum(b.get_width() for b in ax.patches[row::2]) == pytest.approx(1)


def test_an_open_end_is_an_arrow():
    frame = pd.DataFrame({"group": ["at least"], "low": [80.0], "high": [None]})
    ax = plots.bands(frame)
    (arrow,) = [t for t in ax.texts if getattr(t, "arrow_patch", None)]
    assert arrow.xy[0] > 80


def test_a_narrow_range_keeps_its_ends_and_a_log_axis_plain_numbers():
    ax = plots.bands(
        pd.DataFrame(
            {"group": ["a", "b"], "low": [119_433, 2_636_842], "high": [121_224, 2_659_183]}
        ),
        log=True,
    )
    assert [line.get_marker() for line in ax.lines] == ["|", "|"]
    ax.figure.canvas.draw()
    shown = [t.get_text() for t in ax.get_xticklabels()] + [
        t.get_text() for t in ax.get_xticklabels(minor=True)
    ]
    assert {"200,000", "1,000,000"} <= set(shown)
    assert not any("10^" in text for text in shown)


def test_a_standard_without_an_end_does_not_stretch_the_axis():
    frame = pd.DataFrame({"group": ["a", "b"], "low": [0.7, 2.1], "high": [0.72, 2.2]})
    ax = plots.bands(frame, standard=(None, 1.0), share=True)
    assert ax.get_xlim()[0] > 0
    assert ax.patches[0].get_x() < ax.get_xlim()[0]


def test_every_claim_is_a_mark_in_its_row():
    ax = EXAMPLES["claims_grid"]()
    marks = [(x, y) for line in ax.lines for x, y in zip(*line.get_data(), strict=True)]
    assert sorted(marks) == [(1, 0), (1, 1), (2, 0)]


def test_five_hundred_claims_are_marks_that_can_be_seen():
    verdicts = ["consistent"] * 400 + ["inconsistent"] * 100
    ax = plots.claims_grid(pd.DataFrame({"group": 1, "verdict": verdicts}))
    marks = {(x, y) for line in ax.lines for x, y in zip(*line.get_data(), strict=True)}
    assert len(marks) == 500
    assert max(x for x, _ in marks) <= 500
    assert all(-0.5 < y < 0.5 for _, y in marks)
    assert min(line.get_markersize() for line in ax.lines) > 3
    columns = sorted({x for x, _ in marks})
    ax.figure.draw_without_rendering()
    points = 72 / ax.figure.dpi * ax.transData.transform([(x, 0) for x in columns[:2]])[:, 0]
    assert points[1] - points[0] > ax.lines[0].get_markersize()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.intervals(ESTIMATES, labels="grp"), "did you mean 'group'"),
        (lambda: plots.intervals(ESTIMATES.drop(columns="low")), "no column 'low'"),
        (lambda: plots.likert(ANSWERS, ["yes", "no"]), "so-so"),
        (
            lambda: plots.claims_grid(pd.DataFrame({"group": [1], "verdict": ["consistant"]})),
            "did you mean 'consistent'",
        ),
        (lambda: plots.checklist(pd.DataFrame({"hall": ["maybe"]})), "no state 'maybe'"),
    ],
)
def test_refuses_what_it_cannot_draw(call, message):
    with pytest.raises(CommsvcError, match=message):
        call()


def test_pairs_are_as_large_as_they_are_frequent_and_say_what_hits():
    frame = pd.DataFrame({"built": [11, 11, 11, 10], "under": [11, 11, 11, 12]})
    ax = plots.pairs({"list": frame}, "built", "under", target=(11, 11))
    rare, often = ax.collections[0].get_sizes()
    assert often > rare
    assert "list: 4 possibilities, 3 of them as printed" in str(alt_text(ax.figure))


def test_a_lorenz_curve_is_named_in_the_legend():
    curve = pd.DataFrame({"population_share": [0, 0.5, 1], "value_share": [0, 0.2, 1]})
    with mpl.rc_context({"figure.constrained_layout.use": False}):
        legend = plots.lorenz({"visits": curve, "beds": curve}).get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["visits", "beds"]


def test_a_wide_legend_does_not_make_the_plot_narrow():
    with mpl.rc_context({"figure.constrained_layout.use": True}):
        levels = [f"a long name of level {i}" for i in range(5)]
        answers = pd.DataFrame({"group": "all", "level": levels, "count": 5})
        ax = plots.likert(answers, levels)
        ax.figure.canvas.draw()
        box = ax.get_window_extent()
        assert box.x1 > 0.95 * ax.figure.bbox.width
        (legend,) = ax.figure.legends
        assert [text.get_text() for text in legend.get_texts()] == [
            levels[i] for i in (4, 1, 3, 0, 2)
        ]
        # Two rows, filled down the columns: 4 3 2 over 1 0.


def test_a_flow_says_who_was_lost_and_who_came():
    steps = pd.DataFrame({"group": ["a", "b", "c"], "count": [9, 7, 8], "note": ["", "ill", None]})
    shown = [text.get_text() for text in plots.flow(steps).texts]
    assert {"− 2  ill", "+ 1"} <= set(shown)


NAN = float("nan")


def frame(**columns):
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: plots.intervals(
                frame(group=["a", "b"], estimate=[0.5, NAN], low=[None, NAN], high=[None, NAN],
                      base=[10, NAN])
            ),
            "a (n = 10) 50.0%; b –.",
        ),
        (
            lambda: plots.likert(
                frame(group=["a", "a", "b", "b"], level=["y", "n"] * 2, count=[0, 0, 3, 1]),
                ["y", "n"],
            ),
            "a (n = 0): –; b (n = 4): y 75.0%, n 25.0%.",
        ),
        (lambda: plots.bands(frame(group=["a"], low=[0], high=[0])), "a 0."),
        (
            lambda: plots.bands(frame(group=["a", "b"], low=[None, 2], high=[None, NAN])),
            "a –; b ≥ 2.",
        ),
        (lambda: plots.flow(frame(group=["a", "b"], count=[3, 0])), "a 3, b 0."),
        (
            lambda: plots.claims_grid(frame(group=[1], verdict=["unreadable"])),
            "1: 1 cannot be read.",
        ),
        (lambda: plots.table_set(frame(low=[2.0], high=[2.0], count=[1])), "from 2 to 2."),
    ],
)  # fmt: skip
def test_what_is_nothing_or_missing_is_drawn_and_said(call, said):
    ax = call()
    ax.figure.canvas.draw()
    english = str(alt_text(ax))
    assert english.endswith(said)
    assert "nan" not in english


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plots.intervals(ESTIMATES[:0]), "nothing to draw"),
        (lambda: plots.bands(ESTIMATES[:0]), "nothing to draw"),
        (lambda: plots.bands(frame(group=["a"], low=[None], high=[NAN])), "no end"),
        (lambda: plots.likert(ANSWERS[:0], ["yes", "no"]), "nothing to draw"),
        (lambda: plots.claims_grid(frame(group=[], verdict=[])), "nothing to draw"),
        (lambda: plots.checklist(pd.DataFrame()), "no cells"),
        (lambda: plots.table_set(frame(low=[], high=[], count=[])), "nothing to draw"),
        (lambda: plots.pairs({}, "x", "y"), "0 sets of pairs; allowed: 1 to 4"),
        (lambda: plots.pairs({i: frame(x=[1], y=[i]) for i in range(5)}, "x", "y"), "5 sets"),
        (lambda: plots.flow(frame(group=["a"], count=[NAN])), "'count' has no number"),
        (lambda: plots.lorenz({}), "nothing to draw"),
        (lambda: plots.bands(frame(group=["a"], low=[2], high=[1])), "a: the lower end 2 lies"),
        (lambda: plots.table_set(frame(low=[1], high=[2], count=[0])), "no table"),
        (lambda: plots.likert(frame(group="a", level=["y"], count=[NAN]), ["y"]), "has no number"),
        (lambda: plots.likert(frame(group="a", level=["y"], count=[-1]), ["y"]), "below zero"),
        (
            lambda: plots.likert(frame(group="a", level=["y"], count=[1]), ["y"], favourable=2),
            "allowed: 0 to 1",
        ),
        (
            lambda: plots.lorenz({"a": frame(population_share=[0, NAN], value_share=[0, 1])}),
            "'population_share' has no number",
        ),
    ],
)
def test_refuses_what_holds_nothing_to_draw(call, message):
    with pytest.raises(CommsvcError, match=message):
        call()


def test_many_rows_of_one_line_stand_nearer():
    def height(labels):
        result = frame(group=labels, estimate=0.5, low=0.4, high=0.6)
        return plots.intervals(result).figure.get_figheight() / len(labels)

    few, many = height([f"row {i}" for i in range(10)]), height([f"row {i}" for i in range(30)])
    assert many < 0.7 * few
    assert height([f"row\n{i}" for i in range(30)]) > many


def test_the_marks_of_one_row_are_whole():
    with mpl.rc_context():
        plots.use_style()
        names = {f"a long name of column {i}": ["yes"] for i in range(9)}
        ax = plots.checklist(pd.DataFrame(names, index=["only"]))
        ax.figure.canvas.draw()
        assert ax.get_window_extent().height > 20


def test_the_line_at_zero_runs_behind_the_bars():
    ax = plots.likert(ANSWERS, ["yes", "so-so", "no"])
    assert ax.lines[-1].get_zorder() < min(bar.get_zorder() for bar in ax.patches)


def arrows(ax):
    return sorted((t.xyann[0], t.xy[0], t.xy[1]) for t in ax.texts if getattr(t, "arrow_patch", 0))


def test_an_interval_without_an_end_runs_to_the_edge():
    ratios = frame(group=["a", "b"], estimate=[0, 3], low=[0, 1], high=[2, float("inf")])
    ax = plots.intervals(ratios, share=False, log=True)
    left, right = ax.get_xlim()
    assert arrows(ax) == [(1, right, 1), (2, left, 0)]
    assert left > 0
    assert str(alt_text(ax)).endswith("a 0 (0–2); b 3 (≥ 1).")
    plain = plots.intervals(ratios, share=False)
    assert arrows(plain) == [(1, plain.get_xlim()[1], 1)]


def test_a_range_from_zero_has_an_arrow_on_a_log_axis():
    ax = plots.bands(frame(group=["x", "y"], low=[0, 1], high=[10, 100]), log=True)
    ((start, tip, _),) = arrows(ax)
    assert 0 < tip < start == 10


@pytest.mark.parametrize("steps", [2, 3, 4, 5, 7, 11])
def test_every_level_of_a_scale_has_its_own_shade(steps):
    levels = [str(i) for i in range(steps)]
    ax = plots.likert(frame(group="a", level=levels, count=10), levels)
    assert len({bar.get_facecolor() for bar in ax.patches}) == steps


def test_names_at_the_ends_of_lines_replace_the_legend_and_do_not_hide_each_other():
    sns = pytest.importorskip("seaborn")
    data = frame(x=[1, 2] * 3, y=[0, 1, 0, 1.01, 0, 0.2], kind=list("aabbcc"))
    ax = sns.lineplot(data, x="x", y="y", hue="kind")
    plots.label_lines(ax, {"a": "first"}, title="kinds")
    ax.figure.canvas.draw()
    assert ax.get_legend() is None
    assert [t.get_text() for t in ax.texts] == ["c", "first", "b", "kinds"]
    boxes = [t.get_window_extent() for t in ax.texts]
    for i, box in enumerate(boxes):
        assert box.x0 >= ax.get_window_extent().x1
        assert not any(box.overlaps(other) for other in boxes[:i])
    with pytest.raises(CommsvcError, match="no line has a label"):
        plots.label_lines(plt.figure().subplots())


@pytest.mark.parametrize(("grey", "kept"), [("#767676", True), ("#777777", False)])
def test_words_are_darkened_where_wcag_wants_it(grey, kept):
    # The lightest grey that passes AA on white is known to be #767676 (WebAIM).
    assert (readable(grey) == grey) is kept


def test_the_names_of_quadrants_stay_apart_beside_a_key():
    with mpl.rc_context():
        plots.use_style()
        n = 30
        items = frame(
            group=[f"a rather long name of item {i}" for i in range(n)],
            importance=[i % 7 for i in range(n)], performance=[i % 5 for i in range(n)],
            importance_line=3.0, performance_line=2.0, quadrant="low priority",
        )  # fmt: skip
        ax = plots.quadrants(items)
        ax.figure.canvas.draw()
        inside = ax.get_window_extent()
        corners = [t.get_window_extent() for t in ax.texts if t.xycoords == "axes fraction"]
        corners = [box for box in corners if box.x0 < inside.x1]
        assert len(corners) == 4
        assert not any(a.overlaps(b) for i, a in enumerate(corners) for b in corners[:i])


def test_bars_of_answers_are_the_estimates_where_there_are_any():
    from commsvc import Design, satisfaction

    words = ["很满意", "满意", "不满意"]
    weights = [9.0] * 6 + [1.0] * 12
    data = pd.DataFrame(
        {"q": [w for w in words for _ in range(6)], "g": ["a", "b"] * 9, "w": weights}
    )
    found = satisfaction(data, "q", by="g", design=Design.sample(weights="w")).table
    rows = found[(found["group"] != "all") & found["level"].isin(words)]
    ax = plots.likert(rows, words)
    assert {text.get_text() for text in ax.texts} == {"82%", "9%"}
    assert [text.get_text() for text in ax.get_yticklabels()] == ["a (n = 9)", "b (n = 9)"]
    counted = plots.likert(rows.drop(columns="estimate"), words)
    assert {text.get_text() for text in counted.texts} == {"33%"}
