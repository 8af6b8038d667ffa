"""The Malmquist index: productivity from one period to the next, and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.frontier import Technology, read_units
from commsvc.indicators.evaluation.table import Array
from commsvc.indicators.frames import column_values

PARTS: Final = ("effch", "techch", "pech", "sech", "tfpch")


def malmquist(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str,
    period: str,
    orientation: str = "output",
) -> pd.DataFrame:
    """Change of total factor productivity of each unit between consecutive periods.

    tfpch = effch · techch, effch = pech · sech (Färe, Grosskopf, Norris & Zhang 1994): effch, the
    catching up with the frontier of constant returns; techch, the geometric mean of the frontier's
    shift at the unit's old and new mix; pech, catching up under variable returns; sech, the rest,
    its scale. Above 1 is progress.

    Parameters
    ----------
    frame : a row a unit and period; every unit in every period
    inputs, outputs : columns
    unit, period : columns with the units' names and with periods, which are put in order
    orientation : `output` or `input`; effch, techch and tfpch do not depend on it

    Returns
    -------
    DataFrame `group, from, to, effch, techch, pech, sech, tfpch, method, note`; after the units of
    each step a row `geometric mean`

    Raises
    ------
    CommsvcError : one period, a unit missing from a period or twice in it, figures as in `dea`

    Examples
    --------
    By hand, one input and output: A doubles its visits and remains best, B stays where it was.

    >>> table = pd.DataFrame({"town": ["A", "B"] * 2, "year": [1, 1, 2, 2],
    ...                       "doctors": [1, 1, 1, 1], "visits": [2, 1, 4, 1]})
    >>> found = malmquist(table, ["doctors"], ["visits"], unit="town", period="year")
    >>> found[["group", "effch", "techch", "tfpch"]].head(2)
      group  effch  techch  tfpch
    0     A    1.0     2.0    2.0
    1     B    0.5     2.0    1.0
    """
    names, periods, x, y = _panel(frame, inputs, outputs, unit, period)
    rows: list[tuple[Any, ...]] = []
    for before in range(len(periods) - 1):
        steps = slice(before, before + 2)
        parts = _parts(x[steps], y[steps], orientation)
        ends = (str(periods[before]), str(periods[before + 1]))
        rows += [(name, *ends, *row) for name, row in zip(names, parts, strict=True)]
        rows.append(("geometric mean", *ends, *np.exp(np.log(parts).mean(axis=0))))
    table = pd.DataFrame(rows, columns=["group", "from", "to", *PARTS])
    note = np.where(table["techch"].isna(), "no point of the other period's frontier to meet", "")
    return table.assign(method=f"Malmquist, {orientation}-oriented", note=note)


def _parts(x: Array, y: Array, orientation: str) -> Array:
    """The five parts for (2, n, m) inputs and (2, n, s) outputs of two periods: (n, 5)."""
    constant = [Technology(x[t], y[t], "constant", orientation) for t in (0, 1)]
    variable = [Technology(x[t], y[t], "variable", orientation) for t in (0, 1)]

    def against(technology: Technology, t: int) -> Array:
        pairs = zip(x[t], y[t], strict=True)
        return np.array([technology.efficiency(*pair) for pair in pairs])

    old, new = against(constant[0], 0), against(constant[1], 1)
    effch = new / old
    techch = np.sqrt(against(constant[0], 1) / new * old / against(constant[1], 0))
    pech = against(variable[1], 1) / against(variable[0], 0)
    return np.column_stack([effch, techch, pech, effch / pech, effch * techch])


def _panel(
    frame: Any, inputs: Sequence[str], outputs: Sequence[str], unit: str, period: str
) -> tuple[tuple[str, ...], list[Any], Array, Array]:
    when = column_values(frame, period)
    if None in when:
        raise CommsvcError("a row has no period", where=f"row {when.index(None)}")
    try:
        periods = sorted(set(when))
    except TypeError:
        raise CommsvcError(
            f"the periods in {period!r} have no order", allowed="all numbers, dates or words"
        ) from None
    if len(periods) < 2:
        raise CommsvcError(f"{len(periods)} period shows no change", allowed="two or more")
    columns = list(dict.fromkeys([unit, *inputs, *outputs]))
    whole = pd.DataFrame(column_values(frame, *columns), columns=columns, dtype=object)
    slices = [
        read_units(whole[np.array([w == p for w in when])], inputs, outputs, unit) for p in periods
    ]
    names = slices[0][0]
    place = {name: i for i, name in enumerate(names)}
    for p, (here, _, _) in zip(periods, slices, strict=True):
        odd = sorted(set(names) ^ set(here))
        if odd:
            raise CommsvcError(
                f"{odd[0]!r} is not in every period",
                where=f"{period} {p}",
                next_step="keep the units seen in all periods, and say how many were left out",
            )
    orders = [np.argsort([place[name] for name in here]) for here, _, _ in slices]
    x = np.stack([part[1][order] for part, order in zip(slices, orders, strict=True)])
    y = np.stack([part[2][order] for part, order in zip(slices, orders, strict=True)])
    return names, periods, x / x.mean(axis=(0, 1)), y / y.mean(axis=(0, 1))
