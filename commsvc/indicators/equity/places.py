"""How unevenly whole things are spread over places, beside what so few of them allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import unknown_name
from commsvc.indicators.equity.arrays import as_numbers
from commsvc.indicators.equity.inequality import gini, herfindahl, share_with_none, theil

if TYPE_CHECKING:
    from pandas import DataFrame

_MEASURES: Final[Mapping[str, Callable[[Any], float]]] = {
    "none": lambda values: share_with_none(values)["estimate"].item(),
    "gini": gini,
    "hhi": lambda values: herfindahl(values)["estimate"].item(),
    "theil": lambda values: theil(values)["estimate"].item(),
}


def unevenness(
    shared: Mapping[str, Iterable[float]], *, measures: Sequence[str] = ("none", "gini", "hhi")
) -> DataFrame:
    """The share with none, the Gini coefficient and the like, for one or more things counted.

    Whole things cannot be split: ten centres leave four of fourteen places without one, however
    fair the spread. So each measure stands beside the least and the most that are possible.

    Parameters
    ----------
    shared : name -> how many each place has; every place weighs the same
    measures : `none` (the share with none), `gini`, `hhi`, `theil` (T)

    Returns
    -------
    DataFrame
        a row a name and measure: `group`, `level` (the measure), `count` (how many in all),
        `base` (places), `estimate`, `lowest` and `highest` (of every way to share out as many;
        counts that are not whole are taken as divisible)

    Examples
    --------
    >>> unevenness({"centres": [0, 0, 1, 3]})[["level", "count", "base", "estimate", "lowest"]]
      level  count  base  estimate  lowest
    0  none    4.0     4     0.500    0.00
    1  gini    4.0     4     0.625    0.00
    2   hhi    4.0     4     0.625    0.25
    """
    import pandas as pd

    for level in measures:
        if level not in _MEASURES:
            raise unknown_name("measure", level, _MEASURES)
    rows = []
    for group, values in shared.items():
        have = as_numbers(list(values), "values")
        places, total = len(have), float(have.sum())
        for level in measures:
            ends = _ends(level, total, places)
            rows.append((group, level, total, places, _MEASURES[level](have), *ends))
    columns = ["group", "level", "count", "base", "estimate", "lowest", "highest"]
    return pd.DataFrame(rows, columns=columns)


@lru_cache(maxsize=1024)  # the readings of one list share few totals
def _ends(level: str, total: float, places: int) -> tuple[float, float]:
    measure = _MEASURES[level]
    return measure(_most_even(total, places)), measure([total, *[0.0] * (places - 1)])


def _most_even(total: float, places: int) -> list[float]:
    if not total.is_integer():
        return [total / places] * places
    each, over = divmod(int(total), places)
    return [float(each + (place < over)) for place in range(places)]
