"""Inequality and curves among the people of a sample, with the error its design allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from commsvc.errors import CommsvcError, unknown_name
from commsvc.indicators.equity.arrays import Array, as_numbers, in_domain, weights_of_sample
from commsvc.indicators.equity.inequality import group_codes
from commsvc.indicators.equity.ranking import index_with_influence

if TYPE_CHECKING:
    from pandas import DataFrame

    from commsvc.inference.records import Records

FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)


def inequality_by_design(
    values: Any,
    records: Records,
    *,
    measures: Sequence[str] = ("gini", "theil"),
    groups: Any = None,
    confidence: float = 0.95,
) -> DataFrame:
    """Gini, Theil and the mean log deviation among a sample's people, with errors by design.

    Parameters
    ----------
    values : (n,) amounts from 0 up, one a person
    records : the sample, `commsvc.inference.records.Records.sample(weights, strata=…, clusters=…)`
    measures : `gini`, `theil` (T), `mld` (Theil's L; nobody may have nothing)
    groups : (n,) a label each: adds Theil's T between and within them, and of each group
    confidence : of the interval, Student's t on the design's degrees of freedom

    Returns
    -------
    DataFrame, a row a measure: `level` (measure), `group` (`total`; with groups `between`,
    `within` and the labels), `base` (persons), `estimate, se, low, high, method, note`

    Raises
    ------
    CommsvcError : missing or negative values, all 0, another number of people than `records` has

    Notes
    -----
    Gini: the linearised variable of Langel & Tillé (2013, JRSS A 176:521), which is that of the
    concentration index ranked by the values themselves. Theil, MLD: Taylor's, functions of totals.
    A few very large values make all of them vary more than the error says.

    Examples
    --------
    >>> from commsvc.inference.records import Records
    >>> table = inequality_by_design([1, 3, 2, 6], Records.sample([1, 1, 1, 1]))
    >>> table[["level", "base", "estimate", "se"]].round(4)
       level  base  estimate      se
    0   gini     4    0.3333  0.0818
    1  theil     4    0.1874  0.0893
    """
    import pandas as pd

    y = as_numbers(in_domain(values, records), "values")
    weights = weights_of_sample(records, len(y))
    whole = float(weights.sum())
    if float(weights @ y) <= 0:
        raise CommsvcError("the values are all 0: nothing is shared, evenly or not")
    found: list[tuple[str, str, int, float, Array]] = []
    for measure in measures:
        if measure not in _INDICES:
            raise unknown_name("measure", measure, _INDICES)
        estimate, influence = _INDICES[measure](y, weights / whole)
        found.append((measure, "total", records.n, estimate, influence / whole))
    if groups is not None:
        found += _by_groups(y, weights, in_domain(groups, records))
    keys = [(measure, group, base) for measure, group, base, *_ in found]
    table = pd.DataFrame(keys, columns=["level", "group", "base"])
    table["estimate"] = [one[3] for one in found]
    influence = np.column_stack([one[4] for one in found])
    return with_errors(table, influence, records, confidence).assign(
        method="weighted, design-based errors",
        note="among persons of the sample's population",
    )


def lorenz_by_design(
    values: Any,
    records: Records,
    *,
    at: Sequence[float] = FIFTHS,
    confidence: float = 0.95,
) -> DataFrame:
    """What the least-off shares of a sample's population have of all, with errors by design.

    Parameters
    ----------
    values, records : as in `inequality_by_design`
    at : shares of the population, between 0 and 1

    Returns
    -------
    DataFrame `population_share, base` (persons), `estimate, se, low, high, method`

    Notes
    -----
    The person in whom a share ends counts in part. Linearised as by Kovačević & Binder (1997,
    J. Off. Stat. 13:41).

    Examples
    --------
    >>> from commsvc.inference.records import Records
    >>> lorenz_by_design([1, 3, 2, 6], Records.sample([1, 1, 1, 1]), at=[0.5])["estimate"].tolist()
    [0.25]
    """
    y = as_numbers(in_domain(values, records), "values")
    return _curve_table(y, y, records, at, 0.0, confidence, "Lorenz curve")


def concentration_curve_by_design(
    outcome: Any,
    rank_by: Any,
    records: Records,
    *,
    at: Sequence[float] = FIFTHS,
    confidence: float = 0.95,
) -> DataFrame:
    """What the poorest shares of a sample's population have of an outcome, with errors by design.

    Parameters
    ----------
    outcome : (n,) visits, costs, ill health …, a number from 0 up a person
    rank_by : (n,) living standard; people of one standard have alike, as in `concentration_curve`
    records : as in `inequality_by_design`
    at : shares of the population, between 0 and 1

    Returns
    -------
    DataFrame `population_share, base` (persons), `estimate, se, low, high, method`

    Notes
    -----
    Linearised as the Lorenz curve (Binder & Kovačević 1995, Surv. Methodol. 21:137), where moving
    the share's end takes in people with the outcome usual there: the mean of those whose rank is
    within ½·n^(−1/3) of the end, or of all who share the rank of the end.

    Examples
    --------
    >>> from commsvc.inference.records import Records
    >>> sample = Records.sample([1, 1, 1, 1])
    >>> curve = concentration_curve_by_design([3, 1, 2, 2], [1, 2, 3, 4], sample, at=[0.5])
    >>> curve["estimate"].tolist()
    [0.5]
    """
    y = as_numbers(in_domain(outcome, records), "outcome")
    x = as_numbers(in_domain(rank_by, records), "rank_by", least=None, length=len(y))
    reach = records.n ** (-1 / 3) / 2
    return _curve_table(y, x, records, at, reach, confidence, "concentration curve")


def _curve_table(
    y: Array,
    x: Array,
    records: Records,
    at: Sequence[float],
    reach: float,
    confidence: float,
    called: str,
) -> DataFrame:
    """Ordinates of the curve of y over people in the order of x.

    reach : how far in rank around a share's end people are to tell the outcome there
    """
    import pandas as pd

    weights = weights_of_sample(records, len(y))
    amount = float(weights @ y)
    if amount <= 0:
        raise CommsvcError("the values are all 0: nothing is shared, evenly or not")
    shares = np.asarray(at, dtype=float)
    if shares.ndim != 1 or not ((shares > 0) & (shares < 1)).all():
        raise CommsvcError(f"shares {at}", allowed="between 0 and 1")
    _, rank = np.unique(x, return_inverse=True)
    people, has = np.bincount(rank, weights), np.bincount(rank, weights * y)
    to = np.cumsum(people)
    last = np.searchsorted(to, shares * to[-1] * (1 - 1e-12))
    part = (shares * to[-1] - (to - people)[last]) / people[last]
    middle = (to - people / 2) / to[-1]
    near = np.abs(middle[:, None] - middle[last]) <= reach
    there = has @ near / (people @ near)
    counted = np.where(rank[:, None] == last, part, rank[:, None] < last)
    curve = (weights * y) @ counted / amount
    influence = (counted * (y[:, None] - there) + shares * there - y[:, None] * curve) / amount
    table = pd.DataFrame({"population_share": shares, "base": records.n, "estimate": curve})
    table = with_errors(table, influence, records, confidence)
    return table.assign(method=f"{called}, weighted, design-based errors")


def with_errors(
    table: DataFrame, influence: Array, records: Records, confidence: float
) -> DataFrame:
    """Estimates with `se, low, high` from the influence (n, v) that each person has on them.

    >>> import pandas as pd
    >>> from commsvc.inference.records import Records
    >>> table, sample = pd.DataFrame({"estimate": [2.0]}), Records.sample([1, 1])
    >>> with_errors(table, np.array([[-0.5], [0.5]]), sample, 0.95).round(2)
       estimate   se    low   high
    0       2.0  1.0 -10.71  14.71
    """
    from commsvc.inference.linearisation import LinearEstimate

    estimate = table["estimate"].to_numpy()
    found = LinearEstimate(estimate, records.covariance(influence), records.df)
    interval = found.interval(confidence)
    return table.assign(se=found.se, low=interval.low, high=interval.high)


def _gini(y: Array, w: Array) -> tuple[float, Array]:
    index, influence, _ = index_with_influence(y, y, w)
    return index, influence


def _theil(y: Array, w: Array) -> tuple[float, Array]:
    """T = Σ w y ln y/Y − ln Y of weights summing to one, and each person's influence on it."""
    logs = y * np.log(np.where(y > 0, y, 1.0))
    mean = float(w @ y)
    spread = float(w @ logs) / mean
    return spread - np.log(mean), (logs - (spread + 1) * y) / mean + 1


def _mean_log_deviation(y: Array, w: Array) -> tuple[float, Array]:
    if (y[w > 0] <= 0).any():
        raise CommsvcError(
            "the mean log deviation is infinite where somebody has nothing",
            next_step="leave 'mld' out: gini and theil take zeros",
        )
    logs = np.log(np.where(y > 0, y, 1.0))
    mean, middle = float(w @ y), float(w @ logs)
    return np.log(mean) - middle, y / mean - 1 - (logs - middle)


_INDICES: Final[Mapping[str, Callable[[Array, Array], tuple[float, Array]]]] = {
    "gini": _gini,
    "theil": _theil,
    "mld": _mean_log_deviation,
}


def _by_groups(y: Array, weights: Array, groups: Any) -> list[tuple[str, str, int, float, Array]]:
    """Theil's parts; influences on the scale of totals."""
    names, codes = group_codes(groups, len(y), weights)
    inside = codes[:, None] == np.arange(len(names))
    people, amounts = weights @ inside, (weights * y) @ inside
    if (amounts == 0).any():
        raise CommsvcError(f"the group {names[amounts.argmin()]!r} has nothing to share")
    whole, amount = people.sum(), amounts.sum()
    of_all, all_moved = _theil(y, weights / whole)
    # Between: Σ Y_g/Y ln(Y_g/N_g) − ln(Y/N), a function of the groups' totals.
    level = np.log(amounts / people)
    between = float(amounts @ level) / amount - np.log(amount / whole)
    mean_level = float(amounts @ level) / amount
    moved = y * (level[codes] - mean_level) / amount - (amounts / people)[codes] / amount
    moved += 1 / whole
    count = int((weights > 0).sum())
    found = [
        ("theil", "between", count, between, moved),
        ("theil", "within", count, of_all - between, all_moved / whole - moved),
    ]
    for g, name in enumerate(names):
        own = np.where(inside[:, g], weights, 0.0) / people[g]
        estimate, influence = _theil(y, own)
        moved = np.where(inside[:, g], influence, 0.0) / people[g]
        found.append(("theil", str(name), int((own > 0).sum()), estimate, moved))
    return found
