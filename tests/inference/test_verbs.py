from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from commsvc.errors import CommsvcError
from commsvc.inference import (
    Design,
    compare_groups,
    compare_with_target,
    estimate_shares,
    multinomial_intervals,
    proportion_interval,
)
from commsvc.inference.crosstabs import freeman_halton_test
from commsvc.inference.ordered import kruskal_test, mann_whitney_test
from commsvc.inference.proportions import margin_test, proportion_test
from commsvc.inference.results import ESTIMATE_COLUMNS, TEST_COLUMNS, frame_of_estimates

COUNTS, LEVELS = [161, 60, 9], ["satisfied", "fairly", "not"]


def test_shares_of_a_sample_carry_wilson():
    frame = estimate_shares(COUNTS, LEVELS, design=Design.srs())
    assert tuple(frame.columns) == ESTIMATE_COLUMNS
    assert frame.estimate.sum() == pytest.approx(1)
    one = proportion_interval(161, 230)
    assert (frame.low[0], frame.high[0], frame.base[0]) == (one.low, one.high, 230)
    assert frame.note.tolist() == ["", "", ""]


def test_a_census_gives_exact_shares_and_refuses_the_rest():
    frame = estimate_shares(COUNTS, LEVELS, design=Design.census(230))
    assert frame.estimate[0] == 0.7
    assert frame[["se", "low", "high"]].isna().all().all()
    assert "no sampling error" in frame.note[0]
    for refused in (
        lambda d: estimate_shares(COUNTS, design=d, method="wilson"),
        lambda d: compare_with_target(161, 230, 0.9, design=d),
        lambda d: compare_groups([[3, 4], [5, 6]], design=d),
    ):
        with pytest.raises(CommsvcError, match="a complete count has no sampling error"):
            refused(Design.census())


def test_an_unknown_design_says_what_it_rests_on():
    design = Design.unknown("forms handed out by the district").assuming(deff=2)
    frame = estimate_shares(COUNTS, LEVELS, design=design)
    assert "holds only if" in frame.note[0]
    assert "handed out by the district" in frame.note[0]
    assert "design effect 2 assumed" in frame.note[0]
    assert frame.high[0] == proportion_interval(161, 230, deff=2).high


def test_simultaneous_methods_and_groups():
    frame = estimate_shares([COUNTS, [9, 8, 7]], LEVELS, groups=["a", "b"], design=Design.srs(),
                            method="goodman")  # fmt: skip
    assert frame.group.tolist() == ["a"] * 3 + ["b"] * 3
    assert frame.base.tolist() == [230] * 3 + [24] * 3
    assert frame.low[:3].tolist() == multinomial_intervals(COUNTS).low.tolist()
    with pytest.raises(CommsvcError, match="no finite population"):
        estimate_shares(COUNTS, design=Design.srs(population=1000), method="goodman")


def test_a_group_without_answers_is_said():
    frame = estimate_shares([[0, 0], [3, 4]], groups=["a", "b"], design=Design.srs())
    assert frame.estimate[:2].isna().all()
    assert frame.note[0] == "nobody answered"


def test_everybody_of_a_finite_population_is_a_census():
    frame = estimate_shares([3, 7], design=Design.srs(population=10))
    assert frame.method[0] == "complete count"
    assert frame.low.isna().all()


def test_weights_and_clusters_are_not_ignored():
    design = Design.sample(weights="w", clusters="village")
    for call in (
        lambda: estimate_shares(COUNTS, design=design),
        lambda: compare_groups([[3, 4], [5, 6]], design=design),
    ):
        with pytest.raises(CommsvcError, match="weights w, clusters village"):
            call()
    with pytest.raises(CommsvcError, match="did you mean 'adjust'"):
        Design.sample(lonely="adjusted")


def test_a_target_takes_the_designs_population_and_effect():
    design = Design.srs(population=2000).assuming(1.5)
    row = compare_with_target(161, 230, 0.75, design=design, alternative="less", method="score")
    test = proportion_test(161, 230, 0.75, "less", "score", deff=1.5, population=2000)
    assert row.p[0] == test.p
    assert row.columns.tolist() == ["count", "base", "target", *TEST_COLUMNS]
    within = compare_with_target(
        205, 230, 0.9, design=Design.srs(), alternative="equivalent", margin=0.05
    )
    assert within.p[0] == margin_test(205, 230, 0.9, 0.05, "equivalent").p
    with pytest.raises(CommsvcError, match="margin"):
        compare_with_target(205, 230, 0.9, design=design, alternative="equivalent")


def test_groups_are_compared_by_what_fits():
    large = compare_groups([[75, 27], [68, 30]], design=Design.srs())
    assert round(large.statistic[0], 2) == 0.42
    assert large.method[0].text("en").startswith("Pearson")
    sparse = [[5, 0, 15], [17, 3, 22], [12, 7, 45]]
    row = compare_groups(sparse, design=Design.srs())
    assert row.p[0] == freeman_halton_test(sparse).p
    assert "expected counts are small" in row.note[0]
    assert "safer" not in row.note[0]


def test_ordered_answers_get_rank_tests():
    two, three = [[5, 10, 20], [10, 15, 5]], [[5, 10, 20], [10, 15, 5], [8, 8, 8]]
    row = compare_groups(two, design=Design.srs(), ordered=True)
    assert row.p[0] == mann_whitney_test(*two).p
    assert "ordered and there are two groups" in row.note[0]
    row = compare_groups(three, design=Design.srs(), ordered=True)
    assert row.p[0] == kruskal_test(three).p
    with pytest.raises(CommsvcError, match="rank test"):
        compare_groups(three, design=Design.srs().assuming(2), ordered=True)


def test_designs_describe_themselves():
    assert Design.census(42).describe() == "complete count of 42"
    assert Design.unknown().assuming(1.5).describe() == (
        "sample of unknown design, design effect 1.5 assumed"
    )
    with pytest.raises(CommsvcError, match="no design effect"):
        Design.census().assuming(2)


def test_a_frame_refuses_other_words():
    with pytest.raises(CommsvcError, match="no column 'percent'"):
        frame_of_estimates({"percent": [1]})


def test_counts_are_not_changed():
    counts = np.array([COUNTS, COUNTS])
    before = counts.copy()
    estimate_shares(counts, design=Design.srs())
    compare_groups(counts, design=Design.srs())
    assert (counts == before).all()


def test_importing_the_package_costs_no_scipy():
    code = (
        "import sys, commsvc.inference; sys.exit('scipy' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_incomplete_count_has_bounds_and_nothing_else():
    frame = estimate_shares([30, 10], ["yes", "no"], design=Design.incomplete(population=50))
    # Ten were not counted: all of them may be one thing or the other.
    assert frame["estimate"].tolist() == [0.75, 0.25]
    assert frame["low"].tolist() == [30 / 50, 10 / 50]
    assert frame["high"].tolist() == [40 / 50, 20 / 50]
    assert frame["base"].tolist() == [40, 40]
    assert (frame["method"] == "worst-case bounds").all()
    assert frame["note"].str.contains("10 were not counted").all()
    bare = estimate_shares([30, 10], design=Design.incomplete())
    assert bare["low"].isna().all()
    assert bare["note"].str.contains("lower bound").all()
    for refused in (
        lambda: compare_with_target(30, 40, 0.9, design=Design.incomplete()),
        lambda: compare_groups([[3, 1], [2, 2]], design=Design.incomplete()),
        lambda: Design.incomplete().assuming(2),
        lambda: estimate_shares([30, 40], design=Design.incomplete(population=50)),
    ):
        with pytest.raises(CommsvcError):
            refused()


def test_one_vocabulary_of_designs():
    from commsvc.inference.design import KINDS
    from commsvc.published.reports import DESIGNS

    assert {name: KINDS[name] for name in DESIGNS} == dict(DESIGNS)
    for name in KINDS:
        if name in ("none", "sample"):
            with pytest.raises(CommsvcError):
                Design.named(name)
        else:
            assert Design.named(name).kind == name
    assert Design.named("incomplete").describe().text("zh") == "不完全统计"
    assert "仅当" in Design.unknown().caveat().text("zh")
