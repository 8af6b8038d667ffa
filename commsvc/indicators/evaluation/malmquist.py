"""The Malmquist index: productivity from one period to the next, and its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.evaluation.frontier import Technology, efficiencies_of, read_unit_cells
from commsvc.indicators.evaluation.table import Array
from commsvc.indicators.frames import column_values
from commsvc.indicators.printed_cells import Cells

PARTS: Final = ("effch", "techch", "pech", "sech", "tfpch")


def malmquist(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    *,
    unit: str,
    period: str,
    orientation: str = "output",
    rounding: Mapping[str, str] | None = None,
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
    rounding : column -> last printed place (`"0.1"`) of numbers that had been rounded; figures may
        also be printed ones, as in `dea`

    Returns
    -------
    DataFrame `group, from, to, effch, techch, pech, sech, tfpch, method, note`; after the units of
    each step a row `geometric mean`; over printed figures also `effch_low, effch_high` … of every
    part: certain bounds, each distance taken at its own ends

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
    names, periods, panel = _panel(frame, inputs, outputs, unit, period, rounding)
    m = len(inputs)
    rows: list[tuple[Any, ...]] = []
    for before in range(len(periods) - 1):
        steps = [panel[before], panel[before + 1]]
        parts = _parts([cells.face for cells in steps], m, orientation)
        found = [parts]
        if any(cells.loose for cells in panel):
            found += _part_ranges(steps, m, orientation)
        ends = (str(periods[before]), str(periods[before + 1]))
        rows += [(name, *ends, *row) for name, row in zip(names, np.hstack(found), strict=True)]
        means = [np.exp(np.log(part).mean(axis=0)) for part in found]
        rows.append(("geometric mean", *ends, *np.concatenate(means)))
    columns = ["group", "from", "to", *PARTS]
    if len(rows[0]) > len(columns):
        columns += [f"{part}_{end}" for end in ("low", "high") for part in PARTS]
    table = pd.DataFrame(rows, columns=columns)
    note = np.where(table["techch"].isna(), "no point of the other period's frontier to meet", "")
    return table.assign(method=f"Malmquist, {orientation}-oriented", note=note)


def _parts(figures: list[Array], m: int, orientation: str) -> Array:
    """The five parts for (n, m + s) inputs and outputs of two periods: (n, 5)."""

    def distance(of: int, to: int, returns: str) -> Array:
        return _distances(figures[of], figures[to], m, returns, orientation)

    old, new = distance(0, 0, "constant"), distance(1, 1, "constant")
    forth, back = distance(1, 0, "constant"), distance(0, 1, "constant")
    effch = new / old
    techch = np.sqrt(forth / new * old / back)
    pech = distance(1, 1, "variable") / distance(0, 0, "variable")
    return np.column_stack([effch, techch, pech, effch / pech, effch * techch])


def _distances(of: Array, to: Array, m: int, returns: str, orientation: str) -> Array:
    """Efficiency of each row against the frontier that the rows `to` span."""
    frontier = Technology(to[:, :m], to[:, m:], returns, orientation)
    return efficiencies_of([frontier] * len(of), of[:, :m], of[:, m:])


def _part_ranges(steps: list[Cells], m: int, orientation: str) -> list[Array]:
    """Certain ends of the five parts, from the ends of each distance.

    A unit's distance is least where it is at its worst and the frontier's units at their best; its
    own row in the frontier of its own period moves with it.
    """

    def end(of: int, to: int, returns: str, sign: int) -> Array:
        own, others = _corner(steps[of], m, sign), _corner(steps[to], m, -sign)
        if of != to:
            return _distances(own, others, m, returns, orientation)
        frontiers = []
        for i, row in enumerate(own):
            here = others.copy()
            here[i] = row
            frontiers.append(Technology(here[:, :m], here[:, m:], returns, orientation))
        return efficiencies_of(frontiers, own[:, :m], own[:, m:])

    def ends(of: int, to: int, returns: str) -> tuple[Array, Array]:
        return end(of, to, returns, -1), end(of, to, returns, 1)

    old, new = ends(0, 0, "constant"), ends(1, 1, "constant")
    forth, back = ends(1, 0, "constant"), ends(0, 1, "constant")
    pure = ends(1, 1, "variable"), ends(0, 0, "variable")
    out = []
    for low in (0, 1):
        high = 1 - low
        effch = new[low] / old[high]
        techch = np.sqrt(forth[low] / new[high] * old[low] / back[high])
        pech = pure[0][low] / pure[1][high]
        opposite = pure[0][high] / pure[1][low]
        # tfpch has no cycle through the own-period distances twice: √(forth·new / (old·back)).
        tfpch = np.sqrt(forth[low] * new[low] / (old[high] * back[high]))
        out.append(np.column_stack([effch, techch, pech, effch / opposite, tfpch]))
    return out


def _corner(cells: Cells, m: int, sign: int) -> Array:
    """All at their best (sign 1: least inputs, most outputs) or worst."""
    low, high = (cells.low, cells.high) if sign > 0 else (cells.high, cells.low)
    return np.hstack([low[:, :m], high[:, m:]])


def _panel(
    frame: Any,
    inputs: Sequence[str],
    outputs: Sequence[str],
    unit: str,
    period: str,
    rounding: Mapping[str, str] | None,
) -> tuple[tuple[str, ...], list[Any], list[Cells]]:
    """Names, periods, and each period's cells in the names' order, columns over their mean."""
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
        read_unit_cells(whole[np.array([w == p for w in when])], inputs, outputs, unit, rounding)
        for p in periods
    ]
    names = slices[0][0]
    place = {name: i for i, name in enumerate(names)}
    for p, (here, _) in zip(periods, slices, strict=True):
        odd = sorted(set(names) ^ set(here))
        if odd:
            raise CommsvcError(
                f"{odd[0]!r} is not in every period",
                where=f"{period} {p}",
                next_step="keep the units seen in all periods, and say how many were left out",
            )
    means = np.mean([cells.face.mean(axis=0) for _, cells in slices], axis=0)
    panel = []
    for here, cells in slices:
        order = np.argsort([place[name] for name in here])
        ends = (part[order] / means for part in (cells.face, cells.low, cells.high))
        panel.append(Cells(*ends))
    return names, periods, panel
