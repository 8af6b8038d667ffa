"""Agglomeration of health resources: are they where the land is, or where the people are?"""

from __future__ import annotations

from typing import Any

import pandas as pd

from commsvc.errors import CommsvcError
from commsvc.indicators.equity.arrays import as_numbers


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

    Returns
    -------
    DataFrame `group, hrad, pad, ratio`; `ratio` is the place's resources per head over everyone's

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
    held = as_numbers(resources, "resources")
    land = as_numbers(area, "area", length=len(held))
    people = as_numbers(population, "population", length=len(held))
    for name, column in (("area", land), ("population", people)):
        if (column <= 0).any():
            raise CommsvcError(f"a place without {name}", where=f"row {column.argmin()}")
    if held.sum() <= 0:
        raise CommsvcError("there are no resources to be anywhere")
    hrad = (held / held.sum()) / (land / land.sum())
    pad = (people / people.sum()) / (land / land.sum())
    names = [str(i + 1) for i in range(len(held))] if places is None else [str(p) for p in places]
    if len(names) != len(held):
        raise CommsvcError(f"{len(names)} names for {len(held)} places")
    return pd.DataFrame({"group": names, "hrad": hrad, "pad": pad, "ratio": hrad / pad})
