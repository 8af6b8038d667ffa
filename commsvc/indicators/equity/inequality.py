"""How unevenly something is spread over places or people: Theil, mean log deviation, Herfindahl.

`values` are amounts *per head* (or per place) and `weights` how many heads (or places) have them:
beds per 1000 residents weighted by residents. With totals of places and no weights, every place
counts alike, however many live there. Formulas: Cowell (2011), *Measuring Inequality*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pandas as pd

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.checked import Array, amounts, some, with_influence
from commsvc.indicators.equity.concentration import gini
from commsvc.words.messages import message


def _theil_influence(values: Any, weights: Any) -> Array:
    y, w = amounts(values, weights)
    mean = some(y, w)
    logs = y * np.log(np.where(y > 0, y, 1.0))
    spread = float(w @ logs) / mean
    return np.asarray(((logs - (spread + 1) * y) / mean + 1) / float(np.sum(weights)))


@with_influence(_theil_influence)
def theil(values: Any, weights: Any = None) -> float:
    """Theil's T, Σ w (y/μ) ln(y/μ); a unit with nothing adds nothing.

    Parameters
    ----------
    values : (n,) amounts from 0 up
    weights : (n,) how many have each; alike where left out

    Raises
    ------
    CommsvcError : missing or negative values, all 0

    Examples
    --------
    >>> round(theil([10, 20, 30, 40, 100]), 6)
    0.276364
    """
    y, w = amounts(values, weights)
    relative = y / some(y, w)
    return float(w @ (relative * np.log(np.where(relative > 0, relative, 1.0))))


def theil_parts(values: Any, groups: Any, weights: Any = None) -> pd.DataFrame:
    """Theil's T and its parts between and within groups.

    Between: T of the group means; within: each group's T weighted by its share of the amount.

    Parameters
    ----------
    values, weights : as in `theil`
    groups : (n,) a label each

    Returns
    -------
    DataFrame `group` (`total`, `between`, `within`, and each group's own T), `count` (units, or
    groups), `base` (share of the weights), `estimate`, `share` (of the total T; of a group that of
    its part in the within). `by_design(lambda w: theil_parts(y, groups, w)["estimate"], …)` gives
    their errors

    Raises
    ------
    CommsvcError : as `theil`; a value without a group, a group with nothing to share

    Examples
    --------
    >>> table = theil_parts([10, 20, 30, 40, 100], list("aabbb"))
    >>> table["estimate"].round(6).tolist()[:3]
    [0.276364, 0.148936, 0.127427]
    """
    y, w = amounts(values, weights)
    labels = np.asarray(groups)
    if labels.shape != y.shape:
        raise CommsvcError(f"{labels.size} group labels for {y.size} values")
    if pd.isna(labels[w > 0]).any():
        row = int((pd.isna(labels) & (w > 0)).argmax())
        raise CommsvcError("a value has no group", where=f"row {row}")
    names, codes = np.unique(labels[w > 0].astype(str), return_inverse=True)
    y, w = y[w > 0], w[w > 0]
    people, amount = np.bincount(codes, w), np.bincount(codes, w * y)
    if (amount == 0).any():
        raise CommsvcError(f"the group {str(names[amount.argmin()])!r} has nothing to share")
    own = np.array([theil(y[codes == g], w[codes == g]) for g in range(names.size)])
    total, between = theil(y, w), theil(amount / people, people)
    parts = own * amount / amount.sum()
    called = [message("total"), message("between", context="groups")]
    return pd.DataFrame(
        {
            "group": [*called, message("within", context="groups"), *names],
            "count": [y.size, names.size, y.size, *np.bincount(codes)],
            "base": [1.0, 1.0, 1.0, *people],
            "estimate": [total, between, parts.sum(), *own],
            "share": np.array([total, between, parts.sum(), *parts]) / (total or 1.0),
        }
    )


def _mld_influence(values: Any, weights: Any) -> Array:
    y, w = amounts(values, weights)
    logs = np.log(np.where(w > 0, y, 1.0))
    moved = y / some(y, w) - 1 - (logs - float(w @ logs))
    return np.asarray(moved / float(np.sum(weights)))


@with_influence(_mld_influence)
def mean_log_deviation(values: Any, weights: Any = None) -> float:
    """Theil's L, Σ w ln(μ/y); not defined where a unit has nothing, and refused there.

    Parameters
    ----------
    values, weights : as in `theil`

    Raises
    ------
    CommsvcError : as `theil`; a value of 0

    Examples
    --------
    >>> round(mean_log_deviation([1, 3]), 6)
    0.143841
    """
    y, w = amounts(values, weights)
    if (y[w > 0] <= 0).any():
        raise CommsvcError(
            "the mean log deviation is infinite where a unit has nothing",
            next_step="use theil or gini, which take zeros",
        )
    return float(np.log(some(y, w)) - w @ np.log(np.where(w > 0, y, 1.0)))


def atkinson(values: Any, weights: Any = None, *, aversion: float = 0.5) -> float:
    """Atkinson's index: the share of all that could be given up if the rest were shared evenly.

    1 − (Σ w (y/μ)^(1−ε))^(1/(1−ε)), and 1 − Π (y/μ)^w for ε = 1 (Atkinson 1970, J. Econ. Theory
    2:244).

    Parameters
    ----------
    values, weights : as in `theil`
    aversion : ε above 0; the larger, the more those with little count. From 1 on a unit with
        nothing makes the index 1

    Raises
    ------
    CommsvcError : as `theil`; an aversion that is not above 0

    Examples
    --------
    >>> round(atkinson([1, 3]), 6), round(atkinson([1, 3], aversion=1), 6)
    (0.066987, 0.133975)
    """
    if not 0 < aversion < np.inf:
        raise CommsvcError(f"the aversion is {aversion:g}", allowed="above 0")
    y, w = amounts(values, weights)
    relative, w = y[w > 0] / some(y, w), w[w > 0]
    if aversion >= 1 and relative.min() == 0:
        return 1.0
    if aversion == 1:
        return float(1 - np.exp(w @ np.log(relative)))
    return float(1 - (w @ relative ** (1 - aversion)) ** (1 / (1 - aversion)))


def herfindahl(values: Any) -> float:
    """Herfindahl–Hirschman index of shares, Σ s²: 1/n where all have alike, 1 where one has all.

    Its inverse is the number of equal places that would be as concentrated.

    Parameters
    ----------
    values : (n,) amounts of the n places, those with nothing included

    Raises
    ------
    CommsvcError : missing or negative values, all 0

    Examples
    --------
    >>> herfindahl([3, 1, 0])
    0.625
    """
    y, w = amounts(values)
    return float(((y / (some(y, w) * y.size)) ** 2).sum())


_MEASURES: Final[Mapping[str, Callable[[Any], float]]] = {
    "none": lambda values: float(np.mean(np.asarray(values) == 0)),
    "gini": gini,
    "hhi": herfindahl,
    "theil": theil,
}


def unevenness(
    shared: Mapping[str, Iterable[Any]], *, measures: Sequence[str] = ("none", "gini", "hhi")
) -> pd.DataFrame:
    """The share with none, the Gini coefficient and the like, beside what so few things allow.

    Whole things cannot be split: ten centres leave four of fourteen places without one, however
    fair the spread. So each measure stands beside the least and the most that are possible.

    Parameters
    ----------
    shared : name -> how many each place has; every place weighs the same
    measures : `none` (the share with none), `gini`, `hhi`, `theil` (T)

    Returns
    -------
    DataFrame, a row a name and measure: `group`, `level` (the measure), `count` (how many in all),
    `base` (places), `estimate`, `lowest` and `highest` (of every way to share out as many; counts
    that are not whole are taken as divisible)

    Raises
    ------
    CommsvcError : an unknown measure, missing or negative counts, nothing to share

    Examples
    --------
    >>> unevenness({"centres": [0, 0, 1, 3]})[["level", "count", "base", "estimate", "lowest"]]
      level  count  base  estimate  lowest
    0  none    4.0     4     0.500    0.00
    1  gini    4.0     4     0.625    0.00
    2   hhi    4.0     4     0.625    0.25
    """
    rows: list[tuple[Any, ...]] = []
    for group, values in shared.items():
        have, _ = amounts(list(values))
        total, places = float(have.sum()), len(have)
        for level in measures:
            if level not in _MEASURES:
                raise unknown_name("measure", level, _MEASURES)
            ends = _possible(level, total, places)
            rows.append((group, level, total, places, _MEASURES[level](have), *ends))
    columns = ["group", "level", "count", "base", "estimate", "lowest", "highest"]
    return pd.DataFrame(rows, columns=columns)


@lru_cache(maxsize=1024)  # the readings of one list share few totals
def _possible(level: str, total: float, places: int) -> tuple[float, float]:
    """A measure where all places have as near to the same as whole things let them, or one all."""
    each, over = divmod(total, places) if total.is_integer() else (total / places, 0)
    measure = _MEASURES[level]
    even = [each + (place < over) for place in range(places)]
    return measure(even), measure([total, *[0.0] * (places - 1)])


def agglomeration(
    resources: Any, area: Any, population: Any, *, places: Sequence[str] | None = None
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

    Raises
    ------
    CommsvcError : a place without area or people, no resources at all, columns of other lengths

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
    held, _ = amounts(resources, name="resources")
    land, people = (_all_above_zero(v, held.size, name)
                    for v, name in ((area, "area"), (population, "population")))  # fmt: skip
    if held.sum() <= 0:
        raise CommsvcError("there are no resources to be anywhere")
    names = [str(i + 1) for i in range(held.size)] if places is None else list(places)
    if len(names) != held.size:
        raise CommsvcError(f"{len(names)} names for {held.size} places")
    held, land, people = (each / each.sum() for each in (held, land, people))
    return pd.DataFrame(
        {"group": names, "hrad": held / land, "pad": people / land, "ratio": held / people}
    )


def _all_above_zero(values: Any, n: int, name: str) -> Array:
    found, _ = amounts(values, name=name)
    if found.size != n:
        raise CommsvcError(f"{name} has {found.size} entries, the resources have {n}")
    if found.min() == 0:
        raise CommsvcError(f"a place without {name}", where=f"row {int(found.argmin())}")
    return found
