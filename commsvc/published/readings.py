"""A list some lines of which can be read in more than one way: what each choice adds up to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, Final

from commsvc.errors import CommsvcError, unknown_name

if TYPE_CHECKING:
    from pandas import DataFrame

_MOST: Final = 20_000


def every_reading(
    lines: DataFrame,
    *,
    line: str,
    reading: str,
    counts: Sequence[str],
    printed: Mapping[str, int] | None = None,
) -> DataFrame:
    """The totals of a list under every choice of one reading a line.

    Parameters
    ----------
    lines : a row a reading of a line; a line with several rows is ambiguous
    line, reading : the columns that name the line and its reading
    counts : the columns to add up; an empty cell adds nothing
    printed : the totals printed, by column

    Returns
    -------
    DataFrame
        a row a choice, in the order of the lines: `number` from 1, a column an ambiguous line (the
        reading taken), the totals, and with `printed` whether all of them `agrees`

    Raises
    ------
    CommsvcError : for a column that is not there, or more than 20 000 choices

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"town": ["A", "B", "B"], "as": ["said", "built", "under"],
    ...                       "built": [1, 2, 0], "under": [0, 0, 2]})
    >>> every_reading(lines, line="town", reading="as", counts=["built", "under"],
    ...               printed={"built": 1, "under": 2})
       number      B  built  under  agrees
    0       1  built      3      0   False
    1       2  under      1      2    True
    """
    import pandas as pd

    for name in printed or {}:
        if name not in counts:
            raise unknown_name("count", name, counts)
    rows = []
    for number, chosen in _choices(lines, line, reading, counts):
        total = {name: int(chosen[name].fillna(0).sum()) for name in counts}
        row: dict[str, Any] = {"number": number, **_taken(lines, chosen, line, reading), **total}
        if printed is not None:
            row["agrees"] = all(total[name] == value for name, value in printed.items())
        rows.append(row)
    return pd.DataFrame(rows)


def readings_by_group(
    lines: DataFrame, *, line: str, reading: str, counts: Sequence[str], group: str
) -> DataFrame:
    """The same choices, added up by group; lines whose group is empty belong to none.

    Returns
    -------
    DataFrame `number` (as in `every_reading`), `group` (in the order of the lines), the counts

    Examples
    --------
    >>> import pandas as pd
    >>> lines = pd.DataFrame({"site": ["a", "b", "b"], "as": ["said", "built", "no"],
    ...                       "town": ["A", "A", "A"], "built": [1, 1, 0]})
    >>> readings_by_group(lines, line="site", reading="as", counts=["built"], group="town")
       number group  built
    0       1     A      2
    1       2     A      1
    """
    import pandas as pd

    if group not in lines.columns:
        raise unknown_name("column", group, lines.columns)
    chosen = pd.concat(
        part.assign(number=number) for number, part in _choices(lines, line, reading, counts)
    )
    table = chosen.groupby(["number", group], sort=False)[list(counts)].sum().astype("int64")
    return table.reset_index().rename(columns={group: "group"})


def _choices(
    lines: DataFrame, line: str, reading: str, counts: Sequence[str]
) -> Iterator[tuple[int, DataFrame]]:
    for column in (line, reading, *counts):
        if column not in lines.columns:
            raise unknown_name("column", column, lines.columns)
    places = [list(rows) for rows in lines.groupby(line, sort=False).indices.values()]
    if prod(map(len, places)) > _MOST:
        raise CommsvcError(
            f"{prod(map(len, places))} choices are too many to list",
            allowed=f"at most {_MOST}",
            next_step="settle some of the lines first",
        )
    for number, chosen in enumerate(product(*places), start=1):
        yield number, lines.iloc[list(chosen)]


def _taken(lines: DataFrame, chosen: DataFrame, line: str, reading: str) -> dict[str, Any]:
    several = lines[line].value_counts()
    return {
        row[line]: row[reading]
        for row in chosen[[line, reading]].to_dict("records")
        if several[row[line]] > 1
    }
