"""Facilities, staff, rooms and money against a standard."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators import resources as r
from commsvc.indicators.checklists import (
    compliance,
    compliance_summary,
    item_availability,
    size_compliance,
)
from commsvc.indicators.implied_figures import denominator_readings, frechet, possible_denominators
from commsvc.indicators.measure import measure
from commsvc.indicators.scenarios import scenarios
from commsvc.printed import Interval, rules_that_print


@given(st.integers(1, 400), st.integers(0, 40), st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=60)
def test_facilities_needed_by_trying(low, width, band_low, band_width):
    people = Interval.of(low, low + width)
    band = Interval.of(band_low, band_low + band_width)
    # A range of populations holds fractions too; those between two whole ones fit no other n here.
    dense = [Fraction(k, 60) for k in range(60 * low, 60 * (low + width) + 1, 5)]
    fits = sorted(
        n
        for n in range(1, ceil(dense[-1] / band_low) + 1)
        if dense[0] / n <= band_low + band_width and dense[-1] / n >= band_low
    )
    found = r.facilities_needed(measure(people, "persons"), band)
    if fits:
        assert found == (fits[0], fits[-1])
    else:
        assert found == (ceil(Fraction(low, band_low + band_width)),) * 2


def test_facilities_of_report_1():
    table = scenarios(
        r.residents_per_facility,
        {"resident": "80万人以上", "served": "近97万", "implied": r.implied_population(124)},
        facilities=15,
        standard="3—10万人",
    ).set_index("group")
    assert table["verdict"].to_dict() == {
        "resident": "undecided",
        "served": "within",
        "implied": "within",
    }
    assert table.loc["served", ["needed_low", "needed_high"]].tolist() == [10, 32]
    assert pd.isna(table.loc["resident", "needed_high"])
    stations = r.residents_per_facility(
        "近97万", 63, standard="0。5—1万人", facility="stations"
    ).iloc[0]
    assert stations["verdict"] == "above"


def test_one_number_for_a_standard_is_rounded_up():
    assert r.facilities_needed("近97万", 5000) == (193, 194)
    assert r.facilities_needed(612_345, 5000) == (123, 123)


def test_stations_are_not_centres():
    with pytest.raises(CommsvcError, match="must be centres"):
        r.residents_per_facility("近97万", measure(63, "stations"), standard="3—10万人")
    with pytest.raises(CommsvcError, match="printed in visits"):
        r.residents_per_facility("19.2万人次", 15)


@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        (Interval.of(1, 2), "below"),
        (Interval.of(2, 3, high_closed=False), "below"),
        (Interval.of(2, 3), "undecided"),
        (Interval.of(3, 10), "within"),
        (Interval.of(10, 11, low_closed=False), "above"),
        (Interval.of(1, 20), "undecided"),
    ],
)
def test_band_verdicts(values, verdict):
    assert r.verdict_of(values, Interval.of(3, 10)) == verdict


def test_the_six_printed_ratios_of_villages():
    """27/10, 11/4, 54/13, 23/6, 25/9 as printed: half up, but for those that were cut off."""
    printed = [(27, 10, "2.7"), (11, 4, "2.75"), (54, 13, "4.1"), (23, 6, "3.8"), (25, 9, "2.7")]
    rules = [rules_that_print(Fraction(v, c), text) for v, c, text in printed]
    assert rules[2] == rules[4] == ("truncate",)
    assert all("truncate" in rule for rule in rules)


def test_planned_against_needed():
    row = r.planned_against_needed(54, 13).iloc[0]
    assert (row["needed_low"], row["surplus_low"]) == (9, 4)
    with pytest.raises(CommsvcError, match="must be villages"):
        r.planned_against_needed(measure(54, "communities"), 13)


def test_reach():
    assert r.facilities_for_area(100, 2) > r.facilities_for_area(100, 2, packing="circles")
    # n hexagons of radius r cover their area exactly.
    assert r.facilities_for_area(10 * 1.5 * 3**0.5 * 4 - 1e-9, 2) == 10
    with pytest.raises(CommsvcError, match="is not positive"):
        r.facilities_for_area(10, 0)


def test_staff_need_and_the_trap():
    need = r.staff_needed("近97万")
    assert need.values == Interval.of(193, 194)
    trained = measure(120, "persons", of="doctors and nurses")
    with pytest.raises(CommsvcError, match="not only that"):
        r.staff_gap(need, trained)
    row = r.staff_gap(need, trained.some_of("general practitioners")).iloc[0]
    assert (row["low"], row["high"]) == (73, 194)
    assert row["covered_low"] == 0


@given(st.integers(1, 10**6), st.integers(1, 5000))
def test_need_implies_the_population_it_came_from(people, each):
    need = r.staff_needed(people, each).values.low
    assert people in r.implied_population(int(need), each).values


def test_implied_population_of_report_1():
    """124 at 5000 each is 62万 at most, so not 80万 and not 97万."""
    assert r.implied_population(124).values == Interval.of(615000, 620000, low_closed=False)
    with pytest.raises(CommsvcError, match="one number"):
        r.implied_population("近100")


def test_wisn_against_the_published(cases):
    case = cases["wisn"]
    table = r.wisn(
        {"care": (case["workload_days"], 1.0)},
        case["awt_days"],
        category_allowance=case["allowance_days"] / case["awt_days"],
        actual=18.4911,
    ).set_index("group")["estimate"]
    assert table["care"] == pytest.approx(case["baseline"], abs=5e-5)
    assert table["required staff"] == pytest.approx(case["total"], abs=5e-5)
    assert table["WISN ratio"] == pytest.approx(1, abs=1e-5)


def test_wisn_scales_and_refuses():
    once = r.wisn({"a": (100, 2), "b": (50, 1)}, 25, individual_allowance=5)
    twice = r.wisn({"a": (200, 2), "b": (100, 1)}, 25, individual_allowance=10)
    ratio = twice["estimate"] / once["estimate"]
    assert ratio.round(9).tolist() == [2, 2, 2, 1, 2, 2]
    with pytest.raises(CommsvcError, match="share of working time"):
        r.wisn({"a": (1, 1)}, 25, category_allowance=1)


def test_checklist_bounds_are_attained():
    frame = pd.DataFrame(
        {"site": ["A", "B", "C"], "x": ["有", "不详", "无"], "y": [True, None, True]}
    )
    items = ["x", "y"]
    summary = compliance_summary(frame, items, site="site").iloc[0]
    found = []
    for x, y in product(["有", "无"], [True, False]):
        filled = frame.copy()
        filled.loc[1, "x"] = x
        filled.loc[1, "y"] = y
        found.append(compliance_summary(filled, items, site="site")["low"].item())
    assert (min(found), max(found)) == (summary["low"], summary["high"])
    assert compliance(frame, items, site="site")["verdict"].tolist() == [
        "met",
        "undecided",
        "not met",
    ]
    assert item_availability(frame, items, site="site")["unknown"].tolist() == [1, 1]


def test_checklist_refusals():
    frame = pd.DataFrame({"site": ["A", "A"], "x": ["有", "maybe"]})
    with pytest.raises(CommsvcError, match="two rows"):
        compliance(frame, ["x"], site="site")
    with pytest.raises(CommsvcError, match="neither yes, no nor unknown"):
        compliance(frame.tail(1), ["x"], site="site")
    with pytest.raises(CommsvcError, match="no column 'z'"):
        compliance(frame.tail(1), ["z"], site="site")


def test_sizes_with_units():
    table = size_compliance({"A": "6亩", "B": "4亩", "C": "5亩以上"}, "不少于5亩")
    assert table["verdict"].tolist() == ["met", "not met", "met"]
    around = size_compliance({"A": 500, "B": 700, "C": None}, "500平方米左右")
    assert around["verdict"].tolist() == ["met", "not met", "unknown"]
    with pytest.raises(CommsvcError, match="printed in persons"):
        size_compliance({"A": "300人"}, "不少于5亩")


def test_subsidy_of_report_1():
    table = r.subsidy("近97万", "15元", shares=(1, 2), levels=("city", "district"))
    parts, total = table.iloc[:2], table.iloc[2]
    assert parts["low"].sum() == total["low"] == 14_400_000
    assert parts["high"].sum() == total["high"] == 14_550_000
    assert parts["estimate"].tolist() == [4_850_000, 9_700_000]
    with pytest.raises(CommsvcError, match="printed in persons"):
        r.subsidy("近97万", "15人")
    with pytest.raises(CommsvcError, match="divide nothing"):
        r.subsidy(100, 15, shares=(0,))


def test_equipment_of_report_1():
    items = {"centres": (15, "15-20万元"), "stations": (63, "5万元")}
    total = r.equipment_budget(items).iloc[-1]
    assert (total["low"], total["high"]) == (5_400_000, 6_150_000)
    with pytest.raises(CommsvcError, match="must be centres"):
        r.equipment_budget({"centres": (measure(63, "stations"), "5万元")})


@given(st.integers(1, 7), st.data())
@settings(max_examples=60)
def test_frechet_by_trying_every_overlap(total, data):
    a, b = data.draw(st.integers(0, total)), data.draw(st.integers(0, total))
    both = [k for k in range(total + 1) if max(0, a + b - total) <= k <= min(a, b)]
    table = frechet({"a": a, "b": b}, total, unit="x").set_index("group")
    for name, values in {
        "all": both,
        "any": [a + b - k for k in both],
        "none": [total - a - b + k for k in both],
    }.items():
        assert (table.loc[name, "low"], table.loc[name, "high"]) == (min(values), max(values))


@given(st.lists(st.integers(0, 4), min_size=3, max_size=3))
@settings(max_examples=40)
def test_frechet_of_three_by_trying_every_world(counts):
    total = 4
    worlds = []
    for sets in product(*([k] for k in counts)):
        choices = [[m for m in range(1 << total) if m.bit_count() == count] for count in sets]
        worlds += [(x & y & z, x | y | z) for x, y, z in product(*choices)]
    inside = [(a.bit_count(), o.bit_count()) for a, o in worlds]
    table = frechet(dict(zip("abc", counts, strict=True)), total, unit="x").set_index("group")
    for row, position in (("all", 0), ("any", 1)):
        seen = [pair[position] for pair in inside]
        assert table.loc[row, ["low", "high"]].tolist() == [min(seen), max(seen)]


def test_frechet_refuses():
    with pytest.raises(CommsvcError, match="more than the whole"):
        frechet({"a": 43, "b": 1}, 42, unit="institutions")
    with pytest.raises(CommsvcError, match="must be institutions"):
        frechet({"a": measure(1, "stations"), "b": 1}, 42, unit="institutions")


def test_what_the_12_3_per_cent_is_of():
    whole = possible_denominators("1.48万人次", "12.3%")
    assert whole.values.low == Fraction(14750) / Fraction(1235, 10000)
    for name in ("19.2万人次", "32.57万人次"):
        assert not whole.values.overlaps(measure(name).values)
    table = denominator_readings(
        "1.48万人次", "12.3%", {"clinic": "19.2万人次", "made up": "12.03万人次"}
    )
    assert table["possible"].tolist() == [False, True]
    with pytest.raises(CommsvcError, match="is printed in persons"):
        denominator_readings("1.48万人次", "12.3%", {"people": "近97万人"})
    with pytest.raises(CommsvcError, match="no share"):
        possible_denominators("1.48万人次", "12.3元")


@given(st.integers(1, 500), st.integers(1, 500))
def test_a_share_allows_its_own_denominator(part, rest):
    whole = part + rest
    printed = f"{float(round(Fraction(100 * part, whole), 6)):.1f}%"
    if printed == "0.0%":
        return
    for rule in ("half_up", "half_even"):
        allowed = possible_denominators(part, printed, unit="x", rule=rule).values
        exact_half = Fraction(1000 * part, whole) % 1 == Fraction(1, 2)
        assert exact_half or whole in allowed
