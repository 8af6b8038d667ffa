"""Areas that facilities can serve: the two packings, and what they bound."""

from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commsvc.errors import CommsvcError
from commsvc.indicators.resources import facilities_for_area, implied_radius, service_area


@given(st.floats(0.1, 50))
def test_a_cover_uses_less_than_the_circle(radius):
    whole, used = service_area(radius, packing="circles"), service_area(radius)
    assert whole == pytest.approx(pi * radius**2)
    # Kershner's constant: circles that cover the plane do so 2π/√27 times over at least.
    assert whole / used == pytest.approx(1.2091995761561452)


@given(st.floats(0.5, 10), st.integers(1, 200))
def test_radius_and_area_undo_each_other(radius, n):
    area = n * service_area(radius, packing="circles")
    assert implied_radius(area, n) == pytest.approx(radius)
    assert facilities_for_area(0.999 * area, radius, packing="circles") <= n


@pytest.mark.parametrize("radius", [0, -1, float("nan")])
def test_no_radius_is_refused(radius):
    with pytest.raises(CommsvcError, match="not positive"):
        service_area(radius)
    with pytest.raises(CommsvcError, match="not positive"):
        facilities_for_area(10, radius)


def test_unknown_packing_and_area_are_refused():
    with pytest.raises(CommsvcError, match="hexagonal, circles"):
        service_area(2, packing="square")
    with pytest.raises(CommsvcError, match="not positive"):
        facilities_for_area(0, 2)
