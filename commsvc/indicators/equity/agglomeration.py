"""Agglomeration of health resources: are they where the land is, or where the people are?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import Array
from commsvc.indicators.printed_cells import Cells, as_cells


def agglomeration(
    resources: Any, area: Any, population: Any, *, places: Any = None
) -> pd.DataFrame:
    """HRAD, PAD and their ratio for each place (卫生资源集聚度, 人口集聚度).

    HRADᵢ = (HRᵢ/HR)/(Aᵢ/A): the place's share of resources over its share of the land. PADᵢ is the
    same of people. HRAD/PAD above 1: more resources than its people's share; around 1: as its
    people; HRAD alone above 1: more than its land's share.

    Parameters
    ----------
    resources : (n,) centres, beds, staff …, one kind
    area : (n,) in one unit
    population : (n,) residents
    places : (n,) names

    Each is numbers, figures as printed, or measures; numbers are exact.

    Returns
    -------
    DataFrame `group, hrad, pad, ratio`; `ratio` is the place's resources per head over everyone's;
    with figures that are ranges also `…_low, …_high` of each, reached: the place at one end and all
    others at the other

    References
    ----------
    As used for the primary-care workforce by Wang et al. (2020, Int. J. Equity Health 19).

    Examples
    --------
    >>> agglomeration([20, 30, 50], [10, 40, 50], [25, 25, 50])[["hrad", "pad", "ratio"]]
       hrad    pad  ratio
    0  2.00  2.500    0.8
    1  0.75  0.625    1.2
    2  1.00  1.000    1.0
    """
    cells = {
        "resources": as_cells(resources, "resources"),
        "area": as_cells(area, "area"),
        "population": as_cells(population, "population"),
    }
    n = len(cells["resources"].face)
    for name, column in cells.items():
        if len(column.face) != n:
            raise CommsvcError(f"{name} has {len(column.face)} entries, the resources have {n}")
        least = column.low.min()
        if least < 0 or (least == 0 and name != "resources"):
            problem = f"a place without {name}" if least == 0 else f"{name} is {least:g}"
            raise CommsvcError(problem, where=f"row {int(column.low.argmin())}")
    if cells["resources"].face.sum() <= 0:
        raise CommsvcError("there are no resources to be anywhere")
    names = [str(i + 1) for i in range(n)] if places is None else [str(p) for p in places]
    if len(names) != n:
        raise CommsvcError(f"{len(names)} names for {n} places")
    held, land, people = (_shares(column.face[:, 0]) for column in cells.values())
    table = pd.DataFrame(
        {"group": names, "hrad": held / land, "pad": people / land, "ratio": held / people}
    )
    if any(column.loose for column in cells.values()):
        ends = [_share_range(column) for column in cells.values()]
        for name, top, bottom in (("hrad", 0, 1), ("pad", 2, 1), ("ratio", 0, 2)):
            table[f"{name}_low"] = ends[top][0] / ends[bottom][1]
            table[f"{name}_high"] = ends[top][1] / ends[bottom][0]
    return table


def _shares(values: Array) -> Array:
    return values / values.sum()


def _share_range(cells: Cells) -> tuple[Array, Array]:
    """Least and greatest share of each place: itself at one end, the others at the other."""
    low, high = cells.low[:, 0], cells.high[:, 0]
    return low / (low + high.sum() - high), high / (high + low.sum() - low)
