"""Which figures may become the cells of a test, and which are refused."""

import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators.measure import measure
from commsvc.indicators.ratio import cells_to_test
from commsvc.inference import Design, compare_groups


def test_persons_pass_unchanged():
    rows = {"A": {"yes": "75名", "no": 27}, "B": {"yes": measure(68, "persons"), "no": "30人"}}
    cells = cells_to_test(rows, unit="persons")
    assert cells == [[75, 27], [68, 30]]
    plain = compare_groups([[75, 27], [68, 30]], design=Design.srs())
    assert compare_groups(cells, design=Design.srs()).equals(plain)


@pytest.mark.parametrize("unit", ["人次", "visits", "episodes", "hours", "activities"])
def test_events_are_refused(unit):
    with pytest.raises(CommsvcError, match="A, n: 30 counts events"):
        cells_to_test({"A": {"n": measure(30, unit)}, "B": {"n": measure(40, unit)}})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({"A": {"n": "370多家"}}, "no one whole number"),
        ({"A": {"n": 2.5}}, "no one whole number"),
        ({"A": {"n": 3}, "B": {"m": 3}}, "different answers"),
        ({}, "without cells"),
        ({"A": {}}, "without cells"),
    ],
)
def test_what_is_no_cell_is_refused(rows, message):
    with pytest.raises(CommsvcError, match=message):
        cells_to_test(rows, unit="providers")


def test_one_table_counts_one_thing():
    rows = {"A": {"n": measure("613家", "providers")}, "B": {"n": measure(3, "persons")}}
    with pytest.raises(CommsvcError, match="B, n: 3 persons beside 613家 providers"):
        cells_to_test(rows)
