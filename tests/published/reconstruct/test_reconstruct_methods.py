"""The programmes that need no list give what the list gives, and say when they do not."""

from __future__ import annotations

import tracemalloc
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct import (
    by_group,
    by_rows,
    counting,
    extremes,
    listing,
    one_way,
    range_search,
    tables,
)

NAMES = ("pearson", "lr", "p", "lr_p", "cramers_v")
FOUR = ["70.0%", "83.3%", "65.0%", "72.1%"]


@st.composite
def problems(draw: st.DrawFn):
    kind = draw(st.sampled_from(["groups", "rows", "one way"]))
    if kind == "one way":
        shares = draw(st.lists(st.integers(1, 40), min_size=2, max_size=5))
        total = draw(st.integers(50, 400))
        return one_way([f"{100 * s / sum(shares):.0f}%" for s in shares], total)
    k = draw(st.integers(2, 5))
    if kind == "groups":
        shares = [f"{draw(st.integers(0, 100))}%" for _ in range(k)]
        total = draw(st.integers(k, 40))
        return by_group(total, shares, total_counts=[draw(st.integers(0, total))])
    cells = draw(
        st.lists(st.lists(st.integers(1, 60), min_size=3, max_size=3), min_size=2, max_size=3)
    )
    total = sum(map(sum, cells))
    rows = [
        (f"{100 * sum(row) / total:.0f}%", [f"{100 * c / sum(row):.0f}%" for c in row])
        for row in cells
    ]
    return by_rows(total, [sum(c) for c in zip(*cells, strict=True)], rows)


@given(problems())
@settings(max_examples=60, deadline=None)
def test_the_programme_finds_the_ends_of_the_list(found) -> None:
    if found.problem.products > 200_000:
        return
    blocks = list(found.blocks())
    for name in ("pearson", "lr"):
        listed = range_search.by_listing(blocks, name, (0, 0), found._plain)
        proven = range_search.by_programme(found.problem, name, found._plain)
        if listed is None:
            assert proven is None
            continue
        assert proven is not None
        assert proven.exact
        assert proven.low == pytest.approx(listed.low, rel=1e-9, abs=1e-9)
        assert proven.high == pytest.approx(listed.high, rel=1e-9, abs=1e-9)
        everything = {found._plain(table) for block in blocks for table in block}
        assert {proven.at_low, proven.at_high} <= everything
    assert found.count == sum(map(len, blocks))


@given(problems())
@settings(max_examples=30, deadline=None)
def test_derived_statistics_follow_the_chi_square(found) -> None:
    if found.problem.products > 100_000 or found.first() is None:
        return
    for name in NAMES:
        values = found.values(name)
        proven = range_search.by_programme(found.problem, name, found._plain)
        assert (proven.low, proven.high) == pytest.approx((values.min(), values.max()), abs=1e-9)


@pytest.mark.parametrize(
    ("total", "groups", "share"),
    [
        (800, FOUR, "71.5%"),
        (600, [*FOUR, "78%"], "72%"),
        (1200, FOUR, "71.5%"),
        (400, ["0.0%", "100.0%", "50.0%", "33.3%"], "40%"),
        (90, ["50%", "60%", "55%"], "56%"),
    ],
)
def test_both_ways_of_counting_agree(monkeypatch, total, groups, share) -> None:
    options, targets = (
        by_group(total, groups, total_share=share).problem.options,
        by_group(total, groups, total_share=share).problem.targets,
    )
    monkeypatch.setattr(counting, "_SMALL", 0)
    dense = counting.count_tables(options, targets)
    monkeypatch.setattr(counting, "_SMALL", 10**30)
    assert counting.count_tables(options, targets) == dense
    assert dense > 0


def test_counts_past_64_bits() -> None:
    # Ten counts from 9500 to 10 499: ways to reach a sum, by inclusion and exclusion.
    values, parts = 1000, 10
    missing = 100_000 - parts * 9500
    expected = sum(
        (-1) ** j * comb(parts, j) * comb(missing - j * values + parts - 1, parts - 1)
        for j in range(missing // values + 1)
    )
    assert expected > 2**64
    assert one_way(["10%"] * parts, 100_000).count == expected


def test_listing_does_not_depend_on_its_chunks(monkeypatch) -> None:
    found = by_group(200, ["70%", "83%", "65%", "72%"], total_counts=[143])
    whole = np.concatenate(list(found.blocks()))
    assert len(whole) == found.count
    for held, step in ((1, 7), (50, 100), (10_000, 3)):
        monkeypatch.setattr(listing, "_HELD", held)
        monkeypatch.setattr(listing, "_STEP", step)
        many = []
        for block in found.blocks():
            many.append(block)
            if sum(map(len, many)) > 400:
                break
        pieces = np.concatenate(many)
        assert (pieces == whole[: len(pieces)]).all()


def test_tables_come_in_lexicographic_order() -> None:
    found = by_group(300, ["70%", "83%", "65%"], total_counts=[215])
    whole = np.concatenate(list(found.blocks()))
    keys = [tuple(v for yes, no in table for v in (yes + no, yes)) for table in whole.tolist()]
    assert keys == sorted(set(keys))


def test_past_its_limits_the_range_is_a_bound_and_says_so(monkeypatch) -> None:
    found = by_group(1200, FOUR, total_share="71.5%")
    exact = found.range_of("pearson")
    monkeypatch.setattr(extremes, "_WORK", 10)
    bound = found.range_of("pearson")
    assert not bound.exact
    assert bound.at_low is None
    assert bound.at_high is None
    assert "bound" in bound.method
    assert "(bounds)" in str(bound)
    assert bound.low <= exact.low
    assert exact.high <= bound.high
    assert found.range_of("p").low <= found.values("p").min()
    assert found.decides().verdict == "unknown"
    assert found.decides(1e-12).verdict == "never"


def test_too_many_tables_are_not_gone_through(monkeypatch) -> None:
    monkeypatch.setattr(tables, "LISTABLE", 1000)
    found = by_group(1200, FOUR, total_share="71.5%")
    with pytest.raises(CommsvcError, match="14,567 tables"):
        found.values("pearson")
    with pytest.raises(CommsvcError, match="one by one"):
        found.range_of("odds_ratio", between=(0, 1))
    outside = found.matching("pearson", "50.0")
    assert (outside.count, outside.of) == (0, 14567)
    inside = found.matching("pearson", "5")
    assert inside.count is None
    assert inside.example is not None
    assert "too many" in inside.method


def test_a_count_that_cannot_be_exact_is_refused() -> None:
    found = by_group(5000, ["70%", "83%", "65%", "72%", "78%", "69%"], total_share="71.5%")
    with pytest.raises(CommsvcError, match="too large for an exact"):
        _ = found.count
    with pytest.raises(CommsvcError, match="rows print as"):
        by_group(10**6, ["70%", "80%"], total_share="75%")


def test_the_range_needs_little_memory() -> None:
    found = by_group(1200, FOUR, total_share="71.5%")
    found.range_of("pearson")
    tracemalloc.start()
    found.range_of("pearson")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 30e6


def test_the_first_tables_come_without_the_rest() -> None:
    six = [*FOUR, "78.4%", "68.9%"]
    found = by_group(5000, six, total_share="71.5%")
    first = found.first()
    assert sum(map(sum, first)) == 5000
    assert round(100 * first[1][0] / sum(first[1]), 1) == 83.3
