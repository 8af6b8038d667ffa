"""A number that knows what it counts refuses to be what it is not."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.counted_units import canonical, exact_number, singular
from commsvc.indicators.measure import expect, measure
from commsvc.indicators.ratio import Ratio, composition, per, share, share_of_sum
from commsvc.indicators.scenarios import rowwise, scenarios, tidy
from commsvc.printed import Interval, rules_that_print

NUMBERS = st.fractions(min_value=0, max_value=10**6, max_denominator=100)


def test_printed_units_are_read():
    assert measure("19。2万人次").unit == "visits"
    assert measure("19.2万人次").kind == "flow"
    assert measure("近97万人").unit == "persons"
    assert measure("68.9万份").unit == "records"
    assert measure("42个", "institutions").unit == "institutions"


def test_conversion_between_units_is_exact():
    assert measure("5亩", "m²", exact=True).values == Interval.point(Fraction(10000, 3))
    assert measure("2公里", "m", exact=True).face == 2000


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        ("856多人次", "persons"),
        ("1819名", "visits"),
        ("60多万元", "persons"),
        ("26万余份", "households"),
    ],
)
def test_printed_unit_against_the_wanted_one(value, unit):
    with pytest.raises(CommsvcError, match="is printed in"):
        measure(value, unit)


def test_a_bare_number_needs_its_unit():
    with pytest.raises(CommsvcError, match="does not say what it counts"):
        measure(42)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, None, [1, 2]])
def test_what_is_no_number(value):
    with pytest.raises(CommsvcError):
        measure(value, "persons")


def test_negative_and_masked():
    with pytest.raises(CommsvcError, match="negative"):
        measure(-1, "persons")
    with pytest.raises(CommsvcError, match="masked"):
        measure("20xx", "persons")


def test_sum_needs_one_unit_and_kind():
    kept, made = measure("68.9万份"), measure("26万余份", kind="flow")
    with pytest.raises(CommsvcError, match="cannot add"):
        kept + made
    assert (kept - kept).face == 0
    assert (measure(1, "visits") + measure(2, "visits")).face == 3


def test_counted_as_keeps_the_reason():
    stations = measure(19, "stations")
    with pytest.raises(CommsvcError, match="reason"):
        stations.counted_as("institutions", why=" ")
    changed = stations.counted_as("institutions", why="each is one")
    assert "each is one" in share(changed, 42, unit="institutions").row()["note"]


def test_some_of_is_everything_from_none_to_all():
    doctors = measure(120, "persons").some_of("doctors", at_least=5)
    assert doctors.values == Interval.of(5, 120)
    assert doctors.face is None
    with pytest.raises(CommsvcError, match="impossible"):
        measure(3, "persons").some_of("doctors", at_least=4)


def test_expect_says_the_role():
    with pytest.raises(CommsvcError, match="participants must be persons"):
        expect(measure(3, "visits"), "persons", role="participants")
    with pytest.raises(CommsvcError, match="must be a stock"):
        expect(measure(3, "persons", kind="flow"), "persons", role="base", kind="stock")


def test_floats_are_the_decimals_they_show():
    assert exact_number(0.1) == Fraction(1, 10)
    assert exact_number(np.float64(0.3)) == Fraction(3, 10)
    assert exact_number(np.int64(7)) == 7


def test_words_of_units():
    assert canonical("人次") == canonical("visit") == "visits"
    assert singular("facilities") == "facility"


@given(NUMBERS, NUMBERS.filter(lambda x: x > 0), st.integers(1, 50))
def test_replication_leaves_a_ratio_alone(top, bottom, times):
    one = per(measure(top, "visits"), measure(bottom, "persons"))
    many = per(measure(top * times, "visits"), measure(bottom * times, "persons"))
    assert one.values == many.values
    assert one.estimate == many.estimate == top / bottom


@given(
    st.tuples(NUMBERS, NUMBERS).map(sorted),
    st.tuples(NUMBERS, NUMBERS).map(sorted).filter(lambda p: p[0] > 0),
    st.tuples(st.fractions(0, 1), st.fractions(0, 1)),
)
def test_every_choice_within_the_figures_lies_within_the_ratio(top, bottom, at):
    a, b = measure(Interval(*top), "visits"), measure(Interval(*bottom), "visits")
    x = top[0] + at[0] * (top[1] - top[0])
    y = bottom[0] + at[1] * (bottom[1] - bottom[0])
    assert x / y in per(a, b).values
    assert x / (x + y) in share_of_sum(a, b).values


@given(st.tuples(NUMBERS, NUMBERS).map(sorted), st.tuples(NUMBERS, NUMBERS).map(sorted))
def test_share_of_sum_is_attained(part, rest):
    if part[0] == 0 or rest[0] == 0:
        return
    found = share_of_sum(measure(Interval(*part), "visits"), measure(Interval(*rest), "visits"))
    assert found.values.low == part[0] / (part[0] + rest[1])
    assert found.values.high == part[1] / (part[1] + rest[0])


def test_share_refuses_what_cannot_be_a_part():
    with pytest.raises(CommsvcError, match="it is more"):
        share(43, 42, unit="institutions")
    with pytest.raises(CommsvcError, match="must be institutions"):
        share(measure(19, "stations"), measure(42, "institutions"))
    with pytest.raises(CommsvcError, match="must be a stock"):
        share(measure(1, "records", kind="flow"), measure(2, "records"))
    with pytest.raises(CommsvcError, match="is a share, not a number of institutions"):
        share("约50%", 42, unit="institutions")


def test_nothing_is_no_denominator():
    with pytest.raises(CommsvcError, match="is nothing"):
        per(measure(1, "visits"), measure(0, "persons"))
    open_ended = per(measure(1, "visits"), measure("不足100", "persons"))
    assert open_ended.values.high is None


def test_the_rounding_rule_of_report_1():
    """One rule explains all three printed percentages of the 42: cutting off."""
    printed = {20: "47%", 17: "40%", 19: "45.2%"}
    rules = [
        set(rules_that_print(100 * share(count, 42, unit="institutions").estimate, text))
        for count, text in printed.items()
    ]
    assert set.intersection(*rules) == {"truncate"}


def test_tidy_has_the_words_everywhere():
    table = tidy({"a": share(1, 2, unit="x")}, share(1, 4, unit="x"))
    assert list(table) == [
        *("group", "numerator", "denominator", "count", "base"),
        *("estimate", "low", "high", "unit", "method", "note"),
    ]
    assert table["estimate"].tolist() == [0.5, 0.25]


def test_rowwise_names_the_row_and_column():
    frame = pd.DataFrame({"town": ["A", "B"], "some": [1, 9], "all": [4, 3]})
    with pytest.raises(CommsvcError, match=r"row 1 \(B\)"):
        rowwise(frame, share, group="town", part="some", whole="all", unit="x")
    with pytest.raises(CommsvcError, match="did you mean 'town'"):
        rowwise(frame, share, group="tovn", part="some", whole="all", unit="x")
    good = rowwise(frame.head(1), share, group="town", part="some", whole="all", unit="x")
    assert good["estimate"].tolist() == [0.25]


def test_rowwise_takes_other_frames():
    polars = pytest.importorskip("polars")
    frame = polars.DataFrame({"town": ["A"], "some": [1], "all": [4]}).lazy()
    assert rowwise(frame, share, group="town", part="some", whole="all", unit="x")[
        "estimate"
    ].tolist() == [0.25]


def test_scenarios_take_several_parameters():
    table = scenarios(share, {"x": {"part": 1, "whole": 2}, "y": {"part": 3, "whole": 4}}, unit="u")
    assert table["group"].tolist() == ["x", "y"]
    with pytest.raises(CommsvcError, match="no scenario"):
        scenarios(share, {})


def test_a_ratio_without_figures_has_a_range_and_no_estimate():
    ratio = per(measure(Interval.of(1, 2), "visits"), measure(4, "persons"))
    assert isinstance(ratio, Ratio)
    assert ratio.estimate is None
    assert ratio.row()["low"] == 0.25
    assert Fraction(3, 10) in ratio.values
    assert Fraction(6, 10) not in ratio.values


def test_shares_of_providers_and_of_services_in_report_6():
    """Childcare is half of the providers, whatever 多 hides."""
    providers = composition(
        {
            "childcare": measure("613家", "providers"),
            "domestic": measure("370多家", "providers"),
            "agencies": measure("240多家", "providers"),
        }
    )
    # 613 of at most 613 + 379.99… + 249.99…, and at least of 613 + 370 + 240.
    assert providers["childcare"].values == Interval(
        Fraction(613, 613 + 380 + 250), Fraction(613, 613 + 370 + 240), False, False
    )
    with pytest.raises(CommsvcError, match="two parts"):
        composition({"a": measure(1, "visits")})


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(1, 99)), min_size=1, max_size=5))
def test_a_table_of_rows_or_readings_is_each_by_itself(pairs):
    named = {f"row {i}": sorted(pair) for i, pair in enumerate(pairs)}
    frame = pd.DataFrame([(name, *p) for name, p in named.items()], columns=["town", "a", "b"])
    rows = rowwise(frame, share, group="town", part="a", whole="b", unit="persons")
    readings = scenarios(
        share, {n: {"part": a, "whole": b} for n, (a, b) in named.items()}, unit="persons"
    )
    pd.testing.assert_frame_equal(rows, readings)
    alone = tidy({name: share(a, b, unit="persons") for name, (a, b) in named.items()})
    pd.testing.assert_frame_equal(rows[alone.columns], alone)
