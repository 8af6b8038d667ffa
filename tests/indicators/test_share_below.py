"""How many can lie below a line given the mean, against every set of whole numbers."""

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.implied_figures import share_below
from commsvc.printed import Interval

UNITS, HIGHEST = 6, 6


@pytest.mark.parametrize("line", [1, 2, 4])
def test_no_set_of_numbers_escapes_and_the_ends_are_approached(line):
    seen: dict[Fraction, set[Fraction]] = {}
    for values in combinations_with_replacement(range(HIGHEST + 1), UNITS):
        below = Fraction(sum(v < line for v in values), UNITS)
        seen.setdefault(Fraction(sum(values), UNITS), set()).add(below)
    for mean, shares in seen.items():
        allowed = share_below(Interval.point(mean), line, highest=HIGHEST, unit="m²")
        assert all(share in allowed for share in shares), (mean, line)
        # Whole numbers, of which the largest below the line is line − 1, come within a step.
        reach = Fraction(HIGHEST - mean, HIGHEST - line + 1)
        assert max(shares) > min(reach, 1) - Fraction(1, UNITS)


@given(st.integers(1, 500), st.integers(1, 500), st.integers(0, 400))
def test_more_room_above_allows_more_below(line, above, more):
    mean, highest = line + above, line + above + 1
    narrow = share_below(mean, line, highest=highest, unit="m²")
    wide = share_below(mean, line, highest=highest + more, unit="m²")
    assert narrow.high <= wide.high < 1
    assert share_below(mean, line, unit="m²") == Interval.of(0, 1, high_closed=False)


def test_a_mean_below_the_line_forces_some_below():
    assert share_below(50, 100, unit="m²") == Interval.of(Fraction(1, 2), 1)
    assert share_below(0, 100, unit="m²") == Interval.of(1, 1)
    assert share_below(960, 100, highest=960, unit="m²") == Interval.of(0, 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mean": "300平米以上", "line": 100, "highest": 100}, "not between"),
        ({"mean": 300, "line": 100, "highest": 200, "unit": "m²"}, "a mean of"),
        ({"mean": 300, "line": 100, "lowest": 100, "unit": "m²"}, "not between"),
        ({"mean": "300平米以上", "line": "不足100平方米"}, "one value"),
        ({"mean": "300平米以上", "line": "100人"}, "printed in persons"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(CommsvcError, match=message):
        share_below(**arguments)
