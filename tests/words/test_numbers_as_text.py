"""Numbers as text: a P-value is never 0 and stays on its side of a level, a minus is no hyphen."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from commsvc.words.numbers import (
    apart,
    count,
    decimal,
    interval,
    p_cell,
    p_value,
    percent,
    significant,
)


@given(st.floats(0, 1), st.sampled_from([0.01, 0.05, 0.1]))
def test_p_is_never_nought_and_keeps_its_side_of_the_level(p, level):
    said = p_value(p, level)
    if said.startswith("<"):
        assert p < 0.001
    else:
        assert float(said) > 0
        assert (float(said) < level) == (p < level)
        assert abs(float(said) - p) <= 0.0005 + 1e-12


@given(st.floats(0.001, 1))
def test_p_of_a_table_has_three_significant_digits(p):
    assert float(p_cell(p)) == float(f"{p:.2e}")


@given(st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-6), st.integers(1, 6))
def test_significant_digits_are_those_asked_for(x, digits):
    said = significant(x, digits).replace(",", "").replace("−", "-")
    whole = abs(x) >= 10**digits  # digits before the point are not rounded away
    assert math.isclose(
        float(said), round(x) if whole else float(f"{x:.{digits - 1}e}"), rel_tol=1e-9
    )


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_two_numbers_that_differ_look_different(a, b):
    left, right = apart(a, b)
    assert (left == right) == (abs(a - b) < 1e-11) or abs(a - b) < 1e-10


@given(st.floats(-1e6, 1e6))
def test_a_minus_is_no_hyphen(x):
    assert "-" not in percent(x) + decimal(x) + count(x) + interval(x, x + 1)


def test_what_is_missing_is_a_dash():
    nan = float("nan")
    assert {
        percent(nan),
        decimal(nan),
        count(nan),
        p_value(nan),
        p_cell(nan),
        significant(nan),
    } == {"–"}
