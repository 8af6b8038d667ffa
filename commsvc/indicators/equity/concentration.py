"""How unevenly something is spread over places: Lorenz curve, Gini, Herfindahl–Hirschman."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from commsvc.errors import CommsvcError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pandas import DataFrame


def lorenz(values: Iterable[float], weights: Iterable[float] | None = None) -> DataFrame:
    """The Lorenz curve: cumulative shares, from those who have least for their weight upwards.

    Parameters
    ----------
    values : what each place has (centres, beds, visits), from 0 up
    weights : what it should be shared by (residents, villages); without it every place counts one

    Returns
    -------
    DataFrame `population, value`: cumulative shares of weights and values, from (0, 0) to (1, 1)

    Raises
    ------
    CommsvcError : for a value missing or below 0, a weight not above 0, or nothing to share

    References
    ----------
    Lorenz (1905), Publications of the American Statistical Association 9: 209–219.

    Examples
    --------
    >>> lorenz([0, 1, 3])
       population  value
    0    0.000000   0.00
    1    0.333333   0.00
    2    0.666667   0.25
    3    1.000000   1.00
    """
    import pandas as pd

    have, by = _ordered(values, weights)
    return pd.DataFrame({"population": _cumulative(by), "value": _cumulative(have)})


def gini(values: Iterable[float], weights: Iterable[float] | None = None) -> float:
    """The Gini coefficient: twice the area between the Lorenz curve and the line of equal shares.

    From 0 (all the same) to 1 − 1/n where one of n places has everything: it is not stretched to
    reach 1, so that places of different number are comparable only with `unevenness`'s `highest`
    beside it.

    Parameters
    ----------
    values, weights : as for `lorenz`

    References
    ----------
    Cowell (2011), Measuring Inequality, 3rd ed., appendix A.

    Examples
    --------
    >>> round(gini([10, 20, 30, 40, 100]), 10)
    0.4
    >>> round(gini([10, 50], weights=[1, 5]), 10)
    0.0
    """
    have, by = _ordered(values, weights)
    people, shares = _cumulative(by), _cumulative(have)
    return float(1 - np.sum(np.diff(people) * (shares[1:] + shares[:-1])))


def hhi(values: Iterable[float]) -> float:
    """The Herfindahl–Hirschman index: the sum of squared shares of the total.

    From 1/n (all the same) to 1 (one place has everything); its inverse is the number of equally
    endowed places that would be as concentrated.

    References
    ----------
    Hirschman (1964), American Economic Review 54: 761.

    Examples
    --------
    >>> hhi([1, 1, 2, 0])
    0.375
    """
    have, _ = _ordered(values, None)
    return float(np.sum((have / have.sum()) ** 2))


def share_with_none(values: Iterable[float]) -> float:
    """The share of places that have none at all.

    >>> share_with_none([0, 0, 1, 3])
    0.5
    """
    have, _ = _ordered(values, None)
    return float(np.mean(have == 0))


def unevenness(shared: Mapping[str, Iterable[float]]) -> DataFrame:
    """The three measures side by side, for one or more ways of counting what places have.

    Parameters
    ----------
    shared : name -> what each place has

    Returns
    -------
    DataFrame
        three rows a name: `group`, `level` (`none`: the share with none; `gini`; `hhi`), `count`
        (what is shared in all), `base` (places), `estimate`, `lowest` and `highest` (the least
        that so many things over so many places allow when each is whole, and the most)

    Examples
    --------
    >>> unevenness({"centres": [0, 0, 1, 3]})[["level", "count", "base", "estimate", "lowest"]]
      level  count  base  estimate  lowest
    0  none    4.0     4     0.500    0.00
    1  gini    4.0     4     0.625    0.00
    2   hhi    4.0     4     0.625    0.25
    """
    import pandas as pd

    measures = {"none": share_with_none, "gini": gini, "hhi": hhi}
    rows = []
    for group, values in shared.items():
        have = np.asarray(list(values), dtype=float)
        places, total = len(have), float(have.sum())
        evenly = _as_even_as_can_be(total, places)
        on_one = [total, *[0.0] * (places - 1)]
        for level, measure in measures.items():
            least = measure(evenly) if total > 0 else float("nan")
            most = measure(on_one) if total > 0 else float("nan")
            rows.append((group, level, total, places, measure(have), least, most))
    columns = ["group", "level", "count", "base", "estimate", "lowest", "highest"]
    return pd.DataFrame(rows, columns=columns)


def _as_even_as_can_be(total: float, places: int) -> list[float]:
    """Whole things cannot be split: 10 centres leave 4 of 14 places without, however fair."""
    if total != int(total):
        return [total / places] * places
    each, over = divmod(int(total), places)
    return [float(each + (i < over)) for i in range(places)]


def _ordered(
    values: Iterable[float], weights: Iterable[float] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values and weights, least endowed for its weight first."""
    have = np.asarray(list(values), dtype=float)
    by = np.ones(len(have)) if weights is None else np.asarray(list(weights), dtype=float)
    if not len(have) or len(by) != len(have):
        raise CommsvcError(f"{len(have)} values and {len(by)} weights do not pair")
    if not (np.isfinite(have) & (have >= 0)).all() or not have.sum() > 0:
        raise CommsvcError(
            "what is shared has to be numbers from 0 up, none missing, not all 0",
            next_step="leave out the places of which nothing is known, and say so",
        )
    if not (np.isfinite(by) & (by > 0)).all():
        raise CommsvcError("weights have to be above 0, none missing")
    order = np.argsort(have / by, kind="stable")
    return have[order], by[order]


def _cumulative(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values) / values.sum()])
