"""Indicators as tidy tables: one row a ratio, over groups, scenarios or the rows of a frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.measure import Value, measure
from commsvc.indicators.ratio import Ratio
from commsvc.labels import JOINT

if TYPE_CHECKING:
    from pandas import DataFrame


def tidy(*rows: Ratio | Mapping[str, Ratio] | DataFrame) -> DataFrame:
    """Ratios as one table; a mapping names the groups.

    Returns
    -------
    DataFrame with the columns `group, numerator, denominator, count, base, estimate, low, high,
    unit, method, note`; `low` and `high` are the ends of what the printed figures allow

    Examples
    --------
    >>> from commsvc.indicators.ratio import share
    >>> table = tidy({"rented": share(20, 42, unit="institutions"),
    ...               "owned": share(21, 42, unit="institutions")})
    >>> table[["group", "count", "base", "estimate"]]
        group  count  base  estimate
    0  rented   20.0  42.0   0.47619
    1   owned   21.0  42.0   0.50000
    """
    import pandas as pd

    frames = []
    for item in rows:
        if isinstance(item, Ratio):
            frames.append(pd.DataFrame([item.row()]))
        elif isinstance(item, Mapping):
            frames.append(pd.DataFrame([ratio.row(group) for group, ratio in item.items()]))
        else:
            frames.append(item)
    return pd.concat(frames, ignore_index=True)


def measures(given: Mapping[str, Value], unit: str = "") -> DataFrame:
    """What several figures may stand for, as one table.

    Parameters
    ----------
    given : name -> measure, or what `commsvc.indicators.measure.measure` makes one of
    unit : the unit of those that do not say it

    Returns
    -------
    DataFrame with the columns `group, printed, low, high, unit`; `low` and `high` are the ends of
    what the figure may stand for, infinite where there is none

    Examples
    --------
    >>> measures({"served": "近97万", "urban": "80万人以上"}, "persons")
        group printed       low      high     unit
    0  served    近97万  960000.0  970000.0  persons
    1   urban  80万人以上  800000.0       inf  persons
    """
    import pandas as pd

    rows = [(name, measure(value, unit)) for name, value in given.items()]
    return pd.DataFrame(
        [(name, one.text, one.low, one.high, one.unit) for name, one in rows],
        columns=["group", "printed", "low", "high", "unit"],
    )


def scenarios(
    function: Callable[..., Any],
    over: Mapping[str, Any],
    *,
    parameter: str = "residents",
    **fixed: Any,
) -> DataFrame:
    """One indicator under several readings of one figure, a row (or block) each.

    Parameters
    ----------
    function : any indicator here; returns a `Ratio` or a table
    over : the readings by name; each the value of `parameter`, or a mapping of several parameters
    parameter : which argument the readings are for
    fixed : the other arguments

    Examples
    --------
    >>> from commsvc.indicators.resources import residents_per_facility
    >>> table = scenarios(residents_per_facility, {"resident": "80万人以上", "served": "近97万"},
    ...                   facilities=15, standard="3—10万人")
    >>> table[["group", "low", "verdict"]]
          group           low    verdict
    0  resident  53333.333333  undecided
    1    served  64000.000000     within
    """
    if not over:
        raise CommsvcError("no scenario was given", allowed="a mapping of names to readings")
    return _stacked(
        (
            name,
            function(
                **fixed, **(reading if isinstance(reading, Mapping) else {parameter: reading})
            ),
        )
        for name, reading in over.items()
    )


def split_group(frame: DataFrame, *names: str) -> DataFrame:
    """The table with a column for each part of a group that was made of several.

    `scenarios` joins its names and the groups of the function with " · "; the keys of `tidy` may
    be made so, too.

    Parameters
    ----------
    frame : a table with a column `group`
    names : the new columns, in place of `group`; a group of fewer parts leaves the last ones empty

    Raises
    ------
    CommsvcError : there is no `group`; a group has more parts than names

    Examples
    --------
    >>> import pandas as pd
    >>> split_group(pd.DataFrame({"group": ["a · x", "b"], "low": [1, 2]}), "who", "what")
      who what  low
    0   a    x    1
    1   b         2
    """
    if "group" not in frame:
        raise unknown_name("column", "group", frame.columns)
    parts = [str(group).split(JOINT) for group in frame["group"]]
    for one in parts:
        if len(one) > len(names):
            raise CommsvcError(
                f"the group {JOINT.join(one)!r} has {len(one)} parts", allowed=f"{len(names)} names"
            )
    rest = frame.drop(columns="group")
    for place, name in reversed(list(enumerate(names))):
        rest.insert(0, name, [one[place] if place < len(one) else "" for one in parts])
    return rest


def rowwise(frame: Any, function: Callable[..., Any], *, group: str, **arguments: Any) -> DataFrame:
    """An indicator for every row of a table: arguments that name a column take its cell.

    Parameters
    ----------
    frame : any data frame Narwhals takes, one row a place or period; cells are numbers or
        printed figures
    function : any indicator here
    group : the column that names the rows
    arguments : the function's arguments: a column's name, or a constant

    Examples
    --------
    >>> import pandas as pd
    >>> from commsvc.indicators.resources import planned_against_needed
    >>> towns = pd.DataFrame({"town": ["A", "B"], "villages": [27, 54], "planned": [10, 13]})
    >>> rowwise(towns, planned_against_needed, group="town", villages="villages",
    ...         planned="planned")[["group", "needed_low", "surplus_low"]]
      group  needed_low  surplus_low
    0     A           5            5
    1     B           9            4
    """
    import narwhals as nw

    table = nw.from_native(frame).lazy().collect()
    if group not in table.columns:
        raise unknown_name("column", group, table.columns)
    taken = {k: v for k, v in arguments.items() if isinstance(v, str) and v in table.columns}
    fixed = {k: v for k, v in arguments.items() if k not in taken}
    results = []
    for number, row in enumerate(table.rows(named=True)):
        cells = {name: row[column] for name, column in taken.items()}
        try:
            results.append((str(row[group]), function(**cells, **fixed)))
        except CommsvcError as error:
            where = f"row {number} ({row[group]})"
            raise CommsvcError(str(error), where=where) from error
    if not results:
        raise CommsvcError("the table has no rows")
    return _stacked(results)


def _stacked(results: Iterable[tuple[str, Any]]) -> DataFrame:
    import pandas as pd

    frames = []
    for name, result in results:
        table = tidy(result) if isinstance(result, Ratio) else pd.DataFrame(result)
        # A table that has groups of its own keeps them behind the scenario's name.
        inner = table["group"].astype(str) if "group" in table else ""
        label = name if isinstance(inner, str) else (name + JOINT + inner).str.removesuffix(JOINT)
        rest = table.drop(columns="group", errors="ignore")
        rest.insert(0, "group", label)
        frames.append(rest)
    return pd.concat(frames, ignore_index=True)
