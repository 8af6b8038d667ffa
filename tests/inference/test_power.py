"""Power and sizes against R's power.t.test and pwr, and by drawing samples."""

from __future__ import annotations

import numpy as np
import pytest
from schools import reference

from commsvc.errors import CommsvcError
from commsvc.inference.power import (
    chi_square_power,
    chi_square_size,
    mean_difference_power,
    mean_difference_size,
    mean_power,
    mean_size,
    table_effect,
)
from commsvc.inference.tables import chi_square_p, pearson_statistic

R = reference("models")
SOLVED = 1e-5  # R's root finders; pwr stops at 1e-5 or so


def test_chi_square():
    sizes = [
        chi_square_size(0.3, 1).simple,
        chi_square_size(0.1, 6, power=0.9, alpha=0.01).simple,
    ]
    assert sizes == pytest.approx(R["chisq size"], rel=SOLVED)
    powers = [chi_square_power(100, 0.3, 4), chi_square_power(562, 0.1, 3)]
    assert powers == pytest.approx(R["chisq power"], rel=1e-10)
    assert table_effect([[0.1, 0.3], [0.2, 0.4]]) == pytest.approx(R["chisq w"], rel=1e-12)
    assert table_effect([[10, 30], [20, 40]]) == pytest.approx(R["chisq w"], rel=1e-12)


def test_means():
    sizes = [
        mean_difference_size(0.2, 1).simple / 2,
        mean_difference_size(-0.5, 1.2, power=0.9, alpha=0.01).simple / 2,
        mean_difference_size(0.3, 1, alternative="one-sided").simple / 2,
        mean_size(0.3, 1).simple,
    ]
    assert sizes == pytest.approx(R["mean size"], rel=1e-8)
    powers = [
        mean_difference_power(100, 100, 0.3, 1),
        mean_difference_power(60, 120, 0.4, 1),
        mean_power(40, 0.3, 1),
    ]
    assert powers == pytest.approx(R["mean power"], rel=1e-9)


def test_power_of_the_size_is_the_power_asked_for():
    made = mean_difference_size(0.25, 1, power=0.85, ratio=2, deff=1.7)
    assert made.groups[1] == pytest.approx(2 * made.groups[0], abs=2)
    got = mean_difference_power(*made.groups, 0.25, 1, deff=1.7)
    assert 0.85 <= got < 0.853
    table = chi_square_size(0.12, 3, deff=2, population=5000, response=0.5)
    assert 0.8 <= chi_square_power(table.answers, 0.12, 3, deff=2, population=5000) < 0.805
    assert table.invited == 2 * table.answers


def test_chi_square_power_by_drawing():
    shares = np.array([[0.12, 0.2, 0.18], [0.2, 0.18, 0.12]])
    drawn = np.random.default_rng(5).multinomial(250, shares.ravel(), size=4000).reshape(-1, 2, 3)
    found = np.mean(chi_square_p(pearson_statistic(drawn), 2) < 0.05)
    assert chi_square_power(250, table_effect(shares), 2) == pytest.approx(found, abs=0.025)


def test_power_of_very_large_samples_is_one():
    for n in (1e4, 1e5, 1e7):
        assert mean_power(n, 0.5, 1) == pytest.approx(1, abs=1e-12)
        assert chi_square_power(n, 0.5, 2) == pytest.approx(1, abs=1e-12)


def test_what_has_no_answer():
    with pytest.raises(CommsvcError, match="no sample shows it"):
        mean_size(0, 1)
    with pytest.raises(CommsvcError, match="too small for any survey"):
        chi_square_size(1e-6, 1)
    with pytest.raises(CommsvcError, match="no alternative 'less'"):
        mean_size(0.3, 1, alternative="less")
    with pytest.raises(CommsvcError, match="power is 80"):
        mean_size(0.3, 1, power=80)
