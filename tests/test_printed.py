"""Printed numbers stand for the values that print so."""

import json
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.printed import (
    RULES,
    Interval,
    before_rounding,
    prints_as,
    read,
    round_to,
    rules_that_print,
)

CASES = json.loads((Path(__file__).parent / "cases/printed.json").read_text(encoding="utf-8"))
DECIMAL_RULES = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "truncate": ROUND_DOWN,
    "up": ROUND_UP,
}
thousandths = st.integers(-(10**6), 10**6).map(lambda n: Fraction(n, 1000))


@pytest.mark.parametrize(("text", "kind", "hedge", "values", "unit"), CASES["read"])
def test_reads(text, kind, hedge, values, unit):
    p = read(text)
    assert (p.kind, p.hedge, str(p.values), p.unit) == (kind, hedge, values, unit)
    assert p.text == text


@pytest.mark.parametrize("text", CASES["masked"])
def test_a_masked_number_has_no_value(text):
    p = read(text)
    assert p.kind == "masked"
    assert p.values is None
    with pytest.raises(CommsvcError, match="masked"):
        p.in_base_unit()


@pytest.mark.parametrize("text", CASES["refuse"])
def test_refuses_what_is_not_one_number(text):
    with pytest.raises(CommsvcError):
        read(text)


def test_refuses_a_float_because_its_zeros_are_gone():
    with pytest.raises(CommsvcError, match="trailing zeros"):
        read(45.2)


def test_an_unknown_rule_names_those_there_are():
    with pytest.raises(CommsvcError, match="half_up"):
        read("45.2%", rule="half-up")


def test_a_standard_stands_for_itself():
    assert str(read("5万元", exact=True).values) == "{50000}"
    assert str(read("5万元").values) == "[45000, 55000)"


def test_units_convert():
    assert read("3亩", exact=True).in_base_unit() == Interval.point(2000)
    assert read("2公里", exact=True).in_base_unit() == Interval.point(2000)
    assert read("50%", exact=True).in_base_unit() == Interval.point(Fraction(1, 2))
    assert read("3亩").base_unit == "平方米"


@pytest.mark.parametrize("rule", RULES)
@given(value=thousandths, places=st.integers(0, 2))
def test_rounding_agrees_with_the_decimal_module(rule, value, places):
    quantum = Decimal(1).scaleb(-places)
    expected = (Decimal(value.numerator) / value.denominator).quantize(
        quantum, rounding=DECIMAL_RULES[rule]
    )
    step = Fraction(1, 10**places)
    assert round_to(value, step, rule) == Fraction(expected)
    assert value in before_rounding(Fraction(expected), step, rule)


@pytest.mark.parametrize("rule", RULES)
@given(value=thousandths, places=st.integers(0, 2))
def test_no_value_prints_two_ways(rule, value, places):
    step = Fraction(1, 10**places)
    shown = round_to(value, step, rule)
    for other in (shown - step, shown + step):
        assert value not in before_rounding(other, step, rule)


@given(count=st.integers(0, 500), extra=st.integers(0, 500), places=st.integers(0, 3))
def test_a_share_prints_as_its_own_rounding(count, extra, places):
    of = count + extra + 1
    shown = round_to(Fraction(100 * count, of), Fraction(1, 10**places))
    printed = f"{Decimal(shown.numerator) / shown.denominator:.{places}f}%"
    assert prints_as(Fraction(100 * count, of), printed)


def test_cut_off_is_told_from_rounded():
    assert rules_that_print(Fraction(2000, 42), "47%") == ("truncate",)
    assert rules_that_print(Fraction(1700, 42), "40%") == ("half_up", "half_even", "truncate")


intervals = st.builds(
    lambda a, b, lc, hc: Interval.of(min(a, b), max(a, b), low_closed=lc, high_closed=hc),
    st.integers(-9, 9),
    st.integers(-9, 9),
    st.booleans(),
    st.booleans(),
).filter(lambda i: not i.empty)


def members(interval):
    grid = [Fraction(n, 4) for n in range(-40, 41)]
    return [x for x in grid if x in interval]


@given(a=intervals, b=intervals)
def test_interval_arithmetic_encloses_and_is_tight(a, b):
    for combined, operate in (
        (a + b, lambda x, y: x + y),
        (a - b, lambda x, y: x - y),
        (a * b, lambda x, y: x * y),
    ):
        results = [operate(x, y) for x in members(a) for y in members(b)]
        assert all(r in combined for r in results)
        for end, closed in (
            (combined.low, combined.low_closed),
            (combined.high, combined.high_closed),
        ):
            if closed:
                assert end in results


@given(a=intervals, b=intervals.filter(lambda i: 0 not in i))
def test_division_encloses(a, b):
    quotient = a / b
    assert all(x / y in quotient for x in members(a) for y in members(b) if y)


@given(a=intervals, b=intervals)
def test_intersection_holds_what_is_in_both(a, b):
    both = a.intersect(b)
    assert set(members(both)) == set(members(a)) & set(members(b))
    assert both.empty or a.overlaps(b)


@given(a=intervals)
def test_whole_lists_the_integers(a):
    assert list(a.whole()) == [n for n in range(-10, 11) if n in a]


def test_division_by_a_possible_zero_is_refused():
    with pytest.raises(ZeroDivisionError):
        Interval.point(1) / Interval.of(0, 3)
