"""Every table behind the print: against trying them all, SciPy, and published tables."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import reconstruct_brute_force as brute
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency, chisquare

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct import by_group, by_rows, from_counts, one_way

CLOSE = 1e-9
RULES = st.sampled_from(sorted(brute.ROUNDING))


@st.composite
def tables(draw: st.DrawFn, groups: int, largest: int) -> list[tuple[int, int]]:
    sizes = draw(st.lists(st.integers(1, largest), min_size=groups, max_size=groups))
    return [(x, n - x) for n in sizes for x in [draw(st.integers(0, n))]]


def scipy_statistics(table) -> dict[str, float]:
    """What SciPy says of a table; where it refuses (an empty column), independence."""
    cells = np.array(table)
    if (cells.sum(axis=0) == 0).any():
        return {"pearson": 0.0, "lr": 0.0, "p": 1.0, "lr_p": 1.0, "cramers_v": 0.0}
    pearson = chi2_contingency(cells, correction=False)
    lr = chi2_contingency(cells, correction=False, lambda_="log-likelihood")
    shorter = min(cells.shape) - 1
    return {
        "pearson": pearson.statistic,
        "lr": lr.statistic,
        "p": pearson.pvalue,
        "lr_p": lr.pvalue,
        "cramers_v": math.sqrt(pearson.statistic / (cells.sum() * shorter)),
    }


@given(st.integers(2, 3), RULES, st.data())
@settings(max_examples=60, deadline=None)
def test_by_group_lists_what_brute_force_finds_in_order(k, rule, data) -> None:
    true = data.draw(tables(groups=k, largest=30 if k == 2 else 9))
    total, yes = sum(map(sum, true)), sum(x for x, _ in true)
    printed = [brute.percentage(x, x + no, data.draw(st.integers(0, 2)), rule) for x, no in true]
    share = brute.percentage(yes, total, data.draw(st.integers(0, 2)), rule)
    found = by_group(total, printed, total_share=share, rule=rule)
    admissible = brute.counts(total, share, rule)
    expected = brute.by_group(total, printed, admissible, rule)
    expected.sort(key=lambda t: (sum(x for x, _ in t), [(x + no, x) for x, no in t]))
    listed = list(found)
    assert listed == expected
    assert tuple(true) in listed
    assert found.count == len(found) == len(expected)
    each = [scipy_statistics(table) for table in listed]
    for name in ("pearson", "lr", "p", "lr_p", "cramers_v"):
        range_ = found.range_of(name)
        assert range_.exact
        assert range_.low == pytest.approx(min(e[name] for e in each), abs=CLOSE)
        assert range_.high == pytest.approx(max(e[name] for e in each), abs=CLOSE)
        assert scipy_statistics(range_.at_low)[name] == pytest.approx(range_.low, abs=CLOSE)
        assert scipy_statistics(range_.at_high)[name] == pytest.approx(range_.high, abs=CLOSE)


@given(RULES, st.integers(0, 1), st.data())
@settings(max_examples=40, deadline=None)
def test_by_rows_lists_what_brute_force_finds(rule, decimals, data) -> None:
    cell = st.integers(0, 4)
    true = data.draw(
        st.lists(st.tuples(cell, cell, cell), min_size=2, max_size=2).filter(
            lambda t: all(sum(row) for row in t)
        )
    )
    total, columns = sum(map(sum, true)), [sum(c) for c in zip(*true, strict=True)]
    rows = [
        (
            brute.percentage(sum(row), total, decimals, rule),
            [brute.percentage(c, sum(row), decimals, rule) for c in row],
        )
        for row in true
    ]
    found = list(by_rows(total, columns, rows, rule))
    assert sorted(found) == sorted(brute.by_rows(total, columns, rows, rule))
    assert tuple(true) in found
    assert by_rows(total, columns, rows, rule).count == len(found)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=4).filter(sum), RULES, st.integers(0, 1))
@settings(max_examples=60, deadline=None)
def test_one_way_counts_add_up_to_the_total(true, rule, decimals) -> None:
    total = sum(true)
    printed = [brute.percentage(x, total, decimals, rule) for x in true]
    found = one_way(printed, total, rule)
    each = [brute.counts(total, share, rule) for share in printed]
    expected = [c for c in brute.product(*each) if sum(c) == total]
    assert list(found) == expected
    assert tuple(true) in expected
    assert found.count == len(expected)
    if len(true) > 1:
        gof = [chisquare(counts) for counts in expected]
        assert found.range_of("pearson").low == pytest.approx(min(g.statistic for g in gof))
        assert found.range_of("p").low == pytest.approx(min(g.pvalue for g in gof))


@given(st.data())
@settings(max_examples=30, deadline=None)
def test_from_counts_takes_every_denominator(data) -> None:
    true = [(x, no) for x, no in data.draw(tables(groups=2, largest=60)) if x] or [(3, 4)]
    decimals = data.draw(st.integers(0, 1))
    printed = [brute.percentage(x, x + no, decimals) for x, no in true]
    found = from_counts([x for x, _ in true], printed, within=(1, 200))
    each = [
        [n for n in range(x, 201) if brute.prints(x, n, share)]
        for (x, _), share in zip(true, printed, strict=True)
    ]
    expected = {
        tuple((x, n - x) for (x, _), n in zip(true, sizes, strict=True))
        for sizes in brute.product(*each)
    }
    listed = list(found)
    assert len(listed) == len(expected) == found.count
    assert set(listed) == expected
    assert tuple(true) in expected


def test_examples_from_an_abstract() -> None:
    one = by_group(200, ["73.5%", "69.4%"], total_share="71.5%")
    assert list(one) == [((75, 27), (68, 30))]
    assert one.range_of("pearson").low == pytest.approx(0.42072, abs=5e-6)
    assert one.matching("pearson", "0.42").count == 1
    two = by_group(200, ["70.0%", "83.3%", "65.0%"], total_share="71.5%")
    assert two.count == 2
    assert [round(v, 6) for v in sorted(two.values("pearson"))] == [2.641803, 6.240543]
    match = two.matching("pearson", "2.64")
    assert (match.count, match.of) == (1, 2)
    assert match.example == ((105, 45), (25, 5), (13, 7))
    assert list(one_way(["70%", "26%", "4%"], total=230)) == [
        (160, 60, 10), (161, 59, 10), (161, 60, 9), (162, 59, 9)
    ]  # fmt: skip
    rows = by_rows(100, [50, 50], [(50.0, ["60.0%", "40.0%"]), (50.0, ["40.0%", "60.0%"])])
    assert list(rows) == [((30, 20), (20, 30))]
    assert rows.matching("lr_p", "0.045").count == 1


def test_four_groups_of_1200() -> None:
    found = by_group(1200, ["70.0%", "83.3%", "65.0%", "72.1%"], total_share="71.5%")
    assert found.count == 14567
    range_ = found.range_of("pearson")
    assert (round(range_.low, 3), round(range_.high, 3)) == (1.277, 43.601)
    values = found.values("pearson")
    assert len(values) == 14567
    assert (range_.low, range_.high) == pytest.approx((values.min(), values.max()), rel=1e-12)
    assert found.decides(1e-9).verdict == "never"
    assert found.decides().verdict == "open"


def test_known_sizes_narrow_the_tables() -> None:
    groups, whole = ["70.0%", "83.3%", "65.0%"], {"total_share": "71.5%"}
    assert by_group(200, groups, sizes=[None, 60, None], **whole).count == 1
    assert by_group(200, groups, sizes=[(100, 200), None, None], **whole).first()[0] == (105, 45)
    assert by_group(200, groups, sizes=["20.0%", "30%", None], **whole).count == 1
    assert by_group(200, groups, sizes=[41, None, None], **whole).count == 0
    free = by_group(200, ["73.5%", "69.4%"], sizes=[102, 98])
    assert list(free) == [((75, 27), (68, 30))]


def test_a_percentage_that_is_not_printed_leaves_its_group_open() -> None:
    found = by_group(9, ["67%", None], total_counts=[5])
    expected = [
        ((x, n - x), (5 - x, 9 - n - 5 + x))
        for n in range(1, 9)
        for x in brute.counts(n, "67%")
        if 0 <= 5 - x <= 9 - n
    ]
    assert list(found) == expected
    assert len(expected) > 1
    assert one_way(["67%", None], 9).first() == (6, 3)


def test_groups_that_all_or_none_of_agree() -> None:
    found = by_group(10, ["0%", "100%"], total_counts=[4])
    assert list(found) == [((0, 6), (4, 0))]
    assert found.range_of("odds_ratio").low == 0
    assert found.range_of("difference").high == -1
    assert found.range_of("pearson").low == 10
    none = by_group(10, ["0.0%", "0.0%"], total_counts=[0])
    assert none.count == 9
    assert none.range_of("p").low == 1
    assert math.isnan(none.range_of("odds_ratio").low)


def test_equal_percentages_are_different_groups() -> None:
    found = by_group(6, ["50%", "50%"], total_counts=[3])
    assert list(found) == [((1, 1), (2, 2)), ((2, 2), (1, 1))]


def test_several_totals_come_one_after_the_other() -> None:
    groups = ["50%", "67%"]
    found = by_group(40, groups, total_counts=[24, 23, 23])
    parts = [list(by_group(40, groups, total_counts=[yes])) for yes in (23, 24)]
    assert all(parts)
    assert list(found) == [*parts[0], *parts[1]]
    assert found.count == len(parts[0]) + len(parts[1])
    assert found.range_of("pearson").at_low in parts[0] + parts[1]


def test_figures_that_no_table_prints() -> None:
    empty = by_group(100, ["38.46%", "50%"], total_counts=[0])
    assert (empty.count, list(empty), empty.first(), bool(empty)) == (0, [], None, False)
    assert empty.matching("pearson", "1.0").count == 0
    with pytest.raises(CommsvcError, match="no table"):
        empty.range_of("pearson")
    with pytest.raises(CommsvcError, match="no table"):
        empty.distribution("pearson")
    assert "group 1" in by_group(5, ["38.46%", "50%"], total_counts=[2]).note
    assert "add up" in by_rows(100, [50, 49], [("100%", [None, None])]).note
    assert by_group(10, ["50%"], total_counts=[]).count == 0
    assert one_way(["50%", "49%"], 100).count == 0


def test_decisions_in_both_languages() -> None:
    clear = by_group(200, ["60.0%", "98.0%"], total_counts=[158]).decides()
    assert clear.verdict == "always"
    assert str(clear).startswith("every table that prints these figures has P < 0.05")
    assert "都小于 0.05" in clear.sentence.text("zh")
    weak = by_group(200, ["73.5%", "69.4%"], total_counts=[143]).decides()
    assert weak.verdict == "never"
    assert "没有一张" in weak.sentence.text("zh")
    open_ = by_group(200, ["70.0%", "83.3%", "65.0%"], total_counts=[143]).decides()
    assert open_.verdict == "open"
    assert "不足以判定" in open_.sentence.text("zh")


def test_frame_and_distribution_are_tidy() -> None:
    found = by_group(200, {"town": "73.5%", "country": "69.4%"}, total_counts=[143])
    assert found.frame().to_dict("list") == {
        "table": [1, 1, 1, 1],
        "group": ["town", "town", "country", "country"],
        "level": ["yes", "no", "yes", "no"],
        "count": [75, 27, 68, 30],
        "base": [102, 102, 98, 98],
    }
    ways = one_way({"good": "70%", "fair": "26%", "poor": "4%"}, 230)
    assert ways.frame(limit=1)["level"].tolist() == ["good", "fair", "poor"]
    assert ways.frame()["table"].max() == 4
    spread = by_group(1200, ["70.0%", "83.3%", "65.0%", "72.1%"], total_share="71.5%").distribution(
        "pearson", bins=10
    )
    assert spread["count"].sum() == 14567
    assert spread["share"].sum() == pytest.approx(1)


def test_statistics_of_two_groups_among_more() -> None:
    found = by_group(200, ["70.0%", "83.3%", "65.0%"], total_counts=[143])
    shares = [(t[0][0] / sum(t[0]), t[2][0] / sum(t[2])) for t in found]
    assert found.range_of("difference", between=(0, 2)).high == pytest.approx(
        max(a - b for a, b in shares)
    )
    with pytest.raises(CommsvcError, match="names no two"):
        found.range_of("odds_ratio")
    with pytest.raises(CommsvcError, match="names no two"):
        found.range_of("odds_ratio", between=(1, 1))


def test_a_statistic_of_ones_own() -> None:
    found = by_group(200, ["70.0%", "83.3%", "65.0%"], total_counts=[143])
    largest = found.range_of(lambda cells: cells.sum(axis=2).max(axis=1))
    assert (largest.low, largest.high) == (100, 150)
    with pytest.raises(CommsvcError, match="shape"):
        found.values(lambda cells: cells)


def test_a_statistic_on_the_edge_of_rounding_is_decided_exactly() -> None:
    # ((6, 4), (4, 6)) has chi-square 0.8, which prints as 1 but is cut off to 0.
    found = by_group(20, ["60%", "40%"], sizes=[10, 10], total_counts=[10])
    assert found.matching("pearson", "0.8").count == 1
    assert found.matching("pearson", "0.80", "truncate").count == 1
    assert found.matching("pearson", "1").count == 1
    assert found.matching("pearson", "0", "truncate").count == 1
    assert found.matching("p", ">0.05").count == 1
    assert found.matching("p", "<0.05").count == 0
    assert found.matching("difference", "20%").count == 1


def test_names_that_do_not_exist() -> None:
    found = by_group(10, ["50%", "50%"], total_counts=[5])
    with pytest.raises(CommsvcError, match="did you mean 'pearson'"):
        found.range_of("pearsons")
    with pytest.raises(CommsvcError, match="no P"):
        found.decides(statistic="pearson")
    with pytest.raises(CommsvcError, match="level"):
        found.decides(alpha=5)


def test_claims_of_published_studies(shared) -> None:
    from commsvc.published.reconstruct import attainable, sample_sizes

    seen = set()
    for line in (shared / "published_claims.jsonl").read_text("utf-8").splitlines():
        claim = json.loads(line)
        expect = claim.get("expect", {})
        if claim["kind"] == "attainable":
            assert attainable(claim["of"], claim["printed"]) == expect["counts"], claim["id"]
            cut = attainable(claim["of"], claim["printed"], "truncate")
            assert cut == expect["counts_if_truncated"], claim["id"]
        elif claim["kind"] == "sample_size":
            sizes = sample_sizes(claim["printed"], claim["range"], claim.get("counts"))
            assert sizes == expect["sizes"], claim["id"]
        elif claim["kind"] == "reconstruct":
            found = by_group(claim["total"], claim["groups"], total_counts=claim["total_counts"])
            assert found.count == expect["tables"], claim["id"]
            range_ = found.range_of("pearson")
            assert [range_.low, range_.high] == pytest.approx(expect["chi_square"], abs=1e-6)
            if claim["printed"] is not None:
                matching = found.matching("pearson", claim["printed"]).count
                assert matching == expect["tables_matching"], claim["id"]
        else:
            continue
        seen.add(claim["kind"])
    assert seen == {"attainable", "sample_size", "reconstruct"}


def test_p_agrees_with_scipy_in_the_far_tail() -> None:
    found = by_group(5000, ["70.0%", "83.3%"], total_share="80.0%")
    range_ = found.range_of("p")
    statistic = found.range_of("pearson").high
    assert range_.low == pytest.approx(chi2.sf(statistic, 1), rel=1e-9)
