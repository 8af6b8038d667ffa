"""Unevenness over places: the ends are those of every way of sharing out."""

from itertools import product

import pytest

from commsvc.errors import CommsvcError
from commsvc.indicators.equity import gini, herfindahl, theil, unevenness

CLOSE = 1e-12


@pytest.mark.parametrize(("total", "places"), [(1, 1), (3, 4), (5, 3), (6, 4)])
def test_the_ends_by_brute_force(total, places):
    ways = [w for w in product(range(total + 1), repeat=places) if sum(w) == total]
    by_hand = {
        "none": [w.count(0) / places for w in ways],
        "gini": [gini(w) for w in ways],
        "hhi": [herfindahl(w) for w in ways],
        "theil": [theil(w) for w in ways],
    }
    table = unevenness({str(way): way for way in ways}, measures=list(by_hand))
    table = table.set_index(["level", "group"])
    for level, values in by_hand.items():
        assert table.loc[level, "estimate"].tolist() == pytest.approx(values, abs=CLOSE)
        ends = table.loc[level, ["lowest", "highest"]].to_numpy().T
        assert ends[0] == pytest.approx([min(values)] * len(ways), abs=CLOSE)
        assert ends[1] == pytest.approx([max(values)] * len(ways), abs=CLOSE)


def test_ten_centres_leave_four_of_fourteen_places_without():
    row = unevenness({"built": [10] + [0] * 13}).set_index("level")
    assert row.loc["none", "lowest"] == pytest.approx(4 / 14)
    assert row.loc["none", "estimate"] == row.loc["none", "highest"] == pytest.approx(13 / 14)


def test_what_can_be_split_can_be_even():
    assert unevenness({"area": [0.5, 1.0]}).set_index("level").loc["gini", "lowest"] == 0


def test_measures_asked_for():
    assert unevenness({"x": [1, 2]})["level"].tolist() == ["none", "gini", "hhi"]
    assert unevenness({"x": [1, 2]}, measures=["theil"])["level"].tolist() == ["theil"]
    with pytest.raises(CommsvcError, match="did you mean 'theil'"):
        unevenness({"x": [1, 2]}, measures=["thiel"])


@pytest.mark.parametrize("values", [[], [0, 0], [1, -1], [1, float("nan")]])
def test_what_cannot_be_shared_is_refused(values):
    with pytest.raises(CommsvcError):
        unevenness({"x": values})
