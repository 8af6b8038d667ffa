"""Standards, staff and money: every value that figures allow tried, and what cannot matter."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc import CommsvcError, over_printed
from commsvc.indicators import resources as r
from commsvc.indicators.checklists import (
    compliance,
    compliance_summary,
    item_availability,
    size_compliance,
)
from commsvc.indicators.implied_figures import (
    denominator_readings,
    possible_denominators,
    possible_numerators,
)
from commsvc.indicators.measure import measure
from commsvc.indicators.utilization import two_week
from commsvc.inference import Design
from commsvc.printed import RULES, Interval, read

WHOLE = st.integers(0, 400)
WIDTH = st.integers(0, 5)
RANGES = st.tuples(st.integers(1, 400), WIDTH).map(lambda p: Interval.of(p[0], p[0] + p[1]))
SHARES = st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any)


def inside(values: Interval) -> list[Fraction]:
    """The ends of a range and some values in between."""
    return [values.low + (values.high - values.low) * Fraction(k, 4) for k in range(5)]


def holds(row, value) -> bool:
    return row["low"] - 1e-9 <= float(value) <= row["high"] + 1e-9


# money


@given(RANGES, st.integers(1, 60), SHARES, st.integers(2, 9))
def test_a_subsidy_is_so_much_a_head_whoever_pays(people, each, shares, times):
    levels = [f"level {i}" for i in range(len(shares))]
    residents = measure(people, "persons")
    table = r.subsidy(residents, each, shares=shares, levels=levels)
    for n in inside(people):
        for (_, row), part in zip(table.iterrows(), shares, strict=False):
            assert holds(row, n * each * Fraction(part, sum(shares)))
    total = table.iloc[-1]
    assert [total["low"], total["high"]] == [people.low * each, people.high * each]
    assert table["count"].head(len(shares)).sum() == pytest.approx(1)
    scaled = r.subsidy(residents, each, shares=[times * s for s in shares], levels=levels)
    pd.testing.assert_frame_equal(table, scaled)


@given(st.lists(st.tuples(RANGES, RANGES), min_size=1, max_size=3))
@settings(max_examples=30)
def test_every_budget_within_the_figures_lies_within_the_total(kinds):
    items = {f"kind {i}": (measure(n, f"kind {i}"), each) for i, (n, each) in enumerate(kinds)}
    table = r.equipment_budget(items).set_index("group")
    for ends in product((0, 2, 4), repeat=2 * len(kinds)):
        spent = 0
        for i, (n, each) in enumerate(kinds):
            cost = inside(n)[ends[2 * i]] * inside(each)[ends[2 * i + 1]]
            assert holds(table.loc[f"kind {i}"], cost)
            spent += cost
        assert holds(table.loc["total"], spent)
    least = sum(n.low * each.low for n, each in kinds)
    assert table.loc["total", "low"] == least
    turned = r.equipment_budget(dict(reversed(items.items()))).set_index("group")
    pd.testing.assert_frame_equal(turned.loc[table.index], table)


# sizes and lists


@given(st.lists(st.one_of(st.none(), RANGES), min_size=1, max_size=5), RANGES)
def test_a_verdict_on_sizes_is_that_of_every_size(sizes, standard):
    measured = {f"site {i}": size for i, size in enumerate(sizes)}
    table = size_compliance(measured, measure(standard, "m²")).set_index("group")["verdict"]
    for site, size in measured.items():
        met = None if size is None else {value in standard for value in inside(size)}
        if met is None:
            assert table[site] == "unknown"
        elif len(met) == 2:
            assert table[site] == "undecided"
        # Between two tried values another may be met: only what is seen is claimed.
        elif table[site] != "undecided":
            assert table[site] == ("met" if met == {True} else "not met")


@given(st.integers(1, 30), st.integers(1, 30))
def test_a_size_in_mu_is_the_size_in_square_metres(have, wanted):
    in_mu = size_compliance({"site": f"{have}亩"}, f"不少于{wanted}亩")["verdict"].item()
    in_metres = size_compliance(
        {"site": Fraction(2000, 3) * have},
        measure(Interval.of(Fraction(2000, 3) * wanted, None), "m²"),
    )["verdict"].item()  # fmt: skip
    assert (in_metres == "met") == (have >= wanted)
    if have != wanted:  # the printed size was rounded: 3亩 may be a little less than 3
        assert in_mu == in_metres


@given(RANGES, RANGES)
def test_a_band_verdict_is_that_of_every_value(values, band):
    seen = {
        "below" if v < band.low else "above" if v > band.high else "within" for v in inside(values)
    }
    verdict = r.verdict_of(values, band)
    assert verdict == "undecided" or seen == {verdict}
    if len(seen) > 1:
        assert verdict == "undecided"


STATES = st.lists(
    st.lists(st.sampled_from(["有", "无", "不详"]), min_size=2, max_size=2), min_size=1, max_size=4
)


def sites(states):
    frame = pd.DataFrame(states, columns=["bed", "lamp"])
    return frame.assign(site=[f"s{i}" for i in range(len(states))])


@given(STATES)
@settings(max_examples=40, deadline=None)
def test_what_is_unknown_is_tried_both_ways(states):
    items = ["bed", "lamp"]
    frame = sites(states)
    found = compliance(frame, items, site="site").set_index("group")
    whole = compliance_summary(frame, items, site="site").iloc[0]
    beds = item_availability(frame, items, site="site").set_index("group").loc["bed"]
    unknown = [(i, j) for i, row in enumerate(states) for j, s in enumerate(row) if s == "不详"]
    shares: dict[str, list[float]] = {f"s{i}": [] for i in range(len(states))}
    all_met, with_bed = [], []
    for filled in product(["有", "无"], repeat=len(unknown)):
        known = [list(row) for row in states]
        for (i, j), state in zip(unknown, filled, strict=True):
            known[i][j] = state
        for i, row in enumerate(known):
            shares[f"s{i}"].append(row.count("有") / 2)
        all_met.append(sum(row == ["有", "有"] for row in known) / len(known))
        with_bed.append(sum(row[0] == "有" for row in known) / len(known))
    for site, seen in shares.items():
        assert found.loc[site, ["low", "high"]].tolist() == [min(seen), max(seen)]
        verdict = found.loc[site, "verdict"]
        assert {"met": {1.0}, "not met": set(seen) - {1.0}}.get(verdict, set(seen)) == set(seen)
    assert whole[["low", "high"]].tolist() == pytest.approx([min(all_met), max(all_met)])
    assert beds[["low", "high"]].tolist() == pytest.approx([min(with_bed), max(with_bed)])


SAMPLED = sites(
    [["有", "有"], ["有", "不详"], ["无", "有"], ["有", "无"], ["无", "无"], ["有", "有"]]
)
SAMPLED = SAMPLED.assign(w=[2.0, 1, 1, 3, 1, 2], town=list("aabbcc"))


@pytest.mark.parametrize("design", ["srs", Design.sample(weights="w", clusters="town")])
def test_sampled_sites_have_the_errors_of_their_design(design):
    """Where all is known, as a yes/no answer of a survey; what is not widens to both answers."""
    items = ["bed", "lamp"]
    found = item_availability(SAMPLED, items, site="site", design=design).set_index("group")
    yes = lambda column, word: SAMPLED.assign(y=(SAMPLED[column] == word).astype(int))  # noqa: E731
    bed = two_week(yes("bed", "有"), "y", count_of="persons", design=design)
    assert found.loc["bed", ["low", "high"]].tolist() == pytest.approx(
        bed[["low", "high"]].iloc[0].tolist()
    )
    least = two_week(yes("lamp", "有"), "y", count_of="persons", design=design)
    most = SAMPLED.assign(y=(SAMPLED["lamp"] != "无").astype(int))
    most = two_week(most, "y", count_of="persons", design=design)
    assert found.loc["lamp", "low"] == pytest.approx(least["low"].item())
    assert found.loc["lamp", "high"] == pytest.approx(most["high"].item())
    whole = compliance_summary(SAMPLED, items, site="site", design=design).iloc[0]
    census = compliance_summary(SAMPLED, items, site="site").iloc[0]
    assert whole["low"] < census["low"] <= census["high"] < whole["high"]
    assert "may or may not count" in whole["note"]
    with pytest.raises(CommsvcError, match="no column 'W'"):
        item_availability(SAMPLED, items, site="site", design=Design.sample(weights="W"))


# reach, staff, facilities


@given(RANGES, st.integers(1, 30), RANGES)
def test_residents_per_facility_and_the_band(people, facilities, band):
    row = r.residents_per_facility(
        measure(people, "persons"), facilities, standard=measure(band, "persons")
    ).iloc[0]
    each = people / Interval.point(facilities)
    assert [row["low"], row["high"]] == pytest.approx([float(each.low), float(each.high)])
    assert row["verdict"] == r.verdict_of(each, band)
    twice = r.residents_per_facility(measure(people * 2, "persons"), 2 * facilities)
    assert twice["low"].item() == row["low"]


@given(RANGES, st.integers(1, 60), RANGES)
def test_a_gap_is_need_less_staff_for_every_pair(people, each, staff):
    need = r.staff_needed(measure(people, "persons"), each)
    row = r.staff_gap(need, measure(staff, "persons")).iloc[0]
    seen = [
        -(-int(n) // each) - s
        for n in range(int(people.low), int(people.high) + 1)
        for s in range(int(staff.low), int(staff.high) + 1)
    ]
    assert [row["low"], row["high"]] == [min(seen), max(seen)]
    least = min(-(-int(n) // each) for n in range(int(people.low), int(people.high) + 1))
    assert row["covered_high"] == pytest.approx(float(staff.high) / least)


@given(RANGES, RANGES, st.integers(1, 9))
def test_centres_planned_less_needed_for_every_pair(villages, planned, each):
    row = r.planned_against_needed(
        measure(villages, "villages"), measure(planned, "centres"), villages_each=each
    ).iloc[0]
    seen = [
        p + (-v // each)
        for v in range(int(villages.low), int(villages.high) + 1)
        for p in range(int(planned.low), int(planned.high) + 1)
    ]
    assert [row["surplus_low"], row["surplus_high"]] == [min(seen), max(seen)]


@given(st.integers(1, 2000), st.integers(1, 2000), st.sampled_from(["half_up", "truncate", "up"]))
def test_a_share_leads_back_to_its_part_and_whole(part, whole, rule):
    if part > whole:
        part, whole = whole, part
    thousandths = Fraction(1000 * part, whole)
    steps = {"half_up": (2 * thousandths + 1) // 2, "truncate": thousandths // 1}
    shown = steps.get(rule, -(-thousandths // 1))
    if shown == 0:
        return
    printed = f"{float(shown / 10):.1f}%"
    assert part in possible_numerators(whole, printed, unit="persons", rule=rule).values
    assert whole in possible_denominators(part, printed, unit="persons", rule=rule).values
    table = denominator_readings(part, printed, {"it": whole, "twice": 2 * whole}, unit="persons")
    assert table["possible"].iloc[0]
    assert rule in table["rules"].iloc[0].split(", ")
    assert table["possible"].iloc[1] == any(
        read(printed, rule=name).in_base_unit().overlaps(Interval.point(Fraction(part, 2 * whole)))
        for name in RULES
    )


# workload


@given(
    st.lists(st.tuples(RANGES, RANGES), min_size=1, max_size=2),
    RANGES,
    st.integers(0, 9),
    WHOLE,
    st.integers(1, 40),
)
@settings(max_examples=40, deadline=None)
def test_wisn_of_every_value_within_the_figures(work, free, tenths, extra, actual):
    cas = tenths / 10
    names = [f"w{i}" for i in range(len(work))]

    def need(units, times, time):
        pairs = dict(zip(names, zip(units, times, strict=True), strict=True))
        table = r.wisn(
            pairs, time, category_allowance=cas, individual_allowance=extra, actual=actual
        ).set_index("group")["estimate"]  # fmt: skip
        return table[["required staff", "difference", "WISN ratio"]]

    ends = lambda i: (i.low, i.high)  # noqa: E731
    figures = {"units": [ends(n) for n, _ in work], "times": [ends(t) for _, t in work]}
    figures["time"] = ends(free)
    found = over_printed(
        lambda **k: need(**k)["required staff"], figures, rises=["units", "times"], falls="time"
    )
    all_three = over_printed(need, figures, corners=True)
    seen = []
    for at in product((0, 4), repeat=2 * len(work) + 1):
        time = sum(inside(n)[at[2 * i]] * inside(t)[at[2 * i + 1]] for i, (n, t) in enumerate(work))
        seen.append(float((time / (1 - cas) + extra) / inside(free)[at[-1]]))
    low, high = min(seen), max(seen)
    assert found.certain
    assert [found.low, found.high] == pytest.approx([low, high])
    assert all_three.low.tolist() == pytest.approx([low, actual - high, actual / high])
    assert all_three.high.tolist() == pytest.approx([high, actual - low, actual / low])


@given(st.integers(1, 5000), st.integers(1, 90), st.integers(100, 2000), st.integers(2, 9))
def test_wisn_knows_no_unit_of_time_and_no_names(n, minutes, free, times):
    need = lambda work, awt, **k: r.wisn(work, awt, **k).set_index("group")["estimate"]  # noqa: E731
    once = need({"a": (n, minutes)}, free, category_allowance=0.2, individual_allowance=30)
    finer = need(
        {"a": (n, minutes * times)}, free * times, category_allowance=0.2,
        individual_allowance=30 * times,
    )  # fmt: skip
    assert finer.tolist() == pytest.approx(once.tolist())
    parts = need({"x": (n, minutes), "y": (n * (times - 1), minutes)}, free, category_allowance=0.2)
    whole = need({"z": (n * times, minutes)}, free, category_allowance=0.2)
    assert parts["required staff"] == pytest.approx(whole["required staff"])
    # As many as are required, and there is neither a lack nor pressure.
    enough = r.wisn({"a": (n, minutes)}, free, actual=Fraction(n * minutes, free))
    assert enough["estimate"].iloc[-2:].tolist() == pytest.approx([0, 1])


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: r.wisn({"a": (-1, 1)}, 10), "from 0 up"),
        (lambda: r.wisn({"a": (1, 1)}, 0), "a time above 0"),
        (lambda: r.wisn({}, 10), "from 0 up"),
        (lambda: r.subsidy("近97万人次"), "visits, not persons"),
        (lambda: r.subsidy("近97万", "15人"), "persons, not yuan"),
        (lambda: r.subsidy(300, shares=(0,)), "divide nothing"),
        (lambda: r.equipment_budget({"stations": ("63个中心", 5)}), "centres, not stations"),
        (lambda: r.equipment_budget({}), "no facility"),
        (lambda: size_compliance({"A": "30人"}, "不少于100平方米"), "persons, not m²"),
        (lambda: size_compliance({}, "不少于100平方米"), "no size"),
        (lambda: r.staff_needed("近97万", 0), "staff without end"),
        (lambda: r.staff_needed("近97万户"), "households, not persons"),
        (lambda: r.verdict_of(Interval.of(2, 1), Interval.of(1, 2)), "no verdict"),
    ],
)  # fmt: skip
def test_refusals(call, says):
    with pytest.raises(CommsvcError, match=says):
        call()
