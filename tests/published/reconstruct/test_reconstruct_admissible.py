"""Whole numbers behind one percentage, against trying them all."""

from __future__ import annotations

from fractions import Fraction

import pytest
import reconstruct_brute_force as brute
from hypothesis import given, settings
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.published.reconstruct import attainable, denominators, sample_sizes, share_values

RULES = st.sampled_from(sorted(brute.ROUNDING))


@st.composite
def shares(draw: st.DrawFn) -> tuple[int, int, str, str]:
    """A count, its denominator, how it prints and the rule."""
    n = draw(st.integers(1, 300))
    x = draw(st.integers(0, n))
    rule = draw(RULES)
    return x, n, brute.percentage(x, n, draw(st.integers(0, 3)), rule), rule


@given(shares(), st.integers(1, 300))
@settings(max_examples=200, deadline=None)
def test_attainable_counts_are_those_that_print_so(case, of) -> None:
    x, n, printed, rule = case
    assert x in attainable(n, printed, rule)
    assert attainable(of, printed, rule) == brute.counts(of, printed, rule)


@given(shares())
@settings(max_examples=60, deadline=None)
def test_denominators_are_those_that_print_so(case) -> None:
    x, _, printed, rule = case
    expected = [m for m in range(max(x, 1), 400) if brute.prints(x, m, printed, rule)]
    assert denominators(x, printed, within=(1, 399), rule=rule) == expected


@given(st.integers(1, 120), st.data())
@settings(max_examples=60, deadline=None)
def test_sample_sizes_are_those_that_allow_every_percentage(n, data) -> None:
    rule, decimals = data.draw(RULES), data.draw(st.integers(0, 2))
    xs = data.draw(st.lists(st.integers(0, n), min_size=1, max_size=4))
    known = [x if data.draw(st.booleans()) else None for x in xs]
    printed = [brute.percentage(x, n, decimals, rule) for x in xs]
    expected = [
        m
        for m in range(1, 151)
        if all(
            any(brute.prints(c, m, p, rule) for c in range(m + 1))
            if x is None
            else x <= m and brute.prints(x, m, p, rule)
            for x, p in zip(known, printed, strict=True)
        )
    ]
    found = sample_sizes(printed, (1, 150), known, rule)
    assert found == expected
    assert n in found


def test_ends_of_the_scale() -> None:
    assert attainable(200, "0.0%") == [0]
    assert attainable(2001, "0.0%") == [0, 1]
    assert attainable(200, "100%") == [199, 200]
    assert attainable(200, "100%", "truncate") == [200]
    assert attainable(200, "0%", "up") == [0]
    assert denominators(300, "100%") == [300, 301]
    assert denominators(0, "0.0%", within=(5, 7)) == [5, 6, 7]
    assert denominators(3, "0%", rule="up") == []
    assert denominators(0, "12.0%") == []


def test_a_denominator_without_an_upper_limit_is_refused() -> None:
    for count in (0, 3):
        with pytest.raises(CommsvcError, match="without an upper limit"):
            denominators(count, "0.0%")


def test_numbers_past_64_bits_stay_exact() -> None:
    of, printed = 10**17, "12.34567890123456%"
    found = attainable(of, printed)
    assert found == list(range(12345678901234555, 12345678901234565))
    assert all(brute.prints(x, of, printed) for x in found)
    assert not brute.prints(found[0] - 1, of, printed)
    assert not brute.prints(found[-1] + 1, of, printed)


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [("73.5", "73.45", "73.55"), (50.0, "49.95", "50.05"), ("5‰", "0.45", "0.55")],
)
def test_units_of_a_share(printed, low, high) -> None:
    values = share_values(printed)
    assert (values.low, values.high) == (Fraction(low) / 100, Fraction(high) / 100)


@pytest.mark.parametrize(
    "call",
    [
        lambda: attainable(0, "50%"),
        lambda: attainable(10, "120%"),
        lambda: attainable(10, "__%"),
        lambda: attainable(10, "50%", "nearest"),
        lambda: attainable(True, "50%"),
        lambda: attainable(10, ["50%"]),
        lambda: denominators(-1, "50%"),
        lambda: sample_sizes("50%", (1, 10)),
        lambda: sample_sizes(["50%"], (10, 1)),
        lambda: sample_sizes(["50%"], (1, 10), [1, 2]),
    ],
)
def test_bad_input_says_so(call) -> None:
    with pytest.raises(CommsvcError):
        call()
