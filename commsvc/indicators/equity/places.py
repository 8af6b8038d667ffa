"""How unevenly whole things are spread over places, beside what so few of them allow."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import unknown_name
from commsvc.indicators.equity.arrays import as_numbers
from commsvc.indicators.equity.inequality import gini, herfindahl, share_with_none, theil
from commsvc.indicators.equity.printed import inequality_range
from commsvc.indicators.printed_cells import as_cells

if TYPE_CHECKING:
    from pandas import DataFrame

_MEASURES: Final[Mapping[str, Callable[[Any], float]]] = {
    "none": lambda values: share_with_none(values)["estimate"].item(),
    "gini": gini,
    "hhi": lambda values: herfindahl(values)["estimate"].item(),
    "theil": lambda values: theil(values)["estimate"].item(),
}


def unevenness(
    shared: Mapping[str, Iterable[Any]],
    *,
    measures: Sequence[str] = ("none", "gini", "hhi"),
    rounding: str = "",
) -> DataFrame:
    """The share with none, the Gini coefficient and the like, for one or more things counted.

    Whole things cannot be split: ten centres leave four of fourteen places without one, however
    fair the spread. So each measure stands beside the least and the most that are possible.

    Parameters
    ----------
    shared : name -> how many each place has, numbers or figures as printed; every place weighs the
        same
    rounding : last printed place (`"10"`) of plain numbers that had been rounded
    measures : `none` (the share with none), `gini`, `hhi`, `theil` (T)

    Returns
    -------
    DataFrame
        a row a name and measure: `group`, `level` (the measure), `count` (how many in all),
        `base` (places), `estimate`, `lowest` and `highest` (of every way to share out as many;
        counts that are not whole are taken as divisible); where any figure is a range, `count,
        estimate, lowest, highest` are of the faces, and `low, high` how far the measure can go
        over what was printed (whole numbers or not), as `inequality_range` has them

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
    lists = {group: list(values) for group, values in shared.items()}
    cells = {group: as_cells(values, "values", rounding) for group, values in lists.items()}
    loose = any(each.loose for each in cells.values())
    rows: list[tuple[Any, ...]] = []
    for group, values in lists.items():
        have = as_numbers(cells[group].face[:, 0], "values")
        places, total = len(have), float(have.sum())
        for level in measures:
            row = (
                group,
                level,
                total,
                places,
                _MEASURES[level](have),
                *_ends(level, total, places),
            )
            rows.append((*row, *_over_printed(level, values, rounding)) if loose else row)
    columns = ["group", "level", "count", "base", "estimate", "lowest", "highest"]
    return pd.DataFrame(rows, columns=[*columns, "low", "high"] if loose else columns)


def _over_printed(level: str, values: list[Any], rounding: str) -> tuple[float, float]:
    if level == "none":
        table = share_with_none(values, rounding=rounding)
    else:
        table = inequality_range(values, measures=[level], rounding=rounding)
    return table["low"].item(), table["high"].item()


@lru_cache(maxsize=1024)  # the readings of one list share few totals
def _ends(level: str, total: float, places: int) -> tuple[float, float]:
    measure = _MEASURES[level]
    return measure(_most_even(total, places)), measure([total, *[0.0] * (places - 1)])


def _most_even(total: float, places: int) -> list[float]:
    if not total.is_integer():
        return [total / places] * places
    each, over = divmod(int(total), places)
    return [float(each + (place < over)) for place in range(places)]
