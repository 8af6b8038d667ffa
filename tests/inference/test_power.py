"""Power and sizes against R's power.t.test and pwr, and by drawing samples."""

from __future__ import annotations

import numpy as np
import pytest
from schools import reference

from commsvc.errors import CommsvcError
from commsvc.inference import power, size
from commsvc.inference.crosstabs import chi_square_p, pearson_statistic

R = reference("models")
SOLVED = 1e-5  # R's root finders; pwr stops at 1e-5 or so


def test_chi_square():
    sizes = [
        size("table", w=0.3, df=1).simple,
        size("table", w=0.1, df=6, power=0.9, alpha=0.01).simple,
    ]
    assert sizes == pytest.approx(R["chisq size"], rel=SOLVED)
    powers = [power("table", 100, w=0.3, df=4), power("table", 562, w=0.1, df=3)]
    assert powers == pytest.approx(R["chisq power"], rel=1e-10)
    for table in ([[0.1, 0.3], [0.2, 0.4]], [[10, 30], [20, 40]]):
        same = power(
            "table",
            300,
            w=R["chisq w"][0] if isinstance(R["chisq w"], list) else R["chisq w"],
            df=1,
        )
        assert power("table", 300, shares=table) == pytest.approx(same, rel=1e-12)


def test_means():
    sizes = [
        size("two means", difference=0.2, sd=1).simple / 2,
        size("two means", difference=-0.5, sd=1.2, power=0.9, alpha=0.01).simple / 2,
        size("two means", difference=0.3, sd=1, alternative="one-sided").simple / 2,
        size("mean", difference=0.3, sd=1).simple,
    ]
    assert sizes == pytest.approx(R["mean size"], rel=1e-8)
    powers = [
        power("two means", 200, difference=0.3, sd=1),
        power("two means", 180, difference=0.4, sd=1, ratio=2),
        power("mean", 40, difference=0.3, sd=1),
    ]
    assert powers == pytest.approx(R["mean power"], rel=1e-9)


def test_power_of_the_size_is_the_power_asked_for():
    supposed = {"difference": 0.25, "sd": 1, "ratio": 2, "deff": 1.7}
    made = size("two means", power=0.85, **supposed)
    assert made.groups[1] == pytest.approx(2 * made.groups[0], abs=2)
    assert 0.85 <= power("two means", made.answers, **supposed) < 0.853
    table = size("table", w=0.12, df=3, deff=2, population=5000, response=0.5)
    assert 0.8 <= power("table", table.answers, w=0.12, df=3, deff=2, population=5000) < 0.805
    assert table.invited == 2 * table.answers


@pytest.mark.parametrize(
    ("test", "supposed"),
    [("share", {"share": 0.85, "target": 0.9}), ("two shares", {"share_a": 0.7, "share_b": 0.6}),
     ("mean", {"difference": 0.2, "sd": 1}), ("two means", {"difference": 0.2, "sd": 1}),
     ("strata", {"shares": [[0.7, 0.6], [0.5, 0.35]]}),
     ("paired shares", {"gains": 0.3, "losses": 0.15})],
)  # fmt: skip
def test_one_side_is_said_in_one_way_for_all(test, supposed):
    one, two = (size(test, alternative=side, **supposed) for side in ("one-sided", "two-sided"))
    assert one.answers < two.answers
    # The other region of a two-sided test hardly ever rejects.
    assert size(test, alpha=0.1, **supposed).simple == pytest.approx(one.simple, rel=1e-3)


def test_chi_square_power_by_drawing():
    shares = np.array([[0.12, 0.2, 0.18], [0.2, 0.18, 0.12]])
    drawn = np.random.default_rng(5).multinomial(250, shares.ravel(), size=4000).reshape(-1, 2, 3)
    found = np.mean(chi_square_p(pearson_statistic(drawn), 2) < 0.05)
    assert power("table", 250, shares=shares) == pytest.approx(found, abs=0.025)


def test_power_of_very_large_samples_is_one():
    for n in (1e4, 1e5, 1e7):
        assert power("mean", n, difference=0.5, sd=1) == pytest.approx(1, abs=1e-12)
        assert power("table", n, w=0.5, df=2) == pytest.approx(1, abs=1e-12)


def test_what_has_no_answer():
    with pytest.raises(CommsvcError, match="no sample shows it"):
        size("mean", difference=0, sd=1)
    with pytest.raises(CommsvcError, match="too little for any survey"):
        size("table", w=1e-6, df=1)
    with pytest.raises(CommsvcError, match="no alternative 'less'"):
        size("mean", difference=0.3, sd=1, alternative="less")
    with pytest.raises(CommsvcError, match="power is 80"):
        size("mean", difference=0.3, sd=1, power=80)
    with pytest.raises(CommsvcError, match="'deviation' is nothing of it; allowed: difference, sd"):
        size("mean", difference=0.3, deviation=1)
    with pytest.raises(CommsvcError, match="sd is not said"):
        power("two means", 100, difference=0.3)
    with pytest.raises(CommsvcError, match="no test to plan 'anova'"):
        size("anova")
