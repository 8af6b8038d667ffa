"""Where to put facilities: the fewest that reach all, the best few (location–coverage)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from commsvc.errors import CommsvcError
from commsvc.indicators.access import LINKS
from commsvc.indicators.travel import Sites, find_links, read_sites

Chosen = NDArray[np.bool_]


def fewest_sites(
    demand: Any,
    sites: Any,
    reach: float,
    *,
    place: str | None = None,
    persons: str | None = None,
    site: str | None = None,
    at: tuple[str, str] | None = ("lat", "lon"),
    links: Any = None,
    link_columns: tuple[str, str, str] = LINKS,
    seconds: float = 60.0,
) -> pd.DataFrame:
    """The fewest sites so that every place has one within reach (set cover, LSCP).

    min Σ x_j so that Σ_j a_ij x_j ≥ 1 for every place (Toregas et al. 1971), by HiGHS.

    Parameters
    ----------
    demand : a row a place
    sites : a row a possible site
    reach : km with coordinates, the links' unit with links
    place, site : columns of names, numbered from 1 without
    persons : column of how many people, numbers or figures as printed; 1 a place without
    at, links, link_columns : as in `floating_catchment`
    seconds : how long to search for the optimum

    Returns
    -------
    DataFrame, a row a chosen site: `group, places` and `count` (persons) of whom it is the nearest
    of those chosen, `base` (persons in all), `estimate` (count/base), `method, note`; a last row
    `all`. Several choices may be equally few. With printed persons also `estimate_low,
    estimate_high`: how far the share of these sites can go, reached.

    Raises
    ------
    CommsvcError : a place without any site within reach, no optimum in time

    Examples
    --------
    By hand: six places on a line, one apart; sites 2 and 5 reach their neighbours, so all.

    >>> line = pd.DataFrame([(i, j, abs(i - j)) for i in range(1, 7) for j in range(1, 7)],
    ...                     columns=["place", "facility", "cost"])
    >>> spots = pd.DataFrame({"spot": range(1, 7)})
    >>> fewest_sites(spots, spots, 1, place="spot", site="spot", links=line)[
    ...     ["group", "places", "estimate"]].round(2)
      group  places  estimate
    0     2       3       0.5
    1     5       3       0.5
    2   all       6       1.0
    """
    here, there, cost = _read(demand, sites, reach, place, persons, site, at, links, link_columns)
    alone = np.diff(cost.indptr) == 0
    if alone.any():
        raise CommsvcError(
            f"{int(alone.sum())} places have no site within {reach:g}, the first of them "
            f"{here.names[alone][0]}",
            next_step="a farther reach, more sites, or best_sites, which may leave places out",
        )
    cover = _ones(cost)
    n = there.names.size
    solved = _solve(np.ones(n), LinearConstraint(cover, lb=1), n, n, seconds)
    return _report(here, there, cost, solved[:n] > 0.5, "location set cover (LSCP)", reach)


def best_sites(
    demand: Any,
    sites: Any,
    reach: float,
    how_many: int,
    *,
    place: str | None = None,
    persons: str | None = None,
    site: str | None = None,
    at: tuple[str, str] | None = ("lat", "lon"),
    links: Any = None,
    link_columns: tuple[str, str, str] = LINKS,
    seconds: float = 60.0,
) -> pd.DataFrame:
    """The so many sites that bring the most persons within reach (maximal cover, MCLP).

    max Σ_i p_i y_i so that y_i ≤ Σ_j a_ij x_j and Σ x_j = `how_many` (Church & ReVelle 1974).

    Parameters
    ----------
    how_many : sites to choose
    demand, sites, reach, … : as in `fewest_sites`

    Returns
    -------
    DataFrame as `fewest_sites` gives; `estimate` of `all` is the share of persons within reach.
    With persons that are figures as printed the sites are the best for the faces; the range is
    theirs, and other sites may be better within it

    Examples
    --------
    By hand: of six places in a line, 5 1 1 4 1 3 persons, the fifth reaches 4 + 1 + 3.

    >>> line = pd.DataFrame([(i, j, abs(i - j)) for i in range(1, 7) for j in range(1, 7)],
    ...                     columns=["place", "facility", "cost"])
    >>> spots = pd.DataFrame({"spot": range(1, 7), "persons": [5, 1, 1, 4, 1, 3]})
    >>> best_sites(spots, spots, 1, 1, place="spot", site="spot", persons="persons", links=line)[
    ...     ["group", "count", "base"]]
      group  count  base
    0     5    8.0  15.0
    1   all    8.0  15.0
    """
    here, there, cost = _read(demand, sites, reach, place, persons, site, at, links, link_columns)
    n, m = there.names.size, here.names.size
    if isinstance(how_many, bool) or how_many != int(how_many) or not 1 <= how_many <= n:
        raise CommsvcError(f"{how_many} of {n} sites", allowed=f"a whole number from 1 to {n}")
    # y may be any number up to 1: at the optimum it is whole where x is.
    covered = sparse.hstack([-_ones(cost), sparse.eye_array(m)], format="csr")
    exactly = sparse.csr_array(np.concatenate([np.ones(n), np.zeros(m)])[None, :])
    rows = sparse.vstack([covered, exactly], format="csr")
    low = np.concatenate([np.full(m, -np.inf), [how_many]])
    high = np.concatenate([np.zeros(m), [how_many]])
    gain = np.concatenate([np.zeros(n), -here.amount])
    solved = _solve(gain, LinearConstraint(rows, low, high), n + m, n, seconds)
    return _report(here, there, cost, solved[:n] > 0.5, "maximal cover (MCLP)", reach)


def _read(
    demand: Any,
    sites: Any,
    reach: float,
    place: str | None,
    persons: str | None,
    site: str | None,
    at: tuple[str, str] | None,
    links: Any,
    link_columns: tuple[str, str, str],
) -> tuple[Sites, Sites, Any]:
    where = None if links is not None else at
    here = read_sites(demand, place, persons, where, "places")
    there = read_sites(sites, site, None, where, "sites")
    return here, there, find_links(here, there, reach, links, link_columns)


def _ones(cost: Any) -> Any:
    cover = cost.copy()
    cover.data = np.ones_like(cover.data)
    return cover


def _solve(
    objective: Any, constraint: LinearConstraint, size: int, whole: int, seconds: float
) -> NDArray[np.float64]:
    integrality = np.zeros(size)
    integrality[:whole] = 1
    solved = milp(
        objective,
        constraints=constraint,
        integrality=integrality,
        bounds=Bounds(0, 1),
        options={"time_limit": seconds},
    )
    if solved.status != 0:
        raise CommsvcError(
            f"no optimum: {solved.message}", next_step="give it more `seconds`, or fewer sites"
        )
    return solved.x


def _report(
    here: Sites, there: Sites, cost: Any, chosen: Chosen, method: str, reach: float
) -> pd.DataFrame:
    """Places by the nearest of the chosen sites; of equally near ones the first."""
    kept = cost[:, np.flatnonzero(chosen)].tocoo()
    order = np.lexsort((kept.col, kept.data, kept.row))
    rows, first = np.unique(kept.row[order], return_index=True)
    nearest = kept.col[order][first]
    n = int(chosen.sum())
    places = np.bincount(nearest, minlength=n)
    persons = np.bincount(nearest, here.amount[rows], minlength=n)
    base = float(here.amount.sum())
    if base == 0:
        raise CommsvcError("nobody lives anywhere: all persons are 0")
    table = pd.DataFrame(
        {
            "group": [*map(str, there.names[chosen]), "all"],
            "places": [*places.tolist(), int(places.sum())],
            "count": [*persons.tolist(), float(persons.sum())],
            "base": base,
        }
    )
    table["estimate"] = table["count"] / base
    if here.ends is not None:
        # A share is least with its own at their least and all others at their greatest.
        low, high = (np.bincount(nearest, end[rows], minlength=n) for end in (here.low, here.high))
        low, high = np.append(low, low.sum()), np.append(high, high.sum())
        table["estimate_low"] = low / (low + here.high.sum() - high)
        table["estimate_high"] = high / (high + here.low.sum() - low)
    note = f"{n} sites, reach {reach:g}; proven optimal, others may be as good"
    return table.assign(method=method, note=note)
